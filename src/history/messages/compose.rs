//! Parts of the index → the history that tips lead to.

use super::lookups::{Messages, NOWHERE, PartTexts};
use super::pages::Pages;
use super::part::Part;
use crate::history::graph::{OUTSIDE, places_by_id};
use crate::history::{Error, Graph};
use crate::limits::Exceeded;
use crate::model::CommitId;

/// The graph of the commits that tips lead to, and what their messages say. Every
/// one of them is in some part.
pub(super) fn history(parts: Vec<Part>, tips: &[CommitId], most: u64) -> Result<(Graph, Messages), Error> {
    let reached = reached(&parts, tips);
    let whole = reached.iter().all(|reached| reached.iter().all(|reached| *reached));
    let (bytes, graph, messages) = match <[Part; 1]>::try_from(parts) {
        Ok([part]) if whole => one(part),
        Ok([part]) => several(vec![part], &reached),
        Err(parts) => several(parts, &reached),
    };
    if bytes > most {
        return Err(Exceeded::new("the commit objects of the history have", "commits", most).into());
    }
    Ok((graph, messages))
}

/// A part that is a history, after the bytes that its commit objects have.
fn one(part: Part) -> (u64, Graph, Messages) {
    let Part { commits, texts } = part;
    let bytes = commits.sizes.iter().copied().map(u64::from).sum();
    let pages = Pages::new(commits.ids.len());
    let graph = Graph::numbered(commits.ids, commits.times, commits.starts, commits.parents, commits.by_id);
    let texts = PartTexts { texts, first: 0, nodes: None, absent: Vec::new() };
    (bytes, graph, Messages { parts: vec![texts], numbers: None, pages })
}

/// Which commits of each part tips lead to.
fn reached(parts: &[Part], tips: &[CommitId]) -> Vec<Vec<bool>> {
    let mut reached: Vec<Vec<bool>> = parts.iter().map(|part| vec![false; part.commits.ids.len()]).collect();
    // A commit that several parts have counts in the first of them.
    let find = |id: &CommitId| {
        parts.iter().enumerate().find_map(|(at, part)| part.commits.find(id).map(|number| (at, number)))
    };
    let mut waiting: Vec<(usize, u32)> = tips.iter().filter_map(find).collect();
    while !waiting.is_empty() {
        let mut elsewhere = Vec::new();
        // Below which number something may be marked, in each part.
        let mut ends = vec![0; parts.len()];
        for (at, number) in waiting.drain(..) {
            let mark = reached.get_mut(at).and_then(|marks| marks.get_mut(number as usize));
            if let Some(mark) = mark.filter(|mark| !**mark) {
                *mark = true;
                if let Some(end) = ends.get_mut(at) {
                    *end = (*end).max(number + 1);
                }
            }
        }
        // Parents have lower numbers: one way down finds all of a part.
        for ((part, marks), end) in parts.iter().zip(&mut reached).zip(ends) {
            for number in (0..end).rev() {
                if marks.get(number as usize) != Some(&true) {
                    continue;
                }
                for parent in part.commits.parents(number) {
                    match parent.checked_sub(OUTSIDE) {
                        Some(place) => elsewhere.extend(part.commits.outside.get(place as usize).and_then(find)),
                        None => {
                            if let Some(mark) = marks.get_mut(*parent as usize) {
                                *mark = true;
                            }
                        }
                    }
                }
            }
        }
        let is_new = |(at, number): &(usize, u32)| {
            reached.get(*at).and_then(|marks| marks.get(*number as usize)) == Some(&false)
        };
        waiting = elsewhere.into_iter().filter(is_new).collect();
        waiting.sort_unstable();
        waiting.dedup();
    }
    reached
}

