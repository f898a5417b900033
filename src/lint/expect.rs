//! What a card expects of a setting, and what is known about whether it is met.

use crate::invocation::{Answer, Setting};
use serde::Deserialize;

/// What a setting should be.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Expect {
    /// It has this value; a switch stands so.
    Equals(Value),
    /// It has any other value than this.
    Differs(Value),
    /// It has one of these values.
    OneOf(Vec<Value>),
    /// None of its items is this text.
    Lacks(String),
    /// It is a number of at least this.
    AtLeast(i64),
    /// It is a number of at most this.
    AtMost(i64),
    /// It is decided by a flag, a variable or a file (`true`), or by none of them (`false`).
    Set(bool),
}

/// A value as a card writes it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A switch's position.
    Switch(bool),
    /// A number.
    Number(i64),
    /// Anything else.
    Text(String),
}

/// What is known about an expectation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The setting is as it should be.
    Met,
    /// It is known to be otherwise.
    Broken,
    /// It cannot be known here.
    Unknown,
}

impl Expect {
    /// Judges what is known of a setting. What cannot be read as the kind of value expected is not known.
    #[must_use]
    pub fn judge(&self, answer: Answer<'_>) -> Verdict {
        if let Self::Set(wanted) = self {
            return match answer {
                Answer::Set(_) => Verdict::from(*wanted),
                Answer::Default(_) => Verdict::from(!*wanted),
                Answer::Unknown => Verdict::Unknown,
            };
        }
        match answer {
            Answer::Set(setting) => self.of_setting(setting),
            Answer::Default(Some(value)) => self.of_items(&[value]),
            Answer::Default(None) | Answer::Unknown => Verdict::Unknown,
        }
    }

    /// Judges a setting that is there. One item that breaks the expectation is enough, whatever else is not known.
    fn of_setting(&self, setting: &Setting) -> Verdict {
        if matches!(self, Self::Lacks(_)) {
            let items = setting.items();
            let known: Vec<&str> = items.iter().filter_map(|item| item.known()).collect();
            let verdict = self.of_items(&known);
            let all = known.len() == items.len();
            return if verdict == Verdict::Met && !all { Verdict::Unknown } else { verdict };
        }
        setting.known().map_or(Verdict::Unknown, |value| self.of_items(&[value.trim()]))
    }

    fn of_items(&self, items: &[&str]) -> Verdict {
        let first = items.first().copied().unwrap_or_default();
        match self {
            Self::Equals(value) => value.is(first),
            Self::Differs(value) => value.is(first).reversed(),
            Self::OneOf(values) => {
                let verdicts: Vec<Verdict> = values.iter().map(|value| value.is(first)).collect();
                let met = verdicts.contains(&Verdict::Met);
                if !met && verdicts.contains(&Verdict::Unknown) { Verdict::Unknown } else { Verdict::from(met) }
            }
            Self::Lacks(text) => Verdict::from(!items.contains(&text.as_str())),
            Self::AtLeast(least) => number(first).map_or(Verdict::Unknown, |number| Verdict::from(number >= *least)),
            Self::AtMost(most) => number(first).map_or(Verdict::Unknown, |number| Verdict::from(number <= *most)),
            Self::Set(_) => Verdict::Unknown,
        }
    }
}

impl Value {
    fn is(&self, text: &str) -> Verdict {
        match self {
            Self::Switch(wanted) => {
                switch(text).map_or(Verdict::Unknown, |position| Verdict::from(position == *wanted))
            }
            Self::Number(wanted) => number(text).map_or(Verdict::Unknown, |number| Verdict::from(number == *wanted)),
            Self::Text(wanted) => Verdict::from(text == wanted),
        }
    }
}

impl Verdict {
    fn reversed(self) -> Self {
        match self {
            Self::Met => Self::Broken,
            Self::Broken => Self::Met,
            Self::Unknown => Self::Unknown,
        }
    }
}

impl From<bool> for Verdict {
    fn from(met: bool) -> Self {
        if met { Self::Met } else { Self::Broken }
    }
}

/// Answers what is known of a switch: on, off, or nothing. A default is read like a value.
#[must_use]
pub fn position(answer: Answer<'_>) -> Option<bool> {
    match answer {
        Answer::Set(setting) => setting.is_on(),
        Answer::Default(value) => value.and_then(switch),
        Answer::Unknown => None,
    }
}

fn number(text: &str) -> Option<i64> {
    text.replace('_', "").parse().ok()
}

fn switch(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "on" | "yes" | "1" => Some(true),
        "false" | "off" | "no" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invocation::Carrier;
    use crate::source::{FileId, Span, Text};

    fn setting(value: Text) -> Setting {
        let place = value.span();
        let (name, spelling) = ("a".to_owned(), "--a".to_owned());
        Setting { name, value, more: Vec::new(), carrier: Carrier::Flag, place, spelling }
    }

    fn text(value: &str) -> Text {
        Text::literal(value, Span::new(FileId(0), 0, value.len() as u32))
    }

    #[test]
    fn unknown_is_neither_met_nor_broken() {
        let expect = Expect::Equals(Value::Switch(true));
        let mut hole = Text::empty(Span::new(FileId(0), 0, 4));
        hole.push_hole("${X}", Span::new(FileId(0), 0, 4));
        assert_eq!(expect.judge(Answer::Set(&setting(hole.clone()))), Verdict::Unknown);
        assert_eq!(expect.judge(Answer::Unknown), Verdict::Unknown);
        assert_eq!(expect.judge(Answer::Default(None)), Verdict::Unknown);
        assert_eq!(Expect::Set(true).judge(Answer::Set(&setting(hole))), Verdict::Met);
    }

    #[test]
    fn values_and_defaults_are_judged_alike() {
        let expect = Expect::Equals(Value::Switch(true));
        assert_eq!(expect.judge(Answer::Set(&setting(text("on")))), Verdict::Met);
        assert_eq!(expect.judge(Answer::Set(&setting(text("false")))), Verdict::Broken);
        assert_eq!(expect.judge(Answer::Default(Some("false"))), Verdict::Broken);
        assert_eq!(Expect::AtMost(2).judge(Answer::Default(Some("3"))), Verdict::Broken);
        let one_of = Expect::OneOf(vec![Value::Text("a".into()), Value::Text("b".into())]);
        assert_eq!(one_of.judge(Answer::Set(&setting(text("c")))), Verdict::Broken);
    }

    #[test]
    fn one_bad_item_breaks_a_list_with_holes() {
        let mut list = Text::literal("*,", Span::new(FileId(0), 0, 2));
        list.push_hole("${X}", Span::new(FileId(0), 2, 6));
        assert_eq!(Expect::Lacks("*".into()).judge(Answer::Set(&setting(list.clone()))), Verdict::Broken);
        assert_eq!(Expect::Lacks("+".into()).judge(Answer::Set(&setting(list))), Verdict::Unknown);
    }
}
