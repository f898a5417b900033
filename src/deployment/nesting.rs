//! How deep a text nests whose reader passes over what is too deep: so that a report can say that something was passed over.

use crate::workspace::FileKind;

/// Brackets of Nix and HCL are read so deep, and nobody needs half of it.
const BRACKETS: usize = 64;
/// Words that open commands can stand in a text that is shown, too; nobody shows so many.
const COMMANDS: usize = 256;

/// Tells whether parts of a text of some kind lie so deep that they are not read.
pub(super) fn is_too_deep(text: &str, kind: FileKind) -> bool {
    match kind {
        FileKind::Nix | FileKind::Hcl => deepest(text.bytes().map(bracket)) > BRACKETS,
        FileKind::Shell => deepest(text.lines().flat_map(|line| line.split(';').map(command))) > COMMANDS,
        _ => false,
    }
}

fn deepest(steps: impl Iterator<Item = isize>) -> usize {
    let mut depth = 0_usize;
    let mut deepest = 0;
    for step in steps {
        depth = depth.saturating_add_signed(step);
        deepest = deepest.max(depth);
    }
    deepest
}

fn bracket(byte: u8) -> isize {
    match byte {
        b'(' | b'[' | b'{' => 1,
        b')' | b']' | b'}' => -1,
        _ => 0,
    }
}

/// Counts the commands that a part of a line opens or closes.
fn command(part: &str) -> isize {
    let mut opened = 0;
    for word in part.split_ascii_whitespace() {
        match word {
            // What follows them opens by itself.
            "do" | "then" | "else" | "!" => {}
            "fi" | "esac" | "done" | "}" | ")" => opened -= 1,
            "if" | "case" | "for" | "while" | "until" | "select" | "{" | "(" => opened += 1,
            _ => break,
        }
    }
    opened
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_side_by_side_is_not_deep() {
        let many =
            |opening: &str, closing: &str, count: usize| format!("{}{}", opening.repeat(count), closing.repeat(count));
        assert!(!is_too_deep(&"if a; then\n  b\nfi\nf() {\n x; }\n".repeat(1000), FileKind::Shell));
        assert!(!is_too_deep(&"echo \"if you\"\n".repeat(1000), FileKind::Shell));
        assert!(is_too_deep(&many("if a; then ", "fi; ", 300), FileKind::Shell));
        assert!(is_too_deep(&many("while a; do\n", "done\n", 300), FileKind::Shell));
        assert!(!is_too_deep(&"{ a = [ (1) ]; }\n".repeat(1000), FileKind::Nix));
        assert!(is_too_deep(&many("[", "]", 100), FileKind::Hcl));
        assert!(!is_too_deep(&many("[", "]", 100), FileKind::Json), "its reader says so itself");
    }
}
