//! The Ledger room: what became of every record.

mod life;
mod tiles;

use brokerscope::session::{Action, LedgerAction, LedgerView};
use brokerscope::sim::{Counts, Verdict};
use brokerscope::words::{Label, Line, Words, grouped};
use yew::prelude::*;

use crate::ui::panels::rich;
use crate::ui::rooms::ledger::life::life;
use crate::ui::rooms::ledger::tiles::tiles;
use crate::ui::store::{StoreContext, on, use_store};

/// The order of the scoreboard's columns.
const COLUMNS: [Verdict; 5] =
    [Verdict::Once, Verdict::Twice, Verdict::Lost, Verdict::Skipped, Verdict::UnderWay];

#[component]
pub(crate) fn LedgerRoom() -> Html {
    let store = use_store();
    let Some(view) = store.summary.ledger.clone() else { return Html::default() };
    html! {
        <main class="room live ledger-room" aria-label={store.label(Label::LedgerRoom)}>
            <h1 id="ledger-lead">{ rich(&store, &view.lead) }</h1>
            <p class="ledger-aside">{ rich(&store, &view.aside) }</p>
            <div class="ledger-two">
                <div class="ledger-left">
                    { readers(&store, &view) }
                    { tiles(&store, &view) }
                    { producers(&store, &view) }
                </div>
                { life(&store, &view) }
            </div>
        </main>
    }
}

pub(super) fn act<E: 'static>(store: &StoreContext, action: LedgerAction) -> Callback<E> {
    on(store, Action::Ledger(action))
}

pub(super) fn class_of(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Once => "once",
        Verdict::Twice => "twice",
        Verdict::Lost => "lost",
        Verdict::UnderWay => "under-way",
        Verdict::Skipped => "skipped",
    }
}

/// A sign beside the colour, so that nothing hangs on colour alone.
pub(super) fn sign_of(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Once => "✓",
        Verdict::Twice => "2×",
        Verdict::Lost => "✕",
        Verdict::UnderWay => "…",
        Verdict::Skipped => "–",
    }
}

pub(super) fn short_name(words: &dyn Words, verdict: Verdict) -> Line {
    match verdict {
        Verdict::Once => words.verdict_short_once(),
        Verdict::Twice => words.verdict_short_twice(),
        Verdict::Lost => words.verdict_short_lost(),
        Verdict::UnderWay => words.verdict_short_under_way(),
        Verdict::Skipped => words.verdict_short_skipped(),
    }
}

/// One row a reader; its numbers choose what the tiles show.
fn readers(store: &StoreContext, view: &LedgerView) -> Html {
    if view.readers.is_empty() {
        return Html::default();
    }
    let words = store.words();
    // A column that is empty for all is not missed, but the three that matter always stand.
    let shown = |verdict: &Verdict| {
        *verdict != Verdict::Skipped || view.readers.iter().any(|r| r.counts.of(*verdict) > 0)
    };
    let columns: Vec<Verdict> = COLUMNS.into_iter().filter(shown).collect();
    html! {
        <table class="board readers">
            <thead><tr>
                <th scope="col">{ words.ledger_readers().plain_text() }</th>
                <th scope="col" class="tally">{ words.ledger_sent().plain_text() }</th>
                { for columns.iter().map(|verdict| html! {
                    <th scope="col" class="tally">{ short_name(words, *verdict).plain_text() }</th>
                }) }
                <th class="bar-column" aria-hidden="true"></th>
            </tr></thead>
            <tbody>
                { for view.readers.iter().map(|row| html! {
                    <tr key={row.name.clone()} class={classes!(row.chosen.then_some("chosen"))}>
                        <th scope="row">
                            <button type="button" class="link" aria-pressed={row.chosen.to_string()}
                                onclick={act(store, LedgerAction::Read(row.who.clone()))}>{ &row.name }</button>
                        </th>
                        <td class="tally">{ grouped(row.counts.sent) }</td>
                        { for columns.iter().map(|verdict| count(store, view, row.chosen, &row.counts, *verdict)) }
                        <td class="bar-column" aria-hidden="true">{ bar(&row.counts) }</td>
                    </tr>
                }) }
            </tbody>
        </table>
    }
}

fn count(
    store: &StoreContext,
    view: &LedgerView,
    chosen: bool,
    counts: &Counts,
    verdict: Verdict,
) -> Html {
    let words = store.words();
    let number = counts.of(verdict);
    let class = classes!("tally", class_of(verdict), (number == 0).then_some("none"));
    let told = (verdict == Verdict::Lost && counts.told > 0)
        .then(|| words.ledger_told(u64::from(counts.told)).plain_text());
    if !chosen || number == 0 {
        return html! { <td {class} title={told}>{ grouped(number) }</td> };
    }
    let pressed = view.verdict == Some(verdict);
    let action = LedgerAction::OnlyVerdict((!pressed).then_some(verdict));
    let name = format!("{} {}", grouped(number), short_name(words, verdict).plain_text());
    html! {
        <td {class} title={told}>
            <button type="button" class="count" aria-pressed={pressed.to_string()} aria-label={name}
                onclick={act(store, action)}>{ grouped(number) }</button>
        </td>
    }
}

fn bar(counts: &Counts) -> Html {
    let all = f64::from(counts.sent.max(1));
    html! {
        <span class="stack">
            { for COLUMNS.iter().filter(|verdict| counts.of(**verdict) > 0).map(|verdict| {
                let share = f64::from(counts.of(*verdict)) * 100.0 / all;
                html! { <i class={class_of(*verdict)} style={format!("flex-basis:{share:.2}%")}></i> }
            }) }
        </span>
    }
}

/// How `send` ended, a row a producer.
fn producers(store: &StoreContext, view: &LedgerView) -> Html {
    let words = store.words();
    let heads = [
        words.ledger_sent(),
        words.ledger_acknowledged(),
        words.ledger_failed(),
        words.ledger_crashed(),
        words.ledger_open(),
        words.ledger_doubled(),
    ];
    html! {
        <table class="board producers">
            <thead><tr>
                <th scope="col">{ words.ledger_producers().plain_text() }</th>
                { for heads.iter().map(|head| html! { <th scope="col" class="tally">{ head.plain_text() }</th> }) }
            </tr></thead>
            <tbody>
                { for view.producers.iter().map(|row| {
                    let c = &row.counts;
                    let only = LedgerAction::OnlyProducer((!row.chosen).then_some(c.producer));
                    let cell = |number: u32, class: &'static str| html! {
                        <td class={classes!("tally", class, (number == 0).then_some("none"))}>{ grouped(number) }</td>
                    };
                    html! {
                        <tr key={row.name.clone()} class={classes!(row.chosen.then_some("chosen"))}>
                            <th scope="row">
                                <button type="button" class="link" aria-pressed={row.chosen.to_string()}
                                    onclick={act(store, only)}>{ &row.name }</button>
                            </th>
                            { cell(c.sent, "sent") }{ cell(c.acknowledged, "once") }{ cell(c.failed, "lost") }
                            { cell(c.crashed, "lost") }{ cell(c.open, "under-way") }{ cell(c.doubled, "twice") }
                        </tr>
                    }
                }) }
            </tbody>
        </table>
    }
}
