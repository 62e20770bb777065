//! "Why not?": what a log waits for, and a way to the moment when it is over.

use brokerscope::session::Action;
use brokerscope::session::inspect::{Doubt, Earliest, SegmentDoubt};
use brokerscope::words::Label;
use yew::prelude::*;

use crate::ui::panels::inspector::{gate_row, meter};
use crate::ui::panels::rich::rich;
use crate::ui::panels::use_sheet;
use crate::ui::store::{StoreContext, on, use_store};

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) close: Callback<()>,
}

#[component]
pub(crate) fn WhyNot(props: &Props) -> Html {
    let store = use_store();
    let sheet = use_sheet();
    let close = props.close.reform(|_: MouseEvent| ());
    let shown = store.session.borrow().why_not();
    let title = store.words().why_not_title().plain_text();
    html! {
        <section class="sheet why-not" role="dialog" tabindex="-1" ref={sheet} aria-label={title.clone()}>
            <div class="head">
                <h2>{ title }</h2>
                <button type="button" class="icon" id="close-why-not" aria-label={store.label(Label::Close)} onclick={close}>{ "×" }</button>
            </div>
            if let Some(shown) = shown {
                <p class="subtitle">{ rich(&store, &shown.about) }</p>
                { for shown.doubts.iter().map(|doubt| doubt_part(&store, doubt)) }
            } else {
                <p class="subtitle">{ rich(&store, &store.words().why_not_nothing()) }</p>
            }
        </section>
    }
}

fn doubt_part(store: &StoreContext, doubt: &Doubt) -> Html {
    html! {
        <section class="doubt" key={doubt.name} id={format!("doubt-{}", doubt.name)}>
            <h3>{ rich(store, &doubt.question) }</h3>
            { earliest(store, &doubt.earliest) }
            <p class="explain">{ rich(store, &doubt.answer) }</p>
            <ul class="gates">{ for doubt.gates.iter().map(|gate| gate_row(store, gate)) }</ul>
            if !doubt.segments.is_empty() {
                <ol class="swept">
                    { for doubt.segments.iter().map(|segment| segment_row(store, segment)) }
                    if doubt.more > 0 {
                        <li class="small">{ format!("+ {}", doubt.more) }</li>
                    }
                </ol>
            }
        </section>
    }
}

/// The sentence, and the button that lets the clock run up to then.
fn earliest(store: &StoreContext, earliest: &Earliest) -> Html {
    html! {
        <div class={classes!("earliest", earliest.at_ms.is_none().then_some("never"))}>
            <p>{ rich(store, &earliest.text) }</p>
            if let Some(at_ms) = earliest.at_ms {
                <button type="button" class="pill jump" onclick={on(store, Action::LeapTo(at_ms))}>
                    { store.label(Label::JumpThere) }
                </button>
            }
        </div>
    }
}

fn segment_row(store: &StoreContext, segment: &SegmentDoubt) -> Html {
    let words = store.words();
    let verdict = if segment.due { words.sweep_goes() } else { words.sweep_stays() };
    let current = segment.chosen.then_some("true");
    html! {
        <li class={classes!("swept-row", segment.chosen.then_some("chosen"))} key={segment.file.clone()} aria-current={current}>
            <div class="name">
                <button type="button" class="link mono" onclick={on(store, Action::Select(Some(segment.subject.clone())))}>
                    { &segment.file }
                </button>
                <span class={classes!("verdict-word", segment.due.then_some("due"))}>{ verdict.plain_text() }</span>
            </div>
            <ul class="sweeps">
                { for segment.sweeps.iter().map(|(name, gate)| html! {
                    <li class={classes!("gate", gate.met.then_some("met"))} title={gate.name.plain_text()}>
                        <span class="what"><span class="mark" aria-hidden="true">{ if gate.met { "● " } else { "○ " } }</span>{ name }</span>
                        { meter(gate) }
                        <span class="value">{ rich(store, &gate.value) }{ " / " }{ rich(store, &gate.limit) }</span>
                    </li>
                }) }
            </ul>
            if let Some(at) = &segment.earliest {
                { earliest(store, at) }
            }
        </li>
    }
}
