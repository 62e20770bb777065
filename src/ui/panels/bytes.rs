//! Bytes, sixteen a row, each field underlined in its colour; a field explains itself.

use brokerscope::session::inspect::{BytesView, Field, FieldRole};
use brokerscope::session::{Action, Room};
use brokerscope::words::Label;
use yew::prelude::*;

use crate::ui::store::{on, use_store};

/// A row's bytes.
const ROW: usize = 8;
/// So many bytes are shown at once; the rest on demand.
const SHOWN: usize = 256;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) view: BytesView,
}

#[component]
pub(super) fn Bytes(props: &Props) -> Html {
    let store = use_store();
    let view = &props.view;
    let chosen = use_state(|| None::<usize>);
    let all = use_state(|| false);
    let focus = view.focus.map_or(0, |(start, _)| start as usize);
    // From the row of what the inspector is about.
    let first = if *all { 0 } else { focus / ROW * ROW };
    let end = if *all { view.bytes.len() } else { (first + SHOWN).min(view.bytes.len()) };
    let field_at = |at: usize| {
        let index = view.fields.partition_point(|field| field.start as usize <= at);
        index.checked_sub(1).filter(|index| {
            let field = &view.fields[*index];
            at < (field.start + field.len) as usize
        })
    };
    let rows = (first..end).step_by(ROW).map(|row| {
        let cells = (row..(row + ROW).min(end)).map(|at| {
            let index = field_at(at);
            let role = index.map_or("other", |index| role_class(view.fields[index].role));
            let inside = view
                .focus
                .is_none_or(|(start, len)| (start as usize..(start + len) as usize).contains(&at));
            let class = classes!(
                "byte",
                role,
                (!inside).then_some("outside"),
                (index.is_some() && index == *chosen).then_some("chosen"),
                index.filter(|i| view.fields[*i].start as usize == at).map(|_| "first"),
            );
            let onclick = {
                let chosen = chosen.clone();
                move |_: MouseEvent| chosen.set(index)
            };
            html! { <span {class} {onclick}>{ format!("{:02x}", view.bytes[at]) }</span> }
        });
        html! {
            <div class="bytes-row" key={row}>
                <span class="position">{ format!("{:04}", view.position as usize + row) }</span>
                { for cells }
            </div>
        }
    });
    let fields = view.fields.iter().enumerate().filter(|(_, field)| {
        *all || (field.start as usize) < end && (field.start + field.len) as usize > first
    });
    html! {
        <section class="bytes">
            <h3>{ store.label(Label::Bytes) }{ " " }<code>{ &view.file }</code></h3>
            <button type="button" class="link to-room" onclick={on(&store, Action::Enter(Room::Bytes))}>
                { store.label(Label::OpenBytesRoom) }
            </button>
            <div class="hex" aria-hidden="true">{ for rows }</div>
            <ul class="fields">
                { for fields.map(|(index, field)| field_row(field, index, &chosen)) }
            </ul>
            if view.bytes.len() > end || first > 0 {
                <button type="button" class="link" onclick={let all = all.clone(); move |_: MouseEvent| all.set(true)}>
                    { format!("{} B", view.bytes.len()) }
                </button>
            }
        </section>
    }
}

fn field_row(field: &Field, index: usize, chosen: &UseStateHandle<Option<usize>>) -> Html {
    let open = **chosen == Some(index);
    let onclick = {
        let chosen = chosen.clone();
        move |_: MouseEvent| chosen.set((!open).then_some(index))
    };
    html! {
        <li key={index}>
            <button type="button" class={classes!("field-row", role_class(field.role))} aria-expanded={open.to_string()} {onclick}>
                <span class="name">{ field.name }</span>
                <span class="value">{ &field.value }</span>
            </button>
            if open {
                <p class="explain">{ &field.explain }{ " " }<span class="rule">{ field.rule }</span></p>
            }
        </li>
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
