//! An image reference names one build, today and tomorrow.

use crate::catalogue::{ImageName, Role, Tag, TagScheme};
use crate::finding::{Edit, Fix, Severity};
use crate::fleet::{Api, Stage, Workload};
use crate::lint::fact::called;
use crate::lint::links::Callers;
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use crate::lint::spot::Spot;
use crate::source::{Span, Text};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

/// What a card says of image references.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ImagePin {
    /// What a reference must have.
    by: Pin,
}

/// What can pin an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Pin {
    /// A tag that names one release or build, or a digest.
    Tag,
    /// A digest; references without even such a tag are another card's matter.
    Digest,
}

/// A unit whose image is loose, where it is so, and what it lacks.
type Loose<'u, 'a> = (&'u Use<'a>, Spot, String);

/// An image, and a unit that runs it.
struct Use<'a> {
    workload: &'a Workload,
    image: &'a Text,
    name: ImageName,
    scheme: Cow<'a, TagScheme>,
    /// The repository is one that the client's makers publish in.
    official: bool,
    /// It runs a client that keeps no histories for others: a tag may be written for it that the tree has elsewhere.
    plain: bool,
}

/// The tags of releases that the tree has for an image, each with the most that is at stake where it is used.
type Pins<'u> = BTreeMap<&'u str, BTreeMap<&'u str, Stage>>;

