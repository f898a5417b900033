//! Renders a template step by step, with bounds on everything that a hostile one could make endless.

use super::heap::{Heap, Map};
use super::model::{Datum, Definition, Operand, Pipeline, Sort, Step};
use super::piece::placed;
use crate::source::{FileId, Span, Text};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Blocks, includes and parentheses that may be open at once.
const DEEPEST: usize = 80;
/// Steps and bytes that one rendering may take.
const FUEL: usize = 8 << 20;
/// Bytes that one text may have.
const LONGEST: usize = 4 << 20;

/// Renders the templates of one release.
pub(in crate::deployment) struct Machine {
    /// Maps and lists.
    pub heap: Heap,
    /// The files that templates stand in.
    pub templates: BTreeSet<FileId>,
    /// The files of the chart that templates may read: a map.
    pub files: Datum,
    /// Values that are empty wait for somebody to set them: what prints one is a hole.
    pub waits: bool,
    /// Nobody knew a condition, so that something may be there or missing.
    pub(super) doubtful: bool,
    pub(super) definitions: BTreeMap<String, Rc<Definition>>,
    pub(super) depth: usize,
    fuel: usize,
}

/// What a template comes to.
#[derive(Debug)]
pub(in crate::deployment) struct Rendered {
    /// The text.
    pub text: Text,
    /// Nobody knew a condition, so that something may be there or missing.
    pub doubtful: bool,
    /// It was given up half-way.
    pub exhausted: bool,
}

/// What a template sees: the dot, the dollar sign, and its variables.
pub(super) struct Frame {
    pub dot: Datum,
    pub root: Datum,
    pub variables: Vec<(String, Datum)>,
}

/// How a block ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    Next,
    Break,
    Continue,
    Stop,
}

impl Machine {
    /// Starts without templates and values.
    pub fn new() -> Self {
        let mut heap = Heap::default();
        let files = heap.map(Map::new());
        Self {
            heap,
            templates: BTreeSet::new(),
            files,
            waits: false,
            doubtful: false,
            definitions: BTreeMap::new(),
            depth: 0,
            fuel: FUEL,
        }
    }

    /// Takes definitions that templates may include; of two with one name the last counts.
    pub fn define(&mut self, definitions: &[(String, Rc<Definition>)]) {
        self.definitions.extend(definitions.iter().cloned());
    }

    /// Renders one template with a dot.
    pub fn render(&mut self, definition: &Rc<Definition>, dot: &Datum) -> Rendered {
        self.doubtful = false;
        let text = self.run(definition, dot.clone());
        let exhausted = self.is_exhausted();
        Rendered { text, doubtful: self.doubtful, exhausted }
    }

    /// Tells whether the bounds are reached.
    pub fn is_exhausted(&self) -> bool {
        self.fuel == 0 || self.heap.is_full()
    }

    pub(super) fn run(&mut self, definition: &Rc<Definition>, dot: Datum) -> Text {
        self.spend(100);
        let mut out = Text::empty(definition.source.span());
        let mut frame = Frame { root: dot.clone(), dot, variables: Vec::new() };
        self.steps(definition, &definition.body, &mut frame, &mut out);
        out
    }

    /// Takes fuel; tells whether there is any left.
    pub(super) fn spend(&mut self, amount: usize) -> bool {
        self.fuel = self.fuel.saturating_sub(amount.saturating_add(1));
        !self.is_exhausted()
    }

    fn steps(&mut self, within: &Definition, steps: &[Step], frame: &mut Frame, out: &mut Text) -> Flow {
        self.depth += 1;
        let known = frame.variables.len();
        let mut flow = Flow::Next;
        if self.depth > DEEPEST {
            self.doubtful = true;
            out.push_hole("{{…}}", within.source.span());
        } else {
            for step in steps {
                flow = self.step(within, step, frame, out);
                if flow != Flow::Next {
                    break;
                }
            }
        }
        frame.variables.truncate(known);
        self.depth -= 1;
        flow
    }

