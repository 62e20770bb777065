//! What the application's objects become on the way into a record (PROD-4).
//!
//! Kafka: `org.apache.kafka.common.serialization`, `connect.json.JsonSerializer`. An object is a text here, with the
//! Java class that the application says it has; without one, the class that the serializer takes if the text
//! can be one, else a String.

use std::rc::Rc;

use crate::protocol::Bytes;
use crate::protocol::java::ieee_754;

/// The package of Kafka's own serializers.
const PACKAGE: &str = "org.apache.kafka.common.serialization.";
/// Kafka Connect's serializer of JSON trees, which stands for a serializer of one's own here.
pub const JSON_SERIALIZER: &str = "org.apache.kafka.connect.json.JsonSerializer";

/// How objects become bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Serializer {
    /// UTF-8.
    #[default]
    String,
    /// Four bytes, big-endian.
    Integer,
    /// Eight bytes, big-endian.
    Long,
    /// Two bytes, big-endian.
    Short,
    /// One byte, 0 or 1.
    Boolean,
    /// UTF-8 of the 36 characters.
    Uuid,
    /// Four bytes, IEEE 754.
    Float,
    /// Eight bytes, IEEE 754.
    Double,
    /// As they are.
    ByteArray,
    /// Always null.
    Void,
    /// UTF-8 of a JSON text; also what a serializer of one's own does here.
    Json,
}

impl Serializer {
    /// Kafka's own, and the one for JSON.
    pub const ALL: [Self; 11] = [
        Self::String,
        Self::Integer,
        Self::Long,
        Self::Short,
        Self::Boolean,
        Self::Uuid,
        Self::Float,
        Self::Double,
        Self::ByteArray,
        Self::Void,
        Self::Json,
    ];

    /// The serializer of a class name; a class that Kafka does not have writes JSON.
    #[must_use]
    pub fn named(class: &str) -> Self {
        let class = class.trim();
        if ["Bytes", "ByteBuffer"].iter().any(|n| class == format!("{PACKAGE}{n}Serializer")) {
            return Self::ByteArray;
        }
        Self::ALL.into_iter().find(|one| one.class() == class).unwrap_or(Self::Json)
    }

    /// Its class.
    #[must_use]
    pub fn class(self) -> String {
        let name = match self {
            Self::String => "String",
            Self::Integer => "Integer",
            Self::Long => "Long",
            Self::Short => "Short",
            Self::Boolean => "Boolean",
            Self::Uuid => "UUID",
            Self::Float => "Float",
            Self::Double => "Double",
            Self::ByteArray => "ByteArray",
            Self::Void => "Void",
            Self::Json => return JSON_SERIALIZER.into(),
        };
        format!("{PACKAGE}{name}Serializer")
    }