fn pins<'u>(uses: &'u [Use<'_>]) -> Pins<'u> {
    let mut pins = Pins::new();
    for used in uses.iter().filter(|used| used.plain) {
        let tag = used.name.tag.clone().and_then(|tag| used.image.value().get(tag)).filter(|_| used.image.is_known());
        let Some(tag) = tag.filter(|tag| matches!(used.scheme.read(tag), Tag::Release(version) if version.released))
        else {
            continue;
        };
        let stage = pins.entry(used.repository()).or_default().entry(tag).or_insert(used.workload.stage);
        *stage = (*stage).max(used.workload.stage);
    }
    pins
}

/// Writes the one release that the tree has for an image wherever that is loose. What only a test network runs is not tried enough for
/// production.
fn pinning(units: &[Loose<'_, '_>], pins: &Pins<'_>) -> Option<Fix> {
    let (first, ..) = units.first()?;
    let (tag, stage) = pins.get(first.repository()).filter(|tags| tags.len() == 1)?.first_key_value()?;
    let edits = units.iter().map(|(used, ..)| {
        let (image, length) = (used.image, used.image.value().len());
        let edit = match used.name.tag.clone() {
            Some(at) => Edit::replace(image.exact(at.clone())?, image.value().get(at)?, tag),
            None => {
                let place = image.exact(0..length)?;
                Edit::insert(place.file, place.end, &format!(":{tag}"))
            }
        };
        (used.plain && used.workload.stage <= *stage).then_some(edit)
    });
    Some(Fix {
        title: format!("write the tag `{tag}`, as elsewhere in the tree"),
        edits: edits.collect::<Option<_>>()?,
    })
}

impl Check for ImagePin {
    fn check(&self, scene: &mut Scene<'_>) {
        let unset: Vec<Span> =
            scene.fleet().inventory.unset.iter().filter(|one| !one.documented).map(|one| one.span).collect();
        let mut loose: BTreeMap<&str, Vec<Loose<'_, '_>>> = BTreeMap::new();
        let uses = uses(scene);
        let pins = pins(&uses);
        for used in &uses {
            if let Some((place, says)) = self.judge(used, &unset) {
                loose.entry(used.image.value()).or_default().push((used, place, says));
            }
        }
        for (image, units) in loose {
            let Some(((used, place, says), others)) = units.split_first() else { continue };
            let first = used.workload;
            let of = match others.len() {
                0 => called(first),
                more => format!("{} and {more} more", called(first)),
            };
            let headline = format!("image `{image}` of {of} {says}");
            let mut report = Report::on(first, *place, headline).subject(image).cause(image);
            for (Use { workload, .. }, place, _) in others {
                report = report.also(workload).related(*place, format!("`{}` runs it, too", workload.name()));
            }
            // Development networks follow branches on purpose.
            if units.iter().all(|(used, ..)| used.workload.stage == Stage::Development) {
                report = report.severity(Severity::Low);
            }
            let fix = if self.by == Pin::Tag { pinning(&units, &pins) } else { None };
            scene.report(report.fix(fix));
        }
    }
}

impl ImagePin {
    /// Answers where a reference is loose, and what it lacks; nothing where it is pinned, built here, or not known.
    fn judge(&self, used: &Use<'_>, unset: &[Span]) -> Option<(Spot, String)> {
        let name = &used.name;
        if name.digest.is_some() || !used.image.is_known_in(name.repository.clone()) {
            return None;
        }
        let part = |range: Range<usize>| Spot::from(&used.image.slice(range));
        let Some(tag) = name.tag.clone() else {
            let says = "has no tag, and so is whatever was published last".to_owned();
            return (self.by == Pin::Tag).then(|| (Spot::from(used.image), says));
        };
        let text = used.image.slice(tag.clone());
        let Some(known) = text.known() else {
            let is_unset = unset.iter().any(|span| text.span().contains(*span));
            let says = format!("has the tag `{text}`, which nothing sets");
            return (self.by == Pin::Tag && is_unset).then(|| (part(tag), says));
        };
        match (used.scheme.read(known), self.by) {
            (Tag::Moving, Pin::Tag) => {
                Some((part(tag), format!("is not pinned: `{known}` is whatever was published last under that name")))
            }
            // Makers tag releases by number and builds by branch: what has no number is a branch.
            (Tag::Unclear, Pin::Tag) if used.official && !has_number(known) => {
                Some((part(tag), format!("is not pinned: `{known}` is a branch, and whatever was built from it last")))
            }
            (Tag::Release(_), Pin::Digest) => Some((part(tag), "has no digest: its tag can be moved".to_owned())),
            _ => None,
        }
    }
}

/// Answers every image that stands on the way of a signature: clients, signers, and the databases of signers.
fn uses<'a>(scene: &Scene<'a>) -> Vec<Use<'a>> {
    let fleet = scene.fleet();
    let mut uses = Vec::new();
    for client in scene.clients() {
        let page = scene.catalogue().client(&client.invocation.client);
        let scheme = page.map_or_else(Cow::default, |page| Cow::Borrowed(&page.tags));
        let official = |repository: &str| scene.catalogue().by_image(repository).is_some();
        let plain = !matches!(client.invocation.role, Role::Signer | Role::Middleware);
        uses.extend(Use::of(client.workload, scheme).map(|used| Use {
            official: official(used.repository()),
            plain,
            ..used
        }));
    }
    let callers = Callers::of(fleet, Api::Database);
    for (id, workload) in fleet.workloads.iter().enumerate() {
        if workload.is_hot() && workload.invocation.is_none() && callers.to(id).next().is_some() {
            // A database is kept compatible within its major release, and many pin no more than that.
            uses.extend(Use::of(workload, Cow::Owned(TagScheme { numbers: 1, ..TagScheme::default() })));
        }
    }
    uses
}

impl<'a> Use<'a> {
    /// Leaves out what is built here or never pulled: its tag is a name, no release.
    fn of(workload: &'a Workload, scheme: Cow<'a, TagScheme>) -> Option<Self> {
        let unit = &workload.unit;
        let pulled = !unit.pull_policy.as_ref().is_some_and(|policy| ["never", "build"].contains(&policy.value()));
        let image = unit.image.as_ref().filter(|_| pulled && unit.build.is_none())?;
        let name = ImageName::parse(image.value());
        Some(Self { workload, image, name, scheme, official: false, plain: false })
    }

    /// Answers registry and repository as written.
    fn repository(&self) -> &str {
        self.image.value().get(..self.name.repository.end).unwrap_or_default()
    }
}

/// Tells whether a tag has a number with a dot in it, as releases have.
fn has_number(tag: &str) -> bool {
    tag.as_bytes().windows(3).any(|part| part[0].is_ascii_digit() && part[1] == b'.' && part[2].is_ascii_digit())
}
