//! The sentence that leads, the smaller one below it, and what a screen reader hears.

use brokerscope::words::Label;
use yew::prelude::*;

use crate::ui::panels::rich::rich;
use crate::ui::store::use_store;

#[component]
pub(crate) fn Lead() -> Html {
    let store = use_store();
    let summary = &store.summary;
    // While the clock runs, sentences come too fast to be read out; the list of events has them all.
    let spoken = if summary.playing { String::new() } else { summary.announcement.clone() };
    html! {
        <section class="lead" aria-label={store.label(Label::Events)}>
            <h1 class="lead-line">{ rich(&store, &summary.lead) }</h1>
            <p class="lead-aside">{ rich(&store, &summary.aside) }</p>
            <p class="unseen" role="status" aria-live="polite" id="announcement">{ spoken }</p>
        </section>
    }
}
