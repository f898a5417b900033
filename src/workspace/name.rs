//! What the name of a file tells before it is opened.

use super::model::FileKind;
use memchr::memrchr;

/// What the name alone says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    /// Not worth opening.
    Skip(FileKind),
    /// A kind that this name stands for; the content may still say better.
    Known(FileKind),
    /// The content decides.
    Open,
}

/// Endings of files that hold no text. They are not opened.
const BINARY: &[&str] = &[
    "7z", "a", "avi", "bin", "bmp", "bz2", "class", "db", "deb", "dll", "dylib", "eot", "exe", "flac", "gif", "gz",
    "ico", "jar", "jpeg", "jpg", "ldb", "mdb", "mkv", "mov", "mp3", "mp4", "o", "obj", "ogg", "otf", "parquet", "pdf",
    "png", "pyc", "rar", "rlib", "rmeta", "rpm", "so", "sqlite", "sqlite3", "ssz", "sst", "tar", "tgz", "tif", "tiff",
    "ttf", "wasm", "wav", "webm", "webp", "woff", "woff2", "xz", "zip", "zst",
];

/// Endings of source code, prose and what tools write for themselves. They are not opened.
const UNKNOWN: &[&str] = &[
    "adoc", "asm", "c", "cc", "cjs", "clj", "cpp", "cs", "css", "d", "dart", "diff", "ejs", "el", "erl", "ex", "exs",
    "fs", "go", "gql", "graphql", "h", "hbs", "hpp", "hs", "htm", "html", "ipynb", "java", "js", "jsx", "kt", "less",
    "lock", "log", "lua", "map", "markdown", "md", "mdx", "mjs", "ml", "mod", "move", "nim", "patch", "php", "pl",
    "po", "proto", "ps1", "py", "pyi", "r", "rb", "rs", "rst", "sass", "scala", "scss", "sol", "sql", "sum", "svelte",
    "svg", "swift", "tex", "ts", "tsx", "vue", "vy", "xml", "xsl", "zig",
];

/// Endings that stand behind the ending that tells the syntax: templates, examples, spare copies.
const BEHIND: &[&str] = &[
    "j2", "jinja", "jinja2", "tmpl", "tpl", "gotmpl", "template", "example", "sample", "dist", "default", "bak",
    "backup", "old", "orig", "save", "disabled", "off", "new",
];

/// Stands between the name of a file and the number of the process that writes it anew, in the name of what it writes.
pub const LEFT: &str = ".stakelint-";

/// Tells whether the name of a file is one that `--fix` and `--write-baseline` give to what they have not finished writing.
#[must_use]
pub fn is_left_by_us(name: &str) -> bool {
    let process = name.strip_prefix('.').and_then(|name| name.rsplit_once(LEFT)).map_or("", |(_, process)| process);
    !process.is_empty() && process.bytes().all(|byte| byte.is_ascii_digit())
}

/// Says what a path tells by itself.
pub(super) fn of(path: &str) -> Name {
    let name = path.get(memrchr(b'/', path.as_bytes()).map_or(0, |at| at + 1)..).unwrap_or_default();
    // As all keystores are called.
    if name.ends_with(".json") && !name.starts_with('.') {
        return Name::Known(FileKind::Json);
    }
    let name = name.to_ascii_lowercase();
    if name.starts_with("._") || name == ".ds_store" {
        return Name::Skip(FileKind::Binary);
    }
    if is_left_by_us(&name) {
        return Name::Skip(FileKind::Unknown);
    }
    // Of all XML, the file of a Pacemaker cluster tells what runs where.
    if name == "cib.xml" {
        return Name::Known(FileKind::Text);
    }
    if is_plan(path, &name) {
        return Name::Known(FileKind::Plan);
    }
    let whole = name.trim_end_matches('~');
    match ending(whole).map_or(Name::Open, of_ending) {
        Name::Open => of_inner(whole, within(whole)),
        known => known,
    }
}

/// Prose that is called an emergency plan, or lies in a folder of run-books.
fn is_plan(path: &str, name: &str) -> bool {
    let prose = [".md", ".markdown"].iter().any(|ending| name.ends_with(ending));
    let in_folder = || path.rsplit('/').skip(1).any(|folder| matches!(folder, "runbooks" | "runbook"));
    prose && (name.starts_with("emergency") || in_folder())
}

