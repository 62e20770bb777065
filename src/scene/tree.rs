//! The stage in words: one tree in reading order, for those who do not see it and for the keyboard.

use crate::protocol::{NodeId, Offset, Subject};
use crate::scene::compacted::superseded;
use crate::scene::flight::Flight;
use crate::scene::frame::Frame;
use crate::scene::group::doing;
use crate::scene::lane::{Lane, Shown};
use crate::scene::offsets::shown_commits;
use crate::scene::producers::waiting;
use crate::scene::stage::Stage;
use crate::scene::tiles::Kind;
use crate::words::key_text;

/// Records of one segment in the tree at the most.
const MOST_RECORDS: usize = 200;

/// A thing on the stage in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeNode {
    /// What it is.
    pub subject: Subject,
    /// 1 for the outermost, as `aria-level` counts.
    pub level: u32,
    /// Its name and state.
    pub label: String,
}

/// The whole tree: producers and flights, topics with partitions, segments, records; groups.
pub(super) fn tree(frame: &Frame<'_, '_>, stage: &Stage<'_>, flights: &[Flight]) -> Vec<TreeNode> {
    let mut tree = Vec::new();
    let mut node = |subject, level, label| tree.push(TreeNode { subject, level, label });
    let words = frame.words;
    let broker = frame.world.broker();
    let name = frame.world.name(NodeId::Broker(broker.id()));
    let broker_label = words.broker_chip(&name, broker.is_running());
    for producer in &stage.producers {
        let Some(client) = frame.world.client(producer.client) else { continue };
        let count = waiting(client).count() as u64;
        let mut label = words.producer_in_words(&client.name, count);
        if !client.is_running() {
            let closed = client.is_closed();
            let state = if closed { words.producer_closed() } else { words.producer_crashed() };
            label = format!("{label}, {state}");
        }
        node(Subject::Client(client.id), 1, label);
        for (number, key, tombstone) in waiting(client).take(MOST_RECORDS) {
            let key = key.map_or(words.null_key().to_owned(), key_text);
            let label = words.record_in_words(number, &key, tombstone, false);
            node(Subject::Unsent(client.id, number), 2, label);
        }
    }
    for flight in flights.iter().filter(|flight| flight.flying).take(MOST_RECORDS) {
        let records = flight.batches.iter().map(|batch| batch.tiles.len()).sum();
        let partition = flight.batches.first().map(|b| b.partition.to_string());
        let label = words.flight_in_words(records, &partition.unwrap_or_default());
        node(Subject::Message(flight.message), 1, label);
    }
    for block in &stage.topics {
        node(Subject::Topic(block.topic.clone()), 1, words.topic_in_words(&block.topic));
        for (lane, cursors) in block.lanes.iter().zip(&block.cursors) {
            lane_nodes(frame, lane, block.compact, &mut node);
            for cursor in cursors {
                let group = words.group_name(&cursor.group);
                if let Some(offset) = cursor.committed {
                    let subject = Subject::Committed(cursor.group.clone(), lane.partition.clone());
                    node(subject, 3, format!("{group}, {}", words.committed(offset)));
                }
                if let Some((client, offset)) = cursor.position {
                    let subject = Subject::Position(client, lane.partition.clone());
                    node(subject, 3, format!("{group}, {}", words.position(offset)));
                }
            }
        }
    }
    for group in &stage.groups {
        node(Subject::Group(group.id.clone()), 1, words.group_name(&group.id));
        for (id, _) in &group.members {
            let Some(client) = frame.world.client(*id) else { continue };
            let Some(consumer) = client.consumer() else { continue };
            let doing = words.doing(doing(frame.world, client, consumer));
            let label = words.consumer_in_words(&client.name, &doing);
            node(Subject::Client(*id), 2, label);
        }
    }
    for strip in &stage.strips {
        let Some(log) = frame.world.broker().logs().get(&strip.partition) else { continue };
        let (start, end) = (log.log_start_offset().0, log.log_end_offset().0);
        let topic = words.topic_in_words(&strip.partition.topic);
        let label = words.log_in_words(strip.partition.partition, start, end);
        node(Subject::Partition(strip.partition.clone()), 1, format!("{topic}, {label}"));
        for (offset, says) in shown_commits(strip, log, words.group_metadata()) {
            let label = words.record_in_words(offset, &says, false, false);
            node(Subject::Record(strip.partition.clone(), Offset(offset)), 2, label);
        }
    }
    node(Subject::Broker(broker.id()), 1, broker_label);
    tree
}

fn lane_nodes(
    frame: &Frame<'_, '_>,
    lane: &Lane<'_>,
    compact: bool,
    node: &mut impl FnMut(Subject, u32, String),
) {
    let words = frame.words;
    let (start, end) = (lane.log.log_start_offset().0, lane.log.log_end_offset().0);
    let label = words.log_in_words(lane.partition.partition, start, end);
    node(Subject::Partition(lane.partition.clone()), 2, label);
    if compact {
        let label = frame.cleaner_note(lane.partition);
        node(Subject::Cleaner(lane.partition.clone()), 3, label);
    }
    let flags = if compact { superseded(lane, frame.cache.key_count()) } else { Vec::new() };
    for (at, place) in lane.places.iter().enumerate() {
        if matches!(place.shown, Shown::Pile(_)) {
            continue;
        }
        let file = format!("{:020}.log", place.base);
        let label = words.segment_in_words(&file, place.size_bytes, place.active);
        node(Subject::Segment(lane.partition.clone(), Offset(place.base)), 3, label);
        let skipped = place.tiles.len() - place.visible().len();
        for (nth, tile) in place.visible().iter().enumerate().take(MOST_RECORDS) {
            if tile.kind == Kind::Control {
                continue;
            }
            let key = frame.cache.key(tile.key);
            let key = key.map_or(words.null_key().to_owned(), |key| key_text(key));
            let superseded =
                flags.get(at).and_then(|flags| flags.get(skipped + nth)).copied().unwrap_or(false);
            let tombstone = tile.kind == Kind::Tombstone;
            let label = words.record_in_words(tile.offset, &key, tombstone, superseded);
            node(Subject::Record(lane.partition.clone(), Offset(tile.offset)), 4, label);
        }
    }
}
