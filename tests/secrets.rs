//! Secrets of every kind, in every kind of file: no report shows them, whatever it reports about their neighbours.

mod base64;
mod editor;
mod program;

use editor::{Editor, uri};
use program::Ran;
use serde_json::json;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

// Drawn for this test; every part that could give them away is looked for in what the program writes.
const MNEMONIC: &str = "mix age club pen fever toast shiver used bulb artwork middle veteran";
const KEY: &str = "2022c8b2bef2477c640050cd596e1151205bb1dcd5ce7b16cba2d4b6f19cafd4";
const JWT: &str = "58cad95372ad896bfdfcda10beb6c386e2877d9a19f9361a2b66b1b72cd8facc";
const TOKEN: &str = "api-token-0x3e8307804509f8ecf9a5445581ffc5be8e46f0a02e07e458afd4fa71fb0df92f";
const PASSWORD: &str = "Kestrel-Ninety-Harbour-7";
/// Words as people choose them: nothing in their shape tells them from a name.
const PLAIN: &str = "mallowlantern";
/// As SSV writes the private key of an operator.
const OPERATOR: &str = "UFJJVkFURSBLRVkgb2YgYW4gb3BlcmF0b3IgdGhhdCBuZXZlciB3YXM";
const SALT: &str = "a7d39d6797587c79a7fd3536c0ffee17";
const CIPHER: &str = "0839a8731d423780908a4b3ac61ef70616ab01a8";
const PUBLIC: &str = "935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846";

/// Answers what must not be seen: the secrets, and pieces of them long enough to help somebody.
fn canaries() -> Vec<String> {
    let words: Vec<&str> = MNEMONIC.split(' ').collect();
    let mut canaries: Vec<String> = words.windows(3).map(|words| words.join(" ")).collect();
    for digits in [KEY, JWT, &TOKEN[12..], SALT, CIPHER, OPERATOR] {
        canaries.extend((0..digits.len() - 11).step_by(4).map(|at| digits[at..at + 12].to_owned()));
    }
    // As a Secret of Kubernetes has them.
    for encoded in [MNEMONIC, JWT, PASSWORD].map(|text| base64::encode(text.as_bytes())) {
        canaries.extend((0..encoded.len() - 15).step_by(4).map(|at| encoded[at..at + 16].to_owned()));
    }
    canaries.extend([PASSWORD, &PASSWORD[..12], &PASSWORD[8..], PLAIN, &PLAIN[..8], &PLAIN[5..]].map(str::to_owned));
    canaries
}

