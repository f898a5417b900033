//! Picks out of the commands of a script the one that it is for.

use super::assign::doubtful;
use super::expand::Variables;
use super::model::Run;
use super::pour::joined;
use super::run::Shell;
use crate::deployment::Variable;
use crate::source::Text;

/// Commands that prepare something or speak; no script is for them.
const PREPARING: &[&str] = &[
    "[", "apk", "apt", "apt-get", "awk", "basename", "break", "cat", "cd", "chmod", "chown", "continue", "cp", "curl",
    "cut", "date", "dirname", "dig", "echo", "envsubst", "false", "find", "getopts", "grep", "hash", "head",
    "hostname", "id", "install", "jq", "kill", "let", "ln", "ls", "mkdir", "mv", "openssl", "popd", "printf", "ps",
    "pushd", "pwd", "read", "rm", "sed", "set", "shift", "shopt", "sleep", "sort", "tail", "tar", "tee", "test",
    "touch", "tr", "trap", "true", "ulimit", "umask", "unset", "until", "unzip", "wait", "wc", "wget", "which",
    "xargs", "yq", ":",
];

/// Commands that change nothing and say nothing about a deployment.
const SILENT: &[&str] = &[
    "[", ":", "awk", "basename", "break", "cat", "cd", "continue", "cut", "date", "dirname", "echo", "false",
    "getopts", "grep", "head", "hostname", "id", "jq", "let", "ls", "printf", "ps", "pwd", "read", "set", "shift",
    "shopt", "sleep", "sort", "tail", "test", "tr", "trap", "true", "ulimit", "umask", "unset", "wait", "wc", "which",
    "yq",
];

const MOST_BEFORE: usize = 256;

/// What a script comes to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outcome {
    /// The words of the command that the script is for; none if there is no such command.
    pub words: Vec<Text>,
    /// Its other commands, in order.
    pub before: Vec<Vec<Text>>,
    /// Variables that the command gets beside those of the unit.
    pub env: Vec<Variable>,
    /// The script starts one program or another, and it cannot be told which.
    pub open: bool,
    /// Flags that stand in the script as a command of their own, so that no program gets them.
    pub lost: Option<Text>,
}

/// Reads a script: `arguments` are what it is given, `env` is what the unit sets, `open` says that more may be set.
pub(crate) fn read(script: &Text, name: Option<Text>, arguments: Vec<Text>, env: &[Variable], open: bool) -> Outcome {
    let outer = env.iter().map(|variable| (variable.name.value.clone(), variable.value.clone())).collect();
    let given = arguments.clone();
    let mut shell = Shell::new(Variables { outer, open, arguments, script: name, ..Variables::default() }, None);
    shell.script(script);
    choose(shell, &given)
}

fn choose(shell: Shell<'_>, given: &[Text]) -> Outcome {
    let Shell { mut runs, exported, .. } = shell;
    let lost = take_lost(&mut runs);
    Outcome { lost, ..choose_of(runs, exported, given) }
}

/// Takes out what looks like a command and is flags: the line before does not go on, or a remark stands in between.
fn take_lost(runs: &mut Vec<Run>) -> Option<Text> {
    let (flags, others): (Vec<Run>, Vec<Run>) = runs.drain(..).partition(|run| is_flags(&run.words));
    *runs = others;
    flags.into_iter().next().and_then(|run| joined(&run.words))
}

/// Tells whether the first word of a command is a flag.
pub(super) fn is_flags(words: &[Text]) -> bool {
    let first = words.first().map_or("", Text::value);
    first.starts_with("--") && first.len() > 3 && words.first().is_some_and(|word| word.is_known_in(0..3))
}

fn choose_of(mut runs: Vec<Run>, exported: Vec<Variable>, given: &[Text]) -> Outcome {
    let Some(at) = main(&runs, given) else {
        return Outcome { before: before(&runs), env: exported, ..Outcome::default() };
    };
    let chosen = runs.remove(at);
    let mut outcome = Outcome { words: chosen.words.clone(), env: exported, ..Outcome::default() };
    outcome.env.extend(chosen.env.iter().cloned());
    if chosen.conditional {
        // A call of the same program that does not replace the shell prepares something: an import, a wallet.
        let is_same = |run: &&Run| run.replaces == chosen.replaces && start(run) == start(&chosen);
        let (same, others): (Vec<&Run>, Vec<&Run>) = runs.iter().filter(|run| is_program(run)).partition(is_same);
        let another = others.iter().any(|run| run.conditional && run.replaces == chosen.replaces);
        // What runs without the arguments instead is upkeep.
        outcome.open = another && !passes(&chosen, given);
        outcome.words = common(&chosen, &same);
    }
    outcome.before = before(&runs);
    outcome
}

