//! What a script writes into a file of secrets: `echo … > password.txt`, whatever it looks like.

use std::ops::Range;

/// Names of files that hold secrets.
const NAMES: [&str; 8] = ["pass", "secret", "token", "key", "wallet", "mnemonic", "jwt", "cred"];
const COMMANDS: [&str; 2] = ["echo ", "printf "];

/// Answers what is written by commands that print, on lines where it goes into such a file.
pub(super) fn secrets(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        found.extend(of_line(line).into_iter().map(|range| at + range.start..at + range.end));
        at += line.len();
    }
    found
}

fn of_line(line: &str) -> Vec<Range<usize>> {
    let starts = COMMANDS.iter().flat_map(|command| line.match_indices(command).map(|(at, word)| at + word.len()));
    let ranges = starts.filter_map(|start| {
        let end = start + line.get(start..)?.find(['>', '|'])?;
        let into = line.get(end..)?.to_ascii_lowercase();
        let said = line.get(start..end)?.trim_end();
        (!said.is_empty() && NAMES.iter().any(|name| into.contains(name))).then(|| start..start + said.len())
    });
    ranges.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_into_a_file_of_secrets_is_hidden() {
        let text = "cd /x\necho mallow > /keys/password.txt; chmod 777 /keys\necho hello > /tmp/log\nprintf '%s' moss | tee wallet\n";
        let hidden: Vec<&str> = secrets(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(hidden, ["mallow", "'%s' moss"]);
    }
}
