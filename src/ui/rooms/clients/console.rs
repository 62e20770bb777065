//! The console of a client's program: what it prints, its settings as text, and the form in which it works.

use brokerscope::protocol::ClientId;
use brokerscope::session::{Action, ConsoleRow, ConsoleView, form_that_works};
use brokerscope::words::clock;
use yew::prelude::*;

use crate::ui::panels::{ClientProperties, rich};
use crate::ui::store::{Message, StoreContext, on, use_store};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    /// Whose.
    pub(super) id: ClientId,
}

#[component]
pub(super) fn Console(props: &Props) -> Html {
    let store = use_store();
    let Some(view) = store.session.borrow().console_view(props.id) else { return html! {} };
    let words = store.words();
    let Some(rows) = &view.rows else { return html! {} };
    html! {
        <div class="console-half">
            <section class="console" aria-labelledby="console-title">
                <h2 id="console-title">{ words.console_title().plain_text() }</h2>
                { form(&store, &view) }
                <div class="lines" role="log" aria-live="polite" tabindex="0" aria-labelledby="console-title">
                    if rows.is_empty() {
                        <p class="small">{ words.console_empty().plain_text() }</p>
                    } else {
                        <ol>{ for rows.iter().map(|row| line(&store, row)) }</ol>
                    }
                </div>
            </section>
            <section class="settings-text" aria-labelledby="settings-text-title">
                <h2 id="settings-text-title"><code>{ format!("{}.properties", view.client) }</code></h2>
                <p class="small">{ rich(&store, &words.console_settings()) }</p>
                <ClientProperties client={view.client.clone()} text={view.properties.clone()} />
                if let Some(unused) = &view.unused {
                    <pre class="small unused">{ unused }</pre>
                }
            </section>
        </div>
    }
}

/// How a program of the book fares as it is written, and a way to the form that works.
fn form(store: &StoreContext, view: &ConsoleView) -> Html {
    let words = store.words();
    match view.works {
        None => html! {},
        Some(true) => html! { <p class="form">{ rich(store, &words.console_works()) }</p> },
        Some(false) => {
            let dispatcher = store.dispatcher();
            let run = move |_: MouseEvent| {
                for action in form_that_works() {
                    dispatcher.dispatch(Message::Do(Action::Do(action)));
                }
            };
            html! {
                <p class="form">
                    { rich(store, &words.console_as_written()) }
                    { " " }
                    <button type="button" class="strong" id="that-works" onclick={run}>
                        { words.console_that_works().plain_text() }
                    </button>
                </p>
            }
        }
    }
}

fn line(store: &StoreContext, row: &ConsoleRow) -> Html {
    let bad = row.line.starts_with("Exception") || row.line.starts_with("Caused by");
    html! {
        <li class={classes!("line", bad.then_some("bad"))}>
            <button type="button" class="when" onclick={on(store, Action::SeekIndex(row.index))}>
                { clock(row.at_ms as i64) }
            </button>
            <span class="who">{ &row.program }</span>
            <code>{ &row.line }</code>
        </li>
    }
}
