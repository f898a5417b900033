//! Reads emergency plans: prose with headings, dates and a table of units.

use super::model::Reading;
use crate::deployment::{PlanDate, PlanFile, PlanHeading, PlanUnit, tree};
use crate::source::{FileId, Span, Spanned};
use crate::workspace::{FileKind, SourceFile, Workspace};
use std::collections::BTreeSet;

/// Words that hold the place of something that is still to be said.
const BLANKS: [&str; 5] = ["FILL-IN", "TODO", "TBD", "FIXME", "XXX"];
/// What labels of days begin with.
const LABELS: [&str; 4] = ["last reviewed", "last drill", "last verified", "contacts verified"];

/// Adds every plan and run-book to the inventory.
pub(super) fn read(workspace: &Workspace, reading: &mut Reading) {
    let plans = workspace.written().filter(|file| file.kind == FileKind::Plan && !tree::is_example(&file.path));
    reading.inventory.plans = plans.filter_map(|file| plan(file, workspace.plan() == Some(file.id))).collect();
}

/// A line of the file, and the text that it is cut out of.
struct Line<'t> {
    file: FileId,
    whole: &'t str,
    text: &'t str,
}

impl Line<'_> {
    /// The place of a part of the line.
    fn place(&self, part: &str) -> Span {
        Span::of_part(self.file, self.whole, part)
    }
}

fn plan(file: &SourceFile, named: bool) -> Option<PlanFile> {
    let text = file.text()?;
    let mut plan = PlanFile {
        file: file.id,
        path: file.path.to_string(),
        head: named || file.name().to_ascii_lowercase().starts_with("emergency"),
        headings: Vec::new(),
        dates: Vec::new(),
        blanks: Vec::new(),
        units: Vec::new(),
        words: words(text),
    };
    let mut fenced = false;
    for line in text.lines() {
        let line = Line { file: file.id, whole: text, text: line.trim_end() };
        fenced ^= line.text.trim_start().starts_with("```");
        if !fenced {
            plan.take(&line);
        }
        plan.blanks.extend(BLANKS.iter().filter_map(|word| blank(&line, word)).min_by_key(|span| span.start));
        if let Some(heading) = plan.headings.last_mut() {
            heading.length += line.text.len();
        }
    }
    Some(plan)
}

fn words(text: &str) -> BTreeSet<String> {
    let is_part = |letter: char| letter.is_alphanumeric() || "-_./@:".contains(letter);
    let whole = text.split(|letter| !is_part(letter)).map(|word| word.trim_end_matches(['.', ':', '/']));
    whole.flat_map(|word| std::iter::once(word).chain(word.split('/'))).map(str::to_owned).collect()
}

impl PlanFile {
    fn take(&mut self, line: &Line<'_>) {
        let hashes = line.text.bytes().take_while(|byte| *byte == b'#').count();
        if hashes > 0 && line.text.get(hashes..).is_some_and(|rest| rest.starts_with(' ')) {
            let text = line.text.get(hashes..).unwrap_or_default().trim();
            let text = Spanned::new(text.to_ascii_lowercase(), line.place(text));
            self.headings.push(PlanHeading { level: hashes, text, length: 0 });
            return;
        }
        self.dates.extend(date(line));
        let below = self.headings.last().map_or("", |heading| heading.text.value.as_str());
        if line.text.starts_with('|') {
            let cells: Vec<&str> = line.text.trim_matches('|').split('|').map(str::trim).collect();
            if below.contains("inventory") {
                self.units.extend(unit(line, &cells));
            } else if below.contains("contact") && cells.iter().any(|cell| cell.is_empty()) {
                self.blanks.push(line.place(line.text));
            }
        }
    }
}

/// The word that holds a place in a line; it stands alone.
fn blank(line: &Line<'_>, word: &str) -> Option<Span> {
    let at = line.text.find(word)?;
    let is_letter = |letter: char| letter.is_alphanumeric();
    let before = line.text.get(..at)?.chars().next_back().is_some_and(is_letter);
    let after = line.text.get(at + word.len()..)?.chars().next().is_some_and(is_letter);
    (!before && !after).then(|| line.text.get(at..at + word.len()).map(|word| line.place(word))).flatten()
}

fn date(line: &Line<'_>) -> Option<PlanDate> {
    let bare = line.text.trim_start_matches(['|', '-', '*', ' ', '>']);
    let label =
        LABELS.iter().find(|label| bare.get(..label.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(label)))?;
    let rest = bare.get(label.len()..)?.trim_matches(['*', ':', '|', ' ', '`']);
    let day = rest.split([' ', '|', '(', ',', ';']).next().unwrap_or_default().trim_matches(['*', '`', '.']);
    Some(PlanDate { label: (*label).to_owned(), day: Spanned::new(day.to_owned(), line.place(day)) })
}

/// A row whose first cell names a unit between back ticks; then the count of its keys, and among the rest their digest.
fn unit(line: &Line<'_>, cells: &[&str]) -> Option<PlanUnit> {
    let name = cells.first()?.strip_prefix('`')?.split('`').next()?;
    let keys = cells.iter().skip(1).find_map(|cell| Some((*cell, cell.parse::<u64>().ok()?)));
    let mut digest = cells.iter().skip(1).map(|cell| cell.trim_matches('`'));
    let digest = digest.rfind(|cell| cell.len() == 16 && cell.bytes().all(|byte| byte.is_ascii_hexdigit()));
    Some(PlanUnit {
        name: Spanned::new(name.to_owned(), line.place(name)),
        keys: keys.map(|(cell, count)| Spanned::new(count, line.place(cell))),
        digest: digest.map(|digest| Spanned::new(digest.to_owned(), line.place(digest))),
    })
}

#[cfg(test)]
mod tests {
    use crate::deployment::read;
    use crate::workspace::Workspace;

    #[test]
    fn a_plan_is_read_as_it_stands() {
        let text = "# Plan\n\n- **Last reviewed:** 2026-11-01\n- Last drill: never\n\n## Contacts\n\n| who | how |\n|---|---|\n| on call | |\n\n```sh\n# no heading\nssh FILL-IN\n```\n\n## Key inventory\n\n| unit | keys | digest |\n|---|---|---|\n| `a/vc` | 3 | `0011223344556677` |\n";
        let inventory = read(&Workspace::of(&[("EMERGENCY.md", text), ("runbooks/x.md", "# X\n")]));
        let [plan, page] = inventory.plans.as_slice() else { panic!("both are read") };
        assert!(plan.head && !page.head);
        let headings: Vec<&str> = plan.headings.iter().map(|heading| heading.text.value.as_str()).collect();
        assert_eq!(headings, ["plan", "contacts", "key inventory"]);
        let dates: Vec<(&str, &str)> =
            plan.dates.iter().map(|date| (date.label.as_str(), date.day.value.as_str())).collect();
        assert_eq!(dates, [("last reviewed", "2026-11-01"), ("last drill", "never")]);
        let at = |span: &crate::source::Span| &text[span.start as usize..span.end as usize];
        assert_eq!(plan.blanks.iter().map(at).collect::<Vec<_>>(), ["| on call | |", "FILL-IN"]);
        let unit = &plan.units[0];
        assert_eq!((unit.name.value.as_str(), at(&unit.name.span)), ("a/vc", "a/vc"));
        assert_eq!(unit.keys.as_ref().map(|keys| keys.value), Some(3));
        assert_eq!(unit.digest.as_ref().map(|digest| digest.value.as_str()), Some("0011223344556677"));
        assert!(plan.words.contains("a/vc") && plan.words.contains("vc"));
    }
}
