//! Containers that variables describe, and that no task of the tree starts: whoever uses the variables gets them.

use super::datum::Datum;
use super::module::{Shape, container};
use super::scope::{Rank, Scope, Site};
use super::world::World;
use crate::deployment::{Unit, placeholder, tree};
use crate::source::{FileId, Span, Spanned, Text};
use crate::workspace::SourceFile;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Descriptions stand no deeper in a file.
const DEEPEST: usize = 6;
/// No file describes more containers.
const MOST: usize = 64;
/// Folders of variables.
const FOLDERS: [&str; 4] = ["vars", "group_vars", "host_vars", "defaults"];
/// How variables call the command of a container.
const COMMANDS: [&str; 6] = ["command", "cmd", "_command", "_cmd", "command_template", "cmd_template"];

/// Where the images and commands of units are written.
#[derive(Default)]
pub(super) struct Used(BTreeSet<(FileId, u32)>);

impl Used {
    /// Notes what a unit is made of.
    pub fn note(&mut self, unit: &Unit) {
        let texts = unit.image.iter().chain(&unit.command.words).flat_map(Text::segments);
        let places = texts.flat_map(|piece| [Some(piece.span), piece.origin]).flatten();
        self.0.extend(places.map(|span| (span.file, span.start)));
    }

    fn within(&self, place: Span) -> bool {
        self.0.range((place.file, place.start)..(place.file, place.end)).next().is_some()
    }
}

/// Answers the containers of a file of variables; those that are started somewhere are `used`.
pub(super) fn described(world: &World<'_>, file: &SourceFile, used: &Used) -> Vec<Unit> {
    let of_variables = file.folder().split('/').any(|part| FOLDERS.contains(&part));
    let text = file.text().filter(|text| of_variables && text.contains("image:"));
    if text.is_none() || tree::is_fixture(&file.path) || tree::is_test_data(&file.path) {
        return Vec::new();
    }
    let layer = world.variables.file(file);
    let host = tree::stem(&file.path).to_owned();
    let site = Site::new(world, None, &host, file.folder());
    let mut scope = Scope::new(&site);
    scope.push(Rank::Play, Arc::clone(&layer));
    let mut units = Vec::new();
    for (name, value) in &layer.values {
        look(name, value, &scope, used, 0, &mut units);
    }
    for unit in &mut units {
        unit.host.clone_from(&host);
        unit.project.clone_from(&host);
        unit.default = true;
        unit.template = placeholder::is_to_fill_in(unit, world.workspace);
    }
    units
}

fn look(name: &str, value: &Datum, scope: &Scope<'_>, used: &Used, depth: usize, units: &mut Vec<Unit>) {
    if depth > DEEPEST || units.len() >= MOST {
        return;
    }
    if is_description(value) && !used.within(value.place) {
        units.extend(unit(name, value, scope));
        return;
    }
    value.entries().iter().for_each(|(name, inner)| look(&name.value, inner, scope, used, depth + 1, units));
}

/// Tells whether a map says of a container what its image is, what runs in it, and what it is given.
fn is_description(value: &Datum) -> bool {
    let has = |keys: &[&str]| keys.iter().any(|key| value.get(key).is_some_and(|value| !value.is_absent()));
    has(&["image"]) && has(&["ports", "published_ports", "volumes"]) && command(value).is_some()
}

fn command(value: &Datum) -> Option<&Datum> {
    let fits = |name: &str| COMMANDS.iter().any(|word| name == *word || (word.contains('_') && name.ends_with(word)));
    value.entries().iter().find(|(key, value)| fits(&key.value) && !value.is_absent()).map(|(_, command)| command)
}

fn unit(name: &str, value: &Datum, scope: &Scope<'_>) -> Option<Unit> {
    let mut entries = value.entries().to_vec();
    if let Some(command) = command(value).cloned() {
        entries.retain(|(key, _)| key.value != "command");
        entries.push((Spanned::new("command".to_owned(), command.place), command));
    }
    let settled = scope.settle(&Datum::map(entries, value.place));
    let named = settled.get("name").or_else(|| settled.get("container_name")).and_then(Datum::shown).cloned();
    let named = named.unwrap_or_else(|| Text::inexact(name, value.place));
    container(&settled, &named, value.place, &Shape::DOCKER)
}

#[cfg(test)]
mod tests {
    use crate::deployment::show::units;
    use insta::assert_snapshot;

    const VARIABLES: &str = "lighthouse:\n  options: { peers: 100 }\n  container:\n    name: \"{{ vc_name | default('vc') }}\"\n    image: sigp/lighthouse:latest\n    ports: ['5062:5062']\n    cmd_template: >-\n      lighthouse vc --http\n      {% if fee | default(false) %}--suggested-fee-recipient {{ fee }}{% endif %}\nimage: { image: x, ports: [] }\n";

    #[test]
    fn a_container_that_only_variables_describe_is_what_they_give_by_default() {
        assert_snapshot!(units(&[("vars/clients/lighthouse.yaml", VARIABLES)]), @r"
lighthouse/vc sigp/lighthouse:latest
  project: lighthouse
  words: lighthouse | vc | --http
  ports: * 5062 5062 tcp
  default: yes
");
    }

    #[test]
    fn what_a_task_starts_is_not_described_again() {
        let play = "- hosts: a\n  vars_files: [vars/lighthouse.yaml]\n  tasks:\n    - docker_container:\n        name: vc\n        image: '{{ lighthouse.container.image }}'\n        command: '{{ lighthouse.container.cmd_template }}'\n";
        let shown = units(&[("vars/lighthouse.yaml", VARIABLES), ("play.yml", play)]);
        assert_eq!(shown.matches("sigp/lighthouse").count(), 1, "{shown}");
        let fixture =
            units(&[("tests/fixtures/vars/lighthouse.yaml", VARIABLES), ("values/lighthouse.yaml", VARIABLES)]);
        assert_eq!(fixture, "");
    }
}
