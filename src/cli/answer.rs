//! `answer`: one case a line in, one answer a line out, in the same order, until the input ends.

use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::process::ExitCode;

use brokerscope::cases;
use clap::Args;

/// Answers cases: one JSON object a line on standard input, one answer a line on standard output.
#[derive(Debug, Args)]
pub(super) struct Answer {}

impl Answer {
    pub(super) fn main(self) -> ExitCode {
        match answer_all(io::stdin().lock(), io::stdout().lock()) {
            Ok(()) => ExitCode::SUCCESS,
            // Whoever read the answers has seen enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("brokerscope answer: {error}");
                ExitCode::FAILURE
            }
        }
    }
}

/// A line that is not UTF-8 is a bad case like any other. Answers wait in a buffer only while there are
/// questions waiting too, so that one can ask, read and ask again.
fn answer_all(input: impl io::Read, output: impl Write) -> io::Result<()> {
    let mut input = BufReader::with_capacity(1 << 16, input);
    let mut output = BufWriter::with_capacity(1 << 16, output);
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            return output.flush();
        }
        let text = line.strip_suffix(b"\n").unwrap_or(&line);
        writeln!(output, "{}", answer_or_say_so(text))?;
        if input.buffer().is_empty() {
            output.flush()?;
        }
    }
}

/// The other lines must not suffer if we have made a mistake; it is told on standard error.
fn answer_or_say_so(line: &[u8]) -> String {
    std::panic::catch_unwind(|| cases::answer_bytes(line)).unwrap_or_else(|_| {
        let case: serde_json::Value = serde_json::from_slice(line).unwrap_or_default();
        serde_json::json!({ "id": case["id"], "error": "UNKNOWN_SERVER_ERROR" }).to_string()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_has_its_answer_even_a_bad_one() {
        let input = b"{\"id\":\"a\",\"kind\":\"group_partition\",\"group\":\"g\",\"partitions\":50}\n\n\xff\xfe\r\nlast";
        let mut output = Vec::new();
        answer_all(&input[..], &mut output).unwrap();
        let output = String::from_utf8(output).unwrap();
        let lines: Vec<&str> = output.lines().collect();
        assert_eq!(lines.len(), 4);
        assert_eq!(lines[0], r#"{"hash_code":103,"id":"a","partition":3}"#);
        assert!(lines[1..].iter().all(|line| line.contains("INVALID_CASE")));
    }
}
