//! What a round costs, as the system counts it: processor time, so that other work on the machine does not matter, and memory.

use std::time::{Duration, Instant};

/// A point from which is counted.
pub struct Start {
    processor: Option<Duration>,
    clock: Instant,
    resident: u64,
}

impl Start {
    /// Begins to count.
    pub fn now() -> Self {
        // 5 forgets the peak that was.
        let _ = std::fs::write("/proc/self/clear_refs", "5");
        Self { processor: processor(), clock: Instant::now(), resident: memory("VmRSS:") }
    }

    /// Answers the time since then: of the processor where the system tells it.
    pub fn took(&self) -> Duration {
        let processor = processor().and_then(|now| now.checked_sub(self.processor?));
        processor.unwrap_or_else(|| self.clock.elapsed())
    }

    /// Answers how many KiB more were in use at once since then.
    pub fn grew(&self) -> u64 {
        memory("VmHWM:").saturating_sub(self.resident)
    }
}

/// Answers how much time of the processor this process has taken, where the system tells it.
pub fn processor() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    let mut fields = text.rsplit_once(')')?.1.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(Duration::from_millis((user + system) * 10))
}

fn memory(name: &str) -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse().ok()).unwrap_or(0)
}
