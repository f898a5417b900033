//! Finds the program among the words of a command line, behind whatever starts it.

use super::word::is_flag_like;
use crate::source::Text;

/// Programs that start another one: what they take before it.
const STARTERS: &[(&str, Takes)] = &[
    ("bash", Takes::Options(&[])),
    ("catatonit", Takes::Options(&[])),
    ("chrt", Takes::Operand(&[])),
    ("command", Takes::Options(&[])),
    ("dotnet", Takes::Options(&[])),
    ("dumb-init", Takes::Options(&["-r", "--rewrite"])),
    ("env", Takes::Options(&["-u", "--unset", "-C", "--chdir"])),
    ("exec", Takes::Options(&["-a"])),
    ("gosu", Takes::Operand(&[])),
    ("ionice", Takes::Options(&["-c", "-n"])),
    ("java", Takes::Options(&["-cp", "-classpath", "--class-path"])),
    ("make", Takes::Options(&["-C", "-f"])),
    ("nice", Takes::Options(&["-n", "--adjustment"])),
    ("node", Takes::Options(&["-r", "--require", "--import"])),
    ("nohup", Takes::Options(&[])),
    ("numactl", Takes::Options(&["-C", "-m", "-N"])),
    ("python", Takes::Options(&["-m", "-W", "-X"])),
    ("python3", Takes::Options(&["-m", "-W", "-X"])),
    ("setpriv", Takes::Options(&["--reuid", "--regid", "--groups"])),
    ("sh", Takes::Options(&[])),
    ("stdbuf", Takes::Options(&["-i", "-o", "-e"])),
    ("su-exec", Takes::Operand(&[])),
    ("sudo", Takes::Options(&["-u", "--user", "-g", "--group"])),
    ("taskset", Takes::Operand(&[])),
    ("time", Takes::Options(&[])),
    ("timeout", Takes::Operand(&["-s", "--signal", "-k", "--kill-after"])),
    ("tini", Takes::Options(&["-p", "-e"])),
    ("xvfb-run", Takes::Options(&[])),
];

/// How a script names itself, when it starts itself once more as another user with the same words.
const ITSELF: [&str; 6] = ["$0", "${0}", "$BASH_SOURCE", "${BASH_SOURCE}", "${BASH_SOURCE[0]}", "${BASH_SOURCE[@]}"];

/// What a starter takes before the program; named options have a value of their own.
#[derive(Clone, Copy)]
enum Takes {
    /// Options.
    Options(&'static [&'static str]),
    /// Options and one word (a user, a processor, a duration).
    Operand(&'static [&'static str]),
}

/// What stands where on a command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Program {
    /// The word that names the program; nothing if no word is a known one.
    pub at: Option<usize>,
    /// The first word that is the program's own: a sub-command or a flag.
    pub from: usize,
    /// Words before the program that are scripts, wrapping it.
    pub wrappers: Vec<usize>,
}

/// Finds the program: `is_program` knows paths, or file names where the folder is not known.
pub(super) fn find(words: &[Text], is_program: &dyn Fn(&str) -> bool) -> Program {
    let mut at = 0;
    let mut wrappers = Vec::new();
    // A client's sub-command can have the name of an interpreter (`node`): then no program follows.
    let mut interpreter = None;
    while let Some(word) = words.get(at) {
        if word.known().is_some_and(is_assignment) || ITSELF.contains(&word.value()) {
            at += 1;
            continue;
        }
        let Some(name) = known_name(word) else { break };
        if is_program(word.known().unwrap_or(name)) {
            return Program { at: Some(at), from: at + 1, wrappers };
        }
        if let Some((_, takes)) = STARTERS.iter().find(|(starter, _)| *starter == name) {
            interpreter = interpreter.or_else(|| (name == "node").then_some(at));
            at = behind(words, at + 1, *takes);
        } else if let Some(program) = wrapped(words, at, is_program).or_else(|| launched(words, at)) {
            wrappers.push(at);
            at = program;
        } else if is_script(name) {
            wrappers.push(at);
            return Program { at: None, from: at + 1, wrappers };
        } else {
            break;
        }
    }
    Program { at: None, from: interpreter.unwrap_or(at), wrappers }
}

/// Answers the file name of a program's path: `/opt/teku/bin/teku` is `teku`, so is `teku.jar`.
pub(super) fn file_name(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    [".jar", ".js", ".dll", ".exe"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name)
}

/// Answers the file name of a program's path, if that much of it is known (`${BIN}/lighthouse`); flags and URLs are none.
pub(super) fn known_name(word: &Text) -> Option<&str> {
    if word.value().starts_with('-') || word.value().contains("://") || is_assignment(word.value()) {
        return None;
    }
    let from = word.value().rfind('/').map_or(0, |at| at + 1);
    word.is_known_in(from..word.value().len()).then(|| file_name(word.value()))
}

