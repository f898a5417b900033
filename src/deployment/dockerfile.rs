//! What a Dockerfile of the tree says about its image: what it is built on, what it starts, and which files it takes in.

use super::interpolate::{Scope, interpolate};
use super::model::Variable;
use super::words;
use crate::source::{Spanned, Text};

/// An image as its Dockerfile describes it, stages it builds on included.
#[derive(Debug, Clone, Default)]
pub(super) struct Image {
    /// The image of `FROM`, where the stages begin.
    pub base: Option<Text>,
    pub entrypoint: Option<Vec<Text>>,
    pub command: Option<Vec<Text>>,
    pub env: Vec<Variable>,
    /// Sources in the build context, and where each is put.
    pub copies: Vec<(String, String)>,
}

struct Stage {
    name: String,
    image: Image,
}

/// Reads a Dockerfile up to its last stage, or to the one named `target`; `arguments` are those of the build.
pub(super) fn read(text: &Text, arguments: &Scope, target: Option<&str>) -> Option<Image> {
    let mut scope = Scope::default();
    let mut stages: Vec<Stage> = Vec::new();
    for line in instructions(text) {
        let Some((name, rest)) = word(&line) else { continue };
        let name = name.value().to_ascii_uppercase();
        if name == "ARG" {
            argument(&rest, arguments, &mut scope);
        } else if name == "FROM" {
            stages.push(stage(&rest, &scope, &stages));
        } else if let Some(stage) = stages.last_mut() {
            // What is built from arguments that nobody sees stays unknown.
            let rest = if name == "ENV" { interpolate(&rest, &scope, &mut Vec::new()) } else { rest };
            stage.image.take(&name, &rest);
        }
    }
    let last = stages.len().checked_sub(1)?;
    let at = target.and_then(|target| stages.iter().position(|stage| stage.name == target)).unwrap_or(last);
    Some(stages.swap_remove(at).image)
}

/// Cuts a Dockerfile into instructions; lines that go on are put together.
fn instructions(text: &Text) -> Vec<Text> {
    let value = text.value();
    let mut found = Vec::new();
    let mut current: Option<Text> = None;
    let mut document: Option<String> = None;
    let mut start = 0;
    for line in value.split_inclusive('\n') {
        let (from, end) = (start, start + line.trim_end().len());
        start += line.len();
        let plain = line.trim();
        if let Some(delimiter) = &document {
            if plain == delimiter {
                document = None;
            }
            continue;
        }
        if plain.starts_with('#') || (plain.is_empty() && current.is_none()) {
            continue;
        }
        let goes_on = plain.ends_with('\\') || plain.is_empty();
        let end = if plain.ends_with('\\') { end - 1 } else { end };
        let piece = text.slice(from..end.max(from));
        match &mut current {
            Some(instruction) => instruction.append(&piece),
            None => current = Some(piece),
        }
        if !goes_on {
            document = here_document(plain);
            found.extend(current.take());
        }
    }
    found.extend(current);
    found
}

fn here_document(line: &str) -> Option<String> {
    let (before, after) = line.split_once("<<")?;
    let copies = ["RUN", "COPY", "ADD"].iter().any(|name| before.trim_start().to_ascii_uppercase().starts_with(name));
    let name = after.trim_start_matches('-').split_whitespace().next()?;
    copies.then(|| name.trim_matches(['"', '\'']).to_owned())
}

/// Cuts the first word off.
fn word(line: &Text) -> Option<(Text, Text)> {
    let line = line.trim();
    let end = line.value().find(char::is_whitespace)?;
    Some((line.slice(0..end), line.slice(end..line.value().len()).trim()))
}

fn argument(rest: &Text, arguments: &Scope, scope: &mut Scope) {
    let (name, default) = match rest.split_once('=') {
        Some((name, value)) => (name, words::split(&value).words.into_iter().next()),
        None => (rest.clone(), None),
    };
    let name = name.value().trim();
    let default = default.map(|value| interpolate(&value, scope, &mut Vec::new()));
    if let Some(value) = arguments.values.get(name).cloned().or(default) {
        scope.values.insert(name.to_owned(), value);
    }
}

fn stage(rest: &Text, scope: &Scope, stages: &[Stage]) -> Stage {
    let words = words::split(&interpolate(rest, scope, &mut Vec::new())).words;
    let mut words = words.iter().filter(|word| !word.value().starts_with("--"));
    let base = words.next().cloned();
    let name = words.nth(1).map_or("", Text::value).to_owned();
    let known = base.as_ref().and_then(Text::known).and_then(|base| {
        stages.iter().rev().find(|stage| !stage.name.is_empty() && stage.name.eq_ignore_ascii_case(base))
    });
    let image = match known {
        Some(stage) => Image { copies: stage.image.copies.clone(), ..stage.image.clone() },
        None => Image { base, ..Image::default() },
    };
    Stage { name, image }
}

