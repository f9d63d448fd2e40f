//! Many small answers at once: asked for side by side, kept until all are there.

use super::source::Stop;
use crate::advisory::Budget;
use crate::net::{Failure, FailureKind};

/// Records that are fetched before they are written.
pub(super) const CHUNK: usize = 64;

/// Fetches many things at once: the answers in the order of the questions.
pub(super) fn side_by_side<Q: Sync, A: Send>(
    questions: &[Q],
    ask: &(dyn Fn(&Q) -> Result<A, Failure> + Sync),
) -> Vec<Result<A, Failure>> {
    /// As many connections as a polite client opens to one host.
    const WORKERS: usize = 8;
    let next = std::sync::atomic::AtomicUsize::new(0);
    let worker = || {
        let mut answers = Vec::new();
        loop {
            let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let Some(question) = questions.get(at) else { return answers };
            answers.push((at, ask(question)));
        }
    };
    let mut answers = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS.min(questions.len())).map(|_| scope.spawn(worker)).collect();
        let answers = workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        answers.collect::<Vec<_>>()
    });
    answers.sort_by_key(|(at, _)| *at);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

/// An answer that is kept until the others of its group are there, if there is room.
pub(super) fn kept(room: &Budget, answer: Result<Vec<u8>, Failure>) -> Result<Vec<u8>, Failure> {
    let answer = answer?;
    room.take(answer.len() as u64).map_err(|error| Failure::lasting(error.to_string()))?;
    Ok(answer)
}

/// Whether one of the answers says that the sync is at its end.
pub(super) fn spent<A>(answers: &[Result<A, Failure>]) -> Option<Failure> {
    let failures = answers.iter().filter_map(|answer| answer.as_ref().err());
    failures.into_iter().find(|failure| failure.kind == FailureKind::Spent).cloned()
}

/// Stops a source whose sync is at its end: the rest is one thing that is missing.
pub(super) fn stop_if(spent: Option<Failure>) -> Result<(), Stop> {
    spent.map_or(Ok(()), |failure| Err(Stop::at("the rest", &failure)))
}
