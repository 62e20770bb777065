//! Korean particles: their form follows from the sound before them, also after digits and Latin letters.

/// A particle with two forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Josa {
    /// 은/는.
    Topic,
    /// 이/가.
    Subject,
    /// 을/를.
    Object,
    /// 으로/로.
    Toward,
    /// 과/와.
    With,
    /// 이/– before 라, 며, 고, 었.
    Copula,
}

/// How the sound before a particle ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Vowel,
    /// ㄹ, after which 로 stays short.
    Rieul,
    Consonant,
}

impl Josa {
    /// The form after `words`.
    #[must_use]
    pub fn after(self, words: &str) -> &'static str {
        let end = end_of(words);
        let (after_consonant, after_vowel) = match self {
            Self::Topic => ("은", "는"),
            Self::Subject => ("이", "가"),
            Self::Object => ("을", "를"),
            Self::Toward if end == End::Rieul => ("로", "로"),
            Self::Toward => ("으로", "로"),
            Self::With => ("과", "와"),
            Self::Copula => ("이", ""),
        };
        if end == End::Vowel { after_vowel } else { after_consonant }
    }
}

fn end_of(words: &str) -> End {
    let words = words.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '%');
    let Some(last) = words.chars().next_back() else { return End::Vowel };
    match last {
        '가'..='힣' => match (last as u32 - '가' as u32) % 28 {
            0 => End::Vowel,
            8 => End::Rieul,
            _ => End::Consonant,
        },
        // 일, 칠, 팔; 영 (and 십, 백, 천, 만, 억), 삼, 육.
        '1' | '7' | '8' => End::Rieul,
        '0' | '3' | '6' => End::Consonant,
        _ if last.is_ascii_alphabetic() => {
            let start = words
                .rfind(|c: char| !c.is_ascii_alphabetic())
                .map_or(0, |at| at + words[at..].chars().next().map_or(0, char::len_utf8));
            end_of_latin(&words[start..])
        }
        _ => End::Vowel,
    }
}

/// As a Korean engineer reads it aloud: short capitals and words without a vowel letter by letter.
fn end_of_latin(word: &str) -> End {
    let lower = word.to_ascii_lowercase();
    let spelled = (word.len() <= 4 && word.bytes().all(|b| b.is_ascii_uppercase()))
        || !lower.bytes().any(|b| b"aeiouy".contains(&b));
    let last = lower.as_bytes()[lower.len() - 1];
    if spelled {
        return match last {
            b'l' | b'r' => End::Rieul,
            b'm' | b'n' => End::Consonant,
            _ => End::Vowel,
        };
    }
    let before = lower.len().checked_sub(2).map_or(b' ', |at| lower.as_bytes()[at]);
    let after_vowel = b"aeiouy".contains(&before);
    match last {
        b'l' => End::Rieul,
        b'e' if before == b'l' => End::Rieul,
        b'e' if matches!(before, b'm' | b'n' | b'p') => End::Consonant,
        b'm' | b'n' => End::Consonant,
        b'g' if before == b'n' => End::Consonant,
        b'c' => End::Consonant,
        b'k' if after_vowel || before == b'c' => End::Consonant,
        b't' | b'p' | b'b' if after_vowel => End::Consonant,
        _ => End::Vowel,
    }
}

#[cfg(test)]
mod tests {
    use super::Josa::*;

    #[test]
    fn particles_follow_the_last_sound() {
        let cases = [
            // Hangul: vowel, consonant, ㄹ.
            ("브로커", "는", "가", "를", "로", "와"),
            ("오프셋", "은", "이", "을", "으로", "과"),
            ("파일", "은", "이", "을", "로", "과"),
            ("파티션", "은", "이", "을", "으로", "과"),
            ("코디네이터", "는", "가", "를", "로", "와"),
            // Digits as they are read.
            ("0", "은", "이", "을", "으로", "과"),
            ("1", "은", "이", "을", "로", "과"),
            ("2", "는", "가", "를", "로", "와"),
            ("3", "은", "이", "을", "으로", "과"),
            ("4", "는", "가", "를", "로", "와"),
            ("5", "는", "가", "를", "로", "와"),
            ("6", "은", "이", "을", "으로", "과"),
            ("7", "은", "이", "을", "로", "과"),
            ("8", "은", "이", "을", "로", "과"),
            ("9", "는", "가", "를", "로", "와"),
            ("16,420", "은", "이", "을", "으로", "과"),
            ("till-1", "은", "이", "을", "로", "과"),
            ("c2", "는", "가", "를", "로", "와"),
            // Latin letters as words.
            ("alice", "는", "가", "를", "로", "와"),
            ("bob", "은", "이", "을", "으로", "과"),
            ("carol", "은", "이", "을", "로", "과"),
            ("erin", "은", "이", "을", "으로", "과"),
            ("frank", "는", "가", "를", "로", "와"),
            ("store", "는", "가", "를", "로", "와"),
            ("customers", "는", "가", "를", "로", "와"),
            ("offset", "은", "이", "을", "으로", "과"),
            ("segment", "는", "가", "를", "로", "와"),
            ("file", "은", "이", "을", "로", "과"),
            ("group", "은", "이", "을", "으로", "과"),
            // Letter by letter.
            ("crm", "은", "이", "을", "으로", "과"),
            ("LEO", "는", "가", "를", "로", "와"),
            ("retention.ms", "는", "가", "를", "로", "와"),
            // What is not read does not count.
            ("오프셋(next)", "는", "가", "를", "로", "와"),
            ("‘오프셋’", "은", "이", "을", "으로", "과"),
            ("50%", "는", "가", "를", "로", "와"),
            ("", "는", "가", "를", "로", "와"),
        ];
        for (words, topic, subject, object, toward, with) in cases {
            let forms = [Topic, Subject, Object, Toward, With].map(|josa| josa.after(words));
            assert_eq!(forms, [topic, subject, object, toward, with], "{words}");
        }
        assert_eq!((Copula.after("오프셋"), Copula.after("브로커")), ("이", ""));
    }
}
