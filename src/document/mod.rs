//! Text becomes one tree with the place of every value, whatever the syntax.

mod model;

pub use model::{Kind, Problem, Repeated, Style, Syntax};
