//! What happened at a producer, in English.

use super::{count, explained, kafkas_words, offsets, place};
use crate::client::producer::{PartitionChoice, ProducerEvent};
use crate::protocol::{Bytes, ErrorCode, KeyHash, TopicPartition};
use crate::words::facts::{Facts, item_of};
use crate::words::rich::{code, hex, key, number, size, span_of_ms, strong};
use crate::words::{Line, line};

pub(super) fn sentence(facts: &dyn Facts, name: &str, event: &ProducerEvent) -> Line {
    match event {
        ProducerEvent::RecordAccumulated { partition, choice, key, value, .. } => line![
            what_is_sent(name, key.as_ref(), value.as_ref()),
            ". ",
            where_to(facts, partition, choice, key.as_ref(), value.as_ref())
        ],
        ProducerEvent::StickyPartitionChosen { partition, switch: None } => line![
            "Records without a key go to ",
            place(partition),
            " for now: ",
            name,
            " sticks to one partition a while."
        ],
        ProducerEvent::StickyPartitionChosen { partition, switch: Some(switch) } => line![
            "After ",
            size(switch.produced_bytes),
            " (",
            code("batch.size"),
            " ",
            number(switch.limit_bytes),
            ") ",
            name,
            " sends records without a key to ",
            place(partition),
            "."
        ],
        ProducerEvent::SendFailed { thrown: Some(thrown), .. } => {
            let simple = thrown.rsplit('.').next().unwrap_or(thrown);
            line![
                strong(name),
                "'s ",
                code("send()"),
                " throws a ",
                strong(simple),
                ": no future, no callback."
            ]
        }
        ProducerEvent::SendFailed { refusal, .. } => {
            line![strong(name), " could not send a record: ", strong(refusal.error), "."]
        }
        ProducerEvent::SendBlocked { for_memory: true, .. } => {
            line![name, "'s ", code("send()"), " waits: ", code("buffer.memory"), " is used up."]
        }
        ProducerEvent::SendBlocked { for_memory: false, .. } => line![
            name,
            "'s ",
            code("send()"),
            " waits until it knows which partitions the topic has."
        ],
        ProducerEvent::BatchDrained {
            partition,
            record_count,
            size_bytes,
            waited_ms,
            attempts,
            ..
        } => {
            line![
                name,
                if *attempts > 0 { " sends again: " } else { " sends " },
                count(u64::from(*record_count), "record"),
                ", one batch of ",
                size(*size_bytes),
                ", to ",
                place(partition),
                " after ",
                span_of_ms(*waited_ms),
                "."
            ]
        }
        ProducerEvent::BatchAcknowledged {
            partition, numbers, base_offset: Some(first), ..
        } => line![
            name,
            " has its answer: ",
            count(numbers.len() as u64, "record"),
            " stored in ",
            place(partition),
            " at ",
            offsets(*first, first.advanced_by((numbers.len() as u64).saturating_sub(1))),
            "."
        ],
        ProducerEvent::BatchAcknowledged { partition, numbers, base_offset: None, .. } => line![
            name,
            " asks for no answer (",
            code("acks=0"),
            "): ",
            count(numbers.len() as u64, "record"),
            " for ",
            place(partition),
            " just count as sent."
        ],
        ProducerEvent::BatchRetried { partition, error, attempts, backoff_ms, .. } => line![
            name,
            "'s batch for ",
            place(partition),
            " failed, try ",
            code(attempts),
            ": ",
            error.map_or_else(|| line!["no answer"], |error| line![strong(error)]),
            ". Again in ",
            span_of_ms(*backoff_ms),
            "."
        ],
        ProducerEvent::BatchSplit { partition, into } => line![
            name,
            "'s batch for ",
            place(partition),
            " is too large for the broker; it becomes ",
            strong(into),
            " smaller ones."
        ],
        ProducerEvent::BatchFailed { partition, numbers, refusal } => line![
            strong(name),
            " gives up ",
            count(numbers.len() as u64, "record"),
            " for ",
            place(partition),
            ": ",
            strong(refusal.error),
            "."
        ],
        ProducerEvent::RequestTimedOut { .. } => line![
            name,
            " got no answer within ",
            code("request.timeout.ms"),
            " and closes the connection."
        ],
        ProducerEvent::Disconnected => line![name, " has lost its connection to the broker."],
        ProducerEvent::ProducerIdReceived { producer_id, epoch } => line![
            name,
            " is now ",
            strong(format!("producer {producer_id}")),
            ", epoch ",
            code(epoch),
            ": its batches will carry that, and a number."
        ],
        ProducerEvent::ProducerIdRefused { error, backoff_ms } => line![
            "No producer id for ",
            name,
            " yet: ",
            strong(error),
            ". It asks again in ",
            span_of_ms(*backoff_ms),
            "."
        ],
        ProducerEvent::EpochBumped { producer_id, epoch, .. } => line![
            name,
            " (producer ",
            code(producer_id),
            ") begins ",
            strong(format!("epoch {epoch}")),
            ": its numbers had a gap, so they start at 0 again."
        ],
        ProducerEvent::ProducerIdDropped { producer_id, .. } => {
            line![name, " gives up producer id ", strong(producer_id), " and asks for a new one."]
        }
        ProducerEvent::IdempotenceDisabled(_) => {
            line![name, " is not idempotent: another setting switches it off without a word."]
        }
        ProducerEvent::UnusedSettings(_) => {
            line![
                name,
                " has settings that the client does not know. Kafka takes them and logs a line."
            ]
        }
        ProducerEvent::Crashed { lost: 0 } => {
            line![strong(name), " ", strong("crashed"), "; everything it had was sent already."]
        }
        ProducerEvent::Crashed { lost } => line![
            strong(name),
            " ",
            strong("crashed"),
            ": ",
            strong(count(u64::from(*lost), "record")),
            " that only it had, or no answer for, died with it."
        ],
        ProducerEvent::Restarted => {
            line![strong(name), " runs again, as a new process with nothing to send."]
        }
        ProducerEvent::Closed => line![name, " has sent all it had and is closed."],
    }
}

