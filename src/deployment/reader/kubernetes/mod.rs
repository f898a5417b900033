//! Kubernetes: resources become units, one a container, with the configuration, keys and networks that other resources give them.
//!
//! Whoever has resources, wherever they come from, gives them to [`deploy`]: raw manifests, a kustomization, a rendered chart,
//! a task that applies them.

mod cluster;
mod command;
mod data;
mod deploy;
mod entries;
mod environment;
mod exposure;
mod files;
mod limits;
mod model;
mod mounts;
mod object;
mod passwords;
mod pod;
mod read;
mod resource;
mod scale;
mod selection;
mod service;
mod storage;
mod variables;
mod workload;

pub(super) use data::data;
pub(in crate::deployment) use deploy::deploy;
pub(in crate::deployment) use model::{Datum, Object, Origin, Release};
pub(in crate::deployment) use object::{of_document, of_value};
pub(super) use read::{manifest, read};
