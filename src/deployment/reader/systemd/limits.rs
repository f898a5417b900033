//! When and how often a unit is started again, how long it is given to stop, and how much memory it may use.

use super::section::Sections;
use super::words;
use crate::deployment::quantity::{bytes, milliseconds};
use crate::deployment::{Restart, RestartPolicy};
use crate::source::{Spanned, Text};

/// A time that does not end.
const FOR_EVER: u64 = 365 * 86_400;

/// Answers when it is started again.
pub(super) fn restart(sections: &Sections) -> Option<Spanned<Restart>> {
    let text = sections.service("Restart")?;
    let value = match text.known().map(str::trim) {
        // After a clean end only: a client that stops itself for safety fails.
        Some("no" | "on-success") => Restart::No,
        Some("always") => Restart::Always,
        Some(word) if word.starts_with("on-") => Restart::OnFailure,
        _ => Restart::Unknown,
    };
    Some(spanned(text, value))
}

/// Answers how often, after which pause, and after which exits not.
pub(super) fn restart_policy(sections: &Sections) -> RestartPolicy {
    let delay = sections.service("RestartSec").and_then(|text| at(text, milliseconds));
    let unit = |key: &str| sections.last("Unit", key).or_else(|| sections.service(key));
    let interval = unit("StartLimitIntervalSec").or_else(|| unit("StartLimitInterval"));
    // Without an interval nothing is counted.
    let endless = interval.and_then(|text| at(text, milliseconds)).filter(|interval| interval.value == 0);
    let limit = endless.or_else(|| unit("StartLimitBurst").and_then(|text| at(text, |text| text.parse().ok())));
    let mut kept_down = statuses(sections, "RestartPreventExitStatus");
    let on_failure = restart(sections).is_some_and(|restart| restart.value == Restart::OnFailure);
    if on_failure {
        kept_down.extend(statuses(sections, "SuccessExitStatus"));
    }
    RestartPolicy { delay, limit, never_after: kept_down }
}

fn statuses(sections: &Sections, key: &str) -> Vec<Spanned<i32>> {
    let words = sections.list("Service", key).into_iter().flat_map(words::split);
    words.filter_map(|word| Some(spanned(&word, word.known()?.parse().ok()?))).collect()
}

/// Answers the seconds between the request to stop and the kill.
pub(super) fn stop_grace(sections: &Sections) -> Option<Spanned<u64>> {
    let killed =
        sections.service("KillSignal").filter(|text| text.known().is_some_and(|signal| signal.trim() == "SIGKILL"));
    if let Some(text) = killed {
        return Some(spanned(text, 0));
    }
    let text = sections.service("TimeoutStopSec").or_else(|| sections.service("TimeoutSec"))?;
    match text.known()?.trim() {
        "infinity" | "0" => Some(spanned(text, FOR_EVER)),
        _ => at(text, milliseconds).map(|found| found.map(|milliseconds| milliseconds / 1000)),
    }
}

/// Answers the bytes of memory that it may use; systemd counts in powers of 1024.
pub(super) fn memory(sections: &Sections) -> Option<Spanned<u64>> {
    let text = sections.service("MemoryMax").or_else(|| sections.service("MemoryLimit"))?;
    at(text, |text| bytes(&text.to_ascii_lowercase()))
}

fn spanned<T>(text: &Text, value: T) -> Spanned<T> {
    Spanned { value, span: text.span(), origin: text.origin() }
}

fn at(text: &Text, read: impl Fn(&str) -> Option<u64>) -> Option<Spanned<u64>> {
    Some(spanned(text, read(text.known()?.trim())?))
}