pub(super) fn aside(facts: &dyn Facts, event: &ProducerEvent) -> Option<Line> {
    Some(match event {
        ProducerEvent::RecordAccumulated { choice: PartitionChoice::Keyed(hash), key, .. } => {
            arithmetic(key.as_deref().unwrap_or_default(), hash)
        }
        ProducerEvent::RecordAccumulated { choice, opened_batch, .. } => match choice {
            PartitionChoice::Own(hash) => line![
                code(format!("murmur2 = {}", hash.hash)),
                ", ",
                code(format!("& 7fffffff = {}", hash.masked)),
                ", ",
                code(format!("% {} = {}", hash.partitions, hash.partition))
            ],
            PartitionChoice::RoundRobin { counter } => {
                line!["The counter was ", code(counter), "."]
            }
            _ if *opened_batch => line!["It opens a new batch in the accumulator."],
            _ => line!["It joins a batch that waits in the accumulator."],
        },
        ProducerEvent::StickyPartitionChosen { switch: Some(switch), partition } => line![
            "Drawn: ",
            code(switch.drawn),
            " among ",
            count(u64::from(facts.partition_count(&partition.topic)), "partition"),
            ". Fuller batches, fewer requests."
        ],
        ProducerEvent::StickyPartitionChosen { switch: None, .. } => {
            line!["Not round robin: the sticky partitioner fills a batch before it moves on."]
        }
        ProducerEvent::SendFailed { thrown: Some(thrown), refusal, .. } => {
            line![code(thrown), ": ", refusal.message.as_str()]
        }
        ProducerEvent::SendFailed { refusal, .. } | ProducerEvent::BatchFailed { refusal, .. } => {
            kafkas_words(refusal)
        }
        ProducerEvent::SendBlocked { .. } => {
            line!["At most ", code("max.block.ms"), ", then it fails."]
        }
        ProducerEvent::BatchDrained { .. } => line![
            "A batch goes when it is full (",
            code("batch.size"),
            ") or has waited ",
            code("linger.ms"),
            "."
        ],
        ProducerEvent::BatchAcknowledged { base_offset: Some(_), .. } => {
            line!["Only now do the callbacks of ", code("send()"), " run."]
        }
        ProducerEvent::BatchAcknowledged { base_offset: None, .. } => {
            line!["Whether the broker has them, it will never know."]
        }
        ProducerEvent::BatchRetried { sequence: Some(sequence), .. } => line![
            "It goes with the same number, ",
            code(sequence.base_sequence),
            ": if the log has it already, the broker sees that."
        ],
        ProducerEvent::BatchRetried { sequence: None, .. } => {
            line![
                "If only the answer was lost, the log holds these records twice: idempotence is off."
            ]
        }
        ProducerEvent::BatchSplit { .. } => {
            line![code(ErrorCode::MessageTooLarge), " is answered by splitting."]
        }
        ProducerEvent::RequestTimedOut { correlation_id } => {
            line!["Request ", code(correlation_id), ", and all others of that connection, failed."]
        }
        ProducerEvent::Disconnected => {
            line!["Batches in flight may be in the log or not; they are tried again."]
        }
        ProducerEvent::ProducerIdReceived { .. } => line![
            "With id, epoch and sequence the log tells a batch sent twice from a new one: that is ",
            code("enable.idempotence"),
            "."
        ],
        ProducerEvent::ProducerIdRefused { error, .. } => explained(*error),
        ProducerEvent::EpochBumped { partitions, .. } => line![
            "No batch of the old epoch can come between any more. Numbered anew in flight: ",
            count(partitions.len() as u64, "partition"),
            "."
        ],
        ProducerEvent::ProducerIdDropped { epoch, .. } => {
            line!["It ended in epoch ", code(epoch), "; its numbers mean nothing to the new one."]
        }
        ProducerEvent::UnusedSettings(words) | ProducerEvent::IdempotenceDisabled(words) => {
            line![code(words)]
        }
        ProducerEvent::Crashed { .. } => {
            line![code("send()"), " returning does not mean stored; the callback does."]
        }
        ProducerEvent::Restarted | ProducerEvent::Closed => return None,
    })
}

