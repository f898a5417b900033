//! Units of roles that the tree does not hold, as far as its variables name them.

use super::assemble::is_stopped_otherwise;
use super::datum::Datum;
use super::deed::{Deed, What};
use super::scope::Scope;
use crate::deployment::{Condition, Stand};
use crate::source::{Span, Spanned};

/// What follows the name of a role in the names of variables that name what it starts.
const NAMES: [&str; 4] = ["service_name", "container_name", "cont_name", "unit_name"];

/// Answers the unit that a role brings for an entry of a list: variables of roles begin with the words of the role's name.
pub(super) fn brings(role: &str, scope: &Scope<'_>) -> Option<What> {
    let item = scope.items().filter_map(hull).last()?;
    let bare = role.rsplit(['.', '/']).next().unwrap_or(role);
    let words: Vec<&str> = bare.split(['-', '_']).filter(|word| !word.is_empty()).take(8).collect();
    let parts = (2..=words.len()).rev().flat_map(|length| words.windows(length));
    let variables = parts.flat_map(|part| NAMES.map(|name| format!("{}_{name}", part.join("_"))));
    let written = variables.into_iter().find_map(|name| scope.written(&name))?;
    let name = scope.settle(&written).shown()?.clone();
    Some(What::Stand { role: role.to_owned(), name, written: written.place, item })
}

/// Answers the bytes of the entry that a list has for an item.
fn hull(item: &Datum) -> Option<Span> {
    let mut places = item.entries().iter().map(|(key, _)| key.origin.unwrap_or(key.span));
    let first = places.next()?;
    let same = places.filter(|place| place.file == first.file);
    let (start, end) =
        same.fold((first.start, first.end), |(start, end), place| (start.min(place.start), end.max(place.end)));
    // The last value ends behind its key.
    let values = item.entries().iter().filter_map(|(_, value)| value.shown());
    let written =
        values.map(|text| text.origin().unwrap_or_else(|| text.span())).filter(|place| place.file == first.file);
    Some(Span::new(first.file, start, written.map(|place| place.end).fold(end, u32::max)))
}

/// Answers what roles outside of the tree bring to a host.
pub(super) fn stands(deeds: &[Deed], host: &str) -> Vec<Stand> {
    let stand = |deed: &Deed| {
        let What::Stand { role, name, written, item } = &deed.what else { return None };
        let value = name.known()?.to_owned();
        let stopped_otherwise = is_stopped_otherwise(&value, deed, deeds);
        let condition = deed.condition().map(|text| Condition { text, stopped_otherwise });
        let runs = deed.given.iter().all(|given| given.holds != Some(false));
        let (host, role) = (host.to_owned(), role.clone());
        Some(Stand { host, role, name: Spanned::new(value, *written), item: *item, condition, runs, place: deed.place })
    };
    deeds.iter().filter_map(stand).collect()
}

#[cfg(test)]
mod tests {
    use crate::deployment::read;
    use crate::workspace::Workspace;

    const INVENTORY: &str =
        "[all]\nnode-1.fleet hostname=node-1.fleet ansible_host=192.0.2.1\n\n[fleet]\nnode-1.fleet\n";
    const PLAYBOOK: &str = "\
- hosts: fleet
  become: true
  vars_files: layout/fleet.yml
  tasks:
    - include_role: name=infra-role-beacon-node-linux
      with_items: '{{ nodes_layout[hostname] }}'
      loop_control: { loop_var: node, index_var: idx }
    - include_role: name=infra-role-validator-client
      with_items: '{{ nodes_layout[hostname] }}'
      when: validator_client_service_enabled
      loop_control: { loop_var: node, index_var: idx }
";
    const VARIABLES: &str = "\
branches: { fast: unstable }
branch: '{{ branches.get(node.branch, node.branch) }}'
beacon_node_service_name: 'beacon-node-{{ node.branch }}'
validator_client_service_name: 'validator-client-{{ branch }}'
validator_client_service_enabled: '{{ node.get(\"vc\", false) }}'
";
    const LAYOUT: &str = "\
nodes_layout:
  'node-1.fleet':
    - { branch: 'fast', start: 0, end: 10, vc: true }
    - { branch: 'stable', start: 10, end: 20, vc: false }
";

    #[test]
    fn units_of_foreign_roles_are_named_by_the_variables_of_the_tree() {
        let inventory = read(&Workspace::of(&[
            ("ansible/inventory/test", INVENTORY),
            ("ansible/fleet.yml", PLAYBOOK),
            ("ansible/group_vars/fleet.yml", VARIABLES),
            ("ansible/vars/layout/fleet.yml", LAYOUT),
        ]));
        let stands: Vec<String> = inventory
            .stands
            .iter()
            .map(|stand| format!("{} {} {} {}", stand.host, stand.name.value, stand.runs, stand.condition.is_some()))
            .collect();
        assert_eq!(
            stands,
            [
                "node-1.fleet beacon-node-fast true false",
                "node-1.fleet beacon-node-stable true false",
                "node-1.fleet validator-client-stable false true",
                "node-1.fleet validator-client-unstable true true",
            ]
        );
        let within = |range: &crate::deployment::KeyRange| {
            inventory.stands.iter().filter(|stand| stand.item.contains(range.span)).count()
        };
        assert_eq!(inventory.key_ranges.iter().map(within).collect::<Vec<_>>(), [2, 2]);
    }
}
