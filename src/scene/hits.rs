//! What lies under a point, and where a thing is.

use crate::protocol::{Offset, Subject, TopicPartition};
use crate::scene::list::Area;

/// How far from a small thing a finger may be.
const REACH: f32 = 12.0;

/// Records beside each other: one area, and where each of them begins.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    area: Area,
    partition: TopicPartition,
    tile_width: f32,
    first: u32,
    end: u32,
}

/// Everything that can be pointed at. Later ones lie above earlier ones.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hits {
    areas: Vec<(Area, Subject)>,
    rows: Vec<Row>,
    /// Left edges and offsets of the rows' records.
    tiles: Vec<(f32, u64)>,
}

impl Hits {
    pub(super) fn add(&mut self, area: Area, subject: Subject) {
        self.areas.push((area, subject));
    }

    /// A row of records; `fill` pushes left edges and offsets, from left to right.
    pub(super) fn add_row(
        &mut self,
        area: Area,
        tile_width: f32,
        partition: &TopicPartition,
        fill: impl FnOnce(&mut Vec<(f32, u64)>),
    ) {
        let first = self.tiles.len() as u32;
        fill(&mut self.tiles);
        let end = self.tiles.len() as u32;
        if end > first {
            let partition = partition.clone();
            self.rows.push(Row { area, partition, tile_width, first, end });
        }
    }

    /// The topmost thing at a point; else a small one within a finger's reach.
    #[must_use]
    pub fn hit(&self, x: f32, y: f32) -> Option<Subject> {
        let record = self.rows.iter().rev().find_map(|row| {
            let tiles = &self.tiles[row.first as usize..row.end as usize];
            let inside = row.area.contains(x, y);
            let tile = tiles.iter().find(|(left, _)| x >= *left && x < *left + row.tile_width);
            let (_, offset) = tile.filter(|_| inside)?;
            Some(Subject::Record(row.partition.clone(), Offset(*offset)))
        });
        // Flights and cursors are small and lie above records, boxes are large and lie below them.
        let small = |area: &Area| area.w * area.h <= 60.0 * 40.0;
        let areas = || self.areas.iter().rev().filter(|(area, _)| area.contains(x, y));
        if let Some((_, subject)) = areas().find(|(area, _)| small(area)) {
            return Some(subject.clone());
        }
        let box_hit = areas().next().map(|(_, subject)| subject.clone());
        record.or(box_hit).or_else(|| {
            let near = |area: &Area| {
                let (cx, cy) = area.centre();
                (cx - x).abs().max((cy - y).abs())
            };
            let small = self.areas.iter().filter(|(area, _)| small(area));
            small
                .map(|(area, subject)| (near(area) - area.w.max(area.h) / 2.0, subject))
                .filter(|(distance, _)| *distance <= REACH)
                .min_by(|a, b| a.0.total_cmp(&b.0))
                .map(|(_, subject)| subject.clone())
        })
    }

    /// Where a thing is, if it is on the stage.
    #[must_use]
    pub fn area_of(&self, subject: &Subject) -> Option<Area> {
        if let Subject::Record(partition, offset) = subject {
            return self.rows.iter().filter(|row| row.partition == *partition).find_map(|row| {
                let tiles = &self.tiles[row.first as usize..row.end as usize];
                let (left, _) = tiles.iter().find(|(_, tile)| *tile == offset.0)?;
                Some(Area::new(*left, row.area.y, row.tile_width, row.area.h))
            });
        }
        self.areas.iter().find(|(_, known)| known == subject).map(|(area, _)| *area)
    }

    /// All things with an area of their own, records aside.
    pub fn subjects(&self) -> impl Iterator<Item = (&Area, &Subject)> {
        self.areas.iter().map(|(area, subject)| (area, subject))
    }

    /// All records in view.
    pub fn records(&self) -> impl Iterator<Item = (&TopicPartition, u64)> {
        self.rows.iter().flat_map(|row| {
            let tiles = &self.tiles[row.first as usize..row.end as usize];
            tiles.iter().map(|(_, offset)| (&row.partition, *offset))
        })
    }
}
