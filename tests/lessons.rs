//! Each lesson can be finished, by its own script, whatever is predicted.

use std::rc::Rc;

use brokerscope::lesson::{CHAPTERS, LessonRun, LessonStep};
use brokerscope::sim::{History, Scenario};
use brokerscope::words::{Choice, Lang, words};

/// More steps of the world than any step of a lesson takes.
const LONGEST: u32 = 50_000;

fn store(seed: u64, opening_ms: u64) -> History {
    let scenario = Scenario::built_in("store", seed).unwrap();
    let start_ms = scenario.start_ms;
    let mut history = History::new(Rc::new(scenario), seed, false).unwrap();
    history.advance_to(start_ms + opening_ms);
    history
}

/// Lets the world run until the lesson wants it to stop.
fn run_until_stop(history: &mut History, lesson: &mut LessonRun) {
    for _ in 0..LONGEST {
        assert!(history.step(), "the store never rests");
        let index = history.world().event_index();
        let events = history.recent().rev().take_while(|event| event.index == index);
        if lesson.on_step(history.world(), events) == LessonStep::Stop {
            return;
        }
    }
    panic!("no end: {:?}", lesson.view(history.world(), words(Lang::En)));
}

/// Plays a chapter, always choosing the `nth` answer. Returns the right answers of its steps.
fn play(chapter: &str, seed: u64, opening_ms: u64, nth: usize) -> (Vec<Choice>, u32) {
    let mut history = store(seed, opening_ms);
    let mut lesson = LessonRun::start(chapter, history.world()).unwrap();
    let mut answers = Vec::new();
    loop {
        if lesson.is_waiting() {
            run_until_stop(&mut history, &mut lesson);
        }
        let choices = lesson.choices().to_vec();
        let actions = lesson.predict(nth.min(choices.len() - 1), history.world());
        for action in actions {
            history.act(action).unwrap();
            let index = history.world().event_index();
            let events = history.recent().rev().take_while(|event| event.index == index);
            lesson.on_step(history.world(), events);
        }
        if !lesson.view(history.world(), words(Lang::En)).can_go_on {
            run_until_stop(&mut history, &mut lesson);
        }
        for lang in Lang::ALL {
            let view = lesson.view(history.world(), words(lang));
            assert!(view.can_go_on && view.goal.as_ref().is_some_and(|(_, reached)| *reached));
            assert!(!view.verdict.unwrap().is_empty() && !view.title.is_empty());
        }
        let view = lesson.view(history.world(), words(Lang::En));
        answers.push(choices[view.right.unwrap()].clone());
        lesson.next(history.world());
        if lesson.is_finished() {
            let view = lesson.view(history.world(), words(Lang::En));
            return (answers, view.finished.unwrap().0);
        }
    }
}

#[test]
fn every_chapter_can_be_finished_whatever_is_predicted() {
    for chapter in CHAPTERS {
        for (seed, opening_ms) in [(1, 620), (1, 0), (2, 5_000), (3, 777), (4, 20_000)] {
            for nth in 0..3 {
                let (answers, _) = play(chapter, seed, opening_ms, nth);
                assert_eq!(answers.len(), 5, "{chapter}, seed {seed}");
            }
        }
    }
}

#[test]
fn the_core_gives_the_answers_that_kafka_gives() {
    for seed in 1..=5 {
        let (answers, _) = play("tour", seed, 620, 0);
        assert_eq!(answers[0], Choice::Partition(0), "murmur2 of alice, 3 partitions");
        assert_eq!(answers[1], Choice::WholeInNewFile);
        assert_eq!(answers[2], Choice::Records(1));
        assert_eq!(answers[3], Choice::NextToRead);
        assert!(matches!(answers[4], Choice::FromCommitted(_)), "{:?}", answers[4]);
    }
}

#[test]
fn right_predictions_are_counted() {
    let (answers, right) = play("tour", 1, 620, 1);
    let second = |at: usize| match at {
        0 => answers[0] == Choice::Partition(1),
        2 => matches!(answers[2], Choice::Records(1)),
        _ => true,
    };
    assert_eq!(right as usize, (0..5).filter(|at| second(*at)).count());
}
