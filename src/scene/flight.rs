//! Records and commits on their way, drawn from when they left and when they arrive.

use std::rc::Rc;

use crate::protocol::request::{Body, Request, Response};
use crate::protocol::{MessageId, NodeId, Subject, sort_by_key};
use crate::scene::Detail;
use crate::scene::frame::{Frame, Stand, colours};
use crate::scene::lane::{STEP, TILE};
use crate::scene::list::{Area, Dash, Form, Layer, Paint, Type};
use crate::scene::role::Role;
use crate::scene::tiles::{Cache, FlyingBatch, Tile};
use crate::scene::timeline::mix;
use crate::sim::World;

/// A Produce request on its way.
#[derive(Clone, Debug)]
pub(super) struct Flight {
    pub(super) message: MessageId,
    pub(super) from: NodeId,
    pub(super) batches: Rc<[FlyingBatch]>,
    /// From 0 to 1.
    pub(super) progress: f32,
    /// It has left.
    pub(super) flying: bool,
    lost: bool,
}

impl Flight {
    /// The record that the card is about: the first one with a key, else the first.
    pub(super) fn first_record(&self) -> Option<(&FlyingBatch, &Tile)> {
        let all = || self.batches.iter().flat_map(|b| b.tiles.iter().map(move |tile| (b, tile)));
        all()
            .find(|(_, tile)| tile.key != crate::scene::tiles::KeyId::NONE)
            .or_else(|| all().next())
    }
}

/// A cubic curve.
#[derive(Clone, Copy, Debug)]
pub(super) struct Curve(pub(super) [f32; 8]);

impl Curve {
    /// From left to right, level at both ends.
    pub(super) fn level(from: (f32, f32), to: (f32, f32)) -> Self {
        let middle = mix(from.0, to.0, 0.5);
        Self([from.0, from.1, middle, from.1, middle, to.1, to.0, to.1])
    }

    /// From top to bottom, upright at both ends.
    pub(super) fn upright(from: (f32, f32), to: (f32, f32)) -> Self {
        let middle = mix(from.1, to.1, 0.5);
        Self([from.0, from.1, from.0, middle, to.0, middle, to.0, to.1])
    }

    /// A point of it.
    pub(super) fn at(&self, t: f32) -> (f32, f32) {
        let p = &self.0;
        let u = 1.0 - t;
        let (a, b, c, d) = (u * u * u, 3.0 * u * u * t, 3.0 * u * t * t, t * t * t);
        (a * p[0] + b * p[2] + c * p[4] + d * p[6], a * p[1] + b * p[3] + c * p[5] + d * p[7])
    }
}

/// All Produce requests, in the order in which they left.
pub(super) fn flights(world: &World, cache: &mut Cache, now_ms: f64, still: bool) -> Vec<Flight> {
    let mut found: Vec<(u64, Flight)> = Vec::new();
    for message in world.messages() {
        if !matches!(&*message.body, Body::Request(Request::Produce { .. })) {
            continue;
        }
        let flying = now_ms >= message.sent_ms as f64;
        let progress = progress(now_ms, message.sent_ms, message.due_ms, still);
        let flight = Flight {
            message: message.id,
            from: message.from,
            batches: cache.flight(message),
            progress,
            flying,
            lost: message.lost,
        };
        found.push((message.sent_ms, flight));
    }
    sort_by_key(&mut found, |(sent_ms, flight)| (*sent_ms, flight.message));
    found.into_iter().map(|(_, flight)| flight).collect()
}

/// How far on its way; half-way where nothing moves.
fn progress(now_ms: f64, sent_ms: u64, due_ms: u64, still: bool) -> f32 {
    if still {
        return 0.5;
    }
    let span = (due_ms.saturating_sub(sent_ms)) as f64;
    if span <= 0.0 {
        return 1.0;
    }
    ((now_ms - sent_ms as f64) / span).clamp(0.0, 1.0) as f32
}

/// Slow in the middle, where the hash is read.
fn paced(t: f32) -> f32 {
    let u = 2.0 * t - 1.0;
    0.5 + 0.5 * (0.4 * u + 0.6 * u * u * u)
}

