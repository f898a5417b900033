//! Emergency plans: what they say of fleets under each supervisor, and that our own rules find nothing in them.

mod program;

use stakelint::config::Settings;
use stakelint::ethereum::PublicKey;
use stakelint::finding::{Finding, Persona, Policy};
use stakelint::runbook::{Order, names};
use stakelint::workspace::Workspace;
use stakelint::{Request, check, rulebook, runbook};
use std::path::Path;

const TODAY: jiff::civil::Date = jiff::civil::date(2026, 11, 25);

const ORDER: Order<'static> = Order { scenario: None, keys: &[], from: None, to: None, checkout: None, today: TODAY };

type Texts = Vec<(String, String)>;

/// The files of a fixture, but for a plan that it may hold.
fn fixture(folder: &str) -> Texts {
    program::texts(Path::new(folder)).into_iter().filter(|(path, _)| path != "EMERGENCY.md").collect()
}

fn workspace(texts: &Texts) -> Workspace {
    let texts: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    Workspace::of(&texts)
}

fn plan(texts: &Texts, order: &Order<'_>) -> Result<String, String> {
    runbook(&workspace(texts), &Settings::default(), None, order).map_err(|refusal| refusal.to_string())
}

fn scenario(texts: &Texts, name: &str) -> String {
    plan(texts, &Order { scenario: Some(name), ..ORDER }).expect("there is a plan")
}

/// What the `plan` rules find in a tree.
fn found(texts: &Texts) -> Vec<Finding> {
    let policy = Policy { persona: Persona::Auditor, select: vec!["plan".into()], ..Policy::new(TODAY) };
    let request = Request { settings: &Settings::default(), policy: &policy, network: None };
    check(&workspace(texts), rulebook(), request).outcome.findings
}

fn with_plan(texts: &Texts, plan: String) -> Texts {
    let mut texts = texts.clone();
    texts.push(("EMERGENCY.md".to_owned(), plan));
    texts
}

/// What somebody does who has only contacts and days to add.
fn filled_in(plan: &str) -> String {
    plan.replace("FILL-IN (the day of the last one, as 2026-01-31)", "2026-11-02")
        .replace("FILL-IN (the day on which every number was tried)", "2026-11-20")
        .replace("FILL-IN", "Ada")
}

fn texts(files: &[(&str, &str)]) -> Texts {
    files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

const SET: &str = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: validator }\nspec:\n  replicas: 1\n  template:\n    spec:\n      containers:\n        - name: lighthouse\n          image: sigp/lighthouse:v8.3.3\n          command: [lighthouse, vc, --network=mainnet, --datadir=/data]\n          volumeMounts: [{ name: data, mountPath: /data }]\n  volumeClaimTemplates: [{ metadata: { name: data }, spec: { accessModes: [ReadWriteOnce] } }]\n";

/// A fleet in a cluster, delivered by a kustomization of Flux that another one delivers.
fn flux() -> Texts {
    let delivery = |name: &str, path: &str| {
        format!(
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{ name: {name}, namespace: flux-system }}\nspec: {{ path: {path}, targetNamespace: eth }}\n"
        )
    };
    texts(&[
        ("clusters/main/a-staking.yaml", &delivery("staking", "./apps/eth")),
        ("clusters/main/flux-system/sync.yaml", &delivery("flux-system", "./clusters/main")),
        ("apps/eth/validator.yaml", SET),
        ("apps/eth/kustomization.yaml", "resources: [validator.yaml]\n"),
        (
            "apps/monitoring/release.yaml",
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: { name: grafana, namespace: monitoring }\nspec: { chart: { spec: { chart: grafana } } }\n",
        ),
    ])
}

