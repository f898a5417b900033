//! What a value is, and versions.

use super::Function;
use super::argument::{known, text, word};
use crate::deployment::template::machine::{Machine, truth};
use crate::deployment::template::model::{Datum, Sort};
use crate::source::{Span, Text};
use semver::{Version, VersionReq};

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "kindOf" => |_, arguments, place| word(Text::inexact(kind(arguments.first()?)?, place)),
        "typeOf" => |_, arguments, place| word(Text::inexact(type_of(arguments.first()?)?, place)),
        "kindIs" => |_, arguments, place| Some(truth(kind(arguments.get(1)?)? == known(arguments.first())?, place)),
        "typeIs" | "typeIsLike" => {
            |_, arguments, place| Some(truth(type_of(arguments.get(1)?)? == known(arguments.first())?, place))
        }
        "toString" => |machine, arguments, place| word((*text(machine, arguments.first(), place)?).clone()),
        "toStrings" => |machine, arguments, place| {
            let items = machine.heap.items(arguments.first()?).to_vec();
            let words = items.iter().map(|item| word((*text(machine, Some(item), place)?).clone()));
            let words = words.collect::<Option<Vec<_>>>()?;
            Some(machine.heap.list(words))
        },
        "deepEqual" => {
            |machine, arguments, place| Some(truth(machine.heap.same(arguments.first()?, arguments.get(1)?, 0)?, place))
        }
        "semverCompare" => semver_compare,
        "semver" => |_, _, _| None,
        _ => return None,
    })
}

fn kind(datum: &Datum) -> Option<&'static str> {
    Some(match datum {
        Datum::Null => "invalid",
        Datum::List(_) => "slice",
        Datum::Map(_) => "map",
        Datum::Hole(_) => return None,
        Datum::Scalar(Sort::Word, _) => "string",
        Datum::Scalar(Sort::Truth, _) => "bool",
        // Helm's values have no whole numbers, those that templates count do; the former are asked about.
        Datum::Scalar(_, text) if text.segments().iter().any(|segment| segment.exact) => "float64",
        Datum::Scalar(Sort::Integer, _) => "int",
        Datum::Scalar(Sort::Decimal, _) => "float64",
    })
}

fn type_of(datum: &Datum) -> Option<&'static str> {
    Some(match kind(datum)? {
        "invalid" => "<nil>",
        "slice" => "[]interface {}",
        "map" => "map[string]interface {}",
        kind => kind,
    })
}

/// `semverCompare CONSTRAINT VERSION`
fn semver_compare(_: &mut Machine, arguments: &[Datum], place: Span) -> Option<Datum> {
    let (constraint, version) = (known(arguments.first())?, known(arguments.get(1))?);
    let version = version.trim().trim_start_matches('v');
    let plain = version.split(['-', '+']).next().unwrap_or(version);
    let mut padded = plain.to_owned();
    for _ in plain.matches('.').count()..2 {
        padded.push_str(".0");
    }
    let version = Version::parse(&padded).ok()?;
    let mut holds = false;
    for either in constraint.split("||") {
        // A pre-release bound (`>=1.19-0`) only says that pre-releases count, too.
        let parts = either.split([',', ' ']).filter(|part| !part.trim().is_empty()).map(|part| {
            let part = part.trim().replace('v', "");
            part.split_once('-').map_or(part.clone(), |(before, _)| before.to_owned())
        });
        let requirement = parts.collect::<Vec<_>>().join(", ");
        let requirement = if requirement.starts_with(|first: char| first.is_ascii_digit()) {
            format!("={requirement}")
        } else {
            requirement
        };
        holds |= VersionReq::parse(&requirement).ok()?.matches(&version);
    }
    Some(truth(holds, place))
}
