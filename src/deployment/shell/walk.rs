//! Everything that a script can do, in order: each command with the ways that lead to it, and what becomes of its failure.

use super::expand::{Held, Variables};
use super::model::{Call, Routine, Word};
use super::parse::{Assigned, Simple, Statement, parse, plain};
use super::shrug::{place, plainly_true, shrugs};
use super::token::tokens;
use crate::deployment::Branch;
use crate::source::{Span, Text};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Functions and compound commands are followed no deeper.
const DEEPEST: usize = 24;
/// No script does more: commands, and lists of them.
const MOST_CALLS: usize = 12_000;
/// Longer scripts are not read.
const LONGEST: usize = 256 << 10;
/// Loops over more words are gone through once.
const MOST_TURNS: usize = 16;
/// The way of `else`, of no case at all, and of whoever went past all of them.
const OTHERWISE: u64 = 1 << 62;

/// Goes through a script; the points where it branches are numbered from `first`.
pub(crate) fn routines(script: &Text, first: u32) -> Vec<Routine> {
    if script.value().len() > LONGEST {
        return Vec::new();
    }
    let (statements, assigned) = parse(script, tokens(script));
    let script = Rc::new(script.clone());
    let mut walk = Walk {
        script: Rc::clone(&script),
        variables: Variables { assigned, open: true, ..Variables::default() },
        functions: BTreeMap::new(),
        called: BTreeSet::new(),
        calls: Vec::new(),
        branches: Vec::new(),
        assigned: Vec::new(),
        ignores: None,
        next: first,
        depth: 0,
        spent: 0,
    };
    walk.list(&statements);
    let mut routines = vec![Routine { name: None, calls: std::mem::take(&mut walk.calls) }];
    let functions = walk.functions.clone();
    for (name, body) in functions.iter().filter(|(name, _)| !walk.called.contains(*name)).collect::<Vec<_>>() {
        if !walk.called.contains(name) {
            walk.ignores = None;
            walk.list(body);
            routines.push(Routine { name: Some(name.clone()), calls: std::mem::take(&mut walk.calls) });
        }
    }
    routines
}

struct Walk {
    script: Rc<Text>,
    variables: Variables,
    functions: BTreeMap<String, Rc<Vec<Statement>>>,
    called: BTreeSet<String>,
    calls: Vec<Call>,
    branches: Vec<Branch>,
    /// Names that were assigned, in order: what a branch assigns holds in it alone.
    assigned: Vec<String>,
    ignores: Option<Span>,
    next: u32,
    depth: usize,
    spent: usize,
}

impl Walk {
    /// Goes through statements; answers whether the script or function ends with them.
    fn list(&mut self, statements: &[Statement]) -> bool {
        self.depth += 1;
        self.spent += 1;
        let held = self.branches.len();
        let mut ended = false;
        if self.depth <= DEEPEST && self.spent <= MOST_CALLS {
            for (at, statement) in statements.iter().enumerate() {
                // `…; true` at the end: that is what the caller hears.
                let last = statements.get(at + 1).filter(|_| self.depth == 1 && at + 2 == statements.len());
                let outer = self.ignores;
                self.ignores = outer.or_else(|| last.and_then(|last| plainly_true(&self.script, last)));
                let after = self.ignores;
                ended = self.statement(statement);
                // `set +e` holds from here on.
                self.ignores = if self.ignores == after { outer } else { self.ignores };
                if ended || self.spent > MOST_CALLS {
                    break;
                }
            }
        }
        self.branches.truncate(held);
        self.depth -= 1;
        ended
    }

