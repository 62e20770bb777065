//! The Groups room: who owns what, and how it came to that.

use brokerscope::words::Label;
use yew::prelude::*;

use crate::ui::store::use_store;

#[component]
pub(crate) fn GroupsRoom() -> Html {
    let store = use_store();
    html! {
        <main class="room live groups-room" aria-label={store.label(Label::GroupsRoom)}></main>
    }
}
