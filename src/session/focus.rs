//! The keyboard's way through what is on the stage, and which key a thing has.

use crate::protocol::{Bytes, Subject};
use crate::scene::TreeNode;
use crate::session::Move;
use crate::sim::World;

/// The place in `tree` where a move from `at` ends; `None`: it stays.
///
/// The tree is in reading order; a node's children follow it, one level deeper.
pub(super) fn moved(tree: &[TreeNode], at: Option<usize>, way: Move) -> Option<usize> {
    let Some(at) = at else { return (!tree.is_empty()).then_some(0) };
    let level = tree[at].level;
    match way {
        Move::Next => (at + 1..tree.len())
            .take_while(|next| tree[*next].level >= level)
            .find(|next| tree[*next].level == level)
            // The last of its level: on to what follows.
            .or_else(|| (at + 1..tree.len()).find(|next| tree[*next].level < level)),
        Move::Previous => (0..at).rev().find(|previous| tree[*previous].level <= level),
        Move::Into => {
            Some(at + 1).filter(|child| tree.get(*child).is_some_and(|c| c.level > level))
        }
        Move::Out => (0..at).rev().find(|parent| tree[*parent].level < level),
        Move::First => Some(0),
        Move::Last => Some(tree.len() - 1),
    }
}

/// The key of a record, wherever it is.
pub(super) fn key_of(world: &World, subject: &Subject) -> Option<Bytes> {
    match subject {
        Subject::Record(partition, offset) => {
            let log = world.broker().logs().get(partition)?;
            let segment = &log.segments()[log.floor_segment(*offset)?];
            let position = segment.translate_offset(offset.as_i64())?.position;
            let batch = segment.batches_from(position).next()?.ok()?;
            let payload = batch.payload().ok()?;
            let mut records = payload.records().flatten();
            let record = records.find(|record| record.offset == offset.as_i64())?;
            record.key.map(Bytes::from)
        }
        Subject::Unsent(client, number) => {
            let producer = world.client(*client)?.producer()?;
            let mut records = producer.queues().flat_map(|(_, batch)| batch.records.iter());
            records.find(|record| record.number == *number)?.key.clone()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{ClientId, Topic};

    #[test]
    fn arrows_walk_the_tree() {
        let levels = [1, 2, 3, 3, 2, 1];
        let tree: Vec<TreeNode> = levels
            .into_iter()
            .enumerate()
            .map(|(at, level)| TreeNode {
                subject: if at == 0 {
                    Subject::Topic(Topic::from("t"))
                } else {
                    Subject::Client(ClientId(at as u32))
                },
                level,
                label: String::new(),
            })
            .collect();
        let cases = [
            (None, Move::Next, Some(0)),
            (Some(0), Move::Next, Some(5)),
            (Some(0), Move::Into, Some(1)),
            (Some(1), Move::Into, Some(2)),
            (Some(2), Move::Into, None),
            (Some(2), Move::Next, Some(3)),
            (Some(3), Move::Next, Some(4)),
            (Some(3), Move::Previous, Some(2)),
            (Some(3), Move::Out, Some(1)),
            (Some(1), Move::Out, Some(0)),
            (Some(0), Move::Out, None),
            (Some(0), Move::Previous, None),
            (Some(2), Move::Last, Some(5)),
            (Some(5), Move::First, Some(0)),
        ];
        for (at, way, expected) in cases {
            assert_eq!(moved(&tree, at, way), expected, "{at:?} {way:?}");
        }
    }
}
