//! What names a client: its program, its image, the script that starts it, or the name of an image of one's own.

use super::arguments::{Argument, Line};
use super::grammar;
use super::program::{self, Program};
use super::script;
use crate::catalogue::{Binary, Catalogue, Client, Found, Image, ImageName, Role, WrapperCase};
use crate::deployment::{Open, Unit};
use crate::source::{Span, Text};

/// How a unit starts, as far as it goes by one reading of its words.
pub(super) struct Start<'u, 'c> {
    /// The unit.
    pub unit: &'u Unit,
    /// The words.
    pub words: &'u [Text],
    /// Why there may be more of them.
    pub open: Option<&'u Open>,
    /// Where the program stands among them.
    pub program: Program,
    /// The client of the unit's image, and what is known of the image.
    pub image: Option<(&'c str, &'c Image)>,
}

/// What names the client, before its role is known.
pub(super) struct Candidate<'c> {
    /// The client.
    pub client: &'c Client,
    /// Its program.
    pub binary: Option<&'c Binary>,
    /// The text that names it.
    pub named_at: Span,
    /// The program stands on the command line.
    pub by_program: bool,
    /// Further words must bear it out.
    pub weak: bool,
    /// The role that its image's name tells.
    pub role: Option<Role>,
}

/// So many flags tell a client.
const FEWEST_FLAGS: usize = 4;

/// What images of one's own are called by the role of the client in them.
const ROLE_NAMES: &[(&str, Role)] = &[
    ("beacon", Role::Beacon),
    ("beacon-chain", Role::Beacon),
    ("beacon-node", Role::Beacon),
    ("bn", Role::Beacon),
    ("consensus", Role::Beacon),
    ("el", Role::Execution),
    ("execution", Role::Execution),
    ("execution-client", Role::Execution),
    ("validator", Role::Validator),
    ("validator-client", Role::Validator),
    ("vc", Role::Validator),
];

impl<'u, 'c> Start<'u, 'c> {
    /// Finds the program among the words, and the image in the catalogue.
    pub fn new(unit: &'u Unit, words: &'u [Text], open: Option<&'u Open>, catalogue: &'c Catalogue) -> Self {
        let image = unit.image.as_ref().and_then(repository).and_then(|repository| catalogue.by_image(repository));
        let of_image =
            image.map(|(id, _)| id).or_else(|| unit.image.as_ref().and_then(|image| named(image, catalogue)));
        let program = program::find(words, &|path| is_program(path, of_image, catalogue, words));
        Self { unit, words, open, program, image }
    }
}

/// Finds what names a client, the strongest evidence first.
pub(super) fn find<'c>(
    start: &Start<'_, 'c>,
    scripts: &[script::Found],
    catalogue: &'c Catalogue,
) -> Option<Candidate<'c>> {
    by_program(start, catalogue)
        .or_else(|| by_image(start, catalogue))
        .or_else(|| by_script(start, scripts, catalogue))
        .or_else(|| by_name(start, catalogue))
        .or_else(|| by_variable(start, catalogue))
        .or_else(|| by_flags(start, catalogue))
}

/// Tells whether weak evidence is borne out: by a sub-command, by flags, or by variables that only this client reads.
pub(super) fn is_borne_out(client: &Client, unit: &Unit, line: &Line<Found<'_>>, command: Option<Role>) -> bool {
    let known = |name: &str| client.roles.keys().any(|role| client.flag_of_variable(*role, name).is_some());
    // Where the manifest replaces the entrypoint, the image's name and variables say nothing about what is started.
    has_its_flags(line)
        || !unit.command.entrypoint && command.is_some_and(|role| role != Role::Tool)
        || !unit.command.entrypoint && unit.env.iter().any(|variable| known(&variable.name.value))
}

/// Tells whether more flags are known than not, and one of them carries a setting.
fn has_its_flags(line: &Line<Found<'_>>) -> bool {
    let known = line.arguments.iter().filter_map(|argument| argument.flag);
    let telling = known.clone().any(|found| found.flag.setting.is_some());
    telling && known.count() * 2 > line.arguments.len()
}

/// Answers registry and repository of an image, if they are known.
fn repository(image: &Text) -> Option<&str> {
    let end = ImageName::parse(image.value()).repository.end;
    image.is_known_in(0..end).then(|| image.value().get(..end)).flatten()
}

