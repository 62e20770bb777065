//! Producers: their settings that matter here, and the records that wait in them.

use crate::protocol::config::Setting;
use crate::protocol::{ClientId, NodeId, Subject};
use crate::scene::flight::Flight;
use crate::scene::frame::{Frame, Stand};
use crate::scene::lane::{STEP, TILE};
use crate::scene::list::{Area, Dash, Layer, Paint, Type};
use crate::scene::role::Role;
use crate::scene::tiles::{KeyId, Kind, Tile};
use crate::sim::Client;

/// A producer on the stage.
#[derive(Clone, Copy, Debug)]
pub(super) struct ProducerBox {
    pub(super) client: ClientId,
    pub(super) area: Area,
    /// Where its records' hash is shown; on a narrow stage all share one place.
    pub(super) card: Area,
}

/// The records that wait in a producer: keys and kinds, and their send numbers.
pub(super) fn waiting(client: &Client) -> impl Iterator<Item = (u64, Option<&[u8]>, bool)> {
    let queues = client.producer().into_iter().flat_map(|producer| producer.queues());
    queues
        .flat_map(|(_, batch)| batch.records.iter())
        .map(|record| (record.number, record.key.as_deref(), record.value.is_none()))
}

impl Frame<'_, '_> {
    /// Draws a producer with what waits in it.
    pub(super) fn producer(&mut self, at: &ProducerBox, narrow: bool) {
        let world = self.world;
        let Some(client) = world.client(at.client) else { return };
        let area = at.area;
        let running = client.is_running();
        let mut paint = Paint::fill(Role::Panel).edged(Role::Line2, 1.0);
        if !running {
            paint = Paint::stroke(Role::Ink3, 1.2).dashed(Dash::Long);
        }
        self.list.round(Layer::Box, area, 12.0, paint);
        self.hits.add(area, Subject::Client(at.client));
        let pad = if narrow { 8.0 } else { 12.0 };
        let role = if running { Role::Ink } else { Role::Ink3 };
        let name = Type::sans(13, role).bold();
        let x = area.x + pad;
        let room = area.w - 2.0 * pad;
        self.fitted(
            Layer::Text,
            x,
            area.y + if narrow { 17.0 } else { 20.0 },
            name,
            &client.name,
            room,
        );
        let small = Type::sans(11, Role::Ink3);
        if !running {
            let state = if client.is_closed() {
                self.words.producer_closed()
            } else {
                self.words.producer_crashed()
            };
            self.fitted(
                Layer::Text,
                x,
                area.y + if narrow { 33.0 } else { 37.0 },
                small,
                state,
                room,
            );
            self.cross(area, client.is_closed());
            return;
        }
        let Some(producer) = client.producer() else { return };
        let text = |setting| producer.settings().get(setting).to_string();
        let (acks, linger) = (text(Setting::Acks), text(Setting::LingerMs));
        let tiles_room = 3.0 * STEP + 8.0;
        if narrow {
            let count = waiting(client).count() as u64;
            let line = match count {
                0 => format!("acks={acks}"),
                _ => format!("acks={acks} {}", self.words.more(count)),
            };
            self.fitted(Layer::Text, x, area.y + 33.0, small, &line, room);
            return;
        }
        let room = area.w - pad - tiles_room;
        self.fitted(Layer::Text, x, area.y + 36.0, small, &format!("acks={acks}"), room);
        self.fitted(Layer::Text, x, area.y + 50.0, small, &format!("linger.ms={linger}"), room);
        self.waiting_tiles(client, area);
    }

    fn waiting_tiles(&mut self, client: &Client, area: Area) {
        let count = waiting(client).count();
        let shown = if count > 3 { 2 } else { count };
        let mut x = area.x + area.w - 8.0 - TILE.0;
        if count > shown {
            let text = self.words.more((count - shown) as u64);
            let style = Type::sans(11, Role::Ink2).end();
            self.list.label(Layer::Text, area.x + area.w - 8.0, area.y + 41.0, style, &text);
            x -= STEP;
        }
        for (number, key, tombstone) in waiting(client).take(shown) {
            let key = key.map_or(KeyId::NONE, |key| self.cache.id(key).unwrap_or(KeyId::NONE));
            let kind = if tombstone { Kind::Tombstone } else { Kind::Value };
            let tile = Tile { offset: 0, key, kind, batch: 0 };
            let at = Area::new(x, area.y + 23.0, TILE.0, TILE.1);
            self.tile_in(at, &tile, Stand::REST);
            self.hits.add(at, Subject::Unsent(client.id, number));
            x -= STEP;
        }
    }

