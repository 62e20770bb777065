//! Brokerscope: a Kafka cluster that runs inside a browser tab, made of glass.
//!
//! Everything on screen is the state of a faithful broker core; nothing is a cartoon of one. This page
//! is the map: what the parts are, what always holds, and what the words mean.
//!
//! # From above
//!
//! ```text
//! protocol ← storage ← broker, controller
//! protocol ← client
//! all of these ← sim ← words ← scene, lesson ← session ← ui, cli
//! cases: below sim; used by session, ui, cli and tests
//! ```
//!
//! Imports point to the left only; `tests/tidy.rs` reads the source and holds that. `ui` and `cli`
//! belong to the binary. The library knows no clock, no chance but the seed's, no files, no browser, and
//! behaves the same natively, in Node and in a browser.
//!
//! | Layer | What it is | Look here for |
//! | --- | --- | --- |
//! | [`protocol`] | what travels between nodes: record batches as bytes, typed requests, ids, settings | `config.rs`: every setting; `record/`: bytes; `murmur2.rs`; `java.rs`: what leaks from Java |
//! | [`storage`] | one broker's log directories | `log.rs`, `segment.rs`, `index.rs`, `retention.rs`, `cleaner/` |
//! | [`broker`] | one broker node | `produce.rs`, `fetch.rs`, `group/`: the coordinator and `__consumer_offsets` |
//! | [`controller`] | which topics exist, with which settings | |
//! | [`client`] | `producer/`: partitioner, accumulator, sender; `consumer/`: coordinator, fetcher, commits; `assignor/` | |
//! | [`sim`] | the world around the nodes: time, network, faults, scenarios, history, invariants | `event.rs`: everything that can happen; `action.rs`: everything that can be done; `check.rs` |
//! | [`cases`] | questions that Apache Kafka answers as well | |
//! | [`words`] | everything a person reads, in English and Korean | a missing sentence does not compile |
//! | [`scene`] | the picture as data: layout, display list, hit tests, the same as text | `layout.rs`, `timeline.rs` |
//! | [`lesson`] | steps, predictions, goals | one file a chapter |
//! | [`session`] | the whole application without pixels | `action.rs`: everything a person can do; `inspect/` |
//!
//! # Five ideas
//!
//! 1. **Nodes are state machines that exchange Kafka's requests.** Each takes `(now_ms, chance, input)`
//!    and pushes messages and events. Requests are typed structs with Kafka's field names; record
//!    batches, segments and coordinator records are bytes.
//! 2. **The log is bytes.** A segment is a real `.log` file with its `.index` and `.timeindex`. What is
//!    shown is decoded from there, so it cannot drift. Closed segments are shared, so that a copy of the
//!    world costs little.
//! 3. **A run is a function of scenario, seed and timed actions.** Rewind is a checkpoint and replay; a
//!    link is the inputs; a failure is a seed.
//! 4. **The picture is a function of state, events near now, and time.** A message in flight is drawn
//!    from its `sent_ms` and `due_ms`; what takes no model time is drawn over the span after it.
//! 5. **Every event knows its cause.** "Why?" is a walk up the causes.
//!
//! # What always holds
//!
//! - A step handles one queue entry; the *event index* counts steps. Things due at the same millisecond
//!   come in a fixed order: action, network, broker, clients by number.
//! - Time is an argument, whole milliseconds since 1970; only `ui/frames.rs` sees the wall.
//! - In `sim` and below floating-point numbers stand only in `protocol/java.rs`, where Java has them.
//! - Numbers that are compared, stored or hashed are `u32`, `u64` or Kafka's own signed types: `usize`
//!   differs between a desk and wasm32. In `protocol` −1 is Kafka's −1; above it is `Option`.
//! - A refusal has Kafka's error and sentence, and changes nothing. Our own mistakes are assertions,
//!   also in release: better to stop and show the seed than to teach something wrong.
//! - `sim::Checker` checks what must hold across the world after every step: in tests, by
//!   `brokerscope check`, and in the page by `?check=1`.
//!
//! # Rule ids
//!
//! `LOG-16`, `PROD-7` and the like number the facts about Apache Kafka 4.3.1 that the code follows, by
//! subsystem: `GEN` Java's arithmetic, `PROD` producer, `FMT` bytes of a batch, `LOG` partition log, `RET`
//! retention, `CLEAN` compaction, `CONS` consumer, `GRP` group coordinator, `ASGN` assignors, `OFFS`
//! `__consumer_offsets`, `CTRL` control plane. Each is stated where it is cited. Two profiles exist: `4.x`,
//! and `book` for Kafka 0.10 to 1.0 as *Kafka Streams in Action* teaches it.
//!
//! # Words
//!
//! *Offset*: a place in a log. *Index*: a place in a list. *Position*: bytes into a segment, or, of a
//! consumer, the next offset that `poll` returns. *Committed offset*: the next offset to read, as stored in
//! `__consumer_offsets`. *Log end*, *high watermark*, *next*: the first offset that is not included.
//! *Subject*: anything that can be shown, selected and explained. *Step*: see above.
//!
//! # Left out so far
//!
//! Several brokers and replication, producer ids and transactions, log recovery, static
//! members, the KIP-848 protocol but its assignors, Kafka Streams.

pub mod broker;
pub mod cases;
pub mod client;
pub mod controller;
pub mod lesson;
pub mod protocol;
pub mod scene;
pub mod session;
pub mod sim;
pub mod storage;
pub mod words;
