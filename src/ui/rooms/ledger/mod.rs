//! The Ledger room: what became of every record.

use brokerscope::words::Label;
use yew::prelude::*;

use crate::ui::store::use_store;

#[component]
pub(crate) fn LedgerRoom() -> Html {
    let store = use_store();
    html! {
        <main class="room live ledger-room" aria-label={store.label(Label::LedgerRoom)}></main>
    }
}
