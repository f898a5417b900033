//! Holds the readers of YAML, JSON and TOML against the suites that their makers keep: what is sound must be read, to the value that is
//! meant where the suite says which; what is not sound must be told; every place must lie in the text.
//!
//! `cargo run --example suites -- FOLDER`, with the suites in `FOLDER/yaml` (branch `data` of yaml-test-suite), `FOLDER/json` (JSONTestSuite)
//! and `FOLDER/toml` (toml-test); `tests/suites.sh` fetches them. The exit status is 1 if a case comes out in another way than here.

#![allow(clippy::print_stdout, reason = "this program speaks to whoever started it")]

use serde_json::Value;
use stakelint::document::{Document, Kind, Node, Style, Syntax, parse};
use stakelint::source::{FileId, Span};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Cases that come out in another way on purpose, and why.
const KNOWN: [(&str, &str); 7] = [
    ("yaml/9C9N/", "a list in brackets that goes on at the margin: other readers of YAML take it"),
    ("yaml/DK95/01/", "a quoted text that goes on behind a tab: other readers of YAML take it"),
    ("yaml/QB6E/", "a quoted text that goes on at the margin: other readers of YAML take it"),
    ("invalid/integer/arabic-zero-02.toml", "numbers are kept as they are written"),
    ("invalid/integer/incomplete-bin.toml", "numbers are kept as they are written"),
    ("invalid/integer/incomplete-hex.toml", "numbers are kept as they are written"),
    ("invalid/integer/incomplete-oct.toml", "numbers are kept as they are written"),
];

/// What a suite wants of a text.
enum Wanted {
    /// That it is read, to these values if they are known.
    Sound(Option<Vec<Value>>),
    /// That it is refused.
    Unsound,
    /// Nothing but that no harm is done.
    Either,
}

struct Case {
    name: String,
    bytes: Vec<u8>,
    syntax: Syntax,
    wanted: Wanted,
}

fn main() -> ExitCode {
    let folder = PathBuf::from(std::env::args_os().nth(1).unwrap_or_default());
    let mut failed = false;
    for (name, cases) in [("yaml", yaml(&folder)), ("json", json(&folder)), ("toml", toml(&folder))] {
        let all = cases.len();
        let wrong: Vec<String> = cases.iter().filter_map(wrong).collect();
        println!("{name}: {} of {all} cases come out as they should", all - wrong.len());
        wrong.iter().for_each(|line| println!("  {line}"));
        failed |= !wrong.is_empty() || all == 0;
    }
    ExitCode::from(u8::from(failed))
}

/// Every folder with an `in.yaml` is a case.
fn yaml(folder: &Path) -> Vec<Case> {
    let files = files(&folder.join("yaml"), "in.yaml").into_iter();
    let case = |path: PathBuf| {
        let beside = |name: &str| path.with_file_name(name);
        let values = fs::read(beside("in.json")).ok();
        let values = values
            .and_then(|text| serde_json::Deserializer::from_slice(&text).into_iter().collect::<Result<_, _>>().ok());
        let wanted = if beside("error").exists() { Wanted::Unsound } else { Wanted::Sound(values) };
        case(&path, Syntax::Yaml, wanted)
    };
    files.filter_map(case).collect()
}

/// The first letter of a name tells what is wanted.
fn json(folder: &Path) -> Vec<Case> {
    let files = files(&folder.join("json/test_parsing"), ".json").into_iter();
    let case = |path: PathBuf| {
        let wanted = match path.file_name()?.to_str()?.as_bytes().first()? {
            b'y' => Wanted::Sound(serde_json::from_slice(&fs::read(&path).ok()?).ok().map(|value| vec![value])),
            b'n' => Wanted::Unsound,
            _ => Wanted::Either,
        };
        case(&path, Syntax::Json, wanted)
    };
    files.filter_map(case).collect()
}

/// The list of a version names the cases, in folders of sound and unsound ones.
fn toml(folder: &Path) -> Vec<Case> {
    let folder = folder.join("toml/tests");
    let list = fs::read_to_string(folder.join("files-toml-1.1.0")).unwrap_or_default();
    let case = |name: &str| {
        let wanted = if name.starts_with("valid/") { Wanted::Sound(None) } else { Wanted::Unsound };
        case(&folder.join(name), Syntax::Toml, wanted)
    };
    list.lines().filter(|name| name.ends_with(".toml")).filter_map(case).collect()
}

