//! What has to hold of every answer, whatever was asked.

use stakelint::document::{Document, Kind, Node};
use stakelint::finding::Outcome;
use stakelint::source::{Sources, Span};
use stakelint::workspace::Workspace;

/// Holds the places of all values against the texts that they stand in.
pub fn places(tree: &Workspace) -> Vec<String> {
    let documents = tree.files().iter().filter_map(|file| Some((&*file.path, file.document()?)));
    let odd = |(path, document): (&str, &Document)| {
        let odd = document.roots().find_map(|root| misplaced(document, root, 0))?;
        Some(format!("{path}: {odd}"))
    };
    documents.filter_map(odd).collect()
}

fn misplaced(document: &Document, node: Node<'_>, depth: usize) -> Option<String> {
    let lies = |span: Span| document.text().get(span.start as usize..span.end as usize).is_some();
    if !lies(node.span()) || !lies(node.place()) {
        return Some(format!("a value stands at {:?} of {}", node.span(), document.text().len()));
    }
    if node.kind() == Kind::Scalar {
        let text = node.text()?;
        let value = text.value();
        let middle = super::dice::floor(value, value.len() / 2);
        let part = text.span_of(middle..value.len());
        return (!lies(part)).then(|| format!("half a value stands at {part:?} of {}", document.text().len()));
    }
    if depth > 64 {
        return None;
    }
    let mut inner = node.items().chain(node.entries().map(|entry| entry.value)).take(300);
    inner.find_map(|inner| misplaced(document, inner, depth + 1))
}

/// Holds the places of all findings and edits against the texts that they point at.
pub fn spans(outcome: &Outcome, sources: &dyn Sources) -> Vec<String> {
    let mut wrong = Vec::new();
    let suppressed = outcome.suppressed.iter().map(|entry| &entry.finding);
    for finding in outcome.findings.iter().chain(suppressed) {
        let edits = finding.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
        for span in finding.labels.iter().map(|label| label.span).chain(edits) {
            let text = sources.text(span.file);
            if text.is_some_and(|text| text.get(span.start as usize..span.end as usize).is_none()) {
                wrong.push(format!("{} points at {span:?} of {}", finding.rule, sources.path(span.file)));
            }
        }
        if finding.labels.is_empty() {
            wrong.push(format!("{} has no place", finding.rule));
        }
        // A panic of a check is caught and told.
        if finding.headline.contains("internal error") {
            wrong.push(format!("{}: {}", finding.rule, finding.headline));
        }
    }
    wrong
}

/// Holds a report against what its format promises.
pub fn report(name: &str, out: &[u8]) -> Vec<String> {
    let Ok(text) = std::str::from_utf8(out) else { return vec![format!("{name} is no UTF-8")] };
    let is_json = |text: &str| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
    let mut wrong = Vec::new();
    let parses = match name {
        "json" | "sarif" | "gitlab" => is_json(text),
        "ndjson" => text.lines().all(is_json),
        _ => true,
    };
    if !parses {
        wrong.push(format!("{name} is no JSON"));
    }
    if let Some(raw) = raw(text) {
        wrong.push(format!("{name} holds {raw:?}"));
    }
    wrong
}

/// Holds a text against the secrets that it may not show.
pub fn silent(name: &str, text: &str, secrets: &[String]) -> Vec<String> {
    let shown = secrets.iter().filter(|secret| text.contains(*secret));
    shown.map(|secret| format!("{name} shows {secret}")).collect()
}

/// Finds what would command a terminal or turn the text around, but for the colours and links that are ours.
pub fn raw(text: &str) -> Option<char> {
    let mut rest = text;
    while let Some(at) = rest.find(|letter: char| letter.is_control() && !"\n\t".contains(letter) || is_turning(letter))
    {
        rest = &rest[at..];
        let after_color = rest.strip_prefix("\u{1b}[").and_then(|color| {
            let end = color.find(|letter: char| !letter.is_ascii_digit() && letter != ';')?;
            color[end..].strip_prefix('m')
        });
        let after_link = rest.strip_prefix("\u{1b}]8;;").and_then(|link| {
            let (address, after) = link.split_once("\u{1b}\\")?;
            (!address.contains(char::is_control)).then_some(after)
        });
        match after_color.or(after_link) {
            Some(after) => rest = after,
            None => return rest.chars().next(),
        }
    }
    None
}

fn is_turning(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Does something on so many threads.
pub fn with_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}
