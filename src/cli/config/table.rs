//! Takes values out of TOML with their places, and knows every key that was
//! asked for: what is left is unknown.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{Problem, echo, nearest};

/// A text of the file and where it stands.
pub(super) struct Text<'t> {
    pub(super) text: &'t str,
    pub(super) span: Range<usize>,
}

/// Reads the sections of a file.
pub(super) struct Reader<'t, 'p> {
    root: &'t DeTable<'t>,
    text: &'t str,
    asked: Vec<(&'static str, &'static str)>,
    /// Sections that are lists of tables.
    lists: Vec<&'static str>,
    problems: &'p mut Vec<Problem>,
}

impl<'t, 'p> Reader<'t, 'p> {
    pub(super) const fn new(root: &'t DeTable<'t>, text: &'t str, problems: &'p mut Vec<Problem>) -> Self {
        Self { root, text, asked: Vec::new(), lists: Vec::new(), problems }
    }

    /// The line of a place, from 1.
    pub(super) fn line(&self, span: &Range<usize>) -> usize {
        self.text.get(..span.start).unwrap_or_default().matches('\n').count() + 1
    }

    /// Notes what is wrong.
    pub(super) fn refuse(&mut self, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.problems.push(Problem::new(span, message, help));
    }

    /// Notes what is wrong with a text that may be secret.
    pub(super) fn refuse_unseen(&mut self, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.problems.push(Problem::new(span, message, help).unseen());
    }

