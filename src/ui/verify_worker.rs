//! The second wasm of the page, loaded by the Verify room alone: a worker that replays recorded cases.
//!
//! It is sent files of vectors and sends back reports; see `cases::replay`. Natively there is `answer`.

#[cfg(target_arch = "wasm32")]
fn main() {
    use wasm_bindgen::JsCast as _;
    use wasm_bindgen::prelude::Closure;
    use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let page = scope.clone();
    let told = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let Some(text) = event.data().as_string() else { return };
        brokerscope::cases::replay(&text, |report| {
            page.post_message(&report.into()).ok();
        });
    });
    scope.set_onmessage(Some(told.as_ref().unchecked_ref()));
    told.forget();
    scope.post_message(&"ready".into()).ok();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("This is the page's worker; natively, `brokerscope answer` answers cases.");
    std::process::exit(2);
}
