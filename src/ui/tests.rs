//! The page, mounted and clicked.

use std::cell::RefCell;
use std::rc::Rc;

use brokerscope::session::{Address, Session};
use brokerscope::words::Lang;
use wasm_bindgen::JsCast as _;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement};

use super::{App, AppProps};

async fn mounted(query: &str, lang: Lang) -> Element {
    let address = Address::parse(query, "");
    let session = Rc::new(RefCell::new(Session::new(&address, lang, true)));
    let root = gloo::utils::document().create_element("div").unwrap();
    gloo::utils::body().append_child(&root).unwrap();
    let props = AppProps { session, address: Rc::new(address) };
    yew::Renderer::<App>::with_root_and_props(root.clone(), props).render();
    yew::scheduler::flush().await;
    root
}

fn find(root: &Element, selector: &str) -> HtmlElement {
    let found = root.query_selector(selector).unwrap();
    found.unwrap_or_else(|| panic!("no {selector}")).unchecked_into()
}

async fn click(root: &Element, selector: &str) {
    find(root, selector).click();
    yew::scheduler::flush().await;
}

#[wasm_bindgen_test]
async fn a_step_forward_and_back_leads_to_the_same_moment() {
    let root = mounted("paused", Lang::En).await;
    let clock = || find(&root, ".clock .now").text_content().unwrap();
    assert!(!find(&root, "h1").text_content().unwrap().is_empty());
    click(&root, "#step-forward").await;
    let first = clock();
    click(&root, "#step-forward").await;
    click(&root, "#step-back").await;
    assert_eq!(clock(), first);
    root.remove();
}

#[wasm_bindgen_test]
async fn the_play_button_says_what_it_will_do() {
    let root = mounted("paused", Lang::Ko).await;
    let label = || find(&root, "#play").get_attribute("aria-label").unwrap();
    assert_eq!(label(), "재생");
    click(&root, "#play").await;
    assert_eq!(label(), "일시정지");
    click(&root, "#lang").await;
    assert_eq!(label(), "Pause");
    root.remove();
}

#[wasm_bindgen_test]
async fn a_refusal_is_shown_and_can_be_dismissed() {
    let root = mounted("paused&seed=nonsense", Lang::En).await;
    assert!(find(&root, ".notice").text_content().unwrap().contains("seed=nonsense"));
    click(&root, ".notice .icon").await;
    assert!(root.query_selector(".notice").unwrap().is_none());
    root.remove();
}

#[wasm_bindgen_test]
async fn the_tour_asks_before_it_plays() {
    let root = mounted("paused", Lang::En).await;
    click(&root, "#tour").await;
    assert_eq!(root.query_selector_all(".choice").unwrap().length(), 4);
    click(&root, ".choice").await;
    assert!(find(&root, ".choice.chosen").has_attribute("disabled"));
    root.remove();
}
