//! The timeline: what was marked, where the run stands, and a way to any moment.

use brokerscope::session::{Action, ticks};
use brokerscope::sim::MarkKind;
use brokerscope::words::{Label, clock};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::ui::store::{Message, StoreContext, use_store};

/// The line is divided into so many places; marks of one kind in one place are one mark.
const PLACES: u64 = 400;
/// So many times stand below the line.
const MOST_TICKS: u64 = 5;

#[component]
pub(crate) fn Timeline() -> Html {
    let store = use_store();
    let summary = &store.summary;
    let last_ms = summary.last_ms.max(1);
    let dispatcher = store.dispatcher();
    let oninput = move |event: InputEvent| {
        let ms = event
            .target_dyn_into::<HtmlInputElement>()
            .and_then(|input| input.value().parse().ok());
        if let Some(ms) = ms {
            dispatcher.dispatch(Message::Do(Action::SeekMs(ms)));
        }
    };
    let now = clock(summary.now_ms as i64);
    let text = store.words().time_text(&now, &clock(last_ms as i64));
    html! {
        <div class="timeline">
            <svg viewBox={format!("0 0 {PLACES} 24")} preserveAspectRatio="none" aria-hidden="true">
                { marks(&store, last_ms) }
            </svg>
            <div class="ticks" aria-hidden="true">
                { for ticks(last_ms, MOST_TICKS).into_iter().map(|(at_ms, text)| html! {
                    <span key={text.clone()} style={format!("left:{:.2}%", at_ms as f64 * 100.0 / last_ms as f64)}>{ text }</span>
                }) }
            </div>
            <input type="range" id="timeline" min="0" max={last_ms.to_string()} step="1"
                value={summary.now_ms.to_string()} aria-label={store.label(Label::Timeline)}
                aria-valuetext={text} {oninput} />
        </div>
    }
}

/// One path a kind, so that long runs cost no more than short ones.
fn marks(store: &StoreContext, last_ms: u64) -> Html {
    let session = store.session.borrow();
    let start_ms = session.history().scenario().start_ms;
    let kinds = [
        (MarkKind::Commit, "commit"),
        (MarkKind::Roll, "roll"),
        (MarkKind::Clean, "clean"),
        (MarkKind::Delete, "delete"),
        (MarkKind::Rebalance, "rebalance"),
        (MarkKind::Crash, "crash"),
        (MarkKind::Refusal, "crash"),
    ];
    let paths = kinds.into_iter().map(|(kind, class)| {
        let mut path = String::new();
        let mut last_place = u64::MAX;
        for mark in session.history().marks().iter().filter(|mark| mark.kind == kind) {
            let place = (mark.at_ms - start_ms) * PLACES / last_ms.max(1);
            if place != last_place {
                last_place = place;
                path.push_str(&shape(kind, place));
            }
        }
        html! { <path class={classes!("mark", class)} d={path} /> }
    });
    paths.collect()
}

fn shape(kind: MarkKind, x: u64) -> String {
    match kind {
        MarkKind::Commit => format!("M{x} 19v3"),
        MarkKind::Roll => format!("M{x} 4v12"),
        MarkKind::Clean => format!("M{x} 2v6"),
        MarkKind::Delete => format!("M{x} 8v8"),
        MarkKind::Rebalance => format!("M{x} 11v8"),
        MarkKind::Crash | MarkKind::Refusal => format!("M{x} 0v24"),
    }
}
