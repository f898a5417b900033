//! Hosts as compose projects of five files: the project, its variables, and the settings of its clients.

use super::random::Random;
use super::{Options, folder, host_name, random_digits};
use std::fs;
use std::io;

/// Writes the manifests: a project of five files after the other, each host's first one with its validator client, the others with
/// what they have otherwise than most.
pub fn write(options: &Options, random: &mut Random) -> io::Result<()> {
    for index in 0..options.manifests.unwrap_or(5 * options.hosts) {
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
            (_, 0) => ("teku-validator.yaml", SETTINGS.to_string()),
            _ => ("docker-compose.override.yml", OVERRIDE.to_string()),
        };
        let text = text.replace("@SALT@", &random_digits(8, random)).replace("@HOST@", &host_name(host));
        fs::write(path.join(name), text)?;
    }
    Ok(())
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

const OVERRIDE: &str = "# @HOST@ @SALT@
services:
  execution:
    stop_grace_period: 5m
    environment:
      JAVA_OPTS: -Xmx8g
  beacon:
    stop_grace_period: 5m
    environment:
      JAVA_OPTS: -Xmx5g
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
