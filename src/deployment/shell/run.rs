//! Goes through a script as a shell would, and notes each command with what is known of its words.

use super::condition::{holds, matches};
use super::expand::{Held, Variables};
use super::model::{Run, Sources, Word, Written};
use super::parse::{Simple, Statement, parse};
use super::pour::{beside, joined};
use super::token::tokens;
use crate::deployment::Variable;
use crate::source::Text;
use std::collections::BTreeMap;
use std::rc::Rc;

/// No script has more steps, functions and `eval` included.
pub(crate) const MOST_STEPS: usize = 20_000;
/// To read so many bytes of a script takes as long as a step.
const BYTES_A_STEP: usize = 16;
/// Functions call one another, and `eval` evaluates, no deeper.
const DEEPEST: usize = 12;
/// Loops over more items are not followed one by one.
const MOST_ITEMS: usize = 500;

/// A script on its way.
pub(super) struct Shell<'a> {
    pub variables: Variables,
    pub runs: Vec<Run>,
    /// Files that it writes.
    pub written: Vec<Written>,
    /// What the command before the pipe puts out, where it is known.
    pub piped: Option<Text>,
    /// Scripts that it can take in; and every shell that it starts is followed. Nothing where only its last command counts.
    pub sources: Option<Sources<'a>>,
    /// Variables that the script passes on to what it starts.
    pub exported: Vec<Variable>,
    functions: BTreeMap<String, (Rc<Text>, Rc<Vec<Statement>>)>,
    pub conditions: usize,
    depth: usize,
    steps: usize,
    /// How many scripts it has taken in or called, and these in turn.
    pub taken: usize,
    /// How much it has taken from them, and how much it may.
    borrowed: usize,
    pub share: usize,
    /// How many scripts that were taken in are at work.
    within: usize,
    /// The text of the one at work.
    at_work: Option<Rc<Text>>,
    ended: bool,
    /// A function has ended, and not the script.
    returned: bool,
}

impl<'a> Shell<'a> {
    pub fn new(variables: Variables, sources: Option<Sources<'a>>) -> Self {
        Self {
            variables,
            runs: Vec::new(),
            written: Vec::new(),
            piped: None,
            sources,
            exported: Vec::new(),
            functions: BTreeMap::new(),
            conditions: 0,
            depth: 0,
            steps: 0,
            taken: 0,
            borrowed: 0,
            share: MOST_STEPS,
            within: 0,
            at_work: None,
            ended: false,
            returned: false,
        }
    }

    /// Reads and goes through a script.
    pub fn script(&mut self, script: &Text) {
        let (statements, assigned) = parse(script, tokens(script));
        self.variables.assigned.extend(assigned);
        let outer = self.at_work.replace(Rc::new(script.clone()));
        self.all(script, &statements);
        self.at_work = outer;
    }

    /// Goes through a script that this one takes in or calls.
    fn take_in(&mut self, script: &Text) {
        self.taken += 1;
        self.borrowed += script.value().len() / BYTES_A_STEP;
        if !self.may_borrow() {
            self.variables.open = true;
            return;
        }
        self.within += 1;
        self.deeper(|shell| shell.script(script));
        self.within -= 1;
    }

    /// Tells whether another script may be taken in, or more of the one at work.
    pub(super) fn may_borrow(&self) -> bool {
        self.borrowed <= self.share
    }

    fn all(&mut self, script: &Text, statements: &[Statement]) {
        for statement in statements {
            self.steps += 1;
            self.borrowed += usize::from(self.within > 0);
            if self.within > 0 && !self.may_borrow() {
                self.variables.open = true;
                return;
            }
            if self.ended || self.steps > MOST_STEPS {
                return self.behind_end(script, statement);
            }
            if statements.len() > 1 {
                self.piped = None;
            }
            self.one(script, statement);
        }
    }

    /// Flags that follow the command that replaces the shell were meant for it.
    fn behind_end(&mut self, script: &Text, statement: &Statement) {
        let Statement::Simple(simple) = statement else { return };
        let is_flag = simple
            .words
            .first()
            .is_some_and(|word| script.value().get(word.range.clone()).is_some_and(|word| word.starts_with("--")));
        if is_flag && self.runs.last().is_some_and(|run| run.replaces) {
            let words = simple.words.iter().flat_map(|word| self.variables.fields(script, word)).collect();
            self.note(words, Vec::new(), false);
        }
    }

