//! The room as a whole: files that break the format or not, histories that are sound or not, and what becomes of them merged.

use super::*;
use crate::ethereum::PublicKey;
use proptest::prelude::*;
use std::io;

const ROOT: &str = "0x4b363db94e286120d76eb905340fdd4e54bfe9f06bf33ff6cf5ad27f511bfe95";

/// A key by its number.
fn key(number: usize) -> String {
    format!("0x{:02x}{}", 0x80 + number % 64, "ab".repeat(47))
}

fn root(number: Option<u64>) -> String {
    number.map_or_else(String::new, |number| format!(", \"signing_root\": \"0x{number:064x}\""))
}

/// A message of a made-up history: source, target (or slot twice), and the number of its root.
type Vote = (u64, u64, Option<u64>);

fn item(number: usize, blocks: &[(u64, Option<u64>)], votes: &[Vote]) -> String {
    let blocks = blocks.iter().map(|(slot, of)| format!("{{\"slot\": \"{slot}\"{}}}", root(*of)));
    let votes = votes.iter().map(|(source, target, of)| {
        format!("{{\"source_epoch\": \"{source}\", \"target_epoch\": \"{target}\"{}}}", root(*of))
    });
    let (blocks, votes) = (blocks.collect::<Vec<_>>().join(", "), votes.collect::<Vec<_>>().join(", "));
    let key = key(number);
    format!("{{\"pubkey\": \"{key}\", \"signed_blocks\": [{blocks}], \"signed_attestations\": [{votes}]}}")
}

fn file(items: &[String]) -> String {
    let metadata = format!("\"interchange_format_version\": \"5\", \"genesis_validators_root\": \"{ROOT}\"");
    format!("{{\"metadata\": {{{metadata}}}, \"data\": [{}]}}", items.join(",\n"))
}

fn of(text: &str) -> History {
    read(FileId(0), text.as_bytes())
}

/// What is found in histories, one line a key: how many for certain, how many maybe, and the first of each kind.
fn found(texts: &[String]) -> Vec<String> {
    let histories = texts.iter().zip(0..).map(|(text, at)| read(FileId(at), text.as_bytes()));
    let histories: Vec<History> = histories.collect();
    assert!(histories.iter().all(|history| history.flaws.is_empty()), "{histories:?}");
    let conflicts = conflicts(&histories.iter().collect::<Vec<_>>());
    let line = |found: &Conflicts| {
        let examples: Vec<String> = found.examples.iter().map(Conflict::says).collect();
        format!("{} {} {}", found.certain, found.possible, examples.join("; "))
    };
    conflicts.iter().map(line).collect()
}

fn one(blocks: &[(u64, Option<u64>)], votes: &[Vote]) -> Vec<String> {
    found(&[file(&[item(0, blocks, votes)])])
}

const NOTHING: [String; 0] = [];

#[test]
fn sound_histories_are_silent() {
    assert_eq!(one(&[], &[]), NOTHING);
    assert_eq!(one(&[(1, Some(1)), (2, Some(2))], &[(0, 1, None), (1, 2, Some(2)), (1, 3, Some(3))]), NOTHING);
    assert_eq!(one(&[(9, None), (2, None)], &[(2, 3, None), (0, 1, None), (1, 2, None)]), NOTHING, "in any order");
    assert_eq!(one(&[], &[(u64::MAX - 1, u64::MAX, Some(1)), (0, 1, None)]), NOTHING);
    assert_eq!(one(&[], &[(0, 10, None), (0, 9, None)]), NOTHING, "one source surrounds nothing");
    let two = [item(0, &[(5, Some(1))], &[(2, 3, Some(1))]), item(1, &[(5, Some(2))], &[(2, 3, Some(2))])];
    assert_eq!(found(&[file(&two)]), NOTHING, "two validators may each sign");
}

#[test]
fn what_is_written_twice_is_one_message() {
    assert_eq!(one(&[(5, Some(1)), (5, Some(1))], &[(2, 3, Some(1)), (2, 3, Some(1))]), NOTHING);
    let history = file(&[item(0, &[(5, Some(1)), (6, None)], &[(2, 3, Some(1)), (3, 4, None)])]);
    assert_eq!(found(&[history.clone(), history]), NOTHING, "a file beside its copy");
}

