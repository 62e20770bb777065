//! Draws a log in its lane: segments with names, records, meter, reasons, cursors.

use std::rc::Rc;

use crate::protocol::config::Setting;
use crate::protocol::{ClientId, GroupId, Offset, Subject};
use crate::scene::frame::{Frame, Stand};
use crate::scene::lane::{BOX_HEIGHT, Lane, Place, Shown, TILE, TILE_TOP};
use crate::scene::list::{Area, Dash, Form, Layer, Paint, Type};
use crate::scene::role::Role;
use crate::scene::timeline::{ease_out, mix};
use crate::storage::RollReason;

/// What a group has done with a partition.
#[derive(Clone, Debug)]
pub(super) struct Cursor {
    pub(super) group: GroupId,
    /// `None` if nothing was, or if the broker is down and nobody knows.
    pub(super) committed: Option<u64>,
    /// The coordinator is there to ask.
    pub(super) known: bool,
    /// The member that reads it, and from where it reads next.
    pub(super) position: Option<(ClientId, u64)>,
}

/// How a lane is dressed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dress {
    /// Right edge of everything that belongs to the lane.
    pub(super) right: f32,
    /// One column: records come from above, cursors have no words.
    pub(super) narrow: bool,
    /// The active segment's share of its limit stands behind its name, not beside its box.
    pub(super) share_in_name: bool,
}

/// How much the whole of a lane with one group takes below its box.
pub(super) const CURSOR_ROW: f32 = 20.0;
/// From a lane back to where records arrive.
pub(super) const MOUTH: f32 = 44.0;

impl Frame<'_, '_> {
    /// Draws a lane. `superseded` tells which records have a later one of their key, by place.
    pub(super) fn log(
        &mut self,
        lane: &Lane<'_>,
        cursors: &[Cursor],
        superseded: &[Vec<bool>],
        dress: Dress,
    ) {
        let shift = self.roll_progress(lane);
        let mut name_end = f32::MIN;
        self.removed_label(lane, dress, &mut name_end);
        for (nth, place) in lane.places.iter().enumerate() {
            let place = &shifted(place, lane, shift);
            let flags = superseded.get(nth).map_or(&[][..], |flags| &flags[..]);
            self.place(lane, place, flags, dress);
            self.place_name(lane, place, dress, &mut name_end);
        }
        if !dress.share_in_name {
            self.share_label(lane, dress);
        }
        for (nth, cursor) in cursors.iter().enumerate() {
            self.cursor(lane, cursor, nth as f32 * CURSOR_ROW, dress);
        }
        let height = BOX_HEIGHT + 20.0 + CURSOR_ROW * cursors.len() as f32;
        let area = Area::new(lane.x, lane.y - 16.0, dress.right - lane.x, height);
        self.hits.add(area, Subject::Partition(lane.partition.clone()));
    }

    /// How far the lane has moved since its last roll.
    fn roll_progress(&mut self, lane: &Lane<'_>) -> f32 {
        let rolled = self.timeline.rolled.iter().find(|r| r.partition == lane.partition);
        let progress = rolled.map_or(1.0, |rolled| rolled.ago.progress);
        self.moving |= progress < 1.0;
        ease_out(progress)
    }

    fn place(&mut self, lane: &Lane<'_>, place: &Place, superseded: &[bool], dress: Dress) {
        let y = self.swapped_in_y(lane, place);
        let area = place.area(y);
        let segment = Subject::Segment(lane.partition.clone(), Offset(place.base));
        self.hits.add(area, segment);
        let opening = self.opening(lane, place);
        let paint = if place.active {
            Paint::fill(Role::GlassActive).edged(Role::Line2, 1.6).faded(opening)
        } else {
            Paint::fill(Role::Glass).edged(Role::Line2, 1.0)
        };
        self.list.round(Layer::Box, area, if place.w < 20.0 { 5.0 } else { 8.0 }, paint);
        if place.active {
            self.meter(lane, place);
        }
        match place.shown {
            Shown::Open { skipped } => {
                if skipped > 0 {
                    let notch = Paint::stroke(Role::Ink3, 1.0).dashed(Dash::Short);
                    let x = place.x + 3.0;
                    self.list.line(Layer::Mark, (x, y + 6.0), (x, y + BOX_HEIGHT - 6.0), notch);
                }
            }
            Shown::Spine => {}
            Shown::Pile(_) => {
                for inset in [4.0, 8.0] {
                    let x = place.x + inset;
                    let line = Paint::stroke(Role::Line2, 1.0);
                    self.list.line(Layer::Mark, (x, y + 8.0), (x, y + BOX_HEIGHT - 8.0), line);
                }
            }
        }
        self.tiles_of(lane, place, y, superseded, dress);
    }

