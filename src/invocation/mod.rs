//! Units become clients with canonical settings, whatever the flag was called.

mod model;

pub use model::{Answer, Carrier, FlagUse, Invocation, Setting, Unseen};
