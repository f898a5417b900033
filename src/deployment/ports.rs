//! Published ports, in the short form of Docker (`-p`) and Compose, and in Compose's long form.

use super::model::Port;
use crate::source::Text;

/// Reads `[[ip:]host:]container[/protocol]`, with ranges, IPv6 addresses in brackets and holes.
pub(in crate::deployment) fn short(text: &Text) -> Port {
    let (rest, protocol) = match protocol_at(text) {
        Some(at) => (text.slice(0..at), text.value()[at + 1..].to_ascii_lowercase()),
        None => (text.clone(), "tcp".to_owned()),
    };
    let (front, container) = split_last(&rest);
    let (address, host) = match &front {
        Some(front) => split_last(front),
        None => (None, Text::empty(text.span())),
    };
    let mut port = Port {
        text: text.clone(),
        host_ip: address.and_then(|address| bare_address(&address)),
        host: range(&host),
        container: range(&container),
        protocol,
    };
    if front.is_none() && container.is_hole() {
        // The whole entry comes from outside: an address may stand in it.
        port.host_ip = Some(container);
    } else if port.host_ip.is_none() && begins_with_hole(&host) && !host.is_hole() {
        // `${BIND}7500:7500`: the hole can hold an address and its colon.
        port.host_ip = Some(host);
    }
    port
}

/// Reads the long form from the texts of its fields.
pub(in crate::deployment) fn long(
    text: &Text,
    target: Option<&Text>,
    published: Option<&Text>,
    host_ip: Option<&Text>,
    protocol: Option<&Text>,
) -> Port {
    Port {
        text: text.clone(),
        host_ip: host_ip.and_then(bare_address),
        host: published.and_then(range),
        container: target.and_then(range),
        protocol: protocol.map_or_else(|| "tcp".to_owned(), |protocol| protocol.value().to_ascii_lowercase()),
    }
}

fn protocol_at(text: &Text) -> Option<usize> {
    let at = text.value().rfind('/')?;
    let plain = text.value()[at + 1..].bytes().all(|byte| byte.is_ascii_alphabetic());
    (plain && text.is_known_in(at..at + 1)).then_some(at)
}

/// Cuts at the last colon that is neither in a hole nor in brackets.
fn split_last(text: &Text) -> (Option<Text>, Text) {
    let value = text.value();
    let from = value.rfind(']').map_or(0, |at| at);
    let mut colons = value[from..].match_indices(':').map(|(at, _)| from + at);
    let colon = colons.rfind(|at| text.is_known_in(*at..at + 1));
    match colon {
        Some(at) => (Some(text.slice(0..at)), text.slice(at + 1..value.len())),
        None => (None, text.clone()),
    }
}

/// An address without brackets; an empty one is none.
fn bare_address(address: &Text) -> Option<Text> {
    let value = address.value();
    let bare = match value.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')) {
        Some(inner) => address.slice(1..1 + inner.len()),
        None => address.clone(),
    };
    (!bare.value().is_empty()).then_some(bare)
}

fn begins_with_hole(text: &Text) -> bool {
    text.segments().first().is_some_and(|segment| segment.hole)
}

fn range(text: &Text) -> Option<(u16, u16)> {
    let known = text.known()?.trim();
    let (first, last) = known.split_once('-').unwrap_or((known, known));
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (first <= last).then_some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    fn text(value: &str) -> Text {
        Text::literal(value, Span::new(FileId(0), 0, value.len() as u32))
    }

    fn show(port: &Port) -> String {
        let range = |range: Option<(u16, u16)>| match range {
            Some((first, last)) if first == last => first.to_string(),
            Some((first, last)) => format!("{first}-{last}"),
            None => "?".to_owned(),
        };
        let ip = port.host_ip.as_ref().map_or("*", Text::value);
        format!("{ip} {} {} {}", range(port.host), range(port.container), port.protocol)
    }

    #[test]
    fn every_short_form() {
        for (written, expected) in [
            ("5062", "* ? 5062 tcp"),
            ("5062:5063", "* 5062 5063 tcp"),
            ("127.0.0.1:5062:5062", "127.0.0.1 5062 5062 tcp"),
            ("[::1]:5062:5062", "::1 5062 5062 tcp"),
            (":5062:5062", "* 5062 5062 tcp"),
            ("127.0.0.1::5062", "127.0.0.1 ? 5062 tcp"),
            ("9000-9001:9000-9001/udp", "* 9000-9001 9000-9001 udp"),
            ("0.0.0.0:9000:9000/UDP", "0.0.0.0 9000 9000 udp"),
            ("99999:1", "* ? 1 tcp"),
            ("", "* ? ? tcp"),
        ] {
            assert_eq!(show(&short(&text(written))), expected, "{written}");
        }
    }

    #[test]
    fn holes_leave_open_what_they_cover() {
        let span = |from, to| Span::new(FileId(0), from, to);
        let mut prefix = Text::empty(span(0, 20));
        prefix.push_hole("${BIND}", span(0, 7));
        prefix.push("7500:7500", span(7, 16), None);
        assert_eq!(show(&short(&prefix)), "${BIND}7500 ? 7500 tcp");
        let mut address = Text::empty(span(0, 20));
        address.push_hole("${IP:?a:b}", span(0, 10));
        address.push(":7500:7501", span(10, 20), None);
        assert_eq!(show(&short(&address)), "${IP:?a:b} 7500 7501 tcp");
        let mut host = Text::empty(span(0, 20));
        host.push_hole("${PORT}", span(0, 7));
        host.push(":7501", span(7, 12), None);
        assert_eq!(show(&short(&host)), "* ? 7501 tcp");
        let mut whole = Text::empty(span(0, 20));
        whole.push_hole("${P}", span(0, 4));
        assert_eq!(show(&short(&whole)), "${P} ? ? tcp");
    }
}