#[test]
fn double_votes_and_proposals_are_found() {
    assert_eq!(one(&[(5, Some(1)), (6, Some(1)), (5, Some(2))], &[]), ["1 0 two different blocks for slot 5"]);
    assert_eq!(one(&[], &[(2, 3, Some(1)), (2, 3, Some(2))]), ["1 0 two different votes for target epoch 3"]);
    let sources = ["1 0 two different votes for target epoch 3, from 2 and 1"];
    assert_eq!(one(&[], &[(2, 3, None), (1, 3, None)]), sources, "other sources, other votes");
    let three = [(2, 3, Some(1)), (2, 3, Some(2)), (2, 3, Some(3))];
    assert!(one(&[], &three)[0].starts_with("2 0 "), "each further message counts");
}

#[test]
fn a_missing_root_leaves_room_for_doubt() {
    assert_eq!(one(&[(5, Some(1)), (5, None)], &[]), ["0 1 maybe two different blocks for slot 5"]);
    assert_eq!(one(&[], &[(2, 3, None), (2, 3, Some(7))]), ["0 1 maybe two different votes for target epoch 3"]);
    assert_eq!(one(&[(5, None), (5, None)], &[]), ["0 1 maybe two different blocks for slot 5"]);
    assert_eq!(one(&[], &[(2, 3, None), (2, 3, None)]), ["0 1 maybe two different votes for target epoch 3"]);
    let nothing = ["0 1 maybe two different blocks for slot 5"];
    assert_eq!(one(&[(5, Some(0)), (5, None)], &[]), nothing, "nothing but zeros stands for no root");
}

#[test]
fn surrounding_votes_are_found_in_both_orders_and_far_apart() {
    let surround = ["1 0 the vote 2→7 surrounds 3→6"];
    assert_eq!(one(&[], &[(2, 7, None), (3, 6, None)]), surround);
    assert_eq!(one(&[], &[(3, 6, None), (2, 7, None)]), surround);
    let mut votes: Vec<Vote> = (10..500).map(|at| (at, at + 1, Some(at))).collect();
    votes.push((499, 501, Some(9)));
    assert_eq!(one(&[], &votes), NOTHING);
    votes.insert(20, (9, 502, Some(8)));
    assert!(one(&[], &votes)[0].starts_with("491 0 the vote 9→502 surrounds 10→11"), "{:?}", one(&[], &votes));
    let touching = [(2, 7, None), (2, 6, None), (3, 7, Some(1))];
    assert_eq!(one(&[], &touching), ["1 0 two different votes for target epoch 7, from 2 and 3"]);
}

#[test]
fn a_key_is_looked_at_over_all_its_entries_and_files() {
    let (early, late) = (item(0, &[(5, Some(1))], &[(2, 3, Some(1))]), item(0, &[(5, Some(2))], &[(1, 4, Some(2))]));
    let expected = ["2 0 two different blocks for slot 5; the vote 1→4 surrounds 2→3"];
    assert_eq!(found(&[file(&[early.clone(), item(1, &[], &[]), late.clone()])]), expected);
    assert_eq!(found(&[file(std::slice::from_ref(&early)), file(std::slice::from_ref(&late))]), expected);
    let other_chain = file(&[late]).replace(ROOT, &ROOT.replace("4b36", "4b37"));
    assert_eq!(found(&[file(&[early]), other_chain]), NOTHING);
}

/// The flaws of a text: kind, how often, and the bytes of the first place.
fn flaws(text: &str) -> Vec<String> {
    let history = of(text);
    let at = |flawed: &Flawed| {
        text.get(flawed.places[0].start as usize..flawed.places[0].end as usize).unwrap_or("?").to_owned()
    };
    history.flaws.iter().map(|(flaw, flawed)| format!("{flaw:?} {} `{}`", flawed.count, at(flawed))).collect()
}

