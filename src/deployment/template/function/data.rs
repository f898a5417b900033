//! YAML, JSON, Base64, digests, and what is random or depends on the clock.

use super::Function;
use super::argument::{known, text, word};
use crate::deployment::template::heap::{DEEPEST, Map, Slot};
use crate::deployment::template::machine::Machine;
use crate::deployment::template::model::{Datum, Sort};
use crate::deployment::template::piece::quoted;
use crate::deployment::template::yaml::Writer;
use crate::document::{Syntax, parse_rendered};
use crate::source::{Span, Text};
use sha2::{Digest, Sha256};

/// Bytes that one call may write.
const ROOM: usize = 1 << 20;

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "toYaml" | "mustToYaml" | "toYamlPretty" => to_yaml,
        "toJson" | "mustToJson" | "toRawJson" | "toPrettyJson" | "mustToPrettyJson" => to_json,
        "toToml" => |_, _, _| None,
        "fromYaml" | "fromJson" | "mustFromJson" | "fromYamlArray" | "fromJsonArray" => from_yaml,
        "b64enc" => |_, arguments, place| {
            let encoded = encode(known(arguments.first())?.as_bytes());
            let (span, origin) = places(arguments.first()?, place);
            let mut result = Text::empty(span);
            result.push(&encoded, span, origin);
            word(result)
        },
        "b64dec" => |_, arguments, place| {
            let decoded = String::from_utf8(decode(known(arguments.first())?)?).ok()?;
            let (span, origin) = places(arguments.first()?, place);
            let mut result = Text::empty(span);
            result.push(&decoded, span, origin);
            word(result)
        },
        "sha256sum" => |machine, arguments, place| {
            let value = text(machine, arguments.first(), place)?;
            let digest: String = Sha256::digest(value.known()?).iter().map(|byte| format!("{byte:02x}")).collect();
            word(Text::inexact(&digest, place))
        },
        // What is drawn anew with every rendering, nobody knows. Those of several parts are maps of holes.
        "genCA" | "genCAWithKey" | "genSelfSignedCert" | "genSignedCert" => |machine, _, place| {
            let slot = |name: &str| {
                let mut hole = Text::empty(place);
                hole.push_hole("(generated)", place);
                (name.to_owned(), Slot { key: place, value: Datum::Hole(hole.into()) })
            };
            let map: Map = ["Cert", "Key"].into_iter().map(slot).collect();
            Some(machine.heap.map(map))
        },
        _ => return None,
    })
}

/// Answers where a value stands, so that what is made of it as a whole stands there.
fn places(datum: &Datum, place: Span) -> (Span, Option<Span>) {
    match datum {
        Datum::Scalar(_, text) if !text.value().is_empty() => (text.span(), text.origin()),
        _ => (place, None),
    }
}

fn to_yaml(machine: &mut Machine, arguments: &[Datum], place: Span) -> Option<Datum> {
    let mut writer = Writer { machine, place, out: Text::empty(place), room: ROOM };
    writer.write(arguments.first()?);
    let Writer { out, room, .. } = writer;
    machine.spend(ROOM - room + out.value().len());
    if let Datum::Hole(hole) = arguments.first()? {
        return Some(Datum::Hole(hole.clone()));
    }
    word(out)
}

fn to_json(machine: &mut Machine, arguments: &[Datum], place: Span) -> Option<Datum> {
    let mut out = Text::empty(place);
    json(machine, arguments.first()?, &mut out, 0)?;
    machine.spend(out.value().len());
    word(out)
}

fn json(machine: &Machine, value: &Datum, out: &mut Text, depth: usize) -> Option<()> {
    if depth > DEEPEST || out.value().len() > ROOM {
        return None;
    }
    let place = out.span();
    match value {
        Datum::Null => out.push_inexact("null", place),
        Datum::Hole(text) => out.append(text),
        Datum::Scalar(Sort::Word, text) => out.append(&quoted(text)),
        Datum::Scalar(_, text) => out.append(text),
        Datum::List(_) => {
            out.push_inexact("[", place);
            for (at, item) in machine.heap.items(value).iter().enumerate() {
                if at > 0 {
                    out.push_inexact(",", place);
                }
                json(machine, item, out, depth + 1)?;
            }
            out.push_inexact("]", place);
        }
        Datum::Map(_) => {
            out.push_inexact("{", place);
            for (at, (key, slot)) in machine.heap.entries(value)?.iter().enumerate() {
                if at > 0 {
                    out.push_inexact(",", place);
                }
                out.append(&quoted(&Text::literal(key, slot.key)));
                out.push_inexact(":", place);
                json(machine, &slot.value, out, depth + 1)?;
            }
            out.push_inexact("}", place);
        }
    }
    Some(())
}

fn from_yaml(machine: &mut Machine, arguments: &[Datum], place: Span) -> Option<Datum> {
    let value = text(machine, arguments.first(), place)?;
    if value.is_hole() || value.value().len() > ROOM {
        return None;
    }
    machine.spend(4 * value.value().len());
    let document = parse_rendered(&value, Syntax::Yaml);
    if !document.problems().is_empty() {
        return None;
    }
    Some(match document.root() {
        Some(root) => machine.heap.load(root),
        None => machine.heap.map(Map::new()),
    })
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 4 / 3 + 4);
    for chunk in bytes.chunks(3) {
        let all = chunk.iter().enumerate().fold(0_u32, |all, (at, byte)| all | u32::from(*byte) << (16 - 8 * at));
        for at in 0..4 {
            let digit = DIGITS.get((all >> (18 - 6 * at) & 63) as usize).copied().unwrap_or(b'A');
            text.push(if at <= chunk.len() { digit as char } else { '=' });
        }
    }
    text
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut all, mut bits) = (0_u32, 0);
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=') {
        let digit = DIGITS.iter().position(|digit| *digit == byte)?;
        all = (all << 6 | digit as u32) & 0xff_ffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((all >> bits) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_goes_both_ways() {
        for (plain, encoded) in [("", ""), ("a", "YQ=="), ("ab", "YWI="), ("abc", "YWJj"), ("0xdead", "MHhkZWFk")] {
            assert_eq!(encode(plain.as_bytes()), encoded);
            assert_eq!(decode(encoded).as_deref(), Some(plain.as_bytes()));
        }
        assert_eq!(decode("%"), None);
    }
}
