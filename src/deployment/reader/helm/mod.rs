//! Helm: charts rendered with their own values and with those of every release that the tree names, whoever installs it.

mod argo;
mod assemble;
mod beside;
mod chart;
mod flux;
mod helmfile;
mod helmsman;
mod installed;
mod known;
mod kustomization;
mod model;
mod render;
mod resource;
mod state;

mod read;

pub(super) use read::read;
