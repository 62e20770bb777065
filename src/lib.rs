//! Brokerscope.

pub mod broker;
pub mod cases;
pub mod client;
pub mod controller;
pub mod lesson;
pub mod protocol;
pub mod sim;
pub mod storage;
pub mod words;
