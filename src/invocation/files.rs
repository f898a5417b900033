//! What settings files say: the ones that a flag or a variable names, and the ones that a client finds by itself.

use super::grammar;
use super::meaning::{self, Use};
use super::model::{Carrier, FlagUse};
use super::settle::{Assignment, IN_FILE};
use crate::catalogue::{Carriers, Client, ConfigFile, Flag, Found, KeyRule, Role};
use crate::deployment::{Held, Inventory, MountSource, SettingsFile, Unit, Variable, normalise};
use crate::source::{Span, Spanned, Text};

/// What the settings files of a client come to.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// The settings that they decide.
    pub assignments: Vec<Assignment>,
    /// Where a file is named, or must be, that the tree does not hold.
    pub missing: Option<Span>,
    /// Every key that was met, where the catalogue knows how keys name options.
    pub flags: Vec<FlagUse>,
}

/// Where a settings file is.
enum Place<'i> {
    /// In the tree.
    Tree(&'i SettingsFile),
    /// In a folder of the tree, which holds only what it is to be copied from.
    Default(&'i SettingsFile),
    /// In a folder of the tree, which does not hold it.
    Absent,
    /// On the host.
    Host,
    /// In the image, on a volume, or nobody knows where.
    Elsewhere,
}

/// Reads the settings files of a client in a role; `named` finds the text that names one.
pub(super) fn read(
    client: &Client,
    role: Role,
    unit: &Unit,
    inventory: &Inventory,
    named: &dyn Fn(&ConfigFile) -> Option<Text>,
) -> Files {
    let mut files = Files::default();
    let mut found = false;
    let of_role = |file: &&ConfigFile| file.roles.is_empty() || file.roles.contains(&role);
    for config in client.config_files.iter().filter(of_role) {
        match named(config) {
            Some(name) => found |= read_named(client, role, (unit, inventory), config, &name, &mut files),
            None => found |= read_default(client, role, (unit, inventory), config, &mut files),
        }
    }
    if !found && files.missing.is_none() && lives_by_files(client, role) {
        files.missing = Some(unit.name.span);
    }
    files
}

/// Tells whether most of what can be set can be set in a file only, so that there must be one.
fn lives_by_files(client: &Client, role: Role) -> bool {
    let options = || client.flags.iter().filter(|flag| flag.roles.contains(&role));
    options().filter(|flag| flag.carriers == Carriers::File).count() * 2 > options().count()
}

type Ground<'a> = (&'a Unit, &'a Inventory);

/// Reads the file that a text names; answers whether the tree holds it.
fn read_named(
    client: &Client,
    role: Role,
    (unit, inventory): Ground<'_>,
    config: &ConfigFile,
    name: &Text,
    files: &mut Files,
) -> bool {
    let Some(path) = name.known() else {
        // `--config=${NETWORK}`: one of the client's own presets, whichever it is.
        if name.is_hole() && grammar::is_network_variable(name.value()) {
            return false;
        }
        files.missing.get_or_insert(name.span());
        return false;
    };
    if !config.folder && !path.contains(['/', '.']) {
        // A bare word is one of the client's own presets.
        return false;
    }
    for path in candidates(config, path) {
        match locate(unit, inventory, &path) {
            Place::Tree(file) => {
                read_entries(client, role, config, file, files);
                return true;
            }
            // The copy can say more than what it was made from; what that says stays, unless somebody looks.
            Place::Default(file) => read_entries(client, role, config, file, files),
            Place::Absent | Place::Host | Place::Elsewhere => {}
        }
    }
    files.missing.get_or_insert(name.span());
    false
}

/// Reads the file that the client finds by itself; answers whether the tree holds it.
fn read_default(
    client: &Client,
    role: Role,
    (unit, inventory): Ground<'_>,
    config: &ConfigFile,
    files: &mut Files,
) -> bool {
    let Some(path) = config.default.as_deref() else { return false };
    for path in candidates(config, path) {
        match locate(unit, inventory, &path) {
            Place::Tree(file) => {
                read_entries(client, role, config, file, files);
                return true;
            }
            Place::Host => files.missing = files.missing.or(Some(unit.name.span)),
            Place::Default(_) | Place::Absent | Place::Elsewhere => {}
        }
    }
    false
}

/// Answers the paths that a name can mean: itself, or one of the known names in its folder.
fn candidates(config: &ConfigFile, path: &str) -> Vec<String> {
    if !config.folder {
        return vec![path.to_owned()];
    }
    config.names.iter().map(|name| format!("{}/{name}", path.trim_end_matches('/'))).collect()
}

fn locate<'i>(unit: &Unit, inventory: &'i Inventory, path: &str) -> Place<'i> {
    let Some(path) = normalise(path) else { return Place::Elsewhere };
    let Held::By(index, length) = unit.held(&path) else { return Place::Elsewhere };
    let rest = path.get(length..).unwrap_or_default().trim_start_matches('/');
    match unit.mounts.get(index).map(|mount| &mount.source) {
        Some(MountSource::Tree(source)) => {
            let parts = [source.trim_end_matches('/'), rest];
            let path = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
            // Files stand in order of their paths.
            let found = inventory.settings_files.binary_search_by(|file| file.path.as_str().cmp(&path)).ok();
            match found.and_then(|at| inventory.settings_files.get(at)) {
                Some(file) => Place::Tree(file),
                None => default_of(inventory, &path).map_or(Place::Absent, Place::Default),
            }
        }
        Some(MountSource::Host(_)) => Place::Host,
        _ => Place::Elsewhere,
    }
}

