//! The cleaner's theatre in place of the stage: the log, the map and the copy, large enough to follow.

use brokerscope::protocol::{Offset, Subject};
use brokerscope::session::{Act, Action, Fate, Horizon, Part, Place, Shelf, Theatre as View};
use brokerscope::words::Line;
use yew::prelude::*;

use crate::ui::panels::rich::rich;
use crate::ui::store::{StoreContext, on, use_store};

#[component]
pub(crate) fn Theatre() -> Html {
    let store = use_store();
    let Some(view) = store.session.borrow().theatre() else { return Html::default() };
    let words = store.words();
    let partition = view.partition.to_string();
    html! {
        <section class="theatre" aria-labelledby="theatre-title">
            <div class="head">
                <h2 id="theatre-title">{ rich(&store, &words.theatre_title(&partition)) }</h2>
                <button type="button" class="pill" id="leave-theatre" onclick={on(&store, Action::Watch(None))}>
                    { words.theatre_close().plain_text() }
                </button>
            </div>
            <p class="idea">{ rich(&store, &words.theatre_idea()) }</p>
            { acts(&store, &view) }
            { now(&store, &view) }
            { ratio(&store, &view) }
            <div class="scene">
                <div class="shelves">
                    { for view.shelves.iter().map(|shelf| shelf_part(&store, &view, shelf)) }
                    if let Some(copy) = &view.copy {
                        { shelf_part(&store, &view, copy) }
                    }
                </div>
                <div class="beside">
                    { map(&store, &view) }
                    { decisions(&store, &view) }
                    { horizons(&store, &view) }
                </div>
            </div>
        </section>
    }
}

/// The four acts, the present one marked.
fn acts(store: &StoreContext, view: &View) -> Html {
    let words = store.words();
    let acts = [
        (Act::Waiting, words.theatre_act_choose()),
        (Act::Reading, words.theatre_act_read()),
        (Act::Copying, words.theatre_act_copy()),
        (Act::Done, words.theatre_act_swap()),
    ];
    html! {
        <ol class="acts">
            { for acts.into_iter().map(|(act, name)| html! {
                <li class={classes!((act < view.act).then_some("over"), (act == view.act).then_some("here"))}
                    aria-current={(act == view.act).then_some("step")}>{ name.plain_text() }</li>
            }) }
        </ol>
    }
}

/// The sentence, and the way from record to record.
fn now(store: &StoreContext, view: &View) -> Html {
    let words = store.words();
    let go = |id: &'static str, name: Line, sign: &'static str, at_ms: Option<u64>| {
        let name = name.plain_text();
        let action = Action::GoTo(at_ms.unwrap_or_default());
        html! {
            <button type="button" class="pill" {id} aria-label={name.clone()} title={name} disabled={at_ms.is_none()}
                onclick={on(store, action)}>{ sign }</button>
        }
    };
    html! {
        <div class="told-now">
            <p id="theatre-now">{ rich(store, &view.now) }</p>
            if matches!(view.act, Act::Reading | Act::Copying) {
                <div class="by-record">
                    { go("record-before", words.theatre_previous(), "←", view.previous_ms) }
                    { go("record-next", words.theatre_next(), "→", view.next_ms) }
                </div>
            }
        </div>
    }
}

fn ratio(store: &StoreContext, view: &View) -> Html {
    let words = store.words();
    let verdict = if view.above { words.theatre_above() } else { words.theatre_below() };
    let [filled, mark] = [view.ratio.filled, view.ratio.mark].map(|part| f64::from(part) / 10.0);
    html! {
        <div class={classes!("ratio", view.above.then_some("above"))}>
            <p><span>{ rich(store, &view.ratio_text) }</span><span class="word">{ verdict.plain_text() }</span></p>
            <span class="meter big" aria-hidden="true">
                <i style={format!("width:{filled}%")}></i><b style={format!("left:{mark}%")}></b>
            </span>
        </div>
    }
}

