//! The one `requestAnimationFrame` loop, and the only reader of wall time.
//!
//! It runs while something moves and stops by itself: at rest no frame is painted.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use brokerscope::session::Session;
use gloo::render::{AnimationFrame, request_animation_frame};
use yew::Callback;

/// A tab may sleep for hours; a frame's gap counts as no more than this.
const LONGEST_GAP_MS: f64 = 100.0;
/// Panels are told of the time no more often than this.
const REFRESH_MS: f64 = 120.0;

type Paint = Box<dyn FnMut(&mut Session)>;

struct Inner {
    session: Rc<RefCell<Session>>,
    paint: RefCell<Option<Paint>>,
    refresh: RefCell<Option<Callback<()>>>,
    scheduled: RefCell<Option<AnimationFrame>>,
    last_ms: Cell<Option<f64>>,
    refreshed_ms: Cell<f64>,
    painted: Cell<u32>,
}

/// The loop. Clones are the same loop.
#[derive(Clone)]
pub(crate) struct Frames(Rc<Inner>);

impl Frames {
    pub(crate) fn new(session: Rc<RefCell<Session>>) -> Self {
        Self(Rc::new(Inner {
            session,
            paint: RefCell::default(),
            refresh: RefCell::default(),
            scheduled: RefCell::default(),
            last_ms: Cell::default(),
            refreshed_ms: Cell::default(),
            painted: Cell::default(),
        }))
    }

    /// What paints a frame: the stage, once it is there.
    pub(crate) fn on_paint(&self, paint: Option<Paint>) {
        *self.0.paint.borrow_mut() = paint;
        self.wake();
    }

    /// Who is told that time has passed.
    pub(crate) fn on_refresh(&self, refresh: Option<Callback<()>>) {
        *self.0.refresh.borrow_mut() = refresh;
    }

    /// Paints one frame soon, and goes on while something moves.
    pub(crate) fn wake(&self) {
        if self.0.scheduled.borrow().is_none() {
            crate::ui::probe::set_at_rest(false);
            let frames = self.clone();
            let frame = request_animation_frame(move |now_ms| frames.frame(now_ms));
            *self.0.scheduled.borrow_mut() = Some(frame);
        }
    }

    fn frame(&self, now_ms: f64) {
        let inner = &self.0;
        inner.scheduled.borrow_mut().take();
        let gap_ms = inner.last_ms.get().map_or(0.0, |last_ms| (now_ms - last_ms).max(0.0));
        let moving = {
            let mut session = inner.session.borrow_mut();
            let before_ms = clock_ms();
            session.frame(gap_ms.min(LONGEST_GAP_MS));
            session.frame_took(clock_ms() - before_ms);
            if let Some(paint) = &mut *inner.paint.borrow_mut() {
                paint(&mut session);
                inner.painted.set(inner.painted.get() + 1);
            }
            crate::ui::panic::reached(session.history().world().event_index());
            session.is_moving()
        };
        crate::ui::probe::frame_painted(gap_ms, now_ms, inner.painted.get());
        inner.last_ms.set(moving.then_some(now_ms));
        if !moving || now_ms - inner.refreshed_ms.get() >= REFRESH_MS {
            inner.refreshed_ms.set(now_ms);
            let refresh = inner.refresh.borrow().clone();
            if let Some(refresh) = refresh {
                refresh.emit(());
            }
        }
        if moving {
            self.wake();
        } else {
            crate::ui::probe::set_at_rest(inner.scheduled.borrow().is_none());
        }
    }
}

fn clock_ms() -> f64 {
    gloo::utils::window().performance().map_or(0.0, |performance| performance.now())
}
