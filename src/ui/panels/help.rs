//! The keys of the keyboard.

use brokerscope::words::Label;
use yew::prelude::*;

use crate::ui::panels::use_sheet;
use crate::ui::store::use_store;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) close: Callback<()>,
}

#[component]
pub(crate) fn Help(props: &Props) -> Html {
    let store = use_store();
    let sheet = use_sheet();
    let close = props.close.reform(|_: MouseEvent| ());
    html! {
        <section class="sheet help" role="dialog" tabindex="-1" ref={sheet} aria-label={store.label(Label::Help)}>
            <div class="head">
                <h2>{ store.label(Label::Help) }</h2>
                <button type="button" class="icon" aria-label={store.label(Label::Close)} onclick={close}>{ "×" }</button>
            </div>
            <dl class="keys">
                { for store.words().keys().iter().map(|(keys, what)| html! {
                    <div><dt><kbd>{ *keys }</kbd></dt><dd>{ *what }</dd></div>
                }) }
            </dl>
        </section>
    }
}
