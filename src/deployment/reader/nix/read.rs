//! Finds the Nix files of a tree that start something.

use super::{container, module, service};
use crate::deployment::nix::{self, Module};
use crate::deployment::reader::model::Reading;
use crate::deployment::reader::systemd::Machine;
use crate::deployment::tree;
use crate::source::{Span, Text};
use crate::workspace::{FileKind, SourceFile, Workspace};

/// Files that are longer are no modules.
const LONGEST: usize = 1 << 20;
/// What a file that starts something speaks of.
const SIGNS: [&str; 3] = ["services", "oci-containers", "ExecStart"];

/// A file of the tree, what it says, and the machine that it is meant for.
pub(super) struct Source<'w> {
    pub file: &'w SourceFile,
    pub module: Module,
    pub machine: Machine<'w>,
}

/// Takes the services and containers of every Nix file.
pub(in crate::deployment::reader) fn read(workspace: &Workspace, reading: &mut Reading) {
    for file in workspace.written().filter(|file| file.kind == FileKind::Nix) {
        let Some(text) = file.text().filter(|text| text.len() <= LONGEST) else { continue };
        if !SIGNS.iter().any(|sign| text.contains(sign)) || tree::is_test_data(&file.path) {
            continue;
        }
        let module = nix::parse(&Text::literal(text, Span::new(file.id, 0, text.len() as u32)));
        let mut machine = Machine::of(workspace, &file.path, tree::stem(&file.path));
        for (path, script) in &module.scripts {
            machine.write(path, script, false, &file.path);
        }
        let source = Source { file, module, machine };
        let units = service::units(&source).into_iter().chain(container::units(&source)).chain(module::units(&source));
        let example = tree::is_example(&file.path);
        reading
            .inventory
            .units
            .extend(units.map(|unit| crate::deployment::Unit { template: unit.template || example, ..unit }));
        reading.claimed.insert(file.id);
    }
}

#[cfg(test)]
mod tests {
    use crate::deployment::show::units;
    use insta::assert_snapshot;

    #[test]
    fn services_are_units_of_systemd() {
        let host = "{ config, pkgs, ... }:\nlet network = \"hoodi\";\nin {\n  systemd.services.vc = {\n    environment.RUST_LOG = \"info\";\n    serviceConfig = {\n      ExecStart = ''\n        ${pkgs.lighthouse}/bin/lighthouse vc \\\n          --network ${network} \\\n          --datadir /var/lib/vc\n      '';\n      Restart = \"always\";\n      RestartSec = 5;\n    };\n  };\n  systemd.services.bn = { script = ''\n    exec lighthouse bn --network ${network}\n  ''; };\n  systemd.services.off = { enable = false; script = \"geth\"; };\n}\n";
        assert_snapshot!(units(&[("hosts/a/configuration.nix", host)]), @r"
a/vc -
  project: hosts/a
  program: ${pkgs.lighthouse}/bin/lighthouse | vc | --network | hoodi | --datadir | /var/lib/vc
  env: RUST_LOG=info
  mounts: host:/ -> /
  restart: Always
  network: host
a/bn -
  project: hosts/a
  wrappers: /nix/store/bn-script
  program: lighthouse | bn | --network | hoodi
  mounts: host:/ -> /
  network: host
");
    }

    #[test]
    fn containers_are_units_of_their_engine() {
        let host = "{ virtualisation.oci-containers = { backend = \"podman\"; containers.vc = { image = \"sigp/lighthouse:v8.0.0\"; cmd = [ \"lighthouse\" \"vc\" ]; ports = [ \"5062:5062\" ]; volumes = [ \"/srv/vc:/data\" ]; environment = { A = \"b c\"; }; extraOptions = [ \"--network=host\" ]; }; }; }\n";
        assert_snapshot!(units(&[("hosts/a/configuration.nix", host)]), @r"
a/vc sigp/lighthouse:v8.0.0
  project: hosts/a
  words: lighthouse | vc
  env: A=b c
  ports: * 5062 5062 tcp
  mounts: host:/srv/vc -> /data
  restart: Always
  network: host
");
    }

    #[test]
    fn modules_that_are_known_make_services() {
        let host = "{ services.ethereum.lighthouse-validator.hoodi = {\n  enable = true;\n  settings = { network = \"hoodi\"; beacon-nodes = [ \"http://a\" \"http://b\" ]; http = true; metrics = false; };\n  extraArgs = [ \"--graffiti=x\" ];\n}; services.ethereum.geth.off = { enable = false; }; }\n";
        assert_snapshot!(units(&[("hosts/a/configuration.nix", host)]), @r"
a/lighthouse-validator-hoodi -
  project: hosts/a
  program: lighthouse | validator | --datadir | /var/lib/lighthouse-hoodi | --network | hoodi | --beacon-nodes | http://a,http://b | --http | --graffiti=x
  mounts: host:/ -> /
  restart: OnFailure
  network: host
");
    }

    #[test]
    fn modules_themselves_are_templates() {
        let module = "{ config, lib, ... }: let cfg = config.services.x; in { config = lib.mkIf cfg.enable { systemd.services = lib.mapAttrs' (name: one: lib.nameValuePair \"x-${name}\" { serviceConfig = lib.mkMerge [ base { ExecStart = \"${one.package}/bin/lighthouse vc ${args}\"; } ]; }) cfg; }; }\n";
        assert_snapshot!(units(&[("modules/x/default.nix", module)]), @r"
modules/x/x -
  project: modules/x
  template: yes
  program: ${one.package}/bin/lighthouse | vc | ${args}
  mounts: host:/ -> /
  network: host
");
    }
}
