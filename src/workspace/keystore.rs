//! EIP-2335 keystores: a scan that takes the public key and leaves the cipher text, and a careful reading of odd ones.

use super::model::{Kdf, KdfFunction, Keystore, Seen};
use super::mould::{Cast, Moulds};
use super::scan::Scanner;
use crate::document::{Document, Kind, Node, Problem, Syntax, parse_rendered};
use crate::ethereum::PublicKey;
use crate::source::{FileId, Span, Spanned, Text};

/// The version of EIP-2335.
const VERSION: &[u8] = b"4";
/// What `crypto` consists of.
const MEMBERS: [&str; 3] = ["kdf", "checksum", "cipher"];
/// No keystore is nearly as long.
const LONGEST: usize = 64 << 10;

/// The members of a keystore that count, as far as the scan has met them.
#[derive(Default)]
struct Members {
    crypto: bool,
    sealed: bool,
    version: Option<bool>,
    pubkey: Option<(u32, u32)>,
    kdf: Option<Kdf>,
}

/// Reads a keystore that is written as clients write it; anything odd answers nothing, and is for [`careful`].
///
/// What differs between the keystores of one tool are strings that nobody needs to look at: one that fits the mould of an earlier
/// one is not scanned again.
pub(super) fn fast(moulds: &mut Moulds, file: FileId, bytes: &[u8]) -> Option<Keystore> {
    if bytes.len() > LONGEST {
        return None;
    }
    let Cast { pubkey, kdf } = match moulds.cast(bytes) {
        Some(cast) => cast,
        None => scan(moulds, bytes)?,
    };
    let key = match pubkey {
        Some((start, end)) => Some(public_key(file, bytes, start, end)?),
        None => None,
    };
    Some(Keystore { key, malformed: None, kdf, seen: Seen::of(bytes) })
}

fn scan(moulds: &mut Moulds, bytes: &[u8]) -> Option<Cast> {
    let mut members = Members::default();
    let mut scanner = Scanner::new(bytes)?;
    scanner.entries(|scanner, key| members.take(scanner, key, bytes))?;
    scanner.finish()?;
    if !members.crypto || !members.sealed || members.version != Some(true) {
        return None;
    }
    let cast = Cast { pubkey: members.pubkey, kdf: members.kdf };
    moulds.learn(bytes, scanner.skipped, &cast);
    Some(cast)
}

fn public_key(file: FileId, bytes: &[u8], start: u32, end: u32) -> Option<Spanned<PublicKey>> {
    let key = PublicKey::of_digits(bytes.get(start as usize..end as usize)?).filter(|key| key.check_flags().is_ok())?;
    Some(Spanned::new(key, Span::new(file, end - 96, end)))
}

impl Members {
    fn take(&mut self, scanner: &mut Scanner<'_>, key: &[u8], bytes: &[u8]) -> Option<()> {
        match key {
            b"crypto" if !self.crypto => {
                self.crypto = true;
                self.take_crypto(scanner)
            }
            b"version" if self.version.is_none() => {
                let (start, end) = scanner.plain()?;
                self.version = Some(bytes.get(start as usize..end as usize)? == VERSION);
                Some(())
            }
            b"pubkey" if self.pubkey.is_none() => {
                self.pubkey = Some(scanner.string()?);
                Some(())
            }
            b"crypto" | b"version" | b"pubkey" => None,
            _ => scanner.skip(),
        }
    }

    fn take_crypto(&mut self, scanner: &mut Scanner<'_>) -> Option<()> {
        let (mut kdf, mut checksum, mut cipher) = (false, false, false);
        scanner.entries(|scanner, key| match key {
            b"kdf" => {
                kdf = true;
                self.take_kdf(scanner)
            }
            b"checksum" => {
                checksum = true;
                scanner.skip()
            }
            b"cipher" => {
                cipher = true;
                scanner.skip()
            }
            _ => scanner.skip(),
        })?;
        self.sealed = kdf && checksum && cipher;
        Some(())
    }

    fn take_kdf(&mut self, scanner: &mut Scanner<'_>) -> Option<()> {
        let (mut function, mut cost) = (None, None);
        scanner.entries(|scanner, key| match key {
            b"function" => {
                let (start, end) = scanner.string()?;
                function = function_of(scanner.bytes(start, end)?);
                Some(())
            }
            b"params" => scanner.entries(|scanner, key| match key {
                b"n" | b"c" => {
                    let (start, end) = scanner.plain()?;
                    cost = std::str::from_utf8(scanner.bytes(start, end)?).ok()?.parse().ok();
                    Some(())
                }
                _ => scanner.skip(),
            }),
            _ => scanner.skip(),
        })?;
        self.kdf = function.zip(cost).map(|(function, cost)| Kdf { function, cost });
        Some(())
    }
}

