//! Whether a client takes a flag in a role and release, and how sure its table is of that.

use super::client::{Client, Role};
use super::flag::{Flag, Standing};
use super::tag::Channel;
use super::version::Version;

/// Names as alike as this can be meant for one another.
const ALIKE: f64 = 0.75;
/// Longer names are not compared: nobody mistypes a text of that length.
const LONGEST: usize = 80;
/// What every program takes, whether or not its table tells.
const EVERYWHERE: [&str; 2] = ["help", "version"];

/// The release that a flag is judged in.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The part that the client plays.
    pub role: Role,
    /// The release, where it is known.
    pub version: Option<&'a Version>,
    /// What is known of the release where it is not.
    pub channel: Channel,
    /// The numbers that the release begins with, where no more of it is known.
    pub series: Option<&'a Version>,
}

/// What a client makes of a flag.
#[derive(Debug, Clone, Copy)]
pub enum Verdict<'c> {
    /// It takes it, or the table cannot tell.
    Taken,
    /// It takes it still, and warns.
    Deprecated(&'c Flag, Certainty),
    /// It no longer takes it.
    Removed(&'c Flag, Certainty),
    /// It does not take it yet.
    TooNew(&'c Flag, Certainty),
    /// It takes it in another role only.
    Foreign(&'c Flag, Certainty),
    /// It never heard of it.
    Unknown(Certainty),
}

/// How sure a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// The table may lack something.
    Guess,
    /// The release is not known, but most of them say so.
    Likely,
    /// The release is in the table, and the table is whole.
    Sure,
}

impl<'a> Asked<'a> {
    /// Asks the same of one release.
    fn of<'v>(self, version: &'v Version) -> Asked<'v> {
        Asked { role: self.role, version: Some(version), channel: Channel::Release, series: None }
    }

    /// Answers the first release that it can be and what comes after the last, where only the beginning of its numbers is known.
    fn ends(self) -> Option<(&'a Version, Version)> {
        let series = self.series.filter(|_| self.version.is_none())?;
        Some((series, series.end_of_series()))
    }
}

impl Client {
    /// Answers a flag by its name in the table, of the role if that has it, else of any other.
    #[must_use]
    pub fn entry(&self, role: Role, name: &str) -> Option<&Flag> {
        // Flags stand in order of name.
        let from = self.flags.partition_point(|flag| flag.name.as_str() < name);
        let same = || self.flags.iter().skip(from).take_while(|flag| flag.name == name);
        same().find(|flag| flag.roles.contains(&role)).or_else(|| same().next())
    }

