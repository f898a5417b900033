//! Ansible: inventories, variables, playbooks and roles become the units of every host.

mod assemble;
mod assign;
mod base64;
mod brought;
mod choice;
mod collection;
mod datum;
mod deed;
mod described;
mod include;
mod install;
mod inventory;
mod jinja;
mod module;
mod play;
mod project;
mod release;
mod roles;
mod roster;
mod rounds;
mod scope;
mod stand;
mod task;
mod world;
mod written;

mod read;

pub(super) use read::read;
pub(super) use roles::Roles;

#[cfg(test)]
mod tests;
