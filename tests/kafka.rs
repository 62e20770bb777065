//! Known answers from Apache Kafka's own classes.

use std::collections::BTreeMap;

fn main() {}

#[test]
fn vectors() {
    let mut counts: BTreeMap<String, (u32, u32, u32)> = BTreeMap::new();
    let mut shown = 0;
    for file in ["partition", "batches", "log", "assign", "offsets"] {
        let text = std::fs::read_to_string(format!("tests/vectors/{file}.jsonl")).unwrap();
        for line in text.lines() {
            let v: serde_json::Value = serde_json::from_str(line).unwrap();
            let a: serde_json::Value =
                serde_json::from_str(&brokerscope::cases::answer(&v["case"].to_string())).unwrap();
            let c = counts.entry(v["case"]["kind"].as_str().unwrap().to_owned()).or_default();
            if a.get("unsupported").is_some() {
                c.2 += 1;
            } else if a == v["answer"] {
                c.0 += 1
            } else {
                c.1 += 1;
                shown += 1;
                if shown < 6 {
                    println!("CASE {}\nOURS {}\nKAFKA {}\n", v["case"], a, v["answer"]);
                }
            }
        }
    }
    println!("{counts:#?}");
}
