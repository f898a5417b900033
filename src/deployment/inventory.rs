//! What was read besides units: keys, definitions, settings files, secrets and facts about the text; and all of it together.

use super::automation::{Automation, Unattended};
use super::cluster::{Cluster, Identity};
use super::key_facts::{Assignment, CheapKeystore, CommittedKeystore, KeyRange, LooseKeyList, OpenMode, Pin};
use super::model::{Unit, Variable};
use super::monitoring::{Alert, Routing, Scrape};
use super::plan::PlanFile;
use super::procedure::Procedure;
use super::roster::{ListedHost, Play, Stand};
use crate::ethereum::PublicKey;
use crate::history::History;
use crate::source::{FileId, Span, Spanned, Text};
use serde::Deserialize;

/// The way in which a file names a validator key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyForm {
    /// An EIP-2335 keystore.
    Keystore,
    /// An enabled entry of Lighthouse's `validator_definitions.yml` with a local keystore.
    Definition,
    /// An enabled entry of the same whose key lies with a remote signer.
    RemoteDefinition,
    /// A key file of Web3Signer (`type: …`).
    SignerKey,
    /// A list of public keys that a client or signer is given.
    PublicKeyList,
    /// Deposit data: the key exists, nothing signs with it because of this file.
    DepositData,
    /// An interchange file (EIP-3076): a history of the key, no owner.
    Interchange,
    /// The lock of a cluster, or key shares: operators sign with it together, and none of them holds it.
    Distributed,
    /// A list of keys that somebody watches: nothing signs because of it.
    WatchList,
    /// A listing or a folder's name that tells where a keystore lies, whose text the tree does not show.
    Listing,
    /// Proposer settings: what is paid and built for the key by whoever signs with it, no owner.
    ProposerSettings,
    /// A table that says on which host each key is.
    Assigned,
}

/// A place that names a validator key.
#[derive(Debug, Clone, Copy)]
pub struct KeyPlace {
    /// The key.
    pub key: PublicKey,
    /// The digits of the key in the file.
    pub span: Span,
    /// How it is named.
    pub form: KeyForm,
    /// A definition that is switched off names a key that nobody signs with.
    pub enabled: bool,
}

/// A string that should be a public key and is not.
#[derive(Debug, Clone)]
pub struct MalformedKey {
    /// The string.
    pub span: Span,
    /// What is wrong with it.
    pub why: String,
}

/// An entry of `validator_definitions.yml`.
#[derive(Debug, Clone)]
pub struct Definition {
    /// The whole entry.
    pub place: Span,
    /// `enabled`; true if it is not said.
    pub enabled: bool,
    /// `voting_public_key`, where it is well formed.
    pub key: Option<Spanned<PublicKey>>,
    /// `type`.
    pub kind: Option<Text>,
    /// `voting_keystore_path`.
    pub keystore: Option<Text>,
    /// `voting_keystore_password_path`.
    pub password_file: Option<Text>,
    /// `voting_keystore_password`: where a password stands in clear (never its text).
    pub password: Option<Span>,
    /// `suggested_fee_recipient`.
    pub fee_recipient: Option<Text>,
    /// `url` of a remote signer.
    pub url: Option<Text>,
}

/// Proposer settings of a validator client (`--proposer-settings-file` and the like).
#[derive(Debug, Clone)]
pub struct ProposerFile {
    /// The file.
    pub file: FileId,
    /// What it says, in order.
    pub entries: Vec<Proposer>,
}

/// What proposer settings say of a key, or of every key that they do not name.
#[derive(Debug, Clone)]
pub struct Proposer {
    /// The key's text, or `default_config`.
    pub place: Span,
    /// The key, where it is well formed; nothing for all others.
    pub key: Option<Spanned<PublicKey>>,
    /// It holds for every key that the file does not name.
    pub default: bool,
    /// `fee_recipient`.
    pub fee_recipient: Option<Text>,
    /// `builder.enabled`.
    pub builder: Option<Text>,
}

/// A flat settings file of a client, whatever its syntax: dotted keys and their values.
#[derive(Debug, Clone)]
pub struct SettingsFile {
    /// The file.
    pub file: FileId,
    /// Its path in the tree, with `/`. A file that stands inside another one, or is rendered from it, has the path of that one
    /// and its own name behind two slashes (`k8s/config.yaml//teku.yaml`), and is mounted under that path.
    pub path: String,
    /// Dotted key (at its place) and value; a list's items one after the other under the same key.
    pub entries: Vec<Variable>,
}

/// A file that stands inside another one: an entry of a ConfigMap or Secret, a file that a script writes.
#[derive(Debug, Clone)]
pub struct EmbeddedFile {
    /// Its bytes in the outer file.
    pub span: Span,
    /// The path that it is mounted under: that of the outer file, and its own name behind two slashes.
    pub path: String,
}

