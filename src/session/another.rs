//! What a button does beyond its name: one more consumer with the next name, a message's delay.

use crate::protocol::config::{
    COOPERATIVE_STICKY_ASSIGNOR, RANGE_ASSIGNOR, ROUND_ROBIN_ASSIGNOR, STICKY_ASSIGNOR, Setting,
};
use crate::protocol::{GroupId, SortedMap};
use crate::protocol::{Subject, TopicPartition};
use crate::session::Session;
use crate::session::groups::AddedAssignor;
use crate::sim::{self, CommitSpec, ConsumerSpec, PartitionSpec};

impl Session {
    /// How late a message comes that somebody holds up: long enough to be seen, five times its usual way.
    #[must_use]
    pub fn message_delay_ms(&self) -> u64 {
        5 * self.history.world().scenario().latencies.network_ms.max(1)
    }

    /// Another consumer like those of a group, or of a topic: the next name, the same settings.
    #[must_use]
    pub fn another_consumer(&self, subject: &Subject) -> Option<ConsumerSpec> {
        let world = self.history.world();
        let in_group = |client: &&sim::Client| match (subject, client.consumer()) {
            (Subject::Group(group), Some(consumer)) => consumer.group() == *group,
            (Subject::Topic(topic), Some(consumer)) => consumer.app().reads(topic),
            (_, consumer) => consumer.is_some(),
        };
        let model = world.clients().iter().rev().find(in_group)?.consumer()?;
        let taken = |name: &str| world.node(name).is_some();
        let name = (1..).map(|n| format!("c{n}")).find(|name| !taken(name))?;
        let is_own = |setting: Setting| setting == Setting::GroupInstanceId; // Nobody else may have it.
        let settings = model.settings().overrides().filter(|(setting, _)| !is_own(*setting));
        let spec = |partition: &TopicPartition| PartitionSpec {
            topic: partition.topic.to_string(),
            partition: partition.partition,
        };
        Some(ConsumerSpec {
            name,
            topics: model.app().topics.iter().map(ToString::to_string).collect(),
            settings: settings.map(|(s, value)| (s.name().to_owned(), value.to_string())).collect(),
            process_ms: model.app().process_ms,
            poll_timeout_ms: model.app().poll_timeout_ms,
            assign: model.app().assign.iter().map(spec).collect(),
            commit_sync: false,
            commit: model.app().commit.map(CommitSpec::of),
        })
    }

    /// A consumer for a group, or for a new one beside it, that assigns in this way. One that speaks another
    /// protocol than its group is turned away by the coordinator, and that can be seen.
    pub(super) fn consumer_for(
        &self,
        group: &GroupId,
        assignor: AddedAssignor,
        in_new_group: bool,
    ) -> Option<ConsumerSpec> {
        let mut spec = self.another_consumer(&Subject::Group(group.clone()))?;
        if in_new_group {
            let world = self.history.world();
            let taken = |name: &str| {
                let mut consumers = world.clients().iter().filter_map(|client| client.consumer());
                consumers.any(|c| c.group().as_str() == name)
                    || world.broker().group(&GroupId::from(name)).is_some()
            };
            let name = (2..).map(|n| format!("{group}-{n}")).find(|name| !taken(name))?;
            spec.settings.insert("group.id".into(), name);
        }
        let class = match assignor {
            AddedAssignor::Same => return Some(spec),
            AddedAssignor::Range => RANGE_ASSIGNOR,
            AddedAssignor::RoundRobin => ROUND_ROBIN_ASSIGNOR,
            AddedAssignor::Sticky => STICKY_ASSIGNOR,
            AddedAssignor::CooperativeSticky => COOPERATIVE_STICKY_ASSIGNOR,
            AddedAssignor::Uniform => "uniform",
            AddedAssignor::ServerRange => "range",
        };
        let is_modern = matches!(assignor, AddedAssignor::Uniform | AddedAssignor::ServerRange);
        let strategy = Setting::PartitionAssignmentStrategy.name();
        let own: SortedMap<String, String> = match is_modern {
            false => [(strategy.to_owned(), class.to_owned())].into_iter().collect(),
            true => [("group.protocol", "consumer"), ("group.remote.assignor", class)]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into_iter()
                .collect(),
        };
        let of_the_other: &[&str] = match is_modern {
            true => &[strategy, "session.timeout.ms", "heartbeat.interval.ms"],
            false => &["group.protocol", "group.remote.assignor"],
        };
        spec.settings.retain(|name, _| !of_the_other.contains(&name.as_str()));
        spec.settings.extend(own);
        Some(spec)
    }
}
