//! Nothing of a past emergency is left in place.

use crate::catalogue::Version;
use crate::invocation::FlagUse;
use crate::lint::fact::called;
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use crate::lint::spot::Spot;
use crate::source::Text;
use serde::Deserialize;

/// What a card says of left-overs.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LeftOver {
    /// Words that stand in images, URLs and values of an emergency only.
    words: Vec<String>,
    /// Flags that were needed for an emergency only.
    flags: Vec<Left>,
}

/// A flag that was needed for an emergency.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Left {
    /// The client.
    client: String,
    /// The flag, without dashes.
    flag: String,
    /// The release that needed it; any later one does not. Left out: no release needs it any more.
    #[serde(default)]
    needed_by: Option<String>,
}

impl Check for LeftOver {
    fn check(&self, scene: &mut Scene<'_>) {
        for client in scene.clients() {
            let mut found = self.worded(&client);
            found.extend(self.flagged(&client));
            let Some((first, what)) = found.first() else { continue };
            let headline = format!("{} still has {what} of a past emergency", called(client.workload));
            let report = Report::on(client.workload, *first, headline);
            let report = found.iter().skip(1).fold(report, |report, (spot, what)| report.related(*spot, what.clone()));
            let cause = what.clone();
            scene.report(report.cause(cause));
        }
    }
}

/// Tells whether a text holds one of some words of small letters, whatever the case of its own.
fn holds_any(text: &str, words: &[String]) -> bool {
    let holds = |word: &[u8]| text.as_bytes().windows(word.len().max(1)).any(|part| part.eq_ignore_ascii_case(word));
    words.iter().any(|word| holds(word.as_bytes()))
}

impl LeftOver {
    fn worded(&self, client: &Client<'_>) -> Vec<(Spot, String)> {
        let unit = &client.workload.unit;
        let says = |text: &Text| holds_any(text.value(), &self.words);
        let image = unit.image.iter().filter(|image| says(image)).map(|image| (image.into(), "the image".to_owned()));
        let values = client
            .invocation
            .settings
            .iter()
            // Most hold nothing of the kind, and need not be cut.
            .filter(|setting| std::iter::once(&setting.value).chain(&setting.more).any(says))
            .flat_map(|setting| setting.items().into_iter().map(move |item| (setting, item)));
        let settings = values
            .filter(|(_, item)| says(item))
            .map(|(setting, item)| ((&item).into(), format!("the `{}`", setting.spelling)));
        image.chain(settings).collect()
    }

    fn flagged(&self, client: &Client<'_>) -> Vec<(Spot, String)> {
        let of_client = self.flags.iter().filter(|left| left.client == client.invocation.client);
        let due = of_client.filter(|left| {
            let Some(needed) = left.needed_by.as_deref().and_then(Version::parse) else {
                return left.needed_by.is_none();
            };
            client.invocation.version.as_ref().is_some_and(|version| *version > needed)
        });
        let is_on = |used: &&FlagUse| used.values.first().is_none_or(|value| value.known() != Some("false"));
        let found = due.filter_map(|left| {
            let named =
                |used: &&FlagUse| used.name.known().is_some_and(|name| name.trim_start_matches('-') == left.flag);
            let used = client.invocation.flags.iter().filter(named).find(is_on)?;
            Some(((&used.name).into(), format!("the flag `--{}`", left.flag)))
        });
        found.collect()
    }
}
