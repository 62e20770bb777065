//! What Kafka's errors mean, one sentence each. Kafka's own names and sentences are in `protocol`.

use crate::protocol::ErrorCode;
use crate::words::Line;

/// A sentence about each error.
pub trait ErrorWords {
    /// What the error means, and what happens next.
    fn error(&self, error: ErrorCode) -> Line;
}