#[test]
fn the_format_is_held_to_what_the_standard_says() {
    let sound = file(&[item(0, &[(1, None)], &[(0, 1, Some(1))])]);
    assert_eq!(flaws(&sound), NOTHING);
    let change = |from: &str, to: &str| flaws(&sound.replacen(from, to, 1));
    assert_eq!(change("\"5\"", "5"), ["Bare 1 `5`"]);
    assert_eq!(change("\"5\"", "\"4\""), ["Version 1 `4`"]);
    assert_eq!(change("\"5\"", "null"), ["Version 1 `null`"]);
    assert_eq!(change("\"slot\": \"1\"", "\"slot\": 1"), ["Bare 1 `1`"]);
    assert_eq!(change("\"slot\": \"1\"", "\"slot\": \"-1\""), ["Number 1 `-1`"]);
    assert_eq!(change("\"slot\": \"1\"", "\"slot\": \"18446744073709551616\""), ["Number 1 `18446744073709551616`"]);
    assert_eq!(change("\"slot\": \"1\"", "\"slot\": [1]"), ["Number 1 `[1]`"]);
    assert_eq!(change("\"slot\": \"1\"", "\"slut\": \"1\""), ["Number 1 `{\"slut\": \"1\"}`"]);
    assert_eq!(change("\"source_epoch\": \"0\"", "\"source_epoch\": \"2\"").len(), 1);
    assert!(change("\"source_epoch\": \"0\"", "\"source_epoch\": \"2\"")[0].starts_with("Backwards 1"));
    assert_eq!(change("\"0x4b36", "\"4b36").len(), 1);
    assert!(change("\"0x4b36", "\"4b36")[0].starts_with("Genesis 1"));
    assert!(change("\"0x80ab", "\"80ab")[0].starts_with("Bare 1"));
    assert!(change("\"0x80ab", "\"0xab")[0].starts_with("Key 1"));
    assert!(change("\"pubkey\"", "\"key\"")[0].starts_with("Key 1"));
    assert!(change("0000000001\"", "000000001\"")[0].starts_with("Root 1"));
    assert_eq!(change("[{\"slot\": \"1\"}]", "null"), ["Record 1 `{`"]);
    assert_eq!(change("[{\"slot\": \"1\"}]", "[1, null]"), ["Record 2 `1`"]);
    assert_eq!(change("\"slot\": \"1\"", "\"slot\": \"1\", \"slot\": \"2\""), ["Repeated 1 `slot`"]);
}

#[test]
fn what_holds_nothing_says_so() {
    assert_eq!(flaws(&file(&[])), ["Empty 1 `[]`"]);
    assert_eq!(flaws(&file(&[]).replace("[]", "null")), ["Empty 1 `null`"]);
    assert_eq!(flaws("null"), ["Shape 1 `null`"]);
    assert_eq!(flaws(" []"), ["Shape 1 `[]`"]);
    assert_eq!(flaws("{}"), ["Shape 2 `{`"]);
    assert_eq!(flaws(&file(&[]).replace("[]", "{}")), ["Shape 1 `{`"]);
    assert_eq!(flaws(""), ["Torn 1 ``"]);
}

#[test]
fn what_the_standard_tolerates_is_no_flaw() {
    let odd = file(&[item(0, &[], &[]), item(0, &[(0, None)], &[])])
        .replacen("\"data\"", "\"comment\": {\"a\": [1.5e3, {}, [[]], \"\\u00e9\\\"\"]}, \"da\\u0074a\"", 1)
        .replacen("\"slot\": \"0\"", "\"slot\": \"007\", \"signing_root\": null, \"more\": true", 1);
    assert_eq!(flaws(&odd), NOTHING);
    let history = of(&format!("\u{feff}\n{odd}\n "));
    assert!(history.flaws.is_empty());
    assert_eq!(history.entries[1].blocks().map(|block| (block.slot, block.root)).collect::<Vec<_>>(), [(7, None)]);
}

