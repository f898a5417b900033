//! Settings files of clients: every small YAML, TOML or JSON document that nobody else understands, as dotted keys and values.

use super::model::Reading;
use crate::deployment::{SettingsFile, Variable};
use crate::document::{Entry, Kind, Node, Syntax, parse_rendered};
use crate::source::{Spanned, Text};
use crate::workspace::{SourceFile, Workspace};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Longer files are no settings of a client.
const LONGEST: usize = 256 << 10;
const MOST_ENTRIES: usize = 10_000;
const LONGEST_NAMES: usize = 8 << 20;
const DEEPEST: usize = 12;

/// Takes every document that can be a settings file; which client reads it is for others to say.
pub(super) fn read(workspace: &Workspace, reading: &mut Reading) {
    let free =
        workspace.written().collect::<Vec<_>>().into_par_iter().filter(|file| !reading.claimed.contains(&file.id));
    let files: Vec<SettingsFile> = free.filter_map(flatten).collect();
    reading.inventory.settings_files.extend(files);
}

/// Takes a settings file that stands inside another one, or is rendered from it; its syntax is read off its name.
///
/// `path` is the path that it is mounted under: that of the outer file and its own name behind two slashes.
pub(super) fn embedded(text: &Text, path: &str) -> Option<SettingsFile> {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    let syntax = match ending {
        "toml" => Syntax::Toml,
        "json" => Syntax::Json,
        _ => Syntax::Yaml,
    };
    if text.value().len() > LONGEST {
        return None;
    }
    let document = parse_rendered(text, syntax);
    let root = document.root().filter(|root| root.kind() == Kind::Map)?;
    let mut flattening = Flattening { entries: Vec::new(), names: 0 };
    flattening.map(root, "", 0);
    let entries = flattening.entries;
    (!entries.is_empty()).then(|| SettingsFile { file: text.file(), path: path.to_owned(), entries })
}

fn flatten(file: &SourceFile) -> Option<SettingsFile> {
    let root = settings(file)?;
    let mut flattening = Flattening { entries: Vec::new(), names: 0 };
    flattening.map(root, "", 0);
    let entries = flattening.entries;
    (!entries.is_empty()).then(|| SettingsFile { file: file.id, path: file.path.to_string(), entries })
}

fn settings(file: &SourceFile) -> Option<Node<'_>> {
    let document = file.document()?;
    let syntax = matches!(document.syntax(), Syntax::Yaml | Syntax::Toml | Syntax::Json);
    if !syntax || document.text().len() > LONGEST {
        return None;
    }
    let root = document.root().filter(|root| root.kind() == Kind::Map)?;
    // `.github/`, `.pre-commit-config.yaml`: settings of tools, not of clients.
    let tools = [".github", ".gitlab", ".circleci", ".vscode", ".devcontainer", "node_modules"];
    if file.name().starts_with('.') || file.folder().split('/').any(|folder| tools.contains(&folder)) {
        return None;
    }
    let resource = root.get("apiVersion").is_some() && root.get("kind").is_some();
    let foreign = resource || ["openapi", "swagger", "$schema"].iter().any(|key| root.get(key).is_some());
    (!foreign).then_some(root)
}

/// Flattens a document, as long as names stay short in sum.
struct Flattening {
    entries: Vec<Variable>,
    names: usize,
}

impl Flattening {
    fn map(&mut self, node: Node<'_>, prefix: &str, depth: usize) {
        for entry in deciding(node) {
            self.names += prefix.len() + entry.name().len() + 1;
            if self.names > LONGEST_NAMES {
                return;
            }
            let name = if prefix.is_empty() { entry.name().to_owned() } else { format!("{prefix}.{}", entry.name()) };
            self.value(entry.value, &Spanned::new(name, entry.key.place()), depth);
        }
    }

    fn value(&mut self, node: Node<'_>, key: &Spanned<String>, depth: usize) {
        self.names += key.value.len();
        if self.entries.len() >= MOST_ENTRIES || self.names > LONGEST_NAMES || depth > DEEPEST || node.is_null() {
            return;
        }
        match node.kind() {
            Kind::Scalar => self.entries.extend(node.text().map(|value| Variable { name: key.clone(), value })),
            Kind::Sequence => node.items().for_each(|item| self.value(item, key, depth + 1)),
            Kind::Map => self.map(node, &key.value, depth + 1),
        }
    }
}

/// Answers the entries of a map without those that a later one replaces: of a key that is written twice, the last one holds; listed
/// both, they would look like a list.
fn deciding(node: Node<'_>) -> Vec<Entry<'_>> {
    /// A short map is looked through.
    const FEW: usize = 16;
    let entries: Vec<Entry<'_>> = node.entries().collect();
    let mut last: BTreeMap<&str, usize> = BTreeMap::new();
    if entries.len() > FEW {
        last.extend(entries.iter().enumerate().map(|(at, entry)| (entry.name(), at)));
    }
    let decides = |(at, entry): &(usize, &Entry<'_>)| match last.is_empty() {
        true => !entries.iter().skip(at + 1).any(|later| later.name() == entry.name()),
        false => last.get(entry.name()) == Some(at),
    };
    entries.iter().enumerate().filter(decides).map(|(_, entry)| *entry).collect()
}

#[cfg(test)]
mod tests {
    use crate::deployment::show::facts;
    use insta::assert_snapshot;

    #[test]
    fn documents_become_dotted_keys() {
        let texts = [
            ("teku.yaml", "network: mainnet\nrest: {api: {enabled: true}}\nhosts: [a, b]\nempty:\n"),
            ("nimbus.toml", "data-dir = \"/d\"\n[metrics]\nport = 8008\n[[relay]]\nid = 1\n[[relay]]\nid = 2\n"),
            ("proposers.json", r#"{"default_config": {"fee_recipient": "0xAb"}}"#),
            ("pod.yml", "apiVersion: v1\nkind: Pod\n"),
            (".github/workflows/ci.yml", "on: push\n"),
            ("list.yml", "- a\n"),
        ];
        assert_snapshot!(facts(&texts), @r"
proposer proposers.json `default_config` pays 0xAb, builder -
settings nimbus.toml: data-dir=/d metrics.port=8008 relay.id=1 relay.id=2
settings proposers.json: default_config.fee_recipient=0xAb
settings teku.yaml: network=mainnet rest.api.enabled=true hosts=a hosts=b
");
    }
}
