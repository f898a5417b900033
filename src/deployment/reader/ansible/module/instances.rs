//! How many instances of a container or service run, how they are replaced, and whether it runs at all.

use crate::deployment::reader::ansible::datum::Datum;
use crate::deployment::{Activation, Replicas, Rollout};
use crate::source::{Spanned, Text};

fn spanned<T>(value: T, text: &Text) -> Spanned<T> {
    Spanned { value, span: text.span(), origin: text.origin() }
}

/// Answers how many instances run, where that is said.
pub(super) fn replicas(fields: &Datum) -> Option<Spanned<Replicas>> {
    let deploy = fields.get("deploy").unwrap_or(fields);
    let said =
        |from: &'_ Datum, key: &str| from.get(key).filter(|value| !value.is_absent()).and_then(Datum::shown).cloned();
    let mode = said(deploy, "mode").filter(|mode| mode.known().is_some_and(|mode| mode.starts_with("global")));
    if let Some(mode) = mode {
        return Some(spanned(Replicas::PerNode, &mode));
    }
    let count = said(deploy, "replicas").or_else(|| said(fields, "scale"))?;
    let known = count.known().and_then(|count| count.trim().parse().ok());
    Some(spanned(known.map_or(Replicas::Unknown, Replicas::Count), &count))
}

/// Answers whether a new instance starts beside the old one.
pub(super) fn rollout(fields: &Datum) -> Option<Spanned<Rollout>> {
    let update = fields.get("deploy").unwrap_or(fields).get("update_config")?;
    let order = update.get("order").filter(|order| !order.is_absent())?.shown()?;
    let rollout = match order.known() {
        Some("start-first") => Rollout::Overlapping,
        Some(_) => Rollout::StopFirst,
        None => Rollout::Unknown,
    };
    Some(spanned(rollout, order))
}

/// Answers when it runs: a service with profiles only with one of them.
pub(super) fn activation(fields: &Datum, replicas: Option<&Spanned<Replicas>>) -> Activation {
    if replicas.is_some_and(|replicas| replicas.value == Replicas::Count(0)) {
        return Activation::Off;
    }
    let profiles = fields.get("profiles").map_or(&[] as &[Datum], Datum::several).iter();
    let profiles: Vec<String> = profiles.filter_map(|name| Some(name.shown()?.value().to_owned())).collect();
    match profiles.as_slice() {
        [] => Activation::Always,
        all if all.iter().all(String::is_empty) => Activation::Off,
        _ => Activation::Profiles(profiles),
    }
}

/// Answers the services that it starts after, and those among them for which it waits until they are healthy or done.
pub(super) fn order(fields: &Datum) -> (Vec<Spanned<String>>, Vec<String>) {
    let Some(written) = fields.get("depends_on") else { return (Vec::new(), Vec::new()) };
    let listed =
        written.items().iter().filter_map(|item| item.shown().map(|text| spanned(text.value().to_owned(), text)));
    let after = written.entries().iter().map(|(key, _)| key.clone()).chain(listed).collect();
    let waits = |value: &Datum| {
        let condition = value.get("condition").and_then(Datum::known);
        matches!(condition, Some("service_healthy" | "service_completed_successfully"))
    };
    let healthy = written.entries().iter().filter(|(_, value)| waits(value)).map(|(key, _)| key.value.clone());
    (after, healthy.collect())
}

#[cfg(test)]
mod tests {
    use crate::deployment::show::units;

    fn shown(tasks: &str, more: &[(&str, &str)]) -> String {
        let play = format!("- hosts: nodes\n  tasks:\n{tasks}");
        let own = [("hosts.ini", "[nodes]\na\n"), ("site.yml", play.as_str())];
        units(&own.iter().chain(more).copied().collect::<Vec<_>>())
    }

    #[test]
    fn a_service_of_a_swarm_says_how_many_and_in_which_order() {
        let shown = shown(
            "    - community.docker.docker_swarm_service:\n        name: vc\n        image: sigp/lighthouse:v8.0.0\n        args: [lighthouse, vc, --network, mainnet]\n        replicas: 2\n        update_config: {order: start-first}\n",
            &[],
        );
        assert!(
            shown.contains("a/vc sigp/lighthouse:v8.0.0") && shown.contains("lighthouse | vc | --network | mainnet"),
            "{shown}"
        );
        assert!(shown.contains("replicas: Count(2)") && shown.contains("rollout: Overlapping"), "{shown}");
    }

    #[test]
    fn files_that_are_found_while_the_play_runs_are_those_that_were_written_there() {
        let template =
            "services:\n  validator:\n    image: sigp/lighthouse:v8.0.0\n    command: lighthouse vc --network hoodi\n";
        let tasks = |files: &str| {
            format!(
                "    - template: {{src: dc-vc.yml.j2, dest: /opt/eth/dc-vc.yml}}\n    - template: {{src: other.j2, dest: /opt/eth/other.yml}}\n    - find: {{paths: /opt/eth}}\n      register: found\n    - community.docker.docker_compose_v2: {{project_src: /opt/eth{files}}}\n"
            )
        };
        let files = [("templates/dc-vc.yml.j2", template), ("templates/other.j2", "a: 1\n")];
        let found = shown(&tasks(", files: \"{{ found.files | map(attribute='path') | list }}\""), &files);
        assert!(found.starts_with("a/validator sigp/lighthouse:v8.0.0"), "{found}");
        assert!(!shown(&tasks(", files: [other.yml]"), &files).starts_with("a/validator"));
    }

    #[test]
    fn a_project_starts_the_files_that_its_task_names_with_the_variables_beside_them() {
        let service = |net: &str| {
            format!(
                "services:\n  vc:\n    image: sigp/lighthouse:${{TAG}}\n    command: lighthouse vc --network {net}\n  spare:\n    image: sigp/lighthouse:v8.0.0\n    profiles: [spare]\n"
            )
        };
        let (prod, test) = (service("mainnet"), service("hoodi"));
        let files =
            [("stack/prod.yml", prod.as_str()), ("stack/compose.yml", test.as_str()), ("stack/.env", "TAG=v8.0.1\n")];
        let copy = "    - synchronize: {src: stack/, dest: /opt/eth}\n    - community.docker.docker_compose_v2: {project_src: /opt/eth";
        let named = shown(&format!("{copy}, files: [prod.yml]}}\n"), &files);
        assert!(named.starts_with("a/vc sigp/lighthouse:v8.0.1"), "{named}");
        assert!(named.contains("--network | mainnet") && !named.contains("hoodi"), "{named}");
        assert!(named.contains("Profiles([\"spare\"])"), "{named}");
        let usual = shown(&format!("{copy}}}\n"), &files);
        assert!(usual.contains("a/vc sigp/lighthouse:v8.0.1") && usual.contains("--network | hoodi"), "{usual}");
    }
}
