//! `docker run` and its like: a command line becomes a unit, whoever gives it (a script, a unit of systemd, a task).

mod model;
mod options;
mod unit;

pub(in crate::deployment) use model::Caller;
pub(in crate::deployment) use unit::unit;
