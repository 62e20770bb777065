//! Where everything stands: producers on the left, lanes that grow to the right, consumers; below
//! them what Kafka does later. A narrow stage has the same things in one column.

use crate::protocol::{NodeId, Subject, Topic, TopicPartition};
use crate::scene::compacted::{Side, superseded};
use crate::scene::flight::{Curve, Flight, flights};
use crate::scene::frame::Frame;
use crate::scene::group::{GroupBox, cursors, groups, reads};
use crate::scene::hits::Hits;
use crate::scene::keys::Looks;
use crate::scene::lane::{BOX_HEIGHT, Lane, Room};
use crate::scene::list::{Area, DisplayList, Layer, Paint, Type};
use crate::scene::log::{CURSOR_ROW, Cursor, Dress, MOUTH};
use crate::scene::offsets::{self, Strip};
use crate::scene::producers::{ProducerBox, waiting};
use crate::scene::role::Role;
use crate::scene::tiles::{Cache, KeyId};
use crate::scene::timeline::Timeline;
use crate::scene::{Detail, NARROW, Scene, View, tree};
use crate::sim::{Client, Event, World};
use crate::words::StageWords;

/// Left and right margin.
const MARGIN: f32 = 4.0;
/// Where lanes begin on a wide stage.
const LANE_X: f32 = 268.0;
/// From one lane to the next.
const LANE_PITCH: f32 = 98.0;
const PRODUCER: (f32, f32) = (148.0, 58.0);
const PRODUCER_PITCH: f32 = 116.0;
const GROUP_WIDTH: f32 = 132.0;
/// Between lanes and group, where lines bend.
const GUTTER: f32 = 28.0;
/// A wide stage has `__consumer_offsets` beside the first compacted topic from this width on.
const BESIDE: f32 = 1000.0;
/// From the cleaner's numbers down to the lane on a narrow stage.
const NARROW_CLEANER: f32 = 86.0;
const STRIP_WIDTH: f32 = 264.0;
/// What the broker's chip takes of the first topic's line.
const CHIP_ROOM: f32 = 136.0;

/// A topic on the stage.
#[derive(Debug)]
pub(super) struct TopicBlock<'a> {
    pub(super) topic: Topic,
    pub(super) compact: bool,
    /// Where the name stands.
    name: (f32, f32),
    name_room: f32,
    pub(super) lanes: Vec<Lane<'a>>,
    pub(super) cursors: Vec<Vec<Cursor>>,
    dress: Dress,
}

/// Everything with its place. Coordinates count from the top of what is in view.
#[derive(Debug)]
pub(super) struct Stage<'a> {
    narrow: bool,
    pub(super) producers: Vec<ProducerBox>,
    pub(super) topics: Vec<TopicBlock<'a>>,
    pub(super) groups: Vec<GroupBox>,
    pub(super) strips: Vec<Strip>,
    /// A rule between what happens now and what happens later.
    rule_y: Option<f32>,
    /// Where the broker's chip ends at the right, and its middle.
    broker_at: (f32, f32),
    /// Where a broker that is down says so.
    banner_y: f32,
    bottom: f32,
}

type Groups<'a> = Vec<(crate::protocol::GroupId, Vec<&'a Client>)>;

struct Planner<'p, 'a> {
    world: &'a World,
    view: &'p View<'p>,
    cache: &'p mut Cache,
    timeline: &'p Timeline<'a>,
    groups: Groups<'a>,
}

pub(super) fn compose<'a>(
    world: &'a World,
    recent: impl DoubleEndedIterator<Item = &'a Event>,
    view: &View<'_>,
    words: &dyn StageWords,
    cache: &mut Cache,
) -> Scene {
    cache.begin();
    let timeline = Timeline::new(world, recent, view);
    let stage = {
        let groups = groups(world);
        let mut planner = Planner { world, view, cache, timeline: &timeline, groups };
        if view.width < NARROW { planner.narrow() } else { planner.wide() }
    };
    let flights = flights(world, cache, view.now_ms, view.reduced_motion);
    let (visible, resting) = visible_keys(world, cache, &stage, &flights);
    let looks = Looks::new(world, cache, &visible);
    let detail = Detail::for_count(resting).min(view.most_detail);
    let flight_detail = Detail::for_count(visible.len()).min(view.most_detail);
    let highlighted = view.highlighted_key.and_then(|key| cache.id(key));
    let mut frame = Frame {
        world,
        view,
        words,
        cache,
        timeline,
        looks,
        list: DisplayList::default(),
        hits: Hits::default(),
        detail,
        flight_detail,
        highlighted,
        moving: false,
    };
    frame.stage(&stage, &flights);
    frame.rings();
    frame.list.sort();
    let tree = if view.with_tree { tree::tree(&frame, &stage, &flights) } else { Vec::new() };
    let height = stage.bottom + view.scroll;
    Scene { list: frame.list, hits: frame.hits, tree, height, moving: frame.moving }
}

