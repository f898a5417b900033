//! Allowances that silence nothing, told as findings of the rule `unused-allow`.

use super::allow_comments::{AllowComment, Fate};
use super::card::Cards;
use super::model::{Confidence, Finding, Label, LabelKind, Persona, Severity};
use super::policy::{AllowRule, Policy};
use crate::source::{Sources, Span};
use std::collections::BTreeSet;

/// The rule's id.
pub(super) const RULE: &str = "unused-allow";
const WHY: &str = "An allowance that silences nothing gives false rest: what it was written for is gone or is not silenced, and it \
                   may silence another hazard some day.";
const HELP: &str =
    "Take it out, or mend it: `# stakelint: allow(rule) until YYYY-MM-DD -- reason`, on the line or the one above.";

/// The rules of a run: what there is, and what did not speak.
#[derive(Clone, Copy)]
pub(super) struct Rules<'a> {
    pub(super) cards: &'a Cards,
    pub(super) policy: &'a Policy,
    /// Rules that could not speak in this run, such as those that compare two trees.
    pub(super) not_run: &'a BTreeSet<String>,
}

impl Rules<'_> {
    /// Tells whether a name is a rule or a group; without any card, nobody knows, and every name will do.
    fn knows(self, name: &str) -> bool {
        self.cards.is_empty() || self.cards.contains_key(name) || self.cards.values().any(|card| card.group == name)
    }

    /// Tells whether all that a name means has run, so that silence says something.
    fn ran(self, name: &str) -> bool {
        let runs = |rule: &str| self.policy.runs(rule, self.cards) && !self.not_run.contains(rule);
        if self.cards.contains_key(name) || self.cards.is_empty() {
            return runs(name);
        }
        self.cards.values().filter(|card| card.group == name).all(|card| runs(&card.id))
    }

    /// Answers what is wrong with a name that silenced nothing, if anything is.
    fn fault(self, name: &str, fate: Fate) -> Option<String> {
        match fate {
            Fate::Used => None,
            Fate::Refused => Some(format!("of {name} is refused: the settings let no comment silence it")),
            Fate::Unused if !self.knows(name) => {
                Some(format!("is of {name}, and there is no such rule{}", self.guess(name)))
            }
            Fate::Unused if !self.ran(name) => None,
            Fate::Unused => Some(format!("of {name} silences nothing")),
        }
    }

    fn guess(self, name: &str) -> String {
        let near = |rule: &&String| name.len() < 2 * rule.len() && strsim::jaro_winkler(rule, name) > 0.85;
        let best = self
            .cards
            .keys()
            .filter(near)
            .max_by(|one, other| strsim::jaro_winkler(one, name).total_cmp(&strsim::jaro_winkler(other, name)));
        best.map(|rule| format!(" (did you mean {rule}?)")).unwrap_or_default()
    }
}

/// Answers a finding for each fault of each comment.
pub(super) fn comments(comments: &[AllowComment], rules: Rules, sources: &dyn Sources) -> Vec<Finding> {
    let mut findings = Vec::new();
    for comment in comments {
        let faults: Vec<String> = match &comment.said {
            Err(problem) => vec![format!("{problem}, and silences nothing")],
            Ok(allow) if comment.has_run_out(rules.policy) => {
                vec![format!("of {} has run out{}", allow.rules.join(", "), since(allow.until))]
            }
            Ok(allow) => {
                allow.rules.iter().zip(&comment.fates).filter_map(|(rule, fate)| rules.fault(rule, *fate)).collect()
            }
        };
        let path = sources.path(comment.span.file);
        findings.extend(faults.into_iter().map(|fault| finding(&fault, path, comment.span, rules)));
    }
    findings
}

/// Answers the faults of the settings' allowances: findings where they are written in the tree, else sentences.
pub(super) fn settings(used: &[bool], rules: Rules, sources: &dyn Sources) -> (Vec<Finding>, Vec<String>) {
    let (mut findings, mut notices) = (Vec::new(), Vec::new());
    for (allow, used) in rules.policy.allow.iter().zip(used) {
        let Some(fault) = settings_fault(allow, *used, rules) else { continue };
        match allow.place {
            Some(span) => findings.push(finding(&fault, sources.path(span.file), span, rules)),
            None => notices.push(format!("the settings' allowance {fault}")),
        }
    }
    (findings, notices)
}

/// A run over a part of the tree cannot tell that an allowance is in vain.
fn settings_fault(allow: &AllowRule, used: bool, rules: Rules) -> Option<String> {
    let place = allow.path.as_ref().map(|glob| format!(" in {}", glob.glob().glob())).unwrap_or_default();
    if allow.has_run_out(rules.policy.today) && (used || rules.policy.prefix.is_empty()) {
        return Some(format!("of {}{place} has run out{}", allow.rule, since(allow.until)));
    }
    let fault = rules.fault(&allow.rule, if used { Fate::Used } else { Fate::Unused })?;
    rules.policy.prefix.is_empty().then(|| format!("{fault}{place}"))
}

fn since(until: Option<jiff::civil::Date>) -> String {
    until.map(|until| format!(" on {until}")).unwrap_or_default()
}

fn finding(fault: &str, path: &str, span: Span, rules: Rules) -> Finding {
    let card = rules.cards.get(RULE);
    Finding {
        rule: RULE.into(),
        severity: card.map_or(Severity::Low, |card| card.severity),
        confidence: Confidence::High,
        persona: card.map_or(Persona::Regular, |card| card.persona),
        headline: format!("an allowance {fault}"),
        labels: vec![Label { kind: LabelKind::Primary, span, text: "written here".into() }],
        why: card.map_or(WHY, |card| &card.why).into(),
        help: card.map_or(HELP, |card| &card.help).into(),
        subject: format!("{path}: {fault}"),
        cause: String::new(),
        owners: Vec::new(),
        keys: Vec::new(),
        fix: None,
    }
}
