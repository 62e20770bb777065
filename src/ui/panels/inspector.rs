//! One thing explained: what it is, its bytes, and "why?".

use brokerscope::protocol::{NodeId, Subject, TopicPartition};
use brokerscope::session::Action;
use brokerscope::session::inspect::{Fact, Gate, Inspection, List, NodeAction, Why};
use brokerscope::sim::{self, PartitionSpec, SeekName};
use brokerscope::words::{Label, Line};
use yew::prelude::*;

use crate::ui::Open;
use crate::ui::panels::bytes::Bytes;
use crate::ui::panels::rich::rich;
use crate::ui::panels::settings::Settings;
use crate::ui::store::{StoreContext, on, use_store};

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    /// Opens one of the page's sheets.
    pub(crate) open: Callback<Open>,
}

#[component]
pub(crate) fn Inspector(props: &Props) -> Html {
    let store = use_store();
    let Some(inspection) = store.summary.inspection.clone() else { return Html::default() };
    html! {
        <section class={classes!("inspector", inspection.gone.then_some("gone"))} aria-label={store.label(Label::Inspector)}>
            <div class="head">
                <h2 id="inspected">{ rich(&store, &inspection.title) }</h2>
                <button type="button" class="icon" id="close-inspector" aria-label={store.label(Label::Close)}
                    onclick={on(&store, Action::Select(None))}>{ "×" }</button>
            </div>
            <p class="subtitle">{ rich(&store, &inspection.subtitle) }</p>
            { actions(&store, &inspection, &props.open) }
            <dl class="facts">{ for inspection.facts.iter().map(|fact| fact_row(&store, fact)) }</dl>
            { for inspection.bytes.iter().enumerate().map(|(at, view)| html! {
                <Bytes key={at} view={view.clone()} />
            }) }
            { for inspection.whys.iter().map(|why| why_part(&store, why)) }
            { for inspection.lists.iter().map(|list| list_part(&store, list)) }
            if let Some(view) = &inspection.settings {
                <Settings view={view.clone()} />
            }
        </section>
    }
}

fn fact_row(store: &StoreContext, fact: &Fact) -> Html {
    let value = opening(store, &fact.value, fact.opens.as_ref());
    html! {
        <div class="fact" key={fact.label.clone()}>
            <dt>{ &fact.label }</dt>
            <dd>{ value }</dd>
            if !fact.explain.is_empty() {
                <dd class="explain">{ &fact.explain }</dd>
            }
        </div>
    }
}

/// A line that leads somewhere is a button.
fn opening(store: &StoreContext, line: &Line, subject: Option<&Subject>) -> Html {
    match subject {
        Some(subject) => {
            let onclick = on(store, Action::Select(Some(subject.clone())));
            html! { <button type="button" class="link" {onclick}>{ rich(store, line) }</button> }
        }
        None => rich(store, line),
    }
}

fn why_part(store: &StoreContext, why: &Why) -> Html {
    html! {
        <section class="why" key={why.question.clone()}>
            <h3>{ &why.question }</h3>
            if !why.steps.is_empty() {
                <ol>
                    { for why.steps.iter().map(|step| html! {
                        <li title={step.rule}>{ rich(store, &step.text) }</li>
                    }) }
                </ol>
            }
            if !why.gates.is_empty() {
                <ul class="gates">{ for why.gates.iter().map(|gate| gate_row(store, gate)) }</ul>
            }
        </section>
    }
}

pub(super) fn gate_row(store: &StoreContext, gate: &Gate) -> Html {
    html! {
        <li class={classes!("gate", gate.met.then_some("met"))} title={gate.rule}>
            <span class="mark" aria-hidden="true">{ if gate.met { "●" } else { "○" } }</span>
            <span>{ rich(store, &gate.name) }</span>
            <span class="value">{ rich(store, &gate.value) }{ " / " }{ rich(store, &gate.limit) }</span>
            { meter(gate) }
        </li>
    }
}

/// The value against its threshold as a bar; the numbers stand beside it.
pub(super) fn meter(gate: &Gate) -> Html {
    let Some(meter) = gate.meter else { return Html::default() };
    let [filled, mark] = [meter.filled, meter.mark].map(|part| f64::from(part) / 10.0);
    html! {
        <span class="meter" aria-hidden="true">
            <i style={format!("width:{filled}%")}></i><b style={format!("left:{mark}%")}></b>
        </span>
    }
}

fn list_part(store: &StoreContext, list: &List) -> Html {
    html! {
        <section class="list" key={list.title.clone()}>
            <h3>{ &list.title }</h3>
            // Where nothing inside takes the focus, the keyboard scrolls the list itself.
            <ul tabindex={list.rows.iter().all(|(_, opens)| opens.is_none()).then_some("0")}>
                { for list.rows.iter().map(|(line, subject)| html! {
                    <li>{ opening(store, line, subject.as_ref()) }</li>
                }) }
                if list.more > 0 {
                    <li class="small">{ format!("+ {}", list.more) }</li>
                }
            </ul>
        </section>
    }
}