/// The same by Argo CD, an application of applications.
fn argo() -> Texts {
    let application = |name: &str, path: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{ name: {name}, namespace: argocd }}\nspec: {{ source: {{ path: {path} }}, destination: {{ namespace: eth }} }}\n"
        )
    };
    texts(&[
        ("apps/root.yaml", &application("root", "apps")),
        ("apps/staking.yaml", &application("staking", "k8s")),
        ("k8s/validator.yaml", SET),
    ])
}

/// Machines that Ansible knows, with containers.
fn ansible() -> Texts {
    let play = "- hosts: validators\n  tasks:\n    - community.docker.docker_container:\n        name: vc\n        image: consensys/teku:26.10.2\n        command: validator-client --network=mainnet --data-path=/data --validator-keys=/keys:/keys\n        volumes: [\"/srv/teku:/data\", \"/srv/keys:/keys\"]\n    - ansible.builtin.cron: { name: restart what hangs, job: /opt/heal.sh }\n";
    let pipeline = "on: push\njobs:\n  deploy:\n    steps:\n      - run: ansible-playbook -i hosts.ini site.yml\n";
    texts(&[
        ("hosts.ini", "[validators]\nn1\nn2\nn3\n[nodes]\nb1\n"),
        ("site.yml", play),
        (".github/workflows/deploy.yml", pipeline),
    ])
}

/// Bare machines that are alike.
fn machines() -> Texts {
    let unit = "[Service]\nUser=nimbus\nExecStart=/usr/local/bin/nimbus_validator_client --network=mainnet --data-dir=/var/lib/nimbus\n[Install]\nWantedBy=multi-user.target\n";
    let hosts = (1..=4).map(|number| (format!("hosts/rack-{number}/systemd/validator.service"), unit.to_owned()));
    let timer = ("hosts/rack-1/systemd/upgrade.timer".to_owned(), "[Timer]\nOnCalendar=daily\n".to_owned());
    hosts.chain([timer]).collect()
}

#[test]
fn the_stop_and_start_of_each_supervisor_are_exact() {
    for (name, fleet) in [("flux", flux()), ("argo", argo()), ("ansible", ansible()), ("machines", machines())] {
        insta::assert_snapshot!(format!("double-signing-{name}"), scenario(&fleet, "double-signing"));
    }
}

#[test]
fn the_plan_of_the_sample_is_the_one_beside_it() {
    let sample = fixture("fixtures/fleets/sample");
    insta::assert_snapshot!("plan-sample", plan(&sample, &ORDER).expect("there is a plan"));
    let kept = std::fs::read_to_string("fixtures/fleets/sample/EMERGENCY.md").expect("the sample has a plan");
    assert!(!kept.contains("FILL-IN"));
}

#[test]
fn a_fresh_plan_lacks_contacts_only_and_filled_in_it_is_silent() {
    let mut fleets = vec![flux(), argo(), ansible(), machines()];
    for below in ["fixtures/ok", "fixtures/fleets", "fixtures/incidents"] {
        let folders = std::fs::read_dir(below).expect("the fixtures are there").filter_map(Result::ok);
        let folders = folders.filter(|entry| entry.path().is_dir());
        fleets.extend(folders.map(|entry| fixture(&entry.path().to_string_lossy())));
    }
    let mut planned = 0;
    for fleet in fleets {
        let Ok(plan) = plan(&fleet, &ORDER) else { continue };
        planned += 1;
        let rules: Vec<String> = found(&with_plan(&fleet, plan.clone())).into_iter().map(|found| found.rule).collect();
        assert!(rules.iter().all(|rule| rule == "emergency-plan-incomplete"), "{rules:?}");
        let filled = found(&with_plan(&fleet, filled_in(&plan)));
        let said: Vec<&str> = filled.iter().map(|found| found.headline.as_str()).collect();
        assert!(said.is_empty(), "{said:?}\n{plan}");
    }
    assert!(planned > 30, "{planned}");
}

