//! Puts the tokens of a script together: commands, chains, conditions, loops, functions.

use super::model::{Part, Redirection, Token, Tokens, Word};
use crate::source::Text;
use std::collections::BTreeSet;
use std::rc::Rc;

/// Compound commands nest no deeper.
const DEEPEST: usize = 48;

#[derive(Debug, Clone)]
pub(super) enum Statement {
    Simple(Simple),
    /// `[[ … ]]`; nothing if it holds operators that join several tests.
    Test(Option<Vec<Word>>),
    /// `! …`
    Not(Box<Statement>),
    /// The first statement and those that follow it by `&&`, `||` or `|`.
    Chain(Box<Statement>, Vec<(&'static str, Statement)>),
    /// Conditions and what they lead to, and what is done otherwise.
    If(Vec<(Vec<Statement>, Vec<Statement>)>, Vec<Statement>),
    /// The word, and the patterns with what they lead to.
    Case(Word, Vec<(Vec<Word>, Vec<Statement>)>),
    /// Any number of times.
    Loop(Vec<Statement>),
    /// Once for each word, or for each argument if there is no list.
    For(String, Option<Vec<Word>>, Vec<Statement>),
    /// `{ … }` or `( … )`.
    Group(Vec<Statement>),
    Function(String, Rc<Vec<Statement>>),
}

#[derive(Debug, Clone, Default)]
pub(super) struct Simple {
    pub assignments: Vec<Assignment>,
    pub words: Vec<Word>,
    pub redirections: Vec<Redirection>,
}

#[derive(Debug, Clone)]
pub(super) struct Assignment {
    pub name: String,
    pub appends: bool,
    pub value: Assigned,
}

#[derive(Debug, Clone)]
pub(super) enum Assigned {
    Word(Word),
    List(Vec<Word>),
}

/// Puts a script's tokens together; what makes no sense is passed over. Answers the names that it assigns anywhere, too.
pub(super) fn parse(script: &Text, tokens: Tokens) -> (Vec<Statement>, BTreeSet<String>) {
    let Tokens { list: tokens, redirections } = tokens;
    let mut parser = Parser { text: script, tokens, redirections, at: 0, depth: 0, assigned: BTreeSet::new() };
    let mut statements = Vec::new();
    while parser.at < parser.tokens.len() {
        statements.extend(parser.list(&[]));
        // A closing word without an opening one.
        parser.at += 1;
    }
    (statements, parser.assigned)
}

struct Parser<'a> {
    text: &'a Text,
    tokens: Vec<Token>,
    redirections: Vec<(usize, Redirection)>,
    at: usize,
    depth: usize,
    assigned: BTreeSet<String>,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    /// Answers the next word if it is written without quotes and variables.
    fn keyword(&self) -> &str {
        match self.peek() {
            Some(Token::Word(word)) => plain(self.text, word).unwrap_or_default(),
            _ => "",
        }
    }

    fn operator(&self) -> &'static str {
        match self.peek() {
            Some(Token::Operator(sign, _)) => sign,
            _ => "",
        }
    }

    fn accept(&mut self, word: &str) -> bool {
        let found = self.keyword() == word || self.operator() == word;
        self.at += usize::from(found);
        found
    }

    fn skip_separators(&mut self) {
        while matches!(self.peek(), Some(Token::Newline)) || matches!(self.operator(), ";" | "&") {
            self.at += 1;
        }
    }

    /// Reads statements up to one of these words or operators, which it leaves.
    fn list(&mut self, ends: &[&str]) -> Vec<Statement> {
        let mut statements = Vec::new();
        self.depth += 1;
        loop {
            self.skip_separators();
            let word = self.keyword();
            let over = self.peek().is_none() || ends.contains(&word) || ends.contains(&self.operator());
            let foreign = is_closing(word) || matches!(self.operator(), ")" | ";;");
            if over || foreign || self.depth > DEEPEST {
                break;
            }
            let before = self.at;
            statements.extend(self.chain());
            if self.at == before {
                self.at += 1;
            }
        }
        self.depth -= 1;
        statements
    }

    fn chain(&mut self) -> Option<Statement> {
        let first = self.statement()?;
        let mut rest = Vec::new();
        while matches!(self.operator(), "&&" | "||" | "|") {
            let link = self.operator();
            self.at += 1;
            while matches!(self.peek(), Some(Token::Newline)) {
                self.at += 1;
            }
            match self.statement() {
                Some(next) => rest.push((link, next)),
                None => break,
            }
        }
        Some(if rest.is_empty() { first } else { Statement::Chain(Box::new(first), rest) })
    }

