//! Expands words: variables are filled from what the script and the unit set, and unquoted values are split at blanks.

use super::model::{Form, Part, Variable, Word};
use super::token::tokens;
use crate::source::{FileId, Span, Text};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// No word expands to more text, or to text of more pieces.
const LONGEST: usize = 128 << 10;
const MOST_PIECES: usize = 1_000;
/// No script puts together more pieces in all: values that double with every step would fill the memory.
const MOST_WORK: usize = 100_000;
/// Commands stand in one another's words no deeper.
const DEEPEST: usize = 4;

/// The value of a variable.
#[derive(Debug, Clone)]
pub(super) enum Held {
    Text(Text),
    List(Vec<Text>),
}

/// The variables of a script at some point of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Variables {
    /// What the script itself sets.
    pub own: BTreeMap<String, Held>,
    /// What the unit's environment sets.
    pub outer: BTreeMap<String, Text>,
    /// Names that the script sets somewhere: they are its own, and empty as long as it has not set them.
    pub assigned: BTreeSet<String>,
    /// Variables may be set that the tree does not show.
    pub open: bool,
    /// How many pieces were put together so far.
    pub work: Cell<usize>,
    /// How many commands stand in one another's words.
    pub depth: Cell<usize>,
    /// The script's arguments.
    pub arguments: Vec<Text>,
    /// The script's own name, if it has one.
    pub script: Option<Text>,
}

/// What is known of a variable.
enum Known {
    /// Its value, which is written where the script sets it.
    Own(Vec<Text>),
    /// Its value, which comes from outside the script.
    Outer(Text),
    /// Nothing sets it.
    Unset,
    Unknown,
}

impl Variables {
    fn known(&self, variable: &Variable) -> Known {
        let name = variable.name.as_str();
        if name == "@" || name == "*" {
            return Known::Own(self.arguments.clone());
        }
        if let Ok(number) = name.parse::<usize>() {
            let argument = if number == 0 { self.script.clone() } else { self.arguments.get(number - 1).cloned() };
            return match argument {
                Some(argument) => Known::Own(vec![argument]),
                None if number > 0 => Known::Unset,
                None => Known::Unknown,
            };
        }
        match self.own.get(name) {
            Some(Held::Text(text)) => Known::Own(vec![text.clone()]),
            Some(Held::List(items)) if variable.all => Known::Own(items.clone()),
            Some(Held::List(items)) => Known::Own(items.first().cloned().into_iter().collect()),
            None => match self.outer.get(name) {
                Some(text) => Known::Outer(text.clone()),
                None if self.open => Known::Unknown,
                None if self.assigned.contains(name) => Known::Outer(Text::empty(Span::new(FileId(0), 0, 0))),
                None => Known::Unset,
            },
        }
    }

    /// Expands a word of a command to any number of words.
    pub fn fields(&self, script: &Text, word: &Word) -> Vec<Text> {
        let mut fields = Fields { script, variables: self, done: Vec::new(), current: None, splits: true };
        // `"${list[@]}"` of an empty list is no word at all.
        let lists = word.parts.iter().all(|part| matches!(part, Part::Variable(it) if it.all || it.name == "@"));
        if word.quoted && (!lists || word.parts.is_empty()) {
            fields.begin(script.span_of(word.range.clone()));
        }
        fields.word(word);
        fields.finish();
        fields.done
    }

    /// Expands a word where it is not split: the value of an assignment, the subject of a `case`.
    pub fn joined(&self, script: &Text, word: &Word) -> Text {
        let place = script.span_of(word.range.clone());
        let mut fields = Fields { script, variables: self, done: Vec::new(), current: None, splits: false };
        fields.begin(place);
        fields.word(word);
        fields.current.unwrap_or_else(|| Text::empty(place))
    }
}

struct Fields<'a> {
    script: &'a Text,
    variables: &'a Variables,
    done: Vec<Text>,
    current: Option<Text>,
    splits: bool,
}

