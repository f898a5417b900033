//! Finds the flag that a word, a variable or a file's key names, whatever spelling the client allows.

use super::client::{Client, Environment, NameRule, Role, VariableRule};
use super::config_file::KeyRule;
use super::flag::{Carriers, Flag, FlagKind};
use super::version::Version;
use memchr::memchr;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Every spelling of a client's flags, to the flags' places in the table.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    long: BTreeMap<String, Vec<u32>>,
    short: BTreeMap<String, Vec<u32>>,
    variables: BTreeMap<String, Vec<u32>>,
    keys: BTreeMap<String, Vec<u32>>,
}

/// A flag that was found by a name.
#[derive(Debug, Clone, Copy)]
pub struct Found<'c> {
    /// The flag.
    pub flag: &'c Flag,
    /// The name was the switch's with the client's negation before it (`no-rest`).
    pub negated: bool,
}

impl Names {
    /// Collects the spellings of a client's flags.
    pub(super) fn of(client: &Client) -> Self {
        let mut names = Self::default();
        let rule = client.command_line.names;
        for (at, flag) in (0_u32..).zip(&client.flags) {
            for name in std::iter::once(&flag.name).chain(&flag.aliases) {
                if flag.carriers == Carriers::Any {
                    names.long.entry(normal(rule, name)).or_default().push(at);
                }
            }
            for key in std::iter::once(&flag.name).chain(&flag.aliases).chain(&flag.key) {
                names.keys.entry(plain_key(key).to_ascii_lowercase()).or_default().push(at);
            }
            if let (Some(short), Carriers::Any) = (&flag.short, flag.carriers) {
                names.short.entry(short.clone()).or_default().push(at);
            }
            for variable in variables(client, flag) {
                names.variables.entry(variable).or_default().push(at);
            }
        }
        names
    }
}

impl Client {
    /// Learns the spellings of its flags, by which all else is found.
    pub(super) fn named(mut self) -> Self {
        self.names = Names::of(&self);
        self
    }

    /// Finds a flag by its long name without dashes, as the client would in this role.
    #[must_use]
    pub fn flag(&self, role: Role, name: &str) -> Option<Found<'_>> {
        self.flag_where(name, |flag| flag.roles.contains(&role))
    }

    /// Finds a flag by its long name in any role: the way to tell a foreign flag from an unknown one.
    #[must_use]
    pub fn flag_of_any_role(&self, name: &str) -> Option<Found<'_>> {
        self.flag_where(name, |_| true)
    }

    fn flag_where(&self, name: &str, fits: impl Fn(&Flag) -> bool) -> Option<Found<'_>> {
        let line = &self.command_line;
        let name = normal(line.names, name);
        if let Some(flag) = self.pick(self.names.long.get(&name), &fits) {
            return Some(Found { flag, negated: false });
        }
        let bare = line.negation.as_deref().and_then(|sign| name.strip_prefix(sign));
        let is_switch = |flag: &Flag| flag.kind == FlagKind::Switch && fits(flag);
        if let Some(flag) = bare.and_then(|bare| self.pick(self.names.long.get(bare), &is_switch)) {
            return Some(Found { flag, negated: true });
        }
        let flag = if line.prefixes { self.by_beginning(&name, &fits) } else { None }?;
        Some(Found { flag, negated: false })
    }

    fn by_beginning(&self, name: &str, fits: &impl Fn(&Flag) -> bool) -> Option<&Flag> {
        let same = self.names.long.range(name.to_owned()..).take_while(|(long, _)| long.starts_with(name));
        let mut flags = same.filter_map(|(_, places)| self.pick(Some(places), fits));
        let first = flags.next()?;
        flags.all(|flag| flag.name == first.name).then_some(first)
    }

    /// Finds a flag by its name behind a single dash; a switch can be given several times in one (`-vvv`).
    #[must_use]
    pub fn short_flag(&self, role: Role, name: &str) -> Option<&Flag> {
        let of_role = |flag: &Flag| flag.roles.contains(&role);
        let letter = name.chars().next().filter(|first| name.chars().all(|letter| letter == *first));
        let repeated = |flag: &Flag| of_role(flag) && flag.kind == FlagKind::Switch;
        self.pick(self.names.short.get(name), &of_role)
            .or_else(|| self.pick(self.names.short.get(letter?.to_string().as_str()), &repeated))
    }

    /// Finds the flag that an environment variable stands for in a role.
    #[must_use]
    pub fn flag_of_variable(&self, role: Role, variable: &str) -> Option<&Flag> {
        let of_role = |rule: &Environment| rule.roles.is_empty() || rule.roles.contains(&role);
        let derived = self.environments.iter().any(|rule| of_role(rule) && variable.starts_with(&rule.prefix));
        let fits = |flag: &Flag| flag.roles.contains(&role) && (derived || flag.env.as_deref() == Some(variable));
        self.pick(self.names.variables.get(variable), &fits)
    }

    /// Answers the variable that stands for a flag in a role and for no other, if there is one.
    #[must_use]
    pub fn variable_of(&self, role: Role, name: &str) -> Option<String> {
        let flag = self.flag(role, name)?.flag;
        let is_its = |variable: &String| self.flag_of_variable(role, variable).is_some_and(|own| own.name == flag.name);
        variables(self, flag).into_iter().find(is_its)
    }

    /// Finds the flag that the dotted key of a settings file stands for in a role (`relays[].url` and `relays.url` are one).
    #[must_use]
    pub fn flag_of_key(&self, role: Role, rule: KeyRule, key: &str) -> Option<&Flag> {
        let of_role = |flag: &Flag| flag.roles.contains(&role);
        let same = |name: &str, key: &str| rule == KeyRule::NameIgnoringCase || plain_key(name) == key;
        let key = plain_key(key);
        let find = |key: &str| {
            let fits = |flag: &Flag| {
                let own = flag.key.as_deref().is_some_and(|own| same(own, key));
                let named = || same(&flag.name, key) || flag.aliases.iter().any(|alias| same(alias, key));
                of_role(flag) && (own || rule != KeyRule::Own && named())
            };
            self.pick(self.names.keys.get(&key.to_ascii_lowercase()), &fits)
        };
        find(&key).or_else(|| match rule {
            KeyRule::AfterCommand => find(key.rsplit_once('.')?.1),
            _ => None,
        })
    }

    /// Picks the flag that fits best: one that is still in use before one that is gone.
    fn pick(&self, places: Option<&Vec<u32>>, fits: &impl Fn(&Flag) -> bool) -> Option<&Flag> {
        let flags = places?.iter().filter_map(|place| self.flags.get(*place as usize)).filter(|flag| fits(flag));
        flags.min_by_key(|flag| flag.removed.is_some())
    }

    /// Finds the sub-command that words begin with: its role, and how many words it takes. The longest wins.
    #[must_use]
    pub fn command<'w>(&self, words: impl Iterator<Item = &'w str>) -> Option<(Role, usize)> {
        let words: Vec<&str> = words.take(4).collect();
        let mut best: Option<(Role, usize)> = None;
        for command in &self.commands {
            for name in &command.names {
                let count = name.split(' ').count();
                let begins = name.split(' ').eq(words.iter().copied().take(count));
                if begins && best.is_none_or(|(_, length)| count > length) {
                    best = Some((command.role, count));
                }
            }
        }
        best
    }

    /// Tells whether every flag of a release is in the table, so that an unknown one is wrong and not new, old or hidden.
    #[must_use]
    pub fn covers(&self, version: &Version) -> bool {
        let at_least = |text: &str| Version::parse(text).is_some_and(|oldest| oldest.as_released() <= *version);
        let at_most = |text: &str| Version::parse(text).is_some_and(|newest| version.as_released() <= newest);
        self.complete && at_least(&self.oldest) && at_most(&self.newest)
    }

    /// Tells whether the table lists the flags of a role at all.
    #[must_use]
    pub fn lists(&self, role: Role) -> bool {
        self.flags.iter().any(|flag| flag.roles.contains(&role))
    }
}

