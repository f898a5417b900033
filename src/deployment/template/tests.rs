//! Templates rendered with values: what they come to, and where each piece was written.

use super::machine::{Machine, Rendered};
use super::model::Placing;
use super::parse::parse;
use crate::document::{Syntax, parse as read};
use crate::source::{FileId, Span, Text};
use std::rc::Rc;

const VALUES: &str = "\
name: lighthouse
tag: \"1.10\"
port: 5052
on: true
off: false
empty: \"\"
args:
  - --http
  - --metrics-port=5054
map:
  b: two
  a: 1
nested: {deep: {er: x}}
text: |
  one
  two
template: '{{ .Values.name }}-{{ .Values.port }}'
";

fn rendered(template: &str) -> Rendered {
    let document = read(FileId(1), VALUES.into(), Syntax::Yaml);
    let mut machine = Machine::new();
    machine.templates.insert(FileId(0));
    let values = document.root().map(|root| machine.heap.load(root)).expect("has values");
    let mut root = super::heap::Map::new();
    root.insert("Values".into(), super::heap::Slot { key: Span::new(FileId(1), 0, 0), value: values });
    let root = machine.heap.map(root);
    let source = Text::literal(template, Span::new(FileId(0), 0, template.len() as u32));
    let definitions = parse("main", Rc::new(source), Placing::Action);
    machine.define(&definitions);
    let main = definitions.last().map(|(_, definition)| Rc::clone(definition)).expect("has a body");
    machine.render(&main, &root)
}

fn text(template: &str) -> String {
    rendered(template).text.value().to_owned()
}

fn check(cases: &[(&str, &str)]) {
    for (template, expected) in cases {
        assert_eq!(text(template), *expected, "{template}");
    }
}

#[test]
fn blocks_choose_and_repeat() {
    check(&[
        (
            "{{ if .Values.on }}a{{ else }}b{{ end }}{{ if .Values.off }}c{{ else if .Values.empty }}d{{ else }}e{{ end }}",
            "ae",
        ),
        (
            "{{ with .Values.map }}{{ .b }}{{ $.Values.port }}{{ end }}{{ with .Values.none }}x{{ else }}y{{ end }}",
            "two5052y",
        ),
        ("{{ range .Values.args }}[{{ . }}]{{ end }}", "[--http][--metrics-port=5054]"),
        ("{{ range $key, $value := .Values.map }}{{ $key }}={{ $value }};{{ end }}", "a=1;b=two;"),
        ("{{ range .Values.none }}x{{ else }}nothing{{ end }}", "nothing"),
        (
            "{{ range $i := until 5 }}{{ if eq $i 3 }}{{ break }}{{ end }}{{ if eq $i 1 }}{{ continue }}{{ end }}{{ $i }}{{ end }}",
            "02",
        ),
        ("{{ range 3 }}{{ . }}{{ end }}", "012"),
        ("a\n{{- /* a comment }} */ -}}\nb {{- \"c\" -}} d", "abcd"),
    ]);
}

#[test]
fn variables_end_with_their_block() {
    check(&[
        ("{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ $x }}{{ end }}{{ $x }}", "21"),
        ("{{ $x := 1 }}{{ range .Values.args }}{{ $x = 3 }}{{ end }}{{ $x }}", "3"),
        ("{{ with $y := .Values.map }}{{ $y.b }}{{ end }}", "two"),
        ("{{ $m := dict \"a\" (dict \"b\" \"c\") }}{{ $m.a.b }}{{ (index $m \"a\").b }}", "cc"),
        ("{{ $d := dict }}{{ $_ := set $d \"k\" 1 }}{{ $d.k }}", "1"),
    ]);
}

#[test]
fn templates_call_one_another_until_they_go_too_deep() {
    check(&[
        (
            "{{ define \"a\" }}<{{ .name }}>{{ end }}{{ include \"a\" .Values }}{{ template \"a\" .Values }}",
            "<lighthouse><lighthouse>",
        ),
        ("{{ block \"b\" .Values }}{{ .port }}{{ end }}", "5052"),
        ("{{ tpl .Values.template . }}", "lighthouse-5052"),
        ("{{ include \"none\" . }}", "{{ include \"none\" . }}"),
    ]);
    let endless = rendered("{{ define \"a\" }}x{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}");
    assert!(endless.doubtful && endless.text.value().starts_with("xx") && endless.text.value().len() < 4000);
    let doubling =
        rendered("{{ define \"a\" }}{{ include \"a\" . }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}");
    assert!(doubling.exhausted);
    assert!(rendered("{{ range 999999999 }}x{{ end }}").exhausted);
    assert!(rendered("{{ range until 9999 }}{{ range until 9999 }}x{{ end }}{{ end }}").exhausted);
}

