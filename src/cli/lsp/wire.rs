//! Messages as they go over standard input and output: a header with a length, and JSON.

use lsp_server::Message;
use serde::Serialize;
use std::io::{self, BufRead, Read, Write};

/// A header line has no more bytes.
const LINE: u64 = 4096;
/// A message of more bytes is passed over: no file that is checked is as long.
const LONGEST: u64 = 64 << 20;

/// What came in.
#[derive(Debug)]
pub(super) enum Heard {
    /// A message.
    Message(Message),
    /// Something that is none, and why.
    Torn(&'static str),
}

/// A message as the protocol frames it.
#[derive(Serialize)]
struct Framed<'m, M> {
    jsonrpc: &'static str,
    #[serde(flatten)]
    message: &'m M,
}

/// Reads what comes next; nothing at the end of the input.
pub(super) fn read(input: &mut impl BufRead) -> io::Result<Option<Heard>> {
    let length = match header(input)? {
        Header::End => return Ok(None),
        Header::Torn => return Ok(Some(Heard::Torn("a message without its length"))),
        Header::Length(length) => length,
    };
    if length > LONGEST {
        let passed = io::copy(&mut input.take(length), &mut io::sink())?;
        return Ok((passed == length).then_some(Heard::Torn("a message that is too long")));
    }
    // What is announced need not come: nothing is set aside for it.
    let mut body = Vec::new();
    input.take(length).read_to_end(&mut body)?;
    if (body.len() as u64) < length {
        return Ok(None);
    }
    let message = serde_json::from_slice(&body);
    Ok(Some(message.map_or(Heard::Torn("no message of the protocol"), Heard::Message)))
}

enum Header {
    Length(u64),
    Torn,
    End,
}

fn header(input: &mut impl BufRead) -> io::Result<Header> {
    let (mut length, mut said) = (None, false);
    loop {
        let mut line = Vec::new();
        if input.take(LINE).read_until(b'\n', &mut line)? == 0 {
            return Ok(Header::End);
        }
        let line = String::from_utf8_lossy(&line);
        match line.trim().split_once(':') {
            Some((name, value)) if name.trim().eq_ignore_ascii_case("content-length") => {
                length = value.trim().parse().ok();
            }
            None if line.trim().is_empty() => match length {
                Some(length) => return Ok(Header::Length(length)),
                None if said => return Ok(Header::Torn),
                None => {}
            },
            _ => {}
        }
        said |= !line.trim().is_empty();
    }
}

/// Writes a message.
pub(super) fn write(output: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    let body = serde_json::to_vec(&Framed { jsonrpc: "2.0", message })?;
    write!(output, "Content-Length: {}\r\n\r\n", body.len())?;
    output.write_all(&body)?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lsp_server::Notification;
    use proptest::prelude::*;

    fn heard(input: &[u8]) -> Vec<String> {
        let mut input = input;
        let mut all = Vec::new();
        while let Some(heard) = read(&mut input).expect("memory does not fail") {
            all.push(match heard {
                Heard::Message(Message::Notification(notification)) => notification.method,
                Heard::Message(_) => "another message".into(),
                Heard::Torn(why) => why.into(),
            });
        }
        all
    }

    #[test]
    fn what_is_written_can_be_read() {
        let mut bytes = Vec::new();
        for method in ["one", "zwölf"] {
            write(&mut bytes, &Notification::new(method.into(), [1])).expect("memory does not fail");
        }
        assert_eq!(heard(&bytes), ["one", "zwölf"]);
    }

    #[test]
    fn what_is_torn_costs_one_message() {
        let good = b"content-length:16\r\nX: y\r\n\r\n{\"method\":\"one\"}";
        let torn = [b"Content-Length: 3\r\n\r\n{{{".as_slice(), good].concat();
        assert_eq!(heard(&torn), ["no message of the protocol", "one"]);
        let torn = [b"Content-Length: many\r\n\r\n".as_slice(), good].concat();
        assert_eq!(heard(&torn), ["a message without its length", "one"]);
        assert!(heard(b"Content-Length: 18446744073709551615\r\n\r\n{}").is_empty());
        assert!(heard(&good[..good.len() - 1]).is_empty());
    }

    proptest! {
        #[test]
        fn any_bytes_can_be_read(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            heard(&bytes);
        }
    }
}
