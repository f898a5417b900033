//! Reads a JSON file and does nothing with it: what parsing alone costs, for `benches/history.sh` to compare with.

use serde::de::IgnoredAny;
use std::io;

fn main() -> io::Result<()> {
    let path = std::env::args_os().nth(1).ok_or_else(|| io::Error::other("needs a file"))?;
    let text = std::fs::read(path)?;
    let _: IgnoredAny = serde_json::from_slice(&text)?;
    Ok(())
}
