//! stakelint reads the repositories that Ethereum validators are deployed from, and finds what can get them slashed.
//!
//! Text becomes documents, documents become deployments, deployments become invocations, invocations become one fleet; rules read
//! the fleet, and what they find points back to the text. The rooms stand below in reading order, from the ground up; a room
//! imports only rooms that stand before it, and `tests/architecture.rs` sees to that.

/// Places in files, values that know their place, and the files that were read.
pub mod source;
/// What Ethereum itself defines: validator public keys, addresses, mnemonics.
pub mod ethereum;
/// What is known about clients, their flags, networks and settings; `rules/` is baked in.
pub mod catalogue;
/// What the rules found, and what the operator has allowed.
pub mod finding;
/// Text becomes one tree with the place of every value, whatever the syntax.
pub mod document;
/// The settings file: levels, environments, allowances, and what is left out.
pub mod config;
/// Signing histories as clients exchange them (EIP-3076): read, held against themselves, merged.
pub mod history;
/// A tree of files, walked, read and parsed once; or a set of texts in memory.
pub mod workspace;
/// Outcomes become texts: for people, for scripts, for code hosts.
pub mod report;
/// Documents become units: what the manifests of the tree say should run, and with which files and keys.
pub mod deployment;
/// Units become clients with canonical settings, whatever the flag was called.
pub mod invocation;
/// One fleet: hosts, workloads, keys and their owners, storage, and who dials whom.
pub mod fleet;
/// An emergency plan laid over this very fleet: what to stop, how, and in which order.
pub mod runbook;
/// Rules look at the fleet and say what can get it slashed.
pub mod lint;
/// The fleet drawn: as an image, a page, or the text of a chart.
pub mod picture;
/// The command line: the only room that prints, and the only one that decides how the process exits.
pub mod cli;

use catalogue::Catalogue;
use config::Settings;
use ethereum::PublicKey;
use finding::{Card, Cards, Evidence, Example, Finding, KeyMove, KeySpan, NotChecked, Outcome, Policy, Summary};
use fleet::{Before, Fleet};
use lint::{Examination, Ground, Rulebook};
use report::{Figure, KeyStyle};
use source::{FileId, Quoting, Sources, Span};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use workspace::Workspace;

/// What was asked of a run besides the tree.
#[derive(Debug, Clone, Copy)]
pub struct Request<'r> {
    /// The settings file, or the defaults.
    pub settings: &'r Settings,
    /// What the operator wants to hear.
    pub policy: &'r Policy,
    /// The network of units for which neither the tree nor the settings name one.
    pub network: Option<&'r str>,
}

/// Answers every rule, bound to its way to look.
///
/// # Panics
/// If a card that is baked in does not fit its check, which is a fault that the tests rule out.
#[must_use]
pub fn rulebook() -> Rulebook {
    Rulebook::bind(catalogue::shelf::below("lints").iter().copied()).unwrap_or_else(|fault| panic!("{fault}"))
}

/// Answers the examples of a rule: small trees, and the places where it speaks in each. A run has no use for them.
#[must_use]
pub fn examples(card: &Card) -> Vec<Example> {
    let text = catalogue::shelf::volume(&format!("examples/{}/{}.toml", card.group, card.id)).unwrap_or("[]");
    serde_json::from_str(text).unwrap_or_default()
}

/// Answers the pages of the handbook that are written from the cards: the path below `docs/`, and the text.
#[must_use]
pub fn pages() -> BTreeMap<String, String> {
    let cards = rulebook().cards();
    let page = |card: &Card| (format!("rules/{}.md", card.id), report::rule_page(card, &examples(card)));
    let mut pages: BTreeMap<String, String> = cards.values().map(page).collect();
    pages.insert("rules/README.md".into(), report::rule_index(&cards));
    pages.insert("SUMMARY.md".into(), report::contents(&cards));
    pages
}

