//! Which instances of a template unit there are: those that links, scripts, other units and drop-ins name.

use super::section::Sections;
use crate::source::Text;
use crate::workspace::{FileKind, Workspace};
use memchr::memmem;
use std::collections::BTreeSet;

/// No range of instances (`{1..9}`) is followed further.
const MOST: usize = 100;

/// Answers the instances of a template, by its name before the `@`.
pub(super) fn instances(stem: &str, sections: &Sections, workspace: &Workspace) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    found.extend(sections.last("Install", "DefaultInstance").and_then(Text::known).map(|name| name.trim().to_owned()));
    let start = format!("{stem}@");
    for (path, _) in workspace.links() {
        found.extend(path.rsplit('/').next().and_then(|name| of_name(name, &start)));
    }
    for file in workspace.written() {
        let folders = file.path.split('/');
        found.extend(
            folders
                .filter(|part| part.ends_with(".service.d") || part.ends_with(".service"))
                .filter_map(|part| of_name(part, &start)),
        );
        let telling = matches!(file.kind, FileKind::Shell | FileKind::Yaml | FileKind::Ini);
        if let Some(text) = file.text().filter(|_| telling) {
            of_text(text, &start, &mut found);
        }
    }
    found.retain(|instance| !instance.is_empty() && !instance.contains(['%', '$', '{']));
    found
}

/// `validator@1.service` and `validator@1.service.d`.
fn of_name(name: &str, start: &str) -> Option<String> {
    let rest = name.strip_prefix(start)?.trim_end_matches(".d");
    rest.strip_suffix(".service").filter(|instance| !instance.is_empty()).map(str::to_owned)
}

/// Finds instances on lines that speak of systemd: `systemctl enable validator@1`, `Wants=validator@1.service`.
fn of_text(text: &str, start: &str, found: &mut BTreeSet<String>) {
    for at in memmem::find_iter(text.as_bytes(), start.as_bytes()) {
        let begins =
            text[..at].chars().next_back().is_none_or(|before| !before.is_alphanumeric() && !"-_.".contains(before));
        let rest = text.get(at + start.len()..).unwrap_or_default();
        let line = text[..at].rsplit('\n').next().unwrap_or_default();
        let name =
            rest.split(|sign: char| !(sign.is_alphanumeric() || "-_.:{},\\".contains(sign))).next().unwrap_or_default();
        if begins && (line.contains("systemctl") || name.ends_with(".service")) {
            found.extend(braces(name.strip_suffix(".service").unwrap_or(name)));
        }
    }
}

/// `{1..3}` and `{a,b}`, as a shell has them.
fn braces(name: &str) -> Vec<String> {
    let Some(inner) = name.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
        return vec![name.to_owned()];
    };
    let range =
        inner.split_once("..").and_then(|(from, to)| Some((from.parse::<usize>().ok()?, to.parse::<usize>().ok()?)));
    match range {
        Some((from, to)) => (from..=to).take(MOST).map(|number| number.to_string()).collect(),
        None => inner.split(',').take(MOST).map(str::to_owned).collect(),
    }
}
