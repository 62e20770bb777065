//! A Kafka client's settings as its constructor takes them: every name, each value, and what they say together.
//!
//! Kafka: `AbstractConfig`, `ProducerConfig`, `ConsumerConfig`, and what `KafkaProducer` and `KafkaConsumer` check
//! while they are built (PROD-28, PROD-36, PROD-37, CONS-15). What has an effect in this simulator is in
//! [`crate::protocol::config`]; everything else is checked here and changes nothing.
//!
//! Left out: `security.protocol` other than PLAINTEXT and `config.providers`, which need files; host names are
//! taken to be known.

mod check;
pub(crate) mod classes;
mod duration;
mod properties;
mod table;
mod thrown;
mod together;

#[cfg(test)]
mod tests;

use std::rc::Rc;

pub use duration::parse_duration_ms;
pub use properties::{Malformed, read_properties, write_properties};
pub use thrown::Thrown;

use crate::protocol::config::{Profile, Scope};
use crate::protocol::java::{hash_map_order, hashtable_order, string_hash};
use table::Fallback;

/// A name that was set and its text.
pub type Given = (Rc<str>, Rc<str>);

/// A client that could be built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Built {
    /// Every setting of the client, in the order of Kafka's definitions, as Kafka writes it; `None` is null.
    pub values: Vec<(&'static str, Option<String>)>,
    /// Which of the names that were set the client did not look at, in the order in which it logs them.
    pub unused: Vec<Rc<str>>,
}

/// Whether a client of this profile knows the name.
#[must_use]
pub fn is_known(scope: Scope, profile: Profile, name: &str) -> bool {
    table::rows(scope, profile).any(|row| row.name == name)
}

/// The names of all settings of a client, in the order of Kafka's definitions.
pub fn names(scope: Scope, profile: Profile) -> impl Iterator<Item = &'static str> {
    table::rows(scope, profile).map(|row| row.name)
}

/// The default of a setting, as text; `None` where it is null, must be given or does not exist.
#[must_use]
pub fn default(scope: Scope, profile: Profile, name: &str) -> Option<&'static str> {
    let row = table::rows(scope, profile).find(|row| row.name == name)?;
    match row.fallback(profile) {
        Fallback::Is(text) => Some(text),
        Fallback::Null | Fallback::Required => None,
    }
}

/// Reads one value and checks it by itself; gives it back as Kafka writes it. Of an unknown name, anything.
///
/// # Errors
/// `ConfigException`, to the word.
pub fn read(scope: Scope, profile: Profile, name: &str, text: &str) -> Result<String, Thrown> {
    match table::rows(scope, profile).find(|row| row.name == name) {
        Some(row) => check::read(name, row.check(profile), text),
        None => Ok(text.into()),
    }
}

fn hashed(names: Vec<Rc<str>>) -> Vec<(i32, Rc<str>)> {
    names.into_iter().map(|name| (string_hash(&name), name)).collect()
}

fn text<'a>(given: &'a [Given], name: &str) -> Option<&'a str> {
    given.iter().find(|(known, _)| **known == *name).map(|(_, text)| &**text)
}

/// Builds a client with these settings, each name once, in the order in which they were set.
///
/// # Errors
/// What the constructor throws: the first of its complaints, in Kafka's order.
pub fn build(scope: Scope, profile: Profile, given: &[Given]) -> Result<Built, Thrown> {
    if profile == Profile::V4 {
        // Before anything is read: `appendSerializerToConfig`, `appendDeserializerToConfig`.
        let required = match scope {
            Scope::Consumer => ["key.deserializer", "value.deserializer"],
            _ => ["key.serializer", "value.serializer"],
        };
        if let Some(missing) = required.into_iter().find(|name| text(given, name).is_none()) {
            return Err(Thrown::invalid(missing, "null", "must be non-null."));
        }
    }
    let mut values = Vec::new();
    for row in table::rows(scope, profile) {
        values.push((
            row.name,
            match (text(given, row.name), row.fallback(profile)) {
                (Some(text), _) => Some(check::read(row.name, row.check(profile), text)?),
                (None, Fallback::Is(text)) => Some(text.to_owned()),
                (None, Fallback::Null) => None,
                (None, Fallback::Required) => {
                    return Err(Thrown::config(format!(
                        "Missing required configuration \"{}\" which has no default value.",
                        row.name
                    )));
                }
            },
        ));
    }
    let mut client = together::Client { scope, given, values };
    match profile {
        Profile::V4 => client.check()?,
        Profile::Book => client.check_book()?,
    }
    let mut unused: Vec<Rc<str>> = given.iter().map(|(name, _)| Rc::clone(name)).collect();
    // The tables that the names go through: `Properties`, `propertyNames`, then maps and a set (GEN-6).
    let count = given.len() as u32;
    let copied = count * 4 / 3 + 1;
    unused = hash_map_order(16, hashed(unused));
    if profile == Profile::V4 {
        unused = hashtable_order(hashed(unused));
        for capacity in [16, copied, count, copied] {
            unused = hash_map_order(capacity, hashed(unused));
        }
    }
    unused = hash_map_order(copied.max(16), hashed(unused));
    unused.retain(|name| client.leaves_unused(profile, name));
    Ok(Built { values: client.values, unused })
}

/// What a client logs about the names that it did not look at; `None` without any.
#[must_use]
pub fn unused_log(profile: Profile, unused: &[Rc<str>]) -> Option<String> {
    if unused.is_empty() {
        return None;
    }
    Some(match profile {
        Profile::V4 => format!(
            "These configurations '[{}]' were supplied but are not used yet.",
            unused.join(", ")
        ),
        Profile::Book => {
            let line = |name: &Rc<str>| {
                format!("The configuration '{name}' was supplied but isn't a known config.")
            };
            unused.iter().map(line).collect::<Vec<_>>().join("\n")
        }
    })
}
