//! The rules of a run: every card of the shelf, bound to its way to look.

use super::check::CHECKS;
use super::model::Check;
use crate::finding::{Card, Cards};

/// A card and the check it is bound to.
pub struct Rule {
    /// What the rule says.
    pub card: Card,
    /// How it looks.
    pub check: Box<dyn Check>,
}

/// Every rule of a run, in order of id.
pub struct Rulebook {
    rules: Vec<Rule>,
}

impl Rulebook {
    /// Binds cards, given as path (`<group>/<id>`, with or without folders before and an ending after) and JSON.
    ///
    /// # Errors
    /// A sentence that names the card and what is wrong with it.
    pub fn bind<'a>(cards: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, String> {
        let mut rules = cards.into_iter().map(|(path, json)| Rule::bind(path, json)).collect::<Result<Vec<_>, _>>()?;
        rules.sort_by(|one, other| one.card.id.cmp(&other.card.id));
        if let Some(pair) = rules.windows(2).find(|pair| pair[0].card.id == pair[1].card.id) {
            return Err(format!("the id `{}` has two cards", pair[0].card.id));
        }
        Ok(Self { rules })
    }

    /// Answers the rules in order of id.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Keeps the rules whose card passes.
    #[must_use]
    pub fn only(mut self, keep: impl Fn(&Card) -> bool) -> Self {
        self.rules.retain(|rule| keep(&rule.card));
        self
    }

    /// Keeps the rules that compare two trees or look at other trees, or else those that look at one.
    #[must_use]
    pub fn comparing(mut self, two_trees: bool) -> Self {
        self.rules.retain(|rule| rule.check.compares() == two_trees || two_trees && rule.check.looks_abroad());
        self
    }

    /// Answers the cards by id, for reports and policies.
    #[must_use]
    pub fn cards(&self) -> Cards {
        self.rules.iter().map(|rule| (rule.card.id.clone(), rule.card.clone())).collect()
    }
}

impl Rule {
    fn bind(path: &str, json: &str) -> Result<Self, String> {
        let (group, id) = names(path).ok_or_else(|| format!("{path}: a card lies in the folder of its group"))?;
        let card: Card = serde_json::from_str(json).map_err(|error| format!("{path}: {error}"))?;
        let card = Card { id: id.to_owned(), group: group.to_owned(), ..card };
        let (_, bind) = CHECKS
            .iter()
            .find(|(name, _)| *name == card.check.name)
            .ok_or_else(|| format!("{path}: there is no check `{}`", card.check.name))?;
        let check = bind(card.check.parameters.clone()).map_err(|error| format!("{path}: {error}"))?;
        Ok(Self { card, check })
    }
}

/// Answers group and id: the last folder, and the file's name without its ending.
fn names(path: &str) -> Option<(&str, &str)> {
    let (folders, file) = path.rsplit_once('/')?;
    let group = folders.rsplit('/').next()?;
    Some((group, file.split_once('.').map_or(file, |(id, _)| id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(check: &str) -> String {
        format!(r#"{{"title":"t","severity":"low","why":"w","help":"h","since":"0.1","check":{check}}}"#)
    }

    #[test]
    fn a_card_that_names_no_check_or_wrong_parameters_is_refused() {
        let fails = |json: &str| Rulebook::bind([("rules/lints/rewards/a.toml", json)]).err().unwrap_or_default();
        assert!(fails(&card(r#"{"no-such":{}}"#)).contains("there is no check `no-such`"));
        assert!(fails(&card(r#"{"setting":{"roles":"beacon"}}"#)).contains("unknown field `roles`"));
    }

    #[test]
    fn group_and_id_come_from_the_path() {
        assert_eq!(names("rules/lints/rewards/fee.toml"), Some(("rewards", "fee")));
        assert_eq!(names("rewards/fee"), Some(("rewards", "fee")));
        assert_eq!(names("fee"), None);
    }
}