/// Tells whether a path is one of a client's program; one with a common name needs the client's image, flags or folder beside it.
fn is_program(path: &str, of_image: Option<&str>, catalogue: &Catalogue, words: &[Text]) -> bool {
    let Some((id, binary)) = catalogue.by_binary(program::file_name(path)) else { return false };
    let its_flags = |client: &Client| has_its_flags(&grammar::read(client, binary.role, words));
    !binary.common
        || of_image == Some(id)
        || binary.paths.iter().any(|known| known == path)
        || catalogue.client(id).is_some_and(its_flags)
}

/// The client that the name of an image which nobody published speaks of, if it is one (`mycorp/lighthouse`).
fn named<'c>(image: &Text, catalogue: &'c Catalogue) -> Option<&'c str> {
    let name = repository(image)?.rsplit('/').next()?.to_ascii_lowercase().replace('_', "-");
    let client = catalogue.clients().filter(|id| has_word(&name, id)).max_by_key(|id| id.len())?;
    Some(client).filter(|id| catalogue.client(id).is_some_and(|client| !client.unlike.contains(&name)))
}

fn by_program<'c>(start: &Start<'_, 'c>, catalogue: &'c Catalogue) -> Option<Candidate<'c>> {
    let word = start.words.get(start.program.at?)?;
    let (id, binary) = catalogue.by_binary(program::known_name(word)?)?;
    let client = catalogue.client(id)?;
    let named_at = word.span();
    Some(Candidate { client, binary: Some(binary), named_at, by_program: true, weak: false, role: None })
}

/// Takes the image's word for it, unless the manifest starts something else in it.
fn by_image<'c>(start: &Start<'_, 'c>, catalogue: &'c Catalogue) -> Option<Candidate<'c>> {
    let (id, image) = start.image?;
    let client = catalogue.client(id)?;
    let script = !start.program.wrappers.is_empty() || matches!(start.open, Some(Open::Script(_)));
    let first = start.words.get(start.program.from).and_then(Text::known);
    // `make start-node`: what starts the client is no script, and hands it a sub-command.
    if start.unit.command.entrypoint && !script && !first.is_some_and(|word| grammar::is_command(client, word)) {
        return None;
    }
    let binary = client.binaries.iter().find(|binary| image.program.as_deref() == Some(binary.name.as_str()));
    let named_at = start.unit.image.as_ref()?.span();
    Some(Candidate { client, binary, named_at, by_program: false, weak: false, role: None })
}

/// Takes the word of a start script that starts one client only.
fn by_script<'c>(start: &Start<'_, 'c>, scripts: &[script::Found], catalogue: &'c Catalogue) -> Option<Candidate<'c>> {
    let unit = start.unit;
    let starting = |script: &script::Found| {
        let mut cases = script::cases(script, unit, catalogue).filter(|case: &&WrapperCase| case.starts);
        let first = cases.next()?;
        cases.all(|case| case.client == first.client).then_some((first, script.place))
    };
    let (case, place) = scripts.iter().find_map(starting)?;
    let client = catalogue.client(&case.client)?;
    let named_at = unit.image.as_ref().filter(|_| place == unit.name.span).map_or(place, Text::span);
    Some(Candidate { client, binary: None, named_at, by_program: false, weak: false, role: None })
}

/// Follows the name of an image that nobody published (`mycorp/lighthouse`), for other words to bear out; the name alone is
/// enough where there are no words and it says all (`mycorp/lighthouse-validator`).
fn by_name<'c>(start: &Start<'_, 'c>, catalogue: &'c Catalogue) -> Option<Candidate<'c>> {
    let open = start.open == Some(&Open::Image);
    let image = start.unit.image.as_ref()?;
    let client = catalogue.client(named(image, catalogue)?)?;
    let name = repository(image)?.rsplit('/').next()?.to_ascii_lowercase().replace('_', "-");
    let role = role_by_name(client, &name);
    let binary = client.binaries.iter().find(|binary| binary.name == client.id).filter(|_| !open);
    let named_at = image.span();
    Some(Candidate { client, binary, named_at, by_program: false, weak: !open || role.is_none(), role })
}

