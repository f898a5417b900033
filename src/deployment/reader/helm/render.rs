//! Renders a release and hands what comes out to the reader of Kubernetes.

use super::assemble::{Assembly, Body, Instance, words};
use super::chart::Charts;
use super::model::{Chart, Patch, Release};
use crate::deployment::placeholder::is_to_fill_in;
use crate::deployment::reader::kubernetes;
use crate::deployment::reader::kustomize;
use crate::deployment::reader::model::Reading;
use crate::deployment::template::{Datum, Definition, Machine, Map, Placing, Slot, Sort, parse, settle};
use crate::deployment::{Open, Unreadable, tree};
use crate::document::{Document, Syntax, parse_rendered};
use crate::source::{FileId, Sources, Span, Text};
use crate::workspace::{SourceFile, Workspace};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Files of a chart that its templates may read.
const MOST_FILES: usize = 200;
/// Templates of this length are none.
const LONGEST: usize = 512 << 10;

/// Templates that were read, by their files: the definitions in each, itself last.
type Library = BTreeMap<FileId, Vec<(String, Rc<Definition>)>>;

/// Renders releases of the charts of a tree.
pub(super) struct Renderer<'c, 'w> {
    pub charts: &'c Charts<'w>,
    pub workspace: &'w Workspace,
    pub library: Library,
    /// Charts of the tree that some release runs.
    pub deployed: BTreeSet<&'w str>,
}

/// A template that makes resources.
struct Template {
    instance: usize,
    name: String,
    base: String,
    definition: Rc<Definition>,
}

/// What a template came to.
struct Outcome {
    /// The chart and the template.
    id: (usize, String),
    document: Document,
    doubtful: bool,
    exhausted: bool,
    place: Span,
}

impl<'c, 'w> Renderer<'c, 'w> {
    /// Renders a release and adds its units to the inventory.
    pub fn deploy(&mut self, body: Body<'c, 'w>, release: &Release, reading: &mut Reading) {
        if reading.room() == 0 {
            return;
        }
        let outcomes = self.outcomes(body, release, false);
        let broken = outcomes.iter().any(|outcome| !outcome.document.problems().is_empty());
        // What does not come to YAML is read again with holes for all values.
        let blind = if broken { self.outcomes(body, release, true) } else { Vec::new() };
        let mut objects = Vec::new();
        let mut doubtful: BTreeSet<FileId> = BTreeSet::new();
        for outcome in outcomes {
            let problem = outcome.document.problems().first().cloned();
            let masked = blind.iter().find(|masked| masked.id == outcome.id && masked.document.problems().is_empty());
            let chosen = if problem.is_some() { masked.unwrap_or(&outcome) } else { &outcome };
            let failed = problem.filter(|_| masked.is_none());
            let failed =
                failed.map(|problem| format!("the chart's template does not come to YAML: {}", problem.message));
            let endless = outcome.exhausted.then(|| "the chart's template makes more than anybody deploys".to_owned());
            if let Some(why) = endless.or(failed) {
                let fixture = tree::is_fixture(&self.workspace.file(outcome.place.file).path);
                reading.inventory.unreadable.push(Unreadable { span: outcome.place, why, fixture });
            }
            if chosen.doubtful || release.open {
                doubtful.insert(outcome.place.file);
            }
            objects.extend(kubernetes::of_document(&chosen.document).into_iter().filter(|object| !is_test(object)));
        }
        for patch in &release.patches {
            match patch {
                Patch::One { patch, target } => _ = kustomize::lay(patch, target.as_ref(), &mut objects),
                Patch::Kustomization(value) => {
                    kustomize::change(value, &release.project, &mut objects, self.workspace);
                }
            }
        }
        let from = reading.inventory.units.len();
        let applied = kubernetes::Release {
            host: release.host.clone(),
            project: release.project.clone(),
            namespace: release.namespace.as_ref().map(|namespace| namespace.value().to_owned()),
            template: release.template,
            default: release.default,
            open: release.open,
            ..kubernetes::Release::default()
        };
        kubernetes::deploy(&objects, &applied, self.workspace, reading);
        for unit in reading.inventory.units.iter_mut().skip(from) {
            // The folder of a chart's templates says nothing about whether it is deployed.
            let files = std::mem::take(&mut unit.files);
            unit.template = release.template || is_to_fill_in(unit, self.workspace);
            unit.files = files;
            unit.condition = release.condition.clone().or(unit.condition.take());
            if release.open || unit.files.iter().any(|file| doubtful.contains(file)) {
                unit.command.open.get_or_insert(Open::Script("the chart".into()));
            }
        }
    }

