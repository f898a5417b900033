//! Lets every reader read, and puts what they found in order.

use super::reader::{ASIDE, FORMS, LAUNCHERS, OTHERS, Reader, Reading};
use super::{Act, Inventory, Stand};
use crate::source::{FileId, Text};
use crate::workspace::Workspace;
use std::collections::{BTreeMap, BTreeSet};

/// No file fetches more.
const MOST_DOWNLOADS: usize = 50;

/// Reads all that the tree says should run, and the keys and files it is given.
#[must_use]
pub fn read(workspace: &Workspace) -> Inventory {
    let read = |readers: &[(&str, Reader)], mut reading: Reading| {
        readers.iter().for_each(|(_, reader)| reader(workspace, &mut reading));
        reading
    };
    let in_turn = || {
        let started = || read(LAUNCHERS, Reading::of(workspace));
        let (mut first, forms) = rayon::join(started, || read(FORMS, Reading::default()));
        first.take(forms);
        read(OTHERS, first)
    };
    let (mut reading, aside) = rayon::join(in_turn, || read(ASIDE, Reading::default()));
    reading.take(aside);
    settled(with_downloads(bounded(reading, workspace)))
}

/// Leaves as many units as may be read, and says so.
fn bounded(mut reading: Reading, workspace: &Workspace) -> Inventory {
    let most = reading.most_units;
    let last = reading.inventory.units.get(most.saturating_sub(1)).map(|last| last.name.span.file);
    if let Some(file) = last {
        reading.cut(workspace.file(file), "units come of the tree");
        reading.inventory.units.truncate(most);
    }
    reading.inventory
}

/// Tells units without an image from where the script or the role that they stand in fetches programs.
fn with_downloads(mut inventory: Inventory) -> Inventory {
    let mut fetched: BTreeMap<FileId, Vec<Text>> = BTreeMap::new();
    for step in inventory.procedures.iter().flat_map(|procedure| &procedure.steps) {
        if let (Act::Download { .. }, Some(address)) = (step.act, &step.subject) {
            let known = fetched.entry(step.place.file).or_default();
            if known.len() < MOST_DOWNLOADS && !known.iter().any(|one| one.span() == address.span()) {
                known.push(address.clone());
            }
        }
    }
    for unit in inventory.units.iter_mut().filter(|unit| unit.image.is_none()) {
        let files: BTreeSet<FileId> = unit.files.iter().copied().chain([unit.name.span.file]).collect();
        unit.fetched.extend(files.iter().filter_map(|file| fetched.get(file)).flatten().cloned());
    }
    inventory
}