    fn statement(&mut self, statement: &Statement) -> bool {
        match statement {
            Statement::Simple(simple) => self.simple(simple),
            Statement::Test(words) => {
                self.note(words.as_deref().unwrap_or_default(), None);
                false
            }
            Statement::Not(inner) => {
                self.statement(inner);
                false
            }
            Statement::Chain(first, rest) => self.chain(first, rest),
            Statement::If(branches, otherwise) => {
                let point = self.point();
                let mut ways = 0;
                for (at, (condition, body)) in branches.iter().enumerate() {
                    self.list(condition);
                    ways |= self.way(point, 1 << at.min(61), body);
                }
                ways |= self.way(point, OTHERWISE, otherwise);
                self.go_on(point, ways, branches.len())
            }
            Statement::Case(_, branches) => {
                let point = self.point();
                let mut ways = OTHERWISE;
                for (at, (_, body)) in branches.iter().enumerate() {
                    ways |= self.way(point, 1 << at.min(61), body);
                }
                self.go_on(point, ways, branches.len())
            }
            Statement::Loop(body) => {
                self.perhaps(body);
                false
            }
            Statement::For(name, words, body) => {
                self.turns(name, words.as_deref(), body);
                false
            }
            Statement::Group(body) => self.list(body),
            Statement::Function(name, body) => {
                self.functions.insert(name.clone(), Rc::clone(body));
                false
            }
        }
    }

