//! What holds in a role and release when nothing is set: the defaults of flags, and of interfaces that no flag switches or binds.

use super::client::{Client, Role, RolePage};
use super::flag::{Flag, Standing};
use super::version::Version;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Defaults by canonical setting, in order of it.
pub type Defaults = Arc<[(String, String)]>;

/// What was worked out once; the units of a fleet share few roles and releases.
#[derive(Debug, Default)]
pub(super) struct Memo {
    defaults: Mutex<BTreeMap<(Role, Option<Version>), Defaults>>,
    pages: Mutex<BTreeMap<Role, Arc<RolePage>>>,
}

impl Clone for Memo {
    /// A copy works them out for itself.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Client {
    /// Answers the defaults of canonical settings: those of the flags, and of interfaces that no flag switches or binds.
    #[must_use]
    pub fn all_defaults(&self, role: Role, version: Option<&Version>) -> Defaults {
        let mut known = self.memo.defaults.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = known.entry((role, version.cloned()));
        Arc::clone(entry.or_insert_with(|| collect(self, role, version)))
    }

    /// Answers what is true of the client in a role, to be kept with each of its units; a role that the table lacks is an empty page.
    #[must_use]
    pub fn page(&self, role: Role) -> Arc<RolePage> {
        let mut known = self.memo.pages.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = known.entry(role);
        Arc::clone(entry.or_insert_with(|| Arc::new(self.roles.get(&role).cloned().unwrap_or_default())))
    }

    /// Answers the defaults of canonical settings in a role and release, in order of the setting.
    #[must_use]
    pub fn defaults(&self, role: Role, version: Option<&Version>) -> Vec<(String, String)> {
        let is_gone = |flag: &Flag| {
            flag.removed.is_some() && version.is_none_or(|version| flag.standing(version) == Standing::Removed)
        };
        let mut defaults: BTreeMap<&str, (bool, &str)> = BTreeMap::new();
        for flag in self.flags.iter().filter(|flag| flag.roles.contains(&role) && !is_gone(flag)) {
            let old = flag.deprecated.is_some() || flag.removed.is_some();
            for (setting, value) in defaults_of(flag, version) {
                let kept = defaults.entry(setting).or_insert((old, value));
                if kept.0 && !old {
                    *kept = (old, value);
                }
            }
        }
        let page = self.roles.get(&role);
        for (setting, value) in page.iter().flat_map(|page| &page.defaults) {
            defaults.insert(setting, (false, value));
        }
        defaults.into_iter().map(|(setting, (_, value))| (setting.to_owned(), value.to_owned())).collect()
    }
}

fn collect(client: &Client, role: Role, version: Option<&Version>) -> Arc<[(String, String)]> {
    let mut defaults: BTreeMap<String, String> = client.defaults(role, version).into_iter().collect();
    for flag in client.flags.iter().filter(|flag| flag.roles.contains(&role)) {
        let (Some(host), Some(port)) = (&flag.setting, &flag.port_setting) else { continue };
        let both = defaults.get(host).and_then(|both| both.rsplit_once(':'));
        if let Some((address, number)) = both.map(|(address, number)| (address.to_owned(), number.to_owned())) {
            defaults.insert(host.clone(), address);
            defaults.insert(port.clone(), number);
        }
    }
    for api in client.roles.get(&role).into_iter().flat_map(|page| &page.apis) {
        let mut fill = |part: &str, value: String| {
            defaults.entry(format!("{}.{part}", api.api)).or_insert(value);
        };
        fill("enabled", api.on.to_string());
        if api.within.is_none() {
            fill("port", api.port.to_string());
        }
        if api.within.is_none() && api.host_of.is_none() {
            fill("address", api.address.clone());
        }
    }
    defaults.into_iter().collect()
}

/// Answers what holds for a flag's settings when it is not given: a host and its port are two of them.
fn defaults_of<'f>(flag: &'f Flag, version: Option<&Version>) -> Vec<(&'f str, &'f str)> {
    let default = flag.default_at(version).filter(|_| flag.value.is_none());
    let (Some(setting), Some(value)) = (flag.setting.as_deref(), default) else { return Vec::new() };
    match (flag.port_setting.as_deref(), value.rsplit_once(':')) {
        (Some(port_setting), Some((host, port))) => vec![(setting, host), (port_setting, port)],
        _ => vec![(setting, flag.meaning(value))],
    }
}
