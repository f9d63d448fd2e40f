//! One advisory as HTML.

use std::collections::BTreeSet;

use super::{markdown, title};
use crate::emit::feed::text::escape;
use crate::emit::feed::view::{Place, View};
use crate::model::{SeverityLevel, Timestamp};

/// The advisory as an article of the page, with its id for an anchor.
pub(super) fn article(view: &View<'_>) -> String {
    let item = view.item;
    let id = escape(&item.id);
    let class = if item.is_live() { "" } else { " class=\"withdrawn\"" };
    let title = match &item.summary {
        Some(summary) => format!("<bdi>{}</bdi>", title::html(summary)),
        None => "<span class=\"quiet\">No title</span>".to_owned(),
    };
    let published =
        item.publication().map(|stamp| format!("<span>Published {}</span>", time(stamp))).unwrap_or_default();
    format!(
        "<article id=\"{id}\" aria-labelledby=\"{id}-title\"{class}>\n<header>\n<p class=\"id\"><a href=\"#{id}\">{id}</a>{aliases}</p>\n\
         <h2 id=\"{id}-title\">{title}</h2>\n<p class=\"meta\">{badges}{published}<span>Modified {modified}</span>\
         <a href=\"{id}.json\">OSV record</a></p>\n</header>\n{body}</article>\n",
        aliases = aliases(view),
        badges = badges(view),
        modified = time(&item.modified),
        body = body(view),
    )
}

/// The advisory as readers of the feeds show it, below its title.
pub(in crate::emit::feed) fn entry(view: &View<'_>) -> String {
    let others: Vec<String> = view.aliases().map(|(id, page)| link(page.as_deref(), &escape(&id))).collect();
    let others = if others.is_empty() { String::new() } else { format!(", also {}", others.join(", ")) };
    let level = view.item.level().title().map(|word| format!(" Severity: {word}.")).unwrap_or_default();
    format!("<p>{}{others}.{level}</p>\n{}", escape(&view.item.id), body(view))
}

/// What is shown below the title.
fn body(view: &View<'_>) -> String {
    let mut out = String::new();
    if let Some(withdrawn) = &view.item.withdrawn {
        out.push_str(&format!("<p class=\"note\"><strong>Withdrawn</strong> {}.</p>\n", time(withdrawn)));
    }
    let vectors: Vec<String> = view.vectors().iter().map(|vector| format!("<code>{}</code>", escape(vector))).collect();
    if !vectors.is_empty() {
        out.push_str(&format!("<p class=\"vectors\">{}</p>\n", vectors.join(" ")));
    }
    section(&mut out, "Affected", &affected(view));
    let fixes = view.commits().into_iter().map(|commit| {
        let hash = format!("<code>{}</code>", escape(commit.hash.get(..12).unwrap_or(&commit.hash)));
        format!("<li>{}</li>", link(commit.url.as_deref(), &hash))
    });
    section(&mut out, "Fix commits", &list("commits", fixes));
    if let Some(details) = view.record.details.text() {
        out.push_str(&format!(
            "<section class=\"details\">\n<h3>Details</h3>\n{}</section>\n",
            markdown::html(details)
        ));
    }
    let references = view.references().map(|(kind, shown, url)| {
        format!(
            "<li><span class=\"kind\">{}</span> <span>{}</span></li>",
            escape(&words(kind)),
            link(url.as_deref(), &escape(&shown))
        )
    });
    section(&mut out, "References", &list("references", references));
    let credits = view.credits().map(|(name, kind)| {
        let role =
            kind.map(|kind| format!(" <span class=\"quiet\">{}</span>", escape(&words(kind)))).unwrap_or_default();
        format!("<li><bdi>{}</bdi>{role}</li>", escape(&name))
    });
    section(&mut out, "Credits", &list("credits", credits));
    if view.left_out() > 0 {
        out.push_str(&format!("<p class=\"quiet\">The record lists {} more.</p>\n", view.left_out()));
    }
    out
}

fn section(out: &mut String, title: &str, content: &str) {
    if !content.is_empty() {
        out.push_str(&format!("<section>\n<h3>{title}</h3>\n{content}</section>\n"));
    }
}

fn list(class: &str, items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    if items.is_empty() { String::new() } else { format!("<ul class=\"{class}\">\n{}\n</ul>\n", items.join("\n")) }
}

fn affected(view: &View<'_>) -> String {
    let places = view.places();
    let shown: BTreeSet<&str> = places.iter().map(|place| place.name.as_str()).collect();
    let names = view.packages();
    let others: Vec<String> =
        names.iter().filter(|name| !shown.contains(name.as_str())).map(|name| escape(name)).collect();
    let others =
        if others.is_empty() { String::new() } else { format!("<p>Also affected: {}.</p>\n", others.join(", ")) };
    ranges_of(&places) + &others
}

fn ranges_of(places: &[Place]) -> String {
    let rows: Vec<String> = places
        .iter()
        .map(|place| {
            let ranges = place.ranges.iter().map(|range| format!("<li>{}</li>", escape(range)));
            let ranges = list("ranges", ranges);
            let versions = if place.versions.is_empty() {
                String::new()
            } else {
                let shown = place.versions.iter().map(|version| escape(version)).collect::<Vec<_>>().join(", ");
                let more = if place.count > place.versions.len() { ", …" } else { "" };
                format!("<details><summary>{}</summary><p>{shown}{more}</p></details>\n", count(place.count, "version"))
            };
            format!("<dt>{}</dt>\n<dd>\n{ranges}{versions}</dd>\n", escape(&place.name))
        })
        .collect();
    if rows.is_empty() { String::new() } else { format!("<dl class=\"affected\">\n{}</dl>\n", rows.concat()) }
}

/// `1 version`, `2 versions`.
fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn aliases(view: &View<'_>) -> String {
    let all: Vec<String> = view.aliases().map(|(id, page)| link(page.as_deref(), &escape(&id))).collect();
    if all.is_empty() { String::new() } else { format!(" <span class=\"aliases\">{}</span>", all.join(" ")) }
}

fn badges(view: &View<'_>) -> String {
    let withdrawn = if view.item.is_live() { "" } else { "<span class=\"badge gone\">Withdrawn</span>" };
    format!("{}{withdrawn}", severity(view.item.level()))
}

/// The severity as a word on its colour; nothing where nobody said.
pub(super) fn severity(level: SeverityLevel) -> String {
    level.title().map(|word| format!("<span class=\"badge {}\">{word}</span>", level.as_str())).unwrap_or_default()
}

/// A date, with the moment for programs.
pub(super) fn time(stamp: &Timestamp) -> String {
    match stamp.date() {
        Some(date) => format!("<time datetime=\"{}\">{}</time>", escape(stamp.as_str()), escape(date)),
        None => "at an unknown time".to_owned(),
    }
}

fn link(url: Option<&str>, shown: &str) -> String {
    match url {
        Some(url) => format!("<a href=\"{}\">{shown}</a>", escape(url)),
        None => shown.to_owned(),
    }
}

/// `REMEDIATION_DEVELOPER` → `Remediation developer`.
fn words(code: &str) -> String {
    let text = super::super::text::line(code).replace('_', " ").to_lowercase();
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
