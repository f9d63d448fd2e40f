//! The order by which the versions of one text are compared.

use std::cmp::Ordering;

use super::grammar::{High, Said};
use crate::model::Version;
use crate::model::order::{Key, Order};

/// The ecosystem's own order where it has a place for each version of the text;
/// otherwise that of a project's tags: people write `1.2.3.4` of an npm package,
/// and the project has such a tag.
#[derive(Debug)]
pub(super) enum Scale {
    Ecosystem(Order),
    Tags,
}

/// A version's place. Those of one scale are compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// `0`, before everything (OSV schema, `affected[].ranges[].events`).
    Least,
    Ecosystem(Key),
    Tag(Version),
}

impl Scale {
    pub(super) fn of(ecosystem: &str, said: &[Said<'_>], patched: &[&str]) -> Self {
        let texts: Vec<&str> = said.iter().flat_map(texts).flatten().chain(patched.iter().copied()).collect();
        Self::of_versions(ecosystem, &texts)
    }

    pub(super) fn of_versions(ecosystem: &str, texts: &[&str]) -> Self {
        let order = Order::of_ecosystem(ecosystem).filter(|order| !order.is_of_distribution()).map(Order::loosened);
        match order.filter(|order| texts.iter().all(|text| order.key(text).is_some())) {
            Some(order) => Self::Ecosystem(order),
            None => Self::Tags,
        }
    }

    /// The place of a version; none where the text is none.
    pub(super) fn place(&self, text: &str) -> Option<Place> {
        match self {
            _ if text == "0" => Some(Place::Least),
            Self::Ecosystem(order) => order.key(text).map(Place::Ecosystem),
            Self::Tags => text.parse().ok().map(Place::Tag),
        }
    }

    /// How two versions compare; none where one of them has no place.
    pub(super) fn compare(&self, a: &str, b: &str) -> Option<Ordering> {
        Some(self.place(a)?.cmp(&self.place(b)?))
    }
}

pub(super) fn texts<'t>(said: &Said<'t>) -> [Option<&'t str>; 2] {
    let end = |high: &High<'t>| match high {
        High::Before(text) | High::Last(text) | High::Line(text, _) => Some(*text),
        High::Open => None,
    };
    match said {
        Said::Low(text) | Said::Exactly(text, _) => [Some(text), None],
        Said::High(high, _) => [end(high), None],
        Said::Between(text, high) => [Some(text), end(high)],
        Said::All | Said::Joined(_) => [None, None],
    }
}

/// Whether a version belongs to the line that the first numbers of another begin.
pub(super) fn is_in_line(version: &str, line: &str, numbers: usize) -> bool {
    let (Ok(version), Ok(line)) = (version.parse::<Version>(), line.parse::<Version>()) else { return false };
    (0..numbers).all(|place| version.number(place) == line.number(place))
}
