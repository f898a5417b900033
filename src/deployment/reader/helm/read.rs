//! Finds what the tree installs, and reads each release; charts that nobody installs are read with their own values.

use super::assemble::Body;
use super::chart::{self, Charts};
use super::model::{Chart, Layer, Release};
use super::render::Renderer;
use super::{argo, beside, flux, helmfile, helmsman, installed, known, kustomization, resource};
use crate::catalogue::Catalogue;
use crate::deployment::reader::model::Reading;
use crate::deployment::tree;
use crate::workspace::Workspace;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

/// More releases than anybody keeps in one tree.
const MOST: usize = 2_000;

/// Reads every release of the tree.
pub(in crate::deployment::reader) fn read(workspace: &Workspace, reading: &mut Reading) {
    let charts = chart::find(workspace);
    let resources = resource::find(workspace, &charts, reading);
    let mut releases = flux::releases(&resources, workspace);
    releases.extend(argo::releases(&resources, workspace));
    reading.inventory.settings_files.extend(releases.iter().flat_map(|release| resource::settings(release, workspace)));
    releases.extend(helmfile::releases(workspace));
    releases.extend(helmsman::releases(workspace));
    releases.extend(kustomization::releases(workspace));
    releases.extend(installed::releases(workspace, reading));
    let catalogue = OnceCell::new();
    let mut renderer = Renderer { charts: &charts, workspace, library: BTreeMap::new(), deployed: BTreeSet::new() };
    for release in releases.iter().take(MOST) {
        let body = body(&charts, release).or_else(|| unknown(release, catalogue.get_or_init(Catalogue::builtin)));
        if let Some(body) = body {
            renderer.deploy(body, release, reading);
        }
    }
    // Files of values that a release of the tree has taken are not installed once more.
    let named = renderer.deployed.clone();
    for (folder, release) in beside::releases(&charts, workspace).into_iter().take(MOST) {
        if let Some(chart) = charts.get(folder).filter(|chart| !named.contains(chart.folder)) {
            renderer.deploy(Body::Tree(chart), &release, reading);
        }
    }
    let parts = chart::parts(&charts);
    for chart in charts.values() {
        let stands_alone = !chart.library && !parts.contains(chart.folder);
        if stands_alone && !renderer.deployed.contains(chart.folder) {
            renderer.deploy(Body::Tree(chart), &by_default(chart), reading);
        }
    }
}

fn body<'c, 'w>(charts: &'c Charts<'w>, release: &Release) -> Option<Body<'c, 'w>> {
    let name = release.chart.known()?;
    if let Some(chart) = chart::resolve(charts, name, &release.bases) {
        return Some(Body::Tree(chart));
    }
    // A path that leads nowhere is a chart of another tree.
    let known = known::find(tree::name(name), &release.repository)?;
    Some(Body::Known(known, release.place, known.is_older(&release.version)))
}

/// A chart that nobody knows, of whose values one is the image of a client.
fn unknown<'c, 'w>(release: &Release, catalogue: &Catalogue) -> Option<Body<'c, 'w>> {
    let layers = release.layers.iter().filter_map(|layer| match layer {
        Layer::Values(values) => Some(values),
        Layer::Set(..) => None,
    });
    let mut images = layers.filter_map(|values| values.path(&["image", "repository"])?.text()?.known());
    images.any(|image| catalogue.by_image(image).is_some()).then_some(())?;
    Some(Body::Known(known::any()?, release.place, false))
}

/// A chart with its own values. One that only wraps others is made to be installed as it is.
fn by_default(chart: &Chart<'_>) -> Release {
    let mut release = Release::new(chart.name.clone(), chart.name.clone(), chart.name.span());
    release.default = !chart.templates.is_empty() || chart.dependencies.is_empty();
    release.host = tree::host(chart.folder);
    release.project = chart.folder.to_owned();
    release.template = tree::is_example(chart.folder);
    release
}

#[cfg(test)]
mod tests {
    use crate::deployment::show::{facts, units};

    const CHART: &str = "apiVersion: v2\nname: vc\nversion: 1.0.0\nappVersion: v8.0.0\n";
    const VALUES: &str = "recipient: \"\"\nnetwork: hoodi\n";
    const POD: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: {{ .Release.Name }}}
spec:
  containers:
    - name: vc
      image: sigp/lighthouse:{{ .Chart.AppVersion }}
      args: [lighthouse, vc, --network={{ .Values.network }}, --suggested-fee-recipient={{ .Values.recipient }}]
