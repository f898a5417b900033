//! What a deployment manifest says should run: units, and the files and keys they are given.

use crate::source::{FileId, Span, Spanned, Text};

/// What starts a unit and starts it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Supervisor {
    /// Docker Compose.
    Compose,
    /// Docker itself: `docker run` in a script, or a task that does the same.
    Docker,
    /// Kubernetes.
    Kubernetes,
    /// systemd.
    Systemd,
    /// A scheduler of a cloud: Nomad, ECS.
    Scheduler,
    /// A script that a person or another program starts.
    Script,
}

/// One process that a manifest starts: a compose service, a container of a pod, a systemd unit and the like.
///
/// [`Unit::new`] makes one of which nothing else is known; a reader fills in what its format says.
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
    /// How often and after which exits it is started again.
    pub restart_policy: RestartPolicy,
    /// How an update replaces it, where the format or the manifest decides that.
    pub rollout: Option<Spanned<Rollout>>,
    /// Every instance has a stable number, and volumes of its own where [`Mount::per_instance`] says so (a StatefulSet).
    pub ordinals: bool,
    /// Its instances start and stop all at once instead of one after the other (`podManagementPolicy: Parallel`).
    pub parallel: Option<Span>,
    /// Seconds between the request to stop and the kill.
    pub stop_grace: Option<Spanned<u64>>,
    /// What is asked of it again and again, and kills it when it does not answer well (`livenessProbe`).
    pub liveness: Option<Liveness>,
    /// Bytes of memory that it may use.
    pub memory_limit: Option<Spanned<u64>>,
    /// The condition under which it is deployed, where there is one (`when: enabled`).
    pub condition: Option<Condition>,
    /// Variables that its name is built from, each where it is written into the name.
    pub name_variables: Vec<Spanned<String>>,
    /// Units with the same name here share one network: they hear each other on the loopback interface (the containers of a
    /// pod, the units of a machine). Empty where that is not so.
    pub loopback: String,
    /// `network_mode`: `host`, `none`, `service:x`, `container:x`.
    pub network_mode: Option<Text>,
    /// The networks it joins (names as the project resolves them), empty for the project's default one.
    pub networks: Vec<String>,
    /// Names under which others reach it: service name, container name, host name, aliases.
    pub names: Vec<Text>,
    /// Where names hold across projects and hosts: units of one domain reach each other by name (a Kubernetes cluster). Empty
    /// where only the project counts.
    pub domain: String,
    /// Ports that its names are reached on, and the ports of the process behind them (a Service's `port` and `targetPort`).
    pub forwards: Vec<(u16, u16)>,
    /// What else lets others in: a Service, an Ingress, a load balancer.
    pub exposures: Vec<Exposure>,
    /// Addresses that what starts the unit fetches programs from, in order.
    pub fetched: Vec<Text>,
    /// Labels (`traefik.…`).
    pub labels: Vec<Variable>,
    /// Units it waits for.
    pub depends_on: Vec<Spanned<String>>,
    /// Those among them for which it waits until they are healthy, or have done their work.
    pub waits_for_health: Vec<String>,
    /// Its name on the host is written out, and not made from the folder that it happens to lie in.
    pub named: bool,
    /// Whether a plain `up` starts it.
    pub activation: Activation,
    /// It stands in a template or an example that has to be filled in.
    pub template: bool,
    /// Where it is said that it is deployed, if elsewhere than at its own place: an overlay, a delivery to a cluster.
    pub released_by: Option<Span>,
    /// Its file is one of several in a folder that nothing selects: the file's stem (`lighthouse-vc-only`). Units of two
    /// alternatives of one project, or of an alternative and the project itself, are choices, not copies that run at once.
    pub alternative: Option<String>,
    /// It stands as the defaults of a chart or role have it: what whoever deploys it gets, if nothing else is said.
    pub default: bool,
    /// How the commands of its supervisor call it.
    pub handle: Handle,
}

/// How the commands of a supervisor call a unit, as far as the tree says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Handle {
    /// What it belongs to: the compose project, the namespace. Empty where only the machine can tell.
    pub group: String,
    /// The kind of resource that runs it (`StatefulSet`, a Nomad `Job`); empty where supervisors have but one kind.
    pub kind: String,
    /// The name of that resource, or of the container; empty where only the machine can tell.
    pub name: String,
    /// Every file that its project is started from, the deciding one last.
    pub files: Vec<FileId>,
}