    /// Judges a flag as written, without dashes; `known` is its name in the table.
    #[must_use]
    pub fn judge(&self, written: &str, known: Option<&str>, asked: Asked<'_>) -> Verdict<'_> {
        self.judge_entry(written, known, known.and_then(|known| self.entry(asked.role, known)), asked)
    }

    /// Judges the same, where the entry of the table was looked up already.
    #[must_use]
    pub fn judge_entry<'c>(
        &'c self,
        written: &str,
        known: Option<&str>,
        entry: Option<&'c Flag>,
        asked: Asked<'_>,
    ) -> Verdict<'c> {
        if !self.lists(asked.role) || EVERYWHERE.contains(&written) {
            return Verdict::Taken;
        }
        if known.is_none() {
            let near = self.nearest(written, asked).is_some_and(|near| is_slip(written, near));
            return self.certainty(asked, near).map_or(Verdict::Taken, Verdict::Unknown);
        }
        match entry {
            Some(flag) if flag.roles.contains(&asked.role) => self.standing_of(flag, asked),
            Some(flag) => self.certainty(asked, false).map_or(Verdict::Taken, |sure| Verdict::Foreign(flag, sure)),
            None => Verdict::Taken,
        }
    }

    fn standing_of<'c>(&'c self, flag: &'c Flag, asked: Asked<'_>) -> Verdict<'c> {
        if let Some((first, end)) = asked.ends() {
            let of = |version: &Version| self.standing_of(flag, asked.of(version));
            let (one, other) = (of(first), of(&end));
            // What holds at both ends holds in between.
            return if std::mem::discriminant(&one) == std::mem::discriminant(&other) { one } else { Verdict::Taken };
        }
        let unnamed = asked.version.is_none() && asked.channel == Channel::Newest;
        let newest = if unnamed { Version::parse(&self.newest) } else { None };
        let Some(version) = asked.version.or(newest.as_ref()) else { return Verdict::Taken };
        let sure = if asked.version.is_some() && self.complete { Certainty::Sure } else { Certainty::Likely };
        match flag.standing(version) {
            Standing::Deprecated => Verdict::Deprecated(flag, sure),
            Standing::Removed => Verdict::Removed(flag, sure),
            // Where releases are missing in the table, the first that was read is not the first that had it.
            Standing::TooNew if asked.version.is_some() => {
                Verdict::TooNew(flag, if self.complete { Certainty::Sure } else { Certainty::Guess })
            }
            Standing::TooNew | Standing::Current | Standing::Unclear => Verdict::Taken,
        }
    }

    /// Tells how sure it is that a flag that the table lacks is none; nothing for a release from before the table.
    fn certainty(&self, asked: Asked<'_>, near: bool) -> Option<Certainty> {
        let is_before = |version: &Version| {
            Version::parse(&self.oldest).is_some_and(|oldest| version.as_released() < oldest.as_released())
        };
        if !self.complete {
            return (!asked.version.is_some_and(is_before)).then_some(Certainty::Guess);
        }
        if let Some((first, end)) = asked.ends() {
            let of = |version: &Version| self.certainty(asked.of(version), near);
            return of(first).zip(of(&end)).map(|(one, other)| one.min(other));
        }
        let Some(version) = asked.version else {
            return Some(match asked.channel {
                Channel::Build if near => Certainty::Likely,
                Channel::Build => Certainty::Guess,
                _ if near => Certainty::Sure,
                _ => Certainty::Likely,
            });
        };
        if self.covers(version) {
            return Some(Certainty::Sure);
        }
        (!is_before(version)).then_some(if near { Certainty::Likely } else { Certainty::Guess })
    }

    /// Finds the flag's name that a word was most likely meant to be: one that the client takes in this role and release.
    #[must_use]
    pub fn nearest(&self, written: &str, asked: Asked<'_>) -> Option<&str> {
        if written.len() > LONGEST {
            return None;
        }
        let taken = |flag: &&Flag| {
            flag.roles.contains(&asked.role)
                && !flag.noop
                && matches!(self.standing_of(flag, asked), Verdict::Taken | Verdict::Deprecated(..))
        };
        let names = self.flags.iter().filter(taken).flat_map(|flag| std::iter::once(&flag.name).chain(&flag.aliases));
        // The letters that two names have in common, wherever they stand, bound how alike they can be.
        let (letters, length) = (letters(written), written.chars().count());
        let within = |other: &str| {
            let longest = length.max(other.chars().count());
            common(&letters, other) as f64 >= ALIKE * longest as f64
        };
        let names = names.filter(|name| within(name));
        let alike = names.map(|name| (strsim::normalized_damerau_levenshtein(written, name), name));
        let best = alike.max_by(|(one, name), (other, second)| one.total_cmp(other).then_with(|| second.cmp(name)))?;
        (best.0 >= ALIKE).then_some(best.1.as_str())
    }
}

/// How often each letter occurs; those beyond ASCII share one place.
type Letters = [u16; 128];

fn place(letter: char) -> usize {
    usize::try_from(u32::from(letter)).unwrap_or_default().min(127)
}

fn letters(name: &str) -> Letters {
    let mut letters = [0; 128];
    name.chars().for_each(|letter| letters[place(letter)] += 1);
    letters
}

/// Answers how many letters of a name are among others, each as often.
fn common(among: &Letters, name: &str) -> usize {
    let mut left = *among;
    let mut take = |letter: char| {
        let left = &mut left[place(letter)];
        let has = *left > 0;
        *left -= u16::from(has);
        has
    };
    name.chars().filter(|letter| take(*letter)).count()
}

