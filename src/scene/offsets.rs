//! `__consumer_offsets`: commits are records. Only partitions that hold some are drawn.

use crate::broker::group::{OffsetsKey, OffsetsValue, decode_record};
use crate::protocol::record::{Batches, Payload, RecordBatch};
use crate::protocol::{Offset, Subject, TopicPartition};
use crate::scene::frame::Frame;
use crate::scene::lane::BOX_HEIGHT;
use crate::scene::list::{Area, Dash, Layer, Paint, Type};
use crate::scene::role::Role;
use crate::scene::timeline::ease_out;
use crate::storage::Log;

/// Records that a strip shows at most, and so has to decode.
const MOST: usize = 24;
const GAP: f32 = 6.0;

/// A partition of `__consumer_offsets` on the stage: one strip.
#[derive(Clone, Debug)]
pub(super) struct Strip {
    pub(super) partition: TopicPartition,
    /// The strip's box.
    pub(super) area: Area,
}

/// A record of the strip.
struct Commit {
    offset: u64,
    label: String,
    /// What tells two records of one key.
    key: Vec<u8>,
    commit: Option<(String, String, i32, i64)>,
    tombstone: bool,
    superseded: bool,
}

/// The last records of a log, oldest first.
fn last_commits(log: &Log, group_label: &str) -> Vec<Commit> {
    let mut found: Vec<Commit> = Vec::new();
    for segment in log.segments().iter().rev() {
        let mut here = Vec::new();
        let batches: Vec<RecordBatch<'_>> = Batches::new(&segment.log().bytes).flatten().collect();
        for batch in batches.iter().rev() {
            if found.len() + here.len() >= MOST {
                break;
            }
            let payload = batch.payload();
            let records: Vec<_> = payload.iter().flat_map(Payload::records).flatten().collect();
            for record in records.iter().rev() {
                let (Some(key), Ok(offset)) = (record.key, u64::try_from(record.offset)) else {
                    continue;
                };
                here.push(commit(offset, key, record.value, group_label));
            }
        }
        found.extend(here);
        if found.len() >= MOST {
            break;
        }
    }
    for at in 0..found.len() {
        let (newer, rest) = found.split_at_mut(at);
        rest[0].superseded = newer.iter().any(|newer| newer.key == rest[0].key);
    }
    found.reverse();
    found
}

fn commit(offset: u64, key: &[u8], value: Option<&[u8]>, group_label: &str) -> Commit {
    let mut commit = Commit {
        offset,
        label: "…".to_owned(),
        key: key.to_vec(),
        commit: None,
        tombstone: value.is_none(),
        superseded: false,
    };
    match decode_record(key, value) {
        Ok((OffsetsKey::Offset { group, topic, partition }, Some(OffsetsValue::Offset(value)))) => {
            commit.label = format!("{partition} → {}", value.offset);
            commit.commit = Some((group, topic, partition, value.offset));
        }
        Ok((OffsetsKey::Offset { partition, .. }, _)) => commit.label = format!("{partition} → ∅"),
        Ok((OffsetsKey::Group { .. } | OffsetsKey::Consumer(_), _)) => {
            commit.label = group_label.to_owned()
        }
        Err(_) => {}
    }
    commit
}

/// The records of a strip that fit into it at rest, oldest first: offset, and what it says.
pub(super) fn shown_commits(strip: &Strip, log: &Log, group_label: &str) -> Vec<(u64, String)> {
    let style = Type::mono(Role::Ink2);
    let mut room = strip.area.w - GAP - 3.0;
    let mut fits = |commit: &Commit| {
        room -= style.width_of(&commit.label) + 10.0 + GAP;
        room >= 0.0
    };
    let mut shown: Vec<(u64, String)> = last_commits(log, group_label)
        .into_iter()
        .rev()
        .take_while(|commit| fits(commit))
        .map(|commit| match commit.commit {
            Some((group, topic, ..)) => {
                (commit.offset, format!("{group}, {topic}, {}", commit.label))
            }
            None => (commit.offset, commit.label),
        })
        .collect();
    shown.reverse();
    shown
}

impl Frame<'_, '_> {
    /// Draws a strip; returns where its next record will be.
    pub(super) fn strip(&mut self, strip: &Strip, narrow: bool) -> (f32, f32) {
        let world = self.world;
        let area = strip.area;
        let full = (area.x + area.w - 30.0, area.y + 8.0);
        let Some(log) = world.broker().logs().get(&strip.partition) else { return full };
        let paint = Paint::fill(Role::GlassActive).edged(Role::Line2, 1.6);
        self.list.round(Layer::Box, area, 8.0, paint);
        self.hits.add(area, Subject::Partition(strip.partition.clone()));
        self.strip_header(strip, narrow);
        let commits = last_commits(log, self.words.group_metadata());
        let style = Type::mono(Role::Ink2).middle();
        let landed = self.landing(&strip.partition);
        // The newest one stands at the right end once the strip is full; all slide to the left.
        let width = |commit: &Commit| style.width_of(&commit.label) + 10.0;
        let mut right = area.x + area.w - GAP;
        let total: f32 = commits.iter().map(|commit| width(commit) + GAP).sum();
        if total < area.w - GAP {
            right = area.x + GAP + total - GAP;
        } else if let (Some((at, progress)), Some(last)) = (landed, commits.last())
            && last.offset >= at
        {
            right += (width(last) + GAP) * (1.0 - progress);
        }
        let next = ((right + GAP + 25.0).min(full.0), full.1);
        let mut caption = None;
        let y = area.y + 8.0;
        for commit in commits.iter().rev() {
            let w = width(commit);
            let left = right - w;
            if left < area.x + 3.0 {
                break;
            }
            right = left - GAP;
            let cut = left + w > area.x + area.w - 2.0;
            let tile = Area::new(left, y, w, 30.0);
            let landing = landed.is_some_and(|(at, _)| commit.offset >= at);
            if cut && !landing {
                continue;
            }
            self.commit_tile(strip, commit, tile, landing);
            if caption.is_none() {
                caption.clone_from(&commit.commit);
            }
        }
        self.caption(area, caption);
        next
    }

