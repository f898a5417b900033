//! Writes a fleet of any size, the same for the same numbers: keystores with real public keys, and what deploys their hosts, as
//! compose projects with settings files, as Kubernetes manifests, or as an Ansible inventory with roles.
//!
//! `cargo run --release --example generate-fleet -- --keys 100000 --manifests 5000 OUT`
//! `cargo run --release --example generate-fleet -- --dress kubernetes --hosts 1000 --keys 100000 OUT`
//!
//! The fleet is sound, apart from the keys that `--planted` copies to a second host, so that a check of it measures reading and
//! joining rather than the writing of findings. The secrets of the keys are multiples of a seed that anybody can repeat: never
//! deposit with them.

mod ansible;
mod compose;
mod kubernetes;
#[path = "../random/mod.rs"]
mod random;

use blst::min_pk::{AggregatePublicKey, PublicKey, SecretKey};
use clap::{Parser, ValueEnum};
use random::Random;
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
    /// In which form the hosts are described
    #[arg(long, value_enum, default_value_t = Dress::Compose)]
    dress: Dress,
    /// How many compose files, client settings and environment files [default: five a host]
    #[arg(long)]
    manifests: Option<usize>,
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

/// A form in which hosts are described.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Dress {
    /// Compose projects, with settings files of their clients.
    Compose,
    /// StatefulSets, and a kustomization a host that makes a Secret of its keystores.
    Kubernetes,
    /// An inventory, roles, and a file of variables a host.
    Ansible,
}

fn main() -> io::Result<()> {
    let options = Options::parse();
    if options.hosts == 0 || options.out.read_dir().is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(io::Error::other("needs at least one host, and a folder that is missing or empty"));
    }
    let mut random = Random(options.seed);
    write_keystores(&options, &mut random)?;
    match options.dress {
        Dress::Compose => compose::write(&options, &mut random),
        Dress::Kubernetes => kubernetes::write(&options),
        Dress::Ansible => ansible::write(&options),
    }
}

/// Writes the keystores, host by host in turn, and copies the first ones to the next host.
fn write_keystores(options: &Options, random: &mut Random) -> io::Result<()> {
    for host in 0..options.hosts.min(options.keys.max(1)) {
        fs::create_dir_all(folder(options, host).join("keys"))?;
    }
    for (index, key) in public_keys(random).take(options.keys).enumerate() {
        let name = keystore_name(index);
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

fn keystore_name(index: usize) -> String {
    format!("keystore-m_12381_3600_{index}_0_0-1700000000.json")
}

fn host_name(host: usize) -> String {
    format!("host-{host:04}")
}

/// Answers the folder of a host; Ansible looks for what it copies below `files`.
fn folder(options: &Options, host: usize) -> PathBuf {
    let parent = if options.dress == Dress::Ansible { "files" } else { "hosts" };
    Path::new(&options.out).join(parent).join(host_name(host))
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
        (random_digits(32, random), random_digits(32, random), random_digits(16, random), random_digits(32, random));
    let uuid = random_digits(16, random);
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

/// Answers so many random bytes, written in hexadecimal digits.
fn random_digits(bytes: usize, random: &mut Random) -> String {
    let all: Vec<u8> = (0..bytes).map(|_| random.next() as u8).collect();
    hexadecimal(&all)
}
