//! The Clients room: one client from inside.

use brokerscope::words::Label;
use yew::prelude::*;

use crate::ui::store::use_store;

#[component]
pub(crate) fn ClientsRoom() -> Html {
    let store = use_store();
    html! {
        <main class="room live clients-room" aria-label={store.label(Label::ClientsRoom)}></main>
    }
}
