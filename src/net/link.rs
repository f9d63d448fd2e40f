//! The page after a page.

use reqwest::Url;
use reqwest::header::{self, HeaderMap};

use crate::limits::ADDRESS;

/// The address of the next page: `Link: <…>; rel="next"`.
/// Source: RFC 8288.
pub(crate) fn next_page(headers: &HeaderMap, here: &Url) -> Option<Url> {
    let links = headers.get_all(header::LINK).iter().filter_map(|value| value.to_str().ok());
    let is_next = |link: &&str| {
        let mut parts = link.split(';').skip(1).map(str::trim);
        parts.any(|part| part.eq_ignore_ascii_case("rel=\"next\"") || part.eq_ignore_ascii_case("rel=next"))
    };
    let mut targets = links.flat_map(split_links).collect::<Vec<_>>().into_iter();
    let link = targets.find(|link| is_next(&link.as_str()))?;
    let target = link.trim().strip_prefix('<')?.split('>').next().filter(|target| target.len() <= ADDRESS)?;
    here.join(target).ok()
}

/// The links of a header; a comma within `<…>` parts none.
fn split_links(value: &str) -> Vec<String> {
    let (mut links, mut inside) = (vec![String::new()], false);
    for c in value.chars() {
        inside = (inside || c == '<') && c != '>';
        match (c, links.last_mut()) {
            (',', _) if !inside => links.push(String::new()),
            (c, Some(link)) => link.push(c),
            _ => {}
        }
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_found_among_links() {
        let next = |link: &str| {
            let headers = HeaderMap::from_iter([(header::LINK, link.parse().unwrap())]);
            next_page(&headers, &"https://x.example/a?b=c".parse().unwrap()).map(String::from)
        };
        let two = "<https://x.example/a?before=1,2>; rel=\"prev\", <https://x.example/a?after=3,4>; rel=\"next\"";
        assert_eq!(next(two).as_deref(), Some("https://x.example/a?after=3,4"));
        assert_eq!(next("</a?after=2>; rel=next").as_deref(), Some("https://x.example/a?after=2"));
        assert_eq!(next("<https://x.example/a>; rel=\"first\""), None);
        assert_eq!(next("nonsense, ; rel=\"next\""), None);
    }
}
