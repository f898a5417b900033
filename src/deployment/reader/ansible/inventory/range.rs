//! Names of hosts with ranges in them: `web[01:10]`, `db-[a:c]`.

/// A pattern stands for no more hosts.
const MOST: usize = 2_000;

/// Answers the names that a pattern stands for. A range that is too long, or none, leaves the pattern as it is.
pub(super) fn expand(pattern: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let mut rest = pattern;
    while let Some(open) = rest.find('[') {
        let Some(close) = rest.get(open..).and_then(|tail| tail.find(']')).map(|at| open + at) else { break };
        let Some(parts) = rest.get(open + 1..close).and_then(parts) else { return vec![pattern.to_owned()] };
        if names.len().saturating_mul(parts.len()) > MOST {
            return vec![pattern.to_owned()];
        }
        let before = rest.get(..open).unwrap_or_default();
        let longer = |name: &String| parts.iter().map(|part| format!("{name}{before}{part}")).collect::<Vec<_>>();
        names = names.iter().flat_map(longer).collect();
        rest = rest.get(close + 1..).unwrap_or_default();
    }
    names.into_iter().map(|name| name + rest).collect()
}

fn parts(range: &str) -> Option<Vec<String>> {
    let mut bounds = range.split(':');
    let (first, last, step) = (bounds.next()?, bounds.next()?, bounds.next().unwrap_or("1"));
    let step: usize = step.parse().ok().filter(|step| *step > 0)?;
    if let (Ok(from), Ok(to)) = (first.parse::<u64>(), last.parse::<u64>()) {
        if to < from || (to - from) as usize / step > MOST {
            return None;
        }
        let width = if first.starts_with('0') { first.len() } else { 0 };
        return Some((from..=to).step_by(step).map(|number| format!("{number:0width$}")).collect());
    }
    let letter = |text: &str| {
        let mut signs = text.chars();
        signs.next().filter(|sign| signs.next().is_none() && sign.is_ascii_alphabetic())
    };
    let (from, to) = (letter(first)?, letter(last)?);
    (from <= to).then(|| (from..=to).step_by(step).map(String::from).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_become_names() {
        assert_eq!(expand("web[01:03]"), ["web01", "web02", "web03"]);
        assert_eq!(expand("db-[a:c].x"), ["db-a.x", "db-b.x", "db-c.x"]);
        assert_eq!(expand("v[1:5:2]-[a:b]"), ["v1-a", "v1-b", "v3-a", "v3-b", "v5-a", "v5-b"]);
        for odd in ["plain", "x[1:999999999]", "x[", "x[]", "x[b:a]", "x[1:2:0]", "[1:1000][1:1000]"] {
            assert_eq!(expand(odd), [odd]);
        }
    }
}
