//! Monitoring: what is collected, what alerts, and who is told.

mod alerts;
mod read;
mod routing;
mod scrape;

pub(super) use read::read;
