//! Consumer groups: the members in their box, what each does, and which partitions are whose.

use crate::broker::GroupState;
use crate::client::consumer::{Consumer, MembershipState};
use crate::protocol::request::{Body, Request};
use crate::protocol::{ClientId, GroupId, NodeId, Subject, Topic, TopicPartition, sort_by};
use crate::scene::flight::Curve;
use crate::scene::frame::Frame;
use crate::scene::list::{Area, Dash, Form, Layer, Paint, Type};
use crate::scene::log::Cursor;
use crate::scene::role::Role;
use crate::sim::{Client, World};
use crate::words::Doing;

/// A group on the stage.
#[derive(Clone, Debug)]
pub(super) struct GroupBox {
    pub(super) id: GroupId,
    pub(super) frame: Area,
    /// How wide the words above it may be.
    pub(super) room: f32,
    pub(super) members: Vec<(ClientId, Area)>,
}

/// The groups of the world's consumers, by name, with the consumers of each.
pub(super) fn groups(world: &World) -> Vec<(GroupId, Vec<&Client>)> {
    let mut groups: Vec<(GroupId, Vec<&Client>)> = Vec::new();
    for client in world.clients() {
        let Some(consumer) = client.consumer() else { continue };
        let id = consumer.group();
        match groups.iter_mut().find(|(known, _)| *known == id) {
            Some((_, members)) => members.push(client),
            None => groups.push((id, vec![client])),
        }
    }
    sort_by(&mut groups, |a, b| a.0.cmp(&b.0));
    groups
}

/// Whether somebody of the group reads, or has read, the topic.
pub(super) fn reads(world: &World, group: &GroupId, members: &[&Client], topic: &Topic) -> bool {
    let consumers = || members.iter().filter_map(|client| client.consumer());
    consumers().any(|consumer| consumer.app().reads(topic))
        || world
            .broker()
            .group(group)
            .is_some_and(|group| group.offsets().any(|(partition, _)| partition.topic == *topic))
}

/// What the groups that read a partition have done with it.
pub(super) fn cursors(
    world: &World,
    groups: &[(GroupId, Vec<&Client>)],
    partition: &TopicPartition,
) -> Vec<Cursor> {
    let mut cursors = Vec::new();
    for (id, members) in groups {
        if !reads(world, id, members, &partition.topic) {
            continue;
        }
        let group = world.broker().group(id);
        let committed = group.and_then(|group| group.committed(partition));
        let position = members.iter().find_map(|client| {
            let consumer = client.consumer().filter(|_| client.is_running())?;
            Some((client.id, consumer.position(partition)?.0))
        });
        let committed = committed.map(|committed| committed.offset.0);
        let known = world.broker().is_running();
        cursors.push(Cursor { group: id.clone(), committed, known, position });
    }
    cursors
}

/// What a consumer is doing.
pub(super) fn doing(world: &World, client: &Client, consumer: &Consumer) -> Doing {
    if client.is_closed() {
        return Doing::Closed;
    }
    if !client.is_running() {
        return Doing::Crashed;
    }
    if consumer.is_paused() {
        return Doing::Stuck;
    }
    if consumer.is_closing() {
        return Doing::Closing;
    }
    match consumer.membership() {
        // It assigns its partitions to itself.
        _ if !consumer.app().assign.is_empty() => {}
        MembershipState::Unjoined => return Doing::Outside,
        MembershipState::Joining => return Doing::Joining,
        MembershipState::Syncing => return Doing::Syncing,
        MembershipState::Stable => {}
    }
    if let Some((_, offset)) = consumer.processing() {
        return Doing::Processing(offset.0);
    }
    let commits = world.messages().any(|message| {
        message.from == NodeId::Client(client.id)
            && matches!(&*message.body, Body::Request(Request::OffsetCommit { .. }))
    });
    if commits {
        Doing::Committing
    } else if consumer.assignment().is_empty() {
        Doing::Idle
    } else {
        Doing::Polling
    }
}

