//! The application, driven as a person does.

use super::*;
use crate::broker::BrokerEvent;
use crate::client::consumer::ConsumerEvent;
use crate::protocol::{ClientId, Offset, TopicPartition};
use crate::sim::What;
use crate::storage::{FileKind, LogEvent};

/// A frame at sixty a second.
const FRAME_MS: f64 = 1000.0 / 60.0;

fn session(query: &str) -> Session {
    Session::new(&Address::parse(query, ""), Lang::En, false)
}

fn play(session: &mut Session, wall_s: u32, mut each: impl FnMut(&Session)) {
    for _ in 0..wall_s * 60 {
        session.frame(FRAME_MS);
        each(session);
    }
}

/// The page promises it: each of the four things in the first half minute, said in a sentence.
#[test]
fn the_four_things_happen_within_half_a_minute_of_watching() {
    let mut session = session("");
    let mut seen = [false; 4];
    let mut led = [false; 4];
    let kind = |what: &What| match what {
        What::Producer(_, crate::client::producer::ProducerEvent::RecordAccumulated { .. }) => {
            Some(0)
        }
        What::Broker(_, BrokerEvent::Log(partition, LogEvent::SegmentRolled { .. }))
            if partition.topic.as_str() == "transactions" =>
        {
            Some(1)
        }
        What::Broker(_, BrokerEvent::Log(partition, LogEvent::CleaningFinished { .. }))
            if partition.topic.as_str() == "customers" =>
        {
            Some(2)
        }
        What::Broker(_, BrokerEvent::OffsetCommitted { .. }) => Some(3),
        _ => None,
    };
    let start = session.history().world().event_index();
    play(&mut session, 30, |session| {
        for event in session.history().recent().filter(|event| event.index > start) {
            if let Some(kind) = kind(&event.what) {
                seen[kind] = true;
            }
        }
        if let (Some(lead), _) = session.lead.events()
            && let Some(kind) = kind(&lead.what)
        {
            led[kind] = true;
        }
    });
    assert_eq!(seen, [true; 4], "record, roll, clean, commit");
    assert!(led[0] && led[1] && led[2], "{led:?}");
    assert!(!session.summary().lead.is_empty());
}

#[test]
fn stepping_back_and_forward_leads_to_the_same_world_and_picture() {
    let mut session = session("paused");
    let mut cache = scene::Cache::default();
    let mut looks = Vec::new();
    for _ in 0..40 {
        session.apply(Action::Step(Direction::Forward));
        session.playback.since_step_ms = TRANSITION_MS;
        let picture = session.compose((1000.0, 700.0), 0.0, &mut cache);
        looks.push((session.history().world().digest(), picture.list));
    }
    for (digest, picture) in looks.iter().rev().skip(1) {
        session.apply(Action::Step(Direction::Back));
        assert_eq!(session.history().world().digest(), *digest);
        let now = session.compose((1000.0, 700.0), 0.0, &mut cache);
        assert!(now.list == *picture, "at event {}", session.history().world().event_index());
    }
}

#[test]
fn what_was_done_is_restored_by_its_link() {
    let mut first = session("paused");
    first.apply(Action::SendText {
        producer: "till-1".into(),
        topic: "transactions".into(),
        text: "앨리스:컵\n{\"key\":\"bob\",\"value\":null}".into(),
    });
    play(&mut first, 0, |_| {});
    for _ in 0..30 {
        first.apply(Action::Step(Direction::Forward));
    }
    first.apply(Action::Do(sim::Action::Crash { node: "c1".into() }));
    let link = first.link();
    let (query, fragment) = link[1..].split_once('#').unwrap();
    let second = Session::new(&Address::parse(query, fragment), Lang::Ko, false);
    assert_eq!(second.history().world().event_index(), first.history().world().event_index());
    assert_eq!(second.history().world().digest(), first.history().world().digest());
    assert!(second.notices.is_empty(), "{:?}", second.notices);
}

