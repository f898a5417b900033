//! Secrets whose name stands apart from them: defaults of variables of HCL, and contents that are written to a file.

use super::named::is_secret;
use super::value::{self, After};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// A variable declared with its name as a label, in quotes or without, and whatever stands before the brace.
static VARIABLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let label = r#"(?:"[^"\n]*"|[\w.-]+)"#;
    let name = r#"(?:"(?<quoted>[^"\n]+)"|(?<bare>[\w.-]+))"#;
    Regex::new(&format!(r#"\b(?:variable|output|resource\s+{label})\s+{name}[^"\n{{}}=]*\{{"#)).ok()
});
/// What begins a declaration.
const DECLARES: [&str; 3] = ["variable", "output", "resource"];
/// What a declaration says its value is.
static VALUE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b(?:default|value|result|secret_string|secret_data)[ \t]*=").ok());
/// The path that a file is written to.
static TARGET: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"\b(?:dest|path|destination|filename)["']?[ \t]*[:=][ \t]*["']?([^\s,"'{}]+)"#).ok());
/// What is written there.
static CONTENT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"\b(?:content|data)["']?[ \t]*[:=]"#).ok());
/// Parts of names of files that hold secrets.
const FILES: [&str; 9] = ["pass", "secret", "token", "key", "wallet", "mnemonic", "jwt", "cred", "seed"];
/// So far a task goes at most.
const FAR: usize = 1_500;
/// So far a declaration does, with all that is said of it.
const LONGEST: usize = 64 << 10;

/// Answers the places of such values, in no order; they may overlap.
pub(super) fn secrets(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    // Most texts declare and write nothing, and the patterns are dear to build.
    let holds = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if holds(&DECLARES) {
        of_variables(text, &mut found);
    }
    if holds(&["content", "destination"]) {
        of_files(text, &mut found);
    }
    found
}

/// Answers where the declaration begins in which a byte stands; the byte itself if it stands in none.
pub(super) fn beginning(text: &str, at: usize) -> usize {
    let before = &text[within(text, at.saturating_sub(LONGEST)..at)];
    // What a description speaks of may look like a declaration, too: the first one that is not closed counts.
    let closed = before.rfind("\n}").map_or(0, |end| end + 1);
    let declares = |start: &usize| {
        let line = before.get(*start..).unwrap_or_default().trim_start();
        let rest = DECLARES.iter().find_map(|word| line.strip_prefix(word));
        rest.is_some_and(|rest| rest.starts_with(|sign: char| sign == '"' || sign.is_whitespace()))
    };
    let open = &before[closed..];
    let lines = memchr::memchr_iter(b'\n', open.as_bytes()).map(|end| closed + end + 1);
    let of_line = std::iter::once(closed).chain(lines).find(declares);
    let within_line =
        DECLARES.iter().filter_map(|word| open.find(&format!("{word} \""))).map(|start| closed + start).min();
    of_line.into_iter().chain(within_line).min().map_or(at, |start| at - before.len() + start)
}

fn of_variables(text: &str, found: &mut Vec<Range<usize>>) {
    for declared in VARIABLE.iter().flat_map(|pattern| pattern.captures_iter(text)) {
        let name = declared.name("quoted").or_else(|| declared.name("bare"));
        let Some((whole, name)) = declared.get(0).zip(name) else { continue };
        let inside = within(text, whole.end()..whole.end().saturating_add(LONGEST));
        let inside = inside.start..text[inside.clone()].find("\n}").map_or(inside.end, |end| inside.start + end);
        if is_secret(name.as_str()) {
            take(text, &VALUE, inside, found);
        }
    }
}

fn of_files(text: &str, found: &mut Vec<Range<usize>>) {
    for target in TARGET.iter().flat_map(|pattern| pattern.captures_iter(text)) {
        let Some((whole, path)) = target.get(0).zip(target.get(1)) else { continue };
        let file = path.as_str().rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        if FILES.iter().any(|part| file.contains(part)) {
            let near = whole.start().saturating_sub(FAR)..whole.end().saturating_add(FAR);
            take(text, &CONTENT, within(text, near), found);
        }
    }
}

fn take(text: &str, name: &LazyLock<Option<Regex>>, inside: Range<usize>, found: &mut Vec<Range<usize>>) {
    for name in name.iter().flat_map(|pattern| pattern.find_iter(&text[inside.clone()])) {
        let start = inside.start + name.end();
        let rest = text.get(start..inside.end).unwrap_or_default();
        // A here-document goes on to the end of the declaration.
        match rest.find('\n').filter(|_| rest.trim_start().starts_with("<<")) {
            Some(line) => found.push(start + line..inside.end),
            None => value::at(text, start, inside.start + name.start(), After::Colon, found),
        }
    }
}

/// A range of a text, cut at its ends and at whole characters.
fn within(text: &str, range: Range<usize>) -> Range<usize> {
    let cut = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    cut(range.start)..cut(range.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_hidden_whose_names_stand_apart() {
        for text in [
            "variable \"wallet_password\" { default = \"hunter2\" }",
            "variable wallet_password {\n  default = \"hunter2\"\n}\n",
            "variable\t\"wallet_password\"\u{feff}\u{feff} /* for now */ {\n  default = \"hunter2\"\n}\n",
            "variable \"mnemonic\" {\n  type = string\n  default = <<EOT\nhunter2\nEOT\n}\n",
            "- copy: { content: 'hunter2', dest: /keys/password.txt }",
            "- copy:\n    dest: /etc/staking/jwt.hex\n    content: |\n      hunter2\n",
            "write_files:\n  - path: /keys/mnemonic\n    content: hunter2, and more\n",
            "resource \"local_file\" \"x\" {\n  content = \"hunter2\"\n  filename = \"/keys/wallet-password\"\n}\n",
        ] {
            let hidden: String = secrets(text).into_iter().map(|range| &text[range]).collect();
            assert!(hidden.contains("hunter2"), "{text}: {hidden}");
        }
        for text in ["variable \"network\" { default = \"hunter2\" }", "- copy: { content: hunter2, dest: /etc/motd }"]
        {
            assert!(secrets(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_declaration_is_found_far_above_its_value() {
        let text = format!(
            "a {{\n}}\nvariable \"b_token\" {{\n  description = \"{}\"\n  default = \"hunter2\"\n}}\nc\n",
            "x \noutput \"y\" ".repeat(900)
        );
        let at = |word: &str| text.find(word).expect("stands there");
        let (start, value, after) = (at("variable"), at("hunter2"), text.len() - 1);
        assert_eq!((beginning(&text, value), beginning(&text, after)), (start, after));
        assert!(secrets(&text[start..]).iter().any(|range| text[start..][range.clone()].contains("hunter2")));
    }
}
