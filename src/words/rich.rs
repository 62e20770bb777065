//! What a person reads, with emphasis but without markup: a line of spans.

use std::fmt::{self, Display};

use crate::protocol::Bytes;
use crate::words::josa::Josa;

/// How a span looks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Style {
    /// Text.
    #[default]
    Plain,
    /// The point of the sentence.
    Strong,
    /// A name or a number of Kafka's, in monospace: a setting, an offset, bytes, a file.
    Code,
    /// A record's key, coloured and lettered like the key itself.
    Key(Bytes),
}

/// Some words of one style.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// The words.
    pub text: String,
    /// How they look.
    pub style: Style,
}

/// A line of text, with emphasis.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Line(pub Vec<Span>);

/// What can stand in a [`line!`]: text, a span, a particle, another line.
pub trait Piece {
    /// Appends it.
    fn add_to(self, line: &mut Line);
}

/// A [`Line`] of pieces: `line!["offset ", number(7), " is ", strong("next")]`.
macro_rules! line {
    ($($piece:expr),* $(,)?) => {{
        #[allow(unused_mut)]
        let mut line = $crate::words::Line::default();
        $($crate::words::Piece::add_to($piece, &mut line);)*
        line
    }};
}

pub(crate) use line;

impl Line {
    /// Plain text.
    #[must_use]
    pub fn plain(text: impl Into<String>) -> Self {
        line![text.into()]
    }

    /// Text in which `` `words` `` are code and `*words*` strong. For fixed sentences, not for data.
    #[must_use]
    pub fn marked(text: &str) -> Self {
        let mut line = Self::default();
        let mut rest = text;
        while let Some(at) = rest.find(['`', '*']) {
            let mark = &rest[at..=at];
            let Some(length) = rest[at + 1..].find(mark) else { break };
            line.push(&rest[..at], Style::Plain);
            let style = if mark == "`" { Style::Code } else { Style::Strong };
            line.push(&rest[at + 1..at + 1 + length], style);
            rest = &rest[at + length + 2..];
        }
        line.push(rest, Style::Plain);
        line
    }

    /// Appends words; those of the style of the last span join it.
    pub fn push(&mut self, text: &str, style: Style) {
        if text.is_empty() {
            return;
        }
        match self.0.last_mut() {
            Some(last) if last.style == style => last.text.push_str(text),
            _ => self.0.push(Span { text: text.to_owned(), style }),
        }
    }

    /// Appends a piece.
    #[must_use]
    pub fn and(mut self, piece: impl Piece) -> Self {
        piece.add_to(&mut self);
        self
    }

    /// Whether there is nothing to read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The words alone, as a screen reader hears them.
    #[must_use]
    pub fn plain_text(&self) -> String {
        self.0.iter().map(|span| span.text.as_str()).collect()
    }

    /// The lines with `separator` between them.
    #[must_use]
    pub fn joined(lines: impl IntoIterator<Item = Self>, separator: &str) -> Self {
        let mut all = Self::default();
        for (at, line) in lines.into_iter().enumerate() {
            if at > 0 {
                all.push(separator, Style::Plain);
            }
            line.add_to(&mut all);
        }
        all
    }
}

impl Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|span| f.write_str(&span.text))
    }
}

impl Piece for &str {
    fn add_to(self, line: &mut Line) {
        line.push(self, Style::Plain);
    }
}

impl Piece for String {
    fn add_to(self, line: &mut Line) {
        line.push(&self, Style::Plain);
    }
}

impl Piece for &String {
    fn add_to(self, line: &mut Line) {
        line.push(self, Style::Plain);
    }
}

impl Piece for Span {
    fn add_to(self, line: &mut Line) {
        line.push(&self.text, self.style);
    }
}

impl Piece for Line {
    fn add_to(self, line: &mut Line) {
        for span in self.0 {
            span.add_to(line);
        }
    }
}

impl Piece for Josa {
    /// The form that fits the words so far.
    fn add_to(self, line: &mut Line) {
        let words = line.plain_text();
        line.push(self.after(&words), Style::Plain);
    }
}

impl<P: Piece> Piece for Option<P> {
    fn add_to(self, line: &mut Line) {
        if let Some(piece) = self {
            piece.add_to(line);
        }
    }
}

/// The point of the sentence.
#[must_use]
pub fn strong(text: impl Display) -> Span {
    span(&text, Style::Strong)
}

/// A name or value of Kafka's.
#[must_use]
pub fn code(text: impl Display) -> Span {
    span(&text, Style::Code)
}

fn span(text: &dyn Display, style: Style) -> Span {
    Span { text: text.to_string(), style }
}

/// A record's key: its text, or its bytes where they are no text; cut where it is long.
#[must_use]
pub fn key(bytes: &Bytes) -> Span {
    Span { text: key_text(bytes), style: Style::Key(Bytes::clone(bytes)) }
}

/// How a key is written: its text, or its bytes where they are no text; cut where it is long.
#[must_use]
pub fn key_text(bytes: &[u8]) -> String {
    const LONGEST: usize = 24;
    match std::str::from_utf8(bytes) {
        Ok("") => "\"\"".to_owned(),
        Ok(text) if !text.chars().any(char::is_control) => {
            if text.chars().count() <= LONGEST {
                text.to_owned()
            } else {
                text.chars().take(LONGEST - 1).chain(['…']).collect()
            }
        }
        _ => hex(bytes, 8),
    }
}

