//! Whatever somebody writes into names, images, flags and reasons: no format lets it command a terminal, a page, a workflow or a
//! table, and no format for machines loses a letter of it.

mod program;

use program::{run, tree};
use proptest::prelude::*;
use stakelint::finding::{
    Allowance, Cards, Confidence, Evidence, Finding, Label, LabelKind, NotChecked, Outcome, Persona, Policy, Severity,
    Summary, Suppressed, judge,
};
use stakelint::report::{Context, FORMATS};
use stakelint::source::{FileId, Quoting, Sources, Span};
use std::sync::Arc;

/// What means something to a terminal, to HTML, XML and Markdown, to workflows and to people who read from right to left.
const PIECES: [&str; 40] = [
    "\u{1b}[31m",
    "\u{1b}]8;;http://e.example\u{1b}\\",
    "\u{1b}[2J",
    "\u{9b}31m",
    "\u{7}",
    "\u{8}",
    "\0",
    "\r",
    "\r\n",
    "\n",
    "\t",
    "\u{202e}",
    "\u{2066}",
    "\u{200b}",
    "\u{2028}",
    "\u{feff}",
    "\u{e0041}",
    "\u{7f}",
    "<script>",
    "</script>",
    "</pre><img src=x onerror=y>",
    "<!--",
    "]]>",
    "&amp;",
    "\"",
    "'",
    "|",
    "`",
    "``",
    "**",
    "[a](javascript:b)",
    " @somebody",
    "::error::x",
    "\n::add-mask::a",
    "##[group]",
    "%0A::warning::",
    "{{ x }}",
    "\\",
    "a word",
    " ",
];

/// One file with evil in its name and in its text.
struct Tree {
    path: String,
    text: Arc<str>,
}

impl Sources for Tree {
    fn path(&self, _: FileId) -> &str {
        &self.path
    }

    fn text(&self, _: FileId) -> Option<Arc<str>> {
        Some(Arc::clone(&self.text))
    }

    fn kind(&self, _: FileId) -> Quoting {
        Quoting::Free
    }
}

/// The same report with any words in it.
fn reports(words: &[String; 6]) -> Vec<(&'static str, String)> {
    let [path, text, headline, label, help, why] = words;
    // A line more is a line more in the excerpt.
    let content = format!("a: 1\nb: {} --flag\nc: 1\n", text.replace('\n', " "));
    let start = content.find("--flag").expect("stands there") as u32;
    let tree = Tree { path: format!("{path}/y.yml"), text: content.into() };
    let place = |text: &str| Label {
        kind: LabelKind::Primary,
        span: Span::new(FileId(0), start, start + 6),
        text: text.into(),
    };
    let finding = |severity| Finding {
        rule: "some-rule".into(),
        severity,
        confidence: Confidence::High,
        persona: Persona::Regular,
        headline: format!("unit {headline} is odd"),
        labels: vec![place(label), Label { kind: LabelKind::Related, ..place(text) }],
        why: format!("because {why}"),
        help: format!("do {help}"),
        subject: format!("{severity:?} {headline}"),
        cause: String::new(),
        owners: vec![format!("{label}/{headline}")],
        keys: vec![],
        fix: None,
    };
    let findings = vec![finding(Severity::High), finding(Severity::Low)];
    let evidence = Evidence { findings, summary: Summary { files: 1, ..Summary::default() }, ..Evidence::default() };
    let cards = Cards::new();
    let mut outcome: Outcome = judge(evidence, &Policy::new(jiff::civil::date(2026, 11, 25)), &cards, &tree);
    outcome.not_checked.push(NotChecked { path: path.clone(), why: format!("since {why}"), gap: true });
    outcome.notices.push(format!("note {text}"));
    let suppressed = finding(Severity::Medium);
    outcome.suppressed.push(Suppressed {
        finding: suppressed,
        by: Allowance::Comment,
        reason: format!("for {help}"),
        until: None,
        place: None,
    });
    let context = Context::new(&tree, &cards);
    let write = |(name, format): &(&'static str, stakelint::report::Format)| {
        let mut out = Vec::new();
        format(&outcome, &context, &mut out).expect("memory takes everything");
        (*name, String::from_utf8(out).expect("reports are text"))
    };
    FORMATS.iter().map(write).collect()
}

