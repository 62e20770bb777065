//! The Verify room: recorded cases replayed in a worker of this tab, and what came of it.

use std::cell::RefCell;
use std::rc::Rc;

use brokerscope::session::verify::{Count, Differing, Replay, Row, Subsystem};
use brokerscope::words::{Line, grouped};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{MessageEvent, Response, Worker};
use yew::prelude::*;

use crate::ui::panels::rich;
use crate::ui::store::{StoreContext, use_store};

/// So many disagreements are shown in full.
const MOST_DIFFERING: usize = 20;

/// What the room shows.
#[derive(Clone, Debug, Default, PartialEq)]
struct Shown {
    replay: Option<Replay>,
    problem: Option<String>,
}

/// A worker under way; it ends when this is dropped.
struct Running {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

#[component]
pub(crate) fn VerifyRoom() -> Html {
    let store = use_store();
    let shown = use_state(Shown::default);
    let running = use_mut_ref(|| None::<Running>);
    let start = {
        let (shown, running) = (shown.setter(), Rc::clone(&running));
        Callback::from(move |_: MouseEvent| {
            shown.set(Shown { replay: Some(Replay::new(1)), problem: None });
            let (shown, running) = (shown.clone(), Rc::clone(&running));
            spawn_local(async move {
                if let Err(problem) = replay_all(shown.clone(), running).await {
                    let problem = Some(text_of(&problem));
                    shown.set(Shown { replay: None, problem });
                }
            });
        })
    };
    let words = store.words();
    let replay = shown.replay.as_ref();
    let busy = replay.is_some_and(|replay| !replay.is_over());
    let label = if replay.is_some() { words.verify_again() } else { words.verify_start() };
    html! {
        <main class="room verify-room">
            <h1 class="lead-line">{ words.verify_title().plain_text() }</h1>
            <p class="about">{ words.verify_about().plain_text() }</p>
            <div class="start">
                <button type="button" class="strong" id="replay" disabled={busy} onclick={start}>{ label.plain_text() }</button>
                <p role="status" id="verdict">{ verdict(&store, &shown) }</p>
            </div>
            { progress(replay) }
            if let Some(replay) = replay {
                { table(&store, replay) }
                { differing(&store, replay) }
            }
            { missing(&store) }
        </main>
    }
}

/// Fetches the vectors, starts the worker and sends it one file after the other.
async fn replay_all(
    shown: UseStateSetter<Shown>,
    running: Rc<RefCell<Option<Running>>>,
) -> Result<(), JsValue> {
    let index = fetch_text("vectors/index.json").await?;
    let names: Vec<String> = serde_json::from_str(&index).map_err(|error| error.to_string())?;
    let mut files = Vec::new();
    for name in &names {
        files.push(fetch_text(&format!("vectors/{name}")).await?);
    }
    files.reverse();
    let mut replay = Replay::new(names.len() as u32);
    let worker = Worker::new("verify_loader.js")?;
    let ours = worker.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let Some(text) = event.data().as_string() else { return };
        let next = text == "ready"
            || match replay.hear(&text) {
                Ok(over) => over,
                Err(problem) => {
                    shown.set(Shown { replay: None, problem: Some(problem) });
                    return;
                }
            };
        if next {
            // A file without a line is never reported.
            while let Some(file) = files.pop() {
                if file.trim().is_empty() {
                    replay.file_done();
                    continue;
                }
                ours.post_message(&file.into()).ok();
                break;
            }
        }
        shown.set(Shown { replay: Some(replay.clone()), problem: None });
    });
    worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    *running.borrow_mut() = Some(Running { worker, _on_message: on_message });
    Ok(())
}

async fn fetch_text(path: &str) -> Result<String, JsValue> {
    let response = JsFuture::from(gloo::utils::window().fetch_with_str(path)).await?;
    let response: Response = response.dyn_into()?;
    if !response.ok() {
        return Err(format!("{path}: {}", response.status()).into());
    }
    let text = JsFuture::from(response.text()?).await?;
    text.as_string().ok_or_else(|| JsValue::from_str(path))
}

fn text_of(problem: &JsValue) -> String {
    problem.as_string().unwrap_or_else(|| format!("{problem:?}"))
}

fn verdict(store: &StoreContext, shown: &Shown) -> Html {
    let words = store.words();
    if let Some(problem) = &shown.problem {
        return rich(store, &words.verify_failed(problem));
    }
    let Some(replay) = &shown.replay else { return rich(store, &words.verify_idle()) };
    let (cases, agree, unsupported) = replay.totals();
    if !replay.is_over() {
        return rich(store, &words.verify_running(&grouped(cases)));
    }
    let differ = cases - agree - unsupported;
    let all = agree == cases;
    let good = all.then_some("good");
    html! {
        <>
            <span class={classes!("sum", good)}>
                { if all { "✓ " } else { "" } }{ rich(store, &words.verify_all_agree(&grouped(agree), &grouped(cases))) }
            </span>
            if differ > 0 {
                <span class="sum bad">{ "✕ " }{ rich(store, &words.verify_differing(&grouped(differ))) }</span>
            }
            if unsupported > 0 {
                <span class="left">{ rich(store, &words.verify_unsupported(&grouped(unsupported))) }</span>
            }
        </>
    }
}

