//! Writes an interchange file (EIP-3076) of any size, the same for the same numbers.
//!
//! `cargo run --release --example generate-history -- --keys 100000 --attestations 10000000 OUT.json`
//!
//! Each key votes in every epoch and proposes now and then; `--planted` keys vote once around an earlier vote. The keys are digits
//! that nobody holds a secret for.

#[path = "random/mod.rs"]
mod random;

use clap::Parser;
use random::Random;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

/// What to write.
#[derive(Parser)]
struct Options {
    /// How many keys
    #[arg(long, default_value_t = 1000)]
    keys: u64,
    /// How many attestations, over all keys
    #[arg(long, default_value_t = 100_000)]
    attestations: u64,
    /// How many keys sign something slashable at the end
    #[arg(long, default_value_t = 0)]
    planted: u64,
    /// The file to write
    out: PathBuf,
}

/// The epoch of the first vote.
const FIRST: u64 = 400_000;

fn main() -> io::Result<()> {
    let options = Options::parse();
    let mut out = BufWriter::with_capacity(1 << 20, File::create(&options.out)?);
    let genesis = "0x4b363db94e286120d76eb905340fdd4e54bfe9f06bf33ff6cf5ad27f511bfe95";
    write!(out, r#"{{"metadata":{{"interchange_format_version":"5","genesis_validators_root":"{genesis}"}},"data":["#)?;
    let mut random = Random(1);
    for key in 0..options.keys {
        let comma = if key == 0 { "" } else { "," };
        let digits: String = (0..5).map(|_| format!("{:016x}", random.next())).collect();
        write!(out, r#"{comma}{{"pubkey":"0x{key:016x}{digits}","signed_blocks":["#)?;
        for block in 0..2 {
            let (comma, slot) = (if block == 0 { "" } else { "," }, FIRST * 32 + block * 7200 + key % 7200);
            write!(out, r#"{comma}{{"slot":"{slot}","signing_root":"{}"}}"#, root(&mut random))?;
        }
        write!(out, r#"],"signed_attestations":["#)?;
        let share = options.attestations / options.keys + u64::from(key < options.attestations % options.keys);
        for vote in 0..share {
            let comma = if vote == 0 { "" } else { "," };
            let planted = key < options.planted && vote > 1 && vote + 1 == share;
            let source = if planted { FIRST } else { FIRST + vote };
            let (target, root) = (FIRST + vote + 1, root(&mut random));
            write!(out, r#"{comma}{{"source_epoch":"{source}","target_epoch":"{target}","signing_root":"{root}"}}"#)?;
        }
        write!(out, "]}}")?;
    }
    writeln!(out, "]}}")?;
    out.flush()
}

fn root(random: &mut Random) -> String {
    format!("0x{:016x}{:016x}{:016x}{:016x}", random.next(), random.next(), random.next(), random.next())
}
