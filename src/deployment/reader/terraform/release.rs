//! Releases of Helm that a module makes: a chart, and the values that its expressions come to.

use super::field::{count, text};
use super::read::Ground;
use crate::deployment::Replicas;
use crate::deployment::hcl::{Block, Scope};
use crate::deployment::reader::model::Installed;
use crate::deployment::tree;
use crate::deployment::value::{Body, Value};
use crate::document::{Syntax, parse_rendered};
use crate::source::Text;

/// Answers every release of a module.
pub(super) fn read(ground: &Ground<'_>) -> Vec<Installed> {
    let releases = ground.resources().filter(|block| block.label(0) == "helm_release");
    releases.filter_map(|block| installed(block, ground)).collect()
}

fn installed(block: &Block, ground: &Ground<'_>) -> Option<Installed> {
    let scope = ground.scope;
    let many = ["count", "for_each"].iter().find_map(|name| count(block, name, scope));
    if many.is_some_and(|many| many.value == Replicas::Count(0)) {
        return None;
    }
    let label = block.labels.get(1)?;
    let said = |name: &str| text(block, name, scope).filter(|text| text.known().is_some());
    let word = |name: &str| said(name).map_or_else(String::new, |text| text.value().to_owned());
    let mut release = Installed {
        name: said("name").unwrap_or_else(|| Text::literal(&label.value, label.span)),
        namespace: said("namespace"),
        chart: said("chart")?,
        repository: word("repository"),
        version: word("version"),
        values: Vec::new(),
        set: Vec::new(),
        open: block.body.all("set_sensitive").next().is_some(),
        host: ground.host.to_owned(),
        folder: ground.module.folder.clone(),
        bases: vec![ground.module.folder.clone(), String::new()],
        template: tree::is_example(&ground.module.folder),
        default: false,
        condition: None,
    };
    let values = block.body.get("values").map(|values| scope.value(values));
    for value in values.iter().flat_map(Value::list) {
        match map(value) {
            Some(map) => release.values.push(map),
            None => release.open = true,
        }
    }
    release.set = set(block, scope);
    Some(release)
}

/// A map of values: as it is, or as the text of a document.
fn map(value: &Value) -> Option<Value> {
    if let Body::Map(_) = value.body {
        return Some(value.clone());
    }
    let document = parse_rendered(value.text()?, Syntax::Yaml);
    document.root().map(Value::of).filter(|value| matches!(value.body, Body::Map(_)))
}

/// What `set` gives, in blocks or as a list.
fn set(block: &Block, scope: &Scope<'_>) -> Vec<(String, Text)> {
    let blocks = block.body.all("set").filter_map(|one| Some((text(one, "name", scope)?, text(one, "value", scope)?)));
    let list = block.body.get("set").map(|list| scope.value(list));
    let items = list.iter().flat_map(Value::list);
    let items = items.filter_map(|one| Some((one.text_of("name")?.clone(), one.text_of("value")?.clone())));
    let all = blocks.chain(items).filter_map(|(name, value)| Some((name.known()?.to_owned(), value)));
    all.collect()
}

#[cfg(test)]
mod tests {
    use crate::deployment::show::units;

    const CHART: &str = "apiVersion: v2\nname: vc\nversion: 1.0.0\n";
    const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: vc}\nspec: {containers: [{name: vc, image: 'sigp/lighthouse:v8.0.0', args: [lighthouse, vc, '--network={{ .Values.network }}', '--graffiti={{ .Values.says }}']}]}\n";

    fn shown(values: &str) -> String {
        let main = format!(
            "variable \"net\" {{ default = \"hoodi\" }}\nresource \"helm_release\" \"vc\" {{\n  name = \"own\"\n  chart = \"${{path.module}}/charts/vc\"\n{values}\n}}\n"
        );
        let values = "network: ${network}\nsays: file\n";
        units(&[
            ("prod/main.tf", &main),
            ("prod/values.yaml.tftpl", values),
            ("prod/charts/vc/Chart.yaml", CHART),
            ("prod/charts/vc/templates/pod.yaml", POD),
        ])
    }

    #[test]
    fn a_release_takes_the_values_that_its_expressions_come_to() {
        let rendered = "  values = [templatefile(\"${path.module}/values.yaml.tftpl\", { network = var.net }), yamlencode({ more = 1 })]\n";
        let once = shown(&format!("{rendered}  set {{\n    name = \"says\"\n    value = \"set\"\n  }}"));
        assert!(once.contains("lighthouse | vc | --network=hoodi | --graffiti=set"), "{once}");
        assert!(!once.contains("default: yes") && once.matches("sigp/lighthouse").count() == 1, "{once}");
        let listed = shown(&format!("{rendered}  set = [{{ name = \"says\", value = \"list\" }}]"));
        assert!(listed.contains("--graffiti=list"), "{listed}");
    }

    #[test]
    fn values_from_outside_leave_it_open_and_none_of_a_release_is_none() {
        assert!(shown("  values = [data.http.values.body]").contains("open: Script"));
        assert!(shown("  count = 0").contains("default: yes"), "nobody installs the chart");
    }
}
