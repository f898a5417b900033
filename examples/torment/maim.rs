//! Maims trees: their texts, by bytes and by structure, and where these lie.

use super::dice::{Dice, floor};
use super::pieces::SIGNS;
use super::seeds::{Seeds, Tree};
use super::structure;

/// A tree is not made longer than this.
const LONGEST: usize = 1 << 20;

/// Maims some files of a tree, and where they lie.
pub fn maimed(tree: &Tree, seeds: &Seeds, dice: &mut Dice) -> Tree {
    let mut tree = tree.clone();
    for _ in 0..dice.below(4) {
        displace(&mut tree, seeds, dice);
    }
    let paths: Vec<String> = tree.keys().cloned().collect();
    for _ in 0..=dice.below(8) {
        let Some(text) = dice.one(&paths).and_then(|path| tree.get_mut(path)) else { continue };
        if dice.below(3) == 0 {
            bytes(text, seeds, dice)
        } else {
            structure::maim(text, seeds, &paths, dice)
        }
        if text.len() > LONGEST {
            text.truncate(floor(text, LONGEST));
        }
    }
    tree
}

/// Maims where files lie: moves, copies, swaps, takes away, and lays another tree beside.
fn displace(tree: &mut Tree, seeds: &Seeds, dice: &mut Dice) {
    let paths: Vec<String> = tree.keys().cloned().collect();
    let (Some(path), Some(other)) = (dice.one(&paths), dice.one(&paths)) else { return };
    let known = dice.one(&seeds.paths).cloned().unwrap_or_default();
    let text = tree.get(path).cloned().unwrap_or_default();
    match dice.below(11) {
        0 => _ = tree.remove(path),
        1 => _ = tree.insert(known, text),
        2 => {
            tree.remove(path);
            tree.insert(known, text);
        }
        3 => _ = tree.insert(format!("copy/{path}"), text),
        4 => {
            let swapped = tree.insert(other.clone(), text).unwrap_or_default();
            tree.insert(path.clone(), swapped);
        }
        5 => {
            let name = path.rsplit('/').next().unwrap_or(path);
            let folder = known.rsplit_once('/').map_or("", |(folder, _)| folder);
            tree.insert(format!("{folder}/{name}").trim_start_matches('/').to_owned(), text);
        }
        6 => {
            let beside = seeds.tree(dice);
            let folder = ["", "other/", "templates/", "roles/x/tasks/", "charts/x/"][dice.below(5)];
            tree.extend(beside.into_iter().take(60).map(|(path, text)| (format!("{folder}{path}"), text)));
        }
        7 => {
            let many = 2 + dice.below(30);
            tree.extend((0..many).map(|number| (format!("hosts/h{number}/{path}"), text.clone())));
        }
        8 => {
            _ = tree
                .insert(format!("{path}{}", [".j2", ".example", ".bak", ".tpl", ".sh", ".yml"][dice.below(6)]), text)
        }
        9 => _ = tree.insert(known, seeds.text(dice).to_owned()),
        _ => _ = tree.insert(path.replace(['-', '_'], " \u{202e}\u{1b}[2J"), text),
    }
}

/// Maims the bytes of a text, wherever.
fn bytes(text: &mut String, seeds: &Seeds, dice: &mut Dice) {
    let start = dice.place(text);
    let end = floor(text, (start + dice.below(80)).min(text.len())).max(start);
    let sign = *dice.one(&SIGNS).unwrap_or(&"");
    match dice.below(9) {
        0 => text.replace_range(start..end, ""),
        1 => text.truncate(start),
        2 => text.insert_str(start, &text[start..end].repeat(1 + dice.below(3))),
        3 => text.insert_str(start, &sign.repeat(1 + dice.below(5))),
        4 => text.replace_range(start..end, sign),
        5 => text.insert_str(start, &sign.repeat(2000)),
        6 => {
            let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
            let (one, other) = (dice.below(lines.len()), dice.below(lines.len()));
            if !lines.is_empty() {
                lines.swap(one, other);
            }
            *text = lines.concat();
        }
        7 => {
            let other = seeds.text(dice);
            let from = dice.place(other);
            let to = floor(other, (from + dice.below(400)).min(other.len())).max(from);
            text.insert_str(start, &other[from..to]);
        }
        _ => text.replace_range(start..end, &dice.roll().to_string()),
    }
}