    fn statement(&mut self) -> Option<Statement> {
        if self.accept("!") {
            self.depth += 1;
            let inner = if self.depth > DEEPEST { None } else { self.statement() };
            self.depth -= 1;
            return inner.map(|inner| Statement::Not(Box::new(inner)));
        }
        if self.operator() == "(" {
            return Some(self.parenthesis());
        }
        match self.keyword() {
            "if" => Some(self.conditional()),
            "case" => Some(self.case()),
            "for" | "select" => Some(self.repeated()),
            "while" | "until" => {
                self.at += 1;
                let mut body = self.list(&["do"]);
                body.extend(self.body());
                Some(Statement::Loop(body))
            }
            "{" => {
                self.at += 1;
                let body = self.list(&["}"]);
                self.accept("}");
                Some(Statement::Group(body))
            }
            "[[" => Some(self.test()),
            "function" => {
                self.at += 1;
                let name = self.keyword().to_owned();
                self.at += 1;
                Some(self.function(name))
            }
            word if is_closing(word) => None,
            _ => self.simple(),
        }
    }

    /// `( … )`, or arithmetic in double parentheses.
    fn parenthesis(&mut self) -> Statement {
        self.at += 1;
        let arithmetic = self.operator() == "(";
        let body = self.list(&[")"]);
        self.accept(")");
        if arithmetic { Statement::Test(None) } else { Statement::Group(body) }
    }

    fn conditional(&mut self) -> Statement {
        let mut branches = Vec::new();
        self.at += 1;
        loop {
            let condition = self.list(&["then"]);
            self.accept("then");
            let body = self.list(&["elif", "else", "fi"]);
            branches.push((condition, body));
            if !self.accept("elif") {
                break;
            }
        }
        let otherwise = if self.accept("else") { self.list(&["fi"]) } else { Vec::new() };
        self.accept("fi");
        Statement::If(branches, otherwise)
    }

    fn case(&mut self) -> Statement {
        self.at += 1;
        let subject = match self.peek() {
            Some(Token::Word(word)) => word.clone(),
            _ => Word::default(),
        };
        self.at += 1;
        self.skip_separators();
        self.accept("in");
        let mut branches = Vec::new();
        loop {
            self.skip_separators();
            if self.peek().is_none() || self.accept("esac") {
                break;
            }
            let before = self.at;
            self.accept("(");
            let mut patterns = Vec::new();
            while let Some(Token::Word(word)) = self.peek() {
                patterns.push(word.clone());
                self.at += 1;
                self.accept("|");
            }
            self.accept(")");
            let body = self.list(&[";;", "esac"]);
            self.accept(";;");
            branches.push((patterns, body));
            if self.at == before {
                self.at += 1;
            }
        }
        Statement::Case(subject, branches)
    }

    fn repeated(&mut self) -> Statement {
        self.at += 1;
        let counts = self.operator() == "(";
        let name = self.keyword().to_owned();
        self.at += 1;
        let mut words = self.accept("in").then(Vec::new);
        while self.peek().is_some() && self.keyword() != "do" {
            if let (Some(words), Some(Token::Word(word))) = (&mut words, self.peek()) {
                words.push(word.clone());
            }
            self.at += 1;
        }
        let body = self.body();
        // `for ((…))` goes on as long as its arithmetic says.
        if counts { Statement::Loop(body) } else { Statement::For(name, words, body) }
    }

    fn body(&mut self) -> Vec<Statement> {
        self.accept("do");
        let body = self.list(&["done"]);
        self.accept("done");
        body
    }

