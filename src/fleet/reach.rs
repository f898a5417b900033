//! Who can reach a port of a unit: published ports, the host's network, other units, or nobody.

use super::model::Reach;
use crate::deployment::{Exposure, Port, Unit};
use crate::source::Text;

/// Where an address lets a process be heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// On the loopback interface only.
    Loopback,
    /// On a private network's address.
    Private,
    /// On every interface, or on an address that strangers can reach.
    Everywhere,
}

/// Judges an address or a host's name that a process binds or a port is published on; nothing if it is not known.
#[must_use]
pub fn heard(address: &Text) -> Option<Heard> {
    let address = address.known()?.trim().trim_start_matches('[').trim_end_matches(']');
    match address.parse::<std::net::IpAddr>() {
        Ok(ip) if ip.is_loopback() => Some(Heard::Loopback),
        Ok(std::net::IpAddr::V4(ip)) if ip.is_private() || ip.is_link_local() || is_shared(ip) => Some(Heard::Private),
        Ok(std::net::IpAddr::V6(ip)) if ip.is_unique_local() || ip.is_unicast_link_local() => Some(Heard::Private),
        Ok(_) => Some(Heard::Everywhere),
        Err(_) if address == "localhost" => Some(Heard::Loopback),
        // Geth's `*` and an empty address mean every interface; any other name is not known to us.
        Err(_) if address.is_empty() || address == "*" => Some(Heard::Everywhere),
        Err(_) => None,
    }
}

/// `100.64.0.0/10` (RFC 6598), which overlay networks such as WireGuard meshes use.
fn is_shared(ip: std::net::Ipv4Addr) -> bool {
    let [first, second, ..] = ip.octets();
    first == 100 && (64..128).contains(&second)
}

/// Answers who reaches `port` of a unit when the process binds `address`; `sharing` are the ports of the unit whose network
/// it uses, if it uses another's.
#[must_use]
pub fn reach(unit: &Unit, sharing: &[Port], address: Option<&Text>, port: Option<u16>) -> Reach {
    let bound = match address.map(heard) {
        Some(Some(heard)) => heard,
        Some(None) => return Reach::Unknown,
        None => Heard::Everywhere,
    };
    if let Some(mode) = unit.network_mode.as_ref() {
        match mode.known() {
            Some("host") => return on_the_host(unit, bound, address, port),
            Some("none") => return Reach::Itself,
            None => return Reach::Unknown,
            Some(_) => {}
        }
    }
    if bound == Heard::Loopback {
        return Reach::Itself;
    }
    let published = published(unit.ports.iter().chain(sharing), port);
    if matches!(published, Reach::Public(..)) { published } else { exposed(unit, port).unwrap_or(published) }
}

/// Answers who gets in through a Service, an Ingress or a load balancer, if anybody does.
fn exposed(unit: &Unit, port: Option<u16>) -> Option<Reach> {
    let leads = |exposure: &&Exposure| exposure.port.is_none_or(|to| port.is_none_or(|port| port == to));
    let mut open = unit.exposures.iter().filter(leads);
    let exposure = open.clone().find(|exposure| exposure.public).or_else(|| open.next())?;
    let certain = exposure.port.is_none() || port.is_some();
    Some(match (exposure.public, certain) {
        (true, true) => Reach::Public(exposure.place, format!("{} lets everybody in", exposure.words)),
        (true, false) => Reach::Unknown,
        (false, _) => Reach::Host,
    })
}

fn on_the_host(unit: &Unit, bound: Heard, address: Option<&Text>, port: Option<u16>) -> Reach {
    let shared = unit.network_mode.as_ref().map_or(unit.name.span, Text::span);
    // A process of the machine itself has no other network: what lets others in is the address alone.
    let is_bare = unit.image.is_none() && unit.build.is_none();
    let place = if is_bare { address.map_or(shared, Text::span) } else { shared };
    match bound {
        Heard::Loopback | Heard::Private => Reach::Host,
        Heard::Everywhere => {
            let port = port.map_or_else(String::new, |port| format!(" on port {port}"));
            let how = if is_bare { "it listens" } else { "it shares the host's network and listens" };
            Reach::Public(place, format!("{how} on every address{port}"))
        }
    }
}