    fn one(&mut self, script: &Text, statement: &Statement) {
        match statement {
            Statement::Simple(simple) => self.simple(script, simple),
            Statement::Test(_) => {}
            Statement::Not(inner) => self.all(script, std::slice::from_ref(inner)),
            Statement::Chain(first, rest) => self.chain(script, first, rest),
            Statement::If(branches, otherwise) => self.branches(script, branches, otherwise),
            Statement::Case(subject, branches) => self.case(script, subject, branches),
            Statement::Loop(body) => self.perhaps(script, body),
            Statement::For(name, words, body) => self.each(script, name, words.as_deref(), body),
            Statement::Group(body) => self.all(script, body),
            Statement::Function(name, body) => {
                let script = self.at_work.clone().unwrap_or_else(|| Rc::new(script.clone()));
                self.functions.insert(name.clone(), (script, Rc::clone(body)));
            }
        }
    }

    /// Goes through statements that may not be run at all.
    fn perhaps(&mut self, script: &Text, statements: &[Statement]) {
        let ended = (self.ended, self.returned);
        self.conditions += 1;
        self.all(script, statements);
        self.conditions -= 1;
        (self.ended, self.returned) = ended;
    }

    /// Goes through a body once for each item; if the items are not known, through one that is not known.
    fn each(&mut self, script: &Text, name: &str, words: Option<&[Word]>, body: &[Statement]) {
        let items: Vec<Text> = match words {
            Some(words) => words.iter().flat_map(|word| self.variables.fields(script, word)).collect(),
            None => self.variables.arguments.clone(),
        };
        if items.len() > MOST_ITEMS || items.iter().any(Text::is_hole) {
            let mut unknown = Text::empty(script.span());
            unknown.push_hole(&format!("${name}"), script.span_of(0..0));
            self.variables.own.insert(name.to_owned(), Held::Text(unknown));
            return self.perhaps(script, body);
        }
        for item in items {
            self.variables.own.insert(name.to_owned(), Held::Text(item));
            self.all(script, body);
        }
    }

