//! The events of one GIT range, as commits of a graph.

use crate::advisory::Event;
use crate::history::{Graph, Node};
use crate::model::order::EventKind;
use crate::model::{CommitId, CommitPrefix};

/// The events of one range of commits, found in a graph.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    /// Whether an `introduced` event is `0`.
    pub from_roots: bool,
    /// Commits that introduce the vulnerability.
    pub introduced: Vec<Node>,
    /// Commits that fix it.
    pub fixed: Vec<Node>,
    /// Commits after which it is gone.
    pub last_affected: Vec<Node>,
    /// Commits before which it is; without any, everywhere.
    pub limits: Vec<Node>,
}

/// Why the events of a range say nothing certain: an error of the record. To
/// leave such an event out would make the range wider or narrower in silence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadEvent {
    /// No commit of the graph has this hash.
    #[error("`{kind}` names commit {hash}, which the repository does not have")]
    Unknown {
        /// The event.
        kind: EventKind,
        /// The hash.
        hash: CommitId,
    },
    /// The hash is abbreviated, and OSV's are whole.
    #[error("`{kind}` abbreviates a hash ({hash}){}", abbreviated(.means))]
    Abbreviated {
        /// The event.
        kind: EventKind,
        /// The hash as it is written.
        hash: CommitPrefix,
        /// The commits that it may mean.
        means: Vec<CommitId>,
    },
    /// The text is no hash at all.
    #[error("`{kind}` is `{text}`, which is no commit hash")]
    NotAHash {
        /// The event.
        kind: EventKind,
        /// The text, escaped and cut short.
        text: String,
    },
    /// The commit leads to none of the fixes.
    #[error("`{kind}` names commit {hash}, which leads to none of its fixes")]
    LeadsNowhere {
        /// The event.
        kind: EventKind,
        /// The hash.
        hash: CommitId,
    },
    /// Nothing introduces the vulnerability.
    #[error("the range has no `introduced` event")]
    NotIntroduced,
}

fn abbreviated(means: &[CommitId]) -> String {
    match means {
        [only] => format!("; write {only}"),
        [] => ", and no commit of the repository begins with it".to_owned(),
        several => format!(", which {} commits of the repository begin with", several.len()),
    }
}

impl Timeline {
    /// Finds the commits of a range's events.
    ///
    /// # Errors
    /// Every event that names no commit of the graph.
    pub fn read(graph: &Graph, events: &[Event]) -> Result<Self, Vec<BadEvent>> {
        let (mut timeline, mut bad, mut unlimited) = (Self::default(), Vec::new(), false);
        for event in events {
            let kind = event.kind();
            match (kind, event.text()) {
                (EventKind::Introduced, "0") => timeline.from_roots = true,
                (EventKind::Limit, text) if text.contains('*') => unlimited = true,
                (_, text) => match find(graph, kind, text) {
                    Ok(node) => timeline.of_kind(kind).push(node),
                    Err(error) => bad.push(error),
                },
            }
        }
        if unlimited {
            timeline.limits.clear();
        }
        for kind in EventKind::ALL {
            let named = timeline.of_kind(kind);
            named.sort_unstable();
            named.dedup();
        }
        let introduced = events.iter().any(|event| matches!(event, Event::Introduced(_)));
        if !introduced {
            bad.push(BadEvent::NotIntroduced);
        }
        if bad.is_empty() { Ok(timeline) } else { Err(bad) }
    }

    const fn of_kind(&mut self, kind: EventKind) -> &mut Vec<Node> {
        match kind {
            EventKind::Introduced => &mut self.introduced,
            EventKind::Fixed => &mut self.fixed,
            EventKind::LastAffected => &mut self.last_affected,
            EventKind::Limit => &mut self.limits,
        }
    }
}

fn find(graph: &Graph, kind: EventKind, text: &str) -> Result<Node, BadEvent> {
    let not_a_hash = || BadEvent::NotAHash { kind, text: text.chars().take(48).flat_map(char::escape_debug).collect() };
    let prefix: CommitPrefix = text.parse().map_err(|_| not_a_hash())?;
    match prefix.whole() {
        Some(hash) => graph.find(&hash).ok_or(BadEvent::Unknown { kind, hash }),
        None => {
            let means = graph.find_prefix(&prefix).into_iter().map(|node| graph.id(node)).collect();
            Err(BadEvent::Abbreviated { kind, hash: prefix, means })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph() -> Graph {
        let id = |byte| CommitId::from_bytes([byte; 20]);
        Graph::new(&[(id(0x11), vec![]), (id(0x22), vec![id(0x11)])]).unwrap()
    }

    fn read(events: &[Event]) -> Result<Timeline, Vec<String>> {
        Timeline::read(&graph(), events).map_err(|bad| bad.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn events_become_commits() {
        let graph = graph();
        let nodes: Vec<Node> = graph.nodes().collect();
        let events = [Event::Introduced("0".into()), Event::Fixed("22".repeat(20)), Event::Limit("*".into())];
        let timeline = read(&events).unwrap();
        assert_eq!(timeline, Timeline { from_roots: true, fixed: vec![nodes[1]], ..Timeline::default() });
    }

    #[test]
    fn what_names_no_commit_is_an_error_and_never_left_out() {
        let events = [
            Event::Introduced("33".repeat(20)),
            Event::Fixed("2222222".into()),
            Event::Fixed("v1.0".into()),
            Event::Limit("9999999".into()),
        ];
        let bad = read(&events).unwrap_err();
        assert_eq!(bad.len(), 4, "{bad:?}");
        assert!(bad[0].contains("does not have") && bad[1].contains(&format!("write {}", "22".repeat(20))), "{bad:?}");
        assert!(bad[2].contains("no commit hash") && bad[3].contains("no commit of the repository begins"), "{bad:?}");
        assert_eq!(read(&[Event::Fixed("22".repeat(20))]).unwrap_err().len(), 1);
    }
}