    /// Renders every template of a release; `blind` knows no values.
    fn outcomes(&mut self, body: Body<'c, 'w>, release: &Release, blind: bool) -> Vec<Outcome> {
        let mut machine = Machine::new();
        machine.waits = release.default;
        let mut assembly =
            Assembly { charts: self.charts, workspace: self.workspace, machine: &mut machine, instances: Vec::new() };
        let user = assembly.user_values(release);
        let name = match body {
            Body::Tree(chart) => chart.name.value().to_owned(),
            Body::Known(known, ..) => known.name().to_owned(),
        };
        assembly.add(body, &user, name, 0);
        let instances = assembly.instances;
        if !release.default {
            let trees = instances.iter().filter_map(|instance| match instance.body {
                Body::Tree(chart) => Some(chart.folder),
                Body::Known(..) => None,
            });
            self.deployed.extend(trees);
        }
        let mut templates = Vec::new();
        let mut roots = Vec::new();
        for (at, instance) in instances.iter().enumerate() {
            roots.push(self.root(&mut machine, instance, release, blind));
            self.define(&mut machine, at, instance, &mut templates);
        }
        templates
            .iter()
            .filter_map(|template| self.outcome(&mut machine, template, roots.get(template.instance)?))
            .collect()
    }

    /// Lets the machine know the templates of a chart, and notes those that make resources.
    fn define(&mut self, machine: &mut Machine, at: usize, instance: &Instance<'c, 'w>, templates: &mut Vec<Template>) {
        let base = format!("{}/templates", instance.path);
        let chart = match instance.body {
            Body::Tree(chart) => chart,
            Body::Known(known, place, _) => {
                let mut definitions = known.template(place);
                let body = definitions.pop();
                machine.define(&definitions);
                let template =
                    |(_, definition)| Template { instance: at, name: base.clone(), base: base.clone(), definition };
                return templates.extend(body.map(template));
            }
        };
        for file in &chart.templates {
            machine.templates.insert(file.id);
            let Some(mut definitions) = self.definitions(file) else { continue };
            let Some((_, body)) = definitions.pop() else { continue };
            let below = file.path.get(chart.folder.len()..).unwrap_or_default().trim_start_matches('/');
            let name = format!("{}/{below}", instance.path);
            definitions.push((name.clone(), Rc::clone(&body)));
            machine.define(&definitions);
            let makes =
                !file.name().starts_with('_') && (file.name().ends_with(".yaml") || file.name().ends_with(".yml"));
            if makes && !chart.library {
                templates.push(Template { instance: at, name, base: base.clone(), definition: body });
            }
        }
    }

    fn definitions(&mut self, file: &SourceFile) -> Option<Vec<(String, Rc<Definition>)>> {
        if let Some(known) = self.library.get(&file.id) {
            return Some(known.clone());
        }
        let text = file.text().filter(|text| text.len() <= LONGEST)?;
        let source = Text::literal(text, Span::new(file.id, 0, text.len() as u32));
        let read = parse("", Rc::new(source), Placing::Action);
        self.library.insert(file.id, read.clone());
        Some(read)
    }

    fn outcome(&self, machine: &mut Machine, template: &Template, root: &Datum) -> Option<Outcome> {
        let place = template.definition.source.span();
        let entries =
            [("Name", Text::inexact(&template.name, place)), ("BasePath", Text::inexact(&template.base, place))];
        let about = words(machine, &entries, place);
        machine.heap.set(root, "Template", place, about);
        let rendered = machine.render(&template.definition, root);
        if rendered.text.value().trim().is_empty() {
            return None;
        }
        let (text, lost) = settle(&rendered.text);
        let document = parse_rendered(&text, Syntax::Yaml);
        let doubtful = rendered.doubtful || rendered.exhausted || lost;
        let id = (template.instance, template.name.clone());
        let exhausted = rendered.exhausted;
        Some(Outcome { id, document, doubtful, exhausted, place: Span { end: place.start, ..place } })
    }

