//! What stands in a branch that may or may not be taken: its lines keep their shape, and lose their content.

use crate::source::Text;

/// Appends `branch` with its words as holes. Of a branch of several lines the indentation, dashes, names and line continuations stay,
/// so that the lines around it are read as they are.
pub(super) fn append_blurred(target: &mut Text, branch: &Text) {
    let value = branch.value();
    if !value.contains('\n') {
        if !value.trim().is_empty() {
            target.push_hole(value, branch.span());
        }
        return;
    }
    let mut at = 0;
    for line in value.split_inclusive('\n') {
        let (from, to) = (at, at + line.len());
        at = to;
        let Some((start, end)) = content(line) else {
            target.append(&branch.slice(from..to));
            continue;
        };
        target.append(&branch.slice(from..from + start));
        target.push_hole(&line[start..end], branch.span_of(from + start..from + end));
        target.append(&branch.slice(from + end..to));
    }
}

/// The bytes of a line that say something beside its shape; nothing if there are none.
fn content(line: &str) -> Option<(usize, usize)> {
    let whole = line.trim_end();
    let whole = whole.strip_suffix('\\').map_or(whole, str::trim_end);
    let mut start = line.len() - line.trim_start().len();
    if let Some(rest) = whole.get(start..).and_then(|rest| rest.strip_prefix("- ")) {
        start = whole.len() - rest.trim_start().len();
    }
    let rest = whole.get(start..).unwrap_or_default();
    let name = rest.find(|sign: char| !sign.is_ascii_alphanumeric() && !"_.-".contains(sign)).unwrap_or(rest.len());
    let after = rest.get(name..).unwrap_or_default();
    if name > 0 && (after == ":" || after.starts_with(": ")) {
        start += name + 1;
        start += whole.get(start..).map_or(0, |rest| rest.len() - rest.trim_start().len());
    } else if name > 0 && after.starts_with('=') && !rest.starts_with('-') {
        start += name + 1;
    }
    (start < whole.len()).then_some((start, whole.len()))
}
