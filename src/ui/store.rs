//! Where Yew meets the session.

use std::cell::RefCell;
use std::rc::Rc;

use brokerscope::protocol::Bytes;
use brokerscope::session::{Action, Session, Summary};
use brokerscope::words::{Label, Words, words};
use yew::prelude::*;

use crate::ui::frames::Frames;

/// What reaches the store.
pub(crate) enum Message {
    /// A person does something.
    Do(Action),
    /// Time has passed, and panels may show something new.
    Refresh,
}

impl From<Action> for Message {
    fn from(action: Action) -> Self {
        Self::Do(action)
    }
}

/// The session, and the last summary of it that panels were shown.
#[derive(Clone)]
pub(crate) struct Store {
    pub(crate) session: Rc<RefCell<Session>>,
    pub(crate) frames: Frames,
    pub(crate) summary: Rc<Summary>,
}

pub(crate) type StoreContext = UseReducerHandle<Store>;

impl Store {
    pub(crate) fn new(session: Rc<RefCell<Session>>, frames: Frames) -> Self {
        let summary = Rc::new(session.borrow().summary());
        Self { session, frames, summary }
    }

    pub(crate) fn words(&self) -> &'static dyn Words {
        words(self.summary.lang)
    }

    pub(crate) fn label(&self, label: Label) -> &'static str {
        self.words().label(label)
    }

    /// The number of a key's colour, from 1; 0: no key.
    pub(crate) fn key_colour(&self, key: &Bytes) -> u8 {
        self.session.borrow().key_colour(key)
    }
}

impl Reducible for Store {
    type Action = Message;

    fn reduce(self: Rc<Self>, message: Message) -> Rc<Self> {
        if let Message::Do(action) = message {
            self.session.borrow_mut().apply(action);
            self.frames.wake();
        }
        let summary = self.session.borrow().summary();
        if summary == *self.summary {
            return self; // The same `Rc` tells Yew that there is nothing to render.
        }
        Rc::new(Self { summary: Rc::new(summary), ..(*self).clone() })
    }
}

/// Two stores look the same if they show the same; `ContextProvider` asks on every render.
impl PartialEq for Store {
    fn eq(&self, other: &Self) -> bool {
        self.summary == other.summary
    }
}

/// The store of the page that a component is on.
#[hook]
pub(crate) fn use_store() -> StoreContext {
    use_context::<StoreContext>().expect("`App` provides the store")
}

/// A callback that does `action` whatever the event.
pub(crate) fn on<E: 'static>(store: &StoreContext, action: Action) -> Callback<E> {
    let dispatcher = store.dispatcher();
    Callback::from(move |_: E| dispatcher.dispatch(Message::Do(action.clone())))
}
