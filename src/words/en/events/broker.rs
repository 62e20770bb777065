//! What happened at a broker, in English.

use super::{count, explained, log, place};
use crate::broker::{BrokerEvent, GroupState, RemovalReason};
use crate::protocol::{BrokerId, GroupId, NodeId, Topic};
use crate::words::facts::{Facts, member_name, short_member_id};
use crate::words::rich::{code, strong};
use crate::words::{Line, line};

pub(super) fn sentence(facts: &dyn Facts, id: BrokerId, event: &BrokerEvent) -> Line {
    let broker = facts.name(NodeId::Broker(id));
    match event {
        BrokerEvent::Log(partition, event) => log::sentence(facts, partition, event),
        BrokerEvent::RequestRefused { client, api_key, partition, error } => line![
            broker,
            " refuses ",
            facts.name(*client),
            "'s ",
            code(api_key.name()),
            partition.as_ref().map(|partition| line![" for ", place(partition)]),
            ": ",
            strong(error),
            "."
        ],
        BrokerEvent::TopicWanted { topic } if topic.as_str() == Topic::CONSUMER_OFFSETS => line![
            "The first group asks for its coordinator, so ",
            code(topic),
            " is needed: ",
            broker,
            " has it created."
        ],
        BrokerEvent::TopicWanted { topic } => line![
            "Topic ",
            strong(topic),
            " does not exist, so ",
            broker,
            " has it created (",
            code("auto.create.topics.enable"),
            ")."
        ],
        BrokerEvent::FetchDelayed { client, until_ms } => line![
            broker,
            " has nothing new for ",
            facts.name(*client),
            " and holds its Fetch until ",
            code(facts.clock(*until_ms)),
            "."
        ],
        BrokerEvent::GroupStateChanged { group, from, to, generation, members } => {
            state(group, *from, *to, *generation, *members)
        }
        BrokerEvent::MemberAdded { group, member_id, client } => line![
            strong(facts.name(*client)),
            " is new in group ",
            group.as_str(),
            ": the coordinator calls it ",
            code(short_member_id(member_id)),
            "."
        ],
        BrokerEvent::MemberRemoved { group, member_id, reason } => {
            line![strong(member_name(member_id)), removed(group, *reason)]
        }
        BrokerEvent::AssignmentStored { group, generation, .. } => line![
            "Who reads what in generation ",
            strong(generation),
            " of group ",
            group.as_str(),
            " is now a record of ",
            code(Topic::CONSUMER_OFFSETS),
            "."
        ],
        BrokerEvent::OffsetCommitted { group, partition, offset, .. } => line![
            "Group ",
            group.as_str(),
            " has committed ",
            strong(offset),
            " in ",
            place(partition),
            ": the next offset to read."
        ],
        BrokerEvent::OffsetExpired { group, partition } => line![
            "What group ",
            strong(group),
            " had committed in ",
            place(partition),
            " has ",
            strong("expired"),
            ": a tombstone takes its place."
        ],
        BrokerEvent::Crashed => line![
            strong(broker),
            " ",
            strong("crashed"),
            ". Its files stay; groups, timers and waiting requests were in memory and are gone."
        ],
        BrokerEvent::PowerLost => line![
            "The power goes off under ",
            strong(broker),
            ". Whatever was only in the page cache is gone, with all that was in memory."
        ],
        BrokerEvent::Stopped => line![
            strong(broker),
            " is ",
            strong("stopped cleanly"),
            ": it flushes and closes its logs and leaves ",
            code(".kafka_cleanshutdown"),
            "."
        ],
        BrokerEvent::Restarted { groups, offsets } => line![
            strong(broker),
            " runs again and read ",
            count(u64::from(*groups), "group"),
            " and ",
            count(u64::from(*offsets), "committed offset"),
            " back from ",
            code(Topic::CONSUMER_OFFSETS),
            "."
        ],
    }
}

