//! Fills `${NAME}` in a text from the variables that the tree sets; what nothing sets stays a hole.
//!
//! The forms are those of the Compose specification: `$X`, `${X}`, `${X:-d}`, `${X-d}`, `${X:+a}`, `${X+a}`, `${X:?e}`,
//! `${X?e}`, nested, and `$$` for a dollar sign.

use crate::source::{Span, Text};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// References nest no deeper.
const DEEPEST: usize = 32;
/// Longer values are not inserted: values that hold one another would double with every step.
const LONGEST: usize = 64 << 10;
const MOST_PIECES: usize = 512;

/// The variables that a project's files may use.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// Variables that live files of the tree set (`.env`), at their places.
    pub values: BTreeMap<String, Text>,
    /// Names that a sample file documents, so that whoever deploys sets them.
    pub documented: Documented,
    /// The references stand in no file of the tree, so that a value is used where it is set.
    pub in_place: bool,
}

/// Names that several files document: scopes have the sets in common, since each of a thousand folders may lie below one of them.
#[derive(Debug, Clone, Default)]
pub struct Documented(Vec<Arc<BTreeSet<String>>>);

impl Documented {
    /// Tells whether a file documents a name.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|names| names.contains(name))
    }
}

impl FromIterator<Arc<BTreeSet<String>>> for Documented {
    fn from_iter<T: IntoIterator<Item = Arc<BTreeSet<String>>>>(sets: T) -> Self {
        Self(sets.into_iter().collect())
    }
}

impl Extend<Arc<BTreeSet<String>>> for Documented {
    fn extend<T: IntoIterator<Item = Arc<BTreeSet<String>>>>(&mut self, sets: T) {
        for set in sets {
            if !self.0.iter().any(|known| Arc::ptr_eq(known, &set)) {
                self.0.push(set);
            }
        }
    }
}

/// A reference to a variable that nothing sets and that has no default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unset {
    /// The variable.
    pub name: String,
    /// The reference.
    pub span: Span,
}

/// Fills the references of `text` and notes those that nothing sets.
#[must_use]
pub fn interpolate(text: &Text, scope: &Scope, unset: &mut Vec<Unset>) -> Text {
    if !text.value().contains('$') {
        return text.clone();
    }
    let closing = closing_braces(text.value());
    let mut filled = Text::empty(text.span());
    let mut work = Filling { text, scope, closing: &closing, unset };
    work.fill(0, text.value().len(), 0, &mut filled);
    match emptied(text, scope).filter(|_| filled.value().is_empty() && scope.in_place) {
        Some(value) => Text::empty(value.span()),
        None => filled,
    }
}

/// The value of a text that is nothing but a reference to a variable which is set, and empty.
fn emptied<'s>(text: &Text, scope: &'s Scope) -> Option<&'s Text> {
    let name = text.value().trim().strip_prefix("${")?.strip_suffix('}')?;
    let name = name.get(..name_length(name.as_bytes()))?;
    scope.values.get(name).filter(|value| value.value().is_empty())
}

/// For each opening brace, the place of the brace that closes it, in order.
fn closing_braces(value: &str) -> BTreeMap<usize, usize> {
    let mut open = Vec::new();
    let mut closing = BTreeMap::new();
    for (at, byte) in value.bytes().enumerate() {
        if byte == b'{' {
            open.push(at);
        } else if byte == b'}'
            && let Some(start) = open.pop()
        {
            closing.insert(start, at);
        }
    }
    closing
}

struct Filling<'a> {
    text: &'a Text,
    scope: &'a Scope,
    closing: &'a BTreeMap<usize, usize>,
    unset: &'a mut Vec<Unset>,
}

/// A reference as it stands in the text, by byte offsets.
struct Reference {
    start: usize,
    end: usize,
    name: (usize, usize),
    operator: Operator,
    /// The text behind the operator.
    word: (usize, usize),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Operator {
    None,
    /// `-`, and whether an empty value counts as unset (`:-`).
    Default(bool),
    /// `+`, and whether an empty value counts as unset (`:+`).
    Alternative(bool),
    /// `?`
    Demand,
    /// Something that Compose does not know (`${X^^}`).
    Foreign,
}

impl Filling<'_> {
    fn fill(&mut self, from: usize, to: usize, depth: usize, filled: &mut Text) {
        let bytes = self.text.value().as_bytes();
        let mut literal = from;
        let mut at = from;
        while let Some(found) = memchr::memchr(b'$', &bytes[at..to]) {
            let dollar = at + found;
            at = dollar + 1;
            if !self.is_written_plainly(dollar) {
                continue;
            }
            if bytes.get(dollar + 1) == Some(&b'$') && dollar + 1 < to {
                filled.append(&self.text.slice(literal..dollar));
                filled.push_inexact("$", self.text.span_of(dollar..dollar + 2));
                at = dollar + 2;
                literal = at;
            } else if let Some(reference) = self.reference(dollar, to) {
                filled.append(&self.text.slice(literal..dollar));
                at = reference.end;
                literal = at;
                self.resolve(&reference, depth, filled);
            }
        }
        filled.append(&self.text.slice(literal..to));
    }

