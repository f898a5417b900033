//! What a script puts into its variables, and which of them it passes on.

use super::expand::Held;
use super::model::{Part, Word};
use super::parse::{Assigned, Assignment, Simple};
use super::run::Shell;
use crate::deployment::Variable;
use crate::source::{Spanned, Text};

impl Shell<'_> {
    pub(super) fn assign(&mut self, script: &Text, assignment: &Assignment) {
        let before = self.variables.own.remove(&assignment.name);
        let after = match &assignment.value {
            Assigned::Word(word) => self.assigned(script, assignment, word, before),
            Assigned::List(words) => self.listed(script, assignment.appends, words, before),
        };
        self.variables.own.insert(assignment.name.clone(), after);
    }

    fn assigned(&mut self, script: &Text, assignment: &Assignment, word: &Word, before: Option<Held>) -> Held {
        let outer = self.variables.outer.get(&assignment.name).cloned().map(Held::Text);
        let before = before.or(outer);
        if self.conditions == 0 {
            if let Some(before) = before {
                self.variables.own.insert(assignment.name.clone(), before);
            }
            let mut value = match (assignment.appends, self.variables.own.get(&assignment.name)) {
                (true, Some(Held::Text(text))) => text.clone(),
                _ => Text::empty(script.span_of(word.range.clone())),
            };
            value.append(&self.variables.joined(script, word));
            return Held::Text(value);
        }
        // Under a condition, only what is added to a value is in doubt.
        let added = hole(script, word);
        match before {
            Some(Held::Text(mut text)) if assignment.appends || continues(word, &assignment.name) => {
                text.push_inexact(" ", added.span());
                text.append(&added);
                Held::Text(text)
            }
            _ => Held::Text(added),
        }
    }

    fn listed(&mut self, script: &Text, appends: bool, words: &[Word], before: Option<Held>) -> Held {
        let mut items = match before {
            Some(Held::List(items)) if appends => items,
            Some(Held::Text(text)) if appends => vec![text],
            _ => Vec::new(),
        };
        let more = words.iter().flat_map(|word| self.variables.fields(script, word));
        let certain = self.conditions == 0;
        items.extend(more.map(|word| if certain { word } else { doubtful(&word) }));
        Held::List(items)
    }

    /// A variable that is set for one command.
    pub(super) fn variable(&self, script: &Text, assignment: &Assignment) -> Option<Variable> {
        let Assigned::Word(word) = &assignment.value else { return None };
        let value = self.variables.joined(script, word);
        Some(Variable { name: Spanned::new(assignment.name.clone(), value.span()), value })
    }

    pub(super) fn export(&mut self, simple: &Simple, words: &[Text]) {
        let named = words.iter().skip(1).filter_map(|word| Some((word.known()?.to_owned(), word.span())));
        let assigned = simple.assignments.iter().map(|assignment| (assignment.name.clone(), None));
        let names: Vec<_> = assigned.chain(named.map(|(name, span)| (name, Some(span)))).collect();
        for (name, span) in names {
            if let Some(Held::Text(value)) = self.variables.own.get(&name) {
                let span = span.unwrap_or(value.span());
                self.exported.push(Variable { name: Spanned::new(name, span), value: value.clone() });
            }
        }
    }
}

/// Tells whether a value begins with what the variable held before (`X="$X --more"`).
fn continues(word: &Word, name: &str) -> bool {
    matches!(word.parts.first(), Some(Part::Variable(variable)) if variable.name == name)
}

fn hole(script: &Text, word: &Word) -> Text {
    let span = script.span_of(word.range.clone());
    let mut text = Text::empty(span);
    text.push_hole(script.value().get(word.range.clone()).unwrap_or_default(), span);
    text
}

/// Makes a hole of a word that may not be there at all.
pub(super) fn doubtful(word: &Text) -> Text {
    let mut text = Text::empty(word.span());
    text.push_hole(if word.value().is_empty() { "\"\"" } else { word.value() }, word.span());
    text
}