/// Answers the JSON Schema of the settings file, as `stakelint.schema.json` holds it.
#[must_use]
pub fn settings_schema() -> String {
    let cards = rulebook().cards();
    let rules: BTreeSet<&str> = cards.values().flat_map(|card| [card.id.as_str(), card.group.as_str()]).collect();
    let schema = config::schema(&rules.into_iter().collect::<Vec<_>>());
    format!("{schema:#}\n")
}

/// What a check comes to.
#[derive(Debug)]
pub struct Checked {
    /// What was found, and whether the gate holds.
    pub outcome: Outcome,
    /// The cards of all rules.
    pub cards: Cards,
    /// The fleet that the tree describes.
    pub fleet: Fleet,
    /// The catalogue that it was judged by, with the tables that were opened for it.
    pub catalogue: Catalogue,
}

/// Checks a tree: surveys its fleet, runs every rule over it, and applies the operator's policy to what they find.
#[must_use]
pub fn check(workspace: &Workspace, rulebook: Rulebook, request: Request<'_>) -> Checked {
    let cards = rulebook.cards();
    let not_run = others(&rulebook, false);
    let rulebook = rulebook.comparing(false).only(|card| request.policy.runs(&card.id, &cards));
    let packs = request.settings.packs.iter().map(|(name, _)| name.as_str());
    let catalogue = Catalogue::builtin().with(request.settings.overrides.clone()).holding(packs);
    let surveyed = || fleet::survey(workspace, &catalogue, request.settings, request.network);
    let (fleet, comments) = rayon::join(surveyed, || comments(workspace));
    let ground = Ground { fleet: &fleet, before: None, catalogue: &catalogue, today: request.policy.today };
    let found = || lint::run(&ground, &rulebook);
    let (findings, (not_checked, summary)) =
        rayon::join(found, || (not_checked(workspace, &fleet), summary(workspace, &fleet)));
    let secrets = fleet.secret_places().collect();
    let evidence = Evidence { findings, comments, not_checked, summary, not_run, secrets };
    let outcome = finding::judge(evidence, request.policy, &cards, workspace);
    Checked { outcome, cards, fleet, catalogue }
}

/// So many commits back the plan looks for the releases that ran before.
const PAST: usize = 400;

/// Writes the emergency plan of the fleet that a tree describes, or one scenario of it, as Markdown.
///
/// # Errors
/// If nothing in the tree can sign, or the order names what is not there.
pub fn runbook(
    workspace: &Workspace,
    settings: &Settings,
    network: Option<&str>,
    order: &runbook::Order<'_>,
) -> Result<String, runbook::Refusal> {
    let catalogue = Catalogue::builtin().with(settings.overrides.clone());
    let fleet = fleet::survey(workspace, &catalogue, settings, network);
    let past = workspace.past(PAST);
    let matter = runbook::Matter {
        fleet: &fleet,
        sources: workspace,
        catalogue: &catalogue,
        allows: &settings.allows,
        past: past.as_ref(),
    };
    runbook::plan(&matter, order)
}

/// Judges histories that were named one by one, and applies the operator's policy to what is found.
#[must_use]
pub fn history(examination: &Examination<'_>, rulebook: Rulebook, policy: &Policy) -> Outcome {
    let cards = rulebook.cards();
    let rulebook = rulebook.only(|card| policy.runs(&card.id, &cards));
    let torn = examination.histories.iter().filter_map(|history| {
        let torn = history.flaws.get(&history::Flaw::Torn)?;
        let path = examination.sources.path(history.file).to_owned();
        Some(NotChecked { path, why: torn.says.clone(), gap: true })
    });
    let entries = examination.histories.iter().flat_map(|history| &history.entries);
    let keys: BTreeSet<_> = entries.map(|entry| entry.key.value).collect();
    let evidence = Evidence {
        findings: lint::examine(examination, &rulebook),
        not_checked: torn.collect(),
        summary: Summary { files: examination.histories.len(), keys: keys.len(), ..Summary::default() },
        ..Evidence::default()
    };
    finding::judge(evidence, policy, &cards, examination.sources)
}

