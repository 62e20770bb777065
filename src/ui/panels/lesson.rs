//! The lesson: its two sentences, its question, and what the core showed.

use brokerscope::session::{Action, LessonView};
use brokerscope::words::{Label, Line};
use web_sys::HtmlElement;
use yew::prelude::*;

use crate::ui::panels::rich::rich;
use crate::ui::store::{StoreContext, on, use_store};

#[component]
pub(crate) fn Lesson() -> Html {
    let store = use_store();
    let section = use_node_ref();
    let view = store.summary.lesson.clone();
    let moment = view.as_ref().map(|view| (view.step, view.chosen, view.can_go_on));
    use_kept_focus(&section, moment);
    let Some(view) = view else { return Html::default() };
    let (step, steps) = view.step;
    let words = store.words();
    html! {
        <section class="lesson" tabindex="-1" ref={section} aria-label={words.chapter_title(view.chapter)}>
            <div class="head">
                <p class="dots" role="img" aria-label={format!("{step} / {steps}")}>
                    { for (1..=steps).map(|n| html! {
                        <span class={classes!("dot", (n <= step).then_some("on"))}></span>
                    }) }
                </p>
                <button type="button" class="plain quiet" onclick={on(&store, Action::LeaveLesson)}>
                    { store.label(Label::Leave) }
                </button>
            </div>
            if let Some((right, all)) = view.finished {
                <p class="lesson-text">{ rich(&store, &words.lesson_end(right, all)) }</p>
            } else {
                { step_of(&store, &view) }
            }
        </section>
    }
}

/// The focus goes into the lesson when it begins, and again when the button that had it is gone.
#[hook]
fn use_kept_focus<T: PartialEq + 'static>(section: &NodeRef, moment: T) {
    let began = use_mut_ref(|| false);
    let section = section.clone();
    use_effect_with(moment, move |_| {
        let lost = gloo::utils::document().active_element().is_none_or(|element| {
            element.tag_name() == "BODY" || element.matches(":disabled").unwrap_or(false)
        });
        if (lost || !began.replace(true))
            && let Some(section) = section.cast::<HtmlElement>()
        {
            section.focus().ok();
        }
    });
}

fn step_of(store: &StoreContext, view: &LessonView) -> Html {
    html! {
        <>
            <h2>{ &view.title }</h2>
            <p class="lesson-text">{ rich(store, &view.text) }</p>
            if let Some(question) = &view.question {
                <fieldset>
                    <legend>{ rich(store, question) }</legend>
                    { for view.choices.iter().enumerate().map(|(at, choice)| choice_of(store, view, at, choice)) }
                </fieldset>
            }
            <div aria-live="polite">
                if let Some(verdict) = &view.verdict {
                    <p class={classes!("verdict", (view.chosen == view.right).then_some("right"))}>
                        { rich(store, verdict) }
                    </p>
                }
            </div>
            if let Some((goal, reached)) = &view.goal {
                <p class={classes!("goal", reached.then_some("reached"))}>
                    <span>{ store.label(Label::Goal) }{ ": " }{ rich(store, goal) }</span>
                    <span class="state">
                        { store.label(if *reached { Label::Reached } else { Label::NotYet }) }
                    </span>
                </p>
            }
            if view.can_go_on {
                <button type="button" class="strong" id="go-on" onclick={on(store, Action::NextLessonStep)}>
                    { store.label(Label::GoOn) }
                </button>
            }
        </>
    }
}

fn choice_of(store: &StoreContext, view: &LessonView, at: usize, choice: &Line) -> Html {
    let class = classes!(
        "choice",
        (view.chosen == Some(at)).then_some("chosen"),
        (view.right == Some(at)).then_some("right"),
    );
    let mark = match (view.right == Some(at), view.chosen == Some(at)) {
        (true, _) => "✓",
        (false, true) if view.right.is_some() => "✗",
        (false, true) => "●",
        _ => "",
    };
    html! {
        <button type="button" {class} key={at} disabled={view.chosen.is_some()} onclick={on(store, Action::Predict(at))}>
            <span class="mark" aria-hidden="true">{ mark }</span>
            <span>{ rich(store, choice) }</span>
        </button>
    }
}
