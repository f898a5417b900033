//! Puts a release together: the chart, those that it brings along, and the values that each of them sees.

use super::chart::{self, Charts};
use super::known::{self, Known};
use super::model::{Chart, Dependency, Layer, Release};
use crate::deployment::template::{Datum, Machine, Map, Slot, Sort, sort};
use crate::document::Node;
use crate::source::{Span, Text};
use crate::workspace::Workspace;
use std::rc::Rc;

/// Charts bring charts along no deeper, and no more of them.
const DEEPEST: usize = 8;
const MOST: usize = 64;

/// What is installed: a chart of the tree, or one that is known.
#[derive(Clone, Copy)]
pub(super) enum Body<'c, 'w> {
    /// Of the tree.
    Tree(&'c Chart<'w>),
    /// Known by its name; where it is named, and whether that is an older version than the one that is known.
    Known(&'static Known, Span, bool),
}

/// A chart with the values that it sees.
pub(super) struct Instance<'c, 'w> {
    pub body: Body<'c, 'w>,
    /// What its templates are called after: `parent/charts/name`.
    pub path: String,
    pub values: Datum,
}

/// Puts releases together.
pub(super) struct Assembly<'m, 'c, 'w> {
    pub charts: &'c Charts<'w>,
    pub workspace: &'w Workspace,
    pub machine: &'m mut Machine,
    /// Charts in the order in which their templates are defined: inner ones first.
    pub instances: Vec<Instance<'c, 'w>>,
}

impl<'c, 'w> Assembly<'_, 'c, 'w> {
    /// Takes the values of a release together, the deciding ones last.
    pub fn user_values(&mut self, release: &Release) -> Datum {
        let values = self.machine.heap.map(Map::new());
        let quoted = |span: Span| is_quoted(self.workspace, span);
        for layer in &release.layers {
            match layer {
                Layer::Values(value) => {
                    let over = self.machine.heap.take(value, &quoted);
                    self.machine.heap.overlay(&values, &over);
                }
                Layer::Set(path, text, word) => {
                    let sort = if *word { Sort::Word } else { sort(text.value()) };
                    set(self.machine, &values, path, text, sort);
                }
            }
        }
        values
    }

    /// Adds a chart with its values, and those that it brings along.
    pub fn add(&mut self, body: Body<'c, 'w>, user: &Datum, path: String, depth: usize) -> Datum {
        let values = match body {
            Body::Tree(chart) => {
                let root = chart.values.and_then(|file| file.document()?.root());
                match root.map(|root: Node<'_>| self.machine.heap.load(root)) {
                    Some(values @ Datum::Map(_)) => values,
                    _ => self.machine.heap.map(Map::new()),
                }
            }
            Body::Known(known, place, _) => known.defaults(self.machine, place),
        };
        self.machine.heap.overlay(&values, user);
        if !matches!(self.machine.heap.get(&values, "global"), Some(Datum::Map(_))) {
            let global = self.machine.heap.map(Map::new());
            self.machine.heap.set(&values, "global", place_of(body), global);
        }
        if depth < DEEPEST {
            match body {
                Body::Tree(chart) => self.add_dependencies(chart, &values, &path, depth),
                Body::Known(known, place, _) => {
                    for (dependency, condition) in known.dependencies() {
                        let dependency = Dependency {
                            name: Text::inexact(dependency, place),
                            alias: None,
                            conditions: vec![condition.to_owned()],
                            repository: known.repository().to_owned(),
                            version: String::new(),
                        };
                        self.add_dependency(None, &dependency, &values, &path, depth);
                    }
                }
            }
        }
        if self.instances.len() < MOST {
            self.instances.push(Instance { body, path, values: values.clone() });
        }
        values
    }

    fn add_dependencies(&mut self, chart: &'c Chart<'w>, values: &Datum, path: &str, depth: usize) {
        for dependency in &chart.dependencies {
            self.add_dependency(Some(chart), dependency, values, path, depth);
        }
        for inner in chart::inside(self.charts, chart) {
            let named = chart.dependencies.iter().any(|known| known.name.value() == inner.name.value());
            if !named {
                self.add_below(Body::Tree(inner), &inner.name, values, path, depth);
            }
        }
    }

    fn add_dependency(
        &mut self,
        chart: Option<&'c Chart<'w>>,
        dependency: &Dependency,
        values: &Datum,
        path: &str,
        depth: usize,
    ) {
        let machine = &self.machine;
        let conditions = dependency.conditions.iter();
        let mut decided = conditions.filter_map(|condition| {
            let keys: Vec<&str> = condition.split('.').collect();
            machine.heap.truth(machine.heap.path(values, &keys)?)
        });
        if decided.next() == Some(false) {
            return;
        }
        let in_tree = chart.and_then(|chart| chart::dependency(self.charts, chart, dependency));
        let place = dependency.name.span();
        let known = || known::find(dependency.name.value(), &dependency.repository);
        let body = |known: &'static Known| Body::Known(known, place, known.is_older(&dependency.version));
        let body = in_tree.map(Body::Tree).or_else(|| known().map(body));
        if let Some(body) = body {
            self.add_below(body, dependency.key(), values, path, depth);
        }
    }

    /// Adds a chart that sees what stands under its name in the values of the outer one, and what is global.
    fn add_below(&mut self, body: Body<'c, 'w>, key: &Text, outer: &Datum, path: &str, depth: usize) {
        if self.instances.len() >= MOST {
            return;
        }
        let heap = &mut self.machine.heap;
        let own = heap.get(outer, key.value()).cloned();
        let user = match own {
            Some(own @ Datum::Map(_)) => heap.copy(&own),
            _ => heap.map(Map::new()),
        };
        if let Some(global) = heap.get(outer, "global").cloned() {
            let global = heap.copy(&global);
            match heap.get(&user, "global").cloned() {
                Some(known @ Datum::Map(_)) => heap.overlay(&known, &global),
                _ => heap.set(&user, "global", key.span(), global),
            }
        }
        let values = self.add(body, &user, format!("{path}/charts/{}", key.value()), depth + 1);
        self.machine.heap.set(outer, key.value(), key.span(), values);
    }
}

