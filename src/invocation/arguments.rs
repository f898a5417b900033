//! Reads a command line as the client itself does: flags, their values, and the words between them.

use super::word::{alternative, alternative_of_value, elements, is_flag_like, name_end, starts_unknown};
use crate::source::{Span, Text};

/// How a client's parser reads words; `F` is whatever stands for a flag.
pub(super) struct Grammar<'a, F> {
    /// A long name may stand after one dash (Go): `-datadir`.
    pub single_dash: bool,
    /// A colon parts a name from its value as well (Nim): `--data-dir:/data`.
    pub colon: bool,
    /// Finds a flag by its name without dashes, and by whether one dash or two stood before it.
    pub find: Finder<'a, F>,
    /// Finds the flag that `--${X}` must be, if the variable's name tells.
    pub guess: &'a dyn Fn(&str) -> Option<F>,
    /// Tells whether a word is a sub-command: it is never the value of a flag that nobody knows.
    pub is_command: &'a dyn Fn(&str) -> bool,
}

/// Answers a flag and what it takes.
type Finder<'a, F> = &'a dyn Fn(&str, Dashes) -> Option<(F, Shape)>;

/// The dashes before a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dashes {
    /// `-d`.
    One,
    /// `--data-dir`.
    Two,
}

/// What a flag takes when no value is joined to its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Nothing.
    Switch,
    /// The next word, if it is `true` or `false`.
    Position,
    /// The next word, unless that is a flag or a sub-command.
    Optional,
    /// The next word.
    Value,
    /// Every word up to the next flag.
    Many,
}

/// A flag as it was met.
#[derive(Debug, Clone)]
pub(super) struct Argument<F> {
    /// Its name as written, with dashes.
    pub name: Text,
    /// Its values; none for a bare switch.
    pub values: Vec<Text>,
    /// What it is, if it is known.
    pub flag: Option<F>,
}

/// A command line taken apart.
#[derive(Debug, Clone)]
pub(super) struct Line<F> {
    /// Flags in order.
    pub arguments: Vec<Argument<F>>,
    /// The other words in order: sub-commands and what they take.
    pub words: Vec<Text>,
    /// Where a variable may hold words that nobody sees.
    pub hole: Option<Span>,
}

/// Reads the words that follow the program.
pub(super) fn read<F: Copy>(words: &[Text], grammar: &Grammar<'_, F>) -> Line<F> {
    let mut reader = Reader {
        words: words.iter().flat_map(elements).collect(),
        at: 0,
        grammar,
        line: Line { arguments: Vec::new(), words: Vec::new(), hole: None },
    };
    while reader.step() {}
    reader.line
}

struct Reader<'a, F> {
    words: Vec<Text>,
    at: usize,
    grammar: &'a Grammar<'a, F>,
    line: Line<F>,
}