pub(super) fn aside(facts: &dyn Facts, event: &BrokerEvent) -> Option<Line> {
    Some(match event {
        BrokerEvent::Log(_, event) => return log::aside(facts, event),
        BrokerEvent::RequestRefused { error, .. } => explained(*error),
        BrokerEvent::TopicWanted { .. } => {
            line![
                "A broker creates nothing itself; it asks the controller, and the client asks again."
            ]
        }
        BrokerEvent::FetchDelayed { .. } => line![
            "It answers when ",
            code("fetch.min.bytes"),
            " have come, at the latest after ",
            code("fetch.max.wait.ms"),
            "."
        ],
        BrokerEvent::GroupStateChanged { from, to, .. } => line![
            code(from.name()),
            " → ",
            code(to.name()),
            ". ",
            match to {
                GroupState::PreparingRebalance if *from == GroupState::Empty =>
                    "group.initial.rebalance.delay.ms gives others time to come.",
                GroupState::PreparingRebalance =>
                    "Members learn of it by REBALANCE_IN_PROGRESS in the answer to their next heartbeat.",
                GroupState::CompletingRebalance =>
                    "The assignment is made by a consumer, not by the broker.",
                GroupState::Stable => "From now on members only send heartbeats.",
                GroupState::Empty =>
                    "A consumer that comes back goes on where the group has committed.",
                GroupState::Dead => "Nothing of it is left.",
            }
        ],
        BrokerEvent::MemberAdded { .. } => {
            line![
                code("client.id"),
                " and a random UUID: a process that starts anew gets another one."
            ]
        }
        BrokerEvent::MemberRemoved { reason, .. } => match reason {
            RemovalReason::Left => line!["A member that leaves in order is replaced at once."],
            RemovalReason::SessionExpired => line![
                "No heartbeat within ",
                code("session.timeout.ms"),
                ". Since it stopped, nobody has read its partitions."
            ],
            RemovalReason::DidNotRejoin => line![
                "A rebalance waits for a member as long as its ",
                code("max.poll.interval.ms"),
                "."
            ],
            RemovalReason::DidNotSync => {
                line!["It joined but did not fetch its assignment in time."]
            }
        },
        BrokerEvent::AssignmentStored { stored_in, stored_at, .. } => line![
            "Offset ",
            code(stored_at),
            " of ",
            code(stored_in),
            ": a coordinator that starts anew reads the group back from there."
        ],
        BrokerEvent::OffsetCommitted { group, partition, offset, stored_in, stored_at } => {
            let lag = facts.log_end(partition).map(|end| end.0.saturating_sub(offset.0));
            line![
                "The commit is a record: offset ",
                code(stored_at),
                " of ",
                code(stored_in),
                ", key ",
                code(format!("({group}, {}, {})", partition.topic, partition.partition)),
                ", value ",
                code(offset),
                ".",
                lag.map(|lag| line![" Lag ", code(lag), "."])
            ]
        }
        BrokerEvent::OffsetExpired { .. } => line![
            "The group was empty longer than ",
            code("offsets.retention.minutes"),
            "; ",
            code("auto.offset.reset"),
            " decides when it comes back."
        ],
        BrokerEvent::Crashed => {
            line!["A process died, not the machine: what was written to files is safe."]
        }
        BrokerEvent::PowerLost => {
            line![
                "With one replica even acknowledged records can be lost; replication is Kafka's answer."
            ]
        }
        BrokerEvent::Stopped => line!["At its next start nothing has to be recovered."],
        BrokerEvent::Restarted { .. } => {
            line!["Members that heartbeat in time keep their places; all others are timed out."]
        }
    })
}

fn state(group: &GroupId, from: GroupState, to: GroupState, generation: i32, members: u32) -> Line {
    let group = group.as_str();
    let know = if members == 1 { " knows" } else { " know" };
    let members = count(u64::from(members), "member");
    match to {
        GroupState::PreparingRebalance if from == GroupState::Empty => line![
            "Group ",
            strong(group),
            " gets its first member; its coordinator waits a moment for others."
        ],
        GroupState::PreparingRebalance => line![
            "Group ",
            strong(group),
            " ",
            strong("rebalances"),
            ": all its members must join again, and read nothing meanwhile."
        ],
        GroupState::CompletingRebalance => line![
            "All have joined: generation ",
            strong(generation),
            " of group ",
            group,
            " has ",
            members,
            ", and its leader assigns the partitions."
        ],
        GroupState::Stable => line![
            "Group ",
            strong(group),
            " is ",
            code("Stable"),
            " in generation ",
            strong(generation),
            ": ",
            members,
            know,
            " what to read."
        ],
        GroupState::Empty => {
            line!["Group ", strong(group), " is empty: nobody reads, but what it committed stays."]
        }
        GroupState::Dead => line!["Group ", strong(group), " is gone."],
    }
}

fn removed(group: &GroupId, reason: RemovalReason) -> Line {
    match reason {
        RemovalReason::Left => {
            line![" has left group ", group.as_str(), "; its partitions go to the others."]
        }
        RemovalReason::SessionExpired => line![
            " sent no heartbeat in time: group ",
            group.as_str(),
            " takes it for dead and gives its partitions to others."
        ],
        RemovalReason::DidNotRejoin => {
            line![" did not join again in time; group ", group.as_str(), " goes on without it."]
        }
        RemovalReason::DidNotSync => line![
            " did not ask for its partitions in time; group ",
            group.as_str(),
            " goes on without it."
        ],
    }
}
