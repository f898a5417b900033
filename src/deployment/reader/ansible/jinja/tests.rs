//! Templates become values and texts.

use super::*;
use crate::document::{Syntax, parse};
use crate::source::FileId;
use std::cell::Cell;
use std::collections::BTreeMap;

/// Variables of a YAML text.
struct Table {
    values: BTreeMap<String, Datum>,
    steps: Cell<usize>,
}

impl Names for Table {
    fn variable(&self, name: &str, place: Span) -> Datum {
        match self.values.get(name) {
            _ if name.starts_with("ansible_") => Datum::unknown(&format!("{{{{ {name} }}}}"), place),
            Some(value) => settle(value, self, 1),
            None => Datum::undefined(name, place),
        }
    }

    fn of_host(&self, _: &str, name: &str, place: Span) -> Datum {
        self.variable(name, place)
    }

    fn file(&self, _: &str, _: bool) -> Option<Text> {
        None
    }

    fn step(&self) -> bool {
        self.steps.set(self.steps.get() + 1);
        self.steps.get() < 100_000
    }
}

fn table(yaml: &str) -> Table {
    let document = parse(FileId(1), yaml.into(), Syntax::Yaml);
    let root = document.root().expect("has a root");
    let values = root.entries().map(|entry| (entry.name().to_owned(), Datum::of(entry.value, &mut 10_000)));
    Table { values: values.collect(), steps: Cell::new(0) }
}

fn literal(text: &str) -> Text {
    Text::literal(text, Span::new(FileId(0), 0, text.len() as u32))
}

/// A value as text: lists in brackets, holes in angle brackets.
fn shown(value: &Datum) -> String {
    match &value.body {
        Body::List(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(" ")),
        Body::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| format!("{}:{}", key.value, shown(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(" "))
        }
        Body::Null => "null".into(),
        Body::Omit => "omit".into(),
        _ => value.shown().map(marked).unwrap_or_default(),
    }
}

fn marked(text: &Text) -> String {
    let pieces = text.segments().iter().map(|piece| {
        let part = &text.value()[piece.at as usize..(piece.at + piece.len) as usize];
        if piece.hole { format!("<{part}>") } else { part.to_owned() }
    });
    pieces.collect()
}

const VARIABLES: &str = "
name: beacon
port: 5052
on: true
off: false
ports: ['a:1', 'b:{{ port }}']
extra: []
nested: {one: {two: deep}}
chain: '{{ name }}-validator'
sealed: !vault |
  $ANSIBLE_VAULT;1.1;AES256
  6162
hosts: [{name: x, vc: true}, {name: y, vc: false}]
flags: [--a, '--b={{ port }}']
";

#[test]
fn expressions_are_values() {
    let table = table(VARIABLES);
    for (template, expected) in [
        ("{{ name }}", "beacon"),
        ("--port={{ port + 1 }}", "--port=5053"),
        ("{{ ports + ['c'] }}", "[a:1 b:5052 c]"),
        (
            "{{ ports + (['v6'] if ansible_default_ipv6.address is defined else []) }}",
            "[a:1 b:5052 <{{ ['v6'] if ansible_default_ipv6.address is defined else [] }}>]",
        ),
        ("{{ flags + extra + (on | ternary(['--t'], [])) + (off | ternary(['--f'], [])) }}", "[--a --b=5052 --t]"),
        ("{{ chain | upper }}", "BEACON-VALIDATOR"),
        ("{{ missing | default('x') }}", "x"),
        ("{{ missing | default(omit) }}", "omit"),
        ("{{ missing }}:1", "<{{ missing }}>:1"),
        ("{{ sealed }}", "<(encrypted)>"),
        ("{{ nested.one.two }} {{ nested['one']['two'] }}", "deep deep"),
        ("{{ ports | map('regex_replace', '^', '--p=') | list }}", "[--p=a:1 --p=b:5052]"),
        ("{{ hosts | selectattr('vc') | map(attribute='name') | join(',') }}", "x"),
        ("{{ hosts | rejectattr('vc', 'equalto', true) | map(attribute='name') | first }}", "y"),
        ("{{ 'a' if name == 'beacon' and port > 5000 else 'b' }}", "a"),
        ("{{ nested | combine({'x': 1}) }}", "{one:{two:deep} x:1}"),
        (
            "{{ 'a/b:v1-arm' if ansible_facts.x == 'y' else 'a/b:v1' }}",
            "a/b:<{{ 'a/b:v1-arm' if ansible_facts.x == 'y' else 'a/b:v1' }}>",
        ),
        ("{{ ansible_facts.x | default('y') }}", "<{{ ansible_facts.x }}>"),
        ("{{ lookup('env', 'HOME') }}", "<{{ lookup('env', 'HOME') }}>"),
        ("{{ range(2, 4) | list }}", "[2 3]"),
        ("{{ 'a,b'.split(',') }}", "[a b]"),
        ("{{ 'v1.2.3' is version('1.2', '>=') }}", "True"),
        ("{{ ports | to_json }}", "[\"a:1\", \"b:5052\"]"),
        ("{{ name", "<{{ name>"),
        ("{% if on %}{{ ports }}{% else %}{{ flags }}{% endif %}", "[a:1 b:5052]"),
    ] {
        assert_eq!(shown(&evaluate_text(&literal(template), &table)), expected, "{template}");
    }
}

