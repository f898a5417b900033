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


def reached(resolve, packages):
    """Answers the crates that the program is linked with, and those that each is linked with itself."""
    nodes = {node["id"]: node for node in resolve["nodes"]}
    edges, todo = {}, [resolve["root"]]
    while todo:
        crate = todo.pop()
        if crate in edges:
            continue
        # What only tests, the build or the compiler need becomes no part of the program.
        linked = [dep["pkg"] for dep in nodes[crate]["deps"] if any(kind["kind"] is None for kind in dep["dep_kinds"])]
        linked = [dep for dep in linked if not any("proc-macro" in made["kind"] for made in packages[dep]["targets"])]
        edges[crate] = sorted(linked)
        todo += linked
    return edges


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
    root = known["resolve"]["root"]
    edges = reached(known["resolve"], packages)
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
