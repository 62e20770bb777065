//! The Groups room against worlds that run.

use super::*;
use crate::session::{Action, Address, Room, Session};
use crate::sim;
use crate::words::Lang;

fn session() -> Session {
    let mut session = Session::new(&Address::default(), Lang::En, false);
    session.apply(Action::Enter(Room::Groups));
    session
}

fn after(session: &mut Session, ms: u64) -> GroupsView {
    let now_ms = session.history.world().now_ms();
    session.history.advance_to(now_ms + ms);
    GroupsView::clone(session.summary().groups.as_ref().expect("the Groups room is open"))
}

/// `c1 gets 0 to 2.`, read back.
fn promised(step: &Line) -> Option<(String, std::ops::RangeInclusive<u32>)> {
    let text = step.plain_text();
    let (name, rest) = text.split_once(" gets ")?;
    let rest = rest.trim_end_matches('.');
    let (first, last) = rest.split_once(" to ").unwrap_or((rest, rest));
    Some((name.to_owned(), first.parse().ok()?..=last.parse().ok()?))
}

#[test]
fn the_room_shows_the_group_as_the_coordinator_has_it() {
    let mut session = session();
    let view = after(&mut session, 10_000);
    assert_eq!(
        view.nodes.iter().filter(|node| node.now).map(|n| n.name).collect::<Vec<_>>(),
        ["Stable"]
    );
    assert_eq!(view.edges.iter().filter(|edge| edge.last).count(), 1);
    assert!(!view.is_modern);
    let cells: Vec<&CellView> = view.bands.iter().flat_map(|band| &band.cells).collect();
    assert!(!cells.is_empty() && cells.iter().all(|cell| cell.owner.is_some()));
    let owned: u32 = view.members.iter().map(|member| member.owned).sum();
    assert_eq!(owned as usize, cells.len());
    assert_eq!(view.members.iter().filter(|member| member.leads).count(), 1);
    assert!(view.members.iter().all(|member| member.clocks.len() == 2), "{:?}", view.members);
    assert!(view.records.iter().any(|record| record.kind == "OffsetCommit"));
}

/// What the room explains is what the group's leader has computed.
#[test]
fn the_explanation_of_range_comes_to_the_assignment() {
    let mut session = session();
    let view = after(&mut session, 10_000);
    assert!(view.assignor.plain_text().starts_with("range"), "{:?}", view.assignor);
    let mut topics = view.bands.iter();
    let mut band = None;
    let mut checked = 0;
    for step in &view.steps {
        match promised(step) {
            None => band = topics.next(),
            Some((name, numbers)) => {
                let band = band.expect("a topic is divided first");
                for number in numbers {
                    let owner = band.cells[number as usize].owner.as_ref();
                    assert_eq!(owner.map(|(owner, _)| owner), Some(&name), "{}", band.topic);
                    checked += 1;
                }
            }
        }
    }
    assert_eq!(checked, view.bands.iter().map(|band| band.cells.len()).sum::<usize>());
}

#[test]
fn a_group_of_the_new_protocol_can_be_made_and_grows() {
    let mut session = session();
    after(&mut session, 5_000);
    let add = |session: &mut Session, assignor, in_new_group| {
        session.apply(Action::Groups(GroupsAction::Add { assignor, in_new_group }));
    };
    add(&mut session, AddedAssignor::Uniform, true);
    let view = after(&mut session, 3_000);
    assert!(view.is_modern);
    assert_eq!(view.members.len(), 1);
    assert_eq!(view.facts[0].1, "2", "the first member is in group epoch 2 (GRP-31)");
    add(&mut session, AddedAssignor::Same, false);
    let view = after(&mut session, 30_000);
    assert_eq!(view.nodes.iter().find(|node| node.now).map(|n| n.name), Some("Stable"));
    let (first, second) = (&view.members[0], &view.members[1]);
    assert!(first.owned.abs_diff(second.owned) <= 1, "{} and {}", first.owned, second.owned);
    // What moved is known as long as the older target is in the log, which is compacted.
    let moved = view.bands.iter().flat_map(|band| &band.cells).filter(|cell| cell.moved).count();
    assert_eq!(moved, view.moved.iter().filter(|l| l.plain_text().contains(" → ")).count());
    let kinds: Vec<&str> = view.records.iter().map(|record| record.kind).collect();
    assert!(view.records.iter().all(|record| !record.value.0.is_empty()), "{kinds:?}");
}

#[test]
fn one_of_the_other_protocol_is_turned_away() {
    let mut session = session();
    after(&mut session, 5_000);
    let add = GroupsAction::Add { assignor: AddedAssignor::ServerRange, in_new_group: false };
    session.apply(Action::Groups(add));
    let view = after(&mut session, 5_000);
    let last = view.members.last().expect("it was added");
    assert!(!last.running, "its poll has thrown, and it has closed");
}

/// GRP-17 on the screen: dead and back at once, the generation is the same.
#[test]
fn a_static_member_is_back_in_the_same_generation() {
    let mut session = session();
    let set = |name: &str| sim::Action::SetClient {
        client: name.into(),
        name: "group.instance.id".into(),
        value: Some(name.into()),
    };
    session.apply(Action::Do(set("c1")));
    session.apply(Action::Do(set("c2")));
    let before = after(&mut session, 30_000);
    let c1 = |view: &GroupsView| {
        view.members.iter().find(|m| m.name == "c1").expect("c1 is there").clone()
    };
    session.apply(Action::Do(sim::Action::Crash { node: "c1".into() }));
    session.apply(Action::Do(sim::Action::Restart { node: "c1".into() }));
    let view = after(&mut session, 3_000);
    assert_eq!(view.facts[0].1, before.facts[0].1, "the generation");
    assert_ne!(c1(&view).member_id, c1(&before).member_id);
    assert_eq!(c1(&view).owned, c1(&before).owned);
    assert_eq!(c1(&view).instance_id.as_deref(), Some("c1"));
}
