//! Real tag schemes (`testdata/tag-schemes.txt`, whose first lines say what is
//! what): for each tag whether it is a release, of which version and line, and
//! which release came before it.

use std::collections::BTreeMap;

use super::graph::Unordered;
use super::{Graph, Releases, TagRules, previous_release};
use crate::model::{CommitId, TagName};

/// A repository's tags, and what is right.
#[derive(Default)]
struct Block {
    title: String,
    name: String,
    is_package: bool,
    commits: Vec<(String, i64, Vec<String>)>,
    tags: Vec<Row>,
}

struct Row {
    tag: String,
    commit: String,
    version: String,
    kind: String,
    line: String,
    before: String,
    comment: String,
    /// What the project means, and no rule can see.
    is_odd: bool,
}

fn blocks(text: &str) -> Vec<Block> {
    let (mut blocks, mut block) = (Vec::new(), Block::default());
    let mut comment = String::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["repo", address, facts @ ..] => {
                let name = address.rsplit('/').next().unwrap().to_owned();
                let package = facts.iter().any(|fact| fact.starts_with("package="));
                block = Block { title: line.to_owned(), name, is_package: package, ..Block::default() };
            }
            ["commit", commit, time, parents] => {
                let parents = parents.split(',').filter(|parent| *parent != "-").map(str::to_owned).collect();
                block.commits.push(((*commit).to_owned(), time.parse().unwrap(), parents));
            }
            [kind @ ("tag" | "odd"), tag, commit, version, state, line, before] => {
                let own = |text: &str| text.to_owned();
                block.tags.push(Row {
                    tag: own(tag),
                    commit: own(commit),
                    version: own(version),
                    kind: own(state),
                    is_odd: *kind == "odd",
                    line: own(line),
                    before: own(before),
                    comment: std::mem::take(&mut comment),
                });
            }
            ["end"] => blocks.push(std::mem::take(&mut block)),
            [] => {}
            [first, ..] if first.starts_with('#') => comment = line.to_owned(),
            _ => panic!("the table has a line that cannot be read: {line}"),
        }
    }
    blocks
}

impl Block {
    fn graph(&self) -> (Graph, BTreeMap<&str, CommitId>) {
        let id = |at: usize| {
            let mut bytes = [0; 20];
            bytes[..8].copy_from_slice(&(at as u64 + 1).to_be_bytes());
            CommitId::from_bytes(bytes)
        };
        let places: BTreeMap<&str, usize> =
            self.commits.iter().enumerate().map(|(at, (name, ..))| (name.as_str(), at)).collect();
        let mut commits = Unordered { starts: vec![0], ..Unordered::default() };
        for (at, (_, time, parents)) in self.commits.iter().enumerate() {
            commits.ids.push(id(at));
            commits.times.push(*time);
            commits.parents.extend(parents.iter().map(|parent| u32::try_from(places[parent.as_str()]).unwrap()));
            commits.starts.push(u32::try_from(commits.parents.len()).unwrap());
        }
        let graph = Graph::ordered(commits).unwrap();
        (graph, places.into_iter().map(|(name, at)| (name, id(at))).collect())
    }

    /// What secnotes says otherwise than the table.
    fn wrong(&self) -> Vec<String> {
        let (graph, ids) = self.graph();
        let tags: Vec<_> = self.tags.iter().map(|row| (TagName::new(&row.tag), ids[row.commit.as_str()])).collect();
        let mut rules = TagRules::default().with_names([&self.name]);
        if self.is_package {
            let of_package = self.tags.iter().find(|row| row.version != "-" && !row.is_odd).unwrap();
            rules = rules.with_asked(TagName::new(&of_package.tag));
        }
        let releases = Releases::new(&tags, &rules, &graph);
        let mut wrong = Vec::new();
        for row in self.tags.iter().filter(|row| !row.is_odd) {
            let found = releases.all().iter().find(|release| release.tag.as_str() == row.tag);
            let told = found.map(|release| {
                let kind = if release.version.is_prerelease() { "pre" } else { "final" };
                let line: Vec<String> = release.line.iter().map(ToString::to_string).collect();
                let before = previous_release(&graph, &releases, release);
                let before = before.map_or("-".to_owned(), |before| before.release.tag.to_string());
                [release.version.to_string(), kind.to_owned(), line.join("."), before]
            });
            let told = told.unwrap_or_else(|| ["-"; 4].map(str::to_owned));
            // A second tag of one release is no other release.
            let place = |tag: &str| {
                let release = releases.all().iter().find(|release| release.tag.as_str() == tag);
                release.map(|release| release.place)
            };
            let twin = |of: usize| releases.all().iter().filter(|release| release.place == of).count() > 1;
            if row.version == "-" && place(&row.tag).is_some_and(twin) {
                continue;
            }
            let same = place(&row.before).is_some() && place(&row.before) == place(&told[3]);
            let told =
                if same { [told[0].clone(), told[1].clone(), told[2].clone(), row.before.clone()] } else { told };
            let right = [&row.version, &row.kind, &row.line, &row.before].map(Clone::clone);
            if told != right {
                wrong.push(format!(
                    "{}: {} is {}, not {} {}",
                    self.title,
                    row.tag,
                    right.join(" "),
                    told.join(" "),
                    row.comment
                ));
            }
        }
        wrong
    }
}

#[test]
fn real_tags_are_read_as_their_projects_mean_them() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/tag-schemes.txt")).unwrap();
    let blocks = blocks(&text);
    let rows = blocks.iter().flat_map(|block| &block.tags).filter(|row| !row.is_odd).count();
    assert!(blocks.len() >= 60 && rows > 600, "{} repositories, {rows} tags", blocks.len());
    let wrong: Vec<String> = blocks.iter().flat_map(Block::wrong).collect();
    assert!(wrong.is_empty(), "{} of {rows} tags:\n{}", wrong.len(), wrong.join("\n"));
}
