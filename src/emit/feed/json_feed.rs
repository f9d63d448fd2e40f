//! `feed.json`: JSON Feed 1.1 (<https://www.jsonfeed.org/version/1.1/>).

use std::collections::BTreeSet;

use serde::Serialize;

use super::settings::Head;
use super::view::View;
use super::{html, identity};
use crate::model::{SeverityLevel, Timestamp};

#[derive(Serialize)]
struct Feed<'f> {
    version: &'static str,
    title: &'f str,
    /// The two addresses have to be absolute: without a base they are left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    home_page_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    feed_url: Option<String>,
    language: &'static str,
    items: Vec<Entry<'f>>,
}

#[derive(Serialize)]
struct Entry<'f> {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    title: String,
    content_html: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'f str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_published: Option<&'f str>,
    date_modified: &'f str,
    tags: Vec<String>,
}

/// The feed of these records.
pub(super) fn render(head: &Head<'_>, views: &[View<'_>]) -> Result<String, serde_json::Error> {
    let base = head.settings.base_url.as_ref();
    let entry = |view: &View<'_>| -> String { identity::of_entry(head.id, &view.item.id) };
    let items = views
        .iter()
        .map(|view| Entry {
            id: entry(view),
            url: base.map(|base| base.join(&format!("#{}", view.item.id))),
            title: view.headline(),
            content_html: html::entry(view),
            summary: view.item.summary.as_deref(),
            date_published: view.item.publication().map(Timestamp::as_str),
            date_modified: view.item.updated().as_str(),
            tags: tags(view),
        })
        .collect();
    let feed = Feed {
        version: "https://jsonfeed.org/version/1.1",
        title: &head.settings.title,
        home_page_url: base.map(|base| base.as_str().to_owned()),
        feed_url: base.map(|base| base.join("feed.json")),
        language: "en",
        items,
    };
    Ok(serde_json::to_string_pretty(&feed)? + "\n")
}

/// What readers may filter by: every id, the severity, what is affected.
pub(super) fn tags(view: &View<'_>) -> Vec<String> {
    let level = view.item.level();
    let severity = (level != SeverityLevel::Unknown).then_some(level.as_str());
    let words = severity.into_iter().chain((!view.item.is_live()).then_some("withdrawn")).map(str::to_owned);
    let ids = std::iter::once(view.item.id.clone()).chain(view.aliases().map(|(id, _)| id));
    let mut seen = BTreeSet::new();
    let tags = ids.chain(words).chain(view.packages());
    tags.filter(|tag| !tag.is_empty() && seen.insert(tag.clone())).collect()
}