/// Bytes in hexadecimal, no more than `longest` of them.
#[must_use]
pub fn hex(bytes: &[u8], longest: usize) -> String {
    let mut text: Vec<String> =
        bytes.iter().take(longest).map(|byte| format!("{byte:02x}")).collect();
    if bytes.len() > longest {
        text.push("…".to_owned());
    }
    text.join(" ")
}

/// A whole number, with commas between thousands.
#[must_use]
pub fn grouped(number: impl Into<i128>) -> String {
    let number = number.into();
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number < 0 { format!("-{text}") } else { text }
}

/// A number that decided something.
#[must_use]
pub fn number(number: impl Into<i128>) -> Span {
    code(grouped(number))
}

/// A size, such as `16,421 B`.
#[must_use]
pub fn size(bytes: impl Into<i128>) -> Span {
    code(format!("{} B", grouped(bytes)))
}

/// A length of time: `140 ms`, `12.48 s`.
#[must_use]
pub fn span_of_ms(ms: impl Into<i128>) -> Span {
    let ms = ms.into();
    if ms.abs() < 10_000 {
        return code(format!("{} ms", grouped(ms)));
    }
    if (HOUR_MS..).contains(&ms) {
        let (days, rest) = (ms / DAY_MS, ms % DAY_MS);
        return code(match (days, rest) {
            (days, 0) => format!("{} d", grouped(days)),
            (0, rest) if rest % HOUR_MS == 0 => format!("{} h", rest / HOUR_MS),
            _ => long(ms),
        });
    }
    let thousandths = format!("{:03}", ms.unsigned_abs() % 1000);
    let thousandths = thousandths.trim_end_matches('0');
    let point = if thousandths.is_empty() { "" } else { "." };
    code(format!("{}{point}{thousandths} s", grouped(ms / 1000)))
}

const HOUR_MS: i128 = 3_600_000;
const DAY_MS: i128 = 24 * HOUR_MS;

/// Days, hours, minutes and seconds.
fn long(ms: i128) -> String {
    let (days, rest) = (ms / DAY_MS, ms % DAY_MS);
    let days = if days > 0 { format!("{} d ", grouped(days)) } else { String::new() };
    let (hours, minutes) = (rest / HOUR_MS, rest / 60_000 % 60);
    let (seconds, ms) = (rest / 1000 % 60, rest % 1000);
    let thousandths = if ms > 0 { format!(".{ms:03}") } else { String::new() };
    format!("{days}{hours:02}:{minutes:02}:{seconds:02}{thousandths}")
}

/// A moment: `12.480 s` after the start, `2 d 03:00:00` where it is long.
#[must_use]
pub fn clock(since_start_ms: i64) -> String {
    let sign = if since_start_ms < 0 { "-" } else { "" };
    let ms = since_start_ms.unsigned_abs();
    if i128::from(ms) >= HOUR_MS {
        return format!("{sign}{}", long(ms.into()));
    }
    format!("{sign}{}.{:03} s", grouped(ms / 1000), ms % 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marked_text_becomes_spans() {
        let line = Line::marked("`acks` says *who* must have it, 2*2");
        assert_eq!(line.plain_text(), "acks says who must have it, 2*2");
        let styles: Vec<&Style> = line.0.iter().map(|span| &span.style).collect();
        assert_eq!(styles, [&Style::Code, &Style::Plain, &Style::Strong, &Style::Plain]);
    }

    #[test]
    fn numbers_and_times_are_written_for_people() {
        assert_eq!(grouped(0u32), "0");
        assert_eq!(grouped(999u32), "999");
        assert_eq!(grouped(16_421u32), "16,421");
        assert_eq!(grouped(-1_563_381_124i32), "-1,563,381,124");
        assert_eq!(clock(12_480), "12.480 s");
        assert_eq!(clock(-5), "-0.005 s");
        assert_eq!(clock(3_599_007), "3,599.007 s");
        assert_eq!(clock(3_600_007), "01:00:00.007");
        assert_eq!(clock(-90_061_000), "-1 d 01:01:01");
        let spans = [
            (140u64, "140 ms"),
            (9_999, "9,999 ms"),
            (12_480, "12.48 s"),
            (60_000, "60 s"),
            (604_800_000, "7 d"),
            (604_799_836, "6 d 23:59:59.836"),
            (7_200_000, "2 h"),
            (3_661_000, "01:01:01"),
        ];
        for (ms, expected) in spans {
            assert_eq!(span_of_ms(ms).text, expected);
        }
    }

    #[test]
    fn keys_are_text_or_bytes_and_never_long() {
        let cases: [(&[u8], &str); 5] = [
            (b"alice", "alice"),
            (b"", "\"\""),
            ("홍길동".as_bytes(), "홍길동"),
            (&[0, 0, 0, 42], "00 00 00 2a"),
            (&[255; 9], "ff ff ff ff ff ff ff ff …"),
        ];
        for (bytes, expected) in cases {
            assert_eq!(key_text(bytes), expected);
        }
        assert_eq!(key_text("x".repeat(99).as_bytes()).chars().count(), 24);
    }

    #[test]
    fn pieces_of_one_style_join_and_particles_fit() {
        let line = line!["파티션 ", strong(0), Josa::Toward, " ", "갑니다"];
        assert_eq!(line.plain_text(), "파티션 0으로 갑니다");
        assert_eq!(line.0.len(), 3);
    }
}
