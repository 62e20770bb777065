//! From wall time to model time.

/// Speeds that can be chosen, as multiples of the scenario's own pace: thousandths.
pub const SPEEDS: [u64; 11] = [1, 10, 100, 250, 500, 1000, 2000, 5000, 10_000, 100_000, 1_000_000];
/// The place of 1× in [`SPEEDS`].
pub const NORMAL_SPEED: usize = 5;

/// Speeds beyond the multiples: so many model milliseconds in a second of wall time.
pub const COMPRESSED_MS: [u64; 3] = [60_000, 3_600_000, 86_400_000];

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
    /// Where a leap ends, if one is under way.
    pub leap_ms: Option<u64>,
    /// How fast the clock really ran lately, where the machine cannot keep the chosen pace.
    pub held_back: Option<f64>,
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
            leap_ms: None,
            held_back: None,
        }
    }

    /// How many speeds there are to choose from: multiples of the scenario's pace, then compressed clocks.
    pub const CHOICES: usize = SPEEDS.len() + COMPRESSED_MS.len();

    /// Model milliseconds in a second of wall time.
    #[must_use]
    pub fn model_ms_per_wall_s(&self, pace: u64) -> f64 {
        match SPEEDS.get(self.speed) {
            Some(thousandths) => pace as f64 * *thousandths as f64 / 1000.0,
            None => COMPRESSED_MS[self.speed - SPEEDS.len()] as f64,
        }
    }

    /// The clock stands at `now_ms`, and nothing moves.
    pub fn stand_at(&mut self, now_ms: u64) {
        self.picture_ms = now_ms as f64;
        self.since_step_ms = TRANSITION_MS;
        self.leap_ms = None;
        self.held_back = None;
    }

    /// How far the transitions of a step taken in pause are: from 0 to 1.
    #[must_use]
    pub fn step_progress(&self) -> f32 {
        (self.since_step_ms / TRANSITION_MS).clamp(0.0, 1.0) as f32
    }

    /// The text of a multiple, such as `1×`, `1/100×`.
    ///
    /// # Errors
    /// The compressed clock's pace.
    pub fn speed_text(speed: usize) -> Result<String, u64> {
        match SPEEDS.get(speed) {
            Some(thousandths) if *thousandths < 1000 => Ok(format!("1/{}×", 1000 / thousandths)),
            Some(thousandths) => Ok(format!("{}×", thousandths / 1000)),
            None => Err(COMPRESSED_MS[speed - SPEEDS.len()]),
        }
    }
}

/// Times for a line that ends at `last_ms`, at most `most` of them, with their words.
#[must_use]
pub fn ticks(last_ms: u64, most: u64) -> Vec<(u64, String)> {
    const SECOND: u64 = 1000;
    const MINUTE: u64 = 60 * SECOND;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    const STEPS: [u64; 25] = [
        10,
        20,
        50,
        100,
        200,
        500,
        SECOND,
        2 * SECOND,
        5 * SECOND,
        10 * SECOND,
        20 * SECOND,
        MINUTE,
        2 * MINUTE,
        5 * MINUTE,
        10 * MINUTE,
        30 * MINUTE,
        HOUR,
        3 * HOUR,
        6 * HOUR,
        12 * HOUR,
        DAY,
        2 * DAY,
        7 * DAY,
        28 * DAY,
        364 * DAY,
    ];
    let Some(step) = STEPS.into_iter().find(|step| last_ms / step <= most) else {
        return Vec::new();
    };
    let (unit, name) = match step {
        DAY.. => (DAY, "d"),
        HOUR.. => (HOUR, "h"),
        MINUTE.. => (MINUTE, "min"),
        SECOND.. => (SECOND, "s"),
        _ => (1, "ms"),
    };
    (0..=last_ms / step).map(|nth| (nth * step, format!("{} {name}", nth * step / unit))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_few_ticks_at_round_times() {
        let texts = |last_ms| -> Vec<String> {
            ticks(last_ms, 6).into_iter().map(|(_, text)| text).collect()
        };
        assert_eq!(texts(12_480), ["0 s", "5 s", "10 s"]);
        assert_eq!(texts(7 * 86_400_000 - 1).last().unwrap(), "6 d");
        assert_eq!(texts(0), ["0 ms"]);
        for last_ms in (0..60).map(|n| 1_u64 << n) {
            assert!(texts(last_ms).len() <= 7, "{last_ms}");
        }
    }
}