    /// A dollar sign in a hole is no reference, nor is one that an escape of the file's syntax stands for (`\$`).
    fn is_written_plainly(&self, at: usize) -> bool {
        let span = self.text.span_of(at..at + 1);
        let segment = self.text.segments().partition_point(|segment| (segment.at + segment.len) as usize <= at);
        let Some(segment) = self.text.segments().get(segment) else { return false };
        !segment.hole && (segment.exact || segment.origin.is_some() || segment.len > 1 || span.len() == 1)
    }

    fn reference(&self, dollar: usize, limit: usize) -> Option<Reference> {
        let bytes = self.text.value().as_bytes();
        let braced = bytes.get(dollar + 1) == Some(&b'{');
        let start = dollar + 1 + usize::from(braced);
        let length = name_length(bytes.get(start..limit)?);
        let name = (start, start + length);
        if length == 0 {
            return None;
        }
        if !braced {
            return Some(Reference {
                start: dollar,
                end: name.1,
                name,
                operator: Operator::None,
                word: (name.1, name.1),
            });
        }
        let close = *self.closing.get(&(dollar + 1))?;
        if close >= limit {
            return None;
        }
        let (operator, length) = operator(&bytes[name.1..close]);
        Some(Reference { start: dollar, end: close + 1, name, operator, word: (name.1 + length, close) })
    }

    fn resolve(&mut self, reference: &Reference, depth: usize, filled: &mut Text) {
        let name = &self.text.value()[reference.name.0..reference.name.1];
        let value = self.scope.values.get(name);
        let counts = |strict: bool| value.is_some_and(|value| !strict || !value.value().is_empty());
        if depth >= DEEPEST || reference.operator == Operator::Foreign {
            return self.hole(reference, filled);
        }
        match (reference.operator, value) {
            (Operator::Default(strict), _) if !counts(strict) => {
                self.fill(reference.word.0, reference.word.1, depth + 1, filled);
            }
            (Operator::Alternative(_), Some(value)) if value.is_hole() => self.hole(reference, filled),
            (Operator::Alternative(strict), _) if counts(strict) => {
                self.fill(reference.word.0, reference.word.1, depth + 1, filled);
            }
            // Whoever deploys may set it, so that nobody knows which of the two holds.
            (Operator::Alternative(_), None) if self.scope.documented.contains(name) => self.hole(reference, filled),
            (Operator::Alternative(_), _) => {}
            (_, Some(value)) => self.insert(value, reference, filled),
            (operator, None) => {
                if operator == Operator::None && !is_ambient(name) {
                    let span = self.text.span_of(reference.start..reference.end);
                    self.unset.push(Unset { name: name.to_owned(), span });
                }
                self.hole(reference, filled);
            }
        }
    }

    fn hole(&self, reference: &Reference, filled: &mut Text) {
        let range = reference.start..reference.end;
        filled.push_hole(&self.text.value()[range.clone()], self.text.span_of(range));
    }

    /// Puts a variable's value in the place of the reference; it was written where the variable is set.
    fn insert(&self, value: &Text, reference: &Reference, filled: &mut Text) {
        if value.value().len() > LONGEST || value.segments().len() > MOST_PIECES {
            return self.hole(reference, filled);
        }
        let span = self.text.span_of(reference.start..reference.end);
        for segment in value.segments() {
            let piece = &value.value()[segment.at as usize..(segment.at + segment.len) as usize];
            if segment.hole {
                filled.push_hole(piece, if self.scope.in_place { segment.span } else { span });
            } else {
                let origin = segment.origin.unwrap_or(segment.span);
                let (span, origin) = if self.scope.in_place { (origin, None) } else { (span, Some(origin)) };
                filled.push(piece, span, origin);
            }
        }
    }
}