#[test]
fn a_refusal_is_said_in_kafkas_words_and_changes_nothing() {
    let mut session = session("paused");
    let set = |name: &str, value: &str| {
        Action::Do(sim::Action::SetTopic {
            topic: "transactions".into(),
            name: name.into(),
            value: Some(value.into()),
        })
    };
    let settings = |session: &Session| {
        let topic = crate::protocol::Topic::from("transactions");
        session.history().world().broker().topic(&topic).unwrap().settings.clone()
    };
    let before = settings(&session);
    let cases = [
        (
            set("retention.ms", "x"),
            "Invalid value x for configuration retention.ms: Not a number of type LONG",
        ),
        (set("nope", "1"), "Unknown topic config name: nope"),
        (
            set("segment.bytes", "1000"),
            "Invalid value 1000 for configuration segment.bytes: Value must be at least 1048576",
        ),
        (
            Action::SendText {
                producer: "till-1".into(),
                topic: "transactions".into(),
                text: "a:1\n{\"kye\":1}".into(),
            },
            "Line 2: unknown field `kye`",
        ),
    ];
    for (action, words) in cases {
        session.apply(action);
        let notice = session.notices.last().unwrap();
        assert!(notice.text.contains(words), "{} against {words}", notice.text);
    }
    assert_eq!(settings(&session), before);
    // The offer that comes with the third does what was meant.
    let offer = session.notices.iter().find_map(|notice| notice.offer.clone()).unwrap();
    session.apply(offer.1);
    assert_ne!(settings(&session), before);
}

#[test]
fn a_crashed_consumers_records_are_read_again() {
    let mut session = session("");
    play(&mut session, 2, |_| {});
    let partition = TopicPartition::new("transactions", 0);
    let owner = |session: &Session| {
        let clients = session.history().world().clients();
        let owner = clients.iter().find(|client| {
            client.is_running()
                && client.consumer().is_some_and(|c| c.assignment().contains(&partition))
        });
        owner.map(|client| (client.id, client.name.to_string()))
    };
    let position = |session: &Session, id: ClientId| {
        session.history().world().client(id)?.consumer()?.position(&partition)
    };
    let (id, name) = owner(&session).unwrap();
    let lost_at = position(&session, id).unwrap();
    session.apply(Action::Do(sim::Action::Crash { node: name }));
    let mut again: Vec<Offset> = Vec::new();
    play(&mut session, 60, |session| {
        let index = session.history().world().event_index();
        for event in session.history().recent().rev().take_while(|event| event.index + 40 > index) {
            if let What::Consumer(by, ConsumerEvent::RecordsReturned { partition: of, offsets, .. }) =
                &event.what
                && *by != id
                && *of == partition
            {
                again.extend(offsets.iter().filter(|offset| **offset < lost_at));
            }
        }
    });
    assert!(!again.is_empty(), "nothing below {lost_at} was read again");
    assert_ne!(owner(&session).unwrap().0, id);
}

#[test]
fn at_rest_nothing_moves() {
    let mut session = session("paused");
    assert!(!session.is_moving());
    session.apply(Action::Step(Direction::Forward));
    assert!(session.is_moving());
    play(&mut session, 1, |_| {});
    assert!(!session.is_moving());
}

fn desk(session: &Session) -> std::rc::Rc<DeskView> {
    session.summary().desk.expect("the Bytes room has a log on its desk")
}

#[test]
fn batches_are_turned_across_segments_from_the_first_to_the_last_and_back() {
    let mut session = session("room=bytes&paused=1");
    let partition = desk(&session).partition.clone();
    let log = session.history().world().broker().logs().get(&partition).unwrap().clone();
    let batches: Vec<i64> = log.batches().map(|(_, batch)| batch.base_offset()).collect();
    let first = |session: &Session| {
        let view = desk(session).bytes.clone().unwrap();
        view.fields[0].value.parse::<i64>().unwrap()
    };
    assert_eq!(first(&session), *batches.last().unwrap(), "the newest is on the desk");
    for expected in batches.iter().rev().skip(1) {
        session.apply(Action::Look(Look::Batch(Direction::Back)));
        assert_eq!(first(&session), *expected);
    }
    assert!(!desk(&session).more.0);
    session.apply(Action::Look(Look::Batch(Direction::Back)));
    for expected in &batches {
        assert_eq!(first(&session), *expected);
        session.apply(Action::Look(Look::Batch(Direction::Forward)));
    }
    assert!(!desk(&session).more.1);
}

