//! Finds what lets machines restart themselves after upgrades, as `rules/automations.toml` tells it, in whatever file it is written.

use super::model::Reading;
use crate::catalogue::shelf;
use crate::deployment::{Unattended, tree};
use crate::source::Span;
use crate::workspace::{SourceFile, Workspace};
use memchr::memmem::Finder;
use rayon::prelude::*;
use serde::Deserialize;
use std::sync::LazyLock;

/// More are not listed.
const MOST: usize = 1_000;

#[derive(Debug, Default, Deserialize)]
struct Page {
    restart: Vec<Setting>,
}

/// A setting that restarts something.
#[derive(Debug, Deserialize)]
struct Setting {
    setting: String,
    on: Vec<String>,
    says: String,
}

static PAGE: LazyLock<Page> =
    LazyLock::new(|| serde_json::from_str(shelf::volume("automations.toml").unwrap_or("null")).unwrap_or_default());

/// Each setting, and what looks for it.
static FINDERS: LazyLock<Vec<(&Setting, Finder<'_>)>> =
    LazyLock::new(|| PAGE.restart.iter().map(|setting| (setting, Finder::new(&setting.setting))).collect());

/// Adds every such line of the tree to the inventory.
pub(super) fn read(workspace: &Workspace, reading: &mut Reading) {
    let files = workspace.written_at_once().filter(|file| !tree::is_example(&file.path));
    let mut found: Vec<Unattended> = files.flat_map_iter(of_file).collect();
    found.truncate(MOST);
    found.sort_by_key(|one| one.place);
    reading.inventory.unattended = found;
}

fn of_file(file: &SourceFile) -> Vec<Unattended> {
    let Some(text) = file.text() else { return Vec::new() };
    let mut found = Vec::new();
    for (setting, finder) in FINDERS.iter() {
        for at in finder.find_iter(text.as_bytes()).take(MOST) {
            let Some(length) = setting.length(text, at) else { continue };
            let place = Span::new(file.id, at as u32, (at + length) as u32);
            found.push(Unattended { place, says: setting.says.clone(), path: file.path.to_string() });
        }
    }
    found
}

impl Setting {
    /// Answers how many bytes the setting and its value take, if it is switched on at this place and not commented out.
    fn length(&self, text: &str, at: usize) -> Option<usize> {
        let line = text.get(..at)?.rsplit('\n').next()?;
        let rest = text.get(at + self.setting.len()..)?.lines().next()?;
        let part_of_a_word = |sign: char| sign.is_alphanumeric() || "_-:".contains(sign);
        let before = line.chars().next_back().is_some_and(|sign| sign.is_alphanumeric() || "_-".contains(sign));
        // What is behind the name is no part of it, unless it is the colon of a mapping.
        let mut behind = rest.chars();
        let longer = match behind.next() {
            Some(':') => behind.next() == Some(':'),
            first => first.is_some_and(part_of_a_word),
        };
        if before || longer || line.contains("//") || line.contains('#') {
            return None;
        }
        let value = rest.trim_start_matches(|sign: char| " \t\"'\\=:".contains(sign));
        let word = value.split(|sign: char| !sign.is_alphanumeric() && sign != '-').next()?;
        let on = self.on.iter().any(|on| on.eq_ignore_ascii_case(word));
        on.then(|| self.setting.len() + rest.len() - value.len() + word.len())
    }
}

#[cfg(test)]
mod tests {
    use crate::deployment::read;
    use crate::workspace::Workspace;

    fn found(path: &str, text: &str) -> Vec<String> {
        let workspace = Workspace::of(&[(path, text)]);
        let inventory = read(&workspace);
        let quoted = inventory.unattended.iter().map(|one| &text[one.place.start as usize..one.place.end as usize]);
        quoted.map(str::to_owned).collect()
    }

    #[test]
    fn what_restarts_machines_is_found_where_it_is_switched_on() {
        for (path, text, expected) in [
            (
                "etc/50unattended-upgrades",
                "Unattended-Upgrade::Automatic-Reboot \"true\";\n",
                "Unattended-Upgrade::Automatic-Reboot \"true",
            ),
            ("vars.yml", "unattended_automatic_reboot: true\n", "unattended_automatic_reboot: true"),
            ("etc/needrestart.conf", "$nrconf{restart} = 'a';\n", "$nrconf{restart} = 'a"),
            ("host.nix", "{ system.autoUpgrade.allowReboot = true; }\n", "allowReboot = true"),
        ] {
            assert_eq!(found(path, text), [expected]);
        }
        for text in [
            "// Unattended-Upgrade::Automatic-Reboot \"true\";\n",
            "Unattended-Upgrade::Automatic-Reboot \"false\";\n",
            "Unattended-Upgrade::Automatic-Reboot-WithUsers \"true\";\n",
            "$nrconf{restart} = 'l';\n",
        ] {
            assert!(found("etc/50unattended-upgrades", text).is_empty(), "{text}");
        }
    }
}
