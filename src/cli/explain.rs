//! `stakelint explain`: all there is to say about a rule.

use super::{Failure, policy, print};
use crate::finding::Card;
use crate::report::{rule_page, write_json};
use clap::Args;
use std::io::{self, Write};
use std::process::ExitCode;

/// The options of `explain`.
#[derive(Debug, Args)]
pub struct Options {
    /// The rule's id, as a report shows it in brackets
    #[arg(value_name = "RULE")]
    pub rule: String,
    /// `human`, `json`, or `markdown` for a wiki
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = ["human", "json", "markdown"])]
    pub format: String,
}

/// Prints a rule's card.
///
/// # Errors
/// If there is no such rule; the nearest id is offered.
pub fn run(options: &Options) -> Result<ExitCode, Failure> {
    let cards = crate::rulebook().cards();
    let Some(card) = cards.get(&options.rule) else {
        let nearest = policy::known(&options.rule, &cards).err();
        let group = || format!("`{0}` is a group; `stakelint rules {0}` lists its rules", options.rule);
        return Err(Failure::new(nearest.unwrap_or_else(group)));
    };
    if options.format == "json" {
        print(|out| write_json(out, card))?;
    } else if options.format == "markdown" {
        print(|out| out.write_all(rule_page(card, &crate::examples(card)).as_bytes()))?;
    } else {
        print(|out| write(card, out))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn write(card: &Card, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}: {}", card.id, card.title)?;
    writeln!(out, "{} · {} · since {}", card.severity.word(), card.group, card.since)?;
    paragraph(out, "Why", &card.why)?;
    paragraph(out, "What to do", &card.help)?;
    if let Some(emergency) = &card.emergency {
        paragraph(out, "If it has happened already", emergency)?;
    }
    for example in &crate::examples(card) {
        let verdict = if example.finds.is_empty() {
            "Silent".to_owned()
        } else {
            format!("Found at {}", example.finds.join(", "))
        };
        paragraph(out, "Example", &format!("{}. {verdict}:", capital(&example.says)))?;
        for (path, text) in &example.file {
            writeln!(out, "\n    # {path}")?;
            text.trim().lines().try_for_each(|line| writeln!(out, "    {}", line))?;
        }
    }
    if !card.valos.is_empty() {
        paragraph(out, "ValOS", &card.valos.join(", "))?;
    }
    if !card.links.is_empty() {
        paragraph(out, "Read more", &card.links.join("\n"))?;
    }
    paragraph(
        out,
        "To allow it in one place",
        &format!("# stakelint: allow({}) until 2027-01-31 -- why it is safe here", card.id),
    )
}

fn paragraph(out: &mut dyn Write, title: &str, text: &str) -> io::Result<()> {
    const WIDTH: usize = 92;
    writeln!(out, "\n{title}")?;
    for line in text.trim().lines() {
        let options = textwrap::Options::new(WIDTH).initial_indent("  ").subsequent_indent("  ").break_words(false);
        textwrap::wrap(line, options).iter().try_for_each(|line| writeln!(out, "{line}"))?;
    }
    Ok(())
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