#[test]
fn torn_texts_keep_what_came_before() {
    let text = file(&[item(0, &[(1, None)], &[(0, 1, None)]), item(1, &[(2, None)], &[])]);
    for end in 0..text.len() {
        let history = of(&text[..end]);
        assert!(history.flaws.contains_key(&Flaw::Torn) && history.is_incomplete(), "{end}");
    }
    let second = text.find(&key(1)).expect("is there");
    assert_eq!(of(&text[..second]).entries.len(), 1);
    let more = format!("{text}]");
    assert_eq!(flaws(&more), ["Torn 1 `]`"]);
    let mark = text.replacen("[{", "[{\u{feff}", 1);
    assert_eq!(flaws(&mark), ["Torn 1 `\u{feff}`"], "a letter is not cut in two");
    let deep = format!("{{\"x\": {}", "[".repeat(1_000_000));
    assert!(of(&deep).flaws.contains_key(&Flaw::Torn));
}

/// Gives a text in pieces of a few bytes, as a pipe may.
struct Drops<'t>(&'t [u8], usize);

impl io::Read for Drops<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.1.min(self.0.len()).min(buffer.len());
        buffer[..length].copy_from_slice(&self.0[..length]);
        self.0 = &self.0[length..];
        Ok(length)
    }
}

#[test]
fn places_are_right_whatever_the_window() {
    let votes: Vec<Vote> = (0..6000).map(|at| (at, at + 1, Some(at))).collect();
    let long =
        format!("{{\"long\": \"{}\\\\\", {}", "x\\n".repeat(300_000), &file(&[item(0, &[(7, None)], &votes)])[1..]);
    for step in [1 << 20, 4096, 997] {
        let history = read(FileId(0), Drops(long.as_bytes(), step));
        assert!(history.flaws.is_empty(), "{:?}", history.flaws);
        assert_eq!(history.length as usize, long.len());
        let entry = &history.entries[0];
        assert_eq!(&long[entry.key.span.start as usize..entry.key.span.end as usize], &key(0)[2..]);
        for (vote, (source, target, _)) in entry.attestations().zip(&votes) {
            let record = &long[vote.place.start as usize..vote.place.end as usize];
            assert!(record.starts_with('{') && record.ends_with('}') && record.contains(&format!("\"{target}\"")));
            assert_eq!((vote.source, vote.target), (*source, *target));
        }
    }
}

/// A sound history of one key: slots and epochs go forward, with a root or without.
fn sound() -> impl Strategy<Value = (Vec<(u64, Option<u64>)>, Vec<Vote>)> {
    let blocks = prop::collection::vec((1_u64..1 << 40, prop::option::of(1_u64..9)), 0..20);
    let votes = prop::collection::vec((0_u64..4, 1_u64..1 << 33, prop::option::of(1_u64..9)), 1..40);
    (blocks, votes, any::<u64>()).prop_map(|(blocks, steps, order)| {
        let mut slot = 0;
        let blocks: Vec<_> = blocks
            .into_iter()
            .map(|(step, root)| {
                slot += step;
                (slot, root)
            })
            .collect();
        let (mut source, mut target) = (0, 0);
        let votes = steps.into_iter().map(|(back, step, root)| {
            target += step;
            source = source.max(target.saturating_sub(1 + back));
            (source, target, root)
        });
        let mut votes: Vec<Vote> = votes.collect();
        if order % 2 == 0 {
            let by = order as usize % 7 % votes.len();
            votes.rotate_left(by);
        }
        (blocks, votes)
    })
}

