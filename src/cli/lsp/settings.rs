//! Keys, rules and words of the settings file, while they are written; what stands around them need not be TOML yet.

use super::completion::{Offer, Offers};
use crate::config::{Key, TABLES, Table, Value};
use crate::finding::{Card, Cards};
use std::collections::BTreeSet;

/// Where in the file something is written.
enum Spot<'t> {
    /// The name of a table, behind `[` or `[[`.
    Header { is_list: bool },
    /// A key, beside these of the same table.
    Key { place: Place, given: BTreeSet<&'t str> },
    /// A value, or an item of a list; `is_quoted` if its quotes are there.
    Value { value: Value, is_quoted: bool },
}

/// What stands at a level of the file.
#[derive(Clone, Copy)]
enum Place {
    /// The keys of a table.
    Table(&'static Table),
    /// Rules and groups.
    Rules,
}

/// Answers what can be written at a byte of the settings file.
pub(super) fn completion(cards: &Cards, text: &str, byte: usize) -> Option<Offers> {
    let (before, after) = text.split_at_checked(byte)?;
    let typed = before.len() - before.trim_end_matches(is_of_word).len();
    let end = after.find(|letter: char| !is_of_word(letter)).unwrap_or(after.len());
    let spot = spot(before.get(..byte - typed)?)?;
    let offers = match spot {
        Spot::Header { is_list } => headers(is_list),
        Spot::Key { place: Place::Table(table), given } => keys(table, &given),
        Spot::Key { place: Place::Rules, given } => rules(cards, "", &given),
        Spot::Value { value, is_quoted } => values(cards, value, if is_quoted { "" } else { "\"" }),
    };
    Some((byte - typed..byte + end, offers))
}

fn is_of_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_')
}

/// Tells what is written behind a text that ends where a word may begin.
fn spot(before: &str) -> Option<Spot<'_>> {
    let (rest, line) = before.rsplit_once('\n').unwrap_or(("", before));
    let line = line.trim_start();
    if line.starts_with('#') {
        return None;
    }
    if line == "[" || line == "[[" {
        return Some(Spot::Header { is_list: line == "[[" });
    }
    let place = header(rest)?;
    match (line.split_once('='), open_list(rest, line)) {
        (Some((key, value)), _) => within(value_of(place, key.trim())?, value),
        (None, Some(key)) => Some(Spot::Value { value: item(value_of(place, key)?, true), is_quoted: is_quoted(line) }),
        (None, None) => line.is_empty().then(|| Spot::Key { place, given: given(rest) }),
    }
}

fn is_quoted(written: &str) -> bool {
    written.matches('"').count() % 2 == 1
}

/// Answers the spot within what is written of a value.
fn within(value: Value, written: &str) -> Option<Spot<'_>> {
    // The braces and brackets that are open still, and where; what stands in quotes is none.
    let outside = written.split('"').step_by(2);
    let opened = |open, close| {
        outside.clone().map(|part| part.matches(open).count() as i32 - part.matches(close).count() as i32).sum::<i32>()
    };
    if opened('{', '}') == 0 {
        return Some(Spot::Value { value: item(value, opened('[', ']') > 0), is_quoted: is_quoted(written) });
    }
    let inner = match value {
        Value::Table(name) | Value::Tables(name) => Place::Table(Table::named(name)?),
        Value::Rules => Place::Rules,
        _ => return None,
    };
    let entries = written.rsplit_once('{')?.1;
    // Of `rules = { a = { severity = …` the outer braces lead to a rule, the inner ones to what is said of it.
    let inner = if opened('{', '}') > 1 { Place::Table(Table::named("rules")?) } else { inner };
    let (known, last) = entries.rsplit_once(',').unwrap_or(("", entries));
    match last.split_once('=') {
        Some((key, value)) => within(value_of(inner, key.trim())?, value),
        None if last.trim().is_empty() => {
            let given = known.split(',').filter_map(|entry| Some(entry.split_once('=')?.0.trim()));
            Some(Spot::Key { place: inner, given: given.collect() })
        }
        None => None,
    }
}

