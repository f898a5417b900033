//! One outcome through every format.

use stakelint::finding::{
    Allowance, Card, Cards, Confidence, Edit, Evidence, Finding, Fix, Label, LabelKind, NotChecked, Outcome, Persona,
    Policy, Severity, Summary, Suppressed, judge,
};
use stakelint::report::{Context, Diagnosis, FORMATS, KeyStyle};
use stakelint::source::{FileId, Quoting, Sources, Span};
use std::sync::Arc;

const KEY: &str = "935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846";

/// Files in memory.
struct Tree(Vec<(&'static str, String)>);

impl Sources for Tree {
    fn path(&self, file: FileId) -> &str {
        self.0[file.0 as usize].0
    }

    fn text(&self, file: FileId) -> Option<Arc<str>> {
        Some(self.0[file.0 as usize].1.as_str()).filter(|text| *text != "changed").map(Arc::from)
    }

    fn kind(&self, file: FileId) -> Quoting {
        match self.path(file) {
            path if path.contains("keystore") => Quoting::Keystore,
            path if path.ends_with(".env") => Quoting::Environment,
            path if path.ends_with("password.txt") => Quoting::Closed,
            _ => Quoting::Free,
        }
    }
}

impl Tree {
    /// The first place where `text` stands in a file.
    fn place(&self, path: &str, text: &str) -> Span {
        let file = self.0.iter().position(|(known, _)| *known == path).expect("the file is there");
        let start = self.0[file].1.find(text).unwrap_or_default();
        Span::new(FileId(file as u32), start as u32, (start + text.len()) as u32)
    }

    fn label(&self, path: &str, text: &str, says: &str) -> Label {
        Label { kind: LabelKind::Related, span: self.place(path, text), text: says.into() }
    }
}

fn finding(rule: &str, severity: Severity, headline: &str, mut labels: Vec<Label>) -> Finding {
    labels[0].kind = LabelKind::Primary;
    Finding {
        rule: rule.into(),
        severity,
        confidence: Confidence::High,
        persona: Persona::Regular,
        headline: headline.into(),
        labels,
        why: "two clients that sign with one key are slashed, and nothing undoes that".into(),
        help: "stop the key on one host, export its slashing protection, import it on the other, and only then start"
            .into(),
        subject: headline.into(),
        cause: String::new(),
        owners: vec![],
        keys: vec![],
        fix: None,
    }
}

fn outcome(tree: &Tree, findings: Vec<Finding>) -> Outcome {
    let summary = Summary { files: 1234, units: 12, keys: 100_030, hosts: 4 };
    let evidence = Evidence { findings, summary, ..Evidence::default() };
    judge(evidence, &Policy::new(jiff::civil::date(2026, 11, 25)), &Cards::new(), tree)
}

fn write(name: &str, outcome: &Outcome, context: &Context) -> String {
    let (_, format) = FORMATS.iter().find(|(known, _)| *known == name).expect("the format is there");
    let mut out = Vec::new();
    format(outcome, context, &mut out).expect("memory takes everything");
    String::from_utf8(out).expect("reports are text")
}

fn human(tree: &Tree, outcome: &Outcome) -> String {
    let cards = Cards::new();
    write("human", outcome, &Context::new(tree, &cards))
}

/// One key at two hosts: a keystore in one line, a definitions file, and a flag that makes it worse.
fn fleet() -> Tree {
    let keystore = format!(
        "{{\"crypto\": {{\"kdf\": {{\"params\": {{\"salt\": \"c0ffee00c0ffee00c0ffee00c0ffee00\"}}}}, \"cipher\": {{\"message\": \"5ec2e7\"}}}}, \"description\": \"\", \"pubkey\": \"{KEY}\", \"path\": \"m/12381/3600/0/0/0\", \"version\": 4}}"
    );
    Tree(vec![
        ("hosts/eu-west/val-00000/keys/keystore-m_12381_3600_0_0_0-1700000000.json", keystore),
        ("hosts/eu-west/val-00002/teku.yaml", "network: mainnet\n\ndoppelganger-detection-enabled: false\n".into()),
        (
            "hosts/eu-west/val-00002/validators/validator_definitions.yml",
            format!(
                "---\n{}- enabled: true\n  voting_public_key: \"0x{KEY}\"\n  type: local_keystore\n",
                "# note\n".repeat(140)
            ),
        ),
    ])
}

fn duplicate(tree: &Tree) -> Finding {
    let [keystore, teku, definitions] = [0, 1, 2].map(|file| tree.0[file].0);
    let labels = vec![
        tree.label(keystore, KEY, "imported by val-00000 (lighthouse)"),
        tree.label(definitions, KEY, "and enabled here, on val-00002 (teku)"),
        tree.label(teku, "doppelganger-detection-enabled: false", "so the second client would not notice the first"),
    ];
    let headline = "validator key 0x93504970…bce846 can sign on two hosts";
    Finding {
        owners: vec!["val-00000/lighthouse".into(), "val-00002/teku".into()],
        keys: vec![format!("0x{KEY}")],
        subject: KEY.into(),
        ..finding("duplicate-key", Severity::Critical, headline, labels)
    }
}

#[test]
fn a_finding_across_files_reads_as_one() {
    let tree = fleet();
    let outcome = outcome(&tree, vec![duplicate(&tree)]);
    insta::assert_snapshot!(human(&tree, &outcome));
}

#[test]
fn many_places_are_drawn_in_part_and_listed() {
    let files = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];
    let paths = files.map(|host| &*Box::leak(format!("hosts/{host}/compose.yml").into_boxed_str()));
    let text = "services:\n  vc:\n    image: sigp/lighthouse:latest\n    command: lighthouse vc\n";
    let tree = Tree(paths.iter().map(|path| (*path, text.to_owned())).collect());
    let labels = paths.iter().map(|path| tree.label(path, "sigp/lighthouse:latest", "moves with every release"));
    let found = finding(
        "unpinned-image",
        Severity::Medium,
        "image sigp/lighthouse:latest moves under 12 units",
        labels.collect(),
    );
    insta::assert_snapshot!(human(&tree, &outcome(&tree, vec![found])));
}

#[test]
fn findings_with_one_cause_fold() {
    let hosts: Vec<String> = (0..53).map(|host| format!("hosts/val-{host:05}/compose.yml")).collect();
    let text =
        "services:\n  vc:\n    image: sigp/lighthouse:v8.0.0\n    command: >-\n      lighthouse vc\n      --http\n";
    let tree = Tree(hosts.into_iter().map(|path| (&*Box::leak(path.into_boxed_str()), text.to_owned())).collect());
    let found = tree.0.iter().map(|(path, _)| Finding {
        cause: "flag missing".into(),
        owners: vec![format!("{}/vc", &path[6..15])],
        subject: path.to_string(),
        confidence: Confidence::Medium,
        ..finding(
            "doppelganger-protection-off",
            Severity::High,
            "nothing would notice a second copy of this validator client",
            vec![tree.label(path, "vc", "no --enable-doppelganger-protection")],
        )
    });
    let outcome = outcome(&tree, found.collect());
    insta::assert_snapshot!(human(&tree, &outcome));
    let cards = Cards::new();
    let expanded = write("human", &outcome, &Context { expand: true, ..Context::new(&tree, &cards) });
    assert_eq!(expanded.matches("high[doppelganger-protection-off]").count(), 53);
}

#[test]
fn a_line_of_megabytes_shows_the_place_alone() {
    let entries: Vec<String> =
        (0..100_000).map(|at| format!("{{\"amount\": 32000000000, \"pubkey\": \"{at:096}\"}}")).collect();
    let tree = Tree(vec![("deposit_data-1.json", format!("[{}]", entries.join(", ")))]);
    let far = format!("{:096}", 99_999);
    let label = tree.label("deposit_data-1.json", &far, "twice in one file");
    let found = finding("duplicate-key", Severity::High, "key 0x00000000…099999 is deposited twice", vec![label]);
    insta::assert_snapshot!(human(&tree, &outcome(&tree, vec![found])));
}

#[test]
fn evil_characters_become_signs() {
    let text = "a: 1\nb: \u{1b}[31m\u{202e}red\u{7}\tx é日本 --flag=\u{1b}]0;evil\u{7}1\r\nc: 1\n";
    let tree = Tree(vec![("evil\u{1b}[2J\u{202e}/x.yml", text.into())]);
    let labels = vec![
        tree.label("evil\u{1b}[2J\u{202e}/x.yml", "--flag", "this \u{1b}[5m label"),
        tree.label("evil\u{1b}[2J\u{202e}/x.yml", "日本", "that"),
    ];
    let found = finding("some-rule", Severity::Low, "a \u{1b}[31mheadline\nof two lines", labels);
    let outcome = outcome(&tree, vec![found]);
    for (name, _) in FORMATS {
        let text = write(name, &outcome, &Context::new(&tree, &Cards::new()));
        assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{name}");
    }
    insta::assert_snapshot!(human(&tree, &outcome));
    let ascii = write("human", &outcome, &Context { ascii: true, ..Context::new(&tree, &Cards::new()) });
    assert!(ascii.is_ascii());
    insta::assert_snapshot!(ascii);
}

#[test]
fn secrets_and_lost_files_are_not_quoted() {
    let tree = Tree(vec![
        (".env", "NETWORK=mainnet\nKEYSTORE_PASSWORD=hunter2\n".into()),
        ("compose.yml", "x: 1\nurl: postgres://signer:hunter2@db/x # the signer's\n".into()),
        ("gone.yml", "changed".into()),
        ("keystore.json", "{\n  \"crypto\": {\"salt\": \"hunter2\"},\n  \"pubkey\": \"00\"\n}\n".into()),
        ("password.txt", "hunter2\n".into()),
    ]);
    let labels = vec![
        tree.label(".env", "hunter2", "a password in clear"),
        tree.label("compose.yml", "hunter2", "and here"),
        tree.label("gone.yml", "", "this one"),
        tree.label("keystore.json", "hunter2", "in a keystore"),
        tree.label("password.txt", "hunter2", "opens it"),
    ];
    let outcome = outcome(&tree, vec![finding("plain-password", Severity::High, "a password lies in clear", labels)]);
    let cards = Cards::new();
    let text = write("human", &outcome, &Context { expand: true, ..Context::new(&tree, &cards) });
    assert!(!text.contains("hunter2"));
    insta::assert_snapshot!(text);
}

#[test]
fn near_labels_share_an_excerpt() {
    let text = "services:\n  vc:\n    restart: always\n    image: x\n    command: vc --stop=on --start=off --wait=0\n"
        .to_owned();
    let tree = Tree(vec![("compose.yml", text)]);
    let labels = vec![
        tree.label("compose.yml", "restart: always", "and this starts it again"),
        tree.label("compose.yml", "--stop=on", "stops the process on a double"),
        tree.label(
            "compose.yml",
            "--wait=0",
            "at once, without a pause in which the chain could tell it of its double",
        ),
    ];
    let found =
        finding("restart-defeats-safety-exit", Severity::High, "a safety exit is undone by the restart policy", labels);
    insta::assert_snapshot!(human(&tree, &outcome(&tree, vec![found])));
}

#[test]
fn a_clean_run_is_one_line() {
    let tree = Tree(vec![]);
    insta::assert_snapshot!(human(&tree, &outcome(&tree, vec![])), @"ok: 1,234 files: 4 hosts, 12 units, 100,030 keys; nothing to report");
}

#[test]
fn the_summary_counts_what_is_not_shown() {
    let tree = fleet();
    let text = "a: 1 # stakelint: allow(some-rule) until 2026-12-04 -- until the move\n";
    let tree = Tree([tree.0, vec![("z.yml", text.into())]].concat());
    let at = |severity, confidence| Finding {
        confidence,
        subject: format!("{severity:?}{confidence:?}"),
        ..finding("some-rule", severity, "something is wrong", vec![tree.label("z.yml", "a", "")])
    };
    let comment = Span::new(FileId(3), 5, text.len() as u32 - 1);
    let gap = |path: &str, why: &str, gap| NotChecked { path: path.into(), why: why.into(), gap };
    let evidence = Evidence {
        findings: vec![
            at(Severity::High, Confidence::High),
            Finding { rule: "other".into(), ..at(Severity::Low, Confidence::Low) },
        ],
        comments: vec![(comment, &text[5..])],
        not_checked: vec![gap("x.sops.yml", "encrypted (sops)", false), gap("broken.yml", "does not parse", true)],
        summary: Summary { files: 4, ..Summary::default() },
        ..Evidence::default()
    };
    let outcome = judge(evidence, &Policy::new(jiff::civil::date(2026, 11, 25)), &Cards::new(), &tree);
    insta::assert_snapshot!(human(&tree, &outcome));
}

/// An outcome with everything in it: places in files, a fix, a suppressed finding, gaps and a card.
fn everything() -> (Tree, Outcome, Cards) {
    let tree = fleet();
    let fix = Fix {
        title: "turn it on".into(),
        edits: vec![Edit::replace(tree.place(tree.0[1].0, "false"), "false", "true")],
    };
    let off = Finding {
        fix: Some(fix),
        owners: vec!["val-00002/teku".into()],
        ..finding(
            "doppelganger-protection-off",
            Severity::High,
            "protection is off",
            vec![tree.label(tree.0[1].0, "false", "off")],
        )
    };
    let known =
        finding("some-rule", Severity::Low, "something [is] wrong", vec![tree.label(tree.0[1].0, "mainnet", "")]);
    let gap = NotChecked { path: "x y.yml".into(), why: "encrypted (sops)".into(), gap: false };
    let suppressed = Suppressed {
        finding: known,
        by: Allowance::Comment,
        reason: "until the move".into(),
        until: Some(jiff::civil::date(2027, 3, 1)),
        place: Some(tree.place(tree.0[1].0, "network")),
    };
    let mut outcome = outcome(&tree, vec![duplicate(&tree), off]);
    outcome.suppressed.push(suppressed);
    outcome.not_checked.push(gap);
    let card = r#"
title = "A validator key can sign in two places"
severity = "critical"
why = "Two clients that sign with one key are slashed."
help = "Keep the key in one place only."
emergency = "Stop one of them first."
links = ["https://eips.ethereum.org/EIPS/eip-3076"]
valos = ["SLS3"]
since = "0.1"
[check.duplicate-key]
"#;
    let card = Card::parse("ownership", "duplicate-key", card).expect("is a card");
    (tree, outcome, Cards::from([(card.id.clone(), card)]))
}

#[test]
fn json_keeps_its_shape() {
    let (tree, outcome, cards) = everything();
    let context = Context::new(&tree, &cards);
    insta::assert_snapshot!(write("json", &outcome, &context));
    let lines = write("ndjson", &outcome, &context);
    let whole: serde_json::Value = serde_json::from_str(&write("json", &outcome, &context)).expect("is JSON");
    let each: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).expect("is JSON")).collect();
    assert_eq!(whole["findings"], serde_json::Value::Array(each));
}