/// Tells whether a program's name is one of a script.
pub(super) fn is_script(name: &str) -> bool {
    name.ends_with(".sh") || name.ends_with(".bash") || name.contains("entrypoint") || name.ends_with("-init")
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}

/// Passes a starter's options and operand.
fn behind(words: &[Text], mut at: usize, takes: Takes) -> usize {
    let (valued, mut operands) = match takes {
        Takes::Options(valued) => (valued, 0),
        Takes::Operand(valued) => (valued, 1),
    };
    while let Some(word) = words.get(at).map(Text::value) {
        match word {
            "--" => return at + 1,
            // `java -jar x`, `python -m x`: the next word is the program.
            "-jar" | "-m" => return at + 1,
            _ if valued.contains(&word) => at += 2,
            _ if is_flag_like(word) => at += 1,
            _ if operands > 0 => {
                operands -= 1;
                at += 1;
            }
            _ => break,
        }
    }
    at
}

/// Finds the program that a script is given: behind `--`, or the first of the next words that names one.
fn wrapped(words: &[Text], script: usize, is_program: &dyn Fn(&str) -> bool) -> Option<usize> {
    let named = words.get(script).and_then(known_name).is_some_and(is_script);
    if !named {
        return None;
    }
    let rest = words.get(script + 1..)?;
    if let Some(after) = rest.iter().take(16).position(|word| word.value() == "--") {
        return Some(script + 1 + after + 1);
    }
    let known =
        |word: &Text| known_name(word).is_some_and(|name| is_program(word.known().unwrap_or(name)) || is_starter(name));
    rest.iter().take(4).position(known).map(|at| script + 1 + at)
}

/// What stands behind the options of a program that nobody knows, and `--`.
fn launched(words: &[Text], program: usize) -> Option<usize> {
    let rest = words.get(program + 1..)?;
    let end = rest.iter().take(16).position(|word| word.value() == "--")?;
    let options = rest.iter().take(end).all(|word| word.value().starts_with('-'));
    (end > 0 && options && rest.len() > end + 1).then_some(program + 1 + end + 1)
}

fn is_starter(name: &str) -> bool {
    STARTERS.iter().any(|(starter, _)| *starter == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    fn found(line: &str) -> Program {
        let words: Vec<Text> =
            line.split(' ').map(|word| Text::literal(word, Span::new(FileId(0), 0, word.len() as u32))).collect();
        find(&words, &|path| matches!(file_name(path), "lighthouse" | "teku" | "lodestar"))
    }

    #[test]
    fn starters_are_passed() {
        for (line, at) in [
            ("lighthouse vc", 0),
            ("/usr/local/bin/lighthouse vc", 0),
            ("exec env RUST_LOG=info A=b lighthouse vc", 4),
            ("tini -g -- gosu user lighthouse vc", 5),
            ("nice -n 5 taskset 0x3 lighthouse", 5),
            ("java -Xmx4g -cp /opt/lib -jar /opt/teku.jar", 5),
            ("node --max-old-space-size=8192 /usr/app/node_modules/.bin/lodestar validator", 2),
            ("timeout -k 5 10s lighthouse", 4),
            ("exec gosu user ${BASH_SOURCE[0]} lighthouse vc", 4),
        ] {
            assert_eq!(found(line).at, Some(at), "{line}");
        }
    }

    #[test]
    fn scripts_are_wrappers() {
        let program = found("docker-entrypoint-vc.sh lighthouse vc");
        assert_eq!((program.at, program.wrappers), (Some(1), vec![0]));
        let program = found("/wait-for-it.sh postgres:5432 -t 60 -- lighthouse vc");
        assert_eq!((program.at, program.wrappers), (Some(5), vec![0]));
        let program = found("launch --port=1 --pod=x -- vc --network=hoodi");
        assert_eq!((program.at, program.from, program.wrappers), (None, 4, vec![0]));
        let program = found("/start.sh --flag");
        assert_eq!((program.at, program.from, program.wrappers), (None, 1, vec![0]));
    }

    #[test]
    fn other_programs_are_no_starters() {
        assert_eq!(found("init.sh migrate -url=postgres://db/lighthouse A=/x/teku").at, None);
        assert_eq!(found("curl lighthouse").at, None);
        assert_eq!(found("--network=mainnet"), Program { at: None, from: 0, wrappers: vec![] });
        assert_eq!(found("vc --network=mainnet").from, 0);
        assert_eq!(found("node --http --datadir /data").from, 0);
        assert_eq!(found("make A=b start-node").from, 2);
    }
}
