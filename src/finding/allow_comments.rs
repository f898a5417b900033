//! Allow comments at work: which findings they silence, and which of them silence nothing.

use super::allow::{self, Allow};
use super::card::Cards;
use super::cover::{self, Extent};
use super::model::Finding;
use super::outcome::{Allowance, Suppressed};
use super::policy::Policy;
use crate::source::{FileId, Sources, Span};
use std::collections::{BTreeMap, BTreeSet};

/// An allow comment, what it covers, and what has come of it.
#[derive(Debug)]
pub(super) struct AllowComment {
    pub(super) span: Span,
    pub(super) said: Result<Allow, &'static str>,
    extent: Option<Extent>,
    /// What has come of each rule that it names.
    pub(super) fates: Vec<Fate>,
}

/// What has come of a rule that an allow comment names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fate {
    /// There was nothing to silence.
    Unused,
    /// There was something, but the settings let no comment silence it.
    Refused,
    /// It silenced a finding.
    Used,
}

/// One rule of one comment, and the bytes for which it holds.
struct Claim<'c> {
    file: FileId,
    extent: Extent,
    rule: &'c str,
    /// Number of the comment, and of the rule in it.
    at: (usize, usize),
}

impl AllowComment {
    /// Reads the comments that speak to us, in order of place.
    pub(super) fn read_all(comments: &[(Span, &str)], sources: &dyn Sources) -> Vec<Self> {
        let read = |&(span, text): &(Span, &str)| allow::read(text).map(|said| Self::new(span, said));
        let mut read: Vec<Self> = comments.iter().filter_map(read).collect();
        read.sort_by_key(|comment| comment.span);
        for of_file in read.chunk_by_mut(|one, other| one.span.file == other.span.file) {
            let Some(text) = of_file.first().and_then(|comment| sources.text(comment.span.file)) else { continue };
            let places: Vec<Extent> = of_file.iter().map(|comment| (comment.span.start, comment.span.end)).collect();
            for (comment, extent) in of_file.iter_mut().zip(cover::extents(&text, &places)) {
                comment.extent = extent;
            }
        }
        read
    }

    fn new(span: Span, said: Result<Allow, &'static str>) -> Self {
        let fates = said.as_ref().map(|allow| vec![Fate::Unused; allow.rules.len()]).unwrap_or_default();
        Self { span, said, extent: None, fates }
    }

    /// Tells whether the day up to which it holds is over.
    pub(super) fn has_run_out(&self, policy: &Policy) -> bool {
        self.said.as_ref().is_ok_and(|allow| allow.until.is_some_and(|until| until < policy.today))
    }
}

/// Takes out of `findings` what the comments silence, and notes which comments did.
pub(super) fn apply(
    findings: Vec<Finding>,
    comments: &mut [AllowComment],
    policy: &Policy,
    cards: &Cards,
    suppressed: &mut Vec<Suppressed>,
) -> Vec<Finding> {
    let matches = matches(&findings, &claims(comments, policy), cards);
    let mut kept = Vec::with_capacity(findings.len());
    for (number, finding) in findings.into_iter().enumerate() {
        let refused = policy.unsuppressible.contains(&finding.rule);
        let claims = matches.get(&number).map(Vec::as_slice).unwrap_or_default();
        for (comment, rule) in claims {
            let fate = if refused { Fate::Refused } else { Fate::Used };
            comments[*comment].fates[*rule] = comments[*comment].fates[*rule].max(fate);
        }
        let first = claims.iter().min().filter(|_| !refused).map(|(comment, _)| &comments[*comment]);
        match first.and_then(|comment| Some((comment.span, comment.said.as_ref().ok()?))) {
            Some((span, allow)) => suppressed.push(Suppressed {
                finding,
                by: Allowance::Comment,
                reason: allow.reason.clone(),
                until: allow.until,
                place: Some(span),
            }),
            None => kept.push(finding),
        }
    }
    kept
}

/// Answers what the comments that still hold claim, in order of place; of two that claim the same, the first.
fn claims<'c>(comments: &'c [AllowComment], policy: &Policy) -> Vec<Claim<'c>> {
    let mut seen = BTreeSet::new();
    let mut claims = Vec::new();
    for (number, comment) in comments.iter().enumerate() {
        let (Ok(allow), Some(extent), false) = (&comment.said, comment.extent, comment.has_run_out(policy)) else {
            continue;
        };
        for (at, rule) in allow.rules.iter().enumerate() {
            if seen.insert((comment.span.file, extent, rule)) {
                claims.push(Claim { file: comment.span.file, extent, rule, at: (number, at) });
            }
        }
    }
    claims.sort_by_key(|claim| (claim.file, claim.extent.0));
    claims
}

/// Answers for each finding the claims that cover one of its places, in one sweep over places and claims.
fn matches(findings: &[Finding], claims: &[Claim], cards: &Cards) -> BTreeMap<usize, Vec<(usize, usize)>> {
    let files: BTreeSet<FileId> = claims.iter().map(|claim| claim.file).collect();
    let mut places: Vec<(FileId, u32, usize)> = Vec::new();
    for (number, finding) in findings.iter().enumerate() {
        let here = finding.labels.iter().map(|label| label.span).filter(|span| files.contains(&span.file));
        places.extend(here.map(|span| (span.file, span.start, number)));
    }
    places.sort_unstable();
    let mut matches: BTreeMap<usize, Vec<_>> = BTreeMap::new();
    let mut coming = claims.iter().peekable();
    let mut open: Vec<&Claim> = Vec::new();
    for (file, byte, number) in places {
        open.extend(std::iter::from_fn(|| coming.next_if(|claim| (claim.file, claim.extent.0) <= (file, byte))));
        open.retain(|claim| claim.file == file && byte < claim.extent.1);
        let rule = findings[number].rule.as_str();
        let group = cards.get(rule).map(|card| card.group.as_str());
        let claimed = open.iter().filter(|claim| claim.rule == rule || Some(claim.rule) == group);
        let claimed: Vec<_> = claimed.map(|claim| claim.at).collect();
        if !claimed.is_empty() {
            matches.entry(number).or_default().extend(claimed);
        }
    }
    matches
}