/// The last command that replaces the shell, one without condition first, then one that is given the script's arguments; else
/// the last that is a program.
fn main(runs: &[Run], given: &[Text]) -> Option<usize> {
    let last = |wanted: &dyn Fn(&Run) -> bool| runs.iter().rposition(|run| is_program(run) && wanted(run));
    last(&|run| run.replaces && !run.conditional)
        .or_else(|| last(&|run| !run.conditional))
        .or_else(|| last(&|run| run.replaces && passes(run, given)))
        .or_else(|| last(&|run| run.replaces))
        .or_else(|| last(&|_| true))
}

/// Tells whether a command is given all the arguments of its script.
fn passes(run: &Run, given: &[Text]) -> bool {
    let mut words = run.words.iter();
    let mut some = given.iter().filter(|argument| !argument.value().is_empty()).peekable();
    some.peek().is_some() && some.all(|argument| words.any(|word| word.value() == argument.value()))
}

/// The program and the word behind it, which may be a sub-command.
fn start(run: &Run) -> (Option<&str>, Option<&str>) {
    (program(run), run.words.get(1).map(Text::value))
}

fn program(run: &Run) -> Option<&str> {
    let first = run.words.first()?.value();
    Some(first.rsplit('/').next().unwrap_or(first))
}

fn is_program(run: &Run) -> bool {
    program(run).is_some_and(|name| !PREPARING.contains(&name))
}

fn before(runs: &[Run]) -> Vec<Vec<Text>> {
    let telling = runs.iter().filter(|run| program(run).is_some_and(|name| !SILENT.contains(&name)));
    let words = |run: &Run| match run.conditional {
        true => run.words.iter().map(doubtful).collect(),
        false => run.words.clone(),
    };
    telling.take(MOST_BEFORE).map(words).collect()
}

