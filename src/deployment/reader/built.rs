//! Images that a manifest only names, and that the tree builds in a folder of that name: what their Dockerfile starts.

use super::model::Reading;
use crate::catalogue::{Catalogue, ImageName};
use crate::deployment::build::Build;
use crate::deployment::start::{Surroundings, follow, mounted};
use crate::deployment::{Open, Unit, environment, tree};
use crate::source::{Span, Text};
use crate::workspace::{SourceFile, Workspace};
use std::collections::BTreeMap;

/// Tells units whose image decides what they start what the tree says about that image.
pub(super) fn read(workspace: &Workspace, reading: &mut Reading) {
    let mut folders: BTreeMap<&str, Vec<&SourceFile>> = BTreeMap::new();
    for file in workspace.written().filter(|file| file.name().starts_with("Dockerfile")) {
        folders.entry(tree::name(file.folder())).or_default().push(file);
    }
    if folders.is_empty() {
        return;
    }
    let catalogue = Catalogue::builtin();
    let waits = |unit: &&mut Unit| {
        unit.build.is_none() && unit.command.words.is_empty() && unit.command.open == Some(Open::Image)
    };
    for unit in reading.inventory.units.iter_mut().filter(waits) {
        let Some(image) = unit.image.as_ref().and_then(Text::known) else { continue };
        // What somebody publishes is not built here, whatever a folder is called.
        let name = image.get(..ImageName::parse(image).repository.end);
        let name = name.filter(|name| catalogue.by_image(name).is_none());
        let found = name.and_then(|name| folders.get(tree::name(name)));
        if let Some([file]) = found.map(Vec::as_slice) {
            tell(unit, file, workspace);
        }
    }
}

fn tell(unit: &mut Unit, file: &SourceFile, workspace: &Workspace) {
    let Some(build) = Build::of_file(file) else { return };
    let parts = [&build.image.entrypoint, &build.image.command];
    let words: Vec<Text> = parts.into_iter().flatten().flatten().cloned().collect();
    unit.build = Some(Span::new(file.id, 0, 0));
    if words.is_empty() {
        // It starts what the image starts that it is built on.
        unit.image = build.image.base.clone().or_else(|| unit.image.take());
        return;
    }
    let mut command = std::mem::take(&mut unit.command);
    let own = std::mem::take(&mut unit.env);
    let mut env = environment::settle(build.image.env.iter().cloned().chain(own).collect());
    command.words = words;
    command.entrypoint = true;
    command.open = None;
    {
        let unit = &*unit;
        let find = |path: &str| mounted(unit, path, workspace).or_else(|| build.file(path, workspace));
        follow(&mut command, &mut env, &Surroundings { env_open: unit.env_open, find: &find });
    }
    (unit.command, unit.env) = (command, env);
    unit.files.push(file.id);
}

#[cfg(test)]
mod tests {
    use crate::deployment::show::units;

    const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: vc}\nspec: {containers: [{name: vc, image: 'registry.example/own-vc:1'}]}\n";
    const START: &str = "#!/bin/sh\nexec lighthouse vc --network mainnet\n";

    #[test]
    fn an_image_that_is_built_in_a_folder_of_its_name_starts_what_its_dockerfile_says() {
        let shown = units(&[
            ("k8s/pod.yaml", POD),
            ("docker/own-vc/Dockerfile", "FROM debian\nCOPY start.sh /app/start.sh\nENTRYPOINT [\"/app/start.sh\"]\n"),
            ("docker/own-vc/start.sh", START),
        ]);
        assert!(shown.contains("lighthouse | vc | --network | mainnet"), "{shown}");
        let plain = units(&[("k8s/pod.yaml", POD), ("own-vc/Dockerfile", "FROM sigp/lighthouse:v8.0.0\n")]);
        assert!(plain.contains("/vc sigp/lighthouse:v8.0.0"), "{plain}");
    }

    #[test]
    fn published_images_are_not_built_here() {
        let pod = POD.replace("registry.example/own-vc:1", "sigp/lighthouse:v8.0.0");
        let shown = units(&[
            ("k8s/pod.yaml", &pod),
            ("lighthouse/Dockerfile", "FROM debian\nENTRYPOINT [\"/usr/bin/other\"]\n"),
        ]);
        assert!(!shown.contains("other"), "{shown}");
    }
}
