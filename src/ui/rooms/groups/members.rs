//! The group's members with their clocks, and what can be done to them.

use brokerscope::session::Action;
use brokerscope::session::groups::{
    AddedAssignor, ClockView, GroupsAction, GroupsView, MemberView,
};
use brokerscope::sim;
use brokerscope::words::span_of_ms;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::ui::panels::rich;
use crate::ui::store::{Message, StoreContext, on, use_store};

pub(super) fn members(store: &StoreContext, view: &GroupsView) -> Html {
    html! { <ul class="member-list">{ for view.members.iter().map(|m| member(store, m)) }</ul> }
}

fn member(store: &StoreContext, member: &MemberView) -> Html {
    let words = store.words();
    let open = on(store, Action::Select(member.subject.clone()));
    let owns = match (member.running, member.owned) {
        (false, _) => words.groups_down(),
        (true, 0) => words.groups_idle(),
        (true, owned) => words.groups_owns(owned),
    };
    html! {
        <li class={classes!("member", (!member.running).then_some("down"))}>
            <div class="member-head">
                <button type="button" class="member-name" onclick={open}>
                    <i class={format!("dot has-{}", member.colour)} aria-hidden="true"></i>
                    { &member.name }
                </button>
                <span class="small">{ rich(store, &owns) }</span>
                if member.leads {
                    <span class="badge">{ rich(store, &words.groups_leader()) }</span>
                }
                if let Some(epoch) = member.epoch {
                    <span class="badge">{ rich(store, &words.groups_member_epoch()) }{ " " }{ epoch }</span>
                }
                if !member.state.is_empty() {
                    <code class="small">{ &member.state }</code>
                }
            </div>
            <p class="small ids">
                <code>{ &member.member_id }</code>
                if let Some(instance) = &member.instance_id {
                    { " " }{ rich(store, &words.groups_static(instance)) }
                }
                if let Some(way) = &member.on_the_way {
                    { " · " }{ rich(store, way) }
                }
            </p>
            <div class="clocks">{ for member.clocks.iter().map(|clock| self::clock(store, clock)) }</div>
            { buttons(store, member) }
        </li>
    }
}

fn clock(store: &StoreContext, clock: &ClockView) -> Html {
    let left = span_of_ms(clock.left_ms).text;
    html! {
        <div class="clock">
            <span class="small">{ rich(store, &clock.label) }</span>
            <span class="track" aria-hidden="true"><i style={format!("width:{}%", clock.percent)}></i></span>
            <span class="small left">{ left }</span>
        </div>
    }
}

fn buttons(store: &StoreContext, member: &MemberView) -> Html {
    let words = store.words();
    let name = &member.name;
    let button = |label: brokerscope::words::Line, actions: Vec<sim::Action>| {
        let dispatcher = store.dispatcher();
        let onclick = Callback::from(move |_: MouseEvent| {
            for action in &actions {
                dispatcher.dispatch(Message::Do(Action::Do(action.clone())));
            }
        });
        let text = label.plain_text();
        html! {
            <button type="button" class="quiet" aria-label={format!("{text}: {name}")} {onclick}>{ text.clone() }</button>
        }
    };
    let crash = || sim::Action::Crash { node: name.clone() };
    let restart = || sim::Action::Restart { node: name.clone() };
    let set_static = sim::Action::SetClient {
        client: name.clone(),
        name: "group.instance.id".into(),
        value: Some(name.clone()),
    };
    let hang = sim::Action::Hang { consumer: name.clone(), hanging: !member.hanging };
    let hang_label = if member.hanging { words.groups_go_on() } else { words.groups_hang() };
    html! {
        <div class="member-buttons">
            if member.running {
                { button(words.groups_close(), vec![sim::Action::Close { client: name.clone() }]) }
                { button(words.groups_crash(), vec![crash()]) }
                { button(hang_label, vec![hang]) }
                { button(words.groups_bounce(), vec![crash(), restart()]) }
                if member.instance_id.is_none() {
                    { button(words.groups_make_static(), vec![set_static]) }
                }
            } else {
                { button(words.groups_restart(), vec![restart()]) }
            }
        </div>
    }
}

/// A menu of assignors, and two buttons: here, or in a new group.
#[component]
pub(super) fn AddConsumer() -> Html {
    let store = use_store();
    let chosen = use_state(AddedAssignor::default);
    let words = store.words();
    let onchange = {
        let chosen = chosen.clone();
        move |event: Event| {
            let select = event.target_dyn_into::<HtmlSelectElement>();
            if let Some(next) = select.and_then(|select| AddedAssignor::parse(&select.value())) {
                chosen.set(next);
            }
        }
    };
    let label = words.groups_add().plain_text();
    let add = |in_new_group: bool| {
        on(&store, Action::Groups(GroupsAction::Add { assignor: *chosen, in_new_group }))
    };
    let option = |assignor: AddedAssignor| {
        let text = match assignor {
            AddedAssignor::Same => words.groups_add_same().plain_text(),
            other => other.name().to_owned(),
        };
        html! { <option value={assignor.name()} selected={assignor == *chosen}>{ text }</option> }
    };
    html! {
        <div class="add-consumer">
            <select aria-label={label.clone()} {onchange}>{ for AddedAssignor::ALL.map(option) }</select>
            <button type="button" onclick={add(false)}>{ label }</button>
            <button type="button" onclick={add(true)}>{ rich(&store, &words.groups_add_new()) }</button>
        </div>
    }
}
