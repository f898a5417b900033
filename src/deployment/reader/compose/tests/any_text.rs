//! Whatever a project is made of, it is read to its end.

use crate::deployment::read;
use crate::workspace::Workspace;

proptest::proptest! {
    #[test]
    fn no_text_brings_the_reader_down(
        lines in proptest::collection::vec((0usize..4, 0usize..LINES.len()), 0..40),
        env in proptest::collection::vec(0usize..ENV.len(), 0..6),
    ) {
        let body: Vec<String> = lines.iter().map(|(indent, at)| format!("{}{}", "  ".repeat(*indent), LINES[*at])).collect();
        let text = format!("services:\n  a:\n    image: x\n{}\n", body.join("\n"));
        let env: Vec<&str> = env.iter().map(|at| ENV[*at]).collect();
        let texts = [("compose.yml", text.as_str()), (".env", &env.join("\n")), ("run.sh", &body.join("\n"))];
        let _ = read(&Workspace::of(&texts));
    }
}

const LINES: [&str; 40] = [
    "a:",
    "services:",
    "- b",
    "command: >",
    "command: [a, \"$X\", ${Y:-z}]",
    "lighthouse vc \\",
    "--x='a b",
    "entrypoint: /run.sh",
    "entrypoint: sh -c 'exec \"$$@\" é'",
    "volumes:",
    "- ./run.sh:/run.sh",
    "- ${A}:${B}",
    "- é:/é:ro",
    "ports:",
    "- ${IP}${P}:1",
    "- [::1]:5:5",
    "- target: ${P}",
    "environment:",
    "- A=${A:+$$}",
    "A: &x b",
    "<<: *x",
    "<<: [*x, *y]",
    "extends: a",
    "extends: {file: compose.yml, service: a}",
    "include: compose.yml",
    "- path: [compose.yml, ../x]",
    "x: !reset",
    "x: !override [1]",
    "deploy: {replicas: ${N}}",
    "profiles: [\"\"]",
    "env_file: .env",
    "tmpfs: /x:é",
    "build: {context: ., args: [A]}",
    "$X ${",
    "}",
    "if $A; then",
    "case é in",
    "exec \"${a[@]}\" ${@:1}",
    "networks: {a: {aliases: [${A}]}}",
    "configs: [a, {source: b}]",
];
const ENV: [&str; 8] = [
    "A=1",
    "B=${A}${B}",
    "P='5",
    "COMPOSE_FILE=compose.yml:run.sh",
    "COMPOSE_PATH_SEPARATOR=",
    "N=",
    "IP=\"${A:-\n}\"",
    "COMPOSE_PROFILES=*,",
];
