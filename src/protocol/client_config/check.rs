//! One value of a client's setting: read and checked, with Kafka's words where it is refused.
//!
//! Kafka: `ConfigDef.parseType` and its validators.

use super::classes;
use super::duration::parse_duration_ms;
use super::thrown::Thrown;
use crate::protocol::java::{Double, trim};

/// A setting's type and validator.
#[derive(Clone, Copy, Debug)]
pub(super) enum Check {
    Boolean,
    /// 16 bits, at least and at most.
    Short(Option<i64>, Option<i64>),
    /// 32 bits.
    Int(Option<i64>, Option<i64>),
    /// 64 bits.
    Long(Option<i64>, Option<i64>),
    /// At least and at most, as Java writes them.
    Double(Option<(&'static str, &'static str)>),
    Text,
    /// Text that is not empty.
    NonEmpty,
    Password,
    OneOf(&'static [&'static str]),
    /// One of these in any case; in the order in which Kafka's `HashSet` lists them.
    AnyCase(&'static [&'static str]),
    /// Names, separated by commas; a second time they are dropped.
    List {
        may_be_empty: bool,
    },
    /// 1.0.0: whatever stands between commas.
    AnyList,
    Class,
    /// 1.0.0's classes.
    BookClass,
    OffsetReset,
    GzipLevel,
    /// The two settings of share consumers, each with a sentence of its own.
    Share(&'static [&'static str; 2]),
}

pub(super) const INT: Check = Check::Int(None, None);
pub(super) const LONG: Check = Check::Long(None, None);

/// Reads `text` as a value of `name`; gives it back as Kafka writes it.
pub(super) fn read(name: &str, check: Check, text: &str) -> Result<String, Thrown> {
    let trimmed = trim(text);
    let invalid = |value: &str, why: &str| Err(Thrown::invalid(name, value, why));
    let number = |kind: &str, number: Option<i64>, least: Option<i64>, most: Option<i64>| {
        let Some(number) = number else {
            return invalid(text, &format!("Not a number of type {kind}"));
        };
        let value = number.to_string();
        match (least, most) {
            (Some(least), _) if number < least => {
                invalid(&value, &format!("Value must be at least {least}"))
            }
            (_, Some(most)) if number > most => {
                invalid(&value, &format!("Value must be no more than {most}"))
            }
            _ => Ok(value),
        }
    };
    match check {
        Check::Boolean if trimmed.eq_ignore_ascii_case("true") => Ok("true".into()),
        Check::Boolean if trimmed.eq_ignore_ascii_case("false") => Ok("false".into()),
        Check::Boolean => invalid(text, "Expected value to be either true or false"),
        Check::Short(least, most) => {
            number("SHORT", trimmed.parse::<i16>().ok().map(i64::from), least, most)
        }
        Check::Int(least, most) => {
            number("INT", trimmed.parse::<i32>().ok().map(i64::from), least, most)
        }
        Check::Long(least, most) => number("LONG", trimmed.parse().ok(), least, most),
        Check::GzipLevel => match trimmed.parse::<i32>() {
            Ok(level @ (-1 | 1..=9)) => Ok(level.to_string()),
            Ok(level) => {
                invalid(&level.to_string(), "Value must be between 1 and 9 or equal to -1")
            }
            Err(_) => invalid(text, "Not a number of type INT"),
        },
        Check::Double(range) => {
            let Some(number) = Double::parse(trimmed) else {
                return invalid(text, "Not a number of type DOUBLE");
            };
            let value = number.to_string();
            match range {
                Some((least, _))
                    if Double::parse(least).is_some_and(|least| number.0 < least.0) =>
                {
                    invalid(&value, &format!("Value must be at least {least}"))
                }
                Some((_, most)) if Double::parse(most).is_some_and(|most| number.0 > most.0) => {
                    invalid(&value, &format!("Value must be no more than {most}"))
                }
                _ => Ok(value),
            }
        }
        Check::NonEmpty if trimmed.is_empty() => invalid("", "String must be non-empty"),
        Check::Text | Check::Password | Check::NonEmpty => Ok(trimmed.into()),
        Check::OneOf(words) if words.contains(&trimmed) => Ok(trimmed.into()),
        Check::OneOf(words) => {
            invalid(trimmed, &format!("String must be one of: {}", words.join(", ")))
        }
        Check::AnyCase(words) if words.contains(&&*trimmed.to_uppercase()) => Ok(trimmed.into()),
        Check::AnyCase(words) => invalid(
            trimmed,
            &format!("String must be one of (case insensitive): {}", words.join(", ")),
        ),
        Check::AnyList => Ok(split(trimmed).join(",")),
        Check::List { may_be_empty } => {
            let mut names: Vec<&str> = Vec::new();
            for one in split(trimmed) {
                if !names.contains(&one) {
                    names.push(one);
                }
            }
            if names.is_empty() && !may_be_empty {
                return Err(Thrown::config(format!(
                    "Configuration '{name}' must not be empty. Valid values include: any non-empty value"
                )));
            }
            if names.contains(&"") {
                return Err(Thrown::config(format!(
                    "Configuration '{name}' values must not be empty."
                )));
            }
            Ok(names.join(","))
        }
        Check::Class if classes::exists(trimmed) => Ok(trimmed.into()),
        Check::BookClass if classes::exists_in_book(trimmed) => Ok(trimmed.into()),
        Check::Class | Check::BookClass => {
            invalid(text, &format!("Class {text} could not be found."))
        }
        Check::OffsetReset => {
            let duration = trimmed.strip_prefix("by_duration:").map(parse_duration_ms);
            match trimmed {
                "earliest" | "latest" | "none" => Ok(trimmed.into()),
                _ if duration.flatten().is_some() => Ok(trimmed.into()),
                _ => invalid(
                    trimmed,
                    &format!(
                        "Invalid value `{trimmed}` for configuration {name}. The value must be either 'earliest', \
                         'latest', 'none' or of the format 'by_duration:<PnDTnHnMn.nS.>'."
                    ),
                ),
            }
        }
        Check::Share(words) => {
            // One of them takes any case.
            let folded = trimmed.to_uppercase().to_lowercase();
            let fits = if name == "share.acquire.mode" { &*folded } else { trimmed };
            if words.contains(&fits) {
                return Ok(trimmed.into());
            }
            let [a, b] = words;
            invalid(
                trimmed,
                &format!(
                    "Invalid value `{trimmed}` for configuration {name}. The value must either be '{a}' or '{b}'."
                ),
            )
        }
    }
}

