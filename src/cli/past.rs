//! What units lost in the commits behind the earlier side of an audit.

use crate::catalogue::Catalogue;
use crate::config::Settings;
use crate::fleet::{self, Fleet, Loss};
use crate::workspace::{self, Line, OpenError};
use std::path::Path;

/// So many commits are looked back.
const DEEPEST: usize = 400;
/// So many of them, the latest, are compared; the others do not touch keys.
const MOST: usize = 40;

/// Answers what units lost in the commits that lead to a revision, the latest first. What the repository does not hold (a shallow
/// clone) is not known, and no fault.
pub fn losses(folder: &Path, revision: &str, settings: &Settings, network: Option<&str>) -> Vec<Loss> {
    Line::last(folder, revision, DEEPEST, settings).and_then(|line| of(&line, settings, network)).unwrap_or_default()
}

fn of(line: &Line<'_>, settings: &Settings, network: Option<&str>) -> Result<Vec<Loss>, OpenError> {
    let catalogue = Catalogue::builtin().with(settings.overrides.clone());
    let survey = |at: usize| -> Result<Fleet, OpenError> {
        let tree = line.workspace(at, &workspace::Options::default())?;
        Ok(fleet::survey(&tree, &catalogue, settings, network))
    };
    let (mut found, mut compared) = (Vec::new(), 0);
    let mut known: Option<(usize, Fleet)> = None;
    for at in (1..line.commits().len()).rev() {
        if compared >= MOST {
            break;
        }
        if !line.touches(at - 1, at, names_keys)? {
            continue;
        }
        compared += 1;
        let after = match known.take().filter(|(known, _)| *known == at) {
            Some((_, fleet)) => fleet,
            None => survey(at)?,
        };
        let commit = &line.commits()[at];
        let day = jiff::Timestamp::from_second(commit.seconds).map_or_else(|_| String::new(), |time| time.to_string());
        let day = day.split('T').next().unwrap_or_default();
        let when = format!("{} of {day}", commit.id.get(..9).unwrap_or(&commit.id));
        let (before, lost) = fleet::losses(survey(at - 1)?, &after, &when);
        found.extend(lost);
        known = Some((at - 1, before));
    }
    Ok(found)
}

/// Tells whether a file may name keys: by their digits, or by numbers.
fn names_keys(bytes: &[u8]) -> bool {
    const DIGITS: usize = 96;
    let mut run = 0;
    let digits = bytes.iter().any(|byte| {
        run = if byte.is_ascii_hexdigit() { run + 1 } else { 0 };
        run == DIGITS
    });
    digits || memchr::memmem::find(bytes, b"start").is_some() && memchr::memmem::find(bytes, b"end").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_name_keys_are_told_by_their_bytes() {
        assert!(names_keys(format!("key: 0x{}", "a1".repeat(48)).as_bytes()));
        assert!(names_keys(b"- { start: 0, end: 9 }"));
        assert!(!names_keys(format!("digest: {}", "a1".repeat(32)).as_bytes()));
    }
}