#[test]
fn conditions_know_what_they_do_not_know() {
    let table = table(VARIABLES);
    for (condition, expected) in [
        ("on", Some(true)),
        ("not on", Some(false)),
        ("missing is defined", Some(false)),
        ("missing", None),
        ("ansible_os_family == 'Debian'", None),
        ("off and ansible_x", Some(false)),
        ("ansible_x and off", Some(false)),
        ("ansible_x or on", Some(true)),
        ("sealed == 'x'", None),
        ("'b' in ['a', 'b']", Some(true)),
        ("name in ['beacon']", Some(true)),
        ("port | int == 5052", Some(true)),
    ] {
        assert_eq!(holds(&literal(condition), &table), expected, "{condition}");
    }
}

#[test]
fn templates_keep_their_lines() {
    let table = table(VARIABLES);
    let template = "a: {{ name }}\n{% if on %}\nb: 1\n{% endif %}\n{% for p in ports %}\n- {{ p }}\n{% endfor %}\n{% if ansible_x %}\n  - --flag=1\n  key: v\n{% endif %}\nend {% if ansible_y %}x{% endif %}\n";
    let rendered = render(&literal(template), &table);
    assert_eq!(marked(&rendered), "a: beacon\nb: 1\n- a:1\n- b:5052\n  - <--flag=1>\n  key: <v>\nend <x>");
}

#[test]
fn items_keep_where_they_were_written() {
    let variables = "flags: [--a, '--b={{ port }}']\nport: 5052\n";
    let table = table(variables);
    let value = evaluate_text(&literal("{{ flags + ['--c'] }}"), &table);
    let at = |text: &Text, range| {
        let part = text.slice(range);
        let written = part.origin().unwrap_or(part.span());
        (part.span().file.0, written.file.0, written.start, written.end)
    };
    let [first, second, third] = value.items() else { panic!("has three items") };
    assert_eq!(at(first.shown().expect("is a text"), 0..3), (0, 1, 8, 11));
    let second = second.shown().expect("is a text");
    assert_eq!(second.value(), "--b=5052");
    let place = variables.find("5052").expect("is there") as u32;
    assert_eq!(at(second, 4..8), (0, 1, place, place + 4));
    assert_eq!(at(third.shown().expect("is a text"), 0..3), (0, 0, 13, 16));
}

#[test]
fn hostile_templates_end() {
    let table = table("x: 1\n");
    let deep = format!("{{{{ {}1{} }}}}", "(".repeat(500), ")".repeat(500));
    let long = format!("{{{{ {} }}}}", vec!["1"; 5_000].join("+"));
    let branches = format!("{{% if a %}}{}{{% endif %}}", "{% elif a %}".repeat(5_000));
    let loops = "{% for a in range(4000) %}{% for b in range(4000) %}{{ a }}{% endfor %}{% endfor %}";
    for template in
        [deep.as_str(), &long, &branches, loops, "{{ 2 ** 99999 }}", "{{ 1 // 0 }}", "{{ 'é'[0:1] }}", "{% for %}"]
    {
        let _ = evaluate_text(&literal(template), &table);
    }
}
