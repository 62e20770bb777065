//! What the picture needs of record bytes: offsets, keys and kinds, decoded once.
//!
//! **Invariant:** a [`Cache`] saves time and nothing else. It may be dropped whenever one likes; the
//! picture with an empty one is the same.

use std::rc::{Rc, Weak};

use crate::protocol::record::{Batches, Payload, RecordBatch};
use crate::protocol::request::{Body, Request};
use crate::protocol::{Bytes, MessageId, SortedMap, TopicPartition};
use crate::sim::Message;
use crate::storage::LogSegment;

/// A key's number within one cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct KeyId(pub(super) u32);

impl KeyId {
    /// Null.
    pub(super) const NONE: Self = Self(u32::MAX);
}

/// What kind of record a tile stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Value,
    Tombstone,
    Control,
}

/// One record, as far as it is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tile {
    pub(super) offset: u64,
    pub(super) key: KeyId,
    pub(super) kind: Kind,
    /// Where its batch begins in the file.
    pub(super) batch: u32,
}

/// One batch on its way.
#[derive(Clone, Debug)]
pub(super) struct FlyingBatch {
    pub(super) partition: TopicPartition,
    pub(super) tiles: Vec<Tile>,
}

#[derive(Clone, Debug)]
struct CachedSegment {
    segment: Weak<LogSegment>,
    tiles: Rc<[Tile]>,
    used: u64,
}

#[derive(Clone, Debug)]
struct CachedFlight {
    body: Weak<Body>,
    batches: Rc<[FlyingBatch]>,
    used: u64,
}

/// Decoded records and numbered keys, kept from frame to frame.
#[derive(Clone, Debug, Default)]
pub struct Cache {
    keys: Vec<Bytes>,
    ids: SortedMap<Bytes, KeyId>,
    /// By address: the weak reference beside it keeps the address from being used again.
    segments: SortedMap<*const LogSegment, CachedSegment>,
    flights: SortedMap<MessageId, CachedFlight>,
    frame: u64,
}

/// More keys than this are forgotten together, and numbered anew.
const MOST_KEYS: usize = 50_000;

impl Cache {
    /// A new frame: what the last ones did not use goes.
    pub(super) fn begin(&mut self) {
        if self.keys.len() > MOST_KEYS {
            *self = Self { frame: self.frame, ..Self::default() };
        }
        let frame = self.frame;
        self.frame += 1;
        if frame.is_multiple_of(64) {
            self.segments.retain(|_, cached| cached.used + 64 > frame);
            self.flights.retain(|_, cached| cached.used + 64 > frame);
        }
    }

    /// How many keys have a number.
    pub(super) fn key_count(&self) -> usize {
        self.keys.len()
    }

    /// A key's bytes; `None` is the null key.
    pub(super) fn key(&self, id: KeyId) -> Option<&Bytes> {
        self.keys.get(id.0 as usize)
    }

    /// A known key's number.
    pub(super) fn id(&self, key: &[u8]) -> Option<KeyId> {
        self.ids.get(key).copied()
    }

    /// A key's number.
    pub(super) fn intern(&mut self, key: Option<&[u8]>) -> KeyId {
        let Some(key) = key else { return KeyId::NONE };
        if let Some(id) = self.ids.get(key) {
            return *id;
        }
        let id = KeyId(self.keys.len() as u32);
        let bytes = Bytes::from(key);
        self.keys.push(Rc::clone(&bytes));
        self.ids.insert(bytes, id);
        id
    }

    /// The records of a segment, in order.
    pub(super) fn segment(&mut self, segment: &Rc<LogSegment>) -> Rc<[Tile]> {
        let frame = self.frame;
        let address = Rc::as_ptr(segment);
        if let Some(cached) = self.segments.get_mut(&address)
            && std::ptr::eq(cached.segment.as_ptr(), address)
        {
            cached.used = frame;
            return Rc::clone(&cached.tiles);
        }
        let tiles: Rc<[Tile]> = self.decode(segment.batches()).into();
        let cached = CachedSegment {
            segment: Rc::downgrade(segment),
            tiles: Rc::clone(&tiles),
            used: frame,
        };
        self.segments.insert(address, cached);
        tiles
    }

    /// The records of some batches, in order. Stops where they cannot be read.
    pub(super) fn decode(&mut self, mut batches: Batches<'_>) -> Vec<Tile> {
        let mut tiles = Vec::new();
        loop {
            let position = batches.position();
            let Some(Ok(batch)) = batches.next() else { break };
            self.decode_batch(&batch, position, &mut tiles);
        }
        tiles
    }

    fn decode_batch(&mut self, batch: &RecordBatch<'_>, position: u32, tiles: &mut Vec<Tile>) {
        let control = batch.is_control();
        for record in batch.payload().iter().flat_map(Payload::records).flatten() {
            let kind = match record.value {
                _ if control => Kind::Control,
                None => Kind::Tombstone,
                Some(_) => Kind::Value,
            };
            let key = if control { KeyId::NONE } else { self.intern(record.key) };
            let offset = u64::try_from(record.offset).unwrap_or(0);
            tiles.push(Tile { offset, key, kind, batch: position });
        }
    }

    /// The batches that a Produce request carries.
    pub(super) fn flight(&mut self, message: &Message) -> Rc<[FlyingBatch]> {
        let frame = self.frame;
        if let Some(cached) = self.flights.get_mut(&message.id)
            && std::ptr::eq(cached.body.as_ptr(), Rc::as_ptr(&message.body))
        {
            cached.used = frame;
            return Rc::clone(&cached.batches);
        }
        let batches: Rc<[FlyingBatch]> = match &*message.body {
            Body::Request(Request::Produce { batches, .. }) => batches
                .iter()
                .map(|(partition, bytes)| FlyingBatch {
                    partition: partition.clone(),
                    tiles: self.decode(Batches::new(bytes)),
                })
                .collect(),
            _ => Rc::from([]),
        };
        let body = Rc::downgrade(&message.body);
        let cached = CachedFlight { body, batches: Rc::clone(&batches), used: frame };
        self.flights.insert(message.id, cached);
        batches
    }
}
