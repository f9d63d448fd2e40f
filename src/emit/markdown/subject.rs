//! Subjects of the project's own commits: what they refer to on its forge is linked.
//!
//! `#15` and `@name` mean something there, and a link says it without pinging anybody: GitHub and
//! GitLab leave mentions in links alone. Whoever wrote the subject may be anybody, so that all
//! else is escaped as titles are.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::escape;
use crate::emit::code_spans::{self, Part};
use crate::emit::links;
use crate::model::Remote;

/// What begins a word there: `#15`, `owner/name#15`, `GH-15`, GitLab's `!15`, and `@name`, which
/// is no package (`@angular/core`) and no address.
static REFERENCE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?x) (?P<before> ^ | [\s(\[,;:] )
        (?: (?P<project> [A-Za-z0-9][\w.-]*(?:/[A-Za-z0-9][\w.-]*)+ )? (?P<sign> [\#!] ) (?P<number> [1-9][0-9]{0,8} )
          | (?P<gh> GH- ) (?P<gh_number> [1-9][0-9]{0,8} )
          | @ (?P<name> [A-Za-z0-9](?:[A-Za-z0-9_.-]{0,60}[A-Za-z0-9])? ) )
        (?P<after> $ | [^\w/@-] )",
    )
    .ok()
});

/// The subject with links, for a line of text; not for the text of a link.
pub(super) fn linked(subject: &str, remote: Option<&Remote>) -> String {
    let mut out = String::new();
    let mut run: Vec<Part> = Vec::new();
    for part in code_spans::parts(&escape::shown(subject)) {
        let Part::Text(text) = part else {
            run.push(part);
            continue;
        };
        let mut rest = text.as_str();
        while let Some((start, end, link)) = first_reference(rest, remote) {
            run.push(Part::Text(rest.get(..start).unwrap_or_default().to_owned()));
            out.push_str(&escape::parts(std::mem::take(&mut run), out.is_empty()));
            out.push_str(&link);
            rest = rest.get(end..).unwrap_or_default();
        }
        run.push(Part::Text(rest.to_owned()));
    }
    out.push_str(&escape::parts(run, out.is_empty()));
    out
}

/// Where the first reference of a text begins and ends that has a page, and its link.
fn first_reference(text: &str, remote: Option<&Remote>) -> Option<(usize, usize, String)> {
    let (remote, pattern) = (remote?, REFERENCE.as_ref()?);
    let mut from = 0;
    loop {
        let found = pattern.captures_at(text, from)?;
        let (start, end) = (found.name("before")?.end(), found.name("after")?.start());
        if let Some(url) = page(&found, remote) {
            let label = text.get(start..end)?.replace('_', "\\_");
            return Some((start, end, format!("[{label}]({url})")));
        }
        from = end;
    }
}

fn page(found: &Captures<'_>, remote: &Remote) -> Option<String> {
    let number = |name: &str| found.name(name).and_then(|number| number.as_str().parse::<u64>().ok());
    if let Some(name) = found.name("name") {
        return links::person(remote, name.as_str());
    }
    if let Some(number) = number("gh_number") {
        return (remote.host() == "github.com").then(|| links::issue(remote, number)).flatten();
    }
    let of_project: Option<Remote> = match found.name("project") {
        Some(path) => Some(format!("{}/{}", remote.host(), path.as_str()).parse().ok()?),
        None => None,
    };
    let remote = of_project.as_ref().unwrap_or(remote);
    match found.name("sign")?.as_str() {
        "!" => links::merge_request(remote, number("number")?),
        _ => links::issue(remote, number("number")?),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::emit::markdown::referee::filters::found;
    use crate::emit::markdown::referee::hostile::hostile;
    use crate::emit::markdown::referee::page::{Page, bare};

    fn on(remote: &str, subject: &str) -> String {
        linked(subject, Some(&remote.parse().unwrap()))
    }

    #[test]
    fn references_of_the_project_become_links() {
        for (subject, expected) in [
            ("agent: check it (#15)", "agent: check it ([#15](https://github.com/a/b/issues/15))"),
            (
                "#1, GH-2: c/d#3.",
                "[#1](https://github.com/a/b/issues/1), [GH-2](https://github.com/a/b/issues/2): [c/d#3](https://github.com/c/d/issues/3).",
            ),
            ("Thanks @octo-cat!", "Thanks [@octo-cat](https://github.com/octo-cat)\\!"),
            ("@a and @b", "[@a](https://github.com/a) and [@b](https://github.com/b)"),
            ("bump @babel/core, C#7, a@b.org, #0", "bump `@babel/core`, `C#7`, `a@b.org`, `#0`"),
            ("`#15` of @a_b and !3", "`#15` of `@a_b` and `!3`"),
            ("Merge pull request #7 from x/y", "Merge pull request [#7](https://github.com/a/b/issues/7) from x/y"),
            ("*#5* [#6]", "\\*`#5`\\* \\[[#6](https://github.com/a/b/issues/6)\\]"),
        ] {
            assert_eq!(on("github.com/a/b", subject), expected, "{subject}");
        }
    }

    #[test]
    fn each_forge_has_its_own() {
        let gitlab = on("gitlab.example.org/a/b/c", "#1 !2 d/e/f!3 @x_y. GH-4");
        assert_eq!(
            gitlab,
            "[#1](https://gitlab.example.org/a/b/c/-/issues/1) [!2](https://gitlab.example.org/a/b/c/-/merge_requests/2) \
             [d/e/f!3](https://gitlab.example.org/d/e/f/-/merge_requests/3) [@x\\_y](https://gitlab.example.org/x_y). `GH-4`"
        );
        assert_eq!(on("bitbucket.org/a/b", "#1 @x"), "`#1` `@x`");
        assert_eq!(on("git.example.org/a/b", "#1 @x"), "`#1` `@x`");
        assert_eq!(linked("#1 @x", None), "`#1` `@x`");
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_hostile_subject_is_text_and_links_of_the_forge(subject in hostile()) {
            for remote in ["github.com/a/b", "gitlab.com/a/b"] {
                let printed = on(remote, &subject);
                let page = Page::of(&printed);
                prop_assert_eq!(bare(&page.text), bare(&escape::visible(&subject)), "{:?}", printed);
                prop_assert_eq!(found(&page), Vec::<String>::new(), "{:?}", printed);
                let host = format!(" link https://{}/", remote.split('/').next().unwrap());
                for node in page.nodes.iter().skip(2) {
                    prop_assert!(node.ends_with(" text") || node.contains(&host), "{} in {:?}", node, printed);
                }
            }
        }
    }
}