/// Draws a fleet for a page of findings, whose numbers its boxes lead to.
#[must_use]
pub fn figure(fleet: &Fleet, findings: &[Finding], style: KeyStyle<'_>) -> Figure {
    let picture = picture::picture(fleet, findings, style);
    let element = picture::element(&picture, picture::Links::Findings);
    Figure { element, style: picture::STYLE, script: picture::SCRIPT }
}

/// What an audit is told besides the two trees.
#[derive(Clone, Default)]
pub struct Known<'k> {
    /// Keys whose signing history is proven to have moved by files outside of the trees.
    pub evidence: BTreeSet<PublicKey>,
    /// Answers what units lost in changes before the earlier tree; asked only if a unit is started again that could have lost something.
    pub past: Option<&'k dyn Fn() -> Vec<fleet::Loss>>,
}

/// What an audit comes to.
#[derive(Debug)]
pub struct Audited {
    /// What was found, what moved, and whether the gate holds.
    pub outcome: Outcome,
    /// The cards of all rules.
    pub cards: Cards,
    /// The fleet before the change.
    pub before: Before,
    /// The fleet after it.
    pub after: Fleet,
}

/// Compares two trees: surveys both fleets, tells which keys changed owner, and runs every rule that judges a change.
///
/// The files of `before` are numbered from [`workspace::EARLIER`] on.
#[must_use]
pub fn audit(
    before: &Workspace,
    after: &Workspace,
    rulebook: Rulebook,
    request: Request<'_>,
    known: Known<'_>,
) -> Audited {
    let cards = rulebook.cards();
    let not_run = others(&rulebook, true);
    let rulebook = rulebook.comparing(true).only(|card| request.policy.runs(&card.id, &cards));
    let packs = request.settings.packs.iter().map(|(name, _)| name.as_str());
    let catalogue = Catalogue::builtin().with(request.settings.overrides.clone()).holding(packs);
    let survey = |tree: &Workspace| fleet::survey(tree, &catalogue, request.settings, request.network);
    let (earlier, fleet) = rayon::join(|| survey(before), || survey(after));
    let gaps = unchecked((before, &earlier), (after, &fleet));
    let mut earlier = Before::new(earlier, &fleet);
    earlier.evidence = known.evidence;
    if let Some(past) = known.past.filter(|_| earlier.restarted(&fleet).next().is_some()) {
        earlier.losses = past();
    }
    let ground = Ground { fleet: &fleet, before: Some(&earlier), catalogue: &catalogue, today: request.policy.today };
    let findings = lint::run(&ground, &rulebook);
    let evidence = Evidence {
        findings,
        comments: comments(after),
        not_checked: gaps,
        summary: summary(after, &fleet),
        not_run,
        secrets: earlier.fleet.secret_places().chain(fleet.secret_places()).collect(),
    };
    let mut outcome = finding::judge(evidence, request.policy, &cards, &TwoTrees { before, after });
    outcome.moves = Some(earlier.moves.iter().map(told).collect());
    Audited { outcome, cards, before: earlier, after: fleet }
}

/// Answers what was not checked of two trees, and what the change moves without showing it.
fn unchecked(before: (&Workspace, &Fleet), after: (&Workspace, &Fleet)) -> Vec<NotChecked> {
    let side = |(tree, fleet)| fleet::Side { tree, fleet };
    let unseen = fleet::unseen(side(before), side(after));
    let (was, mut gaps) = (not_checked(before.0, before.1), not_checked(after.0, after.1));
    let now: BTreeSet<NotChecked> = gaps.iter().cloned().collect();
    // What neither side shows is said once.
    let was = was.into_iter().filter(|gap| gap.gap || !now.contains(gap));
    gaps.extend(was.map(|gap| NotChecked { why: format!("{} (before the change)", gap.why), ..gap }));
    gaps.retain(|gap| gap.gap || !unseen.iter().any(|unseen| unseen.path == gap.path));
    gaps.extend(unseen);
    gaps
}

