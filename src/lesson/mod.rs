//! Lessons: steps that ask for a prediction before they play, judged by the core.
//!
//! A chapter is one file: data, and functions over the world. Its text is in `words/lesson.rs`.

mod tour;

use crate::protocol::Subject;
use crate::sim::{Action, Event, World};
use crate::words::{Choice, Line, StepName, Theme, Words};

/// The names of all chapters.
pub const CHAPTERS: [&str; 1] = [tour::TOUR.name];

/// A chapter.
#[derive(Debug)]
pub struct Chapter {
    /// Its name, as the address and `words` know it.
    pub name: &'static str,
    /// Its steps, in order.
    pub steps: &'static [Step],
}

/// One step.
#[derive(Debug)]
pub struct Step {
    /// For `words`.
    pub name: StepName,
    /// What it is about; `None`: the world is not ready for it, so the clock runs on first.
    pub theme: fn(&World) -> Option<Theme>,
    /// What to show and explain.
    pub subject: fn(&World, &Theme) -> Option<Subject>,
    /// What can be answered.
    pub choices: fn(&World, &Theme) -> Vec<Choice>,
    /// What is done once the prediction is made.
    pub play: fn(&World, &Theme) -> Vec<Action>,
    /// The right choice, as soon as an event shows it: `asked` is the world when it was asked.
    pub judge: fn(&Asked, &World, &Event) -> Option<usize>,
    /// Whether the goal is reached in the state of the core.
    pub goal: fn(&Asked, &World) -> bool,
}

/// What a step remembers from the moment of its question.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The world then.
    pub world: World,
    /// What the step is about.
    pub theme: Theme,
    /// What could be answered.
    pub choices: Vec<Choice>,
}

#[derive(Clone, Debug)]
enum Phase {
    /// The world is not ready for the question.
    Waiting,
    /// The question is asked; the clock stands.
    Asking(Box<Asked>),
    /// It plays.
    Playing { asked: Box<Asked>, chosen: usize, right: Option<usize> },
    /// Judged, and the goal is reached.
    Done { asked: Box<Asked>, chosen: usize, right: usize },
}

/// What the session should do after a step of the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LessonStep {
    /// Go on.
    GoOn,
    /// Stop the clock: there is something to read or to answer.
    Stop,
}

/// A lesson under way.
#[derive(Clone, Debug)]
pub struct LessonRun {
    chapter: &'static Chapter,
    at: usize,
    phase: Phase,
    right_count: u32,
    finished: bool,
}

/// What the lesson's panel shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LessonView {
    /// The chapter's name.
    pub chapter: &'static str,
    /// The step, from 1, and how many there are.
    pub step: (usize, usize),
    /// The step's title.
    pub title: String,
    /// Its two sentences.
    pub text: Line,
    /// The question, if it can be answered now.
    pub question: Option<Line>,
    /// What can be answered.
    pub choices: Vec<Line>,
    /// What was answered.
    pub chosen: Option<usize>,
    /// What the core showed to be right.
    pub right: Option<usize>,
    /// What the core showed, in a sentence.
    pub verdict: Option<Line>,
    /// What is to be reached, and whether it is.
    pub goal: Option<(Line, bool)>,
    /// The step is over; one can go on.
    pub can_go_on: bool,
    /// The chapter is over: right predictions.
    pub finished: Option<(u32, u32)>,
}

impl LessonRun {
    /// Begins the chapter of this name.
    #[must_use]
    pub fn start(name: &str, world: &World) -> Option<Self> {
        let chapter = [&tour::TOUR].into_iter().find(|chapter| chapter.name == name)?;
        let mut run =
            Self { chapter, at: 0, phase: Phase::Waiting, right_count: 0, finished: false };
        run.look(world);
        Some(run)
    }