/// A host on which every line that is wrong stands beside a secret, or is one.
fn host() -> Vec<(&'static str, String)> {
    let compose = format!(
        "services:
  postgres:
    image: postgres:latest
    environment: {{ POSTGRES_USER: web3signer, POSTGRES_PASSWORD: {PASSWORD} }}
    ports: ['5432:5432']
  signer:
    image: consensys/web3signer:latest
    command: --http-listen-host=0.0.0.0 --http-host-allowlist=* eth2 --network=mainnet --slashing-protection-enabled=false --slashing-protection-db-url=jdbc:postgresql://w3s:{PASSWORD}@postgres:5432/web3signer --slashing-protection-db-password={PLAIN} --no-such-flag=1
    environment:
      - WEB3SIGNER_ETH2_SLASHING_PROTECTION_DB_PASSWORD={PLAIN}
      - MNEMONIC={MNEMONIC}
    ports: ['9000:9000']
    environment: [DB_PASSWORD={PLAIN}]
  validator:
    image: sigp/lighthouse:latest # the words: {MNEMONIC}
    command: sh -c 'echo {PLAIN} > /tmp/password && export WALLET_PASSWORD={PLAIN}; exec lighthouse vc --network mainnet --beacon-nodes http://user:{PASSWORD}@beacon.example.net:5052 --unencrypted-http-transport --http --http-address 0.0.0.0 --graffiti ${{GRAFFITI}}'
    ports: ['5062:5062']
    volumes: ['./keys:/keys']
"
    );
    let keystore = format!(
        "{{\"crypto\":{{\"kdf\":{{\"function\":\"pbkdf2\",\"params\":{{\"dklen\":32,\"c\":262144,\"prf\":\"hmac-sha256\",\"salt\":\"{SALT}\"}},\"message\":\"\"}},\"checksum\":{{\"function\":\"sha256\",\"params\":{{}},\"message\":\"{CIPHER}\"}},\"cipher\":{{\"function\":\"aes-128-ctr\",\"params\":{{\"iv\":\"{SALT}\"}},\"message\":\"{CIPHER}\"}}}},\"description\":\"{PLAIN}\",\"pubkey\":\"{PUBLIC}\",\"path\":\"m/12381/3600/0/0/0\",\"uuid\":\"0\",\"version\":4}}\n"
    );
    let definition = format!(
        "- enabled: true\n  voting_public_key: \"0x{PUBLIC}\"\n  type: local_keystore\n  voting_keystore_path: /keys/none.json\n  voting_keystore_password: {PLAIN}\n  suggested_fee_recipient: \"0x0000000000000000000000000000000000000000\"\n"
    );
    vec![
        ("compose.yml", compose),
        (
            ".env",
            format!(
                "# {MNEMONIC}\nKEYSTORE_PASSWORD={PLAIN}\nJWT_SECRET=0x{JWT}\nKEYMANAGER_TOKEN={TOKEN}\nexport VALIDATOR_PRIVATE_KEY=\"{KEY}\"\nKEYSTORE_PASSWORD='{PASSWORD}'\n"
            ),
        ),
        (".env.example", format!("MNEMONIC=\"{MNEMONIC}\"\nWALLET_PASSWORD={PASSWORD}\n")),
        ("keys/keystore-0.json", keystore.clone()),
        ("keys/keystore-0.txt", PLAIN.to_owned()),
        ("keys/keystore-torn.json", keystore[..keystore.len() - 20].to_owned()),
        ("keys/password.txt", format!("{PASSWORD}\n")),
        ("validators/validator_definitions.yml", definition),
        ("validators/api-token.txt", TOKEN.to_owned()),
        ("signer/key.yaml", format!("type: file-raw\nkeyType: BLS\nprivateKey: 0x{KEY}\n")),
        (
            "signer/web3signer.yaml",
            format!(
                "eth2.network: mainnet\neth2.slashing-protection-db-password: {PLAIN}\neth2.slashing-protection-db-password: \"{PASSWORD}\"\n"
            ),
        ),
        (
            "teku/teku.yaml",
            format!(
                "network: mainnet\nvalidators-proposer-default-fee-recipient: 0x0c490a87ec026823c59e3d2b6ed94fb09ffbac76\nvalidators-external-signer-keystore-password: {PLAIN}\nXinternal: {{password: {PLAIN}, password: {PASSWORD}}}\n"
            ),
        ),
        (
            "prysm/wallet.json",
            format!(
                "{{\"wallet-password\": \"{PLAIN}\", \"mnemonic\": \"{MNEMONIC}\", \"wallet-password\": \"{PASSWORD}\"}}\n"
            ),
        ),
        (
            "nimbus/config.toml",
            format!("network = \"mainnet\"\nweb3-signer-password = \"{PLAIN}\"\ntoken = \"{TOKEN}\"\n"),
        ),
        ("etc/service.ini", format!("[Service]\npassword = {PLAIN}\nEnvironment=WALLET_PASSWORD={PASSWORD}\n")),
        ("jwt/jwt.hex", JWT.to_owned()),
        (".charon/charon-enr-private-key", KEY.to_owned()),
        (
            "notes/words.txt",
            MNEMONIC.split(' ').enumerate().map(|(at, word)| format!("{}. {word}\n", at + 1)).collect(),
        ),
        (
            "start.sh",
            format!(
                "#!/bin/sh\nexport WALLET_PASSWORD={PLAIN}\nrm -rf /data/validators/slashing_protection.sqlite # {PASSWORD}\nexec lighthouse vc --network mainnet --datadir /data\n"
            ),
        ),
        (
            "ssv/config.yaml",
            format!("db: {{Path: ./data/db}}\nOperatorPrivateKey: {OPERATOR}\nKeyStore: {{PrivateKeyFile: /x, PasswordFile: /y}}\n"),
        ),
        (
            "ssv/compose.yml",
            format!(
                "services:\n  ssv-1:\n    image: ssvlabs/ssv-node:latest\n    command: make BUILD_PATH=/go/bin/ssvnode start-node\n    environment: {{ OPERATOR_KEY: {OPERATOR}, DB_PATH: /data/db }}\n  ssv-2:\n    image: ssvlabs/ssv-node:latest\n    command: make BUILD_PATH=/go/bin/ssvnode start-node\n    environment: {{ OPERATOR_KEY: {OPERATOR}, DB_PATH: /data/db }}\n"
            ),
        ),
        (
            "ssv/encrypted_private_key.json",
            format!(
                "{{\"checksum\": {{\"message\": \"{CIPHER}\"}}, \"cipher\": {{\"message\": \"{CIPHER}\"}}, \"kdf\": {{\"params\": {{\"salt\": \"{SALT}\"}}}}, \"pubKey\": \"LS0tLS1CRUdJTiBSU0E\"}}\n"
            ),
        ),
        ("ssv/password", PASSWORD.to_owned()),
        (
            "dirk/dirk.yml",
            format!(
                "server: {{id: 1, storage-path: /storage}}\nstores: [{{name: Local, type: filesystem, location: /wallets, passphrase: {PLAIN}}}]\nunlocker: {{wallet-passphrases: ['direct:///{PASSWORD}'], account-passphrases: ['direct:///{PLAIN}']}}\n"
            ),
        ),
        (
            "vouch/vouch.yml",
            format!(
                "beacon-node-addresses: [http://b.example:5052]\naccountmanager: {{wallet: {{accounts: [Own], passphrases: ['direct:///{PLAIN}', 'direct:///{PASSWORD}']}}}}\n"
            ),
        ),
        (
            "dirk/compose.yml",
            format!(
                "services:\n  dirk:\n    image: attestant/dirk:latest\n    command: --base-dir=/config\n    volumes: ['.:/config:ro']\n  vouch:\n    image: attestant/vouch:latest\n    command: --base-dir=/config\n    volumes: ['../vouch:/config:ro']\n  accounts:\n    image: wealdtech/ethdo:latest\n    command: account create --account=Own/1 --passphrase={PLAIN} --wallet-passphrase={PASSWORD} --signing-threshold=1 --participants=4\n"
            ),
        ),
        (
            "charon/compose.yml",
            "services:\n  one: &node\n    image: obolnetwork/charon:latest\n    command: run\n    volumes: ['../.charon:/opt/charon/.charon']\n  two: *node\n".to_owned(),
        ),
        ("k8s/secret.yaml", cluster()),
        (
            "vault/agent.hcl",
            format!("vault {{\n  address = \"https://vault.example.net:8200\"\n  token = \"{PASSWORD}\"\n}}\n"),
        ),
        (
            "terraform/main.tf",
            format!(
                "variable \"wallet_password\" {{ default = \"{PLAIN}\" }}\nresource \"docker_container\" \"vc\" {{\n  name = \"vc\"\n  image = \"sigp/lighthouse:latest\"\n  command = [\"lighthouse\", \"vc\", \"--network\", \"mainnet\"]\n  env = [\"WALLET_PASSWORD=${{var.wallet_password}}\", \"MNEMONIC={MNEMONIC}\"]\n}}\n"
            ),
        ),
        (
            "terraform/labels.tf",
            format!(
                "variable db_password {{\n  default = \"{PLAIN}\"\n}}\nvariable\t\"signer_password\"\u{feff}\u{feff} /* the old one */ {{\n  default = \"{PLAIN}\"\n}}\nresource docker_container bn {{\n  name = \"bn\"\n  image = \"sigp/lighthouse:latest\"\n  command = [\"lighthouse\", \"vc\", \"--network\", \"mainnet\"]\n  env = [\"DB_PASSWORD=${{var.db_password}}\", \"SIGNER_PASSWORD=${{var.signer_password}}\"]\n}}\n"
            ),
        ),
        (
            "ansible/site.yml",
            format!(
                "- hosts: localhost\n  vars: {{ keystore_password: {PLAIN}, mnemonic: {MNEMONIC} }}\n  tasks:\n    - docker_container:\n        name: vc\n        image: sigp/lighthouse:latest\n        command: lighthouse vc --network mainnet\n        env: {{ KEYSTORE_PASSWORD: '{{{{ keystore_password }}}}', VALIDATOR_PRIVATE_KEY: '{KEY}' }}\n    - copy: {{ content: '{PASSWORD}', dest: /keys/password.txt, mode: '0644' }}\n"
            ),
        ),
        ("nginx/.htpasswd", format!("operator:$apr1${CIPHER}$Kestrel-Ninety\nplain:{{PLAIN}}{PLAIN}\n")),
        ("systemd/vc.service", format!("[Service]\nEnvironment=\"WALLET_PASSWORD={PLAIN}\" 'JWT_SECRET=0x{JWT}'\nExecStart=/usr/local/bin/lighthouse vc --network mainnet --beacon-nodes https://user:{PASSWORD}@beacon.example.net:5052\n")),
        ("setup.sh", format!("#!/bin/sh\necho {PLAIN} > /keys/password.txt; chmod 777 /keys/password.txt\n")),
        // Torn on the very line of the secret.
        (
            "old/compose.yml",
            format!("services:\n  vc:\n    command: [lighthouse, vc\n    environment: {{ WALLET_PASSWORD: {PLAIN}\n"),
        ),
        ("old/broken.json", format!("{{\"password\": \"{PLAIN}\", \"mnemonic\": \"{MNEMONIC}\n")),
        ("old/broken.toml", format!("password = \"{PLAIN}\nsecret = {PASSWORD}\n")),
    ]
}

