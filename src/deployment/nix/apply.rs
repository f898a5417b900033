//! What functions answer that every module uses.

use super::parse::Parser;
use super::set::insert;
use crate::deployment::value::{Body, Value};
use crate::source::Text;

impl Parser<'_> {
    /// Answers what a function makes of its arguments; a hole, if that is not known here.
    pub(super) fn apply(&mut self, called: &str, mut arguments: Vec<Value>, start: usize) -> Value {
        let name = called.rsplit('.').next().unwrap_or(called);
        match (name, arguments.as_mut_slice()) {
            // Conditions and precedence decide whether, not what.
            ("mkIf" | "mkOverride" | "mkOrder", [_, value])
            | ("mkForce" | "mkDefault" | "mkBefore" | "mkAfter" | "toString", [value]) => {
                std::mem::replace(value, Value::null(self.span(start..start)))
            }
            ("mkMerge", [list]) => {
                let mut merged = Value { body: Body::Map(Vec::new()), ..Value::null(list.place) };
                for item in list.list().iter().filter(|item| matches!(item.body, Body::Map(_))) {
                    insert(&mut merged, &[], item.clone());
                }
                merged
            }
            ("concatStringsSep", [separator, list]) => {
                let separator = separator.text().cloned();
                self.joined(separator.as_ref(), list, start)
            }
            ("escapeShellArgs" | "concatStrings", [list]) => {
                let space = if name == "concatStrings" { "" } else { " " };
                let separator = Text::literal(space, list.place);
                self.joined(Some(&separator), list, start)
            }
            ("getExe", [package]) => {
                let package = package.clone();
                let written = package.text().map_or("", Text::value);
                let program = written.rsplit('.').next().unwrap_or_default().to_owned();
                self.program(&package, &program, start)
            }
            ("getExe'", [package, program]) => {
                let program = program.text().map_or(String::new(), |text| text.value().to_owned());
                let package = package.clone();
                self.program(&package, &program, start)
            }
            (
                "writeShellScript" | "writeScript" | "writeShellScriptBin" | "writeScriptBin" | "writeText",
                [file, content],
            ) => {
                let file = file.text().map_or("script", Text::value).replace('/', "-");
                let folder = if name.ends_with("Bin") {
                    format!("/nix/store/{file}/bin/{file}")
                } else {
                    format!("/nix/store/{file}")
                };
                let content = content.text().cloned();
                self.scripts.extend(content.map(|content| (folder.clone(), content)));
                let path = if name.ends_with("Bin") { format!("/nix/store/{file}") } else { folder };
                let place = self.span(start..self.scan.at);
                let text = Text::inexact(&path, place);
                self.scalar(text, start)
            }
            _ => self.hole(start),
        }
    }

    fn joined(&self, separator: Option<&Text>, list: &Value, start: usize) -> Value {
        let (Body::List(items), Some(separator)) = (&list.body, separator) else { return self.hole(start) };
        let mut text = Text::empty(list.place);
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                text.append(separator);
            }
            match item.text() {
                Some(item) => text.append(item),
                None => text.push_hole("${…}", item.place),
            }
        }
        self.scalar(text, start)
    }

    /// The path of a program of a package, whose folder nobody knows before it is built.
    fn program(&self, package: &Value, program: &str, start: usize) -> Value {
        let place = self.span(start..self.scan.at);
        let mut text = Text::empty(place);
        text.push_hole(package.text().map_or("", Text::value), place);
        text.push_inexact(&format!("/bin/{program}"), place);
        self.scalar(text, start)
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use crate::deployment::value::{Body, Value};
    use crate::source::{FileId, Span, Text};

    fn value(text: &str) -> Value {
        parse(&Text::literal(text, Span::new(FileId(0), 0, text.len() as u32))).value
    }

    fn shown(value: &Value) -> String {
        match &value.body {
            Body::Null => "null".into(),
            Body::Scalar(text) if text.is_known() => text.value().to_owned(),
            Body::Scalar(text) => format!("<{}>", text.value()),
            Body::List(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
            Body::Map(entries) => {
                let entries = entries.iter().map(|entry| format!("{}: {}", entry.key.value, shown(&entry.value)));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
            }
        }
    }

    #[test]
    fn literals_are_read_and_everything_else_is_open() {
        for (text, expected) in [
            ("{ a.b = 1; a.c = [ true \"x\" ./k ]; }", "{a: {b: 1, c: [true, x, ./k]}}"),
            ("{ config, lib, ... }: with lib; { a = mkIf config.x.enable { b = 2; }; }", "{a: {b: 2}}"),
            (
                "let n = \"hoodi\"; s = { p = 1; }; in { inherit n; a = \"-${n}-${toString s.p}\"; b = s.q or 3; }",
                "{n: hoodi, a: -hoodi-1, b: <s.q or 3>}",
            ),
            ("{ a = { x = 1; } // { y = 2; }; b = [ 1 ] ++ c ++ [ 2 ]; }", "{a: {x: 1, y: 2}, b: [1, <c>, 2]}"),
            ("{ a = ''\n    one \\\n      two ''${x} ${y}\n  ''; }", "{a: <one \\\n  two ${x} ${y}\n>}"),
            ("{ a = lib.mkMerge [ { b = 1; } (f x) { c = \"\\n\"; } ]; }", "{a: {b: 1, c: \n}}"),
            ("{ a = if x then 1 else 2; b = x: y: { c = 1; }; }", "{a: <if x then 1 else 2>, b: {c: 1}}"),
            (
                "{ a = lib.getExe pkgs.geth; b = concatStringsSep \",\" [ \"x\" \"y\" ]; }",
                "{a: <pkgs.geth/bin/geth>, b: x,y}",
            ),
            ("{ a = \"$HOME $${x} \\${y}\"; \"b c\".${d} = null; }", "{a: $HOME $${x} ${y}, b c: {${d}: null}}"),
        ] {
            assert_eq!(shown(&value(text)), expected, "{text}");
        }
    }

    #[test]
    fn hostile_files_end() {
        let deep = |open: &str| open.repeat(50_000);
        let double = (0..60).map(|at| format!("a{} = [ a{at} a{at} ]; ", at + 1)).collect::<String>();
        for text in [
            format!("[ 1 ]{}", deep(" ++ c")),
            deep("["),
            deep("{ a = "),
            deep("("),
            deep("\"${"),
            deep("''${"),
            deep("!"),
            deep("-"),
            deep("a: "),
            deep("if "),
            deep("let a = "),
            deep("with a; "),
            deep("f (x) "),
            deep("{ inherit "),
            deep("a."),
            deep("a ++ "),
            deep("a * "),
            deep("a + b * [ 1 ] ++ "),
            deep("ä"),
            format!("let a0 = \"x\"; {double} in a60"),
            deep("{}: "),
            deep("]"),
            deep("a@{ "),
        ] {
            value(&text);
        }
    }
}
