//! The lists of ids of one record.

use rustc_hash::FxHashSet;

use super::problem::some;
use super::view::View;
use super::{Problem, Quality};
use crate::emit::feed::names_a_file;

pub(super) fn check(record: &View<'_>, found: &mut Vec<Problem>) {
    use Quality::{
        AliasOfItself, AliasTwice, RelatedToItself, RelatedTwice, UpstreamIsAlias, UpstreamIsRelated, UpstreamOfItself,
        UpstreamTwice,
    };
    if !record.id.is_empty() && !names_a_file(record.id) {
        let message = format!(
            "{} is no name of a file; an id has up to 128 letters, digits and `-_.:+~`, and nothing else",
            some([record.id])
        );
        found.push(Problem::new(Quality::IdNotPlain, "/id", message));
    }
    list(record, "aliases", AliasTwice, AliasOfItself, found);
    list(record, "upstream", UpstreamTwice, UpstreamOfItself, found);
    list(record, "related", RelatedTwice, RelatedToItself, found);
    shared(record, "aliases", UpstreamIsAlias, "an alias is the same vulnerability; keep it in one list", found);
    shared(record, "related", UpstreamIsRelated, "`upstream` says more; take it out of `related`", found);
}

fn list(record: &View<'_>, field: &str, twice: Quality, itself: Quality, found: &mut Vec<Problem>) {
    let mut seen = FxHashSet::default();
    let ids = record.texts(field);
    let again: Vec<&str> = ids.iter().copied().filter(|id| !seen.insert(*id)).collect();
    let at = format!("/{field}");
    if !again.is_empty() {
        let message = format!("{} stands in `{field}` more than once; once is enough", some(again));
        found.push(Problem::new(twice, at.clone(), message));
    }
    if !record.id.is_empty() && seen.contains(record.id) {
        let message = format!("`{field}` names {}, this record itself; take it out", some([record.id]));
        found.push(Problem::new(itself, at, message));
    }
}

fn shared(record: &View<'_>, field: &str, code: Quality, mend: &str, found: &mut Vec<Problem>) {
    let upstream: FxHashSet<&str> = record.texts("upstream").into_iter().collect();
    let both: Vec<&str> = record.texts(field).into_iter().filter(|id| upstream.contains(id)).collect();
    if !both.is_empty() {
        let message = format!("{} is in `upstream` and in `{field}`: {mend}", some(both));
        found.push(Problem::new(code, "/upstream", message));
    }
}
