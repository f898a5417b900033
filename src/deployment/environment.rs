//! Environment files that a process is given, and variables of which the last one of a name holds.

use super::interpolate::{Scope, interpolate};
use super::model::Variable;
use crate::document::Style;
use crate::source::Spanned;
use crate::workspace::SourceFile;
use std::collections::BTreeSet;

/// Reads the variables of an environment file in its order; each may use those above it and those of `outer`.
pub(in crate::deployment) fn variables(file: &SourceFile, outer: &Scope, fill: bool) -> Vec<Variable> {
    let Some(root) = file.document().and_then(|document| document.root()) else { return Vec::new() };
    // Most files use no variables, so that nothing has to be known.
    let fill = fill && file.text().is_some_and(|text| text.contains('$'));
    let mut known = if fill { outer.clone() } else { Scope::default() };
    let mut found = Vec::new();
    for entry in root.entries() {
        let Some(text) = entry.value.text() else { continue };
        // A line without `=` passes a variable on, from wherever the file is used.
        if entry.value.is_null() {
            continue;
        }
        let literal = !fill || entry.value.style() == Style::SingleQuoted;
        let value = if literal { text } else { interpolate(&text, &known, &mut Vec::new()) };
        let name = Spanned::new(entry.name().to_owned(), entry.key.span());
        if fill {
            known.values.insert(name.value.clone(), value.clone());
        }
        found.push(Variable { name, value });
    }
    found
}

/// Answers how many variables an environment file has, or a few more.
pub(in crate::deployment) fn count(file: &SourceFile) -> usize {
    file.document().and_then(|document| document.root()).map_or(0, |root| root.entries().count())
}

/// Leaves one variable a name, the last, in the place of the last.
pub(in crate::deployment) fn settle(mut variables: Vec<Variable>) -> Vec<Variable> {
    let mut seen = BTreeSet::new();
    variables.reverse();
    variables.retain(|variable| seen.insert(variable.name.value.clone()));
    variables.reverse();
    variables
}
