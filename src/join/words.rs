//! The words of an advisory against the words of a candidate, weighed by how
//! rare they are in this project.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::clues::Clues;
use super::subject_words::SubjectWords;
use super::weights;
use crate::advisory::{Advisory, Project};
use crate::history::Change;
use crate::history::words::{Word, each_stem};
use crate::model::Weight;

/// What advisories say of every vulnerability, and English: neither tells one
/// advisory from another.
const EVERYDAY: &str = "
    a about above after again against all also an and any are as at be because been before being below between both but by
    can cannot could did do does doing done during each either else etc even ever every few for from further get given had
    has have having he her here him his how however if in instead into is it its itself just know let like made make many
    may might more most much must my need new no non none nor not now of off on once one only or other our out over own per
    possible rather same see set shall she should since so some still such take than that the their them then there these
    they this those through thus to too two under until up upon us use used using via very was way we were what when where
    whether which while who whom why will with within without would yet you your
    able access add added advisory affect affected allow allowed allowing arbitrary attack attacker attackers aware based
    behavior behaviour bug case cause change code commit component contain containing control could credit crash create
    critical ctrl cve cvss cwe data default denial describe description detail details discover discovered due enable
    exist exploit exploitation exploited fix fixed follow following found function github handle happen high https http
    impact improper include incorrect information input instance introduce issue issues lead leading low maintainer
    malicious medium moderate mitigate mitigation module number occur org package patch patched patches perform poc point
    possible potential potentially pr prevent previous prior problem proof properly provide reference references release
    released remote report reported reporter request require research result run running security security-advisory
    sensitive server service severity specific specially step successful summary support system team thank thanks trigger
    unauthorized untrusted update upgrade user users v version versions victim vulnerabilities vulnerability vulnerable workaround
    workarounds work www yes com io
    signed cherry picked merge pull branch main master fork dev test tests
";

fn is_everyday(word: Word) -> bool {
    static ALL: std::sync::LazyLock<BTreeSet<Word>> = std::sync::LazyLock::new(|| {
        let mut words = BTreeSet::new();
        each_stem(EVERYDAY, &mut |stem, _| {
            words.insert(Word::of(stem));
        });
        words
    });
    ALL.contains(&word)
}

/// The distinct words of a text that tell something, ordered.
pub(super) fn telling(text: &str) -> Vec<Word> {
    let mut words = crate::history::words::words(text);
    words.retain(|word| !is_everyday(*word));
    words
}

/// What an advisory is asked for.
#[derive(Debug, Default)]
pub(super) struct Query {
    words: Vec<Asked>,
}

#[derive(Debug)]
struct Asked {
    word: Word,
    written: String,
    weight: f64,
}

impl Query {
    /// The words of an advisory: of its title, its text, the functions and
    /// paths that it names. The project's own name says nothing in it.
    /// Titles of all records are read, since databases write their own and each has other words of the
    /// fix.
    pub(super) fn new(advisory: &Advisory, project: &Project) -> Self {
        let mut query = Self::default();
        let mut own: BTreeSet<Word> = BTreeSet::new();
        for remote in &project.remotes {
            each_stem(remote.as_str(), &mut |stem, _| {
                own.insert(Word::of(stem));
            });
        }
        let titles = advisory.records.iter().filter_map(|record| record.record.summary.text());
        for title in titles {
            query.ask(title, weights::IN_TITLE, &own);
        }
        for record in &advisory.records {
            for affected in record.record.affected.items() {
                for symbol in symbols(affected.ecosystem_specific.value()) {
                    query.ask(&symbol, weights::IN_SYMBOLS, &own);
                }
                let name = affected.package.value().and_then(|package| package.name.text());
                query.ask(name.unwrap_or_default(), weights::IN_PACKAGE, &own);
            }
            // Records of one advisory quote each other: each word counts once.
            if let Some(details) = record.record.details.text() {
                query.ask(
                    details.get(..details.floor_char_boundary(16 * 1024)).unwrap_or(details),
                    weights::IN_DETAILS,
                    &own,
                );
            }
        }
        query
    }

    fn ask(&mut self, text: &str, weight: f64, own: &BTreeSet<Word>) {
        each_stem(text, &mut |stem, written| {
            let word = Word::of(stem);
            if is_everyday(word) || own.contains(&word) {
                return;
            }
            let weight = if is_compound(written) { weight * weights::COMPOUND } else { weight };
            self.put(word, written, weight);
        });
    }

    /// Asks for a word, once and with the most that it counts.
    fn put(&mut self, word: Word, written: &str, weight: f64) {
        match self.words.iter_mut().find(|asked| asked.word == word) {
            Some(asked) => asked.weight = asked.weight.max(weight),
            None => self.words.push(Asked { word, written: written.to_owned(), weight }),
        }
    }