/// Parts of which the history has some commits, after the bytes that these have.
fn several(parts: Vec<Part>, reached: &[Vec<bool>]) -> (u64, Graph, Messages) {
    let mut firsts = Vec::with_capacity(parts.len());
    let mut first = 0;
    for part in &parts {
        firsts.push(first);
        first += part.commits.len();
    }
    let Merged { numbers, nodes, twins } = merged(&parts, reached, &firsts);
    let graph = graph(&parts, &numbers, &firsts, &nodes);
    let size = |number: &u32| {
        let at = firsts.partition_point(|first| first <= number).checked_sub(1)?;
        parts.get(at)?.commits.sizes.get((number - firsts.get(at)?) as usize).copied().map(u64::from)
    };
    let bytes = numbers.iter().filter_map(size).sum();
    let with_nodes = parts.into_iter().zip(nodes).zip(twins).zip(firsts);
    let parts = with_nodes.map(|(((Part { commits, texts }, mut nodes), twins), first)| {
        for twin in twins {
            if let Some(node) = nodes.get_mut(twin as usize) {
                *node = NOWHERE;
            }
        }
        let nowhere = |number: &u32| nodes.get(*number as usize) == Some(&NOWHERE);
        let is_plain = |number: &u32| commits.parents(*number).len() < 2;
        let absent = (0..commits.len()).filter(nowhere).filter(is_plain).collect();
        PartTexts { texts, first, nodes: Some(nodes), absent }
    });
    let messages = Messages { parts: parts.collect(), pages: Pages::new(numbers.len()), numbers: Some(numbers) };
    (bytes, graph, messages)
}

/// The commits of several parts in one order.
struct Merged {
    /// The numbers over all parts of the history's commits in their order.
    numbers: Vec<u32>,
    /// The node of each part's commits.
    nodes: Vec<Vec<u32>>,
    /// The commits of each part that another part has as well, and that count there.
    twins: Vec<Vec<u32>>,
}

fn merged(parts: &[Part], reached: &[Vec<bool>], firsts: &[u32]) -> Merged {
    let mut nodes: Vec<Vec<u32>> = parts.iter().map(|part| vec![NOWHERE; part.commits.ids.len()]).collect();
    let (mut numbers, mut twins) = (Vec::new(), vec![Vec::new(); parts.len()]);
    let mut before = None;
    // Each part is in order: of their next commits the least is the next of all.
    let next = |at: usize, from: u32| {
        let (part, marks) = (parts.get(at)?, reached.get(at)?);
        let number = (from..part.commits.len()).find(|number| marks.get(*number as usize) == Some(&true))?;
        Some((part.commits.date(number), part.commits.id(number)?, number))
    };
    let mut heads: Vec<Option<(i64, CommitId, u32)>> = (0..parts.len()).map(|at| next(at, 0)).collect();
    loop {
        let least = heads.iter().enumerate().filter_map(|(at, head)| head.map(|head| ((head.0, head.1), at, head.2)));
        let Some((key, at, number)) = least.min() else { break };
        // Two processes that read the same new commits wrote a part each.
        if before.replace(key) == Some(key) {
            twins.get_mut(at).into_iter().for_each(|twins| twins.push(number));
        } else {
            numbers.push(firsts.get(at).copied().unwrap_or(0) + number);
        }
        if let Some(place) = nodes.get_mut(at).and_then(|nodes| nodes.get_mut(number as usize)) {
            *place = u32::try_from(numbers.len() - 1).unwrap_or(NOWHERE);
        }
        if let Some(head) = heads.get_mut(at) {
            *head = next(at, number + 1);
        }
    }
    Merged { numbers, nodes, twins }
}

fn graph(parts: &[Part], numbers: &[u32], firsts: &[u32], nodes: &[Vec<u32>]) -> Graph {
    let count = numbers.len();
    let (mut ids, mut times) = (Vec::with_capacity(count), Vec::with_capacity(count));
    let (mut starts, mut parents) = (Vec::with_capacity(count + 1), Vec::with_capacity(count));
    starts.push(0);
    let node_of = |at: usize, number: u32| {
        nodes.get(at).and_then(|nodes| nodes.get(number as usize)).copied().filter(|node| *node != NOWHERE)
    };
    let of_id = |id: &CommitId| {
        parts.iter().enumerate().find_map(|(at, part)| part.commits.find(id).and_then(|number| node_of(at, number)))
    };
    for number in numbers {
        let at = firsts.partition_point(|first| first <= number).saturating_sub(1);
        let (Some(part), Some(first)) = (parts.get(at), firsts.get(at)) else { continue };
        let own = number - first;
        ids.extend(part.commits.id(own));
        times.extend(part.commits.times.get(own as usize).copied());
        for parent in part.commits.parents(own) {
            let node = match parent.checked_sub(OUTSIDE) {
                Some(place) => part.commits.outside.get(place as usize).and_then(of_id),
                None => node_of(at, *parent),
            };
            parents.extend(node);
        }
        starts.push(u32::try_from(parents.len()).unwrap_or(u32::MAX));
    }
    let by_id = places_by_id(&ids);
    Graph::numbered(ids, times, starts, parents, by_id)
}
