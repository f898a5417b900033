//! One setting of one kind of unit is as it should be.

use crate::finding::Persona;
use crate::invocation::Answer;
use crate::lint::expect::{Expect, Verdict};
use crate::lint::fact::{Fact, Part, identity};
use crate::lint::gather::{Others, Said, gather};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::{Report, lower};
use crate::lint::spot::Spot;
use serde::Deserialize;

/// What a card says of a setting.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Setting {
    /// The units that it speaks about.
    role: Part,
    /// The canonical setting (`rules/settings.toml`).
    setting: String,
    /// What it should be. What cannot be known is not reported.
    expect: Expect,
    /// What the unit does where it is otherwise; reads on from the unit's name: "runs without …".
    says: String,
    /// Facts of which none may hold.
    #[serde(default)]
    unless: Vec<Fact>,
    /// Facts that must hold, all of them.
    #[serde(default)]
    when: Vec<Fact>,
    /// Facts of which any makes it one step milder.
    #[serde(default)]
    milder: Vec<Fact>,
    /// The first persona that hears of it where nobody set it and the client's default is otherwise.
    #[serde(default)]
    unset: Persona,
    /// What must be known of other settings of the same unit, all of it, for the card to apply.
    #[serde(default)]
    need: Vec<Need>,
}

/// Another setting, and what must be known of it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Need {
    /// The canonical setting.
    setting: String,
    /// What it must be known to be.
    expect: Expect,
}

impl Check for Setting {
    fn check(&self, scene: &mut Scene<'_>) {
        let mut said = Vec::new();
        for client in scene.clients().filter(|client| self.applies(client)) {
            let answer = client.invocation.setting(&self.setting);
            // What a client cannot be given by any setting is no choice of the operator's.
            let chosen = matches!(answer, Answer::Set(_)) || scene.client_has(&client, &self.setting);
            if self.expect.judge(answer) != Verdict::Broken || !chosen {
                continue;
            }
            let place = match answer {
                Answer::Set(setting) => Spot::from(setting),
                _ => Spot::from(&client.workload.unit.name),
            };
            let cause = match answer {
                Answer::Set(setting) => format!("{} {}", self.setting, setting.known().unwrap_or_default()),
                _ => self.setting.clone(),
            };
            let subject = format!("{} {}", identity(client.workload), self.setting);
            let mut report = Report::on(client.workload, place, "").subject(subject).cause(cause);
            if !matches!(answer, Answer::Set(_)) {
                report = report.persona(self.unset);
            }
            if self.milder.iter().any(|fact| fact.holds(client.workload)) {
                report = report.severity(lower(scene.card().severity));
            }
            let (before, after) = (String::new(), format!(" {}", self.says));
            said.push(Said { report, workload: client.workload, before, after, others: Others::Do });
        }
        gather(said).into_iter().for_each(|report| scene.report(report));
    }
}

impl Setting {
    fn applies(&self, client: &Client<'_>) -> bool {
        let met = |need: &Need| need.expect.judge(client.invocation.setting(&need.setting)) == Verdict::Met;
        self.role.covers(client)
            && !self.unless.iter().any(|fact| fact.holds(client.workload))
            && self.when.iter().all(|fact| fact.holds(client.workload))
            && self.need.iter().all(met)
    }
}
