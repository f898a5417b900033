//! Goes through the modules of a tree, from those that nobody calls to those that they call.

use super::module::{Module, is_source, modules};
use super::release;
use super::{container, machine, manifest, task};
use crate::catalogue::Catalogue;
use crate::deployment::hcl::{Block, Scope};
use crate::deployment::reader::model::Installed;
use crate::deployment::reader::model::Reading;
use crate::deployment::tree;
use crate::deployment::value::Entry;
use crate::source::{FileId, Span, Text};
use crate::workspace::{FileKind, Workspace};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

/// Modules call one another no deeper.
const DEEPEST: usize = 6;
/// No tree has more calls of modules, callers of callers counted each.
const MOST_CALLS: usize = 20_000;

/// And the modules that are called have no more blocks together, those that are called several times counted as often.
const MOST_BLOCKS: usize = 400_000;

/// What all resources of a module share.
pub(super) struct Ground<'a> {
    pub workspace: &'a Workspace,
    pub catalogue: &'a Catalogue,
    pub module: &'a Module,
    pub scope: &'a Scope<'a>,
    /// The module as its caller names it, behind what the folder says about the place.
    pub host: &'a str,
}

impl Ground<'_> {
    /// Answers the name of a machine or service of this module.
    pub fn host_of(&self, name: &str) -> String {
        [self.host, name].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("/")
    }

    pub fn resources(&self) -> impl Iterator<Item = &Block> {
        self.module.blocks.iter().filter(|block| block.kind.value == "resource" && block.labels.len() == 2)
    }

    /// Blocks that can make a machine: resources, and modules that the tree does not hold.
    pub fn makers(&self) -> impl Iterator<Item = &Block> {
        let here: BTreeSet<Span> = self.module.calls().map(|(_, block)| block.place).collect();
        let modules =
            self.module.blocks.iter().filter(move |block| block.kind.value == "module" && !here.contains(&block.place));
        self.resources().chain(modules)
    }
}

/// Takes the units of every module that no other module of the tree calls, and of those that it calls.
pub(in crate::deployment::reader) fn read(workspace: &Workspace, reading: &mut Reading) {
    let (used, cut) = each_module(workspace, &mut |ground| {
        if reading.room() == 0 {
            return;
        }
        machine::read(ground, reading);
        container::read(ground, reading);
        task::read(ground, reading);
        manifest::read(ground, reading);
    });
    if let Some(file) = cut {
        reading.cut(workspace.file(file), "calls of modules");
    }
    // What a machine is given is no machine of its own.
    let scripts = used.into_iter().filter(|id| !matches!(workspace.file(*id).kind, FileKind::Json | FileKind::Text));
    reading.claimed.extend(scripts);
    let json = workspace.written().filter(|file| is_source(file.name()) && file.kind == FileKind::Json);
    reading.claimed.extend(json.map(|file| file.id));
}

/// Answers the charts that the modules of a tree install.
pub(in crate::deployment::reader) fn releases(workspace: &Workspace) -> Vec<Installed> {
    let mut releases = Vec::new();
    each_module(workspace, &mut |ground| releases.extend(release::read(ground)));
    releases
}

/// Shows every module as each of its callers fills it in; answers the files that expressions have taken in, and
/// one whose module is called more often than it is shown.
fn each_module(workspace: &Workspace, take: &mut dyn FnMut(&Ground<'_>)) -> (BTreeSet<FileId>, Option<FileId>) {
    let modules = modules(workspace);
    if modules.is_empty() {
        return Default::default();
    }
    let catalogue = Catalogue::builtin();
    let called: BTreeSet<String> =
        modules.values().flat_map(|module| module.calls().map(|(folder, _)| folder).collect::<Vec<_>>()).collect();
    let walk = Walk {
        workspace,
        catalogue: &catalogue,
        modules: &modules,
        used: RefCell::default(),
        calls: Cell::new(0),
        blocks: Cell::new(0),
        cut: Cell::new(None),
    };
    for module in modules.values().filter(|module| !called.contains(&module.folder)) {
        walk.enter(module, &[], &tree::host(&module.folder), 0, take);
    }
    (walk.used.into_inner(), walk.cut.get())
}

struct Walk<'a> {
    workspace: &'a Workspace,
    catalogue: &'a Catalogue,
    modules: &'a BTreeMap<String, Module>,
    /// Files that expressions have taken in.
    used: RefCell<BTreeSet<FileId>>,
    /// How many modules were entered so far.
    calls: Cell<usize>,
    /// How many blocks those have that were called.
    blocks: Cell<usize>,
    /// A file of a module that was called once too often.
    cut: Cell<Option<FileId>>,
}

