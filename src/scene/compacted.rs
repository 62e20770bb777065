//! A compacted log and its cleaner: dirty ratio, offset map, pass 1, pass 2, tombstones' horizons.

use crate::protocol::record::RecordBatch;
use crate::protocol::{Subject, TopicPartition, sort_by_key};
use crate::scene::frame::{Frame, Stand, colours};
use crate::scene::keys::Letter;
use crate::scene::lane::{BOX_HEIGHT, Lane, STEP, Shown, TILE, TILE_TOP};
use crate::scene::list::{Area, Dash, Form, Layer, Paint, Type};
use crate::scene::role::Role;
use crate::scene::tiles::{KeyId, Kind, Tile};
use crate::scene::timeline::{ease_out, mix};
use crate::sim::World;
use crate::storage::{CleanerState, Cleaning};
use crate::words::grouped;

/// What the cleaner does with a log.
#[derive(Clone, Copy, Debug)]
pub(super) struct Phase<'a> {
    pub(super) cleaning: &'a Cleaning,
    /// 1 or 2.
    pub(super) pass: u8,
    /// How far the pass is.
    pub(super) progress: f32,
}

/// The phase of a log's cleaning, if it is being cleaned.
pub(super) fn phase<'a>(
    world: &'a World,
    partition: &TopicPartition,
    now_ms: f64,
    still: bool,
) -> Option<Phase<'a>> {
    let (cleaned, cleaning, pass, since_ms, until_ms) = match world.broker().logs().cleaner() {
        CleanerState::Sleeping { .. } => return None,
        CleanerState::Mapping { partition, cleaning, until_ms } => {
            (partition, cleaning, 1, cleaning.started_ms(), *until_ms)
        }
        CleanerState::Copying { partition, cleaning, since_ms, until_ms } => {
            (partition, cleaning, 2, *since_ms, *until_ms)
        }
    };
    if cleaned != partition {
        return None;
    }
    let span = until_ms.saturating_sub(since_ms).max(1) as f64;
    let progress = ((now_ms - since_ms as f64) / span).clamp(0.0, 1.0) as f32;
    Some(Phase { cleaning, pass, progress: if still { 1.0 } else { progress } })
}

/// Which records of a log have a later one of the same key, by place.
pub(super) fn superseded(lane: &Lane<'_>, key_count: usize) -> Vec<Vec<bool>> {
    let mut seen = vec![false; key_count];
    let mut flags: Vec<Vec<bool>> = lane
        .places
        .iter()
        .rev()
        .map(|place| {
            let mut flags: Vec<bool> = place
                .tiles
                .iter()
                .rev()
                .map(|tile| match seen.get_mut(tile.key.0 as usize) {
                    Some(seen) if tile.kind != Kind::Control => std::mem::replace(seen, true),
                    _ => false,
                })
                .collect();
            flags.reverse();
            flags
        })
        .collect();
    flags.reverse();
    flags
}

/// Where the cleaner's numbers stand: left column on a wide stage, a row of their own on a narrow one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Side {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) w: f32,
    pub(super) narrow: bool,
}

impl Frame<'_, '_> {
    /// The words behind a compacted topic's name.
    pub(super) fn cleaner_note(&self, partition: &TopicPartition) -> String {
        let now_ms = self.now_ms();
        match phase(self.world, partition, now_ms, false) {
            Some(phase) => self.words.cleaning(phase.pass),
            None if self.world.broker().logs().is_uncleanable(partition) => {
                self.words.uncleanable().to_owned()
            }
            None => self.words.compacted().to_owned(),
        }
    }

    /// Meter and map of a compacted log, and what the cleaner does with its records.
    pub(super) fn cleaner(&mut self, lane: &Lane<'_>, side: Side, right: f32, quiet_below: bool) {
        let still = self.view.reduced_motion;
        let phase = phase(self.world, lane.partition, self.now_ms(), still);
        self.dirty_meter(lane, side, phase);
        self.dirty_band(lane);
        match phase {
            Some(phase) => {
                self.moving |= phase.progress < 1.0;
                self.map(lane, side, phase);
                self.stop_line(lane, phase, right);
                if phase.pass == 1 {
                    self.light(lane, phase);
                } else {
                    self.copying(lane, phase);
                }
            }
            None if !quiet_below => self.horizons(lane, right),
            None => {}
        }
    }

