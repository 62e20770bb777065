//! Files as Kafka's own tool prints them: `DumpLogSegments --deep-iteration --print-data-log`.
//!
//! Kafka: `DumpLogSegments`, what it prints on standard output, line by line; an exception ends it there as it
//! ends here. Left out: its decoders; what it prints on standard error about offsets that do not follow and
//! index entries that do not match, most of it false; message sets of magic 0 and 1, the contents of KRaft's
//! control records, and snapshots of KRaft.

mod index;
mod log;
mod state;

pub(super) use index::{offset_entries, time_entries};
pub(super) use state::{ABORTED_BYTES, aborted_transactions, producer_entries};
pub use state::{AbortedTransaction, ProducerEntry};

/// The exception that ended the tool: its class and words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopped(pub String);

impl Stopped {
    fn no_such_file(path: &str) -> Self {
        Self(format!("java.nio.file.NoSuchFileException: {path}"))
    }

    fn left_out(what: &str) -> Self {
        Self(format!("{what} is not modelled"))
    }
}

/// Gives the bytes of a file, if it exists.
pub type ReadFile<'a> = &'a dyn Fn(&str) -> Option<Vec<u8>>;

/// Prints one file to `out`; to `told` what goes to standard error, a line each. The files beside it are
/// read too, as the indexes need them.
///
/// # Errors
/// [`Stopped`]: what is in `out` was printed before, and no further file is dumped.
pub fn dump_file(
    path: &str,
    read: ReadFile<'_>,
    out: &mut String,
    told: &mut Vec<String>,
) -> Result<(), Stopped> {
    let path = &normal(path);
    out.push_str(&format!("Dumping {path}\n"));
    let (directory, name) = split(path);
    let Some((_, suffix)) = name.rsplit_once('.') else {
        told.push(format!("Ignoring unknown file {path}"));
        return Ok(());
    };
    let bytes = || read(path).ok_or_else(|| Stopped::no_such_file(path));
    let beside = |kind: &str| format!("{directory}{}.{kind}", stem(name));
    let neighbour = |kind: &str| {
        let path = beside(kind);
        read(&path).ok_or_else(|| Stopped::no_such_file(&path))
    };
    match suffix {
        "log" => {
            out.push_str(&format!("Log starting offset: {}\n", offset(name)?));
            log::dump(name, &bytes()?, out)
        }
        "index" => {
            let base = offset(name)?;
            index::dump_offsets(path, base, &neighbour("log")?, &bytes()?, out)
        }
        "timeindex" => {
            let base = offset(name)?;
            let log = neighbour("log")?;
            // Kafka makes the missing file, and then refuses to give it a size.
            let index = read(&beside("index")).ok_or_else(|| {
                Stopped("java.lang.IllegalArgumentException: Invalid max index size: -1".into())
            })?;
            index::dump_times(base, &log, &index, &bytes()?, out)
        }
        "snapshot" => {
            match producer_entries(&bytes()?) {
                Ok(entries) => out.extend(entries.iter().map(|entry| format!("{entry}\n"))),
                Err(corrupt) => told.push(corrupt),
            }
            Ok(())
        }
        "txnindex" => {
            offset(name)?;
            let entries = aborted_transactions(&read(path).unwrap_or_default());
            let entries = entries.map_err(|version| {
                Stopped(format!(
                    "org.apache.kafka.common.KafkaException: Unexpected aborted transaction version {version} \
                     in transaction index {path}, current version is 0"
                ))
            })?;
            out.extend(entries.iter().map(|entry| format!("{entry}\n")));
            Ok(())
        }
        "checkpoint" => Err(Stopped::left_out("a snapshot of KRaft")),
        _ => {
            told.push(format!("Ignoring unknown file {path}"));
            Ok(())
        }
    }
}

/// As `java.io.File` prints a path: no doubled slashes, none at the end.
fn normal(path: &str) -> String {
    let mut normal = String::new();
    for letter in path.chars() {
        if letter != '/' || !normal.ends_with('/') {
            normal.push(letter);
        }
    }
    if normal.len() > 1 && normal.ends_with('/') {
        normal.pop();
    }
    normal
}

/// Directory with its slash, and name.
fn split(path: &str) -> (&str, &str) {
    path.split_at(path.rfind('/').map_or(0, |slash| slash + 1))
}

/// What stands before the first dot.
fn stem(name: &str) -> &str {
    name.split_once('.').map_or(name, |(stem, _)| stem)
}

/// The offset in a file's name.
fn offset(name: &str) -> Result<i64, Stopped> {
    let stem = stem(name);
    stem.parse().map_err(|_| {
        Stopped(format!("java.lang.NumberFormatException: For input string: \"{stem}\""))
    })
}
