//! `service`, `systemd`: what is enabled, started and stopped.

use crate::deployment::reader::ansible::datum::Datum;
use crate::deployment::reader::ansible::deed::What;
use crate::deployment::reader::ansible::task::{Frame, Task};

/// Enables, starts or stops a service.
pub(super) fn serve(arguments: &Datum, _: &Task<'_>, _: &Frame<'_>) -> Vec<What> {
    let Some(name) = arguments.get("name").or_else(|| arguments.get("service")) else { return Vec::new() };
    let state = arguments.get("state").and_then(Datum::known);
    let enabled = arguments.get("enabled").and_then(Datum::switch);
    let masked = arguments.get("masked").and_then(Datum::switch) == Some(true);
    let started = match state {
        Some("started" | "restarted" | "reloaded") => Some(true),
        Some("stopped" | "absent") => Some(false),
        _ => None,
    };
    let mut whats = Vec::new();
    for name in name.several().iter().filter_map(Datum::shown) {
        if started == Some(false) || masked {
            whats.push(What::Stop(name.clone()));
        }
        whats.push(What::Serve { name: name.clone(), enabled: if masked { Some(false) } else { enabled }, started });
    }
    whats
}
