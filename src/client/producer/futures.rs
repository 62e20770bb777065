//! The futures that `send` returned last, with what became of them.
//!
//! Kafka: `FutureRecordMetadata`, `RecordMetadata`, `Callback.onCompletion`. An application may keep as many as
//! it likes; here the last few are kept, to be looked at.

use std::collections::VecDeque;

use crate::client::producer::event::PartitionChoice;
use crate::protocol::{Bytes, ErrorCode, Offset, Refusal, Topic};

/// So many are kept.
const MOST: usize = 16;

/// What `send` returned.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SendFuture {
    /// Which send.
    pub number: u64,
    /// Where it was to go.
    pub topic: Topic,
    /// The partition and why; `None` if it never got so far.
    pub partition: Option<(u32, PartitionChoice)>,
    /// The serialised key.
    pub key: Option<Bytes>,
    /// The serialised value.
    pub value: Option<Bytes>,
    /// Milliseconds since 1970.
    pub timestamp: i64,
    /// What became of it.
    pub fate: SendFate,
}

/// What became of a send.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SendFate {
    /// Nobody knows yet.
    Open,
    /// The callback got a `RecordMetadata`; no offset with `acks=0`.
    Done {
        /// Where the record lies.
        offset: Option<Offset>,
        /// The record's time, or the broker's under LogAppendTime.
        timestamp: i64,
    },
    /// The callback got an exception, or `send` threw it.
    Failed {
        /// The exception's Java class.
        exception: &'static str,
        /// Its words.
        message: String,
        /// `send` threw it: no callback, no future.
        thrown: bool,
    },
    /// The process died first.
    Lost,
}

/// The exception that the Java client makes of an error (`Errors.exception`), by its simple name.
#[must_use]
pub fn exception_of(error: ErrorCode) -> &'static str {
    match error {
        ErrorCode::RequestTimedOut => "TimeoutException",
        ErrorCode::MessageTooLarge => "RecordTooLargeException",
        ErrorCode::RecordListTooLarge => "RecordBatchTooLargeException",
        ErrorCode::CorruptMessage => "CorruptRecordException",
        ErrorCode::UnknownTopicOrPartition => "UnknownTopicOrPartitionException",
        ErrorCode::NetworkException => "NetworkException",
        ErrorCode::InvalidTopicException => "InvalidTopicException",
        ErrorCode::NotEnoughReplicas => "NotEnoughReplicasException",
        ErrorCode::InvalidRequiredAcks => "InvalidRequiredAcksException",
        ErrorCode::InvalidTimestamp => "InvalidTimestampException",
        ErrorCode::InvalidRecord => "InvalidRecordException",
        ErrorCode::OutOfOrderSequenceNumber => "OutOfOrderSequenceException",
        ErrorCode::InvalidProducerEpoch => "InvalidProducerEpochException",
        ErrorCode::InvalidTxnState => "InvalidTxnStateException",
        ErrorCode::UnknownProducerId => "UnknownProducerIdException",
        _ => "KafkaException",
    }
}

/// The last futures of a producer, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Futures(VecDeque<SendFuture>);

impl Futures {
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &SendFuture> {
        self.0.iter()
    }

    pub(super) fn push(&mut self, future: SendFuture) {
        if self.0.len() == MOST {
            self.0.pop_front();
        }
        self.0.push_back(future);
    }

    fn of(&mut self, number: u64) -> Option<&mut SendFuture> {
        self.0.iter_mut().rev().find(|future| future.number == number)
    }

    /// A batch was acknowledged: its first record lies at `base_offset`.
    pub(super) fn done(
        &mut self,
        numbers: &[u64],
        base_offset: Option<Offset>,
        log_append_ms: Option<u64>,
    ) {
        for (at, number) in (0u64..).zip(numbers) {
            let Some(future) = self.of(*number) else { continue };
            let timestamp = log_append_ms.map_or(future.timestamp, u64::cast_signed);
            let offset = base_offset.map(|base| base.advanced_by(at));
            future.fate = SendFate::Done { offset, timestamp };
        }
    }

    pub(super) fn failed(&mut self, numbers: &[u64], refusal: &Refusal) {
        for number in numbers {
            let Some(future) = self.of(*number) else { continue };
            let exception = exception_of(refusal.error);
            let message = refusal.message.clone();
            future.fate = SendFate::Failed { exception, message, thrown: false };
        }
    }

    /// The process died.
    pub(super) fn lose(&mut self) {
        for future in &mut self.0 {
            if future.fate == SendFate::Open {
                future.fate = SendFate::Lost;
            }
        }
    }
}
