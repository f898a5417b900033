//! What a service says: its command, its variables, and all the rest of it.

use crate::deployment::read;
use crate::deployment::show::units;
use crate::workspace::Workspace;
use insta::assert_snapshot;

mod any_text;
mod files;
mod scripts;
mod stacks;

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
    let text =
        "services:\n  vc:\n    image: a\n    command: >\n      lighthouse vc\n      --beacon-nodes http://bn:5052\n";
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
