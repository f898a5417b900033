//! For code scanning: SARIF 2.1.0.

mod model;
mod result;
mod rule;
mod run;

pub(super) use run::write;