    fn chain(&mut self, script: &Text, first: &Statement, rest: &[(&'static str, Statement)]) {
        self.all(script, std::slice::from_ref(first));
        let mut before = first;
        for (link, next) in rest {
            self.piped = self.piped.take().filter(|_| *link == "|");
            let result = holds(script, std::slice::from_ref(before), &self.variables);
            // A command is thought to succeed, a test to go either way.
            let certain = match (*link, result) {
                ("|", _) | ("&&", Some(true)) | ("||", Some(false)) => true,
                ("&&", Some(false)) | ("||", Some(true)) => return,
                (link, _) => link == "&&" && !is_test(script, before),
            };
            if certain {
                self.all(script, std::slice::from_ref(next));
            } else {
                self.perhaps(script, std::slice::from_ref(next));
            }
            before = next;
        }
    }

    fn branches(&mut self, script: &Text, branches: &[(Vec<Statement>, Vec<Statement>)], otherwise: &[Statement]) {
        let mut open = false;
        for (condition, body) in branches {
            match holds(script, condition, &self.variables) {
                Some(false) => {}
                Some(true) if !open => return self.all(script, body),
                Some(true) => return self.perhaps(script, body),
                None => {
                    open = true;
                    self.perhaps(script, body);
                }
            }
        }
        if open {
            self.perhaps(script, otherwise);
        } else {
            self.all(script, otherwise);
        }
    }

    fn case(&mut self, script: &Text, subject: &Word, branches: &[(Vec<Word>, Vec<Statement>)]) {
        let subject = self.variables.joined(script, subject);
        let mut open = false;
        for (patterns, body) in branches {
            let mut taken = Some(false);
            for pattern in patterns {
                let pattern = self.variables.joined(script, pattern);
                let found = subject.known().zip(pattern.known()).and_then(|(text, pattern)| matches(pattern, text));
                // A pattern for everything needs no subject.
                let found = if pattern.known() == Some("*") { Some(true) } else { found };
                taken = match (taken, found) {
                    (Some(true), _) | (_, Some(true)) => Some(true),
                    (None, _) | (_, None) => None,
                    _ => Some(false),
                };
            }
            match taken {
                Some(false) => {}
                Some(true) if !open => return self.all(script, body),
                Some(true) => return self.perhaps(script, body),
                None => {
                    open = true;
                    self.perhaps(script, body);
                }
            }
        }
    }

    fn simple(&mut self, script: &Text, simple: &Simple) {
        let words: Vec<Text> = simple.words.iter().flat_map(|word| self.variables.fields(script, word)).collect();
        let name = words.first().and_then(Text::known).unwrap_or_default().to_owned();
        let declares = matches!(name.as_str(), "export" | "local" | "readonly" | "declare" | "typeset");
        if words.is_empty() || declares {
            for assignment in &simple.assignments {
                self.assign(script, assignment);
            }
            if name == "export" {
                self.export(simple, &words);
            }
            return;
        }
        let env = simple.assignments.iter().filter_map(|assignment| self.variable(script, assignment)).collect();
        if self.sources.is_some() && self.pour(script, &words, &simple.redirections) {
            return;
        }
        self.command(&name, words, env);
    }

    fn command(&mut self, name: &str, mut words: Vec<Text>, env: Vec<Variable>) {
        match name {
            "set" => {
                if let Some(at) = words.iter().position(|word| word.known() == Some("--"))
                    && self.conditions == 0
                {
                    self.variables.arguments = words.split_off(at + 1);
                }
            }
            "shift" if self.conditions == 0 => {
                let count = words.get(1).and_then(Text::known).and_then(|count| count.parse().ok()).unwrap_or(1usize);
                let arguments = &mut self.variables.arguments;
                arguments.drain(..count.min(arguments.len()));
            }
            "eval" => {
                if let Some(line) = joined(&words[1..]) {
                    self.deeper(|shell| shell.script(&line));
                }
            }
            "." | "source" => {
                let path = words.get(1).and_then(beside);
                match self.may_take().and_then(|sources| sources(&path?)) {
                    Some(text) => self.take_in(&text),
                    None => self.variables.open = true,
                }
            }
            "exit" => self.ended = true,
            "return" => (self.ended, self.returned) = (true, true),
            "exec" => {
                words.remove(0);
                if !words.is_empty() {
                    self.note(words, env, true);
                    self.ended = true;
                }
            }
            _ => match self.functions.get(name).cloned() {
                Some((script, body)) => {
                    let outer = std::mem::replace(&mut self.variables.arguments, words.split_off(1));
                    let at_work = self.at_work.replace(Rc::clone(&script));
                    self.deeper(|shell| shell.all(&script, &body));
                    self.at_work = at_work;
                    self.ended &= !std::mem::take(&mut self.returned);
                    self.variables.arguments = outer;
                }
                None => match self.called(&words) {
                    Some((text, arguments)) => {
                        let outer = std::mem::replace(&mut self.variables.arguments, arguments);
                        let ended = self.ended;
                        self.take_in(&text);
                        (self.variables.arguments, self.ended) = (outer, ended);
                    }
                    None => self.note(words, env, false),
                },
            },
        }
    }

    pub(super) fn deeper(&mut self, work: impl FnOnce(&mut Self)) {
        self.depth += 1;
        if self.depth <= DEEPEST {
            work(self);
        }
        self.depth -= 1;
    }

    pub(super) fn note(&mut self, words: Vec<Text>, env: Vec<Variable>, replaces: bool) {
        self.runs.push(Run { words, replaces, conditional: self.conditions > 0, env });
    }
}

fn is_test(script: &Text, statement: &Statement) -> bool {
    match statement {
        Statement::Simple(simple) => simple
            .words
            .first()
            .and_then(|word| super::parse::plain(script, word))
            .is_some_and(|name| matches!(name, "[" | "test" | "command" | "grep" | "which" | "type")),
        Statement::Test(_) | Statement::Not(_) => true,
        Statement::Chain(_, rest) => rest.iter().any(|(_, next)| is_test(script, next)),
        _ => false,
    }
}
