//! Which client a unit runs, in which role, and how it is started.

use super::arguments::Line;
use super::grammar;
use super::program::{self, Program, file_name, is_script};
use super::wrapper::Script;
use crate::catalogue::{Binary, Catalogue, Client, Found, Image, ImageName, Role, Tag, Version, WrapperCase};
use crate::deployment::{Open, Unit};
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
}

/// What names the client, before its role is known.
struct Candidate<'c> {
    client: &'c Client,
    binary: Option<&'c Binary>,
    named_at: Span,
    /// The program stands on the command line.
    by_program: bool,
    /// Further words must bear it out.
    weak: bool,
    /// The role that its image's name tells.
    role: Option<Role>,
}

/// What images of one's own are called by the role of the client in them.
const ROLE_NAMES: &[(&str, Role)] = &[
    ("beacon", Role::Beacon),
    ("beacon-chain", Role::Beacon),
    ("beacon-node", Role::Beacon),
    ("bn", Role::Beacon),
    ("consensus", Role::Beacon),
    ("validator", Role::Validator),
    ("validator-client", Role::Validator),
    ("vc", Role::Validator),
];

/// Recognises the client that a unit runs.
pub(super) fn identify<'c>(unit: &Unit, catalogue: &'c Catalogue) -> Option<Identity<'c>> {
    let image = known_image(unit, catalogue);
    let words = &unit.command.words;
    let program = program::find(words, &|name| is_program(name, image, catalogue, words));
    let scripts = scripts(unit, &program, image.map(|(_, image)| image), catalogue);
    let candidate = by_program(&program, words, catalogue)
        .or_else(|| by_image(unit, &program, image?, catalogue))
        .or_else(|| by_script(unit, &scripts, catalogue))
        .or_else(|| by_name(unit, &program, catalogue))?;
    let client = candidate.client;
    let image = image
        .map(|(_, image)| image)
        .filter(|image| client.images.iter().any(|own| own.repository == image.repository));
    let (binary, own) = own_words(&candidate, words.get(program.from..).unwrap_or_default());
    let line = grammar::read(client, None, own);
    let command = client.command(line.words.iter().map(Text::value)).map(|(role, _)| role);
    let of_image =
        image.and_then(|image| image.command.as_deref()).filter(|_| own.is_empty() && !unit.command.entrypoint);
    let command = command.or_else(|| client.command(of_image?.split(' ')).map(|(role, _)| role));
    if candidate.weak
        && command.is_none_or(|role| role == Role::Tool)
        && !bears_out(&line)
        && !env_bears_out(client, unit)
    {
        return None;
    }
    let by_case = || only_role(&scripts, client, catalogue);
    let role = command
        .or_else(|| image.and_then(|image| image.role))
        .or(candidate.role)
        .or_else(|| binary.and_then(|binary| binary.role))
        .or_else(by_case)
        .or_else(|| {
            (candidate.by_program && unit.command.open.is_none() && line.hole.is_none()).then_some(Role::Tool)
        })?;
    let scripts =
        scripts.into_iter().map(|(name, place)| Script { case: case(catalogue, &name, client, role), name, place });
    // A packager's image with a start script has versions of its own.
    let version = image.filter(|image| image.wrapper.is_none()).and_then(|_| version(client, unit.image.as_ref()?));
    Some(Identity {
        client,
        role,
        named_at: candidate.named_at,
        image,
        version,
        words: own.to_vec(),
        scripts: scripts.collect(),
    })
}

/// Finds the catalogue's entry of the unit's image.
fn known_image<'c>(unit: &Unit, catalogue: &'c Catalogue) -> Option<(&'c str, &'c Image)> {
    catalogue.by_image(repository(unit.image.as_ref()?)?)
}

/// Answers registry and repository of an image, if they are known.
fn repository(image: &Text) -> Option<&str> {
    let end = ImageName::parse(image.value()).repository.end;
    image.is_known_in(0..end).then(|| image.value().get(..end)).flatten()
}

fn version(client: &Client, image: &Text) -> Option<Version> {
    let tag = ImageName::parse(image.value()).tag?;
    let text = image.is_known_in(tag.clone()).then(|| image.value().get(tag)).flatten()?;
    match client.tags.read(text) {
        Tag::Release(version) => Some(version),
        _ => None,
    }
}

