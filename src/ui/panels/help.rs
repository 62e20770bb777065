//! The keys of the keyboard.

use brokerscope::words::Label;
use yew::prelude::*;

use crate::ui::store::use_store;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) close: Callback<()>,
}

#[component]
pub(crate) fn Help(props: &Props) -> Html {
    let store = use_store();
    let close = props.close.reform(|_: MouseEvent| ());
    html! {
        <section class="sheet help" role="dialog" aria-label={store.label(Label::Help)}>
            <header>
                <h2>{ store.label(Label::Help) }</h2>
                <button type="button" class="icon" aria-label={store.label(Label::Close)} onclick={close}>{ "×" }</button>
            </header>
            <dl class="keys">
                { for store.words().keys().iter().map(|(keys, what)| html! {
                    <div><dt><kbd>{ *keys }</kbd></dt><dd>{ *what }</dd></div>
                }) }
            </dl>
        </section>
    }
}
