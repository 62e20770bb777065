//! The Groups room: who owns what, and how it came to that.

mod charts;
mod members;
mod stored;

use brokerscope::session::Action;
use brokerscope::session::groups::{BandView, CellView, GroupsAction, GroupsView};
use brokerscope::words::{Label, Line};
use yew::prelude::*;

use crate::ui::panels::rich;
use crate::ui::rooms::groups::charts::Charts;
use crate::ui::rooms::groups::members::{AddConsumer, members};
use crate::ui::rooms::groups::stored::stored;
use crate::ui::store::{StoreContext, on, use_store};

#[component]
pub(crate) fn GroupsRoom() -> Html {
    let store = use_store();
    let name = store.label(Label::GroupsRoom);
    let Some(view) = store.summary.groups.clone() else {
        return html! { <main class="room live groups-room" aria-label={name}></main> };
    };
    let words = store.words();
    html! {
        <main class="room live groups-room" aria-label={name}>
            { chooser(&store, &view) }
            <p class="groups-title">{ rich(&store, &view.title) }</p>
            if let Some(chosen) = &view.chosen {
                <div class="groups-top">
                    <section class="groups-states">
                        <h2>{ rich(&store, &words.groups_head_states()) }</h2>
                        { machine(&view) }
                        <p class="small cause">{ rich(&store, &view.cause) }</p>
                        { facts(&store, &view) }
                    </section>
                    <section class="groups-members">
                        <h2>{ rich(&store, &words.groups_head_members()) }</h2>
                        { members(&store, &view) }
                        <AddConsumer />
                    </section>
                </div>
                <section class="groups-bands">
                    <h2>{ rich(&store, &words.groups_head_bands()) }</h2>
                    { for view.bands.iter().map(|band| self::band(&store, band)) }
                    if view.is_modern {
                        <p class="small">{ rich(&store, &words.groups_legend()) }</p>
                    }
                </section>
                <div class="groups-two">
                    <section class="groups-why">
                        <h2>{ rich(&store, &words.groups_head_why()) }</h2>
                        <p class="assignor">{ rich(&store, &view.assignor) }</p>
                        { steps(&store, &view.steps) }
                    </section>
                    <section class="groups-moved">
                        <h2>{ rich(&store, &words.groups_head_moved()) }</h2>
                        { steps(&store, &view.moved) }
                    </section>
                </div>
                <section class="groups-stored">
                    <h2>{ rich(&store, &words.groups_head_stored()) }</h2>
                    { stored(&store, &view) }
                </section>
                <Charts group={chosen.clone()} />
            }
        </main>
    }
}

/// The groups as buttons.
fn chooser(store: &StoreContext, view: &GroupsView) -> Html {
    let group = |line: &brokerscope::session::groups::GroupLine| {
        let onclick = on(store, Action::Groups(GroupsAction::Choose(line.id.clone())));
        html! {
            <button type="button" class="group-chip" aria-pressed={line.chosen.to_string()} {onclick}>
                <b>{ line.id.as_str() }</b>{ " " }<small>{ line.state }</small>
            </button>
        }
    };
    html! { <div class="group-chips">{ for view.groups.iter().map(group) }</div> }
}

/// Boxes and arrows; the present state is filled, the last way is strong.
fn machine(view: &GroupsView) -> Html {
    let now = view.nodes.iter().find(|node| node.now).map_or("", |node| node.name);
    let edge = |last: bool| {
        move |edge: &brokerscope::session::groups::EdgeView| {
            let marker = if last { "url(#arrow-last)" } else { "url(#arrow)" };
            html! {
                <path d={edge.path} class={classes!("edge", last.then_some("last"))} marker-end={marker} />
            }
        }
    };
    let node = |node: &brokerscope::session::groups::NodeView| {
        let (x, y, width) = node.place;
        html! {
            <g class={classes!("node", node.now.then_some("now"))}>
                <rect x={x.to_string()} y={y.to_string()} width={width.to_string()} height="30" rx="8" />
                <text x={(x + width / 2).to_string()} y={(y + 19).to_string()}>{ node.name }</text>
            </g>
        }
    };
    let arrow = |id: &'static str, class: &'static str| {
        html! {
            <marker {id} viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto">
                <path d="M0 0L8 4L0 8Z" {class} />
            </marker>
        }
    };
    html! {
        <svg class="machine" viewBox="0 0 400 206" role="img" aria-label={now}>
            <defs>{ arrow("arrow", "tip") }{ arrow("arrow-last", "tip last") }</defs>
            { for view.edges.iter().filter(|edge| !edge.last).map(edge(false)) }
            { for view.edges.iter().filter(|edge| edge.last).map(edge(true)) }
            { for view.nodes.iter().map(node) }
        </svg>
    }
}

fn facts(store: &StoreContext, view: &GroupsView) -> Html {
    let fact = |(label, value, explain): &(Line, String, Line)| {
        html! {
            <div class="fact" title={explain.plain_text()}>
                <dt>{ rich(store, label) }</dt><dd><b>{ value }</b></dd>
                <dd class="small">{ rich(store, explain) }</dd>
            </div>
        }
    };
    html! { <dl class="group-facts">{ for view.facts.iter().map(fact) }</dl> }
}

fn band(store: &StoreContext, band: &BandView) -> Html {
    let words = store.words();
    let cell = |cell: &CellView| {
        let place = format!("{}-{}", band.topic, cell.partition);
        let name = match (&cell.owner, &cell.target) {
            (None, None) => words.groups_cell_free(&place),
            (None, Some((target, _))) => words.groups_cell_owned(&place, target),
            (Some((owner, _)), None) => words.groups_cell_owned(&place, owner),
            (Some((owner, _)), Some((target, _))) => {
                words.groups_cell_target(&place, owner, target)
            }
        };
        let name = name.plain_text();
        let owner = cell.owner.as_ref().map(|(_, colour)| format!("has-{colour}"));
        let target = cell.target.as_ref().map(|(_, colour)| format!("gets-{colour}"));
        let class = classes!(
            "cell",
            owner,
            target,
            cell.revoking.then_some("revoking"),
            cell.moved.then_some("moved")
        );
        let label = cell.owner.as_ref().map_or("–", |(owner, _)| owner.as_str()).to_owned();
        html! {
            <li {class} title={name.clone()} aria-label={name}>
                <b>{ cell.partition }</b><small>{ label }</small>
            </li>
        }
    };
    html! {
        <div class="band">
            <h3>{ &band.topic }</h3>
            <ul>{ for band.cells.iter().map(cell) }</ul>
        </div>
    }
}

fn steps(store: &StoreContext, steps: &[Line]) -> Html {
    html! {
        <ol class="group-steps">{ for steps.iter().map(|step| html! { <li>{ rich(store, step) }</li> }) }</ol>
    }
}
