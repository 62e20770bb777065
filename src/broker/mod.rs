//! One broker node.

pub mod group;
