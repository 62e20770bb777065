//! Consumers from inside, in the store and in random worlds.

use crate::session::{Action, Address, Session, TileState};
use crate::sim::{self, LineName};
use crate::words::Lang;

fn session(scenario: &str, seed: u64, lang: Lang) -> Session {
    let scenario = Some(scenario.to_owned());
    let address = Address { scenario, seed: Some(seed), paused: true, ..Address::default() };
    Session::new(&address, lang, false)
}

#[test]
fn a_step_stops_the_world_in_front_of_a_line_and_play_lets_it_go_on() {
    let mut session = session("store", 1, Lang::En);
    let id = session.shown_client().expect("the store has consumers");
    let mut seen = Vec::new();
    for _ in 0..9 {
        let before = session.history().world().event_index();
        session.apply(Action::StepLine(id));
        assert!(session.history().world().event_index() > before);
        assert!(!session.playback().playing);
        let view = session.consumer_view(id).unwrap();
        assert!(view.halted);
        let here = view.code.iter().find(|row| row.here.is_some()).expect("it is somewhere");
        assert_eq!(here.here, Some(false), "in front of it");
        seen.push(here.line.unwrap());
    }
    assert!(seen.contains(&LineName::Poll) && seen.contains(&LineName::Process), "{seen:?}");
    session.apply(Action::TogglePlay);
    assert!(!session.consumer_view(id).unwrap().halted);
    // What was done is in the link.
    assert!(session.link().contains('#'));
}

#[test]
fn a_crash_at_a_line_is_armed_and_taken_back() {
    let mut session = session("store", 1, Lang::Ko);
    let id = session.shown_client().unwrap();
    let armed = |session: &Session| {
        let view = session.consumer_view(id).unwrap();
        view.code.iter().filter_map(|row| Some((row.line?, row.dies?))).collect::<Vec<_>>()
    };
    for (line, after) in [(LineName::Process, true), (LineName::Poll, false)] {
        let toggle = session.crash_toggle(id, line, after);
        session.apply(Action::Do(toggle));
        assert_eq!(armed(&session), [(line, after)], "only one at a time");
    }
    let toggle = session.crash_toggle(id, LineName::Poll, false);
    session.apply(Action::Do(toggle));
    assert_eq!(armed(&session), []);
}

/// Whatever happens in a world: the tiles say what the consumer's numbers say.
#[test]
fn tiles_and_variables_agree_in_every_world() {
    let mut states = Vec::new();
    for seed in 0..16 {
        let mut session = session("random", seed, if seed % 2 == 0 { Lang::En } else { Lang::Ko });
        for _ in 0..12 {
            let now_ms = session.history().world().now_ms() - session.history().world().start_ms();
            session.apply(Action::GoTo(now_ms + 190));
            let consumers = session.history().world().clients().iter();
            let ids: Vec<_> = consumers.filter(|c| c.consumer().is_some()).map(|c| c.id).collect();
            for id in ids {
                let view = session.consumer_view(id).unwrap();
                assert!(
                    !view.says.is_empty() && !view.commits.is_empty() && !view.heartbeat.is_empty()
                );
                assert_eq!(
                    view.code.iter().filter(|row| row.here.is_some()).count(),
                    usize::from(view.running)
                );
                for clock in &view.clocks {
                    assert!(clock.meter.is_none_or(|meter| meter.filled <= 1000), "{clock:?}");
                }
                for row in &view.partitions {
                    assert!(row.tiles.windows(2).all(|pair| pair[0].offset < pair[1].offset));
                    for tile in &row.tiles {
                        states.push(tile.state);
                        let committed =
                            row.committed.is_some_and(|committed| tile.offset < committed);
                        let behind = row.position.is_some_and(|position| tile.offset < position);
                        let what = format!("seed {seed}, {}: {tile:?}", row.partition);
                        match tile.state {
                            TileState::Committed | TileState::Skipped => {
                                assert!(committed, "{what}")
                            }
                            TileState::Done => assert!(!committed, "{what}"),
                            TileState::Handed => assert!(!committed && behind, "{what}"),
                            TileState::AtWork => assert!(view.running, "{what}"),
                            TileState::Buffered => assert!(!behind, "{what}"),
                            TileState::Away => assert!(!committed && !behind, "{what}"),
                        }
                    }
                }
            }
        }
    }
    use TileState as T;
    for state in [T::Committed, T::Done, T::AtWork, T::Handed, T::Buffered, T::Away] {
        assert!(states.contains(&state), "{state:?} was never seen");
    }
}

#[test]
fn what_a_dead_process_had_done_is_told() {
    let mut session = session("store", 1, Lang::En);
    let id = session.shown_client().unwrap();
    let name = session.history().world().client(id).unwrap().name.to_string();
    let toggle = session.crash_toggle(id, LineName::Process, true);
    session.apply(Action::Do(toggle));
    for _ in 0..4_000 {
        if !session.consumer_view(id).unwrap().running {
            break;
        }
        session.apply(Action::Step(crate::session::Direction::Forward));
    }
    let view = session.consumer_view(id).unwrap();
    assert!(!view.running, "{name} died");
    let risks: Vec<String> =
        view.partitions.iter().filter_map(|row| Some(row.risk.as_ref()?.plain_text())).collect();
    assert!(risks.iter().any(|risk| risk.starts_with("Processed and not committed")), "{risks:?}");
    session.apply(Action::Do(sim::Action::Restart { node: name }));
    assert!(session.consumer_view(id).unwrap().running);
}
