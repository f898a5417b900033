//! The JSON form of the same language: properties are arguments or blocks, and strings are templates.

use super::model::{Attribute, Block, Body, Expression, Part};
use super::template;
use crate::document::{Kind, Node, Style};
use crate::source::{Span, Spanned};

/// Blocks and values nest no deeper.
const DEEPEST: usize = 64;

/// Reads the tree of a file: `{"resource": {"type": {"name": {…}}}}`.
pub(in crate::deployment) fn of_document(root: Node<'_>) -> Body {
    let mut body = Body { attributes: attributes(root), ..Body::default() };
    for entry in root.entries() {
        let labels = match entry.name() {
            "resource" | "data" => 2,
            "locals" | "terraform" => 0,
            _ => 1,
        };
        let kind = Spanned::new(entry.name().to_owned(), entry.key.place());
        labelled(&kind, &[], labels, entry.value, entry.span(), &mut body.blocks);
    }
    body
}

/// Takes the names between the kind of a block and what it says; a list holds several.
fn labelled(
    kind: &Spanned<String>,
    labels: &[Spanned<String>],
    missing: usize,
    node: Node<'_>,
    place: Span,
    blocks: &mut Vec<Block>,
) {
    match node.kind() {
        Kind::Sequence => {
            node.items().filter(|item| item.kind() == Kind::Map).for_each(|item| {
                labelled(kind, labels, missing, item, item.place(), blocks);
            });
        }
        Kind::Map if missing == 0 => {
            blocks.push(Block { kind: kind.clone(), labels: labels.to_vec(), body: body(node, 0), place });
        }
        Kind::Map => {
            for entry in node.entries() {
                let label = Spanned::new(entry.name().to_owned(), entry.key.place());
                let labels = [labels, &[label]].concat();
                labelled(kind, &labels, missing - 1, entry.value, entry.span(), blocks);
            }
        }
        Kind::Scalar => {}
    }
}

/// What an object says: each property as an argument, and as a block, too, where it could be one; whoever asks knows which it is.
fn body(node: Node<'_>, depth: usize) -> Body {
    let mut body = Body { attributes: attributes(node), ..Body::default() };
    if depth > DEEPEST {
        return body;
    }
    for entry in node.entries() {
        let kind = Spanned::new(entry.name().to_owned(), entry.key.place());
        let one = (entry.value.kind() == Kind::Map).then_some((entry.value, entry.span()));
        let several = entry.value.items().filter(|item| item.kind() == Kind::Map).map(|item| (item, item.place()));
        let several = several.filter(|_| entry.value.kind() == Kind::Sequence);
        for (inner, place) in one.into_iter().chain(several) {
            let own = self::body(inner, depth + 1);
            body.blocks.push(Block { kind: kind.clone(), labels: Vec::new(), body: own, place });
        }
    }
    body
}

fn attributes(node: Node<'_>) -> Vec<Attribute> {
    let entries = node.entries().filter(|entry| entry.name() != "//");
    let attribute = |entry: crate::document::Entry<'_>| Attribute {
        name: Spanned::new(entry.name().to_owned(), entry.key.place()),
        value: expression(entry.value, 0),
    };
    entries.map(attribute).collect()
}

fn expression(node: Node<'_>, depth: usize) -> Expression {
    let place = node.place();
    if depth > DEEPEST {
        return Expression::List(Vec::new(), place);
    }
    match node.kind() {
        Kind::Sequence => Expression::List(node.items().map(|item| expression(item, depth + 1)).collect(), place),
        Kind::Map => {
            let pair = |entry: crate::document::Entry<'_>| {
                let key =
                    Expression::Template(entry.key.text().map(Part::Text).into_iter().collect(), entry.key.place());
                (key, expression(entry.value, depth + 1))
            };
            Expression::Object(node.entries().map(pair).collect(), place)
        }
        Kind::Scalar => match node.text() {
            Some(text) if node.style() == Style::Plain => Expression::Literal(text),
            Some(text) => {
                let mut parts = template::parts(&text, 0);
                // One reference alone is the value itself, whatever its type.
                match (parts.pop(), parts.is_empty()) {
                    (Some(Part::Value(value, _)), true) => value,
                    (last, _) => Expression::Template(parts.into_iter().chain(last).collect(), text.span()),
                }
            }
            None => Expression::List(Vec::new(), place),
        },
    }
}
