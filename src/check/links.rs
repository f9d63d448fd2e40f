//! Whether what references link to is there, as somebody asked who may ask servers.

use std::collections::{BTreeMap, BTreeSet};

use super::report::sorted;
use super::view::{View, text};
use super::{Given, Problem, Quality, Report, Unchecked};
use crate::emit::osv::validate::shown;
use crate::model::Page;

/// The pages of the web that records link to.
#[must_use]
pub fn links(records: &[Given]) -> BTreeSet<String> {
    records.iter().flat_map(|record| of(&View::new(&record.value))).map(|(_, url)| url.to_owned()).collect()
}

/// The links of a record, with their places.
fn of<'v>(record: &View<'v>) -> Vec<(usize, &'v str)> {
    let web = |url: &&str| url.starts_with("https://") || url.starts_with("http://");
    let links = record.items("references").enumerate();
    links.filter_map(|(at, reference)| Some((at, text(reference, "url").filter(web)?))).collect()
}

/// That nobody asked.
pub(super) fn unasked(views: &[View<'_>]) -> Option<Unchecked> {
    let links: BTreeSet<&str> = views.iter().flat_map(of).map(|(_, url)| url).collect();
    let count = if links.len() == 1 { "1 link answers".to_owned() } else { format!("{} links answer", links.len()) };
    (!links.is_empty()).then(|| Unchecked {
        codes: vec![Quality::ReferenceGone.into(), Quality::ReferenceUnanswered.into()],
        reason: format!("whether {count}: --online asks"),
    })
}

/// Adds what became of the pages that records link to.
pub fn answered(records: &[Given], pages: &BTreeMap<String, Page>, report: &mut Report) {
    report.unchecked.retain(|unchecked| !unchecked.codes.contains(&Quality::ReferenceGone.into()));
    for (record, found) in records.iter().zip(&mut report.problems) {
        let before = found.len();
        for (at, url) in of(&View::new(&record.value)) {
            let (code, message) = match pages.get(url) {
                None | Some(Page::There) => continue,
                Some(Page::Gone(status)) => {
                    let message =
                        format!("nothing is at \"{}\" any more ({status}); link to where it went", shown(url));
                    (Quality::ReferenceGone, message)
                }
                Some(Page::Unknown(why)) => {
                    (Quality::ReferenceUnanswered, format!("nobody knows whether \"{}\" is there: {why}", shown(url)))
                }
            };
            found.push(Problem::new(code, format!("/references/{at}/url"), message));
        }
        if found.len() > before {
            sorted(found);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::check::{Origin, check};

    #[test]
    fn each_link_is_told_of_where_it_stands() {
        let urls = ["https://a.b/gone", "https://a.b/there", "https://c.d/", "mailto:x@y.z"];
        let references: Vec<_> = urls.iter().map(|url| json!({ "type": "WEB", "url": url })).collect();
        let value = json!({ "id": "GO-2026-1", "modified": "2026-01-01T00:00:00Z", "references": references });
        let records = [Given { origin: Origin::default(), at: String::new(), value }];
        assert_eq!(links(&records).len(), 3);
        let mut report = check(&records, None, Err("there is none"));
        let asks =
            |report: &Report| report.unchecked.iter().any(|gap| gap.reason == "whether 3 links answer: --online asks");
        assert!(asks(&report));
        let pages = [Page::Gone(410), Page::There, Page::Unknown("it sleeps".to_owned())];
        answered(&records, &urls.map(str::to_owned).into_iter().zip(pages).collect(), &mut report);
        let told: Vec<_> = report.problems[0].iter().filter(|problem| problem.at.starts_with("/references")).collect();
        let seen: Vec<_> = told.iter().map(|problem| (problem.code.as_str(), problem.at.as_str())).collect();
        assert!(seen.contains(&("reference-gone", "/references/0/url")), "{seen:?}");
        assert!(seen.contains(&("reference-unanswered", "/references/2/url")), "{seen:?}");
        assert!(!asks(&report) && !seen.iter().any(|(_, at)| at.contains("/1/")));
    }
}
