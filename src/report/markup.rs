//! Text in HTML and SVG: nothing in it can be taken for markup.

use super::clean;

/// Answers a text as it may stand in an element or a quoted attribute; lines stay, and what cannot be seen becomes a sign.
#[must_use]
pub fn markup(text: &str) -> String {
    let text = clean::lines(text, false);
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// Answers a sentence as markup, in one line; what stands between two back quotes is code.
#[must_use]
pub fn sentence(text: &str) -> String {
    let escaped = markup(&text.replace(['\n', '\r'], " "));
    let parts: Vec<&str> = escaped.split('`').collect();
    let last = parts.len() - 1;
    let part = |(at, part): (usize, &&str)| match at {
        // A quote without its partner stays what it is.
        at if at % 2 == 1 && at == last => format!("`{part}"),
        at if at % 2 == 1 => format!("<code>{part}</code>"),
        _ => (*part).to_owned(),
    };
    parts.iter().enumerate().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_markup() {
        assert_eq!(
            markup("</title><script x='\"'>&\u{1b}\n\u{202e}"),
            "&lt;/title&gt;&lt;script x=&#39;&quot;&#39;&gt;&amp;␛\n\u{fffd}"
        );
    }

    #[test]
    fn names_in_back_quotes_are_code() {
        assert_eq!(sentence("the `<b>` of `x"), "the <code>&lt;b&gt;</code> of `x");
    }
}
