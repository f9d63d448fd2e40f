//! The description of an advisory → what it says, by what it is about.
//!
//! A description is Markdown that people divide by headings: GitHub's form has
//! `### Impact`, `### Patches`, `### Workarounds`, `### References`, and every project has
//! headings of its own. [`reduce`] makes pieces of the Markdown, [`words`] knows what a
//! heading announces, [`split`] puts each piece where it belongs. What shows how a
//! vulnerability is exploited is left out, by its heading or, in [`sieve`], by what it
//! is.

mod html;
mod label;
mod piece;
mod reduce;
mod sieve;
mod split;
mod withheld;
mod words;

use crate::model::{Block, Prose, Texts, breaks_a_line};

use super::{Advisory, SourceRecord, standing_first};

impl Advisory {
    /// What the most trusted of its records that says anything says in its own words. A record
    /// that is not published speaks only for an advisory that is not, either; what databases
    /// have withdrawn as a copy only where nothing else does.
    #[must_use]
    pub fn texts(&self) -> Texts {
        let text = |source: &SourceRecord| {
            let may = self.disclosure.is_private() || !source.disclosure.is_private();
            let text = source.record.details.text().filter(|_| may)?;
            (!text.trim().is_empty()).then(|| text.to_owned())
        };
        let mut texts = standing_first(&self.records).find_map(text).map(|text| read(&text)).unwrap_or_default();
        let said: Vec<String> = texts.description.blocks.iter().map(Block::words).collect();
        let title = self.summary.as_ref().map(|summary| summary.value.as_str()).unwrap_or_default();
        // Go's database has the title as the text.
        if let [only] = said.as_slice()
            && bare(only) == bare(title)
        {
            texts.description = Prose::default();
        }
        texts
    }
}

/// The words of a title, without the module that Go's database adds to it.
fn bare(title: &str) -> String {
    let parted = title.trim().rsplit_once(" in ").filter(|(_, module)| !module.trim().contains(' '));
    let title = parted.map_or(title, |(before, _)| before);
    title
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

/// The parts of a description. What cannot be seen is left out first: within the word it would
/// hide that a heading announces a proof.
fn read(markdown: &str) -> Texts {
    let seen: String = markdown.chars().filter(|c| c.is_whitespace() || !breaks_a_line(*c)).collect();
    split::split(reduce::pieces(&seen))
}

#[cfg(test)]
mod tests;
