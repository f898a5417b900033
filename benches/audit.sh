#!/usr/bin/env bash
# Times `stakelint audit` of a generated fleet and the same fleet after a move of one host's keys, in turn with one `stakelint check`
# of it: an audit reads and surveys two trees, and may cost 2.2 checks at most (processor time, so that other work does not count).
#
#   benches/audit.sh [--keys 100000] [--manifests 5000] [--rounds 5] [--in FOLDER]
set -euo pipefail
cd "$(dirname "$0")/.."

keys=100000 manifests=5000 rounds=5 folder=""
while [ $# -gt 0 ]; do
  case "$1" in
    --keys) keys=$2 ;;
    --manifests) manifests=$2 ;;
    --rounds) rounds=$2 ;;
    --in) folder=$2 ;;
    *) sed -n "2,5s/^# \{0,1\}//p" "$0"; exit 2 ;;
  esac
  shift 2
done

if [ -z "$folder" ]; then
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
fi

target=${CARGO_TARGET_DIR:-target}/release
[ -n "${STAKELINT:-}" ] || cargo build --quiet --release --bin stakelint --example generate-fleet
stakelint=${STAKELINT:-$target/stakelint}
if [ ! -d "$folder/before" ]; then
  "$target/examples/generate-fleet" --keys "$keys" --manifests "$manifests" "$folder/before"
  cp -r "$folder/before" "$folder/after"
  # The keystores of the first host come to lie on the second.
  hosts=$(find "$folder/after" -name 'keystore*' -path '*hosts*' | sed -E 's|(.*/hosts/[^/]+)/.*|\1|' | sort -u | head -2)
  from=$(echo "$hosts" | head -1) to=$(echo "$hosts" | tail -1)
  find "$from" -name 'keystore*' | while read -r file; do
    place="$to/${file#"$from"/}"
    mkdir -p "$(dirname "$place")"
    mv "$file" "$place.moved.json"
  done
fi

# processor COMMAND...: seconds of processor time that it took; 1 and 3 are runs, too.
processor() {
  local TIMEFORMAT='%U %S'
  { time { "$@" >/dev/null 2>&1 || [ $? -ne 2 ]; }; } 2>&1 | awk '{ printf "%.3f\n", $1 + $2 }'
}
median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

results=$(mktemp -d)
for _ in $(seq "$rounds"); do
  processor "$stakelint" check --quiet --format concise "$folder/after" >>"$results/check"
  processor "$stakelint" audit --quiet --format concise "$folder/before" "$folder/after" >>"$results/audit"
done
check=$(median "$results/check") audit=$(median "$results/audit")
rm -rf "$results"
echo "| what | processor |"
echo "|---|---|"
echo "| check of one tree | $check s |"
echo "| audit of two | $audit s, $(awk -v a="$audit" -v c="$check" 'BEGIN { printf "%.2f", a / c }') checks |"
