//! The keys of the keyboard, wherever the focus is but in a field.

use brokerscope::session::{Action, Direction, Playback, Room};
use brokerscope::words::Lang;
use web_sys::{Element, KeyboardEvent};
use yew::TargetCast as _;

use crate::ui::Open;
use crate::ui::store::StoreContext;

/// What a key means on this page.
pub(crate) enum Meaning {
    /// Something that the session does.
    Do(Action),
    /// A sheet is opened.
    Open(Open),
    /// Whatever is open is closed.
    Close,
}

/// The meaning of a key press; `None` where the browser's own is wanted.
pub(crate) fn meaning(event: &KeyboardEvent, store: &StoreContext) -> Option<Meaning> {
    if event.key() == "Escape" {
        return Some(Meaning::Close);
    }
    let target = event.target_dyn_into::<Element>();
    let inside = |selector: &str| {
        target.as_ref().is_some_and(|element| element.closest(selector).ok().flatten().is_some())
    };
    if event.ctrl_key() || event.meta_key() || event.alt_key() || inside("input, select, textarea")
    {
        return None;
    }
    let summary = &store.summary;
    let on_button = inside("button, summary, a, label");
    let on_stage = inside("[data-stage]");
    if let ("1" | "2" | "3" | "4" | "5" | "6" | "7", false) =
        (event.key().as_str(), event.shift_key())
    {
        let at = usize::from(event.key().as_bytes()[0] - b'1');
        return Some(Meaning::Do(Action::Enter(Room::ALL[at])));
    }
    let action = match (event.key().as_str(), event.shift_key()) {
        // Where the world stands still.
        (" " | "ArrowLeft" | "ArrowRight" | "Home" | "End" | "+" | "=" | "-" | "_", _)
            if !summary.room.is_live() =>
        {
            return None;
        }
        (" ", _) if !on_button => Action::TogglePlay,
        ("ArrowLeft", true) => Action::JumpToMark(Direction::Back),
        ("ArrowRight", true) => Action::JumpToMark(Direction::Forward),
        ("ArrowLeft", false) if !on_stage => Action::Step(Direction::Back),
        ("ArrowRight", false) if !on_stage => Action::Step(Direction::Forward),
        ("Home", _) if !on_stage => Action::JumpToEnd(Direction::Back),
        ("End", _) if !on_stage => Action::JumpToEnd(Direction::Forward),
        ("+" | "=", _) => Action::SetSpeed((summary.speed + 1).min(Playback::CHOICES - 1)),
        ("-" | "_", _) => Action::SetSpeed(summary.speed.saturating_sub(1)),
        ("l" | "L" | "ㅣ", _) => Action::SetLang(match summary.lang {
            Lang::En => Lang::Ko,
            Lang::Ko => Lang::En,
        }),
        ("s" | "S" | "ㄴ", _) if summary.room == Room::Store => {
            return Some(Meaning::Open(Open::Send));
        }
        ("w" | "W" | "ㅈ", _) => return Some(Meaning::Open(Open::WhyNot)),
        ("c" | "C" | "ㅊ", _) => Action::Watch(match summary.watched {
            Some(_) => None,
            None => Some(store.session.borrow().compacted_partition()?),
        }),
        ("?", _) => return Some(Meaning::Open(Open::Help)),
        _ => return None,
    };
    Some(Meaning::Do(action))
}
