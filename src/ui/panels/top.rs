//! The head of the page: its name, the world, the tour, sending, and the reader's own settings.

use brokerscope::session::{Action, Room, Theme};
use brokerscope::words::{Label, Lang};
use web_sys::{HtmlElement, HtmlInputElement};
use yew::prelude::*;

use crate::ui::store::{Message, StoreContext, on, use_store};
use crate::ui::{Open, storage};

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    /// Opens one of the page's sheets.
    pub(crate) open: Callback<Open>,
    /// The theme that was chosen.
    pub(crate) theme: Theme,
    /// Chooses another.
    pub(crate) set_theme: Callback<Theme>,
}

#[component]
pub(crate) fn Top(props: &Props) -> Html {
    let store = use_store();
    let shared = use_state(|| false);
    let send = props.open.reform(|_: MouseEvent| Open::Send);
    let help = props.open.reform(|_: MouseEvent| Open::Help);
    let theme = {
        let next = match props.theme {
            Theme::Dark => Theme::Light,
            Theme::Light => Theme::Dark,
            Theme::System if storage::prefers(storage::DARK) => Theme::Light,
            Theme::System => Theme::Dark,
        };
        props.set_theme.reform(move |_: MouseEvent| next)
    };
    let other = match store.summary.lang {
        Lang::En => Lang::Ko,
        Lang::Ko => Lang::En,
    };
    let share = share(&store, shared.clone());
    let in_store = store.summary.room == Room::Store;
    html! {
        <header class="top">
            <p class="brand">{ logo() }<span>{ "Brokerscope" }</span></p>
            <nav aria-label={store.label(Label::Rooms)}>
                if in_store {
                    <Worlds />
                } else {
                    { room(&store, Room::Store, Label::Store) }
                }
                { room(&store, Room::Keys, Label::KeysRoom) }
                { room(&store, Room::Bytes, Label::BytesRoom) }
                { room(&store, Room::Clients, Label::ClientsRoom) }
                { room(&store, Room::Groups, Label::GroupsRoom) }
                { room(&store, Room::Ledger, Label::LedgerRoom) }
                { room(&store, Room::Verify, Label::VerifyRoom) }
                <span class="rule-between" aria-hidden="true"></span>
                <button type="button" class="plain" id="tour" onclick={on(&store, Action::StartLesson("tour"))}>
                    { store.label(Label::Tour) }
                </button>
                if in_store {
                    <button type="button" class="plain" id="send" onclick={send}>{ store.label(Label::Send) }</button>
                }
            </nav>
            <div class="own">
                <button type="button" class="pill proven" id="proven" onclick={on(&store, Action::Enter(Room::Verify))}>
                    { store.words().proven() }
                </button>
                <button type="button" class="pill" id="lang" lang={other.code()} onclick={on(&store, Action::SetLang(other))}>
                    { store.label(Label::OtherLanguage) }
                </button>
                <button type="button" class="pill" id="theme" aria-label={store.label(Label::Theme)}
                    title={store.label(Label::Theme)} onclick={theme}>{ half_moon() }</button>
                <button type="button" class="pill" id="share" onclick={share}>
                    { store.label(if *shared { Label::Copied } else { Label::Share }) }
                </button>
                <button type="button" class="pill" id="help" aria-label={store.label(Label::Help)}
                    title={store.label(Label::Help)} onclick={help}>{ "?" }</button>
            </div>
        </header>
    }
}

/// The way to a room.
fn room(store: &StoreContext, room: Room, label: Label) -> Html {
    let here = (store.summary.room == room).then_some("page");
    html! {
        <button type="button" class="plain" id={format!("room-{}", room.name())} aria-current={here}
            onclick={on(store, Action::Enter(room))}>{ store.label(label) }</button>
    }
}

