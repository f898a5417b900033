//! Inventories of lines: sections of hosts, of groups, and of variables.

use super::model::{Inventory, Layer};
use super::range::expand;
use crate::deployment::reader::ansible::datum::{Body, Datum, Form, Scalar, form_of};
use crate::deployment::words;
use crate::source::{FileId, Span, Text};

/// No inventory has more hosts.
const MOST_HOSTS: usize = 20_000;

/// What the lines of a section are.
enum Section {
    Hosts(String),
    Children(String),
    Variables(String),
    /// A section that no inventory has: the file is none.
    Foreign,
}

/// Reads an inventory; nothing if the text is none.
pub(super) fn read(file: FileId, path: &str, text: &str) -> Option<Inventory> {
    let mut inventory = Inventory::new(file, path);
    let mut section = Section::Hosts("ungrouped".to_owned());
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at + (line.len() - line.trim_start().len());
        at += line.len();
        let spoken = without_comment(line.trim());
        if spoken.is_empty() {
            continue;
        }
        let span = Span::new(file, start as u32, (start + spoken.len()) as u32);
        if let Some(name) = spoken.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let place = Span::new(file, start as u32 + 1, (start + 1 + name.len()) as u32);
            section = open(name, place, &mut inventory);
            continue;
        }
        match &section {
            Section::Foreign => return None,
            Section::Hosts(group) => hosts(&Text::literal(spoken, span), &group.clone(), &mut inventory)?,
            Section::Children(group) => {
                if !is_name(spoken) {
                    return None;
                }
                let group = group.clone();
                inventory.group(spoken, span);
                inventory.group(&group, span).children.insert(spoken.to_owned());
            }
            Section::Variables(group) => {
                let group = group.clone();
                let (name, value) = Text::literal(spoken, span).split_once('=')?;
                let (name, value) = (name.trim(), value.trim());
                Layer::set(&mut inventory.group(&group, span).set, name.value(), value_of(value));
            }
        }
    }
    (!inventory.hosts.is_empty()).then_some(inventory)
}

fn without_comment(line: &str) -> &str {
    if line.starts_with(['#', ';']) {
        return "";
    }
    line.find(" #").map_or(line, |at| line[..at].trim_end())
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|sign| sign.is_alphanumeric() || "_-.".contains(sign))
}

fn open(name: &str, place: Span, inventory: &mut Inventory) -> Section {
    let (group, kind) = name.split_once(':').unwrap_or((name, "hosts"));
    if !is_name(group) {
        return Section::Foreign;
    }
    inventory.group(group, place);
    match kind {
        "hosts" => Section::Hosts(group.to_owned()),
        "children" => Section::Children(group.to_owned()),
        "vars" => Section::Variables(group.to_owned()),
        _ => Section::Foreign,
    }
}

/// Reads `name[:port] key=value …`; nothing if that is not what stands there.
fn hosts(line: &Text, group: &str, inventory: &mut Inventory) -> Option<()> {
    let words = words::split(line).words;
    let (first, settings) = words.split_first()?;
    let host = |sign: char| sign.is_alphanumeric() || "_-.:[]".contains(sign);
    let named = first.value().chars().all(host) && settings.iter().all(|word| word.value().contains('='));
    if !named {
        return None;
    }
    for name in expand(first.value()) {
        let is_port = |(_, port): &(&str, &str)| port.bytes().all(|byte| byte.is_ascii_digit());
        let name = name.split_once(':').filter(is_port).map_or(name.as_str(), |(name, _)| name);
        if inventory.hosts.len() > MOST_HOSTS {
            return Some(());
        }
        let known = inventory.name_host(name, group, first.span());
        for setting in settings {
            if let Some((key, value)) = setting.split_once('=') {
                Layer::set(&mut known.set, key.value(), value_of(value));
            }
        }
    }
    Some(())
}

/// Types a value as Python's literals are.
fn value_of(text: Text) -> Datum {
    let quoted = text.value().len() > 1
        && ['"', '\''].iter().any(|quote| text.value().starts_with(*quote) && text.value().ends_with(*quote));
    let text = if quoted { text.slice(1..text.value().len() - 1) } else { text };
    let form = match text.value() {
        _ if quoted => Form::Text,
        "True" => Form::Bool(true),
        "False" => Form::Bool(false),
        word => match form_of(word) {
            Form::Bool(_) => Form::Text,
            form => form,
        },
    };
    Datum::new(text.span(), Body::Scalar(Scalar { form, text }))
}
