//! Records from text that a person typed, pasted or dropped: hostile until parsed.

use crate::sim::RecordSpec;
use crate::words::PasteError;

/// More records than this are refused in one go.
pub const MOST_RECORDS: usize = 10_000;
/// More bytes than this are refused in one go.
pub const MOST_BYTES: usize = 4 << 20;

/// Reads one record a line.
///
/// `key:value` splits at the first colon; without a colon the line is a value without a key; an empty
/// value after the colon is empty text. A line that begins with `{` and is a JSON object with `key`
/// or `value` (text or null) is a record by these; a null value is a tombstone. Any other JSON object
/// is an error, so that a slip of the pen does not become a value. Empty lines are passed over.
///
/// # Errors
/// [`PasteError`]; nothing is taken then.
pub fn read_records(text: &str) -> Result<Vec<RecordSpec>, PasteError> {
    if text.len() > MOST_BYTES {
        return Err(PasteError::TooLarge(text.len()));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = || text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let count = lines().count();
    match count {
        0 => return Err(PasteError::Empty),
        _ if count > MOST_RECORDS => return Err(PasteError::TooMany(count)),
        _ => {}
    }
    lines()
        .map(|(at, line)| {
            read_record(line).map_err(|message| PasteError::BadLine { line: at + 1, message })
        })
        .collect()
}

fn read_record(line: &str) -> Result<RecordSpec, String> {
    if line.trim_start().starts_with('{') {
        return serde_json::from_str(line).map_err(|error| error.to_string());
    }
    Ok(match line.split_once(':') {
        Some((key, value)) => RecordSpec {
            key: Some(key.trim().to_owned()),
            value: Some(value.trim().to_owned()),
            ..RecordSpec::default()
        },
        None => RecordSpec { value: Some(line.trim().to_owned()), ..RecordSpec::default() },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(key: Option<&str>, value: Option<&str>) -> RecordSpec {
        RecordSpec {
            key: key.map(Into::into),
            value: value.map(Into::into),
            ..RecordSpec::default()
        }
    }

    #[test]
    fn a_line_is_a_record() {
        let cases = [
            ("alice:lamp", spec(Some("alice"), Some("lamp"))),
            ("앨리스: 램프:빨강", spec(Some("앨리스"), Some("램프:빨강"))),
            ("just a value", spec(None, Some("just a value"))),
            ("bob:", spec(Some("bob"), Some(""))),
            (":x", spec(Some(""), Some("x"))),
            (r#"{"key":"a","value":null}"#, spec(Some("a"), None)),
            (r#"{"value":"{\"item\":\"lamp\"}"}"#, spec(None, Some(r#"{"item":"lamp"}"#))),
        ];
        for (text, expected) in cases {
            assert_eq!(read_records(text), Ok(vec![expected]), "{text}");
        }
    }

    #[test]
    fn a_bad_line_is_named_and_nothing_is_taken() {
        let error = read_records("a:1\n\n{\"kye\":\"a\"}\n").unwrap_err();
        assert!(
            matches!(&error, PasteError::BadLine { line: 3, message } if message.contains("kye"))
        );
        assert_eq!(read_records(" \n\n"), Err(PasteError::Empty));
        assert_eq!(read_records(&"x\n".repeat(10_001)), Err(PasteError::TooMany(10_001)));
        assert!(matches!(read_records(&"x".repeat(MOST_BYTES + 1)), Err(PasteError::TooLarge(_))));
    }
}
