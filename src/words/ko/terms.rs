//! x
use crate::words::{Ko, Line, Term, TermWords};
impl TermWords for Ko {
    fn term_name(&self, term: Term) -> &'static str {
        term.name()
    }
    fn term(&self, term: Term) -> Line {
        Line::plain(term.name())
    }
}
