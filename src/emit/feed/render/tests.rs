//! Whether the files are what their formats ask for, with plain and with
//! hostile records.

use serde_json::{Value, json};

use super::*;
use crate::emit::feed::{DERIVED_FILES, sample};

fn rendered(records: &[Value], base: Option<&str>) -> Rendered {
    let published: Vec<_> = records.iter().cloned().map(sample::published).collect();
    let bytes = published.iter().map(|(item, bytes)| (item.id.as_str(), bytes.as_slice())).collect();
    let items = published.iter().map(|(item, _)| item.clone()).collect();
    let settings =
        Settings { title: "Advisories of <parcel> & co".to_owned(), base_url: base.map(|base| base.parse().unwrap()) };
    render(&settings, None, items, &bytes).unwrap()
}

fn text(rendered: &Rendered, name: &str) -> String {
    String::from_utf8(rendered.files[name].clone()).unwrap()
}

fn hostile() -> Value {
    let evil = "</title></script><script>alert(1)</script><img src=x onerror=alert(1)>\u{0}\u{1b}\u{202e}\u{ffff}]]>&lt;\"'`{{x}}";
    let mut record = sample::record("GHSA-2222-2222-2222");
    record["summary"] = json!(evil);
    record["details"] = json!(format!("{evil}\n\n[x](javascript:alert(1)) ![y](https://evil.example/beacon.png)"));
    record["aliases"] = json!([evil]);
    record["references"] = json!([{ "type": evil, "url": evil }, { "type": "WEB", "url": "javascript:alert(1)" },
                                  { "type": "WEB", "url": "data:text/html,<script>alert(1)</script>" }]);
    record["credits"] = json!([{ "name": evil, "type": evil }]);
    record["severity"] = json!([{ "type": evil, "score": evil }]);
    record["affected"] = json!([{ "package": { "ecosystem": evil, "name": evil }, "versions": [evil],
                                  "ranges": [{ "type": evil, "repo": evil, "events": [{ "introduced": evil }, { "fixed": evil }] }] }]);
    record
}

#[test]
fn a_json_feed_has_what_version_1_1_requires() {
    let records = [sample::record("CVE-2026-1"), hostile()];
    for base in [None, Some("https://example.org/osv")] {
        let rendered = rendered(&records, base);
        let feed: Value = serde_json::from_str(&text(&rendered, "feed.json")).unwrap();
        assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
        assert!(!feed["title"].as_str().unwrap().is_empty());
        let items = feed["items"].as_array().unwrap();
        assert_eq!(items.len(), 2);
        for item in items {
            assert!(item["id"].as_str().unwrap().starts_with("urn:uuid:"));
            assert!(!item["content_html"].as_str().unwrap().is_empty());
            assert!(item["date_modified"].as_str().unwrap().ends_with('Z'));
            assert_eq!(item.get("url").is_some(), base.is_some());
        }
        assert_eq!(feed.get("feed_url").and_then(Value::as_str), base.map(|_| "https://example.org/osv/feed.json"));
    }
}

#[test]
fn atom_is_xml_with_what_rfc_4287_requires() {
    let mut withdrawn = sample::record("CVE-2026-3");
    withdrawn["withdrawn"] = json!("2026-03-01T00:00:00Z");
    let records = [sample::record("CVE-2026-1"), withdrawn, hostile()];
    for base in [None, Some("https://example.org/osv?".trim_end_matches('?'))] {
        let rendered = rendered(&records, base);
        let xml = text(&rendered, "atom.xml");
        let document = roxmltree::Document::parse(&xml).unwrap();
        let atom = "http://www.w3.org/2005/Atom";
        let feed = document.root_element();
        assert!(feed.has_tag_name((atom, "feed")));
        let one = |node: roxmltree::Node<'_, '_>, name: &str| {
            let found: Vec<_> = node.children().filter(|child| child.has_tag_name((atom, name))).collect();
            assert_eq!(found.len(), 1, "{name}");
            found[0].text().unwrap_or_default().to_owned()
        };
        for name in ["id", "title", "updated", "author"] {
            one(feed, name);
        }
        assert_eq!(one(feed, "title"), "Advisories of <parcel> & co");
        let entries: Vec<_> = feed.children().filter(|child| child.has_tag_name((atom, "entry"))).collect();
        assert_eq!(entries.len(), 3);
        let mut ids = Vec::new();
        for entry in entries {
            ids.push(one(entry, "id"));
            assert!(!one(entry, "title").is_empty() && one(entry, "updated").ends_with('Z'));
            assert!(one(entry, "content").contains("<section>"));
        }
        ids.dedup();
        assert_eq!(ids.len(), 3);
        let links: Vec<_> = feed.children().filter_map(|child| child.attribute("rel")).collect();
        assert_eq!(links.contains(&"self"), base.is_some());
    }
}

