//! `copy`, `template` and the like: what is brought to a host, and where it lies there.

use crate::deployment::reader::ansible::datum::Datum;
use crate::deployment::reader::ansible::deed::What;
use crate::deployment::reader::ansible::jinja::render;
use crate::deployment::reader::ansible::task::{Frame, Task};
use crate::deployment::tree;
use crate::source::{Sources, Span, Text};

/// Copies a file or folder of the tree, or writes a text that stands in the task.
pub(super) fn copy(arguments: &Datum, task: &Task<'_>, frame: &Frame<'_>) -> Vec<What> {
    let target = arguments.get("dest").or_else(|| arguments.get("path")).and_then(Datum::shown);
    let Some(target) = target else { return Vec::new() };
    let workspace = frame.scope.site.world.workspace;
    if let Some(content) = arguments.get("content").and_then(Datum::shown) {
        let source = workspace.path(content.file()).to_owned();
        return vec![What::Write { source, target: target.clone(), content: content.clone() }];
    }
    let remote = |key: &str| arguments.get(key).and_then(Datum::switch) == Some(true);
    if remote("remote_src") || arguments.get("mode").and_then(Datum::known) == Some("pull") {
        return Vec::new();
    }
    let Some(named) = arguments.get("src").and_then(Datum::known) else { return Vec::new() };
    let Some(source) = frame.scope.find(named, &["files"]) else { return Vec::new() };
    // A folder with a slash behind it is copied without its name.
    let folder = workspace.find(&source).is_none();
    let whole = folder && task.name != "unarchive" && !named.ends_with('/');
    let into = !folder && target.value().ends_with('/');
    let target = if whole || into { below(target, tree::name(&source)) } else { target.clone() };
    let file = workspace.find(&source).filter(|file| file.text().is_some());
    match file.and_then(|file| Some((file, file.text()?))) {
        Some((file, text)) => {
            let content = Text::literal(text, Span::new(file.id, 0, text.len() as u32));
            vec![What::Copy { source: source.clone(), target: target.clone() }, What::Write { source, target, content }]
        }
        None => vec![What::Copy { source, target }],
    }
}

/// Takes a file or folder away.
pub(super) fn clear(arguments: &Datum, _: &Task<'_>, _: &Frame<'_>) -> Vec<What> {
    if arguments.get("state").and_then(Datum::known) != Some("absent") {
        return Vec::new();
    }
    let path = ["path", "dest", "name"].iter().find_map(|key| arguments.get(key)?.shown());
    path.cloned().map(What::Clear).into_iter().collect()
}

fn below(folder: &Text, name: &str) -> Text {
    let mut path = folder.clone();
    let slash = if folder.value().ends_with('/') { "" } else { "/" };
    path.push_inexact(&format!("{slash}{name}"), folder.span());
    path
}

/// Renders a template of the tree, and writes what comes out.
pub(super) fn template(arguments: &Datum, _: &Task<'_>, frame: &Frame<'_>) -> Vec<What> {
    let target = arguments.get("dest").or_else(|| arguments.get("path")).and_then(Datum::shown);
    let source =
        arguments.get("src").and_then(Datum::known).and_then(|name| frame.scope.find(name, &["templates", "files"]));
    let (Some(target), Some(source)) = (target, source) else { return Vec::new() };
    let file = frame.scope.site.world.workspace.find(&source);
    let Some((file, text)) = file.and_then(|file| Some((file, file.text()?))) else { return Vec::new() };
    let template = Text::literal(text, Span::new(file.id, 0, text.len() as u32));
    let content = render(&template, &frame.scope);
    let bare = tree::name(&source).trim_end_matches(".j2").to_owned();
    let target = if target.value().ends_with('/') { below(target, &bare) } else { target.clone() };
    vec![What::Write { source, target, content }]
}