/// The key of every record that is drawn, and how many of them are at rest.
fn visible_keys(
    world: &World,
    cache: &mut Cache,
    stage: &Stage<'_>,
    flights: &[Flight],
) -> (Vec<KeyId>, usize) {
    let mut keys: Vec<KeyId> = Vec::new();
    for lane in stage.topics.iter().flat_map(|topic| &topic.lanes) {
        for place in &lane.places {
            keys.extend(place.visible().iter().map(|tile| tile.key));
        }
    }
    for client in world.clients() {
        for (_, key, _) in waiting(client).take(3) {
            keys.push(cache.intern(key));
        }
    }
    let resting = keys.len();
    for batch in flights.iter().flat_map(|flight| flight.batches.iter()) {
        keys.extend(batch.tiles.iter().map(|tile| tile.key));
    }
    (keys, resting)
}

impl<'a> Planner<'_, 'a> {
    fn topics(&self, compact: bool) -> Vec<Topic> {
        let broker = self.world.broker();
        let mut topics = Vec::new();
        for (topic, image) in broker.topics() {
            if topic.is_internal() || image.partitions.is_empty() {
                continue;
            }
            let first = TopicPartition::new(topic, 0);
            let is_compact = broker.logs().get(&first).is_some_and(|log| log.config().compact);
            if is_compact == compact {
                topics.push(topic.clone());
            }
        }
        topics
    }

    fn partitions(&self, topic: &Topic) -> Vec<TopicPartition> {
        let image = self.world.broker().topic(topic);
        let count = image.map_or(0, |image| image.partitions.len() as u32);
        (0..count).map(|partition| TopicPartition::new(topic, partition)).collect()
    }

    fn lane(&mut self, partition: &TopicPartition, room: Room, y: f32) -> Option<Lane<'a>> {
        let log = self.world.broker().logs().get(partition)?;
        let rolled = self
            .timeline
            .rolled
            .iter()
            .any(|rolled| rolled.partition == partition && rolled.ago.progress < 1.0);
        Some(Lane::new(self.cache, log, room, y, rolled))
    }

    /// Lanes below each other from `y` on; returns where they end.
    #[allow(clippy::too_many_arguments, reason = "one call a kind of topic and width")]
    fn block(
        &mut self,
        topic: &Topic,
        compact: bool,
        name: (f32, f32),
        name_room: f32,
        room: Room,
        dress: Dress,
        first_y: f32,
        pitch: f32,
    ) -> (TopicBlock<'a>, f32) {
        let mut y = first_y;
        let (mut lanes, mut all_cursors) = (Vec::new(), Vec::new());
        for partition in self.partitions(topic) {
            let Some(mut lane) = self.lane(&partition, room, y) else { continue };
            let cursors = cursors(self.world, &self.groups, &partition);
            lane.cleaned_below += CURSOR_ROW * cursors.len().saturating_sub(1) as f32;
            y += pitch + CURSOR_ROW * (cursors.len().max(1) - 1) as f32;
            if compact && !cursors.is_empty() {
                y += CURSOR_ROW;
            }
            lanes.push(lane);
            all_cursors.push(cursors);
        }
        let topic = topic.clone();
        let cursors = all_cursors;
        (TopicBlock { topic, compact, name, name_room, lanes, cursors, dress }, y)
    }

    fn producer_ids(&self) -> Vec<crate::protocol::ClientId> {
        let clients = self.world.clients().iter();
        clients.filter(|client| client.producer().is_some()).map(|client| client.id).collect()
    }

    fn wide(&mut self) -> Stage<'a> {
        let top = -self.view.scroll;
        let width = self.view.width;
        let mut producers = Vec::new();
        for (nth, client) in self.producer_ids().into_iter().enumerate() {
            let y = top + 6.0 + PRODUCER_PITCH * nth as f32;
            let area = Area::new(MARGIN, y, PRODUCER.0, PRODUCER.1);
            let card = Area::new(MARGIN, y + PRODUCER.1 + 4.0, PRODUCER.0, 49.0);
            producers.push(ProducerBox { client, area, card });
        }
        let producers_end = top + PRODUCER_PITCH * producers.len() as f32;

        let plain = self.topics(false);
        let with_groups = !self.groups.is_empty();
        let group_x = width - GROUP_WIDTH - 2.0;
        let right = if with_groups { group_x - GUTTER } else { width - MARGIN };
        let room = Room { x: LANE_X, width: right - LANE_X - 100.0, slots: 8 };
        let dress = Dress { right, narrow: false, share_in_name: false };
        let mut topics = Vec::new();
        let mut y = top;
        for topic in plain {
            let name_room =
                if y > top { right } else { right.min(group_x - 60.0) - CHIP_ROOM } - LANE_X;
            let name = (LANE_X, y + 18.0);
            let (block, end) =
                self.block(&topic, false, name, name_room, room, dress, y + 52.0, LANE_PITCH);
            y = end.max(y + 52.0);
            topics.push(block);
        }
        let (groups, groups_end) = self.wide_groups(group_x, top, y);
        let now_end = y.max(producers_end).max(groups_end).max(top + 60.0);

        let compacted = self.topics(true);
        let partitions = self.strip_partitions();
        let rule_y = (!compacted.is_empty() || !partitions.is_empty()).then_some(now_end + 6.0);
        let mut y = now_end + 8.0;
        let beside = width >= BESIDE && !compacted.is_empty() && partitions.len() == 1;
        let mut strips = Vec::new();
        for (nth, topic) in compacted.iter().enumerate() {
            let shared = beside && nth == 0;
            let right = if shared { width - STRIP_WIDTH - 26.0 } else { width - MARGIN };
            let words = if shared { 0.0 } else { 100.0 };
            let room = Room { x: LANE_X, width: right - LANE_X - words, slots: 8 };
            let dress = Dress { right, narrow: false, share_in_name: shared };
            let name = (MARGIN, y + 22.0);
            let (block, end) =
                self.block(topic, true, name, right - MARGIN, room, dress, y + 46.0, 172.0);
            if shared {
                let area = Area::new(width - STRIP_WIDTH - 2.0, y + 46.0, STRIP_WIDTH, BOX_HEIGHT);
                strips.push(Strip { partition: partitions[0].clone(), area });
            }
            topics.push(block);
            // The last lane needs no room for another lane's names.
            y = end - 22.0;
        }
        if !beside {
            for partition in partitions {
                let area = Area::new(LANE_X, y + 38.0, width - LANE_X - MARGIN, BOX_HEIGHT);
                strips.push(Strip { partition, area });
                y += 38.0 + BOX_HEIGHT + 38.0;
            }
        }
        let banner_y = top + 34.0;
        let chip_right = if with_groups { right.min(group_x - 60.0) } else { right };
        Stage {
            broker_at: (chip_right, top + 16.0),
            narrow: false,
            producers,
            topics,
            groups,
            strips,
            rule_y,
            banner_y,
            bottom: y.max(now_end) + 8.0,
        }
    }

    fn strip_partitions(&self) -> Vec<TopicPartition> {
        offsets::partitions(self.world.broker().logs().logs().map(|log| &**log))
    }

    fn wide_groups(&self, x: f32, top: f32, lanes_end: f32) -> (Vec<GroupBox>, f32) {
        let mut boxes = Vec::new();
        let mut y = top;
        let count = self.groups.len();
        for (nth, (id, members)) in self.groups.iter().enumerate() {
            let least = 60.0 * members.len() as f32 + 14.0;
            // One group stands beside its lanes, several share the height.
            let share = (lanes_end - 14.0 - y) / (count - nth) as f32 - 52.0;
            let frame = Area::new(x, y + 52.0, GROUP_WIDTH, least.max(share));
            let pitch = frame.h / members.len() as f32;
            let members = members.iter().enumerate().map(|(nth, client)| {
                let middle = frame.y + pitch * (nth as f32 + 0.5);
                (client.id, Area::new(x + 10.0, middle - 26.0, GROUP_WIDTH - 20.0, 52.0))
            });
            // Beside the lower ones lanes have words of their own.
            let room = if nth == 0 { 215.0 } else { GROUP_WIDTH + 40.0 };
            boxes.push(GroupBox { id: id.clone(), frame, room, members: members.collect() });
            y = frame.y + frame.h + 14.0;
        }
        (boxes, y)
    }

    fn narrow(&mut self) -> Stage<'a> {
        let top = -self.view.scroll;
        let width = self.view.width;
        let (x, inner) = (1.0, width - 2.0);
        let mut y = top + 1.0;
        let ids = self.producer_ids();
        let chips = chips(x, y, inner, ids.len());
        y = chips.last().map_or(y, |area| area.y + area.h + 6.0);
        let card = Area::new(x, y, inner.min(260.0), 38.0);
        let producers = ids.into_iter().zip(chips);
        let producers: Vec<ProducerBox> =
            producers.map(|(client, area)| ProducerBox { client, area, card }).collect();
        y += if producers.is_empty() { 0.0 } else { card.h + 4.0 };
        let banner_y = y + 16.0;
        y += if self.world.broker().is_running() { 0.0 } else { 22.0 };

        let dress = Dress { right: width - 1.0, narrow: true, share_in_name: true };
        let room = Room { x, width: inner, slots: 6 };
        let broker_at = (width - 1.0, y + 16.0);
        let chip_room = if self.world.broker().is_running() { 84.0 } else { CHIP_ROOM };
        let (mut topics, mut group_boxes) = (Vec::new(), Vec::new());
        let mut shown: Vec<crate::protocol::GroupId> = Vec::new();
        let everything = self.topics(false).into_iter().map(|topic| (topic, false));
        let everything: Vec<_> =
            everything.chain(self.topics(true).into_iter().map(|topic| (topic, true))).collect();
        let mut rule_y = None;
        for (topic, compact) in everything {
            if compact && rule_y.is_none() {
                rule_y = Some(y + 4.0);
                y += 8.0;
            }
            let name = (x, y + 18.0);
            // A compacted topic has the cleaner's numbers above its lanes and the copy below them.
            let (above, pitch) =
                if compact { (NARROW_CLEANER + 28.0, 254.0) } else { (64.0, 112.0) };
            let name_room = if topics.is_empty() { inner - chip_room } else { inner };
            let first_y = y + above;
            let (block, end) =
                self.block(&topic, compact, name, name_room, room, dress, first_y, pitch);
            topics.push(block);
            y = if compact { end - NARROW_CLEANER - 12.0 } else { end - 28.0 };
            for (id, members) in &self.groups {
                if shown.contains(id) || !reads(self.world, id, members, &topic) {
                    continue;
                }
                shown.push(id.clone());
                let (group, end) = narrow_group(id, members, x, y + 10.0, inner);
                group_boxes.push(group);
                y = end;
            }
        }
        for (id, members) in &self.groups {
            if !shown.contains(id) {
                let (group, end) = narrow_group(id, members, x, y + 10.0, inner);
                group_boxes.push(group);
                y = end;
            }
        }
        let mut strips = Vec::new();
        for partition in self.strip_partitions() {
            let area = Area::new(x, y + 40.0, inner, BOX_HEIGHT);
            strips.push(Strip { partition, area });
            y += 40.0 + BOX_HEIGHT + 40.0;
        }
        Stage {
            broker_at,
            narrow: true,
            producers,
            topics,
            groups: group_boxes,
            strips,
            rule_y,
            banner_y,
            bottom: y + 8.0,
        }
    }
}

