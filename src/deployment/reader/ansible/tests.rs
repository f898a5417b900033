//! What playbooks make of hosts.

use crate::deployment::show::units;
use insta::assert_snapshot;

const TASKS: &str = r#"
- name: Run the beacon node
  community.docker.docker_container:
    name: "{{ vc_name }}-beacon"
    image: "sigp/lighthouse:{{ lighthouse_version }}"
    command: "{{ beacon_command + beacon_extra + (mev | ternary(['--builder=http://mev:18550'], [])) }}"
    ports: ["127.0.0.1:{{ http_port }}:5052"]
    volumes: ["{{ datadir }}:/data"]
    restart_policy: always
    networks: [{ name: eth }]
- name: Run the validator client
  when: validator_enabled
  docker_container:
    name: "{{ vc_name }}"
    image: "sigp/lighthouse:{{ lighthouse_version }}"
    command: >-
      lighthouse vc --beacon-nodes http://{{ vc_name }}-beacon:5052
      {% if fee is defined %}--suggested-fee-recipient {{ fee }}{% endif %}
    env: { TOKEN: "{{ token }}" }
    volumes: ["{{ datadir }}-vc:/data"]
- name: Bring the keys
  copy:
    src: keys/{{ inventory_hostname }}/
    dest: "{{ datadir }}-vc/validators"
- name: No validator here
  docker_container: { name: "{{ vc_name }}", state: absent }
  when: not validator_enabled
"#;

const DEFAULTS: &str = "
lighthouse_version: v8.0.0
vc_name: vc
datadir: /data/lighthouse
http_port: 5052
mev: false
validator_enabled: true
beacon_command: [lighthouse, bn, '--datadir=/data']
beacon_extra: []
";