    fn dirty_meter(&mut self, lane: &Lane<'_>, side: Side, phase: Option<Phase<'_>>) {
        let logs = self.world.broker().logs();
        let candidate = match phase {
            Some(phase) => *phase.cleaning.candidate(),
            None => logs.candidate(lane.log, self.world.now_ms()),
        };
        let (ratio, threshold) = (candidate.ratio.hundredths(), candidate.threshold.hundredths());
        let values = self.words.ratio_values(ratio, threshold, phase.is_some());
        let Side { x, y, w, narrow } = side;
        let title = self.words.dirty_ratio();
        let name = Type::sans(12, Role::Ink2);
        let small = Type::sans(11, Role::Ink3);
        let (bar, ends) = if narrow {
            self.list.label(Layer::Text, x, y + 10.0, name, title);
            let left = x + name.width_of(title) + 10.0;
            self.fitted(Layer::Text, x + w, y + 10.0, small.end(), &values, w * 0.5);
            let room = (x + w - small.width_of(&values).min(w * 0.5) - 10.0 - left).max(20.0);
            (Area::new(left, y + 2.0, room, 8.0), y + 14.0)
        } else {
            self.list.label(Layer::Text, x, y + 10.0, name, title);
            self.fitted(Layer::Text, x, y + 44.0, small, &values, w);
            (Area::new(x, y + 18.0, w, 8.0), y + 30.0)
        };
        self.list.round(Layer::Box, bar, 4.0, Paint::fill(Role::Line));
        let filled = Area { w: bar.w * (ratio.clamp(0, 100) as f32 / 100.0), ..bar };
        if filled.w > 0.5 {
            let role = if ratio > threshold { Role::Warn } else { Role::Ink3 };
            self.list.round(Layer::Mark, filled, 4.0, Paint::fill(role));
        }
        let mark = bar.x + bar.w * (threshold.clamp(0, 100) as f32 / 100.0);
        let line = Paint::stroke(Role::Ink, 1.6);
        self.list.line(Layer::Letter, (mark, bar.y - 4.0), (mark, ends.max(bar.y + 12.0)), line);
        let area = Area::new(x, y - 2.0, w, if narrow { 18.0 } else { 50.0 });
        self.hits.add(area, Subject::Cleaner(lane.partition.clone()));
    }

    /// What of the closed segments was never cleaned.
    fn dirty_band(&mut self, lane: &Lane<'_>) {
        let logs = self.world.broker().logs();
        let candidate = logs.candidate(lane.log, self.world.now_ms());
        let (dirty, active) = (candidate.first_dirty.0, lane.log.active_segment().base_offset().0);
        for place in &lane.places {
            let open = matches!(place.shown, Shown::Open { .. });
            if place.base < active && place.base >= dirty && open {
                let bar = Area::new(place.x + 6.0, lane.y + 41.0, place.w - 12.0, 2.5);
                self.list.round(Layer::Mark, bar, 1.2, Paint::fill(Role::Warn).faded(0.45));
            }
        }
    }

