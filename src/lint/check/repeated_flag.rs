//! A flag for one value is given once.

use crate::catalogue::{FlagKind, Repeated};
use crate::invocation::Carrier;
use crate::lint::fact::identity;
use crate::lint::flag::Given;
use crate::lint::gather::{Others, Said, gather};
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use crate::lint::spot::Spot;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RepeatedFlag {}

impl Check for RepeatedFlag {
    fn check(&self, scene: &mut Scene<'_>) {
        let mut met: BTreeMap<(usize, &str), Vec<&Given<'_>>> = BTreeMap::new();
        for one in scene.given().iter().flatten().filter(|one| is_single(one)) {
            if let Some(known) = one.flag.known.as_deref() {
                met.entry((one.client.id, known)).or_default().push(one);
            }
        }
        let mut said = Vec::new();
        for all in met.values_mut() {
            all.sort_by_key(|one| one.flag.name.span());
            let [first, .., last] = all.as_slice() else { continue };
            let repeated = repeated(first);
            let takes = matches!(repeated, Repeated::Last | Repeated::First);
            // The same said twice does no harm where the client takes it.
            if takes && all.iter().all(|one| value(one).is_some() && value(one) == value(first)) {
                continue;
            }
            let (says, kept, lost) = match repeated {
                Repeated::Error => (", and does not start with it", "the second time", "the first time"),
                Repeated::Last => (", and only the last one counts", "counts", "is lost"),
                Repeated::First => (", and only the first one counts", "is lost", "counts"),
                Repeated::Joined => {
                    (", which makes a list where one value is meant", "the second time", "the first time")
                }
            };
            let (workload, name) = (first.client.workload, last.name);
            let after = format!(" is given `{name}` {}{says}", times(all.len()));
            let report = Report::on(workload, Spot::from(&last.flag.name), "")
                .label(kept)
                .related(Spot::from(&first.flag.name), lost)
                .subject(format!("{} {name}", identity(workload)));
            said.push(Said { report, workload, before: String::new(), after, others: Others::Are });
        }
        gather(said).into_iter().for_each(|report| scene.report(report));
    }
}

/// Tells whether a flag is for one value: a switch of one letter can be a count (`-v -v`).
fn is_single(given: &Given<'_>) -> bool {
    let of_role = given.entry.filter(|flag| flag.roles.contains(&given.client.invocation.role) && !flag.noop);
    let single = of_role.is_some_and(|flag| match flag.kind {
        FlagKind::Value => true,
        FlagKind::Switch => given.bare.len() > 2,
        FlagKind::List => flag.once,
    });
    single && given.flag.carrier == Carrier::Flag
}

/// Answers what becomes of the flag when it is given again.
fn repeated(given: &Given<'_>) -> Repeated {
    let is_switch = given.entry.is_some_and(|flag| flag.kind == FlagKind::Switch);
    match given.page.command_line.repeated {
        Repeated::Joined if is_switch => Repeated::Last,
        repeated => repeated,
    }
}

/// Answers what it is given, if all of it is known.
fn value<'a>(given: &Given<'a>) -> Option<Vec<&'a str>> {
    given.flag.values.iter().map(|value| value.known()).collect()
}

fn times(count: usize) -> String {
    if count == 2 { "twice".to_owned() } else { format!("{count} times") }
}
