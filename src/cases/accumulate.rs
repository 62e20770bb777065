//! `accumulate`: one producer's partitioner and batches.

use serde::Deserialize;

use crate::cases::{Answer, NoAnswer};

#[derive(Deserialize)]
pub(super) struct AccumulateCase {}

pub(super) fn accumulate(_: &AccumulateCase) -> Answer {
    Err(NoAnswer::Unsupported("accumulate".into()))
}