fn item(value: Value, in_list: bool) -> Value {
    match value {
        Value::List(inner) if in_list => *inner,
        value => value,
    }
}

fn value_of(place: Place, key: &str) -> Option<Value> {
    match place {
        Place::Table(table) => table.key(key).map(|key| key.value),
        // What is said of a rule: a word, or a table.
        Place::Rules => Table::named("rules")?.key("severity").map(|severity| severity.value),
    }
}

/// Answers the table that the last header above opens; the top, if there is none.
fn header(above: &str) -> Option<Place> {
    let top = Table::named("").map(Place::Table);
    let is_header = |line: &&str| line.starts_with('[') && line.trim_end().ends_with(']') && !line.contains(['"', ',']);
    let Some(line) = above.lines().rev().map(str::trim_start).find(is_header) else { return top };
    let path = line.trim_end().trim_matches(['[', ']']);
    path.split('.').map(str::trim).try_fold(top?, |place, name| match place {
        Place::Rules => Table::named("rules").map(Place::Table),
        Place::Table(table) => match table.key(name)?.value {
            Value::Table(name) | Value::Tables(name) => Table::named(name).map(Place::Table),
            Value::Rules => Some(Place::Rules),
            _ => None,
        },
    })
}

/// Answers the keys that stand below the last header already.
fn given(above: &str) -> BTreeSet<&str> {
    let lines = above.lines().rev().map(str::trim_start).take_while(|line| !line.starts_with('['));
    lines.filter_map(|line| Some(line.split_once('=')?.0.trim())).collect()
}

/// Answers the key of a list that was begun in a line above, and goes on in this one.
fn open_list<'t>(above: &'t str, line: &str) -> Option<&'t str> {
    let (key, value) =
        above.lines().rev().take_while(|line| !line.contains(']')).find_map(|line| line.split_once('='))?;
    let goes_on = value.trim_start().starts_with('[') && (line.is_empty() || line.starts_with('"'));
    goes_on.then(|| key.trim())
}

fn headers(is_list: bool) -> Vec<Offer> {
    let top = TABLES.iter().filter(|table| table.name.is_empty()).flat_map(|table| table.keys);
    let fits = |key: &&Key| match key.value {
        Value::Tables(_) => is_list,
        Value::Table(_) | Value::Rules => !is_list,
        _ => false,
    };
    top.filter(fits).map(|key| offer(key.name.to_owned(), key.says, false)).collect()
}

fn keys(table: &Table, given: &BTreeSet<&str>) -> Vec<Offer> {
    let key = |key: &Key| Offer { is_given: !key.is_needed, ..offer(format!("{} = ", key.name), key.says, false) };
    let is_written = |key: &&Key| !matches!(key.value, Value::Table(_) | Value::Tables(_)) && !given.contains(key.name);
    table.keys.iter().filter(is_written).map(key).collect()
}

fn values(cards: &Cards, value: Value, quote: &str) -> Vec<Offer> {
    let quoted = |word: &str, says: &str| offer(format!("{quote}{word}{quote}"), says, true);
    match value {
        Value::Word(words) => words.all().into_iter().map(|word| quoted(word, "")).collect(),
        Value::Rule => rules(cards, quote, &BTreeSet::new()),
        Value::Truth => vec![offer("true".into(), "", true), offer("false".into(), "", true)],
        _ => Vec::new(),
    }
}

fn rules(cards: &Cards, quote: &str, given: &BTreeSet<&str>) -> Vec<Offer> {
    let rule = |card: &Card| Offer {
        page: card.why.clone(),
        ..offer(format!("{quote}{}{quote}", card.id), &card.title, true)
    };
    let groups: BTreeSet<&str> = cards.values().map(|card| card.group.as_str()).collect();
    let group = |group: &&str| Offer {
        is_given: true,
        ..offer(format!("{quote}{group}{quote}"), "all rules of the group", true)
    };
    let rules = cards.values().filter(|card| !given.contains(card.id.as_str())).map(rule);
    rules.chain(groups.iter().filter(|name| !given.contains(*name)).map(group)).collect()
}

