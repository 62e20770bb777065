//! The room of keys: a key's bytes, its hash bit by bit, and all keys piled on their partitions.

use brokerscope::session::Action;
use brokerscope::session::keys::{
    BitRow, KeySerializer, KeyTable, KeysAction, KeysView, MOST_PARTITIONS, OtherAnswer, Pile,
};
use brokerscope::words::Label;
use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

use crate::ui::files;
use crate::ui::panels::rich;
use crate::ui::store::{Message, StoreContext, use_store};

/// With more keys than this, tiles are small and without letters.
const MOST_LETTERED: usize = 96;

#[component]
pub(crate) fn KeysRoom() -> Html {
    let store = use_store();
    let editing = use_state(|| false);
    let Some(table) = &store.summary.keys else { return Html::default() };
    let words = store.words();
    let view = KeysView::new(table, words);
    let many = (table.keys().len() > MOST_LETTERED).then_some("many-keys");
    html! {
        <main class={classes!("room", "keys-room", many)}>
            <h1 class="lead-line" aria-live="polite">{ rich(&store, &view.lead) }</h1>
            <p class="lead-aside">{ rich(&store, &view.aside) }</p>
            <div class="keys-two">
                <section class="microscope" aria-label={store.label(Label::KeysRoom)}>
                    <KeyInput serializer={table.serializer} />
                    { bytes(&store, &view) }
                    { rows(&store, &view) }
                    { others(&store, table, &view) }
                </section>
                <section class="piles-side">
                    { tools(&store, table, &editing) }
                    if *editing {
                        <KeysText text={table.text()} done={editing.clone()} />
                    }
                    if let Some(refused) = &view.refused {
                        <p class="small warn">{ rich(&store, refused) }</p>
                    }
                    <Piles now={true} piles={view.now.clone()} selected={view.key.as_ref().map(|key| key.index)}
                        label={words.keys_now().plain_text()} count={table.partitions()} other={table.partitions_then()} />
                    <p class={classes!("moves", view.any_moved.then_some("warn"))} role="status">{ rich(&store, &view.moved) }</p>
                    <Piles now={false} piles={view.then.clone()} selected={view.key.as_ref().map(|key| key.index)}
                        label={words.keys_then().plain_text()} count={table.partitions_then()} other={table.partitions()} />
                </section>
            </div>
        </main>
    }
}

fn act(store: &StoreContext, action: KeysAction) {
    store.dispatch(Message::Do(Action::Keys(action)));
}

#[derive(Properties, PartialEq)]
struct InputProps {
    serializer: KeySerializer,
}

/// One key, and how it becomes bytes.
#[component]
fn KeyInput(props: &InputProps) -> Html {
    let store = use_store();
    let field = use_node_ref();
    let words = store.words();
    let oninput = {
        let (store, field) = (store.clone(), field.clone());
        move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(input) = field.cast::<HtmlInputElement>() {
                act(&store, KeysAction::LookAt(input.value()));
            }
        }
    };
    let onchange = {
        let store = store.clone();
        move |event: Event| {
            let select = event.target_dyn_into::<HtmlSelectElement>();
            if let Some(serializer) =
                select.and_then(|select| KeySerializer::parse(&select.value()))
            {
                act(&store, KeysAction::SetSerializer(serializer));
            }
        }
    };
    let serializers = KeySerializer::ALL.map(|serializer| {
        html! {
            <option value={serializer.name()} selected={serializer == props.serializer}>{ serializer.name() }</option>
        }
    });
    html! {
        <form class="key-input" onsubmit={oninput}>
            <div class="field">
                <label for="key-text">{ words.keys_type().plain_text() }</label>
                <input type="text" id="key-text" ref={field} spellcheck="false" autocomplete="off" placeholder="alice" />
            </div>
            <div class="field">
                <label for="key-serializer">{ words.keys_serializer().plain_text() }</label>
                <select id="key-serializer" {onchange}>{ for serializers }</select>
            </div>
            <button type="submit" class="strong" id="key-look">{ words.keys_look().plain_text() }</button>
        </form>
    }
}

/// The bytes, four and four.
fn bytes(store: &StoreContext, view: &KeysView) -> Html {
    let words = store.words();
    let groups = view.bytes.chunks(4).enumerate().map(|(at, group)| {
        let name = if group.len() == 4 {
            words.keys_word(at as u64)
        } else {
            words.keys_tail(group.len() as u64)
        };
        let bytes = group.iter().map(|byte| {
            html! {
                <span class="key-byte">
                    <b>{ byte.char.map(String::from).unwrap_or_default() }</b><code>{ &byte.hex }</code>
                </span>
            }
        });
        html! { <div class="byte-group"><div class="byte-row">{ for bytes }</div><small>{ name.plain_text() }</small></div> }
    });
    html! {
        <div class="key-bytes">
            <div class="byte-groups">{ for groups }</div>
            <p class="small">{ rich(store, &view.bytes_line) }</p>
        </div>
    }
}

