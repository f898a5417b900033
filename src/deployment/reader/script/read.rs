//! Finds the scripts of a tree that nothing else in it runs.

use super::take::{Script, take};
use crate::catalogue::Catalogue;
use crate::deployment::reader::model::Reading;
use crate::deployment::reader::systemd::Machine;
use crate::deployment::shell::{self, Launch};
use crate::deployment::tree;
use crate::source::{FileId, Span, Text};
use crate::workspace::{FileKind, SourceFile, Workspace};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::sync::Mutex;

/// Longer scripts are not read.
const LONGEST: usize = 256 << 10;
/// The scripts of a tree go through no more steps of others that they take in, as long as each goes through no more than a few.
const MOST_BORROWED: usize = 1_000_000;
const FEW_BORROWED: usize = 500;
/// Folders of a project's own workshop: what lies there builds and tests, and deploys nothing.
const WORKSHOPS: [&str; 10] =
    [".ci", ".circleci", ".github", ".gitlab", "build", "ci", "dev", "hack", "node_modules", "vendor"];

/// Takes what every script starts and writes that no unit of the tree runs, and no other script.
pub(in crate::deployment::reader) fn read(workspace: &Workspace, reading: &mut Reading) {
    let followed = followed(reading);
    let candidates: Vec<&SourceFile> = workspace.chosen(is_candidate);
    if candidates.is_empty() {
        return;
    }
    let built = dockerfiles(workspace);
    let share = (MOST_BORROWED / candidates.len()).clamp(FEW_BORROWED, shell::MOST_STEPS);
    let called: Mutex<BTreeSet<FileId>> = Mutex::new(BTreeSet::new());
    let launches: Vec<(&SourceFile, Launch)> =
        candidates.into_par_iter().filter_map(|file| Some((file, launch(workspace, file, &called, share)?))).collect();
    let called = called.into_inner().unwrap_or_default();
    let catalogue = Catalogue::builtin();
    for (file, launch) in &launches {
        let in_image = built.iter().any(|text| text.contains(file.name())) || file.name().contains("entrypoint");
        if followed.contains(&file.id) || called.contains(&file.id) || in_image || reading.claimed.contains(&file.id) {
            continue;
        }
        let stem = tree::stem(file.name());
        let machine = Machine::of(workspace, &file.path, stem);
        take(launch, &Script { path: &file.path, name: stem, catalogue: &catalogue }, &machine, reading);
    }
}

/// The files in which the words of a unit's command stand: scripts that were followed.
fn followed(reading: &Reading) -> BTreeSet<FileId> {
    let commands = reading.inventory.units.iter().map(|unit| &unit.command);
    let words = commands.flat_map(|command| command.words.iter().chain(command.before.iter().flatten()));
    words.flat_map(|word| word.segments().iter().map(|segment| segment.span.file)).collect()
}

fn is_candidate(file: &SourceFile) -> bool {
    let shell = file.kind == FileKind::Shell && file.text().is_some_and(|text| text.len() <= LONGEST);
    let workshop = || file.folder().split('/').any(|part| WORKSHOPS.contains(&part));
    shell && !tree::is_fixture(&file.path) && !workshop()
}

/// The texts of the files that images are built from.
fn dockerfiles(workspace: &Workspace) -> Vec<&str> {
    let named = |file: &&SourceFile| file.name().to_ascii_lowercase().contains("dockerfile");
    workspace.written().filter(named).filter_map(|file| file.text().map(|text| &**text)).collect()
}

fn launch(workspace: &Workspace, file: &SourceFile, called: &Mutex<BTreeSet<FileId>>, share: usize) -> Option<Launch> {
    let text = file.text()?;
    let sources = |path: &str| {
        let path = path.trim_start_matches("./");
        let other = workspace.find(&tree::join(file.folder(), path)?).filter(|other| other.id != file.id)?;
        let text = other.text().filter(|text| text.len() <= LONGEST)?;
        if let Ok(mut called) = called.lock() {
            called.insert(other.id);
        }
        Some(Text::literal(text, Span::new(other.id, 0, text.len() as u32)))
    };
    let script = Text::literal(text, Span::new(file.id, 0, text.len() as u32));
    Some(shell::launch(&script, &sources, share))
}

