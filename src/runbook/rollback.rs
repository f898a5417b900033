//! What ran before: the last other pin of an image in the history of the file that pins it.

use super::page::tick;
use crate::catalogue::ImageName;
use crate::workspace::Past;
use jiff::Timestamp;
use std::collections::BTreeSet;

/// So many digits tell a commit for people.
const SHORT: usize = 10;

/// Answers the image that stood in a file before this one, and the last commit that had it; nothing where several could be meant.
pub fn before(past: &Past<'_>, path: &str, image: &str) -> Option<String> {
    let repository = image.get(..ImageName::parse(image).repository.end).filter(|name| !name.is_empty())?;
    let (_, now) = past.look(path, |text| Some(pins(text, repository)))?;
    let former = |text: &str| {
        let pins = pins(text, repository);
        let mut others = pins.difference(&now);
        let other = others.next().filter(|_| !pins.contains(image) && now.contains(image))?;
        others.next().is_none().then(|| other.clone())
    };
    let (commit, former) = past.look(path, former)?;
    let time = Timestamp::from_second(commit.seconds).ok()?.to_string();
    let day = time.split('T').next()?;
    Some(format!("{}, last in `{}` of {day}", tick(&former), commit.id.get(..SHORT)?))
}

/// Every pin of an image in a text.
fn pins(text: &str, repository: &str) -> BTreeSet<String> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || "._-/".contains(letter);
    let found = text.match_indices(repository).filter_map(|(at, _)| {
        let alone = !text.get(..at)?.chars().next_back().is_some_and(is_part);
        let rest = text.get(at + repository.len()..)?;
        let end = rest.find(|letter: char| !(is_part(letter) || ":@".contains(letter))).unwrap_or(rest.len());
        let pin = rest.get(..end)?;
        (alone && pin.len() > 1 && pin.starts_with([':', '@'])).then(|| format!("{repository}{pin}"))
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_are_whole_words_with_a_tag() {
        let text = "image: sigp/lighthouse:v8.3.2\n# x/sigp/lighthouse:v1 sigp/lighthouse sigp/lighthouse:${TAG}\nimage: 'sigp/lighthouse@sha256:ab'\n";
        let found: Vec<String> = pins(text, "sigp/lighthouse").into_iter().collect();
        assert_eq!(found, ["sigp/lighthouse:v8.3.2", "sigp/lighthouse@sha256:ab"]);
    }
}
