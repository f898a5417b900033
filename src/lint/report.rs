//! What a check says, piece by piece, until it is a finding.

use super::spot::Spot;
use crate::deployment::{is_example, is_test_data};
use crate::finding::{Card, Confidence, Finding, Fix, Label, LabelKind, Persona, Severity};
use crate::fleet::{Stage, Workload};
use crate::invocation::Invocation;
use crate::source::Span;
use std::collections::BTreeSet;

/// Groups of rules that hold on development networks, too: what they find is wrong anywhere.
const ANYWHERE: [&str; 4] = ["ownership", "secrets", "config", "upgrade"];

/// Groups of rules about strangers, who find nothing that lasts on a network that begins anew every few weeks.
const FLEETING: [&str; 1] = ["exposure"];

/// Why what stands in an example is judged milder.
const EXAMPLE: &str =
    "It stands in a template or an example, not in a deployment: one step milder than in a live file.";

/// Why what a chart or role brings along is judged milder.
const DEFAULT: &str = "It is what a chart or role brings along, for whoever deploys it and says nothing else: one step milder than \
                       in a deployment.";

/// Why what stands in data that programs are tested with is judged milder.
const TEST_DATA: &str =
    "It stands in data that programs are tested with: no machine runs it, so it counts as low at most.";

/// A finding in the making.
#[derive(Debug, Clone)]
#[must_use = "a report says nothing until the scene hears it"]
pub struct Report {
    headline: String,
    primary: (Spot, String),
    related: Vec<(Spot, String)>,
    because: Vec<String>,
    subject: Option<String>,
    cause: Option<String>,
    owners: BTreeSet<String>,
    keys: Vec<String>,
    severity: Option<Severity>,
    reliefs: Vec<String>,
    example: bool,
    test_data: bool,
    confidence: Confidence,
    persona: Persona,
    stakes: Option<Stakes>,
    anywhere: bool,
    fix: Option<Fix>,
}

/// What is at stake in the units that a report is about: the most of any.
#[derive(Debug, Clone)]
struct Stakes {
    stage: Stage,
    network: Option<String>,
    template: bool,
    default: bool,
}

/// What reports have in common that differ in their headlines, units and places only.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Likeness<'r> {
    because: &'r [String],
    reliefs: &'r [String],
    example: bool,
    urgency: (Option<Severity>, Confidence, Persona),
}

impl Report {
    /// Starts a report about a unit: its name is the owner, its network and stage decide how bad it is.
    pub fn on(workload: &Workload, place: impl Into<Spot>, headline: impl Into<String>) -> Self {
        let report = Self::at(place, headline).also(workload);
        // What is missing points at the name: the patch that took it away decides.
        let lacks = report.place() == workload.unit.name.span;
        match workload.unit.command.changed.filter(|_| lacks) {
            Some(changed) => report.related(changed, "its words are changed here"),
            None => report,
        }
    }

    /// Starts a report that is about no unit.
    pub fn at(place: impl Into<Spot>, headline: impl Into<String>) -> Self {
        Self {
            headline: headline.into(),
            primary: (place.into(), String::new()),
            related: Vec::new(),
            because: Vec::new(),
            subject: None,
            cause: None,
            owners: BTreeSet::new(),
            keys: Vec::new(),
            severity: None,
            reliefs: Vec::new(),
            example: false,
            test_data: false,
            confidence: Confidence::High,
            persona: Persona::Regular,
            stakes: None,
            anywhere: false,
            fix: None,
        }
    }

    /// Names a further unit that is concerned; the one with most at stake decides the severity.
    pub fn also(mut self, workload: &Workload) -> Self {
        let new = Stakes {
            stage: workload.stage,
            network: workload.network.as_ref().map(|network| network.value.clone()),
            template: workload.unit.template,
            default: workload.unit.default,
        };
        self.stakes = match self.stakes.take() {
            Some(old) if old.weight() >= new.weight() => Some(old),
            _ => Some(new),
        };
        self.owners.insert(workload.name());
        if let Some((client, version)) = workload.invocation.as_ref().filter(|client| client.assumed).map(assumption) {
            let sentence = format!("This is judged as if {client} were at {version}, whatever the tree says.");
            if !self.because.contains(&sentence) {
                self.because.push(sentence);
            }
        }
        self
    }

