//! Ways to maim a text that know its lines, its levels and its values.

use super::dice::Dice;
use super::pieces::{FRAGMENTS, NUMBERS};
use super::seeds::{Seeds, setting};
use serde_json::Value;
use std::ops::Range;

/// No text grows beyond this by one step.
const LONGEST: usize = 256 << 10;

/// Maims a text in one of the ways there are; `paths` are those of its tree.
pub fn maim(text: &mut String, seeds: &Seeds, paths: &[String], dice: &mut Dice) {
    if dice.once_in(3) && text.trim_start().starts_with(['{', '[']) && json(text, seeds, dice) {
        return;
    }
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    if lines.is_empty() {
        return;
    }
    let at = dice.below(lines.len());
    let part = block(&lines, at);
    match dice.below(15) {
        0 => _ = lines.drain(part),
        1 => copy(&mut lines, part, 1 + dice.below(3), dice),
        2 => move_below(&mut lines, part, dice),
        3 => lines[at] = another_value(&lines[at], seeds, dice),
        4 => lines[at] = another_number(&lines[at], dice),
        5 => shift(&mut lines[part], dice),
        6 => lines[at] = with_fragment(&lines[at], dice),
        7 => anchored(&mut lines, at, dice),
        8 => lines.iter_mut().for_each(|line| *line = line.trim_end_matches(['\r', '\n']).to_owned() + "\r\n"),
        9 => lines[at] = with_long_word(&lines[at], dice),
        10 => lines[at] = with_path(&lines[at], paths, dice),
        11 => nested(&mut lines, part, dice),
        12 => grown(&mut lines, part, dice),
        13 => lines[at] = with_key(&lines[at], seeds, dice),
        _ => foreign(&mut lines, at, seeds, dice),
    }
    *text = lines.concat();
}