    /// What tells a dead process from one that has closed, without colour.
    pub(super) fn cross(&mut self, area: Area, closed: bool) {
        let (x, y, r) = (area.x + area.w - 16.0, area.y + 15.0, 4.0);
        let paint = Paint::stroke(Role::Ink3, 1.6);
        self.list.line(Layer::Mark, (x - r, y - r), (x + r, y + r), paint);
        if !closed {
            self.list.line(Layer::Mark, (x - r, y + r), (x + r, y - r), paint);
        }
    }

    /// The card with the hash of the newest record of a producer that is on its way.
    pub(super) fn hash_card(&mut self, at: &ProducerBox, flights: &[Flight], narrow: bool) {
        let newest = flights
            .iter()
            .rev()
            .find(|flight| flight.flying && (narrow || flight.from == NodeId::Client(at.client)));
        let Some(flight) = newest else { return };
        let Some((batch, tile)) = flight.first_record() else { return };
        let lines = self.card_lines(batch, tile.key);
        let look = self.looks.of(tile.key);
        let (strong, _) = crate::scene::frame::colours(look);
        let area = at.card;
        self.list.round(Layer::Card, area, 9.0, Paint::fill(Role::Panel).edged(strong, 1.0));
        self.hits.add(area, Subject::Message(flight.message));
        let plain = Type::mono(Role::Ink2);
        let (x, y) = (area.x + 9.0, area.y);
        let result = Type::mono(strong).bold();
        let ink = Type::mono(Role::Ink);
        if narrow {
            let first = format!("{} {}", lines.bytes, lines.hash);
            self.fitted(Layer::CardText, x, y + 15.0, plain, first.trim_end(), area.w - 18.0);
            self.equation(x, y + 30.0, &lines, ink, result);
        } else {
            self.fitted(Layer::CardText, x, y + 14.0, plain, &lines.bytes, area.w - 18.0);
            self.fitted(Layer::CardText, x, y + 28.0, plain, &lines.hash, area.w - 18.0);
            self.equation(x, y + 42.0, &lines, ink, result);
        }
    }

    fn equation(&mut self, x: f32, y: f32, lines: &CardLines, ink: Type, result: Type) {
        self.list.label(Layer::CardText, x, y, ink, &lines.modulo);
        let after = x + ink.width_of(&lines.modulo) + 6.6;
        self.list.label(Layer::CardText, after, y, result, &lines.partition);
    }

    fn card_lines(&self, batch: &crate::scene::tiles::FlyingBatch, key: KeyId) -> CardLines {
        let target = batch.partition.partition;
        let partition = target.to_string();
        let Some(bytes) = self.cache.key(key) else {
            let class = crate::protocol::config::ROUND_ROBIN_PARTITIONER;
            let clients = self.world.clients().iter().filter_map(|client| client.producer());
            let sticky = !clients
                .filter_map(|producer| producer.settings().text(Setting::PartitionerClass))
                .any(|name| *name == *class);
            let choice = self.words.no_key_choice(sticky).to_owned();
            let bytes = self.words.no_key().to_owned();
            return CardLines { bytes, hash: choice, modulo: "→".to_owned(), partition };
        };
        let mut hex = String::new();
        for (nth, byte) in bytes.iter().enumerate() {
            if nth == 6 {
                hex.push('…');
                break;
            }
            hex.push_str(&format!("{byte:02x} "));
        }
        let count = self.partition_count(&batch.partition);
        let hash = crate::protocol::KeyHash::of(bytes, count.max(1));
        if hash.partition != target {
            let modulo = format!("{} =", self.words.partition_given());
            let hash = format!("→ {}", hash.hash);
            return CardLines { bytes: hex.trim_end().to_owned(), hash, modulo, partition };
        }
        CardLines {
            bytes: hex.trim_end().to_owned(),
            hash: format!("→ {}", hash.hash),
            modulo: format!("& 7fffffff % {count} ="),
            partition,
        }
    }
}

/// What stands on a card.
struct CardLines {
    bytes: String,
    hash: String,
    modulo: String,
    partition: String,
}
