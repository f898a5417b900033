//! How much memory a service may use, how long it is given to stop, and how often it is started again.

use crate::deployment::RestartPolicy;
use crate::deployment::quantity::{bytes, milliseconds};
use crate::deployment::value::Value;
use crate::source::{Spanned, Text};

/// Answers the seconds that the service is given to stop.
pub(super) fn stop_grace(value: &Value) -> Option<Spanned<u64>> {
    let text = value.text_of("stop_grace_period")?;
    at(text, milliseconds).map(|found| found.map(|milliseconds| milliseconds / 1000))
}

/// Answers the bytes of memory that the service may use.
pub(super) fn memory(value: &Value) -> Option<Spanned<u64>> {
    let limits = value.get("deploy").and_then(|deploy| deploy.get("resources")?.get("limits"));
    let text = limits.and_then(|limits| limits.text_of("memory")).or_else(|| value.text_of("mem_limit"))?;
    at(text, bytes)
}

/// Answers how often the service is started again, and after which pause.
pub(super) fn restart_policy(value: &Value) -> RestartPolicy {
    let policy = value.get("deploy").and_then(|deploy| deploy.get("restart_policy"));
    let delay = policy.and_then(|policy| at(policy.text_of("delay")?, milliseconds));
    let attempts = policy.and_then(|policy| at(policy.text_of("max_attempts")?, |text| text.parse().ok()));
    let short = value.text_of("restart").and_then(|text| Some(text.split_once(':')?.1));
    let limit = attempts.or_else(|| at(&short?, |text| text.parse().ok()));
    RestartPolicy { delay, limit, never_after: Vec::new() }
}

fn at(text: &Text, read: impl Fn(&str) -> Option<u64>) -> Option<Spanned<u64>> {
    let value = read(text.known()?.trim())?;
    Some(Spanned { value, span: text.span(), origin: text.origin() })
}

#[cfg(test)]
mod tests {
    use crate::deployment::read;
    use crate::deployment::show::units;
    use crate::workspace::Workspace;

    #[test]
    fn limits_are_read_in_bytes_and_seconds() {
        let body = "services:\n  vc:\n    image: a\n    stop_grace_period: 1m30s\n    deploy:\n      resources:\n        limits:\n          memory: 4g\n      update_config:\n        order: start-first\n";
        let shown = units(&[("compose.yml", body)]);
        for line in ["stop grace: 90 s", "memory: 4294967296 bytes", "rollout: Overlapping"] {
            assert!(shown.contains(line), "{line} is missing in {shown}");
        }
    }

    #[test]
    fn attempts_and_pauses_between_restarts_are_read() {
        let body = "services:\n  vc:\n    image: a\n    restart: on-failure:5\n  bn:\n    image: a\n    deploy:\n      restart_policy:\n        delay: 5s\n";
        let inventory = read(&Workspace::of(&[("compose.yml", body)]));
        let policies = inventory.units.iter().map(|unit| &unit.restart_policy);
        let read: Vec<_> = policies
            .map(|policy| (policy.limit.as_ref().map(|limit| limit.value), policy.delay.as_ref().map(|it| it.value)))
            .collect();
        assert_eq!(read, [(Some(5), None), (None, Some(5000))]);
    }
}
