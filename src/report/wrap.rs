//! Sentences broken into lines of a width.

use unicode_width::UnicodeWidthStr;

/// Breaks a text at white space into lines of at most `width` columns; a longer word stands alone.
///
/// Line breaks in the text stay, and lines that begin with white space (commands) are left as they are. No short rest is left on
/// the last line of several if a narrower paragraph has as many lines.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.trim().lines() {
        if paragraph.starts_with([' ', '\t']) {
            lines.push(paragraph.trim_end().to_owned());
            continue;
        }
        let widest = broken(paragraph, width);
        let is_even = |lines: &Vec<String>| lines.last().is_none_or(|last| last.width() >= width / 3);
        let narrower = (width * 2 / 3..width).rev().map(|width| broken(paragraph, width));
        let mut narrower = narrower.take_while(|lines| lines.len() == widest.len());
        let even = if widest.len() == 1 || is_even(&widest) { None } else { narrower.find(is_even) };
        lines.extend(even.unwrap_or(widest));
    }
    lines
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
        assert_eq!(wrap("日本語 日本語", 9), ["日本語", "日本語"]);
    }
}
