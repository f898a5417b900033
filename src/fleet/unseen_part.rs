//! Parts of other trees that this one builds on and nobody has seen: what they start is not judged.

use super::model::Fleet;
use crate::catalogue::shelf;
use crate::deployment::UnseenKind;
use crate::finding::NotChecked;
use crate::source::Sources;
use crate::workspace::Workspace;

/// Words of names of roles that start, or may start, what this fleet is about; the clients have their own names.
const WORDS: [&str; 11] =
    ["beacon", "consensus", "dvt", "eth", "eth2", "ethereum", "execution", "mev", "signer", "staking", "validator"];

/// Answers the bases of other trees, and the roles that may start clients, of which neither this tree nor a table says what they do.
#[must_use]
pub fn unseen_parts(tree: &Workspace, fleet: &Fleet) -> Vec<NotChecked> {
    let told = fleet.inventory.unseen.iter().filter_map(|part| {
        let what = match part.kind {
            UnseenKind::Role if speaks_of_clients(&part.name) => "the role",
            UnseenKind::Role => return None,
            UnseenKind::Base => "the base",
            UnseenKind::Project => "the compose project in",
        };
        let why = format!("not seen: {what} `{}` is of another tree; what it starts is not known", part.name);
        Some(NotChecked { path: tree.path(part.place.file).to_owned(), why, gap: false })
    });
    told.collect()
}

fn speaks_of_clients(role: &str) -> bool {
    let name = role.to_ascii_lowercase();
    let file = |word: &str| format!("clients/{word}.toml");
    let is_client = |word: &str| shelf::volume(&file(word)).is_some();
    let mut words = name.split(|sign: char| !sign.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.any(|word| WORDS.contains(&word.trim_end_matches('s')) || is_client(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;
    use crate::config::Settings;
    use crate::fleet::survey;

    #[test]
    fn roles_of_other_trees_are_told_once_where_they_may_start_clients() {
        let play = "- hosts: all\n  roles: [geerlingguy.docker, acme.lighthouse_vc, acme.lighthouse_vc, own.validators]\n  tasks:\n    - include_role: { name: ethpandaops.general.geth }\n";
        let base = "resources: ['https://me:secret@github.com/org/repo//base?ref=v1&token=x']\n";
        let tree = Workspace::of(&[
            ("k8s/kustomization.yaml", base),
            ("site.yml", play),
            ("roles/own.validators/tasks/main.yml", "[]\n"),
        ]);
        let fleet = survey(&tree, &Catalogue::builtin(), &Settings::default(), None);
        let told: Vec<String> =
            unseen_parts(&tree, &fleet).into_iter().map(|entry| entry.path + ": " + &entry.why).collect();
        assert_eq!(
            told,
            [
                "k8s/kustomization.yaml: not seen: the base `github.com/org/repo//base` is of another tree; what it starts is not known",
                "site.yml: not seen: the role `acme.lighthouse_vc` is of another tree; what it starts is not known"
            ]
        );
    }
}
