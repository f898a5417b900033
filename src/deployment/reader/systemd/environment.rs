//! The environment of a unit: `Environment=`, and the files of `EnvironmentFile=`, which overrule it.

use super::expand::{Names, specifiers};
use super::machine::Machine;
use super::section::Sections;
use super::words;
use crate::deployment::Variable;
use crate::deployment::environment::{self, settle};
use crate::deployment::interpolate::Scope;
use crate::document::{Entry, Node, Syntax, parse_rendered};
use crate::source::{Span, Spanned, Text};
use crate::workspace::{FileKind, SourceFile};

/// Longer files are no environment.
const LONGEST: usize = 256 << 10;

/// Answers the variables of a unit, and whether it gets more that the tree does not show.
pub(super) fn environment(sections: &Sections, names: &Names, machine: &Machine<'_>) -> (Vec<Variable>, bool) {
    let mut found = Vec::new();
    let mut open = false;
    for name in sections.list("Service", "PassEnvironment").into_iter().flat_map(words::split) {
        let mut value = Text::empty(name.span());
        value.push_hole(name.value(), name.span());
        found.push(Variable { name: spanned(&name), value });
    }
    for assignment in sections.list("Service", "Environment").into_iter().flat_map(words::split) {
        let (name, value) =
            assignment.split_once('=').unwrap_or_else(|| (assignment.clone(), Text::empty(assignment.span())));
        if assignment.is_hole() {
            open = true;
        } else {
            found.push(Variable { name: spanned(&name), value: specifiers(&value, names) });
        }
    }
    for written in sections.list("Service", "EnvironmentFile") {
        let written = specifiers(&written.trim(), names);
        let path = written.known().map(|path| path.strip_prefix('-').unwrap_or(path));
        let of_file = |path: &str| match machine.text(path) {
            Some(text) => Some(of_text(text)),
            None => machine.find(path).and_then(variables),
        };
        match path.and_then(of_file) {
            Some(variables) => found.extend(variables),
            None => open = true,
        }
    }
    let mut found = settle(found);
    for name in sections.list("Service", "UnsetEnvironment").into_iter().flat_map(words::split) {
        found.retain(|variable| variable.name.value != name.value());
    }
    (found, open)
}

fn spanned(name: &Text) -> Spanned<String> {
    Spanned { value: name.value().to_owned(), span: name.span(), origin: name.origin() }
}

/// Reads an environment file, whatever its name made of it.
fn variables(file: &SourceFile) -> Option<Vec<Variable>> {
    if file.kind == FileKind::Dotenv {
        return Some(environment::variables(file, &Scope::default(), false));
    }
    let text = file.text().filter(|text| text.len() <= LONGEST)?;
    Some(of_text(&Text::literal(text, Span::new(file.id, 0, text.len() as u32))))
}

fn of_text(text: &Text) -> Vec<Variable> {
    let document = parse_rendered(text, Syntax::Dotenv);
    let entries = document.root().into_iter().flat_map(Node::entries).filter(|entry| !entry.value.is_null());
    let variable = |entry: Entry<'_>| {
        let name = Spanned::new(entry.name().to_owned(), entry.key.place());
        Some(Variable { name, value: entry.value.text()? })
    };
    entries.filter_map(variable).collect()
}