    /// A cleaned file that was just swapped in rises to its place.
    fn swapped_in_y(&mut self, lane: &Lane<'_>, place: &Place) -> f32 {
        let replaced = self.timeline.replaced.iter();
        let mut replaced =
            replaced.filter(|r| r.partition == lane.partition && r.base == place.base);
        let Some(replaced) = replaced.next() else { return lane.y };
        self.moving = true;
        lane.y + lane.cleaned_below * (1.0 - ease_out(replaced.ago.progress))
    }

    fn tiles_of(
        &mut self,
        lane: &Lane<'_>,
        place: &Place,
        y: f32,
        superseded: &[bool],
        dress: Dress,
    ) {
        let y = y + TILE_TOP;
        let skipped = place.tiles.len() - place.visible().len();
        if place.visible().is_empty() {
            return;
        }
        let landed: Vec<(u64, u64, f32)> = (self.timeline.landed.iter())
            .filter(|landed| landed.partition == lane.partition && landed.last >= place.base)
            .map(|landed| (landed.first, landed.last, ease_out(landed.ago.progress)))
            .collect();
        for (nth, (x, tile)) in place.columns().enumerate() {
            let progress = landed
                .iter()
                .find(|(first, last, _)| (*first..=*last).contains(&tile.offset))
                .map_or(1.0, |(_, _, progress)| *progress);
            let superseded = superseded.get(skipped + nth).copied().unwrap_or(false);
            if progress < 1.0 {
                // It slides along the lane into its slot; on a phone it comes from above.
                self.moving = true;
                let (from_x, from_y) =
                    if dress.narrow { (x, y - 24.0) } else { (lane.x - MOUTH, y) };
                let (x, y) = (mix(from_x, x, progress), mix(from_y, y, progress));
                self.tile(x, y, tile, Stand { superseded, ..Stand::FLIGHT });
            } else {
                self.tile(x, y, tile, Stand { superseded, ..Stand::REST });
            }
        }
        for (x, w, missing) in place.long_gaps() {
            let middle = (x + w / 2.0 - 1.0, y + 19.0);
            let style = Type::mono(Role::Ink3).middle();
            let line = Paint::stroke(Role::Line2, 1.0);
            self.list.line(Layer::Mark, (x + 2.0, y + 24.0), (x + w - 4.0, y + 24.0), line);
            if missing < 1000 {
                self.list.label(Layer::Letter, middle.0, middle.1, style, &missing.to_string());
            } else {
                self.list.label(Layer::Letter, middle.0, middle.1, style, "…");
            }
        }
        let row = Area::new(place.x, y, place.w, TILE.1);
        self.hits.add_row(row, TILE.0 + 2.0, lane.partition, |tiles| {
            tiles.extend(place.columns().map(|(x, tile)| (x - 1.0, tile.offset)));
        });
    }

    /// How far a segment that was just opened has opened.
    fn opening(&self, lane: &Lane<'_>, place: &Place) -> f32 {
        let rolled = self.timeline.rolled.iter();
        rolled
            .filter(|rolled| rolled.partition == lane.partition && rolled.base == place.base)
            .map(|rolled| rolled.ago.progress)
            .next()
            .unwrap_or(1.0)
    }

    /// The active segment's bytes against its limit.
    fn meter(&mut self, lane: &Lane<'_>, place: &Place) {
        let share = share(lane, place);
        let room = place.w - 12.0;
        let mut bar = Area::new(place.x + 6.0, lane.y + 41.0, room, 2.5);
        self.list.round(Layer::Mark, bar, 1.2, Paint::fill(Role::Line));
        bar.w = room * share;
        if bar.w > 0.5 {
            self.list.round(Layer::Mark, bar, 1.2, Paint::fill(Role::Ink3));
        }
    }

    fn place_name(&mut self, lane: &Lane<'_>, place: &Place, dress: Dress, name_end: &mut f32) {
        let y = lane.y - 6.0;
        let style = Type::mono(Role::Ink3);
        let x = place.x + 1.0;
        if x < *name_end {
            return;
        }
        let spine = match place.shown {
            Shown::Open { .. } => false,
            Shown::Spine => true,
            Shown::Pile(count) => {
                let text = self.words.more(u64::from(count));
                self.named(x, y, style, &text, name_end);
                return;
            }
        };
        let room = if place.active { dress.right - x } else { place.w + 4.0 };
        if place.active && dress.share_in_name && self.name_with_share(lane, place, room, name_end)
        {
            return;
        }
        let long = format!("{:020}.log", place.base);
        let short = format!("…{:06}.log", place.base);
        let shortest = place.base.to_string();
        let candidates = [
            (!spine && place.active && !dress.share_in_name, long),
            (!spine, short),
            (true, shortest),
        ];
        for (allowed, text) in candidates {
            if allowed && (spine || style.width_of(&text) <= room) {
                self.named(x, y, style, &text, name_end);
                return;
            }
        }
    }

