//! What Kafka's errors mean, in English.

use crate::protocol::ErrorCode;
use crate::words::{En, ErrorWords, Line};

impl ErrorWords for En {
    fn error(&self, error: ErrorCode) -> Line {
        Line::marked(sentence(error))
    }
}

fn sentence(error: ErrorCode) -> &'static str {
    match error {
        ErrorCode::UnknownServerError => {
            "Something went wrong in the broker that Kafka has no better name for."
        }
        ErrorCode::OffsetOutOfRange => {
            "The log does not hold this offset: it was deleted, or it does not exist yet; `auto.offset.reset` decides what then."
        }
        ErrorCode::CorruptMessage => {
            "The bytes do not fit their checksum, or are no record batch at all."
        }
        ErrorCode::UnknownTopicOrPartition => {
            "The broker does not know this topic or partition, perhaps not yet; the client asks again."
        }
        ErrorCode::RequestTimedOut => {
            "The broker could not finish in the time that the request allowed."
        }
        ErrorCode::MessageTooLarge => {
            "The batch is larger than `max.message.bytes` of the topic; the producer splits it or gives up."
        }
        ErrorCode::NetworkException => {
            "The connection was lost before the answer came; whether the request was done is not known, so it is tried again."
        }
        ErrorCode::CoordinatorLoadInProgress => {
            "The coordinator is not ready yet; the client asks again a little later."
        }
        ErrorCode::CoordinatorNotAvailable => {
            "Nobody coordinates the group yet, often because `__consumer_offsets` is only being created; the client asks again."
        }
        ErrorCode::NotCoordinator => {
            "Another broker coordinates this group; the client looks for it anew."
        }
        ErrorCode::InvalidTopicException => {
            "A topic may not have this name, or clients may not write to it."
        }
        ErrorCode::RecordListTooLarge => {
            "The batch is larger than `segment.bytes`, so no segment could hold it."
        }
        ErrorCode::NotEnoughReplicas => {
            "Fewer replicas are in sync than `min.insync.replicas` asks for, so a write with `acks=all` is refused."
        }
        ErrorCode::InvalidRequiredAcks => "`acks` can only be `0`, `1` or `all` (−1).",
        ErrorCode::IllegalGeneration => {
            "The member speaks for a generation that is over; it must join the group again."
        }
        ErrorCode::InconsistentGroupProtocol => {
            "The member and the group have no assignor in common, so no assignment could please all."
        }
        ErrorCode::InvalidGroupId => "The group needs a name: `group.id` is empty.",
        ErrorCode::InvalidRequest => {
            "The request contradicts itself; a client library would not send it."
        }
        ErrorCode::GroupIdNotFound => {
            "The coordinator has no such group, or one of the other protocol that still has members."
        }
        ErrorCode::FencedInstanceId => {
            "Another process has taken this `group.instance.id`; this one is out for good."
        }
        ErrorCode::FencedMemberEpoch => {
            "The member's epoch is not the coordinator's: it gives up all its partitions and joins anew."
        }
        ErrorCode::UnreleasedInstanceId => {
            "Another live member holds this `group.instance.id`; under the new protocol the newcomer is turned away."
        }
        ErrorCode::UnsupportedAssignor => {
            "The broker has no assignor of this name (`group.consumer.assignors`)."
        }
        ErrorCode::StaleMemberEpoch => {
            "The member's epoch has moved on meanwhile; the next heartbeat tells it, then it may try again."
        }
        ErrorCode::UnknownMemberId => {
            "The coordinator does not know this member (any more); it must join as a new one."
        }
        ErrorCode::InvalidSessionTimeout => {
            "The broker accepts a `session.timeout.ms` between `group.min.session.timeout.ms` and `group.max.session.timeout.ms`."
        }
        ErrorCode::RebalanceInProgress => {
            "The group is being formed anew; the member gives up its partitions and joins again."
        }
        ErrorCode::InvalidTimestamp => {
            "The record's time is too far from the broker's clock (`message.timestamp.before.max.ms`, `message.timestamp.after.max.ms`)."
        }
        ErrorCode::TopicAlreadyExists => "There is a topic of this name already.",
        ErrorCode::InvalidPartitions => "A topic needs at least one partition.",
        ErrorCode::InvalidReplicationFactor => {
            "Each replica needs a broker of its own, so there cannot be more replicas than brokers."
        }
        ErrorCode::InvalidConfig => "A setting's value is not possible; nothing was changed.",
        ErrorCode::PolicyViolation => {
            "The topic's settings do not allow this; records cannot be deleted from a topic that is only compacted."
        }
        ErrorCode::OutOfOrderSequenceNumber => {
            "The batch's sequence number does not follow on the producer's last one: a batch before it is missing."
        }
        ErrorCode::DuplicateSequenceNumber => {
            "The broker has this batch already, and no longer knows at which offsets; for the producer it is a success."
        }
        ErrorCode::InvalidProducerEpoch => {
            "A newer incarnation of this producer has written already; this one is fenced off."
        }
        ErrorCode::InvalidTxnState => {
            "The write does not fit the state of the producer's transaction."
        }
        ErrorCode::TransactionCoordinatorFenced => {
            "A newer transaction coordinator has written already; this one's marker comes too late."
        }
        ErrorCode::UnknownProducerId => {
            "The log knows nothing of this producer any more; the producer goes on in a new epoch."
        }
        ErrorCode::MemberIdRequired => {
            "Not a failure: a new member is given its id first and joins again with it, so that a lost answer leaves no ghost behind."
        }
        ErrorCode::GroupMaxSizeReached => "The group has `group.max.size` members already.",
        ErrorCode::InvalidRecord => {
            "A record breaks a rule of its topic; a compacted topic, for example, takes no record without a key."
        }
    }
}
