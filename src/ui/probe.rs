//! What measurements and end-to-end tests read: frame times, the world's digest. Nothing of the page needs it.

use std::cell::Cell;

use wasm_bindgen::{JsCast as _, JsValue};

/// So many frames are kept.
const MOST_FRAMES: u32 = 1000;

thread_local! {
    static MEASURING: Cell<bool> = const { Cell::new(false) };
}

fn set(name: &str, value: &JsValue) {
    let window: JsValue = web_sys::window().map_or(JsValue::NULL, Into::into);
    js_sys::Reflect::set(&window, &name.into(), value).ok();
}

/// Begins to keep frame times in `window.brokerscope_frames`.
pub(crate) fn measure_frames() {
    MEASURING.set(true);
    set("brokerscope_frames", &js_sys::Array::new());
}

/// A frame was painted: its gap to the one before, when it began, and the how manieth it is.
pub(crate) fn frame_painted(gap_ms: f64, began_ms: f64, count: u32) {
    set("brokerscope_painted", &count.into());
    let Some(window) = web_sys::window() else { return };
    if count == 1
        && let Some(performance) = window.performance()
    {
        performance.mark("first-frame").ok();
    }
    if !MEASURING.get() {
        return;
    }
    let frames = js_sys::Reflect::get(&window, &"brokerscope_frames".into());
    let Some(frames) = frames.ok().and_then(|frames| frames.dyn_into::<js_sys::Array>().ok())
    else {
        return;
    };
    let now_ms = window.performance().map_or(began_ms, |performance| performance.now());
    let frame = js_sys::Object::new();
    js_sys::Reflect::set(&frame, &"interval_ms".into(), &gap_ms.into()).ok();
    js_sys::Reflect::set(&frame, &"script_ms".into(), &(now_ms - began_ms).into()).ok();
    if frames.length() >= MOST_FRAMES {
        frames.shift();
    }
    frames.push(&frame);
}

/// Whether no frame is to come unless something is done.
pub(crate) fn set_at_rest(at_rest: bool) {
    set("brokerscope_at_rest", &at_rest.into());
}

/// The world's digest and event index, for whoever compares.
pub(crate) fn publish(digest: u64, event_index: u64) {
    set("brokerscope_digest", &format!("{digest:016x}").into());
    set("brokerscope_event_index", &(event_index as f64).into());
}
