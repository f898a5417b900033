//! For cards of rules that no way to look can speak for: what they say is found where the operator's policy is applied.

use crate::lint::model::{Check, Scene};
use serde::Deserialize;

/// A check that says nothing by itself: whether an allowance was of use is known only when all findings are.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Elsewhere {}

impl Check for Elsewhere {
    fn check(&self, _: &mut Scene<'_>) {}
}
