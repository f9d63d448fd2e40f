//! What GitHub's form of an advisory should say: the affected and patched
//! versions of each package that the commit graph proves, and what differs
//! from what the advisory says today. As text to paste, and as JSON
//! (`secnotes/advisory-patch/v1`) whose `vulnerabilities` the REST endpoint
//! "Update a repository security advisory" takes as they are.

mod few;
mod patch;
mod text;

pub use patch::AdvisoryPatch;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::osv::affected::named;
use super::osv::spelling::Spelled;
use super::osv::versions::PackageVersions;
use super::pretty::pretty_from;
use crate::advisory::{Advisory, CompiledFrom, github_ecosystem, package_of, typed};
use crate::join::{Said, Word};
use crate::ledger::{Impact, Ledger, NoImpact, Run};
use crate::model::osv::{Affected, Package};
use crate::model::{AdvisoryId, Confidence, Version};
use patch::{Product, Row};

/// The schema's name in the JSON.
const SCHEMA: &str = "secnotes/advisory-patch/v1";

impl AdvisoryPatch {
    /// What the form of one of the project's advisories should say; none where
    /// the id is none of theirs, or may not be seen. Links that are less sure
    /// than `least` prove nothing, as in records.
    #[must_use]
    pub fn of(ledger: &Ledger<'_>, id: &AdvisoryId, private: bool, least: Confidence) -> Option<Self> {
        let at = ledger.find(id, private)?;
        let advisory = ledger.own.get(at)?;
        let mut patch = Self {
            schema: SCHEMA,
            id: advisory.id.clone(),
            vulnerabilities: Vec::new(),
            today: today(advisory),
            differences: Vec::new(),
            remarks: Vec::new(),
        };
        match &ledger.impact(at, least.max(Confidence::Likely)) {
            Ok(impact) => patch.prove(ledger, advisory, impact),
            Err(NoImpact::NoFix) => {
                patch
                    .remarks
                    .push("No commit is known well enough to be its fix, so the graph proves nothing.".to_owned());
            }
            Err(NoImpact::Contradicted) => {
                let remark = "Its fix is in every release that its records call affected, so the graph proves nothing.";
                patch.remarks.push(remark.to_owned());
            }
            Err(NoImpact::BadEvents(bad)) => {
                let bad: Vec<String> = bad.iter().map(ToString::to_string).collect();
                patch.remarks.push(format!("What its records say introduced it cannot be used: {}.", bad.join("; ")));
            }
        }
        Some(patch)
    }

    fn prove(&mut self, ledger: &Ledger<'_>, advisory: &Advisory, impact: &Impact) {
        let entries = named(ledger, advisory).packages;
        let mut all: Vec<PackageVersions> = Vec::new();
        for entry in &entries {
            let Some(product) = entry.package.value().and_then(product) else { continue };
            let today: Vec<Row> = self.today.iter().filter(|row| row.package == product).cloned().collect();
            if package_of(entry).is_some_and(|package| ledger.project.has_sibling(&package)) {
                self.remarks.push(format!(
                    "{} {} is another package of this repository, so its row stays as it is.",
                    product.ecosystem, product.name
                ));
                self.vulnerabilities.extend(today);
                continue;
            }
            let Some(versions) = PackageVersions::new(ledger, advisory, impact, entry) else {
                self.remarks.push(format!(
                    "{} {}: what it says names no release of this project, so its row stays as it is.",
                    product.ecosystem, product.name
                ));
                self.vulnerabilities.extend(today);
                continue;
            };
            let proven: Vec<Row> = versions.runs().into_iter().map(|run| row(&product, &run)).collect();
            let differences = differences(&versions, &today, &proven);
            // What says the same in other words may stay as it is.
            self.vulnerabilities.extend(if differences.is_empty() { today } else { proven });
            let of_package = |difference| format!("{} {}: {difference}", product.ecosystem, product.name);
            self.differences.extend(differences.into_iter().map(of_package));
            all.push(versions);
        }
        // Whoever sends the rows replaces all of them: what is not proven stays.
        let proven: Vec<&Product> = self.vulnerabilities.iter().map(|row| &row.package).collect();
        let left: Vec<Row> = self.today.iter().filter(|row| !proven.contains(&&row.package)).cloned().collect();
        self.vulnerabilities.extend(left);
        self.remarks.extend(not_named(ledger, impact, &all));
        self.remarks.extend(by_word(ledger, impact));
        self.remarks.extend(not_yet(ledger, advisory, impact));
        self.remarks.extend(never_fixed(ledger, impact));
    }