    /// The Java class that it takes; `None`: it takes any.
    fn takes(self) -> Option<&'static str> {
        match self {
            Self::String => Some("java.lang.String"),
            Self::Integer => Some("java.lang.Integer"),
            Self::Long => Some("java.lang.Long"),
            Self::Short => Some("java.lang.Short"),
            Self::Boolean => Some("java.lang.Boolean"),
            Self::Uuid => Some("java.util.UUID"),
            Self::Float => Some("java.lang.Float"),
            Self::Double => Some("java.lang.Double"),
            Self::ByteArray => Some("[B"),
            Self::Void => Some("java.lang.Void"),
            Self::Json => None,
        }
    }

    /// The bytes of `text` if it can be what this takes.
    fn bytes(self, text: &[u8]) -> Option<Option<Bytes>> {
        let words = || std::str::from_utf8(text).ok().map(str::trim);
        let bytes: Bytes = match self {
            Self::String | Self::ByteArray | Self::Json => text.into(),
            Self::Integer => words()?.parse::<i32>().ok()?.to_be_bytes()[..].into(),
            Self::Long => words()?.parse::<i64>().ok()?.to_be_bytes()[..].into(),
            Self::Short => words()?.parse::<i16>().ok()?.to_be_bytes()[..].into(),
            Self::Boolean => [u8::from(words()?.parse::<bool>().ok()?)][..].into(),
            Self::Uuid => words().filter(|words| is_uuid(words))?.to_lowercase().as_bytes().into(),
            Self::Float => ieee_754(words()?, false)?.into(),
            Self::Double => ieee_754(words()?, true)?.into(),
            Self::Void => return None,
        };
        Some(Some(bytes))
    }

    /// Serialises an object of a record's `part`, `key` or `value`.
    ///
    /// # Errors
    /// The words of Kafka's `SerializationException`.
    pub(crate) fn serialize(
        self,
        part: &str,
        object: Option<&Bytes>,
        class: Option<&Rc<str>>,
    ) -> Result<Option<Bytes>, String> {
        let Some(text) = object else { return Ok(None) };
        let fits = class.is_none_or(|class| self.takes().is_none_or(|takes| takes == &**class));
        if let Some(bytes) = fits.then(|| self.bytes(text)).flatten() {
            return Ok(bytes);
        }
        let class = class.map_or("java.lang.String", |class| class);
        Err(format!(
            "Can't convert {part} of class {class} to class {} specified in {part}.serializer",
            self.class()
        ))
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn serialized(serializer: Serializer, text: &str) -> Option<Vec<u8>> {
        let text: Bytes = text.as_bytes().into();
        let bytes = serializer.serialize("key", Some(&text), None).ok()?;
        Some(bytes?.to_vec())
    }

    #[test]
    fn objects_become_the_bytes_that_kafkas_serializers_make() {
        assert_eq!(serialized(Serializer::String, "é"), Some(vec![0xc3, 0xa9]));
        assert_eq!(serialized(Serializer::Integer, "-2"), Some(vec![255, 255, 255, 254]));
        assert_eq!(serialized(Serializer::Long, "1"), Some(vec![0, 0, 0, 0, 0, 0, 0, 1]));
        assert_eq!(serialized(Serializer::Short, "258"), Some(vec![1, 2]));
        assert_eq!(serialized(Serializer::Float, "1.5"), Some(vec![0x3f, 0xc0, 0, 0]));
        assert_eq!(serialized(Serializer::Double, "-2"), Some(vec![0xc0, 0, 0, 0, 0, 0, 0, 0]));
        assert_eq!(serialized(Serializer::Boolean, "true"), Some(vec![1]));
        assert_eq!(serialized(Serializer::Json, "{}"), Some(b"{}".to_vec()));
        for (serializer, text) in [
            (Serializer::Integer, "2147483648"),
            (Serializer::Long, "alice"),
            (Serializer::Uuid, "alice"),
            (Serializer::Void, "alice"),
        ] {
            assert_eq!(serialized(serializer, text), None, "{serializer:?}");
        }
        for serializer in Serializer::ALL {
            assert_eq!(serializer.serialize("key", None, None), Ok(None), "null is null for all");
            assert_eq!(Serializer::named(&serializer.class()), serializer);
        }
        assert_eq!(Serializer::named("com.example.PurchaseKeySerializer"), Serializer::Json);
    }

    /// `kafka-transcripts.md`, "The book's two programs" and "send()": word for word.
    #[test]
    fn an_object_of_another_class_is_refused_with_kafkas_words() {
        let key: Bytes = b"{}"[..].into();
        let refused = |serializer: Serializer, class: &str| {
            serializer.serialize("key", Some(&key), Some(&class.into())).unwrap_err()
        };
        assert_eq!(
            refused(Serializer::String, "SimpleProducer$PurchaseKey"),
            "Can't convert key of class SimpleProducer$PurchaseKey to class \
             org.apache.kafka.common.serialization.StringSerializer specified in key.serializer"
        );
        assert_eq!(
            refused(Serializer::String, "java.lang.Integer"),
            "Can't convert key of class java.lang.Integer to class \
             org.apache.kafka.common.serialization.StringSerializer specified in key.serializer"
        );
    }
}
