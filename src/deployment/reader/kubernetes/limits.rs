//! How much memory a container may use, how long it is given to stop, and when it is started again.

use super::object::spanned;
use super::workload::Workload;
use crate::deployment::quantity::bytes;
use crate::deployment::value::Value;
use crate::deployment::{Liveness, Restart};
use crate::source::Spanned;

/// Answers the bytes of memory that a container may use.
pub(super) fn memory(container: &Value) -> Option<Spanned<u64>> {
    let text = container.path(&["resources", "limits", "memory"])?.text()?;
    let value = bytes(text.known()?.trim())?;
    Some(spanned(text).map(|_| value))
}

/// Answers the seconds that a pod is given to stop.
pub(super) fn stop_grace(pod: &Value) -> Option<Spanned<u64>> {
    let text = pod.text_of("terminationGracePeriodSeconds")?;
    let value = text.known()?.trim().parse().ok()?;
    Some(spanned(text).map(|_| value))
}

/// Answers what a container is asked, and killed for.
pub(super) fn liveness(container: &Value) -> Option<Liveness> {
    let probe = container.get("livenessProbe")?;
    if let Some(request) = probe.get("httpGet") {
        return Some(Liveness { asks: request.text_of("path")?.clone(), host: request.text_of("host").cloned() });
    }
    let words = probe.path(&["exec", "command"])?.list();
    let mut asks = words.first()?.text()?.clone();
    for word in words.iter().skip(1).filter_map(Value::text) {
        asks.push_inexact(" ", word.span());
        asks.append(word);
    }
    Some(Liveness { asks, host: None })
}

/// Answers when a container is started again: always, unless its pod says otherwise. A container that prepares is not, once it has
/// ended well.
pub(super) fn restart(workload: &Workload<'_>, container: &Value, prepares: bool) -> Spanned<Restart> {
    let text =
        container.text_of("restartPolicy").or_else(|| workload.pod.text_of("restartPolicy").filter(|_| !prepares));
    let Some(text) = text else {
        let restart = if prepares { Restart::OnFailure } else { Restart::Always };
        return workload.object.kind.clone().map(|_| restart);
    };
    let restart = match text.known() {
        Some("Never") => Restart::No,
        Some("OnFailure") => Restart::OnFailure,
        Some("Always") => Restart::Always,
        _ => Restart::Unknown,
    };
    spanned(text).map(|_| restart)
}