/// Resources of Kubernetes in which secrets stand in clear and encoded, where they belong and where they don't.
fn cluster() -> String {
    let encoded = |text: &str| base64::encode(text.as_bytes());
    format!(
        "apiVersion: v1
kind: Secret
metadata: {{ name: keys, namespace: eth }}
stringData:
  password.txt: {PLAIN}
  private-key: \"{KEY}\"
data:
  mnemonic: {}
  jwt.hex: {}
  keystore-password: {}
---
apiVersion: v1
kind: ConfigMap
metadata: {{ name: settings, namespace: eth }}
data:
  token: {TOKEN}
  mnemonic: {MNEMONIC}
  password: {PASSWORD}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{ name: vc, namespace: eth }}
spec:
  replicas: 2
  template:
    spec:
      containers:
        - name: vc
          image: sigp/lighthouse:latest
          args: [lighthouse, vc, --network=mainnet, --beacon-nodes=https://user:{PASSWORD}@beacon.example.net:5052]
          env:
            - {{ name: WALLET_PASSWORD, value: {PLAIN} }}
            - {{ name: FROM_SECRET, valueFrom: {{ secretKeyRef: {{ name: keys, key: password.txt }} }} }}
          volumeMounts: [{{ name: keys, mountPath: /keys }}]
      volumes: [{{ name: keys, secret: {{ secretName: keys }} }}]
",
        encoded(MNEMONIC),
        encoded(JWT),
        encoded(PASSWORD)
    )
}

