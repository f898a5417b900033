//! What watches the fleet: alerts, who is told of them, and lists of keys that a monitor looks after.

use crate::source::{FileId, Span, Spanned};

/// An alert that some monitoring raises.
#[derive(Debug, Clone)]
pub struct Alert {
    /// Its name.
    pub name: Spanned<String>,
    /// What raises it, as written; empty where it is not one expression.
    pub expression: String,
}

/// Where alerts are sent.
#[derive(Debug, Clone)]
pub struct Routing {
    /// The file.
    pub file: FileId,
    /// The routes, the one for everything first, each before those below it.
    pub routes: Vec<Route>,
    /// Who can be told.
    pub receivers: Vec<Receiver>,
}

/// A branch of the routing.
#[derive(Debug, Clone)]
pub struct Route {
    /// The receiver that it names, or that it takes from the route above.
    pub receiver: Spanned<String>,
    /// The route above it (index into [`Routing::routes`]); nothing for the one for everything.
    pub above: Option<usize>,
    /// What it takes: each matcher as written (`severity="critical"`).
    pub matchers: Vec<String>,
}

/// Somebody who can be told.
#[derive(Debug, Clone)]
pub struct Receiver {
    /// Its name.
    pub name: String,
    /// Where it is written.
    pub place: Span,
    /// By how many ways it is reached; none means that whatever is sent to it is lost.
    pub ways: usize,
}
