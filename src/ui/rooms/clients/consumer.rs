//! A consumer from inside: its program, its partitions, its clocks, and what can be done to them.

use brokerscope::protocol::{ClientId, Offset, Subject};
use brokerscope::session::{
    Action, ClockRow, CodeRow, ConsumerView, FlightRow, PartitionRow, Tile, TileState,
};
use brokerscope::sim::{self, LineName, PartitionSpec, SeekName};
use brokerscope::words::{Label, Line};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::ui::panels::rich;
use crate::ui::store::{Message, StoreContext, on, use_store};

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    /// Which consumer.
    pub(crate) id: ClientId,
}

#[component]
pub(crate) fn ConsumerHalf(props: &Props) -> Html {
    let store = use_store();
    let Some(view) = store.session.borrow().consumer_view(props.id) else { return html! {} };
    let words = store.words();
    html! {
        <div class="consumer-half">
            <section class="program" aria-labelledby="program-title">
                <h2 id="program-title">{ words.consumer_program().plain_text() }</h2>
                <p class="says" role="status">{ rich(&store, &view.says) }</p>
                { code(&store, props.id, &view) }
                <p class="small commits">{ rich(&store, &view.commits) }</p>
                { controls(&store, props.id, &view) }
            </section>
            <section class="partitions" aria-labelledby="partitions-title">
                <h2 id="partitions-title">{ words.consumer_partitions().plain_text() }</h2>
                if view.partitions.is_empty() {
                    <p class="small">{ words.consumer_no_partitions().plain_text() }</p>
                } else {
                    { legend(&store) }
                }
                { for view.partitions.iter().map(|row| html! {
                    <Partition key={row.partition.to_string()} row={row.clone()} name={view.name.clone()}
                        id={props.id} running={view.running} />
                }) }
                if view.more_partitions > 0 {
                    <p class="small">{ words.consumer_more(view.more_partitions).plain_text() }</p>
                }
            </section>
            <section class="clocks" aria-labelledby="clocks-title">
                <h2 id="clocks-title">{ words.consumer_clocks().plain_text() }</h2>
                <ul>{ for view.clocks.iter().map(|row| clock(&store, row)) }</ul>
            </section>
            <section class="flights" aria-labelledby="flights-title">
                <h2 id="flights-title">{ words.consumer_heartbeat().plain_text() }</h2>
                <p id="heartbeat-thread">{ rich(&store, &view.heartbeat) }</p>
                <h3>{ words.consumer_flights().plain_text() }</h3>
                <ul>
                    { for view.flights.iter().map(|row| flight(&store, row)) }
                    if view.flights.is_empty() {
                        <li class="small">{ words.consumer_no_flights().plain_text() }</li>
                    }
                </ul>
            </section>
        </div>
    }
}

/// The program; beside each line that does something, where its process can be made to die.
fn code(store: &StoreContext, id: ClientId, view: &ConsumerView) -> Html {
    let words = store.words();
    let rows = view.code.iter().map(|row| {
        let at = match row.here {
            None => None,
            Some(false) => Some("here before"),
            Some(true) => Some("here inside"),
        };
        let bugs = row.line.filter(|_| !view.closed).map(|line| bugs(store, id, row, line));
        html! {
            <li class={classes!("code-row", at)} aria-current={row.here.is_some().then_some("step")}
                data-line={row.line.map(|line| line.line().name())}>
                <code style={format!("padding-left:{}ch", u32::from(row.indent) * 2)}>{ &row.text }</code>
                { bugs }
            </li>
        }
    });
    html! {
        <>
            <p class="code-head" aria-hidden="true">
                <span>{ words.program_dies().plain_text() }</span>
                <span>{ words.program_before().plain_text() }</span>
                <span>{ words.program_after().plain_text() }</span>
            </p>
            <ol class="code">{ for rows }</ol>
        </>
    }
}

fn bugs(store: &StoreContext, id: ClientId, row: &CodeRow, line: LineName) -> Html {
    let words = store.words();
    let name = line.line().name();
    let bug = |after: bool| {
        let armed = row.dies == Some(after);
        let label =
            if after { words.program_dies_after(name) } else { words.program_dies_before(name) };
        let dispatcher = store.dispatcher();
        let session = store.session.clone();
        let onclick = move |_: MouseEvent| {
            let action = session.borrow().crash_toggle(id, line, after);
            dispatcher.dispatch(Message::Do(Action::Do(action)));
        };
        let label = label.plain_text();
        html! {
            <button type="button" class={classes!("bug", armed.then_some("armed"))} title={label.clone()}
                aria-label={label} aria-pressed={armed.to_string()} {onclick}>{ if armed { "✕" } else { "○" } }</button>
        }
    };
    html! { <span class="bugs">{ bug(false) }{ bug(true) }</span> }
}

