//! `index.html` holds the opening scene as `brokerscope still` prints it.

use brokerscope::scene;
use brokerscope::words::Lang;

const BEGIN: &str = "<!--still-->";
const END: &str = "<!--/still-->";

/// `UPDATE_GOLDEN=1 cargo test --test still` writes it anew.
#[test]
fn the_page_holds_the_opening_scene() {
    let still = scene::still(Lang::En);
    let page = std::fs::read_to_string("index.html").unwrap();
    let start = page.find(BEGIN).expect("index.html has a place for the still") + BEGIN.len();
    let end = page.find(END).expect("the place has an end");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let page = format!("{}{}{}", &page[..start], still.trim(), &page[end..]);
        std::fs::write("index.html", page).unwrap();
        return;
    }
    assert!(page[start..end].trim() == still.trim(), "accept with UPDATE_GOLDEN=1");
}

#[test]
fn the_still_is_a_picture_of_its_own() {
    for lang in Lang::ALL {
        let still = scene::still(lang);
        assert!(still.starts_with("<svg") && still.trim_end().ends_with("</svg>"));
        for forbidden in ["<script", "http://www.w3.org/1999/xlink", "NaN", "href"] {
            assert!(!still.contains(forbidden), "{forbidden}");
        }
        assert!(still.len() < 64 << 10, "{} bytes", still.len());
    }
}