/// Up to three boxes a row.
fn chips(x: f32, y: f32, width: f32, count: usize) -> Vec<Area> {
    let columns = count.clamp(1, 3);
    let w = (width - 8.0 * (columns as f32 - 1.0)) / columns as f32;
    let at = |nth: usize| {
        let (column, row) = ((nth % columns) as f32, (nth / columns) as f32);
        Area::new(x + column * (w + 8.0), y + row * 48.0, w, 42.0)
    };
    (0..count).map(at).collect()
}

fn narrow_group(
    id: &crate::protocol::GroupId,
    members: &[&Client],
    x: f32,
    y: f32,
    width: f32,
) -> (GroupBox, f32) {
    let y = y + 24.0;
    let areas = chips(x, y, width, members.len());
    let end = areas.last().map_or(y, |area| area.y + area.h);
    let frame = Area::new(x, y, width, end - y);
    let members = members.iter().map(|client| client.id).zip(areas).collect();
    (GroupBox { id: id.clone(), frame, room: width, members }, end + 10.0)
}

impl Frame<'_, '_> {
    fn stage(&mut self, stage: &Stage<'_>, flights: &[Flight]) {
        if let Some(y) = stage.rule_y {
            let to = self.view.width - MARGIN;
            self.list.line(Layer::Ground, (MARGIN, y), (to, y), Paint::stroke(Role::Line, 1.0));
        }
        self.banner(stage);
        self.broker_chip(stage);
        for block in &stage.topics {
            self.topic(stage, block);
        }
        for producer in &stage.producers {
            if self.in_view(producer.area.y, PRODUCER_PITCH) {
                self.producer(producer, stage.narrow);
            }
        }
        for group in &stage.groups {
            self.group(group, stage.narrow);
            if !stage.narrow {
                let gutter = group.frame.x - GUTTER;
                self.wires(group, gutter, |partition| wire_end(stage, partition));
            }
        }
        let mut landing = None;
        for strip in &stage.strips {
            if self.in_view(strip.area.y, 80.0) {
                landing = landing.or(Some(self.strip(strip, stage.narrow)));
            }
        }
        self.flights(stage, flights);
        self.commits(|node| member_point(stage, node), landing);
    }

