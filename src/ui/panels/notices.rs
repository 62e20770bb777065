//! Messages to the person: refusals in Kafka's words, what the browser could not do.

use brokerscope::session::{Action, Notice};
use brokerscope::words::Label;
use yew::prelude::*;

use crate::ui::store::{Message, StoreContext, on, use_store};

#[component]
pub(crate) fn Notices() -> Html {
    let store = use_store();
    let broken = store.summary.broken.as_ref().map(|what| store.words().broken(what));
    html! {
        <div class="notices" role="alert">
            if let Some(broken) = broken {
                <div class="notice broken"><p>{ broken }</p></div>
            }
            { for store.summary.notices.iter().map(|notice| one(&store, notice)) }
        </div>
    }
}

fn one(store: &StoreContext, notice: &Notice) -> Html {
    let dismiss = Action::Dismiss(notice.id);
    let offer = notice.offer.as_ref().map(|(label, action)| {
        let dispatcher = store.dispatcher();
        let actions = [action.clone(), dismiss.clone()];
        let onclick = move |_: MouseEvent| {
            for action in actions.clone() {
                dispatcher.dispatch(Message::Do(action));
            }
        };
        html! { <button type="button" class="plain" {onclick}>{ label }</button> }
    });
    html! {
        <div class="notice" key={notice.id}>
            <p>{ &notice.text }</p>
            { offer }
            <button type="button" class="icon" aria-label={store.label(Label::Close)} onclick={on(store, dismiss)}>
                { "×" }
            </button>
        </div>
    }
}
