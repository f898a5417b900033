//! Goes through the projects of a tree, one after the other.

use super::build::Build;
use super::environment::Samples;
use super::load::{Loader, Parts};
use super::mounts::Mounts;
use super::project::{self, Project};
use super::service::{self, Context};
use crate::deployment::interpolate::{Scope, Unset};
use crate::deployment::reader::model::Reading;
use crate::deployment::tree;
use crate::deployment::{Unit, Unreadable, UnsetVariable};
use crate::source::{FileId, Span, Text};
use crate::workspace::Workspace;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Reads every compose project of the tree.
pub(crate) fn read(workspace: &Workspace, reading: &mut Reading) {
    let samples = Samples::of(workspace);
    let (projects, files) = project::find(workspace, &samples);
    reading.claimed.extend(&files);
    reading.compose = files;
    let folders: BTreeSet<&str> = projects.iter().map(|project| project.folder.as_str()).collect();
    let scopes: BTreeMap<&str, Scope> =
        folders.into_par_iter().map(|folder| (folder, project::scope(workspace, &samples, folder))).collect();
    let read: Vec<Found> = projects
        .par_iter()
        .filter_map(|project| Some(one(workspace, &samples, project, scopes.get(project.folder.as_str())?)))
        .collect();
    for found in read {
        reading.inventory.units.extend(found.units);
        reading.inventory.unset.extend(found.unset);
        reading.inventory.unreadable.extend(found.unreadable);
    }
}

/// What was found in a project.
struct Found {
    units: Vec<Unit>,
    unset: Vec<UnsetVariable>,
    unreadable: Option<Unreadable>,
}

fn one(workspace: &Workspace, samples: &Samples, project: &Project, scope: &Scope) -> Found {
    let mut loader = Loader::new(workspace, samples);
    let parts = loader.files(&project.files, &project.base, scope);
    let unreadable = project.files.first().filter(|_| loader.is_spent()).map(|file| Unreadable {
        span: Span::new(*file, 0, 0),
        why: "the project says more than can be read; the rest is left out".to_owned(),
        fixture: tree::is_fixture(&workspace.file(*file).path),
    });
    let Loader { unset, bases, .. } = loader;
    let base = |place: Span| bases.get(&place.file).map_or(project.base.as_str(), String::as_str);
    let said = scope.values.get("COMPOSE_PROJECT_NAME").or(parts.name.as_ref()).and_then(Text::known);
    let host = match tree::host(&project.folder) {
        folder if folder.is_empty() => said.unwrap_or_default().to_owned(),
        folder => folder,
    };
    let context = Context {
        workspace,
        project,
        parts: &parts,
        scope,
        bases: &bases,
        mounts: Mounts::declared(&parts, base),
        name: said.unwrap_or_else(|| tree::name(&project.folder)).to_owned(),
        named: parts.name.is_some() || scope.values.contains_key("COMPOSE_PROJECT_NAME"),
        host,
        profiles: profiles(scope),
        builds: builds(&parts, base, workspace),
    };
    let speaks = |files: &[FileId]| project.only.is_none_or(|only| files.contains(&only));
    let services = parts.services.iter().filter(|service| speaks(&service.files));
    let units: Vec<Unit> = services.filter_map(|service| service::unit(service, &context)).collect();
    Found { units, unset: unset_variables(unset, scope, project), unreadable }
}

/// Images that one service builds and others run.
fn builds<'a>(parts: &Parts, base: impl Fn(Span) -> &'a str, workspace: &Workspace) -> BTreeMap<String, Build> {
    let built = parts.services.iter().filter_map(|service| {
        let build = service.value.get("build")?;
        let name = service.value.text_of("image")?.known()?.to_owned();
        Some((name, Build::read(build, base(build.place), workspace)?))
    });
    built.collect()
}

fn profiles(scope: &Scope) -> Vec<String> {
    let list = scope.values.get("COMPOSE_PROFILES").and_then(Text::known).unwrap_or_default();
    list.split(',').map(str::trim).filter(|profile| !profile.is_empty()).map(str::to_owned).collect()
}

