//! x
use crate::protocol::config::{Scope, Setting};
use crate::words::{SettingWords, Line, En};
impl SettingWords for En { fn setting(&self, _: Scope, setting: Setting) -> Line { Line::plain(setting.name()) } }
