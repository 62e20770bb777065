//! Producers and consumers.

pub mod assignor;