#[test]
fn every_host_has_its_own_units() {
    let texts = [
        ("site.yml", "- hosts: nodes\n  roles: [lighthouse]\n"),
        ("roles/lighthouse/tasks/main.yml", TASKS),
        ("roles/lighthouse/defaults/main.yml", DEFAULTS),
        ("roles/lighthouse/files/keys/a1/keystore.json", "{}"),
        (
            "inventory/hosts",
            "[nodes]\na[1:2] mev=True\nb ansible_host=10.0.0.1 validator_enabled=False\n[special]\na2\n[nodes:vars]\nhttp_port=5053\n",
        ),
        ("inventory/group_vars/all.yml", "token: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162\nfee: '0xAb'\n"),
        ("inventory/group_vars/special/extra.yml", "beacon_extra: ['--slots={{ http_port }}']\n"),
        ("inventory/host_vars/a1.yml", "lighthouse_version: v8.1.0\n"),
    ];
    assert_snapshot!(units(&texts), @r"
a1/vc-beacon sigp/lighthouse:v8.1.0
  project: a1
  words: lighthouse | bn | --datadir=/data | --builder=http://mev:18550
  ports: 127.0.0.1 5053 5052 tcp
  mounts: host:/data/lighthouse -> /data
  restart: Always
  networks: eth
a2/vc-beacon sigp/lighthouse:v8.0.0
  project: a2
  words: lighthouse | bn | --datadir=/data | --slots=5053 | --builder=http://mev:18550
  ports: 127.0.0.1 5053 5052 tcp
  mounts: host:/data/lighthouse -> /data
  restart: Always
  networks: eth
b/vc-beacon sigp/lighthouse:v8.0.0
  project: b
  words: lighthouse | bn | --datadir=/data
  ports: 127.0.0.1 5053 5052 tcp
  mounts: host:/data/lighthouse -> /data
  restart: Always
  networks: eth
a1/vc sigp/lighthouse:v8.1.0
  project: a1
  words: lighthouse | vc | --beacon-nodes | http://vc-beacon:5052 | --suggested-fee-recipient | 0xAb
  env: TOKEN=(encrypted)
  mounts: host:/data/lighthouse-vc -> /data, tree:roles/lighthouse/files/keys/a1 -> /data/validators
  when: validator_enabled
a2/vc sigp/lighthouse:v8.0.0
  project: a2
  words: lighthouse | vc | --beacon-nodes | http://vc-beacon:5052 | --suggested-fee-recipient | 0xAb
  env: TOKEN=(encrypted)
  mounts: host:/data/lighthouse-vc -> /data
  when: validator_enabled
");
}

#[test]
fn a_file_that_sops_encrypts_sets_what_it_names_and_nothing_else() {
    let words = |secrets: &str| {
        let texts = [
            (
                "site.yml",
                "- hosts: nodes\n  tasks:\n    - docker_container: { name: bn, image: 'sigp/lighthouse:v8.0.0', command: '{{ base + extra }}' }\n      vars: { base: [lighthouse, bn] }\n",
            ),
            ("hosts", "[nodes]\na\n"),
            ("group_vars/all/plain.yml", "extra: ['--http']\n"),
            ("group_vars/all/secrets.sops.yml", secrets),
        ];
        units(&texts).lines().find(|line| line.contains("words")).map(|line| line.trim().to_owned()).unwrap_or_default()
    };
    let sops = "sops: { mac: 'ENC[x]', lastmodified: '2026-01-01' }\n";
    assert_eq!(words(&format!("token: 'ENC[AES256_GCM,data:x]'\n{sops}")), "words: lighthouse | bn | --http");
    let hidden = words(&format!("extra: ['ENC[AES256_GCM,data:x]']\n{sops}"));
    assert!(!hidden.contains("--http") && hidden.contains("(encrypted)"), "{hidden}");
}

#[test]
fn templates_become_units_of_the_host() {
    let texts = [
        (
            "validator.yml",
            "- hosts: validators\n  vars: { user: eth }\n  vars_files: [secret.yml]\n  tasks:\n    - template: src=vc.service.j2 dest=/etc/systemd/system/vc.service\n    - template: { src: vc.env.j2, dest: /etc/vc.env }\n    - copy: { content: \"graffiti: x\\n\", dest: /etc/vc/teku.yaml }\n    - template: { src: docker-compose.yml.j2, dest: /opt/stack/docker-compose.yml }\n    - systemd: { name: vc, enabled: yes, state: started }\n    - shell: docker run -d --name geth -v /data:/data ethereum/client-go:v1.16.5 --http\n",
        ),
        (
            "templates/vc.service.j2",
            "[Service]\nUser={{ user }}\nEnvironmentFile=/etc/vc.env\nExecStart=/usr/bin/lighthouse vc \\\n  --graffiti={{ inventory_hostname }} \\\n  --suggested-fee-recipient=${FEE} \\\n  {% if extra %}--http{% endif %}\n",
        ),
        ("templates/vc.env.j2", "FEE={{ fee_recipient }}\n"),
        (
            "templates/docker-compose.yml.j2",
            "services:\n  bn:\n    image: sigp/lighthouse:{{ tag | default('v8.0.0') }}\n    command: lighthouse bn\n    volumes: ['./data:/data']\n",
        ),
        ("inventories/prod/hosts.ini", "[validators]\na fee_recipient=0xAb\n"),
        ("inventories/test/hosts.ini", "[validators]\na fee_recipient=0xCd\n"),
    ];
    assert_snapshot!(units(&texts), @r"
prod/a/bn sigp/lighthouse:{{ tag }}
  project: prod/a
  words: lighthouse | bn
  mounts: host:/opt/stack/data -> /data
test/a/bn sigp/lighthouse:{{ tag }}
  project: test/a
  words: lighthouse | bn
  mounts: host:/opt/stack/data -> /data
prod/a/vc -
  project: prod/a
  program: /usr/bin/lighthouse | vc | --graffiti=a | --suggested-fee-recipient=0xAb | --http
  env: FEE=0xAb
  mounts: host:/ -> /, tree:templates/vc.env.j2 -> /etc/vc.env, tree:validator.yml//prod/a/etc/vc/teku.yaml -> /etc/vc/teku.yaml, tree:templates/docker-compose.yml.j2//prod/a/opt/stack/docker-compose.yml -> /opt/stack/docker-compose.yml, tree:templates/vc.service.j2 -> /etc/systemd/system/vc.service, tree:templates/vc.env.j2 -> /etc/vc.env, tree:validator.yml//prod/a/etc/vc/teku.yaml -> /etc/vc/teku.yaml, tree:templates/docker-compose.yml.j2//prod/a/opt/stack/docker-compose.yml -> /opt/stack/docker-compose.yml
  network: host
test/a/vc -
  project: test/a
  program: /usr/bin/lighthouse | vc | --graffiti=a | --suggested-fee-recipient=0xCd | --http
  env: FEE=0xCd
  mounts: host:/ -> /, tree:templates/vc.env.j2 -> /etc/vc.env, tree:validator.yml//test/a/etc/vc/teku.yaml -> /etc/vc/teku.yaml, tree:templates/docker-compose.yml.j2//test/a/opt/stack/docker-compose.yml -> /opt/stack/docker-compose.yml, tree:templates/vc.service.j2 -> /etc/systemd/system/vc.service, tree:templates/vc.env.j2 -> /etc/vc.env, tree:validator.yml//test/a/etc/vc/teku.yaml -> /etc/vc/teku.yaml, tree:templates/docker-compose.yml.j2//test/a/opt/stack/docker-compose.yml -> /opt/stack/docker-compose.yml
  network: host
prod/a/geth ethereum/client-go:v1.16.5
  project: prod/a
  words: --http
  mounts: host:/data -> /data
test/a/geth ethereum/client-go:v1.16.5
  project: test/a
  words: --http
  mounts: host:/data -> /data
");
}

#[test]
fn roles_alone_and_plays_without_hosts_are_read() {
    let texts = [
        ("roles/lighthouse/tasks/main.yml", TASKS),
        ("roles/lighthouse/defaults/main.yml", DEFAULTS),
        (
            "play.yml",
            "- hosts: eth1client_geth\n  tasks:\n    - include_tasks: tasks/geth.yml\n      with_items: [one, two]\n",
        ),
        (
            "tasks/geth.yml",
            "- docker_container:\n    name: 'geth-{{ item }}'\n    image: '{{ geth_image }}'\n    command: geth {{ args }}\n",
        ),
    ];
    assert_snapshot!(units(&texts), @r"
lighthouse/vc-beacon sigp/lighthouse:v8.0.0
  project: lighthouse
  words: lighthouse | bn | --datadir=/data
  ports: 127.0.0.1 5052 5052 tcp
  mounts: host:/data/lighthouse -> /data
  restart: Always
  default: yes
  networks: eth
lighthouse/vc sigp/lighthouse:v8.0.0
  project: lighthouse
  words: lighthouse | vc | --beacon-nodes | http://vc-beacon:5052 | --suggested-fee-recipient {{ fee }}
  env: TOKEN={{ token }}
  mounts: host:/data/lighthouse-vc -> /data
  when: validator_enabled
  default: yes
eth1client_geth/geth-one {{ geth_image }}
  project: eth1client_geth
  words: geth | {{ args }}
eth1client_geth/geth-two {{ geth_image }}
  project: eth1client_geth
  words: geth | {{ args }}
");
}

#[test]
fn circles_and_endless_loops_end() {
    let texts = [
        (
            "p.yml",
            "- import_playbook: p.yml\n- hosts: all\n  vars: { a: '{{ b }}', b: '{{ a }}' }\n  roles: [r]\n  tasks:\n    - docker_container: { name: '{{ a }}', image: x }\n      loop: '{{ range(0, 4000) | list }}'\n",
        ),
        ("roles/r/tasks/main.yml", "- include_tasks: main.yml\n- include_role: { name: r }\n"),
        ("roles/r/meta/main.yml", "dependencies: [r]\n"),
        ("inventory/hosts.ini", "[a:children]\nb\n[b:children]\na\n[b]\nx[1:999999999]\nh\n"),
    ];
    let shown = units(&texts);
    assert!(shown.contains("h/{{ "), "{}", &shown[..shown.len().min(400)]);
}

#[test]
fn a_pattern_that_is_completed_when_it_is_run_means_every_group_that_fits() {
    let play = "- hosts: \"{{ network + '_beacon' }}\"\n  tasks:\n    - docker_container: { name: bn, image: 'sigp/lighthouse:v8.0.0', command: '{{ args }}' }\n- hosts: '{{ anything }}'\n  tasks:\n    - docker_container: { name: other, image: x }\n";
    let texts = [
        ("play.yml", play),
        ("hosts.ini", "[hoodi_beacon]\na\n[hoodi_dial]\nb\n"),
        ("group_vars/hoodi_beacon.yml", "args: lighthouse bn --slots=1\n"),
    ];
    assert_snapshot!(units(&texts), @r"
a/bn sigp/lighthouse:v8.0.0
  project: a
  words: lighthouse | bn | --slots=1
");
}

#[test]
fn a_switch_of_a_role_that_nobody_uses_may_be_turned_on() {
    let tasks = "- when: vc_enabled | bool\n  block:\n    - docker_container: { name: vc, image: 'sigp/lighthouse:v8.0.0', command: lighthouse vc }\n- docker_container: { name: no, image: x }\n  when: kind == 'b'\n";
    let texts = [("roles/vc/tasks/main.yml", tasks), ("roles/vc/defaults/main.yml", "vc_enabled: false\nkind: a\n")];
    assert_snapshot!(units(&texts), @r"
vc/vc sigp/lighthouse:v8.0.0
  project: vc
  words: lighthouse | vc
  when: vc_enabled | bool
  default: yes
");
    let play = [("site.yml", "- hosts: a\n  roles: [vc]\n")];
    assert_eq!(units(&[&texts[..], &play[..]].concat()), "");
}

#[test]
fn lines_of_an_inventory_stand_for_many_hosts_and_give_each_its_variables() {
    let play = "- hosts: nodes\n  tasks:\n    - docker_container: { name: vc, image: 'sigp/lighthouse:v8.0.0', command: 'lighthouse vc --graffiti={{ inventory_hostname_short }}-{{ validator_start }}-{{ wide }}' }\n";
    let hosts = "[nodes]\nnode-[01:02].x.org:2222 validator_start=0 validator_end=100 wide='a b'\nnode-03.x.org validator_start=100 validator_end=200\nbad-[1:99999999999999999999] validator_start=7\n[nodes:vars]\nwide=c\n";
    let shown = units(&[("play.yml", play), ("hosts.ini", hosts)]);
    let words: Vec<&str> = shown.lines().filter(|line| line.contains("words:")).collect();
    assert_snapshot!(words.join("\n"), @r"
words: lighthouse | vc | --graffiti=bad-[1:99999999999999999999]-7-c
words: lighthouse | vc | --graffiti=node-01-0-a | b
words: lighthouse | vc | --graffiti=node-02-0-a | b
words: lighthouse | vc | --graffiti=node-03-100-c
");
}

#[test]
fn endless_inventories_have_an_end() {
    let lines = "h-[1:999999999]\ni-[0001:1999]\nj-[1:1000]-[1:1000]\n";
    let nested = format!("[nodes]\n{lines}{}\n", "x[1:2]".repeat(40));
    let play = "- hosts: nodes\n  tasks:\n    - docker_container: { name: vc, image: x, command: '{{ groups.nodes | length }}' }\n";
    let shown = units(&[("play.yml", play), ("hosts.ini", &nested)]);
    assert_eq!(shown.matches("/vc x").count(), 1999 + 3);
    assert!(shown.contains("words: 2002"));
}

#[test]
fn charts_that_tasks_install_are_releases_with_their_values() {
    let task = |more: &str| {
        format!(
            "- hosts: localhost\n  connection: local\n  vars: {{ net: hoodi }}\n  tasks:\n    - kubernetes.core.helm:\n        name: vc\n        release_namespace: eth\n        chart_ref: '{{{{ playbook_dir }}}}/charts/vc'\n        values_files: [prod.yaml]\n        release_values: {{ network: '{{{{ net }}}}', says: inline }}\n        set_values: [{{ value: says=set, value_type: string }}]\n{more}"
        )
    };
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: vc}\nspec: {containers: [{name: vc, image: 'sigp/lighthouse:v8.0.0', args: [lighthouse, vc, '--network={{ .Values.network }}', '--graffiti={{ .Values.says }}', '--suggested-fee-recipient={{ .Values.fee }}']}]}\n";
    let shown = |play: &str| {
        units(&[
            ("deploy.yml", play),
            ("prod.yaml", "network: file\nfee: '0xab'\n"),
            ("charts/vc/Chart.yaml", "apiVersion: v2\nname: vc\nversion: 1.0.0\n"),
            ("charts/vc/templates/pod.yaml", pod),
        ])
    };
    let once = shown(&task(""));
    assert!(
        once.contains("lighthouse | vc | --network=hoodi | --graffiti=set | --suggested-fee-recipient=0xab"),
        "{once}"
    );
    assert!(once.starts_with("eth/vc ") && !once.contains("default: yes") && !once.contains("open:"), "{once}");
    let gone = shown(&task("    - kubernetes.core.helm: { name: vc, release_namespace: eth, state: absent }\n"));
    assert!(gone.contains("default: yes"), "nobody installs it: {gone}");
    let chosen = shown(&task("      when: validate\n"));
    assert!(chosen.contains("when: validate"), "{chosen}");
    let foreign = "- hosts: localhost\n  tasks:\n    - kubernetes.core.helm:\n        name: bn\n        chart_ref: ethereum-helm-charts/lighthouse\n        values: { image: { tag: v8.0.1 }, extraArgs: [--network=hoodi] }\n";
    let foreign = units(&[("deploy.yml", foreign)]);
    assert!(foreign.contains("sigp/lighthouse:v8.0.1") && foreign.contains("--network=hoodi"), "{foreign}");
}
