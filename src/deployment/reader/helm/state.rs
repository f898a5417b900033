//! The state of a helmfile: an environment and its values, for which the file and the values of its releases are rendered.

use super::assemble::is_quoted;
use super::model::{Layer, Release};
use super::resource::{embedded, of_file};
use crate::deployment::template::{Datum, Machine, Map, Placing, Slot, Sort, parse, settle};
use crate::deployment::tree;
use crate::deployment::value::{Body, Value};
use crate::document::{Syntax, parse_rendered};
use crate::source::{Span, Text};
use crate::workspace::{SourceFile, Workspace};
use std::rc::Rc;

/// An environment, and the values of its state.
#[derive(Clone)]
pub(super) struct State<'w> {
    pub environment: String,
    pub layers: Vec<Layer>,
    pub workspace: &'w Workspace,
}

impl<'w> State<'w> {
    /// Starts without values.
    pub fn new(environment: &str, workspace: &'w Workspace) -> Self {
        Self { environment: environment.to_owned(), layers: Vec::new(), workspace }
    }

    /// Renders a helmfile and answers its documents.
    pub fn documents(&self, file: &SourceFile) -> Vec<Value> {
        let Some(text) = file.text() else { return Vec::new() };
        let (text, _) = settle(&self.rendered(&whole(file, text), None));
        parse_rendered(&text, Syntax::Yaml).roots().map(Value::of).collect()
    }

    /// Answers the values of an entry: a map, or the path of a file, which may be a template.
    pub fn values(&self, item: &Value, folder: &str, release: Option<&Release>) -> Option<Layer> {
        if matches!(item.body, Body::Map(_)) {
            return Some(Layer::Values(item.clone()));
        }
        let written = item.text().map(|text| self.filled(text, release))?;
        let path = tree::join(folder, written.known()?)?;
        if !path.ends_with(".gotmpl") {
            return of_file(self.workspace, &path);
        }
        let found = self.workspace.find(&path)?;
        embedded(&settle(&self.rendered(&whole(found, found.text()?), release)).0)
    }

    /// Fills in what a text of the helmfile leaves to be rendered for each release.
    pub fn filled(&self, text: &Text, release: Option<&Release>) -> Text {
        match text.known().is_some_and(|text| text.contains("{{")) {
            true => self.rendered(&Rc::new(text.clone()), release),
            false => text.clone(),
        }
    }

    /// Lays values over those of the state.
    pub fn extend(&mut self, items: &[Value], folder: &str) {
        for item in items {
            let layer = self.values(item, folder, None);
            self.layers.extend(layer);
        }
    }

    /// Renders a text. A value that the state does not have is one that is given from outside: a hole.
    fn rendered(&self, source: &Rc<Text>, release: Option<&Release>) -> Text {
        if !source.value().contains("{{") {
            return (**source).clone();
        }
        let mut machine = Machine::new();
        machine.waits = true;
        machine.templates.insert(source.file());
        let values = machine.heap.map(Map::new());
        for layer in &self.layers {
            if let Layer::Values(value) = layer {
                let over = machine.heap.take(value, &|span| is_quoted(self.workspace, span));
                machine.heap.overlay(&values, &over);
            }
        }
        let place = Span { end: source.span().start, ..source.span() };
        let environment = about(&mut machine, &[("Name", Some(&Text::inexact(&self.environment, place)))], place);
        let named = |text: fn(&Release) -> Option<&Text>| release.and_then(text);
        let entries = [
            ("Name", named(|release| Some(&release.name))),
            ("Namespace", named(|release| release.namespace.as_ref())),
            ("Chart", named(|release| Some(&release.chart))),
        ];
        let of_release = about(&mut machine, &entries, place);
        let entries = [
            ("Environment", environment),
            ("Release", of_release),
            ("Values", values.clone()),
            ("StateValues", values),
        ];
        let slot = |value| Slot { key: place, value };
        let root: Map = entries.into_iter().map(|(key, value)| (key.to_owned(), slot(value))).collect();
        let root = machine.heap.map(root);
        let definitions = parse("", Rc::clone(source), Placing::Action);
        machine.define(&definitions);
        match definitions.last() {
            Some((_, body)) => machine.render(body, &root).text,
            None => (**source).clone(),
        }
    }
}

fn whole(file: &SourceFile, text: &str) -> Rc<Text> {
    Rc::new(Text::literal(text, Span::new(file.id, 0, text.len() as u32)))
}

fn about(machine: &mut Machine, entries: &[(&str, Option<&Text>)], place: Span) -> Datum {
    let said = entries.iter().filter_map(|(key, text)| Some(((*key).to_owned(), (*text)?.clone())));
    let slots = said.map(|(key, text)| (key, Slot { key: place, value: Datum::Scalar(Sort::Word, Rc::new(text)) }));
    let map: Map = slots.collect();
    machine.heap.map(map)
}
