//! What a flag's value must look like, as far as every release of its client refuses anything else.

use super::client::{CommandLine, SwitchValues};
use super::flag::{Flag, FlagKind, ValueType};
use serde::Deserialize;
use std::net::IpAddr;

/// Words for the position of a switch that one client or another takes.
const POSITIONS: [&str; 13] = ["true", "false", "t", "f", "1", "0", "yes", "no", "y", "n", "on", "off", "null"];
/// Words that stand for a number.
const NUMBERS: [&str; 10] =
    ["auto", "inf", "infinity", "max", "nan", "none", "null", "unlimited", "default", "disabled"];

/// How a length of time is written on a command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Durations {
    /// As a number, of seconds or of milliseconds.
    Number,
    /// As Go has it: numbers, each with its unit (`1m30s`), or a bare `0`.
    Units,
}

/// What a flag wants instead of a value that it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// What it takes, with its article (`a port number`).
    pub what: String,
    /// Releases differ in it: only the table's own are known.
    pub changes: bool,
}

impl Flag {
    /// Answers what the flag wants if it is sure to refuse a value. What is not known to be refused is taken.
    #[must_use]
    pub fn refuses(&self, value: &str, line: &CommandLine) -> Option<Wanted> {
        let wanted = |what: &str| Some(Wanted { what: what.to_owned(), changes: false });
        let value = value.trim();
        if value.is_empty() {
            return None;
        }
        if self.kind == FlagKind::Switch {
            return match line.switch_values {
                SwitchValues::None => wanted("no value at all"),
                _ => (!is_position(value)).then(|| wanted("`true` or `false`")).flatten(),
            };
        }
        if !self.choices.is_empty() {
            return self.misses(value, line.choices_ignore_case);
        }
        let mut items = if self.kind == FlagKind::List { value.split(',').collect() } else { vec![value] }.into_iter();
        let (fits, what): (fn(&str) -> bool, &str) = match (self.value_type, line.durations) {
            (ValueType::Bool, _) => (is_position, "`true` or `false`"),
            (ValueType::Int | ValueType::Float, _) => (is_number, "a number"),
            (ValueType::Port, _) => (is_port, "a port number, up to 65535"),
            (ValueType::Ip, _) => (is_ip, "an IP address"),
            (ValueType::Address, _) => (is_address, "an address of 20 bytes in hex"),
            (ValueType::Pubkey, _) => (is_pubkey, "a public key of 48 bytes in hex"),
            (ValueType::Duration, Some(Durations::Number)) => (is_number, "a number, without a unit"),
            (ValueType::Duration, Some(Durations::Units)) => (is_duration, "a time with its unit, such as `30s`"),
            (ValueType::Hex, _) => (is_digits, "hexadecimal digits"),
            (ValueType::PathPair, _) => (is_pair, "a path of keys, a colon and a path of passwords"),
            (ValueType::HostPort, _) => (is_host_port, "a host and a port up to 65535"),
            (ValueType::Url, _) if line.whole_urls => (is_whole_url, "a URL with `http://` or `https://`"),
            (ValueType::Url, _) => (is_url, "a URL whose port is a number up to 65535"),
            _ => return None,
        };
        items.any(|item| !fits(item.trim())).then(|| wanted(what)).flatten()
    }

    fn misses(&self, value: &str, ignore_case: bool) -> Option<Wanted> {
        let items = if self.kind == FlagKind::List { value.split(',').collect() } else { vec![value] };
        let is =
            |item: &str, choice: &str| if ignore_case { item.eq_ignore_ascii_case(choice) } else { item == choice };
        let known = |item: &&str| self.choices.iter().any(|choice| is(item.trim(), choice));
        (!items.iter().all(known))
            .then(|| Wanted { what: format!("one of {}", self.choices.join(", ")), changes: true })
    }
}

fn is_position(value: &str) -> bool {
    POSITIONS.iter().any(|position| position.eq_ignore_ascii_case(value))
}

