//! The characters of a Nix file: blanks, remarks, names and what stands between brackets.

/// A place in a text, and how to get on from there. It never stands inside a character.
#[derive(Debug, Clone)]
pub(super) struct Scan<'t> {
    pub text: &'t str,
    pub at: usize,
}

impl<'t> Scan<'t> {
    /// Answers what is left.
    pub fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Answers the next character.
    pub fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Tells whether a text comes next.
    pub fn sees(&self, text: &str) -> bool {
        self.rest().starts_with(text)
    }

    /// Goes over one character.
    pub fn step(&mut self) {
        self.at += self.peek().map_or(0, char::len_utf8);
    }

    /// Goes over a text if it comes next, after blanks.
    pub fn takes(&mut self, text: &str) -> bool {
        self.skip();
        let seen = self.sees(text);
        self.at += if seen { text.len() } else { 0 };
        seen
    }

    /// Goes over blanks and remarks.
    pub fn skip(&mut self) {
        loop {
            let rest = self.rest();
            let blank = rest.len() - rest.trim_start().len();
            self.at += blank;
            let rest = self.rest();
            let remark = if rest.starts_with('#') {
                rest.find('\n').unwrap_or(rest.len())
            } else if rest.starts_with("/*") {
                rest.find("*/").map_or(rest.len(), |end| end + 2)
            } else {
                0
            };
            if blank + remark == 0 {
                return;
            }
            self.at += remark;
        }
    }

    /// Answers the name that comes next, without going over it.
    pub fn name(&self) -> Option<&'t str> {
        let rest = self.rest();
        let starts = rest.chars().next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
        let end = rest.find(|next: char| !(next.is_ascii_alphanumeric() || "_-'".contains(next))).unwrap_or(rest.len());
        rest.get(..end).filter(|_| starts)
    }

    /// Goes over a name if it is this one.
    pub fn takes_name(&mut self, wanted: &str) -> bool {
        self.skip();
        let seen = self.name() == Some(wanted);
        self.at += if seen { wanted.len() } else { 0 };
        seen
    }

    /// Goes over everything up to the bracket that closes the one that comes next, and over that.
    pub fn skip_brackets(&mut self) {
        let mut depth = 0usize;
        loop {
            self.skip();
            match self.peek() {
                None => return,
                Some('"') => self.skip_string(),
                Some('\'') if self.sees("''") => self.skip_indented(),
                Some('(' | '[' | '{') => {
                    depth += 1;
                    self.step();
                }
                Some(')' | ']' | '}') => {
                    depth = depth.saturating_sub(1);
                    self.step();
                }
                Some(_) => self.step(),
            }
            if depth == 0 {
                return;
            }
        }
    }

    /// Goes over a text in quotes; what is filled in is passed over as if it held no quotes of its own.
    fn skip_string(&mut self) {
        self.step();
        while let Some(next) = self.peek() {
            self.step();
            match next {
                '\\' => self.step(),
                '"' => return,
                _ => {}
            }
        }
    }

    fn skip_indented(&mut self) {
        self.at += 2;
        let rest = self.rest();
        let mut from = 0;
        while let Some(at) = rest.get(from..).and_then(|rest| rest.find("''")).map(|at| from + at) {
            let escapes = rest.get(at + 2..).is_some_and(|behind| behind.starts_with(['$', '\'', '\\']));
            from = at + 2 + usize::from(escapes);
            if !escapes {
                self.at += from;
                return;
            }
        }
        self.at = self.text.len();
    }

    /// Tells whether what comes next in braces names the arguments of a function, and is no set.
    pub fn is_formals(&self) -> bool {
        let mut ahead = self.clone();
        ahead.step();
        ahead.skip();
        if ahead.sees("...") {
            return true;
        }
        if let Some(name) = ahead.name() {
            ahead.at += name.len();
            ahead.skip();
            if ahead.sees(",") || ahead.sees("?") {
                return true;
            }
        }
        // `{ }: …` and `{ a }: …`
        ahead.skip();
        ahead.takes("}") && (ahead.takes(":") || ahead.takes("@"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_are_passed_over_whatever_stands_in_them() {
        for (text, rest) in [
            ("{ a = \"}\"; b = ''}'${x}''; } x", " x"),
            ("[ # ]\n ] y", " y"),
            ("( /* ) */ ''a'''b''${c}'' ) z", " z"),
            ("{ a", ""),
        ] {
            let mut scan = Scan { text, at: 0 };
            scan.skip_brackets();
            assert_eq!(scan.rest(), rest, "{text}");
        }
    }

    #[test]
    fn functions_are_told_from_sets() {
        for (text, expected) in [
            ("{ a, b }: x", true),
            ("{ ... }: x", true),
            ("{ }: x", true),
            ("{ a ? 1 }: x", true),
            ("{ a }@b: x", true),
            ("{ }", false),
            ("{ a = 1; }", false),
            ("{ inherit a; }", false),
        ] {
            assert_eq!(Scan { text, at: 0 }.is_formals(), expected, "{text}");
        }
    }
}