    /// Makes what a chart's templates see.
    fn root(&self, machine: &mut Machine, instance: &Instance<'_, '_>, release: &Release, blind: bool) -> Datum {
        let place = release.place;
        let (chart, files) = match instance.body {
            Body::Tree(chart) => (about(machine, chart), self.files(machine, chart)),
            Body::Known(known, place, older) => {
                let about = words(
                    machine,
                    &[("Name", Text::inexact(known.name(), place)), ("Version", Text::inexact("0.0.0", place))],
                    place,
                );
                let older =
                    Datum::Scalar(Sort::Truth, Rc::new(Text::inexact(if older { "true" } else { "false" }, place)));
                machine.heap.set(&about, "Older", place, older);
                (about, machine.files.clone())
            }
        };
        let namespace = release.namespace.clone().unwrap_or_else(|| Text::inexact("default", place));
        let entries =
            [("Name", release.name.clone()), ("Namespace", namespace), ("Service", Text::inexact("Helm", place))];
        let about_release = words(machine, &entries, place);
        for (key, sort, text) in
            [("IsInstall", Sort::Truth, "true"), ("IsUpgrade", Sort::Truth, "false"), ("Revision", Sort::Integer, "1")]
        {
            machine.heap.set(&about_release, key, place, Datum::Scalar(sort, Rc::new(Text::inexact(text, place))));
        }
        let values = if blind { hole(place) } else { instance.values.clone() };
        let capabilities = capabilities(machine, place);
        let entries = [
            ("Values", values),
            ("Chart", chart),
            ("Release", about_release),
            ("Files", files),
            ("Capabilities", capabilities),
        ];
        let map: Map = entries.into_iter().map(|(key, value)| (key.to_owned(), Slot { key: place, value })).collect();
        machine.heap.map(map)
    }

    /// Takes the files of a chart that its templates can read.
    fn files(&self, machine: &mut Machine, chart: &Chart<'_>) -> Datum {
        let reads = |file: &&SourceFile| file.text().is_some_and(|text| text.contains(".Files"));
        if !chart.templates.iter().any(reads) {
            return machine.files.clone();
        }
        let mut map = Map::new();
        for file in self.workspace.under(chart.folder) {
            let below = file.path.get(chart.folder.len()..).unwrap_or_default().trim_start_matches('/');
            let other = ["templates/", "charts/", "values.y", "Chart.y"].iter().any(|start| below.starts_with(start));
            if other || map.len() >= MOST_FILES {
                continue;
            }
            let Some(text) = self.workspace.text(file.id).filter(|text| text.len() <= LONGEST) else { continue };
            let place = Span::new(file.id, 0, text.len() as u32);
            let value = Datum::Scalar(Sort::Word, Rc::new(Text::literal(&text, place)));
            // What a file says stands in that file, as what a template says in the template.
            machine.templates.insert(file.id);
            map.insert(below.to_owned(), Slot { key: place, value });
        }
        machine.heap.map(map)
    }
}

/// Resources that only run to test a release are none of it.
fn is_test(object: &kubernetes::Object) -> bool {
    let hook = object.value.path(&["metadata", "annotations"]).and_then(|all| all.text_of("helm.sh/hook"));
    hook.is_some_and(|hook| hook.value().starts_with("test"))
}

fn about(machine: &mut Machine, chart: &Chart<'_>) -> Datum {
    let place = chart.name.span();
    let mut entries = vec![("Name", chart.name.clone())];
    entries.extend(chart.version.clone().map(|version| ("Version", version)));
    entries.extend(chart.app_version.clone().map(|version| ("AppVersion", version)));
    words(machine, &entries, place)
}

/// A cluster of today.
fn capabilities(machine: &mut Machine, place: Span) -> Datum {
    let version = [
        ("Version", Text::inexact("v1.33.0", place)),
        ("GitVersion", Text::inexact("v1.33.0", place)),
        ("Major", Text::inexact("1", place)),
        ("Minor", Text::inexact("33", place)),
    ];
    let version = words(machine, &version, place);
    let interfaces = machine.heap.map(Map::new());
    let helm = words(machine, &[("Version", Text::inexact("v3.18.0", place))], place);
    let entries = [("KubeVersion", version), ("APIVersions", interfaces), ("HelmVersion", helm)];
    let map: Map = entries.into_iter().map(|(key, value)| (key.to_owned(), Slot { key: place, value })).collect();
    machine.heap.map(map)
}

fn hole(place: Span) -> Datum {
    let mut text = Text::empty(place);
    text.push_hole("{{ .Values }}", place);
    Datum::Hole(Rc::new(text))
}
