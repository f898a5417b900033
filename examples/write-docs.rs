//! Writes the pages of `docs/` that come from cards, and the schema of the settings file: `cargo run --example write-docs`, in the folder of the repository.

use std::collections::BTreeSet;
use std::path::Path;
use std::{fs, io};

fn main() -> io::Result<()> {
    let pages = stakelint::pages();
    let rules = Path::new("docs/rules");
    fs::create_dir_all(rules)?;
    let wanted: BTreeSet<_> = pages.keys().map(|path| Path::new("docs").join(path)).collect();
    for entry in fs::read_dir(rules)? {
        let path = entry?.path();
        if !wanted.contains(&path) {
            fs::remove_file(path)?;
        }
    }
    fs::write("stakelint.schema.json", stakelint::settings_schema())?;
    pages.iter().try_for_each(|(path, text)| fs::write(Path::new("docs").join(path), text))
}
