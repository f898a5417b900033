//! What pipelines of a template come to: fields, variables, methods and calls of functions.

use super::function;
use super::heap::Map;
use super::machine::{Frame, Machine, truth, word};
use super::model::{Datum, Definition, Operand, Pipeline, Sort};
use crate::source::{Span, Text};
use std::ops::Range;
use std::rc::Rc;

/// Longer actions are not quoted in the holes that they leave.
const LONGEST: usize = 120;
const DEEPEST: usize = 80;

impl Machine {
    /// Answers what a pipeline comes to, and sets its variables.
    pub(super) fn pipeline(&mut self, within: &Definition, pipeline: &Pipeline, frame: &mut Frame) -> Datum {
        let value = self.value_of(within, pipeline, frame);
        for name in &pipeline.variables {
            self.assign(frame, name, pipeline.declares, value.clone());
        }
        value
    }

    /// Answers what a pipeline comes to, whatever its variables are for.
    pub(super) fn value_of(&mut self, within: &Definition, pipeline: &Pipeline, frame: &mut Frame) -> Datum {
        self.depth += 1;
        let mut value = None;
        if self.depth <= DEEPEST {
            for command in &pipeline.commands {
                value = Some(self.command(within, command, value, &pipeline.range, frame));
            }
        }
        self.depth -= 1;
        value.unwrap_or_else(|| self.hole(within, pipeline.range.clone()))
    }

    /// Makes a value that nobody knows, named after the action that should have said it.
    pub(super) fn hole(&self, within: &Definition, range: Range<usize>) -> Datum {
        Datum::Hole(Rc::new(self.hole_text(within, range)))
    }

    pub(super) fn hole_text(&self, within: &Definition, range: Range<usize>) -> Text {
        let place = within.source.span_of(range.clone());
        let written = within.source.value().get(range).filter(|written| written.len() <= LONGEST).unwrap_or("{{ … }}");
        let mut text = Text::empty(place);
        text.push_hole(written, place);
        text
    }

    fn command(
        &mut self,
        within: &Definition,
        operands: &[Operand],
        piped: Option<Datum>,
        range: &Range<usize>,
        frame: &mut Frame,
    ) -> Datum {
        let place = within.source.span_of(range.clone());
        let Some((first, rest)) = operands.split_first() else { return self.hole(within, range.clone()) };
        if !self.spend(operands.len() * 4) {
            return self.hole(within, range.clone());
        }
        match first {
            Operand::Function(name, _) if matches!(name.as_str(), "and" | "or") => {
                self.shortcut(within, name == "and", rest, piped, frame)
            }
            Operand::Function(name, _) => {
                let mut arguments: Vec<Datum> =
                    rest.iter().map(|operand| self.operand(within, operand, range, frame)).collect();
                arguments.extend(piped);
                let found = function::call(self, name, &arguments, place);
                found.unwrap_or_else(|| self.hole(within, range.clone()))
            }
            _ if rest.is_empty() && piped.is_none() => self.operand(within, first, range, frame),
            Operand::Field(names) => {
                let dot = frame.dot.clone();
                self.method(within, (&dot, names), rest, piped, range, frame)
            }
            Operand::Variable(name, names) => {
                let value = variable(frame, name).unwrap_or(Datum::Null);
                self.method(within, (&value, names), rest, piped, range, frame)
            }
            _ => self.hole(within, range.clone()),
        }
    }

    /// `and` and `or` answer the first value that decides, and look at no more.
    fn shortcut(
        &mut self,
        within: &Definition,
        all: bool,
        operands: &[Operand],
        piped: Option<Datum>,
        frame: &mut Frame,
    ) -> Datum {
        let mut last = Datum::Null;
        let mut unclear = None;
        for operand in operands {
            let range = 0..0;
            last = self.operand(within, operand, &range, frame);
            match self.heap.truth(&last) {
                Some(truth) if truth != all => return last,
                None => unclear = Some(last.clone()),
                Some(_) => {}
            }
        }
        if let Some(piped) = piped {
            last = piped;
            match self.heap.truth(&last) {
                Some(truth) if truth != all => return last,
                None => unclear = Some(last.clone()),
                Some(_) => {}
            }
        }
        unclear.unwrap_or(last)
    }