/// Puts everything in order of file and place.
fn settled(mut inventory: Inventory) -> Inventory {
    inventory.unseen.sort();
    inventory.unseen.dedup();
    inventory.units.sort_by_key(|unit| (unit.name.span, unit.alternative.clone(), unit.project.clone()));
    inventory.unset.sort_by(|one, other| (one.span, &one.name).cmp(&(other.span, &other.name)));
    inventory.unset.dedup_by(|one, other| one.span == other.span && one.name == other.name);
    inventory.keys.sort_by_key(|place| place.span);
    inventory.key_ranges.sort_by_key(|range| range.span);
    let by_item = |stand: &Stand| (stand.host.clone(), stand.name.value.clone(), stand.item, stand.place, stand.runs);
    inventory.pins.sort_by_key(|pin| pin.span);
    inventory.stands.sort_by_cached_key(by_item);
    inventory.stands.dedup_by(|one, other| by_item(one) == by_item(other));
    inventory.malformed_keys.sort_by_key(|place| place.span);
    inventory.definitions.sort_by_key(|definition| definition.place);
    inventory.proposers.sort_by_key(|file| file.file);
    inventory.settings_files.sort_by(|one, other| one.path.cmp(&other.path));
    inventory.embedded.sort_by(|one, other| (one.span, &one.path).cmp(&(other.span, &other.path)));
    inventory.misplaced.sort_by_key(|misplaced| misplaced.span);
    inventory.misplaced.dedup_by_key(|misplaced| misplaced.span);
    inventory.secrets.sort_by_key(|secret| (secret.span, secret.kind));
    inventory.secrets.dedup_by_key(|secret| secret.span);
    inventory.repeated.sort_by_key(|repeated| repeated.again);
    inventory.unquoted_hex.sort_by_key(|hex| hex.span);
    inventory.unreadable.sort_by_key(|unreadable| unreadable.span);
    inventory.interchanges.sort_by_key(|file| file.history.file);
    inventory
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANY: usize = 150;

    fn read_of(files: &[(String, String)]) -> Inventory {
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        read(&Workspace::of(&files))
    }

    fn pod(name: &str) -> String {
        format!(
            "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec: {{containers: [{{name: v, image: a}}]}}\n"
        )
    }

    fn lines(line: impl Fn(usize) -> String) -> String {
        (0..MANY).map(line).collect()
    }

    /// Holds a tree against the most that may come of it.
    fn is_bounded(files: &[(String, String)]) {
        let inventory = read_of(files);
        let bytes: usize = files.iter().map(|(_, text)| text.len()).sum();
        let (units, most) = (inventory.units.len(), 20_000 + bytes / 24);
        assert!(units <= most && most < MANY * MANY, "{units} units of {bytes} bytes");
        let told = inventory.unreadable.iter().any(|unreadable| unreadable.why.contains("than can be read"));
        assert!(told && units > 1_000, "{units} {:?}", inventory.unreadable);
    }

    #[test]
    fn bases_times_overlays_come_to_an_end() {
        let overlay = |at| (format!("o{at}/kustomization.yaml"), "resources: [../base]\n".to_owned());
        let mut files: Vec<(String, String)> = (0..MANY).map(overlay).collect();
        files.push(("base/kustomization.yaml".into(), "resources: [a.yaml]\n".into()));
        files.push(("base/a.yaml".into(), lines(|at| pod(&format!("v{at}")))));
        is_bounded(&files);
    }

    #[test]
    fn hosts_times_tasks_come_to_an_end() {
        let hosts = format!("[v]\n{}", lines(|at| format!("h{at}\n")));
        let task = |at| format!("    - docker_container: {{name: v{at}, image: a}}\n");
        let play = format!("- hosts: v\n  tasks:\n{}", lines(task));
        is_bounded(&[("inventory.ini".into(), hosts), ("site.yml".into(), play)]);
    }

    #[test]
    fn values_times_templates_come_to_an_end() {
        let values = |at| (format!("c/values-{at}.yaml"), format!("a: {at}\n"));
        let mut files: Vec<(String, String)> = (0..MANY).map(values).collect();
        files.push(("c/Chart.yaml".into(), "apiVersion: v2\nname: c\nversion: 1.0.0\n".into()));
        files.push(("c/values.yaml".into(), "a: 1\n".into()));
        files.push(("c/templates/a.yaml".into(), lines(|at| pod(&format!("v{at}")))));
        is_bounded(&files);
    }

    #[test]
    fn includes_times_files_come_to_an_end() {
        let service = |at| format!("  s{at}: {{image: a}}\n");
        let include = |at| (format!("p{at}/compose.yml"), "include: [../all/compose.yml]\nservices: {}\n".to_owned());
        let mut files: Vec<(String, String)> = (0..600).map(include).collect();
        files.push(("all/compose.yml".into(), format!("services:\n{}", lines(service))));
        let inventory = read_of(&files);
        assert!(inventory.units.len() < 30_000, "{}", inventory.units.len());
    }

    #[test]
    fn calls_times_resources_of_a_module_come_to_an_end() {
        let call = |at| format!("module \"m{at}\" {{\n  source = \"./m\"\n}}\n");
        let resource =
            |at| format!("resource \"docker_container\" \"v{at}\" {{\n  name = \"v{at}\"\n  image = \"a\"\n}}\n");
        is_bounded(&[("main.tf".into(), lines(call)), ("m/main.tf".into(), lines(resource))]);
    }

    #[test]
    fn blocks_of_modules_come_to_an_end_that_make_no_unit() {
        let call = |at: usize| format!("module \"m{at}\" {{\n  source = \"./m\"\n}}\n");
        let variable = |at: usize| format!("variable \"v{at}\" {{ default = 1 }}\n");
        let calls = |many: usize| (0..many).map(call).collect::<String>();
        let inner: String = (0..3_000).map(variable).collect();
        let inner = format!("{inner}resource \"docker_container\" \"v\" {{\n  name = \"v\"\n  image = \"a\"\n}}\n");
        let units = |many| {
            let files = [("main.tf".to_owned(), calls(many)), ("m/main.tf".to_owned(), inner.clone())];
            let inventory = read_of(&files);
            (inventory.units.len(), inventory.unreadable.iter().any(|cut| cut.why.contains("calls of modules")))
        };
        assert_eq!((units(3), units(200)), ((3, false), (400_000 / 3_001, true)));
    }

    /// How many variables the units of a tree have, and of how many units some are left out.
    fn variables(files: &[(String, String)]) -> (usize, usize) {
        let inventory = read_of(files);
        let units = || inventory.units.iter();
        (units().map(|unit| unit.env.len()).sum(), units().filter(|unit| unit.env_open).count())
    }

    #[test]
    fn services_times_variables_of_a_file_come_to_an_end() {
        let tree = |services: usize, names: usize| {
            let service = |at| format!("  s{at}:\n    image: a\n    env_file: all.env\n");
            let all: String = (0..names).map(|at| format!("V{at}=1\n")).collect();
            let services: String = (0..services).map(service).collect();
            [("compose.yml".to_owned(), format!("services:\n{services}")), ("all.env".to_owned(), all)]
        };
        assert_eq!(variables(&tree(100, 300)), (30_000, 0));
        assert_eq!(variables(&tree(700, 600)), (0, 700), "more than all services may take");
    }

    #[test]
    fn pods_times_entries_of_a_config_map_come_to_an_end() {
        let tree = |pods: usize, keys: usize| {
            let pod = |at| {
                format!(
                    "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p{at}}}\nspec: {{containers: [{{name: v, image: a, envFrom: [{{configMapRef: {{name: all}}}}]}}]}}\n"
                )
            };
            let all: String = (0..keys).map(|at| format!("  K{at}: x\n")).collect();
            let head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: all}\ndata:\n";
            [("k8s/all.yaml".to_owned(), format!("{head}{all}{}", (0..pods).map(pod).collect::<String>()))]
        };
        assert_eq!(variables(&tree(50, 300)), (15_000, 0));
        assert_eq!(variables(&tree(500, 500)), (0, 500), "more than all pods may be given");
    }

    #[test]
    fn instances_times_settings_of_a_template_come_to_an_end() {
        let tree = |instances: usize, settings: usize| {
            let settings: String = (0..settings).map(|at| format!("Environment=V{at}=1\n")).collect();
            let start = |at| format!("systemctl enable --now v@i{at}\n");
            let unit = format!("[Service]\nExecStart=/usr/bin/lighthouse vc %i\n{settings}");
            let script = (0..instances).map(start).collect();
            read_of(&[("v@.service".to_owned(), unit), ("install.sh".to_owned(), script)])
        };
        assert_eq!(tree(90, 100).units.len(), 90);
        let many = tree(90, 2_000);
        assert_eq!(many.units.len(), 100_000 / 2_001);
        assert!(many.unreadable.iter().any(|unreadable| unreadable.why.contains("than can be read")));
    }
}
