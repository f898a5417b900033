//! Text from the tree on its way to a terminal: no control, no hidden direction, and ASCII where nothing else is understood.

use std::borrow::Cow;

/// Answers what is shown for a character, if it is not shown as it is.
///
/// Control characters become their pictures; what changes the direction of text or cannot be seen becomes a replacement sign.
pub(super) fn shown(letter: char, ascii: bool) -> Option<Cow<'static, str>> {
    Some(match letter {
        ' '..='~' => return None,
        '\t' => "    ".into(),
        '\0'..='\u{1f}' if !ascii => char::from_u32(0x2400 + letter as u32).unwrap_or('\u{fffd}').to_string().into(),
        '\u{7f}' if !ascii => "␡".into(),
        _ if ascii => plain(letter).into(),
        _ if is_hidden(letter) => "\u{fffd}".into(),
        _ => return None,
    })
}

/// Answers a text as it can be shown in one line.
pub(super) fn line(text: &str, ascii: bool) -> Cow<'_, str> {
    if text.chars().all(|letter| shown(letter, ascii).is_none()) {
        return text.into();
    }
    text.chars()
        .map(|letter| shown(letter, ascii).unwrap_or_else(|| letter.to_string().into()))
        .collect::<String>()
        .into()
}

/// Answers a text as it can be shown in its own lines.
pub(super) fn lines(text: &str, ascii: bool) -> String {
    text.lines().map(|part| line(part, ascii)).collect::<Vec<_>>().join("\n")
}

/// Answers a line that no runner of workflows takes for a command (`::stop-commands::x`), which it finds at the beginning of a line
/// of the log, behind white space too.
pub(super) fn uncommanding(line: String) -> String {
    let text = line.trim_start();
    let indent = line.len() - text.len();
    match ["::", "##["].into_iter().find(|sign| text.starts_with(sign)) {
        Some(sign) => format!("{}{} {}", &line[..indent], &sign[..sign.len() - 1], &text[sign.len() - 1..]),
        None => line,
    }
}

fn plain(letter: char) -> &'static str {
    match letter {
        '…' => "...",
        '·' | '•' | '–' | '—' => "-",
        '→' => "->",
        '‘' | '’' => "'",
        '“' | '”' => "\"",
        _ => "?",
    }
}

/// Characters that cannot be seen or that turn others around (Unicode, "Trojan Source").
fn is_hidden(letter: char) -> bool {
    matches!(letter,
        '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffc}' | '\u{fffe}' | '\u{ffff}'
        | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_commands_the_terminal_is_shown_as_a_sign() {
        assert_eq!(line("a\u{1b}[31m\u{202e}b\r\tc\u{7f}", false), "a␛[31m\u{fffd}b␍    c␡");
        assert_eq!(uncommanding("  ::error::x".into()), "  : :error::x");
        assert_eq!(uncommanding("##[group]".into()), "## [group]");
        assert_eq!(uncommanding("a ::b".into()), "a ::b");
        assert_eq!(line("héllo 日本", false), "héllo 日本");
        assert_eq!(line("0x9b…\u{1b}é", true), "0x9b...??");
    }
}