/// Answers the file that one is to be copied from: `default-config.toml` beside a `config.toml` that the tree does not hold.
fn default_of<'i>(inventory: &'i Inventory, path: &str) -> Option<&'i SettingsFile> {
    let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
    let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let find = |sign: char| {
        let path = format!("{folder}default{sign}{name}");
        let at = inventory.settings_files.binary_search_by(|file| file.path.as_str().cmp(&path)).ok()?;
        inventory.settings_files.get(at)
    };
    ['-', '.', '_'].into_iter().find_map(find)
}

fn read_entries(client: &Client, role: Role, config: &ConfigFile, file: &SettingsFile, files: &mut Files) {
    for Variable { name, value } in &file.entries {
        let flag = client.flag_of_key(role, config.keys, &name.value);
        files.flags.extend(key_use(client, flag, config, name, value));
        let Some(flag) = flag else { continue };
        files.assignments.extend(meaning::assignments(&Use {
            found: Found { flag, negated: false },
            values: std::slice::from_ref(value),
            name: name.span,
            origin: name.origin,
            spelling: &name.value,
            carrier: Carrier::File,
            strength: IN_FILE,
        }));
    }
}

/// Answers the option that a key names, which is a flag of the role, or of another one, or none that is known; nothing where the
/// catalogue lists only some of the keys that a client reads.
fn key_use(
    client: &Client,
    flag: Option<&Flag>,
    config: &ConfigFile,
    name: &Spanned<String>,
    value: &Text,
) -> Option<FlagUse> {
    let find = |role: Role| client.flag_of_key(role, config.keys, &name.value);
    let flag = flag.or_else(|| client.roles.keys().find_map(|role| find(*role)));
    let mut families = client.command_line.families.iter();
    let known = flag
        .map(|flag| flag.name.clone())
        .or_else(|| families.find(|family| name.value.starts_with(family.as_str())).cloned());
    if known.is_none() && config.keys == KeyRule::Own {
        return None;
    }
    let name = key_text(name);
    Some(FlagUse { name, values: vec![value.clone()], known, carrier: Carrier::File, strict: config.strict })
}

/// Answers a dotted key with its place: of a nested one, only what follows the last dot stands there.
fn key_text(name: &Spanned<String>) -> Text {
    let at = name.value.rfind('.').map_or(0, |dot| dot + 1);
    let (above, own) = name.value.split_at(at);
    if own.len() != name.span.len() as usize {
        return Text::literal(&name.value, name.span);
    }
    let mut text = Text::empty(name.span);
    text.push_inexact(above, Span::new(name.span.file, name.span.start, name.span.start));
    text.push(own, name.span, None);
    text
}
