//! Roles that playbooks use and nobody has seen: what they start on their hosts is not judged.

use super::model::Fleet;
use crate::catalogue::shelf;
use crate::finding::NotChecked;
use crate::source::Sources;
use crate::workspace::Workspace;

/// Words of names of roles that start, or may start, what this fleet is about; the clients have their own names.
const WORDS: [&str; 11] =
    ["beacon", "consensus", "dvt", "eth", "eth2", "ethereum", "execution", "mev", "signer", "staking", "validator"];

/// Answers the roles of other trees that may start clients, and of which neither this tree nor a table says what they do.
#[must_use]
pub fn unseen_roles(tree: &Workspace, fleet: &Fleet) -> Vec<NotChecked> {
    let unseen = fleet.inventory.unseen_roles.iter().filter(|role| speaks_of_clients(&role.value));
    let told = unseen.map(|role| NotChecked {
        path: tree.path(role.span.file).to_owned(),
        why: format!("not seen: the role `{}` is of another tree; what it starts is not known", role.value),
        gap: false,
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
        let tree = Workspace::of(&[("site.yml", play), ("roles/own.validators/tasks/main.yml", "[]\n")]);
        let fleet = survey(&tree, &Catalogue::builtin(), &Settings::default(), None);
        let told: Vec<String> =
            unseen_roles(&tree, &fleet).into_iter().map(|entry| entry.path + ": " + &entry.why).collect();
        assert_eq!(
            told,
            ["site.yml: not seen: the role `acme.lighthouse_vc` is of another tree; what it starts is not known"]
        );
    }
}
