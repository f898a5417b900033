//! The files that the commands of a unit delete before, or instead of, starting a client.

use crate::deployment::Unit;
use crate::source::Text;

/// Answers every path that `rm`, `unlink`, `shred` or `find … -delete` of a unit's commands removes, as written.
pub fn removals(unit: &Unit) -> impl Iterator<Item = &Text> {
    unit.command.before.iter().chain(std::iter::once(&unit.command.words)).flat_map(|words| removed(words))
}

fn removed(words: &[Text]) -> Vec<&Text> {
    let skipped =
        words.iter().take_while(|word| ["sudo", "exec", "command", "then", "do", "!"].contains(&word.value()));
    let words = &words[skipped.count()..];
    let Some(program) = words.first().and_then(|word| word.known()) else { return Vec::new() };
    match program.rsplit('/').next().unwrap_or(program) {
        "rm" | "unlink" | "shred" => words[1..].iter().filter(|word| !word.value().starts_with('-')).collect(),
        "find" if words.iter().any(|word| word.value() == "-delete") => found(&words[1..]),
        _ => Vec::new(),
    }
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
        removed(&words).into_iter().map(ToString::to_string).collect()
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
