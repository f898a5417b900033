//! Where everything stands: hosts as bands one below the other, columns by role, lines in the gaps between them.

mod model;
mod place;
mod route;
#[cfg(test)]
mod tests;
mod text;
mod track;

pub(super) use model::{Line, Place, Rectangle, Sheet, Style};
pub(super) use text::width;

use super::model::Picture;

/// Lays a picture out; the same picture lies the same way in every run.
pub(super) fn lay(picture: &Picture) -> Sheet {
    let grid = place::place(picture);
    let routes = route::choose(picture, &grid);
    let rows = place::stack(picture, &grid, &routes.lanes);
    let tracks = track::assign(&routes.runs(picture, &rows), grid.columns.len());
    place::draw(picture, &grid, &rows, &tracks, &routes)
}
