//! Regular expressions; Go's and ours are of one kind.

use super::Function;
use super::argument::{integer, known, text, word};
use crate::deployment::template::machine::{Machine, truth};
use crate::deployment::template::model::{Datum, Sort};
use crate::source::{Span, Text};
use regex::Regex;
use std::rc::Rc;

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "regexMatch" | "mustRegexMatch" => {
            |_, arguments, place| Some(truth(compiled(arguments.first()?)?.is_match(known(arguments.get(1))?), place))
        }
        "regexFind" | "mustRegexFind" => |machine, arguments, place| {
            let value = text(machine, arguments.get(1), place)?;
            let found = compiled(arguments.first()?)?.find(value.known()?).map(|found| found.range());
            word(found.map_or_else(|| Text::empty(place), |range| value.slice(range)))
        },
        "regexFindAll" | "mustRegexFindAll" => |machine, arguments, place| {
            let value = text(machine, arguments.get(1), place)?;
            let most = usize::try_from(integer(arguments.get(2))?).unwrap_or(1000).min(1000);
            let pattern = compiled(arguments.first()?)?;
            let found = pattern.find_iter(value.known()?).take(most).map(|found| value.slice(found.range()));
            let found = found.map(|part| Datum::Scalar(Sort::Word, Rc::new(part))).collect();
            Some(machine.heap.list(found))
        },
        "regexSplit" | "mustRegexSplit" => |machine, arguments, place| {
            let value = text(machine, arguments.get(1), place)?;
            let pattern = compiled(arguments.first()?)?;
            let mut parts = Vec::new();
            let mut from = 0;
            for found in pattern.find_iter(value.known()?).take(1000) {
                parts.push(value.slice(from..found.start()));
                from = found.end();
            }
            parts.push(value.slice(from..value.value().len()));
            let parts = parts.into_iter().map(|part| Datum::Scalar(Sort::Word, Rc::new(part))).collect();
            Some(machine.heap.list(parts))
        },
        "regexReplaceAll" | "mustRegexReplaceAll" | "regexReplaceAllLiteral" | "mustRegexReplaceAllLiteral" => replace,
        "regexQuoteMeta" => |machine, arguments, place| {
            let value = text(machine, arguments.first(), place)?;
            let mut result = Text::empty(value.span());
            result.push(&regex::escape(value.known()?), value.span(), value.origin());
            word(result)
        },
        _ => return None,
    })
}

fn compiled(argument: &Datum) -> Option<Regex> {
    let pattern = known(Some(argument)).filter(|pattern| pattern.len() <= 1000)?;
    regex::RegexBuilder::new(pattern).size_limit(1 << 18).build().ok()
}

/// `regexReplaceAll PATTERN VALUE REPLACEMENT`
fn replace(machine: &mut Machine, arguments: &[Datum], place: Span) -> Option<Datum> {
    let pattern = compiled(arguments.first()?)?;
    let value = text(machine, arguments.get(1), place)?;
    let replacement = known(arguments.get(2))?;
    let mut result = Text::empty(value.span());
    let mut from = 0;
    for found in pattern.captures_iter(value.known()?) {
        let whole = found.get(0)?.range();
        let mut made = String::new();
        found.expand(replacement, &mut made);
        machine.spend(made.len() + 8);
        if machine.is_exhausted() {
            return None;
        }
        result.append(&value.slice(from..whole.start));
        result.push_inexact(&made, value.span_of(whole.clone()));
        from = whole.end;
    }
    result.append(&value.slice(from..value.value().len()));
    word(result)
}
