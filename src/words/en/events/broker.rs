//! What happened at a broker, in English.

use super::{count, explained, log, place};
use crate::broker::{BrokerEvent, GroupCause, GroupState, MemberState, RemovalReason};
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
        BrokerEvent::ProducerIdsWanted => {
            line![broker, " asks the controller for a block of producer ids."]
        }
        BrokerEvent::ProducerIdAssigned { client, producer_id } => line![
            broker,
            " gives ",
            facts.name(*client),
            " the producer id ",
            strong(producer_id),
            ".",
        ],
        BrokerEvent::BatchProduced { client, partition, base_offset, record_count, .. } => line![
            broker,
            " put ",
            code(record_count),
            " records of ",
            facts.name(*client),
            " into ",
            code(partition),
            ", from offset ",
            code(base_offset),
            "."
        ],
        BrokerEvent::FetchDelayed { client, until_ms } => line![
            broker,
            " has nothing new for ",
            facts.name(*client),
            " and holds its Fetch until ",
            code(facts.clock(*until_ms)),
            "."
        ],
        BrokerEvent::GroupStateChanged { group, from, to, generation, members, .. } => {
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
        BrokerEvent::StaticMemberReplaced { group, client, rebalances, .. } => line![
            strong(facts.name(*client)),
            " is back in group ",
            group.as_str(),
            " under its ",
            code("group.instance.id"),
            if *rebalances {
                ": it takes its old place, and the group rebalances."
            } else {
                ": it takes its old place, and nobody has to rebalance."
            }
        ],
        BrokerEvent::StaticMemberLeft { group, member_id } => line![
            "Static member ",
            strong(short_member_id(member_id)),
            " of group ",
            group.as_str(),
            " is away for a while; its partitions wait for it."
        ],
        BrokerEvent::TargetComputed { group, epoch, assignor, changed, .. } => line![
            "The coordinator made a ",
            strong("target assignment"),
            " for group ",
            group.as_str(),
            " by ",
            code(assignor),
            ", epoch ",
            strong(epoch),
            ": ",
            count(u64::from(*changed), "member"),
            if *changed == 1 { " gets" } else { " get" },
            " something else."
        ],
        BrokerEvent::MemberReconciled {
            group,
            member_id,
            epoch,
            state,
            assigned,
            pending_revocation,
        } => {
            let member = strong(short_member_id(member_id));
            let group = group.as_str();
            let has = count(assigned.len() as u64, "partition");
            match state {
                MemberState::Stable => line![
                    "Member ",
                    member,
                    " of group ",
                    group,
                    " has reached its target in epoch ",
                    strong(epoch),
                    ": ",
                    has,
                    "."
                ],
                MemberState::UnrevokedPartitions => line![
                    "Member ",
                    member,
                    " of group ",
                    group,
                    " must first give up ",
                    count(pending_revocation.len() as u64, "partition"),
                    " and say so."
                ],
                MemberState::UnreleasedPartitions => line![
                    "Member ",
                    member,
                    " of group ",
                    group,
                    " is in epoch ",
                    strong(epoch),
                    " with ",
                    has,
                    " and waits for what others still hold."
                ],
            }
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
        BrokerEvent::ProducerIdsWanted => {
            line!["Ids come in blocks of 1000, so that no two brokers give out the same one."]
        }
        BrokerEvent::ProducerIdAssigned { .. } => {
            line!["No id is given twice: a process that starts anew is another producer."]
        }
        BrokerEvent::BatchProduced { .. } => line![
            "A request may carry batches for several partitions; each is put into its log on its own."
        ],
        BrokerEvent::FetchDelayed { .. } => line![
            "It answers when ",
            code("fetch.min.bytes"),
            " have come, at the latest after ",
            code("fetch.max.wait.ms"),
            "."
        ],
        BrokerEvent::GroupStateChanged { from, to, cause, .. } => line![
            code(from.name()),
            " → ",
            code(to.name()),
            ": ",
            group_cause(cause),
            " ",
            match to {
                GroupState::PreparingRebalance if *from == GroupState::Empty =>
                    "group.initial.rebalance.delay.ms gives others time to come.",
                GroupState::PreparingRebalance =>
                    "Members learn of it by REBALANCE_IN_PROGRESS in the answer to their next heartbeat.",
                GroupState::CompletingRebalance =>
                    "The assignment is made by a consumer, not by the broker.",
                GroupState::Stable => "From now on members only send heartbeats.",
                GroupState::Assigning => "The group epoch is ahead of the assignment epoch.",
                GroupState::Reconciling => "Each member follows at its own pace.",
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
            RemovalReason::GroupFull => {
                line![code("group.max.size"), " is reached; whoever has not rejoined yet is out."]
            }
            RemovalReason::DidNotRevoke => line![
                "Within ",
                code("max.poll.interval.ms"),
                " it did not say that it gave its partitions up; others wait for them."
            ],
        },
        BrokerEvent::StaticMemberReplaced { member_id, replaced, .. } => line![
            code(short_member_id(member_id)),
            " instead of ",
            code(short_member_id(replaced)),
            ", which is answered ",
            code("FENCED_INSTANCE_ID"),
            " from now on."
        ],
        BrokerEvent::StaticMemberLeft { .. } => {
            line!["It left with member epoch −2; its session goes on and ends it if it stays away."]
        }
        BrokerEvent::MemberReconciled { state, .. } => line![
            code(state.name()),
            match state {
                MemberState::Stable => ": its epoch is the assignment epoch, nothing is missing.",
                MemberState::UnrevokedPartitions =>
                    ": nobody else gets a partition before its owner has released it.",
                MemberState::UnreleasedPartitions =>
                    ": what is free it has already; the rest comes with a later heartbeat.",
            }
        ],
        BrokerEvent::TargetComputed { stored_in, stored_at, .. }
        | BrokerEvent::AssignmentStored { stored_in, stored_at, .. } => line![
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
        GroupState::Assigning => line![
            "Group ",
            strong(group),
            " has changed: epoch ",
            strong(generation),
            " needs a new target assignment."
        ],
        GroupState::Reconciling => line![
            "Group ",
            strong(group),
            " has a target for epoch ",
            strong(generation),
            "; ",
            members,
            " move there one by one, and go on reading."
        ],
    }
}

/// Why a group is in its state.
pub(in crate::words) fn group_cause(cause: &GroupCause) -> Line {
    let member = |id: &str| code(short_member_id(id));
    match cause {
        GroupCause::Made => line!["it was made, or read back from the log."],
        GroupCause::MemberJoined(id) => line![member(id), " joined."],
        GroupCause::LeaderRejoined(id) => line!["its leader ", member(id), " joined again."],
        GroupCause::SubscriptionChanged(id) => {
            line![member(id), " came with another subscription or other assignors."]
        }
        GroupCause::StaticMemberReturned(id) => {
            line![
                "static member ",
                member(id),
                " came back in the middle of a rebalance, or with other assignors."
            ]
        }
        GroupCause::MemberRemoved(id, reason) => line![
            member(id),
            match reason {
                RemovalReason::Left => " left.",
                RemovalReason::SessionExpired => " sent no heartbeat within its session timeout.",
                RemovalReason::DidNotRejoin => " did not rejoin in time.",
                RemovalReason::DidNotSync => " did not sync in time.",
                RemovalReason::GroupFull => " found the group full.",
                RemovalReason::DidNotRevoke => " did not give its partitions up in time.",
            }
        ],
        GroupCause::MembersDidNotSync(members) => {
            line![count(u64::from(*members), "member"), " did not send SyncGroup in time."]
        }
        GroupCause::AllJoined => line!["every member has joined."],
        GroupCause::InitialDelayOver => {
            line![code("group.initial.rebalance.delay.ms"), " is over."]
        }
        GroupCause::RebalanceTimeout => line!["the rebalance timeout is over."],
        GroupCause::NobodyLeft => line!["its last member is gone."],
        GroupCause::AssignmentStored => line!["the leader's assignment is stored."],
        GroupCause::NothingLeft => line!["it was empty and its last committed offset expired."],
        GroupCause::OtherProtocol => {
            line!["a member of the other protocol takes the empty group over."]
        }
        GroupCause::TopicsChanged => line!["a topic that it reads has changed."],
        GroupCause::TargetComputed => line!["the coordinator computed a target assignment."],
        GroupCause::MemberReconciled(id) => {
            line![member(id), ", the last one missing, has its partitions."]
        }
        GroupCause::MemberReconciling(id) => line![member(id), " is on its way to its partitions."],
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
        RemovalReason::GroupFull => {
            line![" finds group ", group.as_str(), " full and is turned away."]
        }
        RemovalReason::DidNotRevoke => line![
            " did not give its partitions up in time; group ",
            group.as_str(),
            " throws it out."
        ],
    }
}
