//! What holds for any text, however torn: nothing panics, and every place is one.

use super::arena::NONE;
use super::pieces::Pieces;
use super::syntax::Raw;
use super::{Document, Kind, Node, Style, Syntax, parse};
use crate::source::{FileId, Span};
use proptest::prelude::*;

const YAML: &str = "\u{feff}# c\nx: &x\n  - a: 'it''s\n      two'\n  - \"q\\\n    r\\u00e9\\t\"\nk: {<<: *x, l: >-\n}\n\
    m: |2+\n    lit é\n\n  eral\n\n# d\nf: >\n  fold\n  ed\n\n   more\n  less\nn: !reset\n<<: [*x, *y]\n...\n---\r\n- 1\r\n- *x\r\n";
const JSON: &str =
    "{\"a\": [1, -2.5e+3, true, false, null], \"b\\u00e9\\ud83d\\ude00\": {\"c\\n\": \"é\"}, \"a\": \"\"}";
const TOML: &str = "# c\na.b = 1\n\"q\\t\" = 'x'\n[t]\nm = \"\"\"\n x \\\n  y\\u00e9\"\"\"\n[[l]]\nd = 1979-05-27\nv = [1, {z = 2},\n]\n";
const DOTENV: &str = "# c\nexport A=1 # d\nB=\"x\\n\\0123\\$y\n z\\\"\"\nC='q\\''\nD: e\r\nF\nG=\n";
const INI: &str = "top = 1\n[S]\nE = a \\\n  # c\n  b \\\\\nE=\n; d\n[T]\r\nk\r\n[S]\nz = \\\n\n";

const TOKENS: &[&str] = &[
    "\n", "\r\n", "\r", " ", "  ", "\t", "\"", "'", "\\", "#", ":", ": ", "- ", "-", "{", "}", "[", "]", ",", "|", ">",
    "&x ", "*x", "<<: ", "! ", "!t ", "---\n", "...\n", "=", "[[", "'''", "\"\"\"", "\\u00", "\\ud800", "\\0", "é",
    "\u{feff}", "%", "?", "a", "0", "1e", "null", "\u{0}", "\u{2028}", "\u{a0}", "export ",
];

/// Changes a text in a few places.
fn mutated(text: &'static str) -> impl Strategy<Value = String> {
    let change = (any::<prop::sample::Index>(), 0..3_usize, prop::sample::select(TOKENS));
    prop::collection::vec(change, 0..8).prop_map(move |changes| {
        let mut text = text.to_owned();
        for (index, removed, token) in changes {
            let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let at = index.index(places.len());
            let end = (at + removed).min(places.len() - 1);
            text.replace_range(places[at]..places[end], token);
        }
        text
    })
}

fn any_text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(TOKENS), 0..40).prop_map(|tokens| tokens.concat())
}

/// Answers every node that a walk reaches, keys included.
fn nodes(document: &Document) -> Vec<Node<'_>> {
    let mut found: Vec<Node<'_>> = document.roots().collect();
    let mut at = 0;
    while at < found.len() {
        let node = found[at];
        at += 1;
        found.extend(node.items());
        found.extend(node.entries().flat_map(|entry| [entry.key, entry.value]));
    }
    found
}

/// Tells whether decoding a scalar once more gives the value that the syntax gave, so that its bytes have exact places.
fn is_decoded_alike(node: Node<'_>) -> bool {
    let (cell, document) = (node.cell(), node.document);
    let Some(value) = node.str().filter(|_| cell.link != NONE) else { return true };
    let raw = Raw { start: cell.start as usize, end: cell.end as usize, style: cell.style, indent: cell.indent, value };
    let mut pieces = Pieces::new(document.text());
    (document.decode)(raw, &mut pieces);
    let is_empty_block = matches!(cell.style, Style::Literal | Style::Folded) && cell.indent == 255;
    // A library's guess at a torn string is its own.
    let is_torn = document.syntax() == Syntax::Toml && !document.problems().is_empty();
    pieces.value() == value || is_empty_block || is_torn
}

fn check(text: &str, syntax: Syntax) -> Result<(), TestCaseError> {
    let document = parse(FileId(7), text.into(), syntax);
    let place = |span: Span| text.get(span.start as usize..span.end as usize).filter(|_| span.file == FileId(7));
    for node in nodes(&document) {
        prop_assert!(place(node.span()).is_some() && place(node.place()).is_some(), "{syntax:?} {node:?}");
        for entry in node.entries() {
            prop_assert!(place(entry.span()).is_some());
        }
        let Some(mapped) = node.text() else {
            prop_assert!(node.kind() != Kind::Scalar);
            continue;
        };
        prop_assert_eq!(mapped.is_known(), node.str().is_some());
        prop_assert!(is_decoded_alike(node), "{node:?}");
        prop_assert!(node.str().is_none_or(|value| value == mapped.value()));
        for segment in mapped.segments() {
            let bytes = &mapped.value()[segment.at as usize..(segment.at + segment.len) as usize];
            let written = place(segment.span).zip(segment.origin.map_or(Some(""), place));
            prop_assert!(written.is_some(), "{segment:?}");
            prop_assert!(!segment.exact || place(segment.span) == Some(bytes), "{segment:?}");
        }
    }
    let told = document.problems().iter().map(|problem| problem.span);
    let repeated = document.repeated().iter().flat_map(|repeated| [repeated.first, repeated.again]);
    for span in told.chain(repeated).chain(document.comments()) {
        prop_assert!(place(span).is_some(), "{span:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn yaml_places_are_sound(text in mutated(YAML)) { check(&text, Syntax::Yaml)?; }

    #[test]
    fn json_places_are_sound(text in mutated(JSON)) { check(&text, Syntax::Json)?; }

    #[test]
    fn toml_places_are_sound(text in mutated(TOML)) { check(&text, Syntax::Toml)?; }

    #[test]
    fn dotenv_places_are_sound(text in mutated(DOTENV)) { check(&text, Syntax::Dotenv)?; }

    #[test]
    fn ini_places_are_sound(text in mutated(INI)) { check(&text, Syntax::Ini)?; }

    #[test]
    fn any_text_is_read(text in any_text()) {
        for syntax in [Syntax::Yaml, Syntax::Json, Syntax::Toml, Syntax::Dotenv, Syntax::Ini] {
            check(&text, syntax)?;
        }
    }

    #[test]
    fn json_is_accepted_as_serde_json_does(text in prop_oneof![mutated(JSON), any_text()]) {
        let expected = serde_json::from_str::<serde_json::Value>(&text);
        let told = expected.as_ref().is_err_and(|error| error.to_string().contains("out of range"));
        if !told && !text.starts_with('\u{feff}') {
            let document = parse(FileId(0), text.as_str().into(), Syntax::Json);
            prop_assert_eq!(document.problems().is_empty(), expected.is_ok(), "{:?}", expected);
        }
    }
}