#[test]
fn words_are_quoted_cut_and_indented() {
    check(&[
        (
            "{{ .Values.name | quote }} {{ .Values.none | quote }} {{ \"a\\\"b\" | quote }} {{ .Values.port | squote }}",
            "\"lighthouse\"  \"a\\\"b\" '5052'",
        ),
        (
            "{{ .Values.name | upper | trunc 5 }}{{ trimSuffix \"-\" \"a-\" }}{{ trimPrefix \"v\" \"v1\" }}{{ trimAll \"-\" \"--x-\" }}{{ trim \" y \" }}",
            "LIGHTa1xy",
        ),
        ("{{ .Values.text | indent 2 }}|{{ .Values.text | trim | nindent 4 }}", "  one\n  two\n  |\n    one\n    two"),
        (
            "{{ replace \"h\" \"__\" .Values.name }} {{ substr 1 4 .Values.name }} {{ repeat 3 \"ab\" }} {{ nospace \"a b\" }}",
            "lig__t__ouse igh ababab ab",
        ),
        (
            "{{ snakecase \"fooBar\" }} {{ kebabcase \"FooBar\" }} {{ camelcase \"foo_bar\" }} {{ title \"foo bar\" }}",
            "foo_bar foo-bar FooBar Foo Bar",
        ),
        (
            "{{ contains \"house\" .Values.name }}{{ hasPrefix \"x\" .Values.name }}{{ hasSuffix \"e\" .Values.name }}",
            "truefalsetrue",
        ),
        (
            "{{ printf \"%s-%d %v %q %05d %t\" .Values.name 7 .Values.on \"x\" 42 true }}{{ print \"a\" 1 2 \"b\" }}",
            "lighthouse-7 true \"x\" 00042 truea1 2b",
        ),
        (
            "{{ regexReplaceAll \"[aeiou]\" .Values.name \"-\" }} {{ regexMatch \"^l\" .Values.name }} {{ regexFind \"g.\" .Values.name }}",
            "l-ghth--s- true gh",
        ),
        ("{{ \"a,b\" | splitList \",\" | join \"-\" }} {{ (split \"/\" \"a/b\")._1 }} {{ cat \"a\" 1 }}", "a-b b a 1"),
    ]);
}

#[test]
fn comparisons_choose() {
    check(&[
        (
            "{{ eq .Values.port 5052 }}{{ eq .Values.name \"x\" \"lighthouse\" }}{{ ne 1 2 }}{{ lt 1 2 }}{{ ge 2 3 }}",
            "truetruetruetruefalse",
        ),
        (
            "{{ and .Values.on .Values.name }} {{ or .Values.empty .Values.port }} {{ not .Values.off }}",
            "lighthouse 5052 true",
        ),
        (
            "{{ default \"d\" .Values.empty }} {{ .Values.name | default \"d\" }} {{ coalesce .Values.none \"\" \"c\" }} {{ ternary \"y\" \"n\" .Values.on }}",
            "d lighthouse c y",
        ),
        ("{{ if and (not .Values.off) (eq (len .Values.args) 2) }}both{{ end }}", "both"),
        (
            "{{ kindOf .Values.map }} {{ kindIs \"slice\" .Values.args }} {{ typeOf .Values.on }} {{ empty .Values.none }}",
            "map true bool true",
        ),
        (
            "{{ semverCompare \">=1.19-0\" \"v1.31.0\" }} {{ semverCompare \"<1.14\" \"1.31.0\" }} {{ semverCompare \"^1.2.0\" \"1.3\" }}",
            "true false true",
        ),
    ]);
}

