//! The disk as an archive: the files that Kafka's own tools read.

use crate::protocol::TopicPartition;
use crate::session::Session;
use crate::storage::import::zip;

/// What is taken away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parcelled {
    /// One partition's directory.
    Partition(TopicPartition),
    /// Every partition of its topic.
    Topic(TopicPartition),
    /// All.
    Disk,
}

impl Session {
    /// An archive of real files, as they stand now, and a name for it.
    #[must_use]
    pub fn export(&self, what: &Parcelled) -> (String, Vec<u8>) {
        let logs = self.history().world().broker().logs().logs();
        let chosen = logs.filter(|log| match what {
            Parcelled::Partition(partition) => log.partition() == partition,
            Parcelled::Topic(partition) => log.partition().topic == partition.topic,
            Parcelled::Disk => true,
        });
        let mut files = Vec::new();
        for log in chosen {
            for (name, file) in log.files() {
                files.push((format!("{}/{name}", log.partition()), file.bytes));
            }
        }
        let parts: Vec<_> = files.iter().map(|(name, bytes)| (name.clone(), &**bytes)).collect();
        let name = match what {
            Parcelled::Partition(partition) => partition.to_string(),
            Parcelled::Topic(partition) => partition.topic.to_string(),
            Parcelled::Disk => "disk".into(),
        };
        (format!("{name}.zip"), zip::write(&parts))
    }
}