impl Fields<'_> {
    fn begin(&mut self, place: Span) {
        self.current.get_or_insert_with(|| Text::empty(place));
    }

    fn finish(&mut self) {
        self.done.extend(self.current.take());
    }

    fn append(&mut self, text: &Text) {
        let pieces = text.segments().len() + 1;
        self.begin(text.span());
        let Some(current) = &mut self.current else { return };
        let long =
            current.value().len() + text.value().len() > LONGEST || current.segments().len() + pieces > MOST_PIECES;
        let work = self.variables.work.get();
        self.variables.work.set(work + if long { 1 } else { pieces });
        if !long && work < MOST_WORK {
            current.append(text);
        } else if current.segments().last().is_none_or(|last| !last.hole) {
            current.push_hole("…", text.span());
        }
    }

    /// Tells whether a script has done all the work that it may do.
    fn is_spent(&self) -> bool {
        self.variables.work.get() >= MOST_WORK
    }

    fn hole(&mut self, range: Range<usize>) {
        let span = self.script.span_of(range.clone());
        self.begin(span);
        if let Some(current) = &mut self.current {
            current.push_hole(self.script.value().get(range).unwrap_or_default(), span);
        }
    }

    fn word(&mut self, word: &Word) {
        for part in &word.parts {
            match part {
                Part::Literal(range) => self.append(&self.script.slice(range.clone())),
                Part::Unknown { range, quoted } => match self.echoed(range.clone()) {
                    Some(text) => self.split(&text, *quoted),
                    None => self.hole(range.clone()),
                },
                Part::Variable(variable) => self.variable(variable),
            }
        }
    }

    /// What `$(echo …)` comes to: the one command whose output its words tell.
    fn echoed(&self, range: Range<usize>) -> Option<Text> {
        let written = self.script.value().get(range.clone())?;
        let inner = written.strip_prefix("$(")?.strip_suffix(')')?;
        let depth = self.variables.depth.get();
        if depth >= DEEPEST || !inner.trim_start().starts_with("echo ") || self.is_spent() {
            return None;
        }
        let part = self.script.slice(range.start + 2..range.end - 1);
        let list = tokens(&part).list;
        let words: Option<Vec<Word>> = list.into_iter().map(|token| token.word()).collect();
        self.variables.depth.set(depth + 1);
        let fields: Vec<Text> = words?.iter().skip(1).flat_map(|word| self.variables.fields(&part, word)).collect();
        self.variables.depth.set(depth);
        let mut text = Text::empty(self.script.span_of(range));
        for (at, field) in fields.iter().enumerate() {
            if at > 0 {
                text.push_inexact(" ", field.span());
            }
            text.append(field);
        }
        Some(text)
    }

    fn variable(&mut self, variable: &Variable) {
        if self.is_spent() {
            return self.hole(variable.range.clone());
        }
        let known = self.variables.known(variable);
        let counts = |strict: bool| match &known {
            Known::Own(texts) => Some(!strict || texts.iter().any(|text| !text.value().is_empty())),
            Known::Outer(text) => Some(!strict || !text.value().is_empty()),
            Known::Unset => Some(false),
            Known::Unknown => None,
        };
        match &variable.form {
            Form::Plain => self.value(known, variable),
            Form::Default(strict, word) => match counts(*strict) {
                Some(false) => self.word(word),
                _ => self.value(known, variable),
            },
            Form::Alternative(strict, word) => match counts(*strict) {
                Some(true) if !is_open(&known) => self.word(word),
                Some(false) => {}
                _ => self.hole(variable.range.clone()),
            },
            Form::Other => self.hole(variable.range.clone()),
        }
    }

    fn value(&mut self, known: Known, variable: &Variable) {
        match known {
            Known::Own(texts) => {
                let separate = variable.all || variable.name == "@" || !variable.quoted;
                for (at, text) in texts.iter().enumerate() {
                    if self.is_spent() {
                        return self.hole(variable.range.clone());
                    }
                    if at > 0 && separate && self.splits {
                        self.finish();
                    } else if at > 0 {
                        self.append(&blank(text.span()));
                    }
                    self.split(text, variable.quoted);
                }
            }
            Known::Outer(text) => {
                let text = text.used_at(self.script.span_of(variable.range.clone()));
                self.split(&text, variable.quoted);
            }
            // The image may set it.
            Known::Unset | Known::Unknown => self.hole(variable.range.clone()),
        }
    }

    /// Appends a value; one that is not in quotes is cut at blanks.
    fn split(&mut self, text: &Text, quoted: bool) {
        if quoted || !self.splits {
            self.begin(text.span());
            return self.append(text);
        }
        let value = text.value();
        let mut start = None;
        for (at, byte) in value.bytes().enumerate() {
            let blank = matches!(byte, b' ' | b'\t' | b'\n' | b'\r') && text.is_known_in(at..at + 1);
            match (blank, start) {
                (false, None) => start = Some(at),
                (true, Some(from)) => {
                    self.append(&text.slice(from..at));
                    self.finish();
                    start = None;
                }
                (true, None) => self.finish(),
                (false, Some(_)) => {}
            }
        }
        if let Some(from) = start {
            self.append(&text.slice(from..value.len()));
        }
    }
}

fn is_open(known: &Known) -> bool {
    match known {
        Known::Own(texts) => texts.iter().all(Text::is_hole),
        Known::Outer(text) => text.is_hole(),
        Known::Unset => false,
        Known::Unknown => true,
    }
}

fn blank(place: Span) -> Text {
    Text::inexact(" ", place)
}
