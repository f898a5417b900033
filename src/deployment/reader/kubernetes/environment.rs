//! Which raw manifests are applied together: the environments of a tree, by its folders.

use super::model::Object;
use crate::deployment::tree;
use std::collections::{BTreeMap, BTreeSet};

/// Folders whose folders are environments.
const GROUPS: [&str; 9] =
    ["clusters", "environments", "envs", "env", "overlays", "hosts", "machines", "sites", "regions"];

/// The environments of a tree.
#[derive(Debug, Default)]
pub(super) struct Environments {
    /// The shortest parts of paths, by which folders that say the same twice differ; by how many folders deep they are.
    depth: Option<usize>,
}

/// What tells a resource from every other one of a cluster.
type Identity<'o> = (&'o str, &'o str, &'o str);

impl Environments {
    /// Looks at all resources, each with its folder: two folders that both define one and the same resource cannot be applied to one
    /// cluster.
    pub fn of<'o>(resources: impl Iterator<Item = (&'o str, &'o Object)>) -> Self {
        let mut folders: BTreeMap<Identity<'_>, BTreeSet<&str>> = BTreeMap::new();
        for (folder, object) in resources.filter(|(_, object)| object.value.path(&["spec", "template"]).is_some()) {
            let namespace = object.namespace.as_deref().unwrap_or_default();
            let identity = (object.kind.value.as_str(), namespace, object.name.value.as_str());
            folders.entry(identity).or_default().insert(folder);
        }
        let clashes = folders.values().filter(|folders| folders.len() > 1);
        let depths = clashes.flat_map(|folders| {
            let first = folders.first().copied().unwrap_or_default();
            folders.iter().skip(1).map(move |folder| depth(first, folder))
        });
        Self { depth: depths.min() }
    }

    /// Answers the environment that a folder is part of: empty where all of the tree is one.
    pub fn environment(&self, folder: &str) -> String {
        let parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
        let grouped = parts.iter().position(|part| GROUPS.contains(part)).map(|at| at + 2);
        let deep = [grouped, self.depth.map(|depth| depth + 1)].into_iter().flatten().max();
        let Some(deep) = deep else { return String::new() };
        let kept: Vec<&str> = parts.iter().take(deep).filter(|part| !GROUPS.contains(part)).copied().collect();
        tree::host(&kept.join("/"))
    }
}

/// How many folders two paths have in common.
fn depth(one: &str, other: &str) -> usize {
    one.split('/').zip(other.split('/')).take_while(|(one, other)| one == other && !one.is_empty()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_environments_where_they_say_the_same_twice() {
        let one = Environments { depth: None };
        assert_eq!(one.environment("k8s/lighthouse"), "");
        assert_eq!(one.environment("clusters/prod/validator"), "prod");
        let two = Environments { depth: Some(0) };
        assert_eq!(two.environment("a/validator"), "a");
        assert_eq!(depth("k8s/prod/vc", "k8s/dr/vc"), 1);
        assert_eq!(depth("", "b"), 0);
        assert_eq!(Environments { depth: Some(1) }.environment("k8s/prod/vc"), "k8s/prod");
    }
}