impl Frame<'_, '_> {
    /// Draws a batch on its way along `curve`.
    pub(super) fn flight(&mut self, flight: &Flight, batch: &FlyingBatch, curve: Curve) {
        self.moving = true;
        let t = paced(flight.progress);
        let (x, y) = curve.at(t);
        if !self.in_view(y, 0.0) {
            return;
        }
        // A lost request fades on the second half of its way.
        let opacity =
            if flight.lost { (2.0 - 2.0 * flight.progress).clamp(0.15, 1.0) } else { 1.0 };
        let count = batch.tiles.len();
        let Some(first) = batch.tiles.first() else { return };
        if self.flight_detail == Detail::Full {
            let (strong, _) = colours(self.looks.of(first.key));
            let trail = Paint::stroke(strong, 1.4).dashed(Dash::Dots);
            self.list.shape(Layer::Ground, Form::Curve, &curve.0, trail);
        }
        let stand = Stand { opacity, ..Stand::FLIGHT };
        let area = if count <= 4 && self.flight_detail == Detail::Full {
            let w = STEP * count as f32 - (STEP - TILE.0);
            let area = Area::new(x - w / 2.0, y - TILE.1 / 2.0, w, TILE.1);
            if count > 1 {
                let glass = Paint::fill(Role::GlassActive).edged(Role::Line2, 1.0);
                self.list.round(Layer::FlightBack, area.grown(3.0), 6.0, glass);
            }
            for (nth, tile) in batch.tiles.iter().enumerate() {
                self.tile(area.x + STEP * nth as f32, area.y, tile, stand);
            }
            area
        } else {
            self.crowd(batch, (x, y), stand)
        };
        self.hits.add(area.grown(3.0), Subject::Message(flight.message));
    }

    /// Many records as small marks in one glass.
    fn crowd(&mut self, batch: &FlyingBatch, (x, y): (f32, f32), stand: Stand) -> Area {
        let count = batch.tiles.len();
        let cell = if count == 1 {
            9.0
        } else if count <= 100 {
            6.0
        } else {
            3.0
        };
        let rows = ((count as f32).sqrt().ceil() as usize).clamp(1, 48);
        let columns = count.div_ceil(rows);
        let (w, h) = (columns as f32 * cell, rows as f32 * cell);
        let area = Area::new(x - w / 2.0, y - h / 2.0, w, h);
        if count > 1 && self.flight_detail >= Detail::Rounded {
            let glass = Paint::fill(Role::GlassActive).edged(Role::Line2, 1.0);
            self.list.round(Layer::FlightBack, area.grown(3.0), 4.0, glass);
        }
        for (nth, tile) in batch.tiles.iter().enumerate() {
            let (column, row) = ((nth / rows) as f32, (nth % rows) as f32);
            let mark =
                Area::new(area.x + column * cell, area.y + row * cell, cell - 1.0, cell - 1.0);
            let (strong, _) = colours(self.looks.of(tile.key));
            if self.highlighted.is_some_and(|key| key == tile.key) {
                self.list.rect(Layer::Ring, mark.grown(1.0), Paint::stroke(Role::Accent, 1.6));
            }
            self.list.rect(stand.layer, mark, Paint::fill(strong).faded(stand.opacity));
        }
        area
    }

    /// Commits on their way to the coordinator, and its answers on their way back.
    ///
    /// `consumer` gives the point of a member, `strip` where the next record lands.
    pub(super) fn commits(
        &mut self,
        consumer: impl Fn(NodeId) -> Option<(f32, f32)>,
        strip: Option<(f32, f32)>,
    ) {
        let Some(to) = strip else { return };
        let world = self.world;
        for message in world.messages() {
            if self.now_ms() < message.sent_ms as f64 {
                continue;
            }
            let still = self.view.reduced_motion;
            let t = progress(self.now_ms(), message.sent_ms, message.due_ms, still);
            match &*message.body {
                Body::Request(Request::OffsetCommit { offsets, .. }) => {
                    let Some(from) = consumer(message.from) else { continue };
                    self.moving = true;
                    let curve = Curve::upright(from, to);
                    let trail = Paint::stroke(Role::Accent, 1.5).dashed(Dash::Dots);
                    self.list.shape(Layer::Ground, Form::Curve, &curve.0, trail);
                    let (x, y) = curve.at(paced(t));
                    for (nth, offset) in offsets.iter().take(3).enumerate() {
                        let text = format!("{} → {}", offset.partition.partition, offset.offset);
                        let style = Type::mono(Role::Accent).middle();
                        let w = style.width_of(&text) + 10.0;
                        let y = y + 24.0 * nth as f32;
                        let area = Area::new(x - w / 2.0, y - 10.0, w, 20.0);
                        let paint = Paint::fill(Role::Panel).edged(Role::Accent, 1.2);
                        self.list.round(Layer::Flight, area, 4.0, paint);
                        self.list.label(Layer::FlightLetter, x, y + 4.0, style, &text);
                        self.hits.add(area, Subject::Message(message.id));
                    }
                }
                Body::Response(Response::OffsetCommit { .. }) => {
                    let Some(from) = consumer(message.to) else { continue };
                    self.moving = true;
                    let (x, y) = Curve::upright(to, from).at(t);
                    let dot = Area::new(x - 2.5, y - 2.5, 5.0, 5.0);
                    self.list.round(Layer::Flight, dot, 2.5, Paint::fill(Role::Accent));
                    self.hits.add(dot, Subject::Message(message.id));
                }
                _ => {}
            }
        }
    }
}
