//! How wide words are, without a browser: close enough, and rather too wide than too narrow.
//!
//! The widths are those of DejaVu Sans, one of the widest system fonts, so that what fits here fits
//! anywhere. The painter never measures.

/// The two fonts of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Font {
    /// Words.
    Sans,
    /// Numbers, offsets, bytes, names of settings and files.
    Mono,
}

/// Hundredths of an em of the characters from space to `~`.
const REGULAR: [u8; 95] = [
    32, 41, 46, 84, 64, 96, 78, 28, 40, 40, 50, 84, 32, 37, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 34, 34, 84, 84, 84, 54, 100, 69, 69, 70, 78, 64, 58, 78, 76, 30, 30, 66, 56, 87, 75,
    79, 61, 79, 70, 64, 62, 74, 69, 99, 69, 62, 69, 40, 34, 40, 84, 50, 50, 62, 64, 55, 64, 62, 36,
    64, 64, 28, 28, 58, 28, 98, 64, 62, 64, 64, 42, 53, 40, 64, 60, 82, 60, 60, 53, 64, 34, 64, 84,
];
const BOLD: [u8; 95] = [
    35, 46, 53, 84, 70, 101, 88, 31, 46, 46, 53, 84, 38, 42, 38, 37, 70, 70, 70, 70, 70, 70, 70,
    70, 70, 70, 40, 40, 84, 84, 84, 59, 100, 78, 77, 74, 84, 69, 69, 83, 84, 38, 38, 78, 64, 100,
    84, 86, 74, 86, 78, 73, 69, 82, 78, 111, 78, 73, 73, 46, 37, 46, 84, 50, 50, 68, 72, 60, 72,
    68, 44, 72, 72, 35, 35, 67, 35, 105, 72, 69, 72, 72, 50, 60, 48, 72, 66, 93, 65, 66, 59, 72,
    37, 72, 84,
];
/// Of an em, every character of DejaVu Sans Mono.
const MONO: f32 = 0.602;

/// The width of `text` in pixels.
#[must_use]
pub fn width(text: &str, font: Font, size: f32, bold: bool) -> f32 {
    let table = if bold { &BOLD } else { &REGULAR };
    let hundredths: f32 = text
        .chars()
        .map(|c| match (c, font) {
            ('\u{1100}'..='\u{11ff}' | '\u{2e80}'.., _) => 100.0,
            (_, Font::Mono) => MONO * 100.0,
            (' '..='~', Font::Sans) => f32::from(table[c as usize - 32]),
            ('·', Font::Sans) => 34.0,
            ('…', Font::Sans) => 100.0,
            _ => 84.0,
        })
        .sum();
    hundredths * size / 100.0
}

/// As much of `text` as fits into `room` pixels, with an ellipsis if it was cut; empty if nothing fits.
#[must_use]
pub fn fitted(text: &str, font: Font, size: f32, bold: bool, room: f32) -> String {
    if width(text, font, size, bold) <= room {
        return text.to_owned();
    }
    let mut kept = text.to_owned();
    while kept.pop().is_some() {
        let cut = format!("{}…", kept.trim_end());
        if width(&cut, font, size, bold) <= room {
            return cut;
        }
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hangul_is_wider_than_latin_and_mono_is_even() {
        assert!(width("가", Font::Sans, 12.0, false) > width("a", Font::Sans, 12.0, false));
        let (thin, wide) =
            (width("iii", Font::Mono, 11.0, false), width("www", Font::Mono, 11.0, false));
        assert!((thin - wide).abs() < f32::EPSILON);
    }

    #[test]
    fn what_is_cut_fits() {
        let cut = fitted("group.initial.rebalance", Font::Sans, 12.0, false, 60.0);
        assert!(cut.ends_with('…') && width(&cut, Font::Sans, 12.0, false) <= 60.0, "{cut}");
        assert_eq!(fitted("ab", Font::Sans, 12.0, false, 60.0), "ab");
        assert_eq!(fitted("ab", Font::Sans, 12.0, false, 1.0), "");
    }
}
