//! Where the segments of a log stand in their lane, and their records in them.
//!
//! A lane follows the newest offset: the active segment is always open, closed ones are open while
//! there is room, older ones are slim spines, the oldest a pile.

use std::rc::Rc;

use crate::protocol::TopicPartition;
use crate::scene::list::Area;
use crate::scene::tiles::{Cache, Tile};
use crate::storage::{Log, LogSegment};

/// From one record to the next.
pub(super) const STEP: f32 = 17.0;
/// A record.
pub(super) const TILE: (f32, f32) = (15.0, 30.0);
/// A segment's box.
pub(super) const BOX_HEIGHT: f32 = 46.0;
/// From a box's top to its records.
pub(super) const TILE_TOP: f32 = 8.0;
/// From a lane's top to that of the `.cleaned` file below it, with one group at most.
pub(super) const CLEANED_BELOW: f32 = 82.0;
const BOX_GAP: f32 = 9.0;
const PAD: f32 = 7.0;
const SPINE: f32 = 14.0;
/// As wide as a name like `…000018`.
const LEAST_BOX: f32 = 30.0;
/// A gap of more offsets than this is drawn as one of this width.
const WIDEST_GAP: (u64, f32) = (3, 30.0);

/// How a segment is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// With its records; so many of the first ones are cut off.
    Open { skipped: u32 },
    /// As a slim spine.
    Spine,
    /// So many segments as one.
    Pile(u32),
}

/// A segment in its lane.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) base: u64,
    /// The offset after its last one.
    pub(super) next: u64,
    pub(super) size_bytes: u32,
    pub(super) active: bool,
    pub(super) shown: Shown,
    pub(super) x: f32,
    pub(super) w: f32,
    pub(super) tiles: Rc<[Tile]>,
}

impl Place {
    /// The records that are drawn.
    pub(super) fn visible(&self) -> &[Tile] {
        match self.shown {
            Shown::Open { skipped } => &self.tiles[skipped as usize..],
            _ => &[],
        }
    }

    /// The first offset that has a place of its own.
    fn start(&self) -> u64 {
        match self.shown {
            Shown::Open { skipped: 0 } => self.base,
            _ => self.visible().first().map_or(self.base, |tile| tile.offset),
        }
    }

    /// The left edges of the visible records.
    pub(super) fn columns(&self) -> impl Iterator<Item = (f32, &Tile)> {
        let mut x = self.x + PAD;
        let mut expected = self.start();
        self.visible().iter().map(move |tile| {
            x += gap_width(tile.offset.saturating_sub(expected));
            let left = x;
            x += STEP;
            expected = tile.offset + 1;
            (left, tile)
        })
    }

    /// Gaps that are too long to be drawn as such: left edge, width, missing offsets.
    pub(super) fn long_gaps(&self) -> impl Iterator<Item = (f32, f32, u64)> {
        let mut x = self.x + PAD;
        let mut expected = self.start();
        let end = if self.active { None } else { Some(self.next) };
        let open = matches!(self.shown, Shown::Open { .. });
        let offsets = self.visible().iter().map(|tile| (tile.offset, STEP));
        offsets.chain(end.filter(|_| open).map(|next| (next, 0.0))).filter_map(
            move |(offset, step)| {
                let missing = offset.saturating_sub(expected);
                let (left, width) = (x, gap_width(missing));
                x += width + step;
                expected = offset + 1;
                (missing > WIDEST_GAP.0).then_some((left, width, missing))
            },
        )
    }

    pub(super) fn area(&self, y: f32) -> Area {
        Area::new(self.x, y, self.w, BOX_HEIGHT)
    }
}

fn gap_width(missing: u64) -> f32 {
    if missing > WIDEST_GAP.0 { WIDEST_GAP.1 } else { missing as f32 * STEP }
}

/// The width of tiles with their gaps.
fn extent(tiles: &[Tile], start: u64, next: Option<u64>) -> f32 {
    let mut expected = start;
    let mut width = 0.0;
    for tile in tiles {
        width += gap_width(tile.offset.saturating_sub(expected)) + STEP;
        expected = tile.offset + 1;
    }
    width + next.map_or(0.0, |next| gap_width(next.saturating_sub(expected)))
}

/// A log in its lane.
#[derive(Clone, Debug)]
pub(super) struct Lane<'a> {
    pub(super) partition: &'a TopicPartition,
    pub(super) log: &'a Rc<Log>,
    /// From left to right.
    pub(super) places: Vec<Place>,
    /// Left edges before the last roll, for those that were there.
    pub(super) before: Vec<(u64, f32)>,
    pub(super) x: f32,
    pub(super) y: f32,
    /// From its top to that of the `.cleaned` file: below all cursors.
    pub(super) cleaned_below: f32,
}

/// How much room a lane has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub(super) x: f32,
    pub(super) width: f32,
    /// Slots that the active segment has at least.
    pub(super) slots: u32,
}

