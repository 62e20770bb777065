//! x
use crate::words::{En, Line, Term, TermWords};
impl TermWords for En {
    fn term_name(&self, term: Term) -> &'static str {
        term.name()
    }
    fn term(&self, term: Term) -> Line {
        Line::plain(term.name())
    }
}
