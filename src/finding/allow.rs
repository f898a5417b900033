//! Allow comments as they are written: `# stakelint: allow(rule-id, rule-id) until 2027-03-01 -- reason`.

use jiff::civil::Date;

const CALL: &str = "stakelint:";
const VERBS: [&str; 6] = ["allow", "ignore", "disable", "skip", "off", "noqa"];

/// What an allow comment says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Allow {
    /// Rules or groups.
    pub(super) rules: Vec<String>,
    /// The last day on which it holds.
    pub(super) until: Option<Date>,
    /// The operator's reason.
    pub(super) reason: String,
}

/// Reads a comment, its sign included; nothing if it doesn't speak to us.
///
/// # Errors
/// What is wrong with it, as a clause that goes on from "this allowance"; it does not quote the comment.
pub(super) fn read(comment: &str) -> Option<Result<Allow, &'static str>> {
    let from = comment.find(CALL)? + CALL.len();
    let line = comment[from..].lines().next().unwrap_or_default();
    let line = line.trim_end().trim_end_matches("-->").trim_end_matches("*/").trim();
    let verb = line.split(|letter: char| !letter.is_ascii_alphabetic()).next().unwrap_or_default();
    if !VERBS.contains(&verb) {
        return None;
    }
    Some(if verb == "allow" { read_call(line["allow".len()..].trim_start()) } else { Err("does not say `allow(…)`") })
}

/// Reads what follows the word: `(rules) until date -- reason`.
fn read_call(text: &str) -> Result<Allow, &'static str> {
    let list = text.strip_prefix('(').ok_or("names no rule in brackets")?;
    let (list, rest) = list.split_once(')').ok_or("does not close its bracket")?;
    let rules = list.split(',').map(str::trim).map(read_rule).collect::<Result<_, _>>()?;
    let (rest, reason) = rest.split_once("--").ok_or("gives no reason (` -- ` and why)")?;
    let until = match rest.trim() {
        "" => None,
        rest => {
            Some(read_date(rest.strip_prefix("until ").ok_or("has words between its rules and its reason")?.trim())?)
        }
    };
    let reason = reason.trim();
    if reason.is_empty() {
        return Err("gives no reason (` -- ` and why)");
    }
    Ok(Allow { rules, until, reason: reason.into() })
}

fn read_rule(name: &str) -> Result<String, &'static str> {
    match name {
        "" => Err("names no rule"),
        "*" | "all" => Err("names all rules, not the one that is meant"),
        name if name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') => {
            Ok(name.into())
        }
        _ => Err("names something that is no rule"),
    }
}

fn read_date(text: &str) -> Result<Date, &'static str> {
    let wrong = "has a date that is not written YYYY-MM-DD";
    if text.len() == 10 { text.parse().map_err(|_| wrong) } else { Err(wrong) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn allow(rules: &[&str], until: Option<Date>, reason: &str) -> Option<Result<Allow, &'static str>> {
        let rules = rules.iter().map(|rule| (*rule).to_owned()).collect();
        Some(Ok(Allow { rules, until, reason: reason.into() }))
    }

    #[test]
    fn every_comment_sign_will_do() {
        let plain = allow(&["a-rule"], None, "behind Charon");
        for comment in [
            "# stakelint: allow(a-rule) -- behind Charon",
            "#stakelint:allow(a-rule)--behind Charon",
            "// stakelint: allow( a-rule ) -- behind Charon",
            "; stakelint: allow(a-rule) -- behind Charon\r",
            "<!-- stakelint: allow(a-rule) -- behind Charon -->",
            "/* stakelint: allow(a-rule) -- behind Charon */",
            "# note # stakelint: allow(a-rule) -- behind Charon",
        ] {
            assert_eq!(read(comment), plain, "{comment}");
        }
    }

    #[test]
    fn rules_and_a_date_are_read() {
        let read = read("# stakelint: allow(one, two-2) until 2027-03-01 -- a -- b");
        assert_eq!(read, allow(&["one", "two-2"], Some(date(2027, 3, 1)), "a -- b"));
    }

    #[test]
    fn what_is_malformed_says_so() {
        for comment in [
            "# stakelint: allow",
            "# stakelint: allow()",
            "# stakelint: allow(a-rule)",
            "# stakelint: allow(a-rule) --  ",
            "# stakelint: allow(a-rule -- reason",
            "# stakelint: allow(*) -- reason",
            "# stakelint: allow(A_Rule) -- reason",
            "# stakelint: allow(a-rule) until tomorrow -- reason",
            "# stakelint: allow(a-rule) until 2027-02-30 -- reason",
            "# stakelint: allow(a-rule) 2027-03-01 -- reason",
            "# stakelint: ignore(a-rule) -- reason",
        ] {
            assert!(matches!(read(comment), Some(Err(_))), "{comment}");
        }
    }

    #[test]
    fn other_comments_are_left_alone() {
        assert_eq!(read("# allow(a-rule) -- reason"), None);
        assert_eq!(read("# stakelint: see the README"), None);
        assert_eq!(read("#"), None);
    }
}
