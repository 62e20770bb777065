//! A group over time: the lag of each partition as steps, and who owned it as a band. The axis is the
//! timeline's; a click goes to that moment.

use brokerscope::protocol::GroupId;
use brokerscope::session::{Action, CHART_PLACES, GroupChart, Owned, PartitionChart};
use brokerscope::sim::Bucket;
use brokerscope::words::{clock, code};
use web_sys::Element;
use yew::prelude::*;

use crate::ui::panels::rich;
use crate::ui::store::{Message, StoreContext, on, use_store};

/// A lag chart is so high.
const HEIGHT: u64 = 40;
/// So many partitions are drawn; the table has all of them.
const MOST_DRAWN: usize = 24;
/// Consumers have so many looks.
const LOOKS: u32 = 8;

#[derive(Properties, PartialEq)]
pub(crate) struct ChartsProps {
    pub(crate) group: GroupId,
}

#[component]
pub(crate) fn Charts(props: &ChartsProps) -> Html {
    let store = use_store();
    let over = use_state(|| None::<u64>);
    let chart = store.session.borrow().group_chart(&props.group);
    let words = store.words();
    if chart.partitions.is_empty() {
        return html! { <section class="charts"><p class="small">{ words.chart_nothing().plain_text() }</p></section> };
    }
    let idle = chart.idle.join(", ");
    html! {
        <section class="charts">
            if !idle.is_empty() {
                <p class="idle" role="note">{ rich(&store, &words.chart_idle(&idle)) }</p>
            }
            <h2>{ words.chart_lag().plain_text() }</h2>
            <p class="small">{ words.chart_lag_about().plain_text() }</p>
            <div class="chart-rows" aria-hidden="true">
                { for chart.partitions.iter().take(MOST_DRAWN).map(|row| lag_row(&store, &chart, row, &over)) }
            </div>
            { table(&store, &chart) }
            <h2>{ words.chart_owners().plain_text() }</h2>
            { legend(&chart) }
            <div class="chart-rows bands">
                { for chart.partitions.iter().take(MOST_DRAWN).map(|row| band_row(&store, &chart, row)) }
            </div>
        </section>
    }
}

/// The moment under the pointer, in milliseconds after the start.
fn moment(event: &MouseEvent, last_ms: u64) -> Option<u64> {
    let element: Element = event.current_target()?.dyn_into_element()?;
    let bounds = element.get_bounding_client_rect();
    let share = (f64::from(event.client_x()) - bounds.left()) / bounds.width().max(1.0);
    Some((share.clamp(0.0, 1.0) * last_ms as f64) as u64)
}

trait IntoElement {
    fn dyn_into_element(self) -> Option<Element>;
}

impl IntoElement for web_sys::EventTarget {
    fn dyn_into_element(self) -> Option<Element> {
        wasm_bindgen::JsCast::dyn_into(self).ok()
    }
}

fn go(store: &StoreContext, last_ms: u64) -> Callback<MouseEvent> {
    let dispatcher = store.dispatcher();
    Callback::from(move |event: MouseEvent| {
        if let Some(ms) = moment(&event, last_ms) {
            dispatcher.dispatch(Message::Do(Action::SeekMs(ms)));
        }
    })
}

fn place(ms: u64, last_ms: u64) -> f64 {
    ms as f64 * 100.0 / last_ms as f64
}

fn lag_row(
    store: &StoreContext,
    chart: &GroupChart,
    row: &PartitionChart,
    over: &UseStateHandle<Option<u64>>,
) -> Html {
    let last_ms = chart.last_ms;
    let onmousemove = {
        let over = over.clone();
        move |event: MouseEvent| over.set(moment(&event, last_ms))
    };
    let onmouseleave = {
        let over = over.clone();
        move |_: MouseEvent| over.set(None)
    };
    let under = over.map(|ms| {
        let at = (ms * u64::from(CHART_PLACES) / last_ms) as usize;
        (ms, row.lag.get(at.min(row.lag.len().saturating_sub(1))).copied().unwrap_or_default())
    });
    let value = under.map_or(row.now.lag, |(_, bucket)| bucket.lag);
    let most = chart.most.max(1);
    html! {
        <div class="chart-row" key={row.partition.to_string()}>
            <code>{ row.partition.to_string() }</code>
            <div class="plot" onclick={go(store, last_ms)} {onmousemove} {onmouseleave}>
                <svg viewBox={format!("0 0 {CHART_PLACES} {HEIGHT}")} preserveAspectRatio="none">
                    <path class="fill" d={steps(&row.lag, most, true)} />
                    <path class="line" d={steps(&row.lag, most, false)} />
                </svg>
                <i class="now" style={format!("left:{:.2}%", place(chart.now_ms, last_ms))}></i>
                <i class="later" style={format!("left:{:.2}%", place(chart.now_ms, last_ms))}></i>
                if let Some((ms, _)) = under {
                    <i class="under" style={format!("left:{:.2}%", place(ms, last_ms))}></i>
                }
            </div>
            <span class="value">
                { value.map_or_else(|| "–".to_owned(), |lag| lag.to_string()) }
                <small>{ under.map(|(ms, _)| clock(ms as i64)).unwrap_or_default() }</small>
            </span>
        </div>
    }
}

