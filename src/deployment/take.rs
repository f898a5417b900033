//! Two inventories of one tree, read at the same time, become one.

use super::Inventory;

impl Inventory {
    /// Adds what another one holds, behind what is there.
    pub(super) fn take(&mut self, other: Self) {
        let Self {
            units,
            hosts,
            plays,
            stands,
            unseen,
            keys,
            malformed_keys,
            definitions,
            proposers,
            settings_files,
            clusters,
            identities,
            embedded,
            misplaced,
            key_ranges,
            assigned,
            cheap_keystores,
            committed_keystores,
            open_modes,
            loose_key_lists,
            pins,
            unset,
            alerts,
            routings,
            scrapes,
            secrets,
            keystore_passwords,
            repeated,
            unquoted_hex,
            unreadable,
            interchanges,
            automations,
            unattended,
            plans,
            procedures,
            histories,
        } = other;
        add(&mut self.units, units);
        add(&mut self.hosts, hosts);
        add(&mut self.plays, plays);
        add(&mut self.stands, stands);
        add(&mut self.unseen, unseen);
        add(&mut self.keys, keys);
        add(&mut self.malformed_keys, malformed_keys);
        add(&mut self.definitions, definitions);
        add(&mut self.proposers, proposers);
        add(&mut self.settings_files, settings_files);
        add(&mut self.clusters, clusters);
        add(&mut self.identities, identities);
        add(&mut self.embedded, embedded);
        add(&mut self.misplaced, misplaced);
        add(&mut self.key_ranges, key_ranges);
        add(&mut self.assigned, assigned);
        add(&mut self.cheap_keystores, cheap_keystores);
        add(&mut self.committed_keystores, committed_keystores);
        add(&mut self.open_modes, open_modes);
        add(&mut self.loose_key_lists, loose_key_lists);
        add(&mut self.pins, pins);
        add(&mut self.unset, unset);
        add(&mut self.alerts, alerts);
        add(&mut self.routings, routings);
        add(&mut self.scrapes, scrapes);
        add(&mut self.secrets, secrets);
        add(&mut self.keystore_passwords, keystore_passwords);
        add(&mut self.repeated, repeated);
        add(&mut self.unquoted_hex, unquoted_hex);
        add(&mut self.unreadable, unreadable);
        add(&mut self.interchanges, interchanges);
        add(&mut self.automations, automations);
        add(&mut self.unattended, unattended);
        add(&mut self.plans, plans);
        add(&mut self.procedures, procedures);
        add(&mut self.histories, histories);
    }
}

/// A long list is not copied behind an empty one.
fn add<T>(list: &mut Vec<T>, more: Vec<T>) {
    if list.is_empty() {
        *list = more;
    } else {
        list.extend(more);
    }
}
