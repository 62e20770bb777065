//! Which of the things that happened leads: the sentence at the top.

use crate::protocol::sort_by_key;
use crate::sim::Event;
use crate::words::importance;

/// A sentence stays for so many transitions, so that it can be read, unless something greater happens.
const STAYS_FOR: f64 = 3.5;
/// What happened so many transitions ago may still become the lead.
const LOOKS_BACK: f64 = 1.0;

/// The event that leads, while the clock runs.
#[derive(Clone, Debug, Default)]
pub(super) struct Lead {
    held: Option<Event>,
    second: Option<Event>,
}

impl Lead {
    /// The event that leads, and the one that stands second.
    pub(super) fn events(&self) -> (Option<&Event>, Option<&Event>) {
        (self.held.as_ref(), self.second.as_ref())
    }

    /// Time has passed. `span_ms`: model milliseconds of one transition.
    pub(super) fn follow<'a>(
        &mut self,
        recent: impl DoubleEndedIterator<Item = &'a Event>,
        now_ms: u64,
        span_ms: f64,
    ) {
        let since_ms = now_ms.saturating_sub((LOOKS_BACK * span_ms) as u64);
        let stays_ms = (STAYS_FOR * span_ms) as u64;
        let held = self.held.as_ref().filter(|held| held.at_ms <= now_ms);
        let held_for_ms = held.map(|held| now_ms - held.at_ms);
        let least = match (held, held_for_ms) {
            (Some(held), Some(age_ms)) if age_ms < stays_ms => importance(&held.what) + 1,
            _ => 1,
        };
        let lately = recent.rev().take_while(|event| event.at_ms >= since_ms);
        let best = lately.fold(None::<&Event>, |best, event| {
            let importance_of = |event: &Event| importance(&event.what);
            match best {
                Some(best) if importance_of(best) >= importance_of(event) => Some(best),
                _ => Some(event),
            }
        });
        if let Some(best) = best.filter(|best| importance(&best.what) >= least)
            && self.held.as_ref() != Some(best)
        {
            self.second = self.held.replace(best.clone()).filter(|held| held.at_ms <= now_ms);
        }
    }

    /// The clock stands: what the last step that tells something told leads.
    pub(super) fn stand<'a>(&mut self, recent: impl DoubleEndedIterator<Item = &'a Event> + Clone) {
        let told = |event: &&Event| importance(&event.what) > 0;
        let Some(index) = recent.clone().rev().find(told).map(|event| event.index) else {
            *self = Self::default();
            return;
        };
        let mut step: Vec<&Event> =
            recent.rev().take_while(|event| event.index >= index).filter(told).collect();
        sort_by_key(&mut step, |event| std::cmp::Reverse(importance(&event.what)));
        self.held = step.first().map(|event| (*event).clone());
        self.second = step.get(1).map(|event| (*event).clone());
    }
}
