//! The Clients room: one client from inside. Above, which one; below, a consumer's program or a producer's
//! pipeline.

mod console;
mod consumer;
mod producer;

use brokerscope::session::Action;
use brokerscope::words::Label;
use yew::prelude::*;

use crate::ui::Open;
use crate::ui::panels::Inspector;
use crate::ui::rooms::clients::console::Console;
use crate::ui::rooms::clients::consumer::ConsumerHalf;
use crate::ui::rooms::clients::producer::ProducerHalf;
use crate::ui::store::{StoreContext, on, use_store};

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    /// Opens one of the page's sheets.
    pub(crate) open: Callback<Open>,
}

#[component]
pub(crate) fn ClientsRoom(props: &Props) -> Html {
    let store = use_store();
    let (shown, half) = {
        let session = store.session.borrow();
        let shown = session.shown_client();
        let client = shown.and_then(|id| session.history().world().client(id));
        let half = client.map(|client| {
            let id = client.id;
            match client.consumer() {
                Some(_) => html! { <ConsumerHalf key={id.0} {id} /> },
                None => html! { <ProducerHalf key={id.0} {id} /> },
            }
        });
        (shown, half)
    };
    html! {
        <main class="room live clients-room" aria-label={store.label(Label::ClientsRoom)}>
            { chooser(&store, shown) }
            if let Some(id) = shown {
                <Console key={id.0} {id} />
            }
            { half.unwrap_or_else(|| html! { <p>{ store.words().clients_none().plain_text() }</p> }) }
            if store.summary.inspection.is_some() {
                <aside class="inspected"><Inspector open={props.open.clone()} /></aside>
            }
        </main>
    }
}

/// All clients, the shown one pressed.
fn chooser(store: &StoreContext, shown: Option<brokerscope::protocol::ClientId>) -> Html {
    let session = store.session.borrow();
    let buttons = session.history().world().clients().iter().map(|client| {
        let chosen = shown == Some(client.id);
        let kind = if client.consumer().is_some() { "consumer" } else { "producer" };
        let class = classes!(
            "pill",
            kind,
            chosen.then_some("chosen"),
            (!client.is_running()).then_some("dead")
        );
        html! {
            <button type="button" {class} key={client.id.0} aria-pressed={chosen.to_string()}
                onclick={on(store, Action::ShowClient(client.id))}>{ &*client.name }</button>
        }
    });
    html! {
        <nav class="chooser" aria-label={store.words().clients_choose().plain_text()}>{ for buttons }</nav>
    }
}
