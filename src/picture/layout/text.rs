//! How wide a text is at most, in whatever font shows it, and how it is cut to fit.

use unicode_width::UnicodeWidthChar;

/// Answers the most that a text takes in pixels, in a font of common width at this size.
#[must_use]
pub fn width(text: &str, size: i32, bold: bool) -> i32 {
    let thousandths: i32 = text.chars().map(advance).sum();
    let thousandths = if bold { thousandths.saturating_mul(11) / 10 } else { thousandths };
    thousandths.saturating_mul(size) / 1000 + 1
}

/// Answers a text that is no wider than this; what is cut off is at its end, or of a path at its beginning.
#[must_use]
pub fn fit(text: &str, size: i32, bold: bool, room: i32, keep_end: bool) -> String {
    if width(text, size, bold) <= room {
        return text.to_owned();
    }
    let mut letters: Vec<char> = text.chars().collect();
    if keep_end {
        letters.reverse();
    }
    let room = room - width("…", size, bold);
    let mut taken = 0;
    let fits = |letter: &char| {
        taken += advance(*letter);
        let thousandths = if bold { taken * 11 / 10 } else { taken };
        thousandths * size / 1000 < room
    };
    let mut kept: Vec<char> = letters.into_iter().take_while(fits).collect();
    if keep_end {
        kept.reverse();
        return format!("…{}", kept.into_iter().collect::<String>().trim_start());
    }
    format!("{}…", kept.into_iter().collect::<String>().trim_end())
}

/// The advance of a letter in thousandths of the font's size, as the widest of the common fonts has it.
fn advance(letter: char) -> i32 {
    match letter {
        'i' | 'j' | 'l' | '\'' | '|' | '!' => 330,
        'f' | 't' | 'r' | ' ' | '.' | ',' | ':' | ';' | '-' | '/' | '(' | ')' | '[' | ']' | '·' => 420,
        'm' | 'M' | 'W' | '@' | '%' | '…' => 1010,
        'w' | '+' | '=' | '<' | '>' | '~' | '×' => 850,
        'A'..='Z' => 800,
        letter if letter.is_ascii() => 650,
        letter => match letter.width() {
            Some(0) | None => 0,
            Some(1) => 1000,
            Some(_) => 1200,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_the_end_that_says_less() {
        assert_eq!(fit("validator", 12, true, 200, false), "validator");
        assert!(fit("a-very-long-name-of-a-unit", 12, true, 80, false).starts_with("a-very"));
        assert!(fit("/var/lib/teku/validator/slashprotection", 11, false, 120, true).ends_with("slashprotection"));
    }

    #[test]
    fn what_is_cut_fits() {
        for text in [
            "WWWWWWWWWWWWWWWWWWWWWW",
            "日本日本日本日本日本日本日本",
            "iiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii",
        ] {
            for room in [40, 100, 180] {
                assert!(width(&fit(text, 11, false, room, false), 11, false) <= room, "{text} in {room}");
            }
        }
    }
}