    fn banner(&mut self, stage: &Stage<'_>) {
        let broker = self.world.broker();
        if broker.is_running() {
            return;
        }
        let name = self.world.name(NodeId::Broker(broker.id()));
        let text = self.words.broker_down(&name);
        let x = if stage.narrow { 1.0 } else { LANE_X };
        let style = Type::sans(12, Role::Warn).bold();
        let room = self.view.width - x - if stage.narrow { 1.0 } else { GROUP_WIDTH + 100.0 };
        self.fitted(Layer::Text, x, stage.banner_y, style, &text, room);
    }

    /// The way to the broker itself; it says in words whether it runs.
    fn broker_chip(&mut self, stage: &Stage<'_>) {
        let broker = self.world.broker();
        let name = self.world.name(NodeId::Broker(broker.id()));
        // A phone has no room for what goes without saying.
        let text = if stage.narrow && broker.is_running() {
            name
        } else {
            self.words.broker_chip(&name, broker.is_running())
        };
        let style = Type::sans(11, if broker.is_running() { Role::Ink2 } else { Role::Warn });
        let (right, middle) = stage.broker_at;
        let w = (style.width_of(&text) + 16.0).min(CHIP_ROOM - 6.0);
        let area = Area::new(right - w, middle - 9.0, w, 18.0);
        let paint = Paint::fill(Role::Panel).edged(Role::Line2, 1.0);
        self.list.round(Layer::Box, area, 9.0, paint);
        self.fitted(Layer::Text, area.x + 8.0, middle + 4.0, style, &text, w - 14.0);
        self.hits.add(area, Subject::Broker(broker.id()));
    }

