//! The key microscope: where keys go, why, and which of them move when partitions are added.
//!
//! The table is a person's: keys as text, hostile until parsed. Everything else is computed from it.

mod clients;
mod csv;
#[cfg(test)]
mod tests;
mod view;

use crate::protocol::Bytes;
use crate::session::link::percent_encoded;

pub use clients::OtherClient;
pub use view::{BitRow, KeyTile, KeysView, OtherAnswer, Pile, PiledKey};

/// More keys than this are not taken.
pub const MOST_KEYS: usize = 1_000;
/// A key is cut after so many characters.
pub const LONGEST_KEY: usize = 200;
/// More partitions than this are not drawn.
pub const MOST_PARTITIONS: u32 = 64;

/// A table whose link would be longer than this is not shared.
const LONGEST_LINK: usize = 4_000;

/// What the room begins with.
const FIRST_KEYS: &str = "alice bob carol dave erin frank grace heidi ivan judy kim lee mallory niaj olivia peggy quinn \
                          rupert sybil trent uma victor wendy xavier yuna zoe 주문-1 주문-2 서울 부산 42 order-7";

/// How a key becomes bytes (PROD-4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeySerializer {
    /// UTF-8.
    #[default]
    String,
    /// Four bytes, big-endian.
    Integer,
    /// Eight bytes, big-endian.
    Long,
}

impl KeySerializer {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::String, Self::Integer, Self::Long];

    /// Kafka's class.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "StringSerializer",
            Self::Integer => "IntegerSerializer",
            Self::Long => "LongSerializer",
        }
    }

    /// From Kafka's name of the class.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|serializer| serializer.name() == name)
    }

    fn serialize(self, text: &str) -> Option<SerializedKey> {
        let (value, bytes): (KeyOfType, Bytes) = match self {
            Self::String => (KeyOfType::String(text.to_owned()), text.as_bytes().into()),
            Self::Integer => {
                let number: i32 = text.trim().parse().ok()?;
                (KeyOfType::Integer(number), number.to_be_bytes().into())
            }
            Self::Long => {
                let number: i64 = text.trim().parse().ok()?;
                (KeyOfType::Long(number), number.to_be_bytes().into())
            }
        };
        Some(SerializedKey { text: text.to_owned(), value, bytes })
    }
}

/// A key as the program has it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum KeyOfType {
    /// `String`.
    String(String),
    /// `Integer`.
    Integer(i32),
    /// `Long`.
    Long(i64),
}

/// A key and its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SerializedKey {
    /// As it was typed.
    pub text: String,
    /// As the program has it.
    pub value: KeyOfType,
    /// As the record holds it.
    pub bytes: Bytes,
}

/// What a person does in the room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeysAction {
    /// Puts a key under the microscope; a new one joins the others.
    LookAt(String),
    /// Puts a key of the table under the microscope.
    Select(usize),
    /// Takes the keys of a text, one a line.
    SetText(String),
    /// Chooses how many partitions there are, now and after the change.
    SetPartitions(u32, u32),
    /// Chooses how keys become bytes.
    SetSerializer(KeySerializer),
}

/// The keys under the microscope, and two counts of partitions.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KeyTable {
    keys: Vec<String>,
    selected: usize,
    /// How keys become bytes.
    pub serializer: KeySerializer,
    partitions: u32,
    partitions_then: u32,
}

impl Default for KeyTable {
    fn default() -> Self {
        Self {
            keys: FIRST_KEYS.split(' ').map(str::to_owned).collect(),
            selected: 0,
            serializer: KeySerializer::default(),
            partitions: 3,
            partitions_then: 6,
        }
    }
}

impl KeyTable {
    /// The keys as they were typed, each once.
    #[must_use]
    pub fn keys(&self) -> &[String] {
        &self.keys
    }

    /// The keys, one a line.
    #[must_use]
    pub fn text(&self) -> String {
        self.keys.join("\n")
    }

