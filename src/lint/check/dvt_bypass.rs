//! A validator client behind a distributed-validator middleware has no other way to the chain.

use crate::catalogue::Role;
use crate::fleet::{Api, Dial, is_middleware};
use crate::lint::fact::called;
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use serde::Deserialize;

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DvtBypass {}

impl Check for DvtBypass {
    fn check(&self, scene: &mut Scene<'_>) {
        let (fleet, catalogue) = (scene.fleet(), scene.catalogue());
        let clients: Vec<_> = scene.clients().filter(|client| client.invocation.role == Role::Validator).collect();
        for client in clients {
            let beacons = || client.workload.dials.iter().filter(|dial| dial.api == Api::Beacon);
            let leads = |dial: &&Dial, wanted: bool| is_middleware(dial, &fleet.workloads, catalogue) == Some(wanted);
            let Some(middleware) = beacons().find(|dial| leads(dial, true)) else { continue };
            let Some(real) = beacons().find(|dial| leads(dial, false)) else { continue };
            let headline = format!("{} can go round its distributed-validator middleware", called(client.workload));
            let report = Report::on(client.workload, &real.url, headline)
                .label("a beacon node of its own")
                .related(&middleware.url, "the middleware that it should use alone");
            scene.report(report);
        }
    }
}
