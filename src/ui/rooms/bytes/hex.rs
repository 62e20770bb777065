//! Sixteen bytes a row, eight on a phone; each field underlined, and named where its name has room.
//!
//! The list of fields says the same to a screen reader; this is for the eye and the pointer.

use std::rc::Rc;

use brokerscope::session::inspect::BytesView;
use yew::prelude::*;

use crate::ui::rooms::bytes::role_class;

/// Half a row; halves stand side by side where there is room.
const HALF: usize = 8;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) view: Rc<BytesView>,
    /// Bytes shown.
    pub(super) end: usize,
    /// The field that is outlined.
    pub(super) shown: usize,
    pub(super) choose: Callback<usize>,
    pub(super) hover: Callback<Option<usize>>,
}

#[component]
pub(super) fn Hex(props: &Props) -> Html {
    let view = &props.view;
    let leave = props.hover.reform(|_: MouseEvent| None);
    // Every other record lies on a band.
    let mut bands = Vec::with_capacity(view.fields.len());
    let mut records = 0;
    for (at, field) in view.fields.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| view.fields[before].record);
        records += usize::from(field.record.is_some() && field.record != before);
        bands.push(field.record.is_some() && records % 2 == 1);
    }
    let halves = (0..props.end).step_by(HALF).map(|from| {
        let to = (from + HALF).min(props.end);
        html! {
            <div class="half" key={from}>
                <span class="position">{ format!("{:04x}", from) }</span>
                { for runs(view, from, to).map(|run| run_of(props, &run, bands[run.field])) }
            </div>
        }
    });
    html! { <div class="hex-view" aria-hidden="true" onmouseleave={leave}>{ for halves }</div> }
}

/// Neighbouring bytes of one field in one half row.
struct Run {
    field: usize,
    from: usize,
    to: usize,
}

fn runs(view: &BytesView, from: usize, to: usize) -> impl Iterator<Item = Run> {
    let first = view.fields.partition_point(|field| (field.start + field.len) as usize <= from);
    view.fields.iter().enumerate().skip(first).map_while(move |(index, field)| {
        let (start, end) = (field.start as usize, (field.start + field.len) as usize);
        (start < to).then(|| Run { field: index, from: start.max(from), to: end.min(to) })
    })
}

fn run_of(props: &Props, run: &Run, band: bool) -> Html {
    if run.from >= run.to {
        return Html::default(); // An empty key.
    }
    let view = &props.view;
    let field = &view.fields[run.field];
    let begins = run.from == field.start as usize;
    let ends = run.to == (field.start + field.len) as usize;
    let class = classes!(
        "run",
        role_class(field.role),
        begins.then_some("begins"),
        ends.then_some("ends"),
        band.then_some("band"),
        (run.field == props.shown).then_some("shown"),
    );
    let index = run.field;
    let onclick = props.choose.reform(move |_: MouseEvent| index);
    let onmouseover = props.hover.reform(move |_: MouseEvent| Some(index));
    let bytes = &view.bytes[run.from..run.to];
    // A name stands under the bytes if it fits there, or if its field is the one that is shown.
    let width = 4 + 6 * field.name.len();
    let fit = match bytes.len() {
        n if width <= 27 * n => "name",
        n if width <= 33 * n => "name roomy",
        _ => "name cramped",
    };
    html! {
        <span {class} {onclick} {onmouseover} data-field={index.to_string()} style={format!("--n:{}", bytes.len())}>
            <span class="octets">{ for bytes.iter().map(|byte| html! { <b>{ format!("{byte:02x}") }</b> }) }</span>
            <span class={fit}>{ if begins { field.name } else { "" } }</span>
        </span>
    }
}
