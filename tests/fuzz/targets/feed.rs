//! A record in a feed: what is published of it reads as it was weighed, the
//! second export finds nothing new, and its page holds no markup but ours.
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use secnotes::emit::feed::{Dates, Export, Settings, Stamp, Verdict, names_a_file, render, weigh};
use secnotes::emit::osv::validate::validate;
use serde_json::{Value, json};

fuzz_target!(|data: &str| {
    let mut lines = data.splitn(4, '\n');
    let (title, summary) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let (link, details) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let id = "GO-2026-1";
    assert!(names_a_file(id));
    let record = json!({
        "schema_version": "1.7.0", "id": id, "modified": "2026-01-02T00:00:00Z", "summary": summary,
        "details": details, "references": [{ "type": "WEB", "url": link }],
        "affected": [{ "package": { "ecosystem": "Go", "name": title }, "versions": [summary] }],
        "credits": [{ "name": title, "contact": [link] }],
    });
    let _ = validate(&record);
    let export = Export::new(Stamp(1_800_000_000), Dates::Ours, None);
    let Verdict::Added(published) = weigh(None, false, id, record.clone(), &export) else {
        panic!("nothing was published before");
    };
    serde_json::from_slice::<Value>(&published.bytes).expect("JSON");
    let again = weigh(Some(&published.item), false, id, record, &export);
    assert_eq!(again, Verdict::Same);
    let settings = Settings { title: title.to_owned(), base_url: None };
    let bytes = BTreeMap::from([(id, published.bytes.as_slice())]);
    let rendered = render(&settings, None, vec![published.item.clone()], &bytes).expect("a feed");
    let page = String::from_utf8(rendered.files["index.html"].clone()).expect("text");
    judge(&page);
    let atom = String::from_utf8(rendered.files["atom.xml"].clone()).expect("text");
    roxmltree::Document::parse(&atom).expect("XML");
    serde_json::from_slice::<Value>(&rendered.files["feed.json"]).expect("JSON");
});

/// The elements and the attributes of a page, and where its links may lead.
const ELEMENTS: &str = "!doctype html head meta title link style body header main nav h1 h2 h3 h4 h5 h6 p a ul ol li \
    dl dt dd table thead tbody tr th td code pre em strong del blockquote hr br article section time span bdi details \
    summary";
const ATTRIBUTES: &str = "href rel type title charset name content lang id class datetime start align http-equiv \
    aria-label aria-labelledby scope";
const LINKS: [&str; 8] =
    ["https://", "http://", "#", "GO-2026-1.json", "feed.json", "atom.xml", "all.zip", "index.json"];

/// Holds every tag of a page against what the page's printer writes.
fn judge(page: &str) {
    let listed = |list: &str, name: &str| list.split_whitespace().any(|known| known == name);
    for tag in page.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').unwrap_or_else(|| panic!("an open tag: {tag:?}"));
        let (name, mut rest) = tag.trim_start_matches('/').split_once([' ', '\n', '/']).unwrap_or((tag, ""));
        let name = name.trim_start_matches('/').to_ascii_lowercase();
        assert!(listed(ELEMENTS, &name), "<{tag}>");
        while let Some((attribute, value)) = rest.split_once("=\"") {
            let (value, after) = value.split_once('"').unwrap_or_else(|| panic!("<{tag}>"));
            let attribute = attribute.trim();
            assert!(listed(ATTRIBUTES, attribute), "<{tag}>");
            let leads = attribute != "href" || LINKS.iter().any(|begin| value.starts_with(begin));
            assert!(leads || value == "modified_id.csv", "<{tag}>");
            rest = after;
        }
        assert!(!rest.contains('='), "<{tag}>");
    }
}
