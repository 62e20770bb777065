//! The state machine of a group, drawn: which states there are, where it is, and the last edge it went.
//!
//! Kafka: `ClassicGroupState`, `ConsumerGroup.ConsumerGroupState` (GRP-2, GRP-33).

use crate::broker::{Group, GroupState};

/// A state: a box of the picture, whose width is 400.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeView {
    /// Kafka's name.
    pub name: &'static str,
    /// Left edge, upper edge, width; 30 high.
    pub place: (i32, i32, i32),
    /// The group is here.
    pub now: bool,
}

/// A way from one state to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EdgeView {
    /// An SVG path.
    pub path: &'static str,
    /// The last one that the group went.
    pub last: bool,
}

type Edge = (GroupState, GroupState, &'static str);

use GroupState as S;

const CLASSIC: &[Edge] = &[
    (S::Empty, S::PreparingRebalance, "M96 21H188"),
    (S::PreparingRebalance, S::Empty, "M192 33H100"),
    (S::PreparingRebalance, S::CompletingRebalance, "M252 44V80"),
    (S::CompletingRebalance, S::PreparingRebalance, "M296 84V48"),
    (S::CompletingRebalance, S::Stable, "M274 120V156"),
    (S::Stable, S::PreparingRebalance, "M356 174C392 174 396 150 396 100S392 27 360 27"),
    (S::Empty, S::Dead, "M50 44V156"),
];

const MODERN: &[Edge] = &[
    (S::Empty, S::Assigning, "M96 21H188"),
    (S::Assigning, S::Empty, "M192 33H100"),
    (S::Assigning, S::Reconciling, "M252 44V80"),
    (S::Reconciling, S::Assigning, "M296 84V48"),
    (S::Reconciling, S::Stable, "M262 120V156"),
    (S::Stable, S::Reconciling, "M290 160V124"),
    (S::Stable, S::Assigning, "M356 174C392 174 396 150 396 100S392 27 360 27"),
    (S::Stable, S::Empty, "M192 168C130 160 96 110 84 48"),
    (S::Reconciling, S::Empty, "M192 103C150 100 120 80 100 48"),
    (S::Empty, S::Dead, "M50 44V156"),
];

/// Boxes and ways, of the group or of a group of that protocol.
pub(super) fn draw(group: Option<&Group>, is_modern: bool) -> (Vec<NodeView>, Vec<EdgeView>) {
    let states: [(GroupState, (i32, i32, i32)); 5] = [
        (S::Empty, (8, 12, 84)),
        (if is_modern { S::Assigning } else { S::PreparingRebalance }, (196, 12, 156)),
        (if is_modern { S::Reconciling } else { S::CompletingRebalance }, (196, 88, 156)),
        (S::Stable, (196, 164, 156)),
        (S::Dead, (8, 164, 84)),
    ];
    let now = group.map(Group::state);
    let node = |(state, place): (GroupState, (i32, i32, i32))| NodeView {
        name: state.name(),
        place,
        now: now == Some(state),
    };
    let last = group.map(|group| (group.previous_state(), group.state()));
    let edges = if is_modern { MODERN } else { CLASSIC };
    let edge = |(from, to, path): &Edge| EdgeView { path, last: last == Some((*from, *to)) };
    (states.into_iter().map(node).collect(), edges.iter().map(edge).collect())
}
