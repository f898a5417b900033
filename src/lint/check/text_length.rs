//! A text fits into the room that there is for it.

use crate::lint::fact::{called, identity};
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use crate::lint::spot::Spot;
use serde::Deserialize;

/// What a card says of the length of a text.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TextLength {
    /// The settings that hold such a text.
    settings: Vec<String>,
    /// The most bytes that it can have, in UTF-8; hexadecimal digits behind `0x` count as the bytes that they stand for.
    bytes: usize,
    /// What the text is called: "graffiti".
    called: String,
}

impl Check for TextLength {
    fn check(&self, scene: &mut Scene<'_>) {
        for client in scene.clients() {
            for setting in self.settings.iter().filter_map(|name| client.invocation.set(name)) {
                let Some(length) = setting.known().map(length).filter(|length| *length > self.bytes) else { continue };
                let (unit, what, most) = (called(client.workload), &self.called, self.bytes);
                let headline = format!("{unit} is given a {what} of {length} bytes, and there is room for {most}");
                let subject = format!("{} {}", identity(client.workload), setting.name);
                scene.report(Report::on(client.workload, Spot::from(setting), headline).subject(subject));
            }
        }
    }
}

fn length(text: &str) -> usize {
    let digits = text.strip_prefix("0x").filter(|rest| rest.bytes().all(|byte| byte.is_ascii_hexdigit()));
    digits.map_or(text.len(), |digits| digits.len().div_ceil(2))
}

#[cfg(test)]
mod tests {
    use super::length;

    #[test]
    fn bytes_are_counted_and_not_letters() {
        assert_eq!((length("zwölf"), length("0xabcd"), length("0xab😀"), length("")), (6, 2, 8, 0));
    }
}
