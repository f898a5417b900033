//! The handbook: a page a rule, an index, and the table of contents, written from the cards.

use crate::finding::{Card, Cards, Example, Persona};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// The guides that people write, in reading order: title, and file below `docs/`.
const GUIDES: &[(&str, &str)] = &[
    ("stakelint", "README.md"),
    ("Starting with an old repository", "adopting.md"),
    ("In CI, in hooks and in reviews", "ci.md"),
    ("In your editor", "editor.md"),
    ("What a finding means at three in the morning", "findings.md"),
    ("How the fleet is understood", "fleet.md"),
    ("What it does not see", "limits.md"),
    ("How often it is right", "precision.md"),
    ("What it withstands", "robustness.md"),
    ("Writing a card", "writing-a-card.md"),
];

/// Writes the page of a rule as Markdown; `examples` are those of its card.
#[must_use]
pub fn rule_page(card: &Card, examples: &[Example]) -> String {
    let mut page = format!("# {}\n\n**{}.** {}\n", card.id, card.title, facts(card, examples));
    section(&mut page, "Why it matters", &card.why);
    section(&mut page, "What to do", &card.help);
    if let Some(emergency) = &card.emergency {
        section(&mut page, "If it has happened already", emergency);
    }
    let (silent, firing): (Vec<&Example>, Vec<&Example>) = examples.iter().partition(|one| one.finds.is_empty());
    section(&mut page, "Where it speaks", &sayings(&firing));
    section(&mut page, "Where it stays silent", &sayings(&silent));
    for (title, example) in [("An example", firing.first()), ("One that looks alike", silent.first())] {
        if let Some(example) = example {
            section(&mut page, title, &shown(example));
        }
    }
    let allow = format!("```yaml\n# stakelint: allow({}) until 2027-01-31 -- why it is safe here\n```", card.id);
    section(&mut page, "To allow it in one place", &allow);
    if !card.links.is_empty() {
        let links: Vec<String> = card.links.iter().map(|link| format!("- <{link}>")).collect();
        section(&mut page, "Read more", &links.join("\n"));
    }
    page
}

/// Writes the index of all rules as Markdown: by group, and by the ids of the ValOS risk framework.
#[must_use]
pub fn rule_index(cards: &Cards) -> String {
    let mut index = format!(
        "# Rules\n\n{} rules. `stakelint explain RULE` prints the same in a terminal, `stakelint rules` this list.\n",
        cards.len()
    );
    for (group, cards) in by_group(cards) {
        let row = |card: &&Card| {
            let persona = persona(card.persona).map_or_else(String::new, |name| format!(" ({name})"));
            format!("| [{0}]({0}.md) | {1}{persona} | {2} |", card.id, card.severity.word(), card.title)
        };
        let rows: Vec<String> = cards.iter().map(row).collect();
        section(&mut index, group, &format!("| rule | severity | what it finds |\n|---|---|---|\n{}", rows.join("\n")));
    }
    let mut valos: BTreeMap<(&str, u32), Vec<String>> = BTreeMap::new();
    for card in cards.values() {
        let ids: BTreeSet<&str> = card.valos.iter().map(String::as_str).collect();
        ids.into_iter().for_each(|id| valos.entry(numbered(id)).or_default().push(format!("[{0}]({0}.md)", card.id)));
    }
    let rows: Vec<String> = valos
        .iter()
        .map(|((letters, number), rules)| format!("| {letters}{number} | {} |", rules.join(", ")))
        .collect();
    section(&mut index, "By ValOS id", &format!("| id | rules |\n|---|---|\n{}", rows.join("\n")));
    index
}

/// Writes the table of contents, in the form of mdBook.
#[must_use]
pub fn contents(cards: &Cards) -> String {
    let mut contents = "# Summary\n\n".to_owned();
    for (at, (title, file)) in GUIDES.iter().enumerate() {
        contents += &format!("{}[{title}]({file})\n", if at == 0 { "" } else { "- " });
        contents += if at == 0 { "\n" } else { "" };
    }
    contents += "- [Rules](rules/README.md)\n";
    for card in by_group(cards).into_values().flatten() {
        contents += &format!("  - [{0}](rules/{0}.md)\n", card.id);
    }
    contents
}

