//! Sentences broken into lines of a width.

use unicode_width::UnicodeWidthStr;

/// Breaks a text at white space into lines of at most `width` columns; a longer word stands alone.
///
/// Line breaks in the text stay, and lines that begin with white space (commands) are left as they are.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for line in text.trim().lines() {
        if line.starts_with([' ', '\t']) {
            lines.push(line.trim_end().to_owned());
            continue;
        }
        let mut current = String::new();
        for word in line.split_whitespace() {
            if !current.is_empty() && current.width() + 1 + word.width() > width {
                lines.push(std::mem::take(&mut current));
            }
            if !current.is_empty() {
                current.push(' ');
            }
            current.push_str(word);
        }
        lines.push(current);
    }
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
