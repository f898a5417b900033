//! Hosts as those of an Ansible inventory: two roles, a file of variables a host, and keystores that a task copies.

use super::{Options, host_name};
use std::fmt::Write as _;
use std::fs;
use std::io;

/// Writes the inventory and its roles, and a file of variables a host.
pub fn write(options: &Options) -> io::Result<()> {
    let mut hosts = String::from("[stakers]\n");
    for host in 0..options.hosts {
        // Writing to a string cannot fail.
        let _ = writeln!(hosts, "{}", host_name(host));
        let variables = format!("rack: r{:02}\nvalidator_enabled: {}\n", host % 40, host < options.keys);
        put(options, &format!("inventory/host_vars/{}.yml", host_name(host)), &variables)?;
    }
    put(options, "inventory/hosts.ini", &hosts)?;
    let files = [
        ("site.yml", SITE),
        ("inventory/group_vars/stakers.yml", VARIABLES),
        ("roles/geth/tasks/main.yml", GETH),
        ("roles/lighthouse/tasks/main.yml", LIGHTHOUSE),
        ("roles/lighthouse/defaults/main.yml", DEFAULTS),
    ];
    files.into_iter().try_for_each(|(path, text)| put(options, path, text))
}

fn put(options: &Options, path: &str, text: &str) -> io::Result<()> {
    let path = options.out.join(path);
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::write(path, text)
}

const SITE: &str = "- name: Staking machines, one after the other
  hosts: stakers
  serial: 1
  any_errors_fatal: true
  roles:
    - geth
    - lighthouse
";

const VARIABLES: &str = "network: mainnet
geth_version: v1.17.10@sha256:cd7bd9b9365e00d68901a5c56c345a0b8d16e548bb279b24257b6f2d9572fa35
lighthouse_version: v8.3.3@sha256:9c114d855e0dfa90d4883eab60678dfe00976c9799fdd7ae98b144c486b67e37
jwt_file: /etc/staking/jwt.hex
fee_recipient: '0x8bab81E05ED7799F14C3A23BFb9A0be87955ED3D'
";

const GETH: &str = "- name: Run the execution client
  community.docker.docker_container:
    name: geth
    image: \"ethereum/client-go:{{ geth_version }}\"
    restart_policy: unless-stopped
    stop_timeout: 180
    networks: [{ name: staking }]
    ports: [\"30303:30303\", \"30303:30303/udp\"]
    volumes:
      - /data/geth:/data
      - \"{{ jwt_file }}:/secrets/jwt.hex:ro\"
    command:
      - --{{ network }}
      - --datadir=/data
      - --authrpc.addr=0.0.0.0
      - --authrpc.vhosts=geth
      - --authrpc.jwtsecret=/secrets/jwt.hex
";

const LIGHTHOUSE: &str = "- name: Run the beacon node
  community.docker.docker_container:
    name: beacon
    image: \"sigp/lighthouse:{{ lighthouse_version }}\"
    restart_policy: unless-stopped
    stop_timeout: 180
    networks: [{ name: staking }]
    ports: [\"9000:9000/tcp\", \"9000:9000/udp\", \"9001:9001/udp\"]
    volumes:
      - /data/beacon:/data
      - \"{{ jwt_file }}:/secrets/jwt.hex:ro\"
    command: \"{{ node + metrics }}\"
  vars:
    node:
      - lighthouse
      - bn
      - --network={{ network }}
      - --datadir=/data
      - --execution-endpoint=http://geth:8551
      - --execution-jwt=/secrets/jwt.hex
      - --checkpoint-sync-url={{ checkpoint_url }}
      - --http
      - --http-address=0.0.0.0

- name: Bring the keystores
  ansible.builtin.copy:
    src: \"{{ inventory_hostname }}/keys/\"
    dest: /data/validator/validators/keys/
    mode: \"0600\"
    directory_mode: \"0700\"
  when: validator_enabled

- name: Run the validator client
  community.docker.docker_container:
    name: validator
    image: \"sigp/lighthouse:{{ lighthouse_version }}\"
    restart_policy: \"no\"
    stop_timeout: 60
    networks: [{ name: staking }]
    volumes:
      - /data/validator:/data
    command: >-
      {{
        ['lighthouse', 'vc', '--network=' + network, '--datadir=/data', '--beacon-nodes=http://beacon:5052',
         '--suggested-fee-recipient=' + fee_recipient, '--enable-doppelganger-protection']
        + metrics + validator_extra_args
      }}
  when: validator_enabled

- name: Take the validator client away
  community.docker.docker_container:
    name: validator
    state: absent
  when: not validator_enabled
";

const DEFAULTS: &str = "validator_enabled: true
checkpoint_url: https://mainnet-checkpoint-sync.attestant.io
metrics: [--metrics, --metrics-address=0.0.0.0]
validator_extra_args: []
";
