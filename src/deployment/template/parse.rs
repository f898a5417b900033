//! Reads a template into a tree. It never fails: an action that nobody understands becomes a hole.

use super::lexer::{Stretch, Token, stretches, words};
use super::model::{Definition, Operand, Pipeline, Placing, Sort, Step};
use crate::source::Text;
use std::ops::Range;
use std::rc::Rc;

/// Blocks and parentheses nest no deeper.
const DEEPEST: usize = 60;

/// Reads a template: the definitions that stand in it by name, and the template itself under `name`.
pub(in crate::deployment) fn parse(name: &str, source: Rc<Text>, placing: Placing) -> Vec<(String, Rc<Definition>)> {
    let stretches = stretches(source.value());
    let mut reader = Reader { source: &source, stretches, next: 0, defined: Vec::new(), depth: 0 };
    let mut body = Vec::new();
    while let Some(end) = reader.block(&mut body) {
        // An `end` or `else` too many.
        body.push(Step::Unknown(end.range));
    }
    let mut defined = std::mem::take(&mut reader.defined);
    defined.push((name.to_owned(), body));
    let definition = |body| Rc::new(Definition { source: Rc::clone(&source), placing, body });
    defined.into_iter().map(|(name, body)| (name, definition(body))).collect()
}

struct Reader<'s> {
    source: &'s Text,
    stretches: Vec<Stretch>,
    next: usize,
    defined: Vec<(String, Vec<Step>)>,
    depth: usize,
}

/// What a block ends with: `end`, or `else` with what follows it.
struct End {
    range: Range<usize>,
    otherwise: Option<Vec<(Token, Range<usize>)>>,
}

impl Reader<'_> {
    /// Reads steps up to the end of the block; nothing at the end of the template.
    fn block(&mut self, steps: &mut Vec<Step>) -> Option<End> {
        while let Some(stretch) = self.stretches.get(self.next).cloned() {
            self.next += 1;
            let (inner, range) = match stretch {
                Stretch::Literal(range) => {
                    steps.push(Step::Literal(range));
                    continue;
                }
                Stretch::Action(inner, range) => (inner, range),
            };
            let Some(mut tokens) = words(self.source.value(), inner) else {
                steps.push(Step::Unknown(range));
                continue;
            };
            let keyword = match tokens.first() {
                Some((Token::Name(name), _)) => name.clone(),
                _ => String::new(),
            };
            match keyword.as_str() {
                "end" => return Some(End { range, otherwise: None }),
                "else" => {
                    tokens.remove(0);
                    return Some(End { range, otherwise: Some(tokens) });
                }
                "if" | "with" | "range" | "define" | "block" => {
                    tokens.remove(0);
                    self.opened(&keyword, tokens, range, steps);
                }
                "template" => steps.push(template(&tokens, range)),
                "break" => steps.push(Step::Break),
                "continue" => steps.push(Step::Continue),
                _ => steps.push(pipeline(&tokens, range.clone()).map_or(Step::Unknown(range), Step::Action)),
            }
        }
        None
    }

    fn opened(
        &mut self,
        keyword: &str,
        tokens: Vec<(Token, Range<usize>)>,
        range: Range<usize>,
        steps: &mut Vec<Step>,
    ) {
        self.depth += 1;
        if self.depth > DEEPEST {
            // Deeper than anybody nests: what is left is not read.
            self.next = self.stretches.len();
            steps.push(Step::Unknown(range));
        } else {
            match keyword {
                "define" | "block" => self.definition(keyword == "block", &tokens, range, steps),
                "range" => {
                    let (mut body, mut otherwise) = (Vec::new(), Vec::new());
                    if self.block(&mut body).is_some_and(|end| end.otherwise.is_some()) {
                        self.block(&mut otherwise);
                    }
                    let read = pipeline(&tokens, range.clone());
                    steps.push(read.map_or(Step::Unknown(range), |over| Step::Range(over, body, otherwise)));
                }
                _ => {
                    let (arms, otherwise) = self.arms(tokens, range);
                    steps.push(if keyword == "if" { Step::If(arms, otherwise) } else { Step::With(arms, otherwise) });
                }
            }
        }
        self.depth -= 1;
    }

    /// Reads what follows the conditions of `if` or `with`, each `else if` included.
    fn arms(
        &mut self,
        tokens: Vec<(Token, Range<usize>)>,
        range: Range<usize>,
    ) -> (Vec<(Pipeline, Vec<Step>)>, Vec<Step>) {
        let mut arms = Vec::new();
        let mut condition = Some((tokens, range));
        while let Some((tokens, range)) = condition.take() {
            let mut body = Vec::new();
            let end = self.block(&mut body);
            let unclear =
                || Pipeline { variables: Vec::new(), declares: false, commands: Vec::new(), range: range.clone() };
            arms.push((pipeline(&tokens, range.clone()).unwrap_or_else(unclear), body));
            let Some(End { range, otherwise: Some(mut tokens) }) = end else { break };
            if tokens.is_empty() {
                let mut otherwise = Vec::new();
                self.block(&mut otherwise);
                return (arms, otherwise);
            }
            tokens.remove(0);
            condition = Some((tokens, range));
        }
        (arms, Vec::new())
    }

    fn definition(&mut self, used: bool, tokens: &[(Token, Range<usize>)], range: Range<usize>, steps: &mut Vec<Step>) {
        let mut body = Vec::new();
        self.block(&mut body);
        let Some((Token::Quoted(name), _)) = tokens.first() else { return steps.push(Step::Unknown(range)) };
        self.defined.push((name.clone(), body));
        if used {
            steps.push(Step::Template(name.clone(), pipeline(&tokens[1..], range.clone()), range));
        }
    }
}