fn shelf_part(store: &StoreContext, view: &View, shelf: &Shelf) -> Html {
    let words = store.words();
    let (class, part) = match shelf.part {
        Part::Tail => ("tail", words.theatre_part_tail()),
        Part::Head => ("head-part", words.theatre_part_head()),
        Part::Active => ("active", words.theatre_part_active()),
        Part::Copy => ("copy", words.theatre_part_copy()),
    };
    let subject = Subject::Segment(view.partition.clone(), Offset(shelf.base));
    html! {
        <section class={classes!("log-file", class)} key={shelf.file.clone()}>
            <p class="label">
                <button type="button" class="link mono" onclick={on(store, Action::Select(Some(subject)))}>{ &shelf.file }</button>
                <span>{ part.plain_text() }</span>
                <span class="bytes">{ format!("{} B", shelf.bytes) }</span>
            </p>
            if shelf.more > 0 {
                <p class="small">{ words.theatre_more(shelf.more).plain_text() }</p>
            }
            <ul class="tiles">{ for shelf.places.iter().map(tile) }</ul>
        </section>
    }
}

fn tile(place: &Place) -> Html {
    let fate = match place.fate {
        Fate::Open => "open",
        Fate::Read => "read",
        Fate::Now => "now",
        Fate::Kept => "kept",
        Fate::Dropped => "dropped",
        Fate::Gap => "gap",
    };
    let sign = match place.fate {
        Fate::Kept => "✓",
        Fate::Dropped => "×",
        Fate::Read => "·",
        _ => "",
    };
    let key = format!("k{}", place.colour);
    let tombstone = place.tombstone.then_some("tombstone");
    html! {
        <li class={classes!("tile", fate, key, tombstone)} key={place.offset.to_string()} title={place.told.clone()}>
            <span class="letter">{ &place.letter }</span>
            if place.fate != Fate::Gap {
                <span class="offset">{ place.offset }</span>
            }
            <span class="sign" aria-hidden="true">{ sign }</span>
        </li>
    }
}

fn map(store: &StoreContext, view: &View) -> Html {
    let words = store.words();
    html! {
        <section class="part">
            <h3>{ words.theatre_map().plain_text() }</h3>
            <p class="small">{ rich(store, &words.theatre_map_idea()) }{ ": " }{ rich(store, &view.map_text) }</p>
            <ul class="map">
                { for view.map.iter().map(|(line, hot)| html! {
                    <li class={classes!(hot.then_some("hot"))}>{ rich(store, line) }</li>
                }) }
            </ul>
        </section>
    }
}

fn decisions(store: &StoreContext, view: &View) -> Html {
    if view.decisions.is_empty() {
        return Html::default();
    }
    html! {
        <section class="part">
            <h3>{ store.words().theatre_decisions().plain_text() }</h3>
            <ul class="decisions">
                { for view.decisions.iter().map(|(line, kept)| html! {
                    <li class={if *kept { "kept" } else { "dropped" }}>
                        <span class="sign" aria-hidden="true">{ if *kept { "✓" } else { "×" } }</span>
                        <span>{ rich(store, line) }</span>
                    </li>
                }) }
            </ul>
        </section>
    }
}

fn horizons(store: &StoreContext, view: &View) -> Html {
    let words = store.words();
    html! {
        <section class="part">
            <h3>{ words.theatre_horizons().plain_text() }</h3>
            if view.horizons.is_empty() {
                <p class="small">{ words.theatre_no_horizons().plain_text() }</p>
            }
            <ul class="horizons">{ for view.horizons.iter().map(|horizon| horizon_row(store, horizon)) }</ul>
        </section>
    }
}

fn horizon_row(store: &StoreContext, horizon: &Horizon) -> Html {
    let share = horizon.meter.map_or(0.0, |meter| f64::from(meter.filled) / 1000.0);
    // A clock's hand: a circle whose stroke grows with the time that has passed.
    let round = 37.7;
    html! {
        <li>
            <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" class="dial">
                <circle cx="8" cy="8" r="6" />
                <circle cx="8" cy="8" r="6" class="passed" stroke-dasharray={format!("{:.1} {round}", round * share)} transform="rotate(-90 8 8)" />
            </svg>
            <span>{ rich(store, &horizon.text) }</span>
        </li>
    }
}
