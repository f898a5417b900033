//! Excerpts: the lines of every place, with what matters marked, and below each line what is said of it.

use crate::report::diagnosis::Diagnosis;
use crate::report::frame::{Place, Row};
use crate::report::{markup, sentence};
use miette::{Diagnostic, LabeledSpan};

/// Writes the places of a diagnosis, those of one file together.
pub fn places(diagnosis: &Diagnosis) -> String {
    let parts = std::iter::once(diagnosis as &dyn Diagnostic).chain(diagnosis.related().into_iter().flatten());
    let places: Vec<Place> = parts.filter_map(Place::of).collect();
    let mut text = String::new();
    for of_file in places.chunk_by(Place::is_in_file_of) {
        let Some(first) = of_file.first() else { continue };
        text += &format!("<figure class=\"excerpt\"><figcaption>{}</figcaption>", markup(&first.address()));
        for (at, place) in of_file.iter().enumerate() {
            text += if at > 0 { "<div class=\"gap\">⋮</div>" } else { "" };
            text += &lines(place);
        }
        text += "</figure>\n";
    }
    text
}

fn lines(place: &Place) -> String {
    let Some((first, start, text)) = place.read() else {
        return place.labels().iter().map(|label| said(label, 0)).collect();
    };
    let rows = place.rows(first, start, &text);
    rows.iter().map(row).collect()
}

fn row(row: &Row) -> String {
    let mut text = format!("<div class=\"row\"><span class=\"number\">{}</span><pre>", row.number);
    let line = row.text.trim_end();
    let mut at = 0;
    for label in &row.labels {
        let from = (label.offset() - row.offset).min(line.len());
        let to = (from + label.len()).min(line.len());
        let (Some(before), Some(marked)) = (line.get(at..from), line.get(from..to)) else { continue };
        let class = if label.primary() { "primary" } else { "beside" };
        text += &format!("{}<mark class=\"{class}\">{}</mark>", markup(before), markup(marked));
        at = to;
    }
    text += &markup(line.get(at..).unwrap_or_default());
    text += "</pre></div>";
    let indent = line.len() - line.trim_start().len();
    row.labels.iter().for_each(|label| text += &said(label, indent));
    text
}

fn said(label: &LabeledSpan, indent: usize) -> String {
    let Some(says) = label.label().filter(|says| !says.is_empty()) else { return String::new() };
    let class = if label.primary() { "primary" } else { "beside" };
    let pad = " ".repeat(indent.min(24));
    format!(
        "<div class=\"row\"><span class=\"number\"></span><p class=\"note {class}\"><span class=\"pad\">{pad}</span>↑ {}</p></div>",
        sentence(says)
    )
}
