//! A secret lies open in the tree, for everybody who can read it.

use crate::deployment::{SecretKind, SecretPlace};
use crate::finding::Confidence;
use crate::fleet::{Api, Fleet, Reach, Target, Workload, WorkloadId};
use crate::lint::bearing::{Bearing, Bearings, Way};
use crate::lint::model::{Check, Scene};
use crate::lint::report::{Report, lower};
use serde::Deserialize;
use std::collections::BTreeSet;

/// Uses of a secret that are shown.
const MOST_USES: usize = 8;

/// What a card says of secrets of one kind.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PlainSecret {
    /// The kind.
    kind: Kind,
    /// What it is called in a sentence: "the password".
    called: String,
    /// Nothing in an example or a template is taken for one.
    #[serde(default)]
    live_only: bool,
    /// How the password of a database is told from others: if its units alone reach the database, it is worth less.
    #[serde(default)]
    database: Option<Database>,
}

/// A kind of secret.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Mnemonic,
    SigningKey,
    Password,
    UrlCredentials,
    JwtSecret,
    ApiToken,
}

/// How the password of a database is known.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Database {
    /// The setting of a signer that holds it.
    setting: String,
    /// The variables by which a database is given it.
    variables: Vec<String>,
}

impl Check for PlainSecret {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        let bearings = Bearings::of(fleet);
        let of_kind = fleet.inventory.secrets.iter().filter(|secret| secret.kind == self.kind.as_kind());
        for secret in of_kind.filter(|secret| !(secret.template && (secret.placeholder || self.live_only))) {
            let report = self.report(secret, &bearings, scene);
            scene.report(report);
        }
    }
}

impl PlainSecret {
    fn report(&self, secret: &SecretPlace, bearings: &Bearings<'_>, scene: &Scene<'_>) -> Report {
        let fleet = scene.fleet();
        let path = fleet.path(secret.span.file);
        let (called, name) = (&self.called, &secret.name);
        let headline = match (secret.placeholder, name.is_empty()) {
            (true, _) => format!("{called} `{name}` is still the placeholder that everybody tries first"),
            (false, true) => format!("{called} stands in clear in `{path}`"),
            (false, false) => format!("{called} `{name}` stands in clear in `{path}`"),
        };
        let users = bearings.at(secret.span);
        let mut report = Report::at(secret.span, headline).subject(format!("{path} {name}")).cause(name.clone());
        for workload in bearings.units(secret.span) {
            report = report.also(workload);
        }
        for user in users.iter().filter(|user| user.used.file != secret.span.file).take(MOST_USES) {
            report = report.related(user.used, format!("`{}` is given it here", fleet.workloads[user.id].name()));
        }
        self.weigh(report, secret, &users, scene)
    }

    /// Judges milder what is no deployment, and what opens nothing from outside.
    fn weigh(
        &self,
        mut report: Report,
        secret: &SecretPlace,
        users: &BTreeSet<Bearing<'_>>,
        scene: &Scene<'_>,
    ) -> Report {
        let fleet = scene.fleet();
        let mut severity = scene.card().severity;
        let said = users.iter().any(|user| fleet.workloads[user.id].unit.template);
        if secret.fixture {
            severity = lower(severity);
            report = report.because("It looks like test data: one step milder.").confidence(Confidence::Medium);
        }
        if secret.template && !said {
            severity = lower(severity);
            report = report.because(
                "It stands in an example, which may have been made from a live file: one step milder than in a live file.",
            );
        }
        if self.database.as_ref().is_some_and(|database| database.is_private(fleet, users)) {
            severity = lower(lower(severity));
            report = report.confidence(Confidence::Medium).because(
                "Only units of its own network reach the database, so that the password alone opens nothing: two steps milder.",
            );
        }
        report.severity(severity)
    }
}

impl Database {
    /// Tells whether a secret is used as a database's password only, and nobody from outside reaches such a database.
    fn is_private(&self, fleet: &Fleet, users: &BTreeSet<Bearing<'_>>) -> bool {
        let ids: BTreeSet<WorkloadId> = users.iter().map(|user| user.id).collect();
        let known = |id: WorkloadId| {
            let mut ways = users.iter().filter(|user| user.id == id).map(|user| user.by);
            ways.find_map(|by| self.databases(fleet, id, by))
        };
        let databases: Option<Vec<WorkloadId>> =
            ids.into_iter().map(known).collect::<Option<Vec<_>>>().map(|found| found.concat());
        databases.is_some_and(|found| !found.is_empty() && found.iter().all(|id| is_closed(&fleet.workloads[*id])))
    }

