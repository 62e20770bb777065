//! What Kafka's settings do, one sentence each. Names, defaults and ranges are in `protocol::config`.

use crate::protocol::config::{Scope, Setting};
use crate::words::Line;

/// A sentence about each setting.
pub trait SettingWords {
    /// What the setting does, for the one whose setting it is.
    fn setting(&self, scope: Scope, setting: Setting) -> Line;
}
