//! The command `stakelint`.

fn main() {}
