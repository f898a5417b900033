//! The language of Terraform and Nomad: blocks and expressions, evaluated as far as the tree tells what they come to.

mod collection;
mod evaluate;
mod function;
mod json;
mod model;
mod parse;
mod template;

pub(in crate::deployment) use evaluate::Scope;
pub(in crate::deployment) use json::of_document;
pub(in crate::deployment) use model::{Attribute, Block, Body, Expression};
pub(in crate::deployment) use parse::parse;
