//! The display list in numbers: what one call a frame hands to the painter's script.
//!
//! A group is `[key, count, numbers…]`; the key is a shape's own (layer, primitive, paint), or, with
//! the top bit, a look of words, whose numbers are x, y and the index of a string. Numbers are 32-bit
//! floats, keys, counts and indexes are integers in the same array. Strings go over once.

use crate::protocol::SortedMap;
use crate::scene::list::{DisplayList, Layer};

/// In a key: a group of words.
pub const WORDS: u32 = 1 << 31;
/// The script's table of strings starts anew when it holds this many.
const MOST_STRINGS: usize = 4096;

/// Turns lists into numbers, and remembers which strings the script has.
#[derive(Clone, Debug, Default)]
pub struct Encoder {
    numbers: Vec<u32>,
    strings: SortedMap<Box<str>, u32>,
    fresh: Vec<Box<str>>,
    restarted: bool,
}

impl Encoder {
    /// Nothing encoded, no strings known.
    #[must_use]
    pub fn new() -> Self {
        Self { restarted: true, ..Self::default() }
    }

    /// Encodes a sorted list; the result is in the other methods until the next call.
    pub fn encode(&mut self, list: &DisplayList) {
        self.numbers.clear();
        self.fresh.clear();
        self.restarted = self.strings.is_empty();
        if self.strings.len() > MOST_STRINGS {
            self.strings.clear();
            self.restarted = true;
        }
        let mut shapes = list.shapes();
        let mut labels = list.labels();
        for layer in Layer::ALL {
            let end = shapes.partition_point(|shape| shape.layer() <= layer);
            for group in shapes[..end].chunk_by(|a, b| a.key() == b.key()) {
                self.numbers.push(group[0].key());
                self.numbers.push(group.len() as u32);
                for shape in group {
                    self.numbers.extend(shape.numbers().iter().map(|n| n.to_bits()));
                }
            }
            shapes = &shapes[end..];
            let end = labels.partition_point(|label| label.layer <= layer);
            for group in labels[..end].chunk_by(|a, b| a.style == b.style) {
                self.numbers.push(WORDS | group[0].style.bits());
                self.numbers.push(group.len() as u32);
                for label in group {
                    let index = self.index_of(list.text(label));
                    self.numbers.extend([label.x.to_bits(), label.y.to_bits(), index]);
                }
            }
            labels = &labels[end..];
        }
    }

    fn index_of(&mut self, text: &str) -> u32 {
        if let Some(index) = self.strings.get(text) {
            return *index;
        }
        let index = self.strings.len() as u32;
        self.strings.insert(text.into(), index);
        self.fresh.push(text.into());
        index
    }

    /// The groups.
    #[must_use]
    pub fn numbers(&self) -> &[u32] {
        &self.numbers
    }

    /// Strings that the script does not have yet; their indexes go on from those that it has.
    pub fn fresh_strings(&self) -> impl Iterator<Item = &str> {
        self.fresh.iter().map(|text| &**text)
    }

    /// Whether the script must forget its strings first.
    #[must_use]
    pub fn restarts_strings(&self) -> bool {
        self.restarted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::list::{Area, Paint, Type};
    use crate::scene::role::Role;

    #[test]
    fn shapes_of_one_paint_are_one_group_and_strings_go_over_once() {
        let mut list = DisplayList::default();
        for x in 0..3u8 {
            let area = Area::new(f32::from(x), 0.0, 1.0, 1.0);
            list.rect(Layer::Tile, area, Paint::fill(Role::Key(0)));
            list.label(Layer::Letter, 0.0, 0.0, Type::mono(Role::Ink), "a");
        }
        list.sort();
        let mut encoder = Encoder::new();
        encoder.encode(&list);
        assert!(encoder.restarts_strings());
        assert_eq!(encoder.numbers().len(), 2 + 3 * 4 + 2 + 3 * 3);
        assert_eq!(encoder.fresh_strings().collect::<Vec<_>>(), ["a"]);
        encoder.encode(&list);
        assert!(!encoder.restarts_strings());
        assert_eq!(encoder.fresh_strings().count(), 0);
    }
}