/// The files of two trees that are compared.
#[derive(Debug, Clone, Copy)]
pub struct TwoTrees<'t> {
    /// The earlier one, its files numbered from [`workspace::EARLIER`] on.
    pub before: &'t Workspace,
    /// The later one.
    pub after: &'t Workspace,
}

impl TwoTrees<'_> {
    /// Answers the tree that a file belongs to.
    #[must_use]
    pub fn tree(&self, file: FileId) -> &Workspace {
        if file.0 < workspace::EARLIER { self.after } else { self.before }
    }
}

impl Sources for TwoTrees<'_> {
    fn path(&self, file: FileId) -> &str {
        self.tree(file).path(file)
    }

    fn text(&self, file: FileId) -> Option<Arc<str>> {
        self.tree(file).text(file)
    }

    fn kind(&self, file: FileId) -> Quoting {
        self.tree(file).kind(file)
    }
}

/// Answers the rules that have nothing to say of one tree, or of two.
fn others(rulebook: &Rulebook, two_trees: bool) -> BTreeSet<String> {
    let other = rulebook.rules().iter().filter(|rule| rule.check.compares() != two_trees);
    other.map(|rule| rule.card.id.clone()).collect()
}

fn told(found: &fleet::Move) -> KeyMove {
    let party = |place: &fleet::Place| place.home.party();
    KeyMove {
        from: found.from.as_ref().map(party),
        to: found.to.as_ref().map(party),
        keys: found.keys.iter().map(ToString::to_string).collect(),
        ranges: found.ranges.iter().map(numbers).collect(),
        kind: found.kind.word(),
    }
}

fn numbers(range: &fleet::Indices) -> KeySpan {
    KeySpan { list: range.list.clone(), start: range.start, end: range.end }
}

/// Answers what the walk left out, and what could not be read: each file of a known kind that does not parse is a gap,
/// except for test data, which may be broken on purpose.
fn not_checked(workspace: &Workspace, fleet: &Fleet) -> Vec<NotChecked> {
    let mut entries = workspace.not_checked().to_vec();
    let mut known: BTreeSet<FileId> = BTreeSet::new();
    for unreadable in fleet.inventory.unreadable.iter().filter(|unreadable| known.insert(unreadable.span.file)) {
        let path = workspace.path(unreadable.span.file).to_owned();
        entries.push(NotChecked { path, why: unreadable.why.clone(), gap: !unreadable.fixture });
    }
    entries.extend(fleet::unseen_parts(workspace, fleet));
    entries
}

/// Answers the comments of all files that have some; of scripts only those that speak to stakelint, by their sign.
fn comments(workspace: &Workspace) -> Vec<(Span, &str)> {
    let documents = workspace.written().filter_map(workspace::SourceFile::document);
    let comments = documents.flat_map(|document| document.comments().map(move |span| (span, document)));
    let of_documents = comments
        .filter_map(|(span, document)| Some((span, document.text().get(span.start as usize..span.end as usize)?)));
    let scripts = workspace.written().filter(|file| file.kind == workspace::FileKind::Shell);
    let of_scripts = scripts.flat_map(|file| {
        let text = file.text().map_or("", |text| text);
        text.match_indices("# stakelint:").map(|(at, _)| {
            let comment = text.get(at..).and_then(|rest| rest.lines().next()).unwrap_or_default();
            (Span::new(file.id, at as u32, (at + comment.len()) as u32), comment)
        })
    });
    of_documents.chain(of_scripts).collect()
}

fn summary(workspace: &Workspace, fleet: &Fleet) -> Summary {
    let hosts: BTreeSet<&str> = fleet.workloads.iter().map(|workload| workload.unit.host.as_str()).collect();
    let (units, keys) = (fleet.workloads.len(), fleet.keys().count());
    Summary { files: workspace.read_count(), units, keys, hosts: hosts.len() }
}