fn tree() -> TempDir {
    program::tree_of(&host())
}

/// Runs the program with the traces that a panic would leave.
fn traced(folder: &Path, arguments: &[&str]) -> Ran {
    program::ran(program::command(folder, arguments).env("RUST_BACKTRACE", "1"))
}

/// Runs the program and answers all that it writes, to whomever.
fn written(folder: &Path, arguments: &[&str]) -> String {
    ending(folder, arguments, 1)
}

fn ending(folder: &Path, arguments: &[&str], code: i32) -> String {
    let ran = traced(folder, arguments);
    assert!(ran.code == Some(code), "{:?} {}", ran.code, ran.err);
    ran.out + &ran.err
}

/// Answers a report as people read it: without colours, lines joined, escapes undone.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("\u{1b}[") {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = &rest[rest.find('m').map_or(rest.len(), |end| end + 1)..];
    }
    plain.push_str(rest);
    plain
}

#[test]
fn no_report_shows_a_secret() {
    let tree = tree();
    let canaries = canaries();
    let mut seen = Vec::new();
    for (format, _) in stakelint::report::FORMATS {
        for more in [&[][..], &["--persona", "auditor", "--expand", "--full-keys", "--color", "always", "--stats"]] {
            let text = plain(&written(tree.path(), &[&["check", "--format", format], more].concat()));
            assert!(
                text.contains("slashing-protection-disabled"),
                "the neighbours of the secrets are reported: {text}"
            );
            for canary in canaries.iter().filter(|canary| text.contains(*canary)) {
                let line = text.lines().find(|line| line.contains(canary)).unwrap_or_default();
                seen.push(format!("{format}: {canary} in {line}"));
            }
        }
    }
    assert!(seen.is_empty(), "{}", seen.join("\n"));
}

