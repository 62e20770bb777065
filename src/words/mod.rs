//! Everything a person reads, in English and Korean: a missing string does not compile.
//!
//! Each part of the application has a trait of sentences; [`En`] and [`Ko`] implement it, [`Words`]
//! is all of them. Kafka's own names and sentences stay as Kafka writes them; the words here explain them.

mod en;
mod errors;
mod events;
mod facts;
mod inspect;
pub mod josa;
mod ko;
mod label;
mod lesson;
mod panel;
mod rich;
mod settings;
mod stage;
mod terms;

pub use errors::ErrorWords;
pub use events::{EventWords, importance, line_of_run};
pub use facts::short_member_id;
pub use label::Label;
pub use lesson::{Choice, LessonWords, StepName, Theme};
pub use panel::{PanelWords, PasteError};
pub(crate) use rich::line;
pub use rich::{
    Line, Piece, Span, Style, clock, code, grouped, hex, key, key_text, number, size, span_of_ms,
    strong,
};
pub use settings::SettingWords;
pub use stage::{Doing, StageWords};
pub use terms::{Term, TermWords};

/// A language that the page speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Korean.
    Ko,
}

impl Lang {
    /// All languages.
    pub const ALL: [Self; 2] = [Self::En, Self::Ko];

    /// The language of a tag such as `ko-KR`, if it is spoken here.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        let language = tag.split(['-', '_']).next()?.to_ascii_lowercase();
        Self::ALL.into_iter().find(|lang| lang.code() == language)
    }

    /// `en` or `ko`, as in the page's address and its `lang` attribute.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ko => "ko",
        }
    }
}

/// English.
#[derive(Clone, Copy, Debug)]
pub struct En;

/// Korean.
#[derive(Clone, Copy, Debug)]
pub struct Ko;

/// All sentences of one language. A new part of the application adds its trait here.
pub trait Words:
    EventWords + SettingWords + ErrorWords + TermWords + LessonWords + PanelWords + StageWords
{
    /// Which language this is.
    fn lang(&self) -> Lang;
}

impl Words for En {
    fn lang(&self) -> Lang {
        Lang::En
    }
}

impl Words for Ko {
    fn lang(&self) -> Lang {
        Lang::Ko
    }
}

/// The sentences of a language.
#[must_use]
pub fn words(lang: Lang) -> &'static dyn Words {
    match lang {
        Lang::En => &En,
        Lang::Ko => &Ko,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::ErrorCode;
    use crate::protocol::config::DEFINITIONS;

    /// Settings in all their scopes, errors, terms.
    #[test]
    fn everything_of_kafkas_is_explained_in_both_languages() {
        for lang in Lang::ALL {
            let words = words(lang);
            let settings = DEFINITIONS.iter().map(|d| words.setting(d.scope, d.setting));
            let errors = ErrorCode::ALL.iter().map(|error| words.error(*error));
            let terms = Term::ALL.iter().map(|term| words.term(*term));
            for line in settings.chain(errors).chain(terms) {
                let text = line.plain_text();
                let hangul = text.chars().any(|c| ('가'..='힣').contains(&c));
                assert_eq!(hangul, lang == Lang::Ko, "{text}");
                assert!(text.ends_with('.') && !text.contains(['`', '—']), "{text}");
                assert!(text.chars().count() <= 160, "{} characters: {text}", text.chars().count());
            }
            for term in Term::ALL {
                assert!(!words.term_name(*term).is_empty());
            }
        }
    }

    #[test]
    fn tags_name_languages() {
        let cases = [
            ("ko", Some(Lang::Ko)),
            ("ko-KR", Some(Lang::Ko)),
            ("KO_kr", Some(Lang::Ko)),
            ("en-GB", Some(Lang::En)),
            ("kok", None),
            ("", None),
        ];
        for (tag, expected) in cases {
            assert_eq!(Lang::parse(tag), expected, "{tag}");
        }
        for lang in Lang::ALL {
            assert_eq!(words(lang).lang(), lang);
            assert_eq!(Lang::parse(lang.code()), Some(lang));
        }
    }
}