fn name_length(bytes: &[u8]) -> usize {
    let starts = bytes.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
    if !starts {
        return 0;
    }
    bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count()
}

fn operator(bytes: &[u8]) -> (Operator, usize) {
    match bytes {
        [] => (Operator::None, 0),
        [b':', b'-', ..] => (Operator::Default(true), 2),
        [b'-', ..] => (Operator::Default(false), 1),
        [b':', b'+', ..] => (Operator::Alternative(true), 2),
        [b'+', ..] => (Operator::Alternative(false), 1),
        [b':', b'?', ..] => (Operator::Demand, 2),
        [b'?', ..] => (Operator::Demand, 1),
        _ => (Operator::Foreign, 0),
    }
}

/// Names that every shell or Compose itself sets, so that nobody has to.
fn is_ambient(name: &str) -> bool {
    const NAMES: [&str; 11] = [
        "HOME",
        "PWD",
        "USER",
        "LOGNAME",
        "UID",
        "GID",
        "HOSTNAME",
        "PATH",
        "SHELL",
        "COMPOSE_PROJECT_NAME",
        "DOCKER_HOST",
    ];
    NAMES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn scope(values: &[(&str, &str)]) -> Scope {
        let mut scope = Scope::default();
        let mut start = 1000;
        for (name, value) in values {
            let span = Span::new(FileId(9), start, start + value.len() as u32);
            scope.values.insert((*name).to_owned(), Text::literal(value, span));
            start += 100;
        }
        scope
    }

    fn fill(text: &str, scope: &Scope) -> (Text, Vec<String>) {
        let mut unset = Vec::new();
        let text = Text::literal(text, Span::new(FileId(0), 0, text.len() as u32));
        let filled = interpolate(&text, scope, &mut unset);
        (filled, unset.into_iter().map(|unset| unset.name).collect())
    }

    #[test]
    fn every_form_is_filled_as_compose_does() {
        let scope = scope(&[("A", "x"), ("E", "")]);
        let cases = [
            ("$A-${A}", "x-x"),
            ("${U:-d}${U-d}${E:-d}${E-d}", "ddd"),
            ("${A:+y}${E:+y}${U:+y}${E+z}", "yz"),
            ("${U:-${V:-{n}}}", "{n}"),
            ("${A:?say}", "x"),
            ("$$A $ $1 ${", "$A $ $1 ${"),
            ("${U:-$$(git describe)}", "$(git describe)"),
        ];
        for (text, expected) in cases {
            let (filled, unset) = fill(text, &scope);
            assert_eq!((filled.known(), unset.len()), (Some(expected), 0), "{text}");
        }
    }

    #[test]
    fn what_nothing_sets_is_a_hole() {
        let (filled, unset) = fill("--a=${U} $V ${W:?say} ${X^^} $HOME", &Scope::default());
        assert_eq!(filled.value(), "--a=${U} $V ${W:?say} ${X^^} $HOME");
        assert_eq!(filled.segments().iter().filter(|segment| segment.hole).count(), 5);
        assert_eq!(unset, ["U", "V"]);
    }

    #[test]
    fn an_alternative_to_a_documented_name_is_not_known() {
        let documented = std::iter::once(Arc::new(BTreeSet::from(["MEV".to_owned()]))).collect();
        let scope = Scope { documented, ..Scope::default() };
        assert!(fill("${MEV:+--builder}", &scope).0.is_hole());
    }

    #[test]
    fn values_know_both_places_and_defaults_their_own_bytes() {
        let (filled, _) = fill("--port=${PORT} ${U:-7500}", &scope(&[("PORT", "5062")]));
        assert_eq!(filled.value(), "--port=5062 7500");
        let port = filled.slice(7..11);
        assert_eq!(port.span(), Span::new(FileId(0), 7, 14));
        assert_eq!(port.origin(), Some(Span::new(FileId(9), 1000, 1004)));
        let default = filled.slice(12..16);
        assert_eq!((default.span(), default.origin()), (Span::new(FileId(0), 20, 24), None));
    }

    #[test]
    fn deep_nesting_stays_bounded() {
        let text = "${A:-".repeat(5000) + &"}".repeat(5000);
        assert!(!fill(&text, &Scope::default()).0.is_known());
        assert!(fill(&"${".repeat(50_000), &Scope::default()).0.is_known());
    }
}
