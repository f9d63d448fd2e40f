//! Shapes that the specification builds records from: objects with known
//! fields, lists, texts.

use serde_json::{Map, Value};

use super::place::Place;
use super::violation::{Rule, Violation, shown};
use crate::model::osv::{Term, since, words};

/// A check of the value at a place.
pub(super) type Check = fn(&Value, &Place<'_>, &mut Vec<Violation>);

/// An object of the specification. Fields that it does not name may hold anything.
pub(super) struct Shape {
    pub(super) fields: &'static [(&'static str, Check)],
    pub(super) required: &'static [&'static str],
}

impl Shape {
    /// Checks the known fields and that the required ones are there; `None` when
    /// the value is no object.
    pub(super) fn check<'v>(
        &self,
        value: &'v Value,
        at: &Place<'_>,
        found: &mut Vec<Violation>,
    ) -> Option<&'v Map<String, Value>> {
        let Value::Object(object) = value else {
            wrong_type(value, "an object", at, found);
            return None;
        };
        for name in self.required.iter().filter(|name| !object.contains_key(**name)) {
            found.push(Violation::new(at, Rule::MissingField, format!("`{name}` is missing, and OSV requires it")));
        }
        for (name, check) in self.fields {
            if let Some(value) = object.get(*name) {
                check(value, &at.field(name), found);
            }
        }
        Some(object)
    }

    pub(super) fn names(&self, field: &str) -> bool {
        self.fields.iter().any(|(name, _)| *name == field)
    }
}

/// A field that may hold any object: `database_specific` and its like.
pub(super) fn object(value: &Value, at: &Place<'_>, found: &mut Vec<Violation>) {
    if !value.is_object() {
        wrong_type(value, "an object", at, found);
    }
}

pub(super) fn text(value: &Value, at: &Place<'_>, found: &mut Vec<Violation>) {
    as_text(value, at, found);
}

pub(super) fn texts(value: &Value, at: &Place<'_>, found: &mut Vec<Violation>) {
    list(value, text, at, found);
}

pub(super) fn texts_or_null(value: &Value, at: &Place<'_>, found: &mut Vec<Violation>) {
    list_or_null(value, text, at, found);
}

/// The text of a value that has to be one.
pub(super) fn as_text<'v>(value: &'v Value, at: &Place<'_>, found: &mut Vec<Violation>) -> Option<&'v str> {
    if value.as_str().is_none() {
        wrong_type(value, "a string", at, found);
    }
    value.as_str()
}

/// Checks every item of a list.
pub(super) fn list(value: &Value, check: Check, at: &Place<'_>, found: &mut Vec<Violation>) {
    match value {
        Value::Array(items) => each(items, check, at, found),
        _ => wrong_type(value, "an array", at, found),
    }
}

/// Checks every item of a list for which `null` may stand: the specification
/// allows that for `aliases`, `severity`, `affected` and `references` only.
pub(super) fn list_or_null(value: &Value, check: Check, at: &Place<'_>, found: &mut Vec<Violation>) {
    match value {
        Value::Null => {}
        Value::Array(items) => each(items, check, at, found),
        _ => wrong_type(value, "an array or null", at, found),
    }
}

fn each(items: &[Value], check: Check, at: &Place<'_>, found: &mut Vec<Violation>) {
    for (index, item) in items.iter().enumerate() {
        check(item, &at.item(index), found);
    }
}

/// Checks that a text is one of the specification's words of a kind.
pub(super) fn term(value: &Value, term: Term, at: &Place<'_>, found: &mut Vec<Violation>) {
    if value.as_str().is_none_or(|text| since(term, text).is_none()) {
        word(value, &words(term).collect::<Vec<_>>(), at, found);
    }
}

/// Checks that a text is one of these words.
pub(super) fn word(value: &Value, words: &[&str], at: &Place<'_>, found: &mut Vec<Violation>) {
    if let Some(text) = as_text(value, at, found)
        && !words.contains(&text)
    {
        let message = format!("\"{}\" is not one of {}", shown(text), words.join(", "));
        found.push(Violation::new(at, Rule::UnknownWord, message));
    }
}

pub(super) fn wrong_type(value: &Value, expected: &str, at: &Place<'_>, found: &mut Vec<Violation>) {
    let is = match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    };
    found.push(Violation::new(at, Rule::WrongType, format!("this is {is}, and OSV expects {expected}")));
}
