//! Packages of nodes that are built for several networks: a compose file of the package, and one for each network that is laid over it.

use super::project::Project;
use super::stack::Source;
use crate::deployment::tree;
use crate::source::FileId;
use std::collections::BTreeMap;

/// The folder beside a package's own file in which the tool that builds such packages keeps one folder for each network.
const FOLDER: &str = "package_variants";

/// The files of each variant, by the folder of the package and the variant's name.
pub(super) type Variants<'w> = BTreeMap<&'w str, BTreeMap<&'w str, Vec<FileId>>>;

/// Answers the package that a folder is a variant of, and the variant's name.
pub(super) fn of_folder(folder: &str) -> Option<(&str, &str)> {
    let above = tree::folder(folder);
    (tree::name(above) == FOLDER).then(|| (tree::folder(above), tree::name(folder)))
}

/// Answers what is built of a package: each variant laid over what all have in common, which nobody starts alone.
pub(super) fn built<'w>(common: &Project, variants: &BTreeMap<&'w str, Vec<FileId>>) -> Vec<Project> {
    let build = |(name, files): (&&'w str, &Vec<FileId>)| Project {
        folder: common.folder.clone(),
        base: common.base.clone(),
        sources: common.sources.iter().cloned().chain(files.iter().copied().map(Source::File)).collect(),
        alternative: Some((*name).to_owned()),
        ..Project::default()
    };
    variants.iter().map(build).collect()
}
