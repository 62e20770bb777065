//! Producers and consumers.

pub mod assignor;
pub mod consumer;
pub mod producer;
