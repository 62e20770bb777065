//! Brokerscope.

pub mod protocol;
