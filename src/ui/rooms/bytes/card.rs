//! One field explained by its own numbers; a varint bit by bit on demand.

use std::rc::Rc;

use brokerscope::session::inspect::BytesView;
use brokerscope::session::{Unpacked, is_varint, unpack};
use brokerscope::words::Label;
use yew::prelude::*;

use crate::ui::rooms::bytes::role_class;
use crate::ui::store::{StoreContext, use_store};

/// More bytes of a field are not repeated here.
const MOST_BYTES: usize = 24;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) view: Rc<BytesView>,
    pub(super) shown: usize,
    /// Whether bits are shown.
    pub(super) bits: bool,
    pub(super) toggle: Callback<()>,
}

#[component]
pub(super) fn Card(props: &Props) -> Html {
    let store = use_store();
    let Some(field) = props.view.fields.get(props.shown) else { return Html::default() };
    let words = store.words();
    let bytes = &props.view.bytes[field.start as usize..(field.start + field.len) as usize];
    let of = match field.record {
        Some(offset) => words.field_of_record(offset.0),
        None if props.view.file.ends_with("index") => words.field_of_entry(),
        None => words.field_of_header(),
    };
    let position = u64::from(props.view.position) + u64::from(field.start);
    let place = words.field_at(position, field.len);
    let mut hex: Vec<String> = bytes.iter().take(MOST_BYTES).map(|b| format!("{b:02x}")).collect();
    if bytes.len() > MOST_BYTES {
        hex.push("…".into());
    }
    let toggle = props.toggle.reform(|_: MouseEvent| ());
    html! {
        <section class={classes!("card", role_class(field.role))} aria-label={field.name}>
            <h2>{ field.name }</h2>
            <p class="subtitle">{ of.plain_text() }</p>
            <dl>
                <div><dt>{ store.label(Label::Place) }</dt><dd>{ place.plain_text() }</dd></div>
                if !hex.is_empty() {
                    <div><dt>{ store.label(Label::Octets) }</dt><dd>{ hex.join(" ") }</dd></div>
                }
                <div><dt>{ store.label(Label::Value) }</dt><dd class="value">{ &field.value }</dd></div>
            </dl>
            <p class="explained" id="field-explained">{ &field.explain }</p>
            if is_varint(field.name) {
                <button type="button" class="link bits-toggle" aria-expanded={props.bits.to_string()} onclick={toggle}>
                    { store.label(Label::BitByBit) }
                </button>
                if props.bits {
                    { bits(&store, bytes, &unpack(bytes)) }
                }
            }
            <p class="rule">{ store.label(Label::Rule) }{ " " }<code>{ field.rule }</code></p>
        </section>
    }
}

fn bits(store: &StoreContext, bytes: &[u8], unpacked: &Unpacked) -> Html {
    let words = store.words();
    let number = unpacked.number.to_string();
    let zigzag = if unpacked.number.is_multiple_of(2) {
        words.varint_even(&number, unpacked.value)
    } else {
        words.varint_odd(&number, unpacked.value)
    };
    html! {
        <div class="bits">
            { for bytes.iter().zip(&unpacked.bytes).map(|(byte, (more, seven))| html! {
                <p class="bit-row">
                    <code>{ format!("{byte:02x}") }</code>
                    <span class="bit bit-top">{ u8::from(*more) }</span>
                    { for seven.chars().map(|bit| html! {
                        <span class={classes!("bit", (bit == '1').then_some("set"))}>{ bit }</span>
                    }) }
                </p>
            }) }
            <p class="small">{ words.varint_group().plain_text() }</p>
            <p class="small">{ words.varint_joined(&unpacked.bits, &number).plain_text() }</p>
            <p class="small">{ zigzag.plain_text() }</p>
        </div>
    }
}
