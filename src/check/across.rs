//! What records say of each other, as far as both were given.

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;

use super::problem::some;
use super::view::View;
use super::{Given, Problem, Quality};

/// Adds the problems of each record.
pub(super) fn check(records: &[Given], views: &[View<'_>], found: &mut [Vec<Problem>]) {
    let mut places: FxHashMap<&str, usize> = FxHashMap::default();
    for (at, view) in views.iter().enumerate().filter(|(_, view)| !view.id.is_empty()) {
        match places.get(view.id) {
            None => drop(places.insert(view.id, at)),
            Some(first) => {
                if let (Some(first), Some(found)) = (records.get(*first), found.get_mut(at)) {
                    twice(first, view.value, found);
                }
            }
        }
    }
    let web = Web { views, places };
    for (view, found) in views.iter().zip(found) {
        web.aliases(view, found);
        web.related(view, found);
        web.upstream(view, found);
    }
}

/// Copies of one record, in a folder and in the archive beside it, are no problem.
fn twice(first: &Given, second: &Value, found: &mut Vec<Problem>) {
    if first.value != *second {
        let entry = first.origin.entry.as_deref().unwrap_or_default();
        let message = format!(
            "{} says something else under the same id; of the two the one with the later `modified` counts, \
             so keep that one only",
            some([format!("{} {entry}", first.origin.file).trim()])
        );
        found.push(Problem::new(Quality::IdTwice, "/id", message));
    }
}

struct Web<'a> {
    views: &'a [View<'a>],
    places: FxHashMap<&'a str, usize>,
}

impl<'a> Web<'a> {
    fn find(&self, id: &str) -> Option<&'a View<'a>> {
        self.views.get(*self.places.get(id)?)
    }

    /// The ids of a record's list that were given, each once, itself left out.
    fn given(&self, view: &View<'a>, field: &str) -> Vec<&'a View<'a>> {
        let mut seen = FxHashSet::default();
        let ids = view.texts(field).into_iter().filter(|id| *id != view.id && seen.insert(*id));
        ids.filter_map(|id| self.find(id)).collect()
    }

    fn aliases(&self, view: &View<'a>, found: &mut Vec<Problem>) {
        let given = self.given(view, "aliases");
        if given.is_empty() {
            return;
        }
        let silent: Vec<&str> = missing_in(&given, "aliases", view.id);
        if !silent.is_empty() {
            let message = format!("{} is an alias here and does not list {} back", some(silent), some([view.id]));
            found.push(Problem::new(Quality::AliasNotMutual, "/aliases", message));
        }
        let own: FxHashSet<&str> = view.texts("aliases").into_iter().chain([view.id]).collect();
        let mut seen = FxHashSet::default();
        let further: Vec<&str> = given
            .iter()
            .flat_map(|alias| alias.texts("aliases"))
            .filter(|id| !own.contains(id) && seen.insert(*id))
            .collect();
        if !further.is_empty() {
            let message = format!("aliases of this record's aliases are its aliases too; add {}", some(further));
            found.push(Problem::new(Quality::AliasNotTransitive, "/aliases", message));
        }
    }

    fn related(&self, view: &View<'a>, found: &mut Vec<Problem>) {
        let silent = missing_in(&self.given(view, "related"), "related", view.id);
        if !silent.is_empty() {
            let message = format!("{} is related here and does not list {} back", some(silent), some([view.id]));
            found.push(Problem::new(Quality::RelatedNotMutual, "/related", message));
        }
    }

    fn upstream(&self, view: &View<'a>, found: &mut Vec<Problem>) {
        let given = self.given(view, "upstream");
        let back: Vec<&str> = given
            .iter()
            .filter(|upstream| upstream.texts("upstream").contains(&view.id))
            .map(|upstream| upstream.id)
            .collect();
        if !back.is_empty() {
            let message = format!("{} names this record as its own upstream; only one can be", some(back));
            found.push(Problem::new(Quality::UpstreamBothWays, "/upstream", message));
        }
    }
}

fn missing_in<'a>(views: &[&'a View<'a>], field: &str, id: &str) -> Vec<&'a str> {
    views.iter().filter(|view| !view.texts(field).contains(&id)).map(|view| view.id).collect()
}
