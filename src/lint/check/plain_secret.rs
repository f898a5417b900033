//! A secret lies open in the tree, for everybody who can read it.

use crate::deployment::{SecretKind, SecretPlace, is_test_data};
use crate::finding::{Confidence, Severity};
use crate::fleet::Fleet;
use crate::lint::bearing::Bearings;
use crate::lint::model::{Check, Scene};
use crate::lint::password::Passwords;
use crate::lint::report::Report;
use serde::Deserialize;

/// Uses of a secret that are shown.
const MOST_USES: usize = 8;

/// What a card says of secrets of one kind.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PlainSecret {
    /// The kind.
    kind: SecretKind,
    /// What it is called in a sentence: "the password".
    called: String,
    /// Nothing in an example or a template is taken for one.
    #[serde(default)]
    live_only: bool,
    /// What passwords guard, by their names and uses; nothing where all secrets of the kind weigh the same.
    #[serde(default)]
    passwords: Option<Passwords>,
}

impl Check for PlainSecret {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        let bearings = Bearings::of(fleet);
        let of_kind = fleet.inventory.secrets.iter().filter(|secret| secret.kind == self.kind);
        for secret in of_kind.filter(|secret| !(secret.template && (secret.placeholder || self.live_only))) {
            let report = self.report(secret, &bearings, fleet);
            scene.report(report);
        }
    }
}

impl PlainSecret {
    fn report(&self, secret: &SecretPlace, bearings: &Bearings<'_>, fleet: &Fleet) -> Report {
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
        let said = users.iter().any(|user| fleet.workloads[user.id].unit.template);
        let report = self.by_place(report, secret, path, said);
        match &self.passwords {
            Some(passwords) => passwords.weigh(report, secret, path, &users, fleet),
            None => report,
        }
    }

    /// Judges milder what is no deployment, or no secret any more; `said` tells that a unit's template says so already.
    fn by_place(&self, mut report: Report, secret: &SecretPlace, path: &str, said: bool) -> Report {
        if secret.fixture && !said {
            report = report.milder("It looks like test data: one step milder.").confidence(Confidence::Medium);
            // Keys of test data open nothing, as far as anybody has seen.
            if self.kind != SecretKind::Password && is_test_data(path) {
                report = report.confidence(Confidence::Low);
            }
        }
        if secret.trial {
            report = report.tried();
        }
        if secret.template && !said {
            report = report.milder(
                "It stands in an example, which may have been made from a live file: one step milder than in a live file.",
            );
        }
        if secret.default {
            report = report.milder("It is a default, for whoever doesn't set another: one step milder.");
        }
        if secret.placeholder && self.kind == SecretKind::UrlCredentials {
            report = report
                .milder("Everybody tries it first, so that it gives nothing away: what counts is who gets there.");
        }
        if secret.known {
            let because = "Documentation and test networks use it, so that it gives nothing away; whatever it opens on a \
                           real network is anybody's.";
            report = report.severity(Severity::Info).because(because);
        }
        report
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Finding;
    use crate::lint::model::heard;
    use crate::source::{FileId, Span};

    fn secret(kind: SecretKind) -> SecretPlace {
        let span = Span::new(FileId(0), 4, 12);
        SecretPlace {
            kind,
            span,
            name: "WALLET_PASSWORD".into(),
            placeholder: false,
            known: false,
            fixture: false,
            trial: false,
            template: false,
            default: false,
        }
    }

    fn found(secrets: Vec<SecretPlace>, live_only: bool) -> Vec<Finding> {
        let mut fleet = Fleet::default();
        fleet.paths.insert(FileId(0), "a/.env".into());
        fleet.inventory.secrets = secrets;
        let check =
            PlainSecret { kind: SecretKind::Password, called: "the password".into(), live_only, passwords: None };
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

    #[test]
    fn what_a_program_is_tested_with_is_low() {
        let trial = SecretPlace { trial: true, fixture: true, ..secret(SecretKind::Password) };
        assert_eq!(found(vec![trial], false)[0].severity, Severity::Low);
    }
}
