//! Finds what selects a pod by its labels, without asking every resource of a release.

use super::model::Object;
use crate::deployment::value::Value;
use crate::source::Text;
use std::collections::BTreeMap;

/// Selectors that name no label are asked one by one, and no more of them.
const MOST_ASKED: usize = 256;

/// What a selector wants, label by label: a value, or that the label is not there.
type Wanted<'o> = Vec<(&'o str, Option<&'o str>)>;
/// A namespace, and a label that is wanted there; nothing for selectors that want none.
type Place<'o> = (&'o str, Option<(&'o str, &'o str)>);

/// Resources by what they select: those that select the same stand together.
pub(super) struct Selection<'o, T> {
    groups: Vec<Group<'o, T>>,
    places: BTreeMap<Place<'o>, Vec<usize>>,
}

/// What selects the same pods.
struct Group<'o, T> {
    selector: &'o Value,
    all: T,
}

impl<'o, T: Default> Selection<'o, T> {
    /// Takes resources, each with its namespace and its selector, and lets `add` put those together that select the same; `full` tells
    /// whether selectors are such with `matchLabels`.
    pub fn of(
        full: bool,
        resources: impl Iterator<Item = (&'o Object, &'o str, &'o Value)>,
        mut add: impl FnMut(&mut T, &'o Object),
    ) -> Self {
        let mut groups: Vec<Group<'o, T>> = Vec::new();
        let mut wants: Vec<(&str, Wanted<'o>)> = Vec::new();
        let mut known: BTreeMap<(&str, Wanted<'o>), usize> = BTreeMap::new();
        let mut often: BTreeMap<(&str, &str, &str), usize> = BTreeMap::new();
        for (object, namespace, selector) in resources {
            let (wanted, is_plain) = wanted(selector, full);
            let same = known.get(&(namespace, wanted.clone())).copied().filter(|_| is_plain);
            let at = same.unwrap_or(groups.len());
            if at == groups.len() {
                for (name, value) in wanted.iter().filter_map(|(name, value)| Some((name, (*value)?))) {
                    *often.entry((namespace, name, value)).or_default() += 1;
                }
                groups.push(Group { selector, all: T::default() });
                if is_plain {
                    known.insert((namespace, wanted.clone()), at);
                }
                wants.push((namespace, wanted));
            }
            if let Some(group) = groups.get_mut(at) {
                add(&mut group.all, object);
            }
        }
        // Each is looked for by the label that the fewest others want.
        let mut places: BTreeMap<Place<'o>, Vec<usize>> = BTreeMap::new();
        for (at, (namespace, wanted)) in wants.into_iter().enumerate() {
            let labels = wanted.into_iter().filter_map(|(name, value)| Some((name, value?)));
            let rarest = labels.min_by_key(|(name, value)| often.get(&(namespace, *name, *value)).copied());
            places.entry((namespace, rarest)).or_default().push(at);
        }
        Self { groups, places }
    }

    /// Answers what may select a pod of a namespace by its labels, each with its selector; and whether those are all.
    pub fn near(&self, namespace: &str, labels: &BTreeMap<&str, &str>) -> (Vec<(&'o Value, &T)>, bool) {
        let any = self.places.get(&(namespace, None)).map_or(&[] as &[_], Vec::as_slice);
        let named =
            labels.iter().filter_map(|(name, value)| self.places.get(&(namespace, Some((name, value))))).flatten();
        let found = named.chain(any.iter().take(MOST_ASKED)).filter_map(|at| self.groups.get(*at));
        (found.map(|group| (group.selector, &group.all)).collect(), any.len() <= MOST_ASKED)
    }
}

/// Answers what a selector wants, and whether that is all there is to it.
fn wanted(selector: &Value, full: bool) -> (Wanted<'_>, bool) {
    let entries = match full {
        true => selector.get("matchLabels").map_or(&[] as &[_], Value::entries),
        false => selector.entries(),
    };
    let mut wanted: Wanted<'_> =
        entries.iter().map(|entry| (entry.key.value.as_str(), entry.value.text().map(Text::value))).collect();
    wanted.sort_unstable();
    (wanted, !full || selector.get("matchExpressions").is_none_or(|expressions| expressions.list().is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deployment::reader::kubernetes::object::of_document;
    use crate::document::{Syntax, parse};
    use crate::source::FileId;

    fn objects(selectors: &[String]) -> Vec<Object> {
        let policy = |selector: &String| {
            let head = "---\nkind: NetworkPolicy\napiVersion: v1\nmetadata: {name: p}\n";
            format!("{head}spec: {{podSelector: {selector}}}\n")
        };
        let text: String = selectors.iter().map(policy).collect();
        of_document(&parse(FileId(0), text.into(), Syntax::Yaml))
    }

    /// How many selectors are held against a pod, and of how many policies they are.
    fn held(selectors: &[String], labels: &[(&str, &str)]) -> (usize, usize, bool) {
        let objects = objects(selectors);
        let all = objects.iter().filter_map(|object| Some((object, "", object.value.path(&["spec", "podSelector"])?)));
        let selection: Selection<'_, usize> = Selection::of(true, all, |many, _| *many += 1);
        let (near, is_all) = selection.near("", &labels.iter().copied().collect());
        (near.len(), near.iter().map(|(_, many)| **many).sum(), is_all)
    }

    #[test]
    fn a_pod_is_held_against_what_may_select_it_and_no_more() {
        let own: Vec<String> = (0..500).map(|at| format!("{{matchLabels: {{fleet: eth, app: v{at}}}}}")).collect();
        assert_eq!(held(&own, &[("fleet", "eth"), ("app", "v7")]), (1, 1, true));
        let same = vec!["{matchLabels: {fleet: eth}}".to_owned(); 500];
        assert_eq!(held(&same, &[("fleet", "eth"), ("app", "v7")]), (1, 500, true));
        let any: Vec<String> = (0..500)
            .map(|at| format!("{{matchExpressions: [{{key: app, operator: NotIn, values: [v{at}]}}]}}"))
            .collect();
        assert_eq!(held(&any, &[("app", "v7")]), (MOST_ASKED, MOST_ASKED, false));
        assert_eq!(held(&["{}".to_owned(), "{matchLabels: {a: b}}".to_owned()], &[("c", "d")]), (1, 1, true));
    }
}
