//! A client's own way to read a command line, from its page in the catalogue.

use super::arguments::{self, Argument, Dashes, Grammar, Line, Shape};
use crate::catalogue::{Client, Flag, FlagKind, Found, Role, SwitchValues};
use crate::source::Text;

/// Reads the words behind the program as the client would in a role, or in whichever of its roles has the flag.
pub(super) fn read<'c>(client: &'c Client, role: Option<Role>, words: &[Text]) -> Line<Found<'c>> {
    let grammar = Grammar {
        single_dash: client.command_line.single_dash,
        colon: client.command_line.joins.contains(&':'),
        find: &|name, dashes| {
            let found = find(client, role, name, dashes)?;
            Some((found, shape(client, &found)))
        },
        guess: &|word| guess(client, role?, word),
        is_command: &|word| is_command(client, word),
    };
    arguments::read(words, &grammar)
}

/// Tells whether a word is, but for dashes, a variable that is named for the network.
pub(super) fn is_network_variable(word: &str) -> bool {
    let name = word.trim_start_matches('-').strip_prefix('$').map(|rest| rest.trim_start_matches('{'));
    let name = name.and_then(|name| name.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').next());
    name.is_some_and(|name| {
        name.to_ascii_uppercase().split('_').any(|part| matches!(part, "NETWORK" | "CHAIN" | "TESTNET"))
    })
}

/// Takes `--${NETWORK}` for one of the switches by which some clients name their network, whichever it is.
fn guess<'c>(client: &'c Client, role: Role, word: &str) -> Option<Found<'c>> {
    let names_network =
        |flag: &&Flag| flag.setting.as_deref() == Some("network") && flag.value.is_some() && flag.roles.contains(&role);
    let flag = client.flags.iter().find(names_network).filter(|_| is_network_variable(word))?;
    Some(Found { flag, negated: false })
}

/// Answers the name under which the catalogue knows a flag: its own, or that of its family.
pub(super) fn known_name(client: &Client, argument: &Argument<Found<'_>>) -> Option<String> {
    if let Some(found) = argument.flag {
        return Some(found.flag.name.clone());
    }
    let bare = argument.name.value().trim_start_matches('-');
    client.command_line.families.iter().find(|family| bare.starts_with(family.as_str())).cloned()
}

/// Tells whether a word is the first one of a sub-command.
pub(super) fn is_command(client: &Client, word: &str) -> bool {
    let names = client.commands.iter().flat_map(|command| &command.names);
    names.into_iter().any(|name| name.split(' ').next() == Some(word))
}

fn find<'c>(client: &'c Client, role: Option<Role>, name: &str, dashes: Dashes) -> Option<Found<'c>> {
    let long = || {
        let of_role = role.and_then(|role| client.flag(role, name));
        of_role.or_else(|| client.flag_of_any_role(name))
    };
    let short = || {
        let roles = role.map_or_else(|| client.roles.keys().copied().collect(), |role| vec![role]);
        roles.into_iter().find_map(|role| client.short_flag(role, name)).map(|flag| Found { flag, negated: false })
    };
    match dashes {
        Dashes::Two => long(),
        Dashes::One if client.command_line.single_dash => long().or_else(short),
        Dashes::One => short(),
    }
}

fn shape(client: &Client, found: &Found<'_>) -> Shape {
    let line = &client.command_line;
    let Flag { kind, bare, .. } = found.flag;
    match kind {
        FlagKind::Switch if line.switch_values == SwitchValues::Either && !found.negated => Shape::Position,
        FlagKind::Switch => Shape::Switch,
        FlagKind::List if line.several_words => Shape::Many,
        FlagKind::Value | FlagKind::List if bare.is_some() => Shape::Optional,
        FlagKind::Value | FlagKind::List => Shape::Value,
    }
}
