//! Kafka's terms, in English.

use crate::words::{En, Line, Term, TermWords};

impl TermWords for En {
    fn term_name(&self, term: Term) -> &'static str {
        term.name()
    }

    fn term(&self, term: Term) -> Line {
        Line::marked(sentence(term))
    }
}

fn sentence(term: Term) -> &'static str {
    match term {
        Term::Broker => {
            "A server of Kafka: it keeps partitions as files and answers requests of producers and consumers."
        }
        Term::Controller => {
            "The node that decides what exists: topics, their partitions, their settings, and who leads what."
        }
        Term::Topic => "A named stream of records, divided into partitions.",
        Term::Partition => {
            "One ordered log of a topic, a directory on a broker; order holds within it, not across partitions."
        }
        Term::Leader => "The broker that takes all writes to a partition, and serves its reads.",
        Term::Log => {
            "The records of a partition in the order of their arrival; new ones only ever go to its end."
        }
        Term::Record => {
            "What is sent and read: a key, a value, a timestamp and headers; Kafka does not look inside."
        }
        Term::Key => {
            "Bytes that choose the partition: equal keys land in the same partition while the number of partitions stays."
        }
        Term::Value => {
            "What the record says, as bytes; a null value in a compacted topic asks for the key to be deleted."
        }
        Term::Timestamp => {
            "When the record was made (`CreateTime`) or appended (`LogAppendTime`); retention counts from it."
        }
        Term::Header => "A name with a value that travels beside the record, for applications.",
        Term::RecordBatch => {
            "Records that are sent, checked and stored together behind one header of 61 bytes; there is none without a batch."
        }
        Term::Offset => {
            "A record's number in its partition, counted from 0 and never given out again."
        }
        Term::Segment => {
            "One file of a log, named after its first offset; deletion and cleaning work on whole segments."
        }
        Term::ActiveSegment => {
            "The last segment, the only one that still grows; the cleaner never touches it."
        }
        Term::BaseOffset => {
            "The offset that a segment or a batch begins at; the rest inside is counted from there."
        }
        Term::OffsetIndex => {
            "A small file that says, for some offsets, at which byte of the segment to look."
        }
        Term::TimeIndex => "A small file that says which offset belongs to a time.",
        Term::Roll => {
            "Closing the active segment and opening the next, by size, by time or because an index is full."
        }
        Term::LogStartOffset => "The first offset that is still there; retention moves it up.",
        Term::LogEndOffset => "The offset that the next record will get.",
        Term::HighWatermark => {
            "Up to here all replicas in sync have the records, so consumers may read them."
        }
        Term::LeaderEpoch => {
            "Counts the leaders of a partition, so that an old leader is known as old."
        }
        Term::Crc => "A checksum over the batch, by which broken bytes are found.",
        Term::Varint => "A whole number in as few bytes as it needs, seven bits in each.",
        Term::Producer => {
            "The client that sends records; it chooses the partition and gathers batches itself."
        }
        Term::Serializer => "Turns a key or value into bytes, before the partition is chosen.",
        Term::Partitioner => {
            "The rule in the producer that chooses a partition: by the key's hash, or sticky without a key."
        }
        Term::Murmur2 => {
            "The 32-bit hash that Java producers use on the key's bytes; other clients may use other ones."
        }
        Term::StickyPartition => {
            "Where records without a key go until about `batch.size` bytes are gathered; then another is drawn."
        }
        Term::Accumulator => {
            "The producer's memory where records wait, a queue of batches for each partition."
        }
        Term::Linger => "How long a batch that is not full waits for more records.",
        Term::Acks => {
            "Whose word the producer waits for: nobody's (`0`), the leader's (`1`), that of all replicas in sync (`all`)."
        }
        Term::InFlightRequest => "A request that was sent and has no answer yet.",
        Term::Retry => {
            "Sending a batch again after an error that may pass; without idempotence it can be stored twice."
        }
        Term::Consumer => {
            "The client that reads records by asking for them; reading removes nothing."
        }
        Term::ConsumerGroup => {
            "Consumers that share the partitions of their topics; another group reads everything for itself."
        }
        Term::Coordinator => "The broker that keeps a group's members and committed offsets.",
        Term::Member => "A consumer in its group, under an id that the coordinator gave it.",
        Term::GroupLeader => {
            "The member that computes the assignment for all; the coordinator only hands it out."
        }
        Term::Generation => {
            "Counts the rebalances of a group; what a member of an old generation says is refused."
        }
        Term::Rebalance => {
            "Members come or go, so the partitions are divided anew; with eager assignors nobody reads meanwhile."
        }
        Term::Assignor => {
            "The rule by which partitions are divided among the members, `range` by default."
        }
        Term::Heartbeat => {
            "A member's sign of life to the coordinator; the answer tells it of a rebalance."
        }
        Term::SessionTimeout => {
            "After so long without a heartbeat the coordinator takes a member for dead."
        }
        Term::Poll => {
            "The call by which an application gets records; auto-commit and rebalancing happen inside it too."
        }
        Term::Position => "The next offset that a consumer will read, kept in its memory only.",
        Term::CommittedOffset => {
            "The next offset to read that a group has stored; whoever takes the partition over starts there."
        }
        Term::AutoCommit => {
            "`poll()` commits what earlier polls returned, when `auto.commit.interval.ms` has passed."
        }
        Term::Lag => {
            "How many offsets lie between a group's committed offset and the end of the log."
        }
        Term::ConsumerOffsets => {
            "Kafka's own compacted topic: each commit is a record in it, each assignment too."
        }
        Term::AtLeastOnce => {
            "Nothing is missed, but what was processed and not committed is processed again."
        }
        Term::Retention => {
            "Old segments are deleted whole, by age (`retention.ms`) or size (`retention.bytes`), read or not."
        }
        Term::Compaction => {
            "Instead of old records, superseded ones go: at least the latest of each key stays."
        }
        Term::Cleaner => {
            "The broker's background thread that compacts logs, one at a time, the dirtiest first."
        }
        Term::DirtyRatio => {
            "The share of a log's closed bytes that was never cleaned; above `min.cleanable.dirty.ratio` it is due."
        }
        Term::OffsetMap => {
            "What the cleaner notes in pass 1: each key's last offset; in pass 2 only these are copied."
        }
        Term::CleanerCheckpoint => {
            "Up to which offset the log was cleaned; the next round begins there."
        }
        Term::Tombstone => {
            "A record with a key and no value: it deletes the key, and is itself removed later."
        }
        Term::DeleteHorizon => {
            "Until when a tombstone stays, set at its first cleaning: that time plus `delete.retention.ms`."
        }
        Term::Request => {
            "What a client asks of a broker, such as `Produce` or `Fetch`; the answer bears the same number."
        }
        Term::Fetch => {
            "The request by which a consumer reads; the broker may hold it until there is enough to answer."
        }
        Term::Metadata => {
            "Which topics, partitions and leaders there are; clients ask for it before they send or read."
        }
    }
}
