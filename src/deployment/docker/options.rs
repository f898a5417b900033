//! Takes a `docker run` apart: its options, the image, and the words for the container.

use super::model::{Given, Line};
use crate::deployment::tree;
use crate::source::Text;

/// Programs that understand `run` as Docker does.
const PROGRAMS: [&str; 3] = ["docker", "nerdctl", "podman"];
/// Programs that only start the rest of their line.
const STARTERS: [&str; 9] = ["command", "doas", "env", "exec", "ionice", "nice", "nohup", "sudo", "time"];
/// Options of `docker` itself that take a value.
const OUTER: [&str; 9] =
    ["-H", "--host", "-c", "--context", "--config", "-l", "--log-level", "--connection", "--namespace"];
/// Options without a value; all others take one.
const SWITCHES: [&str; 24] = [
    "detach",
    "disable-content-trust",
    "env-host",
    "help",
    "http-proxy",
    "init",
    "interactive",
    "no-healthcheck",
    "no-hosts",
    "oom-kill-disable",
    "privileged",
    "publish-all",
    "quiet",
    "read-only",
    "read-only-tmpfs",
    "replace",
    "rm",
    "rmi",
    "rootfs",
    "sig-proxy",
    "tls-verify",
    "tty",
    "use-api-socket",
    "no-hostname",
];
/// Short names.
const SHORT: [(char, &str); 15] = [
    ('a', "attach"),
    ('c', "cpu-shares"),
    ('d', "detach"),
    ('e', "env"),
    ('h', "hostname"),
    ('i', "interactive"),
    ('l', "label"),
    ('m', "memory"),
    ('P', "publish-all"),
    ('p', "publish"),
    ('q', "quiet"),
    ('t', "tty"),
    ('u', "user"),
    ('v', "volume"),
    ('w', "workdir"),
];
/// Other names of the same option.
const ALIASES: [(&str, &str); 2] = [("net", "network"), ("net-alias", "network-alias")];

/// Takes a command line apart; nothing if it starts no container.
pub(super) fn read(words: &[Text]) -> Option<Line> {
    let at = program(words)?;
    let start = words.get(at)?.span();
    let mut reading = Reading { words, at: behind_command(words, at + 1)?, given: Vec::new(), holes: Vec::new() };
    let image = reading.image()?;
    let rest = words.get(reading.at..).unwrap_or_default().to_vec();
    Some(Line { start, given: reading.given, holes: reading.holes, image, words: rest })
}

/// Finds the word that names Docker, behind whatever starts it.
fn program(words: &[Text]) -> Option<usize> {
    let mut at = 0;
    while let Some(word) = words.get(at).filter(|_| at < 16) {
        let name = tree::name(word.known()?);
        if PROGRAMS.contains(&name) {
            return Some(at);
        }
        let passes = at > 0 && (name.starts_with('-') || name.contains('=')) || STARTERS.contains(&name);
        let of_option = at > 0 && words.get(at - 1).is_some_and(|before| matches!(before.value(), "-u" | "-n" | "-c"));
        if !passes && !of_option {
            return None;
        }
        at += 1;
    }
    None
}

/// Passes `run`, `container run` and the like.
fn behind_command(words: &[Text], mut at: usize) -> Option<usize> {
    while let Some(option) = words.get(at).map(Text::value).filter(|word| word.starts_with('-')) {
        at += if OUTER.contains(&option) { 2 } else { 1 };
    }
    let word = |at: usize| words.get(at).and_then(Text::known);
    at += usize::from(word(at) == Some("container"));
    matches!(word(at), Some("run" | "create")).then_some(at + 1)
}

struct Reading<'a> {
    words: &'a [Text],
    at: usize,
    given: Vec<Given>,
    holes: Vec<Text>,
}