/// Digits, with all that one parser or another allows among them.
fn is_number(value: &str) -> bool {
    let bare = value.strip_prefix(['-', '+']).unwrap_or(value);
    let hex = bare.strip_prefix("0x").or_else(|| bare.strip_prefix("0X"));
    if let Some(digits) = hex {
        return digits.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'_');
    }
    let numeric = |byte: u8| byte.is_ascii_digit() || b"_.eE+-obn".contains(&byte);
    let begins = bare.starts_with(|first: char| first.is_ascii_digit() || first == '.');
    begins && bare.bytes().all(numeric) || NUMBERS.iter().any(|word| word.eq_ignore_ascii_case(bare))
}

fn is_port(value: &str) -> bool {
    value.parse::<u16>().is_ok()
}

fn is_ip(value: &str) -> bool {
    value.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_ok()
}

fn is_address(value: &str) -> bool {
    is_hex(value, 40)
}

fn is_pubkey(value: &str) -> bool {
    // A list of keys can also be a file or an address to fetch them from.
    value.contains(['/', '.', ':']) || is_hex(value, 96)
}

/// Numbers, each with its unit (Go, `time.ParseDuration`).
fn is_duration(value: &str) -> bool {
    const UNITS: [&str; 8] = ["ns", "us", "µs", "μs", "ms", "s", "m", "h"];
    let mut rest = value.strip_prefix(['-', '+']).unwrap_or(value);
    if rest == "0" {
        return true;
    }
    let begins = !rest.is_empty();
    while !rest.is_empty() {
        let after = rest.trim_start_matches(|sign: char| sign.is_ascii_digit() || sign == '.');
        let number = &rest[..rest.len() - after.len()];
        let next = after.find(|sign: char| sign.is_ascii_digit() || sign == '.').unwrap_or(after.len());
        let unit = after.get(..next).unwrap_or_default();
        if !number.bytes().any(|byte| byte.is_ascii_digit()) || !UNITS.contains(&unit) {
            return false;
        }
        rest = after.get(next..).unwrap_or_default();
    }
    begins
}

