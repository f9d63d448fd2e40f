//! `index.html`: the feed for people. One file without script that asks for
//! nothing else, and is allowed nothing else by its own policy.

mod article;
mod markdown;
mod title;

pub(super) use article::entry;
use article::{article, severity, time};

use super::item::Item;
use super::settings::Settings;
use super::text::escape;
use super::view::View;

const STYLE: &str = include_str!("style.css");

/// The only style that the page's policy allows; a test tells the right value.
const STYLE_DIGEST: &str = "sha256-huP9OoRL5oW/tVkE0z3RqTcywXbWnMJ3bsmfgbwYsnA=";

/// The page. `shown` are the advisories that it shows in full, `listed` all,
/// both the newest first.
pub(super) fn page(settings: &Settings, listed: &[&Item], shown: &[View<'_>]) -> String {
    let title = escape(&settings.title);
    let canonical = settings
        .base_url
        .as_ref()
        .map_or_else(String::new, |base| format!("<link rel=\"canonical\" href=\"{}\">\n", escape(base.as_str())));
    let articles: String = shown.iter().map(article).collect();
    let withdrawn = listed.iter().filter(|item| !item.is_live()).count();
    let gone = if withdrawn == 0 { String::new() } else { format!(", {withdrawn} of them withdrawn") };
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{STYLE_DIGEST}'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{title}</title>\n{canonical}\
         <link rel=\"alternate\" type=\"application/atom+xml\" title=\"{title}\" href=\"atom.xml\">\n\
         <link rel=\"alternate\" type=\"application/feed+json\" title=\"{title}\" href=\"feed.json\">\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<header class=\"top\">\n<h1>{title}</h1>\n<p>{records}{gone}.</p>\n\
         <nav aria-label=\"Formats\"><ul>\n<li><a href=\"atom.xml\">Atom</a></li>\n<li><a href=\"feed.json\">JSON Feed</a></li>\n\
         <li><a href=\"all.zip\">All OSV records</a></li>\n<li><a href=\"index.json\">Index</a></li>\n\
         <li><a href=\"modified_id.csv\">Changes</a></li>\n</ul></nav>\n</header>\n<main>\n{list}{articles}</main>\n</body>\n</html>\n",
        records = if listed.is_empty() { "No advisories".to_owned() } else { noun(listed.len()) },
        list = list(listed, shown.len()),
    )
}

fn noun(number: usize) -> String {
    if number == 1 { "1 advisory".to_owned() } else { format!("{number} advisories") }
}

/// A row an advisory: those that are shown lead to their place on the page, the
/// others to their records.
fn list(listed: &[&Item], shown: usize) -> String {
    if listed.is_empty() {
        return String::new();
    }
    let rows: String = listed.iter().enumerate().map(|(at, item)| row(item, at < shown)).collect();
    let older = listed.len().saturating_sub(shown);
    let note = if older == 0 {
        String::new()
    } else {
        format!("<p class=\"quiet\">The newest {shown} are shown below; the others lead to their records.</p>\n")
    };
    format!(
        "<section class=\"list\" aria-labelledby=\"list-title\">\n<h2 id=\"list-title\">All advisories</h2>\n{note}<table>\n\
         <thead><tr><th scope=\"col\">Advisory</th><th scope=\"col\">Severity</th><th scope=\"col\">Title</th>\
         <th scope=\"col\">Published</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</section>\n"
    )
}

fn row(item: &Item, shown: bool) -> String {
    let id = escape(&item.id);
    let target = if shown { format!("#{id}") } else { format!("{id}.json") };
    // Every advisory has its anchor, be it only its row.
    let anchor = if shown { String::new() } else { format!(" id=\"{id}\"") };
    let class = if item.is_live() { "" } else { " class=\"withdrawn\"" };
    let gone = if item.is_live() { "" } else { " <span class=\"badge gone\">Withdrawn</span>" };
    format!(
        "<tr{anchor}{class}><th scope=\"row\"><a href=\"{target}\">{id}</a></th><td>{}{gone}</td><td><bdi>{}</bdi></td><td>{}</td></tr>\n",
        severity(item.level()),
        title::html(item.summary.as_deref().unwrap_or_default()),
        item.publication().map(time).unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests;