fn function_of(name: &[u8]) -> Option<KdfFunction> {
    match name {
        b"scrypt" => Some(KdfFunction::Scrypt),
        b"pbkdf2" => Some(KdfFunction::Pbkdf2),
        _ => None,
    }
}

/// Recognises a keystore in a tree, however it is spelled, and says what is wrong with the file besides its public key.
pub(super) fn careful(document: &Document, bytes: &[u8]) -> Option<(Keystore, Option<Problem>)> {
    let root = document.root().filter(|root| root.kind() == Kind::Map)?;
    let crypto = root.get("crypto").filter(|crypto| crypto.kind() == Kind::Map)?;
    let torn = document.problems().first();
    let missing = MEMBERS.iter().find(|member| crypto.get(member).is_none());
    let version = root.get("version").and_then(Node::str);
    let pubkey = root.get("pubkey").filter(|key| !key.is_null());
    let fits = version == Some("4") || (torn.is_some() && version.is_none());
    if !fits || (missing.is_some() && pubkey.is_none()) {
        return None;
    }
    let (key, wrong) = pubkey.map_or((None, None), careful_key);
    // What a torn file does not say is not the key's fault.
    let malformed = wrong.filter(|_| torn.is_none()).map(Box::new);
    let lacks = |member: &&str| Problem { span: crypto.span(), message: format!("`crypto` has no `{member}`") };
    let problem = torn.cloned().or_else(|| repeated(document)).or_else(|| missing.map(lacks));
    Some((Keystore { key, malformed, kdf: careful_kdf(crypto), seen: Seen::of(bytes) }, problem))
}

/// Recognises a keystore in a text that stands inside another file; every place is the one where the text came from.
#[must_use]
pub fn embedded_keystore(text: &Text) -> Option<Keystore> {
    let value = text.value();
    if value.len() > LONGEST || !value.contains("\"crypto\"") || !value.contains("kdf") {
        return None;
    }
    let document = parse_rendered(text, Syntax::Json);
    careful(&document, value.as_bytes()).map(|(keystore, _)| keystore)
}

fn careful_key(node: Node<'_>) -> (Option<Spanned<PublicKey>>, Option<Problem>) {
    let span = node.span();
    let problem = |message: String| Problem { span, message };
    let Some(text) = node.str() else { return (None, Some(problem("it is no string".into()))) };
    match PublicKey::parse(text) {
        Ok(key) => {
            // An escape makes the written text longer than the key.
            let exact = span.len() as usize == text.len();
            let digits = if exact { Span::new(span.file, span.end - 96, span.end) } else { span };
            (Some(Spanned::new(key, digits)), key.check_flags().err().map(problem))
        }
        Err(message) => (None, Some(problem(message))),
    }
}

fn repeated(document: &Document) -> Option<Problem> {
    let again = document.repeated().iter().find(|again| ["pubkey", "crypto", "version"].contains(&&*again.key))?;
    Some(Problem { span: again.again, message: format!("`{}` is written twice", again.key) })
}

