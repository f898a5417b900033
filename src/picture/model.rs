//! What a picture of the fleet shows: hosts, what runs on them, and who leans on whom.

use crate::finding::Severity;

/// A fleet as it is drawn: whatever the format, the same boxes and lines.
///
/// Every text is fit to be shown: one line, no control characters, no secret, and not endless. It is not escaped for any format.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Picture {
    /// The hosts in order of name, and last what lies outside of the tree.
    pub groups: Vec<Group>,
    /// The boxes, in order of group, kind and name.
    pub nodes: Vec<Node>,
    /// The lines, in order of their ends.
    pub edges: Vec<Edge>,
    /// Hazards that belong to no host.
    pub elsewhere: Vec<Hazard>,
    /// What the tree holds, whether it is drawn or not.
    pub totals: Totals,
}

/// What the tree holds, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Hosts.
    pub hosts: usize,
    /// Units.
    pub units: usize,
    /// Different validator keys that somebody keeps.
    pub keys: usize,
    /// Findings at severity medium or above.
    pub hazards: usize,
}

/// A host, several hosts that look alike, or what lies outside of the tree.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// The host's name, or that of the first of several.
    pub name: String,
    /// The names of all hosts that it stands for; none for what lies outside.
    pub hosts: Vec<String>,
    /// Hazards of the host as a whole.
    pub hazards: Vec<Hazard>,
    /// Units of the host that are not drawn: they take no part in staking, and nothing is wrong with them.
    pub left_out: usize,
}

/// What a box stands for, in the order of columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// mev-boost and the like, or the relays behind it.
    Relay,
    /// An execution client.
    Execution,
    /// A beacon node.
    Beacon,
    /// A node of a distributed validator.
    Middleware,
    /// A validator client.
    Validator,
    /// A remote signer.
    Signer,
    /// Keystores of a host that no unit of the tree loads.
    Keys,
    /// A signing history, or the database that holds it.
    Database,
    /// Anything else with a hazard.
    Other,
}

/// A box: a unit, a history, an endpoint outside, or several alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The group that it stands in.
    pub group: usize,
    /// What it is.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// Its client and release, or where it lies; may be empty.
    pub detail: String,
    /// The network it works on, where the tree says so.
    pub network: Option<String>,
    /// How many validator keys it keeps.
    pub keys: usize,
    /// How many it stands for.
    pub count: usize,
    /// A plain start does not start it.
    pub spare: bool,
    /// It is asked for, and the tree has no such unit.
    pub missing: bool,
    /// What is wrong with it, the worst first.
    pub hazards: Vec<Hazard>,
}

/// Something that is wrong: findings of one rule and severity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hazard {
    /// How bad it is.
    pub severity: Severity,
    /// The rule's id.
    pub rule: String,
    /// The sentence of the first finding.
    pub headline: String,
    /// The number of that finding in the outcome.
    pub finding: usize,
    /// How many findings there are.
    pub count: usize,
}

/// Why there is a line between two boxes, in the order of the legend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EdgeKind {
    /// A beacon node drives an execution client.
    Engine,
    /// Blocks come from builders.
    Relay,
    /// Duties come from a beacon node.
    Beacon,
    /// Signatures come from a signer.
    SignsWith,
    /// The signing history lies there.
    HistoryIn,
    /// Both can sign with the same keys at the same time.
    SharesKey,
}

/// A line between two boxes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// The box that asks; of two that share keys, the first.
    pub from: usize,
    /// The box that is asked.
    pub to: usize,
    /// Why.
    pub kind: EdgeKind,
    /// How many lines it stands for; for shared keys, how many keys.
    pub count: usize,
}

impl Kind {
    /// The kinds in the order of their columns.
    pub const ALL: [Self; 9] = [
        Self::Relay,
        Self::Execution,
        Self::Beacon,
        Self::Middleware,
        Self::Validator,
        Self::Signer,
        Self::Keys,
        Self::Database,
        Self::Other,
    ];

    /// Answers its name for people.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Relay => "relay",
            Self::Execution => "execution client",
            Self::Beacon => "beacon node",
            Self::Middleware => "middleware",
            Self::Validator => "validator client",
            Self::Signer => "signer",
            Self::Keys => "keystores",
            Self::Database => "signing history",
            Self::Other => "other unit",
        }
    }
}

impl EdgeKind {
    /// The kinds in the order of the legend.
    pub const ALL: [Self; 6] =
        [Self::Engine, Self::Relay, Self::Beacon, Self::SignsWith, Self::HistoryIn, Self::SharesKey];

    /// Answers its name for people.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Engine => "engine API",
            Self::Relay => "builder API",
            Self::Beacon => "beacon API",
            Self::SignsWith => "signs with",
            Self::HistoryIn => "history in",
            Self::SharesKey => "shares keys",
        }
    }

    /// Answers its name in formats that style lines by name.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Engine => "engine",
            Self::Relay => "relay",
            Self::Beacon => "beacon",
            Self::SignsWith => "signs",
            Self::HistoryIn => "history",
            Self::SharesKey => "shares",
        }
    }
}

impl Group {
    /// Tells whether it is what lies outside of the tree.
    #[must_use]
    pub fn is_outside(&self) -> bool {
        self.hosts.is_empty()
    }
}

impl Node {
    /// Answers the severity of its worst hazard, if that is medium or above.
    #[must_use]
    pub fn alarm(&self) -> Option<Severity> {
        alarm(&self.hazards)
    }

    /// Answers what is wrong with it at severity medium or above, the worst first.
    pub fn alarms(&self) -> impl Iterator<Item = &Hazard> {
        self.hazards.iter().filter(|hazard| hazard.is_alarm())
    }
}

impl Hazard {
    /// Tells whether it is shown as a hazard, and not as a remark only.
    #[must_use]
    pub fn is_alarm(&self) -> bool {
        self.severity >= Severity::Medium
    }
}

/// Answers the worst severity of hazards that are medium or above.
#[must_use]
pub fn alarm(hazards: &[Hazard]) -> Option<Severity> {
    hazards.iter().filter(|hazard| hazard.is_alarm()).map(|hazard| hazard.severity).max()
}