fn controls(store: &StoreContext, id: ClientId, view: &ConsumerView) -> Html {
    let words = store.words();
    let name = || view.name.clone();
    let button = |id: &'static str, text: String, class: &'static str, action: Action| {
        html! { <button type="button" {id} {class} onclick={on(store, action)}>{ text }</button> }
    };
    let label = |label: Label| store.label(label).to_owned();
    let do_ = Action::Do;
    let mut buttons = Vec::new();
    if view.running {
        let step = words.program_step().plain_text();
        buttons.push(button("step-line", step, "strong", Action::StepLine(id)));
        if view.halted {
            let go = words.program_go_on().plain_text();
            let action = do_(sim::Action::GoOn { consumer: name() });
            buttons.push(button("line-go-on", go, "pill", action));
        }
        let hang = if view.hanging { Label::Resume } else { Label::Hang };
        let hanging = do_(sim::Action::Hang { consumer: name(), hanging: !view.hanging });
        buttons.push(button("hang", label(hang), "pill", hanging));
        let crash = do_(sim::Action::Crash { node: name() });
        buttons.push(button("crash", label(Label::Crash), "pill danger", crash));
        let close = do_(sim::Action::Close { client: name() });
        buttons.push(button("close-client", label(Label::CloseClient), "pill", close));
    } else {
        let restart = do_(sim::Action::Restart { node: name() });
        buttons.push(button("restart", label(Label::Restart), "strong", restart));
    }
    let inspect = Action::Select(Some(Subject::Client(id)));
    buttons.push(button("inspect-client", label(Label::Settings), "pill", inspect));
    html! { <p class="controls">{ for buttons }</p> }
}

const STATES: [TileState; 7] = [
    TileState::Committed,
    TileState::Done,
    TileState::AtWork,
    TileState::Handed,
    TileState::Skipped,
    TileState::Buffered,
    TileState::Away,
];

fn class_of(state: TileState) -> &'static str {
    match state {
        TileState::Committed => "committed",
        TileState::Done => "done",
        TileState::AtWork => "at-work",
        TileState::Handed => "handed",
        TileState::Skipped => "skipped",
        TileState::Buffered => "buffered",
        TileState::Away => "away",
    }
}

fn legend(store: &StoreContext) -> Html {
    let words = store.words();
    let named = |state: TileState| match state {
        TileState::Committed => words.legend_committed(),
        TileState::Done => words.legend_done(),
        TileState::AtWork => words.legend_at_work(),
        TileState::Handed => words.legend_handed(),
        TileState::Skipped => words.legend_skipped(),
        TileState::Buffered => words.legend_buffered(),
        TileState::Away => words.legend_away(),
    };
    html! {
        <ul class="legend">
            { for STATES.map(|state| html! {
                <li><i class={classes!("tile", class_of(state))} aria-hidden="true"></i>{ named(state).plain_text() }</li>
            }) }
        </ul>
    }
}

#[derive(Properties, PartialEq)]
struct PartitionProps {
    row: PartitionRow,
    name: String,
    id: ClientId,
    running: bool,
}