#[test]
fn what_is_still_to_fill_in_is_told() {
    let fleet = flux();
    let found = found(&with_plan(&fleet, plan(&fleet, &ORDER).expect("there is a plan")));
    assert_eq!(found.iter().map(|found| found.rule.as_str()).collect::<Vec<_>>(), ["emergency-plan-incomplete"]);
    assert!(found[0].headline.contains("still to fill in"));
}

/// The words of all commands of a plan.
fn commands(plan: &str) -> Vec<Vec<&str>> {
    let mut fenced = false;
    let mut found = Vec::new();
    for line in plan.lines() {
        let line = line.trim();
        if line.starts_with("```") {
            fenced = !fenced;
        } else if fenced && !line.starts_with('#') {
            found.push(line.split("   #").next().unwrap_or_default().split(' ').collect());
        }
    }
    found
}

fn after<'a>(command: &[&'a str], word: &str) -> Vec<&'a str> {
    command.windows(2).filter(|pair| pair[0] == word).map(|pair| pair[1]).collect()
}

#[test]
fn every_command_names_what_is_there() {
    let sample = fixture("fixtures/fleets/sample");
    let plan = plan(&sample, &ORDER).expect("there is a plan");
    let there = |path: &str| sample.iter().any(|(known, _)| known == path);
    let names = |file: &str, service: &str| {
        let text = sample.iter().find(|(known, _)| known == file).map_or("", |(_, text)| text);
        text.lines().any(|line| line.trim_end() == format!("  {service}:") || line.contains(&format!("  {service}: &")))
    };
    let mut seen = 0;
    for command in commands(&plan).iter().filter(|command| command.starts_with(&["docker", "compose"])) {
        let files = after(command, "-f");
        assert!(!files.is_empty() && files.iter().all(|file| there(file)), "{command:?}");
        let host = after(command, "-p").pop().expect("names its project");
        assert!(files.iter().all(|file| file.starts_with(&format!("hosts/{host}/"))), "{command:?}");
        for service in after(command, "stop").into_iter().chain(after(command, "-aq")) {
            let service = service.trim_end_matches(')').trim_end_matches('"').trim_end_matches(')');
            assert!(files.iter().any(|file| names(file, service)), "{command:?}");
            seen += 1;
        }
    }
    assert!(seen >= 8, "{seen}");
    for command in commands(&scenario(&flux(), "double-signing")).iter().filter(|command| command[0] == "kubectl") {
        assert_eq!(command[1..3], ["-n", "eth"], "{command:?}");
        assert!(command.iter().any(|word| word.contains("validator")), "{command:?}");
    }
    let hosts = scenario(&machines(), "double-signing");
    assert!(hosts.contains("for host in rack-1 rack-2 rack-3 rack-4; do"));
}

#[test]
fn deliveries_are_halted_from_the_outermost_in_and_before_anything_is_stopped() {
    let order = |plan: &str, words: &[&str]| {
        let places: Vec<usize> = words.iter().map(|word| plan.find(word).unwrap_or_else(|| panic!("{word}"))).collect();
        assert!(places.is_sorted(), "{words:?} {places:?}");
    };
    let flux = plan(&flux(), &ORDER).expect("there is a plan");
    order(
        &flux,
        &[
            "suspend kustomization flux-system",
            "suspend kustomization staking",
            "scale statefulset/validator --replicas=0",
        ],
    );
    order(&flux, &["scale statefulset/validator --replicas=0", "suspend helmrelease grafana"]);
    let argo = plan(&argo(), &ORDER).expect("there is a plan");
    order(&argo, &["argocd app set root", "argocd app set staking", "scale statefulset/validator --replicas=0"]);
}

