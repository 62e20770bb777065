//! The page's address: where a person is, and what they did. Hostile until parsed.

use serde::{Deserialize, Serialize};

use crate::session::Room;
use crate::session::keys::KeyTable;
use crate::sim::{self, Input};
use crate::words::Lang;

/// The colours that a person chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// The system's.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// As the address writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// From its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::System, Self::Light, Self::Dark].into_iter().find(|theme| theme.name() == name)
    }
}

/// What the address says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// `scenario`: a built-in name.
    pub scenario: Option<String>,
    /// `seed`.
    pub seed: Option<u64>,
    /// `lang`.
    pub lang: Option<Lang>,
    /// `theme`.
    pub theme: Option<Theme>,
    /// `room`.
    pub room: Option<Room>,
    /// `keys`, `of`, `then`, `key`, `serializer`: the table of the room of keys.
    pub keys: Option<KeyTable>,
    /// `at`: an event index.
    pub at: Option<u64>,
    /// `paused`.
    pub paused: bool,
    /// `embed`: without the frame around the stage.
    pub embed: bool,
    /// `check`: invariants after every step.
    pub check: bool,
    /// `bench`: frames are timed, of a world with this many records in flight; 0: of the scenario.
    pub bench: Option<u32>,
    /// The fragment: what was done.
    pub inputs: Vec<Input>,
    /// What could not be read, for the person to see.
    pub problems: Vec<String>,
}

/// The largest event index that a link may ask for: replay takes time.
const FURTHEST_INDEX: u64 = 2_000_000;
/// The longest fragment that is looked at.
const LONGEST_FRAGMENT: usize = 1 << 20;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SharedInput {
    after: u64,
    ms: u64,
    action: sim::Action,
}

impl Address {
    /// Reads query (without `?`) and fragment (without `#`). What cannot be read is left out and named.
    #[must_use]
    pub fn parse(query: &str, fragment: &str) -> Self {
        let mut address = Self::default();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, "1"));
            let value = percent_decoded(value);
            let on = !matches!(value.as_str(), "0" | "false");
            let understood = match name {
                "scenario" => {
                    address.scenario = Some(value.clone());
                    sim::BUILT_IN.contains(&value.as_str())
                }
                "seed" => set(&mut address.seed, value.parse().ok()),
                "lang" => set(&mut address.lang, Lang::parse(&value)),
                "theme" => set(&mut address.theme, Theme::parse(&value)),
                "room" => set(&mut address.room, Room::parse(&value)),
                "keys" | "of" | "then" | "key" | "serializer" => {
                    address.keys.get_or_insert_default().read_parameter(name, &value)
                }
                "at" => set(&mut address.at, value.parse().ok().filter(|at| *at <= FURTHEST_INDEX)),
                "bench" => set(&mut address.bench, value.parse().ok().filter(|n| *n <= 50_000)),
                "paused" => set(&mut address.paused, on),
                "embed" => set(&mut address.embed, on),
                "check" => set(&mut address.check, on),
                _ => true, // Somebody else's.
            };
            if !understood {
                address.problems.push(format!("{name}={value}"));
            }
        }
        match read_inputs(fragment) {
            Ok(inputs) => address.inputs = inputs,
            Err(problem) => address.problems.push(problem),
        }
        address
    }
}

trait Settable<T> {
    fn assign(&mut self, value: T) -> bool;
}

impl<T> Settable<Option<T>> for Option<T> {
    fn assign(&mut self, value: Option<T>) -> bool {
        *self = value;
        self.is_some()
    }
}

impl Settable<bool> for bool {
    fn assign(&mut self, value: bool) -> bool {
        *self = value;
        true
    }
}

fn set<V, T: Settable<V>>(field: &mut T, value: V) -> bool {
    field.assign(value)
}

