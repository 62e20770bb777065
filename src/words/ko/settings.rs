//! x
use crate::protocol::config::{Scope, Setting};
use crate::words::{Ko, Line, SettingWords};
impl SettingWords for Ko {
    fn setting(&self, _: Scope, setting: Setting) -> Line {
        Line::plain(setting.name())
    }
}
