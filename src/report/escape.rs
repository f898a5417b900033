//! JSON as text in which nothing is hidden: what a terminal would obey or not show is written as an escape.

use super::clean;
use serde::Serialize;
use std::fmt::Write as _;
use std::io::{self, Write};

/// Writes a value in lines, for people to read, too.
///
/// # Errors
/// If it cannot be written.
pub fn write_json(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    write_escaped(out, &serde_json::to_string_pretty(value)?)
}

/// Writes a value in one line.
///
/// # Errors
/// If it cannot be written.
pub fn write_json_line(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    write_escaped(out, &serde_json::to_string(value)?)
}

/// Hidden characters stand only in strings, so that an escape may take their place anywhere; line breaks are the text's own.
fn write_escaped(out: &mut dyn Write, json: &str) -> io::Result<()> {
    let is_hidden = |letter: char| letter != '\n' && clean::shown(letter, false).is_some();
    let mut rest = json;
    while let Some(at) = rest.find(is_hidden) {
        let (before, from) = rest.split_at(at);
        out.write_all(before.as_bytes())?;
        let letter = from.chars().next().unwrap_or_default();
        let mut escape = String::new();
        for unit in letter.encode_utf16(&mut [0; 2]) {
            // Writing to a string cannot fail.
            let _ = write!(escape, "\\u{unit:04x}");
        }
        out.write_all(escape.as_bytes())?;
        rest = &from[letter.len_utf8()..];
    }
    out.write_all(rest.as_bytes())?;
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_is_escaped_and_stays_the_same() {
        let text = "a\u{1b}\u{7f}\u{202e}\u{e0041}é\n";
        let mut out = Vec::new();
        write_json_line(&mut out, &text).expect("memory takes everything");
        let json = String::from_utf8(out).expect("JSON is text");
        assert_eq!(json, "\"a\\u001b\\u007f\\u202e\\udb40\\udc41é\\n\"\n");
        assert_eq!(serde_json::from_str::<String>(&json).expect("is JSON"), text);
    }
}
