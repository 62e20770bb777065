//! A look-up by offset or by time, step by step.

use std::rc::Rc;

use brokerscope::session::{
    Action, Cell, CellState, DeskView, Direction, Look, LookupRow, LookupView, RowKind, Target,
};
use brokerscope::words::Label;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::ui::panels::rich;
use crate::ui::store::{Message, StoreContext, on, use_store};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) desk: Rc<DeskView>,
}

#[component]
pub(super) fn Find(props: &Props) -> Html {
    let store = use_store();
    let by_time = use_state(|| false);
    let field = use_node_ref();
    let desk = &props.desk;
    let onchange = {
        let (by_time, field) = (by_time.clone(), field.clone());
        let (time, offset) = desk.example;
        Callback::from(move |event: Event| {
            let Some(select) = event.target_dyn_into::<HtmlSelectElement>() else { return };
            let chosen = select.selected_index() == 1;
            if let Some(field) = field.cast::<HtmlInputElement>() {
                field.set_value(&if chosen { time.to_string() } else { offset.to_string() });
            }
            by_time.set(chosen);
        })
    };
    let onsubmit = {
        let (dispatcher, field, by_time) = (store.dispatcher(), field.clone(), *by_time);
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let Some(field) = field.cast::<HtmlInputElement>() else { return };
            let text = field.value();
            let target = if by_time {
                text.trim().parse().ok().map(Target::Time)
            } else {
                text.trim().parse().ok().map(Target::Offset)
            };
            dispatcher.dispatch(Message::Do(match target {
                Some(target) => Action::Look(Look::Find(target)),
                None => Action::Complain(format!("{text}?")),
            }));
        })
    };
    let value = match desk.lookup.as_ref().map(|lookup| lookup.target) {
        Some(Target::Offset(offset)) if !*by_time => offset.to_string(),
        Some(Target::Time(time)) if *by_time => time.to_string(),
        _ if *by_time => desk.example.0.to_string(),
        _ => desk.example.1.to_string(),
    };
    html! {
        <section class="find" aria-labelledby="find-title">
            <div class="find-head">
                <h2 id="find-title">
                    { desk.lookup.as_ref().map_or_else(Html::default, |lookup| rich(&store, &lookup.title)) }
                </h2>
                <form {onsubmit}>
                    <label class="unseen" for="find-by">{ store.label(Label::FindBy) }</label>
                    <select id="find-by" {onchange}>
                        <option selected={!*by_time}>{ store.label(Label::ByOffset) }</option>
                        <option selected={*by_time}>{ store.label(Label::ByTimestamp) }</option>
                    </select>
                    <label class="unseen" for="find-what">{ store.label(Label::FindWhat) }</label>
                    <input id="find-what" type="text" inputmode="numeric" autocomplete="off" key={value.clone()} ref={field} value={value.clone()} />
                    <button type="submit" class="pill" id="find">{ store.label(Label::Find) }</button>
                </form>
            </div>
            if let Some(lookup) = &desk.lookup {
                { steps(&store, lookup) }
                <ol class="find-rows">{ for lookup.rows.iter().map(|row| row_of(&store, row)) }</ol>
            }
        </section>
    }
}

/// Back, play, forward; what the last step was.
fn steps(store: &StoreContext, lookup: &LookupView) -> Html {
    let look = |look| on(store, Action::Look(look));
    let play = store.label(if lookup.playing { Label::Pause } else { Label::Play });
    let onkeydown = {
        let dispatcher = store.dispatcher();
        Callback::from(move |event: KeyboardEvent| {
            let look = match event.key().as_str() {
                "ArrowLeft" => Look::Step(Direction::Back),
                "ArrowRight" => Look::Step(Direction::Forward),
                "Home" => Look::StepToEnd(Direction::Back),
                "End" => Look::StepToEnd(Direction::Forward),
                _ => return,
            };
            event.prevent_default();
            dispatcher.dispatch(Message::Do(Action::Look(look)));
        })
    };
    html! {
        <div class="find-steps" {onkeydown}>
            <div class="find-buttons" role="group" aria-label={store.label(Label::StepsOfLookup)}>
                <button type="button" class="round" id="find-back" aria-label={store.label(Label::StepBack)}
                    disabled={lookup.shown <= 1} onclick={look(Look::Step(Direction::Back))}>{ glyph("M11 3L6 8l5 5zM4 3h2v10H4z") }</button>
                <button type="button" class="round" id="find-play" aria-label={play} onclick={look(Look::Play)}>
                    { glyph(if lookup.playing { "M4 3h3v10H4zM9 3h3v10H9z" } else { "M5 3l8 5-8 5z" }) }
                </button>
                <button type="button" class="round" id="find-forward" aria-label={store.label(Label::StepForward)}
                    disabled={lookup.shown >= lookup.count} onclick={look(Look::Step(Direction::Forward))}>{ glyph("M5 3l5 5-5 5zM10 3h2v10h-2z") }</button>
            </div>
            <p class="count"><code>{ format!("{} / {}", lookup.shown, lookup.count) }</code></p>
            <p class="says" role="status">{ &lookup.says }</p>
        </div>
    }
}

fn glyph(path: &'static str) -> Html {
    html! { <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" class="glyph"><path d={path} /></svg> }
}

fn row_of(store: &StoreContext, row: &LookupRow) -> Html {
    let kind = match row.kind {
        RowKind::Files => "files",
        RowKind::TimeIndex => "time-index",
        RowKind::OffsetIndex => "offset-index",
        RowKind::Batches => "batches",
        RowKind::Records => "records",
    };
    html! {
        <li class={classes!("find-row", row.current.then_some("current"))} data-row={kind} key={kind}>
            <div class="question">
                <h3>{ &row.title }</h3>
                <p class="small">{ &row.how }</p>
            </div>
            <div>
                <ul class="cells">{ for row.cells.iter().map(|cell| cell_of(store, cell)) }</ul>
                if !row.outcome.is_empty() {
                    <p class="outcome">{ &row.outcome }</p>
                }
            </div>
        </li>
    }
}

fn cell_of(store: &StoreContext, cell: &Cell) -> Html {
    let state = match cell.state {
        CellState::Plain => "untouched",
        CellState::Asked => "asked",
        CellState::Chosen => "taken",
    };
    let class = classes!("cell", state);
    let face = match cell.batch {
        Some((base, position)) => html! {
            <button type="button" {class} onclick={on(store, Action::Look(Look::BatchAt(base, position)))}>{ &cell.text }</button>
        },
        None => html! { <span {class}>{ &cell.text }</span> },
    };
    html! {
        <>
            if cell.gap {
                <li class="gap" aria-hidden="true">{ "…" }</li>
            }
            <li>{ face }<span class="note">{ &cell.note }</span></li>
        </>
    }
}
