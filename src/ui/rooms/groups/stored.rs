//! The group's partition of `__consumer_offsets`: how it is found, and its last records, read.

use brokerscope::session::Action;
use brokerscope::session::groups::{GroupsView, RecordView};
use yew::prelude::*;

use crate::ui::panels::rich;
use crate::ui::store::{StoreContext, on};

pub(super) fn stored(store: &StoreContext, view: &GroupsView) -> Html {
    let words = store.words();
    let row = |record: &RecordView| {
        let class = classes!(
            record.superseded.then_some("superseded"),
            record.tombstone.then_some("tombstone"),
            (!record.own).then_some("other")
        );
        let title = record.superseded.then(|| words.groups_superseded().plain_text());
        let open = on(store, Action::Select(Some(record.subject.clone())));
        html! {
            <tr {class} {title}>
                <td><button type="button" class="quiet" onclick={open}>{ record.offset.to_string() }</button></td>
                <td><b>{ record.kind }</b><br /><code>{ &record.key }</code></td>
                <td>{ rich(store, &record.value) }</td>
            </tr>
        }
    };
    html! {
        <>
            <ol class="group-steps">
                { for view.place.iter().map(|line| html! { <li>{ rich(store, line) }</li> }) }
            </ol>
            if !view.records.is_empty() {
                <div class="table-scroll" tabindex="0" role="region" aria-label={words.groups_head_stored().plain_text()}>
                    <table>
                        <thead><tr>
                            <th>{ rich(store, &words.groups_record_offset()) }</th>
                            <th>{ rich(store, &words.groups_record_key()) }</th>
                            <th>{ rich(store, &words.groups_record_value()) }</th>
                        </tr></thead>
                        <tbody>{ for view.records.iter().map(row) }</tbody>
                    </table>
                </div>
            }
        </>
    }
}
