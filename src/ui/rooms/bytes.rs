//! The Bytes room.

use brokerscope::words::Label;
use yew::prelude::*;

use crate::ui::store::use_store;

#[component]
pub(crate) fn BytesRoom() -> Html {
    let store = use_store();
    html! {
        <main class="room bytes-room">
            <h1 class="lead-line">{ store.label(Label::BytesRoom) }</h1>
        </main>
    }
}
