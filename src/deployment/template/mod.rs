//! Go's text templates with the functions of Helm, rendered so that every byte of the output knows where it was written.

mod expression;
mod function;
mod heap;
mod holes;
mod lexer;
mod machine;
mod model;
mod parse;
mod piece;
mod yaml;

#[cfg(test)]
mod tests;

pub(in crate::deployment) use heap::{Map, Slot, sort};
pub(in crate::deployment) use holes::settle;
pub(in crate::deployment) use machine::Machine;
pub(in crate::deployment) use model::{Datum, Definition, Placing, Sort};
pub(in crate::deployment) use parse::parse;
