//! Where the value of a name stands: behind a colon, an equals sign or a space, in quotes, in a block, or in the next item.

use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// What stands between a name and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    /// A colon and white space, or an equals sign with white space: the value takes the rest of the line.
    Colon,
    /// As in JSON: the value ends at a comma or a bracket.
    Json,
    /// The value ends at white space or a quote.
    Word,
    /// The value ends at an ampersand, too.
    Query,
}

static REFERENCE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"^(?:\$\{[A-Za-z0-9_.]+(?::?\?[^}]*|:?-)?\}|\$[A-Za-z_][A-Za-z0-9_]*|\$\(cat [A-Za-z0-9_./$-]+\)|\{\{[^"'}]*\}\}|\$\{\{[^"'}]*\}\}|![A-Za-z]+)$"#).ok()
});
/// Absolute paths of two names and more, paths from a variable or a dot, and file names with an ending that files have.
static PATH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let ending = r"\.(?:hex|txt|jwt|key|pem|token|json|secret|ya?ml|toml|conf|env|crt)";
    let anchor = r"(?:~|\.{1,2}|\$\{?[A-Za-z_]+\}?)";
    let part = r"/[A-Za-z0-9_.${}-]+";
    Regex::new(&format!(
        r"^(?:file://)?(?:{anchor}(?:{part})+/?|(?:{part}){{2,}}/?|/?[A-Za-z0-9_-]+(?:{part})*{ending})$"
    ))
    .ok()
});

/// Adds the places of the value that belongs to the name at `name`, if it has one.
pub(super) fn of(text: &str, name: Range<usize>, found: &mut Vec<Range<usize>>) {
    let before = text[..name.start].chars().next_back();
    let quote = before.filter(|letter| "\"'".contains(*letter));
    let rest = tail(text, name.end);
    let closed = quote.is_some_and(|quote| rest.starts_with(quote));
    let rest = if closed { &rest[1..] } else { rest };
    let gap = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let sign = text.len() - rest.len() + gap;
    let mut letters = tail(text, sign).chars();
    let (sign_letter, next) = (letters.next(), letters.next());
    let is_flag = text[name.clone()].starts_with('-');
    match sign_letter {
        Some(':') if next.is_none_or(|next| next.is_whitespace() || "\"'".contains(next)) => {
            at(text, sign + 1, name.start, if closed { After::Json } else { After::Colon }, found);
        }
        Some(':') if next != Some('/') => at(text, sign + 2, name.start, After::Word, found),
        Some('=') => {
            let opened = quote.filter(|_| !closed);
            match opened.and_then(|quote| tail(text, sign).find(quote)) {
                Some(length) => push(text, sign + 1..sign + length, found),
                None => at(text, sign + 1, name.start, after_equals(text, &name, before, gap), found),
            }
        }
        Some('>') => push(text, sign + 1..sign + tail(text, sign).find('<').unwrap_or(1), found),
        _ if is_flag => next_word(text, &name, found),
        _ => {}
    }
}

/// Tells how far a value behind an equals sign reaches.
fn after_equals(text: &str, name: &Range<usize>, before: Option<char>, gap: usize) -> After {
    let line = &text[line_start(text, name.start)..name.start];
    let opens = line.trim().trim_start_matches('#').trim();
    let is_first = matches!(opens, "" | "-" | "export" | "Environment=" | "ENV" | "ARG");
    match before {
        Some('?' | '&') => After::Query,
        _ if gap > 0 || is_first && !text[name.clone()].starts_with('-') => After::Colon,
        _ => After::Word,
    }
}