/// Brings a name into the one spelling under which all that the client takes for the same meet.
fn normal(rule: NameRule, name: &str) -> String {
    match rule {
        NameRule::Exact => name.to_owned(),
        NameRule::IgnoreCase => name.to_ascii_lowercase(),
        NameRule::IgnoreCaseAndUnderscores => name.replace('_', "").to_ascii_lowercase(),
        NameRule::CamelOrKebab => snake(name, '-'),
        NameRule::SectionOrDash if name.contains('.') => name.replace('.', "-").to_ascii_lowercase(),
        NameRule::SectionOrDash => name.to_owned(),
    }
}

/// Puts a sign before each capital and makes it small: `allowPort` is `allow-port`.
fn snake(name: &str, sign: char) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut before = sign;
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && before != sign && before != '.' {
            out.push(sign);
        }
        out.push(letter.to_ascii_lowercase());
        before = letter;
    }
    out
}

/// Takes the brackets of lists out of a dotted key.
fn plain_key(key: &str) -> Cow<'_, str> {
    if memchr(b'[', key.as_bytes()).is_some() { Cow::Owned(key.replace("[]", "")) } else { Cow::Borrowed(key) }
}

/// Answers the variables that stand for a flag: its own, else those that the client's rules derive.
fn variables(client: &Client, flag: &Flag) -> Vec<String> {
    if let Some(own) = &flag.env {
        return vec![own.clone()];
    }
    let fits = |environment: &&Environment| {
        environment.roles.is_empty() || environment.roles.iter().any(|role| flag.roles.contains(role))
    };
    let named = client.environments.iter().filter(fits);
    named.filter_map(|environment| Some(environment.prefix.clone() + &derived(environment.rule, &flag.name)?)).collect()
}

/// Derives the part of a variable's name behind its prefix; nothing if the rule has none for this flag.
fn derived(rule: VariableRule, name: &str) -> Option<String> {
    let derived = match rule {
        VariableRule::UpperSnake => name.replace(['.', '-'], "_"),
        VariableRule::CamelSnake => snake(name, '_').replace('.', "__").replace('-', "_"),
        VariableRule::SectionConfig => name.split_once('.').map(|(section, key)| format!("{section}CONFIG_{key}"))?,
    };
    Some(derived.to_ascii_uppercase())
}
