//! What is written for a command reaches it.

use crate::lint::fact::{called, identity};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use crate::source::Text;
use serde::Deserialize;

/// What a card says of flags that get lost on the way: nothing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LostFlags {}

impl Check for LostFlags {
    fn check(&self, scene: &mut Scene<'_>) {
        for client in scene.clients() {
            let lost = client.workload.unit.command.lost.as_ref().filter(|lost| has_flag(lost));
            if let Some(lost) = lost {
                let flag = first_flag(lost);
                let headline = format!("{} never gets `{flag}` and what follows it", called(client.workload));
                let report = Report::on(client.workload, lost.span(), headline)
                    .related(client.invocation.named_at, "the command that it was meant for")
                    .subject(identity(client.workload))
                    .cause(flag);
                scene.report(report);
            } else if let Some(word) = behind_dashes(&client) {
                let flag = first_flag(word);
                let headline =
                    format!("{} takes `{flag}` for an operand, since it stands behind `--`", called(client.workload));
                let report =
                    Report::on(client.workload, word.span(), headline).subject(identity(client.workload)).cause(flag);
                scene.report(report);
            }
        }
    }
}

fn has_flag(text: &Text) -> bool {
    text.value().split_whitespace().any(|word| word.starts_with("--") && word.len() > 2)
}

/// The name of the first flag, without its value.
fn first_flag(text: &Text) -> String {
    let flag =
        text.value().split_whitespace().find(|word| word.starts_with("--") && word.len() > 2).unwrap_or_default();
    flag.split('=').next().unwrap_or_default().to_owned()
}

/// A flag behind a `--` that stands behind the program's name.
fn behind_dashes<'c>(client: &Client<'c>) -> Option<&'c Text> {
    let words = &client.workload.unit.command.words;
    let program = words.iter().position(|word| word.span() == client.invocation.named_at)?;
    let own = words.get(program + 1..)?;
    let dashes = own.iter().position(|word| word.known() == Some("--"))?;
    own.get(dashes + 1..)?.iter().find(|word| word.value().starts_with("--") && word.is_known_in(0..2))
}
