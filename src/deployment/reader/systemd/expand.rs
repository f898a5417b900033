//! Fills specifiers (`%i`) and variables (`${NAME}`, `$NAME`) in the words of a unit file by systemd's own rules.

use super::words;
use crate::deployment::Variable;
use crate::source::Text;

/// No word gets more pieces, and no value is longer.
const LONGEST: usize = 64 << 10;

/// What a unit is called.
#[derive(Debug, Clone)]
pub(super) struct Names {
    /// The name in full: `validator@1.service`.
    pub full: String,
    /// The instance, of a template's unit; nothing if nobody says which instances there are.
    pub instance: Option<String>,
    /// The unit is one of a template.
    pub template: bool,
    /// A user's own manager runs it.
    pub user: bool,
}

impl Names {
    /// What a specifier stands for; nothing if that is not known here.
    fn specifier(&self, sign: char) -> Option<String> {
        let bare = self.full.rsplit_once('.').map_or(self.full.as_str(), |(bare, _)| bare);
        let root = |path: &str| (!self.user).then(|| path.to_owned());
        match sign {
            '%' => Some("%".into()),
            'i' | 'I' if self.template => match (sign, &self.instance) {
                ('I', Some(instance)) => Some(instance.replace('-', "/")),
                (_, instance) => instance.clone(),
            },
            'i' | 'I' => Some(String::new()),
            'n' | 'N' if self.template && self.instance.is_none() => None,
            'n' => Some(self.full.clone()),
            'N' => Some(bare.to_owned()),
            'p' | 'P' => Some(bare.split('@').next().unwrap_or(bare).to_owned()),
            'j' | 'J' => Some(bare.split('@').next().unwrap_or(bare).rsplit('-').next().unwrap_or(bare).to_owned()),
            'h' => root("/root"),
            'u' => root("root"),
            'U' => root("0"),
            't' => root("/run"),
            'S' => root("/var/lib"),
            'C' => root("/var/cache"),
            'L' => root("/var/log"),
            'E' => root("/etc"),
            'T' => Some("/tmp".into()),
            'V' => Some("/var/tmp".into()),
            _ => None,
        }
    }
}

/// Fills the specifiers of a word.
pub(super) fn specifiers(word: &Text, names: &Names) -> Text {
    let value = word.value();
    if !value.contains('%') {
        return word.clone();
    }
    let mut filled = Text::empty(word.span());
    let mut from = 0;
    let mut signs = value.char_indices().peekable();
    while let Some((at, sign)) = signs.next() {
        let Some((next, letter)) = signs.peek().copied().filter(|_| sign == '%') else { continue };
        if !word.is_known_in(at..next + letter.len_utf8()) || !(letter.is_ascii_alphabetic() || letter == '%') {
            continue;
        }
        signs.next();
        let end = next + letter.len_utf8();
        filled.append(&word.slice(from..at));
        let span = word.span_of(at..end);
        match names.specifier(letter) {
            Some(known) => filled.push_inexact(&known, span),
            None => filled.push_hole(&value[at..end], span),
        }
        from = end;
    }
    filled.append(&word.slice(from..value.len()));
    filled
}

/// Fills the variables of words: `$NAME` alone is cut at blanks, `${NAME}` stands within a word. What nothing sets stays a hole.
pub(super) fn variables(words: &[Text], env: &[Variable]) -> Vec<Text> {
    let mut filled = Vec::new();
    for word in words {
        match alone(word) {
            Some(name) => match find(env, name) {
                Some(value) => filled.extend(words::split(&value.used_at(word.span()))),
                None => filled.push(hole(word)),
            },
            None => filled.push(within(word, env)),
        }
    }
    filled
}

/// The name of a variable that is a word by itself: `$NAME`.
fn alone(word: &Text) -> Option<&str> {
    let name = word.known()?.strip_prefix('$')?;
    is_name(name).then_some(name)
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn find<'e>(env: &'e [Variable], name: &str) -> Option<&'e Text> {
    env.iter().rev().find(|variable| variable.name.value == name).map(|variable| &variable.value)
}

fn hole(word: &Text) -> Text {
    let mut hole = Text::empty(word.span());
    hole.push_hole(word.value(), word.span());
    hole
}

/// Fills `${NAME}` and `$$` in a word.
fn within(word: &Text, env: &[Variable]) -> Text {
    let value = word.value();
    if !value.contains('$') {
        return word.clone();
    }
    let mut filled = Text::empty(word.span());
    let mut from = 0;
    while let Some(at) = value.get(from..).and_then(|rest| rest.find('$')).map(|at| from + at) {
        filled.append(&word.slice(from..at));
        let rest = value.get(at + 1..).unwrap_or_default();
        let name = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')).map(|(name, _)| name);
        let end = match name {
            Some(name) => at + name.len() + 3,
            None if rest.starts_with('$') => at + 2,
            None => at + 1,
        };
        let part = word.slice(at..end);
        match name {
            _ if !part.is_known() => filled.append(&part),
            None => filled.append(&word.slice(at..at + 1)),
            Some(name) => match find(env, name).filter(|value| value.value().len() + filled.value().len() < LONGEST) {
                Some(value) => filled.append(&value.used_at(part.span())),
                None => filled.push_hole(part.value(), part.span()),
            },
        }
        from = end;
    }
    filled.append(&word.slice(from..value.len()));
    filled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span, Spanned};

    fn text(value: &str) -> Text {
        Text::literal(value, Span::new(FileId(0), 0, value.len() as u32))
    }

    fn shown(line: &str) -> String {
        let set = |name: &str, value: &str| Variable {
            name: Spanned::new(name.to_owned(), Span::new(FileId(0), 0, 0)),
            value: text(value),
        };
        let env = [set("ARGS", "vc --a 'b c'"), set("NET", "hoodi main"), set("EMPTY", "")];
        let names = Names { full: "v@1-a.service".into(), instance: Some("1-a".into()), template: true, user: false };
        let words: Vec<Text> = words::split(&text(line)).iter().map(|word| specifiers(word, &names)).collect();
        let words = variables(&words, &env);
        let show = |word: &Text| if word.is_known() { word.value().to_owned() } else { format!("<{word}>") };
        words.iter().map(show).collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn a_variable_alone_is_cut_at_blanks_and_one_in_braces_is_not() {
        assert_eq!(
            shown("x $ARGS --net=${NET} $EMPTY ${EMPTY} $$A a$ARGS"),
            "x | vc | --a | b c | --net=hoodi main |  | $A | a$ARGS"
        );
        assert_eq!(shown("$NONE --x=${NONE} ${NET:-d}"), "<$NONE> | <--x=${NONE}> | <${NET:-d}>");
    }

    #[test]
    fn specifiers_name_the_unit() {
        assert_eq!(
            shown("%i %I %n %N %p %S/x 100%% %H"),
            "1-a | 1/a | v@1-a.service | v@1-a | v | /var/lib/x | 100% | <%H>"
        );
    }
}