    /// Takes the keys of a text, one a line, each once. Without any, nothing changes. Returns how many
    /// were left out because there are too many.
    pub fn set_text(&mut self, text: &str) -> usize {
        let mut keys: Vec<String> = Vec::new();
        let mut left_out = 0;
        for line in text.lines() {
            let key: String = line.trim_end_matches('\r').chars().take(LONGEST_KEY).collect();
            if key.is_empty() || keys.contains(&key) {
                continue;
            }
            if keys.len() == MOST_KEYS {
                left_out += 1;
            } else {
                keys.push(key);
            }
        }
        if !keys.is_empty() {
            let looked_at = self.keys.get(self.selected).cloned();
            self.selected =
                keys.iter().position(|key| Some(key) == looked_at.as_ref()).unwrap_or(0);
            self.keys = keys;
        }
        left_out
    }

    /// Does what a person does. Returns how many keys were left out because there are too many.
    pub fn apply(&mut self, action: KeysAction) -> usize {
        match action {
            KeysAction::LookAt(key) => self.look_at(&key),
            KeysAction::Select(index) => self.select(index),
            KeysAction::SetText(text) => return self.set_text(&text),
            KeysAction::SetPartitions(now, then) => self.set_partitions(now, then),
            KeysAction::SetSerializer(serializer) => self.serializer = serializer,
        }
        0
    }

    /// Parameters of an address that brings somebody to this table. A long table stays behind.
    #[must_use]
    pub fn link(&self) -> String {
        let encoded = |text: &str| percent_encoded(text);
        let mut link = format!("of={}&then={}", self.partitions, self.partitions_then);
        if self.serializer != KeySerializer::default() {
            link.push_str(&format!("&serializer={}", self.serializer.name()));
        }
        let text = encoded(&self.text());
        if self.keys != Self::default().keys && text.len() <= LONGEST_LINK {
            link.push_str(&format!("&keys={text}"));
        }
        link.push_str(&format!("&key={}", encoded(&self.keys[self.selected])));
        link
    }

    /// Takes a parameter of [`KeyTable::link`]; false where it makes no sense.
    pub(super) fn read_parameter(&mut self, name: &str, value: &str) -> bool {
        let partitions = value.parse().ok().filter(|count| (1..=MOST_PARTITIONS).contains(count));
        match (name, partitions) {
            ("of", Some(partitions)) => self.partitions = partitions,
            ("then", Some(partitions)) => self.partitions_then = partitions,
            ("keys", _) => return self.set_text(value) == 0,
            ("key", _) => self.look_at(value),
            ("serializer", _) => match KeySerializer::parse(value) {
                Some(serializer) => self.serializer = serializer,
                None => return false,
            },
            _ => return false,
        }
        true
    }

    /// Puts a key under the microscope; a new one joins the others, in front.
    pub fn look_at(&mut self, key: &str) {
        let key: String = key.chars().take(LONGEST_KEY).collect();
        self.selected = self.keys.iter().position(|known| *known == key).unwrap_or_else(|| {
            self.keys.insert(0, key);
            self.keys.truncate(MOST_KEYS);
            0
        });
    }

    /// Which key is under the microscope.
    #[must_use]
    pub fn selected(&self) -> usize {
        self.selected
    }

    /// Puts the `index`-th key under the microscope.
    pub fn select(&mut self, index: usize) {
        self.selected = index.min(self.keys.len() - 1);
    }

    /// Partitions now.
    #[must_use]
    pub fn partitions(&self) -> u32 {
        self.partitions
    }

    /// Partitions after the change.
    #[must_use]
    pub fn partitions_then(&self) -> u32 {
        self.partitions_then
    }

    /// Chooses both counts, from 1 to [`MOST_PARTITIONS`].
    pub fn set_partitions(&mut self, now: u32, then: u32) {
        self.partitions = now.clamp(1, MOST_PARTITIONS);
        self.partitions_then = then.clamp(1, MOST_PARTITIONS);
    }

    /// The keys that the serializer takes, by their place in the table.
    pub fn serialized(&self) -> impl Iterator<Item = (usize, SerializedKey)> {
        let keys = self.keys.iter().enumerate();
        keys.filter_map(|(index, key)| Some((index, self.serializer.serialize(key)?)))
    }

    /// The whole table with commas, as a file (RFC 4180).
    #[must_use]
    pub fn csv(&self) -> String {
        csv::csv(self)
    }
}
