//! The folders and files that were given, and how their paths are shown, found again, and matched by the settings.

use super::model::OpenError;
use std::borrow::Cow;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// A folder or file that was given.
#[derive(Debug, Clone)]
pub(super) struct Root {
    /// As given.
    pub path: PathBuf,
    /// What stands before the path of its files in this run: nothing, or a folder with `/` behind it.
    pub prefix: String,
    /// The real path of the folder that `prefix` stands for.
    pub folder: PathBuf,
    /// Its own name, if it is a file.
    pub file: Option<String>,
    /// How paths of this root look from the settings file.
    view: View,
}

/// How a path is written from where the settings file lies.
#[derive(Debug, Clone, PartialEq, Eq)]
enum View {
    /// The settings file lies here, elsewhere, or nowhere.
    Same,
    /// It lies above: this comes first.
    Above(String),
    /// It lies below: only paths that begin with this are seen.
    Below(String),
}

impl Root {
    /// Looks at a path that was given; `alone` says that it is the only one.
    pub(super) fn open(path: &Path, alone: bool, settings: Option<&Path>) -> Result<Self, OpenError> {
        let unreadable = |error: std::io::Error| match error.kind() {
            ErrorKind::NotFound => OpenError::Missing(path.to_owned()),
            kind => OpenError::Unreadable(path.to_owned(), kind.to_string()),
        };
        let kind = fs::metadata(path).map_err(unreadable)?;
        if !kind.is_dir() && !kind.is_file() {
            return Err(OpenError::Special(path.to_owned()));
        }
        if kind.is_dir() {
            fs::read_dir(path).map_err(unreadable)?;
        } else {
            fs::File::open(path).map_err(unreadable)?;
        }
        let real = |path: &Path| fs::canonicalize(if path.as_os_str().is_empty() { Path::new(".") } else { path });
        let shown = if alone { String::new() } else { shown_folder(path, kind.is_file()) };
        let parent = path.parent().unwrap_or(Path::new(""));
        let folder = real(if kind.is_file() { parent } else { path }).map_err(unreadable)?;
        let view = View::from(&folder, settings);
        let file = kind.is_file().then(|| path.file_name().unwrap_or_default().to_string_lossy().into_owned());
        Ok(Self { path: path.to_owned(), prefix: shown, folder, file, view })
    }

    /// Answers the path of this root below a folder that holds it: nothing but `/` between names, empty for the folder itself.
    pub(super) fn below(&self, top: &Path) -> Option<String> {
        let parts = self.folder.strip_prefix(top).ok()?.join(self.file.as_deref().unwrap_or_default());
        Some(slashes(&parts.to_string_lossy()).trim_end_matches('/').to_owned())
    }

    /// Answers how a path below this root looks from the settings file, if it lies below that.
    pub(super) fn seen_from_settings<'p>(&self, below: &'p str) -> Option<Cow<'p, str>> {
        match &self.view {
            View::Same => Some(Cow::Borrowed(below)),
            View::Above(before) => Some(Cow::Owned(format!("{before}{below}"))),
            View::Below(before) => below.strip_prefix(before.as_str()).map(Cow::Borrowed),
        }
    }
}

fn shown_folder(path: &Path, is_file: bool) -> String {
    let folder = if is_file { path.parent().unwrap_or(Path::new("")) } else { path };
    let shown = slashes(&folder.to_string_lossy()).into_owned();
    let shown = shown.trim_start_matches("./").trim_end_matches('/');
    match shown {
        "" if folder.is_absolute() => "/".into(),
        "" | "." => String::new(),
        shown => format!("{shown}/"),
    }
}

/// Writes a path with `/`.
pub(super) fn slashes(path: &str) -> Cow<'_, str> {
    if std::path::MAIN_SEPARATOR == '/' { Cow::Borrowed(path) } else { Cow::Owned(path.replace('\\', "/")) }
}

impl View {
    fn from(folder: &Path, settings: Option<&Path>) -> Self {
        let Some(settings) = settings else { return Self::Same };
        let written = |path: &Path| match path.to_string_lossy() {
            empty if empty.is_empty() => None,
            path => Some(format!("{}/", slashes(&path))),
        };
        if let Ok(below) = folder.strip_prefix(settings) {
            return written(below).map_or(Self::Same, Self::Above);
        }
        settings.strip_prefix(folder).ok().and_then(written).map_or(Self::Same, Self::Below)
    }
}

/// Everything that was given.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    roots: Vec<Root>,
    /// What paths are joined to, to find the file again.
    base: PathBuf,
}

impl Places {
    /// Looks at the paths that were given.
    pub(super) fn open(roots: &[PathBuf], settings: Option<&Path>) -> Result<Self, OpenError> {
        let settings = settings.and_then(|path| fs::canonicalize(path).ok());
        let settings = settings.as_deref().and_then(Path::parent);
        let alone = roots.len() == 1;
        let roots = roots.iter().map(|root| Root::open(root, alone, settings)).collect::<Result<Vec<_>, _>>()?;
        let base = match roots.as_slice() {
            [root] if root.file.is_some() => root.path.parent().unwrap_or(Path::new("")).to_owned(),
            [root] => root.path.clone(),
            _ => PathBuf::new(),
        };
        Ok(Self { roots, base })
    }

    pub(super) fn roots(&self) -> &[Root] {
        &self.roots
    }

    /// Answers the folder that paths are relative to.
    pub(super) fn base(&self) -> &Path {
        &self.base
    }

    /// Answers where the file of a path lies on the disk.
    pub(super) fn disk(&self, path: &str) -> PathBuf {
        self.base.join(path)
    }

    /// Answers the path of a file of this run below a folder that holds it.
    pub(super) fn below(&self, top: &Path, path: &str) -> Option<String> {
        let root = self.roots.iter().find(|root| path.starts_with(&root.prefix))?;
        let before = root.folder.strip_prefix(top).ok()?.to_string_lossy();
        let parts = [&*slashes(&before), path.get(root.prefix.len()..)?];
        Some(parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("/"))
    }

    /// Answers the real folder that comes first.
    pub(super) fn first(&self) -> Option<&Path> {
        self.roots.first().map(|root| root.folder.as_path())
    }

    /// Answers the path of something that lies really there, if that is in the tree.
    pub(super) fn shown(&self, real: &Path) -> Option<String> {
        self.roots.iter().filter(|root| root.file.is_none()).find_map(|root| {
            let below = real.strip_prefix(&root.folder).ok()?.to_string_lossy();
            Some(format!("{}{}", root.prefix, slashes(&below)))
        })
    }

    /// Answers how a path looks from the settings file, if it lies below that.
    pub(super) fn seen_from_settings<'p>(&self, path: &'p str) -> Option<Cow<'p, str>> {
        let of = |root: &'_ &Root| path.starts_with(&root.prefix);
        match self.roots.iter().filter(of).max_by_key(|root| root.prefix.len()) {
            Some(root) => root.seen_from_settings(path.get(root.prefix.len()..).unwrap_or(path)),
            None => Some(Cow::Borrowed(path)),
        }
    }

    /// Answers what stands before every path as the settings file sees it, as far as one text can say that.
    pub(super) fn settings_prefix(&self) -> &str {
        let Some(root) = self.roots.first() else { return "" };
        match &root.view {
            View::Above(before) => before.strip_suffix(root.prefix.as_str()).unwrap_or(before),
            View::Same | View::Below(_) => "",
        }
    }
}