/// Digits, whatever their number; a pair of a name and its digits is not looked into.
fn is_digits(value: &str) -> bool {
    let digits = value.strip_prefix("0x").or_else(|| value.strip_prefix("0X")).unwrap_or(value);
    value.contains('=') || digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_host_port(value: &str) -> bool {
    let port = value.rsplit_once(':').map_or("", |(_, port)| port);
    // A service's name is a port, too.
    !port.bytes().all(|byte| byte.is_ascii_digit()) || port.is_empty() || is_port(port)
}

/// The colon is a semicolon on Windows, whose paths have a colon of their own.
fn is_pair(value: &str) -> bool {
    value.contains([':', ';'])
}

fn is_whole_url(value: &str) -> bool {
    value.contains("://") && is_url(value)
}

/// What nobody can dial: no host at all, white space in it, a port that is none. Other schemes are not looked into.
fn is_url(value: &str) -> bool {
    let Some((scheme, rest)) = value.split_once("://") else { return true };
    if !["http", "https", "ws", "wss"].iter().any(|known| known.eq_ignore_ascii_case(scheme)) {
        return true;
    }
    let authority = rest.split(['/', '?', '#', ',', ';', '|']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let behind = host.rsplit_once(']').map_or(host, |(_, behind)| behind);
    let port = behind.rsplit_once(':').map_or("", |(_, port)| port);
    !host.is_empty() && !host.contains(char::is_whitespace) && (port.is_empty() || is_port(port))
}

fn is_hex(value: &str, length: usize) -> bool {
    let digits = value.strip_prefix("0x").or_else(|| value.strip_prefix("0X")).unwrap_or(value);
    digits.len() == length && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flag(kind: FlagKind, value_type: ValueType) -> Flag {
        Flag { kind, value_type, ..Flag::default() }
    }

    fn line(json: &str) -> CommandLine {
        serde_json::from_str(json).expect("a command line")
    }

    #[test]
    fn only_what_every_parser_refuses_is_refused() {
        let line = line("{}");
        let refused =
            |value_type: ValueType, value: &str| flag(FlagKind::Value, value_type).refuses(value, &line).is_some();
        for number in ["5", "-1", "0x1f", "1_000", "1e3", "2.5", "", "max", "Infinity"] {
            assert!(!refused(ValueType::Int, number), "{number}");
        }
        assert!(refused(ValueType::Int, "five") && refused(ValueType::Int, "5m") && refused(ValueType::Int, "\"5\""));
        assert!(refused(ValueType::Port, "70000") && refused(ValueType::Port, "0.0.0.0:80"));
        assert!(
            !refused(ValueType::Port, "9000") && !refused(ValueType::Ip, "::") && refused(ValueType::Ip, "localhost")
        );
        assert!(refused(ValueType::Address, "0xabc") && !refused(ValueType::Address, &"ab".repeat(20)));
        assert!(!refused(ValueType::String, "?") && !refused(ValueType::Url, "?"));
    }

    #[test]
    fn times_are_judged_where_it_is_known_how_they_are_written() {
        let (unknown, number, units) =
            (line("{}"), line(r#"{"durations": "number"}"#), line(r#"{"durations": "units"}"#));
        let time = flag(FlagKind::Value, ValueType::Duration);
        for sound in ["30s", "1m30s", "1.5h", "-2ms", "0", "300µs", "1h0m0s"] {
            assert!(time.refuses(sound, &units).is_none(), "{sound}");
        }
        for broken in ["30", "1 m", "s", "5d", "1m30", "ten", "."] {
            assert!(time.refuses(broken, &units).is_some(), "{broken}");
        }
        assert!(time.refuses("12", &number).is_none() && time.refuses("12s", &number).is_some());
        assert!(time.refuses("?", &unknown).is_none() && time.refuses("30", &units.of_file()).is_none());
    }

    #[test]
    fn urls_and_digits_that_nobody_can_read_are_refused() {
        let (any, whole) = (line("{}"), line(r#"{"whole-urls": true}"#));
        let url = flag(FlagKind::List, ValueType::Url);
        for sound in
            ["http://a:5052,https://b/", "a:5052", "ipc:///x", "http://u:p@[::1]:1/x y", "http://a:/", "/geth.ipc"]
        {
            assert!(url.refuses(sound, &any).is_none(), "{sound}");
        }
        for broken in ["http://", "http://a:5052:5053b", "http://a:99999", "https://a b/", "http://a,http://b:x"] {
            assert!(url.refuses(broken, &any).is_some(), "{broken}");
        }
        assert!(url.refuses("a:5052", &whole).is_some() && url.refuses("http://a:5052", &whole).is_none());
        let hex = flag(FlagKind::List, ValueType::Hex);
        assert!(hex.refuses("0xab,cd", &any).is_none() && hex.refuses("0xabcg", &any).is_some());
        assert!(hex.refuses("86=0xab", &any).is_none());
        let place = flag(FlagKind::Value, ValueType::HostPort);
        assert!(place.refuses("0.0.0.0:99999", &any).is_some() && place.refuses("a:http", &any).is_none());
    }

    #[test]
    fn switches_follow_their_parser() {
        let (none, joined) = (line("{}"), line(r#"{"switch-values": "joined"}"#));
        let switch = flag(FlagKind::Switch, ValueType::Bool);
        assert_eq!(switch.refuses("true", &none).map(|wanted| wanted.what).as_deref(), Some("no value at all"));
        assert!(switch.refuses("true", &joined).is_none() && switch.refuses("maybe", &joined).is_some());
    }

    #[test]
    fn each_item_of_a_list_is_one_of_the_choices() {
        let list = Flag { kind: FlagKind::List, choices: vec!["none".into(), "blocks".into()], ..Flag::default() };
        let (strict, lax) = (line("{}"), line(r#"{"choices-ignore-case": true}"#));
        assert!(list.refuses("none,blocks", &strict).is_none() && list.refuses("none,Blocks", &strict).is_some());
        assert!(list.refuses("Blocks", &lax).is_none());
    }
}
