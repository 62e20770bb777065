//! Everything that a world shows is explained; fields cover their bytes.

use std::rc::Rc;

use super::*;
use crate::protocol::record::{BatchBuilder, BatchOptions, Record, RecordBatch, TimestampType};
use crate::protocol::{Bytes, GroupId, Offset, SortedSet};
use crate::sim::{Rng, Scenario};
use crate::storage::Log;
use crate::words::{Lang, words};

/// Whether the fields cover the bytes in order, without gap or overlap.
fn assert_covered(view: &BytesView, name: &str) {
    let mut next = 0;
    for field in &view.fields {
        assert_eq!(field.start, next, "{name}: {} begins elsewhere", field.name);
        assert!(!field.explain.is_empty() && !field.rule.is_empty(), "{name}: {}", field.name);
        next += field.len;
    }
    assert_eq!(next as usize, view.bytes.len(), "{name}");
    if let Some((start, len)) = view.focus {
        assert!(view.fields.iter().any(|field| field.start == start), "{name}");
        assert!(view.fields.iter().any(|field| field.start + field.len == start + len), "{name}");
    }
}

fn random_batch(rng: &mut Rng) -> Vec<u8> {
    let log_append_time = rng.percent(30);
    let mut builder = BatchBuilder::new(BatchOptions {
        base_offset: rng.below(1 << 40) as i64,
        partition_leader_epoch: rng.below(5) as i32 - 1,
        timestamp_type: if log_append_time {
            TimestampType::LogAppendTime
        } else {
            TimestampType::CreateTime
        },
        log_append_ms: if log_append_time { 7_000 } else { -1 },
        delete_horizon_ms: rng.percent(20).then_some(9_000),
        ..BatchOptions::default()
    });
    let text = |rng: &mut Rng| -> Option<Bytes> {
        let most = if rng.percent(10) { 300 } else { 20 };
        let length = rng.below(most);
        let bytes: Vec<u8> = (0..length).map(|_| rng.below(256) as u8).collect();
        (!rng.percent(15)).then(|| bytes.into())
    };
    for _ in 0..1 + rng.below(8) {
        let headers = (0..rng.below(3)).map(|n| (format!("h{n}"), text(rng))).collect();
        let record = Record {
            timestamp: rng.below(1 << 41) as i64,
            key: text(rng),
            value: text(rng),
            headers,
        };
        builder.append(&record).unwrap();
    }
    builder.build(None).unwrap()
}

#[test]
fn fields_cover_a_batch_exactly() {
    for seed in 0..300 {
        let mut rng = Rng::stream(seed, 0);
        let bytes = random_batch(&mut rng);
        let batch = RecordBatch::new(&bytes).unwrap();
        let view = batch_bytes(&batch, "f".into(), 0, words(Lang::En));
        assert_covered(&view, &format!("seed {seed}"));
        let keys = view.fields.iter().filter(|field| field.name == "offsetDelta").count();
        assert_eq!(keys, batch.record_count() as usize, "seed {seed}");
        // A broken length is shown as far as it can be read, and covers all the same.
        let mut broken = bytes.clone();
        let at = 61 + rng.below(broken.len() as u64 - 61) as usize;
        broken[at] ^= 1 << rng.below(8);
        let batch = RecordBatch::new(&broken).unwrap();
        let view = batch_bytes(&batch, "f".into(), 0, words(Lang::Ko));
        assert_covered(&view, &format!("seed {seed}, broken"));
    }
}