#[test]
fn no_plan_shows_a_secret() {
    let tree = tree();
    let ran = traced(tree.path(), &["runbook"]);
    let text = ran.out + &ran.err;
    assert!(text.contains("validator"), "{text}");
    let seen: Vec<String> = canaries().into_iter().filter(|canary| text.contains(canary)).collect();
    assert!(seen.is_empty(), "{seen:?}");
}

#[test]
fn no_picture_shows_a_secret() {
    let tree = tree();
    let canaries = canaries();
    for format in ["svg", "html", "dot", "mermaid"] {
        // Some of the files are torn, so that not all was drawn.
        let text = ending(tree.path(), &["graph", "--format", format], 3);
        assert!(text.contains("critical") && text.contains("beacon.example.net"), "{format} draws the neighbours");
        let seen: Vec<&String> = canaries.iter().filter(|canary| text.contains(*canary)).collect();
        assert!(seen.is_empty(), "{format}: {seen:?}");
    }
}

#[test]
fn a_file_alone_shows_none_either() {
    let tree = tree();
    let canaries = canaries();
    for (path, _) in host() {
        let ran = traced(tree.path(), &["check", path, "--persona", "auditor"]);
        let text = ran.out + &ran.err;
        let seen: Vec<&String> = canaries.iter().filter(|canary| text.contains(*canary)).collect();
        assert!(seen.is_empty() && !text.contains("panicked"), "{path}: {seen:?} in {text}");
    }
}

/// Runs the program however it ends, and answers all that it writes.
fn said(folder: &Path, arguments: &[&str]) -> String {
    let ran = traced(folder, arguments);
    let (text, status) = (ran.out + &ran.err, ran.code);
    assert!(status.is_some_and(|code| code <= 3) && !text.contains("panicked"), "{arguments:?}: {text}");
    plain(&text)
}

