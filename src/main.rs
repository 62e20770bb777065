//! The page in the browser, the command line on a desk.

#[cfg(target_arch = "wasm32")]
fn main() {
    console_error_panic_hook::set_once();
    let document = gloo::utils::document();
    let root = document.get_element_by_id("app").expect("index.html has a place for the app");
    yew::Renderer::<page::App>::with_root(root).render();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("the command line is not there yet");
    std::process::exit(2);
}

/// A placeholder that shows that the whole way from source to browser works.
#[cfg(target_arch = "wasm32")]
mod page {
    use yew::{Html, component, html};

    #[component]
    pub(crate) fn App() -> Html {
        html! { <main><h1>{ "Brokerscope" }</h1></main> }
    }

    #[cfg(test)]
    mod tests {
        use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

        wasm_bindgen_test_configure!(run_in_browser);

        #[wasm_bindgen_test]
        async fn the_page_has_a_heading() {
            let root = gloo::utils::document().create_element("div").unwrap();
            gloo::utils::body().append_child(&root).unwrap();
            yew::Renderer::<super::App>::with_root(root.clone()).render();
            yew::scheduler::flush().await;
            assert_eq!(root.text_content().unwrap(), "Brokerscope");
        }
    }
}
