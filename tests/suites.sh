#!/usr/bin/env bash
# Fetches the suites of YAML, JSON and TOML, each at a commit that is known, and holds our readers against them: tests/suites.sh [FOLDER]
# What is in the folder already is not fetched again. Needs git and the network, so it is no part of .ci/run.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-$(mktemp -d)}

take() {
  if [ -d "$folder/$1" ]; then return; fi
  git init --quiet "$folder/$1"
  git -C "$folder/$1" fetch --quiet --depth 1 "$2" "$3"
  git -C "$folder/$1" checkout --quiet FETCH_HEAD
}

mkdir -p "$folder"
take yaml https://github.com/yaml/yaml-test-suite 6ad3d2c62885d82fc349026c136ef560838fdf3d
take json https://github.com/nst/JSONTestSuite 1ef36fa01286573e846ac449e8683f8833c5b26a
take toml https://github.com/toml-lang/toml-test d168c2a4f539a5219c804055af1600b8cf9ca6d7
cargo run --quiet --example suites -- "$folder"