    /// `[[ … ]]`, taken apart at `&&` and `||`; one with parentheses or comparisons by order cannot be told.
    fn test(&mut self) -> Statement {
        self.at += 1;
        let start = self.at;
        let mut tests: Vec<(&'static str, Option<Vec<Word>>)> = vec![("", Some(Vec::new()))];
        while let Some(token) = self.peek() {
            let last = tests.last_mut().map(|(_, words)| words);
            match token {
                Token::Word(word) if plain(self.text, word) == Some("]]") => break,
                Token::Word(word) => last.into_iter().flatten().for_each(|words| words.push(word.clone())),
                Token::Operator(sign @ ("&&" | "||"), _) => tests.push((sign, Some(Vec::new()))),
                Token::Newline => {}
                Token::Operator(..) => last.into_iter().for_each(|words| *words = None),
            }
            self.at += 1;
        }
        let compares = self.holds_order(start);
        self.accept("]]");
        let mut tests = tests.into_iter().map(|(sign, words)| (sign, Statement::Test(words.filter(|_| !compares))));
        let first = tests.next().map_or(Statement::Test(None), |(_, first)| first);
        let rest: Vec<_> = tests.collect();
        if rest.is_empty() { first } else { Statement::Chain(Box::new(first), rest) }
    }

    /// Tells whether `<` or `>` stands between the token at `start` and the next one: the words behind it are lost.
    fn holds_order(&self, start: usize) -> bool {
        let place = |at: usize| match self.tokens.get(at) {
            Some(Token::Word(word)) => Some(word.range.start),
            _ => None,
        };
        let (Some(from), Some(to)) = (place(start), place(self.at)) else { return true };
        self.text.value().get(from..to).is_none_or(|test| [" < ", " > "].iter().any(|sign| test.contains(sign)))
    }

    fn function(&mut self, name: String) -> Statement {
        if self.accept("(") {
            self.accept(")");
        }
        self.skip_separators();
        self.depth += 1;
        let body = if self.depth > DEEPEST { None } else { self.statement() };
        self.depth -= 1;
        Statement::Function(name, Rc::new(body.into_iter().collect()))
    }

    fn simple(&mut self) -> Option<Statement> {
        let mut simple = Simple::default();
        let start = self.at;
        while let Some(Token::Word(word)) = self.peek() {
            let word = word.clone();
            self.at += 1;
            let opens = matches!(self.peek(), Some(Token::Operator("(", at)) if *at == word.range.end);
            match assignment(self.text, &word) {
                Some(assignment) if simple.words.is_empty() || declares(self.text, &simple.words[0]) => {
                    let assignment = if opens { self.list_of(assignment) } else { assignment };
                    self.assigned.insert(assignment.name.clone());
                    simple.assignments.push(assignment);
                }
                _ if opens && simple.words.is_empty() && simple.assignments.is_empty() => {
                    let name = plain(self.text, &word).unwrap_or_default().to_owned();
                    return Some(self.function(name));
                }
                _ => simple.words.push(word),
            }
        }
        let first = self.redirections.partition_point(|(at, _)| *at < start);
        let behind = self.redirections.partition_point(|(at, _)| *at <= self.at);
        let own = self.redirections.get(first..behind).unwrap_or_default();
        simple.redirections = own.iter().map(|(_, redirection)| redirection.clone()).collect();
        let empty = simple.words.is_empty() && simple.assignments.is_empty();
        (!empty).then_some(Statement::Simple(simple))
    }

    /// `NAME=( … )`
    fn list_of(&mut self, assignment: Assignment) -> Assignment {
        self.at += 1;
        let mut words = Vec::new();
        loop {
            match self.peek() {
                Some(Token::Word(word)) => words.push(word.clone()),
                Some(Token::Newline) => {}
                _ => break,
            }
            self.at += 1;
        }
        self.accept(")");
        Assignment { value: Assigned::List(words), ..assignment }
    }
}

fn is_closing(word: &str) -> bool {
    matches!(word, "then" | "elif" | "else" | "fi" | "do" | "done" | "esac" | "}")
}

/// Commands whose arguments are assignments.
fn declares(text: &Text, word: &Word) -> bool {
    matches!(plain(text, word), Some("export" | "local" | "readonly" | "declare" | "typeset"))
}

/// Answers a word that is written without quotes and variables.
pub(super) fn plain<'t>(text: &'t Text, word: &Word) -> Option<&'t str> {
    match word.parts.as_slice() {
        [Part::Literal(range)] if !word.quoted => text.value().get(range.clone()),
        _ => None,
    }
}

fn assignment(text: &Text, word: &Word) -> Option<Assignment> {
    let Some(Part::Literal(first)) = word.parts.first() else { return None };
    if first.start != word.range.start {
        return None;
    }
    let literal = text.value().get(first.clone())?;
    let equals = literal.find('=')?;
    let (name, appends) = match literal[..equals].strip_suffix('+') {
        Some(name) => (name, true),
        None => (&literal[..equals], false),
    };
    let starts = name.starts_with(|sign: char| sign.is_ascii_alphabetic() || sign == '_');
    if !starts || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return None;
    }
    let from = first.start + equals + 1;
    let mut value = word.clone();
    value.range.start = from;
    value.parts.remove(0);
    if from < first.end {
        value.parts.insert(0, Part::Literal(from..first.end));
    }
    Some(Assignment { name: name.to_owned(), appends, value: Assigned::Word(value) })
}
