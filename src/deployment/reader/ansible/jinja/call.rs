//! Calls: lookups, ranges, and the methods of texts, lists and maps.

use super::evaluate::{Arguments, Evaluation};
use super::lists::pairs;
use super::statement::key_of;
use super::texts;
use crate::deployment::reader::ansible::datum::{Body, Datum, Scalar};
use crate::source::Span;
use minijinja::machinery::ast::{Call, CallType, Expr};

/// No range is longer.
const LONGEST_RANGE: i64 = 4_096;

impl Evaluation<'_> {
    pub(super) fn call(&mut self, call: &Call<'_>, whole: &Expr<'_>) -> Option<Datum> {
        let span = whole.span();
        let place =
            self.text.span_of(span.start_offset as usize..(span.end_offset as usize).min(self.text.value().len()));
        match call.identify_call() {
            CallType::Function(name) => {
                let arguments = self.arguments(&call.args);
                self.function(name, &arguments, place)
            }
            CallType::Method(owner, name) => {
                if matches!(name, "append" | "extend" | "update" | "insert" | "pop" | "remove") {
                    self.mutate(call);
                    return Some(Datum::new(place, Body::Null));
                }
                let owner = self.value(owner);
                let arguments = self.arguments(&call.args);
                method(&owner, name, &arguments, place)
            }
            CallType::Block(_) | CallType::Object(_) => None,
        }
    }

    /// A list or map that is changed in place is no longer known.
    pub(super) fn mutate(&mut self, call: &Call<'_>) {
        if let CallType::Method(Expr::Var(name), _) = call.identify_call() {
            let changed = Datum::unknown(&format!("{{{{ {} }}}}", name.id), self.text.span());
            self.locals.push((name.id.to_owned(), changed));
        }
    }

    fn function(&mut self, name: &str, arguments: &Arguments, place: Span) -> Option<Datum> {
        match name {
            "range" => range(arguments, place),
            "lookup" | "query" | "q" => {
                let found = self.lookup(arguments, place)?;
                let as_list = name != "lookup" && !matches!(found.body, Body::List(_));
                Some(if as_list { Datum::list(vec![found], place) } else { found })
            }
            "dict" => {
                let named = arguments.named.iter();
                let entries =
                    named.map(|(name, value)| (crate::source::Spanned::new(name.clone(), place), value.clone()));
                Some(Datum::map(entries.collect(), place))
            }
            _ => None,
        }
    }

    /// Looks something up in the tree; what stands outside is not known.
    fn lookup(&mut self, arguments: &Arguments, place: Span) -> Option<Datum> {
        let kind = arguments.word(0, "plugin")?;
        let what = arguments.plain.get(1)?;
        match kind.rsplit('.').next().unwrap_or(kind) {
            "file" => self.names.file(what.known()?, false).map(|text| Datum::text(text.trim())),
            "template" => {
                let text = self.names.file(what.known()?, true)?;
                Some(Datum::text(super::render(&text, self.names)))
            }
            "vars" => {
                let found = self.variable(what.known()?, place);
                let default = arguments.named.iter().find(|(name, _)| name == "default").map(|(_, value)| value);
                match (&found.body, default) {
                    (Body::Undefined(_), Some(default)) => Some(default.clone()),
                    _ => Some(found),
                }
            }
            "dict" => matches!(what.body, Body::Map(_)).then(|| pairs(what, false)),
            "items" | "list" => matches!(what.body, Body::List(_)).then(|| what.clone()),
            _ => None,
        }
    }
}

fn range(arguments: &Arguments, place: Span) -> Option<Datum> {
    let numbers: Option<Vec<i64>> = arguments.plain.iter().map(Datum::as_integer).collect();
    let (from, to, step) = match numbers?.as_slice() {
        [to] => (0, *to, 1),
        [from, to] => (*from, *to, 1),
        [from, to, step] if *step > 0 => (*from, *to, *step),
        _ => return None,
    };
    if to.checked_sub(from)? / step > LONGEST_RANGE {
        return None;
    }
    let numbers = (from..to).step_by(usize::try_from(step).ok()?);
    Some(Datum::list(numbers.map(|number| Datum::integer(number, place)).collect(), place))
}

fn method(owner: &Datum, name: &str, arguments: &Arguments, place: Span) -> Option<Datum> {
    match &owner.body {
        Body::Map(entries) => match name {
            "items" => Some(pairs(owner, true)),
            "keys" => Some(Datum::list(entries.iter().map(|(key, _)| key_of(key)).collect(), place)),
            "values" => Some(Datum::list(entries.iter().map(|(_, value)| value.clone()).collect(), place)),
            "get" => {
                let key = arguments.word(0, "key")?;
                let otherwise =
                    || arguments.get(1, "default").cloned().unwrap_or_else(|| Datum::new(place, Body::Null));
                Some(owner.get(key).cloned().unwrap_or_else(otherwise))
            }
            _ => None,
        },
        Body::Scalar(Scalar { text, .. }) => match name {
            "split" => texts::split(text, arguments),
            "join" => {
                let mut joined = crate::source::Text::empty(place);
                for (at, item) in arguments.plain.first()?.items().iter().enumerate() {
                    if at > 0 {
                        joined.append(text);
                    }
                    joined.append(item.shown()?);
                }
                Some(Datum::text(joined))
            }
            "startswith" => Some(Datum::bool(text.known()?.starts_with(arguments.word(0, "prefix")?), place)),
            "endswith" => Some(Datum::bool(text.known()?.ends_with(arguments.word(0, "suffix")?), place)),
            "strip" if arguments.plain.is_empty() => Some(Datum::text(text.trim())),
            "rstrip" | "lstrip" | "strip" => {
                let signs: Vec<char> = arguments.word(0, "chars").unwrap_or(" \t\r\n").chars().collect();
                let known = text.known()?;
                let end = if name == "lstrip" { known.len() } else { known.trim_end_matches(&signs[..]).len() };
                let kept = known.get(..end)?;
                let start = if name == "rstrip" { 0 } else { kept.len() - kept.trim_start_matches(&signs[..]).len() };
                Some(Datum::text(text.slice(start..end)))
            }
            "lower" | "upper" | "capitalize" | "replace" => texts::filter(name, owner, arguments, place),
            _ => None,
        },
        _ => None,
    }
}
