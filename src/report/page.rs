//! A page that is one file: styles and scripts are in it, and it can load nothing else.

use super::markup;
use sha2::{Digest, Sha256};

/// How every page looks.
const STYLE: &str = include_str!("page.css");

/// A page of HTML.
///
/// Its policy lets the browser use the styles and scripts that it was made with and nothing else, whatever else gets into it.
#[derive(Debug, Clone, Copy)]
pub struct Page<'p> {
    /// The title.
    pub title: &'p str,
    /// Further style sheets.
    pub styles: &'p [&'p str],
    /// Scripts; the page has to be of use without them.
    pub scripts: &'p [&'p str],
}

impl Page<'_> {
    /// Answers the page around a body.
    #[must_use]
    pub fn around(&self, body: &str) -> String {
        let styles: Vec<&str> = std::iter::once(STYLE).chain(self.styles.iter().copied()).collect();
        let mut page = String::with_capacity(body.len() + 16_384);
        page += "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
        page += &format!(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'\">\n",
            sources(&styles),
            sources(self.scripts)
        );
        page += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
        page +=
            "<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"color-scheme\" content=\"light dark\">\n";
        page += &format!("<title>{}</title>\n", markup(self.title));
        styles.iter().for_each(|style| page += &format!("<style>{style}</style>\n"));
        page += "</head>\n<body>\n";
        page += body;
        self.scripts.iter().for_each(|script| page += &format!("<script>{script}</script>\n"));
        page += "</body>\n</html>\n";
        page
    }
}

/// Names texts by their digests, as a content security policy wants them.
fn sources(texts: &[&str]) -> String {
    if texts.is_empty() {
        return "'none'".to_owned();
    }
    let digest = |text: &&str| format!("'sha256-{}'", base64(&Sha256::digest(text.as_bytes())));
    texts.iter().map(digest).collect::<Vec<_>>().join(" ")
}

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |bytes: &[u8]| {
        let bits = bytes.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - bytes.len()));
        let sign =
            move |at: usize| if at <= bytes.len() { SIGNS[(bits >> (18 - 6 * at) & 63) as usize] as char } else { '=' };
        (0..4).map(sign).collect::<String>()
    };
    bytes.chunks(3).map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_written_as_browsers_read_them() {
        assert_eq!(base64(b"fleet"), "ZmxlZXQ=");
        assert_eq!(base64(b"fleets"), "ZmxlZXRz");
        assert_eq!(sources(&[""]), "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='");
    }
}
