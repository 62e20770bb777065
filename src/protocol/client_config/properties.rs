//! A `.properties` text, read as Java reads it.
//!
//! Java: `java.util.Properties.load(Reader)` and `store`.

use std::fmt::Write as _;

/// A `\u` without four hexadecimal digits: `load` throws, and nothing is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// In which line of the text, from 1.
    pub line: usize,
}

impl Malformed {
    /// What `IllegalArgumentException.getMessage()` says.
    pub const MESSAGE: &'static str = "Malformed \\uxxxx encoding.";
}

/// Reads names and values in the order of the text, each name once: the last value of it holds.
///
/// A name ends at the first `=`, `:` or blank that no backslash precedes; blanks, one `=` or `:` and blanks
/// again part it from the value, which is the rest of the line, blanks at its end and all. A line that ends in
/// an odd number of backslashes goes on in the next one, whose blanks at the beginning are dropped. `#` and `!`
/// at the beginning of a line make it a comment. `\t`, `\n`, `\r`, `\f` and `\uXXXX` stand for one character;
/// before any other, a backslash is dropped.
///
/// # Errors
/// [`Malformed`], with its line.
pub fn read_properties(text: &str) -> Result<Vec<(String, String)>, Malformed> {
    let mut properties: Vec<(String, String)> = Vec::new();
    for (line, logical) in logical_lines(text) {
        let (name, value) = parted(&logical);
        let read = |part: &[char]| unescaped(part).ok_or(Malformed { line });
        let (name, value) = (read(name)?, read(value)?);
        match properties.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => properties.push((name, value)),
        }
    }
    Ok(properties)
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{c}')
}

/// Lines without comments and empty ones, those that a backslash continues put together, with their numbers.
///
/// A line of which nothing is there yet is as good as none: after a backslash alone, a comment is one.
fn logical_lines(text: &str) -> Vec<(usize, Vec<char>)> {
    let mut lines = Vec::new();
    let mut line: Vec<char> = Vec::new();
    let (mut number, mut begun) = (1, 1);
    let (mut at_start, mut goes_on, mut slash) = (true, false, false);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let is_end = matches!(c, '\n' | '\r');
        let here = number;
        if is_end && !(c == '\r' && rest.peek() == Some(&'\n')) {
            number += 1;
        }
        if at_start && (is_blank(c) || (is_end && !goes_on)) {
            continue;
        }
        (at_start, goes_on) = (false, false);
        if line.is_empty() {
            begun = here;
        }
        if line.is_empty() && (c == '#' || c == '!') {
            while rest.next_if(|c| !matches!(c, '\n' | '\r')).is_some() {}
            at_start = true;
        } else if !is_end {
            slash = c == '\\' && !slash;
            line.push(c);
        } else if line.is_empty() {
            at_start = true;
        } else if slash && rest.peek().is_some() {
            line.pop();
            if c == '\r' && rest.next_if_eq(&'\n').is_some() {
                number += 1;
            }
            (at_start, goes_on, slash) = (true, true, false);
        } else {
            if slash {
                line.pop();
            }
            lines.push((begun, std::mem::take(&mut line)));
            (at_start, slash) = (true, false);
        }
    }
    if !line.is_empty() {
        if slash {
            line.pop();
        }
        lines.push((begun, line));
    }
    lines
}

/// Name and value of a line, still escaped.
fn parted(line: &[char]) -> (&[char], &[char]) {
    let mut escaped = false;
    let ends = |c: &char| {
        let end = !escaped && (matches!(c, '=' | ':') || is_blank(*c));
        escaped = *c == '\\' && !escaped;
        end
    };
    let name_ends = line.iter().position(ends).unwrap_or(line.len());
    let (name, rest) = line.split_at(name_ends);
    let skip = |rest: &[char]| rest.iter().take_while(|c| is_blank(**c)).count();
    let rest = &rest[skip(rest)..];
    let rest = match rest {
        ['=' | ':', rest @ ..] => rest,
        rest => rest,
    };
    (name, &rest[skip(rest)..])
}

fn unescaped(part: &[char]) -> Option<String> {
    // UTF-16, as in Java: two escapes may make one character.
    let mut units: Vec<u16> = Vec::with_capacity(part.len());
    let mut rest = part.iter();
    while let Some(&c) = rest.next() {
        let c = match (c, rest.as_slice()) {
            ('\\', ['u', digits @ ..]) => {
                let mut unit = 0;
                for digit in digits.get(..4)? {
                    unit = unit << 4 | digit.to_digit(16)? as u16;
                }
                units.push(unit);
                rest = digits[4..].iter();
                continue;
            }
            ('\\', [next, after @ ..]) => {
                rest = after.iter();
                match next {
                    't' => '\t',
                    'n' => '\n',
                    'r' => '\r',
                    'f' => '\u{c}',
                    other => *other,
                }
            }
            (c, _) => c,
        };
        units.extend_from_slice(c.encode_utf16(&mut [0; 2]));
    }
    Some(String::from_utf16_lossy(&units))
}

/// Writes properties so that [`read_properties`] reads them back.
#[must_use]
pub fn write_properties<'a>(properties: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut out = String::new();
    for (name, value) in properties {
        escape(&mut out, name, true);
        out.push('=');
        escape(&mut out, value, false);
        out.push('\n');
    }
    out
}

fn escape(out: &mut String, text: &str, is_name: bool) {
    for (at, c) in text.chars().enumerate() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\u{c}' => out.push_str("\\f"),
            '=' | ':' | '#' | '!' | ' ' if is_name || (at == 0 && c == ' ') => {
                let _ = write!(out, "\\{c}");
            }
            c => out.push(c),
        }
    }
}
