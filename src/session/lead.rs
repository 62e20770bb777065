//! Which of the things that happened lately leads: the sentence at the top.

use crate::sim::Event;
use crate::words::importance;

/// For how long, in transitions, an event may lead before a lesser one takes over.
const LEADS_FOR: f64 = 4.0;

/// The events that lead and stand second: the most important of the last moments; of equals the newest.
///
/// `span_ms`: model milliseconds of one transition. If nothing happened lately, the last that was told
/// goes on leading.
#[must_use]
pub(super) fn leading<'a>(
    recent: impl DoubleEndedIterator<Item = &'a Event>,
    now_ms: u64,
    span_ms: f64,
) -> (Option<&'a Event>, Option<&'a Event>) {
    let since_ms = now_ms.saturating_sub((LEADS_FOR * span_ms) as u64);
    let mut first: Option<(u8, &Event)> = None;
    let mut second: Option<(u8, &Event)> = None;
    let told = recent.rev().filter_map(|event| match importance(&event.what) {
        0 => None,
        importance => Some((importance, event)),
    });
    for (importance, event) in told {
        if event.at_ms < since_ms && first.is_some() {
            break;
        }
        if first.is_none_or(|(best, _)| importance > best) {
            second = first;
            first = Some((importance, event));
        } else if second.is_none_or(|(best, _)| importance > best) {
            second = Some((importance, event));
        }
    }
    (first.map(|(_, event)| event), second.map(|(_, event)| event))
}