#[test]
fn concise_is_one_line_a_finding_with_its_places() {
    let (tree, outcome, cards) = everything();
    insta::assert_snapshot!(write("concise", &outcome, &Context::new(&tree, &cards)));
}

#[test]
fn code_hosts_are_told_in_their_own_words() {
    let (tree, outcome, cards) = everything();
    for name in ["github", "gitlab", "junit", "markdown"] {
        insta::assert_snapshot!(name, write(name, &outcome, &Context::new(&tree, &cards)));
    }
}

#[test]
fn the_page_tells_everything_and_loads_nothing() {
    let (tree, outcome, cards) = everything();
    let page = write("html", &outcome, &Context::new(&tree, &cards));
    let body = page.split_once("<body>").and_then(|(_, rest)| rest.split_once("<script>")).expect("has a body").0;
    insta::assert_snapshot!("html", body);
    for sign in ["src=", "<link", "@import", "url(", " style=", "onclick", "fetch("] {
        assert!(!page.contains(sign), "{sign}");
    }
    assert!(page.contains("default-src 'none'; style-src 'sha256-"));
    assert_eq!(page.matches("'sha256-").count(), page.matches("<style>").count() + page.matches("<script>").count());
}

#[test]
fn nothing_of_the_tree_becomes_a_part_of_the_page() {
    let text = "a: </pre><script>alert('x')</script> <img src=x onerror=y> & \"q\"\n";
    let tree = Tree(vec![("</code><script>/x.yml", text.into())]);
    let labels = vec![tree.label("</code><script>/x.yml", "</pre>", "this <b> `</code><i>` label")];
    let found = Finding {
        owners: vec!["\"><script>/<b>".into()],
        ..finding("some-rule", Severity::Low, "a <script>`<i>`", labels)
    };
    let mut outcome = outcome(&tree, vec![found]);
    outcome.not_checked.push(NotChecked { path: "<script>".into(), why: "<b>".into(), gap: true });
    outcome.notices.push("<script>".into());
    let page = write("html", &outcome, &Context::new(&tree, &Cards::new()));
    assert_eq!(page.matches("<script>").count(), 1, "the page's own");
    assert!(!page.contains("<b>") && !page.contains("<i>") && !page.contains("<img"));
}

