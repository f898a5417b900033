#!/usr/bin/env bash
# Times `stakelint check` on a generated fleet, in turn with the floor (reading every byte with cat) and with a search for one
# word (ripgrep), and prints a table. The order changes nothing: one of each a round, on files that the system has cached.
#
#   benches/compare.sh [--keys 100000] [--manifests 5000] [--hosts 50] [--rounds 5] [--in FOLDER]
set -euo pipefail
cd "$(dirname "$0")/.."

. benches/measure.sh

keys=100000 manifests=5000 hosts=50 rounds=5
options keys manifests hosts rounds -- "$@"

if ! command -v rg >/dev/null; then
  echo "ripgrep is missing: \`cargo install ripgrep\`, \`apt-get install ripgrep\` or \`brew install ripgrep\`" >&2
  exit 2
fi

build generate-fleet
generate=$target/examples/generate-fleet

[ -d "$folder/fleet" ] || "$generate" --keys "$keys" --manifests "$manifests" --hosts "$hosts" "$folder/fleet"
[ -d "$folder/small" ] || "$generate" --keys 10 --manifests 10 --hosts 2 "$folder/small"

# Each writes into a pipe, as it does in a script or in CI: a line for each of 100,000 files is a part of the work.
read_all() { find "$1" -type f -print0 | xargs -0 cat | wc -c >/dev/null; }
search() { rg -uuu -c pubkey "$1" | wc -l >/dev/null; }
# 1 means findings, 3 that something could not be read: both are whole runs.
check() { { "$stakelint" check --no-config --format concise "$1" || [ $? -ne 2 ]; } | wc -l >/dev/null; }

measure() {
  local name=$1 path=$2 times=$3
  local results
  results=$(mktemp -d)
  read_all "$path"
  for _ in $(seq "$times"); do
    seconds read_all "$path" >>"$results/read"
    seconds search "$path" >>"$results/search"
    seconds check "$path" >>"$results/check"
  done
  awk -v name="$name" -v files="$(find "$path" -type f | wc -l)" -v bytes="$(find "$path" -type f -printf '%s\n' | awk '{ s += $1 } END { print s }')" \
    -v read="$(median "$results/read")" -v search="$(median "$results/search")" -v check="$(median "$results/check")" \
    -v peak="$(peak "$stakelint" check --no-config --format concise "$path")" 'BEGIN {
      printf "| %s | %d | %.3g MB | %.3f s | %.3f s | **%.3f s** | %.2f | %.2f | %s |\n",
        name, files, bytes / 1e6, read, search, check, check / read, check / search, peak }'
  rm -rf "$results"
}

heading "$rounds" "$(rg --version | sed -n 1p)"
echo
echo "| tree | files | size | \`cat\` | \`rg -uuu -c pubkey\` | \`stakelint check\` | of \`cat\` | of \`rg\` | memory |"
echo "|---|---|---|---|---|---|---|---|---|"
measure "a repository" "$folder/small" 25
measure "a large fleet" "$folder/fleet" "$rounds"