#[cfg(test)]
mod tests {
    use crate::deployment::show::units;
    use insta::assert_snapshot;

    #[test]
    fn what_a_script_starts_becomes_units() {
        let script = "#!/bin/bash\n. ./net.sh\nFEE=0xab\nargs=(--a \"b c\")\nnohup /opt/lighthouse vc --network $NET \"${args[@]}\" --fee $FEE > log 2>&1 &\nlighthouse account list\nfor i in 1 2; do docker run -d --restart=unless-stopped --name vc$i -v $(pwd)/keys/$i:/keys -p 506$i:5062 sigp/lighthouse:v8.0.0 lighthouse vc --x $i; done\n";
        assert_snapshot!(units(&[("hosts/a/start.sh", script), ("hosts/a/net.sh", "NET=hoodi\n")]), @r"
a/start -
  project: hosts/a
  program: nohup | /opt/lighthouse | vc | --network | hoodi | --a | b c | --fee | 0xab
  mounts: host:/ -> /
  network: host
a/vc1 sigp/lighthouse:v8.0.0
  project: hosts/a
  words: lighthouse | vc | --x | 1
  ports: * 5061 5062 tcp
  mounts: tree:hosts/a/keys/1 -> /keys
  restart: UnlessStopped
a/vc2 sigp/lighthouse:v8.0.0
  project: hosts/a
  words: lighthouse | vc | --x | 2
  ports: * 5062 5062 tcp
  mounts: tree:hosts/a/keys/2 -> /keys
  restart: UnlessStopped
");
    }

    #[test]
    fn what_a_script_writes_becomes_units() {
        let script = "#!/bin/bash\nCMD=\"/usr/bin/lighthouse bn --http\"\ncat > $HOME/cl.service <<EOF\n[Service]\nEnvironmentFile=/etc/default/cl\nExecStart=$(echo $CMD) \\$ARGS\nRestart=always\nEOF\nsudo tee /etc/default/cl >/dev/null <<'EOF'\nARGS=--metrics\nEOF\nsystemctl enable cl\n";
        assert_snapshot!(units(&[("install.sh", script)]), @r"
/cl -
  program: /usr/bin/lighthouse | bn | --http | --metrics
  env: ARGS=--metrics
  mounts: host:/ -> /
  restart: Always
  network: host
");
    }

    #[test]
    fn what_lies_beside_a_script_is_taken_in_however_its_folder_is_found_out() {
        let script = "#!/bin/bash\nhere=\"$(realpath \"$(dirname \"${BASH_SOURCE[0]}\")\")\"\nsource \"$here/common.sh\"\nsource $HOME/own.sh\ncat <<EOF | sudo tee \"$vc_file\"\n[Service]\nExecStart=lighthouse vc --network $net\nEOF\ncat <<EOF > \"$bn_file\"\n[Service]\nExecStart=lighthouse bn\nEOF\n";
        let texts = [
            ("a/install.sh", script),
            ("a/common.sh", "vc_file=/etc/systemd/system/keys.service\nnet=hoodi\n"),
            ("a/own.sh", "net=mainnet\n"),
        ];
        let shown = units(&texts);
        let heads: Vec<&str> =
            shown.lines().filter(|line| !line.starts_with(' ') || line.contains("program")).collect();
        assert_eq!(
            heads,
            ["a/keys -", "  program: lighthouse | vc | --network | hoodi", "a/bn_file -", "  program: lighthouse | bn"]
        );
    }

    #[test]
    fn scripts_of_others_and_of_the_workshop_are_left_alone() {
        let start = "#!/bin/sh\nexec lighthouse vc --a\n";
        let texts = [
            ("ci/run.sh", start),
            ("tests/run.sh", start),
            ("image/start.sh", start),
            ("image/Dockerfile", "FROM x\nCOPY start.sh /\n"),
            ("a/compose.yml", "services:\n  vc:\n    image: x\n    entrypoint: /s.sh\n    volumes: [./s.sh:/s.sh]\n"),
            ("a/s.sh", start),
        ];
        assert_snapshot!(units(&texts), @r"
a/vc x
  project: a
  wrappers: /s.sh
  program: lighthouse | vc | --a
  mounts: tree:a/s.sh -> /s.sh
");
    }
}
