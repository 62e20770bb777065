//! Produce: checks, appends, answers by `acks` (`REPL-1` to `REPL-4`, with a single replica).
//!
//! Kafka: `KafkaApis.handleProduceRequest`, `ReplicaManager.appendRecords`. With one replica every
//! append is at once below the high watermark, so `acks=all` waits for nobody.

use crate::broker::channel::{Answer, Reply};
use crate::broker::{Broker, BrokerEvent, Out};
use crate::protocol::config::{Profile, Setting};
use crate::protocol::request::{ApiKey, ProducePartition, ProduceRefusal, Response};
use crate::protocol::{Bytes, ErrorCode, Refusal, TopicPartition};
use crate::storage::{AppendOrigin, AppendRefusal, Appended, Chance, LogEvent};

/// Replicas in sync: the leader.
const IN_SYNC: i64 = 1;

impl Broker {
    /// Appends each partition's batch. One that is refused does not stop the others.
    ///
    /// `acks=0` gets no answer; Kafka closes the connection then if something was refused, which is left out.
    pub(super) fn produce(
        &mut self,
        now_ms: u64,
        reply: Reply,
        acks: i16,
        batches: Vec<(TopicPartition, Bytes)>,
        chance: Chance<'_>,
        out: &mut Out,
    ) {
        let mut partitions = Vec::new();
        let mut delay_ms = 0;
        for (partition, records) in batches {
            let told = out.events.len();
            let appended = self.append(now_ms, acks, &partition, &records, chance, out);
            tell_produced(reply, told, out);
            let appended = match appended {
                Ok(appended) => {
                    delay_ms = self.pace.append_ms;
                    Ok((appended.base_offset.as_i64(), appended.log_append_ms))
                }
                Err(AppendRefusal { refusal, record_errors }) => {
                    let error = refusal.error;
                    self.refused(reply, ApiKey::Produce, Some(partition.clone()), error, out);
                    let record_errors =
                        record_errors.into_iter().map(|e| (e.batch_index, e.message)).collect();
                    Err(ProduceRefusal { error, message: refusal.message, record_errors })
                }
            };
            partitions.push(ProducePartition { partition, appended });
        }
        if acks == 0 {
            self.channels.release(reply, now_ms + delay_ms);
        } else {
            let response = Response::Produce { partitions };
            self.answer(now_ms, Answer { reply, delay_ms, response }, out);
        }
    }

    fn append(
        &mut self,
        now_ms: u64,
        acks: i16,
        partition: &TopicPartition,
        records: &[u8],
        chance: Chance<'_>,
        out: &mut Out,
    ) -> Result<Appended, AppendRefusal> {
        let (Some(leader), Some(log)) = (self.leader(partition), self.logs.get(partition)) else {
            return Err(ErrorCode::UnknownTopicOrPartition.into());
        };
        if !(-1..=1).contains(&acks) {
            return Err(ErrorCode::InvalidRequiredAcks.into()); // REPL-3
        }
        if partition.topic.is_internal() {
            let message = format!("Cannot append to internal topic {}", partition.topic);
            return Err(Refusal::new(ErrorCode::InvalidTopicException, message).into());
        }
        let profile = log.config().profile;
        let min_insync = self.topics[&partition.topic].settings.number(Setting::MinInsyncReplicas);
        if acks == -1 && IN_SYNC < effective_min_isr(profile, min_insync) {
            return Err(ErrorCode::NotEnoughReplicas.into()); // REPL-1; its text is not sent.
        }
        let log = self.logs.get_mut(partition).expect("the log was there some lines above");
        let mut events = Vec::new();
        let origin = AppendOrigin::Client;
        let appended =
            log.append(now_ms, records, leader.leader_epoch, origin, chance, &mut events);
        if let Err(refused) = &appended {
            events.push(LogEvent::AppendRefused(refused.refusal.clone()));
        }
        let tell = |event| BrokerEvent::Log(partition.clone(), event);
        out.events.extend(events.into_iter().map(tell));
        appended
    }
}

/// Whose batch it was that an append, told from `told` on, put into a log; a duplicate is put nowhere.
fn tell_produced(reply: Reply, told: usize, out: &mut Out) {
    let produced = out.events[told..].iter().find_map(|event| match event {
        BrokerEvent::Log(partition, LogEvent::BatchAppended { base_offset, last_offset, .. }) => {
            Some(BrokerEvent::BatchProduced {
                client: reply.client,
                correlation_id: reply.correlation_id,
                partition: partition.clone(),
                base_offset: *base_offset,
                record_count: (last_offset.0 + 1 - base_offset.0) as u32,
            })
        }
        _ => None,
    });
    out.events.extend(produced);
}

/// REPL-1: never more than there are replicas. `[book era]` The setting as it is: 1.0's
/// `Partition.appendRecordsToLeader` compares with `min.insync.replicas` itself.
fn effective_min_isr(profile: Profile, min_insync: i64) -> i64 {
    match profile {
        Profile::V4 => min_insync.min(IN_SYNC),
        Profile::Book => min_insync,
    }
}
