#!/usr/bin/env bash
# Times `stakelint history` on a generated interchange file, in turn with two floors: reading its bytes (cat), and parsing them as
# JSON and keeping nothing (serde_json). Prints a table with the peak of memory.
#
#   benches/history.sh [--keys 100000] [--attestations 10000000] [--rounds 5] [--in FOLDER]
set -euo pipefail
cd "$(dirname "$0")/.."

. benches/measure.sh

keys=100000 attestations=10000000 rounds=5
options keys attestations rounds -- "$@"

build generate-history parse-json
[ -f "$folder/sound.json" ] || "$target/examples/generate-history" --keys "$keys" --attestations "$attestations" "$folder/sound.json"
[ -f "$folder/planted.json" ] || "$target/examples/generate-history" --keys "$keys" --attestations "$attestations" --planted 100 "$folder/planted.json"

# 1 means findings: a whole run.
history() { { "$stakelint" history --format concise "$@" || [ $? -eq 1 ]; } >/dev/null; }
merge() { "$stakelint" history --print-merged --quiet "$1" >/dev/null 2>&1; }
twice() { history "$1" "$1"; }
parse() { "$target/examples/parse-json" "$1"; }
read_bytes() { cat "$1" | wc -c >/dev/null; }

results=$(mktemp -d)
for _ in $(seq "$rounds"); do
  seconds read_bytes "$folder/sound.json" >>"$results/read"
  seconds parse "$folder/sound.json" >>"$results/parse"
  seconds history "$folder/sound.json" >>"$results/sound"
  seconds history "$folder/planted.json" >>"$results/planted"
  seconds twice "$folder/sound.json" >>"$results/twice"
  seconds merge "$folder/sound.json" >>"$results/merge"
done

heading "$rounds"
echo "$keys keys, $attestations attestations, $(wc -c <"$folder/sound.json" | awk '{ printf "%.2f GB", $1 / 1e9 }')"
echo
echo "| what | time | of parsing | memory |"
echo "|---|---|---|---|"
parsing=$(median "$results/parse")
row() {
  awk -v name="$1" -v time="$(median "$results/$2")" -v floor="$parsing" -v peak="$3" \
    'BEGIN { printf "| %s | %.2f s | %.2f | %s |\n", name, time, time / floor, peak }'
}
row "\`cat\`" read ""
row "parse and keep nothing (serde_json)" parse "$(peak "$target/examples/parse-json" "$folder/sound.json")"
row "\`stakelint history\`" sound "$(peak "$stakelint" history "$folder/sound.json")"
row "… with 100 slashable keys" planted "$(peak "$stakelint" history --fail-on never "$folder/planted.json")"
row "… the file beside itself: all keys twice" twice "$(peak "$stakelint" history "$folder/sound.json" "$folder/sound.json")"
row "… \`--print-merged\`" merge "$(peak "$stakelint" history --print-merged "$folder/sound.json")"
rm -rf "$results"
