//! From wall time to model time.

/// Speeds that can be chosen, as multiples of the scenario's own pace: thousandths.
pub const SPEEDS: [u64; 11] = [1, 10, 100, 250, 500, 1000, 2000, 5000, 10_000, 100_000, 1_000_000];
/// The place of 1× in [`SPEEDS`].
pub const NORMAL_SPEED: usize = 5;

/// A transition's length in wall time.
pub const TRANSITION_MS: f64 = 700.0;

/// Whether and how fast the clock runs, and the picture's own clock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Playback {
    /// Whether it runs.
    pub playing: bool,
    /// The place of the speed in [`SPEEDS`].
    pub speed: usize,
    /// The picture's clock: model milliseconds with a fraction, since 1970.
    pub picture_ms: f64,
    /// Wall time since a step was taken in pause.
    pub since_step_ms: f64,
}

impl Playback {
    /// Stands at `now_ms`.
    #[must_use]
    pub fn new(now_ms: u64, playing: bool) -> Self {
        Self {
            playing,
            speed: NORMAL_SPEED,
            picture_ms: now_ms as f64,
            since_step_ms: TRANSITION_MS,
        }
    }

    /// Model milliseconds in a second of wall time.
    #[must_use]
    pub fn model_ms_per_wall_s(&self, pace: u64) -> f64 {
        pace as f64 * SPEEDS[self.speed] as f64 / 1000.0
    }

    /// The clock stands at `now_ms`, and nothing moves.
    pub fn stand_at(&mut self, now_ms: u64) {
        self.picture_ms = now_ms as f64;
        self.since_step_ms = TRANSITION_MS;
    }

    /// How far the transitions of a step taken in pause are: from 0 to 1.
    #[must_use]
    pub fn step_progress(&self) -> f32 {
        (self.since_step_ms / TRANSITION_MS).clamp(0.0, 1.0) as f32
    }

    /// The text of a speed, such as `1×`, `1/100×`.
    #[must_use]
    pub fn speed_text(speed: usize) -> String {
        match SPEEDS[speed] {
            thousandths if thousandths < 1000 => format!("1/{}×", 1000 / thousandths),
            thousandths => format!("{}×", thousandths / 1000),
        }
    }
}