/// The lag as steps; where nothing is committed there is no line.
fn steps(lag: &[Bucket], most: u64, fill: bool) -> String {
    let height = |lag: u64| (HEIGHT - 2) as f64 * (1.0 - lag as f64 / most as f64) + 1.0;
    let mut path = String::new();
    let mut drawn = false;
    for (x, bucket) in lag.iter().enumerate() {
        let Some(most) = bucket.most else {
            if drawn && fill {
                path.push_str(&format!("V{HEIGHT}Z"));
            }
            drawn = false;
            continue;
        };
        let y = height(most);
        match (drawn, fill) {
            (false, true) => path.push_str(&format!("M{x} {HEIGHT}V{y:.1}")),
            (false, false) => path.push_str(&format!("M{x} {y:.1}")),
            (true, _) => path.push_str(&format!("V{y:.1}")),
        }
        path.push_str(&format!("H{}", x + 1));
        drawn = true;
    }
    if drawn && fill {
        path.push_str(&format!("V{HEIGHT}Z"));
    }
    path
}

/// The same as numbers, for those who hear it, and for those who want to know.
fn table(store: &StoreContext, chart: &GroupChart) -> Html {
    let words = store.words();
    let number = |n: Option<u64>| n.map_or_else(|| "–".to_owned(), |n| n.to_string());
    html! {
        <table class="lag-table">
            <thead><tr>
                <th scope="col">{ words.chart_partition().plain_text() }</th>
                <th scope="col">{ words.chart_behind().plain_text() }</th>
                <th scope="col">{ words.chart_unread().plain_text() }</th>
                <th scope="col">{ words.chart_most().plain_text() }</th>
                <th scope="col">{ words.chart_owner().plain_text() }</th>
            </tr></thead>
            <tbody>
                { for chart.partitions.iter().map(|row| html! {
                    <tr key={row.partition.to_string()}>
                        <th scope="row"><code>{ row.partition.to_string() }</code></th>
                        <td>{ row.now.lag.map_or_else(|| words.chart_no_commit().plain_text(), |lag| lag.to_string()) }</td>
                        <td>{ number(row.now.unread) }</td>
                        <td>{ row.most }</td>
                        <td>{ match row.owner {
                            Some(owner) => chart.consumers.get(owner as usize).cloned().unwrap_or_default(),
                            None => words.chart_no_owner().plain_text(),
                        } }</td>
                    </tr>
                }) }
            </tbody>
        </table>
    }
}

fn legend(chart: &GroupChart) -> Html {
    html! {
        <ul class="chart-legend">
            { for (0..).zip(&chart.consumers).map(|(at, name)| html! {
                <li key={name.clone()}><i class={look(at)}></i>{ name }</li>
            }) }
        </ul>
    }
}

/// Colour, and from the ninth on a pattern with it.
fn look(consumer: u32) -> String {
    let pattern = if consumer / LOOKS % 2 == 1 { " striped" } else { "" };
    format!("own o{}{pattern}", consumer % LOOKS + 1)
}

fn band_row(store: &StoreContext, chart: &GroupChart, row: &PartitionChart) -> Html {
    let last_ms = chart.last_ms;
    html! {
        <div class="chart-row" key={row.partition.to_string()}>
            <code>{ row.partition.to_string() }</code>
            <div class="plot chart-band">
                { for row.owners.iter().map(|owned| stretch(store, chart, row, owned)) }
                { for chart.rebalances_ms.iter().map(|ms| html! {
                    <i class="rebalance" aria-hidden="true" style={format!("left:{:.2}%", place(*ms, last_ms))}></i>
                }) }
                <i class="now" aria-hidden="true" style={format!("left:{:.2}%", place(chart.now_ms, last_ms))}></i>
                <i class="later" aria-hidden="true" style={format!("left:{:.2}%", place(chart.now_ms, last_ms))}></i>
            </div>
            <span class="value" aria-hidden="true">
                { row.owner.and_then(|owner| chart.consumers.get(owner as usize)).cloned().unwrap_or_else(|| "–".into()) }
            </span>
        </div>
    }
}

fn stretch(store: &StoreContext, chart: &GroupChart, row: &PartitionChart, owned: &Owned) -> Html {
    let words = store.words();
    let (left, right) = (place(owned.from_ms, chart.last_ms), place(owned.to_ms, chart.last_ms));
    let who = chart.consumers.get(owned.consumer as usize).cloned().unwrap_or_default();
    let partition = row.partition.to_string();
    let from = code(clock(owned.from_ms as i64));
    let name = if owned.holds {
        words.chart_holds(&who, &partition, from)
    } else {
        words.chart_held(&who, &partition, from, code(clock(owned.to_ms as i64)))
    };
    let name = name.plain_text();
    html! {
        <button type="button" key={owned.index} class={look(owned.consumer)} aria-label={name.clone()} title={name}
            style={format!("left:{left:.2}%;width:{:.2}%", (right - left).max(0.2))}
            onclick={on(store, Action::SeekIndex(owned.index))}></button>
    }
}
