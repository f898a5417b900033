#!/usr/bin/env bash
# Times `stakelint audit` of a generated fleet and the same fleet after a move of one host's keys, in turn with one `stakelint check`
# of it: an audit reads and surveys two trees, and may cost 2.2 checks at most (processor time, so that other work does not count).
#
#   benches/audit.sh [--keys 100000] [--manifests 5000] [--rounds 5] [--in FOLDER]
set -euo pipefail
cd "$(dirname "$0")/.."

. benches/measure.sh

keys=100000 manifests=5000 rounds=5
options keys manifests rounds -- "$@"

build generate-fleet
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

results=$(mktemp -d)
for _ in $(seq "$rounds"); do
  processor "$stakelint" check --quiet --format concise "$folder/after" >>"$results/check"
  processor "$stakelint" audit --quiet --format concise "$folder/before" "$folder/after" >>"$results/audit"
done
check=$(median "$results/check") audit=$(median "$results/audit")
rm -rf "$results"
heading "$rounds"
echo
echo "| what | processor |"
echo "|---|---|"
echo "| check of one tree | $check s |"
echo "| audit of two | $audit s, $(awk -v a="$audit" -v c="$check" 'BEGIN { printf "%.2f", a / c }') checks |"