fn published<'u>(ports: impl Iterator<Item = &'u Port>, port: Option<u16>) -> Reach {
    let mut reach = Reach::Units;
    let Some(port) = port else { return Reach::Unknown };
    for entry in ports.filter(|entry| entry.protocol == "tcp") {
        let Some((first, last)) = entry.container else {
            // The hole may be this very port; a port that is known to be published still decides.
            reach = if reach == Reach::Units { Reach::Unknown } else { reach };
            continue;
        };
        if !(first..=last).contains(&port) {
            continue;
        }
        match entry.host_ip.as_ref().map(heard) {
            None | Some(Some(Heard::Everywhere)) => {
                let host_port = entry.host.map(|(from, _)| from.saturating_add(port - first));
                return Reach::Public(entry.text.span(), words(entry, host_port));
            }
            Some(Some(_)) => reach = Reach::Host,
            Some(None) => reach = if reach == Reach::Host { reach } else { Reach::Unknown },
        }
    }
    reach
}

fn words(entry: &Port, host_port: Option<u16>) -> String {
    let port = host_port.map_or_else(|| "a port of the host".to_owned(), |port| format!("port {port} of the host"));
    match entry.host_ip.as_ref().and_then(Text::known).filter(|ip| !["0.0.0.0", "::", "[::]", ""].contains(ip)) {
        Some(ip) => format!("it is published on {port} at {ip}"),
        None => format!("it is published on {port} on every address"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deployment::Supervisor;
    use crate::source::{FileId, Span, Spanned};

    fn text(value: &str) -> Text {
        Text::literal(value, Span::new(FileId(0), 0, value.len() as u32))
    }

    fn port(host_ip: Option<&str>, host: u16, container: u16) -> Port {
        let (host_ip, protocol) = (host_ip.map(text), "tcp".to_owned());
        let (host, container) = (Some((host, host)), Some((container, container)));
        Port { text: text("port"), host_ip, host, container, protocol }
    }

    #[test]
    fn addresses_are_judged_by_who_hears_them() {
        let cases = [
            ("127.0.0.1", Some(Heard::Loopback)),
            ("::1", Some(Heard::Loopback)),
            ("0.0.0.0", Some(Heard::Everywhere)),
            ("10.13.0.1", Some(Heard::Private)),
            ("100.101.0.1", Some(Heard::Private)),
            ("203.0.113.9", Some(Heard::Everywhere)),
            ("validator.internal", None),
        ];
        for (address, expected) in cases {
            assert_eq!(heard(&text(address)), expected, "{address}");
        }
    }

    #[test]
    fn only_a_port_published_on_an_open_address_is_public() {
        let public = published([port(None, 7500, 5062)].iter(), Some(5062));
        assert!(matches!(&public, Reach::Public(_, words) if words.contains("port 7500 of the host on every address")));
        assert_eq!(published([port(Some("127.0.0.1"), 7500, 5062)].iter(), Some(5062)), Reach::Host);
        assert_eq!(published([port(None, 9000, 9000)].iter(), Some(5062)), Reach::Units);
    }

    #[test]
    fn a_load_balancer_lets_in_to_its_own_port_only() {
        let name = Spanned::new("vc".to_owned(), Span::new(FileId(0), 0, 2));
        let mut unit = Unit::new(name.clone(), Supervisor::Kubernetes, name.span);
        let words = "the Service `vc` of type LoadBalancer".to_owned();
        unit.exposures.push(Exposure { port: Some(5062), place: name.span, public: true, words });
        let address = text("0.0.0.0");
        let reached = |port| reach(&unit, &[], Some(&address), Some(port));
        assert!(matches!(reached(5062), Reach::Public(_, words) if words.contains("Service `vc`")));
        assert_eq!(reached(5064), Reach::Units);
        assert_eq!(reach(&unit, &[], Some(&text("127.0.0.1")), Some(5062)), Reach::Itself);
    }

    #[test]
    fn a_port_that_nobody_knows_is_no_claim() {
        assert_eq!(published([port(None, 7500, 5062)].iter(), None), Reach::Unknown);
        let hole = Port { container: None, ..port(None, 7500, 5062) };
        assert_eq!(published([hole].iter(), Some(5062)), Reach::Unknown);
    }
}
