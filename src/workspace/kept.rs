//! Files that were read at one revision and are the same at another: each is parsed once.

use super::model::{Body, SourceFile};
use super::read::Reading;
use crate::document::Problem;
use crate::finding::NotChecked;
use crate::source::FileId;
use gix::ObjectId;
use std::sync::Arc;

/// What was read of the revision that was opened last, in byte order of the paths.
#[derive(Default)]
pub(super) struct Kept(Vec<(ObjectId, SourceFile, Option<Box<NotChecked>>)>);

impl Kept {
    /// Keeps what was read of a revision, in place of what was kept of another.
    pub(super) fn keep(&mut self, ids: &[ObjectId], files: &[SourceFile], left: &[Option<Box<NotChecked>>]) {
        let read = ids.iter().zip(files).zip(left);
        self.0 = read.map(|((id, file), left)| (*id, file.clone(), left.clone())).collect();
    }

    /// Answers a file of this path and content, under a number of its own; a path has a part in how it is read.
    pub(super) fn find(&self, path: &str, object: ObjectId, id: FileId) -> Option<Reading> {
        let at = self.0.binary_search_by(|(_, file, _)| (*file.path).cmp(path)).ok()?;
        let (_, file, not_checked) = self.0.get(at).filter(|(known, ..)| *known == object)?;
        Some(Reading { file: numbered(file.clone(), id), not_checked: not_checked.clone() })
    }
}

/// Gives a file another number, in every place that it knows.
pub(super) fn numbered(mut file: SourceFile, id: FileId) -> SourceFile {
    if file.id == id {
        return file;
    }
    let moved = |problem: &mut Box<Problem>| problem.span.file = id;
    file.id = id;
    file.problem.iter_mut().for_each(moved);
    match &mut file.body {
        Body::Document(document) => *document = Arc::new((**document).clone().of_file(id)),
        Body::Keystore(keystore) => {
            if let Some(key) = &mut keystore.key {
                key.span.file = id;
                key.origin.iter_mut().for_each(|origin| origin.file = id);
            }
            keystore.malformed.iter_mut().for_each(moved);
        }
        Body::Text(_) | Body::None => {}
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Spanned;
    use crate::workspace::Workspace;

    const KEYSTORE: &str = r#"{"crypto": {"kdf": {}, "checksum": {}, "cipher": {}}, "version": 4, "pubkey": "935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846"}"#;

    #[test]
    fn a_file_with_the_same_bytes_is_shared_and_stands_where_it_is_now() {
        let tree = Workspace::of(&[("a.yml", "a: 1\na: [\n"), ("k.json", KEYSTORE)]);
        let ids = [1, 2].map(|byte| ObjectId::from_bytes_or_panic(&[byte; 20]));
        let mut kept = Kept::default();
        kept.keep(&ids, tree.files(), &[None, None]);
        let find =
            |path: &str, object: usize, id: u32| kept.find(path, ids[object], FileId(id)).map(|found| found.file);
        assert!(find("a.yml", 1, 0).is_none() && find("b.yml", 0, 0).is_none(), "other bytes, or another path");
        let Some(Body::Document(same)) = find("a.yml", 0, 0).map(|file| file.body) else { panic!("is kept") };
        assert!(matches!(&tree.files()[0].body, Body::Document(known) if Arc::ptr_eq(known, &same)));
        let moved = find("a.yml", 0, 7).expect("is kept");
        assert!(moved.problems().count() > 0 && moved.problems().all(|problem| problem.span.file == FileId(7)));
        let document = moved.document().expect("is a tree");
        assert!(document.repeated().iter().all(|key| key.again.file == FileId(7)) && !document.repeated().is_empty());
        assert_eq!(document.root().map(|root| root.place().file), Some(FileId(7)));
        let keystore = find("k.json", 1, 9).and_then(|file| file.keystore()?.key.clone());
        assert_eq!(keystore.map(|Spanned { span, .. }| span.file), Some(FileId(9)));
    }
}
