//! Base64 (RFC 4648), as Secrets hold their entries.

/// Longer entries are no configuration.
const LONGEST: usize = 4 << 20;

/// Answers what a text stands for, white space in it aside; nothing if it is no base64, or no UTF-8 behind it.
#[must_use]
pub fn decode(text: &str) -> Option<String> {
    if text.len() > LONGEST {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0_u32);
    let mut ended = false;
    for sign in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        let value = match sign {
            b'=' => {
                ended = true;
                continue;
            }
            _ if ended => return None,
            b'A'..=b'Z' => sign - b'A',
            b'a'..=b'z' => sign - b'a' + 26,
            b'0'..=b'9' => sign - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    (held < 6).then(|| String::from_utf8(bytes).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_decoded_and_anything_else_is_refused() {
        for (text, expected) in [
            ("aHVudGVyMg==", Some("hunter2")),
            ("aHVudGVyMg", Some("hunter2")),
            ("aHVu\n dGVyMg==\n", Some("hunter2")),
            ("", Some("")),
            ("a", None),
            ("aHVu*", None),
            ("aH==Vu", None),
            ("/////w==", None),
        ] {
            assert_eq!(decode(text).as_deref(), expected, "{text}");
        }
    }
}