/// Tells whether a file name is a client's program; one with a common name needs the client's image or flags beside it.
fn is_program(name: &str, image: Option<(&str, &Image)>, catalogue: &Catalogue, words: &[Text]) -> bool {
    let Some((id, binary)) = catalogue.by_binary(name) else { return false };
    let same_image = image.is_some_and(|(client, _)| client == id);
    !binary.common
        || same_image
        || catalogue.client(id).is_some_and(|client| bears_out(&grammar::read(client, binary.role, words)))
}

fn by_program<'c>(program: &Program, words: &[Text], catalogue: &'c Catalogue) -> Option<Candidate<'c>> {
    let word = words.get(program.at?)?;
    let (id, binary) = catalogue.by_binary(program::known_name(word)?)?;
    let client = catalogue.client(id)?;
    Some(Candidate { client, binary: Some(binary), named_at: word.span(), by_program: true, weak: false, role: None })
}

/// Takes the image's word for it, unless the manifest starts something else in it.
fn by_image<'c>(
    unit: &Unit,
    program: &Program,
    (id, image): (&'c str, &'c Image),
    catalogue: &'c Catalogue,
) -> Option<Candidate<'c>> {
    let client = catalogue.client(id)?;
    let script = !program.wrappers.is_empty() || matches!(unit.command.open, Some(Open::Script(_)));
    if unit.command.entrypoint && !script {
        return None;
    }
    let binary = client.binaries.iter().find(|binary| image.program.as_deref() == Some(binary.name.as_str()));
    let named_at = unit.image.as_ref()?.span();
    Some(Candidate { client, binary, named_at, by_program: false, weak: false, role: None })
}

/// Takes the word of a start script that starts one client only, if the unit gives it what it reads: many share a name.
fn by_script<'c>(unit: &Unit, scripts: &[(String, Span)], catalogue: &'c Catalogue) -> Option<Candidate<'c>> {
    let image = unit.image.as_ref().and_then(repository).unwrap_or_default().to_ascii_lowercase();
    let given = |name: &str| unit.env.iter().any(|variable| variable.name.value == name);
    let borne_out = |case: &&WrapperCase| {
        has_word(&image, &case.client) || case.variables.iter().filter(|entry| given(&entry.name)).count() > 1
    };
    let starting = |(name, place): &(String, Span)| {
        let mut cases = cases(catalogue, name).filter(|case| case.starts).filter(borne_out);
        let first = cases.next()?;
        cases.all(|case| case.client == first.client).then_some((first, *place))
    };
    let (case, place) = scripts.iter().find_map(starting)?;
    let client = catalogue.client(&case.client)?;
    let named_at = unit.image.as_ref().filter(|_| place == unit.name.span).map_or(place, Text::span);
    Some(Candidate { client, binary: None, named_at, by_program: false, weak: false, role: None })
}

/// Follows the name of an image that nobody published (`mycorp/lighthouse`), for other words to bear out; the name alone is
/// enough where there are no words and it says all (`mycorp/lighthouse-validator`).
fn by_name<'c>(unit: &Unit, program: &Program, catalogue: &'c Catalogue) -> Option<Candidate<'c>> {
    let open = unit.command.open.is_some();
    let image = unit.image.as_ref().filter(|_| open || program.wrappers.is_empty() && !unit.command.entrypoint)?;
    let name = repository(image)?.rsplit('/').next()?.to_ascii_lowercase().replace('_', "-");
    let client = catalogue.clients().filter(|id| has_word(&name, id)).max_by_key(|id| id.len())?;
    let client = catalogue.client(client)?;
    let role = role_by_name(client, &name);
    let binary = client.binaries.iter().find(|binary| binary.name == client.id).filter(|_| !open);
    let named_at = image.span();
    Some(Candidate { client, binary, named_at, by_program: false, weak: !open || role.is_none(), role })
}

/// Reads the role from what is left of a name without the client's: `lighthouse-validator`, `beacon-teku`, `geth`.
fn role_by_name(client: &Client, name: &str) -> Option<Role> {
    let rest = name.replacen(&client.id, "", 1);
    let rest = rest.trim_matches(|letter: char| !letter.is_alphanumeric()).trim_start_matches("eth2-");
    let mut roles = client.roles.keys().copied();
    if rest.is_empty() {
        return roles.next().filter(|_| roles.next().is_none());
    }
    let named = ROLE_NAMES.iter().find(|(name, _)| *name == rest).map(|(_, role)| *role);
    named.filter(|role| client.roles.contains_key(role))
}