    /// The tiles that pass 1 reads, in order.
    fn dirty_tiles<'l>(
        lane: &'l Lane<'_>,
        cleaning: &Cleaning,
    ) -> impl Iterator<Item = (f32, &'l Tile)> + Clone {
        let candidate = *cleaning.candidate();
        let range = candidate.first_dirty.0..candidate.first_uncleanable.0;
        let columns: Vec<(f32, &Tile)> =
            lane.places.iter().flat_map(|place| place.columns().collect::<Vec<_>>()).collect();
        columns.into_iter().filter(move |(_, tile)| range.contains(&tile.offset))
    }

    /// Pass 1: a light runs along the dirty records.
    fn light(&mut self, lane: &Lane<'_>, phase: Phase<'_>) {
        let dirty = Self::dirty_tiles(lane, phase.cleaning);
        let count = dirty.clone().count();
        let at = ((count as f32 * phase.progress) as usize).min(count.saturating_sub(1));
        let Some((first, _)) = dirty.clone().next() else { return };
        let Some((x, _)) = dirty.clone().nth(at) else { return };
        let y = lane.y + TILE_TOP;
        let read = Area::new(first, lane.y + 41.0, x + TILE.0 - first, 2.5);
        self.list.round(Layer::Letter, read, 1.2, Paint::fill(Role::Accent));
        let ring = Area::new(x, y, TILE.0, TILE.1).grown(3.0);
        self.list.round(Layer::Flight, ring, 6.0, Paint::stroke(Role::Accent, 2.0));
    }

    /// The offset map: as much as pass 1 has filled, then all of it.
    fn map(&mut self, lane: &Lane<'_>, side: Side, phase: Phase<'_>) {
        let mut entries: Vec<(KeyId, u64)> = Vec::new();
        if phase.pass == 1 {
            let dirty = Self::dirty_tiles(lane, phase.cleaning);
            let count = dirty.clone().count();
            let read = (count as f32 * phase.progress).ceil() as usize;
            for (_, tile) in dirty.take(read) {
                entries.retain(|(key, _)| *key != tile.key);
                entries.push((tile.key, tile.offset));
            }
        } else {
            for (key, offset) in phase.cleaning.map().entries() {
                let id = self.cache.id(key).unwrap_or(KeyId::NONE);
                entries.push((id, u64::try_from(offset).unwrap_or(0)));
            }
            sort_by_key(&mut entries, |(_, offset)| *offset);
        }
        entries.retain(|(key, _)| *key != KeyId::NONE);
        let Side { x, w, narrow, .. } = side;
        let y = if narrow { side.y + 26.0 } else { side.y + 76.0 };
        let name = Type::sans(12, Role::Ink2);
        let title = self.words.offset_map();
        self.list.label(Layer::Text, x, y, name, title);
        let size = format!("{} / {}", entries.len(), grouped(phase.cleaning.map().usable()));
        let small = Type::mono(Role::Ink3).end();
        let room = w - name.width_of(title) - 8.0;
        self.fitted(Layer::Text, x + w, y, small, &size, room);
        let (rows, line_height) = if narrow { (1, 15.0) } else { (3, 16.0) };
        self.map_entries(&entries, (x, y + 17.0), w, rows, line_height);
    }

    fn map_entries(
        &mut self,
        entries: &[(KeyId, u64)],
        (x, y): (f32, f32),
        w: f32,
        rows: u32,
        line_height: f32,
    ) {
        let (mut left, mut row) = (x, 0);
        for (nth, (key, offset)) in entries.iter().enumerate() {
            let look = self.looks.of(*key);
            let (strong, _) = colours(look);
            let bytes = self.cache.key(*key).cloned();
            let text = bytes.as_deref().map_or(String::new(), short_text);
            let text = match look.letter {
                _ if !text.is_empty() => text,
                Letter::Char(c) => c.to_string(),
                _ => "…".to_owned(),
            };
            let (key_style, style) = (Type::mono(strong), Type::mono(Role::Ink3));
            let arrow = format!("→{offset}");
            let width = key_style.width_of(&text) + style.width_of(&arrow) + 8.0;
            let left_over = entries.len() - nth;
            // The last row keeps room for how many more there are.
            let more = if row + 1 == rows && left_over > 1 { 36.0 } else { 0.0 };
            if left + width + more > x + w + 8.0 && left > x {
                if row + 1 == rows {
                    let more = self.words.more(left_over as u64);
                    let base = y + line_height * row as f32;
                    self.list.label(Layer::Text, left, base, Type::mono(Role::Ink3), &more);
                    return;
                }
                left = x;
                row += 1;
            }
            let base = y + line_height * row as f32;
            self.list.label(Layer::Text, left, base, key_style, &text);
            let after = left + key_style.width_of(&text);
            self.list.label(Layer::Text, after, base, style, &arrow);
            left += width;
        }
    }

    /// Where the cleaner stops.
    fn stop_line(&mut self, lane: &Lane<'_>, phase: Phase<'_>, right: f32) {
        let stop = phase.cleaning.candidate().first_uncleanable.0;
        let place = lane.places.iter().find(|place| place.base >= stop);
        let Some(x) = place.map(|place| place.x - 4.5) else { return };
        let line = Paint::stroke(Role::Accent, 1.4).dashed(Dash::Dots);
        let to = lane.y + lane.cleaned_below + 16.0;
        self.list.line(Layer::Ground, (x, lane.y - 4.0), (x, to), line);
        let words =
            [self.words.first_uncleanable(stop), self.words.active_is_never_cleaned().to_owned()];
        let style = Type::sans(11, Role::Ink3);
        let widest = words.iter().map(|line| style.width_of(line)).fold(0.0, f32::max);
        let y = lane.y + lane.cleaned_below - 2.0;
        if x + 8.0 + widest > right {
            return;
        }
        let x = x + 8.0;
        for (nth, line) in words.iter().enumerate() {
            let y = y + 15.0 * nth as f32;
            self.fitted(Layer::Text, x, y, style, line, right - x);
        }
    }

    /// Pass 2: survivors drop into the `.cleaned` file, at their own offsets.
    fn copying(&mut self, lane: &Lane<'_>, phase: Phase<'_>) {
        let Some(cleaned) = lane.log.cleaned_segment() else { return };
        let tiles = self.cache.decode(cleaned.batches());
        let sources = phase.cleaning.groups().first().map_or(&[][..], |group| &group[..]);
        let bounds: Vec<(f32, f32)> = lane
            .places
            .iter()
            .filter(|place| sources.iter().any(|base| base.0 == place.base))
            .map(|place| (place.x, place.x + place.w))
            .collect();
        let open = lane.places.iter().any(|place| {
            matches!(place.shown, Shown::Open { .. })
                && sources.first().is_some_and(|base| base.0 == place.base)
        });
        let (x, end) = match (bounds.first(), bounds.last()) {
            (Some(first), Some(last)) if open => (first.0, last.1),
            (first, _) => {
                let x = first.map_or(lane.x, |(x, _)| *x);
                (x, x + 14.0 + STEP * tiles.len().max(1) as f32)
            }
        };
        let y = lane.y + lane.cleaned_below;
        let area = Area::new(x, y, end - x, BOX_HEIGHT);
        let paint = Paint::stroke(Role::Good, 1.2).dashed(Dash::Long);
        self.list.round(Layer::Box, area, 8.0, paint);
        let name = format!("…{:06}.log.cleaned", cleaned.base_offset().0);
        self.list.label(Layer::Text, x + 1.0, y + 60.0, Type::mono(Role::Good), &name);
        let count = tiles.len().max(1) as f32;
        for (nth, tile) in tiles.iter().enumerate() {
            let slot = if open { lane.x_of(tile.offset) } else { x + 7.0 + STEP * nth as f32 };
            let begins = nth as f32 / count * 0.7;
            let t = ((phase.progress - begins) / 0.3).clamp(0.0, 1.0);
            if t <= 0.0 {
                continue;
            }
            let (from, to) = (lane.y + TILE_TOP, y + TILE_TOP);
            if open {
                let middle = slot + TILE.0 / 2.0;
                let (top, tip) = (lane.y + TILE_TOP + TILE.1, mix(lane.y + 46.0, y + 4.0, t));
                let line = Paint::stroke(Role::Good, 1.2);
                self.list.line(Layer::Ground, (middle, top), (middle, tip), line);
                let head = [middle, tip + 2.0, middle - 3.0, tip - 4.0, middle + 3.0, tip - 4.0];
                self.list.shape(Layer::Ground, Form::Triangle, &head, Paint::fill(Role::Good));
            }
            let stand = if t < 1.0 { Stand::FLIGHT } else { Stand::REST };
            self.tile(slot, mix(from, to, ease_out(t)), tile, stand);
        }
    }

    /// Until when the tombstones in view stay, where a cleaning has stamped them.
    fn horizons(&mut self, lane: &Lane<'_>, right: f32) {
        let start_ms = self.world.start_ms().cast_signed();
        let mut free_from = f32::MIN;
        for place in &lane.places {
            for (x, tile) in place.columns().filter(|(_, tile)| tile.kind == Kind::Tombstone) {
                let Some(at) = lane.log.floor_segment(crate::protocol::Offset(place.base)) else {
                    continue;
                };
                let bytes = &lane.log.segments()[at].log().bytes;
                let Some(bytes) = bytes.get(tile.batch as usize..) else { continue };
                let horizon = RecordBatch::new(bytes).ok().and_then(|b| b.delete_horizon_ms());
                let Some(horizon) = horizon else { continue };
                let tenths = (horizon - start_ms).max(0) / 100;
                let text = self.words.tombstone_until(&format!("{}.{}", tenths / 10, tenths % 10));
                let style = Type::sans(11, Role::Ink3);
                let (left, w) = (x, style.width_of(&text));
                let middle = x + TILE.0 / 2.0;
                if left < free_from + 8.0 || left + w > right {
                    continue;
                }
                let tick = Paint::stroke(Role::Ink3, 1.0);
                let (top, end) = (lane.y + BOX_HEIGHT + 3.0, lane.y + BOX_HEIGHT + 9.0);
                self.list.line(Layer::Mark, (middle, top), (middle, end), tick);
                self.list.label(Layer::Text, left, lane.y + BOX_HEIGHT + 20.0, style, &text);
                free_from = left + w;
            }
        }
    }
}

/// A key as text, cut to what a map's row can hold.
fn short_text(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut short: String = text.chars().filter(|c| !c.is_control()).take(10).collect();
    if text.chars().count() > 10 {
        short.push('…');
    }
    short
}