/// What a report is made of besides words: its tags, its cells, its commands.
fn bones(name: &str, text: &str) -> String {
    let count = |sign: &str| text.matches(sign).count();
    match name {
        "html" => {
            let bare = text.replace("<code>", "").replace("</code>", "");
            format!("{} {}", bare.matches('<').count(), bare.matches('>').count())
        }
        "junit" => format!("{} {} {} {}", count("<"), count(">"), count("\""), text.lines().count()),
        "github" => format!("{} {}", text.lines().count(), count("\n::")),
        "markdown" => {
            let row = |line: &&str| line.starts_with('|');
            let cells = |line: &str| line.replace("\\|", "").matches('|').count();
            let rows: Vec<usize> = text.lines().filter(row).map(cells).collect();
            format!("{} {rows:?} {}", text.lines().count(), count("\n#"))
        }
        "concise" => text.lines().count().to_string(),
        _ => String::new(),
    }
}

/// Tells whether a terminal, or who reads it, takes a letter for something else than itself.
fn commands(letter: char) -> bool {
    letter.is_control() && letter != '\n'
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

/// All texts of a JSON value.
fn strings(value: &serde_json::Value, found: &mut Vec<String>) {
    match value {
        serde_json::Value::String(text) => found.push(text.clone()),
        serde_json::Value::Array(items) => items.iter().for_each(|item| strings(item, found)),
        serde_json::Value::Object(entries) => entries.values().for_each(|value| strings(value, found)),
        _ => {}
    }
}

fn words() -> impl Strategy<Value = [String; 6]> {
    let word = |before: &'static str| {
        let pieces = prop::collection::vec(prop::sample::select(&PIECES[..]), 1..6);
        pieces.prop_map(move |pieces| format!("{before}{}", pieces.concat()))
    };
    // A path can begin with anything.
    [word(""), word("w"), word("w"), word("w"), word("w"), word("w")]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_word_of_a_tree_commands_anybody(words in words()) {
        let plain = reports(&std::array::from_fn(|_| "plain".to_owned()));
        for ((name, text), (_, model)) in reports(&words).iter().zip(&plain) {
            prop_assert_eq!(text.chars().find(|letter| commands(*letter)), None, "{}\n{:?}", name, text);
            prop_assert_eq!(bones(name, text), bones(name, model), "{}\n{}\n---\n{}", name, text, model);
            // What a workflow writes to its log is read for commands, whatever stands before them in the line but a word.
            let ours = |line: &str| *name == "github" && ["::error ", "::warning ", "::notice "].iter().any(|sign| line.starts_with(sign));
            let command = text.lines().map(str::trim_start).find(|line| (line.starts_with("::") || line.starts_with("##[")) && !ours(line));
            prop_assert_eq!(command, None, "{}\n{}", name, text);
        }
    }

    #[test]
    fn formats_for_machines_lose_nothing(words in words()) {
        for (name, text) in reports(&words) {
            let lines: Vec<&str> = if name == "ndjson" { text.lines().collect() } else { vec![text.as_str()] };
            if !["json", "ndjson", "sarif", "gitlab"].contains(&name) {
                continue;
            }
            let mut found = Vec::new();
            for line in lines {
                let value: Result<serde_json::Value, _> = serde_json::from_str(line);
                prop_assert!(value.is_ok(), "{} {}", name, text);
                value.iter().for_each(|value| strings(value, &mut found));
            }
            // SARIF has links in its texts, and a sign before each bracket that is none.
            let bare = |text: &str| text.replace('\\', "");
            let headline = bare(&format!("unit {} is odd", words[2]));
            prop_assert!(found.iter().any(|text| bare(text).contains(&headline)), "{} {:?} {:?}", name, headline, found);
        }
    }
}

#[test]
fn no_cell_of_a_table_is_a_formula_or_commands_a_terminal() {
    let names = [
        r#"=HYPERLINK(\"http://e.example\",\"x\")"#,
        "+1",
        "-1",
        "@SUM(A1)",
        r"\t=1",
        "\u{ff1d}1",
        r"a\e[2J\x9b31m",
        r"\u202eb",
        r"c\n=1,d",
        r#"e\",=1"#,
    ];
    let host = |name: &&str| format!("  \"{name}\":\n    - {{ branch: stable, start: 0, end: 20, vc: true }}\n");
    let hosts = names.iter().map(host).collect::<String>();
    let tree = tree(&[("vars/layout/hoodi.yml", &format!("nodes_layout:\n{hosts}"))]);
    let table = run(tree.path(), &["inventory", "--format", "csv"]).out;
    assert_eq!(table.lines().count(), names.len() + 1, "{table}");
    assert_eq!(table.chars().find(|letter| commands(*letter)), None, "{table:?}");
    for line in table.lines().skip(1) {
        let owner = line.strip_prefix("hoodi:0-19,").expect("the first cell");
        let inner = owner.strip_prefix('"').and_then(|owner| owner.strip_suffix('"'));
        assert!(inner.is_some() || !owner.contains([',', '"']), "one cell: {owner}");
        let shown = inner.unwrap_or(owner).replace("\"\"", "");
        assert!(!shown.contains('"') && !shown.trim_start().starts_with(['=', '+', '-', '@', '\u{ff1d}']), "{owner}");
    }
    // Nothing is lost where a program reads.
    let json = run(tree.path(), &["inventory", "--format", "json"]).out;
    let json: serde_json::Value = serde_json::from_str(&json).expect("is JSON");
    let mut found = Vec::new();
    strings(&json, &mut found);
    assert!(found.iter().any(|text| text.contains("a\u{1b}[2J\u{9b}31m")), "{found:?}");
}