#[test]
fn keys_are_shown_as_the_operator_wants() {
    let (tree, outcome, cards) = everything();
    let full = Context { keys: KeyStyle::Full, width: 160, ..Context::new(&tree, &cards) };
    assert!(write("human", &outcome, &full).contains(&format!("validator key 0x{KEY} can sign")));
    let hashed = Context { keys: KeyStyle::Hashed("salt"), ..full };
    for (name, _) in FORMATS {
        let text = write(name, &outcome, &hashed);
        assert!(text.contains("key-") && !text.contains(&KEY[..8]) && !text.contains(&KEY[90..]), "{name}\n{text}");
        assert!(
            !text.contains(&outcome.findings[0].fingerprint()),
            "{name}: a fingerprint can be guessed back to its key"
        );
    }
}

#[test]
fn colours_and_links_come_only_where_they_are_wanted() {
    let (tree, outcome, cards) = everything();
    let plain = Context::new(&tree, &cards);
    for name in ["human", "concise"] {
        assert!(!write(name, &outcome, &plain).contains('\u{1b}'));
    }
    let text = write("human", &outcome, &Context { color: true, links: true, ..plain });
    assert!(text.contains("\u{1b}]8;;https://eips.ethereum.org/EIPS/eip-3076\u{1b}\\critical[duplicate-key]"));
}

