//! Kustomize: overlays laid over bases, natively, so that every value keeps the place that decides it. Each overlay that no other
//! kustomization builds on is a release of its own, and so is what Flux and Argo CD are told to apply.

mod build;
mod builtin;
mod delivery;
mod generate;
mod json;
mod kustomization;
mod merge;
mod patch;
mod read;
mod replacement;
mod selector;
mod transform;

pub(super) use build::change;
pub(super) use patch::lay;
pub(super) use read::read;