/// Sorts cards by group, in each the worst first.
fn by_group(cards: &Cards) -> BTreeMap<&str, Vec<&Card>> {
    let mut groups: BTreeMap<&str, Vec<&Card>> = BTreeMap::new();
    cards.values().for_each(|card| groups.entry(&card.group).or_default().push(card));
    groups.values_mut().for_each(|cards| cards.sort_by_key(|card| (Reverse(card.severity), &card.id)));
    groups
}

/// Says how bad it is, who sees it, and where it runs.
fn facts(card: &Card, examples: &[Example]) -> String {
    let Card { group, severity, since, .. } = card;
    let mut facts = format!("Severity {}, group [{group}](README.md#{group}), since {since}", severity.word());
    if !card.valos.is_empty() {
        facts += &format!(", ValOS {}", card.valos.join(", "));
    }
    facts += ".";
    if let Some(name) = persona(card.persona) {
        facts += &format!(" Shown from `--persona {name}` up.");
    }
    if examples.iter().any(|example| !example.before.is_empty()) {
        facts += " It compares two trees, so it runs in `stakelint audit`.";
    }
    facts
}

/// Takes the number of an id off its letters, so that the second comes before the tenth.
fn numbered(id: &str) -> (&str, u32) {
    let letters = id.trim_end_matches(|letter: char| letter.is_ascii_digit());
    (letters, id[letters.len()..].parse().unwrap_or_default())
}

fn persona(persona: Persona) -> Option<&'static str> {
    match persona {
        Persona::Regular => None,
        Persona::Pedantic => Some("pedantic"),
        Persona::Auditor => Some("auditor"),
    }
}

fn section(page: &mut String, title: &str, text: &str) {
    if !text.is_empty() {
        *page += &format!("\n## {title}\n\n{}\n", text.trim());
    }
}

/// Lists what examples show.
fn sayings(examples: &[&Example]) -> String {
    let lines: Vec<String> = examples.iter().map(|example| format!("- {}", example.says)).collect();
    lines.join("\n")
}

/// Shows an example whole: what it shows, where something is found, and every file.
fn shown(example: &Example) -> String {
    let places: Vec<String> = example.finds.iter().map(|place| format!("`{place}`")).collect();
    let verdict =
        if places.is_empty() { "Nothing is found.".into() } else { format!("Found at {}.", places.join(", ")) };
    let packs = example.packs.iter().map(|pack| format!(" Run with `--pack {pack}`."));
    let mut text = format!("{}. {verdict}{}\n", capital(&example.says), packs.collect::<String>());
    let changes = !example.before.is_empty() || !example.earlier.is_empty();
    let trees = [
        ("Before an earlier change", &example.earlier),
        ("Before the change", &example.before),
        ("After it", &example.file),
    ];
    for (title, files) in trees {
        if changes && !files.is_empty() {
            text += &format!("\n### {title}\n");
        }
        for (path, content) in files {
            let fence = if content.contains("```") { "````" } else { "```" };
            text += &format!("\n`{path}`\n\n{fence}{}\n{}\n{fence}\n", language(path), content.trim_matches('\n'));
        }
    }
    text
}

/// Answers the word that colours a file of this name on most forges.
fn language(path: &str) -> &'static str {
    const LANGUAGES: &[(&str, &str)] = &[
        ("yml", "yaml"),
        ("yaml", "yaml"),
        ("json", "json"),
        ("toml", "toml"),
        ("sh", "sh"),
        ("service", "ini"),
        ("tf", "hcl"),
    ];
    let end = path.rsplit_once('.').map_or("", |(_, end)| end);
    LANGUAGES.iter().find(|(known, _)| *known == end).map_or("text", |(_, name)| name)
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