/// Puts the link into the address bar and the clipboard.
fn share(store: &StoreContext, shared: UseStateHandle<bool>) -> Callback<MouseEvent> {
    let store = store.clone();
    Callback::from(move |_| {
        let link = store.session.borrow().link();
        storage::set_address(&link);
        let href = gloo::utils::window().location().href().unwrap_or(link);
        let (store, shared) = (store.clone(), shared.clone());
        let copied = gloo::utils::window().navigator().clipboard().write_text(&href);
        wasm_bindgen_futures::spawn_local(async move {
            if wasm_bindgen_futures::JsFuture::from(copied).await.is_ok() {
                shared.set(true);
            } else {
                let words = store.words().clipboard_refused().to_owned();
                store.dispatch(Message::Do(Action::Complain(words)));
            }
        });
    })
}

/// Which world runs, and others to choose from.
#[component]
fn Worlds() -> Html {
    let store = use_store();
    let summary = &store.summary;
    let menu = use_node_ref();
    let pick = |scenario: &'static str, seed: u64| {
        let (dispatcher, menu) = (store.dispatcher(), menu.clone());
        Callback::from(move |_: MouseEvent| {
            close(&menu);
            dispatcher.dispatch(Message::Do(Action::Open { scenario: scenario.into(), seed }));
        })
    };
    let onchange = {
        let (dispatcher, menu) = (store.dispatcher(), menu.clone());
        Callback::from(move |event: Event| {
            close(&menu);
            let input = event.target_dyn_into::<HtmlInputElement>();
            let file = input.and_then(|input| input.files()).and_then(|files| files.get(0));
            let dispatcher = dispatcher.clone();
            crate::ui::files::read_text(file, move |read| {
                dispatcher.dispatch(Message::Do(match read {
                    Ok(text) => Action::OpenText(text),
                    Err(problem) => Action::Complain(problem),
                }));
            });
        })
    };
    let name = match summary.scenario.as_str() {
        "store" => store.label(Label::Store).to_owned(),
        "week" => store.label(Label::Week).to_owned(),
        "threaded-consumer" => "ThreadedConsumerExample".to_owned(),
        "simple-producer" => "SimpleProducer".to_owned(),
        "random" => format!("{} {}", store.label(Label::RandomWorld), summary.seed),
        name => name.to_owned(),
    };
    let next_seed = if summary.scenario == "random" { summary.seed + 1 } else { 1 };
    html! {
        <details class="menu" ref={menu.clone()}>
            <summary class="here">{ name }<span aria-hidden="true">{ " ▾" }</span></summary>
            <div class="choices">
                <button type="button" onclick={pick("store", 1)}>{ store.label(Label::Store) }</button>
                <button type="button" id="week" onclick={pick("week", 1)}>{ store.label(Label::Week) }</button>
                <button type="button" id="simple-producer" onclick={pick("simple-producer", 1)}>{ "SimpleProducer" }</button>
                <button type="button" id="threaded-consumer" onclick={pick("threaded-consumer", 1)}>{ "ThreadedConsumerExample" }</button>
                <button type="button" onclick={pick("random", next_seed)}>
                    { format!("{} {next_seed}", store.label(Label::RandomWorld)) }
                </button>
                <label class="file">{ store.label(Label::OpenFile) }
                    <input type="file" accept=".json,application/json" {onchange} />
                </label>
            </div>
        </details>
    }
}

fn close(menu: &NodeRef) {
    if let Some(menu) = menu.cast::<HtmlElement>() {
        menu.remove_attribute("open").ok();
    }
}

fn logo() -> Html {
    html! {
        <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" class="logo">
            <rect x="1" y="3" width="17" height="5" rx="2.5" /><rect x="1" y="10" width="22" height="5" rx="2.5" />
            <rect x="1" y="17" width="15" height="5" rx="2.5" />
            <path class="a" d="M11 3h4v5h-4z" /><path class="b" d="M5 10h4v5H5z" /><path class="c" d="M9 17h4v5H9z" />
        </svg>
    }
}

fn half_moon() -> Html {
    html! {
        <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" class="glyph">
            <circle cx="8" cy="8" r="6" /><path d="M8 2a6 6 0 0 1 0 12z" class="full" />
        </svg>
    }
}
