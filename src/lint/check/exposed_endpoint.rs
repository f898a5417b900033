//! An interface is reachable for those who need it, and for nobody else.

use crate::finding::Severity;
use crate::fleet::{Api, Reach, Service};
use crate::lint::expect::{Expect, Verdict};
use crate::lint::fact::identity;
use crate::lint::gather::{Others, Said, gather};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::{Report, lower};
use crate::source::Span;
use serde::Deserialize;

/// What a card says of an interface.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ExposedEndpoint {
    /// The interface.
    api: Api,
    /// Further interfaces that are judged alike.
    #[serde(default)]
    alike: Vec<Api>,
    /// What it is called in a sentence: "the key manager".
    called: String,
    /// A list whose items make it worse, and why.
    #[serde(default)]
    worse: Option<Worse>,
    /// A guard that lets strangers reach it and do nothing, and what it is.
    #[serde(default)]
    guard: Option<Guard>,
}

/// A list whose items make an exposed interface worse.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Worse {
    /// The setting with the list.
    setting: String,
    /// The items.
    items: Vec<String>,
    /// What they let a stranger do, in a sentence.
    because: String,
}

/// A setting that keeps strangers out though they reach the interface.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Guard {
    /// The setting.
    setting: String,
    /// What it has to be known to be.
    expect: Expect,
    /// What it does, in a sentence.
    because: String,
}

impl Check for ExposedEndpoint {
    fn check(&self, scene: &mut Scene<'_>) {
        let mut said = Vec::new();
        for (id, workload) in scene.fleet().workloads.iter().enumerate().filter(|(_, workload)| workload.is_hot()) {
            let mut open = workload.serves.iter().filter_map(|service| self.opening(service));
            let Some((service, place, how)) = open.next() else { continue };
            let mut report = Report::on(workload, place, "").related(service.place, "it is served here");
            for (service, place, how) in open {
                report = report.related(place, how).related(service.place, "it is served here");
            }
            if let Some(invocation) = &workload.invocation {
                report = self.weigh(report, &Client { id, workload, invocation }, scene.card().severity);
            }
            let report = report.subject(identity(workload)).cause(how);
            let (before, after) = (format!("{} of ", self.called), format!(" can be reached from outside: {how}"));
            said.push(Said { report, workload, before, after, others: Others::Beside });
        }
        gather(said).into_iter().for_each(|report| scene.report(report));
    }
}

impl ExposedEndpoint {
    fn opening<'a>(&self, service: &'a Service) -> Option<(&'a Service, Span, &'a str)> {
        match &service.reach {
            Reach::Public(place, how) if service.api == self.api || self.alike.contains(&service.api) => {
                Some((service, *place, how))
            }
            _ => None,
        }
    }

    fn weigh(&self, report: Report, client: &Client<'_>, severity: Severity) -> Report {
        let mut report = report;
        if let Some(worse) = &self.worse
            && let Some(setting) = client.invocation.set(&worse.setting)
        {
            let is_bad = |text: &str| worse.items.iter().any(|item| item.eq_ignore_ascii_case(text));
            if let Some(item) = setting.items().iter().find(|item| item.known().is_some_and(is_bad)) {
                report = report.related(item, format!("with `{}`", item.value())).because(worse.because.clone());
            }
        }
        if let Some(guard) = &self.guard
            && guard.expect.judge(client.invocation.setting(&guard.setting)) == Verdict::Met
        {
            report = report.severity(lower(lower(severity))).because(guard.because.clone());
        }
        report
    }
}
