//! What the inspector says of a thing: titles, labels, and one sentence for each number.
//!
//! Both languages stand side by side. In a sentence `{name}` is an argument, `` `code` `` and `*strong*`
//! are styles, and `~은` is a Korean particle in the form that fits the words before it. Arguments are
//! data: marks in them are left alone.

mod broker;
mod bytes;
mod clients;
mod console;
mod consumer;
mod groups;
mod keys;
mod ledger;
mod log;
mod pipeline;
mod room;
mod settings;
mod theatre;
mod verify;
mod why_not;

use crate::protocol::Offset;
use crate::words::josa::Josa;
use crate::words::{Lang, Line, Piece, Span, Style};

/// What a sentence takes.
pub(super) trait Argument {
    /// As a piece of a line.
    fn line(self) -> Line;
}

macro_rules! numbers {
    ($($number:ty),*) => {
        $(impl Argument for $number {
            fn line(self) -> Line {
                Line::plain(self.to_string())
            }
        })*
    };
}

numbers!(u32, u64, i32, i64, Offset);

impl Argument for &str {
    fn line(self) -> Line {
        Line::plain(self)
    }
}

impl Argument for Span {
    fn line(self) -> Line {
        Line(vec![self])
    }
}

impl Argument for Line {
    fn line(self) -> Line {
        self
    }
}

/// A sentence, English first, with its arguments put in.
fn fill(lang: Lang, [en, ko]: &[&str; 2], arguments: Vec<(&str, Line)>) -> Line {
    let template = match lang {
        Lang::En => en,
        Lang::Ko => ko,
    };
    put_in(template, &arguments)
}

fn put_in(template: &str, arguments: &[(&str, Line)]) -> Line {
    let mut line = Line::default();
    let mut style = Style::Plain;
    let mut rest = template;
    while let Some(at) = rest.find(['`', '*', '{', '~']) {
        line.push(&rest[..at], style.clone());
        let mark = rest.as_bytes()[at];
        rest = &rest[at + 1..];
        match mark {
            b'`' => style = if style == Style::Code { Style::Plain } else { Style::Code },
            b'*' => style = if style == Style::Strong { Style::Plain } else { Style::Strong },
            b'{' => {
                let end = rest.find('}').expect("a brace is closed");
                let name = &rest[..end];
                let known = arguments.iter().find(|(argument, _)| *argument == name);
                for span in &known.expect("a sentence names its own arguments").1.0 {
                    let plain = span.style == Style::Plain;
                    line.push(&span.text, if plain { style.clone() } else { span.style.clone() });
                }
                rest = &rest[end + 1..];
            }
            _ => {
                let particle = rest.chars().next().expect("a particle follows its mark");
                josa(particle).expect("one of the six particles").add_to(&mut line);
                rest = &rest[particle.len_utf8()..];
            }
        }
    }
    line.push(rest, style);
    line
}

fn josa(particle: char) -> Option<Josa> {
    Some(match particle {
        '은' => Josa::Topic,
        '이' => Josa::Subject,
        '을' => Josa::Object,
        '로' => Josa::Toward,
        '과' => Josa::With,
        '라' => Josa::Copula,
        _ => return None,
    })
}

/// Sentences in both languages: `name(argument: Type) "English" "Korean";`.
///
/// They are methods of `dyn Words` itself, one for both languages: hundreds of them would otherwise be
/// there twice in the download, and twice in a table of functions.
macro_rules! sentences {
    (
        $(#[$doc:meta])* $templates:ident;
        $($name:ident($($argument:ident: $type:ty),*) $en:literal $ko:literal;)*
    ) => {
        $(#[$doc])*
        impl dyn Words + '_ {
            $(#[doc = $en] #[must_use] pub fn $name(&self, $($argument: $type),*) -> Line {
                fill(self.lang(), &[$en, $ko], vec![$((stringify!($argument), Argument::line($argument))),*])
            })*
        }

        /// Name, English, Korean, arguments: for tests.
        #[cfg(test)]
        pub(super) const $templates: &[(&str, &str, &str, &[&str])] =
            &[$((stringify!($name), $en, $ko, &[$(stringify!($argument)),*])),*];
    };
}

use sentences;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::code;

    #[test]
    fn arguments_take_the_style_around_them_and_are_not_read_as_marks() {
        let line = put_in(
            "`{a}` is *{b}*{c}",
            &[("a", "x*y".line()), ("b", 7u64.line()), ("c", code("`").line())],
        );
        assert_eq!(line.plain_text(), "x*y is 7`");
        let styles: Vec<_> = line.0.iter().map(|span| span.style.clone()).collect();
        assert_eq!(styles, [Style::Code, Style::Plain, Style::Strong, Style::Code]);
    }

    #[test]
    fn particles_fit_what_stands_before_them() {
        for (offset, expected) in [(1u64, "오프셋 1은"), (2, "오프셋 2는")] {
            let line = put_in("오프셋 `{offset}`~은", &[("offset", offset.line())]);
            assert_eq!(line.plain_text(), expected);
        }
    }

    /// Every sentence uses each of its arguments, in both languages, and no other.
    #[test]
    fn sentences_use_all_of_their_arguments() {
        let all = [
            broker::TEMPLATES,
            bytes::TEMPLATES,
            clients::TEMPLATES,
            console::TEMPLATES,
            groups::TEMPLATES,
            consumer::TEMPLATES,
            keys::TEMPLATES,
            ledger::TEMPLATES,
            log::TEMPLATES,
            pipeline::TEMPLATES,
            room::TEMPLATES,
            settings::TEMPLATES,
            theatre::TEMPLATES,
            verify::TEMPLATES,
            why_not::TEMPLATES,
        ];
        for (name, en, ko, arguments) in all.into_iter().flatten() {
            for template in [en, ko] {
                let filled: Vec<_> =
                    arguments.iter().map(|argument| (*argument, "1".line())).collect();
                let text = put_in(template, &filled).plain_text();
                assert!(!text.contains(['`', '*', '{', '~']), "{name}: {text}");
                for argument in *arguments {
                    assert!(template.contains(&format!("{{{argument}}}")), "{name}: {argument}");
                }
                for mark in ['`', '*'] {
                    assert_eq!(template.matches(mark).count() % 2, 0, "{name}: {mark}");
                }
            }
            assert!(ko.chars().any(|c| ('가'..='힣').contains(&c)) || en == ko, "{name}");
        }
    }
}