#[test]
fn an_empty_feed_is_valid_too() {
    let rendered = rendered(&[], None);
    let xml = text(&rendered, "atom.xml");
    assert!(roxmltree::Document::parse(&xml).unwrap().descendants().any(|node| node.has_tag_name("updated")));
    assert_eq!(serde_json::from_str::<Value>(&text(&rendered, "feed.json")).unwrap()["items"], json!([]));
    assert_eq!(text(&rendered, "all.json"), "[]\n");
    assert!(text(&rendered, "index.html").contains("No advisories"));
    assert_eq!(Index::read(&rendered.index).unwrap().records, []);
}

#[test]
fn nothing_of_a_record_becomes_markup() {
    let rendered = rendered(&[hostile()], None);
    let page = text(&rendered, "index.html");
    let feed: Value = serde_json::from_str(&text(&rendered, "feed.json")).unwrap();
    let xml = text(&rendered, "atom.xml");
    let document = roxmltree::Document::parse(&xml).unwrap();
    let content = document.descendants().find(|node| node.has_tag_name(("http://www.w3.org/2005/Atom", "content")));
    for html in [&*page, feed["items"][0]["content_html"].as_str().unwrap(), content.unwrap().text().unwrap()] {
        for tag in ["<script", "<img", "<iframe", "<svg", "<object", "<form", "<input"] {
            assert!(!html.contains(tag), "{tag} in {html}");
        }
        let targets = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        for target in targets {
            let known = ["https://", "#", "GHSA-", "atom.xml", "feed.json", "all.zip", "index.json", "modified_id.csv"];
            assert!(known.iter().any(|start| target.starts_with(start)), "{target}");
        }
        assert!(!html.contains(['\u{0}', '\u{1b}', '\u{202e}', '\u{ffff}']), "{html}");
    }
}

#[test]
fn the_page_asks_for_nothing_else() {
    let page = text(&rendered(&[sample::record("CVE-2026-1")], Some("https://example.org/osv/")), "index.html");
    for word in ["<script", " src=", "@import", "url(", "style=\"", "http-equiv=\"refresh"] {
        assert!(!page.contains(word), "{word}");
    }
    assert!(page.contains("default-src 'none'"));
    assert!(page.contains("<article id=\"CVE-2026-1\""));
    assert!(page.contains("<bdi>Parcels of CVE-2026-1 leave their box</bdi>"));
    assert!(page.contains("from 1.2.0, up to and including 1.2.3"));
}

#[test]
fn the_same_records_give_the_same_bytes_and_the_feed_keeps_its_id() {
    let records = [sample::record("CVE-2026-1"), sample::record("CVE-2026-2")];
    let (one, two) = (rendered(&records, None), rendered(&records, None));
    assert_eq!((&one.files, &one.index), (&two.files, &two.index));
    let before = Index::read(&one.index).unwrap();
    let settings = Settings { title: "Other".to_owned(), base_url: Some("https://moved.example/".parse().unwrap()) };
    assert!(!settings.rendered(&before));
    let moved = render(&settings, Some(&before), Vec::new(), &BTreeMap::new()).unwrap();
    assert_eq!(Index::read(&moved.index).unwrap().id, before.id);
}

#[test]
fn every_file_is_in_the_index_with_its_digest() {
    let rendered = rendered(&[sample::record("CVE-2026-1")], None);
    let index = Index::read(&rendered.index).unwrap();
    let names: Vec<&str> = index.files.keys().map(String::as_str).collect();
    assert_eq!(names, DERIVED_FILES);
    for (name, file) in &index.files {
        assert_eq!(file.sha256, Sha256::of(&rendered.files[name.as_str()]), "{name}");
    }
    assert_eq!((index.counts.records, index.counts.live), (1, 1));
}

#[test]
fn a_large_feed_lists_all_and_shows_the_newest() {
    let records: Vec<Value> = (1000..1400)
        .map(|number| {
            let mut record = sample::record(&format!("CVE-2026-{number}"));
            record["published"] = json!(format!("2026-01-01T{:02}:{:02}:00Z", (number - 1000) / 60, number % 60));
            record
        })
        .collect();
    let rendered = rendered(&records, None);
    let page = text(&rendered, "index.html");
    assert_eq!(page.matches("<article ").count(), ON_PAGE);
    assert_eq!(page.matches("<th scope=\"row\">").count(), 400);
    assert_eq!(page.matches("<th scope=\"row\"><a href=\"CVE-2026-").count(), 100);
    assert_eq!(page.matches(" id=\"CVE-2026-").count(), 400 + ON_PAGE, "each has an anchor, and each shown a title");
    let feed: Value = serde_json::from_str(&text(&rendered, "feed.json")).unwrap();
    assert_eq!(feed["items"].as_array().unwrap().len(), IN_FEEDS);
}

