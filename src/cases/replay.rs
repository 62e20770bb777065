//! Recorded cases replayed: what Apache Kafka answered beside what we answer now.

use serde_json::{Map, Value, json};

use crate::cases::answer;

/// Progress is told after so many cases.
const SLICE: usize = 20;

/// How many cases of one kind and source there were, and how many were answered alike.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Count {
    kind: String,
    source: String,
    cases: u64,
    agree: u64,
    unsupported: u64,
}

/// Replays a file of vectors, a line each, and tells what came of it so far again and again, as JSON:
/// `done` and `total` lines, `counts` by kind and source, and the disagreements that are new.
///
/// A line that cannot be read counts as a disagreement.
pub fn replay(text: &str, mut tell: impl FnMut(String)) {
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    let mut counts: Vec<Count> = Vec::new();
    let mut done = 0;
    for slice in lines.chunks(SLICE) {
        let mut differing = Vec::new();
        for line in slice {
            differing.extend(one(line, &mut counts));
        }
        done += slice.len();
        let told = counts.iter().map(|count| {
            json!({
                "kind": count.kind,
                "source": count.source,
                "cases": count.cases,
                "agree": count.agree,
                "unsupported": count.unsupported,
            })
        });
        let report = json!({
            "done": done,
            "total": lines.len(),
            "counts": told.collect::<Vec<_>>(),
            "differing": differing,
        });
        tell(report.to_string());
    }
}

/// Puts one case; a disagreement with both answers.
fn one(line: &str, counts: &mut Vec<Count>) -> Option<Value> {
    let vector: Map<String, Value> = serde_json::from_str(line).unwrap_or_default();
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or("?").to_owned();
    let case = vector.get("case");
    let (kind, source) = (text(case.and_then(|case| case.get("kind"))), text(vector.get("source")));
    let at = counts.iter().position(|count| count.kind == kind && count.source == source);
    let at = at.unwrap_or_else(|| {
        counts.push(Count { kind, source, ..Count::default() });
        counts.len() - 1
    });
    let count = &mut counts[at];
    count.cases += 1;
    let asked = case.map_or_else(String::new, Value::to_string);
    let ours: Value = serde_json::from_str(&answer(&asked)).unwrap_or_default();
    if vector.get("answer") == Some(&ours) {
        count.agree += 1;
        return None;
    }
    if ours.get("unsupported").is_some() {
        count.unsupported += 1;
        return None;
    }
    let kafka = vector.get("answer").map_or_else(|| "?".to_owned(), Value::to_string);
    Some(json!({
        "kind": count.kind, "case": asked, "kafka": kafka, "ours": ours.to_string(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agreement_disagreement_and_nonsense_are_told_apart() {
        let case = r#"{"id":"a","kind":"group_partition","group":"g","partitions":50}"#;
        let right = answer(case);
        let wrong = right.replace("\"partition\":", "\"partition\":9");
        let odd = r#"{"id":"b","kind":"no_such_kind"}"#;
        let line = |case: &str, answer: &str| {
            format!("{{\"case\":{case},\"answer\":{answer},\"source\":\"X, Apache Kafka 4.3.1\"}}")
        };
        let text = [&line(case, &right), &line(case, &wrong), &line(odd, "{}"), "nonsense"]
            .map(str::to_owned)
            .join("\n");
        let mut reports: Vec<Value> = Vec::new();
        replay(&text, |report| reports.push(serde_json::from_str(&report).unwrap()));
        let [report] = &reports[..] else { panic!("{reports:?}") };
        assert_eq!(report["done"], 4);
        assert_eq!(report["differing"].as_array().unwrap().len(), 2);
        assert_eq!(report["differing"][0]["ours"], Value::String(right.clone()));
        assert_eq!(report["counts"][0]["cases"], 2);
        assert_eq!(report["counts"][0]["agree"], 1);
        assert_eq!(report["counts"][1]["unsupported"], 1);
    }
}