    /// One text.
    pub(super) fn text(&mut self, section: &'static str, key: &'static str) -> Option<Text<'t>> {
        let value = self.value(section, key)?;
        let text = text_of(value);
        if text.is_none() {
            self.wrong_type(key, value, "a text", "\"…\"");
        }
        text
    }

    /// A text or a list of texts; none where the key is missing.
    pub(super) fn texts(&mut self, section: &'static str, key: &'static str) -> Option<(Vec<Text<'t>>, Range<usize>)> {
        let value = self.value(section, key)?;
        Some((self.texts_of(key, value), value.span()))
    }

    fn texts_of(&mut self, key: &str, value: &'t Spanned<DeValue<'t>>) -> Vec<Text<'t>> {
        let mut texts = Vec::new();
        match value.get_ref() {
            DeValue::Array(items) => {
                for item in items {
                    match text_of(item) {
                        Some(text) => texts.push(text),
                        None => self.wrong_type(key, item, "a text in its list", "[\"…\", \"…\"]"),
                    }
                }
            }
            _ => match text_of(value) {
                Some(text) => texts.push(text),
                None => self.wrong_type(key, value, "a text or a list of texts", "[\"…\", \"…\"]"),
            },
        }
        texts
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, section: &'static str, key: &'static str) -> Option<bool> {
        let value = self.value(section, key)?;
        match value.get_ref() {
            DeValue::Boolean(flag) => return Some(*flag),
            _ => self.wrong_type(key, value, "true or false", "true"),
        }
        None
    }

    /// A whole number from 1 to 100.
    pub(super) fn count(&mut self, section: &'static str, key: &'static str) -> Option<u32> {
        let value = self.value(section, key)?;
        match value.get_ref() {
            DeValue::Integer(number) => {
                let number = number.as_str().parse::<u32>().ok().filter(|number| (1..=100).contains(number));
                if number.is_none() {
                    let message = format!("`{key}` needs a number from 1 to 100");
                    self.refuse(value.span(), message, format!("write `{key} = 6`"));
                }
                return number;
            }
            _ => self.wrong_type(key, value, "a number", "6"),
        }
        None
    }

    /// The tables of a list of tables (`[[link]]`), each with its place.
    pub(super) fn tables(&mut self, section: &'static str) -> Vec<(&'t DeTable<'t>, Range<usize>)> {
        self.lists.push(section);
        let Some(value) = self.root.get(section) else { return Vec::new() };
        let DeValue::Array(items) = value.get_ref() else {
            let is = article(value.get_ref().type_str());
            let help = format!("write `[[{section}]]` on a line of its own, and its keys below");
            self.refuse(value.span(), format!("`{section}` needs a list of tables, not {is}"), help);
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in items {
            match item.get_ref() {
                DeValue::Table(table) => tables.push((table, item.span())),
                _ => self.wrong_type(section, item, "a table in its list", "[{ … }]"),
            }
        }
        tables
    }

    /// A text of such a table.
    pub(super) fn text_in(&mut self, table: &'t DeTable<'t>, key: &str) -> Option<Text<'t>> {
        let value = table.get(key)?;
        let text = text_of(value);
        if text.is_none() {
            self.wrong_type(key, value, "a text", "\"…\"");
        }
        text
    }

    /// A text or a list of texts of such a table.
    pub(super) fn texts_in(&mut self, table: &'t DeTable<'t>, key: &str) -> Vec<Text<'t>> {
        table.get(key).map(|value| self.texts_of(key, value)).unwrap_or_default()
    }

    /// Refuses the keys of such a table that are none of these.
    pub(super) fn only(&mut self, section: &str, table: &DeTable<'_>, keys: &[&str]) {
        for key in table.keys() {
            let written = key.get_ref().as_ref();
            if !keys.contains(&written) {
                let help = match nearest(written, keys.iter().copied()) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => format!("`[[{section}]]` knows `{}`", keys.join("`, `")),
                };
                self.refuse(key.span(), format!("unknown key `{}` in `[[{section}]]`", echo(written)), help);
            }
        }
    }

    fn value(&mut self, section: &'static str, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.asked.push((section, key));
        // `[source.github]` is a table in a table.
        let mut table = self.root;
        for part in section.split('.') {
            let DeValue::Table(inner) = table.get(part)?.get_ref() else { return None };
            table = inner;
        }
        table.get(key)
    }

    fn wrong_type(&mut self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str, example: &str) {
        let is = value.get_ref().type_str();
        self.refuse(
            value.span(),
            format!("`{key}` needs {wanted}, not {}", article(is)),
            format!("write `{key} = {example}`"),
        );
    }

    /// Refuses every section and key that was never asked for.
    pub(super) fn finish(mut self) {
        for (name, value) in self.root {
            let section = name.get_ref().as_ref();
            if self.lists.contains(&section) {
                continue;
            }
            if self.asked.iter().any(|(known, _)| known.split_once('.').is_some_and(|(outer, _)| outer == section)) {
                self.finish_outer(section, value);
                continue;
            }
            if !self.asked.iter().any(|(known, _)| *known == section) {
                let help = self.help_for_section(section);
                self.refuse(name.span(), format!("unknown key `{}`", echo(section)), help);
                continue;
            }
            self.finish_section(section, value);
        }
    }

    /// Refuses what no table in a table is.
    fn finish_outer(&mut self, outer: &str, value: &Spanned<DeValue<'_>>) {
        let within = |(known, _): &(&'static str, &'static str)| known.strip_prefix(outer)?.strip_prefix('.');
        let known: Vec<&'static str> = self.asked.iter().filter_map(within).collect();
        let DeValue::Table(table) = value.get_ref() else {
            let is = article(value.get_ref().type_str());
            let help = format!("write `[{outer}.{}]` on a line of its own", known.first().copied().unwrap_or_default());
            self.refuse(value.span(), format!("`{outer}` needs tables, not {is}"), help);
            return;
        };
        for (name, value) in table {
            let written = name.get_ref().as_ref();
            if known.contains(&written) {
                self.finish_section(&format!("{outer}.{written}"), value);
                continue;
            }
            let help = match nearest(written, known.iter().copied()) {
                Some(meant) => format!("did you mean `[{outer}.{meant}]`?"),
                None => {
                    let mut all: Vec<String> = known.iter().map(|name| format!("`[{outer}.{name}]`")).collect();
                    all.dedup();
                    format!("there are {}", all.join(", "))
                }
            };
            self.refuse(name.span(), format!("unknown key `{}` in `{outer}`", echo(written)), help);
        }
    }

    fn finish_section(&mut self, section: &str, value: &Spanned<DeValue<'_>>) {
        let DeValue::Table(table) = value.get_ref() else {
            let is = article(value.get_ref().type_str());
            let message = format!("`{section}` needs a table, not {is}");
            let help = format!("write `[{section}]` on a line of its own, and its keys below");
            self.refuse(value.span(), message, help);
            return;
        };
        for key in table.keys() {
            let written = key.get_ref().as_ref();
            if !self.asked.contains(&(section, written)) {
                let help = self.help_for_key(section, written);
                self.refuse(key.span(), format!("unknown key `{}` in `[{section}]`", echo(written)), help);
            }
        }
    }

    fn help_for_section(&self, written: &str) -> String {
        let mut sections: Vec<&str> = self.asked.iter().map(|(section, _)| *section).collect();
        sections.dedup();
        sections.extend(&self.lists);
        if let Some((section, key)) = self.elsewhere(written) {
            return format!("`{key}` belongs below `[{section}]`");
        }
        match nearest(written, sections.iter().copied()) {
            Some(meant) => format!("did you mean `[{meant}]`?"),
            None => format!("the sections are `{}`", sections.join("`, `")),
        }
    }

    fn help_for_key(&self, section: &str, written: &str) -> String {
        let of_section = || self.asked.iter().filter(|(known, _)| *known == section).map(|(_, key)| *key);
        if let Some(meant) = nearest(written, of_section()) {
            return format!("did you mean `{meant}`?");
        }
        match self.elsewhere(written) {
            Some((other, key)) => format!("`{key}` belongs below `[{other}]`"),
            None => format!("`[{section}]` knows `{}`", of_section().collect::<Vec<_>>().join("`, `")),
        }
    }

    fn elsewhere(&self, written: &str) -> Option<(&'static str, &'static str)> {
        self.asked.iter().copied().find(|(_, key)| *key == written)
    }
}

fn text_of<'t>(value: &'t Spanned<DeValue<'t>>) -> Option<Text<'t>> {
    match value.get_ref() {
        DeValue::String(text) => Some(Text { text, span: value.span() }),
        _ => None,
    }
}

fn article(kind: &str) -> String {
    let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {kind}")
}