/// Follows the names of the variables that an image comes from, if they speak of one client, for other words to bear out.
fn by_variable<'c>(start: &Start<'_, 'c>, catalogue: &'c Catalogue) -> Option<Candidate<'c>> {
    let image = start.unit.image.as_ref().filter(|image| image.is_hole() && start.open.is_none())?;
    let written = image.value().to_ascii_lowercase();
    let mut names = catalogue.clients().filter(|id| has_word(&written.replace('_', "-"), id));
    let (client, None) = (catalogue.client(names.next()?)?, names.next()) else { return None };
    let binary = client.binaries.iter().find(|binary| binary.name == client.id);
    Some(Candidate { client, binary, named_at: image.span(), by_program: false, weak: true, role: None })
}

/// Takes the word of the flags, where neither the image nor the program is to be seen and one client alone knows them all.
fn by_flags<'c>(start: &Start<'_, 'c>, catalogue: &'c Catalogue) -> Option<Candidate<'c>> {
    let unit = start.unit;
    let words = start.words.get(start.program.from..)?;
    let named_at = match &unit.image {
        Some(image) if repository(image).is_none() && !unit.command.entrypoint => image.span(),
        None => words.first().filter(|first| first.is_hole())?.span(),
        Some(_) => return None,
    };
    if !start.program.wrappers.is_empty() || start.open.is_some() || words.len() < FEWEST_FLAGS {
        return None;
    }
    let mut clients = catalogue.clients().filter_map(|id| catalogue.client(id)).filter_map(|client| {
        let mut roles = roles_by_flags(client, words).into_iter();
        Some((client, roles.next()?, roles.next()))
    });
    let (client, role, other) = clients.next().filter(|_| clients.next().is_none())?;
    let role = other.is_none().then_some(role);
    Some(Candidate { client, binary: None, named_at, by_program: false, weak: false, role })
}

/// Answers the one role in which a client knows all flags of a command line, if it has a program for each and no sub-commands for them.
pub(super) fn role_by_flags(client: &Client, words: &[Text]) -> Option<Role> {
    if client.commands.iter().any(|command| command.role != Role::Tool) {
        return None;
    }
    let mut roles = roles_by_flags(client, words).into_iter();
    roles.next().filter(|_| roles.next().is_none())
}

/// Lists the roles in which a client knows all flags of a command line, and some of them carry a setting.
fn roles_by_flags(client: &Client, words: &[Text]) -> Vec<Role> {
    let knows_all = |role: &Role| {
        let line = grammar::read(client, Some(*role), words);
        let mut named = line.arguments.iter().filter(|argument| argument.name.is_known());
        let known = |argument: &Argument<Found<'_>>| argument.flag.is_some_and(|found| found.flag.roles.contains(role));
        named.clone().count() >= FEWEST_FLAGS && named.all(known) && has_its_flags(&line)
    };
    client.roles.keys().copied().filter(|role| *role != Role::Tool && knows_all(role)).collect()
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

/// Reads the role from the name of a unit that a script starts of which nothing is known: it is called after its role
/// (`validator`, `consensus-lighthouse`), or after the client, if that has but one besides its tools.
pub(super) fn role_of_unit(start: &Start<'_, '_>, client: &Client) -> Option<Role> {
    let hidden = !start.program.wrappers.is_empty() || matches!(start.open, Some(Open::Script(_)));
    let left = start.words.get(start.program.from..).unwrap_or_default();
    if !hidden || !left.is_empty() {
        return None;
    }
    let mut roles = client.roles.keys().copied().filter(|role| *role != Role::Tool);
    let only = roles.next().filter(|_| roles.next().is_none());
    let name = start.unit.name.value.to_ascii_lowercase().replace('_', "-");
    let bare = name == client.id || name.strip_suffix("-node") == Some(&client.id);
    role_by_name(client, &name).or_else(|| only.filter(|_| bare))
}

/// Tells whether a name has another one in it, between dashes and the like.
fn has_word(name: &str, word: &str) -> bool {
    let sign = |letter: Option<char>| letter.is_none_or(|letter| !letter.is_alphanumeric());
    name.match_indices(word)
        .any(|(at, _)| sign(name[..at].chars().last()) && sign(name[at + word.len()..].chars().next()))
}
