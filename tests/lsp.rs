//! The language server, by its protocol: what an editor sees, asks and is offered, over standard input and output.

mod editor;
mod program;

use editor::{Editor, place, uri};
use program::tree;
use serde_json::{Value, json};
use std::fs;
use tempfile::TempDir;

const COMPOSE: &str = "services:
  validator:
    image: sigp/lighthouse:v8.0.0
    command:
      - lighthouse
      - vc
      - --network=mainnet
      - --beacon-nodes=http://beacon:5052
      - --suggested-fee-recipient=${RECIPIENT}
      - --enable-doppelganger-protection
    volumes: ['./data:/root/.lighthouse']
";
const ENVIRONMENT: &str = "# nobody's\nRECIPIENT=0x0000000000000000000000000000000000000000\n";

fn host() -> TempDir {
    tree(&[("compose.yml", COMPOSE), (".env", ENVIRONMENT)])
}

fn rules(diagnostics: &Value) -> Vec<&str> {
    let all = diagnostics.as_array().expect("is a list").iter();
    all.filter(|told| told["severity"] != 4).map(|told| told["code"].as_str().expect("has a code")).collect()
}

fn of_rule<'d>(diagnostics: &'d Value, rule: &str) -> &'d Value {
    let all = diagnostics.as_array().expect("is a list");
    all.iter().find(|told| told["code"] == rule).unwrap_or_else(|| panic!("{rule} in {diagnostics}"))
}

fn at(uri: &str, position: Value) -> Value {
    json!({ "textDocument": { "uri": uri }, "position": position })
}

#[test]
fn a_session_from_the_first_word_to_the_last() {
    let tree = host();
    let mut editor = Editor::open(tree.path(), &[]);
    let (compose, environment) = (uri(tree.path(), "compose.yml"), uri(tree.path(), ".env"));
    editor.until(|message| message["method"] == "client/registerCapability");

    // A buffer that is not what the disk holds: the flag is the one that was removed.
    let changed = COMPOSE.replace("--beacon-nodes", "--beacon-node");
    editor.edit(&compose, &changed);
    let diagnostics = editor.checked(&compose, 1);
    let removed = of_rule(&diagnostics, "removed-flag");
    assert_eq!(removed["range"]["start"], place(&changed, "|--beacon-node="));
    assert_eq!((&removed["source"], &removed["severity"]), (&json!("stakelint"), &json!(1)));
    assert!(removed["data"].as_str().is_some_and(|fingerprint| !fingerprint.is_empty()));
    assert!(removed["codeDescription"]["href"].as_str().is_some_and(|page| page.starts_with("https://")));

    let hover = editor.ask("textDocument/hover", at(&compose, place(&changed, "--beacon|-node=")));
    let text = hover["result"]["contents"]["value"].as_str().expect("is Markdown");
    assert!(text.contains("removed-flag") && text.contains("**Why**"), "the card: {text}");
    assert!(text.contains("8.0.0 no longer takes it") && text.contains("replaced by `--beacon-nodes`"), "{text}");
    assert!(text.contains("deprecated since 1.0.5, gone in 4.6.0"), "{text}");

    let range = removed["range"].clone();
    let context = json!({ "diagnostics": [removed] });
    let asked = json!({ "textDocument": { "uri": compose }, "range": range, "context": context });
    let actions = editor.ask("textDocument/codeAction", asked);
    let fix = &actions["result"][0];
    assert_eq!((&fix["kind"], &fix["isPreferred"]), (&json!("quickfix"), &json!(true)));
    assert_eq!(fix["diagnostics"][0]["code"], "removed-flag");
    let change = &fix["edit"]["documentChanges"][0];
    assert_eq!((&change["textDocument"]["uri"], &change["textDocument"]["version"]), (&json!(compose), &json!(1)));
    assert!(change["edits"][0]["newText"].as_str().is_some_and(|text| text.contains("beacon-nodes")), "{change}");

    let all = json!({ "diagnostics": [], "only": ["source.fixAll"] });
    let asked = json!({ "textDocument": { "uri": compose }, "range": removed["range"], "context": all });
    let actions = editor.ask("textDocument/codeAction", asked);
    assert_eq!(actions["result"][0]["kind"], "source.fixAll.stakelint");
    assert_eq!(actions["result"].as_array().map(Vec::len), Some(1));

    let hover = editor.ask("textDocument/hover", at(&compose, place(&changed, "light|house:v8")));
    let text = hover["result"]["contents"]["value"].as_str().expect("is Markdown");
    assert!(text.contains("**Lighthouse** validator client · release 8.0.0 · mainnet"), "{text}");

    // Back to what it was: the finding goes, and nobody has saved anything.
    editor.replace(&compose, 2, COMPOSE);
    assert!(!rules(&editor.checked(&compose, 2)).contains(&"removed-flag"));
    assert_eq!(fs::read_to_string(tree.path().join("compose.yml")).expect("is there"), COMPOSE);

    // What is written elsewhere is found from where it is used.
    let there = editor.ask("textDocument/definition", at(&compose, place(COMPOSE, "${RECI|PIENT}")));
    let target = &there["result"][0];
    assert_eq!(target["uri"], environment);
    assert_eq!(target["range"]["start"], place(ENVIRONMENT, "RECIPIENT=|0x"));
    assert_eq!(editor.end(), Some(0));
}