#[test]
fn a_planned_move_is_told_in_the_order_in_which_it_is_safe() {
    let sample = fixture("fixtures/fleets/sample");
    let order = Order {
        scenario: Some("planned-move"),
        from: Some("borealis/validator"),
        to: Some("aurora/validator"),
        ..ORDER
    };
    let told = plan(&sample, &order).expect("there is a plan");
    insta::assert_snapshot!("planned-move-sample", told);
    let wrong = |from: Option<&str>, to: Option<&str>, keys: &[PublicKey]| {
        plan(&sample, &Order { scenario: Some("planned-move"), from, to, keys, ..ORDER }).expect_err("is refused")
    };
    assert_eq!(
        wrong(Some("borealis/validatr"), None, &[]),
        "no unit that can sign is called `borealis/validatr`; did you mean `borealis/validator`?"
    );
    assert!(wrong(Some("aurora/validator"), Some("aurora/validator"), &[]).contains("to itself"));
    let foreign = "0x82ae950cb2c51b31b1453e3db9c5276776f5ae5902b38eb618e4dd5cd427a0d9fc3e54d6c091ae573a27e1f03e8a6fe8";
    let foreign = PublicKey::parse(foreign).expect("is a key");
    assert!(wrong(Some("aurora/validator"), None, &[foreign]).contains("nothing in the tree shows"));
}

/// Commands of a run-book of three pods with a claim each, and of a service that no host runs.
#[test]
fn every_pod_of_a_set_is_waited_for_and_its_history_exported() {
    let set =
        SET.replace("replicas: 1", "replicas: 3").replace("name: validator }", "name: validator, namespace: eth }");
    let fleet = texts(&[("set.yml", &set)]);
    let order = Order { scenario: Some("planned-move"), from: Some("eth/validator"), ..ORDER };
    let told = plan(&fleet, &order).expect("there is a plan");
    for words in [
        "wait --for=delete pod/validator-0 pod/validator-1 pod/validator-2 ",
        "for n in $(seq 0 2); do kubectl -n eth run history-validator-\"$n\" ",
        "\"claimName\":\"data-validator-'\"$n\"'\"",
        "> 'eth-validator-'\"$n\"'.json'; done",
        "stakelint history eth-validator-[0-9]*.json --network mainnet --print-merged > eth-validator.json",
        "on claims `data-validator-0` to `data-validator-2`",
        "The new owner is not in the tree yet",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let lone = plan(&texts(&[("set.yml", SET)]), &ORDER).expect("there is a plan");
    assert!(lone.contains("pod/validator-0 --timeout") && lone.contains("data-validator-0") && !lone.contains("seq 0"));
}

#[test]
fn what_a_scheduler_runs_is_told_where_the_scheduler_is_reached() {
    let plan = |folder: &str| plan(&fixture(folder), &ORDER).expect("there is a plan");
    let told = plan("fixtures/formats/terraform/ecs");
    assert!(told.contains("From where Amazon ECS is reached") && !told.contains("ssh validator"), "{told}");
    assert!(told.contains("--desired-status STOPPED") && told.contains("aws sts get-caller-identity"), "{told}");
}

#[test]
fn every_scenario_of_every_fleet_can_be_told() {
    for fleet in [flux(), argo(), ansible(), machines(), fixture("fixtures/fleets/careless")] {
        for name in names() {
            let told = scenario(&fleet, name);
            assert!(told.starts_with("# ") && !told.contains("{{card") && !told.contains("{{move"), "{name}: {told}");
        }
    }
    assert!(plan(&flux(), &Order { scenario: Some("x"), ..ORDER }).expect_err("is refused").contains("double-signing"));
    assert!(plan(&texts(&[("a.yml", "a: 1\n")]), &ORDER).expect_err("is refused").contains("nothing to plan for"));
}

#[test]
fn a_plan_holds_no_secret_of_the_tree() {
    for folder in ["fixtures/fleets/careless", "fixtures/fleets/sample"] {
        let fleet = fixture(folder);
        let plan = plan(&fleet, &ORDER).expect("there is a plan");
        let policy = Policy { persona: Persona::Auditor, select: vec!["secrets".into()], ..Policy::new(TODAY) };
        let request = Request { settings: &Settings::default(), policy: &policy, network: None };
        for finding in check(&workspace(&fleet), rulebook(), request).outcome.findings {
            let span = finding.labels[0].span;
            let file = workspace(&fleet);
            let text = stakelint::source::Sources::text(&file, span.file).unwrap_or_default();
            let secret = text.get(span.start as usize..span.end as usize).unwrap_or_default();
            assert!(
                secret.len() < 8 || secret.contains("pubkey") || !plan.contains(secret),
                "{} of {folder}",
                finding.rule
            );
        }
    }
}

#[test]
fn the_command_writes_a_new_file_and_never_over_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("EMERGENCY.md");
    let run = |arguments: &[&str]| {
        program::run(Path::new("."), &[&["runbook", "fixtures/fleets/sample"], arguments].concat())
    };
    let path = file.to_string_lossy().into_owned();
    let first = run(&["--output", &path, "--date", "2026-11-25", "--checkout", "/srv/our fleet"]);
    assert_eq!(first.code, Some(0), "{}", first.err);
    let written = std::fs::read_to_string(&file).expect("is written");
    assert!(written.contains("cd '/srv/our fleet'\n") && written.contains("**Last reviewed**: 2026-11-25"));
    assert_eq!(run(&["--output", &path]).code, Some(2));
    assert_eq!(run(&["--scenario", "nothing-of-the-kind"]).code, Some(2));
    let moved = run(&["--from", "cirrus/validator", "--to", "aurora/validator"]);
    assert!(moved.out.starts_with("# Planned key move"));
    assert!(Path::new("rules/runbooks/planned-move.toml").is_file());
}