    /// Says what is at stake where no unit of the tree is concerned.
    pub fn staked(mut self, stage: Stage, network: &str) -> Self {
        let stakes = Stakes { stage, network: Some(network.to_owned()), template: false, default: false };
        self.stakes = Some(self.stakes.unwrap_or(stakes));
        self
    }

    /// Says at the primary place what part it plays.
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.1 = text.into();
        self
    }

    /// Points at another place first, and says what part it plays; the one before becomes one that takes part.
    pub fn pointing(mut self, place: impl Into<Spot>, text: impl Into<String>) -> Self {
        let (old, said) = std::mem::replace(&mut self.primary, (place.into(), text.into()));
        let said = if said.is_empty() { "the keys are here now".to_owned() } else { said };
        self.related.insert(0, (old, said));
        self
    }

    /// Adds a place that takes part, and its part in a few words that read on from the headline.
    pub fn related(mut self, place: impl Into<Spot>, text: impl Into<String>) -> Self {
        self.related.push((place.into(), text.into()));
        self
    }

    /// Adds a sentence that says why the rule holds here, after the card's own reason.
    pub fn because(mut self, sentence: impl Into<String>) -> Self {
        self.because.push(sentence.into());
        self
    }

    /// Says what the finding is about, for its fingerprint: a public key, a unit and a setting, an image. The owners by default.
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Says what many findings of one rule have in common, so that they can be shown as one; nothing if each stands alone.
    pub fn cause(mut self, cause: impl Into<String>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// Names the public keys concerned, `0x` and 96 lower-case digits each.
    pub fn keys(mut self, keys: impl IntoIterator<Item = String>) -> Self {
        self.keys.extend(keys);
        self
    }

    /// Judges this case otherwise than the card does; networks and templates still lower it.
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// Judges this case one step milder, and says why; networks and templates still lower it.
    pub fn milder(mut self, because: impl Into<String>) -> Self {
        self.reliefs.push(because.into());
        self
    }

    /// Judges it alike on every network: it is about the network itself.
    pub fn on_any_network(mut self) -> Self {
        self.anywhere = true;
        self
    }

    /// Judges what is written in an example or in test data one step milder, unless a unit that it is about says so already.
    pub fn written_in(mut self, path: &str) -> Self {
        self.example |= is_example(path);
        self
    }

    /// Judges what is written in data that programs are tested with as low at most.
    pub(super) fn tried_with(mut self, path: &str) -> Self {
        self.test_data |= is_test_data(path);
        self
    }

    /// Judges what programs are tested with as low at most, whatever its path says.
    pub fn tried(mut self) -> Self {
        self.test_data = true;
        self
    }

    /// Says how sure the check is; high if it does not say.
    pub fn confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = self.confidence.min(confidence);
        self
    }

    /// Leaves this case to readers of this persona and above; the card's own persona still counts.
    pub fn persona(mut self, persona: Persona) -> Self {
        self.persona = self.persona.max(persona);
        self
    }

    /// Offers a safe edit, where there is one. Never for keys, signing histories, signers and guards: there a person looks.
    pub fn fix(mut self, fix: Option<Fix>) -> Self {
        self.fix = fix;
        self
    }

    /// Says it in other words.
    pub(super) fn headed(mut self, headline: String) -> Self {
        self.headline = headline;
        self
    }

    /// Answers what two reports have in common that hold for the same reasons and are as urgent, whatever they are called, are about
    /// and point at.
    pub(super) fn likeness(&self) -> Likeness<'_> {
        let urgency = (self.severity, self.confidence, self.persona);
        Likeness { because: &self.because, reliefs: &self.reliefs, example: self.example, urgency }
    }

    /// Answers the further places, each with its part.
    pub(super) fn parts(&self) -> impl Iterator<Item = (Spot, &str)> {
        self.related.iter().map(|(spot, part)| (*spot, part.as_str()))
    }

    /// Answers the primary place, and the part that it plays.
    pub(super) fn spot_and_part(&self) -> (Spot, &str) {
        (self.primary.0, &self.primary.1)
    }

    /// Answers the primary place, and where its text was written.
    pub(super) fn spot(&self) -> Spot {
        self.primary.0
    }

    /// Answers the primary place.
    pub(super) fn place(&self) -> Span {
        self.primary.0.span
    }

    /// Makes the finding, or nothing where the card's group is silent on development networks.
    pub(super) fn finish(self, card: &Card) -> Option<Finding> {
        let mut stakes = self.stakes.clone();
        if let Some(stakes) = stakes.as_mut().filter(|_| self.anywhere) {
            stakes.stage = Stage::Production;
        }
        let stage = stakes.as_ref().map_or(Stage::Production, |stakes| stakes.stage);
        if stage == Stage::Development && !ANYWHERE.contains(&card.group.as_str()) {
            return None;
        }
        let mut severity = self.severity.unwrap_or(card.severity);
        let mut why = vec![card.why.trim().to_owned()];
        why.extend(self.because.iter().cloned());
        let said = stakes.as_ref().is_some_and(|stakes| stakes.template);
        let example = (self.example && !said).then(|| EXAMPLE.to_owned());
        let fleeting = (stage == Stage::Ephemeral && FLEETING.contains(&card.group.as_str()))
            .then(|| "It begins anew every few weeks, and nothing on it lasts: another step milder.".to_owned());
        let reliefs = self.reliefs.iter().cloned().chain(example);
        for reason in reliefs.chain(stakes.iter().flat_map(Stakes::reliefs)).chain(fleeting) {
            severity = lower(severity);
            why.push(reason);
        }
        if self.test_data && severity > Severity::Low {
            severity = Severity::Low;
            why.push(TEST_DATA.to_owned());
        }
        let labels = self.labels();
        let owners: Vec<String> = self.owners.into_iter().collect();
        let subject = self.subject.unwrap_or_else(|| owners.join(" "));
        Some(Finding {
            rule: card.id.clone(),
            severity,
            confidence: self.confidence,
            persona: if self.confidence == Confidence::Low { Persona::Auditor } else { card.persona.max(self.persona) },
            labels,
            why: why.join(" "),
            help: card.help.trim().to_owned(),
            cause: self.cause.unwrap_or_default(),
            subject,
            headline: self.headline,
            owners,
            keys: self.keys,
            fix: self.fix,
        })
    }

    /// Answers every place once, the primary one first, with the places where they were written after those that use them.
    fn labels(&self) -> Vec<Label> {
        let mut labels: Vec<Label> = Vec::new();
        let mut seen = BTreeSet::new();
        for (spot, text) in std::iter::once(&self.primary).chain(&self.related) {
            let written = spot.origin.map(|span| (span, "written here"));
            for (span, text) in std::iter::once((spot.span, text.as_str())).chain(written) {
                let kind = if labels.is_empty() { LabelKind::Primary } else { LabelKind::Related };
                if seen.insert(span) {
                    labels.push(Label { kind, span, text: text.to_owned() });
                }
            }
        }
        labels
    }
}

