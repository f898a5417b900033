#!/usr/bin/env bash
# Tries stakelint with the programs that people use it through: pre-commit, a SARIF reader, a JUnit parser, JSON Schema, patch, pip and
# npm, a client of the Language Server Protocol, a browser, and the steps of the GitHub action.
# It installs them from PyPI (and npm, where that is at hand) into a folder of its own, so it is no part of .ci/run: tests/consumers/run.sh [PROGRAM]
set -euo pipefail
cd "$(dirname "$0")/../.."
here=$PWD
program=${1:-$here/target/debug/stakelint}
program=$(realpath "$program")
work=${STAKELINT_CONSUMERS:-$(mktemp -d)}
mkdir -p "$work"

say() { echo "== $*"; }
fail() { echo "FAILED: $*" >&2; exit 1; }

if [ ! -x "$work/venv/bin/pre-commit" ]; then
  say "install"
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install --quiet pre-commit jsonschema check-jsonschema junitparser sarif-tools pygls cyclonedx-python-lib[json-validation]
fi
export PATH="$work/venv/bin:$(dirname "$program"):$PATH"
export PRE_COMMIT_HOME=$work/cache
git() { command git -c user.name=a -c user.email=a@example.org -c init.defaultBranch=main -c commit.gpgsign=false "$@"; }

say "workflows, action, templates and settings against their schemas"
check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml src/cli/init/github*.yml
check-jsonschema --quiet --builtin-schema vendor.github-actions action.yml
check-jsonschema --quiet --builtin-schema vendor.gitlab-ci templates/gitlab.yml src/cli/init/gitlab*.yml
check-jsonschema --quiet --check-metaschema stakelint.schema.json
check-jsonschema --quiet --schemafile stakelint.schema.json src/cli/init/stakelint.toml
pre-commit validate-manifest .pre-commit-hooks.yaml
pre-commit validate-config src/cli/init/pre-commit-*.yaml

say "reports of the sample"
report() { "$program" check --format "$1" --output "$work/report.$1" fixtures/fleets/sample || [ $? -eq 1 ]; }
for format in sarif junit gitlab; do report "$format"; done
sarif summary "$work/report.sarif" > "$work/sarif.txt"
grep -q duplicate-key "$work/sarif.txt" || fail "the SARIF reader does not find the rule: $(cat "$work/sarif.txt")"
if command -v npm >/dev/null; then
  [ -x "$work/node/node_modules/.bin/sarif-multitool" ] || npm install --silent --prefix "$work/node" @microsoft/sarif-multitool
  "$work/node/node_modules/.bin/sarif-multitool" validate "$work/report.sarif" > "$work/multitool.txt" 2>&1 || true
  grep -q "Analysis completed successfully" "$work/multitool.txt" || fail "the SARIF validator: $(cat "$work/multitool.txt")"
  if grep -q ": error " "$work/multitool.txt"; then fail "no sound SARIF: $(grep ": error " "$work/multitool.txt")"; fi
fi
python3 - "$work" <<'PYTHON'
import json, jsonschema, sys
from junitparser import JUnitXml
work = sys.argv[1]
xml = JUnitXml.fromfile(f"{work}/report.junit")
cases = [case for suite in xml for case in suite]
assert cases and xml.failures == sum(1 for case in cases if not case.is_passed), "JUnit counts its failures"
issues = json.load(open(f"{work}/report.gitlab"))
text = {"type": "string", "minLength": 1}
line = {"type": "integer", "minimum": 1}
# What the documentation of GitLab says of its code quality reports.
jsonschema.validate(issues, {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": text,
            "check_name": text,
            "fingerprint": text,
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^(?!\\./|/).+"},
                    "lines": {"type": "object", "required": ["begin"], "properties": {"begin": line, "end": line}},
                },
            },
        },
    },
})
assert len({issue["fingerprint"] for issue in issues}) == len(issues), "fingerprints are unique"
print(f"   {len(cases)} JUnit cases, {len(issues)} issues")
PYTHON

say "pre-commit in a repository of its own"
hooks=$work/hooks
rm -rf "$hooks" "$work/repository"
mkdir -p "$hooks" "$work/repository"
cp .pre-commit-hooks.yaml "$hooks/"
(cd "$hooks" && git init --quiet && git add -A && git commit --quiet -m hooks)
revision=$(git -C "$hooks" rev-parse HEAD)
cd "$work/repository"
git init --quiet
cat > .pre-commit-config.yaml <<YAML
repos:
  - repo: $hooks
    rev: $revision
    hooks:
      - id: stakelint-system
        args: [--select, upgrade, --changed-since, HEAD]