/// The hash, a row of bits a stage, down to the partition.
fn rows(store: &StoreContext, view: &KeysView) -> Html {
    let words = store.words();
    let row = |row: &BitRow| {
        html! {
            <li class={classes!("bit-row", row.masked.then_some("masked"))}>
                <p>
                    <span class="name">{ rich(store, &row.name) }</span>
                    <span class="how">{ rich(store, &row.how) }</span>
                </p>
                { bits(row) }
                <code class="digits">{ format!("{:08x}", row.bits) }</code>
            </li>
        }
    };
    let number = |name: Html, value: Html, class: &'static str| {
        html! { <li class={classes!("number-row", class)}><p><span class="name">{ name }</span></p>{ value }</li> }
    };
    let hash = view.hash;
    let (last, stages) = view.rows.split_last().expect("the sign bit has a row");
    let stages = stages.iter().enumerate().map(|(at, stage)| {
        let left_out = view.left_out.as_ref().filter(|(after, _)| *after == at + 1);
        html! {
            <>
                { row(stage) }
                if let Some((_, line)) = left_out {
                    <li class="left-out small">{ rich(store, line) }</li>
                }
            </>
        }
    });
    html! {
        <ol class="bit-rows">
            { for stages }
            { number(rich(store, &words.keys_signed()), html! { <code>{ hash.hash }</code> }, "first") }
            { row(last) }
            { number(
                rich(store, &words.keys_modulo(hash.partitions)),
                html! { <code>{ format!("{} mod {} = ", hash.masked, hash.partitions) }<strong>{ hash.partition }</strong></code> },
                "result",
            ) }
        </ol>
    }
}

/// 32 bits, the highest first: full is 1, an edge is what this stage changed.
fn bits(row: &BitRow) -> Html {
    let bits = (0..32u32).map(|at| {
        let bit = 31 - at;
        let (on, changed) = (row.bits >> bit & 1 == 1, row.changed >> bit & 1 == 1);
        let struck = row.masked && bit == 31;
        let x = at * 11 + at / 8 * 7;
        let class = classes!(
            on.then_some("on"),
            (changed && !struck).then_some("changed"),
            struck.then_some("struck")
        );
        html! {
            <>
                <rect x={(x + 1).to_string()} y="1.5" width="8" height="13" rx="2" {class} />
                if struck {
                    <path class="strike" d={format!("M{} 15.5L{} 0.5", x, x + 10)} />
                }
            </>
        }
    });
    html! { <svg class="bits" viewBox="0 0 374 16" aria-hidden="true">{ for bits }</svg> }
}

fn others(store: &StoreContext, table: &KeyTable, view: &KeysView) -> Html {
    let words = store.words();
    let other = |answer: &OtherAnswer| {
        let (name, function) = (answer.client.name(), answer.client.function());
        let partition = answer
            .partition
            .map_or_else(|| words.keys_random().plain_text(), |partition| partition.to_string());
        let verdict = if answer.agrees { "= " } else { "≠ " };
        let elsewhere = words.keys_differs(answer.elsewhere, table.keys().len() as u64);
        html! {
            <li class={if answer.agrees { "agrees" } else { "differs" }}>
                <span class="who">{ name }</span><span class="function">{ function }</span>
                <b>{ verdict }{ partition }</b>
                <small>{ rich(store, &elsewhere) }</small>
            </li>
        }
    };
    html! {
        <div class="others">
            <h2>{ rich(store, &words.keys_others(table.partitions())) }</h2>
            <ul>{ for view.others.iter().map(other) }</ul>
        </div>
    }
}

