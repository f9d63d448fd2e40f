//! Ways through JSON and YAML, on which only the values that a format is about
//! are built. What was met before a file breaks off is kept.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::found::plain;
use super::line;
use crate::inventory::problem::Problem;

/// The way to values: a key a level, and nothing for any key or any place in a list.
pub(super) type Way<'w> = &'w [Option<&'w str>];

/// How deep YAML may nest; workflows have about ten levels.
const DEEPEST: usize = 64;

/// How many nodes the aliases of a YAML file may repeat.
const MOST_REPEATED: usize = 100_000;

/// Gives every value at the end of a way in the text of a JSON object, with the
/// keys to it. The problem is the one that ended the reading.
pub(super) fn json<'de>(
    text: &'de str,
    ways: &[Way<'_>],
    take: impl FnMut(&[String], &'de RawValue),
) -> Option<Problem> {
    walked(text, ways, take, &mut None)
}

/// The same for a file that has its packages at the ends of the ways: a value on
/// a way that leads nowhere is a problem too.
pub(super) fn packages<'de>(
    text: &'de str,
    ways: &[Way<'_>],
    take: impl FnMut(&[String], &'de RawValue),
) -> Option<Problem> {
    let mut stray = None;
    let ended = walked(text, ways, take, &mut stray);
    let strays = |path: String| Problem { line: None, message: format!("no map or list: {}", plain(&path)) };
    ended.or_else(|| stray.map(strays))
}

fn walked<'de>(
    text: &'de str,
    ways: &[Way<'_>],
    mut take: impl FnMut(&[String], &'de RawValue),
    stray: &mut Option<String>,
) -> Option<Problem> {
    if !text.trim_start().starts_with('{') {
        return Some(Problem { line: Some(1), message: "it is no JSON object".to_owned() });
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let walk = Walk { ways, path: &mut Vec::new(), take: &mut take, stray, leaf: PhantomData };
    let error = walk.deserialize(&mut deserializer).and_then(|()| deserializer.end()).err()?;
    // The message ends with the place, which stands beside it.
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    let line = Some(error.line()).filter(|line| *line > 0);
    Some(Problem { line, message: format!("it is no valid JSON: {}", plain(message)) })
}

/// The line of a value in the text that it was read from.
pub(super) fn line_of(text: &str, raw: &RawValue) -> Option<usize> {
    line::of_part(text, raw.get())
}

/// Gives every value at the end of a way in the text of a YAML document, with the
/// keys to it. The problem is the one that ended the reading.
pub(super) fn yaml<'de, T: Deserialize<'de>>(
    text: &'de str,
    ways: &[Way<'_>],
    mut take: impl FnMut(&[String], T),
) -> Option<Problem> {
    let is_empty = |line: &str| matches!(line.trim(), "" | "---") || line.trim_start().starts_with('#');
    if text.lines().all(is_empty) {
        return None;
    }
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: DEEPEST,
            flow_nesting_limit: DEEPEST,
            max_events: 4_000_000,
            max_nodes: 2_000_000,
            max_aliases: 10_000,
            max_anchors: 10_000,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: MOST_REPEATED,
            max_replay_stack_depth: 16,
        },
        // Tools that allow a key twice differ on which of them counts.
        duplicate_keys: serde_saphyr::options::DuplicateKeyPolicy::FirstWins,
        non_finite_float_policy: serde_saphyr::options::NonFiniteFloatPolicy::AsString,
        with_snippet: false,
    };
    let error = serde_saphyr::with_deserializer_from_str_with_options(text, options, |deserializer| {
        let walk = Walk { ways, path: &mut Vec::new(), take: &mut take, stray: &mut None, leaf: PhantomData };
        walk.deserialize(deserializer)
    })
    .err()?;
    let line = error.location().and_then(|location| usize::try_from(location.line()).ok()).filter(|line| *line > 0);
    if matches!(error.without_snippet(), serde_saphyr::Error::MultipleDocuments { .. }) {
        return Some(Problem { line, message: "only the first of its documents is read".to_owned() });
    }
    let message = error.without_snippet().to_string();
    let message = message.split(['\n', '\r']).next().unwrap_or_default();
    let message = message.split(" at line ").next().unwrap_or_default();
    // Where an alias leads to what is too much, the library has this as text alone.
    let bounds = [
        ("alias replay", "its aliases stand for more than is read"),
        ("recursive reference", "an alias stands for what it is part of"),
        ("budget breached", "it is larger or deeper than what is read"),
    ];
    let bound = bounds.into_iter().find(|(begins, _)| message.starts_with(begins));
    let message =
        bound.map_or_else(|| format!("it cannot be read as YAML: {}", plain(message)), |(_, ours)| ours.to_owned());
    Some(Problem { line, message })
}

struct Walk<'w, F, T> {
    ways: &'w [Way<'w>],
    path: &'w mut Vec<String>,
    take: &'w mut F,
    /// Where the first value stands that is on a way, and no end of one.
    stray: &'w mut Option<String>,
    leaf: PhantomData<T>,
}

enum Step {
    Enter,
    Take,
    Skip,
}

impl<'de, F: FnMut(&[String], T), T: Deserialize<'de>> Walk<'_, F, T> {
    fn step(&self) -> Step {
        let leads = |way: &&Way<'_>| {
            way.len() >= self.path.len()
                && self.path.iter().zip(way.iter()).all(|(key, part)| part.is_none_or(|part| part == key))
        };
        let leading = || self.ways.iter().filter(leads);
        if leading().any(|way| way.len() == self.path.len()) {
            Step::Take
        } else if leading().next().is_some() {
            Step::Enter
        } else {
            Step::Skip
        }
    }

    fn reborrow(&mut self) -> Walk<'_, F, T> {
        Walk {
            ways: self.ways,
            path: &mut *self.path,
            take: &mut *self.take,
            stray: &mut *self.stray,
            leaf: PhantomData,
        }
    }

    fn strays<E>(self) -> Result<(), E> {
        self.stray.get_or_insert_with(|| self.path.join("."));
        Ok(())
    }
}

impl<'de, F: FnMut(&[String], T), T: Deserialize<'de>> DeserializeSeed<'de> for Walk<'_, F, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.step() {
            Step::Enter => deserializer.deserialize_any(self),
            Step::Take => {
                (self.take)(self.path, T::deserialize(deserializer)?);
                Ok(())
            }
            Step::Skip => IgnoredAny::deserialize(deserializer).map(|_| ()),
        }
    }
}

/// A value on the way that is neither a map nor a list leads nowhere.
impl<'de, F: FnMut(&[String], T), T: Deserialize<'de>> Visitor<'de> for Walk<'_, F, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map or a list")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            self.path.push(key);
            map.next_value_seed(self.reborrow())?;
            self.path.pop();
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        for place in 0_usize.. {
            self.path.push(place.to_string());
            if list.next_element_seed(self.reborrow())?.is_none() {
                break;
            }
            self.path.pop();
        }
        self.path.pop();
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.strays()
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        self.strays()
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        self.strays()
    }

    fn visit_i128<E: Error>(self, _: i128) -> Result<(), E> {
        self.strays()
    }

    fn visit_u128<E: Error>(self, _: u128) -> Result<(), E> {
        self.strays()
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.strays()
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        self.strays()
    }

    fn visit_bytes<E: Error>(self, _: &[u8]) -> Result<(), E> {
        self.strays()
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
}
