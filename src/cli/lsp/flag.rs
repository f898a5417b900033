//! What the catalogue says of a flag, for people.

use super::place::Running;
use crate::catalogue::{Asked, Client, Flag, FlagKind, ValueType, Verdict};
use crate::lint::part_name;

/// Answers all there is to say about a flag of a running client, as Markdown.
pub(super) fn page(running: &Running<'_>, flag: &Flag, written: &str) -> String {
    let asked = running.invocation.asked();
    let mut page = format!("`{written}` · {} {}", running.client.name, part_name(asked.role));
    if let Some(standing) = standing(running.client, flag, asked) {
        page.push_str(&format!("\n\n**{standing}**"));
    }
    if let Some(says) = &flag.says {
        page.push_str(&format!("\n\n{says}"));
    }
    let facts: Vec<String> = facts(running.client, flag, asked).into_iter().map(|fact| format!("- {fact}")).collect();
    format!("{page}\n\n{}", facts.join("\n"))
}

/// Says what the release of the unit makes of the flag, where that is not just what one expects.
fn standing(client: &Client, flag: &Flag, asked: Asked<'_>) -> Option<String> {
    let release = asked.version.map_or_else(|| "the newest release".to_owned(), ToString::to_string);
    Some(match client.judge(&flag.name, Some(&flag.name), asked) {
        Verdict::Removed(..) => format!("{release} no longer takes it"),
        Verdict::Deprecated(..) => format!("deprecated in {release}"),
        Verdict::TooNew(..) => format!("{release} does not take it yet"),
        Verdict::Foreign(..) => {
            let roles: Vec<&str> = flag.roles.iter().map(|role| part_name(*role)).collect();
            format!("only the {} takes it", roles.join(", the "))
        }
        Verdict::Taken | Verdict::Unknown(_) => return None,
    })
}

fn facts(client: &Client, flag: &Flag, asked: Asked<'_>) -> Vec<String> {
    let mut facts = vec![takes(flag)];
    if !flag.choices.is_empty() {
        facts.push(format!("one of {}", quoted(&flag.choices)));
    }
    if let Some(default) = flag.default_at(asked.version) {
        facts.push(format!("default: `{default}`"));
    }
    if flag.noop {
        facts.push("does nothing".to_owned());
    }
    let short = flag.short.iter().map(|short| format!("-{short}"));
    let names: Vec<String> = flag.aliases.iter().map(|alias| format!("--{alias}")).chain(short).collect();
    if !names.is_empty() {
        facts.push(format!("also: {}", quoted(&names)));
    }
    if let Some(variable) = &flag.env {
        facts.push(format!("variable: `{variable}`"));
    }
    facts.push(releases(client, flag));
    facts.extend(flag.replaced_by.as_ref().map(|other| format!("replaced by `--{other}`")));
    facts
}

fn takes(flag: &Flag) -> String {
    let value = match flag.value_type {
        ValueType::String => "a text",
        ValueType::Bool => "`true` or `false`",
        ValueType::Int => "a whole number",
        ValueType::Float => "a number",
        ValueType::Port => "a port",
        ValueType::Ip => "an IP address",
        ValueType::Host => "a host",
        ValueType::HostPort => "`host:port`",
        ValueType::Path => "a path",
        ValueType::PathPair => "paths of keys and passwords, `keys:passwords`",
        ValueType::Url => "a URL",
        ValueType::Address => "an execution address",
        ValueType::Hex => "bytes in hex",
        ValueType::Pubkey => "a validator key",
        ValueType::Duration => "a length of time",
        ValueType::Enum => "a name",
    };
    match flag.kind {
        FlagKind::Switch => "a switch".to_owned(),
        FlagKind::Value => format!("takes {value}"),
        FlagKind::List => format!("takes a list, each {value}"),
    }
}

/// Says in which releases the flag can be used.
fn releases(client: &Client, flag: &Flag) -> String {
    let mut said = match &flag.since {
        Some(since) => format!("since {since}"),
        None => format!("since {} or earlier", client.oldest),
    };
    if let Some(deprecated) = &flag.deprecated {
        said.push_str(&format!(", deprecated since {deprecated}"));
    }
    match &flag.removed {
        Some(removed) => said.push_str(&format!(", gone in {removed}")),
        None => said.push_str(&format!(", known up to {}", client.newest)),
    }
    said
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
