//! OSV.dev's API: single records, queries and batches of queries.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::paging;
use super::world::{State, World};

/// The ids of records, in their order, by what can be asked.
#[derive(Default)]
pub(super) struct Index {
    /// By ecosystem, with its suffix and without, and package.
    packages: HashMap<(String, String), BTreeSet<String>>,
    /// By a commit that begins or ends a range.
    commits: HashMap<String, BTreeSet<String>>,
    /// By ecosystem without suffix.
    pub(super) ecosystems: HashMap<String, BTreeSet<String>>,
}

/// The ecosystems that need no record to be known.
const KNOWN: &[&str] = &[
    "Alpine",
    "Android",
    "Bitnami",
    "CRAN",
    "Debian",
    "GHC",
    "GIT",
    "GitHub Actions",
    "Go",
    "Hackage",
    "Hex",
    "Linux",
    "Maven",
    "NuGet",
    "OSS-Fuzz",
    "Packagist",
    "Pub",
    "PyPI",
    "RubyGems",
    "SwiftURL",
    "Ubuntu",
    "crates.io",
    "npm",
];

const MOST_QUERIES: usize = 1000;

impl Index {
    fn new(world: &World) -> Self {
        let mut index = Self::default();
        for (id, record) in &world.osv {
            for affected in record["affected"].as_array().into_iter().flatten() {
                let package = &affected["package"];
                if let (Some(ecosystem), Some(name)) = (package["ecosystem"].as_str(), package["name"].as_str()) {
                    let short = without_suffix(ecosystem);
                    for ecosystem in [ecosystem, short] {
                        let key = (ecosystem.to_owned(), name.to_owned());
                        index.packages.entry(key).or_default().insert(id.clone());
                    }
                    index.ecosystems.entry(short.to_owned()).or_default().insert(id.clone());
                }
                let ranges = affected["ranges"].as_array().into_iter().flatten().filter(|range| range["type"] == "GIT");
                let events = ranges.flat_map(|range| range["events"].as_array().into_iter().flatten());
                for hash in events.filter_map(Value::as_object).flat_map(Map::values).filter_map(Value::as_str) {
                    index.commits.entry(hash.to_owned()).or_default().insert(id.clone());
                }
            }
        }
        index
    }

    /// The index of this revision of the world.
    pub(super) fn of(state: &mut State) -> Arc<Self> {
        let State { world, views, .. } = state;
        Arc::clone(views.index.get_or_insert_with(|| Arc::new(Self::new(world))))
    }

    pub(super) fn knows(&self, ecosystem: &str) -> bool {
        KNOWN.contains(&ecosystem) || self.ecosystems.contains_key(ecosystem)
    }

    /// The ids that a query finds.
    fn find(&self, query: &Value) -> Result<Option<&BTreeSet<String>>, Answer> {
        if let Some(hash) = query["commit"].as_str() {
            return Ok(self.commits.get(hash));
        }
        let package = &query["package"];
        let (Some(ecosystem), Some(name)) = (package["ecosystem"].as_str(), package["name"].as_str()) else {
            return Err(refuse("Invalid query."));
        };
        if !self.knows(without_suffix(ecosystem)) {
            return Err(refuse("Invalid ecosystem"));
        }
        Ok(self.packages.get(&(ecosystem.to_owned(), name.to_owned())))
    }

    /// A page of what a query finds: `{}` or `vulns` and perhaps `next_page_token`.
    fn page(&self, world: &World, query: &Value, whole: bool) -> Result<Value, Answer> {
        let from = match query["page_token"].as_str().filter(|token| !token.is_empty()) {
            Some(token) => paging::unpack(token).ok_or_else(|| refuse("Invalid page token."))?,
            None => String::new(),
        };
        let size = if world.page_size == 0 { 1000 } else { world.page_size };
        let mut ids = self.find(query)?.into_iter().flat_map(|ids| ids.range(from.clone()..)).peekable();
        let mut found = Vec::new();
        while let Some(id) = ids.next_if(|_| found.len() < size) {
            let record = &world.osv[id];
            found.push(if whole { record.clone() } else { json!({ "id": id, "modified": record["modified"] }) });
        }
        let mut page = Map::new();
        if !found.is_empty() {
            page.insert("vulns".into(), found.into());
        }
        if let Some(next) = ids.peek() {
            page.insert("next_page_token".into(), paging::encode(next).into());
        }
        Ok(page.into())
    }
}

pub(super) fn query(state: &mut State, body: &[u8]) -> Answer {
    let index = Index::of(state);
    let page = parse(body).and_then(|query| index.page(&state.world, &query, true));
    page.map_or_else(|refused| refused, |page| Answer::json(200, &page))
}

pub(super) fn batch(state: &mut State, body: &[u8]) -> Answer {
    let index = Index::of(state);
    let pages = parse(body).and_then(|mut batch| match batch["queries"].take() {
        Value::Array(queries) if queries.len() > MOST_QUERIES => Err(refuse("Too many queries.")),
        Value::Array(queries) => queries.iter().map(|query| index.page(&state.world, query, false)).collect(),
        _ => Err(refuse("Invalid query.")),
    });
    pages.map_or_else(|refused| refused, |pages: Vec<Value>| Answer::json(200, &json!({ "results": pages })))
}

pub(super) fn single(world: &World, id: &str) -> Answer {
    match text(world, id) {
        Some(text) => Answer::new(200, "application/json", text),
        None => Answer::json(404, &json!({ "code": 5, "message": "Bug not found." })),
    }
}

/// A record as it is served: a broken one ends in its middle.
pub(super) fn text(world: &World, id: &str) -> Option<Vec<u8>> {
    let mut text = world.osv.get(id)?.to_string().into_bytes();
    if world.broken.contains(id) {
        text.truncate(text.len() / 2);
    }
    Some(text)
}

pub(super) fn without_suffix(ecosystem: &str) -> &str {
    ecosystem.split_once(':').map_or(ecosystem, |(short, _)| short)
}

fn parse(body: &[u8]) -> Result<Value, Answer> {
    let json = serde_json::from_slice(body).ok().filter(Value::is_object);
    json.ok_or_else(|| refuse("The body is not a JSON object."))
}

fn refuse(message: &str) -> Answer {
    Answer::json(400, &json!({ "code": 3, "message": message }))
}