fn careful_kdf(crypto: Node<'_>) -> Option<Kdf> {
    let function = function_of(crypto.path_get(&["kdf", "function"])?.str()?.as_bytes())?;
    let params = crypto.path_get(&["kdf", "params"])?;
    let cost = params.get("n").or_else(|| params.get("c"))?.str()?.parse().ok()?;
    Some(Kdf { function, cost })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::parse;

    const KEY: &str =
        "935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846";

    fn keystore(pubkey: &str, rest: &str) -> String {
        format!(
            r#"{{"crypto": {{"kdf": {{"function": "scrypt", "params": {{"dklen": 32, "n": 262144, "p": 1, "r": 8, "salt": "00"}}, "message": ""}},
  "checksum": {{"function": "sha256", "params": {{}}, "message": "00"}}, "cipher": {{"function": "aes-128-ctr", "params": {{"iv": "00"}}, "message": "00"}}}},
  {pubkey}"path": "m/12381/3600/0/0/0", "uuid": "x", "version": 4{rest}}}"#
        )
    }

    fn careful_of(text: &str) -> Option<(Keystore, Option<Problem>)> {
        careful(&parse(FileId(0), text.into(), Syntax::Json), text.as_bytes())
    }

    #[test]
    fn a_clean_keystore_needs_no_tree() {
        let text = keystore(&format!(r#""pubkey": "0x{KEY}", "#), "");
        let keystore = fast(&mut Moulds::default(), FileId(0), text.as_bytes()).expect("is a keystore");
        assert_eq!(Some((keystore.clone(), None)), careful_of(&text));
        let key = keystore.key.expect("has a key");
        assert_eq!(&text[key.span.start as usize..key.span.end as usize], KEY);
        assert_eq!(keystore.kdf, Some(Kdf { function: KdfFunction::Scrypt, cost: 262_144 }));
    }

    #[test]
    fn a_keystore_like_the_one_before_is_read_like_any_other() {
        let mut moulds = Moulds::default();
        let text = keystore(&format!(r#""pubkey": "0x{KEY}", "#), "");
        let mut texts = vec![text.clone(), text.replace(KEY, &"8a".repeat(48)), text.replace("/0/0/0", "/0/12345/0/0")];
        texts.push(text.replace("262144", "16"));
        texts.push(text.replace("\"00\"", "\"\""));
        texts.push(keystore(&format!(r#""pubkey": "{KEY}", "#), ""));
        texts.push(keystore("", ""));
        texts.push(text.replace(KEY, "1234"));
        texts.push(text.replace("scrypt", "pbkdf2"));
        texts.push(text.replace("\"x\"", "\"\\n\""));
        texts.push(text.replace("\"x\"", "\"é\""));
        texts.push(text.replace("\"x\"", "\"a\nb\""));
        texts.push(text.replace("\"x\"", "\"x\",\"pubkey\":\"\""));
        texts.push(format!("{text} x"));
        texts.push(text[..text.len() - 1].into());
        for text in texts.iter().chain(&texts) {
            let bytes = text.as_bytes();
            assert_eq!(fast(&mut moulds, FileId(0), bytes), fast(&mut Moulds::default(), FileId(0), bytes), "{text}");
        }
        assert!(moulds.cast(texts[2].as_bytes()).is_some_and(|cast| cast.pubkey.is_some()), "it is not scanned again");
    }

    #[test]
    fn the_public_key_may_be_missing() {
        let text = keystore("", "");
        assert_eq!(fast(&mut Moulds::default(), FileId(0), text.as_bytes()).map(|keystore| keystore.key), Some(None));
        let (keystore, problem) = careful_of(&text).expect("is a keystore");
        assert_eq!((keystore.key, keystore.malformed, problem), (None, None, None));
    }

    #[test]
    fn odd_keystores_are_read_with_care() {
        let twice = keystore(&format!(r#""pubkey": "{KEY}", "pubkey": "{KEY}", "#), "");
        let escaped = keystore(&format!(r#""pub\u006bey": "{KEY}", "#), "");
        let short = keystore(r#""pubkey": "0x1234", "#, "");
        for text in [&twice, &escaped, &short] {
            assert_eq!(fast(&mut Moulds::default(), FileId(0), text.as_bytes()), None);
        }
        let read = |text: &str| careful_of(text).expect("is a keystore");
        let (key, problem) = read(&twice);
        assert!(key.key.is_some() && problem.is_some_and(|problem| problem.message.contains("twice")));
        let (key, problem) = read(&escaped);
        assert!(key.key.is_some() && problem.is_none());
        let (key, _) = read(&short);
        assert!(key.key.is_none() && key.malformed.is_some_and(|problem| problem.span.len() == 6));
    }

    #[test]
    fn a_torn_keystore_is_still_one() {
        let text = keystore(&format!(r#""pubkey": "{KEY}", "#), "");
        let (torn, problem) = careful_of(&text[..text.len() - 12]).expect("is a keystore");
        assert!(torn.key.is_some() && problem.is_some());
        let in_the_key = text.find(KEY).expect("has a key") + 10;
        let (torn, problem) = careful_of(&text[..in_the_key]).expect("is a keystore");
        assert!(torn.key.is_none() && torn.malformed.is_none() && problem.is_some());
    }

    #[test]
    fn what_cannot_be_opened_is_told() {
        let text = keystore(&format!(r#""pubkey": "{KEY}", "#), "").replace("\"cipher\":", "\"other\":");
        assert_eq!(fast(&mut Moulds::default(), FileId(0), text.as_bytes()), None);
        let (_, problem) = careful_of(&text).expect("is a keystore");
        assert_eq!(problem.map(|problem| problem.message).as_deref(), Some("`crypto` has no `cipher`"));
    }

    #[test]
    fn other_keys_are_no_validator_keystores() {
        let wallet = keystore("", "").replace("\"version\": 4", "\"version\": 3, \"address\": \"00\"");
        let node = r#"{"crypto": {"cipher": {}, "ciphertext": "00"}, "version": 1, "uuid": "x"}"#;
        let deposit = format!(r#"{{"pubkey": "{KEY}", "version": 4}}"#);
        for text in [&wallet, node, &deposit] {
            assert!(
                fast(&mut Moulds::default(), FileId(0), text.as_bytes()).is_none() && careful_of(text).is_none(),
                "{text}"
            );
        }
    }
}
