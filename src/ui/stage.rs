//! The stage: the canvas with its size, pointer and scrolling, and the same world as a tree for the keyboard.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use brokerscope::protocol::{Subject, sort_by};
use brokerscope::scene::{Cache, Hits, NARROW, TreeNode};
use brokerscope::session::{Action, Move, Session, Theme};
use brokerscope::words::Label;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::Closure;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement, ResizeObserver};
use yew::prelude::*;

use crate::ui::frames::Frames;
use crate::ui::painter::Painter;
use crate::ui::storage;
use crate::ui::store::{Message, StoreContext, use_store};

/// Device pixels for a CSS pixel at the most.
const MOST_RATIO: f64 = 2.0;
/// What has the ring is brought into view with so much around it.
const AROUND: f32 = 28.0;
/// On a phone the controls of time cover so much of the page's end.
const COVERED: f32 = 120.0;

#[derive(Properties)]
pub(crate) struct Props {
    pub(crate) frames: Frames,
    /// Another theme has other colours.
    pub(crate) theme: Theme,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        self.theme == other.theme // There is one loop.
    }
}

/// What the frame loop needs of the stage.
struct View {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    scroller: HtmlElement,
    rest: HtmlElement,
    painter: RefCell<Painter>,
    cache: RefCell<Cache>,
    hits: Rc<RefCell<Hits>>,
    size: Cell<(f32, f32, f64)>,
    height: Cell<f32>,
    /// What had the ring when it was last brought into view.
    followed: RefCell<Option<Subject>>,
}

impl View {
    fn new(canvas: HtmlCanvasElement, hits: Rc<RefCell<Hits>>) -> Option<Self> {
        let scroller = canvas.parent_element()?.dyn_into::<HtmlElement>().ok()?;
        let rest = canvas.next_element_sibling()?.dyn_into::<HtmlElement>().ok()?;
        let context = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        Some(Self {
            canvas,
            context,
            scroller,
            rest,
            painter: RefCell::new(Painter::new()),
            cache: RefCell::default(),
            hits,
            size: Cell::default(),
            height: Cell::default(),
            followed: RefCell::default(),
        })
    }

    /// Gives the canvas the size of its place. On a phone it is as high as the scene: the page scrolls.
    fn measure(&self) {
        let width = self.scroller.client_width() as f32;
        let narrow = width < NARROW;
        let shown = self.scroller.client_height() as f32;
        let height = if narrow { self.height.get().max(shown.min(400.0)) } else { shown };
        let ratio = gloo::utils::window().device_pixel_ratio().min(MOST_RATIO);
        if self.size.get() != (width, height, ratio) {
            self.size.set((width, height, ratio));
            self.canvas.set_width((f64::from(width) * ratio) as u32);
            self.canvas.set_height((f64::from(height) * ratio) as u32);
            let style = self.canvas.style();
            style.set_property("height", &format!("{height}px")).ok();
        }
    }

    fn paint(&self, session: &mut Session) {
        self.measure();
        let (width, height, ratio) = self.size.get();
        if width <= 0.0 {
            return;
        }
        let scroll = self.scroller.scroll_top() as f32;
        let scene = session.compose((width, height), scroll, &mut self.cache.borrow_mut());
        if (scene.height - self.height.get()).abs() > 0.5 {
            self.height.set(scene.height);
            let rest = (scene.height - height).max(0.0);
            self.rest.style().set_property("height", &format!("{rest}px")).ok();
            self.measure();
        }
        self.painter.borrow_mut().paint(&self.context, &scene.list, (width, height), ratio);
        *self.hits.borrow_mut() = scene.hits;
        self.follow_ring(session);
    }