#[test]
fn flags_are_offered_while_they_are_written() {
    let tree = host();
    let mut editor = Editor::open(tree.path(), &[]);
    let compose = uri(tree.path(), "compose.yml");
    let typed = COMPOSE.replace("    volumes", "      - --sugg\n      - --network=h\n    volumes");
    editor.edit(&compose, &typed);
    let offers = editor.ask("textDocument/completion", at(&compose, place(&typed, "- --sugg|\n")));
    let offers = offers["result"].as_array().expect("is a list").clone();
    let offer = offers.iter().find(|offer| offer["label"] == "--suggested-fee-recipient").expect("is offered");
    assert_eq!(offer["textEdit"]["range"]["start"], place(&typed, "- |--sugg\n"));
    assert_eq!(offer["textEdit"]["range"]["end"], place(&typed, "- --sugg|\n"));
    assert!(offer["documentation"]["value"].as_str().is_some_and(|page| page.contains("validator client")));
    let labels: Vec<&str> = offers.iter().filter_map(|offer| offer["label"].as_str()).collect();
    assert!(!labels.contains(&"--beacon-node"), "what the release no longer takes is not offered");
    assert!(!labels.contains(&"--execution-endpoint"), "what another role takes is not offered");

    let offers = editor.ask("textDocument/completion", at(&compose, place(&typed, "--network=h|\n")));
    let offers = offers["result"].as_array().expect("is a list").clone();
    let offer = offers.iter().find(|offer| offer["label"] == "hoodi").expect("is offered");
    assert_eq!(offer["textEdit"]["range"]["start"], place(&typed, "--network=|h\n"));
    let nothing = editor.ask("textDocument/completion", at(&compose, place(&typed, "image: sigp|")));
    assert_eq!(nothing["result"], Value::Null);

    let typed = COMPOSE.replace("    command", "    # stakelint: allow(dopp\n    command");
    editor.replace(&compose, 2, &typed);
    let offers = editor.ask("textDocument/completion", at(&compose, place(&typed, "allow(dopp|\n")));
    let offers = offers["result"].as_array().expect("is a list").clone();
    let offer = offers.iter().find(|offer| offer["label"] == "doppelganger-protection-off").expect("is offered");
    assert_eq!(offer["textEdit"]["range"]["start"], place(&typed, "allow(|dopp\n"));
    assert_eq!(editor.end(), Some(0));
}

#[test]
fn the_settings_file_offers_its_keys_its_words_and_the_rules() {
    let tree = host();
    let mut editor = Editor::open(tree.path(), &[]);
    let settings = uri(tree.path(), "stakelint.toml");
    let text = "fail\npersona = \"\n[[allow]]\nrule = \"unpin\"\n";
    editor.edit(&settings, text);
    for (mark, typed, label) in [
        ("fail|\n", "fail", "fail-on ="),
        ("persona = \"|", "", "pedantic"),
        ("rule = \"unpin|", "unpin", "unpinned-image"),
    ] {
        let offers = editor.ask("textDocument/completion", at(&settings, place(text, mark)));
        let offers = offers["result"].as_array().expect("is a list").clone();
        let offer = offers.iter().find(|offer| offer["label"].as_str().is_some_and(|known| known.trim_end() == label));
        let range = &offer.expect("is offered")["textEdit"]["range"];
        let length = range["end"]["character"]
            .as_u64()
            .zip(range["start"]["character"].as_u64())
            .map(|(end, start)| end - start);
        assert_eq!(length, Some(typed.len() as u64), "{label}");
    }
    assert_eq!(editor.end(), Some(0));
}

