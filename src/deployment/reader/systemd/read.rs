//! Finds the unit files of a tree and their drop-ins.

use super::machine::Machine;
use super::section::Sections;
use super::unit::{assemble, names};
use crate::deployment::reader::model::Reading;
use crate::deployment::tree;
use crate::source::{Span, Text};
use crate::workspace::{SourceFile, Workspace};
use std::collections::BTreeMap;

/// Endings of templates that a unit file can be rendered from.
const TEMPLATES: [&str; 6] = [".j2", ".jinja2", ".tmpl", ".tpl", ".tftpl", ".template"];

/// The instances of a template have no more settings together, as long as there are no more than a few instances.
const MOST_SETTINGS: usize = 100_000;
const FEW_INSTANCES: usize = 32;

/// A unit file by the name that it is installed under.
struct UnitFile<'w> {
    name: &'w str,
    file: &'w SourceFile,
    template: bool,
}

/// Takes every unit file of the tree.
pub(in crate::deployment::reader) fn read(workspace: &Workspace, reading: &mut Reading) {
    let drop_ins = drop_ins(workspace);
    for file in workspace.written() {
        let Some(found) = unit_file(file).filter(|_| !reading.claimed.contains(&file.id)) else { continue };
        let mut sections = sections(&found);
        let stem = found.name.strip_suffix(".service").unwrap_or(found.name);
        let machine = Machine::of(workspace, &file.path, stem);
        lay(&mut sections, &drop_ins, &format!("{}/{}.d", machine.folder, found.name));
        let names = names(stem, &sections, workspace);
        // Each instance has all settings of the template.
        let most = (MOST_SETTINGS / sections.len().max(1)).max(FEW_INSTANCES);
        if names.len() > most {
            reading.cut(file, "instances");
        }
        for name in names.into_iter().take(most) {
            let mut own = sections.clone();
            if stem.ends_with('@') {
                lay(&mut own, &drop_ins, &format!("{}/{name}.service.d", machine.folder));
            }
            let unit = assemble(&name, &own, &machine);
            reading
                .inventory
                .units
                .extend(unit.map(|unit| crate::deployment::Unit { template: unit.template || found.template, ..unit }));
        }
        reading.claimed.insert(file.id);
    }
    reading.claimed.extend(drop_ins.values().flatten().map(|file| file.id));
}

fn unit_file(file: &SourceFile) -> Option<UnitFile<'_>> {
    let name = file.name();
    let rendered = TEMPLATES.iter().find_map(|ending| name.strip_suffix(ending));
    let bare = rendered.unwrap_or(name);
    let text = file.text()?;
    (bare.ends_with(".service") && text.contains("[Service]")).then_some(UnitFile {
        name: bare,
        file,
        template: rendered.is_some(),
    })
}

fn sections(found: &UnitFile<'_>) -> Sections {
    let mut sections = Sections::default();
    match (found.template, found.file.document(), found.file.text()) {
        (false, Some(document), _) => sections.lay(document),
        (_, _, Some(text)) => {
            let whole = Text::literal(text, Span::new(found.file.id, 0, text.len() as u32));
            return Sections::of_texts(&[if found.template { with_holes(&whole) } else { whole }]);
        }
        _ => {}
    }
    sections
}

/// Files `<unit>.service.d/*.conf`, by their folder, in the order in which systemd reads them.
fn drop_ins(workspace: &Workspace) -> BTreeMap<&str, Vec<&SourceFile>> {
    let mut folders: BTreeMap<&str, Vec<&SourceFile>> = BTreeMap::new();
    for file in workspace.written().filter(|file| file.name().ends_with(".conf")) {
        let folder = file.folder();
        if tree::name(folder).ends_with(".service.d") {
            folders.entry(folder).or_default().push(file);
        }
    }
    folders
}

fn lay(sections: &mut Sections, drop_ins: &BTreeMap<&str, Vec<&SourceFile>>, folder: &str) {
    for file in drop_ins.get(folder.trim_start_matches('/')).into_iter().flatten() {
        match (file.document(), file.text()) {
            (Some(document), _) => sections.lay(document),
            (None, Some(text)) => {
                let text = Text::literal(text, Span::new(file.id, 0, text.len() as u32));
                sections.lay(&crate::document::parse_rendered(&text, crate::document::Syntax::Ini));
            }
            (None, None) => {}
        }
    }
}

/// Makes holes of what a template leaves open: `{{ x }}`; statements and remarks go, each with the end of its line, as Ansible
/// renders them: a command goes on over them.
fn with_holes(text: &Text) -> Text {
    let value = text.value();
    let mut open = Text::empty(text.span());
    let mut from = 0;
    while let Some(at) = value.get(from..).and_then(|rest| rest.find('{')).map(|at| from + at) {
        let close = match value.get(at..at + 2) {
            Some("{{") => "}}",
            Some("{%") => "%}",
            Some("{#") => "#}",
            _ => {
                open.append(&text.slice(from..at + 1));
                from = at + 1;
                continue;
            }
        };
        let Some(end) = value.get(at..).and_then(|rest| rest.find(close)).map(|length| at + length + 2) else { break };
        open.append(&text.slice(from..at));
        from = end;
        if close == "}}" {
            open.push_hole(&value[at..end], text.span_of(at..end));
        } else if let Some(line) = ["\n", "\r\n"].iter().find(|line| value[end..].starts_with(**line)) {
            from += line.len();
        }
    }
    open.append(&text.slice(from..value.len()));
    open
}
