//! Modules: what the tasks of each do to a host.

mod chart;
mod command;
mod container;
mod fetch;
mod file;
mod find;
mod free_form;
mod instances;
mod resource;
mod service;

pub(super) use container::{Shape, container};
pub(super) use find::found;
pub(super) use free_form::arguments;

use super::datum::Datum;
use super::deed::What;
use super::task::{Frame, Task};

/// A module: what a task of it does, with its arguments evaluated.
type Module = fn(&Datum, &Task<'_>, &Frame<'_>) -> Vec<What>;

/// The modules that start something, or bring something to a host, by their names without collection.
const MODULES: &[(&str, Module)] = &[
    ("apt", fetch::packages),
    ("command", command::command),
    ("copy", file::copy),
    ("docker_compose", container::compose),
    ("docker_compose_v2", container::compose),
    ("docker_container", container::of_docker),
    ("docker_swarm_service", container::of_docker),
    ("file", file::clear),
    ("get_url", fetch::address),
    ("helm", chart::install),
    ("k8s", resource::apply),
    ("package", fetch::packages),
    ("podman_container", container::of_docker),
    ("raw", command::command),
    ("script", command::script),
    ("service", service::serve),
    ("shell", command::command),
    ("synchronize", file::copy),
    ("systemd", service::serve),
    ("systemd_service", service::serve),
    ("template", file::template),
    ("unarchive", fetch::archive),
    ("win_service", service::serve),
];

/// Answers what a task does; nothing if its module does nothing that matters here.
pub(super) fn act(task: &Task<'_>, frame: &Frame<'_>) -> Vec<What> {
    let Some((_, module)) = MODULES.iter().find(|(name, _)| *name == task.name) else { return Vec::new() };
    let arguments = frame.scope.settle(&free_form::arguments(task));
    module(&arguments, task, frame)
}
