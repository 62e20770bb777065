//! The list of fields: arrows move in it, a screen reader hears name, value and explanation.

use std::rc::Rc;

use brokerscope::protocol::Offset;
use brokerscope::session::Direction;
use brokerscope::session::inspect::BytesView;
use brokerscope::words::Label;
use web_sys::HtmlElement;
use yew::prelude::*;

use crate::ui::rooms::bytes::role_class;
use crate::ui::store::use_store;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) view: Rc<BytesView>,
    /// Fields shown.
    pub(super) count: usize,
    pub(super) chosen: usize,
    /// The field under the pointer, else the chosen one.
    pub(super) shown: usize,
    pub(super) choose: Callback<usize>,
    pub(super) hover: Callback<Option<usize>>,
    /// To the next batch, or the one before.
    pub(super) turn: Callback<Direction>,
    /// Opens the bits of a varint.
    pub(super) toggle: Callback<()>,
}

#[component]
pub(super) fn Fields(props: &Props) -> Html {
    let store = use_store();
    let list = use_node_ref();
    {
        let list = list.clone();
        use_effect_with(props.shown, move |shown| reveal(&list, *shown));
    }
    let onkeydown = {
        let (choose, turn, toggle) =
            (props.choose.clone(), props.turn.clone(), props.toggle.clone());
        let (at, last) = (props.chosen, props.count.saturating_sub(1));
        Callback::from(move |event: KeyboardEvent| {
            match event.key().as_str() {
                "ArrowDown" | "ArrowRight" => choose.emit((at + 1).min(last)),
                "ArrowUp" | "ArrowLeft" => choose.emit(at.saturating_sub(1)),
                "Home" => choose.emit(0),
                "End" => choose.emit(last),
                "PageDown" => turn.emit(Direction::Forward),
                "PageUp" => turn.emit(Direction::Back),
                "Enter" | " " => toggle.emit(()),
                _ => return,
            }
            event.prevent_default();
            event.stop_propagation();
        })
    };
    let fields = &props.view.fields[..props.count];
    let mut groups: Vec<(Option<Offset>, std::ops::Range<usize>)> = Vec::new();
    for (index, field) in fields.iter().enumerate() {
        match groups.last_mut() {
            Some((record, range)) if *record == field.record => range.end = index + 1,
            _ => groups.push((field.record, index..index + 1)),
        }
    }
    let leave = props.hover.reform(|_: MouseEvent| None);
    html! {
        <div class="field-list" id="fields" role="listbox" tabindex="0" ref={list} {onkeydown} onmouseleave={leave}
            aria-label={store.label(Label::Fields)} aria-activedescendant={format!("field-{}", props.chosen)}>
            { for groups.into_iter().map(|(record, range)| {
                let name = record.map(|record| store.words().field_of_record(record.0).plain_text());
                html! {
                    <div role="group" key={range.start} aria-label={name.clone().unwrap_or_else(|| store.label(Label::Header).into())}>
                        if let Some(name) = name {
                            <p class="group-name" aria-hidden="true">{ name }</p>
                        }
                        { for range.map(|index| option(props, index)) }
                    </div>
                }
            }) }
        </div>
    }
}

fn option(props: &Props, index: usize) -> Html {
    let field = &props.view.fields[index];
    let chosen = index == props.chosen;
    let class = classes!(
        "field-option",
        role_class(field.role),
        (index == props.shown).then_some("shown"),
    );
    let onclick = props.choose.reform(move |_: MouseEvent| index);
    let onmouseover = props.hover.reform(move |_: MouseEvent| Some(index));
    html! {
        <div {class} id={format!("field-{index}")} key={index} role="option" aria-selected={chosen.to_string()}
            aria-describedby={chosen.then_some("field-explained")} {onclick} {onmouseover}>
            <span class="name">{ field.name }</span>
            <span class="value">{ &field.value }</span>
            <span class="len">{ format!("{} B", field.len) }</span>
        </div>
    }
}

/// Scrolls the list, and nothing else, to an option.
fn reveal(list: &NodeRef, index: usize) {
    let Some(list) = list.cast::<HtmlElement>() else { return };
    let Ok(Some(option)) = list.query_selector(&format!("#field-{index}")) else { return };
    let (around, inside) = (list.get_bounding_client_rect(), option.get_bounding_client_rect());
    let above = inside.top() - around.top();
    let below = inside.bottom() - around.bottom();
    let by = if above < 0.0 { above - 24.0 } else { below.max(0.0) };
    list.set_scroll_top(list.scroll_top() + by as i32 + i32::from(by > 0.0));
}
