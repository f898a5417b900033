//! Recognises what a file is from its name and first bytes, without reading more than that.

use super::model::FileKind;
use super::name::Name;
use super::shape;
use memchr::memchr;

/// A text has no NUL in its first bytes.
const HEAD: usize = 1024;

/// What a file is, and what keeps it from being checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sniffed {
    pub kind: FileKind,
    /// Why it is not checked, and whether it should have been.
    pub why: Option<(&'static str, bool)>,
}

impl Sniffed {
    fn plain(kind: FileKind) -> Self {
        Self { kind, why: None }
    }

    fn not_checked(kind: FileKind, why: &'static str, gap: bool) -> Self {
        Self { kind, why: Some((why, gap)) }
    }
}

/// How the content of encrypted files begins.
const ENCRYPTED: &[(&[u8], &str)] = &[
    (b"\0GITCRYPT\0", "encrypted (git-crypt)"),
    (b"$ANSIBLE_VAULT;", "encrypted (Ansible Vault)"),
    (b"age-encryption.org/", "encrypted (age)"),
    (b"-----BEGIN AGE ENCRYPTED FILE-----", "encrypted (age)"),
    (b"-----BEGIN PGP MESSAGE-----", "encrypted (PGP)"),
];

/// Says what a file is that is not worth opening.
pub(super) fn unopened(kind: FileKind) -> Sniffed {
    match kind {
        FileKind::Encrypted => Sniffed::not_checked(kind, "encrypted", false),
        _ => Sniffed::plain(kind),
    }
}

/// Says what a file is from its first bytes; `whole` says that they are all of it.
pub(super) fn sniff(name: Name, head: &[u8], whole: bool) -> Sniffed {
    if let Some((_, why)) = ENCRYPTED.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Sniffed::not_checked(FileKind::Encrypted, why, false);
    }
    let known = match name {
        Name::Known(kind) => Some(kind),
        Name::Open | Name::Skip(_) => None,
    };
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        return Sniffed::not_checked(FileKind::Binary, "UTF-16; save it as UTF-8", known.is_some());
    }
    if memchr(0, head.get(..HEAD).unwrap_or(head)).is_some() {
        let binary = Sniffed::plain(FileKind::Binary);
        return known.map_or(binary, |_| Sniffed::not_checked(FileKind::Binary, "not a text", true));
    }
    if head.starts_with(b"version https://git-lfs.github.com/") {
        return match known {
            Some(_) => Sniffed::not_checked(FileKind::Unknown, "a Git LFS pointer; its content is elsewhere", true),
            None => Sniffed::plain(FileKind::Unknown),
        };
    }
    Sniffed::plain(known.unwrap_or_else(|| shape::of(&lossy_head(head), whole)))
}

/// Reads the head as text; a character that the cut splits does not matter.
fn lossy_head(head: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(head.get(..64 << 10).unwrap_or(head))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encrypted_files_are_known_by_their_first_bytes() {
        let vault = sniff(Name::Known(FileKind::Yaml), b"$ANSIBLE_VAULT;1.1;AES256\n616263", true);
        assert_eq!(vault, Sniffed::not_checked(FileKind::Encrypted, "encrypted (Ansible Vault)", false));
        assert_eq!(sniff(Name::Known(FileKind::Dotenv), b"\0GITCRYPT\0\x01", true).kind, FileKind::Encrypted);
    }

    #[test]
    fn bytes_under_a_known_name_are_worth_a_word() {
        assert!(sniff(Name::Known(FileKind::Yaml), b"s\0e\0", true).why.is_some());
        assert!(sniff(Name::Open, b"\x7fELF\0", true).why.is_none());
        assert!(sniff(Name::Open, b"\xff\xfea\0", true).why.is_some());
    }
}
