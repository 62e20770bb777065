//! One picture in the making: what all its parts share, and how a record is drawn.

use crate::protocol::TopicPartition;
use crate::scene::hits::Hits;
use crate::scene::keys::{KeyLook, Letter, Looks};
use crate::scene::lane::TILE;
use crate::scene::list::{Area, Dash, DisplayList, Layer, Paint, Type};
use crate::scene::role::Role;
use crate::scene::tiles::{Cache, KeyId, Kind, Tile};
use crate::scene::timeline::Timeline;
use crate::scene::{Detail, View};
use crate::sim::World;
use crate::words::StageWords;

/// What the parts of a picture share.
pub(super) struct Frame<'f, 'a> {
    pub(super) world: &'a World,
    pub(super) view: &'f View<'f>,
    pub(super) words: &'f dyn StageWords,
    pub(super) cache: &'f mut Cache,
    pub(super) timeline: Timeline<'a>,
    pub(super) looks: Looks,
    pub(super) list: DisplayList,
    pub(super) hits: Hits,
    /// Of records at rest.
    pub(super) detail: Detail,
    /// Of records on their way, which may be many more.
    pub(super) flight_detail: Detail,
    pub(super) highlighted: Option<KeyId>,
    pub(super) moving: bool,
}

/// How a record is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stand {
    pub(super) layer: Layer,
    pub(super) letter_layer: Layer,
    /// A later record has its key.
    pub(super) superseded: bool,
    pub(super) opacity: f32,
}

impl Stand {
    pub(super) const REST: Self =
        Self { layer: Layer::Tile, letter_layer: Layer::Letter, superseded: false, opacity: 1.0 };
    pub(super) const FLIGHT: Self =
        Self { layer: Layer::Flight, letter_layer: Layer::FlightLetter, ..Self::REST };
}

/// A key's colours: strong and soft.
pub(super) fn colours(look: KeyLook) -> (Role, Role) {
    match look.colour {
        Some(colour) => (Role::Key(colour), Role::KeySoft(colour)),
        None => (Role::Ink3, Role::Panel),
    }
}

impl Frame<'_, '_> {
    /// The picture's clock against the span of a transition.
    pub(super) fn now_ms(&self) -> f64 {
        self.view.now_ms
    }

    /// Whether a strip of the stage is in view.
    pub(super) fn in_view(&self, y: f32, height: f32) -> bool {
        y + height >= -40.0 && y <= self.view.height + 40.0
    }

    /// Draws a record of full size.
    pub(super) fn tile(&mut self, x: f32, y: f32, tile: &Tile, stand: Stand) {
        let area = Area::new(x, y, TILE.0, TILE.1);
        self.tile_in(area, tile, stand);
    }

    /// Draws a record in an area of any size.
    pub(super) fn tile_in(&mut self, area: Area, tile: &Tile, stand: Stand) {
        let look = self.looks.of(tile.key);
        let (strong, soft) = colours(look);
        if self.highlighted.is_some_and(|key| key == tile.key) {
            let ring = Paint::stroke(Role::Accent, 2.0);
            self.list.round(Layer::Ring, area.grown(2.0), 5.0, ring);
        }
        if tile.kind == Kind::Control {
            let (x, y) = area.centre();
            let paint = Paint::fill(Role::Ink3).faded(stand.opacity);
            self.list.shape(stand.layer, crate::scene::Form::Diamond, &[x, y, 6.0], paint);
            return;
        }
        let hollow = tile.kind == Kind::Tombstone;
        let paint = match (stand.superseded, hollow) {
            (true, _) => Paint::stroke(strong, 1.0).dashed(Dash::Short).faded(0.6 * stand.opacity),
            (false, true) => Paint::fill(Role::Panel).edged(strong, 1.4).faded(stand.opacity),
            (false, false) => Paint::fill(soft).edged(strong, 1.2).faded(stand.opacity),
        };
        let detail = if stand.layer == Layer::Flight { self.flight_detail } else { self.detail };
        if detail == Detail::Plain {
            let paint = if stand.superseded || hollow { paint } else { Paint::fill(strong) };
            self.list.rect(stand.layer, area, paint);
            return;
        }
        self.list.round(stand.layer, area, 3.5, paint);
        if detail == Detail::Full && area.w >= TILE.0 {
            self.letter(area, look, hollow, strong, stand);
        }
    }

    fn letter(&mut self, area: Area, look: KeyLook, hollow: bool, strong: Role, stand: Stand) {
        let (x, y) = (area.x + area.w / 2.0, area.y + if hollow { 15.0 } else { 19.0 });
        let opacity = if stand.superseded { 0.8 * stand.opacity } else { stand.opacity };
        let mut style = Type::sans(11, strong).middle().faded(opacity);
        if !stand.superseded {
            style = style.bold();
        }
        match look.letter {
            Letter::Char(c) => {
                self.list.label_with(stand.letter_layer, x, y, style, |words| words.push(c))
            }
            Letter::Number(n) if n < 100 => {
                self.list.label(stand.letter_layer, x, y, style, &n.to_string());
            }
            _ => {}
        }
        let paint = Paint::fill(strong).faded(opacity);
        if hollow {
            let bar = Area::new(area.x + 3.5, area.y + 20.0, area.w - 7.0, 3.0);
            self.list.rect(stand.letter_layer, bar, paint);
        }
        for dot in 0..look.pattern {
            let left = x - f32::from(look.pattern) * 2.0 + f32::from(dot) * 4.0 + 1.0;
            let dot = Area::new(left, area.y + area.h - 5.5, 2.0, 2.0);
            self.list.rect(stand.letter_layer, dot, paint);
        }
    }

    /// Words, cut to their room.
    pub(super) fn fitted(
        &mut self,
        layer: Layer,
        x: f32,
        y: f32,
        style: Type,
        text: &str,
        room: f32,
    ) {
        if style.width_of(text) <= room {
            self.list.label(layer, x, y, style, text);
        } else {
            let size = f32::from(style.size);
            let cut = crate::scene::fitted(text, style.font, size, style.bold, room);
            self.list.label(layer, x, y, style, &cut);
        }
    }

    /// Rings around what is selected and what has the keyboard.
    pub(super) fn rings(&mut self) {
        let subjects = [(self.view.selected, 1.6, 3.0), (self.view.focused, 2.4, 5.0)];
        for (subject, width, margin) in subjects {
            let Some(area) = subject.and_then(|subject| self.hits.area_of(subject)) else {
                continue;
            };
            let paint = Paint::stroke(Role::Accent, width);
            self.list.round(Layer::Ring, area.grown(margin), 8.0, paint);
        }
    }

    /// How many partitions a topic has.
    pub(super) fn partition_count(&self, partition: &TopicPartition) -> u32 {
        let topic = self.world.broker().topic(&partition.topic);
        topic.map_or(1, |image| image.partitions.len() as u32)
    }
}
