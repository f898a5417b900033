#!/usr/bin/env python3
"""Times `stakelint check` on fleets of 10 to 10,000 hosts in three dresses, and on fleets of 1,000 to 1,000,000 keys.

    benches/scale.py [--most-hosts 10000] [--most-keys 1000000] [--rounds 3] [--in FOLDER]

Each row runs, in turn and on files that the system has cached: the floor (`cat` of every byte), `rg -uuu -c pubkey`, and a
check. Seconds are wall-clock time unless a column says processor. Peers (yamllint, checkov) run on the smallest Kubernetes fleet
where they are installed (`pip install yamllint checkov`). It needs ripgrep and a build (`cargo build --profile dist`), which it
makes if `STAKELINT` and `GENERATE` do not name programs.
"""

import argparse
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent


def programs():
    """Answers the linter and the generator, built if nobody names them."""
    named = os.environ.get("STAKELINT"), os.environ.get("GENERATE")
    if all(named):
        return named
    build = ["cargo", "build", "--quiet", "--profile", "dist", "--bin", "stakelint", "--example", "generate-fleet"]
    subprocess.run(build, cwd=HERE, check=True)
    folder = Path(os.environ.get("CARGO_TARGET_DIR", HERE / "target")) / "dist"
    return str(folder / "stakelint"), str(folder / "examples" / "generate-fleet")


def run(command):
    """Runs a command into nothing; answers its seconds, its processor seconds and its peak of memory in KiB, children included."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    while child.stdout.read(1 << 20):
        pass
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss


def read_all(tree):
    return ["sh", "-c", f'find "{tree}" -type f -print0 | xargs -0 cat']


def check(linter, tree):
    return [linter, "check", "--no-config", "--format", "concise", str(tree)]


def measured(tree, linter, rounds):
    """Answers the medians of one row."""
    run(read_all(tree))
    results = {"cat": [], "rg": [], "check": []}
    for _ in range(rounds):
        results["cat"].append(run(read_all(tree)))
        results["rg"].append(run(["rg", "-uuu", "-c", "pubkey", str(tree)]))
        results["check"].append(run(check(linter, tree)))
    medians = {name: [statistics.median(column) for column in zip(*rows)] for name, rows in results.items()}
    # A child's peak of memory is never told as less than what its parent had: nothing is kept here.
    count = size = 0
    for folder, _, names in os.walk(tree):
        count += len(names)
        size += sum(os.stat(os.path.join(folder, name)).st_size for name in names)
    return medians, count, size


def row(name, keys, tree, linter, rounds):
    """Prints one row; answers the processor time and the peak of memory of the check."""
    medians, files, size = measured(tree, linter, rounds)
    (cat, _, _), (search, _, _), (took, processor, peak) = medians["cat"], medians["rg"], medians["check"]
    each = f"{peak / keys:.2f} KiB"
    print(
        f"| {name} | {keys:,} | {files:,} | {size / 1e6:.1f} MB | {cat:.3f} | {search:.3f} | **{took:.3f}** "
        f"| {took / search:.2f} | {processor:.3f} | {peak / 1024:.0f} MiB | {each} |",
        flush=True,
    )
    return processor, peak


def head(first):
    print(f"\n| {first} | keys | files | size | `cat` | `rg` | `check` | of `rg` | processor | memory | a key |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")


def exponent(rows):
    """Answers the slope of a line through the logarithms: 1 is linear."""
    points = [(math.log(size), math.log(value)) for size, value in rows]
    return statistics.linear_regression(*zip(*points)).slope


def dresses(options, make, linter):
    head("hosts")
    for dress in ("compose", "kubernetes", "ansible"):
        for hosts in (hosts for hosts in (10, 1_000, 10_000) if hosts <= options.most_hosts):
            keys = hosts * 10
            tree = make(f"{dress}-{hosts}", "--dress", dress, "--hosts", str(hosts), "--keys", str(keys))
            row(f"{hosts:,} in {dress}", keys, tree, linter, options.rounds)


def fleets(options, make, linter):
    head("fleet")
    sizes = [("a repository", 2, 10, 10), ("a large fleet", 50, 100_000, 5_000)]
    for name, hosts, keys, manifests in sizes:
        arguments = ["--hosts", str(hosts), "--keys", str(keys), "--manifests", str(manifests)]
        row(f"{name}: {manifests:,} manifests", keys, make(f"fleet-{keys}", *arguments), linter, options.rounds)


def keys(options, make, linter):
    head("keystores alone")
    rows, count = [], 1000
    while count <= options.most_keys:
        tree = make(f"keys-{count}", "--hosts", "50", "--keys", str(count), "--manifests", "250")
        rows.append((count, *row("50 hosts", count, tree, linter, options.rounds)))
        count *= 10
    if len(rows) > 2:
        time = exponent([(count, processor) for count, processor, _ in rows[1:]])
        memory = exponent([(count, peak) for count, _, peak in rows[1:]])
        print(f"\nFrom {rows[1][0]:,} keys on, processor time grows as keys^{time:.2f}, memory as keys^{memory:.2f}.")


def peers(options, linter):
    tree = Path(options.folder) / "kubernetes-10"
    print("\n| 10 hosts in kubernetes | seconds | what it reads of them |")
    print("|---|---|---|")
    others = [
        ("yamllint", ["yamllint", "-d", "relaxed", str(tree)], "the style of YAML"),
        ("checkov", ["checkov", "--quiet", "--compact", "--framework", "kubernetes", "-d", str(tree)], "each manifest by itself"),
    ]
    for name, command, reads in others:
        if shutil.which(name):
            print(f"| {name} | {statistics.median(run(command)[0] for _ in range(options.rounds)):.3f} | {reads} |")
    took = statistics.median(run(check(linter, tree))[0] for _ in range(options.rounds))
    print(f"| stakelint | **{took:.3f}** | keys, clients, hosts, and what connects them |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most-hosts", type=int, default=10_000)
    parser.add_argument("--most-keys", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--in", dest="folder", default=None, help="keeps the trees there, and finds them again")
    options = parser.parse_args()
    if not shutil.which("rg"):
        sys.exit("ripgrep is missing")
    kept = options.folder is not None
    options.folder = options.folder or tempfile.mkdtemp()
    linter, generator = programs()

    def make(name, *arguments):
        tree = Path(options.folder) / name
        if not tree.exists():
            subprocess.run([generator, *arguments, str(tree)], check=True)
        return tree

    try:
        version = subprocess.run([linter, "--version"], capture_output=True, text=True, check=True).stdout.strip()
        print(f"{version}, {os.cpu_count()} processors, medians of {options.rounds} rounds, seconds")
        fleets(options, make, linter)
        dresses(options, make, linter)
        keys(options, make, linter)
        peers(options, linter)
    finally:
        if not kept:
            shutil.rmtree(options.folder, ignore_errors=True)


if __name__ == "__main__":
    main()
