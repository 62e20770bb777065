//! One record's life: stations in order, each a way to its moment.

use brokerscope::session::{Action, LedgerAction, LedgerView, StationRow};
use brokerscope::words::{Label, clock};
use yew::prelude::*;

use crate::ui::panels::rich;
use crate::ui::rooms::ledger::act;
use crate::ui::store::{StoreContext, on};

pub(super) fn life(store: &StoreContext, view: &LedgerView) -> Html {
    let words = store.words();
    let Some(life) = &view.life else {
        return html! { <aside class="life"><p class="small">{ words.ledger_choose().plain_text() }</p></aside> };
    };
    let close = store.label(Label::Close);
    html! {
        <aside class="life open" aria-labelledby="life-title">
            <div class="life-head">
                <h2 id="life-title">{ rich(store, &life.title) }</h2>
                <button type="button" class="icon" id="life-close" aria-label={close} title={close}
                    onclick={act(store, LedgerAction::Open(None))}>{ "×" }</button>
            </div>
            <p id="life-verdict" role="status">{ rich(store, &life.verdict) }</p>
            if let Some(lesson) = &life.lesson {
                <p class="small">{ rich(store, lesson) }</p>
            }
            <ol class="stations">{ for life.stations.iter().enumerate().map(|(at, row)| station(store, at, row)) }</ol>
            if let Some(subject) = &life.subject {
                <button type="button" class="pill" id="life-show"
                    onclick={on(store, Action::Select(Some(subject.clone())))}>{ words.ledger_show().plain_text() }</button>
            }
        </aside>
    }
}

fn station(store: &StoreContext, at: usize, row: &StationRow) -> Html {
    let here = row.index == store.summary.event_index && !store.summary.playing;
    html! {
        <li key={at} class={classes!(row.decided.then_some("decided"), here.then_some("here"))}>
            <span class="when">{ clock(row.at_ms as i64) }</span>
            <span class="what">{ rich(store, &row.line) }</span>
            <button type="button" class="link" aria-current={here.then_some("step")}
                aria-label={format!("{}: {}", store.label(Label::JumpThere), row.line.plain_text())}
                onclick={on(store, Action::SeekIndex(row.index))}>{ store.label(Label::JumpThere) }</button>
        </li>
    }
}
