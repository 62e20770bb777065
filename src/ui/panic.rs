//! A panic is a mistake of ours. The page says so, with the address that repeats it.

use std::cell::{Cell, RefCell};
use std::panic::PanicHookInfo;

use brokerscope::session::Session;
use brokerscope::words::{Lang, words};

thread_local! {
    static LINK: RefCell<String> = const { RefCell::new(String::new()) };
    static AT: Cell<u64> = const { Cell::new(0) };
    static LANG: Cell<Lang> = const { Cell::new(Lang::En) };
}

/// From now on panics are shown.
pub(crate) fn watch() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        show(info);
    }));
}

/// What would repeat the world, as it stands.
pub(crate) fn remember(session: &Session, lang: Lang) {
    LINK.set(session.link());
    LANG.set(lang);
}

/// How far the world is: cheap enough for every frame.
pub(crate) fn reached(event_index: u64) {
    AT.set(event_index);
}

fn show(info: &PanicHookInfo<'_>) {
    let Some(body) = gloo::utils::document().body() else { return };
    let Ok(sheet) = gloo::utils::document().create_element("section") else { return };
    sheet.set_class_name("panicked");
    sheet.set_attribute("role", "alert").ok();
    let say = |tag: &str, text: &str| {
        if let Ok(part) = gloo::utils::document().create_element(tag) {
            part.set_text_content(Some(text));
            sheet.append_child(&part).ok();
        }
    };
    say("p", words(LANG.get()).panicked());
    let link = LINK.try_with(|link| link.try_borrow().map(|link| link.clone()).unwrap_or_default());
    // The step after the last that was painted, or one soon after it, is the one.
    let link = link.unwrap_or_default();
    let (head, tail) = link.split_once("&at=").unwrap_or((&link, ""));
    let tail = tail.trim_start_matches(|c: char| c.is_ascii_digit());
    let link = format!("{head}&at={}{tail}", AT.get());
    if let Ok(anchor) = gloo::utils::document().create_element("a") {
        anchor.set_attribute("href", &link).ok();
        anchor.set_text_content(Some(&link));
        sheet.append_child(&anchor).ok();
    }
    say("pre", &info.to_string());
    body.append_child(&sheet).ok();
}