    /// As JSON, with a line break at its end.
    #[must_use]
    pub fn json(&self, from: &CompiledFrom) -> String {
        pretty_from(self, from)
    }

    /// For people, to paste into the form.
    #[must_use]
    pub fn text(&self) -> String {
        text::patch(self)
    }
}

/// What the rows of today say otherwise of a package's releases. Of candidates it
/// counts only that one is affected and not said to be: people write the final
/// version of what a candidate fixed first.
fn differences(versions: &PackageVersions, today: &[Row], proven: &[Row]) -> Vec<String> {
    let said =
        |version: &Version| today.iter().any(|row| typed::covers(&row.vulnerable_version_range, version) == Some(true));
    let (mut missing, mut wrong) = (Vec::new(), Vec::new());
    for (spelled, affected) in versions.all() {
        let Ok(version) = spelled.text.parse::<Version>() else { continue };
        match (affected, said(&version)) {
            (true, false) => missing.push(spelled.text.as_str()),
            (false, true) if !spelled.is_prerelease => wrong.push(spelled.text.as_str()),
            _ => {}
        }
    }
    let (was, is) = (patched(today), patched(proven));
    let mut found = Vec::new();
    if !missing.is_empty() {
        found.push(format!("affected, and not said to be: {}", few::few(&missing)));
    }
    if !wrong.is_empty() {
        found.push(format!("said to be affected, and not: {}", few::few(&wrong)));
    }
    let only = |ours: &BTreeMap<Vec<u64>, String>, theirs: &BTreeMap<Vec<u64>, String>| -> Vec<String> {
        ours.iter().filter(|(key, _)| !theirs.contains_key(*key)).map(|(_, text)| text.clone()).collect()
    };
    for (versions, what) in
        [(only(&is, &was), "patched, and not said to be"), (only(&was, &is), "said to be patched first, and not")]
    {
        if !versions.is_empty() {
            found.push(format!("{what}: {}", versions.join(", ")));
        }
    }
    found
}

/// The patched versions of rows by their numbers, so that a candidate and the
/// final version of it are one, and 2.0.5+incompatible is 2.0.5.
fn patched(rows: &[Row]) -> BTreeMap<Vec<u64>, String> {
    let all = rows.iter().flat_map(|row| row.patched_versions.split(','));
    let bare = all.map(|text| text.trim().trim_start_matches(['>', '=', ' ', 'v']));
    bare.filter_map(|text| {
        let version: Version = text.parse().ok()?;
        Some(((0..4).map(|place| version.number(place)).collect(), text.to_owned()))
    })
    .collect()
}

/// Affected releases that are versions of no package of the advisory.
fn not_named(ledger: &Ledger<'_>, impact: &Impact, packages: &[PackageVersions]) -> Option<String> {
    let lost = impact.affected.iter().filter(|place| !packages.iter().any(|versions| versions.have(*place)));
    let releases = ledger.history.releases.all();
    let tags: Vec<&str> = lost.filter_map(|place| Some(releases.get(place)?.tag.as_str())).collect();
    let some = !tags.is_empty() && !packages.is_empty();
    some.then(|| format!("Affected, and versions of no package that the advisory names: {}.", few::few(&tags)))
}

/// Lines that end where the records say, and not where a fix is known.
fn by_word(ledger: &Ledger<'_>, impact: &Impact) -> Option<String> {
    let ends: Vec<String> = impact.by_word.iter().map(|node| ledger.history.graph.id(*node).short()).collect();
    let shown: Vec<&str> = ends.iter().map(String::as_str).collect();
    (!ends.is_empty()).then(|| {
        format!(
            "Not proven: no fix is known on the lines that end at {}; there the records' word stands.",
            few::few(&shown)
        )
    })
}