/// The lines between the fences of a plan, block by block.
fn fences(plan: &str) -> Vec<String> {
    let mut blocks: Vec<String> = Vec::new();
    let mut open = false;
    for line in plan.lines() {
        if line.trim_start().starts_with("```") {
            open = !open;
            blocks.extend(open.then(String::new));
        } else if let Some(block) = blocks.last_mut().filter(|_| open) {
            block.push_str(line.trim_start());
            block.push('\n');
        }
    }
    blocks
}

#[test]
#[cfg(unix)]
fn a_shell_understands_every_command_and_every_file_is_there() {
    let mut fleets = vec![flux(), argo(), ansible(), machines(), set_of_applications(), nimbus(), kept()];
    let known = [
        "fixtures/fleets/sample",
        "fixtures/fleets/careless",
        "fixtures/ok/ansible-fleet",
        "fixtures/ok/vouch-and-dirk",
    ];
    fleets.extend(known.into_iter().map(fixture));
    let mut script = String::new();
    for fleet in fleets {
        let there = |path: &str| fleet.iter().any(|(known, _)| known == path);
        let whole = plan(&fleet, &ORDER).expect("there is a plan");
        for block in fences(&whole) {
            for line in block.lines().filter(|line| line.starts_with("docker compose")) {
                let words: Vec<&str> = line.split(' ').collect();
                assert!(after(&words, "-f").iter().all(|file| there(file)), "{line}");
                // A project at the top is called after its folder, wherever that lies.
                let at_top = after(&words, "-f").iter().all(|file| !file.contains('/'));
                assert!(at_top || after(&words, "-p").len() == 1, "{line}");
            }
            for line in block.lines().filter(|line| line.starts_with("kubectl apply -f ")) {
                let path = line.split("   #").next().unwrap_or_default().trim_start_matches("kubectl apply -f ");
                assert!(there(path), "{line}");
            }
            for line in block.lines().filter(|line| line.starts_with("ansible -i ")) {
                assert!(there(line.split(' ').nth(2).unwrap_or_default()), "{line}");
            }
            assert!(
                !block.contains("{unit}") && !block.contains("{folder}") && !block.contains("{carried}"),
                "{block}"
            );
            script.push_str(&format!("f() {{\n:\n{block}}}\n"));
        }
    }
    let mut shell = std::process::Command::new("sh");
    let shell = shell.arg("-n").stdin(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn();
    let mut shell = shell.expect("there is a shell");
    std::io::Write::write_all(&mut shell.stdin.take().expect("is piped"), script.as_bytes()).expect("reads");
    let read = shell.wait_with_output().expect("ends");
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    assert!(script.lines().count() > 300);
}

/// An application of applications, one of which makes more of them of every folder.
fn set_of_applications() -> Texts {
    let set = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: { name: each, namespace: argocd }\nspec:\n  generators: [{ git: { directories: [{ path: k8s/* }] } }]\n  template: { spec: { source: { path: '{{path}}' } } }\n";
    let root = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: root, namespace: argocd }\nspec: { source: { path: apps } }\n";
    texts(&[("apps/each.yaml", set), ("root.yaml", root), ("k8s/eth/validator.yaml", SET)])
}

#[test]
fn what_makes_applications_is_halted_after_what_delivers_it() {
    let plan = plan(&set_of_applications(), &ORDER).expect("there is a plan");
    let at = |words: &str| plan.find(words).unwrap_or_else(|| panic!("{words}: {plan}"));
    assert!(at("argocd app set root") < at("patch applicationset each"));
    assert!(at("patch applicationset each") < at("scale statefulset/validator --replicas=0"));
}

/// A separate validator client of Nimbus, whose image lacks the program that exports; beside it a container without a name.
fn nimbus() -> Texts {
    texts(&[(
        "compose.yml",
        "services:\n  vc:\n    image: statusim/nimbus-validator-client:multiarch-v26.10.0@sha256:0011\n    command: --network=mainnet --data-dir=/data\n    volumes: [\"./data:/data\"]\n  other:\n    image: gcr.io/offchainlabs/prysm/validator:v7.2.0\n    command: --mainnet --datadir=/data --wallet-dir=/wallet --enable-minimal-slashing-protection\n    volumes: [\"./other:/data\", \"./wallet:/wallet\"]\n",
    )])
}

/// Containers that hold their history themselves.
fn kept() -> Texts {
    texts(&[(
        "compose.yml",
        "services:\n  vc:\n    image: sigp/lighthouse:v8.3.3\n    command: lighthouse vc --network mainnet\n    volumes: [\"./keys:/keys\"]\n",
    )])
}

#[test]
fn histories_are_exported_by_a_program_that_is_there() {
    let plan = plan(&nimbus(), &ORDER).expect("there is a plan");
    let line = |words: &str| {
        plan.lines().find(|line| line.contains(words)).unwrap_or_else(|| panic!("{words}: {plan}")).to_owned()
    };
    let export = line("slashingdb export");
    assert!(export.starts_with("docker run --rm --volumes-from \"$(docker compose"), "{export}");
    assert!(
        export.contains("--entrypoint /home/user/nimbus_beacon_node statusim/nimbus-eth2:multiarch-v26.10.0 "),
        "{export}"
    );
    assert!(export.ends_with("--data-dir=/data --validators-dir=/data/validators"), "{export}");
    assert!(line("slashing-protection-history export").ends_with(" --enable-minimal-slashing-protection"));
    let bare = scenario(&machines(), "history-lost");
    assert!(!bare.contains("sudo systemctl stop validator.service || "));
    let signer = fixture("fixtures/fleets/sample");
    let signer = self::plan(&signer, &ORDER).expect("there is a plan");
    assert!(signer.contains("--slashing-protection-db-username=web3signer export --to="), "{signer}");
}

#[test]
fn a_program_of_the_machine_runs_as_the_owner_of_its_files() {
    let plan = plan(&machines(), &ORDER).expect("there is a plan");
    assert!(
        plan.contains("sudo -u \"$(stat -c %U /var/lib/nimbus/validators)\" nimbus_beacon_node slashingdb export"),
        "{plan}"
    );
}

#[test]
fn a_container_that_holds_its_history_is_never_made_anew() {
    let plan = plan(&kept(), &ORDER).expect("there is a plan");
    assert!(!plan.contains("--force-recreate") && plan.contains(" start vc\n"), "{plan}");
    assert!(plan.contains("The history of `vc` lies in the container itself"), "{plan}");
    let pod = SET.replace("          volumeMounts: [{ name: data, mountPath: /data }]\n", "");
    let plan = self::plan(&texts(&[("k8s/validator.yaml", &pod)]), &ORDER).expect("there is a plan");
    assert!(plan.contains("goes with the pod"), "{plan}");
}

#[test]
fn a_scenario_that_stands_alone_refers_to_no_card() {
    for fleet in [flux(), machines(), fixture("fixtures/fleets/sample")] {
        for name in names() {
            let told = scenario(&fleet, name);
            assert!(!told.contains("](#"), "{name}: {told}");
            assert!(!told.contains("The lines of the"), "{name}: {told}");
        }
    }
    let sample = fixture("fixtures/fleets/sample");
    let order = Order { scenario: Some("planned-move"), from: Some("borealis/validator"), ..ORDER };
    let told = plan(&sample, &order).expect("there is a plan");
    assert!(told.contains("slashing-protection import /export/borealis-validator.json"), "{told}");
    let start = told.split("Start the new owner").nth(1).expect("starts it");
    assert!(start.contains("On `aurora`") && !start.contains("-p borealis"), "{start}");
    assert!(
        scenario(&sample, "host-lost").contains("Failure")
            || scenario(&sample, "host-lost").contains("if this is lost")
    );
    assert!(scenario(&sample, "double-signing").contains("- [ ] The cause is known"));
}

/// The settings of a text.
fn settings(text: &str) -> Settings {
    Settings::parse(text, Path::new("stakelint.toml")).expect("is sound")
}

#[test]
fn what_the_settings_allow_is_listed_with_its_day() {
    let text = "[[allow]]\nrule = \"exposed\"\npath = \"a/**\"\nreason = \"Ada: behind | the wall\"\nuntil = 2026-11-01\n[[allow]]\nrule = \"wiring\"\nreason = \"Bo\"\n";
    let told = runbook(&workspace(&flux()), &settings(text), None, &ORDER).expect("there is a plan");
    assert!(told.contains("| `exposed` | `a/**` | Ada: behind   the wall | 2026-11-01 (**over**) |"), "{told}");
    assert!(told.contains("| `wiring` | the whole tree | Bo | **no day** |"));
    assert!(plan(&flux(), &ORDER).expect("there is a plan").contains("The settings file allows none."));
}

/// Writes texts to a folder.
fn written(texts: &Texts) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in texts {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("has a folder")).expect("is made");
        std::fs::write(path, text).expect("is written");
    }
    folder
}

#[test]
fn the_plan_can_be_called_otherwise_where_the_settings_name_it() {
    let fleet = fixture("fixtures/fleets/sample");
    let said =
        filled_in(&plan(&fleet, &ORDER).expect("there is a plan")).replace("`aurora/validator`", "`aurora/former`");
    let mut texts = fleet.clone();
    texts.push(("docs/worst-day.md".to_owned(), said));
    let folder = written(&texts);
    let rules = |text: &str| -> Vec<String> {
        let path = folder.path().join("stakelint.toml");
        let settings = Settings::parse(text, &path).expect("is sound");
        let opened = stakelint::workspace::open(&[folder.path().to_owned()], &settings, &Default::default());
        let policy = Policy { persona: Persona::Auditor, select: vec!["plan".into()], ..Policy::new(TODAY) };
        let request = Request { settings: &settings, policy: &policy, network: None };
        let outcome = check(&opened.expect("opens"), rulebook(), request).outcome;
        let left = outcome.not_checked.iter().filter(|left| left.why.contains("emergency plan"));
        let left = left.map(|left| left.path.clone()).collect::<Vec<_>>();
        outcome.findings.into_iter().map(|found| found.rule).chain(left).collect()
    };
    assert_eq!(rules(""), ["emergency-plan-missing"]);
    assert_eq!(rules("[plan]\npath = \"docs/worst-day.md\"\n"), ["emergency-plan-differs"]);
    assert_eq!(rules("[plan]\npath = \"docs/gone.md\"\n"), ["emergency-plan-missing", "docs/gone.md"]);
}

#[test]
fn a_secret_in_a_plan_is_found() {
    let fleet = flux();
    let plan = plan(&fleet, &ORDER).expect("there is a plan");
    let secrets = |plan: String| -> Vec<String> {
        let policy = Policy { persona: Persona::Auditor, select: vec!["secrets".into()], ..Policy::new(TODAY) };
        let request = Request { settings: &Settings::default(), policy: &policy, network: None };
        let found = check(&workspace(&with_plan(&fleet, plan)), rulebook(), request).outcome.findings;
        found.into_iter().map(|found| found.rule).collect()
    };
    assert!(secrets(plan.clone()).is_empty());
    // From a throw-away mnemonic of the tests of BIP-39.
    let words = "legal winner thank year wave sausage worth useful legal winner thank year wave sausage worth useful legal winner thank year wave sausage worth title";
    assert_eq!(secrets(format!("{plan}\n- Mnemonic of the withdrawal keys: {words}\n")), ["plain-mnemonic"]);
}

#[test]
fn the_release_that_ran_before_comes_from_the_history() {
    let texts = texts(&[("k8s/validator.yaml", SET), ("k8s/kustomization.yaml", "resources: [validator.yaml]\n")]);
    let folder = written(&texts);
    let repository = gix::init(folder.path()).expect("a repository");
    for (day, version) in (0..).zip(["v8.3.1", "v8.3.2", "v8.3.2", "v8.3.3"]) {
        let text = SET.replace("v8.3.3", version);
        program::commit(&repository, &[("k8s/validator.yaml", &text)], 1_700_000_000 + day * 86_400);
    }
    let opened = stakelint::workspace::open(&[folder.path().to_owned()], &Settings::default(), &Default::default());
    let told = runbook(&opened.expect("opens"), &Settings::default(), None, &ORDER).expect("there is a plan");
    let row = told.lines().find(|line| line.starts_with("| `sigp/lighthouse:v8.3.3`")).expect("has a row");
    assert!(row.contains("`sigp/lighthouse:v8.3.2`, last in `") && row.contains("of 2023-11-16"), "{row}");
    let without = plan(&texts, &ORDER).expect("there is a plan");
    assert!(without.contains("`git log -p -3 -- k8s/validator.yaml`"));
}

#[test]
fn keys_that_are_owned_by_their_numbers_count() {
    let words = "legal winner thank year wave sausage worth useful legal winner thank year wave sausage worth useful legal winner thank year wave sausage worth title";
    let text = format!(
        "services:\n  vc:\n    image: chainsafe/lodestar:v1.39.0\n    command: [validator, --network=mainnet, --dataDir=/data, --fromMnemonic, \"{words}\", --mnemonicIndexes, \"5..14\"]\n    volumes: [\"./data:/data\"]\n"
    );
    let fleet = texts(&[("hosts/a/compose.yml", &text)]);
    let told = plan(&fleet, &ORDER).expect("there is a plan");
    assert!(told.contains("10 keys in 1 unit") && told.contains("| `a/vc` | 10 |"), "{told}");
    assert!(told.contains("| numbers 5 to 14 |"), "{told}");
    let differs = |plan: String| {
        found(&with_plan(&fleet, plan)).iter().any(|found| found.headline.contains("owns 10 keys, not 9"))
    };
    assert!(!differs(told.clone()) && differs(told.replace("| `a/vc` | 10 |", "| `a/vc` | 9 |")));
}
