//! Holds one command against the table: what it does, and to what.

use super::page::{Command, Page, Program, Request};
use crate::deployment::{Act, tree};
use crate::source::Text;

/// What a command does.
#[derive(Debug, Clone)]
pub(super) struct Deed {
    pub act: Act,
    pub subject: Option<Text>,
    pub target: Option<Text>,
    /// What says which compose project is meant: files or a folder. Empty for the one at hand; nothing if it is about none.
    pub project: Option<Vec<Text>>,
}

/// The words of a command, sorted.
#[derive(Default)]
struct Sorted<'w> {
    /// What stands for `*`.
    caught: Vec<&'w Text>,
    /// Words behind those that say what to do.
    rest: Vec<&'w Text>,
    /// Options as written, and with their values.
    options: Vec<(String, Option<Text>)>,
}

/// Answers what a command does; nothing for most.
pub(super) fn deeds(words: &[Text], page: &Page) -> Vec<Deed> {
    let Some(name) = words.first().map(Text::value).map(tree::name) else { return Vec::new() };
    if page.speaking.iter().any(|other| other == name) {
        return Vec::new();
    }
    // `[ "$(sha256sum file)" = … ]`
    let hidden = |word: &Text| page.sums.iter().any(|sum| word.value().contains(sum.as_str()));
    if let Some(phrase) = page.phrase.iter().find(|phrase| follows(words, &phrase.words)) {
        return vec![Deed { act: phrase.act.act(), subject: None, target: None, project: None }];
    }
    if let Some(deed) = page.request.iter().find_map(|request| requested(name, words, request)) {
        return vec![deed];
    }
    let program = page.program.iter().find(|program| program.names.iter().any(|other| other == name));
    let fitting = page.command.iter().filter(|command| command.names.iter().any(|other| other == name));
    for command in fitting {
        if let Some(found) = fits(words, command, program, page) {
            return found;
        }
    }
    let act = words.iter().any(hidden).then_some(Act::Verify).or_else(|| asks(words, page).then_some(Act::Ask));
    act.map(|act| Deed { act, subject: None, target: None, project: None }).into_iter().collect()
}

/// Tells whether a command asks whether something runs.
fn asks(words: &[Text], page: &Page) -> bool {
    let line = words.iter().take(4).map(Text::value).collect::<Vec<_>>().join(" ");
    let holds = |text: &str| page.ask.words.iter().any(|word| text.contains(word.as_str()));
    holds(&line) || words.iter().skip(4).any(|word| holds(word.value()))
}

/// Tells whether words stand in a command in this order, whatever stands between them.
fn follows(words: &[Text], wanted: &[String]) -> bool {
    let mut words = words.iter().filter_map(Text::known);
    wanted.iter().all(|wanted| words.any(|word| word == wanted))
}

/// A call that gives keys: whether their history comes along, as far as its body is written out.
fn requested(name: &str, words: &[Text], request: &Request) -> Option<Deed> {
    let fits = request.names.iter().any(|other| other == name)
        && words.iter().any(|word| word.value().contains(&request.path))
        && !words.iter().any(|word| request.other.iter().any(|other| other == word.value()));
    if !fits {
        return None;
    }
    let is_body = |word: &Text| request.body.iter().any(|option| option == word.value());
    let bodies: Vec<&str> = words.windows(2).filter(|pair| is_body(&pair[0])).map(|pair| pair[1].value()).collect();
    let written = |body: &&str| body.contains(&request.shows);
    if bodies.is_empty() {
        return None;
    }
    let without = bodies.iter().any(written) && !bodies.iter().any(|body| carries(body, &request.history));
    Some(Deed { act: Act::ImportKeys { with_history: !without }, subject: None, target: None, project: None })
}

/// Tells whether a body has a member with a value.
fn carries(body: &str, member: &str) -> bool {
    body.match_indices(member).any(|(at, _)| {
        let rest = body[at + member.len()..].trim_start_matches(['"', '\\', ' ', ':', '\n']);
        !rest.starts_with("null") && !rest.starts_with([',', '}'])
    })
}

