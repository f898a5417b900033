//! Every flag is one that its client takes, in this role and this release.

use crate::catalogue::{Asked, Catalogue, Certainty, Channel, Flag, Moment, Verdict, Version};
use crate::finding::{Confidence, Edit, Fix};
use crate::fleet::Stage;
use crate::invocation::Carrier;
use crate::lint::fact::{called, identity, part_name};
use crate::lint::flag::Given;
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use crate::lint::spot::Spot;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a card says of flags.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FlagStanding {
    /// What it reports.
    fault: Fault,
}

/// How a flag can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Fault {
    /// The client never had it.
    Unknown,
    /// The release no longer takes it.
    Removed,
    /// The release warns of it.
    Deprecated,
    /// The release came before it.
    TooNew,
    /// Only another role has it.
    Foreign,
}

/// What is wrong with a flag, as far as the card speaks of it.
struct Wrong {
    /// Reads on from "… is given `--flag`, ".
    says: String,
    /// What to write instead, if that is known.
    instead: Option<String>,
    confidence: Confidence,
    /// The same flag's new name, without dashes.
    renamed: Option<String>,
}

/// A unit with more flags than this that are wrong in one way is one finding: it is most likely another program.
const MANY: usize = 12;

impl Check for FlagStanding {
    fn check(&self, scene: &mut Scene<'_>) {
        let (catalogue, today) = (scene.catalogue(), scene.today());
        let mut found: BTreeMap<usize, Vec<(Report, Spot)>> = BTreeMap::new();
        let variables = if self.fault == Fault::Unknown { Vec::new() } else { scene.given_variables() };
        for units in scene.given().iter().chain(&variables) {
            let judged = |one: &Given<'_>| {
                self.judge(one).filter(|_| !is_beside(one, catalogue)).or_else(|| self.outlived(one, catalogue, today))
            };
            let mut wrong = units.iter().filter_map(|one| Some((one, judged(one)?)));
            let Some((first, fault)) = wrong.next() else { continue };
            let others: Vec<(&Given<'_>, Wrong)> = wrong.collect();
            // What stands in one place for several units is changed for all of them, or not at all.
            let agreed =
                others.len() + 1 == units.len() && others.iter().all(|(_, other)| other.renamed == fault.renamed);
            let fix = fault.renamed.as_deref().filter(|_| agreed).and_then(|new| rename(first, units, new));
            let others: Vec<&Given<'_>> = others.into_iter().map(|(one, _)| one).collect();
            let report = report(first, &fault, &others).fix(fix);
            found.entry(first.client.id).or_default().push((report, Spot::from(&first.flag.name)));
        }
        for mut reports in found.into_values() {
            let more = reports.split_off(reports.len().min(if reports.len() > MANY { 1 } else { MANY }));
            let count = more.len();
            for (report, _) in reports {
                let all = more.iter().take(MANY).fold(report, |report, (_, spot)| report.related(*spot, "another one"));
                let all = if count > 0 { all.because(many(count)).confidence(Confidence::Low) } else { all };
                scene.report(all);
            }
        }
    }
}

fn many(count: usize) -> String {
    format!("The same is true of {count} more of its flags: perhaps it is another program than it looks like.")
}

fn report(first: &Given<'_>, fault: &Wrong, others: &[&Given<'_>]) -> Report {
    let (workload, name) = (first.client.workload, first.name);
    let takes = match first.flag.carrier {
        Carrier::File => "has in its settings file",
        Carrier::Environment => "has in its environment",
        Carrier::Flag => "is given",
    };
    let headline = format!("{} {takes} `{name}`, {}", called(workload), fault.says);
    let mut report = Report::on(workload, Spot::from(&first.flag.name), headline)
        .subject(format!("{} {name}", identity(workload)))
        .cause(format!("{} {name}", first.client.invocation.client))
        .confidence(fault.confidence);
    if let Some(instead) = &fault.instead {
        report = report.label(instead);
    }
    for other in others {
        report = report.also(other.client.workload);
    }
    report
}

