//! What the first lines of a text look like, for files whose name does not tell.

use super::model::FileKind;

/// Lines beyond these do not change the mind.
const LINES: usize = 200;

/// Tells what a text is by the shape of its lines; `whole` says that it does not go on.
pub(super) fn of(head: &str, whole: bool) -> FileKind {
    let text = head.strip_prefix('\u{feff}').unwrap_or(head);
    let text = if whole { text } else { text.rsplit_once('\n').map_or("", |(lines, _)| lines) };
    let start = text.trim_start();
    if let Some(first) = start.strip_prefix("#!") {
        return if is_shell(first.lines().next().unwrap_or_default()) { FileKind::Shell } else { FileKind::Unknown };
    }
    if is_json(start) {
        FileKind::Json
    } else if is_ini(text) {
        if is_toml(text) { FileKind::Toml } else { FileKind::Ini }
    } else if is_environment(text) {
        FileKind::Dotenv
    } else if is_yaml(text) {
        FileKind::Yaml
    } else {
        FileKind::Text
    }
}

fn is_shell(interpreter: &str) -> bool {
    interpreter.split([' ', '\t', '/']).any(|word| ["sh", "bash", "zsh", "ksh", "dash", "ash"].contains(&word))
}

fn is_json(start: &str) -> bool {
    let next = |text: &str| text.trim_start().chars().next();
    if let Some(rest) = start.strip_prefix('{') {
        return matches!(next(rest), Some('"' | '}'));
    }
    start.strip_prefix('[').is_some_and(|rest| matches!(next(rest), Some('{' | '[' | '"' | ']')))
}

/// Answers the lines that say something, without comments.
fn spoken(text: &str) -> impl Iterator<Item = &str> {
    text.lines().take(LINES).filter(|line| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with('#') && !line.starts_with(';')
    })
}

/// `[Section]` comes first, or stands among lines that are neither sentences nor code (an Ansible inventory).
fn is_ini(text: &str) -> bool {
    let is_header = |line: &str| {
        let line = line.split(['#', ';']).next().unwrap_or_default().trim();
        line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).is_some_and(|name| {
            !name.is_empty() && name.chars().all(|sign| sign.is_alphanumeric() || " ._:@-/".contains(sign))
        })
    };
    let odd = |line: &str| line.contains(['{', '}', '(']) && !line.contains('=');
    spoken(text).next().is_some_and(is_header) || (spoken(text).any(is_header) && !spoken(text).any(odd))
}

/// Every value is one of TOML, which knows no bare words.
fn is_toml(text: &str) -> bool {
    let is_key =
        |key: &str| !key.is_empty() && key.chars().all(|sign| sign.is_alphanumeric() || "_-.\"'".contains(sign));
    let is_value = |value: &str| {
        value.starts_with(|sign: char| "\"'[{+-".contains(sign) || sign.is_ascii_digit())
            || ["true", "false"].contains(&value)
    };
    let mut pairs = spoken(text).filter_map(|line| line.split_once('=')).peekable();
    pairs.peek().is_some() && pairs.all(|(key, value)| is_key(key.trim()) && is_value(value.trim()))
}

/// Every line is `NAME=value`, and one at least in capitals with a value, which no line of Base64 is.
fn is_environment(text: &str) -> bool {
    let (mut certain, mut goes_on) = (false, None);
    for line in spoken(text) {
        if let Some(quote) = goes_on {
            goes_on = still_open(line, quote);
            continue;
        }
        let line = line.trim_start();
        let Some((name, value)) = line.strip_prefix("export ").unwrap_or(line).split_once('=') else { return false };
        let starts = name.starts_with(|sign: char| sign.is_ascii_alphabetic() || sign == '_');
        if !starts || !name.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '_') {
            return false;
        }
        certain |=
            !name.contains(|sign: char| sign.is_ascii_lowercase()) && !value.is_empty() && !value.starts_with('=');
        goes_on = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => still_open(&value[1..], Some(quote)),
            _ => still_open(value, None),
        };
    }
    certain
}

/// Tells whether a value goes on in the next line: its quote is still open, or the line ends in a backslash.
fn still_open(line: &str, quote: Option<char>) -> Option<Option<char>> {
    match quote {
        Some(quote) => (!line.trim_end().ends_with(quote)).then_some(Some(quote)),
        None => line.ends_with('\\').then_some(None),
    }
}

/// Begins with `---`, or all lines that are not indented are keys or items, two at least.
fn is_yaml(text: &str) -> bool {
    let mut top = 0;
    for line in spoken(text) {
        if top == 0 && (line.trim_end() == "---" || line.starts_with("%YAML")) {
            return true;
        }
        if line.starts_with('\t') {
            return false;
        }
        if !line.starts_with(' ') {
            if !is_key(line) && !line.starts_with("- ") && line.trim_end() != "---" {
                return false;
            }
            top += 1;
        }
    }
    top > 1 || (top == 1 && text.lines().any(|line| line.starts_with("  ")))
}

fn is_key(line: &str) -> bool {
    let Some((name, rest)) = line.split_once(':') else { return false };
    let name = name.trim_matches(['"', '\'']);
    let plain = name.starts_with(|sign: char| sign.is_ascii_alphabetic() || sign == '_')
        && name.chars().all(|sign| sign.is_ascii_alphanumeric() || "_-./".contains(sign));
    plain && (rest.is_empty() || rest.starts_with([' ', '\r']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_tells_what_the_name_does_not() {
        let cases = [
            ("{\n \"crypto\": {}}", FileKind::Json),
            ("[{\"pubkey\": 1}]", FileKind::Json),
            ("# unit\n[Unit]\nA=b\n", FileKind::Ini),
            ("vc1 ansible_host=10.0.0.1\n[validators]\nvc1\n", FileKind::Ini),
            ("[Eth]\nNetworkId = 1\nSyncMode = \"snap\"\n", FileKind::Toml),
            ("[Service]\nRestart=always\nUMask=0077\n", FileKind::Ini),
            ("# x\nNETWORK=mainnet\nexport B='c'\n", FileKind::Dotenv),
            ("GETH_ARGS=\"--http \\\n  --ws\"\nB=1\n", FileKind::Dotenv),
            ("services:\n  vc:\n    image: x\n", FileKind::Yaml),
            ("---\n- hosts: all\n", FileKind::Yaml),
            ("#!/usr/bin/env bash\nx\n", FileKind::Shell),
            ("#!/usr/bin/python3\nx\n", FileKind::Unknown),
        ];
        for (text, kind) in cases {
            assert_eq!(of(text, true), kind, "{text}");
        }
    }

    #[test]
    fn secrets_and_prose_are_plain_text() {
        for text in
            ["hunter2\n", "cGFzc3dvcmQ=", "cGFzc3dvcg==\n", "abandon abandon about", "{{ x }}", "password: x", ""]
        {
            assert_eq!(of(text, true), FileKind::Text, "{text}");
        }
        assert_eq!(of("all: build\n\tcargo build\n", true), FileKind::Text);
    }
}
