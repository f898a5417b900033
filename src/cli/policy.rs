//! What the operator wants to hear: the settings file, and the command line over it.

use super::Failure;
use super::check::Options;
use super::pack;
use super::report::{Gate, Reader};
use crate::config::{Environment, Settings};
use crate::finding::{AllowRule, Cards, Persona, PlaceLevels, Policy, Severity};
use crate::workspace::Workspace;
use jiff::civil::Date;

/// Joins settings and options into one policy.
///
/// # Errors
/// If a rule or group is named that does not exist; the nearest name is offered.
pub fn policy(
    options: &Options,
    settings: &Settings,
    cards: &Cards,
    workspace: &Workspace,
    today: Date,
) -> Result<Policy, Failure> {
    for name in options.select.iter().chain(&options.ignore) {
        known(name, cards).map_err(Failure::new)?;
    }
    let mut policy = of_settings(settings, cards, workspace, today);
    if let Some(gate) = options.report.fail_on {
        policy.fail_on = gate.severity();
    }
    if let Some(reader) = options.report.persona {
        policy.persona = reader.persona();
    }
    policy.select.clone_from(&options.select);
    policy.ignore.clone_from(&options.ignore);
    Ok(policy)
}

/// Makes the policy of the settings alone.
pub fn of_settings(settings: &Settings, cards: &Cards, workspace: &Workspace, today: Date) -> Policy {
    let mut policy = Policy::new(today);
    if let Some(level) = settings.fail_on {
        policy.fail_on = level.severity();
    }
    policy.persona = settings.persona.unwrap_or_default();
    policy.levels = settings.rules.iter().filter_map(|(id, rule)| Some((id.clone(), rule.level?.severity()))).collect();
    policy.places = settings.environments.iter().map(place_levels).collect();
    pack::set_levels(settings, cards, &mut policy.levels);
    let unsuppressible = settings.rules.iter().filter(|(_, rule)| rule.unsuppressible);
    policy.unsuppressible = unsuppressible.map(|(id, _)| id.clone()).collect();
    workspace.settings_prefix().clone_into(&mut policy.prefix);
    policy.allow = settings.allows.iter().map(|allow| allow_rule(allow, workspace)).collect();
    policy
}

fn place_levels(environment: &Environment) -> PlaceLevels {
    let levels = environment.rules.iter().filter_map(|(id, rule)| Some((id.clone(), rule.level?.severity())));
    PlaceLevels { path: environment.path.matcher().clone(), levels: levels.collect() }
}

fn allow_rule(allow: &crate::config::Allow, workspace: &Workspace) -> AllowRule {
    let place = workspace
        .settings_file()
        .map(|file| crate::source::Span::new(file, allow.place.start as u32, allow.place.end as u32));
    AllowRule {
        rule: allow.rule.clone(),
        path: allow.path.as_ref().map(|glob| glob.matcher().clone()),
        reason: allow.reason.clone(),
        until: allow.until,
        place,
    }
}

/// Tells whether a name is a rule's or a group's.
///
/// # Errors
/// A sentence with the nearest name.
pub fn known(name: &str, cards: &Cards) -> Result<(), String> {
    let names = || cards.values().flat_map(|card| [card.id.as_str(), card.group.as_str()]);
    if names().any(|known| known == name) {
        return Ok(());
    }
    let nearest = names().max_by(|one, other| {
        strsim::jaro_winkler(one, name).total_cmp(&strsim::jaro_winkler(other, name)).then(other.cmp(one))
    });
    let hint = nearest.map_or_else(String::new, |nearest| format!("; did you mean `{nearest}`?"));
    Err(format!("there is no rule and no group `{name}`{hint}"))
}

impl Gate {
    /// Answers the least severity that fails a run.
    pub(super) fn severity(self) -> Option<Severity> {
        match self {
            Self::Critical => Some(Severity::Critical),
            Self::High => Some(Severity::High),
            Self::Medium => Some(Severity::Medium),
            Self::Low => Some(Severity::Low),
            Self::Info => Some(Severity::Info),
            Self::Never => None,
        }
    }
}

impl Reader {
    /// Answers the persona.
    pub(super) fn persona(self) -> Persona {
        match self {
            Self::Regular => Persona::Regular,
            Self::Pedantic => Persona::Pedantic,
            Self::Auditor => Persona::Auditor,
        }
    }
}
