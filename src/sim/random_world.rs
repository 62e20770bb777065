//! Random worlds: settings, workloads and faults that follow from a seed.

use crate::sim::scenario::Scenario;

/// The scenario of a seed.
pub(super) fn random_world(_seed: u64) -> Scenario {
    Scenario::built_in("store", 1).expect("the store is built in")
}