/// One partition: its variables, its records around the position, and what can be asked of it.
#[component]
fn Partition(props: &PartitionProps) -> Html {
    let store = use_store();
    let field = use_node_ref();
    let words = store.words();
    let row = &props.row;
    let name = row.partition.to_string();
    let offset =
        |offset: Option<Offset>| offset.map_or_else(|| "–".to_owned(), |offset| offset.to_string());
    let variable = |label: Line, class: &'static str, value: String| {
        html! { <span class={classes!("variable", class)}>{ label.plain_text() }{ " " }<b>{ value }</b></span> }
    };
    let seek = |to: SeekName| {
        Action::Do(sim::Action::Seek {
            consumer: props.name.clone(),
            topic: row.partition.topic.to_string(),
            partition: row.partition.partition,
            to,
        })
    };
    let onsubmit = {
        let (store, field, make) = (store.clone(), field.clone(), seek(SeekName::Beginning));
        move |event: SubmitEvent| {
            event.prevent_default();
            let typed = field.cast::<HtmlInputElement>().map(|input| input.value());
            let offset = typed.and_then(|text| text.trim().parse().ok());
            if let (
                Some(offset),
                Action::Do(sim::Action::Seek { consumer, topic, partition, .. }),
            ) = (offset, make.clone())
            {
                let to = SeekName::Offset(offset);
                let action = sim::Action::Seek { consumer, topic, partition, to };
                store.dispatch(Message::Do(Action::Do(action)));
            }
        }
    };
    let pause = Action::Do(sim::Action::PausePartitions {
        consumer: props.name.clone(),
        partitions: vec![PartitionSpec {
            topic: row.partition.topic.to_string(),
            partition: row.partition.partition,
        }],
        paused: !row.paused,
    });
    let opens = Action::Select(Some(Subject::Position(props.id, row.partition.clone())));
    let (before, after) = row.more;
    html! {
        <article class={classes!("partition", row.paused.then_some("paused"))} aria-label={name.clone()}
            data-partition={name.clone()}>
            <p class="variables">
                <button type="button" class="link" onclick={on(&store, opens)}>{ &name }</button>
                { variable(words.variable_committed(), "of-committed", offset(row.committed)) }
                { variable(words.variable_position(), "of-position", offset(row.position)) }
                { variable(words.variable_lag(), "of-lag", row.lag.to_string()) }
                if row.paused {
                    <span class="pill small">{ words.partition_paused().plain_text() }</span>
                }
            </p>
            <p class="tiles">
                if before > 0 {
                    <span class="small">{ format!("{before} …") }</span>
                }
                { for row.tiles.iter().map(|tile| tile_of(&store, row, tile)) }
                if after > 0 {
                    <span class="small">{ format!("… {after}") }</span>
                } else {
                    <span class={classes!("tile", "end", mark(row, row.end))} aria-hidden="true"></span>
                }
            </p>
            if let Some(risk) = &row.risk {
                <p class="risk">{ rich(&store, risk) }</p>
            }
            if props.running {
                <form class="asks" {onsubmit}>
                    <input type="number" ref={field} class="offset" placeholder={offset(row.committed)}
                        aria-label={words.seek_offset(&name).plain_text()} />
                    <button type="submit" class="pill">{ words.seek_do().plain_text() }</button>
                    <button type="button" class="pill" onclick={on(&store, seek(SeekName::Beginning))}>
                        { words.seek_beginning().plain_text() }</button>
                    <button type="button" class="pill" onclick={on(&store, seek(SeekName::End))}>
                        { words.seek_end().plain_text() }</button>
                    <button type="button" class="pill pause" onclick={on(&store, pause)}>
                        { if row.paused { words.resume_do() } else { words.pause_do() }.plain_text() }</button>
                </form>
            }
        </article>
    }
}

/// Filled: what a reader of the group would get next. Outlined: what this one gets next.
fn mark(row: &PartitionRow, offset: Offset) -> Option<&'static str> {
    match (row.committed == Some(offset), row.position == Some(offset)) {
        (true, true) => Some("both"),
        (true, false) => Some("next-committed"),
        (false, true) => Some("next-position"),
        (false, false) => None,
    }
}

fn tile_of(store: &StoreContext, row: &PartitionRow, tile: &Tile) -> Html {
    let opens = Subject::Record(row.partition.clone(), tile.offset);
    let class = classes!("tile", class_of(tile.state), format!("k{}", tile.colour));
    let mark = mark(row, tile.offset);
    html! {
        <button type="button" class={classes!(class, mark)} key={tile.offset.0} title={tile.told.clone()}
            aria-label={tile.told.clone()} onclick={on(store, Action::Select(Some(opens)))}>{ &tile.letter }</button>
    }
}

fn clock(store: &StoreContext, row: &ClockRow) -> Html {
    let bar = row.meter.map(|meter| {
        let filled = f64::from(meter.filled) / 10.0;
        html! { <span class="meter" aria-hidden="true"><i style={format!("width:{filled}%")}></i></span> }
    });
    html! {
        <li key={row.setting} class={classes!("timer", bar.is_none().then_some("idle"))} data-clock={row.setting}>
            <p><code>{ row.setting }</code><span class="value">{ rich(store, &row.value) }</span></p>
            { bar.unwrap_or_else(|| html! { <span class="meter" aria-hidden="true"></span> }) }
            <p class="small">{ rich(store, &row.ends) }</p>
        </li>
    }
}

fn flight(store: &StoreContext, row: &FlightRow) -> Html {
    match &row.opens {
        None => html! { <li>{ rich(store, &row.text) }</li> },
        Some(subject) => {
            let onclick = on(store, Action::Select(Some(subject.clone())));
            html! { <li><button type="button" class="link" {onclick}>{ rich(store, &row.text) }</button></li> }
        }
    }
}