/// Text as a parameter's value.
pub(super) fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let hex = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match (byte, hex.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (b'%', Some(decoded)) => {
                bytes.push(decoded);
                rest = &tail[2..];
            }
            (b'+', _) => {
                bytes.push(b' ');
                rest = tail;
            }
            _ => {
                bytes.push(byte);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The fragment that restores what was done: `do=` and URL-safe base64 of JSON.
#[must_use]
pub fn write_inputs(inputs: &[Input]) -> String {
    if inputs.is_empty() {
        return String::new();
    }
    let shared: Vec<SharedInput> = inputs
        .iter()
        .map(|input| SharedInput {
            after: input.after_index,
            ms: input.at_ms,
            action: input.action.clone(),
        })
        .collect();
    let json = serde_json::to_vec(&shared).expect("actions are plain data");
    format!("do={}", base64_url(&json))
}

/// Reads what [`write_inputs`] wrote.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read_inputs(fragment: &str) -> Result<Vec<Input>, String> {
    let Some(text) = fragment.strip_prefix("do=") else { return Ok(Vec::new()) };
    if text.len() > LONGEST_FRAGMENT {
        return Err("the link is too long".into());
    }
    let json = from_base64_url(text).ok_or("the link is damaged")?;
    let shared: Vec<SharedInput> =
        serde_json::from_slice(&json).map_err(|error| format!("the link is damaged: {error}"))?;
    if !shared.is_sorted_by_key(|input| (input.after, input.ms)) {
        return Err("the link is damaged: its actions are not in order".into());
    }
    let mut inputs = Vec::new();
    for input in shared {
        if input.after > FURTHEST_INDEX {
            return Err("the link is damaged: an action lies too far ahead".into());
        }
        inputs.push(Input { after_index: input.after, at_ms: input.ms, action: input.action });
    }
    Ok(inputs)
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn base64_url(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0u32, |word, byte| word << 8 | u32::from(*byte));
        let word = word << (8 * (3 - chunk.len()));
        for at in 0..=chunk.len() {
            text.push(char::from(DIGITS[(word >> (18 - 6 * at) & 63) as usize]));
        }
    }
    text
}

fn from_base64_url(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    for chunk in text.as_bytes().chunks(4) {
        let mut word = 0u32;
        for byte in chunk {
            word = word << 6 | DIGITS.iter().position(|digit| digit == byte)? as u32;
        }
        word <<= 6 * (4 - chunk.len());
        let count = chunk.len().checked_sub(1).filter(|count| *count > 0)?;
        bytes.extend_from_slice(&word.to_be_bytes()[1..=count]);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::RecordSpec;

    #[test]
    fn what_was_done_survives_a_link() {
        let record = RecordSpec { key: Some("앨리스".into()), ..RecordSpec::default() };
        let action = sim::Action::Send {
            producer: "till-1".into(),
            topic: "transactions".into(),
            records: vec![record],
        };
        for count in 0..4 {
            let inputs: Vec<Input> = (0..count)
                .map(|n| Input { after_index: 7 + n, at_ms: 20 + n, action: action.clone() })
                .collect();
            let address =
                Address::parse("scenario=store&seed=3&at=9&paused", &write_inputs(&inputs));
            assert_eq!(address.inputs, inputs);
            assert_eq!((address.seed, address.at, address.paused), (Some(3), Some(9), true));
            assert_eq!(address.problems, Vec::<String>::new());
        }
    }

    #[test]
    fn a_damaged_link_is_named_and_does_no_harm() {
        for (query, fragment) in [
            ("seed=x", ""),
            ("scenario=%2e%2e/etc", ""),
            ("at=99999999999", ""),
            ("theme=pink", ""),
            ("room=cellar", ""),
            ("lang=xx", ""),
            ("", "do=!!!"),
            ("", "do=AAAA"),
            ("", "do=W10"), // `[]` is fine
        ] {
            let address = Address::parse(query, fragment);
            let fine = fragment == "do=W10";
            assert_eq!(address.problems.is_empty(), fine, "{query} {fragment}");
        }
        assert_eq!(percent_decoded("%EC%95%A8+%zz%"), "앨 %zz%");
    }
}
