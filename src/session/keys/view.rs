//! What the key microscope shows: bytes, the hash as rows of bits, piles of keys, other clients' answers.

use crate::protocol::{KeyHash, Murmur2Stage, SortedSet, murmur2_stages};
use crate::session::keys::{KeyTable, OtherClient, SerializedKey};
use crate::words::{Line, Words, hex};

/// With more words of four bytes than this, those in the middle are left out.
const MOST_WORDS: usize = 4;
const KEY_COLOURS: usize = 8;

/// A key, as small as it gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyTile {
    /// Its place in the table.
    pub index: usize,
    /// The key as it was typed.
    pub text: String,
    /// One character or a number, that no other tile has.
    pub label: String,
    /// The number of its colour, from 1.
    pub colour: u8,
}

/// One byte of the key under the microscope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyByte {
    /// Two digits.
    pub hex: String,
    /// The character that begins here, if one does.
    pub char: Option<char>,
}

/// A stage of the hash: 32 bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BitRow {
    /// What it is.
    pub name: Line,
    /// How it came about.
    pub how: Line,
    /// The bits.
    pub bits: u32,
    /// Those that this stage changed in the hash.
    pub changed: u32,
    /// Whether the highest bit is struck out.
    pub masked: bool,
}

/// What another client says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherAnswer {
    /// Who.
    pub client: OtherClient,
    /// The partition; `None`: a random one.
    pub partition: Option<i64>,
    /// Whether it is Kafka's.
    pub agrees: bool,
    /// How many of the keys it puts elsewhere.
    pub elsewhere: u32,
}

/// A key on its partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PiledKey {
    /// The key.
    pub tile: KeyTile,
    /// Whether it was on another partition before.
    pub moved: bool,
}

/// The keys of one partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pile {
    /// The partition.
    pub partition: u32,
    /// Its keys.
    pub keys: Vec<PiledKey>,
}

/// The key microscope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeysView {
    /// The sentence above all.
    pub lead: Line,
    /// What stands beside it in small.
    pub aside: Line,
    /// The key under the microscope; `None` where the serializer takes none of the keys.
    pub key: Option<KeyTile>,
    /// Its bytes.
    pub bytes: Vec<KeyByte>,
    /// How many bytes, by which serializer.
    pub bytes_line: Line,
    /// The hash.
    pub rows: Vec<BitRow>,
    /// Which row the left out words would follow, and how many there are.
    pub left_out: Option<(usize, Line)>,
    /// From hash to partition.
    pub hash: KeyHash,
    /// Other clients, same key.
    pub others: Vec<OtherAnswer>,
    /// Partitions now.
    pub now: Vec<Pile>,
    /// Partitions after the change.
    pub then: Vec<Pile>,
    /// How many keys moved, and what that means.
    pub moved: Line,
    /// Whether any key moved.
    pub any_moved: bool,
    /// Keys that the serializer does not take.
    pub refused: Option<Line>,
}

impl KeysView {
    /// The table, looked at.
    #[must_use]
    pub fn new(table: &KeyTable, words: &dyn Words) -> Self {
        let keys: Vec<(usize, SerializedKey)> = table.serialized().collect();
        let tiles = tiles(&keys);
        let at = keys.iter().position(|(index, _)| *index == table.selected()).unwrap_or(0);
        let selected = keys.get(at).map(|(_, key)| key);
        let bytes: &[u8] = selected.map_or(&[], |key| &key.bytes);
        let (partitions, then) = (table.partitions(), table.partitions_then());
        let hash = KeyHash::of(bytes, partitions);
        let moves = |key: &SerializedKey| {
            KeyHash::of(&key.bytes, partitions).partition != KeyHash::of(&key.bytes, then).partition
        };
        let moved = keys.iter().filter(|(_, key)| moves(key)).count() as u64;
        let (rows, left_out) = rows(bytes, hash, words);
        let refused = table.keys().len() - keys.len();
        let lead = match selected {
            Some(key) => words.keys_lead(
                crate::words::key(&key.bytes),
                hash.partition,
                partitions,
                KeyHash::of(bytes, then).partition,
                then,
            ),
            None => words.keys_none(table.serializer.name()),
        };
        Self {
            lead,
            aside: words.keys_aside(),
            key: tiles.get(at).cloned(),
            bytes: key_bytes(bytes),
            bytes_line: words.keys_bytes(bytes.len() as u64, table.serializer.name()),
            rows,
            left_out,
            hash,
            others: selected.map_or(Vec::new(), |key| others(key, &keys, partitions)),
            now: piles(&keys, &tiles, partitions, |_| false),
            then: piles(&keys, &tiles, then, moves),
            moved: words.keys_moved(moved, keys.len() as u64),
            any_moved: moved > 0,
            refused: (refused > 0)
                .then(|| words.keys_refused(refused as u64, table.serializer.name())),
        }
    }
}

