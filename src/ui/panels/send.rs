//! The form that sends records: one that is typed, or many that are pasted or dropped.

use brokerscope::session::Action;
use brokerscope::sim::{self, RecordSpec};
use brokerscope::words::Label;
use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

use crate::ui::files;
use crate::ui::panels::rich::rich;
use crate::ui::panels::use_sheet;
use crate::ui::store::{Message, StoreContext, use_store};

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) close: Callback<()>,
}

/// The form's fields.
#[derive(Default)]
struct Fields {
    producer: NodeRef,
    topic: NodeRef,
    key: NodeRef,
    value: NodeRef,
    no_key: NodeRef,
    tombstone: NodeRef,
    text: NodeRef,
}

#[component]
pub(crate) fn Send(props: &Props) -> Html {
    let store = use_store();
    let fields = use_memo((), |()| Fields::default());
    let sheet = use_sheet();
    let close = props.close.reform(|_: MouseEvent| ());
    let one = {
        let (store, fields) = (store.clone(), fields.clone());
        move |event: SubmitEvent| {
            event.prevent_default();
            send_one(&store, &fields);
        }
    };
    let many = {
        let (store, fields) = (store.clone(), fields.clone());
        move |event: SubmitEvent| {
            event.prevent_default();
            let text = fields.text.cast::<HtmlTextAreaElement>().map(|area| area.value());
            send_text(&store, &fields, text.unwrap_or_default());
        }
    };
    html! {
        <section class="sheet send" role="dialog" tabindex="-1" ref={sheet} aria-label={store.label(Label::Send)}>
            <div class="head">
                <h2>{ store.label(Label::Send) }</h2>
                <button type="button" class="icon" aria-label={store.label(Label::Close)} onclick={close}>{ "×" }</button>
            </div>
            <div class="pair">
                { producers(&store, &fields) }
                { topics(&store, &fields) }
            </div>
            <form onsubmit={one} class="one">
                { text_field(&store, Label::Key, "send-key", &fields.key, "alice") }
                { text_field(&store, Label::Value, "send-value", &fields.value, "{\"item\":\"lamp\",\"price\":42}") }
                <div class="checks">
                    { check_box(&store, Label::NoKey, "send-no-key", &fields.no_key) }
                    { check_box(&store, Label::Tombstone, "send-tombstone", &fields.tombstone) }
                    <button type="submit" class="strong" id="send-one">{ store.label(Label::Send) }</button>
                </div>
            </form>
            <form onsubmit={many} class="many">
                <label for="send-text">{ store.label(Label::Paste) }</label>
                <textarea id="send-text" rows="5" spellcheck="false" ref={fields.text.clone()}
                    aria-describedby="send-help" placeholder={"alice:{\"item\":\"lamp\"}\nbob:{\"item\":\"rug\"}\n민지:{\"item\":\"컵\"}"} />
                <p class="small" id="send-help">{ rich(&store, &store.words().paste_help()) }</p>
                <div class="checks">
                    { file_field(&store, &fields) }
                    <button type="submit" class="plain" id="send-many">{ store.label(Label::Paste) }</button>
                </div>
            </form>
        </section>
    }
}

fn send_one(store: &StoreContext, fields: &Fields) {
    let text = |field: &NodeRef| field.cast::<HtmlInputElement>().map(|input| input.value());
    let on =
        |field: &NodeRef| field.cast::<HtmlInputElement>().is_some_and(|input| input.checked());
    let record = RecordSpec {
        key: text(&fields.key).filter(|_| !on(&fields.no_key)),
        value: text(&fields.value).filter(|_| !on(&fields.tombstone)),
        ..RecordSpec::default()
    };
    let Some((producer, topic)) = chosen(fields) else { return };
    let action = sim::Action::Send { producer, topic, records: vec![record] };
    store.dispatch(Message::Do(Action::Do(action)));
}

fn send_text(store: &StoreContext, fields: &Fields, text: String) {
    let Some((producer, topic)) = chosen(fields) else { return };
    store.dispatch(Message::Do(Action::SendText { producer, topic, text }));
}

fn chosen(fields: &Fields) -> Option<(String, String)> {
    let value = |field: &NodeRef| field.cast::<HtmlSelectElement>().map(|select| select.value());
    Some((value(&fields.producer)?, value(&fields.topic)?))
}

fn producers(store: &StoreContext, fields: &Fields) -> Html {
    let producers = store.summary.clients.iter().filter(|c| c.is_producer && !c.closed);
    let options = producers.map(|client| client.name.clone()).collect();
    select(store, Label::Producer, "send-producer", &fields.producer, options)
}

fn topics(store: &StoreContext, fields: &Fields) -> Html {
    let mut topics: Vec<String> =
        store.summary.topics.iter().filter(|t| !t.internal).map(|t| t.name.clone()).collect();
    // The topic that most is about comes first.
    topics.sort_by_key(|name| name != "transactions");
    select(store, Label::Topic, "send-topic", &fields.topic, topics)
}

fn select(
    store: &StoreContext,
    label: Label,
    id: &'static str,
    field: &NodeRef,
    options: Vec<String>,
) -> Html {
    html! {
        <div class="field">
            <label for={id}>{ store.label(label) }</label>
            <select {id} ref={field.clone()}>
                { for options.into_iter().enumerate().map(|(at, name)| html! {
                    <option value={name.clone()} selected={at == 0}>{ name }</option>
                }) }
            </select>
        </div>
    }
}

fn text_field(
    store: &StoreContext,
    label: Label,
    id: &'static str,
    field: &NodeRef,
    value: &'static str,
) -> Html {
    html! {
        <div class="field">
            <label for={id}>{ store.label(label) }</label>
            <input type="text" {id} ref={field.clone()} value={value} spellcheck="false" autocomplete="off" />
        </div>
    }
}

fn check_box(store: &StoreContext, label: Label, id: &'static str, field: &NodeRef) -> Html {
    html! {
        <label class="check"><input type="checkbox" {id} ref={field.clone()} />{ store.label(label) }</label>
    }
}

fn file_field(store: &StoreContext, fields: &UseMemo<Fields>) -> Html {
    let onchange = {
        let (store, fields) = (store.clone(), fields.clone());
        move |event: Event| {
            let input = event.target_dyn_into::<HtmlInputElement>();
            let file = input.and_then(|input| input.files()).and_then(|files| files.get(0));
            take_file(&store, &fields, file);
        }
    };
    let ondrop = {
        let (store, fields) = (store.clone(), fields.clone());
        move |event: DragEvent| {
            event.prevent_default();
            event.stop_propagation(); // Elsewhere on the page, files are brought to the Bytes room.
            let files = event.data_transfer().and_then(|transfer| transfer.files());
            take_file(&store, &fields, files.and_then(|files| files.get(0)));
        }
    };
    let ondragover = |event: DragEvent| event.prevent_default();
    html! {
        <label class="file drop" {ondrop} {ondragover}>{ store.label(Label::Drop) }
            <input type="file" id="send-file" accept=".txt,.csv,.json,.jsonl,text/*" {onchange} />
        </label>
    }
}

fn take_file(store: &StoreContext, fields: &UseMemo<Fields>, file: Option<web_sys::File>) {
    let (store, fields) = (store.clone(), fields.clone());
    files::read_text(file, move |read| match read {
        Ok(text) => send_text(&store, &fields, text),
        Err(problem) => store.dispatch(Message::Do(Action::Complain(problem))),
    });
}

type UseMemo<T> = std::rc::Rc<T>;