fn fits(words: &[Text], command: &Command, program: Option<&Program>, page: &Page) -> Option<Vec<Deed>> {
    let sorted = sort(words, command, program)?;
    let has = |options: &[String]| {
        options
            .iter()
            .any(|option| sorted.options.iter().any(|(written, value)| *option == joined(written, value.as_ref())))
    };
    if (!command.with.is_empty() && !has(&command.with)) || has(&command.without) {
        return None;
    }
    let of = |names: &[String]| {
        let named = |(written, value): &(String, Option<Text>)| {
            names.iter().any(|name| name == written).then(|| value.clone()).flatten()
        };
        sorted.options.iter().find_map(named)
    };
    let target = program.and_then(|program| of(&program.target));
    let named = |name: &String| program.is_some_and(|program| program.project.contains(name));
    let files = sorted.options.iter().filter(|(name, _)| named(name)).filter_map(|(_, value)| value.clone());
    let project = command.whole.then(|| files.collect::<Vec<_>>());
    let subjects: Vec<Option<Text>> = match command.subject.as_str() {
        "none" => vec![None],
        "first" => vec![sorted.rest.first().map(|word| (*word).clone())],
        "resource" => resources(&sorted, command)?,
        "url" => {
            let is_url = |word: &&Text| page.archive.fits(word.value()) && word.value().contains("://");
            vec![Some(words.iter().find(is_url)?.clone())]
        }
        "names" => {
            let named = sorted.caught.iter().chain(sorted.rest.iter().filter(|_| sorted.caught.is_empty()));
            let named: Vec<_> = named.map(|word| Some((*word).clone())).collect();
            if named.is_empty() { vec![None] } else { named }
        }
        option => vec![of(&[option.to_owned()])],
    };
    let deed = |act: Act, subject: &Option<Text>| {
        let (act, subject) = match act {
            Act::Wait { .. } => (Act::Wait { seconds: seconds(subject.as_ref()) }, None),
            _ => (act, subject.clone()),
        };
        Deed { act, subject, target: target.clone(), project: project.clone() }
    };
    Some(subjects.iter().flat_map(|subject| command.acts.iter().map(move |word| deed(word.act(), subject))).collect())
}

fn joined(written: &str, value: Option<&Text>) -> String {
    value.map_or_else(|| written.to_owned(), |value| format!("{written}={}", value.value()))
}

/// Sorts the words of a command into those that say what to do, options, and others; nothing if it does something else.
fn sort<'w>(words: &'w [Text], command: &Command, program: Option<&Program>) -> Option<Sorted<'w>> {
    let mut sorted = Sorted::default();
    let (mut wanted, mut at) = (command.words.iter(), 1);
    let mut next = wanted.next();
    while let Some(word) = words.get(at) {
        at += 1;
        let text = word.value();
        if text.starts_with('-') && text.len() > 1 {
            let own = command.values.iter();
            let before = program.filter(|program| next.is_some() || program.everywhere);
            let mut valued = own.chain(before.into_iter().flat_map(|program| &program.values));
            match word.split_once('=') {
                Some((name, value)) => sorted.options.push((name.value().to_owned(), Some(value))),
                None if valued.any(|option| option == text) => {
                    sorted.options.push((text.to_owned(), words.get(at).cloned()));
                    at += 1;
                }
                None => sorted.options.push((text.to_owned(), None)),
            }
            continue;
        }
        match next {
            Some(_) if word.is_hole() => {}
            Some(star) if star == "*" => {
                sorted.caught.push(word);
                next = wanted.next();
            }
            Some(choices) if word.is_known() && choices.split('|').any(|choice| choice == text) => next = wanted.next(),
            Some(_) => return None,
            None => sorted.rest.push(word),
        }
    }
    next.is_none().then_some(sorted)
}

/// The workloads of a cluster that a command names; nothing if it names something else.
fn resources(sorted: &Sorted<'_>, command: &Command) -> Option<Vec<Option<Text>>> {
    let is_kind = |text: &str| command.kinds.iter().any(|kind| kind.eq_ignore_ascii_case(text));
    let (first, more) = sorted.rest.split_first()?;
    if let Some((kind, name)) = first.split_once('/') {
        return is_kind(kind.value()).then(|| vec![Some(name)]);
    }
    if !is_kind(first.value()) {
        return None;
    }
    if !more.is_empty() {
        return Some(more.iter().map(|name| Some((*name).clone())).collect());
    }
    let selected = sorted.options.iter().find(|(option, _)| option == "-l" || option == "--selector");
    Some(vec![selected.and_then(|(_, value)| value.clone())])
}

/// Reads a time as `sleep` takes it.
fn seconds(subject: Option<&Text>) -> Option<u64> {
    let text = subject?.known()?;
    let digits = text.len() - text.trim_start_matches(|sign: char| sign.is_ascii_digit()).len();
    let number: u64 = text.get(..digits)?.parse().ok()?;
    let unit = match text.get(digits..)?.chars().next() {
        Some('m') => 60,
        Some('h') => 3_600,
        Some('d') => 86_400,
        _ => 1,
    };
    number.checked_mul(unit)
}
