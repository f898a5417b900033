//! The files that the commands of a unit delete before, or instead of, starting a client.

use crate::deployment::Unit;
use crate::source::Text;

/// A file or folder that a unit deletes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Removal<'u> {
    /// The path as written.
    pub path: &'u Text,
    /// It is deleted at every start, not only under a condition that the tree does not decide.
    pub always: bool,
}

/// Answers everything that `rm`, `unlink`, `shred` or `find … -delete` of a unit's commands removes; what is always removed first.
#[must_use]
pub fn removals(unit: &Unit) -> Vec<Removal<'_>> {
    let commands = unit.command.before.iter().chain(std::iter::once(&unit.command.words));
    let mut removals: Vec<Removal<'_>> = commands.flat_map(|words| removed(words)).collect();
    removals.sort_by_key(|removal| !removal.always);
    removals
}

fn removed(words: &[Text]) -> Vec<Removal<'_>> {
    let skipped =
        words.iter().take_while(|word| ["sudo", "exec", "command", "then", "do", "!"].contains(&word.value()));
    let words = &words[skipped.count()..];
    let Some((program, arguments)) = words.split_first() else { return Vec::new() };
    let paths: Vec<&Text> = match program.value().rsplit('/').next() {
        Some("rm" | "unlink" | "shred") => arguments.iter().filter(|word| !word.value().starts_with('-')).collect(),
        Some("find") if arguments.iter().any(|word| word.value() == "-delete") => found(arguments),
        _ => Vec::new(),
    };
    paths.into_iter().map(|path| Removal { path, always: program.is_known() }).collect()
}

/// Of `find`, the name that it looks for; else the folders that it looks through.
fn found(words: &[Text]) -> Vec<&Text> {
    let after = |option: &str| words.windows(2).find(|pair| pair[0].value() == option).map(|pair| &pair[1]);
    match after("-name").or_else(|| after("-iname")) {
        Some(name) => vec![name],
        None => words.iter().take_while(|word| !word.value().starts_with('-')).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    fn paths(line: &str) -> Vec<String> {
        let text = |word: &str| Text::literal(word, Span::new(FileId(0), 0, word.len() as u32));
        let words: Vec<Text> = line.split(' ').map(text).collect();
        removed(&words).into_iter().map(|removal| removal.path.to_string()).collect()
    }

    #[test]
    fn what_is_removed_is_named() {
        assert_eq!(paths("rm -rf /data/a /data/b"), ["/data/a", "/data/b"]);
        assert_eq!(paths("sudo /bin/rm -f x.lock"), ["x.lock"]);
        assert_eq!(paths("find /data -name *.lock -delete"), ["*.lock"]);
        assert_eq!(paths("find /data -delete"), ["/data"]);
        assert!(paths("find /data -name *.lock").is_empty() && paths("echo rm").is_empty() && paths("sudo").is_empty());
    }
}
