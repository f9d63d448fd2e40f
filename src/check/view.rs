//! A record as far as the rules ask: whatever of it has the right type, each
//! part knowing its place. What has not, the schema's rules report.

use rustc_hash::FxHashMap;
use serde_json::Value;

use crate::model::PackageName;
pub(super) use crate::model::order::EventKind as Kind;
use crate::model::order::{Order, Timeline};
use crate::model::osv::{self, CUSTOM_RANGES, Said};

/// A record.
pub(super) struct View<'v> {
    pub(super) value: &'v Value,
    pub(super) id: &'v str,
    pub(super) affected: Vec<Affected<'v>>,
}

/// An entry of `affected`.
pub(super) struct Affected<'v> {
    pub(super) at: String,
    /// Whether there is a package, of whatever type.
    pub(super) has_package: bool,
    /// Ecosystem with suffix, and name.
    pub(super) package: Option<(&'v str, &'v str)>,
    pub(super) purl: Option<&'v str>,
    pub(super) ranges: Vec<Range<'v>>,
    /// Ranges of versions that Go's module proxy does not know.
    pub(super) custom: Vec<Range<'v>>,
    /// The ranges of versions as they are meant, where those end that are written
    /// among `custom`.
    completed: Option<Vec<Range<'v>>>,
    pub(super) versions: Vec<&'v str>,
}

/// A range.
pub(super) struct Range<'v> {
    pub(super) at: String,
    pub(super) kind: &'v str,
    pub(super) repo: Option<&'v str>,
    /// None where there is no list of events.
    pub(super) events: Option<Vec<Event<'v>>>,
}

/// An event that says something in text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event<'v> {
    pub(super) index: usize,
    pub(super) kind: Kind,
    pub(super) value: &'v str,
}

impl<'v> View<'v> {
    pub(super) fn new(value: &'v Value) -> Self {
        let affected = items(value, "affected").enumerate().map(|(at, entry)| affected(entry, at)).collect();
        Self { value, id: text(value, "id").unwrap_or_default(), affected }
    }

    /// The text of a field of the record.
    pub(super) fn text(&self, field: &str) -> Option<&'v str> {
        text(self.value, field)
    }

    /// The items of a list of the record.
    pub(super) fn items(&self, field: &str) -> impl Iterator<Item = &'v Value> + use<'v> {
        items(self.value, field)
    }

    /// The entries of `affected`, those of one package together, by their places:
    /// whoever asks for a package reads all of them (the specification,
    /// "Evaluation"). Those without a package are about the repository.
    pub(super) fn packages(&self) -> Vec<Vec<usize>> {
        let mut places: FxHashMap<Option<(&str, Option<PackageName>)>, usize> = FxHashMap::default();
        let mut packages: Vec<Vec<usize>> = Vec::new();
        for (at, entry) in self.affected.iter().enumerate() {
            // A distribution's releases have packages of their own.
            let key = entry.package.map(|(ecosystem, name)| (ecosystem, PackageName::new(ecosystem, name)));
            let place = *places.entry(key).or_insert(packages.len());
            match packages.get_mut(place) {
                Some(entries) => entries.push(at),
                None => packages.push(vec![at]),
            }
        }
        packages
    }

    /// The entries at some places.
    pub(super) fn entries(&self, places: &[usize]) -> Vec<&Affected<'v>> {
        places.iter().filter_map(|at| self.affected.get(*at)).collect()
    }

    /// The texts of a list of the record.
    pub(super) fn texts(&self, field: &str) -> Vec<&'v str> {
        self.items(field).filter_map(Value::as_str).collect()
    }
}

impl<'v> Range<'v> {
    pub(super) fn events(&self) -> &[Event<'v>] {
        self.events.as_deref().unwrap_or_default()
    }

    /// The events in an order; none where one of them has no place in it.
    pub(super) fn timeline(&self, order: Order) -> Option<Timeline<Event<'v>>> {
        Timeline::new(order, self.events().iter().map(|event| (event.kind, event.value, *event)))
    }

    pub(super) fn is_git(&self) -> bool {
        self.kind == "GIT"
    }

    /// The place of an event.
    pub(super) fn place(&self, event: &Event<'_>) -> String {
        format!("{}/events/{}/{}", self.at, event.index, event.kind.as_str())
    }
}

