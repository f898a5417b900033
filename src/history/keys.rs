//! The keys that a history has to speak of: a plain list, or whatever JSON names them in.

use crate::document::{Document, Kind, Node, Syntax, parse, parse_rendered};
use crate::ethereum::PublicKey;
use crate::source::{FileId, Span, Spanned, Text};
use std::sync::Arc;

/// The members under which programs write a validator's key: an inventory or deposit data, the key-manager interface,
/// Lighthouse's definitions.
const NAMES: [&str; 3] = ["pubkey", "validating_pubkey", "voting_public_key"];
/// The members under which they write a list of such objects.
const LISTS: [&str; 2] = ["keys", "data"];

/// Reads a list of keys: one or several a line with comments after `#`, or JSON (an inventory, deposit data, an answer of the
/// key-manager interface, a list of keys), or one JSON value a line. Answers them in order, each once.
///
/// # Errors
/// The place of what is no key and why it is none; the text itself is not repeated.
pub fn read_keys(file: FileId, text: &str) -> Result<Vec<Spanned<PublicKey>>, (Span, String)> {
    let mut keys = Vec::new();
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if start.starts_with(['{', '[']) {
        let document = parse(file, Arc::from(text), Syntax::Json);
        match document.problems().first() {
            None => from_tree(&document, &mut keys)?,
            Some(_) => from_lines(file, text, &mut keys)?,
        }
    } else {
        from_text(file, text, &mut keys)?;
    }
    if keys.is_empty() {
        return Err((Span::new(file, 0, 0), "it names no key".to_owned()));
    }
    let mut seen = std::collections::BTreeSet::new();
    keys.retain(|key| seen.insert(key.value));
    Ok(keys)
}

/// One JSON value a line.
fn from_lines(file: FileId, text: &str, keys: &mut Vec<Spanned<PublicKey>>) -> Result<(), (Span, String)> {
    for line in text.split_inclusive('\n').filter(|line| !line.trim().is_empty()) {
        let document = parse_rendered(&Text::literal(line, Span::of_part(file, text, line)), Syntax::Json);
        if let Some(problem) = document.problems().first() {
            return Err((problem.span, problem.message.clone()));
        }
        from_tree(&document, keys)?;
    }
    Ok(())
}

fn from_tree(document: &Document, keys: &mut Vec<Spanned<PublicKey>>) -> Result<(), (Span, String)> {
    let Some(root) = document.root() else { return Ok(()) };
    let list = match root.kind() {
        Kind::Map => LISTS.iter().find_map(|name| root.get(name)),
        Kind::Sequence => Some(root),
        Kind::Scalar => None,
    };
    match list {
        Some(list) => list.items().try_for_each(|item| from_item(item, keys)),
        None => from_item(root, keys),
    }
}

/// A key, or an object that names one; an object that names none (a unit of an inventory) is passed over.
fn from_item(item: Node<'_>, keys: &mut Vec<Spanned<PublicKey>>) -> Result<(), (Span, String)> {
    let named = match item.kind() {
        Kind::Map => NAMES.iter().find_map(|name| item.get(name)),
        _ => Some(item),
    };
    let Some(named) = named else { return Ok(()) };
    let span = named.span();
    let key = named.str().map_or_else(|| Err("a key is no text".to_owned()), PublicKey::parse);
    keys.push(Spanned::new(key.map_err(|why| (span, why))?, span));
    Ok(())
}

fn from_text(file: FileId, text: &str, keys: &mut Vec<Spanned<PublicKey>>) -> Result<(), (Span, String)> {
    for line in text.lines() {
        let spoken = line.split('#').next().unwrap_or_default().trim_start_matches('\u{feff}');
        for word in spoken.split(|sign: char| sign.is_whitespace() || ",;\"'".contains(sign)) {
            let span = Span::of_part(file, text, word);
            if !word.is_empty() && word != "-" {
                keys.push(Spanned::new(PublicKey::parse(word).map_err(|why| (span, why))?, span));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str =
        "0x935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846";
    const TWO: &str =
        "0x898885dd9e167df1f9e49b1af4afe54d40632935f53bf5693103045891a9ae8bbde54e1be1a69d3628c8f89a8d493000";

    #[test]
    fn every_way_to_list_keys_is_read() {
        for text in [
            format!("# ours\n{ONE}\n\n{} # moved\n{ONE}\n", &TWO[2..]),
            format!("\u{feff}- {ONE}, '{TWO}'"),
            format!("[\"{ONE}\", \"{TWO}\"]"),
            format!(
                "{{\"schema\": \"stakelint-inventory/1\", \"units\": [], \"keys\": [{{\"pubkey\": \"{ONE}\"}}, {{\"pubkey\": \"{TWO}\"}}]}}"
            ),
            format!("{{\"unit\": \"vc\"}}\n{{\"pubkey\": \"{ONE}\"}}\n\n{{\"pubkey\": \"{TWO}\"}}\n"),
            format!("[{{\"pubkey\": \"{}\", \"amount\": 1}}, {{\"pubkey\": \"{TWO}\"}}]", &ONE[2..]),
            format!("{{\"data\": [{{\"validating_pubkey\": \"{ONE}\"}}, {{\"validating_pubkey\": \"{TWO}\"}}]}}"),
        ] {
            let keys = read_keys(FileId(0), &text).expect("names keys");
            assert_eq!(keys.iter().map(|key| key.value.to_string()).collect::<Vec<_>>(), [ONE, TWO], "{text}");
            let span = keys[1].span;
            assert!(text[span.start as usize..span.end as usize].contains(&TWO[2..]), "{text}");
        }
    }

    #[test]
    fn what_is_no_key_is_told_with_its_place() {
        let text = format!("{ONE}\nhunter2\n");
        let (span, why) = read_keys(FileId(0), &text).expect_err("is no key");
        assert_eq!((&text[span.start as usize..span.end as usize], why.contains("hunter2")), ("hunter2", false));
        assert!(read_keys(FileId(0), "").is_err() && read_keys(FileId(0), "{}").is_err());
        assert!(read_keys(FileId(0), "[1]").is_err() && read_keys(FileId(0), "[\n").is_err());
    }
}