    /// The active segment's name with its share of the limit, or with what just opened it.
    fn name_with_share(
        &mut self,
        lane: &Lane<'_>,
        place: &Place,
        room: f32,
        name_end: &mut f32,
    ) -> bool {
        let (x, y) = (place.x + 1.0, lane.y - 6.0);
        let name = format!("…{:06}.log", place.base);
        let style = Type::mono(Role::Ink3);
        let after = x + style.width_of(&name) + 8.0;
        let (text, role) = match self.just_rolled(lane, place) {
            Some(reason) => (self.words.roll_values(reason), Role::Accent),
            None => {
                let percent = (share(lane, place) * 100.0) as u32;
                (self.words.active_share(percent), Role::Ink3)
            }
        };
        let small = Type::sans(11, role);
        if after + small.width_of(&text) > x + room {
            return false;
        }
        self.list.label(Layer::Text, x, y, style, &name);
        self.named(after, y, small, &text, name_end);
        true
    }

    fn just_rolled(&self, lane: &Lane<'_>, place: &Place) -> Option<&RollReason> {
        let rolled = self.timeline.rolled.iter().find(|rolled| {
            rolled.partition == lane.partition
                && rolled.base == place.base
                && rolled.ago.spans < 3.5
        });
        rolled.map(|rolled| rolled.reason)
    }

    fn named(&mut self, x: f32, y: f32, style: Type, text: &str, name_end: &mut f32) {
        self.list.label(Layer::Text, x, y, style, text);
        *name_end = x + style.width_of(text) + 4.0;
    }

    /// Beside the active segment: its share of the limit, or why it was just opened.
    fn share_label(&mut self, lane: &Lane<'_>, dress: Dress) {
        let Some(place) = lane.places.last() else { return };
        let (lines, role) = match self.just_rolled(lane, place) {
            Some(reason) => {
                let values = self.words.roll_values(reason);
                ([self.words.just_rolled().to_owned(), values], Role::Accent)
            }
            None => {
                let percent = (share(lane, place) * 100.0) as u32;
                let setting = Setting::SegmentBytes.name();
                (self.words.share_of_limit(percent, setting), Role::Ink3)
            }
        };
        let x = place.x + place.w + 9.0;
        for (nth, line) in lines.iter().enumerate() {
            let y = lane.y + 21.0 + 14.0 * nth as f32;
            self.fitted(Layer::Text, x, y, Type::sans(11, role), line, dress.right - x);
        }
    }

    /// What retention has just deleted, and why.
    fn removed_label(&mut self, lane: &Lane<'_>, dress: Dress, name_end: &mut f32) {
        let removed = self.timeline.removed.iter().find(|r| r.partition == lane.partition);
        let Some(removed) = removed.filter(|removed| removed.ago.spans < 3.5) else { return };
        let fade = 1.0 - removed.ago.progress;
        let count = removed.bases.len() as u32;
        let text = self.words.deleted(count, removed.reason);
        if fade > 0.0 {
            self.moving = true;
            for nth in 0..count.min(3) {
                let x = lane.x - 18.0 * (1.0 - fade) - 18.0 * nth as f32;
                let ghost = Area::new(x - 18.0, lane.y, 14.0, BOX_HEIGHT);
                let paint = Paint::stroke(Role::Warn, 1.0).dashed(Dash::Long).faded(fade);
                self.list.round(Layer::Flight, ghost, 5.0, paint);
            }
        }
        let style = Type::sans(11, Role::Warn);
        let room = dress.right - lane.x;
        self.fitted(Layer::Text, lane.x, lane.y - 6.0, style, &text, room);
        *name_end = lane.x + style.width_of(&text).min(room) + 6.0;
    }

