//! Images that are built from the tree.

use super::dockerfile::{self, Image};
use super::interpolate::Scope;
use super::tree;
use super::value::Value;
use crate::source::{Span, Text};
use crate::workspace::{SourceFile, Workspace};

/// How a service's image is built.
#[derive(Debug)]
pub(super) struct Build {
    /// The folder of the tree that files are taken from.
    context: String,
    /// What the Dockerfile says.
    pub image: Image,
}

impl Build {
    /// Reads the `build` of a service; nothing if its context is not in the tree. A Dockerfile that is not found says nothing.
    pub fn read(value: &Value, base: &str, workspace: &Workspace) -> Option<Self> {
        let context = value.text().or_else(|| value.text_of("context")).and_then(Text::known).unwrap_or(".");
        let context = tree::join(base, context)?;
        let arguments = arguments(value);
        let target = value.text_of("target").and_then(Text::known);
        let text = match value.text_of("dockerfile_inline") {
            Some(text) => Some(text.clone()),
            None => dockerfile(value, &context, workspace),
        };
        let image = text.and_then(|text| dockerfile::read(&text, &arguments, target)).unwrap_or_default();
        Some(Self { context, image })
    }

    /// Reads a Dockerfile that nobody names: it is built in its own folder.
    pub fn of_file(file: &SourceFile) -> Option<Self> {
        let text = file.text()?;
        let text = Text::literal(text, Span::new(file.id, 0, text.len() as u32));
        let image = dockerfile::read(&text, &Scope::default(), None)?;
        Some(Self { context: file.folder().to_owned(), image })
    }

    /// Answers the file of the tree that the image has at a path, or by a name on its search path.
    pub fn file<'w>(&self, path: &str, workspace: &'w Workspace) -> Option<&'w SourceFile> {
        let wanted = tree::name(path);
        for (source, target) in &self.image.copies {
            let source = tree::join(&self.context, source)?;
            let exact = target == path || (!path.contains('/') && tree::name(target) == wanted);
            if let Some(file) = workspace.find(&source).filter(|_| exact || tree::name(&source) == wanted) {
                return Some(file);
            }
            let inside =
                path.strip_prefix(target.trim_end_matches('/')).map_or(wanted, |rest| rest.trim_start_matches('/'));
            if let Some(file) = tree::join(&source, inside).and_then(|path| workspace.find(&path)) {
                return Some(file);
            }
        }
        // Scripts lie beside their Dockerfile, whichever of several it is.
        workspace.find(&tree::join(&self.context, wanted)?)
    }
}

fn dockerfile(value: &Value, context: &str, workspace: &Workspace) -> Option<Text> {
    let name = match value.text_of("dockerfile") {
        Some(name) => name.known()?,
        None => "Dockerfile",
    };
    let file = workspace.find(&tree::join(context, name)?)?;
    let text = file.text()?;
    Some(Text::literal(text, Span::new(file.id, 0, text.len() as u32)))
}

fn arguments(value: &Value) -> Scope {
    let mut scope = Scope::default();
    for item in value
        .get("args")
        .into_iter()
        .flat_map(|args| if args.entries().is_empty() { args.list() } else { std::slice::from_ref(args) })
    {
        for entry in item.entries() {
            if let Some(text) = entry.value.text() {
                scope.values.insert(entry.key.value.clone(), text.clone());
            }
        }
        if let Some((name, value)) = item.text().and_then(|text| text.split_once('=')) {
            scope.values.insert(name.value().to_owned(), value);
        }
    }
    scope
}