impl Walk<'_> {
    fn enter(&self, module: &Module, arguments: &[Entry], host: &str, depth: usize, take: &mut dyn FnMut(&Ground<'_>)) {
        self.calls.set(self.calls.get() + 1);
        self.blocks.set(self.blocks.get() + module.blocks.len());
        if self.calls.get() > MOST_CALLS || (depth > 0 && self.blocks.get() > MOST_BLOCKS) {
            let first = module.blocks.first().map(|block| block.place.file);
            self.cut.set(self.cut.get().or(first));
            return;
        }
        let file = |path: &str| {
            let path = path.trim_start_matches("./").trim_start_matches('/');
            let file = self.workspace.find(&tree::join(&module.folder, path)?)?;
            let text = file.text()?;
            self.used.borrow_mut().insert(file.id);
            Some(Text::literal(text, Span::new(file.id, 0, text.len() as u32)))
        };
        let scope = module.scope(arguments, &file);
        let ground = Ground { workspace: self.workspace, catalogue: self.catalogue, module, scope: &scope, host };
        take(&ground);
        if depth >= DEEPEST {
            return;
        }
        for (folder, call) in module.calls() {
            let Some(inner) = self.modules.get(&folder) else { continue };
            let given =
                call.body.attributes.iter().map(|one| Entry { key: one.name.clone(), value: scope.value(&one.value) });
            let given: Vec<Entry> = given.collect();
            self.enter(inner, &given, &ground.host_of(call.label(0)), depth + 1, take);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::deployment::show::units;
    use insta::assert_snapshot;

    #[test]
    fn the_json_form_says_the_same() {
        let main = r#"{
  "//": "made by a program",
  "variable": { "tag": { "default": "v8.0.0" }, "flags": { "type": "list(string)", "default": ["lighthouse", "vc", "--http"] } },
  "locals": { "image": "sigp/lighthouse:${var.tag}" },
  "resource": [
    { "docker_container": { "vc": {
      "name": "vc", "image": "${local.image}", "command": "${var.flags}",
      "ports": [{ "internal": 5062, "external": 5062, "ip": "127.0.0.1" }],
      "volumes": { "container_path": "/data", "host_path": "/srv/data" }, "restart": "always"
    } } },
    { "helm_release": { "bn": { "name": "bn", "chart": "./charts/bn", "set": [{ "name": "tag", "value": "${var.tag}" }] } } }
  ]
}"#;
        let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: bn}\nspec: {containers: [{name: bn, image: 'sigp/lighthouse:{{ .Values.tag }}', args: [lighthouse, bn]}]}\n";
        let shown = units(&[
            ("tf/main.tf.json", main),
            ("tf/terraform.tfvars.json", "{ \"tag\": \"v8.0.1\" }"),
            ("tf/charts/bn/Chart.yaml", "apiVersion: v2\nname: bn\nversion: 1.0.0\n"),
            ("tf/charts/bn/templates/pod.yaml", pod),
        ]);
        assert_snapshot!(shown, @r"
tf/bn sigp/lighthouse:v8.0.1
  project: tf
  words: lighthouse | bn
  restart: Always
  domain: tf
  loopback: tf/bn
tf/vc sigp/lighthouse:v8.0.1
  project: tf
  words: lighthouse | vc | --http
  ports: 127.0.0.1 5062 5062 tcp
  mounts: host:/srv/data -> /data
  restart: Always
  names: vc
");
    }

    #[test]
    fn a_machine_runs_its_user_data() {
        let main = "variable \"net\" {}\nlocals { flags = join(\" \", [\"--http\", \"--network ${var.net}\"]) }\nresource \"aws_launch_template\" \"node\" {\n  user_data = base64encode(templatefile(\"${path.module}/boot.sh.tftpl\", { flags = local.flags, mev = true }))\n}\nresource \"aws_autoscaling_group\" \"nodes\" {\n  desired_capacity = 2\n  launch_template { id = aws_launch_template.node.id }\n}\nresource \"hcloud_server\" \"vc\" {\n  count = 1\n  user_data = file(\"cloud.yml\")\n  lifecycle { create_before_destroy = true }\n}\n";
        let boot = "#!/bin/bash\ncat > /etc/systemd/system/bn.service <<EOF\n[Service]\nExecStart=/usr/bin/lighthouse bn ${flags}%{ if mev } --builder http://x%{ endif }\nEOF\n";
        let cloud = "#cloud-config\nruncmd:\n  - docker run -d --name vc sigp/lighthouse:v8.0.0 lighthouse vc\n";
        let texts = [
            ("tf/main.tf", main),
            ("tf/terraform.tfvars", "net = \"hoodi\"\n"),
            ("tf/boot.sh.tftpl", boot),
            ("tf/cloud.yml", cloud),
        ];
        assert_snapshot!(units(&texts), @r"
tf/node/bn -
  project: tf#node
  program: /usr/bin/lighthouse | bn | --http | --network | hoodi | --builder | http://x
  mounts: host:/ -> /
  replicas: Count(2)
  network: host
tf/vc/vc sigp/lighthouse:v8.0.0
  project: tf#vc
  words: lighthouse | vc
  replicas: Count(1)
  rollout: Overlapping
");
    }

    #[test]
    fn containers_and_tasks_are_units() {
        let main = "module \"a\" {\n  source = \"./vc\"\n  tag = \"v8.0.0\"\n}\n";
        let vc = "variable \"tag\" { default = \"latest\" }\nresource \"docker_image\" \"lh\" { name = \"sigp/lighthouse:${var.tag}\" }\nresource \"docker_container\" \"vc\" {\n  name = \"vc\"\n  image = docker_image.lh.image_id\n  command = [\"lighthouse\", \"vc\"]\n  env = [\"A=b\"]\n  restart = \"always\"\n  ports {\n    internal = 5062\n    external = 5062\n  }\n  volumes {\n    host_path = \"/data\"\n    container_path = \"/root\"\n  }\n}\nresource \"aws_ecs_task_definition\" \"t\" {\n  container_definitions = jsonencode([{ name = \"vc\", image = \"sigp/lighthouse:v8\", command = [\"lighthouse\", \"vc\"], mountPoints = [{ sourceVolume = \"d\", containerPath = \"/data\" }] }])\n  volume {\n    name = \"d\"\n    efs_volume_configuration { file_system_id = aws_efs_file_system.d.id }\n  }\n}\nresource \"aws_ecs_service\" \"s\" {\n  task_definition = aws_ecs_task_definition.t.arn\n  desired_count = 2\n}\n";
        assert_snapshot!(units(&[("main.tf", main), ("vc/main.tf", vc)]), @r"
a/vc sigp/lighthouse:v8.0.0
  project: vc
  words: lighthouse | vc
  env: A=b
  ports: * 5062 5062 tcp
  mounts: host:/data -> /root
  restart: Always
  names: vc
a/t/vc sigp/lighthouse:v8
  project: vc#t
  words: lighthouse | vc
  mounts: outside:efs ${aws_efs_file_system.d.id} -> /data shared
  replicas: Count(2)
  rollout: Overlapping
  loopback: t
");
    }

    #[test]
    fn odd_files_do_no_harm() {
        for odd in [
            "a",
            "a {",
            "a = ",
            "a = [",
            "a = \"${",
            "a = <<EOF",
            "a = <<",
            "x \"",
            "a = {a = ",
            "a = b ? c",
            "%{",
            "a = \"%{ for x in y }",
            "a = for",
            "a = é[",
            "} } }",
            "a = [for x in y : {",
            "a = !",
            "a = -",
            "resource \"a\" \"b\" {\n user_data = local.x\n}\nlocals {\n x = local.x\n}",
        ] {
            units(&[("a.tf", odd), ("b.nomad", odd)]);
        }
        for open in ["a = [", "a {", "(", "a = {b = ", "\"${\"", "a = !", "f(", "a = b[", "a = b ? "] {
            let deep = format!("a = {}", open.repeat(3000));
            units(&[("a.tf", &deep)]);
            units(&[("b.tf", &open.repeat(3000))]);
        }
    }
}
