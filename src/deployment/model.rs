//! What a deployment manifest says should run: units, and the files and keys they are given.

use crate::ethereum::PublicKey;
use crate::source::{FileId, Span, Spanned, Text};

/// What starts a unit and starts it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Supervisor {
    /// Docker Compose.
    Compose,
}

/// One process that a manifest starts: a compose service, later a container, a systemd unit and the like.
#[derive(Debug, Clone)]
pub struct Unit {
    /// Its name, at the place that stands for it when something is missing (the service's key).
    pub name: Spanned<String>,
    /// What runs it.
    pub supervisor: Supervisor,
    /// The host it runs on, as far as the tree tells; units of one compose project share one.
    pub host: String,
    /// The project or release: names and relative paths mean the same within it. Path of its folder in the tree.
    pub project: String,
    /// Every file that the unit was merged from, the deciding one last.
    pub files: Vec<FileId>,
    /// The whole entry.
    pub place: Span,
    /// The image as written, interpolated.
    pub image: Option<Text>,
    /// The image is built from the tree: where it says so.
    pub build: Option<Span>,
    /// `pull_policy` and the like.
    pub pull_policy: Option<Text>,
    /// The command line as far as the tree shows it.
    pub command: Command,
    /// Environment of the process, in order of precedence, the deciding one last; one entry a name.
    pub env: Vec<Variable>,
    /// A file with more environment variables could not be read (not in the tree).
    pub env_open: bool,
    /// Published ports.
    pub ports: Vec<Port>,
    /// Volumes, binds, tmpfs.
    pub mounts: Vec<Mount>,
    /// The root file system is read-only.
    pub read_only: bool,
    /// How many instances run: `deploy.replicas`, `scale`, `mode: global`.
    pub replicas: Option<Spanned<Replicas>>,
    /// When the supervisor starts it again.
    pub restart: Option<Spanned<Restart>>,
    /// `network_mode`: `host`, `none`, `service:x`, `container:x`.
    pub network_mode: Option<Text>,
    /// The networks it joins (names as the project resolves them), empty for the project's default one.
    pub networks: Vec<String>,
    /// Names under which others reach it: service name, container name, host name, aliases.
    pub names: Vec<Text>,
    /// Labels (`traefik.…`).
    pub labels: Vec<Variable>,
    /// Units it waits for.
    pub depends_on: Vec<Spanned<String>>,
    /// Whether a plain `up` starts it.
    pub activation: Activation,
    /// It stands in a template or an example that has to be filled in.
    pub template: bool,
}

/// The command line of a unit.
#[derive(Debug, Clone, Default)]
pub struct Command {
    /// Words of entrypoint and command in one line, a shell's script taken apart: the words of the command that it ends in.
    /// A word can be a hole as a whole (`${EXTRA_FLAGS}`): then any number of words may stand there.
    pub words: Vec<Text>,
    /// The words that came before the program when a wrapper or a script starts it (`docker-entrypoint.sh`), by file name.
    pub wrappers: Vec<Text>,
    /// The place of the whole.
    pub place: Option<Span>,
    /// Why more words may reach the process than the tree shows; nothing if all are seen.
    pub open: Option<Open>,
    /// Other commands of the same script, in order (a `rm -rf` before the client starts).
    pub before: Vec<Vec<Text>>,
}

/// Why a command line is not all there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Open {
    /// Neither entrypoint nor command: the image decides.
    Image,
    /// A script that is not in the tree, or could not be followed, adds words. Its name.
    Script(String),
}

/// An environment variable of a unit.
#[derive(Debug, Clone)]
pub struct Variable {
    /// Its name.
    pub name: Spanned<String>,
    /// Its value; a hole if it comes from outside the tree.
    pub value: Text,
}

/// A published port.
#[derive(Debug, Clone)]
pub struct Port {
    /// The whole entry, as used.
    pub text: Text,
    /// The address on the host; nothing means every address.
    pub host_ip: Option<Text>,
    /// First and last port on the host; nothing if Docker chooses, or if it is not known.
    pub host: Option<(u16, u16)>,
    /// First and last port of the process; nothing if not known.
    pub container: Option<(u16, u16)>,
    /// `tcp` or `udp`.
    pub protocol: String,
}

/// A place in the file system of a unit that outlives it, or does not.
#[derive(Debug, Clone)]
pub struct Mount {
    /// Where it comes from.
    pub source: MountSource,
    /// The absolute path inside the unit.
    pub target: Text,
    /// The process cannot write.
    pub read_only: bool,
    /// The whole entry.
    pub place: Span,
}

/// Where a mount comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MountSource {
    /// A path of the tree, normalised, relative to its root with `/` (`hosts/a/keys`).
    Tree(String),
    /// A path of the host outside the tree (`/var/lib/lighthouse`), normalised.
    Host(String),
    /// A named volume, by its name in the project (`lighthouse-data`); if it is external, as it is called outside.
    Volume {
        /// Its name.
        name: String,
        /// Made outside the project.
        external: bool,
    },
    /// A volume without a name: new with every new container.
    Anonymous,
    /// Memory.
    Tmpfs,
    /// The source has a hole.
    Unknown(String),
}

/// How many instances run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replicas {
    /// So many.
    Count(u64),
    /// One on every machine of the cluster.
    PerNode,
    /// A hole.
    Unknown,
}

/// When the supervisor starts a unit again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restart {
    /// Never.
    No,
    /// When it failed.
    OnFailure,
    /// Whatever its exit status (`always`).
    Always,
    /// The same, unless it was stopped by hand.
    UnlessStopped,
    /// A hole.
    Unknown,
}

/// Whether a plain `up` starts a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Activation {
    /// It does.
    Always,
    /// Only with one of these profiles.
    Profiles(Vec<String>),
    /// Never: switched off (`profiles: [""]`, zero replicas), or its file is not among `COMPOSE_FILE`.
    Off,
}

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

/// A flat settings file of a client, whatever its syntax: dotted keys and their values.
#[derive(Debug, Clone)]
pub struct SettingsFile {
    /// The file.
    pub file: FileId,
    /// Its path in the tree, with `/`.
    pub path: String,
    /// Dotted key (at its place) and value; a list's items one after the other under the same key.
    pub entries: Vec<Variable>,
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
    /// The project in which it is used.
    pub project: String,
}

/// All that was read: the input of the fleet.
#[derive(Debug, Clone, Default)]
pub struct Inventory {
    /// Units in order of file and place.
    pub units: Vec<Unit>,
    /// Places that name a validator key, in order of file and place.
    pub keys: Vec<KeyPlace>,
    /// What should be a public key and is not.
    pub malformed_keys: Vec<MalformedKey>,
    /// Entries of definitions files.
    pub definitions: Vec<Definition>,
    /// Settings files of clients, in order of file.
    pub settings_files: Vec<SettingsFile>,
    /// Variables that nothing sets.
    pub unset: Vec<UnsetVariable>,
}