/// `look/bytes-light.png`: the second record of three has the key `b` at bytes 74 and 75.
#[test]
fn a_known_record_has_known_fields() {
    let mut builder = BatchBuilder::new(BatchOptions::default());
    for (timestamp, key, value) in [(1000, "a", Some("1")), (1005, "b", None)] {
        let record = Record {
            timestamp,
            key: Some(Bytes::from(key.as_bytes())),
            value: value.map(|value: &str| Bytes::from(value.as_bytes())),
            headers: Vec::new(),
        };
        builder.append(&record).unwrap();
    }
    let bytes = builder.build(None).unwrap();
    let view = batch_bytes(&RecordBatch::new(&bytes).unwrap(), "f".into(), 0, words(Lang::En));
    let told: Vec<_> = view
        .fields
        .iter()
        .filter(|field| field.record == Some(Offset(1)))
        .map(|field| format!("{}..{} {}={}", field.start, field.len, field.name, field.value))
        .collect();
    assert_eq!(
        told,
        [
            "70..1 length=7",
            "71..1 attributes=0",
            "72..1 timestampDelta=5",
            "73..1 offsetDelta=1",
            "74..1 keyLength=1",
            "75..1 key=b",
            "76..1 valueLength=-1",
            "77..1 headersCount=0",
        ]
    );
    let header: Vec<_> = view.fields.iter().take(13).map(|field| field.len).collect();
    assert_eq!(header, [8, 4, 4, 1, 4, 2, 4, 8, 8, 8, 2, 4, 4]);
    let length = &view.fields[13 + 9];
    assert_eq!(length.explain, "0e → 14, halved by zig-zag: 7 bytes of this record follow.");
}

/// Everything that the world shows now.
fn subjects(world: &World) -> Vec<Subject> {
    let mut all = Vec::new();
    let mut groups: SortedSet<GroupId> = SortedSet::new();
    all.push(Subject::Broker(world.broker().id()));
    for client in world.clients() {
        all.push(Subject::Client(client.id));
        if let Some(producer) = client.producer() {
            let numbers = producer.sent_count().saturating_sub(12)..producer.sent_count() + 2;
            all.extend(numbers.map(|number| Subject::Unsent(client.id, number)));
        }
        if let Some(consumer) = client.consumer() {
            groups.insert(consumer.group());
        }
    }
    groups.extend(world.broker().groups().map(|group| group.id().clone()));
    all.extend(world.messages().map(|message| Subject::Message(message.id)));
    all.extend(groups.iter().cloned().map(Subject::Group));
    for (topic, _) in world.broker().topics() {
        all.push(Subject::Topic(topic.clone()));
    }
    for log in world.broker().logs().logs() {
        let partition = log.partition().clone();
        if partition.topic.is_internal() && log.log_end_offset() == Offset(0) {
            continue;
        }
        of_log(log, &partition, &mut all);
        for group in &groups {
            all.push(Subject::Committed(group.clone(), partition.clone()));
        }
        for client in world.clients().iter().filter(|client| client.consumer().is_some()) {
            all.push(Subject::Position(client.id, partition.clone()));
        }
    }
    all
}

fn of_log(log: &Log, partition: &TopicPartition, all: &mut Vec<Subject>) {
    all.push(Subject::Partition(partition.clone()));
    all.push(Subject::Cleaner(partition.clone()));
    let bases = log.segments().iter().map(|segment| segment.base_offset());
    all.extend(bases.map(|base| Subject::Segment(partition.clone(), base)));
    all.push(Subject::Segment(partition.clone(), Offset(0)));
    all.push(Subject::Segment(partition.clone(), Offset(9_999_999)));
    let end = log.log_end_offset().0;
    for offset in (end.saturating_sub(40)..end + 2).chain([0, 1]) {
        all.push(Subject::Record(partition.clone(), Offset(offset)));
    }
}

fn assert_explained(inspection: &Inspection, lang: Lang) {
    let name = format!("{:?} in {lang:?}", inspection.subject);
    assert!(!inspection.title.is_empty() && !inspection.subtitle.is_empty(), "{name}");
    for fact in &inspection.facts {
        assert!(!fact.label.is_empty() && !fact.explain.is_empty(), "{name}: {fact:?}");
        assert!(!fact.value.is_empty(), "{name}: {fact:?}");
    }
    for why in &inspection.whys {
        assert!(!why.question.is_empty(), "{name}");
        assert!(!why.steps.is_empty() || !why.gates.is_empty(), "{name}: {}", why.question);
    }
    for list in &inspection.lists {
        assert!(list.rows.iter().all(|(line, _)| !line.is_empty()), "{name}: {}", list.title);
    }
    for view in &inspection.bytes {
        assert_covered(view, &name);
    }
    if let Some(settings) = &inspection.settings {
        assert!(settings.rows.iter().all(|row| !row.explain.is_empty()), "{name}");
    }
}

