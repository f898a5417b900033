//! `helm`: charts that a task installs in a cluster.

use super::resource::{cluster, value};
use crate::deployment::reader::ansible::datum::{Body, Datum};
use crate::deployment::reader::ansible::deed::What;
use crate::deployment::reader::ansible::task::{Frame, Task};
use crate::deployment::reader::model::Installed;
use crate::deployment::value::Value;
use crate::source::Text;

/// Installs a chart, or takes a release away.
pub(super) fn install(arguments: &Datum, _: &Task<'_>, frame: &Frame<'_>) -> Vec<What> {
    let field = |names: &[&str]| names.iter().find_map(|name| arguments.get(name).filter(|value| !value.is_absent()));
    let text = |names: &[&str]| field(names).and_then(Datum::shown).cloned();
    let word = |names: &[&str]| field(names).and_then(Datum::known).unwrap_or_default().to_owned();
    let Some(name) = text(&["name", "release_name"]) else { return Vec::new() };
    if word(&["state", "release_state"]) == "absent" {
        return vec![What::Uninstall(name)];
    }
    let Some(chart) = text(&["chart_ref"]).map(|chart| behind_holes(&chart)) else { return Vec::new() };
    let alias = chart.value().split_once('/').map_or("", |(alias, _)| alias).to_owned();
    let (context, file) = (word(&["context", "kube_context"]), word(&["kubeconfig", "kubeconfig_path"]));
    let some = |word: String| Some(word).filter(|word| !word.is_empty());
    let playbook = frame.scope.site.playbook.clone();
    let in_roles = frame.scope.roles.iter().rev().flat_map(|role| [format!("{role}/files"), role.clone()]);
    let mut installed = Installed {
        name,
        namespace: text(&["namespace", "release_namespace"]),
        repository: some(word(&["chart_repo_url"])).unwrap_or(alias),
        version: word(&["chart_version"]),
        values: Vec::new(),
        set: set(arguments),
        open: false,
        host: cluster(some(context).as_deref(), some(file).as_deref()),
        bases: in_roles.chain([playbook.clone(), format!("{playbook}/files"), String::new()]).collect(),
        folder: playbook,
        template: false,
        default: false,
        condition: None,
        chart,
    };
    let files = field(&["values_files"]).map_or(&[] as &[Datum], Datum::several);
    let own = field(&["values", "release_values"]);
    for values in files.iter().map(|file| of_file(file, frame)).chain(own.map(map)) {
        installed.open |= values.is_none();
        installed.values.extend(values);
    }
    vec![What::Install(Box::new(installed))]
}

/// What follows the last hole of a path (`{{ role_path }}/charts/vc`): the tree tells where it leads by its end.
fn behind_holes(path: &Text) -> Text {
    let last = path.segments().iter().rfind(|segment| segment.hole);
    let Some(end) = last.map(|segment| (segment.at + segment.len) as usize) else { return path.clone() };
    let start = end + path.value()[end..].bytes().take_while(|byte| *byte == b'/').count();
    if start < path.value().len() { path.slice(start..path.value().len()) } else { path.clone() }
}

fn of_file(named: &Datum, frame: &Frame<'_>) -> Option<Value> {
    let path = behind_holes(named.shown()?);
    let path = frame.scope.find(path.known()?, &["files", "templates", "vars"])?;
    let root = frame.scope.site.world.workspace.find(&path)?.document()?.root()?;
    Some(Value::of(root))
}

fn map(written: &Datum) -> Option<Value> {
    matches!(written.body, Body::Map(_)).then(|| value(written))
}

/// Single values by their dotted paths (`set_values`).
fn set(arguments: &Datum) -> Vec<(String, Text)> {
    let items = arguments.get("set_values").map_or(&[] as &[Datum], Datum::several).iter();
    let pair = |item: &Datum| {
        let (path, value) = item.get("value")?.shown()?.split_once('=')?;
        Some((path.known()?.to_owned(), value))
    };
    items.filter_map(pair).collect()
}
