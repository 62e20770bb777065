//! The Verify room.

use brokerscope::words::Label;
use yew::prelude::*;

use crate::ui::store::use_store;

#[component]
pub(crate) fn VerifyRoom() -> Html {
    let store = use_store();
    html! {
        <main class="room verify-room">
            <h1 class="lead-line">{ store.label(Label::VerifyRoom) }</h1>
        </main>
    }
}
