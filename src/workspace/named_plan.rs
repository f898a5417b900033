//! The emergency plan that the settings file names, whatever the file is called.

use super::model::SourceFile;
use super::read::{self, Reading};
use super::tree::Workspace;
use crate::config::Settings;
use crate::finding::NotChecked;
use crate::source::FileId;
use std::sync::OnceLock;

impl Workspace {
    /// Answers the plan that the settings name, if it is there.
    #[must_use]
    pub fn plan(&self) -> Option<FileId> {
        self.plan
    }

    /// Reads the file that the settings name as the plan; `bytes` answers what stands in the file of a place in the order.
    pub(super) fn take_plan(
        &mut self,
        settings: &Settings,
        bytes: impl FnOnce(&Self, usize, &SourceFile) -> Option<Vec<u8>>,
    ) {
        let Some(wanted) = settings.plan.as_deref() else { return };
        let is_wanted = |file: &SourceFile| self.places.seen_from_settings(&file.path).as_deref() == Some(wanted);
        let found = self.files.iter().enumerate().find(|(_, file)| is_wanted(file));
        let read =
            found.and_then(|(at, file)| Some((at, read::plan(file.id, file.path.clone(), &bytes(self, at, file)?))));
        let Some((at, Reading { file, not_checked })) = read else {
            let why = "the settings name it as the emergency plan, and it is not among the files";
            self.not_checked.push(NotChecked { path: wanted.to_owned(), why: why.to_owned(), gap: false });
            self.not_checked.sort();
            return;
        };
        self.plan = Some(file.id);
        self.not_checked.extend(not_checked.map(|left| *left));
        self.files[at] = file;
        self.written = OnceLock::new();
    }
}
