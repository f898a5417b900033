//! The resources of a release, found by kind, namespace and name; and selected by labels.

use super::entries::Entries;
use super::exposure::{Policies, Routes};
use super::model::{Object, Release};
use super::scale::Scalers;
use super::service::{self, Services};
use crate::deployment::value::Value;
use crate::source::Text;
use std::collections::BTreeMap;

/// Everything that is applied together.
pub(super) struct Cluster<'o> {
    pub release: &'o Release,
    pub objects: &'o [Object],
    kinds: BTreeMap<&'o str, Vec<&'o Object>>,
    names: BTreeMap<(&'o str, &'o str), Vec<&'o Object>>,
    /// What leads to its Services.
    pub routes: Routes<'o>,
    /// Its Services, by the pods that they select.
    pub services: Services<'o>,
    /// Its policies, by the pods that they are for.
    pub policies: Policies<'o>,
    /// What scales its workloads.
    pub scalers: Scalers<'o>,
    /// The ConfigMaps and Secrets that were looked into.
    pub data: Entries,
}

impl<'o> Cluster<'o> {
    pub fn new(objects: &'o [Object], release: &'o Release) -> Self {
        let mut kinds: BTreeMap<&str, Vec<&Object>> = BTreeMap::new();
        let mut names: BTreeMap<(&str, &str), Vec<&Object>> = BTreeMap::new();
        for object in objects {
            kinds.entry(&object.kind.value).or_default().push(object);
            for name in std::iter::once(&object.name.value).chain(&object.former) {
                names.entry((&object.kind.value, name)).or_default().push(object);
            }
        }
        let namespace = |object: &'o Object| namespace(object, release);
        let routes = Routes::of(&kinds);
        let services = service::services(&kinds, namespace);
        let policies = Policies::of(&kinds, namespace);
        let scalers = Scalers::of(&kinds, namespace);
        let data = Entries::of(objects);
        Self { release, objects, kinds, names, routes, services, policies, scalers, data }
    }

    /// Answers the namespace of a resource; empty if nobody says.
    pub fn namespace<'a>(&'a self, object: &'a Object) -> &'a str {
        namespace(object, self.release)
    }

    /// Answers the resources of a kind.
    pub fn of_kind(&self, kind: &str) -> &[&'o Object] {
        self.kinds.get(kind).map_or(&[], Vec::as_slice)
    }

    /// Answers a resource by kind, namespace and name. One that names no namespace can be meant from any.
    pub fn find(&self, kind: &str, namespace: &str, name: &str) -> Option<&'o Object> {
        let named = self.names.get(&(kind, name))?;
        let same = |object: &&&Object| self.namespace(object) == namespace;
        let loose = |object: &&&Object| self.namespace(object).is_empty() || namespace.is_empty();
        named.iter().find(same).or_else(|| named.iter().find(loose)).copied()
    }
}

fn namespace<'a>(object: &'a Object, release: &'a Release) -> &'a str {
    object.namespace.as_deref().or(release.namespace.as_deref()).unwrap_or_default()
}

/// The labels of a pod or another resource.
pub(super) fn labels(metadata: Option<&Value>) -> BTreeMap<&str, &str> {
    let labels = metadata.and_then(|metadata| metadata.get("labels")).map_or(&[] as &[_], Value::entries);
    labels.iter().filter_map(|entry| Some((entry.key.value.as_str(), entry.value.text()?.value()))).collect()
}

/// Tells whether a plain selector (`app: a`) selects labels; an empty one selects nothing.
pub(super) fn selects_plainly(selector: &Value, labels: &BTreeMap<&str, &str>) -> bool {
    let entries = selector.entries();
    !entries.is_empty()
        && entries.iter().all(|entry| {
            let wanted = entry.value.text().map(Text::value);
            labels.get(entry.key.value.as_str()).copied() == wanted
        })
}

/// Tells whether a selector with `matchLabels` and `matchExpressions` selects labels; an empty one selects everything.
pub(super) fn selects(selector: &Value, labels: &BTreeMap<&str, &str>) -> bool {
    let plain =
        selector.get("matchLabels").is_none_or(|wanted| wanted.entries().is_empty() || selects_plainly(wanted, labels));
    let expressions = selector.get("matchExpressions").map_or(&[] as &[Value], Value::list);
    plain && expressions.iter().all(|expression| holds(expression, labels))
}

fn holds(expression: &Value, labels: &BTreeMap<&str, &str>) -> bool {
    let Some(key) = expression.text_of("key").map(Text::value) else { return false };
    let found = labels.get(key).copied();
    let values = expression.get("values").map_or(&[] as &[Value], Value::list);
    let listed = || values.iter().filter_map(Value::text).any(|value| Some(value.value()) == found);
    match expression.text_of("operator").map_or("", Text::value) {
        "In" => listed(),
        "NotIn" => !listed(),
        "Exists" => found.is_some(),
        "DoesNotExist" => found.is_none(),
        _ => false,
    }
}