impl FlagStanding {
    fn judge(&self, given: &Given<'_>) -> Option<Wrong> {
        let short = !given.page.command_line.single_dash && given.flag.carrier == Carrier::Flag;
        if short && !given.name.starts_with("--") {
            return (self.fault == Fault::Unknown).then(|| one_dash(given)).flatten();
        }
        // A file is often shared, and most clients pass over what they do not know in it.
        let lax = given.flag.carrier == Carrier::File && !given.flag.strict;
        let wrong = self.of_verdict(given, given.verdict)?;
        Some(if lax { Wrong { confidence: wrong.confidence.min(Confidence::Medium), ..wrong } } else { wrong })
    }

    /// Of a unit of which nobody knows the release: a flag that went before the first release that still follows its network is
    /// taken by none that works there.
    fn outlived(&self, given: &Given<'_>, catalogue: &Catalogue, today: Date) -> Option<Wrong> {
        let (client, invocation) = (&given.client, given.client.invocation);
        let unknown = invocation.version.is_none() && invocation.channel != Channel::Newest;
        if self.fault != Fault::Removed || !unknown || client.workload.stage == Stage::Development {
            return None;
        }
        let place = client.workload.network.as_ref()?;
        let network = catalogue.network(&place.value).filter(|network| network.ended.is_none())?;
        let past = network.forks.iter().filter(|fork| {
            fork.date.as_ref().and_then(|date| date.parse::<Date>().ok()).is_some_and(|date| date <= today)
        });
        let least = past.filter_map(|fork| Version::parse(fork.least.get(&invocation.client)?)).max()?;
        let asked = Asked { version: Some(&least), channel: Channel::Release, ..invocation.asked() };
        let wrong = self.of_verdict(given, given.page.judge(given.bare, given.flag.known.as_deref(), asked))?;
        let says = format!("{}, before any release that still follows `{}`", wrong.says, network.name);
        // Nobody knows whether the release that runs takes the new name.
        Some(Wrong { says, renamed: None, confidence: wrong.confidence.min(Confidence::Medium), ..wrong })
    }

    fn of_verdict(&self, given: &Given<'_>, verdict: Verdict<'_>) -> Option<Wrong> {
        match (self.fault, verdict) {
            (Fault::Unknown, Verdict::Unknown(sure)) => Some(unknown(given, sure)),
            (Fault::Foreign, Verdict::Foreign(flag, sure)) if given.flag.carrier == Carrier::Flag => {
                Some(foreign(given, flag, sure))
            }
            (Fault::Removed, Verdict::Removed(flag, sure)) => {
                Some(gone(given, flag, flag.removed.as_deref(), ("removed", "no longer takes"), sure))
            }
            (Fault::Deprecated, Verdict::Deprecated(flag, sure)) => {
                Some(gone(given, flag, flag.deprecated.as_deref(), ("deprecated", "warns of"), sure))
            }
            (Fault::TooNew, Verdict::TooNew(flag, sure)) => Some(too_new(given, flag, sure)),
            _ => None,
        }
    }
}

/// Tells whether a flag that the client does not know is one of a client that runs in the same process.
fn is_beside(given: &Given<'_>, catalogue: &Catalogue) -> bool {
    let mut others = given.page.beside.iter().filter_map(|id| catalogue.client(id));
    given.flag.known.is_none()
        && others.any(|page| page.roles.keys().any(|role| page.flag(*role, given.bare).is_some()))
}

/// Answers a long flag that stands behind one dash, where one dash means letters.
fn one_dash(given: &Given<'_>) -> Option<Wrong> {
    let role = given.client.invocation.role;
    let long = given.page.flag(role, given.bare).filter(|_| given.flag.known.is_none() && given.bare.len() > 2)?;
    let says = format!("which {} reads as single letters", given.client.invocation.client_name);
    let instead = Some(format!("`--{}` is written with two dashes", long.flag.name));
    Some(Wrong { says, instead, confidence: Confidence::High, renamed: None })
}

