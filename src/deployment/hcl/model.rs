//! Blocks, attributes and expressions, each with its place.

use crate::source::{Span, Spanned, Text};

/// What stands in a file or between the braces of a block.
#[derive(Debug, Clone, Default)]
pub(in crate::deployment) struct Body {
    pub attributes: Vec<Attribute>,
    pub blocks: Vec<Block>,
}

/// `name = expression`
#[derive(Debug, Clone)]
pub(in crate::deployment) struct Attribute {
    pub name: Spanned<String>,
    pub value: Expression,
}

/// `kind "label" { … }`
#[derive(Debug, Clone)]
pub(in crate::deployment) struct Block {
    pub kind: Spanned<String>,
    pub labels: Vec<Spanned<String>>,
    pub body: Body,
    pub place: Span,
}

/// A value as it is written.
#[derive(Debug, Clone)]
pub(in crate::deployment) enum Expression {
    /// A string or a here-document.
    Template(Vec<Part>, Span),
    /// A number, `true`, `false`, `null`.
    Literal(Text),
    List(Vec<Expression>, Span),
    Object(Vec<(Expression, Expression)>, Span),
    /// `var.x`, `local.y["z"]`, and as it is written.
    Path(Vec<Step>, Text),
    /// `name(arguments)`, and as it is written.
    Call(String, Vec<Expression>, Text),
    /// `condition ? one : other`
    Choice(Box<[Expression; 3]>, Text),
    /// `one == other`, or `!=`.
    Equals(Box<[Expression; 2]>, bool, Text),
    /// Anything else.
    Unknown(Text),
}

/// A step of a path.
#[derive(Debug, Clone)]
pub(in crate::deployment) enum Step {
    Name(String),
    Index(Expression),
}

/// A piece of a template.
#[derive(Debug, Clone)]
pub(in crate::deployment) enum Part {
    Text(Text),
    /// `${ … }`, and its place.
    Value(Expression, Span),
    /// `%{ if … }`, what stands behind it, and what behind `%{ else }`.
    If(Expression, Vec<Part>, Vec<Part>, Span),
    /// `%{ for a, b in … }`
    For(Vec<String>, Expression, Vec<Part>, Span),
}

impl Body {
    /// Answers the value of an attribute.
    pub fn get(&self, name: &str) -> Option<&Expression> {
        self.attributes.iter().rev().find(|attribute| attribute.name.value == name).map(|attribute| &attribute.value)
    }

    /// Answers the blocks of a kind, in order.
    pub fn all<'b>(&'b self, kind: &'b str) -> impl Iterator<Item = &'b Block> {
        self.blocks.iter().filter(move |block| block.kind.value == kind)
    }

    /// Answers the first block of a kind.
    pub fn block(&self, kind: &str) -> Option<&Block> {
        self.blocks.iter().find(|block| block.kind.value == kind)
    }
}

impl Block {
    /// Answers a label.
    pub fn label(&self, at: usize) -> &str {
        self.labels.get(at).map_or("", |label| &label.value)
    }
}