/// Answers a line and all that stands below it at a deeper level.
fn block(lines: &[String], at: usize) -> Range<usize> {
    let depth = indent(&lines[at]);
    let rest = lines[at + 1..].iter().take_while(|line| line.trim().is_empty() || indent(line) > depth);
    at..at + 1 + rest.count()
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

/// Puts the lines in once more behind themselves, mostly under another name.
fn copy(lines: &mut Vec<String>, part: Range<usize>, times: usize, dice: &mut Dice) {
    for time in 0..times {
        let mut again = lines[part.clone()].to_vec();
        if !dice.once_in(3) {
            again[0] = renamed(&again[0], time);
        }
        lines.splice(part.end..part.end, again);
    }
}

fn renamed(line: &str, number: usize) -> String {
    line.find(|letter: char| letter.is_ascii_alphabetic())
        .map_or_else(|| line.to_owned(), |at| format!("{}n{number}{}", &line[..at], &line[at..]))
}

/// Moves lines to another place, at the level that is found there.
fn move_below(lines: &mut Vec<String>, part: Range<usize>, dice: &mut Dice) {
    let moved: Vec<String> = lines.drain(part).collect();
    let to = dice.below(lines.len() + 1);
    let depth = lines.get(to.saturating_sub(1)).map_or(0, |line| indent(line));
    let own = indent(&moved[0]);
    let level =
        |line: String| " ".repeat(depth + indent(&line).saturating_sub(own)) + line.trim_start_matches([' ', '\t']);
    let moved: Vec<String> = moved.into_iter().map(level).collect();
    lines.splice(to..to, moved);
}

fn another_value(line: &str, seeds: &Seeds, dice: &mut Dice) -> String {
    let Some((key, value)) = setting(line) else { return line.to_owned() };
    let value = value.trim_end();
    match line.rfind(value).filter(|_| !value.is_empty()) {
        Some(at) => format!("{}{}{}", &line[..at], seeds.value(key, dice), &line[at + value.len()..]),
        None => format!("{} {}\n", line.trim_end(), seeds.value(key, dice)),
    }
}

fn another_number(line: &str, dice: &mut Dice) -> String {
    let digits: Vec<usize> = line.match_indices(|letter: char| letter.is_ascii_digit()).map(|(at, _)| at).collect();
    let Some(at) = dice.one(&digits) else { return line.to_owned() };
    let end = line[*at..].find(|letter: char| !letter.is_ascii_digit()).map_or(line.len(), |length| at + length);
    format!("{}{}{}", &line[..*at], dice.one(&NUMBERS).unwrap_or(&""), &line[end..])
}

fn shift(lines: &mut [String], dice: &mut Dice) {
    let more = ["", " ", "  ", "   ", "\t", "\u{a0}"][dice.below(6)];
    for line in lines {
        *line = match more {
            "" => line.trim_start().to_owned() + if line.trim().is_empty() { "\n" } else { "" },
            more => format!("{more}{line}"),
        };
    }
}

fn with_fragment(line: &str, dice: &mut Dice) -> String {
    let fragment = dice.one(&FRAGMENTS).unwrap_or(&"");
    let own = line.trim_end();
    match dice.below(3) {
        0 => format!("{line}{}{fragment}\n", " ".repeat(indent(line))),
        1 => format!("{own}{fragment}\n"),
        _ => match own.find([':', '=']) {
            Some(at) => format!("{} {fragment}\n", &own[..=at]),
            None => format!("{}{fragment}\n", " ".repeat(indent(line))),
        },
    }
}

/// Gives a value an anchor, and puts aliases of it elsewhere.
fn anchored(lines: &mut [String], at: usize, dice: &mut Dice) {
    let Some(colon) = lines[at].find(": ") else { return };
    lines[at].insert_str(colon + 2, "&torment ");
    for _ in 0..=dice.below(6) {
        let line = dice.below(lines.len());
        if let Some(colon) = lines[line].find(':') {
            let key = lines[line][..colon].to_owned();
            lines[line] = match dice.below(3) {
                0 => format!("{}<<: *torment\n", " ".repeat(indent(&key))),
                1 => format!("{key}: [*torment, *torment]\n"),
                _ => format!("{key}: *torment\n"),
            };
        }
    }
}

fn with_long_word(line: &str, dice: &mut Dice) -> String {
    let word =
        ["a", "{{ a }}", "${A}", "--metrics ", "a,", "0", "\\\"", "[", "é", "a: ", "%n", "$(", "' '"][dice.below(13)];
    let length = [300, 5000, 70_000][dice.below(3)];
    let mut line = line.to_owned();
    let at = dice.place(line.trim_end());
    line.insert_str(at, &word.repeat(length / word.len()));
    line
}

/// Names a file of the tree, or what leads in circles.
fn with_path(line: &str, paths: &[String], dice: &mut Dice) -> String {
    let path = dice.one(paths).map_or("x", String::as_str);
    let name = path.rsplit('/').next().unwrap_or(path);
    let path = match dice.below(6) {
        0 => path.to_owned(),
        1 => format!("./{name}"),
        2 => format!("../{path}"),
        3 => "../".repeat(1 + dice.below(40)) + path,
        4 => ".".to_owned(),
        _ => format!("{path}/../{path}"),
    };
    let own = line.trim_end();
    let head = own.rfind([' ', '=', '/', '"']).map_or("", |at| &own[..=at]);
    format!("{head}{path}\n")
}

fn with_key(line: &str, seeds: &Seeds, dice: &mut Dice) -> String {
    let key = dice.one(&seeds.keys).map_or("", String::as_str);
    match setting(line).filter(|_| dice.once_in(2)) {
        Some((own, _)) => line.replacen(own, key, 1),
        None => format!("{line}{}{key}: {}\n", " ".repeat(indent(line)), seeds.value(key, dice)),
    }
}

/// Puts a block below keys of its own, one below the other.
fn nested(lines: &mut Vec<String>, part: Range<usize>, dice: &mut Dice) {
    let most = [3, 30, 150][dice.below(3)];
    let (depth, levels) = (indent(&lines[part.start]), 1 + dice.below(most));
    let step = ["- ", "a:\n", "? ", "if true; then\n", "a {\n", "{{ if a }}\n"][dice.below(6)];
    let mut nested: Vec<String> = Vec::new();
    for level in 0..levels {
        let end = if step.ends_with('\n') { "" } else { "\n" };
        nested.push(format!("{}{step}{end}", " ".repeat(depth + level)));
    }
    nested.extend(lines[part.clone()].iter().map(|line| format!("{}{line}", " ".repeat(levels))));
    lines.splice(part, nested);
}

/// Repeats a block under many names, until the text is long: what is not in proportion to its length shows.
fn grown(lines: &mut Vec<String>, part: Range<usize>, dice: &mut Dice) {
    let block = lines[part.clone()].to_vec();
    let length: usize = block.iter().map(String::len).sum();
    let times = (LONGEST >> (dice.below(6) + 1)) / length.max(8);
    let every_line = dice.once_in(2);
    let again = (0..times).flat_map(|time| {
        let name =
            move |(at, line): (usize, &String)| if at == 0 || every_line { renamed(line, time) } else { line.clone() };
        block.iter().enumerate().map(name).collect::<Vec<_>>()
    });
    let again: Vec<String> = again.collect();
    lines.splice(part.end..part.end, again);
}

/// Puts some lines of another file in, at this level.
fn foreign(lines: &mut Vec<String>, at: usize, seeds: &Seeds, dice: &mut Dice) {
    let other: Vec<String> = seeds.text(dice).split_inclusive('\n').map(str::to_owned).collect();
    if other.is_empty() {
        return;
    }
    let from = block(&other, dice.below(other.len()));
    let depth = " ".repeat(indent(&lines[at]));
    let taken = other[from].iter().take(200).map(|line| format!("{depth}{line}"));
    let taken: Vec<String> = taken.collect();
    lines.splice(at..at, taken);
}

/// Maims a value of JSON; answers whether the text was JSON.
fn json(text: &mut String, seeds: &Seeds, dice: &mut Dice) -> bool {
    let Ok(mut value) = serde_json::from_str::<Value>(text) else { return false };
    let other = serde_json::from_str(seeds.text(dice)).unwrap_or(Value::Null);
    for _ in 0..=dice.below(3) {
        change(&mut value, &other, dice);
    }
    *text = if dice.once_in(2) { value.to_string() } else { format!("{value:#}") };
    true
}

fn change(value: &mut Value, other: &Value, dice: &mut Dice) {
    match value {
        Value::Array(items) if !items.is_empty() && !dice.once_in(4) => {
            let at = dice.below(items.len());
            match dice.below(6) {
                0 => _ = items.remove(at),
                1 => items.insert(at, items[at].clone()),
                2 => items.push(other.clone()),
                _ => change(&mut items[at], other, dice),
            }
        }
        Value::Object(entries) if !entries.is_empty() && !dice.once_in(4) => {
            let key = entries.keys().nth(dice.below(entries.len())).cloned().unwrap_or_default();
            match dice.below(6) {
                0 => _ = entries.remove(&key),
                1 => _ = entries.insert(format!("{key}x"), entries[&key].clone()),
                2 => _ = entries.insert(key, other.clone()),
                _ => change(&mut entries[&key], other, dice),
            }
        }
        _ => {
            *value = match dice.below(8) {
                0 => Value::Null,
                1 => Value::Bool(true),
                2 => Value::String(dice.one(&NUMBERS).unwrap_or(&"").to_string()),
                3 => serde_json::from_str(dice.one(&NUMBERS).unwrap_or(&"")).unwrap_or(Value::Null),
                4 => Value::Array(vec![value.clone()]),
                5 => Value::String(dice.one(&FRAGMENTS).unwrap_or(&"").to_string()),
                6 => other.clone(),
                _ => Value::Object([("a".to_owned(), value.clone())].into_iter().collect()),
            };
        }
    }
}