    fn step(&mut self, within: &Definition, step: &Step, frame: &mut Frame, out: &mut Text) -> Flow {
        if !self.spend(8) || out.value().len() > LONGEST {
            self.fuel = 0;
            return Flow::Stop;
        }
        let source = &within.source;
        match step {
            Step::Literal(range) => {
                self.spend(range.len());
                out.append(&source.slice(range.clone()));
            }
            Step::Action(pipeline) => {
                let value = self.pipeline(within, pipeline, frame);
                if self.waits && is_unset(pipeline, &value) {
                    out.append(&self.hole_text(within, pipeline.range.clone()));
                } else if pipeline.variables.is_empty() {
                    self.print(within, &value, source.span_of(pipeline.range.clone()), out);
                }
            }
            Step::If(arms, otherwise) => return self.choose(within, (arms, otherwise), false, frame, out),
            Step::With(arms, otherwise) => return self.choose(within, (arms, otherwise), true, frame, out),
            Step::Range(over, body, otherwise) => return self.range(within, (over, body, otherwise), frame, out),
            Step::Template(name, data, range) => {
                let dot = data.as_ref().map_or(Datum::Null, |data| self.pipeline(within, data, frame));
                match self.definitions.get(name).cloned() {
                    Some(definition) => {
                        let text = self.run(&definition, dot);
                        let text = Datum::Scalar(Sort::Word, Rc::new(text));
                        self.print(within, &text, source.span_of(range.clone()), out);
                    }
                    None => out.append(&self.hole_text(within, range.clone())),
                }
            }
            Step::Break => return Flow::Break,
            Step::Continue => return Flow::Continue,
            Step::Unknown(range) => {
                self.doubtful = true;
                out.append(&self.hole_text(within, range.clone()));
            }
        }
        Flow::Next
    }

    /// Runs what follows the first condition that holds; one that nobody knows is taken to hold.
    fn choose(
        &mut self,
        within: &Definition,
        (arms, otherwise): (&[(Pipeline, Vec<Step>)], &[Step]),
        dot: bool,
        frame: &mut Frame,
        out: &mut Text,
    ) -> Flow {
        let known = frame.variables.len();
        let outer = frame.dot.clone();
        let mut flow = Flow::Next;
        let mut chosen = false;
        for (condition, body) in arms {
            let value = self.pipeline(within, condition, frame);
            let truth = self.heap.truth(&value);
            self.doubtful |= truth.is_none();
            if truth != Some(false) {
                if dot {
                    frame.dot = value;
                }
                flow = self.steps(within, body, frame, out);
                chosen = true;
                break;
            }
        }
        frame.dot = outer;
        if !chosen {
            flow = self.steps(within, otherwise, frame, out);
        }
        frame.variables.truncate(known);
        flow
    }

    fn range(
        &mut self,
        within: &Definition,
        (over, body, otherwise): (&Pipeline, &[Step], &[Step]),
        frame: &mut Frame,
        out: &mut Text,
    ) -> Flow {
        let known = frame.variables.len();
        let place = within.source.span_of(over.range.clone());
        let value = self.value_of(within, over, frame);
        let items = self.items(&value, place);
        if items.is_empty() {
            return self.steps(within, otherwise, frame, out);
        }
        let outer = frame.dot.clone();
        let mut flow = Flow::Next;
        for (key, item) in items {
            frame.variables.truncate(known);
            match over.variables.as_slice() {
                [] => {}
                [name] => self.assign(frame, name, over.declares, item.clone()),
                [first, second, ..] => {
                    self.assign(frame, first, over.declares, key);
                    self.assign(frame, second, over.declares, item.clone());
                }
            }
            frame.dot = item;
            match self.steps(within, body, frame, out) {
                Flow::Next | Flow::Continue => {}
                Flow::Break => break,
                Flow::Stop => {
                    flow = Flow::Stop;
                    break;
                }
            }
        }
        frame.dot = outer;
        frame.variables.truncate(known);
        flow
    }

