//! Selectors of targets, in the words of Kubernetes: `a=b`, `a!=b`, `a in (b, c)`, `a notin (b)`, `a`, `!a`.

use crate::deployment::value::Value;
use crate::source::Text;

/// One requirement: a name, the values that it may have, and whether these are the ones that it must not have.
struct Requirement<'s> {
    name: &'s str,
    /// Nothing asks whether the name is there at all.
    values: Option<Vec<&'s str>>,
    negated: bool,
}

/// Tells whether labels or annotations meet a selector.
pub(super) fn meets(selector: &str, labels: Option<&Value>) -> bool {
    requirements(selector).iter().all(|requirement| {
        let found = labels.and_then(|labels| labels.get(requirement.name)).and_then(Value::text).map(Text::value);
        let holds = match (&requirement.values, found) {
            (None, found) => found.is_some(),
            (Some(values), Some(found)) => values.contains(&found),
            (Some(_), None) => false,
        };
        holds != requirement.negated
    })
}

fn requirements(selector: &str) -> Vec<Requirement<'_>> {
    let mut depth = 0_usize;
    let parts = selector.split(|sign: char| {
        depth = match sign {
            '(' => depth + 1,
            ')' => depth.saturating_sub(1),
            _ => depth,
        };
        sign == ',' && depth == 0
    });
    parts.map(str::trim).filter(|part| !part.is_empty()).map(requirement).collect()
}

fn requirement(part: &str) -> Requirement<'_> {
    let set = |word: &str| {
        let (name, values) = part.split_once(word)?;
        let inner = values.trim().strip_prefix('(')?.strip_suffix(')')?;
        Some((name.trim(), inner.split(',').map(str::trim).collect::<Vec<_>>()))
    };
    if let Some((name, values)) = set(" notin ") {
        return Requirement { name, values: Some(values), negated: true };
    }
    if let Some((name, values)) = set(" in ") {
        return Requirement { name, values: Some(values), negated: false };
    }
    if let Some((name, value)) = part.split_once("!=") {
        return Requirement { name: name.trim(), values: Some(vec![value.trim()]), negated: true };
    }
    if let Some((name, value)) = part.split_once('=') {
        return Requirement {
            name: name.trim(),
            values: Some(vec![value.trim_start_matches('=').trim()]),
            negated: false,
        };
    }
    match part.strip_prefix('!') {
        Some(name) => Requirement { name: name.trim(), values: None, negated: true },
        None => Requirement { name: part, values: None, negated: false },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Syntax, parse};
    use crate::source::FileId;

    #[test]
    fn every_form_selects() {
        let document = parse(FileId(0), "{role: validator, tier: one}".into(), Syntax::Yaml);
        let labels = Value::of(document.root().expect("has a root"));
        for (selector, expected) in [
            ("", true),
            ("role=validator,tier==one", true),
            ("role!=beacon, tier in (one, two)", true),
            ("role notin (validator)", false),
            ("none notin (a),!none", true),
            ("none!=a", true),
            ("tier,!role", false),
            ("role in (a,b)", false),
        ] {
            assert_eq!(meets(selector, Some(&labels)), expected, "{selector}");
        }
    }
}