/// The fields of every batch cover its bytes without gap or overlap, so each byte has a name.
#[test]
fn every_byte_on_the_desk_has_one_field() {
    let mut session = session("room=bytes&paused=1");
    let logs = desk(&session).logs.clone();
    let mut seen = 0;
    for log in logs {
        session.apply(Action::Look(Look::Log(log)));
        for kind in [FileKind::Log, FileKind::Index, FileKind::TimeIndex] {
            session.apply(Action::Look(Look::File(kind)));
            let Some(view) = desk(&session).bytes.clone() else { continue };
            let end = view.fields.iter().fold(0, |at, field| {
                assert_eq!(field.start, at, "{} of {}", field.name, view.file);
                assert!(!field.explain.is_empty() && !field.rule.is_empty(), "{}", field.name);
                at + field.len
            });
            assert_eq!(end as usize, view.bytes.len(), "{}", view.file);
            seen += end;
        }
    }
    assert!(seen > 500, "{seen}");
}

#[test]
fn a_look_up_plays_by_the_clock_on_the_wall_and_says_each_step() {
    for lang in Lang::ALL {
        let mut session = session("room=bytes&paused=1");
        session.apply(Action::SetLang(lang));
        let (time, offset) = desk(&session).example;
        for target in [Target::Offset(offset), Target::Time(time), Target::Offset(u64::MAX / 2)] {
            session.apply(Action::Look(Look::Find(target)));
            let mut said = Vec::new();
            let mut frames = 0;
            while session.is_moving() {
                let lookup = desk(&session).lookup.clone().unwrap();
                said.push((lookup.shown, lookup.says.clone()));
                session.frame(FRAME_MS);
                frames += 1;
                assert!(frames < 60 * 60, "{target:?} plays without end");
            }
            said.dedup();
            let lookup = desk(&session).lookup.clone().unwrap();
            assert_eq!(lookup.shown, lookup.count, "{target:?}");
            assert!(said.iter().all(|(_, text)| text.ends_with('.')), "{said:?}");
            session.apply(Action::Look(Look::StepToEnd(Direction::Back)));
            assert_eq!(desk(&session).lookup.clone().unwrap().shown, 1);
        }
    }
}

#[test]
fn the_world_stands_still_in_rooms_that_are_not_live() {
    let mut session = session("");
    assert!(session.playback().playing);
    session.apply(Action::Enter(Room::Bytes));
    let before = session.history().world().event_index();
    play(&mut session, 2, |_| {});
    assert_eq!(session.history().world().event_index(), before);
    session.apply(Action::Enter(Room::Verify));
    session.apply(Action::Enter(Room::Store));
    assert!(session.playback().playing);
    session.apply(Action::Pause);
    session.apply(Action::Enter(Room::Bytes));
    session.apply(Action::Enter(Room::Store));
    assert!(!session.playback().playing);
    let link = session.link();
    assert!(!link.contains("room="), "{link}");
    session.apply(Action::Enter(Room::Bytes));
    assert!(session.link().contains("&room=bytes"));
}

#[test]
fn the_clock_goes_on_from_one_live_room_to_the_next() {
    let mut session = session("");
    for room in [Room::Clients, Room::Groups, Room::Ledger] {
        session.apply(Action::Enter(room));
        let before = session.history().world().event_index();
        play(&mut session, 60, |_| {});
        assert!(session.history().world().event_index() > before, "{room:?}");
    }
    session.apply(Action::Enter(Room::Keys));
    assert!(!session.playback().playing);
    session.apply(Action::Enter(Room::Groups));
    assert!(session.playback().playing);
}

/// What leaves as an archive comes back as the same bytes, and nothing is wrong with them.
#[test]
fn an_exported_disk_is_opened_without_an_anomaly() {
    let mut session = session("room=bytes&paused=1&at=4000");
    let partition = desk(&session).partition.clone();
    let sizes: Vec<usize> = [
        Parcelled::Partition(partition.clone()),
        Parcelled::Topic(partition.clone()),
        Parcelled::Disk,
    ]
    .iter()
    .map(|what| session.export(what).1.len())
    .collect();
    assert!(sizes.is_sorted(), "{sizes:?}");
    let (name, bytes) = session.export(&Parcelled::Disk);
    session.apply(Action::Look(Look::Import(vec![(name, bytes)])));
    let view = desk(&session).imported.clone().expect("the archive was opened");
    assert_eq!(view.anomalies, [], "nothing is wrong with what we write");
    let log = session.history().world().broker().logs().get(&partition).unwrap();
    let name = format!("{partition}/{:020}.log", log.segments()[0].base_offset().0);
    let row = view.files.iter().find(|row| row.name == name).expect("its first segment is there");
    assert_eq!(row.size, u64::from(log.segments()[0].size_bytes()));
}