    /// Answers the databases that a way of using a secret opens, if it is such a way and they are units of the tree.
    fn databases(&self, fleet: &Fleet, id: WorkloadId, by: Way<'_>) -> Option<Vec<WorkloadId>> {
        match by {
            Way::Variable(name) if self.variables.iter().any(|variable| variable == name) => Some(vec![id]),
            Way::Setting(name) if name == self.setting => {
                let dials = fleet.workloads[id].dials.iter().filter(|dial| dial.api == Api::Database);
                let targets = dials.map(|dial| match dial.target {
                    Target::Workload(database) => Some(database),
                    Target::Outside | Target::Missing(_) | Target::Unknown => None,
                });
                targets.collect()
            }
            _ => None,
        }
    }
}

/// Tells whether nobody outside its networks reaches a unit.
fn is_closed(workload: &Workload) -> bool {
    let mut databases = workload.serving(Api::Database).peekable();
    if databases.peek().is_some() {
        return databases.all(|service| matches!(service.reach, Reach::Host | Reach::Units | Reach::Itself));
    }
    let shares = workload.unit.network_mode.as_ref().is_some_and(|mode| mode.known() != Some("bridge"));
    workload.unit.ports.is_empty() && !shares
}

impl Kind {
    fn as_kind(self) -> SecretKind {
        match self {
            Self::Mnemonic => SecretKind::Mnemonic,
            Self::SigningKey => SecretKind::SigningKey,
            Self::Password => SecretKind::Password,
            Self::UrlCredentials => SecretKind::UrlCredentials,
            Self::JwtSecret => SecretKind::JwtSecret,
            Self::ApiToken => SecretKind::ApiToken,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Finding, Severity};
    use crate::lint::model::heard;
    use crate::source::{FileId, Span};

    fn secret(kind: SecretKind) -> SecretPlace {
        let span = Span::new(FileId(0), 4, 12);
        SecretPlace { kind, span, name: "WALLET_PASSWORD".into(), placeholder: false, fixture: false, template: false }
    }

    fn found(secrets: Vec<SecretPlace>, live_only: bool) -> Vec<Finding> {
        let mut fleet = Fleet::default();
        fleet.paths.insert(FileId(0), "a/.env".into());
        fleet.inventory.secrets = secrets;
        let check = PlainSecret { kind: Kind::Password, called: "the password".into(), live_only, database: None };
        heard(&check, &fleet, "high")
    }

    #[test]
    fn a_secret_is_named_and_placed_but_not_quoted() {
        let found = found(vec![secret(SecretKind::Password), secret(SecretKind::Mnemonic)], false);
        assert_eq!(found.len(), 1, "of its own kind only");
        assert_eq!(found[0].headline, "the password `WALLET_PASSWORD` stands in clear in `a/.env`");
        assert_eq!((found[0].severity, found[0].subject.as_str()), (Severity::High, "a/.env WALLET_PASSWORD"));
    }

    #[test]
    fn examples_are_silent_or_milder() {
        let template = SecretPlace { template: true, ..secret(SecretKind::Password) };
        assert_eq!(found(vec![template.clone()], false)[0].severity, Severity::Medium);
        assert!(found(vec![template.clone()], true).is_empty());
        assert!(found(vec![SecretPlace { placeholder: true, ..template }], false).is_empty());
        let shipped = SecretPlace { placeholder: true, ..secret(SecretKind::Password) };
        assert!(found(vec![shipped], true)[0].headline.contains("placeholder"));
    }

    #[test]
    fn test_data_is_one_step_milder_and_says_so() {
        let found = found(vec![SecretPlace { fixture: true, ..secret(SecretKind::Password) }], false);
        assert_eq!((found[0].severity, found[0].confidence), (Severity::Medium, Confidence::Medium));
        assert!(found[0].why.contains("test data"));
    }
}
