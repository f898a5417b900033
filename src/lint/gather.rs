//! What is true of several units in places that are written once is said once.

use super::fact::called;
use super::report::{Likeness, Report};
use super::spot::Spot;
use crate::fleet::Workload;
use std::collections::BTreeMap;

/// What is said of a unit: the report, and the headline before and behind the unit's name.
#[derive(Debug)]
pub struct Said<'a> {
    /// The report, whatever its headline.
    pub report: Report,
    /// The unit.
    pub workload: &'a Workload,
    /// The headline before the unit's name.
    pub before: String,
    /// The headline behind it.
    pub after: String,
    /// How the sentence goes on where it is true of more units.
    pub others: Others,
}

/// How a sentence about one unit names the others of which it is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Others {
    /// Behind the unit's name: "`vc` and 3 more can be reached".
    Beside,
    /// At its end, of what they do: "`vc` runs without it, and so do 3 more".
    Do,
    /// At its end, of what they are: "`vc` is given it twice, and so are 3 more".
    Are,
}

/// Makes one report of what is said alike in the same places: a role and an anchor serve many units.
pub fn gather(said: Vec<Said<'_>>) -> Vec<Report> {
    let mut known: BTreeMap<Key<'_>, usize> = BTreeMap::new();
    let mut groups: Vec<usize> = Vec::new();
    let mut many = 0;
    for one in &said {
        let keys = Key::of(one);
        let group = keys.iter().find_map(|key| known.get(key)).copied().unwrap_or(many);
        many = many.max(group + 1);
        keys.into_iter().for_each(|key| _ = known.entry(key).or_insert(group));
        groups.push(group);
    }
    let mut gathered: Vec<Vec<Said<'_>>> = std::iter::repeat_with(Vec::new).take(many).collect();
    groups.into_iter().zip(said).for_each(|(group, one)| gathered[group].push(one));
    gathered.into_iter().filter_map(whole).collect()
}

/// What units have in common of which one thing is said.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'s> {
    place: Place<'s>,
    headline: (&'s str, &'s str),
    /// What takes part, and where; choices are alike wherever their parts are written.
    parts: Vec<(Option<Spot>, &'s str)>,
    likeness: Likeness<'s>,
}

/// Where units of which the same is true are looked for.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place<'s> {
    /// At the place that is pointed at, and the part that it plays.
    Written(Spot, &'s str),
    /// Among the choices of a project on a host: under one name, where places take part that are others in each choice.
    Choice(&'s str, &'s str, Option<&'s str>),
}

impl<'s> Key<'s> {
    /// Answers what finds those like a unit: in the place that is pointed at, and wherever that is if it is one of several choices.
    fn of(said: &'s Said<'_>) -> Vec<Self> {
        let (unit, (spot, part)) = (&said.workload.unit, said.report.spot_and_part());
        let name = said.report.parts().next().map(|_| unit.name.value.as_str());
        let choice = unit.alternative.as_ref().map(|_| Place::Choice(&unit.project, &unit.host, name));
        let places = std::iter::once(Place::Written(spot, part)).chain(choice);
        let key = |place: Place<'s>| {
            let spot = |spot: Spot| matches!(place, Place::Written(..)).then_some(spot);
            let parts = said.report.parts().map(|(at, part)| (spot(at), part)).collect();
            Key { place, headline: (&said.before, &said.after), parts, likeness: said.report.likeness() }
        };
        places.map(key).collect()
    }
}

fn whole(group: Vec<Said<'_>>) -> Option<Report> {
    let mut others = group.into_iter();
    let first = others.next()?;
    let (name, before, after) = (called(first.workload), &first.before, &first.after);
    let headline = match (first.others, others.len()) {
        (_, 0) => format!("{before}{name}{after}"),
        (Others::Beside, more) => format!("{before}{name} and {more} more{after}"),
        (Others::Do, 1) => format!("{before}{name}{after}, and so does another"),
        (Others::Do, more) => format!("{before}{name}{after}, and so do {more} more"),
        (Others::Are, 1) => format!("{before}{name}{after}, and so is another"),
        (Others::Are, more) => format!("{before}{name}{after}, and so are {more} more"),
    };
    let place = first.report.place();
    Some(others.fold(first.report.headed(headline), |report, other| {
        let report = report.also(other.workload);
        if other.report.place() == place {
            report
        } else {
            report.related(other.report.spot(), "and here, if that is chosen")
        }
    }))
}
