//! What happened lately, newest first; a click goes there.

use brokerscope::session::{Action, Told};
use brokerscope::words::{Label, clock};
use yew::prelude::*;

use crate::ui::panels::rich::rich;
use crate::ui::store::{StoreContext, on, use_store};

/// So many are shown while nothing else is.
const SHOWN: usize = 7;

#[component]
pub(crate) fn Events() -> Html {
    let store = use_store();
    let told = &store.summary.told;
    html! {
        <section class="events">
            <p class="invitation">{ rich(&store, &store.words().invitation()) }</p>
            <h2>{ store.label(Label::Events) }</h2>
            <ol class="told">
                { for told.iter().rev().take(SHOWN).enumerate().map(|(at, told)| row(&store, at, told)) }
            </ol>
        </section>
    }
}

fn row(store: &StoreContext, at: usize, told: &Told) -> Html {
    html! {
        <li key={format!("{}.{at}", told.index)}>
            <button type="button" class="row" onclick={on(store, Action::SeekIndex(told.index))}>
                <span class="when">{ clock(told.at_ms as i64) }</span>
                <span>{ rich(store, &told.line) }</span>
            </button>
        </li>
    }
}
