//! Amounts as manifests write them: bytes of memory and spans of time.

/// Units of memory, and what each is times the bytes before it. Compose counts `k`, `m`, `g` in powers of 1024 (Docker's
/// `RAMInBytes`); Kubernetes writes those as `Ki`, `Mi`, `Gi` and counts `K`, `M`, `G` in powers of 1000.
const MEMORY: &[(&str, u64)] = &[
    ("", 1),
    ("b", 1),
    ("k", 1 << 10),
    ("kb", 1 << 10),
    ("m", 1 << 20),
    ("mb", 1 << 20),
    ("g", 1 << 30),
    ("gb", 1 << 30),
    ("t", 1 << 40),
    ("tb", 1 << 40),
    ("Ki", 1 << 10),
    ("Mi", 1 << 20),
    ("Gi", 1 << 30),
    ("Ti", 1 << 40),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
    ("K", 1000),
    ("M", 1_000_000),
    ("G", 1_000_000_000),
    ("T", 1_000_000_000_000),
];

/// Units of time in milliseconds, as Go's durations and systemd write them.
const TIME: &[(&str, f64)] = &[
    ("ms", 1.0),
    ("s", 1e3),
    ("sec", 1e3),
    ("second", 1e3),
    ("seconds", 1e3),
    ("m", 6e4),
    ("min", 6e4),
    ("minute", 6e4),
    ("minutes", 6e4),
    ("h", 3.6e6),
    ("hr", 3.6e6),
    ("hour", 3.6e6),
    ("hours", 3.6e6),
    ("d", 8.64e7),
];

/// Reads an amount of memory (`4g`, `512Mi`, `1.5G`, `1073741824`) in bytes; nothing if it is none.
#[must_use]
pub fn bytes(text: &str) -> Option<u64> {
    let (number, unit) = parted(text.trim())?;
    let factor = MEMORY.iter().find(|(name, _)| *name == unit).or_else(|| {
        let unit = unit.to_ascii_lowercase();
        MEMORY.iter().find(|(name, _)| *name == unit)
    })?;
    let amount = number * factor.1 as f64;
    (amount.is_finite() && amount < 1e18).then_some(amount as u64)
}

/// Reads a span of time (`90s`, `1m30s`, `1min 30s`) in milliseconds; nothing if it is none. A number alone is seconds.
#[must_use]
pub fn milliseconds(text: &str) -> Option<u64> {
    let mut rest = text.trim();
    let mut total = 0.0;
    while !rest.is_empty() {
        let (number, tail) = parted(rest)?;
        let end = tail.find(|character: char| !character.is_ascii_alphabetic()).unwrap_or(tail.len());
        let (unit, after) = tail.split_at(end);
        let unit = if unit.is_empty() && after.is_empty() { "s" } else { unit };
        total += number * TIME.iter().find(|(name, _)| *name == unit)?.1;
        rest = after.trim_start();
    }
    (!text.trim().is_empty() && total.is_finite() && total < 1e15).then_some(total as u64)
}

/// Parts a number from what follows it.
fn parted(text: &str) -> Option<(f64, &str)> {
    let end = text.find(|character: char| !character.is_ascii_digit() && character != '.').unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    Some((number.parse().ok()?, rest.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_as_docker_and_kubernetes_write_it() {
        for (text, expected) in [
            ("4g", Some(4 << 30)),
            ("512Mi", Some(512 << 20)),
            ("1.5G", Some(1_500_000_000)),
            ("2GB", Some(2 << 30)),
            ("1073741824", Some(1 << 30)),
            ("lots", None),
            ("", None),
        ] {
            assert_eq!(bytes(text), expected, "{text}");
        }
    }

    #[test]
    fn time_is_read_as_go_and_systemd_write_it() {
        for (text, expected) in [
            ("10s", Some(10_000)),
            ("1m30s", Some(90_000)),
            ("5min 20s", Some(320_000)),
            ("100ms", Some(100)),
            ("90", Some(90_000)),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(milliseconds(text), expected, "{text}");
        }
    }
}
