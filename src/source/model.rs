//! A place in a file, and a value that never loses it.

/// Numbers a file of one run; files are numbered in byte order of their paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A range of bytes of one file: `start` is the first byte, `end` the one after the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file the bytes stand in.
    pub file: FileId,
    /// Offset of the first byte, from 0.
    pub start: u32,
    /// Offset of the byte after the last.
    pub end: u32,
}

impl Span {
    /// Makes a span from byte offsets.
    #[must_use]
    pub fn new(file: FileId, start: u32, end: u32) -> Self {
        Self { file, start, end: end.max(start) }
    }

    /// Answers the place of a part of a file's text; `part` is a slice of `text`, so that its place follows from its address.
    #[must_use]
    pub fn of_part(file: FileId, text: &str, part: &str) -> Self {
        let start = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        Self::new(file, start as u32, (start + part.len()) as u32)
    }

    /// Tells how many bytes the span covers.
    #[must_use]
    pub fn len(self) -> u32 {
        self.end - self.start
    }

    /// Tells whether the span covers no byte, as a place between two bytes does.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Tells whether `other` lies inside this span, in the same file.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }

    /// Answers the smallest span over both; of two files, the first one's.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        if self.file != other.file {
            return self;
        }
        Self { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A value, the place where it is used, and the place where it was written if that is another one (`.env`, anchor).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it takes effect.
    pub span: Span,
    /// Where it was written, if elsewhere.
    pub origin: Option<Span>,
}

impl<T> Spanned<T> {
    /// Makes a value that is used where it is written.
    #[must_use]
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span, origin: None }
    }

    /// Changes the value and keeps its places.
    #[must_use]
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: change(self.value), span: self.span, origin: self.origin }
    }

    /// Borrows the value and copies its places.
    #[must_use]
    pub fn as_ref(&self) -> Spanned<&T> {
        Spanned { value: &self.value, span: self.span, origin: self.origin }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_stands_where_it_was_cut_out() {
        let text = "a: é\n b: c\n";
        let parts: Vec<&str> =
            text.lines().filter_map(|line| line.trim().split_once(": ")).map(|part| part.1).collect();
        let places: Vec<Span> = parts.into_iter().map(|part| Span::of_part(FileId(7), text, part)).collect();
        assert_eq!(places, [Span::new(FileId(7), 3, 5), Span::new(FileId(7), 10, 11)]);
    }
}