/// What the schema of SARIF 2.1.0 demands of the members that are written.
#[test]
fn sarif_is_valid_and_complete() {
    let (tree, outcome, cards) = everything();
    let text = write("sarif", &outcome, &Context::new(&tree, &cards));
    insta::assert_snapshot!(text);
    let sarif: serde_json::Value = serde_json::from_str(&text).expect("is JSON");
    assert_eq!(sarif["version"], "2.1.0");
    let run = &sarif["runs"][0];
    let list = |value: &serde_json::Value| value.as_array().cloned().expect("is a list");
    let rules = list(&run["tool"]["driver"]["rules"]);
    for rule in &rules {
        assert!(rule["id"].is_string() && rule["shortDescription"]["text"].is_string());
        assert!(
            ["none", "note", "warning", "error"]
                .contains(&rule["defaultConfiguration"]["level"].as_str().expect("has a level"))
        );
    }
    assert!(run["invocations"][0]["executionSuccessful"].is_boolean());
    let artifacts = list(&run["artifacts"]);
    let check_place = |location: &serde_json::Value| {
        let physical = &location["physicalLocation"];
        let at = physical["artifactLocation"]["index"].as_u64().expect("has a number") as usize;
        assert_eq!(artifacts[at]["location"]["uri"], physical["artifactLocation"]["uri"]);
        for member in ["startLine", "startColumn", "endLine", "endColumn"] {
            assert!(physical["region"][member].as_u64() >= Some(1), "{member}");
        }
    };
    for result in list(&run["results"]) {
        let at = result["ruleIndex"].as_u64().expect("has a rule") as usize;
        assert_eq!(rules[at]["id"], result["ruleId"]);
        assert_eq!(list(&result["locations"]).len(), 1);
        list(&result["locations"]).iter().for_each(check_place);
        result["relatedLocations"].as_array().into_iter().flatten().for_each(check_place);
        for suppression in list(&result["suppressions"]) {
            assert!(["inSource", "external"].contains(&suppression["kind"].as_str().expect("has a kind")));
        }
    }
    assert_eq!(list(&run["results"]).len(), 3);
    assert_eq!(list(&run["results"][0]["relatedLocations"]).len(), 2);
    assert_eq!(run["invocations"][0]["toolExecutionNotifications"][0]["level"], "note");
}