#[test]
fn everything_in_the_store_is_explained_in_both_languages() {
    let scenario = Scenario::built_in("store", 1).unwrap();
    let mut history = History::new(Rc::new(scenario), 1, false).unwrap();
    let start_ms = history.world().start_ms();
    let mut kinds = SortedSet::new();
    for at_ms in [0, 40, 90, 150, 333, 777, 1_500, 3_210, 7_001, 15_000, 30_000] {
        history.advance_to(start_ms + at_ms);
        for subject in subjects(history.world()) {
            for lang in Lang::ALL {
                let inspection = inspect(history.world(), &history, &subject, words(lang))
                    .unwrap_or_else(|| panic!("{subject:?} is unknown at {at_ms}"));
                assert_explained(&inspection, lang);
                kinds.insert(format!("{subject:?}").split('(').next().unwrap().to_owned());
            }
        }
    }
    assert_eq!(kinds.len(), 12, "every kind of subject occurs: {kinds:?}");
}

/// Odd settings, faults and dead nodes included.
#[test]
fn random_worlds_are_explained() {
    for seed in 0..30 {
        let scenario = Scenario::built_in("random", seed).unwrap();
        let mut history = History::new(Rc::new(scenario), seed, false).unwrap();
        for at_step in [1, 40, 200, 500, 900] {
            history.seek(at_step);
            for subject in subjects(history.world()) {
                let lang = Lang::ALL[(seed % 2) as usize];
                let inspection = inspect(history.world(), &history, &subject, words(lang))
                    .unwrap_or_else(|| panic!("seed {seed}: {subject:?} is unknown at {at_step}"));
                assert_explained(&inspection, lang);
            }
        }
    }
}

#[test]
fn what_was_never_there_is_unknown() {
    let scenario = Scenario::built_in("store", 1).unwrap();
    let history = History::new(Rc::new(scenario), 1, false).unwrap();
    let nowhere = TopicPartition::new("nowhere", 0);
    for subject in [
        Subject::Client(ClientId(99)),
        Subject::Topic("nowhere".into()),
        Subject::Partition(nowhere.clone()),
        Subject::Record(nowhere, Offset(0)),
        Subject::Group("nobody".into()),
    ] {
        assert_eq!(inspect(history.world(), &history, &subject, words(Lang::En)), None);
    }
}

/// The store at a moment when all of this is there; the words are those of the issue's own pictures.
#[test]
fn a_record_tells_why_it_is_where_it_is() {
    let scenario = Scenario::built_in("store", 1).unwrap();
    let mut history = History::new(Rc::new(scenario), 1, false).unwrap();
    history.advance_to(history.world().start_ms() + 8_000);
    let world = history.world();
    let partition = TopicPartition::new("transactions", 0);
    let log = world.broker().logs().get(&partition).unwrap();
    let of_alice = |(_, batch): (Offset, RecordBatch<'_>)| {
        let record = batch.records().unwrap().flatten().next()?;
        (record.key == Some(b"alice")).then(|| Offset::from_i64(record.offset))?
    };
    let offset = log.batches().filter_map(of_alice).last().expect("alice has bought something");
    let subject = Subject::Record(partition.clone(), offset);
    let inspection = inspect(world, &history, &subject, words(Lang::En)).unwrap();
    assert_eq!(inspection.title.plain_text(), format!("Record at offset {offset}"));
    assert_eq!(inspection.facts[0].value.plain_text(), "alice");
    let why = &inspection.whys[0];
    assert_eq!(why.question, "Why partition 0?");
    let steps: Vec<String> = why.steps.iter().map(|step| step.text.plain_text()).collect();
    assert_eq!(
        steps,
        [
            "the key has bytes, so it is hashed, not sticky: 5 of them, `61 6c 69 63 65`"
                .replace('`', ""),
            "murmur2 gives 1951417749".to_owned(),
            "sign bit off: 1951417749; modulo 3 partitions: 0".to_owned(),
        ]
    );
    let focus = inspection.bytes[0].focus.unwrap();
    assert_eq!(u64::from(focus.0), 61, "the first record stands behind the header");

    assert!(log.log_start_offset() > Offset(0), "retention has deleted something by now");
    let deleted = Subject::Record(partition, Offset(0));
    let inspection = inspect(world, &history, &deleted, words(Lang::En)).unwrap();
    assert!(inspection.gone);
    assert!(inspection.subtitle.plain_text().starts_with("Gone: retention deleted its segment."));
}