impl<F: Copy> Reader<'_, F> {
    fn step(&mut self) -> bool {
        let Some(word) = self.words.get(self.at).cloned() else { return false };
        self.at += 1;
        if word.value() == "--" {
            self.line.words.extend(self.words.drain(self.at..));
        } else if starts_unknown(&word) {
            if !self.possible(&word) {
                self.line.hole.get_or_insert(word.span());
            }
        } else if is_flag_like(word.value()) {
            self.flag(&word);
        } else if !word.value().is_empty() {
            self.line.words.push(word);
        }
        true
    }

    /// Reads `${X:+--flag}`, which is this flag or nothing, and `${X:+$X}` behind it: the flag is there with a value that nobody
    /// knows. Answers whether the word could be read so.
    fn possible(&mut self, word: &Text) -> bool {
        let Some(alternative) = alternative(word) else { return false };
        let mut pieces = alternative.split_whitespace().peekable();
        let mut found = Vec::new();
        while let Some(piece) = pieces.next() {
            let name = &piece[..name_end(piece, self.grammar.colon)];
            if !is_flag_like(piece) || name.contains('$') {
                return false;
            }
            let flag = self.look_up(name);
            let takes = matches!(flag, Some((_, Shape::Value | Shape::Many | Shape::Optional)) | None);
            if takes && name.len() == piece.len() && pieces.peek().is_some_and(|next| !is_flag_like(next)) {
                pieces.next();
            }
            found.push((flag, takes && name.len() == piece.len()));
        }
        let wants = found.last().is_some_and(|(_, takes)| *takes) && !alternative.contains(char::is_whitespace);
        if wants && self.words.get(self.at).is_some_and(alternative_of_value) {
            self.at += 1;
        }
        let arguments = found.into_iter();
        self.line.arguments.extend(arguments.filter_map(|(flag, _)| {
            Some(Argument { name: word.clone(), values: vec![word.clone()], flag: Some(flag?.0) })
        }));
        true
    }

    fn flag(&mut self, word: &Text) {
        let end = name_end(word.value(), self.grammar.colon);
        if !word.is_known_in(0..end) {
            match (self.grammar.guess)(word.value()) {
                Some(flag) => {
                    let values = vec![word.clone()];
                    self.line.arguments.push(Argument { name: word.clone(), values, flag: Some(flag) });
                }
                None => drop(self.line.hole.get_or_insert(word.span())),
            }
            return;
        }
        let name = word.slice(0..end);
        // White space beyond ASCII, which parts a name from its value as well, is longer than a byte.
        let sign = word.value()[end..].chars().next();
        let joined = sign.map(|sign| word.slice(end + sign.len_utf8()..word.value().len()));
        let found = self.look_up(name.value());
        let (name, joined) = match (found, joined) {
            (None, None) => self.short_with_value(&name),
            (_, joined) => (name, joined),
        };
        let found = found.or_else(|| self.look_up(name.value()));
        let values = joined.map_or_else(|| self.values(found.map(|(_, shape)| shape)), |value| vec![value]);
        self.line.arguments.push(Argument { name, values, flag: found.map(|(flag, _)| flag) });
    }

    /// Finds a flag by its name as written.
    fn look_up(&self, name: &str) -> Option<(F, Shape)> {
        match name.strip_prefix("--") {
            Some(bare) => (self.grammar.find)(bare, Dashes::Two),
            None => (self.grammar.find)(name.strip_prefix('-')?, Dashes::One),
        }
    }

    /// Parts `-d/data` into `-d` and `/data`, if `d` takes a value.
    fn short_with_value(&self, name: &Text) -> (Text, Option<Text>) {
        let value = name.value();
        let first = value.strip_prefix('-').filter(|rest| !rest.starts_with('-')).and_then(|rest| rest.chars().next());
        let Some(first) = first else { return (name.clone(), None) };
        let end = 1 + first.len_utf8();
        let takes = matches!(self.look_up(&value[..end]), Some((_, Shape::Value | Shape::Many)));
        if takes && !self.grammar.single_dash && end < value.len() {
            return (name.slice(0..end), Some(name.slice(end..value.len())));
        }
        (name.clone(), None)
    }

    fn values(&mut self, shape: Option<Shape>) -> Vec<Text> {
        let mut values = Vec::new();
        while let Some(next) = self.words.get(self.at) {
            let hole = starts_unknown(next);
            let takes = match shape {
                Some(Shape::Switch) => false,
                Some(Shape::Position) => hole || matches!(next.value(), "true" | "false"),
                Some(Shape::Value | Shape::Many) => hole || !is_flag_like(next.value()),
                Some(Shape::Optional) | None => {
                    hole || !is_flag_like(next.value()) && !(self.grammar.is_command)(next.value())
                }
            };
            if !takes {
                break;
            }
            // A hole that need not be a value can as well hold further flags.
            if next.is_hole() && (!matches!(shape, Some(Shape::Value | Shape::Many)) || !values.is_empty()) {
                self.line.hole.get_or_insert(next.span());
            }
            values.push(next.clone());
            self.at += 1;
            if shape != Some(Shape::Many) {
                break;
            }
        }
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use proptest::prelude::*;

    fn text(word: &str, at: u32) -> Text {
        let mut text = Text::empty(Span::new(FileId(0), at, at + word.len() as u32));
        let place = |from: usize, to: usize| Span::new(FileId(0), at + from as u32, at + to as u32);
        // A hole reaches to its own brace: `${A:+${A}}`.
        let end = word.find("}}").map(|at| at + 1).or_else(|| word.find('}'));
        match (word.find("${"), end) {
            (Some(from), Some(end)) if from < end => {
                text.push(&word[..from], place(0, from), None);
                text.push_hole(&word[from..=end], place(from, end + 1));
                text.push(&word[end + 1..], place(end + 1, word.len()), None);
            }
            _ => text.push(word, place(0, word.len()), None),
        }
        text
    }

    fn find(name: &str, dashes: Dashes) -> Option<(&'static str, Shape)> {
        Some(match name {
            "v" if dashes == Dashes::Two => return None,
            "switch" => ("switch", Shape::Switch),
            "position" => ("position", Shape::Position),
            "value" | "v" | "http.api" => ("value", Shape::Value),
            "optional" => ("optional", Shape::Optional),
            "many" => ("many", Shape::Many),
            _ => return None,
        })
    }

    fn read_with(words: &[&str], single_dash: bool, colon: bool) -> Line<&'static str> {
        let grammar = Grammar { single_dash, colon, find: &find, guess: &|_| None, is_command: &|word| word == "vc" };
        let words: Vec<Text> = words.iter().enumerate().map(|(at, word)| text(word, at as u32 * 100)).collect();
        read(&words, &grammar)
    }

    fn shown(words: &[&str]) -> String {
        let line = read_with(words, false, false);
        let flags = line.arguments.iter().map(|argument| {
            let values: Vec<&str> = argument.values.iter().map(Text::value).collect();
            format!("{}={}", argument.name.value(), values.join("|"))
        });
        let words = line.words.iter().map(|word| word.value().to_owned());
        let hole = line.hole.map(|span| format!("?{}", span.start));
        flags.chain(words).chain(hole).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn values_are_joined_or_follow() {
        assert_eq!(
            shown(&["--value=a=b", "--value", "c", "vc", "--switch", "x"]),
            "--value=a=b --value=c --switch= vc x"
        );
        assert_eq!(shown(&["-v", "a", "-v=b", "-vc"]), "-v=a -v=b -v=c");
    }

    #[test]
    fn each_shape_takes_what_its_parser_takes() {
        assert_eq!(shown(&["--position", "false", "--position", "vc"]), "--position=false --position= vc");
        assert_eq!(shown(&["--optional", "3", "--optional", "vc"]), "--optional=3 --optional= vc");
        assert_eq!(shown(&["--many", "a", "b", "--value", "-1"]), "--many=a|b --value=-1");
        assert_eq!(shown(&["--unknown", "a", "--other", "vc"]), "--unknown=a --other= vc");
    }

    #[test]
    fn go_takes_one_dash_and_nim_a_colon() {
        assert_eq!(read_with(&["-value", "a"], true, false).arguments[0].flag, Some("value"));
        let nim = read_with(&["--value:a:b"], false, true);
        assert_eq!(nim.arguments[0].values[0].value(), "a:b");
    }

    #[test]
    fn one_element_can_hold_flag_and_value() {
        assert_eq!(shown(&["--http.api 'eth,net'"]), "--http.api=eth,net");
        assert_eq!(shown(&["--value my own words"]), "--value=my own words");
        assert_eq!(shown(&["--value a --switch"]), "--value=a --switch=");
        assert_eq!(shown(&["--value\u{85}a", "--value\u{a0}é"]), "--value=a --value=é");
        let line = read_with(&["--http.api 'eth,net'"], false, false);
        assert_eq!(line.arguments[0].values[0].span(), Span::new(FileId(0), 12, 19));
    }

    #[test]
    fn after_two_dashes_nothing_is_a_flag() {
        assert_eq!(shown(&["--switch", "--", "--value", "a"]), "--switch= --value a");
    }

    #[test]
    fn a_hole_is_a_value_where_one_is_due_and_else_anything() {
        assert_eq!(shown(&["--value", "${A}", "--switch"]), "--value=${A} --switch=");
        assert_eq!(shown(&["--switch", "${A}", "--value=${B}"]), "--switch= --value=${B} ?100");
        assert_eq!(shown(&["--${A}=b", "--switch"]), "--switch= ?0");
        assert_eq!(shown(&["--unknown", "${A}"]), "--unknown=${A} ?100");
    }

    #[test]
    fn what_may_be_one_flag_is_not_anything() {
        assert_eq!(shown(&["${A:+--switch}", "--value=b"]), "${A:+--switch}=${A:+--switch} --value=b");
        assert_eq!(shown(&["${A:+--value}", "${A:+${A}}", "vc"]), "${A:+--value}=${A:+--value} vc");
        assert_eq!(shown(&["${A:+--value=$A --switch}"]).matches("=${A").count(), 2);
        assert_eq!(shown(&["${A:+--unheard-of 3}", "${B:+${B}}"]), "?100");
    }

    #[test]
    fn what_a_script_says_under_a_condition_is_that_flag_or_none() {
        let read_one = |written: &str| {
            let span = Span::new(FileId(0), 0, written.len() as u32);
            let mut word = Text::empty(span);
            word.push_hole(written, span);
            let grammar =
                Grammar { single_dash: false, colon: false, find: &find, guess: &|_| None, is_command: &|_| false };
            let line = read(&[word], &grammar);
            (line.arguments.iter().filter_map(|argument| argument.flag).collect::<Vec<_>>(), line.hole.is_some())
        };
        assert_eq!(read_one("\"--value $A --switch\""), (vec!["value", "switch"], false));
        assert_eq!(read_one("--switch"), (vec!["switch"], false));
        assert_eq!(read_one("\"\""), (vec![], false));
        assert_eq!(read_one("\"$MORE --switch\""), (vec![], true));
        assert_eq!(read_one("\"--$NAME\""), (vec![], true));
    }

    proptest! {
        #[test]
        fn any_words_can_be_read(words in proptest::collection::vec("[-=:'\" a-zé${}]{0,12}", 0..12), go: bool, nim: bool) {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            read_with(&words, go, nim);
        }
    }
}
