//! What variables say: those that the client reads itself, and those that its image sets for it.

use super::meaning::{self, Use};
use super::model::{Carrier, FlagUse, Setting};
use super::settle::{Assignment, IMPLIED, IN_ENVIRONMENT};
use crate::catalogue::{Client, Flag, Found, Image, Role};
use crate::deployment::Unit;
use crate::source::{Span, Text};

/// Answers the settings that variables of the unit decide, where the client reads them.
pub(super) fn assignments(client: &Client, role: Role, unit: &Unit) -> Vec<Assignment> {
    let mut all = Vec::new();
    for variable in &unit.env {
        let Some(flag) = client.flag_of_variable(role, &variable.name.value) else { continue };
        if !is_empty(&variable.value) {
            all.extend(of_variable(flag, &variable.name.value, variable.name.span, &variable.value));
        }
    }
    all
}

/// Answers the variables of the unit that are named after flags. One with a name of its own can outlive its flag.
pub(super) fn uses(client: &Client, role: Role, unit: &Unit) -> Vec<FlagUse> {
    let mut all = Vec::new();
    for variable in unit.env.iter().filter(|variable| !is_empty(&variable.value)) {
        let flag = client.flag_of_variable(role, &variable.name.value).filter(|flag| flag.env.is_none());
        let Some(flag) = flag else { continue };
        let mut name = Text::empty(variable.name.span);
        name.push(&variable.name.value, variable.name.span, variable.name.origin);
        let (values, known) = (vec![variable.value.clone()], Some(flag.name.clone()));
        all.push(FlagUse { name, values, known, carrier: Carrier::Environment, strict: false });
    }
    all
}

/// Answers the settings that variables of the image decide, where the unit does not set them itself.
pub(super) fn of_image(client: &Client, role: Role, unit: &Unit, image: &Image, place: Span) -> Vec<Assignment> {
    let own = |name: &str| unit.env.iter().any(|variable| variable.name.value == name);
    let mut all = Vec::new();
    for (name, value) in image.env.iter().filter(|(name, _)| !own(name)) {
        if let Some(flag) = client.flag_of_variable(role, name) {
            all.extend(of_variable(flag, name, place, &Text::literal(value, place)));
        }
    }
    all.into_iter().map(|assignment| Assignment { quiet: true, ..assignment }).collect()
}

/// The network that an image is made for alone holds where nothing says another one.
pub(super) fn network(name: &str, unit: &Unit, place: Span) -> Assignment {
    let place = unit.image.as_ref().map_or(place, Text::span);
    let setting = Setting {
        name: "network".to_owned(),
        value: Text::literal(name, place),
        more: Vec::new(),
        carrier: Carrier::Environment,
        place,
        spelling: name.to_owned(),
    };
    Assignment { setting, strength: IMPLIED, list: false, quiet: true }
}

/// Tells whether the client reads any variable, so that one that nobody sees could matter.
pub(super) fn is_read(client: &Client) -> bool {
    !client.environments.is_empty() || client.flags.iter().any(|flag| flag.env.is_some())
}

/// Tells whether a variable holds nothing, which clients and scripts take as if it were not set.
pub(super) fn is_empty(value: &Text) -> bool {
    value.known().is_some_and(|value| value.trim().is_empty())
}

fn of_variable(flag: &Flag, name: &str, place: Span, value: &Text) -> Vec<Assignment> {
    meaning::assignments(&Use {
        found: Found { flag, negated: false },
        values: std::slice::from_ref(value),
        name: place,
        origin: None,
        spelling: name,
        carrier: Carrier::Environment,
        strength: IN_ENVIRONMENT,
    })
}
