//! x
use crate::protocol::config::{Scope, Setting};
use crate::words::{En, Line, SettingWords};
impl SettingWords for En {
    fn setting(&self, _: Scope, setting: Setting) -> Line {
        Line::plain(setting.name())
    }
}
