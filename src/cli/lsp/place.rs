//! What stands at a place of a text: the findings that it takes part in, and the flags, values and names of units.

use super::model::{Tree, View};
use super::position::Drift;
use crate::catalogue::{Client, Flag};
use crate::finding::Finding;
use crate::fleet::Workload;
use crate::invocation::{FlagUse, Invocation};
use crate::source::{FileId, Sources, Span, Text};
use std::path::Path;
use std::sync::Arc;

/// A place in a file of a tree, as it was when that was checked.
#[derive(Debug, Clone)]
pub(super) struct Place<'v> {
    /// The tree.
    pub tree: &'v Tree,
    /// The file.
    pub file: FileId,
    /// What the file held.
    pub text: Arc<str>,
    /// The byte.
    pub byte: u32,
}

/// A client at work in a unit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Running<'v> {
    /// The unit in its fleet.
    pub workload: &'v Workload,
    /// How it was understood.
    pub invocation: &'v Invocation,
    /// The client's page.
    pub client: &'v Client,
}

impl View {
    /// Answers the tree that holds a file.
    pub(super) fn find(&self, path: &Path) -> Option<(&Tree, FileId)> {
        self.trees.iter().find_map(|tree| Some((tree, tree.workspace.lying_at(path)?.id)))
    }

    /// Answers where a byte of a file's newest text stood when it was checked.
    pub(super) fn place(&self, path: &Path, newest: &str, byte: usize) -> Option<Place<'_>> {
        let (tree, file) = self.find(path)?;
        let text = tree.workspace.text(file)?;
        let byte = Drift::between(&text, newest).old(byte) as u32;
        Some(Place { tree, file, text, byte })
    }
}

impl<'v> Place<'v> {
    /// Tells whether the place lies in some bytes, or right behind them.
    pub(super) fn is_in(&self, span: Span) -> bool {
        span.file == self.file && span.start <= self.byte && self.byte <= span.end
    }

    /// Answers the findings that have a part here.
    pub(super) fn findings(&self) -> impl Iterator<Item = &'v Finding> {
        let findings = self.tree.checked.outcome.findings.iter();
        findings.filter(|finding| finding.labels.iter().any(|label| self.is_in(label.span)))
    }

    /// Answers the clients of the tree.
    pub(super) fn clients(&self) -> impl Iterator<Item = Running<'v>> {
        let tree = self.tree;
        tree.checked.fleet.workloads.iter().filter_map(|workload| {
            let invocation = workload.invocation.as_ref()?;
            let client = tree.catalogue.client(&invocation.client)?;
            Some(Running { workload, invocation, client })
        })
    }

    /// Answers the flags, and keys of settings files, whose name or value stands here.
    pub(super) fn flags(&self) -> impl Iterator<Item = (Running<'v>, &'v FlagUse)> {
        let uses =
            self.clients().flat_map(|running| running.invocation.flags.iter().map(move |given| (running, given)));
        uses.filter(|(_, given)| std::iter::once(&given.name).chain(&given.values).any(|text| self.is_at(text)))
    }

    /// Tells whether a text stands here: where it is used, or where it was written.
    pub(super) fn is_at(&self, text: &Text) -> bool {
        let all = 0..text.value().len();
        if all.is_empty() {
            return false;
        }
        if let Some(span) = text.exact(all) {
            return self.is_in(span);
        }
        let spans = text.segments().iter().flat_map(|segment| [Some(segment.span), segment.origin]).flatten();
        // The place of a text that looks different in the file can be much wider than the text.
        spans.into_iter().any(|span| self.is_in(span)) && self.word().contains(text.value())
    }

    /// Answers the word here.
    pub(super) fn word(&self) -> &str {
        let (before, after) = self.text.split_at_checked(self.byte as usize).unwrap_or_default();
        let from = before.rfind(parts_words).map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
        let end = before.len() + after.find(parts_words).unwrap_or(after.len());
        self.text.get(from..end).unwrap_or_default()
    }
}

/// Tells whether a sign stands between the words of a command, however it is written.
pub(super) fn parts_words(letter: char) -> bool {
    letter.is_whitespace() || "\"'`,[](){};|&<>\\".contains(letter)
}

impl<'v> Running<'v> {
    /// Answers the flag's entry in the client's table.
    pub(super) fn entry(&self, given: &FlagUse) -> Option<&'v Flag> {
        self.client.entry(self.invocation.role, given.known.as_deref()?)
    }
}
