//! What signs, and what decides what is signed, is asked over a line that nobody can read or change.

use crate::finding::Confidence;
use crate::fleet::{Api, Dial, Target, endpoint};
use crate::lint::fact::{called, identity};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use crate::source::Text;
use serde::Deserialize;
use std::net::IpAddr;

/// What a card says of lines between hosts.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Cleartext {
    /// The interfaces that are asked, and what each is called.
    apis: Vec<Line>,
    /// Settings with a URL that is asked for a trusted state.
    states: Vec<String>,
    /// Endings of names that stay on the machine or in its cluster.
    near: Vec<String>,
    /// Endings of names of private networks.
    private: Vec<String>,
}

/// An interface on another host.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Line {
    /// The interface.
    api: Api,
    /// What it is called: "a remote signer".
    called: String,
    /// It is judged on private networks, too.
    #[serde(default)]
    private: bool,
}

/// How far away a host is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Distance {
    /// On the same machine or cluster, or nobody can say.
    Near,
    /// On a private network.
    Private,
    /// Anywhere.
    Far,
}

impl Check for Cleartext {
    fn check(&self, scene: &mut Scene<'_>) {
        for client in scene.clients() {
            for dial in &client.workload.dials {
                let Some(line) = self.apis.iter().find(|line| line.api == dial.api) else { continue };
                let Some(host) = plain(&dial.url) else { continue };
                let distance = match dial.target {
                    Target::Workload(id) => self.between(&client, scene, id, host),
                    Target::Outside => self.distance(host),
                    Target::Missing(_) | Target::Unknown => Distance::Near,
                };
                let headline = format!("{} asks {} at `{host}` over plain HTTP", called(client.workload), line.called);
                let report = of_dial(&client, dial, host, headline);
                match distance {
                    Distance::Near => {}
                    Distance::Far => scene.report(report),
                    Distance::Private if line.private => {
                        scene.report(report.milder("Its address is one of a private network: one step milder."));
                    }
                    // A tunnel can guard the way, and often does.
                    Distance::Private => scene.report(report.confidence(Confidence::Low)),
                }
            }
            self.states(&client, scene);
        }
    }
}

fn of_dial(client: &Client<'_>, dial: &Dial, host: &str, headline: String) -> Report {
    let subject = format!("{} {} {host}", identity(client.workload), dial.setting);
    Report::on(client.workload, &dial.url, headline).subject(subject).cause(host)
}

impl Cleartext {
    /// Reports a trusted state that is fetched from afar over plain HTTP.
    fn states(&self, client: &Client<'_>, scene: &mut Scene<'_>) {
        for setting in self.states.iter().filter_map(|name| client.invocation.set(name)) {
            for url in setting.items() {
                let Some(host) = plain(&url).filter(|host| self.distance(host) == Distance::Far) else { continue };
                let headline =
                    format!("{} takes its first state from `{host}` over plain HTTP", called(client.workload));
                let subject = format!("{} {}", identity(client.workload), setting.name);
                let report = Report::on(client.workload, &url, headline).subject(subject).cause(host);
                scene.report(report.milder("It is asked once, and its root can be compared: one step milder."));
            }
        }
    }

    /// Judges the way to a unit of the tree.
    fn between(&self, client: &Client<'_>, scene: &Scene<'_>, id: usize, host: &str) -> Distance {
        let Some(target) = scene.fleet().workloads.get(id) else { return Distance::Near };
        let (one, other) = (&client.workload.unit, &target.unit);
        let together = one.host == other.host || !one.domain.is_empty() && one.domain == other.domain;
        let shared = one.networks.iter().any(|network| other.networks.contains(network));
        if together || one.project == other.project || shared { Distance::Near } else { self.distance_by_name(host) }
    }

    /// A host of the fleet by its bare name is another machine for sure; what lies between is not known.
    fn distance_by_name(&self, host: &str) -> Distance {
        if host.contains(['.', ':']) { self.distance(host) } else { Distance::Private }
    }

    fn distance(&self, host: &str) -> Distance {
        if let Ok(ip) = host.parse::<IpAddr>() {
            return distance_of(ip);
        }
        let host = host.to_ascii_lowercase();
        let ends = |list: &[String]| {
            list.iter()
                .any(|end| host.strip_suffix(end.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
        };
        if !host.contains('.') || ends(&self.near) || host.split('.').any(|part| part == "svc") {
            return Distance::Near;
        }
        if ends(&self.private) { Distance::Private } else { Distance::Far }
    }
}

/// `172.16.0.0/12` is where Docker makes its networks, and `100.64.0.0/10` where meshes of encrypted tunnels have theirs.
fn distance_of(ip: IpAddr) -> Distance {
    let IpAddr::V4(four) = ip else {
        let private = matches!(ip, IpAddr::V6(six) if six.is_unique_local() || six.is_unicast_link_local());
        let near = ip.is_loopback() || ip.is_unspecified();
        return if near {
            Distance::Near
        } else if private {
            Distance::Private
        } else {
            Distance::Far
        };
    };
    let [first, second, ..] = four.octets();
    let mesh = first == 100 && (64..128).contains(&second);
    let bridge = first == 172 && (16..32).contains(&second);
    if four.is_loopback() || four.is_unspecified() || four.is_link_local() || mesh || bridge {
        return Distance::Near;
    }
    if four.is_private() { Distance::Private } else { Distance::Far }
}

/// Answers the host of a URL that is known to be one of plain HTTP.
fn plain(url: &Text) -> Option<&str> {
    let known = url.known()?;
    let rest = known.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("http://"));
    rest.and_then(|_| endpoint(known)).map(|endpoint| endpoint.host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_as_far_as_their_names_say() {
        let check = Cleartext {
            apis: Vec::new(),
            states: Vec::new(),
            near: vec!["cluster.local".into()],
            private: vec!["lan".into()],
        };
        let cases = [
            ("signer", Distance::Near),
            ("signer.staking.svc", Distance::Near),
            ("signer.staking.svc.cluster.local", Distance::Near),
            ("172.18.0.3", Distance::Near),
            ("100.80.1.1", Distance::Near),
            ("10.0.0.7", Distance::Private),
            ("fd00::7", Distance::Private),
            ("signer.lan", Distance::Private),
            ("signer.example.org", Distance::Far),
            ("203.0.113.7", Distance::Far),
            ("2001:db8::1", Distance::Far),
        ];
        for (host, expected) in cases {
            assert_eq!(check.distance(host), expected, "{host}");
        }
    }
}