    fn topic(&mut self, stage: &Stage<'_>, block: &TopicBlock<'_>) {
        let (x, y) = block.name;
        let name = Type::sans(13, Role::Ink).bold();
        let small = Type::sans(11, Role::Ink3);
        let title = block.topic.as_str();
        self.fitted(Layer::Text, x, y, name, title, block.name_room);
        let note = if block.compact {
            let first = TopicPartition::new(&block.topic, 0);
            let cleaned = self.world.broker().logs().cleaned_partition();
            let shown = cleaned.filter(|partition| partition.topic == block.topic);
            self.cleaner_note(shown.unwrap_or(&first))
        } else {
            let settings = self.world.broker().topic(&block.topic).map(|image| &image.settings);
            let policy = settings.and_then(|settings| {
                settings.text(crate::protocol::config::Setting::CleanupPolicy)
            });
            self.words.topic_note(block.lanes.len() as u32, policy.as_deref().unwrap_or("delete"))
        };
        let after = x + name.width_of(title) + 12.0;
        let room = x + block.name_room - after;
        if room > 30.0 {
            self.fitted(Layer::Text, after, y, small, &note, room);
        }
        let header = Area::new(x, y - 14.0, block.name_room, 18.0);
        self.hits.add(header, Subject::Topic(block.topic.clone()));
        for (lane, cursors) in block.lanes.iter().zip(&block.cursors) {
            let height = LANE_PITCH + if block.compact { lane.cleaned_below } else { 0.0 };
            if self.in_view(lane.y - 20.0, height) {
                self.lane(stage, block, lane, cursors);
            }
        }
    }

