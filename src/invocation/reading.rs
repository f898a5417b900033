//! Reads everything that sets a recognised client: words, variables, start scripts, files; and says what is not to be seen.

use super::arguments::Argument;
use super::environment;
use super::files::{self, Files};
use super::grammar;
use super::identify::Identity;
use super::meaning::{self, Use};
use super::model::{Carrier, FlagUse, Invocation, Unseen};
use super::settle::{AS_FLAG, Assignment, settle};
use super::wrapper::{self, Added};
use crate::catalogue::{Client, ConfigFile, Found, Image, Role};
use crate::deployment::{Inventory, Open, Unit, Variable};
use crate::source::{Span, Text};

/// Reads a client's settings; nothing if they are those of another program of its name.
pub(super) fn read(identity: &Identity<'_>, unit: &Unit, inventory: &Inventory) -> Option<Invocation> {
    let Identity { client, role, .. } = *identity;
    let line = grammar::read(client, Some(role), &identity.words);
    if is_foreign(client, &line.arguments) {
        return None;
    }
    let added: Vec<Added<'_>> =
        identity.scripts.iter().map(|script| wrapper::follow(client, role, unit, script)).collect();
    let hole = line.hole.or_else(|| added.iter().find_map(|added| added.hole));
    let mut arguments = line.arguments;
    let mut assignments = environment::assignments(client, role, unit);
    if let Some(image) = identity.image {
        assignments.extend(environment::of_image(client, role, unit, image, identity.named_at));
    }
    assignments.extend(identity.network.map(|network| environment::network(network, unit, identity.named_at)));
    let seen = grammar::read(client, Some(role), &identity.seen);
    let seen: Vec<Assignment> = seen.arguments.iter().flat_map(|argument| of_argument(role, argument)).collect();
    for added in added {
        assignments.extend(added.assignments.into_iter().map(|told| where_seen(told, &seen)));
        arguments.extend(added.arguments);
    }
    assignments.extend(arguments.iter().flat_map(|argument| of_argument(role, argument)));
    let files = files::read(client, role, unit, inventory, &|config| naming(config, &arguments, unit));
    let (unseen, answered) = unseen(identity, unit, hole, &files);
    assignments.extend(files.assignments);
    let (settings, overruled) = settle(assignments);
    Some(Invocation {
        client: client.id.clone(),
        client_name: client.name.clone(),
        role,
        named_at: identity.named_at,
        version: identity.version.clone(),
        channel: identity.channel,
        series: identity.series.clone(),
        assumed: identity.assumed,
        settings,
        overruled,
        flags: arguments.iter().map(|argument| flag_use(client, argument)).chain(files.flags).collect(),
        variables: environment::uses(client, role, unit),
        unseen,
        answered,
        defaults: client.all_defaults(role, identity.version.as_ref()),
        page: client.page(role),
    })
}