/// Adds the places of the value that begins at or behind `from`; the name's line begins before `name`.
pub(super) fn at(text: &str, from: usize, name: usize, after: After, found: &mut Vec<Range<usize>>) {
    let start = from.min(text.len()) + skipped(tail(text, from.min(text.len())));
    let rest = tail(text, start);
    let line = rest.lines().next().unwrap_or_default();
    if let Some(quote) = rest.chars().next().filter(|letter| "\"'`".contains(*letter)) {
        return push(text, quoted(text, start, quote), found);
    }
    let opens_block =
        line.trim_start_matches(['|', '>', '-', '+', '{', '[']).trim_end_matches(|digit: char| digit.is_ascii_digit());
    let is_block = opens_block.trim().is_empty() || opens_block.trim_start().starts_with('#');
    if is_block && matches!(after, After::Colon | After::Json) {
        return block(text, start + line.len(), line_start(text, name), found);
    }
    let ends = |letter: char| match after {
        After::Colon => letter == '\n',
        After::Json => ",}]\n".contains(letter),
        After::Word => letter.is_whitespace() || "\"'`".contains(letter),
        After::Query => letter.is_whitespace() || "\"'`&".contains(letter),
    };
    let value = &rest[..rest.find(ends).unwrap_or(rest.len())];
    let value = if after == After::Colon { value.split(" #").next().unwrap_or_default() } else { value };
    push(text, start..start + value.len(), found);
}

/// Counts the bytes of white space, tags and anchors before a value.
fn skipped(text: &str) -> usize {
    let rest = text.trim_start_matches([' ', '\t', '>']);
    if rest.starts_with(['!', '&']) && !rest.starts_with("&&") {
        let word = rest.find(char::is_whitespace).unwrap_or(0);
        let behind = rest[word..].trim_start_matches([' ', '\t']);
        if !behind.is_empty() && !behind.starts_with('\n') {
            return text.len() - behind.len();
        }
    }
    text.len() - rest.len()
}

/// Answers what stands between the quote at `start` and the one that closes it; without one, the rest.
fn quoted(text: &str, start: usize, quote: char) -> Range<usize> {
    let triple = quote.to_string().repeat(3);
    if tail(text, start).starts_with(&triple) {
        let inside = start + 3;
        return inside..tail(text, inside).find(&triple).map_or(text.len(), |length| inside + length);
    }
    let inside = start + 1;
    let mut letters = tail(text, inside).char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        // JSON and shells escape a quote, YAML writes a single one twice.
        let escapes = letter == '\\' && quote == '"';
        let doubled = letter == quote && quote == '\'' && letters.peek().is_some_and(|(_, next)| *next == quote);
        if escapes || doubled {
            letters.next();
        } else if letter == quote {
            return inside..inside + at;
        }
    }
    inside..text.len()
}

/// Adds the lines below a name that are indented deeper than its own line, from behind `end` on; of pairs, only the values.
fn block(text: &str, end: usize, name_line: usize, found: &mut Vec<Range<usize>>) {
    let indent = indent_of(tail(text, name_line));
    let names_only = text[name_line..end].trim_start().starts_with("secrets");
    let mut at = end + 1;
    while let Some(line) = text.get(at..).and_then(|rest| rest.split('\n').next()) {
        let content = line.trim();
        let deeper = indent_of(line) > indent || indent_of(line) == indent && content.starts_with("- ");
        if !content.is_empty() && !deeper {
            break;
        }
        let start = at + line.len() - line.trim_start().len();
        let pair = content.split_once(": ").or_else(|| content.strip_suffix(':').map(|name| (name, "")));
        let is_pair =
            pair.is_some_and(|(name, _)| !name.trim_start_matches("- ").trim_matches(['"', '\'']).contains(' '));
        let item = if content.starts_with("- ") { 2 } else { 0 };
        match pair.filter(|_| is_pair) {
            Some((_, value)) => push(text, start + content.len() - value.len()..start + content.len(), found),
            None if names_only && item > 0 => {}
            None => push(text, start + item.min(content.len())..start + content.len(), found),
        }
        at += line.len() + 1;
    }
}