/// A record of several ids, severities and packages.
fn of_many() -> Value {
    let mut record = sample::record("GHSA-2222-2222-2222");
    record["aliases"] = json!(["CVE-2026-24834", "GO-2026-4000"]);
    record["severity"] = json!([
        { "type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N" },
        { "type": "CVSS_V4", "score": "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N" },
    ]);
    let package = |number: usize| json!({ "package": { "ecosystem": "npm", "name": format!("@parcel/box-{number}") } });
    record["affected"].as_array_mut().unwrap().extend((0..80).map(package));
    record
}

#[test]
fn readers_find_every_id_severity_and_package_in_text_and_in_tags() {
    let rendered = rendered(&[of_many()], None);
    let feed: Value = serde_json::from_str(&text(&rendered, "feed.json")).unwrap();
    let tags: Vec<&str> =
        feed["items"][0]["tags"].as_array().unwrap().iter().map(|tag| tag.as_str().unwrap()).collect();
    let mut expected = vec![
        "GHSA-2222-2222-2222".to_owned(),
        "CVE-2026-24834".to_owned(),
        "GO-2026-4000".to_owned(),
        "high".to_owned(),
        "Git: github.com/example/parcel".to_owned(),
        "Go: github.com/example/parcel".to_owned(),
    ];
    expected.extend((0..80).map(|number| format!("npm: @parcel/box-{number}")));
    assert_eq!(tags, expected);
    let xml = text(&rendered, "atom.xml");
    let document = roxmltree::Document::parse(&xml).unwrap();
    let terms = document.descendants().filter(|node| node.has_tag_name(("http://www.w3.org/2005/Atom", "category")));
    let terms: Vec<&str> = terms.map(|node| node.attribute("term").unwrap()).collect();
    assert_eq!(terms, expected);
    let content = document.descendants().find(|node| node.has_tag_name(("http://www.w3.org/2005/Atom", "content")));
    for html in [content.unwrap().text().unwrap(), feed["items"][0]["content_html"].as_str().unwrap()] {
        for part in expected.iter().map(String::as_str).filter(|part| *part != "high") {
            assert!(html.contains(part), "{part} in {html}");
        }
        for part in ["Severity: High.", "CVSS:3.1/AV:N", "CVSS:4.0/AV:N"] {
            assert!(html.contains(part), "{part} in {html}");
        }
    }
}

#[test]
fn headings_of_the_page_are_in_order() {
    let mut deep = sample::record("CVE-2026-2");
    deep["details"] = json!("##### Deep\n\n# Not so\n\n### Between\n\n###### Deepest\n");
    let page = text(&rendered(&[sample::record("CVE-2026-1"), deep, hostile()], None), "index.html");
    let body = page.split("<body>").nth(1).unwrap();
    let levels: Vec<u32> = body.split("<h").skip(1).filter_map(|rest| rest.chars().next()?.to_digit(10)).collect();
    assert_eq!(levels[..3], [1, 2, 2]);
    assert!(levels.contains(&5));
    for two in levels.windows(2) {
        assert!(two[1] <= two[0] + 1, "{levels:?}");
    }
}

#[test]
fn code_in_titles_is_shown_as_code() {
    let mut record = sample::record("CVE-2026-1");
    record["summary"] = json!("`parcel::open` follows <links> of `Box<T>`");
    let rendered = rendered(&[record], None);
    let title = "<bdi><code>parcel::open</code> follows &lt;links&gt; of <code>Box&lt;T&gt;</code></bdi>";
    assert_eq!(text(&rendered, "index.html").matches(title).count(), 2, "in the list and above the article");
    // The title of an item is plain text.
    let feed: Value = serde_json::from_str(&text(&rendered, "feed.json")).unwrap();
    assert_eq!(feed["items"][0]["title"], "CVE-2026-1: `parcel::open` follows <links> of `Box<T>`");
}

#[test]
fn every_label_on_the_page_names_something_on_it() {
    let page = text(&rendered(&[sample::record("CVE-2026-1"), of_many()], None), "index.html");
    let ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let distinct: std::collections::BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), distinct.len(), "{ids:?}");
    for name in page.split("aria-labelledby=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(distinct.contains(name), "{name}");
    }
}
