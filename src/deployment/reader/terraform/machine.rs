//! Virtual machines: what their user data and provisioners set up on them.

use super::field::{count, multiply, rollout};
use super::read::Ground;
use crate::deployment::hcl::Block;
use crate::deployment::reader::cloud_init;
use crate::deployment::reader::model::Reading;
use crate::deployment::reader::script::{Script, take};
use crate::deployment::reader::systemd::Machine;
use crate::deployment::shell;
use crate::deployment::value::Value;
use crate::deployment::{Mount, MountSource, Rollout, tree};
use crate::document::{Syntax, parse_rendered};
use crate::source::{Sources, Spanned, Text};

/// Attributes whose value a new machine runs.
const DATA: [&str; 6] =
    ["user_data", "user_data_base64", "custom_data", "metadata_startup_script", "user_data_raw", "startup_script"];
/// Entries of `metadata` that do.
const METADATA: [&str; 3] = ["user-data", "user_data", "startup-script"];

/// Takes the units of every machine, of a template of machines once for each group that starts it.
pub(super) fn read(ground: &Ground<'_>, reading: &mut Reading) {
    for block in ground.makers() {
        let texts = texts(block, ground);
        if texts.is_empty() && provisioners(block).next().is_none() {
            continue;
        }
        let before = reading.inventory.units.len();
        set_up(block, &texts, ground, reading);
        let groups: Vec<&Block> = ground.resources().filter(|group| starts(group, block, ground)).collect();
        let how_many = ["count", "for_each"].iter().find_map(|name| count(block, name, ground.scope));
        let desired = groups.iter().find_map(|group| {
            ["desired_capacity", "instance_count", "target_size", "min_size"]
                .iter()
                .find_map(|name| count(group, name, ground.scope))
        });
        let replaced: Option<Spanned<Rollout>> = rollout(block, ground.scope).filter(|_| groups.is_empty());
        for unit in reading.inventory.units.iter_mut().skip(before) {
            multiply(unit, desired.clone().or_else(|| how_many.clone()));
            unit.rollout = replaced.clone().or(unit.rollout.take());
        }
    }
}

/// Tells whether a group starts machines of a template.
fn starts(group: &Block, template: &Block, ground: &Ground<'_>) -> bool {
    if !["group", "fleet"].iter().any(|word| group.label(0).contains(word)) {
        return false;
    }
    let wanted = format!("{}.{}.", template.label(0), template.label(1));
    let named = group.body.attributes.iter().chain(group.body.blocks.iter().flat_map(|block| &block.body.attributes));
    named
        .into_iter()
        .any(|one| ground.scope.value(&one.value).text().is_some_and(|text| text.value().contains(&wanted)))
}

fn texts(block: &Block, ground: &Ground<'_>) -> Vec<Text> {
    let mut values: Vec<Value> =
        DATA.iter().filter_map(|name| block.body.get(name)).map(|value| ground.scope.value(value)).collect();
    if let Some(metadata) = block.body.get("metadata").map(|value| ground.scope.value(value)) {
        values.extend(METADATA.iter().filter_map(|name| metadata.get(name).cloned()));
    }
    values.iter().flat_map(|value| value.list().to_vec()).filter_map(|value| value.text().cloned()).collect()
}

fn provisioners(block: &Block) -> impl Iterator<Item = &Block> {
    block.body.all("provisioner")
}

fn set_up(block: &Block, texts: &[Text], ground: &Ground<'_>, reading: &mut Reading) {
    let path = ground.workspace.path(block.place.file).to_owned();
    let name = block.labels.last().map_or("", |label| &label.value);
    let mut machine = Machine::of(ground.workspace, &path, name);
    machine.host = ground.host_of(name);
    machine.project = format!("{}#{name}", ground.module.folder);
    for file in provisioners(block).filter(|one| one.label(0) == "file") {
        machine.files.extend(copied(file, ground));
    }
    let script = Script { path: &path, name, catalogue: ground.catalogue };
    for text in texts {
        run(text, &script, &machine, ground, reading);
    }
    for remote in provisioners(block).filter(|one| one.label(0) == "remote-exec") {
        let lines = super::field::texts(remote, "inline", ground.scope);
        let mut whole: Option<Text> = None;
        for line in &lines {
            let whole = whole.get_or_insert_with(|| Text::empty(line.span()));
            whole.append(line);
            whole.push_inexact("\n", line.span());
        }
        let named = super::field::text(remote, "script", ground.scope);
        let file = named.and_then(|path| (ground.scope.file)(path.known()?));
        for text in whole.iter().chain(&file) {
            run(text, &script, &machine, ground, reading);
        }
    }
}

/// A file that a provisioner copies to the machine.
fn copied(block: &Block, ground: &Ground<'_>) -> Option<Mount> {
    let source = super::field::text(block, "source", ground.scope)?;
    let target = super::field::text(block, "destination", ground.scope)?;
    let path = tree::join(&ground.module.folder, source.known()?.trim_start_matches("./"))?;
    Some(Mount::new(MountSource::Tree(path), target, source.span()))
}

fn run(text: &Text, script: &Script<'_>, machine: &Machine<'_>, ground: &Ground<'_>, reading: &mut Reading) {
    if text.value().trim_start().starts_with("#cloud-config") {
        let document = parse_rendered(text, Syntax::Yaml);
        if let Some(root) = document.root() {
            cloud_init::set_up(root, script, machine, reading);
        }
        return;
    }
    let sources = |path: &str| {
        let beside =
            tree::join(&ground.module.folder, path.trim_start_matches("./")).filter(|_| !path.starts_with('/'));
        let file = beside.and_then(|path| ground.workspace.find(&path)).or_else(|| machine.find(path))?;
        let text = file.text()?;
        Some(Text::literal(text, crate::source::Span::new(file.id, 0, text.len() as u32)))
    };
    take(&shell::launch(text, &sources, shell::MOST_STEPS), script, machine, reading);
}
