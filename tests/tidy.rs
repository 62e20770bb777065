//! Reads `src/` and holds what the compiler does not: which layer may import which, what makes runs
//! differ, module docs, sizes of files.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The layers of the library and what each may import beside itself. A layer may not exist yet.
const LAYERS: [(&str, &[&str]); 12] = [
    ("protocol", &[]),
    ("storage", &["protocol"]),
    ("broker", &["protocol", "storage"]),
    ("controller", &["protocol", "storage"]),
    ("client", &["protocol"]),
    ("streams", &["protocol", "client"]),
    ("sim", &["protocol", "storage", "broker", "controller", "client", "streams"]),
    ("cases", &["protocol", "storage", "broker", "controller", "client", "streams"]),
    ("words", &["protocol", "storage", "broker", "controller", "client", "streams", "sim"]),
    (
        "scene",
        &["protocol", "storage", "broker", "controller", "client", "streams", "sim", "words"],
    ),
    (
        "lesson",
        &["protocol", "storage", "broker", "controller", "client", "streams", "sim", "words"],
    ),
    (
        "session",
        &[
            "protocol",
            "storage",
            "broker",
            "controller",
            "client",
            "streams",
            "sim",
            "cases",
            "words",
            "scene",
            "lesson",
        ],
    ),
];

/// The layers of the binary. They see of the library what `brokerscope::` shows, and not each other.
const BINARY: [&str; 2] = ["ui", "cli"];

/// Layers whose results are compared between machines.
const WITHOUT_FLOATS: [&str; 7] =
    ["protocol", "storage", "broker", "controller", "client", "streams", "sim"];

/// Where Java's own doubles are followed.
const JAVA: &str = "protocol/java.rs";

/// What the library does without, and what it uses instead.
const BANNED: [(&str, &str); 17] = [
    ("HashMap", "BTreeMap, or Java's order where a rule asks for it"),
    ("HashSet", "BTreeSet, or Java's order where a rule asks for it"),
    ("RandomState", "BTreeMap"),
    ("Instant", "now_ms, an argument"),
    ("SystemTime", "now_ms, an argument"),
    ("target_arch", "nothing: it behaves alike everywhere"),
    ("target_pointer_width", "nothing: it behaves alike everywhere"),
    ("thread", "one thread"),
    ("fs", "storage::File, a virtual file"),
    ("env", "an argument"),
    ("println", "an event"),
    ("eprintln", "an event"),
    ("yew", "ui, in the binary"),
    ("gloo", "ui, in the binary"),
    ("web_sys", "ui, in the binary"),
    ("js_sys", "ui, in the binary"),
    ("wasm_bindgen", "ui, in the binary"),
];

const MAX_LINES: usize = 700;
/// Files that are longer, how long they may be, and why.
const LONGER: [(&str, usize, &str); 1] =
    [("protocol/config.rs", 1200, "a table: every setting with its default, range and sentence")];

/// A source file: where it is below `src/`, its text, and its text without comments and literals.
struct Source {
    path: String,
    text: String,
    code: String,
}

impl Source {
    /// The folder directly below `src/`, or the file's name.
    fn layer(&self) -> &str {
        let first = self.path.split('/').next().expect("a path has a first part");
        first.strip_suffix(".rs").unwrap_or(first)
    }

    fn is_library(&self) -> bool {
        self.path != "main.rs" && !BINARY.contains(&self.layer())
    }

    /// How many modules deep the file is: 1 for `storage/mod.rs`, 2 for `storage/log.rs`.
    fn depth(&self) -> usize {
        let parts = self.path.split('/').count();
        if self.path.ends_with("/mod.rs") { parts - 1 } else { parts }
    }

    fn is_test(&self) -> bool {
        self.path.ends_with("/tests.rs") || self.path.contains("/tests/")
    }

