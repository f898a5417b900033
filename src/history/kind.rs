//! The two kinds of records, and the members that they are written with.

pub(super) const NO_NUMBER: &str = "a slot or an epoch is no whole number in decimal digits";
pub(super) const NO_ROOT: &str = "a signing root is not `0x` and 64 digits";

/// The two kinds of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Blocks,
    Attestations,
}

impl Kind {
    pub fn members(self) -> &'static [&'static str] {
        match self {
            Self::Blocks => &["slot", "signing_root"],
            Self::Attestations => &["source_epoch", "target_epoch", "signing_root"],
        }
    }

    /// Which of the members is the root; those before it are numbers.
    pub fn root(self) -> usize {
        self.members().len() - 1
    }

    /// A bit for each member that has to be there.
    pub fn numbers(self) -> u32 {
        (1 << self.root()) - 1
    }

    pub fn lacks(self) -> &'static str {
        match self {
            Self::Blocks => "a block has no `slot`",
            Self::Attestations => "an attestation lacks `source_epoch` or `target_epoch`",
        }
    }
}