fn of_inner(whole: &str, inner: &str) -> Name {
    let is_bare = inner.len() < whole.len() && inner == "env";
    if is_bare || is_environment(whole) || is_environment(inner) {
        return Name::Known(FileKind::Dotenv);
    }
    ending(inner).map_or(Name::Open, of_ending)
}

fn of_ending(ending: &str) -> Name {
    match ending {
        "yaml" | "yml" => Name::Known(FileKind::Yaml),
        "json" => Name::Known(FileKind::Json),
        "toml" => Name::Known(FileKind::Toml),
        "service" | "socket" | "timer" | "mount" | "ini" => Name::Known(FileKind::Ini),
        "sh" | "bash" | "zsh" | "ksh" => Name::Known(FileKind::Shell),
        "tf" | "tfvars" | "hcl" | "nomad" => Name::Known(FileKind::Hcl),
        "nix" => Name::Known(FileKind::Nix),
        "age" | "gpg" | "pgp" => Name::Skip(FileKind::Encrypted),
        ending if BINARY.contains(&ending) => Name::Skip(FileKind::Binary),
        ending if UNKNOWN.contains(&ending) => Name::Skip(FileKind::Unknown),
        _ => Name::Open,
    }
}

/// Answers the name before the first ending that says nothing about the syntax: of `a.toml.sample.hoodi` it is `a.toml`.
fn within(name: &str) -> &str {
    let points = name.match_indices('.').map(|(at, _)| at).filter(|at| *at > 0);
    let ends = points.filter(|at| {
        let behind = name.get(at + 1..).unwrap_or_default();
        BEHIND.contains(&behind.split('.').next().unwrap_or_default())
    });
    ends.min().and_then(|at| name.get(..at)).unwrap_or(name)
}

fn is_environment(name: &str) -> bool {
    name.ends_with(".env") || name.starts_with(".env.") || name.starts_with(".env-")
}

/// Answers what stands behind the last point, unless the name begins with it.
fn ending(name: &str) -> Option<&str> {
    name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map(|(_, ending)| ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_environment_files_are_many() {
        for name in [
            ".env",
            "a/prod.env",
            ".env.local",
            "default.env",
            "env.example",
            ".env.example",
            ".env-mainnet",
            ".env~",
            "my.default.env",
        ] {
            assert_eq!(of(name), Name::Known(FileKind::Dotenv), "{name}");
        }
        assert_eq!(of("a/.compose.yml.stakelint-123"), Name::Skip(FileKind::Unknown));
        assert_eq!(of("compose.yml.stakelint-x"), Name::Open);
        assert_eq!(of("env"), Name::Open);
        assert_eq!(of(".env.yml"), Name::Known(FileKind::Yaml));
        assert_eq!(of(".env.gpg"), Name::Skip(FileKind::Encrypted));
        assert_eq!(of(".envrc"), Name::Open);
    }

    #[test]
    fn templates_and_spare_copies_are_what_they_stand_for() {
        assert_eq!(of("t/docker-compose.yml.j2"), Name::Known(FileKind::Yaml));
        assert_eq!(of("vc.service.tmpl.bak"), Name::Known(FileKind::Ini));
        assert_eq!(of("KEYSTORE.JSON.old"), Name::Known(FileKind::Json));
        assert_eq!(of("config.toml.sample.hoodi"), Name::Known(FileKind::Toml));
        assert_eq!(of(".template"), Name::Open);
    }

    #[test]
    fn emergency_plans_are_read_and_other_prose_is_not() {
        for path in ["EMERGENCY.md", "docs/emergency-plan.md", "ops/runbooks/move.md"] {
            assert_eq!(of(path), Name::Known(FileKind::Plan), "{path}");
        }
        assert_eq!(of("docs/README.md"), Name::Skip(FileKind::Unknown));
        assert_eq!(of("runbooks.md"), Name::Skip(FileKind::Unknown));
    }

    #[test]
    fn what_cannot_configure_is_not_opened() {
        assert_eq!(of("src/main.rs"), Name::Skip(FileKind::Unknown));
        assert_eq!(of("slashing_protection.sqlite"), Name::Skip(FileKind::Binary));
        assert_eq!(of("._compose.yml"), Name::Skip(FileKind::Binary));
        assert_eq!(of("UTC--2020-01-01T00-00-00.0Z--abc"), Name::Open);
    }
}
