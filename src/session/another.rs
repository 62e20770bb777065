//! One more consumer: the next name, and what the others have.

use crate::protocol::{Subject, TopicPartition};
use crate::session::Session;
use crate::sim::{self, CommitSpec, ConsumerSpec, PartitionSpec};

impl Session {
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
        let settings = model.settings().overrides();
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
}