/// Tells whether a name has another one in it, between dashes and the like.
fn has_word(name: &str, word: &str) -> bool {
    let sign = |letter: Option<char>| letter.is_none_or(|letter| !letter.is_alphanumeric());
    name.match_indices(word)
        .any(|(at, _)| sign(name[..at].chars().last()) && sign(name[at + word.len()..].chars().next()))
}

/// Tells whether flags bear out that a client is at work: more are known than not, and one of them carries a setting.
fn bears_out(line: &Line<Found<'_>>) -> bool {
    let known = line.arguments.iter().filter_map(|argument| argument.flag);
    let telling = known.clone().any(|found| found.flag.setting.is_some());
    telling && known.count() * 2 > line.arguments.len()
}

fn env_bears_out(client: &Client, unit: &Unit) -> bool {
    let known = |name: &str| client.roles.keys().any(|role| client.flag_of_variable(*role, name).is_some());
    unit.env.iter().any(|variable| known(&variable.name.value))
}

/// Passes a second program of the same client: `prysm.sh beacon-chain`.
fn own_words<'c, 'w>(candidate: &Candidate<'c>, words: &'w [Text]) -> (Option<&'c Binary>, &'w [Text]) {
    let next = words.first().and_then(program::known_name).filter(|_| candidate.by_program);
    let second = candidate.client.binaries.iter().find(|binary| next == Some(binary.name.as_str()));
    match second {
        Some(binary) if candidate.binary.is_none_or(|first| first.role.is_none()) => (Some(binary), &words[1..]),
        _ => (candidate.binary, words),
    }
}

/// Lists the scripts that start the client and whose text the tree does not hold.
fn scripts(unit: &Unit, program: &Program, image: Option<&Image>, catalogue: &Catalogue) -> Vec<(String, Span)> {
    let words = &unit.command.words;
    let mut scripts: Vec<(String, Span)> = Vec::new();
    if let Some(Open::Script(name)) = &unit.command.open {
        let word = unit.command.wrappers.iter().find(|word| file_name(word.value()) == file_name(name));
        scripts.push((file_name(name).to_owned(), word.map_or(unit.name.span, Text::span)));
    }
    for word in program.wrappers.iter().filter_map(|at| words.get(*at)) {
        let name = file_name(word.value()).to_owned();
        if !scripts.iter().any(|(other, _)| *other == name) && !passes_on(words, program, catalogue, &name) {
            scripts.push((name, word.span()));
        }
    }
    let of_image = image.filter(|_| !unit.command.entrypoint).and_then(|image| image.wrapper.as_deref());
    if let Some(script) =
        of_image.and_then(|id| catalogue.wrapper_by_id(id)).and_then(|wrapper| wrapper.scripts.first())
    {
        scripts.push((script.clone(), unit.image.as_ref().map_or(unit.name.span, Text::span)));
    }
    scripts
}

/// Tells whether a script is one that waits and then starts just what stands behind `--`.
fn passes_on(words: &[Text], program: &Program, catalogue: &Catalogue, name: &str) -> bool {
    let before = words.get(..program.at.unwrap_or_default()).unwrap_or_default();
    before.iter().any(|word| word.value() == "--") && catalogue.wrapper(name).is_none() && is_script(name)
}

fn cases<'c>(catalogue: &'c Catalogue, script: &str) -> impl Iterator<Item = &'c WrapperCase> {
    let wrappers = catalogue.wrappers(script);
    let script = script.to_owned();
    let of_script = move |case: &&WrapperCase| case.scripts.is_empty() || case.scripts.contains(&script);
    wrappers.flat_map(|wrapper| &wrapper.cases).filter(of_script)
}

fn case<'c>(catalogue: &'c Catalogue, script: &str, client: &Client, role: Role) -> Option<&'c WrapperCase> {
    catalogue.wrappers(script).find_map(|wrapper| wrapper.case(script, &client.id, role))
}

/// Answers the role in which a script starts the client, if there is just one.
fn only_role(scripts: &[(String, Span)], client: &Client, catalogue: &Catalogue) -> Option<Role> {
    let mut roles = scripts.iter().flat_map(|(name, _)| cases(catalogue, name)).filter(|case| case.client == client.id);
    let first = roles.next()?.role;
    roles.all(|case| case.role == first).then_some(first)
}