fn template(tokens: &[(Token, Range<usize>)], range: Range<usize>) -> Step {
    match tokens.get(1) {
        Some((Token::Quoted(name), _)) => {
            Step::Template(name.clone(), pipeline(tokens.get(2..).unwrap_or_default(), range.clone()), range)
        }
        _ => Step::Unknown(range),
    }
}

/// Reads a pipeline; nothing if it is empty or makes no sense.
fn pipeline(tokens: &[(Token, Range<usize>)], range: Range<usize>) -> Option<Pipeline> {
    let mut work = Words { tokens, next: 0, depth: 0 };
    let pipeline = work.pipeline(range, true)?;
    (work.next == tokens.len()).then_some(pipeline)
}

struct Words<'t> {
    tokens: &'t [(Token, Range<usize>)],
    next: usize,
    depth: usize,
}

impl Words<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|(token, _)| token)
    }

    fn pipeline(&mut self, range: Range<usize>, outermost: bool) -> Option<Pipeline> {
        let (variables, declares) = if outermost { self.variables() } else { (Vec::new(), false) };
        let mut commands = vec![self.command()?];
        while self.peek() == Some(&Token::Sign('|')) {
            self.next += 1;
            commands.push(self.command()?);
        }
        Some(Pipeline { variables, declares, commands, range })
    }

    /// Reads `$a, $b :=`, if that is what comes first.
    fn variables(&mut self) -> (Vec<String>, bool) {
        let mut names = Vec::new();
        let mut at = 0;
        while let Some((Token::Variable(name), _)) = self.tokens.get(at) {
            names.push(name.clone());
            at += 1;
            match self.tokens.get(at).map(|(token, _)| token) {
                Some(Token::Sign(',')) => at += 1,
                Some(sign @ (Token::Declare | Token::Assign)) => {
                    self.next = at + 1;
                    return (names, *sign == Token::Declare);
                }
                _ => break,
            }
        }
        (Vec::new(), false)
    }

    fn command(&mut self) -> Option<Vec<Operand>> {
        let mut operands = Vec::new();
        while let Some((token, range)) = self.tokens.get(self.next) {
            let operand = match token {
                Token::Sign('|' | ')') => break,
                Token::Sign('(') => self.nested()?,
                Token::Field(..) => Operand::Field(self.fields(true)),
                Token::Variable(name) => {
                    self.next += 1;
                    Operand::Variable(name.clone(), self.fields(false))
                }
                Token::Name(name) => {
                    self.next += 1;
                    match name.as_str() {
                        "nil" => Operand::Nil,
                        "true" | "false" => Operand::Plain(Sort::Truth, range.clone()),
                        _ => Operand::Function(name.clone(), range.clone()),
                    }
                }
                Token::Quoted(text) => {
                    self.next += 1;
                    Operand::Quoted(text.clone(), range.clone())
                }
                Token::Number => {
                    self.next += 1;
                    Operand::Plain(Sort::Integer, range.clone())
                }
                Token::Sign(_) | Token::Declare | Token::Assign => return None,
            };
            operands.push(operand);
        }
        (!operands.is_empty()).then_some(operands)
    }

    fn nested(&mut self) -> Option<Operand> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let start = self.tokens.get(self.next)?.1.start;
        self.next += 1;
        let mut pipeline = self.pipeline(start..start, false)?;
        let (close, range) = self.tokens.get(self.next)?;
        if *close != Token::Sign(')') {
            return None;
        }
        pipeline.range = start..range.end;
        self.next += 1;
        self.depth -= 1;
        Some(Operand::Nested(Box::new(pipeline), self.fields(false)))
    }

    /// Reads `.a.b`; a blank begins another word, unless this is where one begins.
    fn fields(&mut self, mut first: bool) -> Vec<String> {
        let mut names = Vec::new();
        while let Some(Token::Field(name, blank)) = self.peek() {
            if *blank && !first {
                break;
            }
            if !name.is_empty() {
                names.push(name.clone());
            }
            first = false;
            self.next += 1;
        }
        names
    }
}
