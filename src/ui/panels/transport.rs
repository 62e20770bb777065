//! The five controls of time: back, play, forward, speed, timeline.

use brokerscope::session::{Action, Direction, Playback};
use brokerscope::words::{Label, clock};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::ui::panels::timeline::Timeline;
use crate::ui::store::{Message, StoreContext, on, use_store};

#[component]
pub(crate) fn Transport() -> Html {
    let store = use_store();
    let summary = &store.summary;
    let play = store.label(if summary.playing { Label::Pause } else { Label::Play });
    let back = store.label(Label::StepBack);
    let forward = store.label(Label::StepForward);
    html! {
        <section class="transport" aria-label={store.label(Label::Time)}>
            <button type="button" class="round" id="step-back" aria-label={back} title={back}
                onclick={on(&store, Action::Step(Direction::Back))}>{ icon("M11 3 4 8l7 5zM4 3v10") }</button>
            <button type="button" class="round play" id="play" aria-label={play} title={play}
                onclick={on(&store, Action::TogglePlay)}>
                { icon(if summary.playing { "M5 3v10M11 3v10" } else { "M5 3l8 5-8 5z" }) }
            </button>
            <button type="button" class="round" id="step-forward" aria-label={forward} title={forward}
                onclick={on(&store, Action::Step(Direction::Forward))}>{ icon("M5 3l7 5-7 5zM12 3v10") }</button>
            { speed(&store) }
            <Timeline />
            <p class="clock">
                <span class="now">{ clock(summary.now_ms as i64) }</span>
                <span class="pace">{ pace(&store) }</span>
            </p>
        </section>
    }
}

/// How fast the clock runs, and whether that is all that this machine can do.
fn pace(store: &StoreContext) -> String {
    let (words, summary) = (store.words(), &store.summary);
    if summary.leaping {
        return words.leaping().to_owned();
    }
    let pace = words.pace(summary.model_ms_per_wall_s);
    if summary.held_back { words.held_back(&pace) } else { pace }
}

fn icon(path: &'static str) -> Html {
    html! {
        <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" class="glyph"><path d={path} /></svg>
    }
}

fn speed(store: &StoreContext) -> Html {
    let dispatcher = store.dispatcher();
    let onchange = move |event: Event| {
        let index = event
            .target_dyn_into::<HtmlSelectElement>()
            .and_then(|select| select.value().parse().ok());
        if let Some(index) = index {
            dispatcher.dispatch(Message::Do(Action::SetSpeed(index)));
        }
    };
    html! {
        <select class="speed" id="speed" aria-label={store.label(Label::Speed)} {onchange}>
            { for (0..Playback::CHOICES).map(|index| html! {
                <option value={index.to_string()} selected={index == store.summary.speed}>
                    { Playback::speed_text(index).unwrap_or_else(|ms| store.words().compressed(ms)) }
                </option>
            }) }
        </select>
    }
}
