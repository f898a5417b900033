//! Findings become an outcome: what is off or allowed goes, what is one subject becomes one, levels and order are set.

use super::allow_comments::{self, AllowComment};
use super::allow_settings;
use super::card::Cards;
use super::model::{Finding, Label, LabelKind};
use super::outcome::{NotChecked, Outcome, Summary, Suppressed};
use super::policy::Policy;
use super::unused::{self, Rules};
use crate::source::{Sources, Span};
use std::collections::{BTreeMap, BTreeSet};

/// What a run knows before the operator's policy is applied.
#[derive(Debug, Default)]
pub struct Evidence<'a> {
    /// What the rules say, in any order.
    pub findings: Vec<Finding>,
    /// The comments of the tree, their signs included, in any order; those that do not speak to the tool do no harm.
    pub comments: Vec<(Span, &'a str)>,
    /// What was not checked.
    pub not_checked: Vec<NotChecked>,
    /// What the tree holds.
    pub summary: Summary,
    /// Rules that could not speak in this run, such as those that compare two trees.
    pub not_run: BTreeSet<String>,
    /// The places of secrets that readers have found, in any order.
    pub secrets: Vec<Span>,
}

/// Applies the operator's policy to what was found.
#[must_use]
pub fn judge(evidence: Evidence, policy: &Policy, cards: &Cards, sources: &dyn Sources) -> Outcome {
    let Evidence { findings, comments, mut not_checked, summary, not_run, mut secrets } = evidence;
    secrets.sort_unstable();
    let rules = Rules { cards, policy, not_run: &not_run };
    let mut suppressed = Vec::new();
    let (findings, mut notices) = without_allowed(findings, &comments, rules, sources, &mut suppressed);
    let (findings, hidden): (Vec<_>, Vec<_>) = findings.into_iter().partition(|finding| policy.shows(finding));
    suppressed.retain(|entry| policy.shows(&entry.finding));
    let mut findings = in_order(findings);
    if let Some(baseline) = &policy.baseline {
        let (new, notice) = baseline.apply(findings, &mut suppressed);
        findings = new;
        notices.extend(notice);
    }
    not_checked.sort();
    not_checked.dedup();
    let mut outcome = Outcome {
        findings,
        suppressed: suppressed_in_order(suppressed),
        not_checked,
        summary,
        hidden: in_order(hidden).len(),
        notices,
        fail_on: policy.fail_on,
        today: policy.today,
        moves: None,
        secrets,
    };
    set_levels(&mut outcome, policy, cards, sources);
    settle_fixes(&mut outcome, sources);
    outcome
}

/// Keeps of the proposed edits those that the texts bear out.
fn settle_fixes(outcome: &mut Outcome, sources: &dyn Sources) {
    let suppressed = outcome.suppressed.iter_mut().map(|entry| &mut entry.finding);
    for finding in outcome.findings.iter_mut().chain(suppressed) {
        finding.fix = finding.fix.take().and_then(|fix| fix.settled(sources));
    }
}

/// Takes out what is off or allowed, and adds what the allowances themselves give cause to say.
fn without_allowed(
    mut findings: Vec<Finding>,
    comments: &[(Span, &str)],
    rules: Rules,
    sources: &dyn Sources,
    suppressed: &mut Vec<Suppressed>,
) -> (Vec<Finding>, Vec<String>) {
    let Rules { cards, policy, .. } = rules;
    findings.retain(|finding| policy.runs(&finding.rule, cards) && policy.there(finding, cards, sources) != Some(None));
    let mut comments = AllowComment::read_all(comments, sources);
    let mut findings = allow_comments::apply(findings, &mut comments, policy, cards, suppressed);
    let speaks = policy.runs(unused::RULE, cards);
    if speaks {
        findings.extend(unused::comments(&comments, rules, sources));
    }
    let (mut findings, used) = allow_settings::apply(findings, policy, cards, sources, suppressed);
    let (more, notices) = if speaks { unused::settings(&used, rules, sources) } else { Default::default() };
    findings.extend(more);
    (findings, notices)
}

