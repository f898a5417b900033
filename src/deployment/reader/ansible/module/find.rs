//! What a task answers to those that come after it: nothing that anybody knows, but for the folder in which files were looked for.

use super::arguments;
use crate::deployment::reader::ansible::datum::{Body, Datum, Form, Scalar};
use crate::deployment::reader::ansible::task::{Frame, Task};
use crate::source::{Span, Spanned, Text};

/// What else the answer of a search says.
const REST: [&str; 6] = ["matched", "examined", "changed", "failed", "skipped", "msg"];

/// Answers what a task is taken to find out, under the name that it is given.
pub(in crate::deployment::reader::ansible) fn found(name: &str, task: &Task<'_>, frame: &Frame<'_>) -> Datum {
    let place = task.whole.place;
    let unknown = |part: &str| Datum::unknown(&format!("{{{{ {name}{part} }}}}"), place);
    if task.name != "find" || frame.elsewhere {
        return unknown("");
    }
    let arguments = frame.scope.settle(&arguments(task));
    let folders = ["paths", "path", "name"].iter().find_map(|key| arguments.get(key));
    let Some(folders) = folders.map(Datum::several).filter(|folders| !folders.is_empty()) else { return unknown("") };
    let files = folders.iter().filter_map(Datum::shown).map(|folder| {
        let mut path = Text::empty(place);
        path.append(folder);
        path.push_inexact("/", place);
        path.push_hole(&format!("{{{{ {name}.files }}}}"), place);
        // The hole in it is no template that could be evaluated again.
        let path = Datum::new(place, Body::Scalar(Scalar { form: Form::Plain, text: path }));
        map(vec![("path", path)], place)
    });
    let files = Datum::list(files.collect(), place);
    let rest = REST.map(|part| (part, unknown(&format!(".{part}"))));
    map(std::iter::once(("files", files)).chain(rest).collect(), place)
}

fn map(entries: Vec<(&str, Datum)>, place: Span) -> Datum {
    let entries = entries.into_iter().map(|(name, value)| (Spanned::new(name.to_owned(), place), value));
    Datum::map(entries.collect(), place)
}
