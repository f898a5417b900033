//! What is asked of a plan, and why there may be none.

use crate::catalogue::Catalogue;
use crate::config::Allow;
use crate::ethereum::PublicKey;
use crate::fleet::Fleet;
use crate::source::Sources;
use crate::workspace::Past;
use jiff::civil::Date;
use std::fmt;

/// What a plan is written from.
#[derive(Clone, Copy)]
pub struct Matter<'m> {
    /// The fleet.
    pub fleet: &'m Fleet,
    /// The files of the tree.
    pub sources: &'m dyn Sources,
    /// What is known of networks.
    pub catalogue: &'m Catalogue,
    /// What the operator allows in the settings.
    pub allows: &'m [Allow],
    /// What the files were before, where git knows.
    pub past: Option<&'m Past<'m>>,
}

/// What is asked of a plan.
#[derive(Debug, Clone, Copy)]
pub struct Order<'o> {
    /// One scenario; nothing for the whole plan.
    pub scenario: Option<&'o str>,
    /// The keys of a planned move; none for all of the unit that they leave.
    pub keys: &'o [PublicKey],
    /// The unit that keys leave, as `host/unit`.
    pub from: Option<&'o str>,
    /// The unit that they go to.
    pub to: Option<&'o str>,
    /// The folder in which the tree lies on the hosts, where the operator says so.
    pub checkout: Option<&'o str>,
    /// The day of the plan.
    pub today: Date,
}

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Nothing in the tree can sign.
    NothingSigns,
    /// There is no such scenario; those that there are.
    Scenario(String, Vec<String>),
    /// No unit that can sign is called so; the nearest name, if one is near.
    Unit(String, Option<String>),
    /// The unit does not own the key, as far as the tree shows.
    Key(String, String),
    /// A move needs two different units.
    SameUnit(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NothingSigns => {
                write!(formatter, "the tree has no validator client and no signer, so there is nothing to plan for")
            }
            Self::Scenario(name, known) => {
                write!(formatter, "there is no scenario `{name}`; there are {}", known.join(", "))
            }
            Self::Unit(name, Some(near)) => {
                write!(formatter, "no unit that can sign is called `{name}`; did you mean `{near}`?")
            }
            Self::Unit(name, None) => write!(formatter, "no unit that can sign is called `{name}`"),
            Self::Key(key, unit) => write!(formatter, "nothing in the tree shows that `{unit}` owns {key}"),
            Self::SameUnit(name) => write!(formatter, "keys cannot move from `{name}` to itself"),
        }
    }
}

impl std::error::Error for Refusal {}
