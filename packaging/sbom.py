#!/usr/bin/env python3
"""Writes the bill of materials of the program for one target, as CycloneDX 1.5: every crate that becomes a part of it.

    packaging/sbom.py TARGET > stakelint-TARGET.cdx.json

Needs cargo and Python 3.11. The same Cargo.lock gives the same bytes.
"""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent


def metadata(target):
    """Answers what cargo knows of the crates for a target."""
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", target]
    return json.loads(subprocess.run(command, cwd=TOP, check=True, stdout=subprocess.PIPE).stdout)


def linked(target):
    """Answers name and version of every crate that the program is linked with: less than the metadata name, and no macros."""
    command = ["cargo", "tree", "--locked", "--target", target, "--edges", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}"]
    lines = subprocess.run(command, cwd=TOP, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    words = (line.split() for line in lines if line)
    return {(name, version.removeprefix("v")) for name, version, *_ in words}


def component(package, sums, kind="library"):
    """Describes one crate."""
    name, version = package["name"], package["version"]
    purl = f"pkg:cargo/{name}@{version}"
    described = {"type": kind, "bom-ref": purl, "name": name, "version": version, "purl": purl}
    if package.get("license"):
        described["licenses"] = [{"expression": package["license"].replace(" / ", " OR ").replace("/", " OR ")}]
    if (name, version) in sums:
        described["hashes"] = [{"alg": "SHA-256", "content": sums[name, version]}]
    return described


def bill(target):
    """Answers the bill of materials."""
    known = metadata(target)
    packages = {package["id"]: package for package in known["packages"]}
    lock = tomllib.loads((TOP / "Cargo.lock").read_text())["package"]
    sums = {(crate["name"], crate["version"]): crate["checksum"] for crate in lock if "checksum" in crate}
    root, parts = known["resolve"]["root"], linked(target)
    is_part = lambda crate: (packages[crate]["name"], packages[crate]["version"]) in parts
    nodes = [node for node in known["resolve"]["nodes"] if is_part(node["id"])]
    edges = {node["id"]: sorted(filter(is_part, {dep["pkg"] for dep in node["deps"]})) for node in nodes}
    described = {crate: component(packages[crate], sums) for crate in sorted(edges) if crate != root}
    program = component(packages[root], sums, "application")
    references = {crate: entry["bom-ref"] for crate, entry in described.items()} | {root: program["bom-ref"]}
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": program, "properties": [{"name": "cargo:target", "value": target}]},
        "components": list(described.values()),
        "dependencies": [
            {"ref": references[crate], "dependsOn": [references[linked] for linked in edges[crate]]} for crate in sorted(edges)
        ],
    }


if len(sys.argv) != 2:
    print(__doc__, file=sys.stderr)
    sys.exit(2)
print(json.dumps(bill(sys.argv[1]), indent=1))
