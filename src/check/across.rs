//! What records say of each other, as far as both were given.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::problem::some;
use super::view::View;
use super::{Given, Problem, Quality};
use crate::limits;

/// Adds the problems of each record. Takes time linear in what the records
/// list, and in what they fail to list.
pub(super) fn check(records: &[Given], views: &[View<'_>], found: &mut [Vec<Problem>]) {
    let firsts = firsts(views);
    for (at, first) in firsts.iter().enumerate().filter(|(at, first)| at != *first) {
        if let (Some(view), Some(first), Some(found)) = (views.get(at), records.get(*first), found.get_mut(at)) {
            twice(first, view.value, found);
        }
    }
    let aliases = Web::new(views, &firsts, "aliases");
    aliases.mutual(found, Quality::AliasNotMutual, "an alias");
    aliases.transitive(found);
    Web::new(views, &firsts, "related").mutual(found, Quality::RelatedNotMutual, "related");
    Web::new(views, &firsts, "upstream").both_ways(found);
}

/// For each record the first one of the same id: it stands for all of them.
fn firsts(views: &[View<'_>]) -> Vec<usize> {
    let mut places: FxHashMap<&str, usize> = FxHashMap::default();
    let ids = views.iter().map(|view| view.id).enumerate();
    ids.map(|(at, id)| if id.is_empty() { at } else { *places.entry(id).or_insert(at) }).collect()
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

/// Who names whom in one list of ids.
struct Web<'a, 'v> {
    views: &'a [View<'v>],
    firsts: &'a [usize],
    field: &'static str,
    /// What each record lists, itself left out.
    lists: Vec<BTreeSet<&'v str>>,
    /// The ids that list a record, kept at the first record of its id.
    named_by: Vec<BTreeSet<&'v str>>,
}

impl<'a, 'v> Web<'a, 'v> {
    fn new(views: &'a [View<'v>], firsts: &'a [usize], field: &'static str) -> Self {
        let places: FxHashMap<&str, usize> =
            views.iter().zip(firsts).filter(|(view, _)| !view.id.is_empty()).map(|(view, at)| (view.id, *at)).collect();
        let list = |view: &View<'v>| view.texts(field).into_iter().filter(|id| *id != view.id).collect();
        let lists: Vec<BTreeSet<&'v str>> = views.iter().map(list).collect();
        let mut named_by = vec![BTreeSet::new(); views.len()];
        for (view, list) in views.iter().zip(&lists).filter(|(view, _)| !view.id.is_empty()) {
            for at in list.iter().filter_map(|id| places.get(id)) {
                if let Some(named_by) = named_by.get_mut(*at) {
                    named_by.insert(view.id);
                }
            }
        }
        Self { views, firsts, field, lists, named_by }
    }

    /// What a record lists, and who lists it.
    fn around(&self, at: usize) -> Option<(&BTreeSet<&'v str>, &BTreeSet<&'v str>)> {
        Some((self.lists.get(at)?, self.named_by.get(*self.firsts.get(at)?)?))
    }

    fn report(&self, found: &mut Vec<Problem>, code: Quality, message: String) {
        found.push(Problem::new(code, format!("/{}", self.field), message));
    }

    /// Reports where a record does not list one that lists it.
    fn mutual(&self, found: &mut [Vec<Problem>], code: Quality, what: &str) {
        for (at, found) in found.iter_mut().enumerate() {
            let Some((list, named_by)) = self.around(at) else { continue };
            let missing: Vec<&str> = named_by.difference(list).copied().collect();
            if !missing.is_empty() {
                let message = format!(
                    "this record is called {what} by {}; list it in `{}` here too, or take it out there",
                    some(missing),
                    self.field
                );
                self.report(found, code, message);
            }
        }
    }

    /// Reports where a record lists one that lists it.
    fn both_ways(&self, found: &mut [Vec<Problem>]) {
        for (at, found) in found.iter_mut().enumerate() {
            let Some((list, named_by)) = self.around(at) else { continue };
            let both: Vec<&str> = named_by.intersection(list).copied().collect();
            if !both.is_empty() {
                let message = format!("{} names this record as its own upstream; only one can be", some(both));
                self.report(found, Quality::UpstreamBothWays, message);
            }
        }
    }

    /// Reports aliases of aliases that a record does not list. Records that
    /// reach each other through aliases are one vulnerability.
    fn transitive(&self, found: &mut [Vec<Problem>]) {
        for members in self.components() {
            let ids = members.iter().filter_map(|at| Some((self.lists.get(*at)?, self.views.get(*at)?.id)));
            let all: BTreeSet<&str> = ids.flat_map(|(list, id)| list.iter().copied().chain([id])).collect();
            for at in members {
                let (Some((list, named_by)), Some(found), Some(view)) =
                    (self.around(at), found.get_mut(at), self.views.get(at))
                else {
                    continue;
                };
                if list.len() + 1 == all.len() {
                    continue;
                }
                if all.len() > limits::ALIASES {
                    let message = format!(
                        "aliases of this record's aliases are its aliases too, which makes {} ids of one \
                         vulnerability; take those out that are another's",
                        all.len()
                    );
                    self.report(found, Quality::AliasNotTransitive, message);
                    continue;
                }
                let known = |id: &&str| *id == view.id || list.contains(id) || named_by.contains(id);
                let further: Vec<&str> = all.iter().copied().filter(|id| !known(id)).collect();
                if !further.is_empty() {
                    let message =
                        format!("aliases of this record's aliases are its aliases too; add {}", some(further));
                    self.report(found, Quality::AliasNotTransitive, message);
                }
            }
        }
    }

    /// The records that are one vulnerability, by their lists: two or more.
    fn components(&self) -> Vec<Vec<usize>> {
        let mut of_id: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        for (at, view) in self.views.iter().enumerate().filter(|(_, view)| !view.id.is_empty()) {
            of_id.entry(view.id).or_default().push(at);
        }
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut components = Vec::new();
        for start in self.views.iter().map(|view| view.id).filter(|id| !id.is_empty()) {
            let mut waiting: Vec<&str> = seen.insert(start).then_some(start).into_iter().collect();
            let mut members = Vec::new();
            while let Some(id) = waiting.pop() {
                let copies = of_id.get(id).map(Vec::as_slice).unwrap_or_default();
                members.extend(copies);
                let near = copies.iter().filter_map(|at| self.around(*at)).flat_map(|(list, by)| list.iter().chain(by));
                waiting.extend(near.copied().filter(|id| seen.insert(id)));
            }
            if members.len() > 1 {
                components.push(members);
            }
        }
        components
    }
}