/// A part of another tree that this one builds on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unseen {
    /// Where it is named.
    pub place: Span,
    /// What it is.
    pub kind: UnseenKind,
    /// Its name or address.
    pub name: String,
}

/// What a part of another tree is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnseenKind {
    /// A role of Ansible.
    Role,
    /// A project of Compose in a folder that no task writes to.
    Project,
    /// Resources that a kustomization takes in.
    Base,
}

/// A key, password or token in a store that is not made for secrets.
#[derive(Debug, Clone)]
pub struct Misplaced {
    /// Where it stands: never quote these bytes.
    pub span: Span,
    /// What it is ("a keystore").
    pub what: String,
    /// What it is called there.
    pub name: String,
    /// The store in words ("the ConfigMap `teku`").
    pub store: String,
    /// Where the store says what it is.
    pub store_place: Span,
    /// It stands in what is obviously test data.
    pub fixture: bool,
    /// It stands in an example or template that has to be filled in.
    pub template: bool,
    /// It is what a chart says by default.
    pub default: bool,
}

/// What kind of secret lies open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecretKind {
    /// A BIP-39 sentence whose checksum holds.
    Mnemonic,
    /// A raw BLS or node key.
    SigningKey,
    /// The password of a wallet, keystore or database.
    Password,
    /// A user and password inside a URL.
    UrlCredentials,
    /// The secret of the engine interface.
    JwtSecret,
    /// The token of a key-manager interface or of a secret store.
    ApiToken,
}

/// A secret that lies open in the tree. Its text is never kept.
#[derive(Debug, Clone)]
pub struct SecretPlace {
    /// What it is.
    pub kind: SecretKind,
    /// Where it stands: never quote these bytes.
    pub span: Span,
    /// What it is called there (`MNEMONIC`, `slashing-protection-db-password`).
    pub name: String,
    /// It is a placeholder (`changeme`) that ships as a live value.
    pub placeholder: bool,
    /// Everybody knows it: documentation and test networks use it.
    pub known: bool,
    /// It stands in what is obviously test data (`tests/`, `testdata/`, `fixtures/`, `molecule/`).
    pub fixture: bool,
    /// It stands in a folder `test` beside the files by which a program is built.
    pub trial: bool,
    /// It stands in an example or template that has to be filled in.
    pub template: bool,
    /// It is the default of a chart or a role, and holds for whoever doesn't set another.
    pub default: bool,
}

/// A keystore and the file or entry of the same tree that holds its password.
#[derive(Debug, Clone)]
pub struct KeystorePassword {
    /// The keystore: the digits of its key.
    pub keystore: Span,
    /// The key it holds, where it is well formed.
    pub key: Option<PublicKey>,
    /// The password's place: never quote these bytes.
    pub password: Span,
    /// It stands in what is obviously test data.
    pub fixture: bool,
}

/// What reads a file, as far as it matters for how its text is understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReaderKind {
    /// Docker Compose.
    Compose,
    /// A client, as its settings file.
    Settings,
    /// A client's list of keys and how they are held.
    Keys,
    /// Compose or a shell, as variables of the environment.
    Environment,
    /// Ansible, as variables.
    Ansible,
    /// Kubernetes, as a resource.
    Kubernetes,
}

/// A mapping key written twice; most readers lose the first value or refuse the file.
#[derive(Debug, Clone)]
pub struct RepeatedKey {
    /// The key.
    pub key: String,
    /// Where it stands first.
    pub first: Span,
    /// Where it stands again.
    pub again: Span,
    /// What reads the file.
    pub reader: ReaderKind,
}

/// A plain `0x…` value with many digits: YAML readers that type their scalars make a number of it.
#[derive(Debug, Clone)]
pub struct UnquotedHex {
    /// The value.
    pub span: Span,
    /// The key or variable it belongs to.
    pub name: String,
    /// What reads it.
    pub reader: ReaderKind,
    /// The file, for a rule that wants to know which unit reads it.
    pub file: FileId,
}

/// A file of a known kind that could not be read as such.
#[derive(Debug, Clone)]
pub struct Unreadable {
    /// The bytes at fault.
    pub span: Span,
    /// What is wrong, without the text itself.
    pub why: String,
    /// It is obviously test data, which may be broken on purpose.
    pub fixture: bool,
}

/// A variable that a manifest uses and nothing sets.
#[derive(Debug, Clone)]
pub struct UnsetVariable {
    /// Its name.
    pub name: String,
    /// The reference.
    pub span: Span,
    /// A sample file of the tree documents it: whoever deploys is to set it.
    pub documented: bool,
    /// The project's live environment file is in the tree: what it doesn't set, only the shell can.
    pub environment: bool,
    /// The project in which it is used.
    pub project: String,
}