    fn step(&self) -> &'static Step {
        &self.chapter.steps[self.at]
    }

    /// Asks its question if the world is ready for it.
    fn look(&mut self, world: &World) -> bool {
        let step = self.step();
        let Some(theme) = (step.theme)(world) else { return false };
        let choices = (step.choices)(world, &theme);
        self.phase = Phase::Asking(Box::new(Asked { world: world.clone(), theme, choices }));
        true
    }

    /// Whether the clock must run until the question can be asked.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        matches!(self.phase, Phase::Waiting)
    }

    /// What to show and explain.
    #[must_use]
    pub fn subject(&self, world: &World) -> Option<Subject> {
        match &self.phase {
            Phase::Asking(asked) => (self.step().subject)(world, &asked.theme),
            _ => None,
        }
    }

    /// What can be answered now.
    #[must_use]
    pub fn choices(&self) -> &[Choice] {
        match &self.phase {
            Phase::Asking(asked) => &asked.choices,
            _ => &[],
        }
    }

    /// The n-th choice is made. Returns what is done to the world now; then the clock runs.
    pub fn predict(&mut self, chosen: usize, world: &World) -> Vec<Action> {
        let Phase::Asking(asked) = &self.phase else { return Vec::new() };
        if chosen >= asked.choices.len() {
            return Vec::new();
        }
        let actions = (self.step().play)(world, &asked.theme);
        self.phase = Phase::Playing { asked: asked.clone(), chosen, right: None };
        actions
    }

    /// After a step of the world.
    pub fn on_step<'a>(
        &mut self,
        world: &World,
        events: impl Iterator<Item = &'a Event>,
    ) -> LessonStep {
        let step = self.step();
        match &mut self.phase {
            Phase::Waiting => {
                return if self.look(world) { LessonStep::Stop } else { LessonStep::GoOn };
            }
            Phase::Playing { asked, chosen, right } => {
                for event in events {
                    if right.is_none() {
                        *right = (step.judge)(asked, world, event);
                    }
                }
                if let Some(right) = *right
                    && (step.goal)(asked, world)
                {
                    self.right_count += u32::from(right == *chosen);
                    self.phase = Phase::Done { asked: asked.clone(), chosen: *chosen, right };
                    return LessonStep::Stop;
                }
            }
            Phase::Asking(_) | Phase::Done { .. } => {}
        }
        LessonStep::GoOn
    }

    /// Goes on to the next step, or ends the chapter. True if the clock must run for it.
    pub fn next(&mut self, world: &World) -> bool {
        if !matches!(self.phase, Phase::Done { .. }) {
            return false;
        }
        if self.at + 1 == self.chapter.steps.len() {
            self.finished = true;
            return false;
        }
        self.at += 1;
        self.phase = Phase::Waiting;
        !self.look(world)
    }

    /// Whether all steps are over.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.finished
    }

    /// What the panel shows.
    #[must_use]
    pub fn view(&self, world: &World, words: &dyn Words) -> LessonView {
        let name = self.step().name;
        let empty = Theme::default();
        let (asked, chosen, right) = match &self.phase {
            Phase::Waiting => (None, None, None),
            Phase::Asking(asked) => (Some(asked), None, None),
            Phase::Playing { asked, chosen, right } => (Some(asked), Some(*chosen), *right),
            Phase::Done { asked, chosen, right } => (Some(asked), Some(*chosen), Some(*right)),
        };
        let theme = asked.map_or(&empty, |asked| &asked.theme);
        let done = matches!(self.phase, Phase::Done { .. });
        let choices = asked.map_or(&[][..], |asked| &asked.choices);
        LessonView {
            chapter: self.chapter.name,
            step: (self.at + 1, self.chapter.steps.len()),
            title: words.lesson_title(name),
            text: words.lesson_text(name, theme),
            question: asked.map(|_| words.lesson_question(name, theme)),
            choices: choices.iter().map(|choice| words.lesson_choice(choice)).collect(),
            chosen,
            right,
            verdict: right.map(|right| {
                let is_right = chosen == Some(right);
                words.lesson_verdict(name, theme, &choices[right], is_right, world)
            }),
            goal: asked.map(|asked| {
                (
                    words.lesson_goal(name, theme),
                    done || (chosen.is_some() && (self.step().goal)(asked, world)),
                )
            }),
            can_go_on: done && !self.finished,
            finished: self.finished.then_some((self.right_count, self.chapter.steps.len() as u32)),
        }
    }
}
