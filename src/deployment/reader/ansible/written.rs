//! What tasks write to a host and start there: unit files, compose files, environment files, command lines.

use super::brought::{Brought, on_machine};
use super::deed::{Deed, What};
use super::world::World;
use crate::deployment::docker::{self, Caller};
use crate::deployment::reader::systemd::{self, Machine};
use crate::deployment::{SettingsFile, Unit, Variable, environment, normalise, shell, tree};
use crate::document::{Document, Syntax, parse_rendered};
use crate::source::{Span, Spanned, Text};
use std::collections::BTreeSet;

/// The machine that the files are written to.
pub(super) struct Machines<'a> {
    pub world: &'a World<'a>,
    pub host: &'a str,
    pub brought: &'a [Brought<'a>],
    pub deeds: &'a [Deed],
}

impl Machines<'_> {
    /// Makes units of a unit file: one, or of a template one for each instance that is started.
    pub fn service(&self, source: &str, target: &Text, content: &Text, settings: &mut Vec<SettingsFile>) -> Vec<Unit> {
        let Some(name) = target.known().map(tree::name) else { return Vec::new() };
        let stem = name.trim_end_matches(".service");
        let mut machine = Machine {
            workspace: self.world.workspace,
            host: self.host.to_owned(),
            project: self.host.to_owned(),
            folder: tree::folder(source).to_owned(),
            files: on_machine(self.brought, self.host, settings),
            written: self.written(),
        };
        machine.files.retain(|mount| mount.target.known() != target.known());
        let mut texts = vec![content.clone()];
        let drop_ins = format!("{}.d/", target.value());
        texts.extend(
            self.brought
                .iter()
                .filter(|file| file.target.starts_with(&drop_ins))
                .filter_map(|file| file.content.cloned()),
        );
        self.lay_environment(&mut texts);
        let names = if stem.ends_with('@') { self.instances(stem) } else { BTreeSet::from([stem.to_owned()]) };
        names.iter().filter_map(|name| systemd::unit(&format!("{name}.service"), &texts, &machine)).collect()
    }

    /// The texts that tasks write to the machine, by their paths.
    fn written(&self) -> Vec<(String, Text)> {
        let texts = self.brought.iter().filter_map(|file| Some((file.target.clone(), file.content?.clone())));
        texts.collect()
    }

    fn instances(&self, stem: &str) -> BTreeSet<String> {
        let named = self.deeds.iter().filter_map(|deed| match &deed.what {
            What::Serve { name, .. } => name.known().map(|name| name.trim_end_matches(".service")),
            _ => None,
        });
        let found: BTreeSet<String> =
            named.filter(|name| name.starts_with(stem) && name.len() > stem.len()).map(str::to_owned).collect();
        if found.is_empty() { BTreeSet::from([stem.to_owned()]) } else { found }
    }

    /// Puts the variables of files that are written to the host in the place of the lines that name these files.
    fn lay_environment(&self, texts: &mut Vec<Text>) {
        let mut found: Vec<Text> = Vec::new();
        for text in texts.iter_mut() {
            let mut kept = Text::empty(text.span());
            let mut at = 0;
            for line in text.value().to_owned().split_inclusive('\n') {
                let range = at..at + line.len();
                at = range.end;
                let named = line
                    .trim()
                    .strip_prefix("EnvironmentFile")
                    .map(|rest| rest.trim_start().trim_start_matches(['=', '-', ' ']));
                match named.and_then(|path| variables_of(path, self.brought)) {
                    Some(document) => found.push(as_section(&document, text.span_of(range))),
                    None => kept.append(&text.slice(range)),
                }
            }
            *text = kept;
        }
        texts.append(&mut found);
    }

    /// Makes units of the containers that a command line or a script starts.
    pub fn command(&self, words: &[Text], script: Option<&Text>, place: Span) -> Vec<Unit> {
        let mut lines: Vec<Vec<Text>> = vec![words.to_vec()];
        if let Some(script) = script.filter(|script| script.value().contains("docker")) {
            let outcome = shell::read(script, None, Vec::new(), &[], false);
            lines.extend(outcome.before);
            lines.push(outcome.words);
        }
        let folder = tree::folder(crate::source::Sources::path(self.world.workspace, place.file));
        let caller = Caller { workspace: self.world.workspace, folder, host: self.host, project: self.host, env: &[] };
        lines.iter().filter(|line| !line.is_empty()).filter_map(|line| docker::unit(line, &caller)).collect()
    }
}

/// A file of variables as a section of a unit file.
fn as_section(document: &Document, place: Span) -> Text {
    let mut section = Text::inexact("[Service]\n", place);
    for entry in document.root().into_iter().flat_map(|root| root.entries()) {
        let (Some(name), Some(value)) = (entry.key.text(), entry.value.text()) else { continue };
        if value.value().contains(['"', '\n', '\\']) {
            continue;
        }
        section.push_inexact("Environment=\"", place);
        section.append(&name);
        section.push_inexact("=", place);
        section.append(&value);
        section.push_inexact("\"\n", place);
    }
    section
}

/// The variables of a file that is written to the host.
pub(super) fn variables_of(path: &str, brought: &[Brought<'_>]) -> Option<Document> {
    let path = normalise(path)?;
    let content = brought.iter().rev().find(|file| file.target == path)?.content?;
    Some(parse_rendered(content, Syntax::Dotenv))
}

/// The variables of a file that was written to the host before.
pub(super) fn take_environment(unit: &mut Unit, path: &Text, brought: &[Brought<'_>]) {
    let Some(document) = path.known().and_then(|path| variables_of(path, brought)) else { return };
    let entries = document.root().into_iter().flat_map(|root| root.entries());
    let mut found: Vec<Variable> = entries
        .filter_map(|entry| {
            Some(Variable {
                name: Spanned::new(entry.name().to_owned(), entry.key.place()),
                value: entry.value.text()?,
            })
        })
        .collect();
    found.append(&mut unit.env);
    unit.env = environment::settle(found);
    unit.env_open = false;
}
