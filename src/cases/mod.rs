//! One question a line, one answer a line: the format in which we are compared with Apache Kafka.
//!
//! The same cases are put to this module, to Kafka's own classes, and stand with recorded answers in
//! `tests/vectors/`. Field names are the format's; bytes are lower-case hexadecimal.

mod accumulate;
mod assign;
mod batch;
mod clients;
mod log;
mod offsets;
mod partition;
mod replay;

pub use replay::replay;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// Why a case has no answer of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
enum NoAnswer {
    /// Not a case: what is wrong with it.
    Invalid(String),
    /// A kind, operation or codec that is not modelled.
    Unsupported(String),
    /// A refusal by Kafka's name.
    Error(String),
}

type Answer = Result<Map<String, Value>, NoAnswer>;

fn invalid(message: impl Into<String>) -> NoAnswer {
    NoAnswer::Invalid(message.into())
}

/// Answers one case. Never panics: a bad line is answered by `INVALID_CASE`.
#[must_use]
pub fn answer(line: &str) -> String {
    answer_bytes(line.as_bytes())
}

/// [`answer`] to a line that may not even be UTF-8.
#[must_use]
pub fn answer_bytes(line: &[u8]) -> String {
    let parsed: Result<Map<String, Value>, _> = serde_json::from_slice(line);
    let (id, answer) = match parsed {
        Err(error) => (Value::Null, Err(invalid(error.to_string()))),
        Ok(mut case) => match case.remove("id") {
            Some(Value::String(id)) => (Value::String(id), answer_case(case)),
            Some(_) => (Value::Null, Err(invalid("id is not a string"))),
            None => (Value::Null, Err(invalid("missing field `id`"))),
        },
    };
    let mut out = Map::from_iter([("id".to_owned(), id)]);
    match answer {
        Ok(fields) => out.extend(fields),
        Err(NoAnswer::Unsupported(what)) => {
            out.insert("unsupported".into(), what.into());
        }
        Err(NoAnswer::Error(name)) => {
            out.insert("error".into(), name.into());
        }
        Err(NoAnswer::Invalid(message)) => {
            out.insert("error".into(), "INVALID_CASE".into());
            out.insert("message".into(), message.into());
        }
    }
    Value::Object(out).to_string()
}

fn answer_case(mut case: Map<String, Value>) -> Answer {
    let kind = match case.remove("kind") {
        Some(Value::String(kind)) => kind,
        Some(_) => return Err(invalid("kind is not a string")),
        None => return Err(invalid("missing field `kind`")),
    };
    let case = Value::Object(case);
    match kind.as_str() {
        "partition" => partition::partition(read(case)?),
        "group_partition" => partition::group_partition(&read(case)?),
        "encode_batch" => batch::encode(&read(case)?),
        "decode_batches" => batch::decode(&read(case)?),
        "log" => log::log(read(case)?),
        "accumulate" => accumulate::accumulate(&read(case)?),
        "client_config" => clients::client_config(read(case)?),
        "assign" => assign::assign(&read(case)?),
        "offset_commit_record" => offsets::offset_commit_record(read(case)?),
        "group_metadata_record" => offsets::group_metadata_record(read(case)?),
        "decode_offsets_record" => offsets::decode_offsets_record(&read(case)?),
        _ => Err(NoAnswer::Unsupported(kind)),
    }
}

fn read<T: DeserializeOwned>(case: Value) -> Result<T, NoAnswer> {
    serde_json::from_value(case).map_err(|error| invalid(error.to_string()))
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        other => unreachable!("answers are objects, not {other}"),
    }
}

/// Bytes as lower-case hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Hex(Vec<u8>);

impl Hex {
    fn value(bytes: &[u8]) -> Value {
        let mut text = String::with_capacity(2 * bytes.len());
        for byte in bytes {
            for digit in [byte >> 4, byte & 15] {
                text.push(char::from_digit(u32::from(digit), 16).expect("a digit is below 16"));
            }
        }
        text.into()
    }

    fn nullable(bytes: Option<&[u8]>) -> Value {
        bytes.map_or(Value::Null, Self::value)
    }
}

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let digit = |byte: &u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let bytes = text.as_bytes().chunks(2).map(|pair| match pair {
            [high, low] => Some(digit(high)? << 4 | digit(low)?),
            _ => None,
        });
        let bytes: Option<Vec<u8>> = bytes.collect();
        bytes.map(Self).ok_or_else(|| serde::de::Error::custom(format!("bad hex: {text}")))
    }
}

/// A field that must be there but may be null.
fn required_nullable<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer)
}

/// A field that may be left out but not be null.
fn not_null<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

fn error_answer(name: &str) -> Value {
    json!({ "error": name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_line_is_answered_and_names_what_is_wrong() {
        let cases = [
            ("{", "null"),
            ("[]", "null"),
            (r#"{"kind":"partition"}"#, "null"),
            (r#"{"id":7,"kind":"partition","key_hex":"","partitions":1}"#, "null"),
            (r#"{"id":"a"}"#, "\"a\""),
            (r#"{"id":"a","kind":"partition","key_hex":"6","partitions":3}"#, "\"a\""),
            (r#"{"id":"a","kind":"partition","key_hex":"6A","partitions":3}"#, "\"a\""),
            (r#"{"id":"a","kind":"partition","key_hex":"","partitions":0}"#, "\"a\""),
            (r#"{"id":"a","kind":"partition","key_hex":"","partitions":"3"}"#, "\"a\""),
            (r#"{"id":"a","kind":"partition","partitions":3}"#, "\"a\""),
            (r#"{"id":"a","kind":"partition","key_hex":"","partitions":3,"x":1}"#, "\"a\""),
        ];
        for (line, id) in cases {
            let answer: Value = serde_json::from_str(&answer(line)).unwrap();
            assert_eq!(answer["error"], "INVALID_CASE", "{line}");
            assert!(answer["message"].is_string(), "{line}");
            assert_eq!(answer["id"].to_string(), id, "{line}");
        }
    }

    #[test]
    fn what_is_not_modelled_is_said_so() {
        let answer: Value = serde_json::from_str(&answer(r#"{"id":"a","kind":"dance"}"#)).unwrap();
        assert_eq!(answer, json!({"id": "a", "unsupported": "dance"}));
    }
}
