//! Known answers of clients and groups: inputs and expected outputs of Apache Kafka's own tests, as data.
//!
//! Each test names the class and the methods that its rows were taken from, in 4.3.1;
//! `docs/known-answers.md` lists them all, also those that stand beside the code that they have to see
//! into, and what is left out. Natively and in wasm (`wasm_bindgen_test`).

#[path = "known/assignors.rs"]
mod assignors;
#[path = "known/numbers.rs"]
mod numbers;
#[path = "known/offsets_topic.rs"]
mod offsets_topic;
#[path = "known/server_assignors.rs"]
mod server_assignors;