    /// Adds what the advisory tells beside its words: what stands in code font,
    /// however common it is, and what fixes of its kind are made of.
    pub(super) fn add_clues(&mut self, clues: &Clues) {
        let mut ask = |text: &str, weight: f64| {
            each_stem(text, &mut |stem, written| self.put(Word::of(stem), written, weight));
        };
        for code in clues.code.iter().take(200) {
            ask(code, weights::IN_CODE);
        }
        for word in &clues.shape {
            ask(word, weights::IN_SHAPE);
        }
    }

    /// Keeps the words that say most in this project.
    pub(super) fn keep_rarest(&mut self, rarity: &Rarity) {
        self.words.sort_by(|a, b| {
            let worth = |asked: &Asked| asked.weight * rarity.of(asked.word);
            worth(b).total_cmp(&worth(a)).then_with(|| a.written.cmp(&b.written))
        });
        self.words.truncate(weights::MAX_QUERY);
    }

    /// How much of what is asked for a candidate has, and the words that count most.
    pub(super) fn matched(&self, doc: &Doc, rarity: &Rarity) -> (Weight, Vec<&str>) {
        let mut found: Vec<(f64, &str)> = Vec::new();
        for asked in &self.words {
            if let Some(place) = doc.words.get(&asked.word) {
                let worth = asked.weight * rarity.of(asked.word) * f64::from(*place) / 100.0;
                found.push((worth, &asked.written));
            }
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        // Where the whole name was found, its parts add little.
        let compounds: Vec<&str> =
            found.iter().map(|(_, written)| *written).filter(|written| is_compound(written)).collect();
        for (worth, written) in &mut found {
            if compounds.iter().any(|compound| compound.len() > written.len() && compound.contains(*written)) {
                *worth *= weights::IN_COMPOUND;
            }
        }
        let sum: f64 = found.iter().map(|(worth, _)| worth).sum();
        // Saturating: the tenth word says less than the first.
        let points = weights::WORDS * sum / (sum + weights::WORDS_HALF);
        let mut shown: Vec<&str> = Vec::new();
        for (_, written) in found.iter().filter(|(worth, _)| *worth > 0.05) {
            if shown.len() < 8 && !shown.contains(written) {
                shown.push(written);
            }
        }
        (Weight::tenths(points.round() as i32), shown)
    }
}

/// Whether a text is a name of several parts.
fn is_compound(written: &str) -> bool {
    written.chars().skip(1).any(|c| c == '-' || c == '_' || c.is_uppercase()) && written.chars().any(char::is_lowercase)
}

/// Functions and import paths that a record names, wherever databases put them.
fn symbols(specific: Option<&serde_json::Map<String, Value>>) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting: Vec<(bool, &Value)> = Vec::new();
    for (key, value) in specific.into_iter().flatten() {
        let names = ["imports", "symbols", "affected_functions", "functions", "affects", "paths", "modules", "path"];
        waiting.push((names.contains(&key.as_str()), value));
    }
    while let Some((named, value)) = waiting.pop() {
        match value {
            Value::String(text) if named => found.push(text.clone()),
            Value::Array(items) => waiting.extend(items.iter().map(|item| (named, item))),
            Value::Object(map) => {
                for (key, value) in map {
                    let skip = matches!(key.as_str(), "goos" | "goarch");
                    waiting.push((named && !skip, value));
                }
            }
            _ => {}
        }
    }
    found.sort();
    found
}

/// The words of a candidate, each with how much it counts by where it stands,
/// in hundredths.
#[derive(Clone, Debug, Default)]
pub(super) struct Doc {
    words: FxHashMap<Word, u8>,
}

impl Doc {
    fn put(&mut self, word: Word, at: u8) {
        let place = self.words.entry(word).or_default();
        *place = (*place).max(at);
    }

    /// The words of several, each where it counts most.
    pub(super) fn all(docs: Vec<Self>) -> Self {
        let mut all = Self::default();
        for doc in docs {
            for (word, at) in doc.words {
                all.put(word, at);
            }
        }
        all
    }

    fn text(&mut self, text: &str, at: u8) {
        each_stem(text, &mut |stem, _| self.put(Word::of(stem), at));
    }

    /// Adds a message. Who signed, and the addresses of pages, say nothing of
    /// what was changed.
    pub(super) fn message(&mut self, message: &str) {
        let mut lines = message.lines().filter(|line| !line.trim().is_empty());
        self.text(lines.next().unwrap_or_default(), weights::AT_SUBJECT);
        let mut read = 0;
        for line in lines {
            let trailer = line.split_once(':').is_some_and(|(key, _)| {
                key.to_ascii_lowercase().ends_with("-by")
                    || key.eq_ignore_ascii_case("cc")
                    || key.starts_with("Change-Id")
            });
            read += line.len();
            if read > 32 * 1024 {
                break;
            }
            if !trailer {
                self.text(line, weights::AT_BODY);
            }
        }
    }