impl Unit {
    /// Makes a unit of which nothing but its name, its supervisor and its place is known.
    #[must_use]
    pub fn new(name: Spanned<String>, supervisor: Supervisor, place: Span) -> Self {
        Self {
            files: vec![name.span.file],
            names: vec![Text::literal(&name.value, name.span)],
            name,
            supervisor,
            place,
            host: String::new(),
            project: String::new(),
            image: None,
            build: None,
            pull_policy: None,
            command: Command::default(),
            env: Vec::new(),
            env_open: false,
            ports: Vec::new(),
            mounts: Vec::new(),
            read_only: false,
            replicas: None,
            restart: None,
            restart_policy: RestartPolicy::default(),
            rollout: None,
            ordinals: false,
            parallel: None,
            stop_grace: None,
            liveness: None,
            memory_limit: None,
            condition: None,
            name_variables: Vec::new(),
            loopback: String::new(),
            network_mode: None,
            networks: Vec::new(),
            domain: String::new(),
            forwards: Vec::new(),
            exposures: Vec::new(),
            fetched: Vec::new(),
            labels: Vec::new(),
            depends_on: Vec::new(),
            waits_for_health: Vec::new(),
            named: false,
            activation: Activation::Always,
            template: false,
            released_by: None,
            alternative: None,
            default: false,
            handle: Handle::default(),
        }
    }
}

/// The command line of a unit.
#[derive(Debug, Clone, Default)]
pub struct Command {
    /// Words of entrypoint and command in one line, a shell's script taken apart: the words of the command that it ends in.
    /// A word can be a hole as a whole (`${EXTRA_FLAGS}`): then any number of words may stand there.
    pub words: Vec<Text>,
    /// The words as the manifest has them, if `words` come from following a script of the tree: whoever knows that script
    /// better can start from here.
    pub written: Vec<Text>,
    /// What started the program, outermost first: scripts and launchers as written (`docker-entrypoint.sh`, `tini`).
    pub wrappers: Vec<Text>,
    /// The manifest replaces the image's entrypoint: `words` begin with the program. Otherwise they follow what the image says.
    pub entrypoint: bool,
    /// The place of the whole.
    pub place: Option<Span>,
    /// Where a patch took words away, or put others in their place.
    pub changed: Option<Span>,
    /// Why more words may reach the process than the tree shows; nothing if all are seen.
    pub open: Option<Open>,
    /// Other commands of the same script, in order (a `rm -rf` before the client starts); every word is a hole in those that
    /// run under a condition only.
    pub before: Vec<Vec<Text>>,
    /// Text that was meant for the command and never reaches it: behind a line that does not go on, a remark in the middle of a
    /// command, or from an unquoted `;`, `&`, `|`, `<`, `>` on where no shell reads it.
    pub lost: Option<Text>,
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
    /// Each instance has one of its own (`volumeClaimTemplates`).
    pub per_instance: bool,
    /// Several machines can write to it at once (`ReadWriteMany`, NFS): where that is said.
    pub shared: Option<Span>,
    /// It is deleted with its workload: where that is said.
    pub deleted_with_workload: Option<Span>,
}

impl Mount {
    /// Makes a mount that the process can write, of which nothing more is known.
    #[must_use]
    pub fn new(source: MountSource, target: Text, place: Span) -> Self {
        Self { source, target, place, read_only: false, per_instance: false, shared: None, deleted_with_workload: None }
    }
}

/// How often and after which exits a supervisor starts a unit again.
#[derive(Debug, Clone, Default)]
pub struct RestartPolicy {
    /// Milliseconds between the end and the next start, where it is said.
    pub delay: Option<Spanned<u64>>,
    /// So many starts in a row at most; zero means without end.
    pub limit: Option<Spanned<u64>>,
    /// Exit statuses after which it stays down (`RestartPreventExitStatus`).
    pub never_after: Vec<Spanned<i32>>,
}

/// How an update replaces a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rollout {
    /// The new instance starts before the old one has ended.
    Overlapping,
    /// The old one is stopped first; a lost machine or a deleted pod can still leave two.
    StopFirst,
    /// There is never more than one of a number.
    AtMostOne,
    /// A hole.
    Unknown,
}

/// A condition under which a unit is deployed.
#[derive(Debug, Clone)]
pub struct Condition {
    /// The condition as it is written.
    pub text: Text,
    /// Something stops the unit where the condition does not hold.
    pub stopped_otherwise: bool,
}

/// A question whose answer decides whether a unit is killed and started again.
#[derive(Debug, Clone)]
pub struct Liveness {
    /// What is asked: the path of a request, or the words of a command in one line.
    pub asks: Text,
    /// Who is asked, if not the unit itself.
    pub host: Option<Text>,
}

/// What lets others in to a unit, beside ports that it publishes itself.
#[derive(Debug, Clone)]
pub struct Exposure {
    /// The port of the process that it leads to; nothing for every port.
    pub port: Option<u16>,
    /// What decides it (the Service's `type`, the Ingress's rule).
    pub place: Span,
    /// Everybody who reaches the machine or its load balancer gets in; else the machine itself only.
    pub public: bool,
    /// The path in words: "the Service `vc` of type LoadBalancer".
    pub words: String,
}

/// Where a mount comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MountSource {
    /// A path of the tree, normalised, relative to its root with `/` (`hosts/a/keys`).
    Tree(String),
    /// A path of the host outside the tree (`/var/lib/lighthouse`), normalised.
    Host(String),
    /// A named volume, by its name in the project (`lighthouse-data`); if it has a name outside (`name:`, `external:`), that one.
    Volume {
        /// Its name.
        name: String,
        /// The name means the same volume in every project of the host: it is made outside the project, or fixed by `name:`.
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
