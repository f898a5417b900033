#!/usr/bin/env bash
# Counts the instructions of four runs with callgrind, and compares them with benches/instructions.toml: counts, unlike seconds, are the
# same on a busy machine. The exit status is 1 if one has grown by more than 5 %; --update writes the table anew instead.
#
#   benches/instructions.sh [--in FOLDER] [--update]
#
# STAKELINT=PATH measures that program instead of one that is built as it is released.
set -euo pipefail
cd "$(dirname "$0")/.."

. benches/measure.sh

table=benches/instructions.toml
update=""
arguments=()
for argument in "$@"; do
  if [ "$argument" = --update ]; then update=yes; else arguments+=("$argument"); fi
done
options -- "${arguments[@]}"

if ! command -v valgrind >/dev/null; then
  echo "valgrind is missing: \`apt-get install valgrind\`" >&2
  exit 2
fi

target=${CARGO_TARGET_DIR:-$PWD/target}/dist
if [ -z "${STAKELINT:-}" ]; then
  build generate-fleet generate-history
  STAKELINT=$stakelint
fi
# What writes the trees is needed once, however it is built.
write() {
  local example=$1
  shift
  if [ -x "$target/examples/$example" ]; then "$target/examples/$example" "$@"; else cargo run --quiet --example "$example" -- "$@"; fi
}
[ -d "$folder/twenty" ] || write generate-fleet --keys 10 --manifests 10 --hosts 2 "$folder/twenty"
[ -d "$folder/keystores" ] || write generate-fleet --keys 1000 --manifests 10 --hosts 2 "$folder/keystores"
[ -f "$folder/history.json" ] || write generate-history --keys 1000 --attestations 100000 "$folder/history.json"

# count ARGUMENT...: the instructions of a run by one thread; of exit statuses only 2 is no run.
count() {
  local out code=0
  out=$(mktemp)
  RAYON_NUM_THREADS=1 valgrind --quiet --tool=callgrind --callgrind-out-file="$out" "$STAKELINT" "$@" >/dev/null 2>&1 || code=$?
  [ "$code" -lt 2 ] || [ "$code" -eq 3 ] || { echo "a run ends with $code: $*" >&2 && exit 2; }
  awk '/^summary:/ { print $2 }' "$out"
  rm -f "$out"
}
check() { count check --no-config --threads 1 --fork-date 2026-11-26 "$1"; }

known() {
  if [ -f "$table" ]; then awk -v name="$1" '$1 == name && $2 == "=" { gsub("_", "", $3); print $3 }' "$table"; fi
}

failed=0
new="# Instructions of the runs that benches/instructions.sh makes, by callgrind on one thread. Written by --update; do not edit."$'\n'
printf '| run | before | now | change |\n|---|---|---|---|\n'
report() {
  local name=$1 now=$2 before
  before=$(known "$name")
  new+="$name = $now"$'\n'
  awk -v name="$name" -v before="${before:-0}" -v now="$now" 'BEGIN {
    change = before > 0 ? 100 * (now - before) / before : 0
    printf "| %s | %d | %d | %+.2f %%%s |\n", name, before, now, change, (change > 5 ? " **too much**" : "")
    exit (change > 5) }' || failed=1
}
report repository-of-twenty-files "$(check "$folder/twenty")"
report sample "$(check fixtures/fleets/sample)"
report keystores-1000 "$(check "$folder/keystores")"
report history-100000 "$(count history "$folder/history.json")"

if [ -n "$update" ]; then
  printf '%s' "$new" >"$table"
  exit 0
fi
exit "$failed"
