//! Decides each setting among the flags, variables and file entries that name it.

use super::model::Setting;

/// A setting as one flag, variable or file entry has it.
#[derive(Debug, Clone)]
pub(super) struct Assignment {
    /// What it says.
    pub setting: Setting,
    /// The stronger one wins, of equals the later one.
    pub strength: u8,
    /// Equals add to each other instead.
    pub list: bool,
    /// Nobody wrote it as such, so nothing is lost when another one decides.
    pub quiet: bool,
}

/// The strength of what merely follows from another flag.
pub(super) const IMPLIED: u8 = 0;
/// The strength of a settings file.
pub(super) const IN_FILE: u8 = 1;
/// The strength of a variable that the client reads.
pub(super) const IN_ENVIRONMENT: u8 = 2;
/// The strength of a flag that a wrapper adds and another flag beside it replaces.
pub(super) const BY_WRAPPER: u8 = 3;
/// The strength of a flag.
pub(super) const AS_FLAG: u8 = 4;

/// Answers the deciding settings and those that were overruled with another value, both in order of name.
pub(super) fn settle(mut assignments: Vec<Assignment>) -> (Vec<Setting>, Vec<Setting>) {
    assignments.sort_by(|a, b| a.setting.name.cmp(&b.setting.name).then(a.strength.cmp(&b.strength)));
    let (mut settings, mut overruled) = (Vec::with_capacity(assignments.len()), Vec::new());
    let mut rest = assignments.into_iter().peekable();
    while let Some(first) = rest.next() {
        let mut group = vec![first];
        while let Some(next) = rest.next_if(|next| next.setting.name == group[0].setting.name) {
            group.push(next);
        }
        let strongest = group.last().map_or(IMPLIED, |last| last.strength);
        let deciding = group.split_off(group.partition_point(|assignment| assignment.strength < strongest));
        let (before, decision) = decide(deciding);
        let lost = group.into_iter().chain(before).filter(|lost| !lost.quiet).map(|lost| lost.setting);
        overruled.extend(lost.filter(|lost| differ(lost, decision.as_ref())));
        settings.extend(decision);
    }
    (settings, overruled)
}

/// Answers what equals come to, and those among them that a later one replaces.
fn decide(mut equals: Vec<Assignment>) -> (Vec<Assignment>, Option<Setting>) {
    if !equals.iter().any(|assignment| assignment.list) {
        let last = equals.pop().map(|last| last.setting);
        return (equals, last);
    }
    let mut equals = equals.into_iter().map(|equal| equal.setting);
    let whole = equals.next().map(|mut first| {
        first.more.extend(equals.flat_map(|equal| std::iter::once(equal.value).chain(equal.more)));
        first
    });
    (Vec::new(), whole)
}

fn differ(lost: &Setting, decision: Option<&Setting>) -> bool {
    decision
        .is_none_or(|decision| decision.value.value() != lost.value.value() || decision.more.len() != lost.more.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invocation::Carrier;
    use crate::source::{FileId, Span, Text};

    fn assignment(name: &str, value: &str, strength: u8, list: bool) -> Assignment {
        let place = Span::new(FileId(0), 0, value.len() as u32);
        let value = Text::literal(value, place);
        let setting =
            Setting { name: name.into(), value, more: vec![], carrier: Carrier::Flag, place, spelling: String::new() };
        Assignment { setting, strength, list, quiet: strength == IMPLIED }
    }

    fn shown(settings: &[Setting]) -> Vec<String> {
        let all = |setting: &Setting| setting.items().iter().map(|item| item.value().to_owned()).collect::<Vec<_>>();
        settings.iter().map(|setting| format!("{}={}", setting.name, all(setting).join("+"))).collect()
    }

    #[test]
    fn the_stronger_carrier_decides_and_then_the_later_one() {
        let (settings, overruled) = settle(vec![
            assignment("b", "flag", 3, false),
            assignment("b", "file", 1, false),
            assignment("a", "first", 2, false),
            assignment("a", "last", 2, false),
            assignment("a", "last", 1, false),
        ]);
        assert_eq!(shown(&settings), ["a=last", "b=flag"]);
        assert_eq!(shown(&overruled), ["a=first", "b=file"]);
    }

    #[test]
    fn lists_add_up_within_a_carrier() {
        let (settings, overruled) =
            settle(vec![assignment("a", "x,y", 3, true), assignment("a", "z", 3, true), assignment("a", "w", 1, true)]);
        assert_eq!((shown(&settings), shown(&overruled)), (vec!["a=x+y+z".to_owned()], vec!["a=w".to_owned()]));
    }

    #[test]
    fn what_merely_follows_gives_way_without_a_word() {
        let (settings, overruled) =
            settle(vec![assignment("a", "true", IMPLIED, false), assignment("a", "false", 1, false)]);
        assert_eq!((shown(&settings), overruled.len()), (vec!["a=false".to_owned()], 0));
    }
}