impl<'a> Lane<'a> {
    /// Lays a log out. `rolled`: also as it was before the active segment was opened.
    pub(super) fn new(
        cache: &mut Cache,
        log: &'a Rc<Log>,
        room: Room,
        y: f32,
        rolled: bool,
    ) -> Self {
        let segments = log.segments();
        let end = log.log_end_offset().0;
        let places = places(cache, segments, end, room);
        let before = match segments.split_last() {
            Some((active, closed)) if rolled && !closed.is_empty() => {
                places_before(cache, closed, active.base_offset().0, room)
            }
            _ => Vec::new(),
        };
        let (x, cleaned_below) = (room.x, CLEANED_BELOW);
        Self { partition: log.partition(), log, places, before, x, y, cleaned_below }
    }

    /// The place that an offset falls into.
    pub(super) fn place_of(&self, offset: u64) -> Option<&Place> {
        self.places.iter().rev().find(|place| place.base <= offset)
    }

    /// The left edge of the record at `offset`, or of the first one after it.
    pub(super) fn x_of(&self, offset: u64) -> f32 {
        let Some(place) = self.place_of(offset) else { return self.x };
        match place.shown {
            Shown::Open { .. } => {
                let mut end = place.x + PAD;
                for (left, tile) in place.columns() {
                    if tile.offset >= offset {
                        return left;
                    }
                    end = left + STEP;
                }
                end
            }
            _ => place.x + place.w / 2.0,
        }
    }

    /// The right edge of the last box.
    pub(super) fn right(&self) -> f32 {
        self.places.last().map_or(self.x, |place| place.x + place.w)
    }

    /// Where the next record will be.
    pub(super) fn next_x(&self) -> f32 {
        self.x_of(self.log.log_end_offset().0)
    }
}

fn places_before(
    cache: &mut Cache,
    closed: &[Rc<LogSegment>],
    end: u64,
    room: Room,
) -> Vec<(u64, f32)> {
    places(cache, closed, end, room).iter().map(|place| (place.base, place.x)).collect()
}

fn spine_advance(base: u64) -> f32 {
    let digits = base.checked_ilog10().unwrap_or(0) + 1;
    (digits as f32 * 6.7).max(SPINE) + 6.0
}

fn places(cache: &mut Cache, segments: &[Rc<LogSegment>], end: u64, room: Room) -> Vec<Place> {
    let mut found: Vec<Place> = Vec::new();
    let mut left = room.width;
    let mut count = segments.len();
    // The active segment, then closed ones while there is room for them and for a few spines.
    while count > 0 {
        let segment = &segments[count - 1];
        let active = count == segments.len();
        let next = segments.get(count).map_or(end, |next| next.base_offset().0);
        let base = segment.base_offset().0;
        let tiles = cache.segment(segment);
        let older = count - 1;
        let spines: f32 = segments[older.saturating_sub(3)..older]
            .iter()
            .map(|segment| spine_advance(segment.base_offset().0))
            .sum();
        let gap = if active { 0.0 } else { BOX_GAP };
        let room_here = left - spines - gap - 4.0;
        let mut skipped = 0;
        let mut w = width_of(&tiles, base, next, active, room.slots);
        if active && w > room_here {
            while w > room_here && skipped < tiles.len() {
                let excess = ((w - room_here) / STEP).ceil().max(1.0) as usize;
                skipped = (skipped + excess).min(tiles.len());
                let rest = &tiles[skipped..];
                let start = rest.first().map_or(next, |tile| tile.offset);
                w = width_of(rest, start, next, active, 1);
            }
        } else if w > room_here {
            break;
        }
        let shown = Shown::Open { skipped: skipped as u32 };
        let size_bytes = segment.size_bytes();
        found.push(Place { base, next, size_bytes, active, shown, x: 0.0, w, tiles });
        left -= w + gap;
        count -= 1;
    }
    // The rest as spines, the oldest in a pile.
    while count > 0 {
        let segment = &segments[count - 1];
        let base = segment.base_offset().0;
        let (mut shown, mut base_shown) = (Shown::Spine, base);
        let more = if count > 1 { spine_advance(0) + 12.0 } else { 0.0 };
        if spine_advance(base) + more > left && count > 1 {
            shown = Shown::Pile(count as u32);
            base_shown = segments[0].base_offset().0;
        }
        let next = segments.get(count).map_or(end, |next| next.base_offset().0);
        let w = SPINE;
        let tiles: Rc<[Tile]> = Rc::from([]);
        let size_bytes = segment.size_bytes();
        let active = false;
        found.push(Place { base: base_shown, next, size_bytes, active, shown, x: 0.0, w, tiles });
        left -= spine_advance(base);
        count = if matches!(shown, Shown::Pile(_)) { 0 } else { count - 1 };
    }
    found.reverse();
    let mut x = room.x;
    for place in &mut found {
        place.x = x;
        x += match place.shown {
            Shown::Open { .. } => place.w + BOX_GAP,
            Shown::Spine | Shown::Pile(_) => spine_advance(place.base),
        };
    }
    found
}

fn width_of(tiles: &[Tile], start: u64, next: u64, active: bool, slots: u32) -> f32 {
    let pads = 2.0 * PAD - (STEP - TILE.0);
    if active {
        let slots = slots as f32 * STEP;
        return (extent(tiles, start, None) + STEP).max(slots) + pads - 1.0;
    }
    (extent(tiles, start, Some(next)) + pads - 1.0).max(LEAST_BOX)
}
