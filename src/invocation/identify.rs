//! Which client a unit runs, in which role and release, and which scripts start it.

use super::candidate::{self, Candidate, Start};
use super::grammar;
use super::program;
use super::script;
use super::wrapper::Script;
use crate::catalogue::{Binary, Catalogue, Channel, Client, Image, ImageName, Role, Tag, Version};
use crate::deployment::Unit;
use crate::source::{Span, Text};

/// A client recognised in a unit.
#[derive(Debug)]
pub(super) struct Identity<'c> {
    /// The client.
    pub client: &'c Client,
    /// The part it plays.
    pub role: Role,
    /// The text that names it.
    pub named_at: Span,
    /// What is known of its image, if that is one of the client's.
    pub image: Option<&'c Image>,
    /// The network that its image is made for alone.
    pub network: Option<&'c str>,
    /// The release that the image's tag names.
    pub version: Option<Version>,
    /// What is known of the release where no version is named.
    pub channel: Channel,
    /// The numbers that the release begins with, where the tag names no more of it.
    pub series: Option<Version>,
    /// The version is the operator's assumption.
    pub assumed: bool,
    /// The client's own words: sub-command, flags, values.
    pub words: Vec<Text>,
    /// The scripts that start it.
    pub scripts: Vec<Script<'c>>,
    /// Words that a script was seen to add, where its table tells more: they show where a setting stands.
    pub seen: Vec<Text>,
}

/// Recognises the client that a unit runs.
///
/// A script of the tree was followed as far as it could be. Where something in it stayed unknown and the catalogue knows what
/// the script does, or where following it came to nothing, the words that the manifest hands to it say more.
pub(super) fn identify<'c>(unit: &Unit, catalogue: &'c Catalogue) -> Option<Identity<'c>> {
    let command = &unit.command;
    let followed = recognise(&Start::new(unit, &command.words, command.open.as_ref(), catalogue), catalogue);
    let is_whole = |found: &Identity<'_>| {
        command.open.is_none() && grammar::read(found.client, Some(found.role), &found.words).hole.is_none()
    };
    if command.written.is_empty() || followed.as_ref().is_some_and(is_whole) {
        return followed;
    }
    let written = recognise(&Start::new(unit, &command.written, None, catalogue), catalogue);
    let has_table =
        |found: &Identity<'_>| found.scripts.iter().all(|one| one.case.is_some()) && !found.scripts.is_empty();
    match written {
        Some(written) if has_table(&written) => {
            let same = followed.filter(|found| found.client.id == written.client.id && found.role == written.role);
            Some(Identity { seen: same.map(|found| found.words).unwrap_or_default(), ..written })
        }
        written => followed.or(written),
    }
}

fn recognise<'c>(start: &Start<'_, 'c>, catalogue: &'c Catalogue) -> Option<Identity<'c>> {
    let unit = start.unit;
    let scripts = script::list(start, catalogue);
    let candidate = candidate::find(start, &scripts, catalogue)?;
    let client = candidate.client;
    let image = start.image.map(|(_, image)| image);
    let image = image.filter(|image| client.images.iter().any(|own| own.repository == image.repository));
    let (binary, own) = own_words(&candidate, start.words.get(start.program.from..).unwrap_or_default());
    let line = grammar::read(client, None, own);
    let by_default =
        image.and_then(|image| image.command.as_deref()).filter(|_| own.is_empty() && !unit.command.entrypoint);
    let command = client
        .command(line.words.iter().map(Text::value))
        .or_else(|| client.command(by_default?.split(' ')))
        .map(|(role, _)| role);
    if candidate.weak && !candidate::is_borne_out(client, unit, &line, command) {
        return None;
    }
    let ends = || candidate.by_program && start.open.is_none() && line.hole.is_none();
    let tool = binary.and_then(|binary| binary.role).filter(|role| *role == Role::Tool);
    let role = tool
        .or(command)
        .or_else(|| image.and_then(|image| image.role))
        .or(candidate.role)
        .or_else(|| binary.and_then(|binary| binary.role))
        .or_else(|| script::only_role(&scripts, unit, client, catalogue))
        .or_else(|| candidate::role_of_unit(start, client).filter(|_| image.is_some()))
        .or_else(|| candidate::role_by_flags(client, own))
        .or_else(|| ends().then_some(Role::Tool))?;
    let with_case = |found: script::Found| Script {
        case: script::case(&found, unit, client, role, catalogue),
        name: found.name,
        place: found.place,
    };
    // A packager's image with a start script has versions of its own.
    let official = unit.image.as_ref().filter(|_| image.is_some_and(|image| image.wrapper.is_none()));
    // What only its name says is a build of somebody's own, and need not be the client at all.
    let unnamed = if candidate.weak || candidate.role.is_some() { Channel::Build } else { Channel::Unknown };
    let (version, channel) = match version_of_path(client, &candidate, start) {
        Some(version) => (Some(version), Channel::Release),
        None => match (official, version_of_download(client, unit)) {
            (Some(name), _) => release(client, name),
            (None, Some(version)) => (Some(version), Channel::Release),
            (None, None) => (None, unnamed),
        },
    };
    let assumed = catalogue.assumed(&client.id);
    Some(Identity {
        client,
        role,
        named_at: candidate.named_at,
        image,
        network: unit.image.as_ref().and_then(|name| network_of_image(name, catalogue)),
        channel: if assumed.is_some() { Channel::Release } else { channel },
        assumed: assumed.is_some(),
        series: official.filter(|_| assumed.is_none()).and_then(|name| series(client, name)),
        version: assumed.cloned().or(version),
        words: own.to_vec(),
        scripts: scripts.into_iter().map(with_case).collect(),
        seen: Vec::new(),
    })
}

