//! Goes through the projects of a tree, one after the other.

use super::environment::Samples;
use super::load::Loader;
use super::mounts::Mounts;
use super::project::{self, Project};
use super::service::{self, Context};
use crate::deployment::interpolate::{Scope, Unset};
use crate::deployment::reader::Reading;
use crate::deployment::tree;
use crate::deployment::{Unit, UnsetVariable};
use crate::source::Text;
use crate::workspace::Workspace;

/// Reads every compose project of the tree.
pub(crate) fn read(workspace: &Workspace, reading: &mut Reading) {
    let samples = Samples::of(workspace);
    let (projects, files) = project::find(workspace, &samples);
    reading.claimed.extend(&files);
    for project in &projects {
        one(workspace, &samples, project, reading);
    }
}

fn one(workspace: &Workspace, samples: &Samples, project: &Project, reading: &mut Reading) {
    let scope = project::scope(workspace, samples, &project.folder);
    let mut loader = Loader::new(workspace, samples);
    let parts = loader.files(&project.files, &project.base, &scope);
    let Loader { unset, bases, .. } = loader;
    let base = |place: crate::source::Span| bases.get(&place.file).map_or(project.base.as_str(), String::as_str);
    let said = scope.values.get("COMPOSE_PROJECT_NAME").or(parts.name.as_ref()).and_then(Text::known);
    let host = match tree::host(&project.folder) {
        folder if folder.is_empty() => said.unwrap_or_default().to_owned(),
        folder => folder,
    };
    let context = Context {
        workspace,
        project,
        parts: &parts,
        scope: &scope,
        bases: &bases,
        mounts: Mounts::declared(&parts, base),
        name: said.unwrap_or_else(|| tree::name(&project.folder)).to_owned(),
        host,
        profiles: profiles(&scope),
    };
    let speaks = |files: &[crate::source::FileId]| project.only.is_none_or(|only| files.contains(&only));
    let services = parts.services.iter().filter(|service| speaks(&service.files));
    let units: Vec<Unit> = services.filter_map(|service| service::unit(service, &context)).collect();
    reading.inventory.units.extend(units);
    note_unset(unset, &scope, project, reading);
}

fn profiles(scope: &Scope) -> Vec<String> {
    let list = scope.values.get("COMPOSE_PROFILES").and_then(Text::known).unwrap_or_default();
    list.split(',').map(str::trim).filter(|profile| !profile.is_empty()).map(str::to_owned).collect()
}

fn note_unset(unset: Vec<Unset>, scope: &Scope, project: &Project, reading: &mut Reading) {
    for Unset { name, span } in unset {
        // A file that is laid over another one brings the other's references again.
        let known = project.only.is_some_and(|only| only != span.file);
        if !known {
            let documented = scope.documented.contains(&name);
            let project = project.folder.clone();
            reading.inventory.unset.push(UnsetVariable { name, span, documented, project });
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::deployment::read;
    use crate::deployment::show::units;
    use crate::workspace::Workspace;
    use insta::assert_snapshot;

    fn compose(body: &str) -> String {
        units(&[("compose.yml", body)])
    }

    #[test]
    fn every_way_to_write_a_command() {
        assert_snapshot!(compose(
            r#"
services:
  folded:
    image: sigp/lighthouse:v8.0.0
    command: >-
      lighthouse vc
      --network mainnet --graffiti="a b"
  literal:
    image: a
    command: |
      --http
      --metrics-allow-origin *
  flow:
    image: a
    command: ["lighthouse", vc,
      '--x=y']
  line:
    image: a
    command: teku validator-client --network=hoodi
  quoted:
    image: a
    command: "--a 'b c'"
  continued:
    image: a
    command: lighthouse bn
      --http
  both:
    image: a
    entrypoint: [docker-entrypoint.sh, lighthouse]
    command: [vc, --a, 5]
  cleared:
    image: a
    entrypoint: ""
    command: geth
  none:
    image: a
"#
        ), @r"
/folded sigp/lighthouse:v8.0.0
  words: lighthouse | vc | --network | mainnet | --graffiti=a b
/literal a
  words: --http | --metrics-allow-origin | *
/flow a
  words: lighthouse | vc | --x=y
/line a
  words: teku | validator-client | --network=hoodi
/quoted a
  words: --a | b c
/continued a
  words: lighthouse | bn | --http
/both a
  program: docker-entrypoint.sh | lighthouse | vc | --a | 5
/cleared a
  program: geth
/none a
  open: Image
");
    }

    #[test]
    fn words_point_at_their_own_bytes() {
        let text = "services:\n  vc:\n    image: a\n    command: >\n      lighthouse vc\n      --beacon-nodes http://bn:5052\n";
        let workspace = Workspace::of(&[("compose.yml", text)]);
        let inventory = read(&workspace);
        let slice = |span: crate::source::Span| &text[span.start as usize..span.end as usize];
        let unit = &inventory.units[0];
        assert_eq!(slice(unit.name.span), "vc");
        assert_eq!(
            unit.command.words.iter().map(|word| slice(word.span())).collect::<Vec<_>>(),
            ["lighthouse", "vc", "--beacon-nodes", "http://bn:5052"]
        );
        assert_eq!(slice(unit.place), &text[12..text.len() - 1]);
    }
}