    fn strip_header(&mut self, strip: &Strip, narrow: bool) {
        let area = strip.area;
        let name = Type::sans(13, Role::Ink).bold();
        let y = area.y - 14.0;
        let topic = strip.partition.topic.as_str();
        self.list.label(Layer::Text, area.x, y, name, topic);
        let count = self.partition_count(&strip.partition);
        let mut note = self.words.partition_of(strip.partition.partition, count);
        let cleaning = self.world.broker().logs().cleaned_partition() == Some(&strip.partition);
        let x = area.x + name.width_of(topic) + 12.0;
        let style = Type::sans(11, Role::Ink3);
        if cleaning && !narrow {
            // Where there is no room for both, the partition is what a newcomer asks for.
            let cleaner = self.cleaner_note(&strip.partition);
            if style.width_of(&cleaner) <= area.x + area.w - x {
                note = cleaner;
            }
        }
        self.fitted(Layer::Text, x, y, style, &note, area.x + area.w - x);
        let header = Area::new(area.x, y - 14.0, area.w, 18.0);
        self.hits.add(header, Subject::Topic(strip.partition.topic.clone()));
    }

    /// The first offset that is still landing, and how far it is.
    fn landing(&mut self, partition: &TopicPartition) -> Option<(u64, f32)> {
        let commits = self.timeline.committed.iter();
        let mut landing: Option<(u64, f32)> = None;
        for commit in commits.filter(|c| c.stored_in == partition && c.ago.progress < 1.0) {
            let at = landing.map_or(commit.stored_at, |(at, _)| at.min(commit.stored_at));
            landing = Some((at, ease_out((commit.ago.progress * 2.0).min(1.0))));
        }
        self.moving |= landing.is_some();
        landing
    }

    fn commit_tile(&mut self, strip: &Strip, commit: &Commit, tile: Area, landing: bool) {
        let group = commit.commit.is_none();
        let (paint, role) = if landing {
            (Paint::fill(Role::Panel).edged(Role::Accent, 1.6).dashed(Dash::Short), Role::Accent)
        } else if commit.superseded {
            (Paint::stroke(Role::Ink3, 1.0).dashed(Dash::Short).faded(0.6), Role::Ink3)
        } else if commit.tombstone || group {
            (Paint::stroke(Role::Line2, 1.2), Role::Ink3)
        } else {
            (Paint::fill(Role::Panel).edged(Role::Line2, 1.2), Role::Ink2)
        };
        self.list.round(Layer::Tile, tile, 3.5, paint);
        let (x, _) = tile.centre();
        let style = Type::mono(role).middle();
        self.list.label(Layer::Letter, x, tile.y + 19.0, style, &commit.label);
        let partition = &strip.partition;
        self.hits.add_row(tile, tile.w, partition, |tiles| tiles.push((tile.x, commit.offset)));
    }

    fn caption(&mut self, area: Area, commit: Option<(String, String, i32, i64)>) {
        let style = Type::sans(11, Role::Ink3);
        let y = area.y + BOX_HEIGHT + 18.0;
        let Some((group, topic, partition, offset)) = &commit else {
            self.fitted(Layer::Text, area.x, y, style, self.words.no_commits_yet(), area.w);
            return;
        };
        let lines = self.words.commit_is_a_record(group, topic, *partition, *offset);
        let one = lines.join(" ");
        if style.width_of(&one) <= area.w {
            self.list.label(Layer::Text, area.x, y, style, &one);
            return;
        }
        for (nth, line) in lines.iter().enumerate() {
            let y = y + 15.0 * nth as f32;
            self.fitted(Layer::Text, area.x, y, style, line, area.w);
        }
    }
}

/// The partitions of `__consumer_offsets` that hold records.
pub(super) fn partitions<'a>(logs: impl Iterator<Item = &'a Log>) -> Vec<TopicPartition> {
    logs.filter(|log| {
        log.partition().topic.as_str() == crate::protocol::Topic::CONSUMER_OFFSETS
            && log.log_end_offset() > Offset(0)
    })
    .map(|log| log.partition().clone())
    .collect()
}