impl<'v> Affected<'v> {
    /// The ecosystem without its suffix; empty where there is none.
    pub(super) fn ecosystem(&self) -> &'v str {
        self.package.map_or("", |(ecosystem, _)| ecosystem.split(':').next().unwrap_or(ecosystem))
    }

    pub(super) fn name(&self) -> &'v str {
        self.package.map_or("", |(_, name)| name)
    }

    /// Its ranges of versions as they are written, wherever in it.
    pub(super) fn written(&self) -> impl Iterator<Item = &Range<'v>> {
        self.ranges.iter().filter(|range| !range.is_git()).chain(&self.custom)
    }

    /// Its ranges of versions as they are meant.
    pub(super) fn stated(&self) -> impl Iterator<Item = &Range<'v>> {
        let completed = self.completed.as_deref();
        completed.unwrap_or(&self.ranges).iter().filter(|range| !range.is_git())
    }
}

pub(super) fn text<'v>(value: &'v Value, field: &str) -> Option<&'v str> {
    value.get(field)?.as_str()
}

pub(super) fn items<'v>(value: &'v Value, field: &str) -> impl Iterator<Item = &'v Value> + use<'v> {
    value.get(field).and_then(Value::as_array).into_iter().flatten()
}

fn affected(entry: &Value, at: usize) -> Affected<'_> {
    let package = entry.get("package");
    let of = |field| package.and_then(|package| text(package, field));
    let place = format!("/affected/{at}");
    let ranges = items(entry, "ranges").enumerate().map(|(at, value)| range(value, format!("{place}/ranges/{at}")));
    let package_name = of("ecosystem").zip(of("name"));
    let ranges: Vec<Range<'_>> = ranges.collect();
    let specific = entry.get("ecosystem_specific").filter(|_| package_name.is_some_and(|(of, _)| of == "Go"));
    let custom = specific.into_iter().flat_map(|specific| items(specific, CUSTOM_RANGES)).enumerate();
    let custom: Vec<Range<'_>> =
        custom.map(|(at, value)| range(value, format!("{place}/ecosystem_specific/{CUSTOM_RANGES}/{at}"))).collect();
    Affected {
        has_package: package.is_some(),
        package: package_name,
        purl: of("purl"),
        completed: completed(&ranges, &custom),
        ranges,
        custom,
        versions: items(entry, "versions").filter_map(Value::as_str).collect(),
        at: place,
    }
}

fn completed<'v>(ranges: &[Range<'v>], custom: &[Range<'v>]) -> Option<Vec<Range<'v>>> {
    let said = |range: &Range<'v>| -> Vec<Said<'v, Event<'v>>> {
        let said = |event: &Event<'v>| Said { kind: event.kind, version: event.value, known_by: *event };
        range.events().iter().map(said).collect()
    };
    let first = custom.first()?;
    let written: Vec<_> = ranges.iter().filter(|range| !range.is_git()).flat_map(said).collect();
    let custom: Vec<_> = custom.iter().map(said).collect();
    let completed = osv::completed(&written, &custom)?;
    let range = |events: Vec<Said<'v, Event<'v>>>| Range {
        at: first.at.clone(),
        kind: "ECOSYSTEM",
        repo: None,
        events: Some(events.into_iter().map(|said| said.known_by).collect()),
    };
    Some(completed.into_iter().map(range).collect())
}

fn range(value: &Value, at: String) -> Range<'_> {
    let events = value.get("events").and_then(Value::as_array).map(|events| {
        let of = |(index, event)| {
            let said = move |kind: Kind| Some(Event { index, kind, value: text(event, kind.as_str())? });
            Kind::ALL.into_iter().filter_map(said)
        };
        events.iter().enumerate().flat_map(of).collect()
    });
    Range { at, kind: text(value, "type").unwrap_or_default(), repo: text(value, "repo"), events }
}