fn place_of(body: Body<'_, '_>) -> Span {
    match body {
        Body::Tree(chart) => chart.name.span(),
        Body::Known(_, place, _) => place,
    }
}

/// Sets one value by its dotted path; `a[0].b` names an item.
fn set(machine: &mut Machine, values: &Datum, path: &str, text: &Text, sort: Sort) {
    let value =
        if text.is_hole() { Datum::Hole(Rc::new(text.clone())) } else { Datum::Scalar(sort, Rc::new(text.clone())) };
    let mut parts = path.split('.').take(32).peekable();
    let mut map = values.clone();
    while let Some(part) = parts.next() {
        // Items of lists that are set one by one are left as they are.
        if part.contains('[') {
            return;
        }
        if parts.peek().is_none() {
            machine.heap.set(&map, part, text.span(), value);
            return;
        }
        map = match machine.heap.get(&map, part).cloned() {
            Some(inner @ Datum::Map(_)) => inner,
            _ => {
                let inner = machine.heap.map(Map::new());
                machine.heap.set(&map, part, text.span(), inner.clone());
                inner
            }
        };
    }
}

/// Tells whether a scalar stands in quotes.
pub(super) fn is_quoted(workspace: &Workspace, span: Span) -> bool {
    let text = workspace.file(span.file).text();
    let before = span.start.checked_sub(1).and_then(|at| text?.as_bytes().get(at as usize).copied());
    matches!(before, Some(b'"' | b'\''))
}

/// Makes a map of words, each at its place.
pub(super) fn words(machine: &mut Machine, entries: &[(&str, Text)], place: Span) -> Datum {
    let map: Map = entries
        .iter()
        .map(|(key, text)| {
            ((*key).to_owned(), Slot { key: place, value: Datum::Scalar(Sort::Word, Rc::new(text.clone())) })
        })
        .collect();
    machine.heap.map(map)
}