impl Stakes {
    /// Answers how much is at stake, for comparing.
    fn weight(&self) -> (Stage, bool) {
        (self.stage, !self.template && !self.default)
    }

    /// Answers, for each reason to judge one step milder, a sentence that says so.
    fn reliefs(&self) -> Vec<String> {
        let mut reliefs = Vec::new();
        let network = || self.network.as_deref().map_or_else(|| "Its network".to_owned(), |name| format!("`{name}`"));
        if matches!(self.stage, Stage::TestNetwork | Stage::Ephemeral) {
            reliefs.push(format!("{} is a public test network: one step milder than in production.", network()));
        }
        if self.stage == Stage::Development {
            reliefs.push("Its network is one for development: one step milder than in production.".to_owned());
        }
        if self.template {
            reliefs.push(EXAMPLE.to_owned());
        } else if self.default {
            reliefs.push(DEFAULT.to_owned());
        }
        reliefs
    }
}

/// Answers a client and the release that the operator takes it for.
fn assumption(client: &Invocation) -> (&str, String) {
    (&client.client_name, client.version.as_ref().map_or_else(String::new, ToString::to_string))
}

/// Answers the next milder severity.
#[must_use]
pub fn lower(severity: Severity) -> Severity {
    match severity {
        Severity::Critical => Severity::High,
        Severity::High => Severity::Medium,
        Severity::Medium => Severity::Low,
        Severity::Low | Severity::Info => Severity::Info,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn card(group: &str) -> Card {
        let json = r#"{"title":"t","severity":"high","why":"Why.","help":"h","since":"0.1","check":{"x":{}}}"#;
        Card { id: "rule".into(), group: group.into(), ..serde_json::from_str(json).expect("is a card") }
    }

    fn span(start: u32) -> Span {
        Span::new(FileId(0), start, start + 1)
    }

    fn staked(stage: Stage, template: bool) -> Report {
        let stakes = Stakes { stage, network: Some("hoodi".into()), template, default: false };
        Report { stakes: Some(stakes), ..Report::at(span(0), "a finding") }
    }

    #[test]
    fn test_networks_and_templates_lower_by_a_step_each_and_say_so() {
        let severity = |stage, template| staked(stage, template).finish(&card("rewards")).map(|found| found.severity);
        assert_eq!(severity(Stage::Production, false), Some(Severity::High));
        assert_eq!(severity(Stage::TestNetwork, false), Some(Severity::Medium));
        assert_eq!(severity(Stage::TestNetwork, true), Some(Severity::Low));
        assert_eq!(severity(Stage::Ephemeral, false), Some(Severity::Medium));
        let open = staked(Stage::Ephemeral, false).finish(&card("exposure")).map(|found| found.severity);
        assert_eq!(open, Some(Severity::Low), "strangers find nothing that lasts");
        let why = staked(Stage::TestNetwork, false).finish(&card("rewards")).map(|found| found.why);
        assert_eq!(why.as_deref(), Some("Why. `hoodi` is a public test network: one step milder than in production."));
    }

    #[test]
    fn an_example_is_a_step_milder_once_whoever_says_so_first() {
        let stakes = staked(Stage::Production, true).stakes;
        let report = Report { stakes, ..Report::at(span(0), "a finding").written_in("examples/compose.yml") };
        assert_eq!(report.finish(&card("rewards")).map(|found| found.severity), Some(Severity::Medium));
        let report = Report::at(span(0), "a finding").written_in("examples/compose.yml");
        assert_eq!(report.finish(&card("rewards")).map(|found| found.severity), Some(Severity::Medium));
    }

    #[test]
    fn data_that_programs_are_tested_with_is_low_at_most() {
        let found = |path: &str| Report::at(span(0), "a finding").tried_with(path).finish(&card("secrets"));
        assert_eq!(found("cli/testdata/a/compose.yml").map(|found| found.severity), Some(Severity::Low));
        assert_eq!(found("hosts/test/compose.yml").map(|found| found.severity), Some(Severity::High));
    }

    #[test]
    fn what_a_chart_brings_along_is_a_step_milder_than_a_deployment() {
        let stakes = Stakes { stage: Stage::Production, network: None, template: false, default: true };
        let report = Report { stakes: Some(stakes), ..Report::at(span(0), "a finding") };
        let finding = report.finish(&card("rewards")).expect("is a finding");
        assert_eq!(finding.severity, Severity::Medium);
        assert!(finding.why.contains("chart or role brings along"), "{}", finding.why);
    }

    #[test]
    fn development_networks_hear_only_what_is_wrong_anywhere() {
        assert_eq!(staked(Stage::Development, false).finish(&card("rewards")), None);
        let secret = staked(Stage::Development, false).finish(&card("secrets"));
        assert_eq!(secret.map(|found| found.severity), Some(Severity::Medium), "a step milder than in production");
    }

    #[test]
    fn a_value_written_elsewhere_brings_its_place_along_and_no_place_comes_twice() {
        let spot = Spot { span: span(0), origin: Some(span(50)) };
        let report = Report::at(spot, "a finding").related(spot, "again").related(span(9), "there");
        let labels = report.finish(&card("rewards")).expect("is a finding").labels;
        let places: Vec<(u32, &str)> = labels.iter().map(|label| (label.span.start, label.text.as_str())).collect();
        assert_eq!(places, [(0, ""), (50, "written here"), (9, "there")]);
    }

    #[test]
    fn the_least_confidence_counts_and_a_low_one_is_for_auditors() {
        let report = Report::at(span(0), "a finding").confidence(Confidence::Low).confidence(Confidence::Medium);
        let finding = report.finish(&card("rewards")).expect("is a finding");
        assert_eq!((finding.confidence, finding.persona), (Confidence::Low, Persona::Auditor));
    }
}
