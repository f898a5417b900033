//! The page as a whole: which parts there are, and in which order.

use super::{aside, head, rule};
use crate::finding::Outcome;
use crate::report::markup;
use crate::report::model::{Context, Figure};
use crate::report::page::Page;
use crate::report::texts::Texts;
use std::io::{self, Write};

/// Columns of an excerpt.
const COLUMNS: usize = 128;

/// Writes the report as one page that needs nothing else.
pub fn write(outcome: &Outcome, context: &Context, out: &mut dyn Write) -> io::Result<()> {
    let context = Context { width: COLUMNS, ascii: false, ..*context };
    let texts = Texts::of(outcome, &context);
    let figure = context.figure.map(|draw| draw(&outcome.findings, context.keys));
    let hosts = head::Hosts::of(outcome);
    let mut body = head::header(outcome, figure.is_some());
    body += "<main>\n";
    body += &aside::moves(outcome);
    body += &figure.as_ref().map(fleet).unwrap_or_default();
    body += "<section id=\"findings\">\n<h2>Findings</h2>\n";
    body += &head::filters(outcome, &hosts);
    body += &rule::sections(outcome, &context, &texts, &hosts);
    body += "</section>\n";
    body += &aside::suppressed(outcome, &context, &texts);
    body += &aside::not_checked(outcome, &context);
    body += &format!(
        "</main>\n<footer>Made by {} {}. This page loads nothing and sends nothing.</footer>\n",
        env!("CARGO_PKG_NAME"),
        env!("CARGO_PKG_VERSION")
    );
    let mut styles = vec![include_str!("report.css")];
    let mut scripts = vec![include_str!("report.js")];
    if let Some(Figure { style, script, .. }) = &figure {
        styles.push(style);
        scripts.push(script);
    }
    let title = format!("stakelint: {}", head::word(outcome));
    let page = Page { title: &title, styles: &styles, scripts: &scripts };
    out.write_all(page.around(&body).as_bytes())
}

fn fleet(figure: &Figure) -> String {
    format!(
        "<section id=\"fleet\">\n<h2>Fleet</h2>\n<div class=\"picture\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">\n{}</div>\n</section>\n",
        markup("Picture of the fleet; boxes with hazards lead to the worst of them"),
        figure.element
    )
}