/// Gives findings the severity that the settings name for their rule, where they lie or anywhere.
fn set_levels(outcome: &mut Outcome, policy: &Policy, cards: &Cards, sources: &dyn Sources) {
    let suppressed = outcome.suppressed.iter_mut().map(|entry| &mut entry.finding);
    for finding in outcome.findings.iter_mut().chain(suppressed) {
        let there = policy.there(finding, cards, sources).flatten();
        if let Some(level) = there.or_else(|| policy.level(&finding.rule, cards)) {
            finding.severity = level;
        }
    }
}

/// Sorts by file, place and rule, and makes one finding of those about one subject.
fn in_order(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by(|one, other| order(one).cmp(&order(other)));
    let mut at: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut groups: Vec<Vec<Finding>> = Vec::with_capacity(findings.len());
    for finding in findings {
        let known = *at.entry((finding.rule.clone(), finding.identity().to_owned())).or_insert(groups.len());
        match groups.get_mut(known) {
            Some(group) => group.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    groups.into_iter().filter_map(merge).collect()
}

fn suppressed_in_order(mut suppressed: Vec<Suppressed>) -> Vec<Suppressed> {
    suppressed.sort_by(|one, other| order(&one.finding).cmp(&order(&other.finding)));
    suppressed
}

/// Everything that tells findings apart, in order of weight, so that the order in which they came leaves no trace.
fn order(finding: &Finding) -> impl Ord + '_ {
    let primary = finding.labels.first().map(|label| label.span);
    let rest: Vec<_> = finding.labels.iter().map(|label| (label.span, label.text.as_str())).collect();
    (primary, finding.rule.as_str(), finding.identity(), finding.headline.as_str(), rest)
}

/// Makes one finding of several about one subject: the first one, with the places of all and the worst that was said.
fn merge(group: Vec<Finding>) -> Option<Finding> {
    let mut group = group.into_iter();
    let mut first = group.next()?;
    let mut seen: BTreeSet<Span> = first.labels.iter().map(|label| label.span).collect();
    let mut owners: BTreeSet<String> = first.owners.iter().cloned().collect();
    let mut keys: BTreeSet<String> = first.keys.iter().cloned().collect();
    for other in group {
        first.severity = first.severity.max(other.severity);
        first.confidence = first.confidence.max(other.confidence);
        first.persona = first.persona.min(other.persona);
        let places = other.labels.into_iter().filter(|label| seen.insert(label.span));
        first.labels.extend(places.map(|label| Label { kind: LabelKind::Related, ..label }));
        first.owners.extend(other.owners.into_iter().filter(|owner| owners.insert(owner.clone())));
        first.keys.extend(other.keys.into_iter().filter(|key| keys.insert(key.clone())));
        match (&mut first.fix, other.fix) {
            (Some(fix), Some(more)) => fix.and(more),
            (own, more) => *own = own.take().or(more),
        }
    }
    Some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{AllowRule, Baseline, Confidence, Persona, Severity, Status};
    use crate::source::{FileId, Quoting};
    use globset::Glob;
    use jiff::civil::date;
    use std::sync::Arc;

    /// One file, `prod/compose.yml`.
    struct Tree(&'static str);

    impl Sources for Tree {
        fn path(&self, _file: FileId) -> &str {
            "prod/compose.yml"
        }

        fn text(&self, _file: FileId) -> Option<Arc<str>> {
            Some(self.0.into())
        }

        fn kind(&self, _file: FileId) -> Quoting {
            Quoting::Free
        }
    }

    /// A finding at the first place where `at` stands.
    fn finding(tree: &Tree, rule: &str, at: &str) -> Finding {
        let start = tree.0.find(at).expect("the place is there") as u32;
        let span = Span::new(FileId(0), start, start + at.len() as u32);
        Finding {
            rule: rule.into(),
            severity: Severity::High,
            confidence: Confidence::High,
            persona: Persona::Regular,
            headline: "something is wrong".into(),
            labels: vec![Label { kind: LabelKind::Primary, span, text: String::new() }],
            why: String::new(),
            help: String::new(),
            subject: at.into(),
            cause: String::new(),
            owners: vec!["a/vc".into()],
            keys: Vec::new(),
            fix: None,
        }
    }

    #[test]
    fn a_baseline_silences_what_it_knows_wherever_it_stands_and_tells_what_is_gone() {
        let old = Tree("a: 1\nb: 2\n");
        let first = run(&old, vec![finding(&old, "one", "a"), finding(&old, "two", "b")], &policy());
        let text = Baseline::of(&first).text();
        let baseline = Baseline::parse(&text).expect("is a baseline");
        let new = Tree("\n\nc: 3\na: 1\n");
        let known = Policy { baseline: Some(baseline), ..policy() };
        let second = run(&new, vec![finding(&new, "one", "a"), finding(&new, "one", "c")], &known);
        assert_eq!(second.findings.iter().map(|found| found.subject.as_str()).collect::<Vec<_>>(), ["c"]);
        assert_eq!(second.suppressed.iter().map(|entry| entry.finding.subject.as_str()).collect::<Vec<_>>(), ["a"]);
        assert!(second.notices.iter().any(|notice| notice.starts_with("1 finding of the baseline is no longer")));
        // Written again, it keeps what is still there, and takes up what is new.
        assert_eq!(Baseline::of(&second).len(), 2);
        assert!(Baseline::parse("{}").is_err() && Baseline::parse(&text.replace("/1", "/9")).is_err());
    }

    fn policy() -> Policy {
        Policy::new(date(2026, 11, 25))
    }

    fn run(tree: &Tree, findings: Vec<Finding>, policy: &Policy) -> Outcome {
        let comments = tree.0.match_indices("# stakelint").map(|(start, _)| {
            let text = tree.0[start..].lines().next().unwrap_or_default();
            (Span::new(FileId(0), start as u32, (start + text.len()) as u32), text)
        });
        let summary = Summary { files: 1, ..Summary::default() };
        let evidence = Evidence { findings, comments: comments.collect(), summary, ..Evidence::default() };
        judge(evidence, policy, &Cards::new(), tree)
    }

    fn rules(outcome: &Outcome) -> Vec<&str> {
        outcome.findings.iter().map(|finding| finding.rule.as_str()).collect()
    }

    #[test]
    fn a_comment_silences_its_node_and_nothing_else() {
        let tree = Tree(
            "# stakelint: allow(a-rule) -- behind Charon
vc:
  x: 1
bn:
  y: 2
",
        );
        let found = vec![finding(&tree, "a-rule", "x:"), finding(&tree, "a-rule", "y:"), finding(&tree, "other", "x:")];
        let outcome = run(&tree, found, &policy());
        assert_eq!(rules(&outcome), ["other", "a-rule"]);
        assert_eq!(outcome.findings[1].subject, "y:");
        assert_eq!(outcome.suppressed[0].reason, "behind Charon");
    }

    #[test]
    fn a_comment_past_its_date_silences_nothing_and_is_reported() {
        let tree = Tree(
            "vc: 1 # stakelint: allow(a-rule) until 2026-11-25 -- until we move
",
        );
        let found = || vec![finding(&tree, "a-rule", "vc")];
        assert_eq!(rules(&run(&tree, found(), &policy())), [""; 0], "the day itself still counts");
        let late = Policy { today: date(2026, 11, 26), ..policy() };
        let outcome = run(&tree, found(), &late);
        assert_eq!(rules(&outcome), ["a-rule", "unused-allow"]);
        assert!(outcome.findings[1].headline.contains("has run out on 2026-11-25"));
    }

    #[test]
    fn a_comment_in_vain_or_malformed_is_reported() {
        let tree = Tree(
            "vc: 1 # stakelint: allow(a-rule) -- why
bn: 2 # stakelint: allow(a-rule)
",
        );
        let outcome = run(&tree, vec![finding(&tree, "a-rule", "bn")], &policy());
        assert_eq!(rules(&outcome), ["unused-allow", "a-rule", "unused-allow"]);
        let quiet = Policy { ignore: vec!["a-rule".into()], ..policy() };
        assert_eq!(rules(&run(&tree, Vec::new(), &quiet)), ["unused-allow"], "a rule that did not run says nothing");
    }

    #[test]
    fn the_settings_can_refuse_comments() {
        let tree = Tree(
            "vc: 1 # stakelint: allow(a-rule) -- why
",
        );
        let strict = Policy { unsuppressible: BTreeSet::from(["a-rule".into()]), ..policy() };
        let outcome = run(&tree, vec![finding(&tree, "a-rule", "vc")], &strict);
        assert_eq!(rules(&outcome), ["a-rule", "unused-allow"]);
        assert!(outcome.suppressed.is_empty());
    }

    #[test]
    fn the_settings_allow_by_path_until_a_day() {
        let tree = Tree(
            "vc: 1
",
        );
        let allow = |path: &str, until| AllowRule {
            rule: "a-rule".into(),
            path: Some(Glob::new(path).expect("is a glob").compile_matcher()),
            reason: "known".into(),
            until,
            place: None,
        };
        let run = |allow| run(&tree, vec![finding(&tree, "a-rule", "vc")], &Policy { allow: vec![allow], ..policy() });
        assert_eq!(run(allow("prod/**", None)).suppressed.len(), 1);
        let elsewhere = run(allow("test/**", None));
        assert_eq!((elsewhere.findings.len(), elsewhere.notices.len()), (1, 1));
        let late = run(allow("prod/**", Some(date(2026, 11, 24))));
        assert_eq!((late.findings.len(), late.notices.len()), (1, 1));
    }

    #[test]
    fn one_subject_is_one_finding_whatever_the_order() {
        let tree = Tree(
            "vc: 1
bn: 2
",
        );
        let about = |at| Finding { subject: "key".into(), ..finding(&tree, "a-rule", at) };
        let there = run(&tree, vec![about("vc"), about("bn")], &policy());
        let back = run(&tree, vec![about("bn"), about("vc")], &policy());
        assert_eq!(there.findings, back.findings);
        assert_eq!(
            there.findings[0].labels.iter().map(|label| label.kind).collect::<Vec<_>>(),
            [LabelKind::Primary, LabelKind::Related]
        );
    }

    #[test]
    fn the_identity_outlives_moved_lines() {
        let (here, there) = (
            Tree(
                "vc: 1
",
            ),
            Tree(
                "

# note
vc: 1
",
            ),
        );
        let print = |tree| finding(tree, "a-rule", "vc").fingerprint();
        assert_eq!(print(&here), print(&there));
        assert_eq!(print(&here).len(), 32);
        assert_ne!(print(&here), finding(&here, "b-rule", "vc").fingerprint());
    }

    #[test]
    fn levels_persona_and_gate_decide_the_status() {
        let tree = Tree(
            "vc: 1
",
        );
        let found = || vec![finding(&tree, "a-rule", "vc")];
        assert_eq!(run(&tree, found(), &policy()).status(), Status::Failed);
        let level = |level| Policy { levels: BTreeMap::from([("a-rule".into(), level)]), ..policy() };
        assert_eq!(run(&tree, found(), &level(Some(Severity::Low))).status(), Status::Passed);
        assert_eq!(rules(&run(&tree, found(), &level(None))), [""; 0]);
        let unsure = vec![Finding { confidence: Confidence::Low, ..finding(&tree, "a-rule", "vc") }];
        let outcome = run(&tree, unsure, &policy());
        assert_eq!((outcome.findings.len(), outcome.hidden), (0, 1));
        let gap = NotChecked { path: "x.yml".into(), why: "does not parse".into(), gap: true };
        assert_eq!(Outcome { not_checked: vec![gap], ..outcome.clone() }.status(), Status::Incomplete);
        assert_eq!(Outcome { summary: Summary::default(), ..outcome }.status(), Status::Incomplete);
    }
}
