//! Rules read the fleet: cards are bound to checks, and every check looks at the same ground at once.

mod abroad;
mod bearing;
mod beside;
mod check;
mod companion;
mod convoy;
mod database;
mod examine;
mod expect;
mod fact;
mod flag;
mod gather;
mod interchange;
mod left_numbers;
mod links;
mod model;
mod moves;
mod password;
mod permission;
mod plan;
mod procedure;
mod recipient;
mod relay;
mod removal;
mod report;
mod rulebook;
mod run;
mod sharing;
mod signer;
mod vault;

pub use examine::{Examination, examine};
pub use fact::part_name;
pub use model::{Check, Client, Ground, Scene};
pub use report::{Report, Spot};
pub use rulebook::{Rule, Rulebook};
pub use run::run;
