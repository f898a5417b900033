//! Alerts exist, and none would tell of a slashing.

use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use serde::Deserialize;

/// What a card says of alerts.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SlashingAlert {
    /// Words in the name or the expression of an alert that would tell, in small letters.
    words: Vec<String>,
}

impl Check for SlashingAlert {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        let alerts = &fleet.inventory.alerts;
        let tells = |text: &str| {
            let text = text.to_ascii_lowercase();
            self.words.iter().any(|word| text.contains(word.as_str()))
        };
        let Some(first) = alerts.first() else { return };
        if alerts.iter().any(|alert| tells(&alert.name.value) || tells(&alert.expression)) {
            return;
        }
        let mut validators = scene.validators().map(|client| client.workload).peekable();
        if validators.peek().is_none() {
            return;
        }
        let count =
            if alerts.len() == 1 { "the one alert".to_owned() } else { format!("none of the {} alerts", alerts.len()) };
        let tells = if alerts.len() == 1 { "does not tell" } else { "tells" };
        let headline = format!("{count} of this tree {tells} of a slashing, a doppelganger or a refusal of a signer");
        let report = Report::at(&first.name, headline).subject("alerts").label("the first of the alerts");
        let report = validators.fold(report, Report::also);
        scene.report(report);
    }
}