    fn at(&self, position: usize) -> String {
        format!("src/{}:{}", self.path, 1 + self.code[..position].matches('\n').count())
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below `folder`, sorted, but for what is built or fetched.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    const NOT_OURS: [&str; 6] = [".git", "target", "dist", "node_modules", "output", "vectors"];
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
            let entry = entry.unwrap();
            let name = entry.file_name();
            if NOT_OURS.iter().any(|other| *other == name) {
                continue;
            }
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    found
}

fn sources() -> Vec<Source> {
    let folder = root().join("src");
    let files =
        files_below(&folder).into_iter().filter(|file| file.extension().is_some_and(|e| e == "rs"));
    let sources: Vec<Source> = files
        .map(|file| {
            let path = file.strip_prefix(&folder).unwrap().to_str().unwrap().replace('\\', "/");
            let text = fs::read_to_string(&file).unwrap();
            let code = code_of(&text);
            Source { path, text, code }
        })
        .collect();
    assert!(
        sources.len() > 20,
        "src/ holds only {} files: is this the right folder?",
        sources.len()
    );
    sources
}

/// The text with comments and the insides of literals as spaces, so that places stay what they are.
fn code_of(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let end = literal_or_comment_end(&chars, at);
        if end == at {
            code.push(chars[at]);
            at += 1;
        } else {
            code.extend(chars[at..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
            at = end;
        }
    }
    code
}

/// Where the comment or literal that begins at `at` ends; `at` if none does.
fn literal_or_comment_end(chars: &[char], at: usize) -> usize {
    let peek = |ahead: usize| chars.get(at + ahead).copied().unwrap_or(' ');
    let within_word = at > 0 && is_word(chars[at - 1]);
    let find = |from: usize, end: &[char]| {
        (from..chars.len())
            .find(|i| chars[*i..].starts_with(end))
            .map_or(chars.len(), |i| i + end.len())
    };
    match (peek(0), peek(1)) {
        ('/', '/') => find(at, &['\n']) - 1,
        ('/', '*') => find(at + 2, &['*', '/']),
        ('"', _) => quoted_end(chars, at, '"'),
        ('r', '"' | '#') if !within_word || chars[at - 1] == 'b' => {
            let hashes = chars[at + 1..].iter().take_while(|c| **c == '#').count();
            if peek(1 + hashes) != '"' {
                return at; // A raw identifier.
            }
            let mut end = vec!['"'];
            end.resize(1 + hashes, '#');
            find(at + 2 + hashes, &end)
        }
        // A lifetime has no closing quote.
        ('\'', '\\') => quoted_end(chars, at, '\''),
        ('\'', _) if peek(2) == '\'' => at + 3,
        _ => at,
    }
}

fn quoted_end(chars: &[char], at: usize, quote: char) -> usize {
    let mut i = at + 1;
    while i < chars.len() && chars[i] != quote {
        i += if chars[i] == '\\' { 2 } else { 1 };
    }
    (i + 1).min(chars.len())
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Where `word` stands in `code` as a word of its own.
fn places<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    code.match_indices(word).map(|(at, _)| at).filter(move |at| {
        !code[..*at].chars().next_back().is_some_and(is_word)
            && !code[at + word.len()..].chars().next().is_some_and(is_word)
    })
}

fn word_at(code: &str) -> &str {
    &code[..code.find(|c| !is_word(c)).unwrap_or(code.len())]
}

/// The modules that a path names right behind `crate::`: one, or several in braces.
fn modules_after(code: &str) -> Vec<&str> {
    let code = code.trim_start();
    let Some(group) = code.strip_prefix('{') else {
        return vec![word_at(code)];
    };
    let mut modules = Vec::new();
    let (mut depth, mut wants_name) = (1, true);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => wants_name = true,
            c if wants_name && is_word(c) => {
                modules.push(word_at(&group[at..]));
                wants_name = false;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    modules
}

/// Every layer that a file imports, with the place of the import.
fn imports(source: &Source) -> Vec<(usize, &str)> {
    let code = source.code.as_str();
    let named = places(code, "crate").filter(|at| !code[..*at].ends_with('$')).flat_map(|at| {
        let rest = code[at + "crate".len()..].trim_start();
        let modules = rest.strip_prefix("::").map(modules_after).unwrap_or_default();
        modules.into_iter().map(move |module| (at, module))
    });
    named.collect()
}

/// `super::`s that climb out of the file's layer.
fn escapes(source: &Source) -> Vec<usize> {
    let code = source.code.as_str();
    let mut found = Vec::new();
    let mut inline = 0;
    let mut start = 0;
    for line in code.split_inclusive('\n') {
        // Formatted code: what stands at the left edge opens and closes an inline module.
        let head = line.trim_start_matches("pub ").trim_start_matches("pub(crate) ");
        if head.starts_with("mod ") && line.trim_end().ends_with('{') {
            inline = 1;
        } else if line.starts_with('}') {
            inline = 0;
        }
        let mut climbed = 0;
        for at in places(line, "super") {
            let is_next = climbed > 0 && line[..at].ends_with("super::");
            climbed = if is_next { climbed + 1 } else { 1 };
            if line[at..].starts_with("super::") && climbed >= source.depth() + inline {
                found.push(start + at);
            }
        }
        start += line.len();
    }
    found
}

fn complaints_of(check: impl Fn(&Source) -> Vec<String>) {
    let complaints: Vec<String> = sources().iter().flat_map(check).collect();
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn layers_import_only_what_is_below_them() {
    let table = BTreeMap::from(LAYERS);
    let imported = std::cell::Cell::new(0);
    complaints_of(|source| {
        let layer = source.layer();
        if ["lib", "main"].contains(&layer) {
            return Vec::new(); // They declare the layers.
        }
        let own: &[&str] = &[];
        let Some(allowed) = table.get(layer).copied().or(BINARY.contains(&layer).then_some(own))
        else {
            return vec![format!("src/{}: no layer of the table in tests/tidy.rs", source.path)];
        };
        let imports = imports(source);
        imported.set(imported.get() + imports.len());
        let wrong =
            imports.into_iter().filter(|(_, module)| *module != layer && !allowed.contains(module));
        let wrong =
            wrong.map(|(at, module)| format!("{}: `{layer}` imports `{module}`", source.at(at)));
        let escapes = escapes(source).into_iter();
        wrong
            .chain(escapes.map(|at| format!("{}: `super` leaves `{layer}`", source.at(at))))
            .collect()
    });
    assert!(imported.get() > 50, "only {} imports seen", imported.get());
}

#[test]
fn the_library_declares_no_layer_of_the_binary() {
    let sources = sources();
    let library =
        sources.iter().find(|source| source.path == "lib.rs").expect("there is a library");
    for layer in BINARY {
        for at in places(&library.code, layer) {
            assert!(!library.code[..at].ends_with("mod "), "src/lib.rs declares `{layer}`");
        }
    }
}

#[test]
fn the_library_does_without_what_makes_runs_differ() {
    complaints_of(|source| {
        if !source.is_library() {
            return Vec::new();
        }
        let found = BANNED.iter().flat_map(|(word, instead)| {
            let ours = places(&source.code, word).filter(|at| {
                // Of the short words only Rust's own modules and macros are meant.
                !["fs", "env", "thread"].contains(word) || source.code[..*at].ends_with("std::")
            });
            ours.map(move |at| format!("{}: `{word}`; here: {instead}", source.at(at)))
        });
        found.collect()
    });
}

#[test]
fn floats_stand_where_java_has_them() {
    complaints_of(|source| {
        if !WITHOUT_FLOATS.contains(&source.layer()) || source.path == JAVA {
            return Vec::new();
        }
        let found = ["f32", "f64"].into_iter().flat_map(|float| places(&source.code, float));
        found.map(|at| format!("{}: a float outside of src/{JAVA}", source.at(at))).collect()
    });
}

#[test]
fn every_module_says_what_it_is_for() {
    complaints_of(|source| {
        let has_doc = source.text.starts_with("//! ") || source.is_test();
        if has_doc {
            Vec::new()
        } else {
            vec![format!("src/{}: begins without `//!`", source.path)]
        }
    });
}

#[test]
fn files_are_small_enough_to_be_read() {
    complaints_of(|source| {
        let longer = LONGER.iter().find(|(path, ..)| *path == source.path);
        let limit = longer.map_or(MAX_LINES, |(_, lines, _)| *lines);
        let lines = source.text.lines().count();
        if lines <= limit || source.is_test() || !source.is_library() {
            return Vec::new();
        }
        vec![format!(
            "src/{}: {lines} lines, at most {limit}; is there a second noun in it?",
            source.path
        )]
    });
}

mod of_the_reader {
    //! The reader of sources is itself worth a test: one that saw nothing would find nothing.

    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source { path: path.into(), text: text.into(), code: code_of(text) }
    }

    #[test]
    fn comments_and_literals_are_no_code() {
        let cases = [
            ("a // HashMap\nb", "a           \nb"),
            ("a /* f64 */ b", "a           b"),
            (r#"a("HashMap \" x") b"#, "a(              ) b"),
            ("a(r#\"x\"y\"#) b", "a(        ) b"),
            ("'a' 'b &'static str '\\'' c", "    'b &'static str      c"),
        ];
        for (text, expected) in cases {
            assert_eq!(code_of(text), expected, "{text}");
        }
    }

    #[test]
    fn imports_are_found_however_they_are_written() {
        let text = "use crate::protocol::Offset;\nuse crate::{\n    sim::{World, x},\n    words,\n};\nfn f() { crate::scene::g() }\n";
        let source = source("storage/log.rs", text);
        let modules: Vec<&str> = imports(&source).into_iter().map(|(_, module)| module).collect();
        assert_eq!(modules, ["protocol", "sim", "words", "scene"]);
    }

    #[test]
    fn a_super_may_not_leave_its_layer() {
        let cases = [
            ("storage/mod.rs", "use super::broker;\n", 1),
            ("storage/log.rs", "use super::Chance;\n", 0),
            ("storage/log.rs", "use super::super::broker;\n", 1),
            ("storage/cleaner/mod.rs", "use super::super::broker;\n", 1),
            ("storage/cleaner/filter.rs", "use super::super::Log;\n", 0),
            ("storage/mod.rs", "mod tests {\n    use super::*;\n}\nuse super::broker;\n", 1),
            ("storage/mod.rs", "pub(super) fn f() {}\n", 0),
        ];
        for (path, text, expected) in cases {
            assert_eq!(escapes(&source(path, text)).len(), expected, "{path}: {text}");
        }
    }
}