/// A finding at some bytes of a file, whatever stands there.
fn at(file: u32, start: u32, end: u32) -> Finding {
    let label = Label { kind: LabelKind::Primary, span: Span::new(FileId(file), start, end), text: "here".into() };
    finding("some-rule", Severity::High, "something is wrong", vec![label])
}

#[test]
fn secrets_appear_in_no_format_wherever_a_finding_points() {
    let words = "legal winner thank year wave sausage worth useful legal winner thank yellow";
    let number = "4f3edf983ac636a65a842ce7c78d9aa706d3b113bce9c46f30d7d21715b23b1d";
    let token = "c2VjcmV0LXRva2VuLW5vYm9keS1zaG91bGQtc2VlMTIzNDU2Nzg5";
    let yaml = format!(
        "a: 1\nx:\n  mnemonic: {words}\nlist: [{}]\nkey: \"0x{number}\"\nhook: https://u:pa55word@host/{token}\napiKey: pa55word\npem: |\n  \
         -----BEGIN EC PRIVATE KEY-----\n  {token}\n  abc+pa55word\n  -----END EC PRIVATE KEY-----\nz: 1\n",
        words.replace(' ', ", ")
    );
    let keystore = format!(
        "{{\n  \"crypto\": {{\"salt\": \"{number}\", \"message\": \"pa55word\"}},\n  \"pubkey\": \"{KEY}\",\n  \"uuid\": \"pa55word\"\n}}\n"
    );
    let env = format!("NETWORK=mainnet\nX_PASSWORD=pa55word pa55word\nTOKEN={token}\nMNEMONIC={words}\n");
    let tree =
        Tree(vec![("a.yml", yaml), ("b.env", env), ("keystore.json", keystore), ("password.txt", "pa55word\n".into())]);
    let cards = Cards::new();
    let context = Context { width: 120, ..Context::new(&tree, &cards) };
    for (file, (path, text)) in tree.0.iter().enumerate() {
        for start in (0..text.len() as u32).step_by(9) {
            let outcome = outcome(&tree, vec![at(file as u32, start, start + 12)]);
            for (name, _) in FORMATS {
                let text = write(name, &outcome, &context);
                for secret in ["pa55word", "sausage", &number[..12], &token[..8], &token[20..30]] {
                    assert!(!text.contains(secret), "{secret} in {name} of {path}, byte {start}\n{text}");
                }
            }
        }
    }
}

