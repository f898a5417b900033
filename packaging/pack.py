#!/usr/bin/env python3
"""Packs a built program as a wheel and as npm packages, so that neither pip nor npm needs Rust.

    packaging/pack.py TARGET PROGRAM FOLDER     the wheel and the npm package of one target
    packaging/pack.py launcher FOLDER           the npm package that takes the one of its platform along

Needs Python 3.11 and nothing else. The same program gives the same bytes.
"""

import base64
import hashlib
import io
import json
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
CARGO = tomllib.loads((TOP / "Cargo.toml").read_text())["package"]
NAME, VERSION = CARGO["name"], CARGO["version"]

# Target of Rust: tags of Python, system and processor as npm calls them. What is linked with musl runs on any Linux.
TARGETS = {
    "x86_64-unknown-linux-gnu": ("manylinux_2_35_x86_64", "linux", "x64"),
    "aarch64-unknown-linux-gnu": ("manylinux_2_35_aarch64", "linux", "arm64"),
    "x86_64-unknown-linux-musl": ("manylinux_2_17_x86_64.musllinux_1_1_x86_64", "linux", "x64"),
    "aarch64-unknown-linux-musl": ("manylinux_2_17_aarch64.musllinux_1_1_aarch64", "linux", "arm64"),
    "x86_64-apple-darwin": ("macosx_10_12_x86_64", "darwin", "x64"),
    "aarch64-apple-darwin": ("macosx_11_0_arm64", "darwin", "arm64"),
    "x86_64-pc-windows-msvc": ("win_amd64", "win32", "x64"),
}

LAUNCHER = """#!/usr/bin/env node
// Runs the program that was installed for this platform.
const { spawnSync } = require("node:child_process");
const name = process.platform === "win32" ? "stakelint.exe" : "stakelint";
let program;
try {
  program = require.resolve(`stakelint-${process.platform}-${process.arch}/${name}`);
} catch {
  console.error(`stakelint: no program was installed for ${process.platform} on ${process.arch}`);
  process.exit(2);
}
const ran = spawnSync(program, process.argv.slice(2), { stdio: "inherit" });
if (ran.error) {
  console.error(`stakelint: ${ran.error.message}`);
}
process.exit(ran.status ?? 2);
"""


def wheel(target, program, folder):
    """Writes the wheel: the program as a script, and what describes it."""
    tags = TARGETS[target][0]
    info, data = f"{NAME}-{VERSION}.dist-info", f"{NAME}-{VERSION}.data"
    name = NAME + (".exe" if "windows" in target else "")
    metadata = [
        "Metadata-Version: 2.4",
        f"Name: {NAME}",
        f"Version: {VERSION}",
        f"Summary: {CARGO['description']}",
        f"License-Expression: {CARGO['license']}",
        "Requires-Python: >=3.8",
        "Description-Content-Type: text/markdown",
        "",
        (TOP / "README.md").read_text(),
    ]
    kind = ["Wheel-Version: 1.0", f"Generator: {NAME}", "Root-Is-Purelib: false"]
    kind += [f"Tag: py3-none-{tag}" for tag in tags.split(".")]
    files = {
        f"{data}/scripts/{name}": (program.read_bytes(), 0o755),
        f"{info}/METADATA": ("\n".join(metadata).encode(), 0o644),
        f"{info}/WHEEL": (("\n".join(kind) + "\n").encode(), 0o644),
    }
    record = [f"{path},sha256={digest(body)},{len(body)}" for path, (body, _) in files.items()]
    record.append(f"{info}/RECORD,,")
    files[f"{info}/RECORD"] = (("\n".join(record) + "\n").encode(), 0o644)
    path = folder / f"{NAME}-{VERSION}-py3-none-{tags}.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for inner, (body, mode) in files.items():
            entry = zipfile.ZipInfo(inner, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = (0o100000 | mode) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, body)
    return path


def digest(body):
    """Answers a digest as RECORD writes it."""
    return base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode()


def npm(name, manifest, files, folder):
    """Writes an npm package."""
    about = {"name": name, "version": VERSION, "description": CARGO["description"], "license": CARGO["license"]}
    files = {"package.json": ((json.dumps(about | manifest, indent=2) + "\n").encode(), 0o644)} | files
    path = folder / f"{name}-{VERSION}.tgz"
    with tarfile.open(path, "w:gz", format=tarfile.USTAR_FORMAT) as archive:
        for inner, (body, mode) in files.items():
            entry = tarfile.TarInfo(f"package/{inner}")
            entry.size, entry.mode = len(body), mode
            archive.addfile(entry, io.BytesIO(body))
    return path


def platform(target, program, folder):
    """Writes the npm package of one platform."""
    _, system, processor = TARGETS[target]
    name = NAME + (".exe" if system == "win32" else "")
    manifest = {"os": [system], "cpu": [processor], "files": [name]}
    return npm(f"{NAME}-{system}-{processor}", manifest, {name: (program.read_bytes(), 0o755)}, folder)


def launcher(folder):
    """Writes the npm package that people install."""
    platforms = sorted({f"{NAME}-{system}-{processor}" for _, system, processor in TARGETS.values()})
    manifest = {
        "bin": {NAME: "launch.js"},
        "files": ["launch.js", "README.md"],
        "engines": {"node": ">=16"},
        "optionalDependencies": {name: VERSION for name in platforms},
    }
    files = {"launch.js": (LAUNCHER.encode(), 0o755), "README.md": ((TOP / "README.md").read_bytes(), 0o644)}
    return npm(NAME, manifest, files, folder)


def main(arguments):
    match arguments:
        case ["launcher", folder]:
            print(launcher(Path(folder)))
        case [target, program, folder] if target in TARGETS:
            print(wheel(target, Path(program), Path(folder)))
            print(platform(target, Path(program), Path(folder)))
        case _:
            print(__doc__, file=sys.stderr)
            sys.exit(2)


main(sys.argv[1:])
