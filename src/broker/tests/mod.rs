//! Tests of a whole broker, through the requests that it answers.

mod fetch;
mod groups;
mod known;
mod modern_groups;
mod offsets;
mod produce;
mod random;
mod static_members;

use crate::broker::group::offsets_topic;
use crate::broker::{Broker, BrokerEvent, BrokerPace, Group, GroupState};
use crate::protocol::config::{Profile, Scope, Settings};
use crate::protocol::record::{BatchBuilder, BatchOptions, Record};
use crate::protocol::request::{
    Body, CommitPartition, JoinGroup, Joined, ProducePartition, Request, Response,
};
use crate::protocol::{
    BrokerId, Bytes, ClientId, Connection, ErrorCode, GroupId, MetadataRecord, NodeId, Outputs,
    PartitionLeader, SortedMap, Topic, TopicPartition, Uuid,
};
use crate::storage::CleanerPace;

const APPEND_MS: u64 = 4;

/// A broker, its clock, and everything that it has said.
#[derive(Clone)]
struct Bench {
    broker: Broker,
    now_ms: u64,
    drawn: u32,
    next_correlation: u64,
    /// Responses by correlation id, with the time at which they leave.
    answers: SortedMap<u64, (u64, Response)>,
    events: Vec<BrokerEvent>,
}

impl Bench {
    fn new(profile: Profile, settings: &[(&str, &str)]) -> Self {
        let mut broker = Settings::new(Scope::Broker, profile);
        broker.set("offsets.topic.num.partitions", "2").unwrap();
        for (name, value) in settings {
            broker.set(name, value).unwrap();
        }
        let pace = BrokerPace {
            append_ms: APPEND_MS,
            cleaner: CleanerPace { phase_ms: 10, ms_per_mib: 100 },
        };
        let offsets = offsets_topic(&broker);
        let mut bench = Self {
            broker: Broker::new(0, BrokerId(1), broker, pace),
            now_ms: 0,
            drawn: 0,
            next_correlation: 0,
            answers: SortedMap::new(),
            events: Vec::new(),
        };
        let own: Vec<(&str, &str)> =
            offsets.settings.iter().map(|(name, value)| (&**name, &**value)).collect();
        bench.create(offsets.name, offsets.partitions as usize, &own);
        bench.create("t", 3, &[]);
        bench
    }

    fn v4(settings: &[(&str, &str)]) -> Self {
        Self::new(Profile::V4, settings)
    }

    fn create(&mut self, name: &str, partitions: usize, settings: &[(&str, &str)]) {
        let mut topic = Settings::new(Scope::Topic, self.broker.settings().profile());
        for (name, value) in settings {
            topic.set(name, value).unwrap();
        }
        let record = MetadataRecord::Topic {
            topic: Topic::from(name),
            id: Uuid(6 + name.len() as u128),
            partitions: vec![PartitionLeader { leader: BrokerId(1), leader_epoch: 0 }; partitions],
            settings: topic,
        };
        self.with(|broker, now_ms, chance, out| {
            broker.apply_metadata(now_ms, &record, chance, out)
        });
    }

    fn with(
        &mut self,
        act: impl FnOnce(&mut Broker, u64, &mut dyn FnMut() -> u32, &mut Outputs<BrokerEvent>),
    ) {
        let mut out = Outputs::default();
        let drawn = &mut self.drawn;
        let mut chance = || {
            *drawn = drawn.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *drawn
        };
        act(&mut self.broker, self.now_ms, &mut chance, &mut out);
        for message in out.messages {
            let Body::Response(response) = message.body else { panic!("brokers only answer") };
            let leaves_ms = self.now_ms + message.delay_ms;
            let twice = self.answers.insert(message.correlation_id, (leaves_ms, response));
            assert!(twice.is_none(), "request {} answered twice", message.correlation_id);
        }
        self.events.extend(out.events);
    }

    /// Lets time pass, with every timer at its time.
    fn advance_to(&mut self, now_ms: u64) {
        while let Some(due_ms) = self.broker.next_due_ms().filter(|due_ms| *due_ms <= now_ms) {
            self.now_ms = self.now_ms.max(due_ms);
            self.with(|broker, now_ms, chance, out| broker.tick(now_ms, chance, out));
            assert!(self.broker.next_due_ms().is_none_or(|due_ms| due_ms > self.now_ms));
        }
        self.now_ms = now_ms;
    }

    fn send_on(&mut self, client: u32, connection: Connection, request: Request) -> u64 {
        let id = self.next_correlation;
        self.next_correlation += 1;
        let from = NodeId::Client(ClientId(client));
        self.with(|broker, now_ms, chance, out| {
            broker.handle(now_ms, from, connection, id, request, chance, out);
        });
        id
    }

    fn send(&mut self, client: u32, request: Request) -> u64 {
        self.send_on(client, Connection::Coordinator, request)
    }

    fn answer(&self, id: u64) -> Option<&Response> {
        self.answers.get(&id).map(|(_, response)| response)
    }

    /// A request that is answered at once, on a connection of its own.
    fn ask(&mut self, request: Request) -> Response {
        let client = 1000 + self.next_correlation as u32;
        let id = self.send_on(client, Connection::Data, request);
        self.answer(id).expect("this request is answered at once").clone()
    }

