//! What happened lately, and how far its transition is: a function of the events and the clock.

use crate::broker::BrokerEvent;
use crate::client::consumer::ConsumerEvent;
use crate::protocol::{ClientId, GroupId, Offset, TopicPartition};
use crate::scene::View;
use crate::sim::{Event, What, World};
use crate::storage::{DeletionReason, LogEvent, RollReason};

/// How many spans back the stage looks: as long as a reason stays beside what it explains.
const SPANS: f64 = 4.0;

/// When something happened: the progress of its transition from 0 to 1, and its age in spans.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ago {
    pub(super) progress: f32,
    pub(super) spans: f32,
}

#[derive(Debug)]
pub(super) struct Landed<'a> {
    pub(super) partition: &'a TopicPartition,
    pub(super) first: u64,
    pub(super) last: u64,
    pub(super) ago: Ago,
}

#[derive(Debug)]
pub(super) struct Rolled<'a> {
    pub(super) partition: &'a TopicPartition,
    pub(super) base: u64,
    pub(super) reason: &'a RollReason,
    pub(super) ago: Ago,
}

#[derive(Debug)]
pub(super) struct Removed<'a> {
    pub(super) partition: &'a TopicPartition,
    pub(super) bases: &'a [Offset],
    pub(super) reason: &'a DeletionReason,
    pub(super) ago: Ago,
}

#[derive(Debug)]
pub(super) struct Committed<'a> {
    pub(super) group: &'a GroupId,
    pub(super) partition: &'a TopicPartition,
    pub(super) offset: u64,
    pub(super) stored_in: &'a TopicPartition,
    pub(super) stored_at: u64,
    pub(super) ago: Ago,
}

#[derive(Debug)]
pub(super) struct Polled<'a> {
    pub(super) client: ClientId,
    pub(super) partition: &'a TopicPartition,
    pub(super) from: u64,
    pub(super) ago: Ago,
}

#[derive(Debug)]
pub(super) struct Replaced<'a> {
    pub(super) partition: &'a TopicPartition,
    pub(super) base: u64,
    pub(super) ago: Ago,
}

/// The recent past, newest first.
#[derive(Debug, Default)]
pub(super) struct Timeline<'a> {
    pub(super) landed: Vec<Landed<'a>>,
    pub(super) rolled: Vec<Rolled<'a>>,
    pub(super) removed: Vec<Removed<'a>>,
    pub(super) committed: Vec<Committed<'a>>,
    pub(super) polled: Vec<Polled<'a>>,
    pub(super) replaced: Vec<Replaced<'a>>,
}

impl<'a> Timeline<'a> {
    pub(super) fn new(
        world: &World,
        recent: impl DoubleEndedIterator<Item = &'a Event>,
        view: &View<'_>,
    ) -> Self {
        let mut timeline = Self::default();
        for event in recent.rev() {
            let spans = (view.now_ms - event.at_ms as f64) / view.span_ms.max(0.001);
            if spans > SPANS {
                break;
            }
            if spans >= 0.0 {
                timeline.note(event, ago(world, event, view, spans as f32));
            }
        }
        timeline
    }

    fn note(&mut self, event: &'a Event, ago: Ago) {
        match &event.what {
            What::Broker(_, BrokerEvent::Log(partition, log_event)) => match log_event {
                LogEvent::BatchAppended { base_offset, last_offset, .. } if ago.progress < 1.0 => {
                    let (first, last) = (base_offset.0, last_offset.0);
                    self.landed.push(Landed { partition, first, last, ago });
                }
                LogEvent::SegmentRolled { base_offset, reason, .. } => {
                    self.rolled.push(Rolled { partition, base: base_offset.0, reason, ago });
                }
                LogEvent::SegmentsDeleted { base_offsets, reason, .. } => {
                    self.removed.push(Removed { partition, bases: base_offsets, reason, ago });
                }
                LogEvent::SegmentsReplaced { base_offset, .. } if ago.progress < 1.0 => {
                    self.replaced.push(Replaced { partition, base: base_offset.0, ago });
                }
                _ => {}
            },
            What::Broker(
                _,
                BrokerEvent::OffsetCommitted { group, partition, offset, stored_in, stored_at },
            ) => {
                self.committed.push(Committed {
                    group,
                    partition,
                    offset: offset.0,
                    stored_in,
                    stored_at: stored_at.0,
                    ago,
                });
            }
            What::Consumer(client, ConsumerEvent::RecordsReturned { partition, offsets, .. })
                if ago.progress < 1.0 =>
            {
                if let Some(from) = offsets.first() {
                    let (client, from) = (*client, from.0);
                    self.polled.push(Polled { client, partition, from, ago });
                }
            }
            _ => {}
        }
    }
}

fn ago(world: &World, event: &Event, view: &View<'_>, spans: f32) -> Ago {
    let progress = match view.step_progress {
        _ if view.reduced_motion => 1.0,
        // Paused: only the last step may still be on its way.
        Some(step) if event.index == world.event_index() => step,
        Some(_) => 1.0,
        None => spans,
    };
    Ago { progress: progress.clamp(0.0, 1.0), spans }
}

/// Fast at first, slow at the end.
pub(super) fn ease_out(t: f32) -> f32 {
    1.0 - (1.0 - t).powi(3)
}

/// From `a` to `b`.
pub(super) fn mix(a: f32, b: f32, t: f32) -> f32 {
    a + (b - a) * t
}
