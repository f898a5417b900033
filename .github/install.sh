#!/usr/bin/env bash
# Fetches a release of stakelint into a folder, once its checksum holds. Used by action.yml and templates/gitlab.yml.
#
# STAKELINT_REPOSITORY  owner/name
# STAKELINT_VERSION     the release's tag; by default that of the sources in which this file lies
# STAKELINT_RELEASES    where releases lie, in place of the repository's own (a mirror, file:///… in tests)
set -euo pipefail

into=${1:?the folder to install into}
version=${STAKELINT_VERSION:-}
sources=$(dirname "$0")/../Cargo.toml
# Who pins an action to a commit names no tag, but has checked out the sources of a release.
if [ -z "$version" ] && [ -f "$sources" ]; then
  version=v$(sed -n 's/^version = "\(.*\)"$/\1/p' "$sources" | head -n 1)
fi
: "${version:?STAKELINT_VERSION is the tag of a release, such as v0.1.0}"
releases=${STAKELINT_RELEASES:-https://github.com/${STAKELINT_REPOSITORY:?owner/name}/releases/download}

case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) target=x86_64-unknown-linux-musl ;;
  Linux-aarch64) target=aarch64-unknown-linux-musl ;;
  Darwin-arm64) target=aarch64-apple-darwin ;;
  Darwin-x86_64) target=x86_64-apple-darwin ;;
  MINGW*-x86_64 | MSYS*-x86_64) target=x86_64-pc-windows-msvc ;;
  *)
    echo "no release is built for $(uname -s) on $(uname -m): use cargo install --locked" >&2
    exit 2
    ;;
esac

archive=stakelint-$target.tar.gz
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for name in "$archive" "$archive.sha256"; do
  curl --fail --silent --show-error --location --retry 3 --output "$work/$name" "$releases/$version/$name"
done
if command -v sha256sum >/dev/null; then sum=(sha256sum --check --quiet); else sum=(shasum -a 256 --check --quiet); fi
(cd "$work" && "${sum[@]}" "$archive.sha256") || { echo "the checksum of $archive does not hold: nothing was installed" >&2; exit 2; }

# Where the archive was built and from which commit, if the tool that can tell is at hand.
if [ -z "${STAKELINT_RELEASES:-}" ] && [ -n "${GH_TOKEN:-}" ] && command -v gh >/dev/null; then
  gh attestation verify "$work/$archive" --repo "$STAKELINT_REPOSITORY"
fi

mkdir -p "$into"
tar -xzf "$work/$archive" -C "$into"
"$into/stakelint" --version
