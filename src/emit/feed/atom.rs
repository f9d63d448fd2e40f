//! `atom.xml`: RFC 4287.

use super::settings::{GENERATOR, Head};
use super::text::escape;
use super::view::View;
use super::{html, identity, json_feed};

/// The time of a feed without records: it has to have one (section 4.1.1).
const NEVER: &str = "1970-01-01T00:00:00Z";

/// The feed of these records, of which the first changed last.
pub(super) fn render(head: &Head<'_>, views: &[View<'_>]) -> String {
    let title = escape(&head.settings.title);
    // Section 4.2.15: an entry that is new here changes the feed, however old it is.
    let updated = views.first().map_or(NEVER, |view| view.item.updated().as_str());
    let mut out =
        String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n");
    out.push_str(&format!(
        "<id>{}</id>\n<title>{title}</title>\n<updated>{}</updated>\n",
        escape(head.id),
        escape(updated)
    ));
    // Section 4.1.1 wants an author; who wrote each record is not known.
    out.push_str(&format!("<author><name>{title}</name></author>\n<generator>{GENERATOR}</generator>\n"));
    if let Some(base) = &head.settings.base_url {
        let link = |rel: &str, kind: &str, url: &str| {
            format!("<link rel=\"{rel}\" type=\"{kind}\" href=\"{}\"/>\n", escape(url))
        };
        // A feed without a base has no link to itself: that one has to be absolute.
        out.push_str(&link("self", "application/atom+xml", &base.join("atom.xml")));
        out.push_str(&link("alternate", "text/html", base.as_str()));
    }
    for view in views {
        out.push_str(&entry(head, view));
    }
    out.push_str("</feed>\n");
    out
}

fn entry(head: &Head<'_>, view: &View<'_>) -> String {
    let item = view.item;
    let id = escape(&item.id);
    let (page, record) = match &head.settings.base_url {
        Some(base) => (base.join(&format!("#{}", item.id)), base.join(&item.file_name())),
        None => (format!("index.html#{}", item.id), item.file_name()),
    };
    let published = item.publication().map(|stamp| format!("<published>{}</published>\n", escape(stamp.as_str())));
    let categories: String =
        json_feed::tags(view).into_iter().map(|tag| format!("<category term=\"{}\"/>\n", escape(&tag))).collect();
    format!(
        "<entry>\n<id>{}</id>\n<title>{}</title>\n<updated>{}</updated>\n{}\
         <link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n\
         <link rel=\"related\" type=\"application/json\" title=\"{id}\" href=\"{}\"/>\n{categories}\
         <content type=\"html\">{}</content>\n</entry>\n",
        identity::of_entry(head.id, &item.id),
        escape(&view.headline()),
        escape(item.updated().as_str()),
        published.unwrap_or_default(),
        escape(&page),
        escape(&record),
        escape(&html::entry(view)),
    )
}
