//! Mnemonics, which give themselves away wherever they stand.

use super::entries::Found;
use crate::catalogue::is_known_mnemonic;
use crate::deployment::SecretKind;
use crate::ethereum::find_mnemonics;
use crate::source::Span;
use crate::workspace::{FileKind, SourceFile};

/// Longer texts are data.
const LONGEST: usize = 4 << 20;

/// Finds the mnemonics of a file.
pub(super) fn mnemonics(file: &SourceFile, found: &mut Vec<Found>) {
    let Some(text) = file.text().filter(|text| text.len() <= LONGEST && file.kind != FileKind::Encrypted) else {
        return;
    };
    for range in find_mnemonics(text) {
        let name = before(text, range.start).unwrap_or_else(|| file.name().to_owned());
        let span = Span::new(file.id, range.start as u32, range.end as u32);
        let known = text.get(range).is_some_and(is_known_mnemonic);
        found.push(Found { kind: SecretKind::Mnemonic, span, name, placeholder: false, known });
    }
}

/// Answers the name that stands before a value on its line or on the line above.
fn before(text: &str, at: usize) -> Option<String> {
    let lines = text.get(..at)?.rsplit('\n').take(2);
    lines.into_iter().find_map(|line| {
        let head = line.rsplit_once(['=', ':'])?.0.trim();
        let name =
            head.rsplit(|sign: char| sign.is_whitespace() || "\"'{,".contains(sign)).find(|word| !word.is_empty())?;
        let plain = name.len() <= 60 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
        plain.then(|| name.to_owned())
    })
}