fn tools(store: &StoreContext, table: &KeyTable, editing: &UseStateHandle<bool>) -> Html {
    let words = store.words();
    let edit = {
        let editing = editing.clone();
        move |_: MouseEvent| editing.set(!*editing)
    };
    let save = {
        let csv = table.csv();
        let store = store.clone();
        move |_: MouseEvent| {
            if let Err(problem) = files::save("keys.csv", "text/csv", csv.as_bytes()) {
                store.dispatch(Message::Do(Action::Complain(problem)));
            }
        }
    };
    html! {
        <div class="key-tools">
            <button type="button" class="pill" id="keys-edit" aria-expanded={editing.to_string()} onclick={edit}>
                { words.keys_edit().plain_text() }
            </button>
            <span class="small">{ rich(store, &words.keys_count(table.keys().len() as u64)) }</span>
            <button type="button" class="pill" id="keys-csv" onclick={save}>{ words.keys_csv().plain_text() }</button>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct TextProps {
    text: String,
    done: UseStateHandle<bool>,
}

/// All keys as a text.
#[component]
fn KeysText(props: &TextProps) -> Html {
    let store = use_store();
    let area = use_node_ref();
    let words = store.words();
    let onsubmit = {
        let (store, area, done) = (store.clone(), area.clone(), props.done.clone());
        move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(area) = area.cast::<HtmlTextAreaElement>() {
                act(&store, KeysAction::SetText(area.value()));
            }
            done.set(false);
        }
    };
    html! {
        <form class="keys-text" {onsubmit}>
            <label for="keys-all">{ words.keys_paste().plain_text() }</label>
            <textarea id="keys-all" rows="8" spellcheck="false" ref={area} value={props.text.clone()} />
            <button type="submit" class="strong" id="keys-done">{ words.keys_done().plain_text() }</button>
        </form>
    }
}

#[derive(Properties, PartialEq)]
struct PilesProps {
    now: bool,
    piles: Vec<Pile>,
    selected: Option<usize>,
    label: String,
    count: u32,
    other: u32,
}

/// The keys on their partitions. Arrows move among the keys.
#[component]
fn Piles(props: &PilesProps) -> Html {
    let store = use_store();
    let words = store.words();
    let id = if props.now { "now" } else { "then" };
    let tile_id = |index: usize| format!("key-{id}-{index}");
    let order: Vec<usize> =
        props.piles.iter().flat_map(|pile| &pile.keys).map(|key| key.tile.index).collect();
    let onkeydown = {
        let (store, selected) = (store.clone(), props.selected);
        move |event: KeyboardEvent| {
            let at = order.iter().position(|index| Some(*index) == selected).unwrap_or(0);
            let to = match event.key().as_str() {
                "ArrowRight" | "ArrowDown" => (at + 1).min(order.len().saturating_sub(1)),
                "ArrowLeft" | "ArrowUp" => at.saturating_sub(1),
                "Home" => 0,
                "End" => order.len().saturating_sub(1),
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            if let Some(index) = order.get(to) {
                act(&store, KeysAction::Select(*index));
            }
        }
    };
    let onchange = {
        let (store, now, other) = (store.clone(), props.now, props.other);
        move |event: Event| {
            let input = event.target_dyn_into::<HtmlInputElement>();
            let Some(count) = input.and_then(|input| input.value().parse().ok()) else { return };
            let (now, then) = if now { (count, other) } else { (other, count) };
            act(&store, KeysAction::SetPartitions(now, then));
        }
    };
    let pile = |pile: &Pile| {
        let tiles = pile.keys.iter().map(|key| {
            let (store, index) = (store.clone(), key.tile.index);
            let selected = props.selected == Some(index);
            let moved = key.moved.then(|| format!(", {}", words.keys_moved_here().plain_text()));
            let class = classes!(
                "key-tile",
                format!("k{}", key.tile.colour),
                key.moved.then_some("moved"),
                selected.then_some("selected")
            );
            let name = format!("{}{}", key.tile.text, moved.unwrap_or_default());
            html! {
                <span role="option" id={tile_id(index)} {class} aria-selected={selected.to_string()} aria-label={name.clone()}
                    title={name} data-label={key.tile.label.clone()} onclick={move |_: MouseEvent| act(&store, KeysAction::Select(index))}>
                </span>
            }
        });
        html! {
            <div class="pile" role="group" aria-label={format!("{} {}", words.label_partition().plain_text(), pile.partition)}>
                <div class="tiles">{ for tiles }</div>
                <p aria-hidden="true"><b>{ pile.partition }</b><small>{ rich(&store, &words.keys_count(pile.keys.len() as u64)) }</small></p>
            </div>
        }
    };
    html! {
        <div class="piles" id={format!("piles-{id}")}>
            <div class="piles-head">
                <label for={format!("partitions-{id}")}>{ &props.label }</label>
                <input type="number" id={format!("partitions-{id}")} min="1" max={MOST_PARTITIONS.to_string()}
                    value={props.count.to_string()} {onchange} />
                <span>{ words.keys_partitions().plain_text() }</span>
            </div>
            <div class="pile-row" role="listbox" tabindex="0" aria-label={format!("{}: {} {}", props.label, props.count, words.keys_partitions().plain_text())}
                aria-activedescendant={props.selected.map(tile_id)} {onkeydown}>
                { for props.piles.iter().map(pile) }
            </div>
        </div>
    }
}
