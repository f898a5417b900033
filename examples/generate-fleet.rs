//! Writes a fleet of any size, the same for the same numbers: keystores with real public keys, compose projects, client settings.
//!
//! `cargo run --release --example generate-fleet -- --keys 100000 --manifests 5000 OUT`
//!
//! The fleet is sound, apart from the keys that `--planted` copies to a second host, so that a check of it measures reading and
//! joining rather than the writing of findings. The secrets of the keys are multiples of a seed that anybody can repeat: never
//! deposit with them.

use blst::min_pk::{AggregatePublicKey, PublicKey, SecretKey};
use clap::Parser;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What to write.
#[derive(Parser)]
struct Options {
    /// How many keystores, one key each
    #[arg(long, default_value_t = 1000)]
    keys: usize,
    /// How many compose files, client settings and environment files
    #[arg(long, default_value_t = 50)]
    manifests: usize,
    /// Over how many hosts
    #[arg(long, default_value_t = 50)]
    hosts: usize,
    /// How many keystores to copy to the next host
    #[arg(long, default_value_t = 0)]
    planted: usize,
    /// Another number makes another fleet
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The folder to write; it must be missing or empty
    out: PathBuf,
}

fn main() -> io::Result<()> {
    let options = Options::parse();
    if options.hosts == 0 || options.out.read_dir().is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(io::Error::other("needs at least one host, and a folder that is missing or empty"));
    }
    let mut random = Random(options.seed);
    write_keystores(&options, &mut random)?;
    write_manifests(&options, &mut random)
}

/// Writes the keystores, host by host in turn, and copies the first ones to the next host.
fn write_keystores(options: &Options, random: &mut Random) -> io::Result<()> {
    for host in 0..options.hosts.min(options.keys.max(1)) {
        fs::create_dir_all(folder(options, host).join("keys"))?;
    }
    for (index, key) in public_keys(random).take(options.keys).enumerate() {
        let name = format!("keystore-m_12381_3600_{index}_0_0-1700000000.json");
        let text = keystore(&hexadecimal(&key), index, random);
        let host = index % options.hosts;
        fs::write(folder(options, host).join("keys").join(&name), &text)?;
        if index < options.planted {
            let next = folder(options, (host + 1) % options.hosts).join("keys");
            fs::create_dir_all(&next)?;
            fs::write(next.join(&name), &text)?;
        }
    }
    Ok(())
}

/// Writes the manifests: a project of five files after the other, each host's first one with its validator client.
fn write_manifests(options: &Options, random: &mut Random) -> io::Result<()> {
    for index in 0..options.manifests {
        let (project, part) = (index / 5, index % 5);
        let (host, turn) = (project % options.hosts, project / options.hosts);
        let path = folder(options, host).join(format!("stack-{turn:02}"));
        fs::create_dir_all(&path)?;
        let (name, text) = match (part, turn) {
            (0, 0) => ("docker-compose.yml", format!("{CHAIN}{VALIDATOR}{VOLUMES}")),
            (0, _) => ("docker-compose.yml", format!("{CHAIN}{VOLUMES}")),
            (1, _) => (".env", ENVIRONMENT.to_string()),
            (2, _) => ("besu.toml", BESU.to_string()),
            (3, _) => ("teku-beacon.yaml", BEACON.to_string()),
            _ => ("teku-validator.yaml", SETTINGS.to_string()),
        };
        let text = text.replace("@SALT@", &random.hexadecimal(8)).replace("@HOST@", &format!("host-{host:04}"));
        fs::write(path.join(name), text)?;
    }
    Ok(())
}

fn folder(options: &Options, host: usize) -> PathBuf {
    Path::new(&options.out).join(format!("hosts/host-{host:04}"))
}

/// Answers valid public keys without end: a first one, and each time the first one added once more (an addition costs a
/// hundredth of a multiplication).
fn public_keys(random: &mut Random) -> impl Iterator<Item = [u8; 48]> + use<> {
    let mut seed = [0; 32];
    seed.iter_mut().for_each(|byte| *byte = random.next() as u8);
    let first = SecretKey::key_gen(&seed, &[]).map(|secret| secret.sk_to_pk()).unwrap_or_else(|_| PublicKey::default());
    let mut sum = AggregatePublicKey::from_public_key(&first);
    std::iter::from_fn(move || {
        sum.add_public_key(&first, false).ok()?;
        Some(sum.to_public_key().compress())
    })
}