#[test]
fn who_types_fast_is_told_once() {
    let tree = host();
    let mut editor = Editor::open(tree.path(), &[]);
    let compose = uri(tree.path(), "compose.yml");
    editor.edit(&compose, COMPOSE);
    editor.checked(&compose, 1);
    let heard = editor.log.len();
    const STROKES: i32 = 50;
    for stroke in 2..=STROKES {
        editor.replace(&compose, stroke, &format!("{COMPOSE}# {}\n", "x".repeat(stroke as usize)));
    }
    editor.checked(&compose, STROKES);
    let told = editor.log[heard..].iter().filter(|message| message["params"]["uri"] == compose).count();
    assert!(told < STROKES as usize / 2, "{told} checks were shown for {STROKES} strokes");
    assert_eq!(editor.end(), Some(0));
}

#[test]
fn a_finding_can_be_allowed_where_it_stands() {
    let tree = host();
    let mut editor = Editor::open(tree.path(), &[]);
    let compose = uri(tree.path(), "compose.yml");
    editor.edit(&compose, COMPOSE);
    let diagnostics = editor.checked(&compose, 1);
    let told = diagnostics.as_array().expect("is a list").first().expect("something is found").clone();
    let rule = told["code"].as_str().expect("has a code").to_owned();
    let context = json!({ "diagnostics": [told], "only": ["quickfix"] });
    let asked = json!({ "textDocument": { "uri": compose }, "range": told["range"], "context": context });
    let actions = editor.ask("textDocument/codeAction", asked);
    let is_allowance =
        |action: &&Value| action["title"].as_str().is_some_and(|title| title.starts_with(&format!("Allow {rule} ")));
    let action =
        actions["result"].as_array().expect("is a list").iter().find(is_allowance).expect("is offered").clone();
    let edit = &action["edit"]["documentChanges"][0]["edits"][0];
    let comment = edit["newText"].as_str().expect("is a text");
    assert_eq!(comment.trim(), format!("# stakelint: allow({rule}) -- reason"));
    let line = edit["range"]["start"]["line"].as_u64().expect("is a line") as usize;
    let mut lines: Vec<&str> = COMPOSE.split_inclusive('\n').collect();
    lines.insert(line, comment);
    editor.replace(&compose, 2, &lines.concat());
    let left = editor.checked(&compose, 2);
    assert!(!rules(&left).contains(&rule.as_str()) && !rules(&left).contains(&"unused-allow"), "{left}");
    assert_eq!(editor.end(), Some(0));
}

#[test]
fn columns_are_counted_as_agreed() {
    let text = "services:\n  vc:\n    image: sigp/lighthouse:v8.0.0\n    command: [lighthouse, vc, --graffiti, 'é𝄞', --beacon-node=http://b:1]\n";
    for (offered, agreed, column) in [(&[][..], "utf-16", 49), (&["utf-16", "utf-8"][..], "utf-8", 52)] {
        let tree = tree(&[]);
        let mut editor = Editor::open(tree.path(), offered);
        assert_eq!(editor.log[0]["result"]["capabilities"]["positionEncoding"], agreed);
        // A file that the disk does not hold yet.
        let new = uri(tree.path(), "new/compose.yml");
        fs::create_dir(tree.path().join("new")).expect("a folder");
        editor.edit(&new, text);
        let diagnostics = editor.checked(&new, 1);
        assert_eq!(of_rule(&diagnostics, "removed-flag")["range"]["start"]["character"], column);
        assert_eq!(editor.end(), Some(0));
    }
}

#[test]
fn the_whole_tree_is_told_and_what_becomes_clean_is_taken_back() {
    let old = COMPOSE.replace("--beacon-nodes", "--beacon-node");
    let tree = tree(&[("compose.yml", &old), (".env", ENVIRONMENT)]);
    let mut editor = Editor::open(tree.path(), &[]);
    let (compose, settings) = (uri(tree.path(), "compose.yml"), uri(tree.path(), "stakelint.toml"));
    let said = |message: &Value, uri: &str, told: &dyn Fn(&[&str]) -> bool| {
        message["params"]["uri"] == uri && told(&rules(&message["params"]["diagnostics"]))
    };
    editor.until(|message| said(message, &compose, &|rules| rules.contains(&"removed-flag")));
    fs::write(tree.path().join("stakelint.toml"), "exclude = [\"compose.yml\"]\n").expect("written");
    editor.tell("workspace/didChangeWatchedFiles", json!({ "changes": [{ "uri": settings, "type": 1 }] }));
    editor.until(|message| said(message, &compose, &|rules| rules.is_empty()));

    // A mistake in the settings is shown where it stands, and what held before holds on.
    editor.edit(&settings, "exclude = [\"compose.yml\"]\npersona = \"nobody\"\n");
    let diagnostics = editor.checked(&settings, 1);
    assert_eq!(of_rule(&diagnostics, "settings")["range"]["start"]["line"], 1);
    assert_eq!(editor.diagnostics[&compose]["diagnostics"], json!([]));
    editor.replace(&settings, 2, "");
    editor.until(|message| said(message, &compose, &|rules| rules.contains(&"removed-flag")));
    assert_eq!(editor.checked(&settings, 2), json!([]));
    assert_eq!(editor.end(), Some(0));
}