#[test]
fn no_other_command_shows_one() {
    let (before, after) = (tree(), tree());
    // What was a key of the one client is one of the other now, and a guard is gone.
    let compose = after.path().join("compose.yml");
    let text = fs::read_to_string(&compose).expect("is there");
    fs::write(&compose, text.replace("validator:\n", "validator-2:\n").replace("--network mainnet", ""))
        .expect("written");
    let sides = [before.path().to_str().expect("is UTF-8"), after.path().to_str().expect("is UTF-8")];
    let paths: Vec<&'static str> = host().iter().map(|(path, _)| *path).collect();
    let mut runs: Vec<Vec<&str>> = Vec::new();
    for (format, _) in stakelint::report::FORMATS {
        runs.push(vec!["audit", sides[0], sides[1], "--format", format, "--persona", "auditor", "--full-keys"]);
        runs.push([&["history", "--format", format, "--persona", "auditor"], paths.as_slice()].concat());
    }
    for format in ["table", "json", "ndjson", "csv"] {
        runs.push(vec!["inventory", "--format", format]);
    }
    for format in ["svg", "html", "dot", "mermaid"] {
        runs.push(vec!["graph", "--format", format]);
    }
    runs.extend([vec!["inventory", "--redact", "salt"], vec!["runbook"], vec!["check", "--fix", "--diff"]]);
    runs.push(vec!["check", "--write-baseline", "baseline.json"]);
    for path in &paths {
        runs.push(vec!["history", path, "--keys", path, "--print-merged"]);
        runs.push(vec!["check", "--config", path]);
        runs.push(vec!["check", "--baseline", path]);
        runs.push(vec!["explain", path]);
    }
    let canaries = canaries();
    let mut seen = Vec::new();
    for arguments in runs {
        let text = said(before.path(), &arguments);
        let found = canaries.iter().filter(|canary| text.contains(*canary));
        seen.extend(found.map(|canary| format!("{arguments:?}: {canary}")));
    }
    let baseline = fs::read_to_string(before.path().join("baseline.json")).expect("was written");
    seen.extend(
        canaries.iter().filter(|canary| baseline.contains(*canary)).map(|canary| format!("baseline: {canary}")),
    );
    assert!(seen.is_empty(), "{}", seen.join("\n"));
}

#[test]
fn no_editor_is_told_one_unless_it_has_it_open() {
    let tree = tree();
    let canaries = canaries();
    let mut editor = Editor::open(tree.path(), &["utf-8"]);
    let mut seen = Vec::new();
    for (path, text) in host() {
        let uri = uri(tree.path(), path);
        editor.edit(&uri, &text);
        editor.checked(&uri, 1);
        let document = json!({ "uri": uri });
        for (line, content) in text.lines().enumerate() {
            let words = content
                .char_indices()
                .filter(|(at, _)| *at == 0 || content[..*at].ends_with([' ', '=', '-', '"', ':']));
            let places = words.take(40).map(|(at, _)| json!({ "line": line, "character": at + 1 }));
            for place in places.collect::<Vec<_>>() {
                let params = json!({ "textDocument": document, "position": place });
                for method in ["hover", "completion", "definition"] {
                    editor.request(&format!("textDocument/{method}"), params.clone());
                }
            }
            let start = json!({ "line": line, "character": 0 });
            let end = json!({ "line": line, "character": 9999 });
            let range = json!({ "start": start, "end": end });
            let params = json!({ "textDocument": document, "range": range, "context": { "diagnostics": [] } });
            let answer = editor.ask("textDocument/codeAction", params);
            assert!(answer.get("error").is_none(), "{answer}");
        }
        editor.tell("textDocument/didClose", json!({ "textDocument": document }));
        for text in editor.log.drain(..).map(|message| message.to_string()) {
            let found = canaries.iter().filter(|canary| text.contains(*canary));
            seen.extend(found.map(|canary| format!("{path}: {canary} in {text}")));
        }
    }
    assert!(editor.diagnostics.values().any(|told| told.to_string().contains("slashing-protection-disabled")));
    assert!(seen.is_empty(), "{}", seen.join("\n"));
    assert_eq!(editor.end(), Some(0));
}
