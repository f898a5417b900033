//! The parts of a script: tokens, words with their parts, redirections.

use crate::deployment::Branch;
use crate::source::{Span, Text};
use std::ops::Range;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Word(Word),
    /// `;`, `;;`, `&`, `&&`, `|`, `||`, `(`, `)` and where it stands.
    Operator(&'static str, usize),
    Newline,
}

impl Token {
    /// Answers the word, if it is one.
    pub fn word(self) -> Option<Word> {
        match self {
            Self::Word(word) => Some(word),
            Self::Operator(..) | Self::Newline => None,
        }
    }
}

/// A word as it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Word {
    pub parts: Vec<Part>,
    pub range: Range<usize>,
    /// A part of it stands in quotes, so that it is a word even if it is empty, and none of the shell's own.
    pub quoted: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// Bytes that stand for themselves.
    Literal(Range<usize>),
    /// A variable.
    Variable(Variable),
    /// Something that only a running shell knows: the output of a command, arithmetic, a hole of the manifest.
    Unknown { range: Range<usize>, quoted: bool },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Variable {
    pub range: Range<usize>,
    /// Its name; `@` or `*` for all arguments, a number for one of them.
    pub name: String,
    /// All items of an array (`${a[@]}`).
    pub all: bool,
    pub form: Form,
    pub quoted: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Form {
    Plain,
    /// `${X:-word}` and `${X:=word}`, and whether an empty value counts as unset.
    Default(bool, Box<Word>),
    /// `${X:+word}`, and whether an empty value counts as unset.
    Alternative(bool, Box<Word>),
    /// Anything else that changes the value (`${X%.*}`).
    Other,
}

/// Where a command takes its input from, or puts its output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Redirection {
    /// `>`, `>>`, `<<`, `<<<` and others.
    pub sign: String,
    /// It is about another stream than the command's plain input or output (`2>`).
    pub other: bool,
    /// The file, or the text of `<<<`.
    pub target: Word,
    /// The lines of a here-document.
    pub document: Option<Lines>,
}

/// The lines of a here-document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lines {
    pub range: Range<usize>,
    /// Its delimiter stands in no quotes, so that variables are filled in.
    pub expands: bool,
    /// Tabs at the start of its lines are taken off (`<<-`).
    pub tabs: bool,
}

/// A script in tokens.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    pub list: Vec<Token>,
    /// Redirections, each with the number of tokens before it.
    pub redirections: Vec<(usize, Redirection)>,
}

/// A command that a script runs, or may run.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub words: Vec<Text>,
    /// It replaces the shell: nothing runs after it.
    pub replaces: bool,
    /// It stands under a condition that cannot be decided.
    pub conditional: bool,
    /// Variables that are set for it alone.
    pub env: Vec<crate::deployment::Variable>,
}

/// A file that a script writes.
#[derive(Debug, Clone)]
pub(crate) struct Written {
    /// Its path.
    pub path: Text,
    /// What stands in it then.
    pub content: Text,
    /// It is added to what the file held before.
    pub appends: bool,
}

/// A command that a script may run.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// Its words, variables filled in as far as they are known.
    pub words: Vec<Text>,
    /// Its words where they are written.
    pub place: Span,
    /// What makes its failure go by.
    pub ignores: Option<Span>,
    /// The ways that lead to it.
    pub branches: Vec<Branch>,
    /// The lines of a here-document that it is given.
    pub input: Option<Text>,
}

/// What runs in one go: the script itself, or a function that it does not call.
#[derive(Debug, Clone)]
pub(crate) struct Routine {
    /// The function's name; nothing for the script itself.
    pub name: Option<String>,
    /// What it does, in order.
    pub calls: Vec<Call>,
}

/// Answers the text of a script that another one takes in (`source`), by its path.
pub(crate) type Sources<'a> = &'a dyn Fn(&str) -> Option<Text>;