fn unknown(given: &Given<'_>, sure: Certainty) -> Wrong {
    let (invocation, page) = (given.client.invocation, given.page);
    let newest = Version::parse(&page.newest);
    let known = invocation.version.as_ref().filter(|version| newest.as_ref().is_none_or(|newest| *version <= newest));
    let says = match known {
        Some(_) => format!("which {} does not know", given.release()),
        None => format!("which no release of {} up to {} knows", invocation.client_name, page.newest),
    };
    let dashes = if given.flag.carrier == Carrier::File { "" } else { "--" };
    let instead = page.nearest(given.bare, invocation.asked());
    let confidence = if given.flag.strict { sure.into() } else { Confidence::Low };
    Wrong { says, instead: instead.map(|near| format!("did you mean `{dashes}{near}`?")), confidence, renamed: None }
}

fn foreign(given: &Given<'_>, flag: &Flag, sure: Certainty) -> Wrong {
    let role = flag.roles.first().map_or("command", |role| part_name(*role));
    let (client, own) = (&given.client.invocation.client_name, part_name(given.client.invocation.role));
    let says = format!("which {client} takes as a {role} and not as a {own}");
    Wrong { says, instead: Some(format!("a flag of the {role}")), confidence: sure.into(), renamed: None }
}

/// Says of a flag that a release took away, or means to, when that was and what took its place.
fn gone(given: &Given<'_>, flag: &Flag, moment: Option<&str>, (did, does): (&str, &str), sure: Certainty) -> Wrong {
    let client = &given.client.invocation.client_name;
    let when = moment.map(Moment::parse).and_then(|moment| moment.by);
    let says = match when {
        Some(by) => {
            format!("which {client} {did} {}", if is_exact(moment) { format!("in {by}") } else { format!("by {by}") })
        }
        None => format!("which {client} {does}"),
    };
    let instead = flag.replaced_by.as_ref().map(|name| format!("`{name}` took its place"));
    let instead = instead.or_else(|| flag.noop.then(|| "it does nothing any more".to_owned()));
    let renamed = given.successor(flag).map(str::to_owned);
    Wrong { says, instead, confidence: sure.into(), renamed }
}

/// Writes a flag's new name over the old one, where that stands as it is: in the line, behind an anchor, or nested in a file.
fn rename(given: &Given<'_>, units: &[Given<'_>], new: &str) -> Option<Fix> {
    let (dashes, end) = (given.name.len() - given.bare.len(), given.name.len());
    let new = given.respelled(new)?;
    let place = |from: usize| {
        let name = &given.flag.name;
        Some((from, name.exact(from..end).or_else(|| name.exact_origin(from..end))?))
    };
    let (from, span) = place(dashes).or_else(|| place(dashes + nested(given, &new)?))?;
    let (was, text) = (given.name.get(from..)?, new.get(from - dashes..)?);
    let title = format!("write `{}{new}` instead of `{}`", given.name.get(..dashes)?, given.name);
    let mut aliases: Vec<_> = units.iter().map(|one| Spot::from(&one.flag.name)).collect();
    aliases.retain(|spot| spot.origin.is_some());
    let aliases = aliases.into_iter().map(|spot| spot.span).collect();
    Some(Fix::of(title, Edit::replace(span, was, text).through(aliases)))
}

/// Answers how much of a file's dotted key stands above it, where the new name stands below the same keys.
fn nested(given: &Given<'_>, new: &str) -> Option<usize> {
    let above = given.bare.rfind('.').filter(|_| given.flag.carrier == Carrier::File)? + 1;
    let own = new.get(above..).filter(|own| !own.is_empty() && !own.contains('.'))?;
    (new.get(..above) == given.bare.get(..above) && new.len() == above + own.len()).then_some(above)
}

fn is_exact(moment: Option<&str>) -> bool {
    moment.is_some_and(|moment| !moment.contains(".."))
}

fn too_new(given: &Given<'_>, flag: &Flag, sure: Certainty) -> Wrong {
    let since = flag.since.as_deref().map(Moment::parse).and_then(|moment| moment.by);
    let since = since.map_or_else(String::new, |since| format!(" before {since}"));
    let says = format!("which {} does not know: no release has it{since}", given.release());
    let confidence = if given.client.invocation.channel == Channel::Release { sure.into() } else { Confidence::Low };
    Wrong { says, instead: None, confidence, renamed: None }
}
