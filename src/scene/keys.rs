//! The look of a key: colour, pattern and letter, the same wherever the key is.
//!
//! Keys that the world's producers draw from have the colours in that order, so that a scenario can
//! choose them and none changes when old records go. Every other key has the colour of its hash, with
//! a pattern, as it may share the colour. Both are functions of the world's state alone; an order of
//! first appearance would have to remember records that are long deleted.

use crate::protocol::{SortedMap, SortedSet, murmur2, sort_by};
use crate::scene::role::KEY_COLOURS;
use crate::scene::tiles::{Cache, KeyId};
use crate::sim::World;

/// What stands on a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Letter {
    Char(char),
    Number(u32),
    /// There are too many keys for letters.
    None,
}

/// How a key looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct KeyLook {
    /// `None`: there is no key.
    pub(super) colour: Option<u8>,
    /// 0: none; else the number of dots.
    pub(super) pattern: u8,
    pub(super) letter: Letter,
}

/// The look of the null key.
const NULL: KeyLook = KeyLook { colour: None, pattern: 0, letter: Letter::Char('–') };
/// With more keys in view than this, only those of the producers have letters.
const MOST_LETTERS: usize = 300;

/// The looks of one frame, by the cache's numbers.
#[derive(Clone, Debug)]
pub(super) struct Looks {
    looks: Vec<KeyLook>,
}

impl Looks {
    /// The looks of the keys in `visible`, which may hold a key several times.
    pub(super) fn new(world: &World, cache: &Cache, visible: &[KeyId]) -> Self {
        let listed = listed_keys(world);
        let mut taken = SortedSet::new();
        let mut next_number = 1;
        let mut letter_of = |key: &[u8]| match first_char(key).filter(|c| taken.insert(*c)) {
            Some(c) => Letter::Char(c),
            None => {
                next_number += 1;
                Letter::Number(next_number - 1)
            }
        };
        let mut listed_looks = SortedMap::new();
        for (nth, key) in listed.into_iter().enumerate() {
            let colour = Some((nth % usize::from(KEY_COLOURS)) as u8);
            let pattern = (nth / usize::from(KEY_COLOURS)).min(3) as u8;
            let letter = if nth < MOST_LETTERS { letter_of(key) } else { Letter::None };
            listed_looks.insert(key, KeyLook { colour, pattern, letter });
        }
        let mut looks = vec![NULL; cache.key_count()];
        let mut others: Vec<&[u8]> = Vec::new();
        let mut seen = vec![false; cache.key_count()];
        for id in visible {
            let Some(key) = cache.key(*id) else { continue };
            if std::mem::replace(&mut seen[id.0 as usize], true) {
                continue;
            }
            looks[id.0 as usize] = match listed_looks.get(&**key) {
                Some(look) => *look,
                None => {
                    others.push(key);
                    hashed_look(key, listed_looks.is_empty())
                }
            };
        }
        if others.len() <= MOST_LETTERS {
            sort_by(&mut others, Ord::cmp);
            for key in others {
                let id = cache.id(key).expect("a key in view has a number");
                looks[id.0 as usize].letter = letter_of(key);
            }
        }
        Self { looks }
    }

    /// A key's look.
    pub(super) fn of(&self, id: KeyId) -> KeyLook {
        self.looks.get(id.0 as usize).copied().unwrap_or(NULL)
    }
}

/// The number of a key's colour, from 1, for words around the stage.
pub(super) fn key_colour(world: &World, key: &[u8]) -> u8 {
    let listed = listed_keys(world);
    let colour = match listed.iter().position(|other| *other == key) {
        Some(nth) => (nth % usize::from(KEY_COLOURS)) as u8,
        None => hashed_look(key, listed.is_empty()).colour.unwrap_or(0),
    };
    colour + 1
}

fn hashed_look(key: &[u8], alone: bool) -> KeyLook {
    let hash = murmur2(key).cast_unsigned();
    let colour = (hash % u32::from(KEY_COLOURS)) as u8;
    let pattern = hash / u32::from(KEY_COLOURS) % 3;
    KeyLook {
        colour: Some(colour),
        pattern: pattern as u8 + u8::from(!alone),
        letter: Letter::None,
    }
}

/// The keys that producers draw from, in the order of the producers and their lists.
fn listed_keys(world: &World) -> Vec<&[u8]> {
    let mut keys = Vec::new();
    let mut known = SortedSet::new();
    for client in world.clients() {
        let Some(flow) = client.flow() else { continue };
        for key in flow.workload.keys.iter().flatten() {
            if known.insert(key.as_bytes()) {
                keys.push(key.as_bytes());
            }
        }
    }
    keys
}

fn first_char(key: &[u8]) -> Option<char> {
    let valid = match std::str::from_utf8(key) {
        Ok(text) => text,
        Err(_) => return None,
    };
    valid.chars().next().filter(|c| c.is_alphanumeric())
}