";

    fn shown(more: &[(&str, &str)]) -> String {
        let chart = [("vc/Chart.yaml", CHART), ("vc/values.yaml", VALUES), ("vc/templates/pod.yaml", POD)];
        units(&chart.iter().chain(more).copied().collect::<Vec<_>>())
    }

    #[test]
    fn a_chart_that_nobody_installs_is_read_with_its_own_values_and_waits_for_others() {
        let shown = shown(&[]);
        assert!(shown.contains("default: yes") && shown.contains("sigp/lighthouse:v8.0.0"), "{shown}");
        assert!(shown.contains("--network=hoodi | --suggested-fee-recipient={{ .Values.recipient }}"), "{shown}");
    }

    #[test]
    fn each_environment_is_a_release_and_takes_the_place_of_the_defaults() {
        let shown = shown(&[
            ("envs/prod/values.yaml", "network: mainnet\nrecipient: \"0xa\"\n"),
            ("vc/values-test.yaml", "recipient: \"0xb\"\n"),
        ]);
        assert!(!shown.contains("default: yes"), "{shown}");
        assert!(shown.contains("--network=mainnet | --suggested-fee-recipient=0xa"), "{shown}");
        assert!(shown.contains("--network=hoodi | --suggested-fee-recipient=0xb"), "{shown}");
        assert!(shown.contains("prod/vc") && shown.contains("vc/test/vc"), "{shown}");
    }

    #[test]
    fn a_release_of_flux_is_the_only_one() {
        let release = "\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: one, namespace: eth}
spec:
  chart: {spec: {chart: ./vc}}
  valuesFrom: [{kind: Secret, name: more}]
  values: {recipient: \"0xc\"}
";
        let shown = shown(&[("apps/one.yaml", release)]);
        assert!(shown.starts_with("apps/eth/one sigp/lighthouse:v8.0.0") && !shown.contains("\nvc/"), "{shown}");
        assert!(shown.contains("open: Script"), "more values may come: {shown}");
    }

    #[test]
    fn overlays_change_the_values_of_releases() {
        let release = "\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: one}
spec:
  chart: {spec: {chart: ./vc}}
  valuesFrom: [{kind: ConfigMap, name: more}]
  values: {network: hoodi}
";
        let application = "\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: two}
spec: {source: {path: vc, helm: {valuesObject: {recipient: \"0xd\"}}}, destination: {namespace: eth}}
";
        let prod = "\
namespace: prod
namePrefix: p-
resources: [../base]
configMapGenerator: [{name: more, files: [values.yaml=more.yaml]}]
patches:
  - path: patch.yaml
  - target: {kind: Application}
    patch: '[{op: replace, path: /spec/source/helm/valuesObject/recipient, value: \"0xe\"}]'
";
        let patch = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: one}\nspec: {values: {network: mainnet}}\n";
        let shown = shown(&[
            ("base/kustomization.yaml", "resources: [release.yaml, application.yaml]\n"),
            ("base/release.yaml", release),
            ("base/application.yaml", application),
            ("prod/kustomization.yaml", prod),
            ("prod/patch.yaml", patch),
            ("prod/more.yaml", "recipient: \"0xc\"\n"),
        ]);
        assert!(shown.contains("prod/p-one sigp/lighthouse:v8.0.0"), "{shown}");
        assert!(shown.contains("--network=mainnet | --suggested-fee-recipient=0xc"), "{shown}");
        assert!(shown.contains("prod/eth/p-two") && shown.contains("--suggested-fee-recipient=0xe"), "{shown}");
        assert!(!shown.contains("base"), "{shown}");
    }

    #[test]
    fn charts_of_other_trees_are_known_by_their_names() {
        let wrapper = "apiVersion: v2\nname: mine\nversion: 1.0.0\ndependencies:\n  - name: lighthouse\n    alias: bn\n    repository: https://example.org\n";
        let values = "bn:\n  image: {tag: v8.0.1}\n  extraArgs: [--network=hoodi]\n";
        let shown = units(&[("mine/Chart.yaml", wrapper), ("mine/values.yaml", values)]);
        assert!(shown.contains("sigp/lighthouse:v8.0.1") && shown.contains("lighthouse | beacon_node"), "{shown}");
        assert!(shown.contains("| --network=hoodi") && !shown.contains("default: yes"), "{shown}");
    }

    #[test]
    fn of_charts_that_nobody_knows_the_values_say_what_they_can() {
        let release = |image: &str| {
            let text = format!(
                "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: own}}\nspec:\n  source: {{repoURL: 'https://charts.example', chart: inhouse, helm: {{valuesObject: {{image: {{repository: {image}, tag: v5.0.0}}, container: {{command: [lighthouse, vc], args: [--network, goerli]}}, extraArgs: [--mine]}}}}}}\n  destination: {{namespace: eth}}\n"
            );
            units(&[("app.yaml", &text)])
        };
        let shown = release("sigp/lighthouse");
        assert!(shown.contains("sigp/lighthouse:v5.0.0"), "{shown}");
        assert!(shown.contains("lighthouse | vc | --network | goerli | --mine | {{ whatTheChartAdds }}"), "{shown}");
        assert_eq!(release("grafana/grafana"), "");
    }

    #[test]
    fn every_known_chart_comes_to_units() {
        let release = |chart: &str, values: &str| {
            let text = format!(
                "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: own}}\nspec:\n  source: {{repoURL: 'https://x', chart: {chart}, helm: {{valuesObject: {values}}}}}\n  destination: {{namespace: eth}}\n"
            );
            units(&[("app.yaml", &text)])
        };
        for (kind, words) in [
            ("lighthouse", "lighthouse | validator_client | --beacon-nodes=http://localhost:3600"),
            ("teku", "/opt/teku/bin/teku | validator-client"),
            ("prysm", "/app/cmd/validator/validator | --beacon-rest-api-provider=http://localhost:3600"),
            ("nimbus", "/home/user/nimbus_validator_client | --beacon-node=http://localhost:3600"),
            ("lodestar", "node | /usr/app/packages/cli/bin/lodestar | validator"),
        ] {
            let values =
                format!("{{network: hoodi, validatorClient: {{type: {kind}, config: {{extraArgs: [--mine]}}}}}}");
            let shown = release("dv-pod", &values);
            assert!(shown.contains(words) && shown.contains("| --mine") && shown.contains("charon | run"), "{shown}");
            assert!(!shown.contains("open:"), "{shown}");
        }
        let shown = release("charon", "{config: {beaconNodeEndpoints: 'http://bn:5052'}}");
        assert!(shown.contains("CHARON_BEACON_NODE_ENDPOINTS=http://bn:5052"), "{shown}");
        for (chart, words) in [
            ("lighthouse-validator", "lighthouse | vc | --network=hoodi | --datadir=/data"),
            ("teku-validator", "/opt/teku/bin/teku | vc | --network=hoodi"),
            ("prysm-validator", "--accept-terms-of-use | --hoodi | --datadir=/data"),
            ("lodestar-validator", "validator | --network=hoodi | --dataDir=/data"),
        ] {
            let shown = release(chart, "{global: {network: hoodi}, extraFlags: [--mine]}");
            assert!(shown.contains(words) && shown.contains("| --mine") && !shown.contains("open:"), "{shown}");
        }
        for (chart, words) in [
            ("erigon", "erigon | --datadir=/storage"),
            ("lighthouse", "lighthouse | beacon_node | --datadir=/storage"),
            ("nethermind", "/nethermind/Nethermind.Runner | --datadir=/storage"),
            ("nimbus", "/home/user/nimbus-eth2/build/nimbus_beacon_node | --data-dir=/storage"),
        ] {
            let key = if chart == "erigon" { "statefulNode" } else { chart };
            let text = format!(
                "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: own}}\nspec:\n  chart: {{spec: {{chart: {chart}, sourceRef: {{kind: HelmRepository, name: g}}}}}}\n  values: {{{key}: {{extraArgs: [--mine]}}}}\n---\napiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {{name: g}}\nspec: {{url: 'https://graphops.github.io/launchpad-charts'}}\n"
            );
            let shown = units(&[("app.yaml", &text)]);
            assert!(shown.contains(words) && shown.contains("| --mine") && !shown.contains("open:"), "{shown}");
        }
        let shown = release("validators", "{type: teku, validatorsCount: 2, suggestedFeeRecipient: '0xa'}");
        assert!(shown.contains("own-validator1 ") && shown.contains("--validators-external-signer-url="), "{shown}");
        assert!(shown.contains("{{ endpointsAndKeysOfThisOne }}"), "its endpoints are not said: {shown}");
    }

    #[test]
    fn what_the_cluster_fills_in_is_one_word_of_a_script() {
        let pod = "\
apiVersion: v1
kind: Pod
metadata: {name: {{ .Release.Name }}}
spec:
  containers:
    - name: vc
      image: chainsafe/lodestar:v1.35.0
      command: [sh, -c, 'node lodestar beacon --enr.ip=$(IP) --rest']
      env: [{name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]
";
        let shown = units(&[("vc/Chart.yaml", CHART), ("vc/templates/pod.yaml", pod)]);
        assert!(shown.contains("beacon | --enr.ip=(from outside: IP) | --rest"), "{shown}");
    }

    #[test]
    fn templates_that_never_end_or_never_parse_are_told() {
        let endless = "{{ define \"a\" }}{{ include \"a\" . }}{{ include \"a\" . }}{{ end }}a: {{ include \"a\" . }}";
        let chart = [
            ("x/Chart.yaml", CHART),
            ("x/templates/a.yaml", endless),
            ("y/Chart.yaml", CHART),
            ("y/templates/b.yaml", "a: {{ 1 }}: c\n"),
        ];
        let facts = facts(&chart);
        assert!(
            facts.contains("unreadable x/templates/a.yaml") && facts.contains("unreadable y/templates/b.yaml"),
            "{facts}"
        );
    }
}
