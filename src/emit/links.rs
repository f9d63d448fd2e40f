//! Addresses of commits, releases and advisories, safe to stand in a Markdown link.

use crate::ledger::Entry;
use crate::model::{AdvisoryId, CommitId, Forge, Remote, TagName};

/// No page that a person wants to open has a longer address.
const LONGEST_URL: usize = 2000;

/// The page of a commit; none on a host whose addresses are not known.
pub(super) fn commit(remote: Option<&Remote>, id: &CommitId) -> Option<String> {
    let remote = remote?;
    let place = match Forge::of(remote)? {
        // Gitea, Forgejo and Gitee follow GitHub.
        Forge::GitHub | Forge::Gitea | Forge::Gitee => "commit",
        Forge::GitLab => "-/commit",
        Forge::Bitbucket => "commits",
    };
    Some(format!("{}/{place}/{id}", remote.url()))
}

/// The page of a pull request, by its number.
pub(super) fn pull_request(remote: Option<&Remote>, number: u64) -> Option<String> {
    let remote = remote?;
    let place = match Forge::of(remote)? {
        // Gitea and those that follow it lead on from GitHub's address.
        Forge::GitHub | Forge::Gitea | Forge::Gitee => "pull",
        Forge::GitLab => "-/merge_requests",
        Forge::Bitbucket => "pull-requests",
    };
    Some(format!("{}/{place}/{number}", remote.url()))
}

/// The page that lists the project's published advisories, where the forge has
/// one: GitHub alone.
pub(super) fn advisories(remote: Option<&Remote>) -> Option<String> {
    let remote = remote?;
    (Forge::of(remote)? == Forge::GitHub).then(|| format!("{}/security/advisories", remote.url()))
}

/// The page of an issue, by its number; GitHub and those like it lead on from there to the pull
/// request of that number. Bitbucket numbers both apart.
pub(super) fn issue(remote: &Remote, number: u64) -> Option<String> {
    match Forge::of(remote)? {
        Forge::GitHub | Forge::Gitea | Forge::Gitee => Some(format!("{}/issues/{number}", remote.url())),
        Forge::GitLab => Some(format!("{}/-/issues/{number}", remote.url())),
        Forge::Bitbucket => None,
    }
}

/// The page of a merge request of GitLab.
pub(super) fn merge_request(remote: &Remote, number: u64) -> Option<String> {
    matches!(Forge::of(remote)?, Forge::GitLab).then(|| pull_request(Some(remote), number)).flatten()
}

/// The page of a person who has this name on the forge.
pub(super) fn person(remote: &Remote, name: &str) -> Option<String> {
    let github = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let may = match Forge::of(remote)? {
        Forge::GitHub | Forge::Gitea | Forge::Gitee => name.len() <= 39 && name.chars().all(github),
        Forge::GitLab => name.chars().all(|c| github(c) || c == '_' || c == '.'),
        Forge::Bitbucket => false,
    };
    may.then(|| format!("https://{}/{name}", remote.host()))
}

/// The page of a release.
pub(super) fn tag(remote: Option<&Remote>, tag: &TagName) -> Option<String> {
    let remote = remote?;
    let place = match Forge::of(remote)? {
        Forge::GitHub | Forge::Gitea | Forge::Gitee => "releases/tag",
        Forge::GitLab => "-/tags",
        Forge::Bitbucket => "src",
    };
    // A tag may hold `/` (monorepos), and `#`, `%` or `&`, which mean something else in a URL.
    let name = encode(tag.as_str(), "-._~/+");
    Some(format!("{}/{place}/{name}", remote.url()))
}

/// The page of one of an advisory's ids: the record's own page for its first
/// id, else the page of the id's database.
pub(super) fn advisory(entry: &Entry, id: &AdvisoryId) -> Option<String> {
    let own = entry.page.as_deref().filter(|_| *id == entry.id).and_then(web_page);
    own.or_else(|| id.page().as_deref().and_then(web_page))
}

/// A CVSS vector in the calculator of FIRST, who publish CVSS; they have none for CVSS 2.
pub(super) fn calculator(vector: &str) -> Option<String> {
    let page = match vector.get(..9)? {
        "CVSS:3.0/" => "3-0",
        "CVSS:3.1/" => "3-1",
        "CVSS:4.0/" => "4-0",
        _ => return None,
    };
    Some(format!("https://www.first.org/cvss/calculator/{page}#{}", encode(vector.trim(), ":/.")))
}

/// The page of a kind of weakness, `CWE-22`.
pub(super) fn weakness(cwe: &str) -> Option<String> {
    let number: u32 = cwe.strip_prefix("CWE-")?.parse().ok()?;
    Some(format!("https://cwe.mitre.org/data/definitions/{number}.html"))
}