    /// Scrolls to what has just got the keyboard's ring, unless it is in view.
    fn follow_ring(&self, session: &mut Session) {
        let focused = session.focused().cloned();
        if *self.followed.borrow() == focused {
            return;
        }
        self.followed.borrow_mut().clone_from(&focused);
        let Some(subject) = focused else { return };
        let (width, height, _) = self.size.get();
        // Only what is in view is drawn, so ask for the whole stage.
        let whole = (width, self.height.get().max(height));
        let scene = session.compose(whole, 0.0, &mut self.cache.borrow_mut());
        let Some(area) = scene.hits.area_of(&subject) else { return };
        let (top, bottom) = (area.y - AROUND, area.y + area.h + AROUND);
        if width < NARROW {
            let above = self.canvas.get_bounding_client_rect().top() as f32;
            let room = gloo::utils::window().inner_height().ok().and_then(|h| h.as_f64());
            let room = room.unwrap_or_default() as f32 - COVERED;
            let by = if top + above < 0.0 { top + above } else { (bottom + above - room).max(0.0) };
            gloo::utils::window().scroll_by_with_x_and_y(0.0, f64::from(by));
        } else {
            let scroll = self.scroller.scroll_top() as f32;
            let to = if top < scroll { top } else { scroll.max(bottom - height) };
            self.scroller.set_scroll_top(to as i32);
        }
    }
}

#[component]
pub(crate) fn Stage(props: &Props) -> Html {
    let store = use_store();
    let canvas = use_node_ref();
    let hits = use_memo((), |()| RefCell::new(Hits::default()));
    use_view(&canvas, &hits, props);
    let hit = {
        let hits = hits.clone();
        move |event: &MouseEvent| {
            hits.borrow().hit(event.offset_x() as f32, event.offset_y() as f32)
        }
    };
    let onclick = {
        let (dispatcher, hit) = (store.dispatcher(), hit.clone());
        move |event: MouseEvent| {
            let subject = hit(&event);
            dispatcher.dispatch(Message::Do(Action::Select(subject)));
        }
    };
    let hovered = use_mut_ref(|| None::<Subject>);
    let onmousemove = {
        let (session, frames) = (Rc::clone(&store.session), props.frames.clone());
        move |event: MouseEvent| {
            let subject = hit(&event);
            if *hovered.borrow() == subject {
                return;
            }
            if let Some(canvas) = event.target_dyn_into::<HtmlElement>() {
                let cursor = if subject.is_some() { "pointer" } else { "default" };
                canvas.style().set_property("cursor", cursor).ok();
            }
            hovered.borrow_mut().clone_from(&subject);
            session.borrow_mut().apply(Action::Hover(subject));
            frames.wake();
        }
    };
    let onscroll = {
        let frames = props.frames.clone();
        move |_: Event| frames.wake()
    };
    html! {
        <div class="stage" data-stage="" {onscroll}>
            <canvas ref={canvas} aria-hidden="true" {onclick} {onmousemove}></canvas>
            <div class="stage-rest"></div>
            <Tree />
        </div>
    }
}

/// Hands the canvas to the frame loop, and repaints when its place changes its size.
#[hook]
fn use_view(canvas: &NodeRef, hits: &Rc<RefCell<Hits>>, props: &Props) {
    let view = use_mut_ref(|| None::<Rc<View>>);
    {
        let (canvas, hits, frames, view) =
            (canvas.clone(), Rc::clone(hits), props.frames.clone(), view.clone());
        use_effect_with((), move |()| {
            let made =
                canvas.cast().and_then(|canvas| View::new(canvas, Rc::clone(&hits))).map(Rc::new);
            let observer = made.clone().map(|made| {
                let painted = Rc::clone(&made);
                frames.on_paint(Some(Box::new(move |session| painted.paint(session))));
                observe(&made.scroller, frames.clone())
            });
            *view.borrow_mut() = made;
            move || {
                frames.on_paint(None);
                // A canvas that leaves the page changes its size for a last time.
                if let Some((observer, closure)) = observer.flatten() {
                    observer.disconnect();
                    drop(closure);
                }
            }
        });
    }
    let frames = props.frames.clone();
    use_effect_with(props.theme, move |theme| {
        let theme = *theme;
        if let Some(view) = &*view.borrow() {
            view.painter.borrow().read_colours();
        }
        let scheme = gloo::utils::window().match_media(storage::DARK).ok().flatten();
        let listener = scheme.map(|scheme| {
            gloo::events::EventListener::new(&scheme, "change", move |_| {
                storage::show_theme(theme);
                if let Some(view) = &*view.borrow() {
                    view.painter.borrow().read_colours();
                }
                frames.wake();
            })
        });
        move || drop(listener)
    });
}