/// Labels are the first letter if no other key has taken it, else a number.
fn tiles(keys: &[(usize, SerializedKey)]) -> Vec<KeyTile> {
    let mut taken = SortedSet::new();
    let mut next_number = 0u32;
    let tile = |(index, key): &(usize, SerializedKey)| {
        let first = key.text.chars().next().filter(|c| c.is_alphabetic() && taken.insert(*c));
        let label = first.map_or_else(
            || {
                next_number += 1;
                next_number.to_string()
            },
            String::from,
        );
        let colour = (index % KEY_COLOURS) as u8 + 1;
        KeyTile { index: *index, text: key.text.clone(), label, colour }
    };
    keys.iter().map(tile).collect()
}

fn key_bytes(bytes: &[u8]) -> Vec<KeyByte> {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let byte = |(at, byte): (usize, &u8)| {
        let begins = text.is_char_boundary(at).then(|| text.get(at..)).flatten();
        KeyByte {
            hex: format!("{byte:02x}"),
            char: begins.and_then(|rest| rest.chars().next()).filter(|c| !c.is_control()),
        }
    };
    bytes.iter().enumerate().map(byte).collect()
}

fn rows(key: &[u8], hash: KeyHash, words: &dyn Words) -> (Vec<BitRow>, Option<(usize, Line)>) {
    let word_count = key.len() / 4;
    let hidden = if word_count > MOST_WORDS { 2..word_count - 1 } else { 0..0 };
    let (mut rows, mut left_out) = (Vec::new(), None);
    let (mut before, mut nth) = (0, 0);
    let mut row = |name, how, bits, changed| {
        rows.push(BitRow { name, how, bits, changed, masked: false });
        rows.len()
    };
    let mut shown = 0;
    for stage in murmur2_stages(key) {
        match stage {
            Murmur2Stage::Seed { h } => {
                shown = row(words.keys_seed(), words.keys_seed_how(key.len() as u64), h, 0);
                before = h;
            }
            Murmur2Stage::Word { bytes, word, h, .. } => {
                if hidden.contains(&nth) {
                    left_out.get_or_insert((shown, words.keys_left_out(hidden.len() as u64)));
                } else {
                    row(words.keys_word(nth as u64), words.keys_word_how(&hex(bytes, 4)), word, 0);
                    let mixed = words.keys_mixed(nth as u64);
                    shown = row(mixed, words.keys_mixed_how(), h, h ^ before);
                }
                nth += 1;
                before = h;
            }
            Murmur2Stage::Tail { bytes, h } => {
                let name = words.keys_tail(bytes.len() as u64);
                shown = row(name, words.keys_tail_how(&hex(bytes, 3)), h, h ^ before);
                before = h;
            }
            Murmur2Stage::Avalanche { h } => {
                row(words.keys_avalanche(), words.keys_avalanche_how(), h, h ^ before);
            }
        }
    }
    let changed = hash.hash.cast_unsigned() ^ hash.masked;
    let (name, how) = (words.keys_sign(), words.keys_sign_how());
    rows.push(BitRow { name, how, bits: hash.masked, changed, masked: true });
    (rows, left_out)
}

fn others(
    key: &SerializedKey,
    keys: &[(usize, SerializedKey)],
    partitions: u32,
) -> Vec<OtherAnswer> {
    let kafka = |key: &SerializedKey| i64::from(KeyHash::of(&key.bytes, partitions).partition);
    let answer = |client: OtherClient| {
        let agrees = |key: &SerializedKey| client.partition(key, partitions) == Some(kafka(key));
        OtherAnswer {
            client,
            partition: client.partition(key, partitions),
            agrees: agrees(key),
            elsewhere: keys.iter().filter(|(_, key)| !agrees(key)).count() as u32,
        }
    };
    OtherClient::ALL.map(answer).into()
}

fn piles(
    keys: &[(usize, SerializedKey)],
    tiles: &[KeyTile],
    partitions: u32,
    moved: impl Fn(&SerializedKey) -> bool,
) -> Vec<Pile> {
    let mut piles: Vec<Pile> =
        (0..partitions).map(|partition| Pile { partition, keys: Vec::new() }).collect();
    for ((_, key), tile) in keys.iter().zip(tiles) {
        let partition = KeyHash::of(&key.bytes, partitions).partition;
        let piled = PiledKey { tile: tile.clone(), moved: moved(key) };
        piles[partition as usize].keys.push(piled);
    }
    piles
}