    fn group(&self) -> &Group {
        self.broker.group(&group()).expect("the group is there")
    }

    fn state(&self) -> GroupState {
        self.group().state()
    }

    fn join(&mut self, client: u32, member_id: &str) -> u64 {
        self.send(client, Request::JoinGroup(join(member_id)))
    }

    /// Joins as a 4.x client does: asks for an id and comes back with it.
    fn join_new(&mut self, client: u32) -> (u64, String) {
        let asked = self.join(client, "");
        let Some(Response::JoinGroup(Err(refusal))) = self.answer(asked) else {
            panic!("a new member is told its id");
        };
        assert_eq!(refusal.error, ErrorCode::MemberIdRequired);
        let member_id = refusal.member_id.clone();
        (self.join(client, &member_id), member_id)
    }

    fn joined(&self, id: u64) -> Joined {
        match self.answer(id) {
            Some(Response::JoinGroup(Ok(joined))) => joined.clone(),
            other => panic!("not joined: {other:?}"),
        }
    }

    fn sync(&mut self, client: u32, generation: i32, member_id: &str, all: &[&str]) -> u64 {
        let assignments = all.iter().map(|id| ((*id).to_owned(), bytes(id))).collect();
        let member_id = member_id.to_owned();
        self.send(
            client,
            Request::SyncGroup {
                group: group(),
                generation,
                member_id,
                instance_id: None,
                assignments,
            },
        )
    }

    fn heartbeat(&mut self, generation: i32, member_id: &str) -> Option<ErrorCode> {
        let member_id = member_id.to_owned();
        match self.ask(Request::Heartbeat {
            group: group(),
            generation,
            member_id,
            instance_id: None,
        }) {
            Response::Heartbeat { error } => error,
            other => panic!("{other:?}"),
        }
    }

    fn leave(&mut self, member_id: &str) -> Option<ErrorCode> {
        let member_id = member_id.to_owned();
        match self.ask(Request::LeaveGroup { group: group(), member_id, instance_id: None }) {
            Response::LeaveGroup { error } => error,
            other => panic!("{other:?}"),
        }
    }

    fn commit(&mut self, generation: i32, member_id: &str, offset: i64) -> Option<ErrorCode> {
        let member_id = member_id.to_owned();
        let offsets = vec![commit_of(0, offset)];
        match self.ask(Request::OffsetCommit {
            group: group(),
            generation,
            member_id,
            instance_id: None,
            offsets,
        }) {
            Response::OffsetCommit { partitions } => partitions[0].1,
            other => panic!("{other:?}"),
        }
    }

    fn committed(&mut self, partition: u32) -> i64 {
        let partitions = vec![TopicPartition::new("t", partition)];
        match self.ask(Request::OffsetFetch { group: group(), partitions, member: None }) {
            Response::OffsetFetch { partitions, .. } => partitions[0].1,
            other => panic!("{other:?}"),
        }
    }

    /// A group of one member, Stable, in generation 1.
    fn stable_member(&mut self) -> String {
        let (joining, member_id) = self.join_new(0);
        self.advance_to(self.now_ms + 3000);
        assert_eq!(self.joined(joining).generation, 1);
        self.sync(0, 1, &member_id, &[&member_id]);
        self.advance_to(self.now_ms + APPEND_MS);
        assert_eq!(self.state(), GroupState::Stable);
        member_id
    }

    fn restart(&mut self) {
        self.with(|broker, now_ms, _, out| broker.end(now_ms, crate::broker::Ending::Crash, out));
        self.with(|broker, now_ms, chance, out| broker.restart(now_ms, chance, out));
    }

    fn produce(&mut self, acks: i16, topic: &str, value: &[u8]) -> ProducePartition {
        let batches = vec![(TopicPartition::new(topic, 0), batch(Some(b"k"), value, 1))];
        match self.ask(Request::Produce { acks, timeout_ms: 30_000, batches }) {
            Response::Produce { mut partitions } => partitions.remove(0),
            other => panic!("{other:?}"),
        }
    }
}

fn group() -> GroupId {
    GroupId::from("store")
}

fn bytes(text: &str) -> Bytes {
    text.as_bytes().into()
}

fn join(member_id: &str) -> JoinGroup {
    JoinGroup {
        group: group(),
        session_timeout_ms: 45_000,
        rebalance_timeout_ms: 300_000,
        member_id: member_id.to_owned(),
        instance_id: None,
        client_id: "c".to_owned(),
        protocols: vec![("range".to_owned(), bytes("subscription"))],
    }
}

fn commit_of(partition: u32, offset: i64) -> CommitPartition {
    CommitPartition { partition: TopicPartition::new("t", partition), offset, leader_epoch: 0 }
}

fn batch(key: Option<&[u8]>, value: &[u8], count: usize) -> Bytes {
    let mut batch = BatchBuilder::new(BatchOptions::default());
    for _ in 0..count {
        let record = Record {
            timestamp: 0,
            key: key.map(Bytes::from),
            value: Some(value.into()),
            headers: Vec::new(),
        };
        batch.append(&record).unwrap();
    }
    batch.build(None).unwrap().into()
}