/// Words that a command has in every branch; what only some branches say becomes a hole.
fn common(chosen: &Run, others: &[&Run]) -> Vec<Text> {
    let everywhere =
        |word: &Text| others.iter().all(|other| other.words.iter().any(|known| known.value() == word.value()));
    let mut words: Vec<Text> =
        chosen.words.iter().map(|word| if everywhere(word) { word.clone() } else { doubtful(word) }).collect();
    for other in others {
        let new = other.words.iter().filter(|word| !chosen.words.iter().any(|known| known.value() == word.value()));
        words.extend(new.map(doubtful));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span, Spanned};
    use insta::assert_snapshot;

    fn text(value: &str) -> Text {
        Text::literal(value, Span::new(FileId(0), 0, value.len() as u32))
    }

    fn outcome(script: &str, arguments: &[&str], env: &[(&str, &str)]) -> Outcome {
        let env: Vec<Variable> = env
            .iter()
            .map(|(name, value)| Variable { name: Spanned::new((*name).into(), text(name).span()), value: text(value) })
            .collect();
        read(&text(script), None, arguments.iter().map(|argument| text(argument)).collect(), &env, false)
    }

    fn show(script: &str, arguments: &[&str], env: &[(&str, &str)]) -> String {
        let outcome = outcome(script, arguments, env);
        let line = |words: &[Text]| {
            words
                .iter()
                .map(|word| if word.is_hole() { format!("<{word}>") } else { word.to_string() })
                .collect::<Vec<_>>()
        };
        let mut lines = vec![line(&outcome.words).join(" | ")];
        lines.extend(outcome.before.iter().map(|words| format!("before: {}", line(words).join(" "))));
        lines.extend(outcome.env.iter().map(|variable| format!("env: {}={}", variable.name.value, variable.value)));
        if outcome.open {
            lines.push("open".into());
        }
        lines.join("\n")
    }

    #[test]
    fn one_liners() {
        assert_snapshot!(show("exec lighthouse vc --x='a b' \"--y=$Y\" # comment", &[], &[("Y", "1 2")]), @r"
lighthouse | vc | --x=a b | --y=1 2
");
        assert_snapshot!(show("rm -rf /data/slashing && cd /x && teku validator-client", &[], &[]), @r"
teku | validator-client
before: rm -rf /data/slashing
");
        assert_snapshot!(show("sleep 5; A=b geth \\\n --http 2>&1 | tee /log", &[], &[]), @r"
geth | --http
before: tee /log
env: A=b
");
        assert_snapshot!(show("geth --a & lighthouse bn & wait", &[], &[]), @r"
lighthouse | bn
before: geth --a
");
    }

    #[test]
    fn arguments_are_passed_on() {
        assert_snapshot!(show("set -e\nexec \"$@\" --more ${EXTRA} \"$1\"", &["lighthouse", "a b"], &[]), @r"
lighthouse | a b | --more | <${EXTRA}> | lighthouse
");
        assert_snapshot!(show("set -- lighthouse vc \"$@\"\nshift\nexec $*", &["--x"], &[]), @r"
vc | --x
");
        assert_snapshot!(show("main() { exec lighthouse \"$@\"; }\nmain vc \"$1\"", &["--x"], &[]), @r"
lighthouse | vc | --x
");
    }

    #[test]
    fn calls_that_prepare_are_none_of_the_command_that_stays() {
        let script = "if [ \"$RUN\" != \"\" ]; then\n  lighthouse --network x account wallet create --name w\n  exec lighthouse --network x vc --b\nfi";
        assert_snapshot!(show(script, &[], &[]), @r"
lighthouse | --network | x | vc | --b
before: <lighthouse> <--network> <x> <account> <wallet> <create> <--name> <w>
");
    }

    #[test]
    fn variables_gather_flags() {
        let script = "CMD=\"lighthouse vc \\\n  --a 1\"\nif [ -f /x ]; then\n  CMD=\"$CMD --b\"\nfi\nCMD=\"$CMD --c $FEE\"\nexec $CMD";
        assert_snapshot!(show(script, &[], &[("FEE", "0xAb")]), @r#"
lighthouse | vc | --a | 1 | <"$CMD --b"> | --c | 0xAb
"#);
        let script =
            "args=(--a \"b c\")\n[[ -n \"$(cat /x)\" ]] && args+=(--d)\nargs+=(--e)\nlighthouse vc \"${args[@]}\"";
        assert_snapshot!(show(script, &[], &[]), @r"
lighthouse | vc | --a | b c | <--d> | --e
");
        assert_snapshot!(show("X=--a; eval \"geth $X --b\"", &[], &[]), @r"
geth | --a | --b
");
    }

    #[test]
    fn conditions_are_decided_where_all_is_known() {
        let script = "if [ \"${D}\" = \"true\" ]; then F=\"--doppelganger\"; else F=\"\"; fi\ncase \"$N\" in\n mainnet|main) G=--main ;;\n *) G=--other ;;\nesac\nexec vc ${F} $G";
        assert_snapshot!(show(script, &[], &[("D", "true"), ("N", "mainnet")]), @r"
vc | --doppelganger | --main
");
        assert_snapshot!(show(script, &[], &[("D", "false"), ("N", "x")]), @r"
vc | --other
");
        assert_snapshot!(show(script, &[], &[("N", "x")]), @r#"
vc | <""> | --other
"#);
        let both = "if [[ -n \"$D\" && ! \"$D\" = \".nada\" ]]; then X=--x; fi\n[[ 1 > 2 ]] && Y=--y\nexec vc $X $Y";
        assert_snapshot!(show(both, &[], &[("D", "")]), @r"
vc | <--y>
");
        let regex = "if [[ ! \"$N\" =~ ^https?:// ]]; then exec vc --network=$N; fi";
        assert_snapshot!(show(regex, &[], &[("N", "hoodi")]), @r"
vc | --network=hoodi
");
    }

    #[test]
    fn branches_that_cannot_be_decided_leave_holes() {
        let script = "if grep x /y; then\n exec vc --a --b\nelse\n exec vc --a --c\nfi";
        assert_snapshot!(show(script, &[], &[]), @r"
vc | --a | <--c> | <--b>
before: <vc> <--a> <--b>
");
        assert_snapshot!(show("if grep x /y; then exec geth; else exec reth; fi", &[], &[]), @r"
reth
before: <geth>
open
");
    }

    #[test]
    fn documents_and_odd_text_do_no_harm() {
        assert_snapshot!(show("cat <<EOF >/x\nexec bad\nEOF\nexport A=1\nexec good <<< x", &[], &[]), @r"
good
env: A=1
");
        for odd in [
            "if",
            "case x in",
            "a() a",
            "\"${",
            "$((",
            "`",
            "for x in; do",
            "}",
            "fi; fi",
            "x=(",
            "[[ a",
            "! ! !",
            "é'\\",
        ] {
            outcome(odd, &[], &[]);
        }
        for (open, count) in
            [("( ", 9000), ("{ ", 9000), ("if a; then ", 9000), ("${A:-", 9000), ("$(", 9000), ("f() ", 9000)]
        {
            outcome(&open.repeat(count), &[], &[]);
        }
    }

    #[test]
    fn words_point_into_the_script() {
        let script = "F=\"--fee 0xAb\"\nexec vc $F";
        let word = &outcome(script, &[], &[]).words[2];
        assert_eq!(&script[word.span().start as usize..word.span().end as usize], "0xAb");
    }
}
