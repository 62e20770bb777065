//! Local storage and the address; every failure is tolerated.

use brokerscope::session::{Address, Theme};
use brokerscope::words::Lang;
use gloo::storage::{LocalStorage, Storage as _};

const LANG: &str = "brokerscope.lang";
/// The system's wish for a dark page.
pub(crate) const DARK: &str = "(prefers-color-scheme: dark)";
const THEME: &str = "brokerscope.theme";

/// What the address says.
pub(crate) fn address() -> Address {
    let location = gloo::utils::window().location();
    let query = location.search().unwrap_or_default();
    let fragment = location.hash().unwrap_or_default();
    Address::parse(query.trim_start_matches('?'), fragment.trim_start_matches('#'))
}

/// The language: the address's, the one chosen before, the browser's, English.
pub(crate) fn lang(address: &Address) -> Lang {
    let chosen = || LocalStorage::get::<String>(LANG).ok().and_then(|tag| Lang::parse(&tag));
    let browsers =
        || gloo::utils::window().navigator().language().and_then(|tag| Lang::parse(&tag));
    address.lang.or_else(chosen).or_else(browsers).unwrap_or_default()
}

/// Remembers the language, and tells the document.
pub(crate) fn set_lang(lang: Lang) {
    LocalStorage::set(LANG, lang.code()).ok();
    if let Some(root) = gloo::utils::document().document_element() {
        root.set_attribute("lang", lang.code()).ok();
    }
}

/// The theme: the address's, the one chosen before, the system's.
pub(crate) fn theme(address: &Address) -> Theme {
    let chosen = || LocalStorage::get::<String>(THEME).ok().and_then(|name| Theme::parse(&name));
    address.theme.or_else(chosen).unwrap_or_default()
}

/// Remembers the theme, and tells the document.
pub(crate) fn set_theme(theme: Theme) {
    LocalStorage::set(THEME, theme.name()).ok();
    show_theme(theme);
}

/// Tells the document the theme; the system's may have changed.
pub(crate) fn show_theme(theme: Theme) {
    if let Some(root) = gloo::utils::document().document_element() {
        let shown = match theme {
            Theme::System if prefers(DARK) => Theme::Dark,
            Theme::System => Theme::Light,
            chosen => chosen,
        };
        root.set_attribute("data-theme", shown.name()).ok();
    }
}

/// Whether a media query holds.
pub(crate) fn prefers(query: &str) -> bool {
    let list = gloo::utils::window().match_media(query);
    list.ok().flatten().is_some_and(|list| list.matches())
}

/// Puts `link` in the address bar, without a new page.
pub(crate) fn set_address(link: &str) {
    if let Ok(history) = gloo::utils::window().history() {
        history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(link)).ok();
    }
}
