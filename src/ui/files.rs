//! Files that a person chose or dropped.

use brokerscope::session::{MOST_BYTES, MOST_IMPORTED};
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, File, FileList, HtmlAnchorElement, Url};

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

/// Hands bytes to the person as a file of this name.
pub(crate) fn download(name: &str, bytes: &[u8]) -> Option<()> {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    let blob = Blob::new_with_u8_array_sequence(&parts).ok()?;
    let url = Url::create_object_url_with_blob(&blob).ok()?;
    let link = gloo::utils::document().create_element("a").ok()?;
    let link: HtmlAnchorElement = link.dyn_into().ok()?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&url).ok()
}
