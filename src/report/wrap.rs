//! Sentences broken into lines of a width.

use super::clean::uncommanding;
use unicode_width::UnicodeWidthStr;

/// A last line shorter than this is a short rest.
const REST: usize = 16;

/// Breaks a text at white space into lines of at most `width` columns; a longer word stands alone.
///
/// Line breaks in the text stay, lines that begin with white space (commands) are left as they are, and what follows the first
/// line of a numbered step or a list's item is indented. No short rest is left on the last line of several if a narrower
/// paragraph has as many lines.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.trim().lines() {
        if paragraph.starts_with([' ', '\t']) {
            lines.push(paragraph.trim_end().to_owned());
            continue;
        }
        let indent = indent(paragraph);
        let room = width.saturating_sub(indent).max(1);
        let even = evenly(paragraph.get(indent..).unwrap_or_default(), room);
        let mark = paragraph.get(..indent).unwrap_or_default();
        lines.extend(even.iter().enumerate().map(|(at, line)| match at {
            0 => format!("{mark}{line}"),
            _ => format!("{:indent$}{line}", ""),
        }));
    }
    lines.into_iter().map(uncommanding).collect()
}

/// Answers how far the lines of a step (`1. …`) or an item (`- …`) are indented.
fn indent(paragraph: &str) -> usize {
    let number = paragraph.bytes().take_while(u8::is_ascii_digit).count();
    let mark = if number > 0 { ". " } else { "- " };
    if number < 3 && paragraph[number..].starts_with(mark) { number + mark.len() } else { 0 }
}

fn evenly(paragraph: &str, width: usize) -> Vec<String> {
    let widest = broken(paragraph, width);
    let is_even = |lines: &Vec<String>| lines.last().is_none_or(|last| last.width() >= REST.min(width / 3));
    let narrower = (width * 2 / 3..width).rev().map(|width| broken(paragraph, width));
    let mut narrower = narrower.take_while(|lines| lines.len() == widest.len());
    let even = if widest.len() == 1 || is_even(&widest) { None } else { narrower.find(is_even) };
    even.unwrap_or(widest)
}

fn broken(paragraph: &str, width: usize) -> Vec<String> {
    let (mut lines, mut current, mut used) = (Vec::new(), String::new(), 0);
    for word in paragraph.split_whitespace() {
        if used > 0 && used + 1 + word.width() > width {
            lines.push(std::mem::take(&mut current));
            used = 0;
        }
        if used > 0 {
            current.push(' ');
            used += 1;
        }
        current.push_str(word);
        used += word.width();
    }
    lines.push(current);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_break_and_commands_do_not() {
        let text = "stop the key on one host,\n  lighthouse account validator exit --keystore x\nthen import";
        assert_eq!(
            wrap(text, 16),
            ["stop the key on", "one host,", "  lighthouse account validator exit --keystore x", "then import"]
        );
        assert_eq!(wrap("1. stop the key\n2. go", 12), ["1. stop the", "   key", "2. go"]);
        assert_eq!(wrap("日本語 日本語", 9), ["日本語", "日本語"]);
    }
}