fn case(path: &Path, syntax: Syntax, wanted: Wanted) -> Option<Case> {
    Some(Case { name: path.display().to_string(), bytes: fs::read(path).ok()?, syntax, wanted })
}

fn files(folder: &Path, end: &str) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let paths = entries.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path);
    paths.filter(|path| path.to_string_lossy().ends_with(end)).collect()
}

/// Says what is wrong with how a case comes out.
fn wrong(case: &Case) -> Option<String> {
    let Case { name, bytes, syntax, wanted } = case;
    // Bytes that are no UTF-8 are told before anything is parsed.
    let is_text = std::str::from_utf8(bytes).is_ok();
    let text = String::from_utf8_lossy(bytes);
    let document = parse(FileId(0), text.as_ref().into(), *syntax);
    let is_read = is_text && document.problems().is_empty();
    let odd = match wanted {
        Wanted::Sound(_) if !is_read => Some(format!("is sound, and refused: {}", document.problems()[0].message)),
        Wanted::Sound(Some(values)) if !is_same(&document, values) => Some("is read as something else".to_owned()),
        Wanted::Unsound if is_read => Some("is not sound, and taken".to_owned()),
        _ => None,
    };
    let odd = odd.or_else(|| document.roots().find_map(|root| misplaced(&document, root, 0)));
    let known = KNOWN.iter().find(|(known, _)| name.contains(known));
    match (odd, known) {
        (Some(odd), None) => Some(format!("{name} {odd}")),
        (None, Some((_, why))) => Some(format!("{name} comes out as it should, although {why}")),
        _ => None,
    }
}

/// Finds a node whose place does not lie in the text, or whose plain value is not what stands there.
fn misplaced(document: &Document, node: Node<'_>, depth: usize) -> Option<String> {
    let lies = |span: Span| document.text().get(span.start as usize..span.end as usize);
    let Some(written) = lies(node.span()).and_then(|written| lies(node.place()).map(|_| written)) else {
        return Some(format!("has a node at {:?}", node.span()));
    };
    if node.kind() == Kind::Scalar
        && node.style() == Style::Plain
        && !written.contains(['\n', '\r'])
        && node.str().is_some_and(|value| value != written)
    {
        return Some(format!("has {:?} where {written:?} stands", node.str()));
    }
    if depth > 64 {
        return None;
    }
    let mut inner = node.items().chain(node.entries().map(|entry| entry.value));
    inner.find_map(|inner| misplaced(document, inner, depth + 1))
}

fn is_same(document: &Document, values: &[Value]) -> bool {
    let roots: Vec<Node<'_>> = document.roots().collect();
    // A document without a node is null, and need not be there.
    let values: Vec<&Value> = if roots.is_empty() {
        values.iter().filter(|value| !value.is_null()).collect()
    } else {
        values.iter().collect()
    };
    roots.len() == values.len() && roots.iter().zip(values).all(|(root, value)| is_like(*root, value))
}

fn is_like(node: Node<'_>, value: &Value) -> bool {
    let text = node.str().unwrap_or_default();
    match value {
        Value::Null => node.is_null() || text.is_empty(),
        Value::Bool(truth) => text.eq_ignore_ascii_case(&truth.to_string()),
        Value::Number(number) => is_number(text, number.as_f64().unwrap_or_default()),
        Value::String(string) => node.kind() == Kind::Scalar && text == string,
        Value::Array(items) => {
            let known: Vec<Node<'_>> = node.items().collect();
            node.kind() == Kind::Sequence
                && known.len() == items.len()
                && known.iter().zip(items).all(|(node, item)| is_like(*node, item))
        }
        Value::Object(entries) => {
            let known = || node.entries();
            // Of a key that stands twice the last value counts.
            node.kind() == Kind::Map
                && known().all(|entry| entries.contains_key(entry.name()))
                && entries.iter().all(|(key, value)| {
                    known().filter(|entry| entry.name() == key).last().is_some_and(|entry| is_like(entry.value, value))
                })
        }
    }
}

fn is_number(text: &str, number: f64) -> bool {
    let plain = text.parse::<f64>().ok();
    let based = ["0x", "0o"]
        .iter()
        .zip([16, 8])
        .find_map(|(sign, base)| i64::from_str_radix(text.strip_prefix(sign)?, base).ok());
    plain
        .or(based.map(|value| value as f64))
        .is_some_and(|value| value == number || (value - number).abs() < number.abs() * 1e-12)
}
