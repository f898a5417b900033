//! Places to point at.

use crate::invocation::Setting;
use crate::source::{Span, Spanned, Text};

/// A place to point at, and where its text was written if that is elsewhere (`.env`, an anchor).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// Where it takes effect.
    pub span: Span,
    /// Where it was written, if elsewhere.
    pub origin: Option<Span>,
}

impl From<Span> for Spot {
    fn from(span: Span) -> Self {
        Self { span, origin: None }
    }
}

impl From<&Text> for Spot {
    fn from(text: &Text) -> Self {
        Self { span: text.span(), origin: text.origin() }
    }
}

impl<T> From<&Spanned<T>> for Spot {
    fn from(value: &Spanned<T>) -> Self {
        Self { span: value.span, origin: value.origin }
    }
}

impl From<&Setting> for Spot {
    /// The value; where it is empty or none was written, the flag.
    fn from(setting: &Setting) -> Self {
        let span = setting.value.span();
        Self { span: if span.is_empty() { setting.place } else { span }, origin: setting.value.origin() }
    }
}
