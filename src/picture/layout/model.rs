//! A picture on a sheet; everything in pixels, from the upper left corner.

use crate::finding::Severity;

/// A sheet on which every box, line and text has its place.
#[derive(Debug, Default)]
pub struct Sheet {
    /// Its width.
    pub width: i32,
    /// Its height, without what a writer adds above and below.
    pub height: i32,
    /// The name of each column, and where it begins.
    pub heads: Vec<(i32, &'static str)>,
    /// The groups, in the picture's order.
    pub bands: Vec<Place>,
    /// The boxes, in the picture's order.
    pub boxes: Vec<Place>,
    /// The corners of each line, in the picture's order, from the box that asks to the one that is asked.
    pub paths: Vec<Vec<(i32, i32)>>,
}

/// A rectangle with text in it.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// Its sides.
    pub area: Rectangle,
    /// Its texts.
    pub lines: Vec<Line>,
}

/// A rectangle.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rectangle {
    /// Its left side.
    pub x: i32,
    /// Its upper side.
    pub y: i32,
    /// Its width.
    pub width: i32,
    /// Its height.
    pub height: i32,
}

impl Rectangle {
    /// Answers its right side.
    #[must_use]
    pub fn right(&self) -> i32 {
        self.x + self.width
    }

    /// Answers its lower side.
    #[cfg(test)]
    #[must_use]
    pub fn bottom(&self) -> i32 {
        self.y + self.height
    }
}

/// A line of text.
#[derive(Debug, Clone)]
pub struct Line {
    /// Where it begins.
    pub x: i32,
    /// Its base line.
    pub y: i32,
    /// No wider than its place.
    pub text: String,
    /// How it looks.
    pub style: Style,
}

/// How a line of text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// The name of a host.
    Host,
    /// The name of a box.
    Title,
    /// What it is.
    Plain,
    /// A hazard, after its sign.
    Alarm(Severity),
}

impl Style {
    /// Answers the size of the font.
    #[must_use]
    pub fn size(self) -> i32 {
        match self {
            Self::Host => 14,
            Self::Title => 12,
            Self::Plain | Self::Alarm(_) => 11,
        }
    }

    /// Tells whether the font is bold.
    #[must_use]
    pub fn is_bold(self) -> bool {
        matches!(self, Self::Host | Self::Title)
    }
}
