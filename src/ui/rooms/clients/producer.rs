//! A producer from inside: the stations of its pipeline, left to right; on a phone top to bottom.

use brokerscope::protocol::ClientId;
use brokerscope::session::{
    Action, BatchRow, FutureRow, FutureState, ProducerView, RecordTile, RequestRow, Way,
};
use brokerscope::sim::{self, RecordSpec};
use brokerscope::words::{Label, Line};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::ui::panels::{Settings, rich};
use crate::ui::store::{Message, StoreContext, on, use_store};

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    /// Which producer.
    pub(crate) id: ClientId,
}

#[component]
pub(crate) fn ProducerHalf(props: &Props) -> Html {
    let store = use_store();
    let Some(view) = store.session.borrow().producer_view(props.id) else { return html! {} };
    let words = store.words();
    html! {
        <div class="producer-half">
            <h2 class="way" id="pipeline-title">{ rich(&store, &words.pipe_title(&view.name)) }</h2>
            <ol class="pipeline" aria-labelledby="pipeline-title">
                { station("send", words.pipe_send(), html! { <>
                    { lines(&store, &view.send) }
                    { tiles(&store, &view.blocked, 0) }
                    if view.running { <SendForm topics={view.topics.clone()} name={view.name.clone()} /> }
                </> }) }
                { station("partitioner", words.pipe_partitioner(), html! { <>
                    { lines(&store, &view.partitioner) }
                    if view.running { <PartForm part={view.part.clone()} name={view.name.clone()} /> }
                </> }) }
                { station("accumulator", words.pipe_accumulator(), accumulator(&store, &view)) }
                { station("sender", words.pipe_sender(), lines(&store, &view.sender)) }
                { station("in-flight", words.pipe_in_flight(), in_flight(&store, &view)) }
                { station("append", words.pipe_broker(), logs(&store, &view)) }
                { station("callback", words.pipe_callback(), callbacks(&store, &view)) }
            </ol>
            if let Some(settings) = &view.settings {
                <details class="own-settings">
                    <summary>{ words.pipe_settings().plain_text() }</summary>
                    <Settings view={settings.clone()} />
                </details>
            }
        </div>
    }
}

fn station(id: &'static str, name: Line, content: Html) -> Html {
    html! {
        <li class={classes!("station", id)} data-station={id}>
            <h3>{ name.plain_text() }</h3>
            { content }
        </li>
    }
}

fn lines(store: &StoreContext, lines: &[Line]) -> Html {
    html! { <>{ for lines.iter().map(|line| html! { <p>{ rich(store, line) }</p> }) }</> }
}

fn tile(store: &StoreContext, tile: &RecordTile) -> Html {
    let colour = tile.key.as_ref().map_or(0, |key| store.key_colour(key));
    let class = classes!("tile", (colour > 0).then(|| format!("k{colour}")));
    let onclick = on(store, Action::Select(Some(tile.opens.clone())));
    html! {
        <button type="button" {class} title={tile.title.clone()} aria-label={tile.title.clone()} {onclick}>
            { &tile.label }
        </button>
    }
}

fn tiles(store: &StoreContext, all: &[RecordTile], more: u64) -> Html {
    if all.is_empty() {
        return html! {};
    }
    html! {
        <p class="tiles">
            { for all.iter().map(|one| tile(store, one)) }
            if more > 0 { <span class="small">{ format!("+{more}") }</span> }
        </p>
    }
}

fn meter(class: &'static str, thousandths: u16) -> Html {
    html! {
        <span class={classes!("bar", class)} aria-hidden="true">
            <i style={format!("width:{}.{}%", thousandths / 10, thousandths % 10)}></i>
        </span>
    }
}

fn batch(store: &StoreContext, row: &BatchRow, waits: bool) -> Html {
    html! {
        <div class={classes!("batch", row.retried.then_some("retried"))}>
            { tiles(store, &row.tiles, row.more) }
            { meter("fill", row.fill) }
            <p class="small">{ rich(store, &row.size) }
                if let Some(sequence) = &row.sequence { { ", " }{ rich(store, sequence) } }
            </p>
            if waits {
                { meter("clock", row.waited) }
                <p class="small">{ rich(store, &row.leaves) }</p>
            }
        </div>
    }
}

fn accumulator(store: &StoreContext, view: &ProducerView) -> Html {
    let mut partitions: Vec<&BatchRow> = Vec::new();
    for row in &view.queues {
        if partitions.last().is_none_or(|last| last.partition != row.partition) {
            partitions.push(row);
        }
    }
    html! { <>
        <p class="small">{ rich(store, &view.memory.0) }</p>
        { meter("memory", view.memory.1) }
        if partitions.is_empty() {
            <p class="small">{ store.words().pipe_empty_queues().plain_text() }</p>
        }
        { for partitions.into_iter().map(|first| html! {
            <section class="deque" key={first.partition.to_string()}>
                <h4>{ first.partition.to_string() }</h4>
                { for view.queues.iter().filter(|row| row.partition == first.partition).map(|row| batch(store, row, true)) }
            </section>
        }) }
    </> }
}

fn in_flight(store: &StoreContext, view: &ProducerView) -> Html {
    let free = store.words().pipe_free().plain_text();
    html! { <>
        <p class="small">{ rich(store, &view.slots) }</p>
        <ol class="slots">
            { for view.requests.iter().map(|row| request(store, row)) }
            { for (0..view.free).map(|at| html! { <li class="slot free" key={format!("free{at}")}>{ &free }</li> }) }
        </ol>
    </> }
}