    fn operand(&mut self, within: &Definition, operand: &Operand, range: &Range<usize>, frame: &mut Frame) -> Datum {
        let literal = |sort, range: &Range<usize>| Datum::Scalar(sort, Rc::new(within.source.slice(range.clone())));
        match operand {
            Operand::Field(names) => {
                let dot = frame.dot.clone();
                self.fields(&dot, names, true).unwrap_or_else(|| self.hole(within, range.clone()))
            }
            Operand::Variable(name, names) => {
                let Some(value) = variable(frame, name) else { return self.hole(within, range.clone()) };
                self.fields(&value, names, true).unwrap_or_else(|| self.hole(within, range.clone()))
            }
            Operand::Nested(pipeline, names) => {
                let value = self.pipeline(within, pipeline, frame);
                self.fields(&value, names, false).unwrap_or_else(|| self.hole(within, range.clone()))
            }
            Operand::Function(name, own) => {
                let place = within.source.span_of(own.clone());
                let found = function::call(self, name, &[], place);
                found.unwrap_or_else(|| self.hole(within, own.clone()))
            }
            Operand::Quoted(text, range) => {
                let source = &within.source;
                if source.value().get(range.clone()) == Some(text) && source.is_known_in(range.clone()) {
                    return if text.is_empty() {
                        word("", source.span_of(range.clone()))
                    } else {
                        literal(Sort::Word, range)
                    };
                }
                Datum::Scalar(Sort::Word, Rc::new(Text::inexact(text, source.span_of(range.clone()))))
            }
            Operand::Plain(Sort::Truth, range) => literal(Sort::Truth, range),
            Operand::Plain(_, range) => {
                let decimal = within.source.value().get(range.clone()).is_some_and(|text| text.contains('.'));
                literal(if decimal { Sort::Decimal } else { Sort::Integer }, range)
            }
            Operand::Nil => Datum::Null,
        }
    }

    /// Follows fields; nothing where the way leads through what is no map.
    fn fields(&mut self, value: &Datum, names: &[String], strict: bool) -> Option<Datum> {
        let mut value = value.clone();
        for name in names {
            value = match &value {
                Datum::Map(_) => match self.heap.get(&value, name) {
                    Some(found) => found.clone(),
                    None if name == "AsConfig" || name == "AsSecrets" => function::files_as(self, &value, name),
                    None => Datum::Null,
                },
                Datum::Null if !strict => Datum::Null,
                _ => return None,
            };
        }
        Some(value)
    }

    /// Calls a method: those of `.Files` and `.Capabilities.APIVersions`.
    fn method(
        &mut self,
        within: &Definition,
        (value, names): (&Datum, &[String]),
        operands: &[Operand],
        piped: Option<Datum>,
        range: &Range<usize>,
        frame: &mut Frame,
    ) -> Datum {
        let place = within.source.span_of(range.clone());
        let mut arguments: Vec<Datum> =
            operands.iter().map(|operand| self.operand(within, operand, range, frame)).collect();
        arguments.extend(piped);
        let found = names.split_last().and_then(|(method, path)| {
            let receiver = self.fields(value, path, true)?;
            self.invoke(&receiver, method, &arguments, place)
        });
        found.unwrap_or_else(|| self.hole(within, range.clone()))
    }

    fn invoke(&mut self, receiver: &Datum, method: &str, arguments: &[Datum], place: Span) -> Option<Datum> {
        let Datum::Scalar(_, wanted) = arguments.first()? else { return None };
        let wanted = wanted.known()?.to_owned();
        match method {
            // Which extensions a cluster has is not told by the tree: it is taken to be one of today with all of them.
            "Has" => Some(truth(!wanted.contains("beta"), place)),
            "Get" | "GetBytes" => Some(self.heap.get(receiver, &wanted).cloned().unwrap_or_else(|| word("", place))),
            "Lines" => {
                let text = self.heap.get(receiver, &wanted)?.clone();
                function::call(
                    self,
                    "splitList",
                    &[Datum::Scalar(Sort::Word, Rc::new(Text::inexact("\n", place))), text],
                    place,
                )
            }
            "Glob" => {
                let glob = globset::Glob::new(&wanted).ok()?.compile_matcher();
                let entries = self.heap.entries(receiver)?.iter();
                let map: Map = entries
                    .filter(|(path, _)| glob.is_match(path))
                    .map(|(path, slot)| (path.clone(), slot.clone()))
                    .collect();
                Some(self.heap.map(map))
            }
            _ => None,
        }
    }
}

fn variable(frame: &Frame, name: &str) -> Option<Datum> {
    if name.is_empty() {
        return Some(frame.root.clone());
    }
    frame.variables.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.clone())
}
