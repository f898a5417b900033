//! A template as a tree, and the values that it works on.

use crate::source::Text;
use std::ops::Range;
use std::rc::Rc;

/// A template: its source, and what to do. Ranges are bytes of the source.
#[derive(Debug)]
pub(in crate::deployment) struct Definition {
    /// The text that it was read from.
    pub source: Rc<Text>,
    /// How it places the values that it prints.
    pub placing: Placing,
    /// The steps in order.
    pub(super) body: Vec<Step>,
}

/// One step of a template.
#[derive(Debug)]
pub(super) enum Step {
    /// Text that stands for itself.
    Literal(Range<usize>),
    /// `{{ pipeline }}`
    Action(Pipeline),
    /// `{{ if }}`: conditions with what follows each, and what follows if none holds.
    If(Vec<(Pipeline, Vec<Step>)>, Vec<Step>),
    /// `{{ with }}`, alike; what follows sees the value as its dot.
    With(Vec<(Pipeline, Vec<Step>)>, Vec<Step>),
    /// `{{ range }}`: what is gone through, each time what, and what if there is nothing.
    Range(Pipeline, Vec<Step>, Vec<Step>),
    /// `{{ template "name" pipeline }}`, and the whole action.
    Template(String, Option<Pipeline>, Range<usize>),
    /// `{{ break }}`
    Break,
    /// `{{ continue }}`
    Continue,
    /// An action that could not be read.
    Unknown(Range<usize>),
}

/// `$a, $b := command | command`
#[derive(Debug)]
pub(super) struct Pipeline {
    /// Variables that it sets.
    pub variables: Vec<String>,
    /// They are new ones (`:=`).
    pub declares: bool,
    /// What is done, each with the value of the one before as its last argument.
    pub commands: Vec<Vec<Operand>>,
    /// The whole action, braces included; of a pipeline in parentheses, these.
    pub range: Range<usize>,
}

/// One word of a command.
#[derive(Debug)]
pub(super) enum Operand {
    /// `.a.b`; of the dot alone, no names.
    Field(Vec<String>),
    /// `$x.a.b`
    Variable(String, Vec<String>),
    /// `(pipeline).a.b`
    Nested(Box<Pipeline>, Vec<String>),
    /// A function's name.
    Function(String, Range<usize>),
    /// A string, and its content in the source if it stands there as it is.
    Quoted(String, Range<usize>),
    /// A number or a truth value as it is written.
    Plain(Sort, Range<usize>),
    /// `nil`
    Nil,
}

/// What a scalar is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::deployment) enum Sort {
    /// Text.
    Word,
    /// A whole number.
    Integer,
    /// Another number.
    Decimal,
    /// `true` or `false`.
    Truth,
}

/// A value; maps and lists stand on the heap and are shared by all who hold them.
#[derive(Debug, Clone)]
pub(in crate::deployment) enum Datum {
    /// Nothing (`null`, a key that is not there).
    Null,
    /// A scalar, with the place of each byte; it may have holes.
    Scalar(Sort, Rc<Text>),
    /// A list.
    List(usize),
    /// A map.
    Map(usize),
    /// Nobody knows; the text is nothing but a hole.
    Hole(Rc<Text>),
}

/// Where the pieces of a value are said to be used when a template prints them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::deployment) enum Placing {
    /// At the action that prints them; they were written where the value stands.
    Action,
    /// Where the value stands: the template itself is none of the tree's.
    Value,
}