proptest! {
    #[test]
    fn sound_histories_are_never_flagged(histories in prop::collection::vec(sound(), 1..4)) {
        let items: Vec<String> = histories.iter().enumerate().map(|(at, (blocks, votes))| item(at, blocks, votes)).collect();
        let text = file(&items);
        prop_assert_eq!(found(std::slice::from_ref(&text)), NOTHING);
        prop_assert_eq!(found(&[text.clone(), text]), NOTHING);
    }

    #[test]
    fn one_slashable_message_is_always_caught((blocks, votes) in sound(), at in any::<prop::sample::Index>(), kind in 0..4, apart in any::<bool>()) {
        let (source, target, root) = *at.get(&votes);
        let bad = match kind {
            // Another vote for the target.
            0 => (source, target, Some(root.unwrap_or(0) + 100)),
            // Another source for the target: whatever the roots.
            1 => (source + 1, target, root),
            // A vote around this one, and one within it.
            2 => (source.wrapping_sub(1), target + 1, None),
            _ => (source + 1, target.wrapping_sub(1), None),
        };
        prop_assume!(kind != 2 || source > 0);
        prop_assume!(kind != 3 || target > 0);
        prop_assume!(kind != 1 || bad.0 <= target);
        prop_assume!(kind != 3 || bad.0 <= bad.1);
        let texts = if apart {
            vec![file(&[item(0, &blocks, &votes)]), file(&[item(0, &[], &[bad])])]
        } else {
            let mut all = votes.clone();
            all.insert(at.index(votes.len()), bad);
            vec![file(&[item(0, &blocks, &all)])]
        };
        prop_assert_eq!(found(&texts).len(), 1);
    }

    #[test]
    fn what_is_slashable_is_what_the_specification_says(votes in prop::collection::vec((0_u64..8, 0_u64..8, 1_u64..3), 0..10)) {
        let votes: Vec<Vote> = votes.into_iter().filter(|vote| vote.0 <= vote.1).map(|(s, t, r)| (s, t, Some(r))).collect();
        let slashable = |one: &Vote, other: &Vote| {
            one != other && one.1 == other.1 || one.0 < other.0 && other.1 < one.1 || other.0 < one.0 && one.1 < other.1
        };
        let expected = votes.iter().any(|one| votes.iter().any(|other| slashable(one, other)));
        prop_assert_eq!(!one(&[], &votes).is_empty(), expected);
    }

    #[test]
    fn merging_is_idempotent_and_dominates(histories in prop::collection::vec(sound(), 1..4)) {
        let texts: Vec<String> = histories.iter().enumerate().map(|(at, (blocks, votes))| file(&[item(at % 2, blocks, votes)])).collect();
        let read: Vec<History> = texts.iter().map(|text| of(text)).collect();
        let all: Vec<&History> = read.iter().collect();
        let merged = marks(&all);
        let mut text = Vec::new();
        write_minimal(all[0].genesis.as_ref().expect("is there").value, &merged, &mut text).expect("is written");
        let again = of(std::str::from_utf8(&text).expect("is text"));
        prop_assert!(again.flaws.is_empty());
        prop_assert_eq!(&marks(&[&again]), &merged);
        for history in &all {
            for (key, mark) in marks(&[history]) {
                prop_assert!(merged[&key].dominates(&mark));
            }
        }
        let reversed: Vec<&History> = all.iter().rev().copied().collect();
        prop_assert_eq!(marks(&reversed), merged);
    }

    #[test]
    fn no_text_is_too_odd(text in "[\\[\\]{}\",:0-9a-z \\\\]{0,80}", at in any::<prop::sample::Index>()) {
        let _ = of(&text);
        let mut sound = file(&[item(0, &[(1, Some(2))], &[(0, 1, None)])]);
        let at = at.index(sound.len());
        sound.insert_str(at, &text);
        let _ = of(&sound);
    }
}

#[test]
fn a_database_is_told_by_its_first_bytes() {
    let history = read(FileId(0), &b"SQLite format 3\0\x10\0"[..]);
    assert!(history.flaws[&Flaw::Torn].says.contains("export an interchange file"), "{history:?}");
    assert!(of("SQLite").flaws[&Flaw::Torn].says.len() < 60);
}

#[test]
fn a_mark_never_has_its_target_below_its_source() {
    let mut mark = Mark::default();
    mark.attest(9, 3);
    assert_eq!(mark.vote, Some((9, 9)));
    assert!(mark.dominates(&Mark { slot: None, vote: Some((9, 3)) }) && !Mark::default().dominates(&mark));
    assert!(PublicKey::parse(&key(0)).is_ok());
}
