//! Units become clients with canonical settings, whatever the flag was called.

mod arguments;
mod model;
mod program;
mod settle;

pub use model::{Answer, Carrier, FlagUse, Invocation, Setting, Unseen};
