//! What watches the fleet: alerts, who is told of them, and lists of keys that a monitor looks after.

use crate::source::{FileId, Span, Spanned, Text};

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
    /// There may be others, made by hand.
    pub open: bool,
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
    /// What it has taken is offered to the routes behind it, too.
    pub continues: bool,
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

/// Where a collector looks for metrics.
#[derive(Debug, Clone)]
pub struct Scrape {
    /// Where it says so.
    pub place: Span,
    /// What it looks at.
    pub aim: Aim,
}

/// What a collector looks at.
#[derive(Debug, Clone)]
pub enum Aim {
    /// An address: name and port.
    Target(Text),
    /// The pods with all of these labels.
    Labels(Vec<(String, String)>),
    /// What it finds by itself; the tree does not tell.
    Unknown,
}