    /// Adds what the change log says of it.
    pub(super) fn entry(&mut self, text: &str) {
        self.text(text, weights::AT_BODY);
    }

    /// Adds what was changed.
    /// Where messages say nothing these words are all there is: jackson-databind's fixes are called
    /// "Fix #2032" and no more (CVE-2018-11307).
    pub(super) fn change(&mut self, change: &Change) {
        // So does one of many files: a rename has all their names.
        let files = change.paths.iter().filter(|path| !crate::history::change::is_foreign(path)).count();
        let wide = match files {
            0..=12 => 1,
            13..=50 => 2,
            _ => 4,
        };
        for path in change.paths.iter().filter(|path| !crate::history::change::is_foreign(path)).take(100) {
            self.text(path, weights::AT_PATH / wide);
        }
        for context in &change.contexts {
            self.text(context, weights::AT_CONTEXT / wide);
        }
        // A large change has every word: each of its words says less.
        let size = change.words.len();
        let at = match size {
            0..=300 => weights::AT_LINE,
            301..=1000 => weights::AT_LINE / 2,
            _ => weights::AT_LINE / 4,
        } / wide;
        for word in &change.words {
            self.put(*word, at);
        }
    }
}

/// How rare words are in the project, from 0 (in every message) to 1.
#[derive(Debug)]
pub(super) struct Rarity {
    subjects: Arc<SubjectWords>,
    candidates: u32,
    in_candidates: FxHashMap<Word, u32>,
}

impl Rarity {
    /// By the subjects of the whole history.
    pub(super) fn new(subjects: Arc<SubjectWords>) -> Self {
        Self { subjects, candidates: 0, in_candidates: FxHashMap::default() }
    }

    /// And by all that these candidates have, instead of any before.
    pub(super) fn count<'d>(&mut self, candidates: impl Iterator<Item = &'d [Doc]>) {
        self.candidates = 0;
        self.in_candidates.clear();
        let mut seen: rustc_hash::FxHashSet<Word> = rustc_hash::FxHashSet::default();
        for docs in candidates {
            self.candidates += 1;
            seen.clear();
            seen.extend(docs.iter().flat_map(|doc| doc.words.keys().copied()));
            for word in &seen {
                *self.in_candidates.entry(*word).or_default() += 1;
            }
        }
    }

    fn of(&self, word: Word) -> f64 {
        let count = |of: &FxHashMap<Word, u32>| of.get(&word).copied().unwrap_or(0);
        let in_history = 1.0 - log2(count(&self.subjects.counts) + 1) / log2(self.subjects.messages + 2);
        // What most candidates have tells none of them apart. Where there are
        // few, two of them may well speak of one thing.
        let others = f64::from(self.candidates.saturating_sub(1).max(6));
        let shared = f64::from(count(&self.in_candidates).saturating_sub(1)) / others;
        in_history.max(0.0) * (1.0 - shared.min(1.0)) * (1.0 - shared.min(1.0))
    }
}

/// The binary logarithm, straight between powers of two. Only exact operations
/// of floating point are used, so that it is the same on every machine.
fn log2(number: u32) -> f64 {
    let whole = number.max(1).ilog2();
    f64::from(whole) + f64::from(number.max(1)) / f64::from(1u32 << whole) - 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_are_exact_at_powers_of_two() {
        assert_eq!((log2(1), log2(2), log2(1024), log2(0)), (0.0, 1.0, 10.0, 0.0));
        assert!(log2(3) > 1.4 && log2(3) < 1.6);
    }

    #[test]
    fn rare_words_count_and_everyday_words_do_not() {
        let mut query = Query::default();
        query.ask("An attacker can use CopyFile to escape the sandbox", 1.0, &BTreeSet::new());
        let doc = |message: &str| {
            let mut doc = Doc::default();
            doc.message(message);
            doc
        };
        let docs = [doc("agent: check links in CopyFile"), doc("An attacker can use it"), doc("Sandbox: start sooner")];
        let rarity = Rarity::new(Arc::new(SubjectWords { messages: 1000, ..SubjectWords::default() }));
        let scores: Vec<i32> = docs.iter().map(|doc| query.matched(doc, &rarity).0.as_tenths()).collect();
        assert!(2 * scores[0] > 3 * scores[2] && scores[2] > scores[1] && scores[1] == 0, "{scores:?}");
        assert_eq!(query.matched(&docs[0], &rarity).1.first(), Some(&"CopyFile"));
    }
}