YAML
unit() { printf 'services:\n  node:\n    image: sigp/lighthouse:%s\n    command: lighthouse bn --network mainnet --datadir /data\n    volumes: ["node:/data"]\nvolumes: { node: }\n' "$1"; }
mkdir -p old
unit stable > old/compose.yml
git add -A && git commit --quiet -m begin
pre-commit install > /dev/null
echo "# a word" > README.md
git add -A && git commit --quiet -m "a change that has nothing to do with it" || fail "an old finding stops a new commit"
mkdir -p new
unit latest > new/compose.yml
git add -A
if git commit --quiet -m "a loose image" > "$work/commit.txt" 2>&1; then fail "a new finding stops no commit"; fi
grep -q "new/compose.yml" "$work/commit.txt" || fail "the hook does not say where: $(cat "$work/commit.txt")"
unit v8.3.3 > new/compose.yml
git add -A && git commit --quiet -m "a pinned image" || fail "a sound change is stopped"

say "a diff that patch applies"
unit v8.3.3 | sed 's|/data$|/data --subscribe-all-data-column-subnets|' > new/compose.yml
cp -r new shown
(cd shown && "$program" check --fix --diff . > "$work/fix.patch" 2> /dev/null || [ $? -eq 1 ])
(cd shown && patch --quiet -p0 < "$work/fix.patch")
"$program" check --fix --quiet new > /dev/null 2>&1 || [ $? -eq 1 ]
cmp shown/compose.yml new/compose.yml || fail "the patch and the fix differ"
grep -q -- "--datadir /data --supernode" new/compose.yml || fail "nothing was fixed"

