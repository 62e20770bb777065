//! Files that a person chose or dropped.

use brokerscope::session::{MOST_BYTES, MOST_IMPORTED};
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, BlobPropertyBag, File, FileList, HtmlElement, Url};

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

/// Files with their names.
type Named = Vec<(String, Vec<u8>)>;

/// Reads files as bytes, and hands them on; or says why not.
pub(crate) fn read_bytes(
    files: Option<FileList>,
    then: impl FnOnce(Result<Named, String>) + 'static,
) {
    let Some(files) = files.filter(|files| files.length() > 0) else { return };
    let files: Vec<File> = (0..files.length()).filter_map(|at| files.get(at)).collect();
    if files.iter().map(|file| file.size()).sum::<f64>() > MOST_IMPORTED as f64 {
        then(Err(format!("{}: more than 64 MiB", files[0].name())));
        return;
    }
    spawn_local(async move {
        let mut read = Vec::new();
        for file in files {
            let name = file.name();
            match JsFuture::from(file.array_buffer()).await {
                Ok(buffer) => read.push((name, js_sys::Uint8Array::new(&buffer).to_vec())),
                Err(_) => {
                    then(Err(format!("{name}: not readable")));
                    return;
                }
            }
        }
        then(Ok(read));
    });
}

/// Lets the browser save a file.
///
/// # Errors
/// What the browser says if it cannot.
pub(crate) fn save(name: &str, media_type: &str, bytes: &[u8]) -> Result<(), String> {
    let saved = || -> Result<(), wasm_bindgen::JsValue> {
        let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
        let options = BlobPropertyBag::new();
        options.set_type(media_type);
        let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options)?;
        let url = Url::create_object_url_with_blob(&blob)?;
        let link = gloo::utils::document().create_element("a")?;
        link.set_attribute("href", &url)?;
        link.set_attribute("download", name)?;
        link.dyn_ref::<HtmlElement>().expect("an anchor is an HTML element").click();
        Url::revoke_object_url(&url)
    };
    saved().map_err(|problem| format!("{name}: {problem:?}"))
}