#[test]
fn lists_maps_and_numbers() {
    check(&[
        (
            "{{ first .Values.args }} {{ last (list 1 2) }} {{ rest (list 1 2 3) }} {{ initial (list 1 2) }} {{ has 2 (list 1 2) }}",
            "--http 2 [2 3] [1] true",
        ),
        (
            "{{ append (list 1) 2 }} {{ prepend (list 1) 2 }} {{ concat (list 1) (list 2) }} {{ without (list 1 2) 1 }} {{ uniq (list 1 1 2) }}",
            "[1 2] [2 1] [1 2] [2] [1 2]",
        ),
        (
            "{{ index .Values.args 1 }} {{ slice (list 1 2 3) 1 2 }} {{ seq 3 }} {{ untilStep 4 0 -2 }}",
            "--metrics-port=5054 [2] 1 2 3 [4 2]",
        ),
        (
            "{{ keys .Values.map | join \",\" }} {{ hasKey .Values.map \"a\" }} {{ get .Values.map \"b\" }} {{ dig \"deep\" \"er\" \"z\" .Values.nested }} {{ dig \"no\" \"z\" .Values.nested }}",
            "a,b true two x z",
        ),
        (
            "{{ (merge (dict \"a\" 1) (dict \"a\" 2 \"b\" 3)) }} {{ mergeOverwrite (dict \"a\" 1) (dict \"a\" 2) }} {{ omit .Values.map \"a\" }} {{ pick .Values.map \"a\" }}",
            "map[a:1 b:3] map[a:2] map[b:two] map[a:1]",
        ),
        (
            "{{ add 1 2 3 }} {{ sub 5 2 }} {{ mul 2 3 }} {{ div 7 2 }} {{ mod 7 2 }} {{ max 1 3 }} {{ min 1 3 }} {{ int \"4\" }}",
            "6 3 6 3 1 3 1 4",
        ),
        (
            "{{ \"a\" | b64enc | b64dec }} {{ toJson .Values.map }} {{ (fromYaml \"a: {b: c}\").a.b }}",
            "a {\"a\":1,\"b\":\"two\"} c",
        ),
    ]);
}

#[test]
fn what_nobody_knows_is_a_hole_and_rendering_goes_on() {
    let rendered = rendered(
        "a: {{ randAlphaNum 5 }}\nb: {{ required \"x\" .Values.none }}\nc: {{ if now }}y{{ else }}n{{ end }}\n",
    );
    assert_eq!(rendered.text.value(), "a: {{ randAlphaNum 5 }}\nb: {{ required \"x\" .Values.none }}\nc: y\n");
    assert!(rendered.doubtful && !rendered.text.is_known());
    assert_eq!(
        text("{{ printf \"%s-x\" (randAlpha 3) | upper }}{{ 1 + }}{{ end }}b"),
        "(randAlpha 3)-X{{ 1 + }}{{ end }}b"
    );
}

#[test]
fn yaml_is_written_as_helm_writes_it() {
    let yaml = text("{{ toYaml .Values }}");
    assert_eq!(
        yaml,
        "args:\n- --http\n- --metrics-port=5054\nempty: ''\nmap:\n  a: 1\n  b: two\nname: lighthouse\nnested:\n  deep:\n    er: x\n\"off\": false\n\
         \"on\": true\nport: 5052\ntag: '1.10'\ntemplate: '{{ .Values.name }}-{{ .Values.port }}'\ntext: |\n  one\n  two"
    );
    assert_eq!(text("{{ toYaml (list) }}{{ toYaml (dict) }}{{ toYaml .Values.none }}"), "[]{}null");
}

#[test]
fn every_piece_knows_its_template_and_its_values() {
    let template = "args:\n{{- toYaml .Values.args | nindent 2 }}\nimage: {{ printf \"sigp/%s:%s\" .Values.name .Values.tag | quote }}\n";
    let text = rendered(template).text;
    let part = |word: &str| {
        let at = text.value().find(word).expect("is printed");
        text.slice(at..at + word.len())
    };
    let port = part("5054");
    let written = port.origin().expect("comes from the values");
    assert_eq!(&VALUES[written.start as usize..written.end as usize], "5054");
    let used = port.span();
    assert_eq!(&template[used.start as usize..used.end as usize], "{{- toYaml .Values.args | nindent 2 }}");
    let own = part("sigp/");
    assert_eq!((own.origin(), &template[own.span().start as usize..own.span().end as usize]), (None, "sigp/"));
    let tag = part("1.10").origin().expect("comes from the values");
    assert_eq!(&VALUES[tag.start as usize..tag.end as usize], "1.10");
}