    /// Answers what a range goes through, each with its key.
    fn items(&mut self, value: &Datum, place: Span) -> Vec<(Datum, Datum)> {
        let number = |number: usize| Datum::Scalar(Sort::Integer, Rc::new(Text::inexact(&number.to_string(), place)));
        match value {
            Datum::List(_) => {
                self.heap.items(value).iter().enumerate().map(|(at, item)| (number(at), item.clone())).collect()
            }
            Datum::Map(_) => {
                let entries = self.heap.entries(value).into_iter().flatten();
                entries.map(|(key, slot)| (word(key, slot.key), slot.value.clone())).collect()
            }
            Datum::Scalar(Sort::Integer, text) => {
                let count = text.known().and_then(|text| text.parse::<usize>().ok()).unwrap_or_default();
                let fits = self.spend(count.saturating_mul(256));
                (0..if fits { count } else { 0 }).map(|at| (number(at), number(at))).collect()
            }
            Datum::Hole(_) => {
                self.doubtful = true;
                vec![(value.clone(), value.clone())]
            }
            Datum::Null | Datum::Scalar(..) => Vec::new(),
        }
    }

    pub(super) fn assign(&mut self, frame: &mut Frame, name: &str, declares: bool, value: Datum) {
        match frame.variables.iter_mut().rev().find(|(known, _)| known == name).filter(|_| !declares) {
            Some((_, known)) => *known = value,
            None => frame.variables.push((name.to_owned(), value)),
        }
    }

    /// Prints a value as Go does; nothing stands for no value.
    fn print(&mut self, within: &Definition, value: &Datum, place: Span, out: &mut Text) {
        match value {
            Datum::Null => {}
            Datum::Scalar(_, text) | Datum::Hole(text) => {
                self.spend(text.value().len());
                out.append(&placed(text, place, within.placing, &self.templates));
            }
            Datum::List(_) | Datum::Map(_) => {
                let shown = self.shown(value, 0);
                self.spend(shown.len());
                out.push_inexact(&shown, place);
            }
        }
    }

    /// Writes a list or map as Go's `%v` does.
    pub(super) fn shown(&self, value: &Datum, depth: usize) -> String {
        if depth > super::heap::DEEPEST {
            return String::new();
        }
        match value {
            Datum::Null => "<nil>".into(),
            Datum::Scalar(_, text) | Datum::Hole(text) => text.value().to_owned(),
            Datum::List(_) => {
                let items = self.heap.items(value).iter().take(1000).map(|item| self.shown(item, depth + 1));
                format!("[{}]", items.collect::<Vec<_>>().join(" "))
            }
            Datum::Map(_) => {
                let entries = self.heap.entries(value).into_iter().flatten().take(1000);
                let entries = entries.map(|(key, slot)| format!("{key}:{}", self.shown(&slot.value, depth + 1)));
                format!("map[{}]", entries.collect::<Vec<_>>().join(" "))
            }
        }
    }
}

/// Tells whether an action prints a value as it is, and the value is empty.
fn is_unset(pipeline: &Pipeline, value: &Datum) -> bool {
    let [first, rest @ ..] = pipeline.commands.as_slice() else { return false };
    let plain = matches!(first.as_slice(), [Operand::Field(_) | Operand::Variable(..)])
        && rest.iter().all(|command| matches!(command.as_slice(), [Operand::Function(name, _)] if name == "quote"));
    plain
        && pipeline.variables.is_empty()
        && matches!(value, Datum::Scalar(Sort::Word, text) if matches!(text.value(), "" | "\"\""))
}

/// Makes a word that is written at a place.
pub(super) fn word(text: &str, place: Span) -> Datum {
    Datum::Scalar(Sort::Word, Rc::new(Text::literal(text, place)))
}

/// Makes a truth value that is found out at a place.
pub(super) fn truth(value: bool, place: Span) -> Datum {
    Datum::Scalar(Sort::Truth, Rc::new(Text::inexact(if value { "true" } else { "false" }, place)))
}
