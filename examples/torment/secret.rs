//! Trees full of secrets, to be maimed like the others: as long as the line of a secret stands as it stood, no report may show it.

use super::dice::Dice;
use super::seeds::Tree;
use std::collections::BTreeMap;

/// What each secret begins with; the number of its line follows, and `x`.
const SIGN: &str = "quillmarrow";

/// Files, `@` where a secret stands.
const FILES: [(&str, &str); 12] = [
    (
        "compose.yml",
        "services:
  postgres:
    image: postgres:latest
    environment:
      POSTGRES_USER: web3signer
      POSTGRES_PASSWORD: @
    ports: ['5432:5432']
  signer:
    image: consensys/web3signer:latest
    command:
      - --http-listen-host=0.0.0.0
      - eth2
      - --network=mainnet
      - --slashing-protection-enabled=false
      - --slashing-protection-db-password=@
      - --slashing-protection-db-url=jdbc:postgresql://w3s:@@postgres:5432/web3signer
    environment:
      - WEB3SIGNER_ETH2_SLASHING_PROTECTION_DB_PASSWORD=@
    ports: ['9000:9000']
  validator:
    image: sigp/lighthouse:latest
    command: lighthouse vc --network mainnet --beacon-nodes http://user:@@beacon.example.net:5052 --http --http-address 0.0.0.0
    environment:
      WALLET_PASSWORD: \"@\"
      KEYMANAGER_TOKEN: @
    ports: ['5062:5062']
",
    ),
    (".env", "KEYSTORE_PASSWORD=@\nexport WALLET_PASSWORD='@'\nFEE_RECIPIENT=0x0000000000000000000000000000000000000000\n"),
    ("start.sh", "#!/bin/sh\nexport WALLET_PASSWORD=@\nexec lighthouse vc --network mainnet --datadir /data --beacon-node http://b:5052\n"),
    ("nimbus/config.toml", "network = \"mainnet\"\nweb3-signer-password = \"@\"\n"),
    ("signer/web3signer.yaml", "eth2.network: mainnet\neth2.slashing-protection-db-password: @\n"),
    ("systemd/vc.service", "[Service]\nEnvironment=\"WALLET_PASSWORD=@\"\nExecStart=/usr/local/bin/lighthouse vc --network mainnet --beacon-node http://b:5052\n"),
    ("terraform/main.tf", "variable \"wallet_password\" {\n  default = \"@\"\n}\nresource \"docker_container\" \"vc\" {\n  name = \"vc\"\n  image = \"sigp/lighthouse:latest\"\n  env = [\"WALLET_PASSWORD=${var.wallet_password}\"]\n}\n"),
    ("ansible/site.yml", "- hosts: localhost\n  vars:\n    keystore_password: @\n  tasks:\n    - docker_container:\n        name: vc\n        image: sigp/lighthouse:latest\n        command: lighthouse vc --network mainnet --beacon-node http://b:5052\n        env:\n          KEYSTORE_PASSWORD: \"{{ keystore_password }}\"\n"),
    ("k8s/secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata:\n  name: keys\nstringData:\n  password: @\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  password: @\n"),
    ("prysm/wallet.json", "{\n  \"wallet-password\": \"@\",\n  \"mnemonic\": \"@\"\n}\n"),
    ("validators/validator_definitions.yml", "- enabled: true\n  voting_public_key: \"0x935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846\"\n  type: local_keystore\n  voting_keystore_password: @\n"),
    ("chart/values.yaml", "image:\n  tag: latest\nargs:\n  - lighthouse\n  - vc\nextraEnv:\n  WALLET_PASSWORD: @\npassword: @\n"),
];

/// Answers some of the files, a secret of its own in each place.
pub fn tree(dice: &mut Dice) -> Tree {
    let files = secrets().into_iter().filter(|_| !dice.once_in(3));
    files.map(|(path, text)| (path.to_owned(), text)).collect()
}

fn secrets() -> BTreeMap<&'static str, String> {
    let mut number = 0;
    let mut fill = |line: &str| {
        let Some((head, rest)) = line.split_once('@') else { return line.to_owned() };
        number += 1;
        format!("{head}{SIGN}{number}x{rest}")
    };
    let mut filled = |text: &str| text.split_inclusive('\n').map(&mut fill).collect::<String>();
    FILES.iter().map(|(path, text)| (*path, filled(text))).collect()
}

/// The secrets of a tree whose lines stand everywhere as they stood.
pub fn whole(trees: [&Tree; 2]) -> Vec<String> {
    let mut lines: BTreeMap<String, String> = BTreeMap::new();
    for text in secrets().values() {
        let secret = |line: &str| Some((word(line)?.to_owned(), line.trim().to_owned()));
        lines.extend(text.lines().filter_map(secret));
    }
    let mut found: BTreeMap<String, bool> = BTreeMap::new();
    for line in trees.iter().flat_map(|tree| tree.values()).flat_map(|text| text.lines()) {
        let starts: Vec<usize> = line.match_indices(SIGN).map(|(at, _)| at).collect();
        for at in &starts {
            // One is cut within: it may be taken for any.
            let Some(word) = word(&line[*at..]) else { return Vec::new() };
            let is_whole = starts.len() == 1 && lines.get(word).is_some_and(|known| *known == line.trim());
            *found.entry(word.to_owned()).or_insert(true) &= is_whole;
        }
    }
    found.into_iter().filter_map(|(word, is_whole)| is_whole.then_some(word)).collect()
}

/// Finds the secret of a line.
fn word(line: &str) -> Option<&str> {
    let at = line.find(SIGN)?;
    let end = line[at..].find('x').map(|length| at + length + 1)?;
    let digits = &line[at + SIGN.len()..end - 1];
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| &line[at..end])
}
