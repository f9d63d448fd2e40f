//! What records say of versions by naming the commits of releases.
//!
//! OSV converts "before 1.0.1" of a CVE into a GIT range that is fixed by the
//! commit of the tag 1.0.1, where it knows no fix. That is the version's word:
//! the commit is whatever was released last.
//!
//! Taken for fixes, such commits made 112 of 150 and 9 of 12 *likely* commits of two C projects
//! wrong.

use super::index::{Index, Resolved};
use crate::advisory::{Advisory, Affected, Database, Event, Fact, Project, Range, commit_of};
use crate::history::message::preparation;
use crate::history::{Changes, History, Node, Release};
use crate::model::{CommitPrefix, Version};

/// Reads an advisory's words on commits of releases as what they are: events of
/// GIT ranges become events of versions, and who links to a release's
/// preparation calls its version patched.
pub(crate) fn read(
    history: &History,
    index: &Index<'_>,
    project: &Project,
    changes: &dyn Changes,
    advisory: &mut Advisory,
) {
    let tags = Tags { history, index, project, changes };
    // Who names versions of packages says more than what was made of tags.
    let said = advisory.affected.iter().any(|fact| fact.value.ranges.iter().any(|range| range.repo.is_none()));
    let own: Vec<_> = advisory.ids().cloned().collect();
    let is_named = |node: Node| {
        let mentions = index.said_by(node);
        index.is_private_fork(node)
            || mentions.iter().any(|mention| own.contains(&mention.id) && !mention.context.is_negative())
    };
    let converted: Vec<bool> = advisory.records.iter().map(|record| record.database == Database::Cve).collect();
    for fact in &mut advisory.affected {
        let of_tags = converted.get(fact.source) == Some(&true);
        tags.read_ranges(&mut fact.value, of_tags, said, &is_named);
    }
    let linked = advisory.references.iter().filter_map(|reference| {
        let release = tags.prepared(tags.linked(&reference.value.url)?)?;
        let affected = Affected { patched: vec![release.version.to_string()], ..Affected::default() };
        Some(Fact { value: affected, source: reference.source })
    });
    let linked: Vec<_> = linked.filter(|_| !said).collect();
    advisory.affected.extend(linked);
}

struct Tags<'a> {
    history: &'a History,
    index: &'a Index<'a>,
    project: &'a Project,
    changes: &'a dyn Changes,
}

impl<'a> Tags<'a> {
    /// Takes the events of releases out of GIT ranges, and adds what they say.
    /// `of_tags`: the record's ranges were made of versions. Others name commits,
    /// and a small project tags its fix itself: then only what prepares a release
    /// stands for it.
    fn read_ranges(&self, affected: &mut Affected, of_tags: bool, said: bool, is_named: &dyn Fn(Node) -> bool) {
        let mut versions = Vec::new();
        for range in &mut affected.ranges {
            let Some(repo) = range.repo.as_deref() else { continue };
            let here = self.project.lives_at(repo);
            let release = |event: &Event| {
                let node = self.node(event.text(), here).filter(|node| !is_named(*node))?;
                self.release_at(node).filter(|_| of_tags).or_else(|| self.prepared(node))
            };
            let mut found: Vec<(Version, Event)> = Vec::new();
            let mut whole = true;
            range.events.retain(|event| {
                let text = |release: &Release| release.version.to_string();
                let (of, as_version): (_, fn(String) -> Event) = match event {
                    Event::Introduced(hash) if hash == "0" => return true,
                    Event::Introduced(_) => (release(event), Event::Introduced),
                    Event::Fixed(_) => (release(event), Event::Fixed),
                    Event::LastAffected(_) => (release(event), Event::LastAffected),
                    Event::Limit(_) => return true,
                };
                match of {
                    Some(release) => found.push((release.version.clone(), as_version(text(release)))),
                    None => whole = false,
                }
                // Where it began is a commit, too, and all that follow from it.
                of.is_none() || matches!(event, Event::Introduced(_))
            });
            if found.iter().all(|(_, event)| matches!(event, Event::Introduced(_))) || said {
                continue;
            }
            found.sort_by(|(a, _), (b, _)| a.cmp(b));
            let fixed = found.iter().filter_map(|(_, event)| match event {
                Event::Fixed(version) => Some(version.clone()),
                _ => None,
            });
            affected.patched.extend(fixed);
            if whole {
                let from_start = range.events.iter().any(|event| event.text() == "0");
                let start = from_start.then(|| Event::Introduced("0".to_owned()));
                let events = start.into_iter().chain(found.into_iter().map(|(_, event)| event)).collect();
                versions.push(Range { repo: None, events });
            }
        }
        affected.ranges.extend(versions);
    }

    /// The commit of a hash; beside the project's address, only of a whole one.
    /// An abbreviation may be another commit in another repository; a whole hash is the same one
    /// everywhere.
    fn node(&self, hash: &str, here: bool) -> Option<Node> {
        let prefix = hash.parse::<CommitPrefix>().ok().filter(|prefix| here || prefix.whole().is_some())?;
        match self.index.resolve(&prefix) {
            Resolved::Commit(node) => Some(node),
            _ => None,
        }
    }

    /// The commit that a link leads to, wherever the link says that it is.
    fn linked(&self, url: &str) -> Option<Node> {
        self.history.graph.find(&commit_of(url)?.1)
    }

    /// The release at a commit; of several the final one.
    fn release_at(&self, node: Node) -> Option<&'a Release> {
        let here = self.history.releases.all().iter().filter(|release| release.commit == node);
        here.max_by_key(|release| (!release.version.is_prerelease(), release.place))
    }

    /// The release that a commit does nothing but prepare.
    fn prepared(&self, node: Node) -> Option<&'a Release> {
        let change = self.changes.changes(&[self.history.graph.id(node)]).pop().flatten();
        let told = preparation::prepares(&self.history.commit(node).message.subject)
            || change.as_ref().is_none_or(|change| !change.is_prose());
        let prepares = told && self.index.prepares_release(self.history, node, change.as_deref());
        prepares.then(|| self.release_at(self.index.first_tip(self.history, node)?)).flatten()
    }
}
