//! What Pacemaker is told in the file of its cluster (`cib.xml`): which units it keeps running, and whether it cuts machines off.

use crate::deployment::{Act, Procedure, Step};
use crate::source::{Span, Text};
use crate::workspace::SourceFile;

/// What marks the file.
const MARK: &str = "<crm_config";
/// The property that lets it start a unit elsewhere while the first machine may still be on, and how it is switched off.
const FENCES: &str = "stonith-enabled";
const OFF: [&str; 5] = ["false", "no", "off", "n", "0"];
/// No cluster keeps more units.
const MOST: usize = 1_000;

/// Answers what the file of a cluster does; nothing of any other file.
pub(super) fn procedure(file: &SourceFile) -> Option<Procedure> {
    let text = file.text().filter(|text| text.contains(MARK) && file.name().ends_with(".xml"))?;
    let mut steps = Vec::new();
    for tag in text.split('<').skip(1).filter_map(|part| part.split('>').next()) {
        let step = |act: Act, part: &str, subject: bool| {
            let place = Span::of_part(file.id, text, part);
            let subject = subject.then(|| Text::literal(part, place));
            Step { act, subject, target: None, project: None, place, ignores: None, branches: Vec::new() }
        };
        let said = |name: &str| attribute(tag, name);
        match tag.split_whitespace().next() {
            Some("nvpair") if said("name") == Some(FENCES) => {
                let off = said("value").filter(|value| OFF.contains(&value.to_ascii_lowercase().as_str()));
                steps.splice(0..0, off.map(|off| step(Act::Unfence, off, false)));
            }
            Some("primitive") => {
                // What it starts with a supervisor has its name there; what an agent starts has the one it goes by here.
                let service = said("type").filter(|_| matches!(said("class"), Some("systemd" | "lsb" | "service")));
                let agent = said("class").filter(|class| *class == "ocf").and_then(|_| said("id"));
                steps.extend(service.or(agent).map(|name| step(Act::Start, name, true)));
            }
            _ => {}
        }
        if steps.len() > MOST {
            break;
        }
    }
    (!steps.is_empty()).then(|| Procedure { name: file.name().to_owned(), file: file.id, steps })
}

/// The value of an attribute of a tag.
fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    tag.match_indices(name).find_map(|(at, _)| {
        let before = tag.get(..at)?.chars().next_back()?;
        let rest = tag.get(at + name.len()..)?.trim_start().strip_prefix('=')?.trim_start();
        let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        before.is_whitespace().then(|| rest.get(1..)?.split(quote).next()).flatten()
    })
}
