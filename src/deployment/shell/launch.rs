//! Everything that a script does when it is run: the programs that it starts, and the files that it writes.

use super::choose::is_flags;
use super::expand::Variables;
use super::model::{Sources, Written};
use super::pour::joined;
use super::run::Shell;
use crate::deployment::{Variable, tree};
use crate::source::Text;

/// Longer scripts are not read.
const LONGEST: usize = 512 << 10;

/// What a script does when it is run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Launch {
    /// Programs that it starts, in order.
    pub started: Vec<Started>,
    /// Files that it writes, in order.
    pub written: Vec<Written>,
    /// Variables that it passes on to what it starts.
    pub exported: Vec<Variable>,
    /// It takes in another script that the tree does not show.
    pub open: bool,
}

/// A program that a script starts.
#[derive(Debug, Clone)]
pub(crate) struct Started {
    /// Its words, behind `tmux` and the like.
    pub words: Vec<Text>,
    /// Variables that are set for it alone.
    pub env: Vec<Variable>,
    /// It is started under a condition that cannot be decided here.
    pub conditional: bool,
    /// Flags that follow it as a command of their own, so that it does not get them.
    pub lost: Option<Text>,
}

/// Goes through a script; `sources` finds those that it takes in, of which it goes through so many steps at most.
pub(crate) fn launch(script: &Text, sources: Sources<'_>, share: usize) -> Launch {
    if script.value().len() > LONGEST {
        return Launch::default();
    }
    let mut shell = Shell::new(Variables::default(), Some(sources));
    shell.share = share;
    shell.script(script);
    let (mut started, mut more): (Vec<Started>, _) = (Vec::new(), Vec::new());
    for run in std::mem::take(&mut shell.runs) {
        if is_flags(&run.words) {
            if let Some(before) = started.last_mut().filter(|before| before.lost.is_none()) {
                before.lost = joined(&run.words);
            }
            continue;
        }
        match in_terminal(&run.words) {
            Terminal::Words(words) => {
                started.push(Started { words, env: run.env, conditional: run.conditional, lost: None });
            }
            Terminal::Script(inner) => more.push(inner),
        }
    }
    for inner in more {
        shell.deeper(|shell| shell.script(&inner));
    }
    let others = shell.runs.drain(..).filter(|run| !is_flags(&run.words)).map(|run| Started {
        words: run.words,
        env: run.env,
        conditional: run.conditional,
        lost: None,
    });
    started.extend(others);
    Launch { started, written: shell.written, exported: shell.exported, open: shell.variables.open }
}

enum Terminal {
    Words(Vec<Text>),
    Script(Text),
}

/// What is started in a terminal of its own: by `tmux`, by `screen`.
fn in_terminal(words: &[Text]) -> Terminal {
    let plain = super::pour::behind_users(words);
    let name = plain.first().and_then(Text::known).map(tree::name);
    let line = |text: &Text| text.value().trim().contains(' ');
    match name {
        Some("tmux") => match plain.iter().skip(1).rfind(|word| line(word)) {
            Some(script) => Terminal::Script(script.clone()),
            None => Terminal::Words(words.to_vec()),
        },
        Some("screen") => {
            let mut at = 1;
            while let Some(option) = plain.get(at).map(Text::value).filter(|word| word.starts_with('-')) {
                at += if option.ends_with('S') || option.ends_with("Logfile") { 2 } else { 1 };
            }
            Terminal::Words(plain.get(at..).unwrap_or_default().to_vec())
        }
        _ => Terminal::Words(words.to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};
    use insta::assert_snapshot;

    fn show(script: &str) -> String {
        let text = Text::literal(script, Span::new(FileId(0), 0, script.len() as u32));
        let exports = "NET=hoodi";
        let more = Text::literal(exports, Span::new(FileId(1), 0, exports.len() as u32));
        let launch = launch(&text, &|path| (path == "./exports.sh").then(|| more.clone()), 100);
        let word = |word: &Text| if word.is_known() { word.value().to_owned() } else { format!("<{word}>") };
        let started = launch.started.iter().map(|started| {
            let words: Vec<String> = started.words.iter().map(word).collect();
            format!("{}{}", if started.conditional { "perhaps " } else { "" }, words.join(" | "))
        });
        let written = launch.written.iter().map(|file| {
            format!("{}{}:\n{}", word(&file.path), if file.appends { " +" } else { "" }, word(&file.content))
        });
        started.chain(written).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn scripts_that_each_take_in_two_others_come_to_an_end() {
        let taken = std::cell::Cell::new(0);
        let twice = Text::literal(". ./a.sh\n./b.sh\n", Span::new(FileId(0), 0, 16));
        launch(
            &twice,
            &|_| {
                taken.set(taken.get() + 1);
                Some(twice.clone())
            },
            1_000_000,
        );
        assert_eq!(taken.get(), 100);
    }

    #[test]
    fn documents_are_written_with_their_variables() {
        assert_snapshot!(show("N=mainnet\nCMD=\"lighthouse bn \\\n --http\"\ncat > /etc/a.service <<EOF\n[Service]\nExecStart=$(echo $CMD) --n $N \\$HOME $(whoami)\nEOF\n"), @r"
/etc/a.service:
<[Service]
ExecStart=lighthouse bn --http --n mainnet $HOME $(whoami)
>
");
        assert_snapshot!(show("sudo tee /etc/b > /dev/null <<'EOF'\nA=$X\nEOF\ncat <<-EOF | sudo tee -a /etc/c\n\t\tB=1\n\tEOF\necho \"C=1\" >> /etc/d 2>&1\n"), @r"
cat
/etc/b:
A=$X

/etc/c +:
B=1

/etc/d +:
C=1
");
    }

    #[test]
    fn shells_and_terminals_are_followed() {
        assert_snapshot!(show("source ./exports.sh\nsu eth -c \"lighthouse vc --network $NET\"\nsudo bash -c 'cat > /x <<EOF\na\nEOF'\ntmux new-session -d -s vc 'lighthouse vc --a'\nscreen -dmS bn lighthouse bn\nsudo su <<EOF2\ncat > /y << EOF\nb\nEOF\nEOF2\nif x; then docker run a; fi"), @r"
lighthouse | vc | --network | hoodi
lighthouse | bn
perhaps docker | run | a
lighthouse | vc | --a
/x:
a

/y:
b
");
    }

    #[test]
    fn no_more_is_taken_from_others_than_may_be() {
        let text = |text: &str| Text::literal(text, Span::new(FileId(0), 0, text.len() as u32));
        let variables: String = (0..300).map(|at| format!("export V{at}=1\n")).collect();
        let (script, variables) = (text("export A=1\n. ./all.sh\nexport B=1\n"), text(&variables));
        let exported = |share| {
            let launch = launch(&script, &|_| Some(variables.clone()), share);
            (launch.exported.len(), launch.open)
        };
        assert_eq!(exported(1_000), (302, false));
        let (many, open) = exported(100);
        assert!((2..=102).contains(&many) && open, "{many} {open}");
    }
}