/// Tells whether two names differ by a slip of one finger. Names that differ in a digit are more likely two flags (`port6`).
fn is_slip(one: &str, other: &str) -> bool {
    let digits = |name: &str| name.chars().filter(char::is_ascii_digit).collect::<String>();
    let (one_length, other_length) = (one.chars().count(), other.chars().count());
    // Lengths first: what is written can be as long as its file.
    one_length.abs_diff(other_length) <= 1
        && one_length.min(other_length) > 4
        && digits(one) == digits(other)
        && strsim::damerau_levenshtein(one, other) <= 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    fn verdict(catalogue: &Catalogue, written: &str, known: Option<&str>, version: &str) -> String {
        let client = catalogue.client("lighthouse").expect("a client");
        let version = Version::parse(version);
        let channel = if version.is_some() { Channel::Release } else { Channel::Newest };
        let asked = Asked { role: Role::Validator, version: version.as_ref(), channel, series: None };
        match client.judge(written, known, asked) {
            Verdict::Taken => "taken".into(),
            Verdict::Deprecated(flag, sure) => format!("deprecated {} {sure:?}", flag.name),
            Verdict::Removed(flag, sure) => format!("removed {} {sure:?}", flag.name),
            Verdict::TooNew(flag, sure) => format!("too new {} {sure:?}", flag.name),
            Verdict::Foreign(flag, sure) => format!("foreign {} {sure:?}", flag.name),
            Verdict::Unknown(sure) => format!("unknown {sure:?}"),
        }
    }

    #[test]
    fn a_flag_is_judged_by_role_and_release() {
        let catalogue = Catalogue::builtin();
        let judge = |written: &str, version: &str| {
            let client = catalogue.client("lighthouse").expect("a client");
            let known = client.flag_of_any_role(written).map(|found| found.flag.name.clone());
            verdict(&catalogue, written, known.as_deref(), version)
        };
        assert_eq!(judge("suggested-fee-recipient", "8.0.0"), "taken");
        assert_eq!(judge("suggested-fee-recipeint", "8.0.0"), "unknown Sure");
        assert_eq!(judge("suggested-fee-recipeint", "99.0.0"), "unknown Likely");
        assert_eq!(judge("never-heard-of", "99.0.0"), "unknown Guess");
        assert_eq!(judge("never-heard-of", "0.1.0"), "taken");
        assert_eq!(judge("never-heard-of", ""), "unknown Likely");
        assert_eq!(judge("checkpoint-sync-url", "8.0.0"), "foreign checkpoint-sync-url Sure");
        assert_eq!(judge("delete-lockfiles", "8.0.0"), "removed delete-lockfiles Sure");
        assert_eq!(judge("delete-lockfiles", ""), "removed delete-lockfiles Likely");
        assert_eq!(judge("builder-boost-factor", "4.0.0"), "too new builder-boost-factor Sure");
        assert_eq!(judge("help", "8.0.0"), "taken");
        // Of a table that is not whole, releases from before it are no better known.
        let erigon = catalogue.client("erigon").expect("a client");
        for (text, unknown) in [("2.60.4", false), ("3.1.0", true)] {
            let version = Version::parse(text);
            let asked =
                Asked { role: Role::Execution, version: version.as_ref(), channel: Channel::Release, series: None };
            let verdict = erigon.judge("prune.r.before", None, asked);
            assert_eq!(matches!(verdict, Verdict::Unknown(Certainty::Guess)), unknown, "{text}");
        }
    }

    #[test]
    fn of_a_series_is_said_what_is_true_of_all_its_releases() {
        let catalogue = Catalogue::builtin();
        let client = catalogue.client("lighthouse").expect("a client");
        let judge = |name: &str, series: &str| {
            let series = Version::parse(series);
            let asked =
                Asked { role: Role::Validator, version: None, channel: Channel::Build, series: series.as_ref() };
            client.judge(name, client.flag_of_any_role(name).map(|found| found.flag.name.as_str()), asked)
        };
        // `delete-lockfiles` went with 4.6.0, `builder-boost-factor` came with it.
        assert!(matches!(judge("delete-lockfiles", "7"), Verdict::Removed(_, Certainty::Sure)));
        assert!(matches!(judge("delete-lockfiles", "1"), Verdict::Taken));
        assert!(matches!(judge("builder-boost-factor", "3"), Verdict::TooNew(..)));
        assert!(matches!(judge("builder-boost-factor", "4"), Verdict::Taken));
        assert!(matches!(judge("never-heard-of", "7"), Verdict::Unknown(Certainty::Sure)));
        assert!(matches!(judge("never-heard-of", "8"), Verdict::Unknown(Certainty::Guess)));
    }

    #[test]
    fn the_nearest_name_is_offered_and_a_far_one_is_not() {
        let catalogue = Catalogue::builtin();
        let client = catalogue.client("lighthouse").expect("a client");
        let version = Version::parse("8.0.0");
        let asked = Asked { role: Role::Validator, version: version.as_ref(), channel: Channel::Release, series: None };
        assert_eq!(client.nearest("sugested-fee-recipient", asked), Some("suggested-fee-recipient"));
        assert_eq!(client.nearest("x-y-z-nothing-like-it", asked), None);
        assert!(is_slip("graffitti", "graffiti") && !is_slip("port", "port6") && !is_slip("quic-port", "quic-port6"));
    }
}