#[test]
fn no_command_lets_a_tree_command_the_terminal() {
    // What stands in names, images, words, hosts, keys and remarks; each file is read for itself.
    let evil = r"x\e[2J\x9b1m\e]0;t\a\u202ey\r\b";
    let raw = "x\u{1b}[2J\u{9b}1m\u{1b}]0;t\u{7}\u{202e}y";
    let compose = format!(
        "name: \"{evil}\"\nservices:\n  \"{evil}\":\n    image: \"sigp/lighthouse:{evil}\"\n    command: [lighthouse, vc, --network, mainnet, \"--{evil}\", \"--graffiti={evil}\"]\n    volumes: [\"./{evil}:/keys\"]\n    environment: {{ \"{evil}\": \"${{{evil}:-1}}\" }}\n  b:\n    image: sigp/lighthouse:latest\n    command: \"lighthouse vc --beacon-nodes http://{evil}:5052 --metrics --metrics-address 0.0.0.0\"\n"
    );
    let script = format!(
        "#!/bin/sh\n# {raw}\nA={raw}\nexec lighthouse vc --network mainnet --datadir /{raw} --beacon-node http://b:1\n"
    );
    let history = format!("{{\"metadata\": {{\"interchange_format_version\": \"{}\"}}, \"data\": 1}}", "x\\u001b[2J");
    let torn = format!("services: [{raw}\n");
    let ini = format!("[nodes]\nh1 vars=\"{raw}\"\n[{raw}]\nh1\n");
    let files = [
        (format!("h{raw}/compose.yml"), compose.clone()),
        ("c/compose.yml".to_owned(), compose.replace("--graffiti", "--beacon-node")),
        ("start.sh".to_owned(), script),
        ("history.json".to_owned(), history),
        ("torn/compose.yml".to_owned(), torn.clone()),
        ("hosts.ini".to_owned(), ini),
        ("bad.toml".to_owned(), torn),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let (before, after) = (program::tree(&files), program::tree(&files));
    std::fs::write(after.path().join("c/compose.yml"), compose.replace("--network, mainnet", "--http"))
        .expect("written");
    let sides = [before.path().to_str().expect("is UTF-8"), after.path().to_str().expect("is UTF-8")];
    let mut runs: Vec<Vec<&str>> = Vec::new();
    for (format, _) in FORMATS {
        runs.push(vec!["check", "--persona", "auditor", "--format", format, "--stats"]);
        runs.push(vec!["audit", sides[0], sides[1], "--format", format]);
        runs.push(vec!["history", "--format", format, "history.json"]);
    }
    runs.extend(["table", "json", "ndjson", "csv"].map(|format| vec!["inventory", "--format", format]));
    runs.extend(["svg", "html", "dot", "mermaid"].map(|format| vec!["graph", "--format", format]));
    runs.extend([vec!["runbook"], vec!["check", "--fix", "--diff"], vec!["explain", raw], vec!["check", raw]]);
    runs.extend([vec!["check", "--config", "bad.toml"], vec!["check", "--baseline", "bad.toml"]]);
    runs.extend([vec!["history", "torn/compose.yml"], vec!["check", "--select", raw]]);
    for arguments in runs {
        let ran = run(before.path(), &arguments);
        assert!(ran.code.is_some_and(|code| code <= 3) && !ran.err.contains("panicked"), "{arguments:?}: {}", ran.err);
        let both = format!("{}{}", ran.out, ran.err);
        let found = both.chars().find(|letter| commands(*letter) && !"\t\r".contains(*letter));
        assert_eq!(found, None, "{arguments:?}: {both:?}");
    }
}