proptest::proptest! {
    /// No text, place or width brings a report down, and no line of an excerpt is wider than the terminal.
    #[test]
    fn no_place_is_too_much(
        text in "([ -~]|[a-z]{3}: |\t|\n|\r|é|日本|\u{1b}|\u{202e}|\u{301}|-----BEGIN|\"password\": |://a:b@|0x[0-9a-f]{64}){0,60}",
        spans in proptest::collection::vec((0u32..400, 0u32..400), 1..6),
        width in 0usize..140,
        ascii: bool,
    ) {
        let names = ["a.yml", "b.env", "keystore.json", "password.txt"];
        let tree = Tree(names.iter().map(|name| (*name, text.clone())).collect());
        let cards = Cards::new();
        for file in 0..4 {
            let mut found = at(file, 0, 0);
            found.labels = spans.iter().map(|(start, end)| at(file, *start, *end).labels.remove(0)).collect();
            let outcome = outcome(&tree, vec![found]);
            let context = Context { width, ascii, expand: true, ..Context::new(&tree, &cards) };
            for (name, _) in FORMATS {
                write(name, &outcome, &context);
            }
            for line in write("human", &outcome, &context).lines().filter(|line| line.contains(['│', '|'])) {
                let columns = unicode_width::UnicodeWidthStr::width(line);
                proptest::prop_assert!(columns <= width.max(40), "{} columns of {}: {}", columns, width, line);
            }
        }
    }
}

#[test]
fn any_handler_of_miette_can_draw_a_finding() {
    let (tree, outcome, cards) = everything();
    let diagnosis = Diagnosis::new(&outcome.findings[0], &Context::new(&tree, &cards));
    let handler =
        miette::GraphicalReportHandler::new_themed(miette::GraphicalTheme::unicode_nocolor()).with_links(false);
    let mut drawn = String::new();
    handler.render_report(&mut drawn, &diagnosis).expect("draws");
    for part in ["critical[duplicate-key]", "imported by val-00000", "validator_definitions.yml:143", "9350497"] {
        assert!(drawn.contains(part), "{part}\n{drawn}");
    }
    assert!(!drawn.contains("c0ffee"), "the salt of the keystore\n{drawn}");
}

#[test]
fn what_a_reader_took_for_a_secret_is_quoted_in_no_format() {
    let far = format!("first: mallowlantern\n{}last: mallowlantern\n", "filler: none\n".repeat(2_000));
    let tree = Tree(vec![("a.txt", "say mallowlantern aloud\n".into()), ("b.txt", far)]);
    let place = |path: &str| tree.label(path, "mallowlantern", "here");
    let found = finding("plain-password", Severity::High, "it stands in clear", vec![place("a.txt"), place("b.txt")]);
    let quoted = outcome(&tree, vec![found.clone()]);
    assert!(write("human", &quoted, &Context::new(&tree, &Cards::new())).contains("mallowlantern"));
    let secrets = found.labels.iter().map(|label| label.span).collect();
    let hidden = Outcome { secrets, ..quoted };
    for (name, _) in FORMATS {
        let text = write(name, &hidden, &Context::new(&tree, &Cards::new()));
        assert!(!text.contains("mallowlantern"), "{name}\n{text}");
    }
}
