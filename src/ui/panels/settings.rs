//! Settings under Kafka's names: what holds, what the default is, and a field to change each.

use brokerscope::session::Action;
use brokerscope::session::inspect::{Choices, SettingRow, SettingsOwner, SettingsView};
use brokerscope::sim;
use brokerscope::words::Label;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use crate::ui::panels::rich::rich;
use crate::ui::store::{Message, StoreContext, use_store};

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) view: SettingsView,
}

#[component]
pub(crate) fn Settings(props: &Props) -> Html {
    let store = use_store();
    let view = &props.view;
    let set = view.rows.iter().filter(|row| row.is_set);
    let rest = view.rows.iter().filter(|row| !row.is_set);
    html! {
        <section class="settings">
            <h3>{ store.label(Label::Settings) }</h3>
            if let Some(unused) = &view.unused {
                <pre class="small unused">{ unused }</pre>
            }
            <div class="rows">{ for set.map(|row| html! { <Row key={row.name} row={row.clone()} owner={view.owner.clone()} /> }) }</div>
            if !view.idle.is_empty() {
                <dl class="idle-settings small">
                    { for view.idle.iter().map(|(name, value, default)| html! {
                        <div>
                            <dt><code>{ format!("{name}={value}") }</code></dt>
                            <dd>{ store.label(Label::Default) }{ ": " }<code>{ *default }</code></dd>
                        </div>
                    }) }
                </dl>
                <p class="small explain">{ rich(&store, &view.idle_note) }</p>
            }
            <details>
                <summary>{ store.label(Label::Default) }</summary>
                <div class="rows">{ for rest.map(|row| html! { <Row key={row.name} row={row.clone()} owner={view.owner.clone()} /> }) }</div>
            </details>
            { properties(&store, view) }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct RowProps {
    row: SettingRow,
    owner: SettingsOwner,
}

/// One setting: its name, a field with its value, and a sentence.
#[component]
fn Row(props: &RowProps) -> Html {
    let store = use_store();
    let row = &props.row;
    let field = use_node_ref();
    let submit = {
        let (store, field, owner, name) =
            (store.clone(), field.clone(), props.owner.clone(), row.name);
        move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(input) = field.cast::<HtmlInputElement>() {
                change(&store, &owner, name, Some(input.value()));
            }
        }
    };
    let reset = {
        let (store, owner, name) = (store.clone(), props.owner.clone(), row.name);
        move |_: MouseEvent| change(&store, &owner, name, None)
    };
    let choices: &[&'static str] = match row.choices {
        Choices::Boolean => &["true", "false"],
        Choices::One(choices) | Choices::Several(choices) => choices,
        Choices::Number(_) | Choices::Ratio | Choices::Text => &[],
    };
    let id = format!("set-{}", row.name);
    html! {
        <form class={classes!("setting", row.is_set.then_some("set"))} onsubmit={submit}>
            <label for={id.clone()}><code>{ row.name }</code></label>
            <span class="edit">
                <input type="text" {id} ref={field} value={row.value.clone()} spellcheck="false" autocomplete="off"
                    list={(!choices.is_empty()).then(|| format!("list-{}", row.name))} />
                if !choices.is_empty() {
                    <datalist id={format!("list-{}", row.name)}>
                        { for choices.iter().map(|choice| html! { <option value={*choice} /> }) }
                    </datalist>
                }
                <button type="submit" class="plain" aria-label={format!("{} {}", store.label(Label::Set), row.name)}>
                    { store.label(Label::Set) }
                </button>
                if row.is_set {
                    <button type="button" class="plain quiet" onclick={reset}
                        aria-label={format!("{} {}", store.label(Label::Reset), row.name)}>
                        { store.label(Label::Reset) }
                    </button>
                }
            </span>
            <span class="explain">{ rich(&store, &row.explain) }</span>
            if row.is_set {
                <span class="explain">{ store.label(Label::Default) }{ ": " }<code>{ &row.default }</code></span>
            }
            if let Some(note) = &row.note {
                <span class="explain note">{ rich(&store, note) }</span>
            }
        </form>
    }
}

fn change(store: &StoreContext, owner: &SettingsOwner, name: &str, value: Option<String>) {
    let name = name.to_owned();
    let action = match owner {
        SettingsOwner::Topic(topic) => {
            sim::Action::SetTopic { topic: topic.to_string(), name, value }
        }
        SettingsOwner::Client(client) => {
            sim::Action::SetClient { client: client.clone(), name, value }
        }
        SettingsOwner::Broker => sim::Action::SetBroker { name, value },
    };
    store.dispatch(Message::Do(Action::Do(action)));
}

/// The same as a `.properties` text; a client's can be edited and taken over.
fn properties(store: &StoreContext, view: &SettingsView) -> Html {
    html! {
        <details class="properties">
            <summary>{ store.label(Label::Properties) }</summary>
            if let SettingsOwner::Client(client) = &view.owner {
                <ClientProperties client={client.clone()} text={view.properties.clone()} />
            } else {
                <pre>{ &view.properties }</pre>
            }
        </details>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct PropertiesProps {
    pub(crate) client: String,
    pub(crate) text: String,
}

#[component]
pub(crate) fn ClientProperties(props: &PropertiesProps) -> Html {
    let store = use_store();
    let field = use_node_ref();
    let apply = {
        let (store, field, client) = (store.clone(), field.clone(), props.client.clone());
        move |_: MouseEvent| {
            if let Some(area) = field.cast::<HtmlTextAreaElement>() {
                let (client, text) = (client.clone(), area.value());
                store.dispatch(Message::Do(Action::SetProperties { client, text }));
            }
        }
    };
    html! {
        <>
            <textarea rows="6" spellcheck="false" ref={field} aria-label={store.label(Label::Properties)}
                value={props.text.clone()} />
            <button type="button" class="plain" onclick={apply}>{ store.label(Label::Apply) }</button>
        </>
    }
}