/// A signing history of the tree that can be read: an interchange file (EIP-3076), or the records that a client keeps itself.
#[derive(Debug, Clone)]
pub struct InterchangeFile {
    /// Its path in the tree, with `/`; of records, that of their folder.
    pub path: String,
    /// What it says.
    pub history: History,
    /// A client keeps it at work: a key that it has never signed with has no record yet.
    pub kept: bool,
    /// It is obviously test data, which may be broken on purpose.
    pub fixture: bool,
}

/// A signing history as a client keeps it: a database or a folder that lies in the tree.
#[derive(Debug, Clone)]
pub struct HistoryPlace {
    /// The path of the file or folder in the tree, with `/`.
    pub path: String,
    /// The clients (ids of the catalogue) that name theirs so, in order.
    pub clients: Vec<String>,
}

/// All that was read: the input of the fleet.
#[derive(Debug, Clone, Default)]
pub struct Inventory {
    /// Units in order of file and place.
    pub units: Vec<Unit>,
    /// Machines that lists of hosts name, in the order of the lists and of their names.
    pub hosts: Vec<ListedHost>,
    /// Plays that start units, in order of file and place.
    pub plays: Vec<Play>,
    /// Units that roles outside of the tree bring to machines, in order of host, name and place.
    pub stands: Vec<Stand>,
    /// What the tree builds on and neither it nor a table holds, each where it is met first.
    pub unseen: Vec<Unseen>,
    /// Places that name a validator key, in order of file and place.
    pub keys: Vec<KeyPlace>,
    /// What should be a public key and is not.
    pub malformed_keys: Vec<MalformedKey>,
    /// Entries of definitions files.
    pub definitions: Vec<Definition>,
    /// Proposer settings of clients, in order of file.
    pub proposers: Vec<ProposerFile>,
    /// Settings files of clients, in order of path.
    pub settings_files: Vec<SettingsFile>,
    /// Clusters of distributed validators, in order of file.
    pub clusters: Vec<Cluster>,
    /// Identities of their nodes, in order of file.
    pub identities: Vec<Identity>,
    /// Files that stand inside others and name keys, in order of file and place.
    pub embedded: Vec<EmbeddedFile>,
    /// Secrets in stores that are not made for them, in order of file and place.
    pub misplaced: Vec<Misplaced>,
    /// Ranges of numbered lists of keys, in order of file and place.
    pub key_ranges: Vec<KeyRange>,
    /// Keys that a table gives to hosts, in order of file and place.
    pub assigned: Vec<Assignment>,
    /// Keystores whose passwords are cheap to guess, in order of file.
    pub cheap_keystores: Vec<CheapKeystore>,
    /// Keystores that git keeps, in order of file.
    pub committed_keystores: Vec<CommittedKeystore>,
    /// Modes that open keys to everybody, in order of file and place.
    pub open_modes: Vec<OpenMode>,
    /// Lists from which keys are taken by position, in order of file and place.
    pub loose_key_lists: Vec<LooseKeyList>,
    /// Repositories of keys and roles that are taken at a version, in order of place.
    pub pins: Vec<Pin>,
    /// Variables that nothing sets.
    pub unset: Vec<UnsetVariable>,
    /// Alerts that some monitoring raises, in order of file and place.
    pub alerts: Vec<Alert>,
    /// Where alerts are sent, in order of file.
    pub routings: Vec<Routing>,
    /// Where collectors of metrics look.
    pub scrapes: Vec<Scrape>,
    /// Secrets that lie open in the tree, in order of file and place.
    pub secrets: Vec<SecretPlace>,
    /// Keystores whose passwords lie in the same tree, in order of file.
    pub keystore_passwords: Vec<KeystorePassword>,
    /// Mapping keys written twice in manifests, settings and environment files.
    pub repeated: Vec<RepeatedKey>,
    /// Hexadecimal values that a YAML reader takes for numbers.
    pub unquoted_hex: Vec<UnquotedHex>,
    /// Files of a known kind that could not be read as such.
    pub unreadable: Vec<Unreadable>,
    /// Interchange files, in order of file.
    pub interchanges: Vec<InterchangeFile>,
    /// What starts, changes or restores units unasked, in order of file and place.
    pub automations: Vec<Automation>,
    /// Lines that let machines restart themselves after upgrades, in order of file and place.
    pub unattended: Vec<Unattended>,
    /// Emergency plans and run-books, in order of file.
    pub plans: Vec<PlanFile>,
    /// What scripts and playbooks do to units, in order of file.
    pub procedures: Vec<Procedure>,
    /// Signing histories as clients keep them, in order of path; the survey of the fleet finds them, since clients name them.
    pub histories: Vec<HistoryPlace>,
}
