//! Records as tiles, a page of them, and what chooses among them.

use brokerscope::session::{LedgerAction, LedgerTile, LedgerView, TileGroup};
use brokerscope::sim::Verdict;
use brokerscope::words::{Words, grouped};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::ui::rooms::ledger::{act, class_of, short_name, sign_of};
use crate::ui::store::{Message, StoreContext};

/// Tiles with their tools.
pub(super) fn tiles(store: &StoreContext, view: &LedgerView) -> Html {
    let words = store.words();
    html! {
        <section class="records" aria-label={words.ledger_for().plain_text()}>
            { tools(store, view) }
            if view.matching == 0 {
                <p class="small">{ words.ledger_none().plain_text() }</p>
            }
            { for view.groups.iter().map(|group| group_of(store, view, group)) }
            if view.pages > 1 {
                { pages(store, view) }
            }
        </section>
    }
}

fn tools(store: &StoreContext, view: &LedgerView) -> Html {
    let words = store.words();
    let oninput = {
        let dispatcher = store.dispatcher();
        move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                let action = LedgerAction::OnlyKey(input.value());
                dispatcher.dispatch(Message::Do(brokerscope::session::Action::Ledger(action)));
            }
        }
    };
    let onchange = {
        let dispatcher = store.dispatcher();
        move |event: Event| {
            if let Some(select) = event.target_dyn_into::<HtmlSelectElement>() {
                let verdict = Verdict::ALL.into_iter().find(|v| class_of(*v) == select.value());
                let action = LedgerAction::OnlyVerdict(verdict);
                dispatcher.dispatch(Message::Do(brokerscope::session::Action::Ledger(action)));
            }
        }
    };
    let order = |by_verdict: bool, name: String| {
        let pressed = view.in_order_of_send != by_verdict;
        html! {
            <button type="button" class={classes!("pill", pressed.then_some("on"))} aria-pressed={pressed.to_string()}
                onclick={act(store, LedgerAction::ByVerdict(by_verdict))}>{ name }</button>
        }
    };
    html! {
        <div class="ledger-tools">
            <div class="order" role="group" aria-label={words.ledger_order().plain_text()}>
                { order(true, words.ledger_by_verdict().plain_text()) }
                { order(false, words.ledger_by_send().plain_text()) }
            </div>
            <select id="ledger-verdict" aria-label={words.ledger_for().plain_text()} {onchange}>
                <option value="" selected={view.verdict.is_none()}>{ words.ledger_all().plain_text() }</option>
                { for Verdict::ALL.iter().map(|verdict| html! {
                    <option value={class_of(*verdict)} selected={view.verdict == Some(*verdict)}>
                        { short_name(words, *verdict).plain_text() }
                    </option>
                }) }
            </select>
            <input type="text" id="ledger-key" value={view.key.clone()} placeholder={words.ledger_key().plain_text()}
                aria-label={words.ledger_key().plain_text()} autocomplete="off" spellcheck="false" {oninput} />
            <span class="small matching" role="status">{ words.ledger_matching(u64::from(view.matching)).plain_text() }</span>
        </div>
    }
}

fn group_of(store: &StoreContext, view: &LedgerView, group: &TileGroup) -> Html {
    let class = group.verdict.map(class_of);
    html! {
        <div class={classes!("tile-group", class)} key={class.unwrap_or("all")}>
            if let Some(verdict) = group.verdict {
                <h2><span aria-hidden="true">{ sign_of(verdict) }{ " " }</span>{ group.heading.plain_text() }</h2>
            }
            <ul class="tile-list">{ for group.tiles.iter().map(|tile| tile_of(store, view, tile)) }</ul>
        </div>
    }
}

fn tile_of(store: &StoreContext, view: &LedgerView, tile: &LedgerTile) -> Html {
    let open = view.life.as_ref().is_some_and(|life| life.record == tile.record);
    let class = classes!(
        "ledger-tile",
        format!("t{}", tile.colour),
        tile.tombstone.then_some("tombstone"),
        tile.verdict.map(class_of),
        open.then_some("open"),
    );
    let action = LedgerAction::Open((!open).then_some(tile.record));
    html! {
        <li key={tile.record}>
            <button type="button" {class} aria-label={tile.name.clone()} title={tile.name.clone()}
                aria-pressed={open.to_string()} onclick={act(store, action)}>{ &tile.letter }</button>
        </li>
    }
}

fn pages(store: &StoreContext, view: &LedgerView) -> Html {
    let words: &dyn Words = store.words();
    let (page, pages) = (view.page, view.pages);
    let go = |id: &'static str, sign: &'static str, name: String, to: Option<u32>| {
        html! {
            <button type="button" class="pill" {id} aria-label={name.clone()} title={name} disabled={to.is_none()}
                onclick={act(store, LedgerAction::Page(to.unwrap_or_default()))}>{ sign }</button>
        }
    };
    html! {
        <div class="pages">
            { go("ledger-back", "←", words.ledger_back().plain_text(), page.checked_sub(1)) }
            <span class="small">{ words.ledger_page(u64::from(page) + 1, u64::from(pages)).plain_text() }</span>
            { go("ledger-on", "→", words.ledger_on().plain_text(), (page + 1 < pages).then_some(page + 1)) }
            <span class="small">{ grouped(view.matching) }</span>
        </div>
    }
}