#[test]
fn what_makes_no_sense_is_refused_and_the_session_goes_on() {
    let tree = host();
    let mut editor = Editor::start(tree.path());
    let code = |answer: Value| answer["error"]["code"].clone();
    assert_eq!(code(editor.ask("textDocument/hover", json!({}))), -32002);
    let init = json!({ "processId": null, "rootUri": uri(tree.path(), ""), "capabilities": {} });
    editor.ask("initialize", init.clone());
    editor.tell("initialized", json!({}));
    assert_eq!(code(editor.ask("initialize", init)), -32600);
    assert_eq!(code(editor.ask("textDocument/hover", json!({ "textDocument": 1 }))), -32602);
    assert_eq!(code(editor.ask("textDocument/nonsense", Value::Null)), -32601);
    editor.write(b"Content-Length: 5\r\n\r\n{\"a\":");
    assert_eq!(
        editor.until(|message| message["id"].is_null() && message.get("error").is_some())["error"]["code"],
        -32700
    );
    let compose = uri(tree.path(), "compose.yml");
    let far = json!({ "line": 4_000_000_000_u32, "character": 4_000_000_000_u32 });
    for (method, params) in [
        (
            "textDocument/didOpen",
            json!({ "textDocument": { "uri": "untitled:1", "languageId": "", "version": 1, "text": "a: [" } }),
        ),
        ("textDocument/didOpen", json!({ "textDocument": { "uri": compose } })),
        ("textDocument/didChange", json!([])),
        (
            "textDocument/didChange",
            json!({ "textDocument": { "uri": compose, "version": 9 }, "contentChanges": [{ "text": "" }] }),
        ),
        ("textDocument/didClose", json!({ "textDocument": { "uri": "file:///%FF" } })),
        (
            "workspace/didChangeWorkspaceFolders",
            json!({ "event": { "added": [{ "uri": "file:///no/such", "name": "" }], "removed": [] } }),
        ),
        ("$/cancelRequest", json!({ "id": 99 })),
        ("$/whatever", Value::Null),
    ] {
        editor.tell(method, params);
    }
    for method in ["hover", "completion", "definition"] {
        let answer = editor.ask(&format!("textDocument/{method}"), at(&compose, far.clone()));
        assert!(answer.get("error").is_none(), "{answer}");
    }
    let changes = json!([{ "range": { "start": far, "end": { "line": 0, "character": 0 } }, "text": "x" }]);
    editor.edit(&compose, "a: [\n");
    editor.tell(
        "textDocument/didChange",
        json!({ "textDocument": { "uri": compose, "version": 2 }, "contentChanges": changes }),
    );
    editor.checked(&compose, 2);
    assert_eq!(editor.end(), Some(0));
}

#[test]
fn an_editor_that_goes_away_ends_the_session() {
    let tree = host();
    assert_eq!(Editor::start(tree.path()).leave(), Some(1));
    assert_eq!(Editor::open(tree.path(), &[]).leave(), Some(1));
    let mut editor = Editor::open(tree.path(), &[]);
    editor.tell("exit", Value::Null);
    assert_eq!(editor.leave(), Some(1), "it was not shut down");
}

#[test]
fn a_file_without_a_folder_is_checked_among_its_neighbours() {
    let tree = host();
    let mut editor = Editor::start(tree.path());
    editor.ask("initialize", json!({ "processId": null, "rootUri": null, "capabilities": {} }));
    editor.tell("initialized", json!({}));
    let compose = uri(tree.path(), "compose.yml");
    editor.edit(&compose, COMPOSE);
    editor.checked(&compose, 1);
    let there = editor.ask("textDocument/definition", at(&compose, place(COMPOSE, "${RECI|PIENT}")));
    assert_eq!(there["result"][0]["uri"], uri(tree.path(), ".env"));
    assert_eq!(editor.end(), Some(0));
}
