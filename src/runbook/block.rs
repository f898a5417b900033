//! Blocks of commands: those of one place together, those of hosts that are alike once for all of them.

use super::draft::Draft;
use super::fill::{Values, quoted};
use super::page::tick;
use super::post::{Place, Post};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Stands for the name of the host in commands that are alike on several.
const MARK: &str = "\u{1}";
/// So many hosts that are alike are told in one loop.
const LOOP: usize = 3;

/// How hosts that are alike are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// All at once.
    AtOnce,
    /// One after the other, each by a decision of its own.
    OneByOne,
}

/// What is said of each post: commands, made of its values.
pub type Say<'s> = dyn Fn(&Post<'_>, &Values) -> Vec<String> + 's;

/// The commands of one host, with and without its name in them.
struct Told<'p> {
    host: &'p str,
    lines: Vec<String>,
    marked: Vec<String>,
    needs_tree: bool,
}

/// Writes what is said of posts as blocks of commands, a title each.
pub fn blocks(draft: &Draft<'_>, posts: &[&Post<'_>], pace: Pace, say: &Say<'_>) -> String {
    let mut out = String::new();
    let mut hosts: Vec<Told<'_>> = Vec::new();
    for (place, posts) in &draft.places(posts) {
        let lines: Vec<String> = posts.iter().flat_map(|post| said(post, say)).collect();
        if lines.is_empty() {
            continue;
        }
        let needs_tree = posts.iter().any(|post| post.way.tree);
        match place {
            Place::Here => write(&mut out, "On the machine", &in_tree(draft, needs_tree, lines)),
            Place::Cluster(name) if name.is_empty() => write(&mut out, "From where the cluster is reached", &lines),
            Place::Cluster(name) => write(&mut out, &format!("In the cluster {}", tick(name)), &lines),
            Place::Scheduler(name, _) => {
                write(&mut out, &format!("From where {name} is reached"), &in_tree(draft, needs_tree, lines));
            }
            Place::Host(_) => {
                let host = posts.first().map_or("", |post| post.workload.unit.host.as_str());
                let marked = posts.iter().flat_map(|post| marked(post, host, say)).collect();
                hosts.push(Told { host, lines, marked, needs_tree });
            }
        }
    }
    let mut known: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    let mut groups: Vec<Vec<Told<'_>>> = Vec::new();
    for told in hosts {
        let at = *known.entry(told.marked.clone()).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(alike) => alike.push(told),
            None => groups.push(vec![told]),
        }
    }
    groups.into_iter().for_each(|alike| on_hosts(&mut out, draft, pace, alike));
    out.trim_end().to_owned()
}

fn said(post: &Post<'_>, say: &Say<'_>) -> Vec<String> {
    with_remark(post, say(post, &post.values))
}

fn with_remark(post: &Post<'_>, lines: Vec<String>) -> Vec<String> {
    let remark = format!("# {}: {}", one_line(&post.workload.unit.name.value), post.part());
    if lines.is_empty() { lines } else { std::iter::once(remark).chain(lines).collect() }
}

/// The same with a mark for the host's name. Where a value stands in quotes, the name stays.
fn marked(post: &Post<'_>, host: &str, say: &Say<'_>) -> Vec<String> {
    let plain = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte)) && host.len() > 1;
    let mark = |value: &String| {
        if plain && !value.contains('\'') { replaced(value, host) } else { value.clone() }
    };
    let values: Values = post.values.iter().map(|(name, value)| (*name, mark(value))).collect();
    with_remark(post, say(post, &values))
}

/// Puts the mark where the name stands as a word of its own.
fn replaced(value: &str, host: &str) -> String {
    let is_part = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    let mut out = String::new();
    let mut from = 0;
    for (at, _) in value.match_indices(host) {
        let end = at + host.len();
        let before = value.get(..at).and_then(|before| before.chars().next_back());
        let after = value.get(end..).and_then(|after| after.chars().next());
        if at >= from && !is_part(before) && !is_part(after) {
            out.push_str(value.get(from..at).unwrap_or_default());
            out.push_str(MARK);
            from = end;
        }
    }
    out + value.get(from..).unwrap_or_default()
}