    fn point(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    /// Goes one way; answers it if whoever goes it comes out at its end.
    fn way(&mut self, point: u32, ways: u64, body: &[Statement]) -> u64 {
        self.branches.push(Branch { point, ways });
        let ended = self.perhaps(body);
        self.branches.pop();
        if ended { 0 } else { ways }
    }

    /// Goes through what may not be done at all: what it assigns is unknown behind it.
    fn perhaps(&mut self, body: &[Statement]) -> bool {
        let from = self.assigned.len();
        let ended = self.list(body);
        for name in self.assigned.drain(from..) {
            self.variables.own.remove(&name);
        }
        ended
    }

    /// Goes on behind a point where some ways have ended.
    fn go_on(&mut self, point: u32, ways: u64, count: usize) -> bool {
        let all = OTHERWISE | ((1u64 << count.min(62)) - 1);
        if ways != all {
            self.branches.push(Branch { point, ways });
        }
        ways == 0
    }

    /// A chain: what stands before the last `||` that shrugs may fail.
    fn chain(&mut self, first: &Statement, rest: &[(&'static str, Statement)]) -> bool {
        let shrug = rest.iter().rposition(|(link, next)| *link == "||" && shrugs(&self.script, next));
        let place = shrug.and_then(|at| place(&self.script, &rest[at].1));
        let outer = self.ignores;
        for (at, statement) in std::iter::once(first).chain(rest.iter().map(|(_, next)| next)).enumerate() {
            self.ignores = outer.or(place.filter(|_| shrug.is_some_and(|last| at <= last)));
            self.statement(statement);
        }
        self.ignores = outer;
        false
    }

    fn turns(&mut self, name: &str, words: Option<&[Word]>, body: &[Statement]) {
        let script = Rc::clone(&self.script);
        let fields: Vec<Text> =
            words.unwrap_or_default().iter().flat_map(|word| self.variables.fields(&script, word)).collect();
        if (1..=MOST_TURNS).contains(&fields.len()) && fields.iter().all(Text::is_known) {
            for field in fields {
                self.variables.own.insert(name.to_owned(), Held::Text(field));
                self.list(body);
            }
        } else {
            self.variables.own.remove(name);
            self.perhaps(body);
        }
        self.variables.own.remove(name);
    }

    fn simple(&mut self, simple: &Simple) -> bool {
        let script = Rc::clone(&self.script);
        let name = simple.words.first().and_then(|word| plain(&script, word)).unwrap_or_default();
        let declares = matches!(name, "" | "export" | "local" | "readonly" | "declare" | "typeset");
        for assignment in &simple.assignments {
            if let Assigned::Word(word) = &assignment.value {
                self.note(std::slice::from_ref(word), None);
                if declares && !assignment.appends {
                    let value = self.variables.joined(&script, word);
                    self.assigned.push(assignment.name.clone());
                    self.variables.own.insert(assignment.name.clone(), Held::Text(value));
                    continue;
                }
            }
            if declares {
                self.variables.own.remove(&assignment.name);
            }
        }
        if simple.words.is_empty() || name == "export" {
            return false;
        }
        if let Some(body) = self.functions.get(name).cloned() {
            self.called.insert(name.to_owned());
            let words = self.variables_of(simple);
            let arguments = words.into_iter().skip(1).collect();
            let outer = std::mem::replace(&mut self.variables.arguments, arguments);
            let ignores = self.ignores;
            self.list(&body);
            (self.variables.arguments, self.ignores) = (outer, ignores);
            return false;
        }
        if name == "set" {
            self.set(simple);
        }
        let lines = simple.redirections.iter().filter_map(|from| from.document.as_ref()).next_back();
        let input = lines.map(|lines| script.slice(lines.range.clone()));
        self.note(&simple.words, input);
        matches!(name, "exit" | "return")
    }

    fn variables_of(&self, simple: &Simple) -> Vec<Text> {
        simple.words.iter().flat_map(|word| self.variables.fields(&self.script, word)).collect()
    }

    fn set(&mut self, simple: &Simple) {
        for word in simple.words.iter().skip(1) {
            match plain(&self.script, word) {
                Some("+e") => self.ignores = Some(self.script.span_of(word.range.clone())),
                Some(option) if option.starts_with('-') && option.contains('e') => self.ignores = None,
                _ => {}
            }
        }
    }

    fn note(&mut self, words: &[Word], input: Option<Text>) {
        self.spent += 1;
        let (Some(first), Some(last)) = (words.first(), words.last()) else { return };
        if self.spent <= MOST_CALLS {
            let place = self.script.span_of(first.range.start..last.range.end);
            let words = words.iter().flat_map(|word| self.variables.fields(&self.script, word)).collect();
            self.calls.push(Call { words, place, ignores: self.ignores, branches: self.branches.clone(), input });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use insta::assert_snapshot;

    fn show(script: &str) -> String {
        let text = Text::literal(script, Span::new(FileId(0), 0, script.len() as u32));
        let line = |call: &Call| {
            let words: Vec<&str> = call.words.iter().map(Text::value).collect();
            let ignores = call.ignores.map_or("", |span| &script[span.start as usize..span.end as usize]);
            let ways: String =
                call.branches.iter().map(|branch| format!(" {}/{:x}", branch.point, branch.ways)).collect();
            format!(
                "{}{}{ways}",
                words.join(" "),
                if ignores.is_empty() { String::new() } else { format!(" ~{ignores}") }
            )
        };
        let all = routines(&text, 0);
        let lines = all.iter().flat_map(|routine| {
            routine
                .name
                .iter()
                .map(|name| format!("[{name}]"))
                .chain(routine.calls.iter().map(line))
                .collect::<Vec<_>>()
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn failures_that_go_by_are_told_from_those_that_stop() {
        assert_snapshot!(show("a || true\nb && c || :\nd || exit 1\ne || { echo no; exit 1; }\nset +e\nf\nset -e\ng\n"), @r"
        a ~true
        true
        b ~:
        c ~:
        :
        d
        exit 1
        e
        echo no
        exit 1
        set +e ~+e
        f ~+e
        set -e
        g
        ");
    }

    #[test]
    fn ways_that_never_meet_have_no_bit_in_common() {
        assert_snapshot!(show("if x; then a; exit 0; fi\nb\ncase $1 in start) c ;; stop) d ;; esac\ne"), @r"
        x
        a 1/1
        exit 0 1/1
        b 1/4000000000000000
        c 1/4000000000000000 2/1
        d 1/4000000000000000 2/2
        e 1/4000000000000000
        ");
    }

    #[test]
    fn what_a_branch_assigns_holds_in_it_alone() {
        assert_snapshot!(show("A=1\nif x; then A=2; b $A; fi\nc $A\n"), @r"
        1
        x
        2 1/1
        b 2 1/1
        c $A
        ");
    }

    #[test]
    fn functions_stand_where_they_are_called() {
        assert_snapshot!(show("f() { a $1; }\ng() { b; }\nfor x in one two; do f $x; done\n"), @r"
        a one
        a two
        [g]
        b
        ");
    }
}
