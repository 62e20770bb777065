//! From display list to canvas: one call a frame into a short script that paints. No decisions here.

use brokerscope::scene::{DisplayList, Encoder, Role};
use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::CanvasRenderingContext2d;

#[wasm_bindgen(module = "/src/ui/painter.js")]
extern "C" {
    fn set_colours(all: Array);
    fn add_strings(restart: bool, fresh: Array);
    fn paint(
        context: &CanvasRenderingContext2d,
        numbers: &[u32],
        width: f64,
        height: f64,
        ratio: f64,
    );
}

/// What is kept from frame to frame.
#[derive(Debug)]
pub(crate) struct Painter {
    encoder: Encoder,
}

impl Painter {
    pub(crate) fn new() -> Self {
        Self { encoder: Encoder::new() }
    }

    /// Reads the colours of the theme from the document.
    pub(crate) fn read_colours(&self) {
        let window = gloo::utils::window();
        let root = gloo::utils::document_element();
        let Ok(Some(style)) = window.get_computed_style(&root) else { return };
        let colours = Role::all().map(|role| {
            let colour = style.get_property_value(role.property()).unwrap_or_default();
            JsValue::from_str(colour.trim())
        });
        set_colours(colours.collect());
    }

    /// Paints a sorted list, `width` by `height` CSS pixels, `ratio` device pixels each.
    pub(crate) fn paint(
        &mut self,
        context: &CanvasRenderingContext2d,
        list: &DisplayList,
        (width, height): (f32, f32),
        ratio: f64,
    ) {
        self.encoder.encode(list);
        let fresh: Array = self.encoder.fresh_strings().map(JsValue::from_str).collect();
        if fresh.length() > 0 || self.encoder.restarts_strings() {
            add_strings(self.encoder.restarts_strings(), fresh);
        }
        paint(context, self.encoder.numbers(), f64::from(width), f64::from(height), ratio);
    }
}
