//! Where an allow comment can be written so that it covers a place, and is one.

use super::cover::{self, Extent};
use crate::source::LineIndex;

/// No more lines are tried: the place itself, and the keys that it lies under.
const MOST_TRIES: usize = 8;

/// A comment to put into a text, on a line of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowLine {
    /// The byte before which it comes: the first one of a line.
    pub at: u32,
    /// The line, with its line break.
    pub text: String,
}

/// Answers the line that allows a rule at a byte of a text, the nearest to it that does; nothing where none would. `reads` tells
/// the bytes of every comment in a text that is like this one, for there are lines that look like a comment and are none.
#[must_use]
pub fn allow_line(text: &str, at: u32, rule: &str, reads: &dyn Fn(&str) -> Vec<Extent>) -> Option<AllowLine> {
    let index = LineIndex::new(text);
    candidates(text, &index, at).into_iter().take(MOST_TRIES).find_map(|(start, line)| {
        let indent = line.get(..line.len() - line.trim_start().len())?;
        let comment = format!("# stakelint: allow({rule}) -- reason");
        let ending = if line.ends_with("\r\n") { "\r\n" } else { "\n" };
        let written = format!("{indent}{comment}{ending}");
        let (before, after) = text.split_at_checked(start as usize)?;
        let new = format!("{before}{written}{after}");
        let from = start + indent.len() as u32;
        let place = (from, from + comment.len() as u32);
        let covered = cover::extents(&new, &[place]).into_iter().next().flatten()?;
        let moved = at + written.len() as u32;
        let covers = covered.0 <= moved && moved < covered.1;
        (covers && reads(&new).contains(&place)).then_some(AllowLine { at: start, text: written })
    })
}

/// Answers the lines above which a comment may come, the nearest first: that of the place, and those that it lies under. No line
/// goes between one that ends in a backslash and the next.
fn candidates<'t>(text: &'t str, index: &LineIndex, at: u32) -> Vec<(u32, &'t str)> {
    let mut found = Vec::new();
    let mut least = usize::MAX;
    let last = index.position(text, at).line;
    let line = |number: u32| {
        let (start, _) = index.line(text, number)?;
        let end = index.line(text, number + 1).map_or(text.len(), |(next, _)| next as usize);
        Some((start, text.get(start as usize..end)?))
    };
    for number in (1..=last).rev() {
        let Some((start, content)) = line(number) else { continue };
        let indent = content.len() - content.trim_start().len();
        if content.trim().is_empty() || (indent >= least && least != usize::MAX) {
            continue;
        }
        if line(number.saturating_sub(1)).is_some_and(|(_, above)| above.trim_end().ends_with('\\')) {
            // The first line of the command may be indented as much as this one.
            least = indent + 1;
            continue;
        }
        found.push((start, content));
        least = indent;
        if indent == 0 {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Syntax, parse};
    use crate::source::FileId;

    /// The text after the comment for the rule `r` at the first place where `place` stands.
    fn allowed(text: &str, place: &str, syntax: Syntax) -> Option<String> {
        let reads = |new: &str| {
            let document = parse(FileId(0), new.into(), syntax);
            document.comments().map(|span| (span.start, span.end)).collect()
        };
        let at = text.find(place).expect("stands there") as u32;
        let line = allow_line(text, at, "r", &reads)?;
        let (before, after) = text.split_at(line.at as usize);
        Some(format!("{before}{}{after}", line.text.replace("# stakelint: allow(r) -- reason", "#!")))
    }

    #[test]
    fn the_comment_comes_above_the_line_that_it_means() {
        let list = "a:\n  - x\n  - --flag\r\n";
        assert_eq!(allowed(list, "--flag", Syntax::Yaml).as_deref(), Some("a:\n  - x\n  #!\r\n  - --flag\r\n"));
        assert_eq!(allowed("A=1\nB=2", "2", Syntax::Dotenv).as_deref(), Some("A=1\n#!\nB=2"));
    }

    #[test]
    fn it_never_goes_into_a_block_or_a_continued_line() {
        let block = "s:\n  command: >\n    run\n    --flag\n";
        assert_eq!(
            allowed(block, "--flag", Syntax::Yaml).as_deref(),
            Some("s:\n  #!\n  command: >\n    run\n    --flag\n")
        );
        let unit = "[Service]\nExecStart=/x \\\n  --a \\\n  --flag\n";
        let above = "[Service]\n#!\nExecStart=/x \\\n  --a \\\n  --flag\n";
        assert_eq!(allowed(unit, "--flag", Syntax::Ini).as_deref(), Some(above));
        let flat = unit.replace("  --", "--");
        assert_eq!(allowed(&flat, "--flag", Syntax::Ini), Some(above.replace("  --", "--")));
    }

    #[test]
    fn there_is_none_where_nothing_is_a_comment() {
        assert_eq!(allowed("{\"a\": 1}\n", "1", Syntax::Json), None);
    }
}
