//! Holes that stand alone on a line of rendered YAML: an item among items, else a comment, since they can be any number of lines.

use crate::source::Text;

/// Makes YAML of a rendered text whose holes may stand for whole blocks. Answers the text, and whether it lost a hole.
#[must_use]
pub(in crate::deployment) fn settle(text: &Text) -> (Text, bool) {
    if text.is_known() {
        return (text.clone(), false);
    }
    let mut settled = Text::empty(text.span());
    let mut lost = false;
    let mut item: Option<usize> = None;
    let mut key: Option<usize> = None;
    let mut block: Option<usize> = None;
    for (from, to) in lines(text) {
        let line = text.slice(from..to);
        let value = line.value();
        let width = value.len() - value.trim_start_matches(' ').len();
        let body = value.trim();
        block = block.filter(|outer| body.is_empty() || width > *outer);
        if body.is_empty() || block.is_some() {
            settled.append(&line);
        } else if is_hole(&line, width, width + body.len()) {
            let block = line.slice(width..width + body.len());
            if item.is_some_and(|at| at == width) {
                settled.append(&line.slice(0..width));
                settled.push_inexact("- ", block.span());
                settled.append(&block);
                settled.append(&line.slice(width + body.len()..value.len()));
            } else if key.is_some_and(|at| at < width)
                && item.is_none_or(|at| at < width)
                && !continues(text, to, width)
            {
                // It is all that stands below its key.
                settled.append(&line);
            } else {
                lost = true;
                settled.push_inexact("#\n", block.span());
            }
            continue;
        } else {
            settled.append(&line);
            item = body.starts_with("- ").then_some(width).or(item.filter(|at| *at < width));
            key = Some(if body.ends_with(':') { width } else { usize::MAX });
            block = opens_block(body).then_some(width);
        }
    }
    (settled, lost)
}

/// Tells whether a text of several lines begins below a line, in which every hole is a piece of text.
fn opens_block(body: &str) -> bool {
    let Some((before, sign)) = body.rsplit_once(' ') else { return false };
    let block = sign.starts_with(['|', '>']) && sign[1..].bytes().all(|byte| matches!(byte, b'-' | b'+' | b'0'..=b'9'));
    block && before.trim_end().ends_with([':', '-'])
}

/// Answers the lines of a text; a line break within a hole ends none.
fn lines(text: &Text) -> Vec<(usize, usize)> {
    let mut lines = Vec::new();
    let mut from = 0;
    for (at, _) in text.value().match_indices('\n') {
        if text.is_known_in(at..at + 1) {
            lines.push((from, at + 1));
            from = at + 1;
        }
    }
    lines.push((from, text.value().len()));
    lines
}

fn is_hole(line: &Text, from: usize, to: usize) -> bool {
    from < to && line.slice(from..to).is_hole()
}

/// Tells whether the next line that says something stands as far in.
fn continues(text: &Text, from: usize, width: usize) -> bool {
    let rest = text.value().get(from..).unwrap_or_default();
    let next = rest.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    !next.is_empty() && next.len() - next.trim_start_matches(' ').len() >= width
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    fn settled(source: &str) -> (String, bool) {
        let file = FileId(0);
        let mut text = Text::empty(Span::new(file, 0, source.len() as u32));
        let mut from = 0;
        while let Some(open) = source[from..].find("{{").map(|at| from + at) {
            let close = source[open..].find("}}").map_or(source.len(), |at| open + at + 2);
            text.push(&source[from..open], Span::new(file, from as u32, open as u32), None);
            text.push_hole(&source[open..close], Span::new(file, open as u32, close as u32));
            from = close;
        }
        text.push(&source[from..], Span::new(file, from as u32, source.len() as u32), None);
        let (text, lost) = settle(&text);
        (text.value().to_owned(), lost)
    }

    #[test]
    fn a_hole_among_items_is_an_item() {
        let (text, lost) = settled("args:\n  - a\n  {{ x }}\n  - b\n");
        assert_eq!((text.as_str(), lost), ("args:\n  - a\n  - {{ x }}\n  - b\n", false));
    }

    #[test]
    fn a_hole_among_entries_is_lost_and_told() {
        let (text, lost) = settled("labels:\n  {{ x }}\n  app: y\nspec:\n  a: {{ y }}\n  {{ z }}\n");
        assert_eq!((text.as_str(), lost), ("labels:\n#\n  app: y\nspec:\n  a: {{ y }}\n#\n", true));
    }

    #[test]
    fn a_hole_in_a_text_is_a_piece_of_it() {
        let source = "args:\n  - >\n    lighthouse vc\n    {{ x }}\n    --metrics\n  - b\n";
        assert_eq!(settled(source), (source.to_owned(), false));
    }

    #[test]
    fn a_hole_alone_below_a_key_is_its_value() {
        let source = "args:\n  {{ x }}\nimage: a\n";
        assert_eq!(settled(source), (source.to_owned(), false));
    }
}
