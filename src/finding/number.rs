//! Numbers as people read them.

/// Writes a number with commas between its thousands.
#[must_use]
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|part| std::str::from_utf8(part).ok()).collect();
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_parted() {
        assert_eq!([7, 999, 1000, 22_500, 1_000_000].map(thousands), ["7", "999", "1,000", "22,500", "1,000,000"]);
    }
}