/// What Java's `\s*,\s*` parts; nothing of an empty text.
pub(super) fn split(trimmed: &str) -> Vec<&str> {
    if trimmed.is_empty() {
        return Vec::new();
    }
    let space = |c: char| matches!(c, ' ' | '\t' | '\n' | '\u{b}' | '\u{c}' | '\r');
    let parts = trimmed.split(',');
    let last = trimmed.matches(',').count();
    parts
        .enumerate()
        .map(|(at, part)| {
            // The ends of the text are not beside a comma.
            let part = if at > 0 { part.trim_start_matches(space) } else { part };
            if at < last { part.trim_end_matches(space) } else { part }
        })
        .collect()
}

#[cfg(test)]
impl Check {
    /// Type and valid values, as `tests/oracle` prints them of Kafka's `ConfigKey`.
    pub(super) fn described(self) -> (&'static str, String) {
        let range = |least: Option<i64>, most: Option<i64>| match (least, most) {
            (None, None) => String::new(),
            (Some(least), None) => format!("Range [{least},...]"),
            (least, most) => format!("Range [{},...,{}]", least.unwrap(), most.unwrap()),
        };
        match self {
            Self::Boolean => ("BOOLEAN", String::new()),
            Self::Short(least, most) => ("SHORT", range(least, most)),
            Self::Int(least, most) => ("INT", range(least, most)),
            Self::Long(least, most) => ("LONG", range(least, most)),
            Self::GzipLevel => ("INT", "LambdaValidator [1,...,9] or -1".into()),
            Self::Double(None) => ("DOUBLE", String::new()),
            Self::Double(Some((least, most))) => ("DOUBLE", format!("Range [{least},...,{most}]")),
            Self::Text => ("STRING", String::new()),
            Self::NonEmpty => ("STRING", "NonEmptyString non-empty string".into()),
            Self::Password => ("PASSWORD", String::new()),
            Self::OneOf(words) => ("STRING", format!("ValidString [{}]", words.join(", "))),
            Self::AnyCase(words) => (
                "STRING",
                format!("CaseInsensitiveValidString (case insensitive) [{}]", words.join(", ")),
            ),
            Self::List { .. } => ("LIST", "ValidList ".into()),
            Self::AnyList => ("LIST", String::new()),
            Self::Class | Self::BookClass => ("CLASS", String::new()),
            Self::OffsetReset => {
                ("STRING", "Validator [latest, earliest, none, by_duration:PnDTnHnMn.nS]".into())
            }
            Self::Share(words) => ("STRING", format!("Validator [{}]", words.join(", "))),
        }
    }
}
