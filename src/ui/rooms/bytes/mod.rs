//! The Bytes room: a file's bytes with every field named, the log's files, and look-ups.

mod card;
mod fields;
mod find;
mod hex;
mod parcel;
mod shelf;

use std::rc::Rc;

use brokerscope::protocol::TopicPartition;
use brokerscope::session::inspect::{BytesView, FieldRole};
use brokerscope::session::{Action, DeskView, Direction, Look};
use brokerscope::words::Label;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::ui::panels::rich;
use crate::ui::rooms::bytes::card::Card;
use crate::ui::rooms::bytes::fields::Fields;
use crate::ui::rooms::bytes::find::Find;
use crate::ui::rooms::bytes::hex::Hex;
use crate::ui::rooms::bytes::shelf::Shelf;
use crate::ui::store::{Message, StoreContext, on, use_store};
pub(crate) use parcel::bring;

/// So many bytes are shown at first; the rest on demand.
const SHOWN: usize = 768;

/// A field, and in which bytes: others have other fields.
type Chosen = (String, u32, usize);

#[component]
pub(crate) fn BytesRoom() -> Html {
    let store = use_store();
    let chosen = use_state(|| None::<Chosen>);
    let hovered = use_state(|| None::<usize>);
    let bits = use_state(|| false);
    let all = use_state(|| false);
    let Some(desk) = store.summary.desk.clone() else { return Html::default() };
    let parcel = desk.imported.as_ref();
    let bytes = parcel.map_or(desk.bytes.as_ref(), |parcel| Some(&parcel.bytes));
    let body = bytes.map(|view| {
        let end = if *all { view.bytes.len() } else { SHOWN.min(view.bytes.len()) };
        let count = view.fields.partition_point(|field| (field.start as usize) < end);
        let kept = chosen.as_ref().filter(|(file, at, index)| {
            (file, at) == (&view.file, &view.position) && *index < count
        });
        let at = kept.map_or_else(|| first_choice(view), |(_, _, index)| *index);
        let choose = {
            let (chosen, hovered) = (chosen.clone(), hovered.clone());
            let (file, position) = (view.file.clone(), view.position);
            Callback::from(move |index: usize| {
                hovered.set(None);
                chosen.set(Some((file.clone(), position, index.min(count.saturating_sub(1)))));
            })
        };
        let hover = {
            let hovered = hovered.clone();
            Callback::from(move |index| hovered.set(index))
        };
        let turn = {
            let dispatcher = store.dispatcher();
            Callback::from(move |way| dispatcher.dispatch(Message::Do(Action::Look(Look::Batch(way)))))
        };
        let toggle = {
            let bits = bits.clone();
            Callback::from(move |()| bits.set(!*bits))
        };
        let shown = hovered.filter(|index| *index < count).unwrap_or(at);
        let view = Rc::new(view.clone());
        html! {
            <div class="desk">
                <Hex view={view.clone()} {end} {shown} choose={choose.clone()} hover={hover.clone()} />
                <Card view={view.clone()} {shown} bits={*bits} toggle={toggle.clone()} />
                <Fields view={view.clone()} {count} chosen={at} {shown} {choose} {hover} {turn} {toggle} />
                if end < view.bytes.len() {
                    <button type="button" class="plain more" onclick={let all = all.clone(); move |_: MouseEvent| all.set(true)}>
                        { store.words().show_all_bytes(view.bytes.len() as u64).plain_text() }
                    </button>
                }
            </div>
        }
    });
    let (title, subtitle) =
        parcel.map_or((&desk.title, &desk.subtitle), |parcel| (&parcel.title, &parcel.subtitle));
    html! {
        <main class="room bytes-room">
            if let Some(parcel) = parcel {
                { parcel::bar(&store, parcel) }
            } else {
                { bar(&store, &desk) }
            }
            <h1 class="lead-line">{ rich(&store, title) }</h1>
            <p class="lead-aside">{ rich(&store, subtitle) }</p>
            { body.unwrap_or_default() }
            if let Some(parcel) = parcel {
                { parcel::lists(&store, parcel) }
            } else {
                { parcel::records(&store, &desk.records, 0) }
                <Shelf desk={desk.clone()} />
                <Find desk={desk.clone()} />
            }
        </main>
    }
}

/// Where the eye goes first: a record's key, else the first field.
fn first_choice(view: &BytesView) -> usize {
    view.fields.iter().position(|field| field.name == "keyLength").unwrap_or(0)
}

/// Which log, which file of it, which batch.
fn bar(store: &StoreContext, desk: &DeskView) -> Html {
    let onchange = {
        let dispatcher = store.dispatcher();
        let logs: Vec<TopicPartition> = desk.logs.clone();
        Callback::from(move |event: Event| {
            let Some(select) = event.target_dyn_into::<HtmlSelectElement>() else { return };
            let Some(log) = logs.get(select.selected_index().max(0) as usize) else { return };
            dispatcher.dispatch(Message::Do(Action::Look(Look::Log(log.clone()))));
        })
    };
    html! {
        <div class="desk-bar">
            <label class="unseen" for="desk-log">{ store.label(Label::Partition) }</label>
            <select id="desk-log" {onchange}>
                { for desk.logs.iter().map(|log| html! {
                    <option selected={*log == desk.partition}>{ log.to_string() }</option>
                }) }
            </select>
            <div class="chips" role="group" aria-label={store.label(Label::FileOfSegment)}>
                { for desk.files.iter().map(|file| html! {
                    <button type="button" class="chip" id={format!("file-{}", &file.extension[1..])} aria-pressed={file.chosen.to_string()}
                        onclick={on(store, Action::Look(Look::File(file.kind)))}>
                        <code>{ file.extension }</code><span class="size">{ format!("{} B", file.size) }</span>
                    </button>
                }) }
            </div>
            { turn_buttons(store, desk.more) }
            { parcel::take(store, desk) }
        </div>
    }
}

/// To the batch before, and to the next.
fn turn_buttons(store: &StoreContext, more: (bool, bool)) -> Html {
    let turn = |direction| on(store, Action::Look(Look::Batch(direction)));
    html! {
        <div class="turn" role="group" aria-label={store.label(Label::Batch)}>
            <button type="button" class="pill" id="batch-back" disabled={!more.0} onclick={turn(Direction::Back)}>
                <span aria-hidden="true">{ "← " }</span>{ store.label(Label::PreviousBatch) }
            </button>
            <button type="button" class="pill" id="batch-forward" disabled={!more.1} onclick={turn(Direction::Forward)}>
                { store.label(Label::NextBatch) }<span aria-hidden="true">{ " →" }</span>
            </button>
        </div>
    }
}

fn role_class(role: FieldRole) -> &'static str {
    match role {
        FieldRole::Key => "role-key",
        FieldRole::Value => "role-value",
        FieldRole::Time => "role-time",
        FieldRole::Checksum => "role-checksum",
        FieldRole::Offset => "role-offset",
        FieldRole::Other => "role-other",
    }
}
