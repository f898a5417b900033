//! Where a client's files lie inside its unit, and whether it signs: its page in the catalogue, filled with its settings.

use super::model::{Ability, Answer, Invocation, Purpose, ResolvedPath, Setting};
use crate::catalogue::{PathTemplate, Signing};
use crate::source::{Span, Text};
use std::collections::HashSet;

/// A setting that is a default filled with defaults is followed this far.
const DEEPEST: usize = 4;
/// Two settings with several values each multiply: no template comes to more paths.
const MOST_PATHS: usize = 4096;

/// What a template, or a part of one, comes to.
#[derive(Clone)]
struct Part {
    text: String,
    place: Option<Span>,
    certain: bool,
}

impl Invocation {
    /// Answers the paths of the files that serve a purpose. A setting with several values gives several paths.
    #[must_use]
    pub fn paths(&self, purpose: Purpose) -> Vec<ResolvedPath> {
        match purpose {
            Purpose::History => self.first(&self.page.history),
            Purpose::Keys => self.key_folders(),
            Purpose::Passwords => self.first(&self.page.passwords),
            Purpose::Data if self.page.data.is_empty() => self.first(&["{data-dir}".to_owned()]),
            Purpose::Data => self.first(&self.page.data),
        }
    }

    /// Answers the key folder, and besides it the one of the key manager where that may be on.
    fn key_folders(&self) -> Vec<ResolvedPath> {
        let mut folders = self.first(&self.page.keys);
        let off = match self.setting("keymanager.enabled") {
            Answer::Set(setting) => setting.is_on() == Some(false),
            Answer::Default(default) => default != Some("true"),
            Answer::Unknown => false,
        };
        let managed = if off { Vec::new() } else { self.first(&self.page.keymanager_keys) };
        let new: Vec<_> = managed.into_iter().filter(|path| !folders.contains(path)).collect();
        folders.extend(new);
        folders
    }

    /// Answers what the first template comes to that can be filled.
    fn first(&self, templates: &[String]) -> Vec<ResolvedPath> {
        let filled = |template: &String| self.fill(template, DEEPEST).filter(|parts| !parts.is_empty());
        let Some((at, parts)) = templates.iter().enumerate().find_map(|(at, template)| Some((at, filled(template)?)))
        else {
            return Vec::new();
        };
        // A place that was passed over, because its setting is not to be seen, may be the right one after all.
        let mut passed = templates.iter().take(at).flat_map(|template| PathTemplate(template).settings());
        let sure = !passed.any(|name| self.is_unknown(name));
        parts.into_iter().map(|part| self.resolved(part, sure)).collect()
    }

    /// Tells whether it signs with validator keys.
    #[must_use]
    pub fn can_sign(&self) -> Ability {
        match self.page.signs {
            Signing::Never => Ability::Never,
            Signing::Always => Ability::Always,
            Signing::WhenFound => Ability::WithKeysFound,
            Signing::WhenSet => {
                let answers = self.page.signs_with.iter().map(|name| self.setting(name));
                answers.map(given).max_by_key(|ability| *ability as u8).unwrap_or(Ability::Never)
            }
        }
    }

    fn is_unknown(&self, name: &str) -> bool {
        matches!(self.setting(name), Answer::Unknown)
    }

    fn resolved(&self, part: Part, sure: bool) -> ResolvedPath {
        let absolute = part.text.starts_with('/');
        ResolvedPath {
            certain: part.certain && absolute && sure,
            place: part.place.unwrap_or(self.named_at),
            chosen: part.place.is_some(),
            path: part.text,
        }
    }

    /// Fills a template: one part for each value of a setting that has several, each path once; nothing if a setting has none.
    fn fill(&self, template: &str, depth: usize) -> Option<Vec<Part>> {
        let mut pieces = template.split('{');
        let first = pieces.next().unwrap_or_default().to_owned();
        let mut parts = vec![Part { text: first, place: None, certain: true }];
        for piece in pieces {
            let (name, rest) = piece.split_once('}')?;
            let values = self.values(name, depth)?;
            let of_part = |part: Part| values.iter().map(move |value| part.with(value, rest));
            parts = each_once(parts.into_iter().flat_map(of_part)).take(MOST_PATHS).collect();
        }
        Some(parts)
    }

    fn values(&self, name: &str, depth: usize) -> Option<Vec<Part>> {
        match self.setting(name) {
            Answer::Set(setting) => Some(items(setting)),
            answer => {
                let certain = !matches!(answer, Answer::Unknown);
                let of_image = self.page.data_dir.as_deref().filter(|_| name == "data-dir");
                let default = of_image.or_else(|| self.default(name)).filter(|default| !default.is_empty())?;
                let parts = self.fill(default, depth.checked_sub(1)?)?;
                Some(parts.into_iter().map(|part| Part { certain: part.certain && certain, ..part }).collect())
            }
        }
    }
}

impl Part {
    fn with(&self, value: &Self, rest: &str) -> Self {
        Self {
            text: format!("{}{}{rest}", self.text, value.text),
            place: self.place.or(value.place),
            certain: self.certain && value.certain,
        }
    }
}

fn items(setting: &Setting) -> Vec<Part> {
    // A network that is part of the path was chosen for other reasons: the path was not.
    let chosen = setting.name != "network";
    let part = |item: Text| Part {
        text: item.value().to_owned(),
        place: chosen.then(|| item.span()),
        certain: item.is_known(),
    };
    each_once(setting.items().into_iter().filter(|item| !item.value().is_empty()).map(part)).collect()
}

/// Leaves the first of those that read the same.
fn each_once(parts: impl Iterator<Item = Part>) -> impl Iterator<Item = Part> {
    let mut known = HashSet::new();
    parts.filter(move |part| known.insert(part.text.clone()))
}

/// Tells what one of the settings that give a client its keys makes of it.
fn given(answer: Answer<'_>) -> Ability {
    match answer {
        Answer::Set(setting) if setting.is_on() == Some(false) || setting.known() == Some("") => Ability::Never,
        Answer::Set(_) => Ability::Always,
        Answer::Unknown => Ability::Unknown,
        Answer::Default(_) => Ability::Never,
    }
}