/// Adds the word behind a flag, on its line or in the next item of its list.
fn next_word(text: &str, name: &Range<usize>, found: &mut Vec<Range<usize>>) {
    let rest = tail(text, name.end);
    let between = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n', ',', '"', '\'', '\\', '-']).len();
    let gap = &rest[..between];
    let line = text[line_start(text, name.start)..name.start].trim_start();
    let crosses = gap.contains('\n');
    let continues = gap.contains('\\') || gap.contains(',') || line.starts_with("- ") && gap.contains("- ");
    // `--` right before the next word: another flag, not a value.
    if gap.ends_with("--") || gap.is_empty() || crosses && !continues {
        return;
    }
    let start = name.end + between;
    let quote = gap.chars().next_back().filter(|letter| "\"'".contains(*letter));
    let is_item = crosses && line.starts_with("- ");
    let ends = |letter: char| match quote {
        Some(quote) => letter == quote,
        None if is_item => letter == '\n',
        None => letter.is_whitespace() || "\"',".contains(letter),
    };
    push(text, start..start + tail(text, start).find(ends).unwrap_or(text.len() - start), found);
}

fn push(text: &str, range: Range<usize>, found: &mut Vec<Range<usize>>) {
    let value = text.get(range.clone()).unwrap_or_default();
    if !is_harmless(value) {
        let start = range.start + value.len() - value.trim_start().len();
        found.push(start..start + value.trim().len());
    }
}

/// Tells whether a value is no secret, whatever its name: nothing, a switch, a reference to a variable, a path.
pub(super) fn is_harmless(value: &str) -> bool {
    let value = value.trim().trim_end_matches(',').trim_matches(['"', '\'']).trim();
    let words = [
        "", "true", "false", "yes", "no", "on", "off", "null", "none", "~", "{", "}", "[", "]", "{}", "[]", "|", ">",
        "-",
    ];
    let fits = |pattern: &LazyLock<Option<Regex>>| pattern.as_ref().is_some_and(|pattern| pattern.is_match(value));
    words.contains(&value.to_ascii_lowercase().as_str()) || fits(&REFERENCE) || fits(&PATH) && !is_token(value)
}

/// A token can look like a path: base64 has slashes.
fn is_token(value: &str) -> bool {
    value.split('/').any(|part| {
        let has = |class: fn(&u8) -> bool| part.as_bytes().iter().any(class);
        part.len() >= 8 && has(u8::is_ascii_digit) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase)
    })
}

/// Answers the text from a byte on; nothing past its end.
fn tail(text: &str, at: usize) -> &str {
    text.get(at..).unwrap_or_default()
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |line| line + 1)
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

#[cfg(test)]
mod tests {
    use crate::report::KeyStyle;
    use crate::report::redact::{Quoted, holds_manifest, masks};
    use crate::source::Quoting;

    /// Shows a text as a report would.
    fn shown(text: &str, quoting: Quoting) -> String {
        let (mut shown, mut at) = (String::new(), 0);
        let source = Quoted { text, quoting, holds_manifest: holds_manifest(text), known: &[] };
        for mask in masks(source, 0..text.len(), KeyStyle::Short) {
            shown += &text[at..mask.range.start];
            shown += &mask.shown;
            at = mask.range.end;
        }
        shown + &text[at..]
    }

