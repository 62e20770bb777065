//! Going through time: frames, steps, jumps and leaps.

use crate::session::{Action, Direction, MOST_STEPS_A_FRAME, Room, Session};
use crate::words::{clock, code, importance};

/// And at least so many, however slow the machine is.
const LEAST_STEPS_A_FRAME: u32 = 32;
/// Steps of one frame should take no longer than this.
const STEPS_MS: f64 = 9.0;
/// A step back or forward that tells something is looked for so far.
const LONGEST_LOOK: u32 = 2_000;

impl Session {
    /// Wall time has passed: `wall_ms` since the last frame.
    pub fn frame(&mut self, wall_ms: f64) {
        self.tree_age_ms += wall_ms;
        if !self.playback.playing {
            self.playback.since_step_ms += wall_ms;
            if self.room == Room::Bytes {
                self.desk.frame(wall_ms, self.history.world(), &self.history);
            }
            return;
        }
        let pace = self.history.scenario().model_ms_per_wall_s;
        let target_ms = match self.playback.leap_ms {
            Some(leap_ms) => leap_ms as f64,
            None => {
                self.playback.picture_ms
                    + wall_ms * self.playback.model_ms_per_wall_s(pace) / 1000.0
            }
        };
        let mut steps = 0;
        self.out_of_breath = false;
        while self.history.next_step_ms().is_some_and(|due_ms| due_ms as f64 <= target_ms) {
            if steps >= self.most_steps {
                self.out_of_breath = true;
                break;
            }
            self.history.step();
            steps += 1;
            if self.on_stepped() {
                break;
            }
        }
        if !self.playback.playing {
            return;
        }
        let reached_ms = match self.history.next_step_ms() {
            Some(due_ms) if self.out_of_breath => target_ms.min(due_ms as f64),
            _ => target_ms,
        };
        self.history.advance_to(reached_ms as u64);
        self.note_pace(reached_ms - self.playback.picture_ms, wall_ms);
        self.playback.picture_ms = reached_ms;
        self.lead.follow(self.history.recent(), reached_ms as u64, self.span_ms(pace));
        if self.history.broken().is_some() {
            self.playback.playing = false;
        }
        if self.playback.leap_ms.is_some_and(|leap_ms| reached_ms >= leap_ms as f64) {
            self.playback.playing = false;
            self.stand();
        }
    }

    /// How fast the clock really runs, where the machine is slower than what was chosen.
    fn note_pace(&mut self, model_ms: f64, wall_ms: f64) {
        if self.playback.leap_ms.is_some() || !self.out_of_breath || wall_ms <= 0.0 {
            self.playback.held_back = None;
            return;
        }
        let now = model_ms * 1000.0 / wall_ms;
        let before = self.playback.held_back.unwrap_or(now);
        self.playback.held_back = Some(before + (now - before) * 0.1);
    }

    /// How long the last [`Session::frame`] took on this machine: the next ones keep within their time.
    pub fn frame_took(&mut self, ms: f64) {
        let most = f64::from(self.most_steps);
        if ms > STEPS_MS {
            self.most_steps = ((most * STEPS_MS / ms) as u32).max(LEAST_STEPS_A_FRAME);
        } else if self.out_of_breath {
            self.most_steps = ((most * 1.5) as u32).min(MOST_STEPS_A_FRAME);
        }
    }

    /// Lets the clock run to a later time as fast as the machine can. A message offers the way back.
    pub(super) fn leap_to(&mut self, ms: u64) {
        let world = self.history.world();
        let (start_ms, from_ms, index) = (world.start_ms(), world.now_ms(), world.event_index());
        let Some(to_ms) = start_ms.checked_add(ms).filter(|to_ms| *to_ms >= from_ms) else {
            return;
        };
        self.playback.stand_at(from_ms);
        self.playback.playing = true;
        self.playback.leap_ms = Some(to_ms);
        let words = self.words();
        let at = |ms: u64| code(clock(ms.cast_signed()));
        let (from, to) = (at(from_ms - start_ms), at(ms));
        let back = words.leap_back(from.clone()).plain_text();
        let text = words.leapt(from, to).plain_text();
        self.notify(text, Some((back, Action::Return(index, from_ms - start_ms))));
    }

    /// Back to where a leap began, to the millisecond.
    pub(super) fn return_to(&mut self, index: u64, ms: u64) {
        let at_ms = self.history.scenario().start_ms.saturating_add(ms);
        self.playback.playing = false;
        self.history.seek(index.min(self.history.last_index()));
        if self.history.next_step_ms().is_none_or(|due_ms| due_ms > at_ms) {
            self.history.advance_to(at_ms);
        }
        self.stand();
    }

    /// Back, or on, to a time nearby.
    pub(super) fn go_to(&mut self, ms: u64) {
        let at_ms = self.history.scenario().start_ms.saturating_add(ms);
        if at_ms < self.history.world().now_ms() {
            self.history.seek_ms(at_ms);
        } else {
            self.history.advance_to(at_ms);
        }
        self.playback.playing = false;
        self.stand();
    }

    pub(super) fn seek(&mut self, index: u64) {
        self.playback.playing = false;
        self.history.seek(index.min(self.history.last_index()));
        self.stand();
    }

    pub(super) fn step_forward(&mut self) {
        self.playback.playing = false;
        for _ in 0..LONGEST_LOOK {
            if !self.history.step() {
                break;
            }
            if self.on_stepped() || self.tells(self.history.world().event_index()) {
                break;
            }
        }
        self.stand();
        self.playback.since_step_ms = 0.0;
    }

    pub(super) fn step_back(&mut self) {
        let index = self.history.world().event_index();
        let told = self
            .history
            .recent()
            .rev()
            .find(|event| event.index < index && importance(&event.what) > 0);
        let target = match told {
            Some(event) => event.index,
            None => index.saturating_sub(1),
        };
        self.seek(target);
    }

    fn tells(&self, index: u64) -> bool {
        let mut events = self.history.recent().rev().take_while(|event| event.index == index);
        events.any(|event| importance(&event.what) > 0)
    }

    pub(super) fn jump_to_mark(&mut self, direction: Direction) {
        let index = self.history.world().event_index();
        let marks = self.history.marks();
        let target = match direction {
            Direction::Back => {
                marks.iter().rev().find(|mark| mark.index < index).map(|mark| mark.index)
            }
            Direction::Forward => {
                marks.iter().find(|mark| mark.index > index).map(|mark| mark.index)
            }
        };
        match (target, direction) {
            (Some(target), _) => self.seek(target),
            (None, Direction::Back) => self.seek(0),
            (None, Direction::Forward) => {
                // Nothing marked is known ahead: let the run go on until there is.
                let known = self.history.marks().len();
                for _ in 0..MOST_STEPS_A_FRAME {
                    if self.history.marks().len() > known || !self.history.step() {
                        break;
                    }
                }
                self.playback.playing = false;
                self.stand();
            }
        }
        self.playback.since_step_ms = 0.0;
    }
}

/// A measured pace, to two digits: it is not known better.
pub(super) fn rounded(pace: f64) -> u64 {
    let pace = pace as u64;
    let scale = 10_u64.pow(pace.checked_ilog10().unwrap_or(0).saturating_sub(1));
    pace / scale * scale
}
