//! The sign of a severity, which can be told from the others without its colour.

use crate::finding::Severity;

/// Answers the sign, twelve pixels wide and high; of the mild ones nothing.
pub(super) fn of(severity: Severity, x: i32, y: i32) -> String {
    let shape = match severity {
        Severity::Critical => {
            "<path d=\"M4 0H8L12 4V8L8 12H4L0 8V4Z\"/><path class=\"stroke\" d=\"M3.8 3.8L8.2 8.2M8.2 3.8L3.8 8.2\"/>"
        }
        Severity::High => {
            "<path d=\"M6 0L12 12H0Z\"/><path class=\"stroke\" d=\"M6 4.2V7.4\"/><circle class=\"ink\" cx=\"6\" cy=\"9.8\" r=\"1\"/>"
        }
        Severity::Medium => "<path d=\"M6 0L12 6L6 12L0 6Z\"/>",
        Severity::Low | Severity::Info => return String::new(),
    };
    let word = severity.word();
    format!("<g class=\"{word}\" transform=\"translate({x} {y})\">{shape}</g>")
}