/// Releases without the fix that records call not affected yet.
fn not_yet(ledger: &Ledger<'_>, advisory: &Advisory, impact: &Impact) -> Option<String> {
    let said = Said::by(advisory);
    let early = impact.releases(ledger).into_iter().filter(|release| said.of(release) == Some(Word::NotYet));
    let tags: Vec<&str> = early.map(|release| release.tag.as_str()).collect();
    (!tags.is_empty()).then(|| {
        format!("Without the fix as well, and before what the records call the first affected: {}.", few::few(&tags))
    })
}

/// The lines whose newest release is affected, in one sentence.
fn never_fixed(ledger: &Ledger<'_>, impact: &Impact) -> Option<String> {
    let open = impact.lines(ledger).into_iter().filter(|line| line.fixed_in.is_none());
    let open: Vec<String> = open.map(|line| line.name()).collect();
    let shown: Vec<&str> = open.iter().map(String::as_str).collect();
    (!open.is_empty()).then(|| format!("Lines whose newest release is affected: {}.", few::few(&shown)))
}

/// Every entry of each package, as the most trusted record that names it has them.
fn entries(advisory: &Advisory) -> Vec<(Product, &Affected)> {
    let mut taken: BTreeMap<Product, usize> = BTreeMap::new();
    let mut found: Vec<(Product, &Affected)> = Vec::new();
    for (source, record) in advisory.records.iter().enumerate() {
        for entry in record.record.affected.items() {
            let Some(product) = entry.package.value().and_then(product) else { continue };
            if *taken.entry(product.clone()).or_insert(source) == source {
                found.push((product, entry));
            }
        }
    }
    found
}

fn product(package: &Package) -> Option<Product> {
    let ecosystem = package.ecosystem.text()?;
    let name = package.name.text()?.to_owned();
    let theirs = github_ecosystem(ecosystem).unwrap_or("other");
    Some(Product { ecosystem: theirs.to_owned(), name })
}

fn row(product: &Product, run: &Run<&Spelled>) -> Row {
    let fixed = run.fixed.map(|fixed| fixed.text.clone());
    let end = match &fixed {
        Some(fixed) => format!("< {fixed}"),
        None => format!("<= {}", run.last.text),
    };
    Row {
        package: product.clone(),
        vulnerable_version_range: match run.first {
            Some(first) => format!(">= {}, {end}", first.text),
            None => end,
        },
        patched_versions: fixed.unwrap_or_default(),
    }
}

/// The rows that the most trusted records have today.
fn today(advisory: &Advisory) -> Vec<Row> {
    let rows = entries(advisory).into_iter().flat_map(|(package, entry)| {
        let stated = entry.database_specific.value().and_then(|specific| github_row(&package, specific));
        stated.map_or_else(|| of_events(&package, entry), |row| vec![row])
    });
    rows.collect()
}

/// What a GitHub advisory says, in its own words.
fn github_row(package: &Product, specific: &Map<String, Value>) -> Option<Row> {
    let range = specific.get("vulnerable_version_range")?.as_str()?;
    let patched = specific.get("patched_versions").and_then(Value::as_array).into_iter().flatten();
    let patched: Vec<&str> = patched.filter_map(Value::as_str).collect();
    Some(Row {
        package: package.clone(),
        vulnerable_version_range: range.to_owned(),
        patched_versions: patched.join(", "),
    })
}

/// What an OSV record says, in the form's words.
fn of_events(package: &Product, entry: &Affected) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut from: Option<String> = None;
    let mut add = |from: Option<String>, end: Option<String>, patched: &str| {
        let start = from.filter(|from| from != "0").map(|from| format!(">= {from}"));
        let range: Vec<String> = start.into_iter().chain(end).collect();
        rows.push(Row {
            package: package.clone(),
            vulnerable_version_range: if range.is_empty() { ">= 0".to_owned() } else { range.join(", ") },
            patched_versions: patched.to_owned(),
        });
    };
    let ranges = entry.stated_ranges();
    for (key, value) in ranges.iter().filter(|range| !range.is_git()).flat_map(|range| &range.events) {
        let Some(version) = value.as_str() else { continue };
        match *key {
            "introduced" => {
                if from.is_some() {
                    add(from.take(), None, "");
                }
                from = Some(version.to_owned());
            }
            "fixed" => add(from.take(), Some(format!("< {version}")), version),
            "last_affected" => add(from.take(), Some(format!("<= {version}")), ""),
            _ => {}
        }
    }
    if from.is_some() {
        add(from, None, "");
    }
    rows
}