fn progress(replay: Option<&Replay>) -> Html {
    let share = replay.map_or(0, Replay::progress);
    html! {
        <div class="progress" aria-hidden="true"><i style={format!("width:{:.1}%", f64::from(share) / 10.0)}></i></div>
    }
}

fn table(store: &StoreContext, replay: &Replay) -> Html {
    let words = store.words();
    html! {
        <table class="results">
            <thead><tr>
                <th scope="col">{ words.verify_column_kind().plain_text() }</th>
                <th scope="col">{ words.verify_column_source().plain_text() }</th>
                <th scope="col" class="tally">{ words.verify_column_agree().plain_text() }</th>
            </tr></thead>
            { for replay.rows().iter().map(|row| group(store, row)) }
        </table>
    }
}

fn group(store: &StoreContext, row: &Row) -> Html {
    let words = store.words();
    let name = match row.subsystem {
        Subsystem::Batches => words.verify_batches(),
        Subsystem::Log => words.verify_log(),
        Subsystem::Partitioner => words.verify_partitioner(),
        Subsystem::Producer => words.verify_producer(),
        Subsystem::Groups => words.verify_groups(),
        Subsystem::Offsets => words.verify_offsets(),
        Subsystem::Other => words.verify_other(),
    };
    let sum = |of: fn(&Count) -> u64| row.counts.iter().map(of).sum();
    let all = (sum(|count| count.agree), sum(|count| count.cases), sum(|count| count.unsupported));
    html! {
        <tbody key={format!("{:?}", row.subsystem)}>
            <tr class="subsystem">
                <th scope="rowgroup" colspan="2">{ rich(store, &name) }</th>
                <td class="tally">{ share(store, all) }</td>
            </tr>
            { for row.counts.iter().map(|count| html! {
                <tr key={format!("{}{}", count.kind, count.source)}>
                    <td><code>{ &count.kind }</code></td>
                    <td>{ &count.source }</td>
                    <td class="tally">{ share(store, (count.agree, count.cases, count.unsupported)) }</td>
                </tr>
            }) }
        </tbody>
    }
}

fn share(store: &StoreContext, (agree, cases, unsupported): (u64, u64, u64)) -> Html {
    let words = store.words();
    let (class, sign) = match cases - agree - unsupported {
        0 if unsupported == 0 => ("good", "✓ "),
        0 => ("left", "· "),
        _ => ("bad", "✕ "),
    };
    let line: Line = if unsupported > 0 {
        words.verify_share_left(&grouped(agree), &grouped(cases), &grouped(unsupported))
    } else {
        words.verify_share(&grouped(agree), &grouped(cases))
    };
    html! { <span {class}>{ sign }{ rich(store, &line) }</span> }
}

fn differing(store: &StoreContext, replay: &Replay) -> Html {
    if replay.differing.is_empty() {
        return Html::default();
    }
    let words = store.words();
    let part = |name: Line, text: &str| {
        html! { <div><dt>{ name.plain_text() }</dt><dd tabindex="0">{ text }</dd></div> }
    };
    let one = |difference: &Differing| {
        html! {
            <li>
                <p><code>{ &difference.kind }</code></p>
                <dl>
                    { part(words.verify_question(), &difference.case) }
                    { part(words.verify_kafka(), &difference.kafka) }
                    { part(words.verify_ours(), &difference.ours) }
                </dl>
            </li>
        }
    };
    html! {
        <section class="differing">
            <h2>{ words.verify_difference_title().plain_text() }</h2>
            <ul>{ for replay.differing.iter().take(MOST_DIFFERING).map(one) }</ul>
            if replay.differing.len() > MOST_DIFFERING {
                <p>{ format!("+ {}", replay.differing.len() - MOST_DIFFERING) }</p>
            }
        </section>
    }
}

fn missing(store: &StoreContext) -> Html {
    let words = store.words();
    let missing = [
        words.verify_missing_replication(),
        words.verify_missing_transactions(),
        words.verify_missing_idempotence(),
        words.verify_missing_groups(),
        words.verify_missing_wire(),
        words.verify_missing_sessions(),
        words.verify_missing_security(),
        words.verify_missing_tiers(),
        words.verify_missing_cleaners(),
        words.verify_missing_streams(),
        words.verify_missing_time(),
    ];
    html! {
        <section class="missing">
            <h2>{ words.verify_missing_title().plain_text() }</h2>
            <p>{ words.verify_missing_about().plain_text() }</p>
            <ul>{ for missing.iter().map(|line| html! { <li>{ rich(store, line) }</li> }) }</ul>
        </section>
    }
}