fn offer(text: String, says: &str, is_value: bool) -> Offer {
    let says = Some(says.to_owned()).filter(|says| !says.is_empty());
    Offer { text, page: says.clone().unwrap_or_default(), says, is_value, is_deprecated: false, is_given: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is offered at `|`, and the text whose place it takes.
    fn offered(text: &str) -> (String, Vec<String>) {
        let byte = text.find('|').expect("marks a place");
        let text = text.replacen('|', "", 1);
        let cards = crate::rulebook().cards();
        let Some((range, offers)) = completion(&cards, &text, byte) else { return (String::new(), Vec::new()) };
        (text[range].to_owned(), offers.into_iter().map(|offer| offer.text).collect())
    }

    #[test]
    fn keys_are_those_of_the_table_that_are_not_there_yet() {
        let (typed, keys) = offered("persona = \"regular\"\nfa|");
        assert_eq!(typed, "fa");
        assert_eq!(keys, ["fail-on = ", "packs = ", "exclude = ", "rules = ", "clients = ", "wrappers = "]);
        assert_eq!(offered("[[allow]]\nrule = \"a\"\n|").1, ["path = ", "reason = ", "until = "]);
        assert_eq!(
            offered("[[environment]]\npath = \"a\"\n[[environment]]\nrules = {}\n|").1,
            ["path = ", "network = ", "host = ", "stage = "]
        );
        assert_eq!(offered("[rules.unpinned-image]\n|").1, ["severity = ", "unsuppressible = "]);
        assert_eq!(offered("[client]\n|").1, ["id = "]);
        assert_eq!(offered("# |").1, [""; 0]);
        assert_eq!(offered("[zzz]\n|").1, [""; 0]);
    }

    #[test]
    fn rules_and_groups_are_offered_where_they_are_named() {
        for text in [
            "[rules]\nunp|",
            "[[allow]]\nrule = |",
            "[[allow]]\nrule = \"unp|\"",
            "rules = { |",
            "[environment.rules]\n|",
        ] {
            let (_, offers) = offered(text);
            let known = |name: &str| offers.iter().any(|offer| offer.trim_matches('"') == name);
            assert!(known("unpinned-image") && known("upgrade"), "{text}");
        }
        let (typed, offers) = offered("[rules]\nunpinned-image = \"low\"\nunp|inned");
        assert_eq!(typed, "unpinned");
        assert!(!offers.contains(&"unpinned-image".to_owned()));
    }

    #[test]
    fn words_come_with_their_quotes_or_without() {
        assert_eq!(offered("persona = |").1, ["\"regular\"", "\"pedantic\"", "\"auditor\""]);
        assert_eq!(
            offered("persona = \"ped|\""),
            ("ped".into(), vec!["regular".into(), "pedantic".into(), "auditor".into()])
        );
        assert_eq!(offered("packs = |").1, [""; 0], "the bracket comes first");
        assert!(offered("packs = [\"lido\", \"|").1.contains(&"obol".to_owned()));
        assert!(offered("packs = [\n  \"lido\",\n  |").1.contains(&"\"obol\"".to_owned()));
        assert!(offered("[rules]\nunpinned-image = \"|").1.contains(&"off".to_owned()));
        assert_eq!(offered("rules = { unpinned-image = { |").1, ["severity = ", "unsuppressible = "]);
        assert_eq!(offered("rules = { unpinned-image = { severity = \"low\", unsuppressible = |").1, ["true", "false"]);
        assert_eq!(offered("plan = { |").1, ["path = "]);
        assert_eq!(offered("[|").1, ["rules", "plan"]);
        assert_eq!(offered("[[|").1, ["environment", "allow", "inventory", "client", "wrapper"]);
        assert_eq!(offered("exclude = [\"|").1, [""; 0]);
    }
}
