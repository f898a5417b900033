//! Who signs with a key, and which of two owners can be at work at the same time.

use super::model::{Fleet, Holding, Key, Workload, WorkloadId};
use crate::catalogue::Role;
use crate::deployment::{Activation, KeyForm, Supervisor};
use smallvec::SmallVec;

/// Who keeps a key ready to sign.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// A workload that loads it.
    Workload(WorkloadId),
    /// A host in whose folder it lies, where nothing shows which process loads it.
    Host(String),
}

/// An owner of a key, and the places that make it one.
pub type Owned<'f> = (Owner, Vec<&'f Holding>);

impl Fleet {
    /// Lists the owners of a key, each with the places that make it one, in order.
    ///
    /// Neither deposit data nor a signing history makes an owner, nor does a place that is switched off by a definitions
    /// file of the same owner.
    #[must_use]
    pub fn owners<'f>(&'f self, key: Key<'f>) -> Vec<Owned<'f>> {
        // Most keys have one place and one owner; nothing is sorted for them, and a large fleet asks often.
        let mut found: SmallVec<[(Owner, &Holding); 1]> = SmallVec::new();
        for holding in key.places.iter().filter(|holding| holding.form.makes_owner()) {
            let before = found.len();
            let loading = holding.lodging.owners.iter().filter(|id| self.can_load(**id, holding.form));
            found.extend(loading.map(|id| (Owner::Workload(*id), holding)));
            let kept =
                matches!(holding.form, KeyForm::Keystore | KeyForm::Definition | KeyForm::Listing | KeyForm::Assigned);
            let stored = found.len() == before && holding.lodging.owners.is_empty() && kept;
            if stored && !holding.lodging.host.is_empty() {
                found.push((Owner::Host(holding.lodging.host.clone()), holding));
            }
        }
        found.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut owners: Vec<Owned<'f>> = Vec::with_capacity(found.len().min(2));
        for (owner, holding) in found {
            match owners.last_mut().filter(|(last, _)| *last == owner) {
                Some((_, places)) => places.push(holding),
                None => owners.push((owner, vec![holding])),
            }
        }
        let switched_off = |places: &[&Holding]| {
            let mut listed = places.iter().filter(|place| place.form.is_definition()).peekable();
            listed.peek().is_some() && listed.all(|place| !place.enabled)
        };
        owners.retain(|(_, places)| !switched_off(places));
        owners
    }

    /// Tells whether a workload signs with keys that are given to it in this form.
    fn can_load(&self, id: WorkloadId, form: KeyForm) -> bool {
        let workload = &self.workloads[id];
        let role = workload.invocation.as_ref().map(|client| client.role);
        match form {
            KeyForm::SignerKey => role == Some(Role::Signer),
            _ => workload.is_validator() || role == Some(Role::Signer) && form == KeyForm::Keystore,
        }
    }

    /// Tells why two workloads can be at work at the same time on one network; nothing if the tree shows that they are not:
    /// a spare behind a profile, two alternatives of one folder, two networks.
    #[must_use]
    pub fn together(&self, one: WorkloadId, other: WorkloadId) -> Option<String> {
        let (first, second) = (&self.workloads[one], &self.workloads[other]);
        let one_project = first.unit.project == second.unit.project && first.unit.host == second.unit.host;
        let choice = one_project && first.unit.alternative != second.unit.alternative;
        let networks = first.network.as_ref().zip(second.network.as_ref());
        if one == other || choice || networks.is_some_and(|(first, second)| first.value != second.value) {
            return None;
        }
        // Of scripts that wait to be filled in, whoever fills one in chooses.
        let waits = |workload: &Workload| workload.unit.supervisor == Supervisor::Script && workload.unit.template;
        if waits(first) && waits(second) {
            return None;
        }
        match (&first.unit.activation, &second.unit.activation) {
            (Activation::Always, Activation::Always) if one_project => {
                Some("one start of the project starts both".into())
            }
            (Activation::Always, Activation::Always) => Some("nothing in the tree keeps one of them down".into()),
            (Activation::Profiles(first), Activation::Profiles(second)) => {
                let shared = first.iter().find(|profile| second.contains(profile))?;
                Some(format!("the profile `{shared}` starts both"))
            }
            _ => None,
        }
    }

    /// Answers an owner's name for people: `host/unit`, or `host`.
    #[must_use]
    pub fn owner_name(&self, owner: &Owner) -> String {
        match owner {
            Owner::Workload(id) => self.name(*id),
            Owner::Host(host) => host.clone(),
        }
    }
}

impl KeyForm {
    /// Tells whether a place of this form makes somebody sign with the key.
    #[must_use]
    pub fn makes_owner(self) -> bool {
        !matches!(
            self,
            Self::DepositData | Self::Interchange | Self::Distributed | Self::WatchList | Self::ProposerSettings
        )
    }

    /// Tells whether the place is an entry of a definitions file.
    #[must_use]
    pub fn is_definition(self) -> bool {
        matches!(self, Self::Definition | Self::RemoteDefinition)
    }
}