/// A fork for another chain keeps the client's name, and is given away by options of its own.
fn is_foreign(client: &Client, arguments: &[Argument<Found<'_>>]) -> bool {
    let unknown = arguments.iter().filter(|argument| argument.flag.is_none());
    let mut names = unknown.filter_map(|argument| argument.name.known()).map(|name| name.trim_start_matches('-'));
    !client.foreign_flags.is_empty()
        && names.any(|name| client.foreign_flags.iter().any(|foreign| name.starts_with(foreign.as_str())))
}

/// What a script's table tells stands where the script was seen to say the same.
fn where_seen(told: Assignment, seen: &[Assignment]) -> Assignment {
    let setting = &told.setting;
    let says = |other: &&Assignment| {
        other.setting.name == setting.name
            && other.setting.known().is_some()
            && other.setting.known() == setting.known()
    };
    match seen.iter().find(says) {
        Some(other) => Assignment { setting: other.setting.clone(), ..told },
        None => told,
    }
}

fn of_argument(role: Role, argument: &Argument<Found<'_>>) -> Vec<Assignment> {
    // A flag of another role stops the client; it sets nothing.
    let Some(found) = argument.flag.filter(|found| found.flag.roles.contains(&role)) else { return Vec::new() };
    meaning::assignments(&Use {
        found,
        values: &argument.values,
        name: argument.name.span(),
        origin: argument.name.origin(),
        spelling: argument.name.value(),
        carrier: Carrier::Flag,
        strength: AS_FLAG,
    })
}

fn flag_use(client: &Client, argument: &Argument<Found<'_>>) -> FlagUse {
    FlagUse {
        name: argument.name.clone(),
        values: argument.values.clone(),
        known: grammar::known_name(client, argument),
        carrier: Carrier::Flag,
        strict: client.command_line.strict,
    }
}

/// Finds the text that names a settings file: a flag, else a variable.
fn naming(config: &ConfigFile, arguments: &[Argument<Found<'_>>], unit: &Unit) -> Option<Text> {
    let is_it = |argument: &&Argument<Found<'_>>| {
        argument.flag.is_some_and(|found| config.flag.as_deref() == Some(found.flag.name.as_str()))
    };
    let by_flag = arguments.iter().rev().find(is_it).and_then(|argument| argument.values.first());
    let is_variable = |name: &str| config.variable.as_deref() == Some(name);
    let by_variable = || unit.env.iter().rev().find(|variable| is_variable(&variable.name.value));
    by_flag
        .or_else(|| by_variable().map(|variable| &variable.value))
        .filter(|name| !environment::is_empty(name))
        .cloned()
}

/// The variable by which an image of somebody's own is handed flags of the client: what its start script makes of them nobody sees.
fn handed_over(identity: &Identity<'_>, unit: &Unit) -> Option<Span> {
    let known = identity.image.is_some() || !identity.scripts.is_empty();
    if unit.image.is_none() || known || unit.command.entrypoint {
        return None;
    }
    let (client, role) = (identity.client, identity.role);
    let is_flag = |name: &str| client.flag(role, &name.to_ascii_lowercase().replace('_', "-")).is_some();
    let speaks = |variable: &&Variable| {
        let name = &variable.name.value;
        let by_prefix = name.split_once('_').is_some_and(|(_, rest)| rest.len() > 3 && is_flag(rest));
        let by_value = variable.value.value().split_whitespace().any(|word| {
            let word = word.trim_matches(['"', '\'']).strip_prefix("--").unwrap_or_default();
            is_flag(word.split('=').next().unwrap_or_default())
        });
        client.flag_of_variable(role, name).is_none() && (by_prefix || by_value)
    };
    unit.env.iter().find(speaks).map(|variable| variable.name.span)
}

/// Says why settings can exist that the tree does not show, and which settings are known all the same.
fn unseen(identity: &Identity<'_>, unit: &Unit, hole: Option<Span>, files: &Files) -> (Option<Unseen>, Vec<String>) {
    let image_decides = || {
        let by_image = unit.command.open == Some(Open::Image);
        let by_program = |image: &Image| image.program.is_some() && unit.build.is_none();
        by_image && !identity.image.is_some_and(|image| by_program(image) || image.wrapper.is_some())
    };
    let reads_variables = || environment::is_read(identity.client) || !identity.scripts.is_empty();
    let whole = hole
        .map(Unseen::Variable)
        .or_else(|| files.missing.map(Unseen::File))
        .or_else(|| (unit.env_open && reads_variables()).then_some(Unseen::Environment))
        .or_else(|| image_decides().then_some(Unseen::Image))
        .or_else(|| handed_over(identity, unit).map(Unseen::Variable));
    if whole.is_some() {
        return (whole, Vec::new());
    }
    let mut answered = Vec::new();
    let mut script = None;
    for open in identity.scripts.iter().filter(|script| script.case.is_none_or(|case| case.open)) {
        script.get_or_insert_with(|| Unseen::Script(open.name.clone()));
        answered.push(open.case.map(wrapper::answered).unwrap_or_default());
    }
    // With two scripts in a row, only what both tell is known.
    let known = answered.iter().skip(1).fold(answered.first().cloned().unwrap_or_default(), |known, other| {
        known.into_iter().filter(|name| other.contains(name)).collect()
    });
    (script, known)
}