/// Whatever the bytes are: each has a field, each anomaly can be gone to, and nothing panics.
#[test]
fn damaged_files_lose_nothing_and_each_anomaly_can_be_gone_to() {
    let mut session = session("room=bytes&paused=1");
    let partition = desk(&session).partition.clone();
    let files: Vec<(String, Vec<u8>)> = {
        let log = session.history().world().broker().logs().get(&partition).unwrap();
        let files = log.files().into_iter();
        files.map(|(name, file)| (name.to_string(), file.bytes)).collect()
    };
    let mut anomalies = 0;
    for seed in 0..120u64 {
        let mut damaged = files.clone();
        for (at, (_, bytes)) in damaged.iter_mut().enumerate() {
            let chance = (seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(at as u32 * 7);
            if bytes.is_empty() {
                continue;
            }
            let place = (chance % bytes.len() as u64) as usize;
            match seed % 3 {
                0 => bytes.truncate(place),
                1 => bytes[place] ^= 1 << (chance >> 32 & 7),
                _ => bytes.extend_from_slice(&chance.to_be_bytes()),
            }
        }
        let sizes: u64 = damaged.iter().map(|(_, bytes)| bytes.len() as u64).sum();
        session.apply(Action::Look(Look::Import(damaged)));
        let view = desk(&session).imported.clone().unwrap();
        assert_eq!(view.files.iter().map(|row| row.size).sum::<u64>(), sizes, "{seed}");
        anomalies += view.anomalies.len();
        for (at, _) in view.files.iter().enumerate() {
            session.apply(Action::Look(Look::Piece(at, 0)));
            loop {
                let view = desk(&session).imported.clone().unwrap();
                let end = view.bytes.fields.iter().fold(0, |end, field| {
                    assert_eq!(field.start, end, "{seed}: {}", view.bytes.file);
                    end + field.len
                });
                assert_eq!(end as usize, view.bytes.bytes.len(), "{seed}: {}", view.bytes.file);
                if !view.more.1 {
                    break;
                }
                session.apply(Action::Look(Look::Batch(Direction::Forward)));
            }
        }
        for row in &view.anomalies {
            session.apply(Action::Look(Look::Piece(row.file, row.position)));
            let shown = desk(&session).imported.clone().unwrap().bytes;
            let range =
                u64::from(shown.position)..=u64::from(shown.position) + shown.bytes.len() as u64;
            assert!(range.contains(&row.position), "{seed}: {row:?} is not in {range:?}");
        }
    }
    assert!(anomalies > 100, "{anomalies}");
    let problem = vec![("a.zip".to_owned(), vec![1, 2, 3])];
    session.apply(Action::Look(Look::Import(problem)));
    assert!(session.summary().notices.iter().any(|notice| notice.text.contains("a.zip")));
    assert!(desk(&session).imported.is_some(), "what was open stays");
    session.apply(Action::Look(Look::PutAway));
    assert!(desk(&session).imported.is_none());
}

#[test]
fn a_link_restores_what_was_done_while_the_clock_ran() {
    let mut wrong = Vec::new();
    for nth in 0..40_u32 {
        let mut first = session("");
        for _ in 0..40 + 3 * nth {
            first.frame(11.0 + f64::from(nth) * 0.37);
        }
        first.apply(Action::SendText {
            producer: "till-1".into(),
            topic: "transactions".into(),
            text: "민지:컵".into(),
        });
        for _ in 0..7 + nth {
            first.frame(16.7);
        }
        first.apply(Action::Do(sim::Action::Crash { node: "c1".into() }));
        for _ in 0..45 + nth % 7 {
            first.frame(16.7);
        }
        first.apply(Action::TogglePlay);
        let link = first.link();
        let (query, fragment) = link[1..].split_once('#').unwrap();
        let second = Session::new(&Address::parse(query, fragment), Lang::En, false);
        let (a, b) = (first.history().world(), second.history().world());
        assert_eq!(a.event_index(), b.event_index());
        if a.digest() != b.digest() {
            wrong.push((nth, a.now_ms() - a.start_ms(), b.now_ms() - b.start_ms()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}
