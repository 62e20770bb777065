//! x
use crate::protocol::ErrorCode;
use crate::words::{ErrorWords, Ko, Line};
impl ErrorWords for Ko {
    fn error(&self, error: ErrorCode) -> Line {
        Line::plain(error.message())
    }
}
