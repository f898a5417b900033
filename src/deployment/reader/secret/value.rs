//! Whether a value is a secret in clear, or only says where one lies.

use crate::source::{Span, Text};

/// Longer values are no passwords.
const LONGEST: usize = 512;

/// A value that stands in clear.
pub(super) struct Clear<'t> {
    pub value: &'t str,
    /// Where it is written, which may be another place than the one where it is used.
    pub place: Span,
    /// It is a stand-in that somebody was to replace.
    pub placeholder: bool,
}

/// Answers a value that stands in clear; nothing for holes, paths, references to a secret store, and what is encrypted.
pub(super) fn clear(text: &Text) -> Option<Clear<'_>> {
    let value = text.known()?.trim();
    let place = text.origin().unwrap_or(text.span());
    let plain =
        !value.is_empty() && value.len() <= LONGEST && !is_switch(value) && !is_reference(value) && !is_path(value);
    plain.then(|| Clear { value, place, placeholder: is_placeholder(value) })
}

fn is_switch(value: &str) -> bool {
    matches!(
        value.to_ascii_lowercase().as_str(),
        "true" | "false" | "null" | "none" | "yes" | "no" | "on" | "off" | "nil" | "0" | "1"
    )
}

/// A value that leads to the secret, or is one that nobody can read.
fn is_reference(value: &str) -> bool {
    const STARTS: [&str; 18] = [
        // What a plugin of Argo CD fills in.
        "<path:",
        "ENC[",
        "$ANSIBLE_VAULT",
        "!vault",
        "vault:",
        "op://",
        "ref+",
        "arn:",
        "ssm:",
        "secretsmanager:",
        "gcp",
        "akv:",
        "file:",
        "env:",
        "age1",
        "sops:",
        "-----BEGIN",
        "projects/",
    ];
    STARTS.iter().any(|start| value.starts_with(start))
        || ["${", "{{", "$(", "%{", "`"].iter().any(|sign| value.contains(sign))
        || value.starts_with('$')
}

fn is_path(value: &str) -> bool {
    let starts = ["/", "./", "../", "~/", "secrets/", "C:\\"].iter().any(|start| value.starts_with(start));
    let ends = [".txt", ".pass", ".password", ".hex", ".json", ".pem", ".key"].iter().any(|end| value.ends_with(end));
    starts || (ends && !value.contains(' '))
}

/// Stand-ins that documentation and examples use.
pub(super) fn is_placeholder(value: &str) -> bool {
    const PARTS: [&str; 21] = [
        "changeme",
        "change-me",
        "change_me",
        "change this",
        "changethis",
        "replaceme",
        "replace-me",
        "replace_me",
        "replace with",
        "replace_with",
        "replace-with",
        "your",
        "example",
        "placeholder",
        "todo",
        "xxxx",
        "insert",
        "fill me",
        "fillme",
        "secret-here",
        "goes-here",
    ];
    let value = value.to_ascii_lowercase();
    value.starts_with('<') || value.starts_with("@@") || PARTS.iter().any(|part| value.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn shown(value: &str) -> Option<bool> {
        let text = Text::literal(value, Span::new(FileId(0), 0, value.len() as u32));
        clear(&text).map(|clear| clear.placeholder)
    }

    #[test]
    fn only_what_stands_in_clear_counts() {
        assert_eq!(shown("kestrel-ninety-7"), Some(false));
        assert_eq!(shown("password"), Some(false));
        assert_eq!(shown("changeme"), Some(true));
        assert_eq!(shown("<your password>"), Some(true));
        assert_eq!(shown("replace_with_a_password"), Some(true));
        for value in [
            "",
            " ",
            "true",
            "1",
            "/run/secrets/pw",
            "ENC[AES256_GCM,data:x]",
            "${DB}",
            "$PW",
            "{{ pw }}",
            "pw.txt",
            "op://a/b",
        ] {
            assert_eq!(shown(value), None, "{value}");
        }
    }
}
