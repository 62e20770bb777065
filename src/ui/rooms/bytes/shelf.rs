//! The log's files: each segment with its batches, and under it where its sparse index leads.

use std::rc::Rc;

use brokerscope::session::{Action, DeskView, Look, SegmentRow};
use brokerscope::words::Label;
use yew::prelude::*;

use crate::ui::store::{StoreContext, on, use_store};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) desk: Rc<DeskView>,
}

#[component]
pub(super) fn Shelf(props: &Props) -> Html {
    let store = use_store();
    let desk = &props.desk;
    html! {
        <section class="shelf" aria-labelledby="shelf-title">
            <h2 id="shelf-title">{ store.label(Label::FilesOfLog) }{ " " }<code>{ desk.partition.to_string() }</code></h2>
            <p class="small">{ store.label(Label::MarksExplained) }</p>
            <ul class="segments">
                { for desk.segments.iter().map(|row| segment(&store, row)) }
            </ul>
        </section>
    }
}

fn segment(store: &StoreContext, row: &SegmentRow) -> Html {
    let words = store.words();
    let share = |bytes: u32| f64::from(bytes) * 100.0 / f64::from(row.size.max(1));
    let state = store.label(if row.active { Label::Active } else { Label::Closed });
    let size = format!("{} B", row.size);
    let range = if row.next.0 == row.base.0 + 1 {
        words.segment_range_one(&size, row.base.0).plain_text()
    } else if row.next > row.base {
        words.segment_range(&size, row.base.0, row.next.0 - 1).plain_text()
    } else {
        size
    };
    let marks = words.segment_marks(row.batches.len() as u64, row.marks.len() as u64).plain_text();
    let fill = if row.active {
        (f64::from(row.size) * 100.0 / f64::from(row.limit.max(1))).clamp(2.0, 100.0)
    } else {
        100.0
    };
    html! {
        <li key={row.base.0.to_string()}>
            <button type="button" class={classes!("segment", row.active.then_some("active"))} aria-pressed={row.chosen.to_string()}
                onclick={on(store, Action::Look(Look::Segment(row.base)))}>
                <span class="segment-head"><code>{ &row.name }</code><span class="state">{ state }</span></span>
                <span class="track" aria-hidden="true" style={format!("width:{fill:.1}%")}>
                    <span class="batches">
                        { for row.batches.iter().map(|(at, size)| html! {
                            <i class={(row.batch == Some(*at)).then_some("on")} style={format!("flex-grow:{size}")}></i>
                        }) }
                    </span>
                    <span class="marks">
                        { for row.marks.iter().map(|at| html! { <i style={format!("left:{:.2}%", share(*at))}></i> }) }
                    </span>
                </span>
                <span class="small">{ range }</span>
                <span class="small">{ marks }</span>
            </button>
        </li>
    }
}