/// An untrusted address as a link target; `None` for what is no web page.
pub(super) fn web_page(url: &str) -> Option<String> {
    let url = url.trim();
    let (scheme, rest) = url.split_once("://")?;
    let scheme = ["https", "http"].into_iter().find(|known| scheme.eq_ignore_ascii_case(known))?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    // `https://github.com@evil.example/` shows one host and opens another.
    let sound = |c: char| c.is_ascii_alphanumeric() || "-.:".contains(c);
    if !authority.starts_with(|c: char| c.is_ascii_alphanumeric()) || !authority.chars().all(sound) {
        return None;
    }
    let encoded = format!("{scheme}://{}", encode(rest, "-._~/?#=&+,;:!%"));
    (encoded.len() <= LONGEST_URL).then_some(encoded)
}

/// Percent-encodes all but ASCII letters, digits and these, and an `&` that
/// Markdown would read as the beginning of an entity.
fn encode(text: &str, kept: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let entity = c == '&' && begins_entity(text.get(at + 1..).unwrap_or_default());
        if c.is_ascii_alphanumeric() || (kept.contains(c) && !entity) {
            encoded.push(c);
        } else {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                encoded.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    encoded
}

fn begins_entity(after: &str) -> bool {
    let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '#');
    end.is_some_and(|end| end > 0 && after.get(end..).is_some_and(|rest| rest.starts_with(';')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::sample;

    #[test]
    fn each_forge_has_its_own_addresses() {
        for (remote, commit_url, tag_url) in [
            ("github.com/a/b", "https://github.com/a/b/commit/", "https://github.com/a/b/releases/tag/api/v1%23x"),
            (
                "codeberg.org/a/b",
                "https://codeberg.org/a/b/commit/",
                "https://codeberg.org/a/b/releases/tag/api/v1%23x",
            ),
            (
                "gitlab.gnome.org/a/b/c",
                "https://gitlab.gnome.org/a/b/c/-/commit/",
                "https://gitlab.gnome.org/a/b/c/-/tags/api/v1%23x",
            ),
            ("bitbucket.org/a/b", "https://bitbucket.org/a/b/commits/", "https://bitbucket.org/a/b/src/api/v1%23x"),
        ] {
            let remote: Remote = remote.parse().unwrap();
            let id = sample::commit(0x12);
            assert_eq!(commit(Some(&remote), &id), Some(format!("{commit_url}{id}")));
            assert_eq!(tag(Some(&remote), &TagName::new("api/v1#x")), Some(tag_url.to_owned()));
        }
        let unknown: Remote = "git.example.org/a/b".parse().unwrap();
        assert_eq!(commit(Some(&unknown), &sample::commit(1)), None);
        assert_eq!(tag(None, &TagName::new("v1")), None);
    }

    #[test]
    fn vectors_and_weaknesses_have_pages() {
        let vector = "CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H";
        assert_eq!(calculator(vector).unwrap(), format!("https://www.first.org/cvss/calculator/3-1#{vector}"));
        assert!(calculator("CVSS:4.0/AV:N) <b>").unwrap().ends_with("/4-0#CVSS:4.0/AV:N%29%20%3Cb%3E"));
        assert_eq!((calculator("AV:N/AC:L/Au:N/C:P/I:P/A:P"), calculator("")), (None, None));
        assert_eq!(weakness("CWE-22").unwrap(), "https://cwe.mitre.org/data/definitions/22.html");
        assert_eq!((weakness("CWE-x"), weakness("22")), (None, None));
    }

    #[test]
    fn only_web_pages_are_linked_and_cannot_leave_the_link() {
        for url in [
            "javascript:alert(1)",
            "data:text/html,x",
            "//evil.example",
            "ftp://x.example/",
            "/etc/passwd",
            "",
            "https://github.com@evil.example/",
            "https://",
            "https:///x",
            "https://a b/",
            "javascript://https://x",
        ] {
            assert_eq!(web_page(url), None, "{url}");
        }
        assert_eq!(
            web_page("HTTPS://x.example/a(b)<c> \"d\"\n[e]?f=1&g=2&amp;#h{{i}}").unwrap(),
            "https://x.example/a%28b%29%3Cc%3E%20%22d%22%0A%5Be%5D?f=1&g=2%26amp;#h%7B%7Bi%7D%7D"
        );
        assert_eq!(web_page("https://x.example/%20é*").unwrap(), "https://x.example/%20%C3%A9%2A");
        assert_eq!(web_page(&format!("https://x.example/{}", "a".repeat(3000))), None);
    }

    #[test]
    fn the_page_of_the_record_is_for_its_own_id() {
        let report = sample::full();
        let entry = &report.advisories[0];
        assert!(advisory(entry, &entry.id).unwrap().contains("/acme/widget/security/advisories/"));
        assert_eq!(advisory(entry, &entry.aliases[0]).unwrap(), "https://www.cve.org/CVERecord?id=CVE-2026-24834");
        let hostile = Entry { page: Some("javascript:alert(1)".to_owned()), ..sample::entry("CVE-2024-1") };
        assert_eq!(advisory(&hostile, &hostile.id).unwrap(), "https://www.cve.org/CVERecord?id=CVE-2024-1");
    }
}