say "the installer takes what its checksum allows, and nothing else"
releases=$work/releases/v0
rm -rf "$work/releases" "$work/installed"
mkdir -p "$releases"
archive=stakelint-$(uname -m)-unknown-linux-musl.tar.gz
tar -czf "$releases/$archive" -C "$(dirname "$program")" stakelint
(cd "$releases" && sha256sum "$archive" > "$archive.sha256")
install() { STAKELINT_RELEASES=file://$work/releases STAKELINT_VERSION=v0 bash "$here/.github/install.sh" "$work/installed"; }
install | grep -q "^stakelint " || fail "the installed program does not start"
rm -rf "$work/installed"
echo more >> "$releases/$archive"
if install > /dev/null 2>&1; then fail "a wrong checksum is taken"; fi
[ ! -e "$work/installed" ] || fail "something was installed all the same"

say "a wheel and npm packages, installed"
packages=$work/packages
rm -rf "$packages" "$work/wheel" "$work/npm"
mkdir -p "$packages" "$work/npm"
target=$(uname -m)-unknown-linux-gnu
python3 "$here/packaging/pack.py" "$target" "$program" "$packages" > /dev/null
python3 "$here/packaging/pack.py" launcher "$packages" > /dev/null
wheel=$(echo "$packages"/*.whl)
python3 -m venv "$work/wheel"
"$work/wheel/bin/pip" install --quiet --no-index "$wheel"
"$work/wheel/bin/stakelint" --version | grep -q "^stakelint " || fail "the wheel's program does not start"
if command -v npm >/dev/null; then
  npm install --silent --offline --no-audit --no-optional --prefix "$work/npm" "$packages"/stakelint-linux-*.tgz "$packages/stakelint-0"*.tgz
  "$work/npm/node_modules/.bin/stakelint" --version | grep -q "^stakelint " || fail "the npm package's program does not start"
  "$work/npm/node_modules/.bin/stakelint" check "$here/fixtures/fleets/sample" > /dev/null && fail "the launcher loses the exit status"
fi

say "the steps of the GitHub action"
action=$work/action
rm -rf "$action"
mkdir -p "$action/temp" "$work/releases/v$("$program" --version | cut -d " " -f 2)"
cp "$releases/$archive" "$work/releases"/v*.*/
(cd "$work/releases"/v*.*/ && tar -czf "$archive" -C "$(dirname "$program")" stakelint && sha256sum "$archive" > "$archive.sha256")
python3 - "$here/action.yml" "$action" <<'PYTHON'
import ruamel.yaml, sys
action = ruamel.yaml.YAML(typ="safe").load(open(sys.argv[1]))
for number, step in enumerate(action["runs"]["steps"]):
    assert step["shell"] == "bash" and "${{" not in step["run"], "what the caller says goes through the environment"
    open(f"{sys.argv[2]}/{number}.sh", "w").write(step["run"])
PYTHON
act() {
  env GITHUB_ACTION_PATH="$here" RUNNER_TEMP="$action/temp" GITHUB_STEP_SUMMARY="$action/summary" GITHUB_OUTPUT="$action/output" \
    STAKELINT_RELEASES="file://$work/releases" STAKELINT_VERSION= "$@"
}
act bash --noprofile --norc -eo pipefail "$action/0.sh" | grep -q "^stakelint " || fail "the action installs nothing"
status=0
act FOLDER="$here/fixtures/fleets/sample" FORMAT=github OUTPUT= ARGUMENTS="--fail-on high" \
  bash --noprofile --norc -eo pipefail "$action/1.sh" > "$action/log" || status=$?
[ "$status" -eq 1 ] || fail "the action ends with $status: $(cat "$action/log")"
grep -q "^::error file=" "$action/log" || fail "no annotation: $(cat "$action/log")"
grep -q "^## stakelint: failed" "$action/summary" || fail "no summary of the job"
grep -qx "status=1" "$action/output" || fail "no output"
status=0
act FOLDER="$here/fixtures/fleets/sample" FORMAT=sarif OUTPUT="$action/results.sarif" ARGUMENTS="--fail-on never" \
  bash --noprofile --norc -eo pipefail "$action/1.sh" > "$action/log" || status=$?
{ [ "$status" -eq 0 ] && grep -q '"2.1.0"' "$action/results.sarif"; } || fail "no SARIF for code scanning ($status)"

say "a client of the Language Server Protocol"
python3 - "$program" "$here/fixtures/fleets/careless" <<'PYTHON'
import asyncio, pathlib, sys
from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

async def main(program, folder):
    client, heard = LanguageClient("consumer", "1"), asyncio.Queue()
    client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(lambda told: heard.put_nowait(told))
    await client.start_io(program, "lsp")
    root = pathlib.Path(folder).as_uri()
    what = lsp.InitializeParams(capabilities=lsp.ClientCapabilities(), root_uri=root, workspace_folders=[lsp.WorkspaceFolder(uri=root, name="fleet")])
    answer = await client.initialize_async(what)
    assert answer.capabilities.hover_provider and answer.capabilities.completion_provider
    client.initialized(lsp.InitializedParams())
    told = await asyncio.wait_for(heard.get(), 60)
    while not told.diagnostics:
        told = await asyncio.wait_for(heard.get(), 60)
    path = pathlib.Path(told.uri.removeprefix("file://"))
    document = lsp.TextDocumentItem(uri=told.uri, language_id="yaml", version=1, text=path.read_text())
    client.text_document_did_open(lsp.DidOpenTextDocumentParams(text_document=document))
    finding = told.diagnostics[0]
    name = lsp.TextDocumentIdentifier(uri=told.uri)
    hover = await client.text_document_hover_async(lsp.HoverParams(text_document=name, position=finding.range.start))
    assert hover and finding.code in hover.contents.value, hover
    context = lsp.CodeActionContext(diagnostics=[finding])
    actions = await client.text_document_code_action_async(lsp.CodeActionParams(text_document=name, range=finding.range, context=context))
    assert any("Allow" in action.title for action in actions), actions
    await client.shutdown_async(None)
    client.exit(None)
    print(f"   {finding.code} in {path.name}, {len(actions)} actions")

asyncio.run(main(*sys.argv[1:]))
PYTHON

say "the page in a browser"
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
if [ -n "$browser" ]; then
  "$program" check --format html --output "$work/report.html" "$here/fixtures/fleets/sample" || [ $? -eq 1 ]
  timeout 120 "$browser" --headless --no-sandbox --disable-gpu --enable-logging=stderr --user-data-dir="$work/browser" \
    --dump-dom "file://$work/report.html" > "$work/page.txt" 2> "$work/browser.txt" || fail "the browser: $(tail -n 5 "$work/browser.txt")"
  grep -q "duplicate-key" "$work/page.txt" || fail "the page shows nothing"
  if grep -E "CONSOLE.*(Refused|Error|Uncaught)" "$work/browser.txt"; then fail "the page breaks its own rules"; fi
fi

say "a bill of materials"
python3 "$here/packaging/sbom.py" "$target" > "$work/sbom.json"
python3 - "$work/sbom.json" <<'PYTHON'
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
wrong = JsonStrictValidator(SchemaVersion.V1_5).validate_str(open(sys.argv[1]).read())
assert wrong is None, wrong
PYTHON

say "a small change takes"
cd "$work/repository"
python3 - "$program" <<'PYTHON'
import statistics, subprocess, sys, time
def once():
    began = time.perf_counter()
    subprocess.run([sys.argv[1], "check", "--quiet", "--changed-since", "HEAD"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return (time.perf_counter() - began) * 1000
once()
print(f"   {statistics.median(once() for _ in range(15)):.0f} ms, median of 15 runs")
PYTHON
say "all is well"