    /// Two triangles under the lane: committed filled, position outlined, and the lag between.
    fn cursor(&mut self, lane: &Lane<'_>, cursor: &Cursor, below: f32, dress: Dress) {
        let y = lane.y + 51.0 + below;
        let end = lane.log.log_end_offset().0;
        let start = lane.log.log_start_offset().0;
        let end_x = lane.x_of(end) - 1.5;
        let committed_x = cursor.committed.map(|offset| self.committed_x(lane, cursor, offset));
        let band_from = committed_x.unwrap_or_else(|| lane.x_of(start) - 1.5);
        let band = Area::new(band_from, y + 1.0, (end_x - band_from).max(0.0), 5.0);
        if band.w > 0.5 && cursor.known {
            self.list.round(Layer::Ground, band, 2.5, Paint::fill(Role::Warn).faded(0.28));
        }
        if let Some(x) = committed_x {
            let paint = Paint::fill(Role::Ink);
            self.list.shape(Layer::Mark, Form::Triangle, &triangle(x, y), paint);
            let subject = Subject::Committed(cursor.group.clone(), lane.partition.clone());
            self.hits.add(Area::new(x - 7.0, y - 2.0, 14.0, 14.0), subject);
        }
        if let Some((client, offset)) = cursor.position {
            let x = self.position_x(lane, client, offset);
            // Where both stand at one offset, the filled one shows inside the outline.
            let same = committed_x.is_some_and(|committed| (committed - x).abs() < 4.0);
            if same {
                let paint = Paint::stroke(Role::Ink, 1.2);
                let around = [x, y - 4.5, x - 8.5, y + 11.5, x + 8.5, y + 11.5];
                self.list.shape(Layer::Letter, Form::Triangle, &around, paint);
            } else {
                let paint = Paint::fill(Role::Panel).edged(Role::Ink, 1.4);
                self.list.shape(Layer::Letter, Form::Triangle, &triangle(x, y), paint);
            }
            let subject = Subject::Position(client, lane.partition.clone());
            self.hits.add(Area::new(x - 7.0, y - 2.0, 14.0, 14.0), subject);
        }
        if !dress.narrow {
            self.cursor_words(lane, cursor, y, (band_from, end_x), dress);
        }
    }

    fn cursor_words(
        &mut self,
        lane: &Lane<'_>,
        cursor: &Cursor,
        y: f32,
        (from, to): (f32, f32),
        dress: Dress,
    ) {
        let style = Type::mono(Role::Ink3);
        let y = y + 10.0;
        let committed = match cursor.committed {
            Some(offset) => self.words.committed(offset),
            None => self.words.nothing_committed().to_owned(),
        };
        if cursor.known {
            self.list.label(Layer::Text, from - 9.0, y, style.end(), &committed);
        }
        let start = lane.log.log_start_offset().0;
        let end = lane.log.log_end_offset().0;
        let lag = self.words.lag(end.saturating_sub(cursor.committed.unwrap_or(start)));
        let position = cursor.position.map(|(_, offset)| self.words.position(offset));
        let x = to + 12.0;
        let (long, short) = match (position, cursor.known) {
            (None, true) => (lag.clone(), lag),
            (Some(position), true) => (format!("{position} · {lag}"), lag),
            (Some(position), false) => (position.clone(), position),
            (None, false) => return,
        };
        let text = if x + style.width_of(&long) <= dress.right { long } else { short };
        self.fitted(Layer::Text, x, y, style, &text, dress.right - x);
    }

    /// A commit moves its triangle only when the record has landed.
    fn committed_x(&mut self, lane: &Lane<'_>, cursor: &Cursor, offset: u64) -> f32 {
        let x = lane.x_of(offset) - 1.5;
        let mut commits =
            self.timeline.committed.iter().filter(|commit| {
                commit.group == &cursor.group && commit.partition == lane.partition
            });
        let Some(last) = commits.next().filter(|c| c.offset == offset && c.ago.progress < 1.0)
        else {
            return x;
        };
        let Some(before) = commits.next().map(|commit| commit.offset) else { return x };
        let moved = ease_out((last.ago.progress * 2.0 - 1.0).max(0.0));
        self.moving = true;
        mix(lane.x_of(before) - 1.5, x, moved)
    }

    fn position_x(&mut self, lane: &Lane<'_>, client: ClientId, offset: u64) -> f32 {
        let x = lane.x_of(offset) - 1.5;
        let mut polled = self.timeline.polled.iter();
        let polled = polled.find(|p| p.client == client && p.partition == lane.partition);
        let Some(polled) = polled.filter(|polled| polled.from < offset) else { return x };
        self.moving = true;
        mix(lane.x_of(polled.from) - 1.5, x, ease_out(polled.ago.progress))
    }
}

/// The place where it stands while the lane still moves.
fn shifted(place: &Place, lane: &Lane<'_>, progress: f32) -> Place {
    let before = lane.before.iter().find(|(base, _)| *base == place.base);
    let x = match before {
        Some((_, x)) if progress < 1.0 => mix(*x, place.x, progress),
        _ => place.x,
    };
    Place { x, tiles: Rc::clone(&place.tiles), ..*place }
}

fn share(lane: &Lane<'_>, place: &Place) -> f32 {
    let limit = lane.log.config().segment_bytes.max(1);
    (place.size_bytes as f32 / limit as f32).min(1.0)
}

fn triangle(x: f32, y: f32) -> [f32; 6] {
    [x, y, x - 5.0, y + 9.0, x + 5.0, y + 9.0]
}
