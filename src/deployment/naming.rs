//! The word of a command line that names what is started, behind whatever only starts it.

use super::tree;
use crate::source::Text;

/// Programs that only start the rest of their line.
const STARTERS: [&str; 12] =
    ["chrt", "doas", "env", "exec", "ionice", "nice", "nohup", "numactl", "setpriv", "sudo", "taskset", "time"];
/// Programs that run what a later word names.
const RUNTIMES: [&str; 5] = ["dotnet", "java", "node", "python", "python3"];

/// Answers the word that names what is started: the program, behind whatever only starts it.
pub(in crate::deployment) fn naming(words: &[Text]) -> Option<&Text> {
    let mut at = 0;
    while let Some(name) = words.get(at).and_then(Text::known).map(tree::name) {
        if RUNTIMES.contains(&name) {
            let program = words.iter().skip(at + 1).find(|word| {
                [".jar", ".js", ".dll", ".py"].iter().any(|ending| word.value().ends_with(ending))
                    || word.value().contains("/bin/")
            });
            return program.or(words.get(at));
        }
        let passes = STARTERS.contains(&name) || at > 0 && (name.starts_with('-') || name.contains('='));
        if !passes {
            break;
        }
        at += 1;
    }
    words.get(at).or(words.first())
}
