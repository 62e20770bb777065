//! The page: Yew components, the canvas, the browser.

mod files;
mod frames;
mod keyboard;
mod painter;
mod panels;
mod panic;
mod probe;
mod rooms;
mod stage;
mod storage;
mod store;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::rc::Rc;

use brokerscope::session::{Action, Address, Room, Session};
use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast as _;
use web_sys::KeyboardEvent;
use yew::prelude::*;

use crate::ui::frames::Frames;
use crate::ui::keyboard::Meaning;
use crate::ui::panels::{
    Events, Help, Inspector, Lead, Lesson, Notices, Send, Theatre, Top, Transport, WhyNot,
};
use crate::ui::rooms::{
    BytesRoom, ClientsRoom, GroupsRoom, KeysRoom, LedgerRoom, VerifyRoom, bring,
};
use crate::ui::stage::Stage;
use crate::ui::store::{Message, Store, StoreContext};

/// A sheet over the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Open {
    /// The form that sends records.
    Send,
    /// The keys of the keyboard.
    Help,
    /// What a log waits for.
    WhyNot,
}

/// Mounts the page.
pub(crate) fn main() {
    panic::watch();
    let address = storage::address();
    let lang = storage::lang(&address);
    storage::set_lang(lang);
    storage::set_theme(storage::theme(&address));
    let reduced_motion = storage::prefers("(prefers-reduced-motion: reduce)");
    let session = Rc::new(RefCell::new(Session::new(&address, lang, reduced_motion)));
    panic::remember(&session.borrow(), lang);
    let props = AppProps { session, address: Rc::new(address) };
    let root = gloo::utils::document().get_element_by_id("app");
    match root {
        Some(root) => yew::Renderer::<App>::with_root_and_props(root, props).render(),
        None => yew::Renderer::<App>::with_props(props).render(),
    };
}

#[derive(Properties)]
struct AppProps {
    session: Rc<RefCell<Session>>,
    address: Rc<Address>,
}

impl PartialEq for AppProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.session, &other.session)
    }
}

#[component]
fn App(props: &AppProps) -> Html {
    let frames = use_memo((), |()| Frames::new(Rc::clone(&props.session)));
    let store = {
        let (session, frames) = (Rc::clone(&props.session), (*frames).clone());
        use_reducer(move || Store::new(session, frames))
    };
    let open = use_state(|| None::<Open>);
    let theme = use_state(|| storage::theme(&props.address));
    let bench = props.address.bench.is_some();
    {
        let dispatcher = store.dispatcher();
        let frames = frames.clone();
        use_effect_with((), move |()| {
            if bench {
                probe::measure_frames();
            }
            frames
                .on_refresh(Some(Callback::from(move |()| dispatcher.dispatch(Message::Refresh))));
            frames.wake();
            move || frames.on_refresh(None)
        });
    }
    use_effect_with(store.summary.lang, |lang| storage::set_lang(*lang));
    {
        let session = Rc::clone(&props.session);
        let lang = store.summary.lang;
        let at = (store.summary.playing, store.summary.event_index);
        use_effect_with(at, move |(playing, _)| {
            let session = session.borrow();
            panic::remember(&session, lang);
            if !playing {
                let world = session.history().world();
                probe::publish(world.digest(), world.event_index());
            }
        });
    }
    use_keys(&store, &open);
    let set_theme = {
        let (theme, frames) = (theme.clone(), frames.clone());
        Callback::from(move |chosen| {
            storage::set_theme(chosen);
            theme.set(chosen);
            frames.wake();
        })
    };
    let opened = {
        let open = open.clone();
        Callback::from(move |sheet| open.set(Some(sheet)))
    };
    let close = {
        let open = open.clone();
        Callback::from(move |()| open.set(None))
    };
    let ondragover = Callback::from(|event: DragEvent| event.prevent_default());
    let ondrop = {
        let store = store.clone();
        Callback::from(move |event: DragEvent| {
            if !event.default_prevented() {
                event.prevent_default();
                bring(&store, event.data_transfer().and_then(|data| data.files()));
            }
        })
    };
    let summary = &store.summary;
    let has_side = summary.selected.is_some() || summary.lesson.is_some();
    html! {
        <ContextProvider<StoreContext> context={store.clone()}>
            <div class={classes!("page", props.address.embed.then_some("embed"))} data-room={summary.room.name()}
                {ondragover} {ondrop}>
                if !props.address.embed {
                    <Top open={opened.clone()} theme={*theme} {set_theme} />
                }
                if summary.room == Room::Store {
                    <Lead />
                    <main class="floor">
                        if summary.watched.is_some() {
                            <Theatre />
                        } else {
                            <Stage frames={(*frames).clone()} theme={*theme} />
                        }
                        if !props.address.embed {
                            <aside class={classes!("side", has_side.then_some("has-side"))}>
                                if summary.lesson.is_some() {
                                    <Lesson />
                                }
                                if summary.inspection.is_some() {
                                    <Inspector open={opened.clone()} />
                                } else if summary.lesson.is_none() {
                                    <Events />
                                }
                            </aside>
                        }
                    </main>
                    <Transport />
                } else if summary.room.is_live() {
                    <Lead />
                    { match summary.room {
                        Room::Clients => html! { <ClientsRoom open={opened.clone()} /> },
                        Room::Groups => html! { <GroupsRoom /> },
                        _ => html! { <LedgerRoom /> },
                    } }
                    <Transport />
                } else {
                    { match summary.room {
                        Room::Keys => html! { <KeysRoom /> },
                        Room::Bytes => html! { <BytesRoom /> },
                        _ => html! { <VerifyRoom /> },
                    } }
                }
                <Notices />
                if *open == Some(Open::Send) {
                    <Send close={close.clone()} />
                }
                if *open == Some(Open::WhyNot) {
                    <WhyNot close={close.clone()} />
                }
                if *open == Some(Open::Help) {
                    <Help close={close} />
                }
            </div>
        </ContextProvider<StoreContext>>
    }
}

/// Keys work wherever the focus is but in a field.
#[hook]
fn use_keys(store: &StoreContext, open: &UseStateHandle<Option<Open>>) {
    let latest = use_mut_ref(|| store.clone());
    *latest.borrow_mut() = store.clone();
    let open = open.clone();
    use_effect_with((), move |()| {
        let document = gloo::utils::document();
        let options = EventListenerOptions::enable_prevent_default();
        let listener =
            EventListener::new_with_options(&document, "keydown", options, move |event| {
                let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
                let store = latest.borrow().clone();
                let Some(meaning) = keyboard::meaning(event, &store) else { return };
                match meaning {
                    Meaning::Do(action) => {
                        event.prevent_default();
                        store.dispatch(Message::Do(action));
                    }
                    Meaning::Open(sheet) => {
                        event.prevent_default();
                        open.set(Some(sheet));
                    }
                    Meaning::Close => {
                        open.set(None);
                        store.dispatch(Message::Do(Action::Select(None)));
                    }
                }
            });
        move || drop(listener)
    });
}