fn request(store: &StoreContext, row: &RequestRow) -> Html {
    let way = match row.way {
        Way::Request => "request",
        Way::Broker => "broker",
        Way::Response => "response",
        Way::Lost => "lost",
    };
    let buttons = row.message.map(|message| {
        let message = message.0;
        let by_ms = store.session.borrow().message_delay_ms();
        let faults = [
            ("drop", Label::DropMessage, sim::Action::DropMessage { message }),
            ("delay", Label::DelayMessage, sim::Action::DelayMessage { message, by_ms }),
            ("double", Label::DuplicateMessage, sim::Action::DuplicateMessage { message }),
        ];
        html! {
            <p class="faults">
                { for faults.into_iter().map(|(fault, label, action)| html! {
                    <button type="button" class={classes!("plain", (fault == "drop").then_some("danger"))} data-fault={fault}
                        onclick={on(store, Action::Do(action))}>{ store.label(label) }</button>
                }) }
            </p>
        }
    });
    html! {
        <li class={classes!("slot", way)} key={row.title.plain_text()}>
            <p>{ rich(store, &row.title) }{ " · " }{ rich(store, &row.age) }</p>
            { meter("progress", row.progress) }
            <p class="small">{ rich(store, &row.state) }</p>
            { for row.batches.iter().map(|row| html! { <>
                <h4>{ row.partition.to_string() }</h4>
                { batch(store, row, false) }
            </> }) }
            { buttons }
        </li>
    }
}

fn logs(store: &StoreContext, view: &ProducerView) -> Html {
    if view.logs.is_empty() {
        return html! { <p class="small">{ store.words().pipe_log_nothing().plain_text() }</p> };
    }
    html! {
        <ul>
            { for view.logs.iter().map(|(line, subject)| html! {
                <li>
                    <button type="button" class="link" onclick={on(store, Action::Select(Some(subject.clone())))}>
                        { rich(store, line) }
                    </button>
                </li>
            }) }
        </ul>
    }
}

fn callbacks(store: &StoreContext, view: &ProducerView) -> Html {
    html! { <>
        <p class="small">{ rich(store, &view.counts) }</p>
        <ul class="futures">{ for view.futures.iter().map(|row| future(store, row)) }</ul>
    </> }
}

fn future(store: &StoreContext, row: &FutureRow) -> Html {
    let state = match row.state {
        FutureState::Open => "open",
        FutureState::Done => "done",
        FutureState::Failed => "failed",
        FutureState::Lost => "lost",
    };
    html! {
        <li class={classes!("future", state)} key={row.number}>
            { tile(store, &row.tile) }
            <span>{ rich(store, &row.line) }
                if let Some(message) = &row.message { <small>{ message }</small> }
            </span>
        </li>
    }
}

#[derive(Properties, PartialEq)]
struct SendProps {
    topics: Vec<String>,
    name: String,
}

/// A record by hand.
#[component]
fn SendForm(props: &SendProps) -> Html {
    let store = use_store();
    let words = store.words();
    let [key, value] = [use_node_ref(), use_node_ref()];
    let topic = use_node_ref();
    let onsubmit = {
        let (store, name) = (store.clone(), props.name.clone());
        let (key, value, topic) = (key.clone(), value.clone(), topic.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let text = |field: &NodeRef| field.cast::<HtmlInputElement>().map(|f| f.value());
            let Some(topic) = topic.cast::<HtmlSelectElement>().map(|f| f.value()) else { return };
            let key = text(&key).filter(|key| !key.is_empty());
            let record = RecordSpec { key, value: text(&value), ..RecordSpec::default() };
            let producer = name.clone();
            let action = sim::Action::Send { producer, topic, records: vec![record] };
            store.dispatch(Message::Do(Action::Do(action)));
        })
    };
    html! {
        <form class="send-one" {onsubmit}>
            <label>{ words.pipe_key().plain_text() }<input ref={key} name="key" value="alice" autocomplete="off" /></label>
            <label>{ words.pipe_value().plain_text() }<input ref={value} name="value" value="v" autocomplete="off" /></label>
            <label>{ words.pipe_topic().plain_text() }
                <select ref={topic} name="topic">
                    { for props.topics.iter().map(|topic| html! { <option value={topic.clone()}>{ topic }</option> }) }
                </select>
            </label>
            <button type="submit" class="plain" id="pipe-send">{ words.pipe_send_button().plain_text() }</button>
        </form>
    }
}

#[derive(Properties, PartialEq)]
struct PartProps {
    part: Option<String>,
    name: String,
}

/// A partitioner of one's own.
#[component]
fn PartForm(props: &PartProps) -> Html {
    let store = use_store();
    let words = store.words();
    let field = use_node_ref();
    let onsubmit = {
        let (store, producer, field) = (store.clone(), props.name.clone(), field.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let part = field.cast::<HtmlInputElement>().map(|field| field.value());
            let part = part.filter(|part| !part.is_empty());
            let action = sim::Action::SetPartitioner { producer: producer.clone(), part };
            store.dispatch(Message::Do(Action::Do(action)));
        })
    };
    let reset = sim::Action::SetPartitioner { producer: props.name.clone(), part: None };
    html! {
        <form class="part" {onsubmit}>
            <label>{ words.pipe_part().plain_text() }
                <input ref={field} name="part" value={props.part.clone().unwrap_or_default()} placeholder="/customerId"
                    title={words.pipe_part_hint().plain_text()} autocomplete="off" />
            </label>
            <button type="submit" class="plain" id="pipe-part">{ words.pipe_part_set().plain_text() }</button>
            if props.part.is_some() {
                <button type="button" class="plain" onclick={on(&store, Action::Do(reset))}>{ words.pipe_part_reset().plain_text() }</button>
            }
        </form>
    }
}