/// `alice buys a lamp`.
fn what_is_sent(name: &str, record_key: Option<&Bytes>, value: Option<&Bytes>) -> Line {
    match (record_key, item_of(value), value) {
        (Some(bytes), Some(item), _) => line![key(bytes), " buys ", with_article(&item)],
        (None, Some(item), _) => line!["Somebody buys ", with_article(&item), " at ", name],
        (Some(bytes), None, Some(_)) => line![name, " sends a record of ", key(bytes)],
        (Some(bytes), None, None) => {
            line![name, " sends a ", strong("tombstone"), ": ", key(bytes), " without a value"]
        }
        (None, None, _) => line![name, " sends a record without a key"],
    }
}

fn where_to(
    facts: &dyn Facts,
    partition: &TopicPartition,
    choice: &PartitionChoice,
    record_key: Option<&Bytes>,
    value: Option<&Bytes>,
) -> Line {
    match choice {
        PartitionChoice::Explicit => {
            line!["The record itself names ", place(partition), ", so no key is hashed."]
        }
        PartitionChoice::Keyed(hash) if hash.partitions == 1 => {
            line![
                "Its topic ",
                partition.topic.as_str(),
                " has one partition, so every key goes there."
            ]
        }
        PartitionChoice::Keyed(_) => line![
            "The key hashes to partition ",
            strong(partition.partition),
            match record_key {
                Some(bytes) if item_of(value).is_some() =>
                    line![", where all of ", key(bytes), "'s purchases are."],
                _ => line![" of ", partition.topic.as_str(), ", as always for this key."],
            }
        ],
        PartitionChoice::Own(_) => line![
            "A partitioner of its own hashes a part of the key: partition ",
            strong(partition.partition),
            ", wherever else the key differs."
        ],
        PartitionChoice::Sticky => {
            line!["Without a key it goes where the batch is being filled: ", place(partition), "."]
        }
        PartitionChoice::RoundRobin { .. } => line![
            "Round robin: the next of ",
            count(u64::from(facts.partition_count(&partition.topic)), "partition"),
            " is ",
            strong(partition.partition),
            "."
        ],
    }
}

/// The hash, step by step, as Kafka computes it (PROD-7).
fn arithmetic(bytes: &[u8], hash: &KeyHash) -> Line {
    line![
        code(format!("murmur2({}) = {}", hex(bytes, 12), hash.hash)),
        ", ",
        code(format!("& 7fffffff = {}", hash.masked)),
        ", ",
        code(format!("% {} =", hash.partitions)),
        " ",
        strong(hash.partition)
    ]
}

fn with_article(item: &str) -> String {
    let vowel = item.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']);
    format!("{} {item}", if vowel { "an" } else { "a" })
}
