//! Files taken away and files brought here: an archive of the disk; real files with what is wrong in them.

use brokerscope::session::{
    Action, AnomalyRow, DeskView, ImportedRow, ImportedView, Look, Parcelled, RecordRow,
};
use brokerscope::words::Label;
use web_sys::{FileList, HtmlElement, HtmlInputElement};
use yew::prelude::*;

use crate::ui::files;
use crate::ui::rooms::bytes::turn_buttons;
use crate::ui::store::{Message, StoreContext, on};

/// Puts files on the desk, or says why not.
pub(crate) fn bring(store: &StoreContext, list: Option<FileList>) {
    let dispatcher = store.dispatcher();
    files::read_bytes(list, move |read| {
        dispatcher.dispatch(Message::Do(match read {
            Ok(files) => Action::Look(Look::Import(files)),
            Err(problem) => Action::Complain(problem),
        }));
    });
}

/// The ways out and in: an archive, and files from elsewhere.
pub(super) fn take(store: &StoreContext, desk: &DeskView) -> Html {
    let choice = |id: &'static str, label: Label, what: Parcelled| {
        let store = store.clone();
        let text = store.label(label);
        let onclick = Callback::from(move |event: MouseEvent| {
            let (name, bytes) = store.session.borrow().export(&what);
            if let Err(problem) = files::save(&name, "application/zip", &bytes) {
                store.dispatch(Message::Do(Action::Complain(problem)));
            }
            let button = event.target_dyn_into::<HtmlElement>();
            let menu = button.and_then(|button| button.closest("details").ok().flatten());
            if let Some(menu) = menu {
                menu.remove_attribute("open").ok();
            }
        });
        html! { <button type="button" {id} {onclick}>{ text }</button> }
    };
    let partition = &desk.partition;
    html! {
        <div class="ways">
            { open(store) }
            <details class="menu" id="export">
                <summary>{ store.label(Label::Export) }<span aria-hidden="true">{ " ▾" }</span></summary>
                <div class="choices">
                    { choice("export-partition", Label::ExportPartition, Parcelled::Partition(partition.clone())) }
                    { choice("export-topic", Label::ExportTopic, Parcelled::Topic(partition.clone())) }
                    { choice("export-disk", Label::ExportDisk, Parcelled::Disk) }
                </div>
            </details>
        </div>
    }
}

fn open(store: &StoreContext) -> Html {
    let onchange = {
        let store = store.clone();
        Callback::from(move |event: Event| {
            let Some(input) = event.target_dyn_into::<HtmlInputElement>() else { return };
            bring(&store, input.files());
        })
    };
    html! {
        <label class="file pill">{ store.label(Label::OpenLogFiles) }
            <input type="file" id="import" multiple=true {onchange} />
        </label>
    }
}

/// Which of the files, which batch of it, and the way back.
pub(super) fn bar(store: &StoreContext, view: &ImportedView) -> Html {
    html! {
        <div class="desk-bar">
            <button type="button" class="pill" id="put-away" onclick={on(store, Action::Look(Look::PutAway))}>
                <span aria-hidden="true">{ "← " }</span>{ store.label(Label::PutAway) }
            </button>
            { turn_buttons(store, view.more) }
            <div class="ways">{ open(store) }</div>
        </div>
    }
}

/// The batch's records, what is wrong, and the files.
pub(super) fn lists(store: &StoreContext, view: &ImportedView) -> Html {
    html! {
        <>
            { records(store, &view.records, view.more_records) }
            <section class="shelf" aria-labelledby="anomalies-title">
                <h2 id="anomalies-title">{ store.label(Label::Anomalies) }</h2>
                if view.anomalies.is_empty() {
                    <p class="small all-well">{ store.label(Label::NoAnomalies) }</p>
                } else {
                    <ul class="anomalies">{ for view.anomalies.iter().map(|row| anomaly(store, row)) }</ul>
                }
                if view.more_anomalies > 0 {
                    <p class="small">{ format!("+ {}", view.more_anomalies) }</p>
                }
            </section>
            <section class="shelf" aria-labelledby="files-title">
                <h2 id="files-title">{ store.label(Label::ImportedFiles) }</h2>
                <ul class="imported">{ for view.files.iter().enumerate().map(|(at, row)| file(store, at, row)) }</ul>
            </section>
        </>
    }
}

fn anomaly(store: &StoreContext, row: &AnomalyRow) -> Html {
    let place = store.words().anomaly_at(row.position).plain_text();
    let weight = store.label(if row.harmless { Label::Harmless } else { Label::Damage });
    html! {
        <li>
            <button type="button" class={classes!("anomaly", row.harmless.then_some("harmless"))}
                onclick={on(store, Action::Look(Look::Piece(row.file, row.position)))}>
                <span class="weight">{ weight }</span>
                <code>{ &row.name }</code>
                <span class="place">{ place }</span>
                <span class="text">{ &row.text }</span>
            </button>
        </li>
    }
}

fn file(store: &StoreContext, at: usize, row: &ImportedRow) -> Html {
    html! {
        <li key={at}>
            <button type="button" class="imported-file" aria-pressed={row.chosen.to_string()}
                onclick={on(store, Action::Look(Look::Piece(at, 0)))}>
                <code>{ &row.name }</code>
                <span class="small">{ format!("{} B", row.size) }</span>
                <span class="small">{ &row.contents }</span>
                if row.anomalies > 0 {
                    <span class="small count">{ store.words().anomalies_count(row.anomalies).plain_text() }</span>
                }
            </button>
        </li>
    }
}

/// A batch's records, one a row.
pub(super) fn records(store: &StoreContext, rows: &[RecordRow], more: u64) -> Html {
    if rows.is_empty() {
        return Html::default();
    }
    let cell = |text: &Option<String>| match text {
        Some(text) => html! { <td>{ text }</td> },
        None => html! { <td class="null">{ "null" }</td> },
    };
    let row = |record: &RecordRow| {
        html! {
            <tr key={record.offset.to_string()}>
                <td>{ record.offset }</td><td>{ record.timestamp }</td>
                { cell(&record.key) }{ cell(&record.value) }<td>{ &record.headers }</td>
            </tr>
        }
    };
    html! {
        <section class="shelf" aria-labelledby="records-title">
            <h2 id="records-title">{ store.label(Label::RecordsOfBatch) }</h2>
            <div class="records" tabindex="0" role="group" aria-labelledby="records-title">
                <table>
                    <thead><tr>
                        <th>{ store.label(Label::ByOffset) }</th><th>{ store.label(Label::ByTimestamp) }</th>
                        <th>{ store.label(Label::Key) }</th><th>{ store.label(Label::Value) }</th><th>{ store.label(Label::Headers) }</th>
                    </tr></thead>
                    <tbody>{ for rows.iter().map(row) }</tbody>
                </table>
            </div>
            if more > 0 {
                <p class="small">{ format!("+ {more}") }</p>
            }
        </section>
    }
}