fn network_of_image<'c>(image: &Text, catalogue: &'c Catalogue) -> Option<&'c str> {
    let repository = image.value().get(ImageName::parse(image.value()).repository)?;
    catalogue.network_of_image(repository).map(|network| network.name.as_str())
}

/// Answers the release that an image's tag names, and what is known of it if it names none.
fn release(client: &Client, image: &Text) -> (Option<Version>, Channel) {
    let name = ImageName::parse(image.value());
    let Some(tag) = name.tag else {
        return (None, if name.digest.is_some() { Channel::Unknown } else { Channel::Newest });
    };
    let text = image.is_known_in(tag.clone()).then(|| image.value().get(tag)).flatten();
    let Some(text) = text else { return (None, Channel::Unknown) };
    match (client.tags.read(text), client.tags.channel(text)) {
        (Tag::Release(version), channel) => (Some(version), channel),
        // A digest holds fast what was once the newest.
        (_, Channel::Newest) if name.digest.is_some() => (None, Channel::Unknown),
        (_, channel) => (None, channel),
    }
}

/// Answers what the release of an image is known to begin with, where its tag is moved within a series.
fn series(client: &Client, image: &Text) -> Option<Version> {
    let tag = ImageName::parse(image.value()).tag.filter(|tag| image.is_known_in(tag.clone()))?;
    client.tags.series(image.value().get(tag)?)
}

/// A release that a folder or file of the program's path is named after: `/opt/lighthouse-v8.0.0/lighthouse`.
fn version_of_path(client: &Client, candidate: &Candidate<'_>, start: &Start<'_, '_>) -> Option<Version> {
    let word = start.words.get(start.program.at.filter(|_| candidate.by_program && start.unit.image.is_none())?)?;
    let mut names: Vec<&str> =
        client.binaries.iter().map(|binary| binary.name.as_str()).chain([client.id.as_str()]).collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    word.known()?.split('/').find_map(|part| release_of_name(client, &names, part))
}

/// Answers the release that the name of a folder or file ends with: `lighthouse-v8.0.0-x86_64`, `v8.0.0`.
fn release_of_name(client: &Client, names: &[&str], part: &str) -> Option<Version> {
    if !part.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let rest = names.iter().find_map(|name| part.strip_prefix(name));
    let rest = rest.map_or(part, |rest| rest.trim_start_matches(['-', '_']));
    match client.tags.read(rest.split(['-', '_']).next().unwrap_or_default()) {
        Tag::Release(version) => Some(version),
        _ => None,
    }
}

/// The one release that is fetched beside a program that runs without an image, from where its makers publish it.
fn version_of_download(client: &Client, unit: &Unit) -> Option<Version> {
    let page = format!("/{}/releases/download/", Some(&client.repository).filter(|name| !name.is_empty())?);
    let mut found: Option<Version> = None;
    for address in unit.fetched.iter().filter_map(Text::known) {
        let version = match address.split_once('=').filter(|_| !address.contains("://")) {
            Some((package, version)) => match release_of_package(client, package, version) {
                Some(version) => version,
                None => continue,
            },
            None => {
                let lower = address.to_ascii_lowercase();
                // What a template leaves open is said by what is made of it.
                let Some(at) = lower.find(&page.to_ascii_lowercase()).filter(|_| !address.contains("{{")) else {
                    continue;
                };
                address.get(at + page.len()..)?.split('/').find_map(|part| release_of_name(client, &[], part))?
            }
        };
        if found.as_ref().is_some_and(|found| *found != version) {
            return None;
        }
        found = Some(version);
    }
    found
}

/// The release of a package by the client's name: `nethermind`, `1.25.4`, with what packagers put around it (`1:1.25.4+build1`).
fn release_of_package(client: &Client, package: &str, version: &str) -> Option<Version> {
    let package = package.replace('_', "-");
    let binaries = client.binaries.iter().filter(|binary| !binary.common).map(|binary| binary.name.replace('_', "-"));
    if package != client.id && !binaries.into_iter().any(|name| name == package) {
        return None;
    }
    let bare = version.rsplit_once(':').map_or(version, |(_, version)| version);
    let bare = bare.split(['+', '~', '-', '*']).next().unwrap_or_default().trim_end_matches('.');
    match client.tags.read(bare) {
        Tag::Release(version) => Some(version),
        _ => None,
    }
}

/// Passes a second program of the same client: `prysm.sh beacon-chain`.
fn own_words<'c, 'w>(candidate: &Candidate<'c>, words: &'w [Text]) -> (Option<&'c Binary>, &'w [Text]) {
    let next = words.first().and_then(program::known_name).filter(|_| candidate.by_program);
    let second = candidate.client.binaries.iter().find(|binary| next == Some(binary.name.as_str()));
    match second {
        Some(binary) if candidate.binary.is_none_or(|first| first.role.is_none()) => {
            (Some(binary), words.get(1..).unwrap_or_default())
        }
        _ => (candidate.binary, words),
    }
}