    fn lane(
        &mut self,
        stage: &Stage<'_>,
        block: &TopicBlock<'_>,
        lane: &Lane<'_>,
        cursors: &[Cursor],
    ) {
        let flags =
            if block.compact { superseded(lane, self.cache.key_count()) } else { Vec::new() };
        let name = Type::sans(13, Role::Ink).bold();
        if stage.narrow {
            let y = lane.y - 22.0;
            let text = self.words.partition(lane.partition.partition);
            self.list.label(Layer::Text, lane.x + 1.0, y, name, &text);
            let end = lane.log.log_end_offset().0;
            let start = lane.log.log_start_offset().0;
            let lag =
                cursors.first().map(|cursor| end.saturating_sub(cursor.committed.unwrap_or(start)));
            let summary = self.words.lane_summary(end, lag);
            let style = Type::mono(Role::Ink3).end();
            self.list.label(Layer::Text, block.dress.right - 1.0, y, style, &summary);
        } else {
            let text = lane.partition.partition.to_string();
            self.list.label(Layer::Text, lane.x - 12.0, lane.y + 27.0, name.end(), &text);
        }
        self.log(lane, cursors, &flags, block.dress);
        if block.compact {
            let side = if stage.narrow {
                let y = lane.y - NARROW_CLEANER;
                Side { x: lane.x, y, w: block.dress.right - lane.x, narrow: true }
            } else {
                // A committed offset's words may stand to the left of their lane.
                let w = if cursors.is_empty() { 196.0 } else { 150.0 };
                Side { x: MARGIN, y: lane.y + 6.0, w, narrow: false }
            };
            self.cleaner(lane, side, block.dress.right, !cursors.is_empty());
        }
    }

    fn flights(&mut self, stage: &Stage<'_>, flights: &[Flight]) {
        for flight in flights {
            let from = stage.producers.iter().find(|p| NodeId::Client(p.client) == flight.from);
            let Some(from) = from else { continue };
            for batch in flight.batches.iter() {
                let lanes = stage.topics.iter().flat_map(|topic| &topic.lanes);
                let lane = lanes.into_iter().find(|lane| *lane.partition == batch.partition);
                let Some(lane) = lane else { continue };
                let curve = curve(stage, from, lane);
                if flight.flying {
                    self.flight(flight, batch, curve);
                }
            }
        }
        if stage.narrow {
            if let Some(producer) = stage.producers.first() {
                self.hash_card(producer, flights, true);
            }
        } else {
            for producer in &stage.producers {
                self.hash_card(producer, flights, false);
            }
        }
    }
}

fn curve(stage: &Stage<'_>, from: &ProducerBox, lane: &Lane<'_>) -> Curve {
    let area = from.area;
    let (x, y) = area.centre();
    if stage.narrow {
        let to = (lane.next_x() + 7.5, lane.y - 1.0);
        // Below the card, which would hide it.
        Curve::upright((x, from.card.y + from.card.h + 2.0), to)
    } else {
        Curve::level((area.x + area.w, y), (lane.x - MOUTH + 7.5, lane.y + 23.0))
    }
}

/// Where the line to a partition's consumer begins.
fn wire_end(stage: &Stage<'_>, partition: &TopicPartition) -> Option<(f32, f32)> {
    let block = stage.topics.iter().find(|block| block.topic == partition.topic)?;
    let lane = block.lanes.iter().find(|lane| lane.partition == partition)?;
    Some(((lane.right() + 106.0).min(block.dress.right), lane.y + 23.0))
}

fn member_point(stage: &Stage<'_>, node: NodeId) -> Option<(f32, f32)> {
    let mut members = stage.groups.iter().flat_map(|group| &group.members);
    let (_, area) = members.find(|(client, _)| NodeId::Client(*client) == node)?;
    Some((area.x + area.w / 2.0, area.y + area.h))
}