type Observer = (ResizeObserver, Closure<dyn FnMut()>);

fn observe(element: &HtmlElement, frames: Frames) -> Option<Observer> {
    let resized = Closure::<dyn FnMut()>::new(move || frames.wake());
    let observer = ResizeObserver::new(resized.as_ref().unchecked_ref()).ok()?;
    observer.observe(element);
    Some((observer, resized))
}

/// What is on the stage, as a tree that the arrow keys walk. The canvas draws the ring.
#[component]
fn Tree() -> Html {
    let store = use_store();
    let session = store.session.borrow();
    let tree = session.tree();
    let focused = store.summary.focused.as_ref();
    let at = focused.and_then(|subject| tree.iter().position(|node| node.subject == *subject));
    let shown = shown(tree, at);
    let active = at.map(|at| format!("node-{at}"));
    let onfocus = {
        let dispatcher = store.dispatcher();
        let empty = focused.is_none();
        move |_: FocusEvent| {
            if empty {
                dispatcher.dispatch(Message::Do(Action::MoveFocus(Move::First)));
            }
        }
    };
    let onblur = {
        let dispatcher = store.dispatcher();
        move |_: FocusEvent| dispatcher.dispatch(Message::Do(Action::Focus(None)))
    };
    html! {
        <ul class="unseen tree" id="tree" role="tree" tabindex="0" aria-label={store.label(Label::Stage)}
            aria-activedescendant={active} onkeydown={walk(&store)} {onfocus} {onblur}>
            { for shown.into_iter().map(|index| {
                let node = &tree[index];
                html! {
                    <li role="treeitem" key={index} id={format!("node-{index}")} aria-level={node.level.to_string()}
                        aria-selected={(at == Some(index)).to_string()}>{ &node.label }</li>
                }
            }) }
        </ul>
    }
}

/// The outer levels, and what lies beside and below the ring.
fn shown(tree: &[TreeNode], at: Option<usize>) -> Vec<usize> {
    let mut shown: Vec<usize> = (0..tree.len()).filter(|index| tree[*index].level <= 1).collect();
    if let Some(at) = at {
        let mut parent = Some(at);
        while let Some(index) = parent {
            let level = tree[index].level;
            let below = (index + 1..tree.len()).take_while(|next| tree[*next].level > level);
            shown.extend(below.filter(|next| tree[*next].level == level + 1));
            parent = (0..index).rev().find(|above| tree[*above].level < level);
        }
    }
    sort_by(&mut shown, Ord::cmp);
    shown.dedup();
    shown
}

fn walk(store: &StoreContext) -> Callback<KeyboardEvent> {
    let store = store.clone();
    Callback::from(move |event: KeyboardEvent| {
        let action = match event.key().as_str() {
            _ if event.shift_key() || event.ctrl_key() || event.meta_key() || event.alt_key() => {
                return;
            }
            "ArrowDown" => Action::MoveFocus(Move::Next),
            "ArrowUp" => Action::MoveFocus(Move::Previous),
            "ArrowRight" => Action::MoveFocus(Move::Into),
            "ArrowLeft" => Action::MoveFocus(Move::Out),
            "Home" => Action::MoveFocus(Move::First),
            "End" => Action::MoveFocus(Move::Last),
            "Enter" => Action::Select(store.summary.focused.clone()),
            _ => return,
        };
        event.prevent_default();
        store.dispatch(Message::Do(action));
    })
}