impl Frame<'_, '_> {
    /// Draws a group with its members; `narrow`: its words stand above it on the left.
    pub(super) fn group(&mut self, at: &GroupBox, narrow: bool) {
        let world = self.world;
        let group = world.broker().group(&at.id);
        let (state, generation) =
            group.map_or((GroupState::Empty, 0), |group| (group.state(), group.generation()));
        let settled = matches!(state, GroupState::Stable | GroupState::Empty);
        let edge = if settled { Role::Line2 } else { Role::Accent };
        let dash = if state == GroupState::Stable { Dash::Solid } else { Dash::Long };
        let paint = Paint::stroke(edge, if settled { 1.0 } else { 1.4 }).dashed(dash);
        if !narrow {
            self.list.round(Layer::Ground, at.frame, 16.0, paint);
        }
        // Consumers without a group stand together, too.
        let grouped = !at.id.as_str().is_empty();
        if grouped {
            self.hits.add(at.frame, Subject::Group(at.id.clone()));
        }
        let name = self.words.group_name(&at.id);
        // A broker that is down has forgotten its groups.
        let state = match world.broker().is_running() && grouped {
            true => self.words.group_state(state.name(), generation),
            false => String::new(),
        };
        let (bold, small) = (Type::sans(13, Role::Ink).bold(), Type::sans(11, Role::Ink3));
        let small = if settled { small } else { Type { role: Role::Accent, ..small } };
        if narrow {
            let y = at.frame.y - 7.0;
            self.fitted(Layer::Text, at.frame.x + 1.0, y, bold, &name, at.frame.w * 0.45);
            let right = at.frame.x + at.frame.w;
            self.fitted(Layer::Text, right, y, small.end(), &state, at.frame.w * 0.53);
        } else {
            let right = at.frame.x + at.frame.w - 2.0;
            self.fitted(Layer::Text, right, at.frame.y - 22.0, bold.end(), &name, 190.0);
            self.fitted(Layer::Text, right, at.frame.y - 7.0, small.end(), &state, at.room);
        }
        for (client, area) in &at.members {
            self.member(*client, *area, narrow);
        }
    }

    fn member(&mut self, id: ClientId, area: Area, narrow: bool) {
        let world = self.world;
        let Some(client) = world.client(id) else { return };
        let Some(consumer) = client.consumer() else { return };
        let doing = doing(world, client, consumer);
        let dead = matches!(doing, Doing::Crashed | Doing::Closed);
        let paint = if dead {
            Paint::stroke(Role::Ink3, 1.2).dashed(Dash::Long)
        } else if doing == Doing::Stuck {
            Paint::fill(Role::Panel).edged(Role::Warn, 1.6)
        } else {
            Paint::fill(Role::Panel).edged(Role::Line2, 1.0)
        };
        self.list.round(Layer::Box, area, 12.0, paint);
        self.hits.add(area, Subject::Client(id));
        let (name_y, doing_y) = if narrow { (17.0, 33.0) } else { (21.0, 38.0) };
        let role = if dead { Role::Ink3 } else { Role::Ink };
        let pad = if narrow { 8.0 } else { 12.0 };
        let (x, room) = (area.x + pad, area.w - 2.0 * pad + 4.0);
        let bold = Type::sans(13, role).bold();
        self.fitted(Layer::Text, x, area.y + name_y, bold, &client.name, room - 16.0);
        let role = match doing {
            Doing::Stuck => Role::Warn,
            Doing::Joining | Doing::Syncing | Doing::Committing => Role::Accent,
            _ => Role::Ink3,
        };
        let text = self.words.doing(doing);
        self.fitted(Layer::Text, x, area.y + doing_y, Type::sans(11, role), &text, room);
        if dead {
            self.cross(area, doing == Doing::Closed);
        }
        if doing == Doing::Stuck {
            // Two bars: it stands still.
            let (x, y) = (area.x + area.w - 18.0, area.y + 11.0);
            for left in [0.0, 5.0] {
                let bar = Area::new(x + left, y, 2.5, 9.0);
                self.list.rect(Layer::Mark, bar, Paint::fill(Role::Warn));
            }
        }
    }

    /// Lines from partitions to their members. `ends` gives where a partition's lane ends.
    pub(super) fn wires(
        &mut self,
        at: &GroupBox,
        gutter: f32,
        ends: impl Fn(&TopicPartition) -> Option<(f32, f32)>,
    ) {
        let world = self.world;
        let stable = world.broker().group(&at.id).is_some_and(|g| g.state() == GroupState::Stable);
        for (id, area) in &at.members {
            let Some(client) = world.client(*id).filter(|client| client.is_running()) else {
                continue;
            };
            let Some(consumer) = client.consumer() else { continue };
            let settled = stable && consumer.membership() == MembershipState::Stable;
            let assigned = consumer.assignment();
            for (nth, partition) in assigned.iter().enumerate() {
                let Some((x, y)) = ends(partition) else { continue };
                let step = area.h / (assigned.len() as f32 + 1.0);
                let to = (area.x, area.y + step * (nth as f32 + 1.0));
                let dash = if settled { Dash::Solid } else { Dash::Long };
                let paint = Paint::stroke(Role::Line2, 1.2).dashed(dash);
                if x < gutter {
                    self.list.line(Layer::Ground, (x, y), (gutter, y), paint);
                }
                let curve = Curve::level((gutter.max(x), y), to);
                self.list.shape(Layer::Ground, Form::Curve, &curve.0, paint);
            }
        }
    }
}