/// What can be done to it, as buttons.
fn actions(store: &StoreContext, inspection: &Inspection, open: &Callback<Open>) -> Html {
    let session = store.session.borrow();
    let world = session.history().world();
    let name = match &inspection.subject {
        Subject::Client(id) => world.client(*id).map(|client| client.name.to_string()),
        Subject::Broker(id) => Some(world.name(NodeId::Broker(*id))),
        _ => None,
    };
    let has_log = matches!(
        inspection.subject,
        Subject::Partition(_) | Subject::Segment(..) | Subject::Record(..) | Subject::Cleaner(_)
    );
    let why_not = has_log.then(|| {
        let onclick = open.reform(|_: MouseEvent| Open::WhyNot);
        html! {
            <button type="button" class="plain" id="why-not" {onclick}>
                { store.words().why_not_title().plain_text() }
            </button>
        }
    });
    let compacted = has_log.then(|| session.compacted_partition()).flatten();
    let is_compacted = |partition: &TopicPartition| match &inspection.subject {
        Subject::Partition(of) | Subject::Segment(of, _) | Subject::Record(of, _) => {
            of == partition
        }
        Subject::Cleaner(of) => of == partition,
        _ => false,
    };
    let watch = compacted.filter(is_compacted).map(|partition| {
        let onclick = on(store, Action::Watch(Some(partition)));
        html! {
            <button type="button" class="plain" id="watch-cleaner" {onclick}>
                { store.words().theatre_open().plain_text() }
            </button>
        }
    });
    let buttons = inspection
        .actions
        .iter()
        .filter_map(|action| {
            let (label, done) = node_action(store, &inspection.subject, name.as_deref(), *action)?;
            let class = if is_loss(*action) { "plain danger" } else { "plain" };
            let id = format!("do-{action:?}").to_lowercase();
            Some(html! {
                <button type="button" {class} {id} onclick={on(store, Action::Do(done))}>{ store.label(label) }</button>
            })
        });
    let buttons: Vec<Html> = why_not.into_iter().chain(watch).chain(buttons).collect();
    if buttons.is_empty() {
        return Html::default();
    }
    html! { <p class="actions">{ for buttons }</p> }
}

/// Something may be lost by it.
fn is_loss(action: NodeAction) -> bool {
    matches!(
        action,
        NodeAction::Crash
            | NodeAction::PowerLoss
            | NodeAction::DeleteBefore
            | NodeAction::DropMessage
    )
}

fn node_action(
    store: &StoreContext,
    subject: &Subject,
    name: Option<&str>,
    action: NodeAction,
) -> Option<(Label, sim::Action)> {
    let named = || name.map(str::to_owned);
    let message = || match subject {
        Subject::Message(id) => Some(id.0),
        _ => None,
    };
    Some(match action {
        NodeAction::Crash => {
            let is_broker = matches!(subject, Subject::Broker(_));
            let label = if is_broker { Label::CrashBroker } else { Label::Crash };
            (label, sim::Action::Crash { node: named()? })
        }
        NodeAction::PowerLoss => (Label::PowerLoss, sim::Action::PowerLoss { node: named()? }),
        NodeAction::StopBroker => (Label::StopBroker, sim::Action::StopBroker { node: named()? }),
        NodeAction::DeleteBefore => {
            let Subject::Record(TopicPartition { topic, partition }, offset) = subject else {
                return None;
            };
            let (topic, partition) = (topic.to_string(), *partition);
            let before_offset = offset.as_i64();
            (Label::DeleteBefore, sim::Action::DeleteRecords { topic, partition, before_offset })
        }
        NodeAction::SeekBeginning => {
            (Label::SeekBeginning, seek(store, subject, SeekName::Beginning)?)
        }
        NodeAction::SeekEnd => (Label::SeekEnd, seek(store, subject, SeekName::End)?),
        NodeAction::PausePartition => (Label::PausePartition, pause(store, subject, true)?),
        NodeAction::ResumePartition => (Label::ResumePartition, pause(store, subject, false)?),
        NodeAction::DropMessage => {
            (Label::DropMessage, sim::Action::DropMessage { message: message()? })
        }
        NodeAction::DelayMessage => {
            let by_ms = store.session.borrow().message_delay_ms();
            (Label::DelayMessage, sim::Action::DelayMessage { message: message()?, by_ms })
        }
        NodeAction::DuplicateMessage => {
            (Label::DuplicateMessage, sim::Action::DuplicateMessage { message: message()? })
        }
        NodeAction::Restart => (Label::Restart, sim::Action::Restart { node: named()? }),
        NodeAction::Close => (Label::CloseClient, sim::Action::Close { client: named()? }),
        NodeAction::Hang => (Label::Hang, sim::Action::Hang { consumer: named()?, hanging: true }),
        NodeAction::Resume => {
            (Label::Resume, sim::Action::Hang { consumer: named()?, hanging: false })
        }
        NodeAction::StopFlow => {
            (Label::StopFlow, sim::Action::SetWorkload { producer: named()?, running: false })
        }
        NodeAction::StartFlow => {
            (Label::StartFlow, sim::Action::SetWorkload { producer: named()?, running: true })
        }
        NodeAction::SendHere => return None, // The form is in the head of the page.
        NodeAction::AddConsumer => {
            let spec = store.session.borrow().another_consumer(subject)?;
            (Label::AddConsumer, sim::Action::AddConsumer(spec))
        }
    })
}

/// The consumer and the partition of a position.
fn reader(store: &StoreContext, subject: &Subject) -> Option<(String, TopicPartition)> {
    let Subject::Position(id, partition) = subject else { return None };
    let session = store.session.borrow();
    let client = session.history().world().client(*id)?;
    Some((client.name.to_string(), partition.clone()))
}

fn seek(store: &StoreContext, subject: &Subject, to: SeekName) -> Option<sim::Action> {
    let (consumer, TopicPartition { topic, partition }) = reader(store, subject)?;
    Some(sim::Action::Seek { consumer, topic: topic.to_string(), partition, to })
}

fn pause(store: &StoreContext, subject: &Subject, paused: bool) -> Option<sim::Action> {
    let (consumer, TopicPartition { topic, partition }) = reader(store, subject)?;
    let partitions = vec![PartitionSpec { topic: topic.to_string(), partition }];
    Some(sim::Action::PausePartitions { consumer, partitions, paused })
}