fn keystore(key: &str, index: usize, random: &mut Random) -> String {
    let (salt, checksum, iv, message) =
        (random.hexadecimal(32), random.hexadecimal(32), random.hexadecimal(16), random.hexadecimal(32));
    let uuid = random.hexadecimal(16);
    let uuid = format!("{}-{}-4{}-a{}-{}", &uuid[..8], &uuid[8..12], &uuid[13..16], &uuid[17..20], &uuid[20..]);
    format!(
        r#"{{"crypto": {{"kdf": {{"function": "scrypt", "params": {{"dklen": 32, "n": 262144, "r": 8, "p": 1, "salt": "{salt}"}}, "message": ""}}, "checksum": {{"function": "sha256", "params": {{}}, "message": "{checksum}"}}, "cipher": {{"function": "aes-128-ctr", "params": {{"iv": "{iv}"}}, "message": "{message}"}}}}, "description": "", "pubkey": "{key}", "path": "m/12381/3600/{index}/0/0", "uuid": "{uuid}", "version": 4}}"#
    )
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// SplitMix64: enough for salts that nobody needs.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn hexadecimal(&mut self, bytes: usize) -> String {
        let all: Vec<u8> = (0..bytes).map(|_| self.next() as u8).collect();
        hexadecimal(&all)
    }
}

const CHAIN: &str = r#"# @HOST@ @SALT@
services:
  execution:
    image: hyperledger/besu:26.10.1
    restart: unless-stopped
    stop_grace_period: 3m
    command: --config-file=/config/besu.toml
    environment:
      JAVA_OPTS: -Xmx6g
    ports:
      - "30303:30303/tcp"
      - "30303:30303/udp"
    volumes:
      - ./besu.toml:/config/besu.toml:ro
      - /etc/staking/jwt:/jwt:ro
      - execution:/var/lib/besu

  beacon:
    image: consensys/teku:${TEKU_VERSION:-26.10.2}
    restart: unless-stopped
    stop_grace_period: 3m
    depends_on:
      - execution
    command:
      - --config-file=/config/teku.yaml
      - --validators-proposer-default-fee-recipient=${FEE_RECIPIENT}
    ports:
      - "9000:9000/tcp"
      - "9000:9000/udp"
      - "127.0.0.1:5051:5051"
    volumes:
      - ./teku-beacon.yaml:/config/teku.yaml:ro
      - /etc/staking/jwt:/jwt:ro
      - beacon:/var/lib/teku
"#;

const VALIDATOR: &str = r#"
  validator:
    image: consensys/teku:${TEKU_VERSION:-26.10.2}
    restart: "no"
    stop_grace_period: 1m
    depends_on:
      - beacon
    command: >-
      validator-client
      --config-file=/config/teku.yaml
      --validators-proposer-default-fee-recipient=${FEE_RECIPIENT}
    volumes:
      - ./teku-validator.yaml:/config/teku.yaml:ro
      - ../keys:/keys
      - /etc/staking/passwords:/passwords:ro
      - validator:/var/lib/teku
"#;

const VOLUMES: &str = "
volumes:
  execution:
  beacon:
  validator:
";

const ENVIRONMENT: &str = "# @HOST@ @SALT@
TEKU_VERSION=26.10.2
FEE_RECIPIENT=0x8e5f0b1d3c6a49727d10fb3e26c4a8590b7f1e2d
";

const BESU: &str = r#"# @HOST@ @SALT@
network="mainnet"
data-path="/var/lib/besu"
sync-mode="SNAP"
rpc-http-enabled=true
rpc-http-host="0.0.0.0"
rpc-http-api=["ETH","NET","WEB3"]
host-allowlist=["execution"]
engine-rpc-port=8551
engine-host-allowlist=["execution"]
engine-jwt-secret="/jwt/jwt.hex"
"#;

const BEACON: &str = r#"# @HOST@ @SALT@
network: mainnet
data-base-path: /var/lib/teku
checkpoint-sync-url: https://beaconstate.info
ee-endpoint: http://execution:8551
ee-jwt-secret-file: /jwt/jwt.hex
rest-api-enabled: true
rest-api-interface: 0.0.0.0
rest-api-host-allowlist: ["beacon"]
beacon-liveness-tracking-enabled: true
metrics-enabled: true
metrics-interface: 0.0.0.0
"#;

const SETTINGS: &str = r#"# @HOST@ @SALT@
network: mainnet
data-base-path: /var/lib/teku
beacon-node-api-endpoint: http://beacon:5051
validator-keys: /keys:/passwords
validators-keystore-locking-enabled: true
doppelganger-detection-enabled: true
shut-down-when-validator-slashed-enabled: true
metrics-enabled: true
metrics-interface: 0.0.0.0
"#;
