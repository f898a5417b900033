//! A folder of Terraform files: its blocks, and the values of its variables.

use crate::deployment::hcl::{Block, Body, Expression, Scope, of_document, parse};
use crate::deployment::tree;
use crate::deployment::value::{Body as Held, Entry, Tag, Value};
use crate::source::{Span, Spanned, Text};
use crate::workspace::{SourceFile, Workspace};
use std::collections::BTreeMap;

/// Longer files are not read.
const LONGEST: usize = 1 << 20;

/// A folder of Terraform files.
pub(super) struct Module {
    pub folder: String,
    /// Its blocks, in order of file and place.
    pub blocks: Vec<Block>,
    /// Variables that its live files set (`terraform.tfvars`, `*.auto.tfvars`).
    given: Body,
}

/// Reads every module of a tree, by its folder.
pub(super) fn modules(workspace: &Workspace) -> BTreeMap<String, Module> {
    let mut modules: BTreeMap<String, Module> = BTreeMap::new();
    for file in workspace.written().filter(|file| is_source(file.name())) {
        let folder = file.folder().to_owned();
        let module = modules.entry(folder.clone()).or_insert_with(|| Module {
            folder,
            blocks: Vec::new(),
            given: Body::default(),
        });
        module.blocks.extend(content(file).blocks);
    }
    let live = |name: &str| {
        let name = name.strip_suffix(".json").unwrap_or(name);
        name == "terraform.tfvars" || name.ends_with(".auto.tfvars")
    };
    for file in workspace.written().filter(|file| live(file.name())) {
        if let Some(module) = modules.get_mut(file.folder()) {
            module.given.attributes.extend(content(file).attributes);
        }
    }
    modules
}

/// Tells whether Terraform takes a file of this name.
pub(super) fn is_source(name: &str) -> bool {
    name.ends_with(".tf") || name.ends_with(".tf.json")
}

fn content(file: &SourceFile) -> Body {
    if file.name().ends_with(".json") {
        return file.document().and_then(|document| document.root()).map_or_else(Body::default, of_document);
    }
    match file.text().filter(|text| text.len() <= LONGEST) {
        Some(text) => parse(&Text::literal(text, Span::new(file.id, 0, text.len() as u32))),
        None => Body::default(),
    }
}

impl Module {
    /// Answers what is known in the module; `arguments` are what the module that calls it gives.
    pub fn scope<'a>(&'a self, arguments: &[Entry], file: &'a dyn Fn(&str) -> Option<Text>) -> Scope<'a> {
        let mut scope = Scope::new(BTreeMap::new(), file);
        for locals in self.blocks.iter().filter(|block| block.kind.value == "locals") {
            let named = locals.body.attributes.iter().map(|one| (one.name.value.clone(), &one.value));
            scope.locals.extend(named);
        }
        let here = Span::new(crate::source::FileId(0), 0, 0);
        let word = |text: &str| Value { place: here, tag: Tag::None, body: Held::Scalar(Text::literal(text, here)) };
        let places =
            ["module", "root", "cwd"].map(|name| Entry { key: Spanned::new(name.to_owned(), here), value: word(".") });
        scope.names.insert("path".into(), map(places.to_vec(), here));
        let variables = self.variables(arguments, &scope);
        scope.names.insert("var".into(), map(variables, here));
        let images = self.of_images(&scope);
        scope.names.extend(images);
        let data = self.rendered(&scope);
        scope.names.insert("data".into(), data);
        scope
    }

    fn variables(&self, arguments: &[Entry], scope: &Scope<'_>) -> Vec<Entry> {
        let mut found: Vec<Entry> = Vec::new();
        let given = self.given.attributes.iter().map(|given| (given.name.value.as_str(), &given.value));
        let given: BTreeMap<&str, &Expression> = given.collect();
        let mut by_name: BTreeMap<&str, &Value> = BTreeMap::new();
        for argument in arguments {
            by_name.entry(&argument.key.value).or_insert(&argument.value);
        }
        for block in self.blocks.iter().filter(|block| block.kind.value == "variable") {
            let Some(key) = block.labels.first() else { continue };
            let argument = by_name.get(key.value.as_str()).map(|value| (*value).clone());
            let given = given.get(key.value.as_str()).map(|given| scope.value(given));
            let default = block.body.get("default").map(|default| scope.value(default));
            // A default that holds nothing stands for what whoever deploys it has to say.
            let value = argument.or(given).or(default.filter(|value| !value.is_null()));
            found.extend(value.map(|value| Entry { key: key.clone(), value }));
        }
        found
    }

    /// What others take from resources that only give a thing its name: images, volumes and networks of Docker.
    fn of_images(&self, scope: &Scope<'_>) -> BTreeMap<String, Value> {
        let mut kinds: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
        for block in self.blocks.iter().filter(|block| block.kind.value == "resource") {
            let (Some(kind), Some(name)) = (block.labels.first(), block.labels.get(1)) else { continue };
            let Some(called) = block
                .body
                .get("name")
                .filter(|_| kind.value.starts_with("docker_") && kind.value != "docker_container")
            else {
                continue;
            };
            let value = scope.value(called);
            let fields = ["name", "image_id", "latest", "id"];
            let entries =
                fields.map(|field| Entry { key: Spanned::new(field.to_owned(), name.span), value: value.clone() });
            kinds
                .entry(kind.value.clone())
                .or_default()
                .push(Entry { key: name.clone(), value: map(entries.to_vec(), name.span) });
        }
        kinds
            .into_iter()
            .filter_map(|(kind, entries)| Some((kind, map(entries.clone(), entries.first()?.key.span))))
            .collect()
    }

    /// Templates and parts of cloud-init that data sources render.
    fn rendered(&self, scope: &Scope<'_>) -> Value {
        let here = Span::new(crate::source::FileId(0), 0, 0);
        let mut kinds: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
        for block in self.blocks.iter().filter(|block| block.kind.value == "data") {
            let (Some(kind), Some(name)) = (block.labels.first(), block.labels.get(1)) else { continue };
            let value = match kind.value.as_str() {
                "template_file" => block.body.get("template").map(|template| scope.value(template)),
                "cloudinit_config" | "template_cloudinit_config" => {
                    let parts = block.body.all("part").filter_map(|part| Some(scope.value(part.body.get("content")?)));
                    Some(Value { place: block.place, tag: Tag::None, body: Held::List(parts.collect()) })
                }
                _ => None,
            };
            let Some(value) = value else { continue };
            let rendered = Entry { key: Spanned::new("rendered".to_owned(), name.span), value };
            kinds
                .entry(kind.value.clone())
                .or_default()
                .push(Entry { key: name.clone(), value: map(vec![rendered], name.span) });
        }
        let kinds =
            kinds.into_iter().map(|(kind, entries)| Entry { key: Spanned::new(kind, here), value: map(entries, here) });
        map(kinds.collect(), here)
    }

    /// The modules of the tree that it calls, each with the block that does.
    pub fn calls(&self) -> impl Iterator<Item = (String, &Block)> {
        let calls = self.blocks.iter().filter(|block| block.kind.value == "module");
        calls.filter_map(|block| {
            let source = Scope::new(BTreeMap::new(), &|_| None).value(block.body.get("source")?);
            let path = source.text()?.known()?.to_owned();
            Some((tree::join(&self.folder, &path)?, block)).filter(|_| path.starts_with('.'))
        })
    }
}

pub(super) fn map(entries: Vec<Entry>, place: Span) -> Value {
    Value { place, tag: Tag::None, body: Held::Map(entries) }
}