impl Reading<'_> {
    /// Reads options up to the image, which it answers.
    fn image(&mut self) -> Option<Text> {
        while let Some(word) = self.words.get(self.at) {
            self.at += 1;
            let value = word.value();
            if word.is_hole() && self.goes_on() {
                self.holes.push(word.clone());
            } else if value == "--" {
                let image = self.words.get(self.at).cloned();
                self.at += 1;
                return image;
            } else if value.starts_with("--") && word.is_known_in(0..2) {
                self.long(word);
            } else if value.starts_with('-') && value.len() > 1 && word.is_known_in(0..2) {
                self.short(word);
            } else {
                return Some(word.clone());
            }
        }
        None
    }

    /// Tells whether a word that nobody knows is none of the image: options follow it, or what can only be an image.
    fn goes_on(&self) -> bool {
        let Some(next) = self.words.get(self.at) else { return false };
        let (value, name) = (next.value(), next.value().trim_start_matches('-').split('=').next().unwrap_or_default());
        let of_docker = ["name", "network", "net", "volume", "env", "env-file", "publish", "restart", "mount", "user"];
        let short = value.len() == 2 && value.starts_with('-') && "depuvitw".contains(&value[1..]);
        let image = || next.is_known() && value.contains('/') && !value.starts_with(['-', '/']);
        short || value.starts_with("--") && of_docker.contains(&name) || next.is_hole() || image()
    }

    fn long(&mut self, word: &Text) {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name.value().trim_start_matches('-').to_owned(), Some(value)),
            None => (word.value().trim_start_matches('-').to_owned(), None),
        };
        let name = ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, name)| (*name).to_owned());
        let value = if value.is_none() && !SWITCHES.contains(&name.as_str()) { self.next() } else { value };
        self.push(name, value);
    }

    /// Reads `-d`, `-it`, `-p 80:80`, `-p80:80`, `-itp 80:80`.
    fn short(&mut self, word: &Text) {
        for (at, letter) in word.value().char_indices().skip(1) {
            let Some((_, name)) = SHORT.iter().find(|(short, _)| *short == letter) else { return };
            if SWITCHES.contains(name) {
                self.push((*name).to_owned(), None);
                continue;
            }
            let rest = word.slice(at + letter.len_utf8()..word.value().len());
            let rest = if rest.value().starts_with('=') { rest.slice(1..rest.value().len()) } else { rest };
            let value = if rest.value().is_empty() { self.next() } else { Some(rest) };
            return self.push((*name).to_owned(), value);
        }
    }

    fn next(&mut self) -> Option<Text> {
        let value = self.words.get(self.at).cloned();
        self.at += 1;
        value
    }

    fn push(&mut self, name: String, value: Option<Text>) {
        self.given.push(Given { name, value });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    fn words(line: &str) -> Vec<Text> {
        let mut words = Vec::new();
        for word in line.split(' ') {
            let at = word.as_ptr() as usize - line.as_ptr() as usize;
            let span = Span::new(FileId(0), at as u32, (at + word.len()) as u32);
            let mut text = Text::empty(span);
            if word.starts_with('$') {
                text.push_hole(word, span)
            } else {
                text.push(word, span, None)
            }
            words.push(text);
        }
        words
    }

    fn shown(line: &str) -> String {
        let Some(line) = read(&words(line)) else { return "nothing".into() };
        let given = line.given.iter().map(|given| match &given.value {
            Some(value) => format!("{}={value}", given.name),
            None => given.name.clone(),
        });
        let rest = line.words.iter().map(|word| word.value().to_owned()).collect::<Vec<_>>();
        format!("{} : {} : {}", given.collect::<Vec<_>>().join(" "), line.image, rest.join(" "))
    }

    #[test]
    fn options_end_at_the_image() {
        for (line, expected) in [
            (
                "docker run -it --rm -p 80:80 sigp/x:v1 lighthouse vc -p",
                "interactive tty rm publish=80:80 : sigp/x:v1 : lighthouse vc -p",
            ),
            (
                "sudo -u eth docker -H unix:///x run -dp80:80 --net=host --name a img",
                "detach publish=80:80 network=host name=a : img : ",
            ),
            ("podman container run --cpus 2 -ePASS=x -- img --flag", "cpus=2 env=PASS=x : img : --flag"),
            ("/usr/bin/docker create --read-only=false --init a/b", "read-only=false init : a/b : "),
            ("docker run $OPTS --name a $NET $IMAGE vc", "name=a : $IMAGE : vc"),
        ] {
            assert_eq!(shown(line), expected, "{line}");
        }
    }

    #[test]
    fn what_starts_no_container_is_none() {
        for line in [
            "docker compose run x",
            "docker pull a",
            "docker",
            "docker run",
            "echo docker run a",
            "lighthouse docker run a",
        ] {
            assert_eq!(shown(line), "nothing", "{line}");
        }
    }
}
