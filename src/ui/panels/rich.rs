//! Lines of words as HTML.

use brokerscope::words::{Line, Style};
use yew::prelude::*;

use crate::ui::store::StoreContext;

/// A line with its emphasis.
pub(crate) fn rich(store: &StoreContext, line: &Line) -> Html {
    let spans = line.0.iter().map(|span| match &span.style {
        Style::Plain => html! { <>{ &span.text }</> },
        Style::Strong => html! { <strong>{ &span.text }</strong> },
        Style::Code => html! { <code>{ &span.text }</code> },
        Style::Key(key) => {
            let class = format!("key k{}", store.key_colour(key));
            html! { <span {class}>{ &span.text }</span> }
        }
    });
    spans.collect()
}
