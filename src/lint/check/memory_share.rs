//! What a client keeps in memory fits into what it may use.

use crate::deployment::Unit;
use crate::invocation::Answer;
use crate::lint::fact::identity;
use crate::lint::gather::{Others, Said, gather};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use crate::lint::spot::Spot;
use crate::source::Spanned;
use serde::Deserialize;

/// What a card says of memory.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct MemoryShare {
    /// The setting of a cache, in megabytes.
    cache: String,
    /// The most that a cache can take of the limit, in per cent.
    cache_share: u64,
    /// The setting of the memory that a client plans to use in all, in bytes.
    hint: String,
    /// Environment variables with options of a Java machine.
    heap_variables: Vec<String>,
    /// The most that a heap, or a plan, can take of the limit, in per cent.
    heap_share: u64,
}

const MEGABYTE: u64 = 1 << 20;

impl Check for MemoryShare {
    fn check(&self, scene: &mut Scene<'_>) {
        let mut said = Vec::new();
        for client in scene.clients() {
            let Some(limit) = client.workload.unit.memory_limit.as_ref().filter(|limit| limit.value > 0) else {
                continue;
            };
            let Some((place, says)) = self.too_much(&client, limit) else { continue };
            let report = Report::on(client.workload, place, "").related(limit, "the limit");
            let report = report.subject(identity(client.workload));
            let after = format!(" {says} of the {} that it may use", size(limit.value));
            said.push(Said { report, workload: client.workload, before: String::new(), after, others: Others::Do });
        }
        gather(said).into_iter().for_each(|report| scene.report(report));
    }
}

impl MemoryShare {
    /// Answers what takes too much of the limit, and where it is said.
    fn too_much(&self, client: &Client<'_>, limit: &Spanned<u64>) -> Option<(Spot, String)> {
        let over = |bytes: u64, share: u64| u128::from(bytes) * 100 > u128::from(limit.value) * u128::from(share);
        if let Some((place, cache)) = number(client, &self.cache, limit) {
            let bytes = cache.saturating_mul(MEGABYTE);
            if over(bytes, self.cache_share) {
                return Some((place, format!("keeps a cache of {}", size(bytes))));
            }
        }
        if let Some((place, bytes)) =
            number(client, &self.hint, limit).filter(|(_, bytes)| over(*bytes, self.heap_share))
        {
            return Some((place, format!("plans with {}", size(bytes))));
        }
        let (place, heap) = heap(&client.workload.unit, &self.heap_variables)?;
        match heap {
            Heap::Bytes(bytes) if over(bytes, self.heap_share) => {
                Some((place, format!("has a heap of {}", size(bytes))))
            }
            Heap::Percent(percent) if percent > self.heap_share => {
                Some((place, format!("has a heap of {percent} per cent")))
            }
            Heap::Bytes(_) | Heap::Percent(_) => None,
        }
    }
}

/// Answers a number that is set, or the client's own; what is nowhere written is shown by the limit.
fn number(client: &Client<'_>, name: &str, limit: &Spanned<u64>) -> Option<(Spot, u64)> {
    match client.invocation.setting(name) {
        Answer::Set(setting) => Some((Spot::from(setting), setting.known()?.trim().replace('_', "").parse().ok()?)),
        Answer::Default(default) => Some((Spot::from(limit), default?.parse().ok()?)),
        Answer::Unknown => None,
    }
}

/// The heap of a Java machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heap {
    Bytes(u64),
    Percent(u64),
}

/// Answers the heap that the variables of a unit give its Java machine: of several options the last one.
fn heap(unit: &Unit, variables: &[String]) -> Option<(Spot, Heap)> {
    let of = unit.env.iter().filter(|variable| variables.contains(&variable.name.value));
    let mut found = of.filter_map(|variable| {
        let heap = variable.value.known()?.split_whitespace().filter_map(option).next_back()?;
        Some((Spot::from(&variable.value), heap))
    });
    found.next_back()
}

fn option(word: &str) -> Option<Heap> {
    if let Some(size) = word.strip_prefix("-Xmx") {
        return bytes(size).map(Heap::Bytes);
    }
    let percent = word.strip_prefix("-XX:MaxRAMPercentage=")?;
    percent.split('.').next()?.parse().ok().map(Heap::Percent)
}

/// Reads a size as Java takes it: a number of bytes, or with `k`, `m`, `g`, `t` behind it.
fn bytes(size: &str) -> Option<u64> {
    let digits = size.trim_end_matches(|sign: char| sign.is_ascii_alphabetic());
    let number: u64 = digits.parse().ok()?;
    let shift = match size.get(digits.len()..)?.to_ascii_lowercase().as_str() {
        "" => 0,
        "k" => 10,
        "m" => 20,
        "g" => 30,
        "t" => 40,
        _ => return None,
    };
    number.checked_mul(1 << shift)
}

/// Writes bytes for people.
fn size(bytes: u64) -> String {
    let tenths = u128::from(bytes) * 10 / u128::from(1_u64 << 30);
    match (tenths / 10, tenths % 10) {
        (0, _) => format!("{} MiB", bytes / MEGABYTE),
        (whole, 0) => format!("{whole} GiB"),
        (whole, tenth) => format!("{whole}.{tenth} GiB"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heaps_are_read_as_java_does() {
        assert_eq!(option("-Xmx6g"), Some(Heap::Bytes(6 << 30)));
        assert_eq!(option("-Xmx1024"), Some(Heap::Bytes(1024)));
        assert_eq!(option("-XX:MaxRAMPercentage=80.0"), Some(Heap::Percent(80)));
        assert_eq!((option("-Xms6g"), option("-Xmx6x"), option("-Xmx99999999999999999999g")), (None, None, None));
    }

    #[test]
    fn sizes_are_written_for_people() {
        assert_eq!(
            (size(3 << 29), size(4 << 30), size(512 << 20)),
            ("1.5 GiB".into(), "4 GiB".into(), "512 MiB".into())
        );
    }
}