fn unset_variables(unset: Vec<Unset>, scope: &Scope, project: &Project) -> Vec<UnsetVariable> {
    // A file that is laid over another one brings the other's references again.
    let known = |span: Span| project.only.is_some_and(|only| only != span.file);
    let new = unset.into_iter().filter(|unset| !known(unset.span));
    new.map(|Unset { name, span }| UnsetVariable {
        documented: scope.documented.contains(&name),
        environment: !scope.values.is_empty(),
        project: project.folder.clone(),
        name,
        span,
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use crate::deployment::read;
    use crate::deployment::show::units;
    use crate::workspace::Workspace;
    use insta::assert_snapshot;

    fn compose(body: &str) -> String {
        units(&[("compose.yml", body)])
    }

    #[test]
    fn every_way_to_write_a_command() {
        assert_snapshot!(compose(
            r#"
services:
  folded:
    image: sigp/lighthouse:v8.0.0
    command: >-
      lighthouse vc
      --network mainnet --graffiti="a b"
  literal:
    image: a
    command: |
      --http
      --metrics-allow-origin *
  flow:
    image: a
    command: ["lighthouse", vc,
      '--x=y']
  line:
    image: a
    command: teku validator-client --network=hoodi
  quoted:
    image: a
    command: "--a 'b c'"
  continued:
    image: a
    command: lighthouse bn
      --http
  both:
    image: a
    entrypoint: [docker-entrypoint.sh, lighthouse]
    command: [vc, --a, 5]
  cleared:
    image: a
    entrypoint: ""
    command: geth
  none:
    image: a
"#
        ), @r#"
/folded sigp/lighthouse:v8.0.0
  words: lighthouse | vc | --network | mainnet | --graffiti=a b
/literal a
  words: --http | --metrics-allow-origin | *
/flow a
  words: lighthouse | vc | --x=y
/line a
  words: teku | validator-client | --network=hoodi
/quoted a
  words: --a | b c
/continued a
  words: lighthouse | bn | --http
/both a
  wrappers: docker-entrypoint.sh
  program: lighthouse | vc | --a | 5
  open: Script("docker-entrypoint.sh")
/cleared a
  program: geth
/none a
  open: Image
"#);
    }

    #[test]
    fn words_point_at_their_own_bytes() {
        let text = "services:\n  vc:\n    image: a\n    command: >\n      lighthouse vc\n      --beacon-nodes http://bn:5052\n";
        let workspace = Workspace::of(&[("compose.yml", text)]);
        let inventory = read(&workspace);
        let slice = |span: crate::source::Span| &text[span.start as usize..span.end as usize];
        let unit = &inventory.units[0];
        assert_eq!(slice(unit.name.span), "vc");
        assert_eq!(
            unit.command.words.iter().map(|word| slice(word.span())).collect::<Vec<_>>(),
            ["lighthouse", "vc", "--beacon-nodes", "http://bn:5052"]
        );
        assert_eq!(slice(unit.place), &text[12..text.len() - 1]);
    }

    #[test]
    fn variables_come_from_the_live_environment_file_only() {
        let texts = [
            (
                "compose.yml",
                "services:\n  vc:\n    image: sigp/lighthouse:${TAG:-v8.0.0}\n    command: >\n      --fee=${FEE} ${EXTRA} ${UNSET} --a=${A:-$B}\n    environment:\n      - FEE\n      - OTHER\n",
            ),
            (".env", "FEE=0xAb\nBASE=b\nB='$BASE'\nEXTRA=\"--x ${BASE}\"\n"),
            ("default.env", "UNSET=fromsample\n#TAG=v9\n"),
        ];
        assert_snapshot!(units(&texts), @r"
/vc sigp/lighthouse:v8.0.0
  words: --fee=0xAb | --x | b | ${UNSET} | --a=$BASE
  env: FEE=0xAb OTHER=OTHER
");
        let inventory = read(&Workspace::of(&texts));
        let unset: Vec<_> = inventory.unset.iter().map(|unset| (unset.name.as_str(), unset.documented)).collect();
        assert_eq!(unset, [("UNSET", true)]);
        let fee = &inventory.units[0].command.words[0];
        let origin = fee.slice(6..10).origin().expect("is written in .env");
        assert_eq!((origin.file, origin.start, origin.end), (crate::source::FileId(0), 4, 8));
    }

    #[test]
    fn examples_and_test_data_are_told_from_deployments() {
        let template = |path: &str, image: &str| {
            let text = format!("services: {{ a: {{ image: \"{image}\" }} }}");
            read(&Workspace::of(&[(path, &text)])).units[0].template
        };
        assert!(template("cli/testdata/full/compose.yml", "a:1") && template("compose.example.yml", "a:1"));
        assert!(template("compose.yml", "a:<TAG>") && template("compose.yml", "YOUR_REGISTRY/a:1"));
        assert!(!template("hosts/test/compose.yml", "a:1") && !template("compose.yml", "yours/a:1"));
    }

    #[test]
    fn parts_of_a_stack_wait_for_a_choice() {
        let part = "services: { validator: { image: a } }";
        let templates = |environment: (&str, &str)| {
            let texts = [("lighthouse.yml", part), ("teku.yml", part), environment];
            read(&Workspace::of(&texts)).units.iter().map(|unit| unit.template).collect::<Vec<_>>()
        };
        assert_eq!(templates(("default.env", "COMPOSE_FILE=lighthouse.yml\n")), [true, true]);
        assert_eq!(templates(("default.env", "NETWORK=mainnet\n")), [false, false]);
        assert_eq!(templates((".env", "COMPOSE_FILE=lighthouse.yml\n")), [false]);
    }

    #[test]
    fn overlays_merge_as_compose_merges() {
        let base = r#"
services:
  vc:
    image: a:1
    command: [lighthouse, vc]
    environment: { A: 1, B: 2 }
    ports: ["5062:5062", "9000:9000"]
    volumes: ["./one:/keys", "data:/data"]
    labels: [traefik.enable=true]
    depends_on: [bn]
    restart: always
  bn: { image: b }
volumes: { data: }
"#;
        let over = r#"
services:
  vc:
    image: a:2
    command: lighthouse vc --http
    environment: ["B=3", "C=4"]
    ports: ["127.0.0.1:8008:8008", "9000:9000"]
    volumes: [{type: bind, source: ./two, target: /keys, read_only: true}]
    depends_on: { signer: { condition: service_healthy } }
    restart: !reset null
    labels: !override [x=y]
  new: { image: c, ports: [7000] }
volumes: { data: { external: true, name: vcdata } }
"#;
        assert_snapshot!(
            units(&[("a/docker-compose.yml", base), ("a/docker-compose.override.yml", over)]), @r"
a/new c
  project: a
  open: Image
  ports: * ? 7000 tcp
a/vc a:2
  project: a
  words: lighthouse | vc | --http
  env: A=1 B=3 C=4
  ports: * 5062 5062 tcp, * 9000 9000 tcp, 127.0.0.1 8008 8008 tcp
  mounts: tree:a/two -> /keys ro, outside:vcdata -> /data
  labels: x=y
  after: bn signer
  healthy: signer
a/bn b
  project: a
  open: Image
");
    }

    #[test]
    fn what_an_environment_file_selects_is_all_there_is() {
        let service = |name: &str| format!("services:\n  {name}:\n    image: {name}\n");
        let (bn, vc, other) = (service("bn"), service("vc"), service("other"));
        let env = "COMPOSE_PROJECT_NAME=stack\nCORE=bn.yml:vc.yml\nCUSTOM=extra/over.yml\nCOMPOSE_FILE=${CORE}${CUSTOM:+:${CUSTOM}}\nCOMPOSE_PROFILES=hot\n";
        let over =
            "services:\n  vc:\n    volumes: [\"./keys:/keys\"]\n    profiles: [hot, x]\n  bn:\n    profiles: [\"\"]\n";
        let texts = [(".env", env), ("bn.yml", &bn), ("vc.yml", &vc), ("other.yml", &other), ("extra/over.yml", over)];
        assert_snapshot!(units(&texts), @r"
stack/bn bn
  open: Image
  active: Off
stack/vc vc
  open: Image
  mounts: tree:keys -> /keys
");
    }

    #[test]
    fn unselected_files_of_a_folder_are_alternatives() {
        let vc = "services:\n  vc:\n    image: a\n    command: lighthouse vc\n  bn: { image: b }\n";
        let texts = [
            ("s/docker-compose.yml", vc),
            ("s/docker-compose.public.yml", "services:\n  vc:\n    ports: [\"5062:5062\"]\n"),
            ("s/vc-only.yml", "services:\n  vc:\n    image: a\n"),
            ("s/fragment.yml", "services:\n  unknown:\n    ports: [1]\n"),
            ("alone/vc.yml", "services:\n  vc:\n    image: a\n"),
        ];
        assert_snapshot!(units(&texts), @r"
alone/vc a
  project: alone
  open: Image
s/vc a
  project: s
  words: lighthouse | vc
s/vc a
  project: s
  alternative: docker-compose.public
  words: lighthouse | vc
  ports: * 5062 5062 tcp
s/bn b
  project: s
  open: Image
s/vc a
  project: s
  alternative: vc-only
  open: Image
");
    }

    #[test]
    fn extends_and_include_are_followed() {
        let texts = [
            (
                "compose.yml",
                "include:\n  - path: vc/compose.yml\n  - mon.yml\nservices:\n  bn:\n    extends: { file: common/base.yml, service: node }\n    command: bn\n  twin:\n    extends: bn\n    environment: { A: 2 }\n  loop:\n    extends: loop\n    image: l\n",
            ),
            (
                "common/base.yml",
                "services:\n  node:\n    extends: deep\n    image: a\n    volumes: [\"./d:/d\"]\n    environment: { A: 1 }\n  deep:\n    restart: always\n",
            ),
            ("vc/compose.yml", "services:\n  vc:\n    image: ${TAG}\n    volumes: [\"./keys:/keys\"]\n"),
            ("vc/.env", "TAG=inner\n"),
            ("mon.yml", "services:\n  grafana:\n    image: g\n"),
        ];
        assert_snapshot!(units(&texts), @r"
/bn a
  words: bn
  env: A=1
  mounts: tree:common/d -> /d
  restart: Always
/twin a
  words: bn
  env: A=2
  mounts: tree:common/d -> /d
  restart: Always
/loop l
  open: Image
/grafana g
  open: Image
/vc inner
  open: Image
  mounts: tree:vc/keys -> /keys
");
    }

    #[test]
    fn the_rest_of_a_service_is_read() {
        assert_snapshot!(compose(
            r#"
name: stack
x-common: &common
  restart: "no"
  logging: { driver: json-file }
services:
  vc:
    <<: *common
    image: a
    container_name: my-vc
    hostname: vc1
    network_mode: host
    deploy: { replicas: 2, restart_policy: { condition: on-failure } }
    tmpfs: ["/run:size=64m", /tmp]
    secrets: [pw, {source: pw, target: /keys/pw}]
    configs: [{source: conf, target: /etc/conf.yml}]
    volumes:
      - ram:/ram
      - nfs:/nfs
      - { type: volume, target: /anon }
      - ${KEYS_DIR}/a:/keys
      - ${PWD}/b:/b:ro
  bn:
    image: b
    read_only: true
    scale: 0
    networks: { front: { aliases: [beacon] }, default: }
    ports:
      - { target: 5052, published: "5052-5053", host_ip: 127.0.0.1, protocol: tcp }
      - ${SHARE_IP:-}:${PORT:-7500}:7500
    env_file:
      - bn.env
      - { path: missing.env, required: false }
  global: { image: c, deploy: { mode: global }, networks: [outside] }
networks: { front: , outside: { external: true } }
volumes:
  ram: { driver_opts: { type: tmpfs, device: tmpfs } }
  nfs: { driver_opts: { type: none, o: bind, device: /srv/nfs } }
secrets: { pw: { file: ./secrets/pw.txt } }
configs: { conf: { content: "a" } }
"#
        ), @r"
stack/vc a
  open: Image
  mounts: tmpfs -> /ram, host:/srv/nfs -> /nfs, anonymous -> /anon, ?${KEYS_DIR}/a -> /keys, tree:b -> /b ro, tmpfs -> /run, tmpfs -> /tmp, ?conf -> /etc/conf.yml ro, tree:secrets/pw.txt -> /run/secrets/pw ro, tree:secrets/pw.txt -> /keys/pw ro
  replicas: Count(2)
  restart: OnFailure
  network: host
  names: my-vc vc1
stack/bn b
  open: Image
  env open: yes
  ports: 127.0.0.1 5052 5052 tcp, * 7500 7500 tcp
  replicas: Count(0)
  networks: stack_front
  names: beacon
  active: Off
stack/global c
  open: Image
  replicas: PerNode
  networks: outside
");
    }

    #[test]
    fn other_yaml_is_no_compose() {
        let texts = [
            ("k8s.yml", "apiVersion: v1\nkind: Service\nservices: { a: { image: x } }\n"),
            ("ci.yml", "services: [docker]\njobs: {}\n"),
            ("symfony.yml", "services:\n  App:\n    autowire: true\n"),
            ("list.yml", "- services: { a: { image: b } }\n"),
        ];
        assert_eq!(units(&texts), "");
    }

    #[test]
    fn scripts_in_the_manifest_are_taken_apart() {
        assert_snapshot!(compose(
            r#"
services:
  one:
    image: a
    command: sh -c "rm -f /data/lock && exec lighthouse vc --fee=$$FEE $$MORE"
    environment: [FEE=0xAb]
  two:
    image: a
    entrypoint: ["/bin/bash", "-euo", "pipefail", "-c"]
    command:
      - |
        args=(--a)
        exec tini -- lighthouse vc \
          "$${args[@]}" "$$@"
      - bash
      - --b
  three:
    image: a
    entrypoint: /opt/wrap-entrypoint.sh lighthouse vc
"#
        ), @r#"
/one a
  before: rm | -f | /data/lock
  words: lighthouse | vc | --fee=0xAb | $MORE
  env: FEE=0xAb
/two a
  program: tini | -- | lighthouse | vc | --a | --b
/three a
  wrappers: /opt/wrap-entrypoint.sh
  program: lighthouse | vc
  open: Script("wrap-entrypoint.sh")
"#);
    }

    #[test]
    fn scripts_of_the_tree_are_followed() {
        let texts = [
            (
                "a/compose.yml",
                "services:\n  mounted:\n    image: a\n    entrypoint: [tini, --, /run.sh]\n    command: --x\n    volumes: [\"./run.sh:/run.sh:ro\"]\n    environment: { NETWORK: hoodi }\n  built:\n    build: ./image\n    command: --y\n  named:\n    image: local\n    build: { context: ./image, args: { TAG: v2 } }\n    entrypoint: start.sh\n  same: { image: local, entrypoint: start.sh a }\n  missing: { image: b, entrypoint: /gone.sh, command: --z }\n",
            ),
            ("a/run.sh", "#!/bin/sh\nexport A=1\nexec lighthouse vc --network=$NETWORK \"$@\"\n"),
            (
                "a/image/Dockerfile",
                "ARG TAG=v1\nFROM sigp/lighthouse:$TAG\nENV FROM_IMAGE=1\nCOPY scripts/ /usr/local/bin/\nENTRYPOINT [\"start.sh\", \"inner\"]\nCMD [\"--default\"]\n",
            ),
            ("a/image/scripts/start.sh", "#!/bin/bash\nexec lighthouse bn \"$@\"\n"),
        ];
        assert_snapshot!(units(&texts), @r#"
a/mounted a
  project: a
  wrappers: /run.sh
  program: lighthouse | vc | --network=hoodi | --x
  env: NETWORK=hoodi A=1
  mounts: tree:a/run.sh -> /run.sh ro
a/built sigp/lighthouse:v1
  project: a
  wrappers: start.sh
  program: lighthouse | bn | inner | --y
  env: FROM_IMAGE=1
a/named local
  project: a
  wrappers: start.sh
  program: lighthouse | bn
  env: FROM_IMAGE=1
a/same local
  project: a
  wrappers: start.sh
  program: lighthouse | bn | a
  env: FROM_IMAGE=1
a/missing b
  project: a
  wrappers: /gone.sh
  program: --z
  open: Script("gone.sh")
"#);
    }

    #[test]
    fn a_link_is_the_file_that_it_leads_to() {
        let tree = tempfile::tempdir().expect("makes a folder");
        let write = |path: &str, text: &str| {
            let path = tree.path().join(path);
            std::fs::create_dir_all(path.parent().expect("has one")).expect("makes folders");
            std::fs::write(path, text).expect("writes");
        };
        write("common/vc.yml", "services:\n  vc:\n    image: a\n    volumes: [\"./keys:/keys\"]\n");
        write("hosts/a/.env", "A=1\n");
        write("hosts/b/local.yml", "services:\n  bn: { image: b }\n");
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("../../common/vc.yml", tree.path().join("hosts/a/compose.yml")).expect("links");
            std::os::unix::fs::symlink("local.yml", tree.path().join("hosts/b/docker-compose.yml")).expect("links");
            let settings = crate::config::Settings::default();
            let workspace = crate::workspace::open(&[tree.path().to_owned()], &settings, &Default::default());
            assert_snapshot!(crate::deployment::show::show(&read(&workspace.expect("opens"))), @r"
a/vc a
  project: hosts/a
  open: Image
  mounts: tree:hosts/a/keys -> /keys
b/bn b
  project: hosts/b
  open: Image
");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_brings_the_reader_down(
            lines in proptest::collection::vec((0usize..4, 0usize..LINES.len()), 0..40),
            env in proptest::collection::vec(0usize..ENV.len(), 0..6),
        ) {
            let body: Vec<String> = lines.iter().map(|(indent, at)| format!("{}{}", "  ".repeat(*indent), LINES[*at])).collect();
            let text = format!("services:\n  a:\n    image: x\n{}\n", body.join("\n"));
            let env: Vec<&str> = env.iter().map(|at| ENV[*at]).collect();
            let texts = [("compose.yml", text.as_str()), (".env", &env.join("\n")), ("run.sh", &body.join("\n"))];
            let _ = read(&Workspace::of(&texts));
        }
    }

    const LINES: [&str; 40] = [
        "a:",
        "services:",
        "- b",
        "command: >",
        "command: [a, \"$X\", ${Y:-z}]",
        "lighthouse vc \\",
        "--x='a b",
        "entrypoint: /run.sh",
        "entrypoint: sh -c 'exec \"$$@\" é'",
        "volumes:",
        "- ./run.sh:/run.sh",
        "- ${A}:${B}",
        "- é:/é:ro",
        "ports:",
        "- ${IP}${P}:1",
        "- [::1]:5:5",
        "- target: ${P}",
        "environment:",
        "- A=${A:+$$}",
        "A: &x b",
        "<<: *x",
        "<<: [*x, *y]",
        "extends: a",
        "extends: {file: compose.yml, service: a}",
        "include: compose.yml",
        "- path: [compose.yml, ../x]",
        "x: !reset",
        "x: !override [1]",
        "deploy: {replicas: ${N}}",
        "profiles: [\"\"]",
        "env_file: .env",
        "tmpfs: /x:é",
        "build: {context: ., args: [A]}",
        "$X ${",
        "}",
        "if $A; then",
        "case é in",
        "exec \"${a[@]}\" ${@:1}",
        "networks: {a: {aliases: [${A}]}}",
        "configs: [a, {source: b}]",
    ];
    const ENV: [&str; 8] = [
        "A=1",
        "B=${A}${B}",
        "P='5",
        "COMPOSE_FILE=compose.yml:run.sh",
        "COMPOSE_PATH_SEPARATOR=",
        "N=",
        "IP=\"${A:-\n}\"",
        "COMPOSE_PROFILES=*,",
    ];
}
