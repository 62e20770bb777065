//! The panels around the stage, one a file.

mod bytes;
mod events;
mod help;
mod inspector;
mod lead;
mod lesson;
mod notices;
mod rich;
mod send;
mod settings;
mod theatre;
mod timeline;
mod top;
mod transport;
mod why_not;

use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;
use yew::prelude::*;

pub(crate) use events::Events;
pub(crate) use help::Help;
pub(crate) use inspector::Inspector;
pub(crate) use lead::Lead;
pub(crate) use lesson::Lesson;
pub(crate) use notices::Notices;
pub(crate) use rich::rich;
pub(crate) use send::Send;
pub(crate) use settings::ClientProperties;
pub(crate) use settings::Settings;
pub(crate) use theatre::Theatre;
pub(crate) use top::Top;
pub(crate) use transport::Transport;
pub(crate) use why_not::WhyNot;

/// A sheet takes the focus when it opens, and gives it back when it closes.
#[hook]
fn use_sheet() -> NodeRef {
    let sheet = use_node_ref();
    let opened = sheet.clone();
    use_effect_with((), move |()| {
        let active = || gloo::utils::document().active_element();
        let before = active().and_then(|element| element.dyn_into::<HtmlElement>().ok());
        if let Some(sheet) = opened.cast::<HtmlElement>() {
            sheet.focus().ok();
        }
        move || {
            // Somebody may have gone on elsewhere in the meantime.
            let inside = active().is_none_or(|element| {
                element.tag_name() == "BODY" || element.closest(".sheet").ok().flatten().is_some()
            });
            if let Some(before) = before.filter(|_| inside) {
                before.focus().ok();
            }
        }
    });
    sheet
}