fn on_hosts(out: &mut String, draft: &Draft<'_>, pace: Pace, alike: Vec<Told<'_>>) {
    let hosts: Vec<&str> = alike.iter().map(|told| told.host).collect();
    let lists: Vec<Option<&str>> = hosts.iter().map(|host| draft.listed(host)).collect();
    let Some(first) = alike.first() else { return };
    let inventory = lists.first().copied().flatten().filter(|list| lists.iter().all(|other| *other == Some(*list)));
    if let Some(inventory) = inventory {
        return by_ansible(out, draft, pace, inventory, &alike);
    }
    if alike.len() < LOOP {
        for told in alike {
            let lines = in_tree(draft, told.needs_tree, told.lines);
            let lines: Vec<String> = std::iter::once(format!("ssh {}", quoted(told.host))).chain(lines).collect();
            write(out, &format!("On {}", tick(told.host)), &lines);
        }
        return;
    }
    let mut lines = match pace {
        Pace::AtOnce => vec![format!("for host in {}; do", hosts.join(" ")), "echo \"== $host\"".to_owned()],
        Pace::OneByOne => vec![format!("# one after the other: {}", hosts.join(" ")), format!("host={}", hosts[0])],
    };
    lines.push("ssh \"$host\" bash -s -- \"$host\" <<'END'".to_owned());
    lines.push("host=$1".to_owned());
    lines.extend(checkout(draft, first.needs_tree));
    lines.extend(first.marked.iter().map(|line| line.replace(MARK, "${host}")));
    lines.push("END".to_owned());
    lines.extend((pace == Pace::AtOnce).then(|| "done".to_owned()));
    write(out, &span(&hosts, "that are alike"), &lines);
}

fn span(hosts: &[&str], which: &str) -> String {
    let (first, last) = (hosts.first().copied().unwrap_or_default(), hosts.last().copied().unwrap_or_default());
    format!("On {} hosts {which}, {} to {}", hosts.len(), tick(first), tick(last))
}

/// One command for all hosts that one list of Ansible names.
fn by_ansible(out: &mut String, draft: &Draft<'_>, pace: Pace, inventory: &str, alike: &[Told<'_>]) {
    let hosts: Vec<&str> = alike.iter().map(|told| told.host).collect();
    let Some(first) = alike.first() else { return };
    let name = if alike.len() == 1 { first.host } else { "{{ inventory_hostname }}" };
    let mut lines = vec!["# in the checkout of this repository:".to_owned()];
    if pace == Pace::OneByOne && hosts.len() > 1 {
        lines.push(format!("# one after the other: {}", hosts.join(" ")));
    }
    lines.extend(first.marked.iter().filter(|line| line.starts_with('#')).map(|line| line.replace(MARK, name)));
    let commands = checkout(draft, first.needs_tree).into_iter().chain(first.marked.iter().cloned());
    let commands = commands.filter(|line| !line.starts_with('#')).map(|line| line.replace(MARK, name));
    let script = commands.map(|line| bare(&line).to_owned()).collect::<Vec<_>>().join("\n");
    let pattern = if pace == Pace::OneByOne { first.host.to_owned() } else { draft.pattern(&hosts) };
    let words = format!("ansible -i {} {} --become --forks 50", quoted(inventory), quoted(&pattern));
    lines.push(format!("{words} -m ansible.builtin.shell -a {}", quoted(&script)));
    let title = match hosts.as_slice() {
        [one] => format!("On {}, from where Ansible runs", tick(one)),
        hosts if pace == Pace::OneByOne => span(hosts, "one after the other, from where Ansible runs"),
        hosts => span(hosts, "at once, from where Ansible runs"),
    };
    write(out, &title, &lines);
}

/// A command without the remark behind it.
fn bare(line: &str) -> &str {
    line.split_once("   # ").map_or(line, |(command, _)| command)
}

/// Where the tree lies on a host, for commands that name files of it.
fn checkout(draft: &Draft<'_>, needed: bool) -> Vec<String> {
    let folder =
        draft.order.checkout.map_or_else(|| "FILL-IN-checkout".to_owned(), |folder| quoted(folder).into_owned());
    if needed { vec![format!("cd {folder}")] } else { Vec::new() }
}

/// The same for somebody who stands before a prompt.
fn in_tree(draft: &Draft<'_>, needed: bool, lines: Vec<String>) -> Vec<String> {
    let step = match draft.order.checkout {
        Some(folder) => format!("cd {}", quoted(folder)),
        None => "# in the checkout of this repository:".to_owned(),
    };
    if needed { std::iter::once(step).chain(lines).collect() } else { lines }
}

fn write(out: &mut String, title: &str, lines: &[String]) {
    let _ = write!(out, "**{title}**\n\n{}\n\n", fenced(lines));
}

/// Writes commands between fences.
pub fn fenced(lines: &[String]) -> String {
    format!("```sh\n{}\n```", lines.join("\n"))
}

/// Leaves no way out of a remark.
fn one_line(text: &str) -> String {
    text.replace(['\n', '\r', '`'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_replaced_where_it_stands_alone() {
        assert_eq!(replaced("hosts/n-1/x n-1 n-10 an-1", "n-1"), "hosts/\u{1}/x \u{1} n-10 an-1");
        assert_eq!(replaced("n-1-vc.log", "n-1"), "\u{1}-vc.log");
    }
}
