//! Which files make a project, and how they are laid over one another.

use crate::deployment::read;
use crate::deployment::show::units;
use crate::workspace::Workspace;
use insta::assert_snapshot;

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
