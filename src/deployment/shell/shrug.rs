//! What makes a failure go by: commands behind which a script goes on as if all was well.

use super::parse::{Statement, plain};
use crate::source::{Span, Text};

/// Commands that always succeed: behind `||` they make a failure go by.
const SHRUGS: [&str; 4] = ["true", ":", "echo", "printf"];

/// Tells whether a statement succeeds whatever happens, and the script goes on behind it.
pub(super) fn shrugs(script: &Text, statement: &Statement) -> bool {
    match statement {
        Statement::Simple(simple) => {
            let name = simple.words.first().and_then(|word| plain(script, word));
            name.is_some_and(|name| SHRUGS.contains(&name))
        }
        Statement::Group(body) => body.iter().all(|inner| shrugs(script, inner)),
        _ => false,
    }
}

/// Answers where a statement stands that is plainly `true`.
pub(super) fn plainly_true(script: &Text, statement: &Statement) -> Option<Span> {
    let Statement::Simple(simple) = statement else { return None };
    let name = simple.words.first().and_then(|word| plain(script, word));
    name.filter(|name| matches!(*name, "true" | ":")).and_then(|_| place(script, statement))
}

/// Answers where the first command of a statement stands.
pub(super) fn place(script: &Text, statement: &Statement) -> Option<Span> {
    match statement {
        Statement::Simple(simple) => simple.words.first().map(|word| script.span_of(word.range.clone())),
        Statement::Group(body) => body.first().and_then(|first| place(script, first)),
        _ => None,
    }
}