impl Image {
    fn take(&mut self, instruction: &str, rest: &Text) {
        match instruction {
            "ENTRYPOINT" => {
                self.entrypoint = Some(program(rest));
                // Docker forgets the command of the image that it is built on.
                self.command = None;
            }
            "CMD" => self.command = Some(program(rest)),
            "ENV" => self.env(rest),
            "COPY" | "ADD" => self.copy(rest),
            _ => {}
        }
    }

    fn env(&mut self, rest: &Text) {
        let words = words::split(rest).words;
        let old_form = words.first().is_some_and(|word| !word.value().contains('='));
        if old_form {
            if let Some((name, value)) = word(rest) {
                self.env.push(Variable { name: Spanned::new(name.value().to_owned(), name.span()), value });
            }
            return;
        }
        for (name, value) in words.iter().filter_map(|word| word.split_once('=')) {
            self.env.push(Variable { name: Spanned::new(name.value().to_owned(), name.span()), value });
        }
    }

    fn copy(&mut self, rest: &Text) {
        let words = list(rest).unwrap_or_else(|| words::split(rest).words);
        if words.iter().any(|word| word.value().starts_with("--from")) {
            return;
        }
        let paths: Vec<&str> = words.iter().map(Text::value).filter(|word| !word.starts_with("--")).collect();
        let Some((target, sources)) = paths.split_last() else { return };
        for source in sources {
            let folder = target.ends_with('/') || sources.len() > 1;
            let name = if folder { super::tree::name(source.trim_end_matches('/')) } else { "" };
            self.copies.push((
                (*source).to_owned(),
                format!("{target}{}{name}", if folder && !target.ends_with('/') { "/" } else { "" }),
            ));
        }
    }
}

/// Reads the exec form, a JSON list, or else the shell form.
fn program(rest: &Text) -> Vec<Text> {
    list(rest)
        .unwrap_or_else(|| vec![Text::inexact("/bin/sh", rest.span()), Text::inexact("-c", rest.span()), rest.clone()])
}

fn list(rest: &Text) -> Option<Vec<Text>> {
    let value = rest.value();
    if !value.starts_with('[') || !value.ends_with(']') {
        return None;
    }
    let mut items = Vec::new();
    let mut start = None;
    let mut escaped = false;
    for (at, byte) in value.bytes().enumerate() {
        match (byte, start) {
            _ if escaped => escaped = false,
            (b'\\', Some(_)) => escaped = true,
            (b'"', None) => start = Some(at + 1),
            (b'"', Some(from)) => {
                items.push(rest.slice(from..at));
                start = None;
            }
            _ => {}
        }
    }
    start.is_none().then_some(items)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    fn image(text: &str, target: Option<&str>) -> Image {
        let text = Text::literal(text, Span::new(FileId(0), 0, text.len() as u32));
        read(&text, &Scope::default(), target).expect("has a stage")
    }

    fn values(words: Option<&Vec<Text>>) -> Vec<&str> {
        words.into_iter().flatten().map(Text::value).collect()
    }

    #[test]
    fn the_last_stage_decides() {
        let text = "ARG TAG=v8.0.0\nFROM sigp/lighthouse:${TAG} AS base # x\nENV A=1 B=\"two words\"\nENTRYPOINT [\"lighthouse\"]\nFROM golang AS builder\nRUN <<EOF\nCMD bad\nEOF\nFROM base\n# comment\nCOPY --chown=a ./run.sh \\\n  # inside\n  /usr/local/bin/\nCOPY --from=builder /x /y\nCMD [\"vc\", \"--a b\"]\n";
        let image = image(text, None);
        assert_eq!(image.base.as_ref().map(Text::value), Some("sigp/lighthouse:v8.0.0"));
        assert_eq!(values(image.entrypoint.as_ref()), ["lighthouse"]);
        assert_eq!(values(image.command.as_ref()), ["vc", "--a b"]);
        assert_eq!(image.env.iter().map(|env| env.value.value()).collect::<Vec<_>>(), ["1", "two words"]);
        assert_eq!(image.copies, [("./run.sh".to_owned(), "/usr/local/bin/run.sh".to_owned())]);
    }

    #[test]
    fn shell_form_is_a_script_and_targets_are_taken() {
        let text = "FROM a AS one\nENTRYPOINT exec geth $X\nFROM b AS two\n";
        let image = image(text, Some("one"));
        assert_eq!(values(image.entrypoint.as_ref()), ["/bin/sh", "-c", "exec geth $X"]);
        assert_eq!(image.base.as_ref().map(Text::value), Some("a"));
    }
}
