//! Files that a person chose or dropped.

use brokerscope::session::MOST_BYTES;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::File;

/// Reads a file's text, and hands it on; or says why not.
pub(crate) fn read_text(file: Option<File>, then: impl FnOnce(Result<String, String>) + 'static) {
    let Some(file) = file else { return };
    let name = file.name();
    if file.size() > MOST_BYTES as f64 {
        then(Err(format!("{name}: more than 4 MiB")));
        return;
    }
    spawn_local(async move {
        let read = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string());
        then(read.ok_or_else(|| format!("{name}: not readable as text")));
    });
}
