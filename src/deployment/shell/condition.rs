//! Decides conditions where all that they ask for is known: comparisons of texts, nothing about files or commands.

use super::expand::Variables;
use super::model::Word;
use super::parse::{Statement, plain};
use crate::source::Text;

/// Decides the last statement of a condition; nothing if it cannot be told.
pub(super) fn holds(script: &Text, statements: &[Statement], variables: &Variables) -> Option<bool> {
    match statements {
        [Statement::Simple(simple)] => {
            let (name, rest) = simple.words.split_first()?;
            match plain(script, name)? {
                "true" | ":" => Some(true),
                "false" => Some(false),
                "[" => test(script, rest.split_last()?.1, variables, false),
                "test" => test(script, rest, variables, false),
                _ => None,
            }
        }
        [Statement::Not(inner)] => holds(script, std::slice::from_ref(inner), variables).map(|result| !result),
        [Statement::Test(Some(words))] => test(script, words, variables, true),
        [Statement::Chain(first, rest)] => {
            let mut result = holds(script, std::slice::from_ref(first), variables);
            for (link, next) in rest {
                let next = holds(script, std::slice::from_ref(next), variables);
                result = match (*link, result, next) {
                    ("&&", Some(false), _) | ("&&", _, Some(false)) => Some(false),
                    ("&&", Some(true), Some(true)) => Some(true),
                    ("||", Some(true), _) | ("||", _, Some(true)) => Some(true),
                    ("||", Some(false), Some(false)) => Some(false),
                    _ => None,
                };
            }
            result
        }
        _ => None,
    }
}

fn test(script: &Text, words: &[Word], variables: &Variables, extended: bool) -> Option<bool> {
    let known = |word: &Word| variables.joined(script, word).known().map(str::to_owned);
    match words {
        [value] => is_empty(script, value, variables).map(|empty| !empty),
        [sign, value] => match plain(script, sign)? {
            "-z" | "!" => is_empty(script, value, variables),
            "-n" => is_empty(script, value, variables).map(|empty| !empty),
            _ => None,
        },
        [bang, rest @ ..] if plain(script, bang) == Some("!") => {
            test(script, rest, variables, extended).map(|result| !result)
        }
        [left, sign, right] => {
            let sign = plain(script, sign)?;
            let (left, pattern) = (known(left)?, known(right)?);
            match sign {
                "=" | "==" if extended && !right.quoted => matches(&pattern, &left),
                "!=" if extended && !right.quoted => matches(&pattern, &left).map(|result| !result),
                "=" | "==" => Some(left == pattern),
                "!=" => Some(left != pattern),
                "=~" => expression(&pattern, &left),
                "-eq" | "-ne" | "-gt" | "-ge" | "-lt" | "-le" => numbers(&left, sign, &pattern),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Tells whether a word is empty; one with a hole is not if something else stands in it, too.
fn is_empty(script: &Text, word: &Word, variables: &Variables) -> Option<bool> {
    let text = variables.joined(script, word);
    if text.segments().iter().any(|segment| !segment.hole) {
        return Some(false);
    }
    text.is_known().then_some(true)
}

fn numbers(left: &str, sign: &str, right: &str) -> Option<bool> {
    let (left, right) = (left.trim().parse::<i64>().ok()?, right.trim().parse::<i64>().ok()?);
    Some(match sign {
        "-eq" => left == right,
        "-ne" => left != right,
        "-gt" => left > right,
        "-ge" => left >= right,
        "-lt" => left < right,
        _ => left <= right,
    })
}

fn expression(pattern: &str, text: &str) -> Option<bool> {
    if pattern.len() > 200 {
        return None;
    }
    let compiled = regex::RegexBuilder::new(pattern).size_limit(1 << 18).build().ok()?;
    Some(compiled.is_match(text))
}

/// Decides a shell pattern of letters and `*`; nothing for brackets and question marks.
pub(super) fn matches(pattern: &str, text: &str) -> Option<bool> {
    if pattern.contains(['[', '?', '\\', '(']) {
        return None;
    }
    let mut parts = pattern.split('*');
    let Some(mut rest) = text.strip_prefix(parts.next()?) else { return Some(false) };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return Some(rest.is_empty()) };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return Some(false),
        }
    }
    Some(rest.ends_with(last))
}
