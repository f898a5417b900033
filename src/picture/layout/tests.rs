//! Every layout keeps its promises: nothing overlaps, no text is wider than its box, and lines end at boxes and cross none.

use super::*;
use crate::finding::Severity;
use crate::picture::model::{Edge, EdgeKind, Group, Hazard, Kind, Node};

fn hazard(rule: &str, severity: Severity) -> Hazard {
    Hazard { severity, rule: rule.into(), headline: rule.into(), finding: 0, count: 1 }
}

/// So many hosts with a long chain each; every third one leans on the host before it, and names are as bad as can be.
fn picture(hosts: usize) -> Picture {
    let mut picture = Picture::default();
    for host in 0..hosts {
        picture.groups.push(Group { name: "W".repeat(host * 7 + 1), hosts: vec!["x".into()], ..Group::default() });
        let first = picture.nodes.len();
        let kinds = [
            Kind::Relay,
            Kind::Execution,
            Kind::Beacon,
            Kind::Middleware,
            Kind::Validator,
            Kind::Signer,
            Kind::Database,
        ];
        for (turn, kind) in kinds.into_iter().chain([Kind::Validator, Kind::Database, Kind::Other]).enumerate() {
            let name = ["validator", "日本日本日本日本日本日本日本日本日本", "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW"]
                [(host + turn) % 3];
            let hazards = (0..turn % 5).map(|at| hazard(&"slashing".repeat(at + 1), Severity::High)).collect();
            picture.nodes.push(Node { kind, name: name.into(), detail: name.repeat(3), hazards, ..Node::new(host) });
        }
        let far = if host % 3 == 2 { first - 10 } else { first };
        let lines = [
            (2, 1, EdgeKind::Engine),
            (2, 0, EdgeKind::Relay),
            (4, 3, EdgeKind::Beacon),
            (4, 2, EdgeKind::Beacon),
            (4, 5, EdgeKind::SignsWith),
            (4, 6, EdgeKind::HistoryIn),
            (7, 2, EdgeKind::Beacon),
            (7, 8, EdgeKind::HistoryIn),
            (7, 4, EdgeKind::SharesKey),
            (5, 6, EdgeKind::HistoryIn),
            (4, 1, EdgeKind::Engine),
        ];
        picture.edges.extend(lines.map(|(from, to, kind)| Edge { from: first + from, to: far + to, kind, count: 1 }));
    }
    picture.in_order()
}

fn overlap(one: Rectangle, other: Rectangle) -> bool {
    one.x < other.right() && other.x < one.right() && one.y < other.bottom() && other.y < one.bottom()
}

#[test]
fn boxes_lie_in_their_bands_and_none_overlaps() {
    let picture = picture(7);
    let sheet = lay(&picture);
    for (at, one) in sheet.boxes.iter().enumerate() {
        let band = sheet.bands[picture.nodes[at].group].area;
        assert!(one.area.x >= band.x && one.area.right() <= band.right(), "{at}");
        assert!(one.area.y >= band.y && one.area.bottom() <= band.bottom(), "{at}");
        assert!(sheet.boxes[..at].iter().all(|other| !overlap(one.area, other.area)), "{at}");
    }
    for (at, band) in sheet.bands.iter().enumerate() {
        assert!(sheet.bands[..at].iter().all(|other| !overlap(band.area, other.area)));
    }
}

#[test]
fn no_text_is_wider_or_lower_than_its_place() {
    let sheet = lay(&picture(7));
    for place in sheet.boxes.iter().chain(&sheet.bands) {
        for line in &place.lines {
            assert!(line.x > place.area.x || line.x == place.area.x && place.area.x > 0);
            assert!(line.x + width(&line.text, line.style.size(), line.style.is_bold()) < place.area.right());
            assert!(line.y < place.area.bottom());
        }
    }
}

#[test]
fn lines_join_their_boxes_and_cross_no_other() {
    let picture = picture(7);
    let sheet = lay(&picture);
    assert_eq!(sheet.paths.len(), picture.edges.len());
    for (edge, path) in picture.edges.iter().zip(&sheet.paths) {
        for (node, point) in [(edge.from, path[0]), (edge.to, path[path.len() - 1])] {
            let area = sheet.boxes[node].area;
            assert!(point.0 == area.x || point.0 == area.right(), "{edge:?}");
            assert!(point.1 > area.y && point.1 < area.bottom(), "{edge:?}");
        }
        for ends in path.windows(2) {
            let ((x, y), (to_x, to_y)) = (ends[0], ends[1]);
            assert!(x == to_x || y == to_y, "{edge:?} is not square");
            let stretch = Rectangle {
                x: x.min(to_x),
                y: y.min(to_y),
                width: x.abs_diff(to_x) as i32,
                height: y.abs_diff(to_y) as i32,
            };
            // Of no width or height, it overlaps what it runs through.
            assert!(sheet.boxes.iter().all(|place| !overlap(stretch, place.area)), "{edge:?} runs through a box");
        }
    }
}