    #[test]
    fn values_of_secret_names_are_hidden_in_any_syntax() {
        for text in [
            "password: hunter2",
            "password: hunter2 with, words # note",
            "password: \"hunter2 \\\" more\"",
            "password: 'it''s hunter2'",
            "password: !unsafe hunter2",
            "password: &p hunter2",
            "\"password\": \"hunter2\", \"user\": 1",
            "{\"password\":\"hunter2\"}",
            "{\"pin_token\": 12345678}",
            "password = \"hunter2\"",
            "password = \"\"\"\nhunter2\n\"\"\"",
            "- POSTGRES_PASSWORD=hunter2 more&more",
            "- \"POSTGRES_PASSWORD=hunter2 more\"",
            "Environment=\"DB_PASSWORD=hunter2\"",
            "export API_TOKEN=hunter2",
            "#API_TOKEN=hunter2",
            "command: vc --wallet-password=hunter2 --x",
            "command: vc --wallet-password hunter2 --x",
            "command:\n  - --wallet-password\n  - hunter2",
            "command: [\"--wallet-password\", \"hunter2\"]",
            "vc --wallet-password \\\n  hunter2",
            "password: |\n  hunter2\n  more\nnext: 1",
            "passwords:\n- hunter2\n- hunter2",
            "passwords:\n  alice: hunter2",
            "- name: POSTGRES_PASSWORD\n  value: hunter2",
            "- value: hunter2\n  name: POSTGRES_PASSWORD",
            "{\"name\": \"API_TOKEN\", \"value\": \"hunter2\"}",
            "kind: Secret\nstringData:\n  pin: hunter2\n  more: |\n    hunter2\n",
            "{\"data\":\n {\"pin\": \"hunter2\"}, \"kind\": \"Secret\"}",
            "url: jdbc:postgresql://db/x?user=u&password=hunter2&ssl=1",
            "key: ${PASSWORD:-hunter2}",
            "password: ${PW:-hunter2}",
            "password: {{ pw | default('hunter2') }}",
            "<password>hunter2</password>",
            "private key: hunter2",
            "Authorization: Bearer hunter2",
            "curl -H 'Authorization: Bearer hunter2' host",
            "dsn: host=db password=hunter2 user=u",
            "password_file: x\npassword: /hunter2",
        ] {
            let shown = shown(text, Quoting::Free);
            assert!(!shown.contains("hunter2") && !shown.contains("12345678"), "{text}\n{shown}");
            assert!(shown.contains("[redacted]"), "{text}");
        }
    }

    #[test]
    fn what_is_no_secret_stays() {
        for text in [
            "password: ${PASSWORD}",
            "password: {{ vault_password }}",
            "password: {{ .Values.password }}",
            "password: true",
            "password_file: /run/secrets/password",
            "jwt-secret: /secrets/jwt.hex",
            "- --jwt-secret=/secrets/jwt.hex",
            "- --jwt-secret\n- /secrets/jwt.hex",
            "- --no-jwt\n- --other=value",
            "command: vc --enable-token\nvolumes:\n  - a:b",
            "secrets:\n  jwt:\n    file: ./jwt.hex",
            "secrets:\n  - jwt_token",
            "- name: PASSWORD\n  valueFrom:\n    secretKeyRef: x",
            "# the token is kept elsewhere",
            "image: sigp/lighthouse:v8.0.0@sha256:0000000000000000000000000000000000000000000000000000000000000000",
            "secret: !vault",
        ] {
            assert_eq!(shown(text, Quoting::Free), text);
        }
    }

    #[test]
    fn environment_files_show_only_what_can_be_no_secret() {
        let env = "COMPOSE_FILE=lighthouse.yml:deposit-cli.yml\nCL_NODE=http://consensus:5052\nTAG=v8.0.0\n\
                   FEE=0x00000000219ab540356cBB839Cbe05303d7705Fa\nGRAFFITI=hello there\n";
        assert_eq!(shown(env, Quoting::Environment), env);
        for secret in
            ["A=Hunter2secret", "A=a8f3k2l9q1z7", "B_PASSWORD=hunter2 hunter2", "C=hunter2!X", "export D_PW=hunter2"]
        {
            assert!(shown(secret, Quoting::Environment).ends_with("=[redacted]"), "{secret}");
        }
    }

    #[test]
    fn a_keystore_shows_its_public_key_and_nothing_else() {
        let key = "9b".repeat(48);
        let keystore = format!("{{\"crypto\": {{\"salt\": \"ab12\"}}, \"pubkey\": \"{key}\", \"path\": \"m/1\"}}");
        assert_eq!(shown(&keystore, Quoting::Keystore), "… \"pubkey\": \"9b9b9b9b…9b9b9b\" …");
        assert_eq!(shown("{\"salt\": \"ab12\"}", Quoting::Keystore), " …");
        assert_eq!(shown("hunter2", Quoting::Closed), "[redacted]");
    }
}
