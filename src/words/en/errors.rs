//! x
use crate::protocol::ErrorCode;
use crate::words::{ErrorWords, Line, En};
impl ErrorWords for En { fn error(&self, error: ErrorCode) -> Line { Line::plain(error.message()) } }
