//! Which client a unit runs, in which role and release, and which scripts start it.

use super::candidate::{self, Candidate, Start};
use super::grammar;
use super::program;
use super::script;
use super::wrapper::Script;
use crate::catalogue::{Binary, Catalogue, Client, Image, ImageName, Role, Tag, Version};
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
    /// The release that the image's tag names.
    pub version: Option<Version>,
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
        .or_else(|| ends().then_some(Role::Tool))?;
    let with_case = |found: script::Found| Script {
        case: script::case(&found, unit, client, role, catalogue),
        name: found.name,
        place: found.place,
    };
    Some(Identity {
        client,
        role,
        named_at: candidate.named_at,
        image,
        // A packager's image with a start script has versions of its own.
        version: image.filter(|image| image.wrapper.is_none()).and_then(|_| version(client, unit.image.as_ref()?)),
        words: own.to_vec(),
        scripts: scripts.into_iter().map(with_case).collect(),
        seen: Vec::new(),
    })
}

fn version(client: &Client, image: &Text) -> Option<Version> {
    let tag = ImageName::parse(image.value()).tag?;
    let text = image.is_known_in(tag.clone()).then(|| image.value().get(tag)).flatten()?;
    match client.tags.read(text) {
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
