//! x
use crate::protocol::ErrorCode;
use crate::words::{En, ErrorWords, Line};
impl ErrorWords for En {
    fn error(&self, error: ErrorCode) -> Line {
        Line::plain(error.message())
    }
}
