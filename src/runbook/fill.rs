//! Fills the places of templates, and quotes what goes into a command.

use crate::report::one_line;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Values of places by name.
pub type Values = BTreeMap<&'static str, String>;

/// Replaces each `{name}` that has a value; everything else stays.
#[must_use]
pub fn fill(template: &str, values: &Values) -> String {
    let mut filled = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let known = after.split_once('}').and_then(|(name, behind)| Some((values.get(name)?, behind)));
        match known {
            Some((value, behind)) => {
                filled.push_str(value);
                rest = behind;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled + rest
}

/// Quotes a word for a POSIX shell, where it needs that.
#[must_use]
pub fn quoted(word: &str) -> Cow<'_, str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:@%+=,".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) {
        return Cow::Borrowed(word);
    }
    if word.split('\n').any(|line| one_line(line) != line) {
        return Cow::Owned(format!("$'{}'", word.chars().map(spelled).collect::<String>()));
    }
    Cow::Owned(format!("'{}'", word.replace('\'', "'\\''")))
}

/// Spells what commands a terminal, or cannot be seen, as shells of today read it between `$'` and `'`.
fn spelled(letter: char) -> String {
    let mut bytes = [0; 4];
    match letter {
        '\'' | '\\' => format!("\\{letter}"),
        '\n' => letter.to_string(),
        '\0'..='\u{7f}' if letter.is_ascii_control() => format!("\\x{:02x}", letter as u32),
        _ if one_line(letter.encode_utf8(&mut bytes)) != letter.to_string() => format!("\\u{:04x}", letter as u32),
        _ => letter.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_places_are_filled_and_others_stay() {
        let values = Values::from([("a", "{b}".to_owned()), ("b", "2".to_owned())]);
        assert_eq!(fill("x {a} {b} {c} { {", &values), "x {b} 2 {c} { {");
        assert_eq!(fill("'{\"spec\":{b}}'", &values), "'{\"spec\":2}'");
    }

    #[test]
    fn words_are_quoted_where_a_shell_would_read_them() {
        assert_eq!(quoted("a/b-1.yml"), "a/b-1.yml");
        assert_eq!(quoted("it's $HOME"), "'it'\\''s $HOME'");
        assert_eq!(quoted(""), "''");
        assert_eq!(quoted("stop\nstart"), "'stop\nstart'");
        assert_eq!(quoted("a\u{1b}[2J'\u{202e}é"), "$'a\\x1b[2J\\'\\u202eé'");
    }
}
