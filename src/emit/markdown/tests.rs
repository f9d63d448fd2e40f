use super::*;
use crate::emit::sample;
use crate::ledger::{Scope, Status};
use crate::model::{Disclosure, TagName};

fn render(report: &ReleaseReport, template: &Template) -> Result<String, TemplateError> {
    super::render(report, template, &Limits::default())
}

/// The example of `templates/README.md`, exactly as it stands there.
fn example() -> &'static str {
    let readme = include_str!("../../../templates/README.md");
    let (_, after) = readme.split_once("```handlebars\n").unwrap();
    after.split_once("```").unwrap().0
}

#[test]
fn the_default_notes_read_well() {
    insta::assert_snapshot!(render(&sample::full(), &Template::Default).unwrap(), @"
    ## Security

    ### [GHSA-wwj6-vghv-5p64](https://github.com/acme/widget/security/advisories/GHSA-wwj6-vghv-5p64): Guest can write to the host's files through a shared mount

    - Severity: **Critical** `CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H`
    - Also known as [CVE-2026-24834](https://www.cve.org/CVERecord?id=CVE-2026-24834)
    - Fixed by [`6aababababab`](https://github.com/acme/widget/commit/6aababababababababababababababababababab) runtime: mount shared folders read-only
    - Merged by [`7bababababab`](https://github.com/acme/widget/commit/7bababababababababababababababababababab) Merge commit from fork
    - Also fixed in [1.9.4](https://github.com/acme/widget/releases/tag/1.9.4), [2.0.2](https://github.com/acme/widget/releases/tag/2.0.2)
    - Reported by Jane Doe
    - Fixed by octocat

    ### [GHSA-2222-3333-4444](https://github.com/advisories/GHSA-2222-3333-4444)

    - Fixed by [`8cababababab`](https://github.com/acme/widget/commit/8cababababababababababababababababababab) agent: check the policy before exec

    ### Dependencies

    - **golang.org/x/net** 0.37.0 → 0.38.0 ([#41](https://github.com/acme/widget/pull/41); [`9dababababab`](https://github.com/acme/widget/commit/9dababababababababababababababababababab))
      - [CVE-2025-22872](https://www.cve.org/CVERecord?id=CVE-2025-22872), [GO-2025-3595](https://pkg.go.dev/vuln/GO-2025-3595), Medium: Incorrect neutralization of input in x/net
    ");
}

#[test]
fn the_notes_of_kata_list_the_cves() {
    insta::assert_snapshot!(render(&sample::full(), &Template::Kata).unwrap(), @"
    ## Security

    CVEs addressed in this release:

    - [CVE-2026-24834](https://www.cve.org/CVERecord?id=CVE-2026-24834), **Critical**: Guest can write to the host's files through a shared mount ([advisory](https://github.com/acme/widget/security/advisories/GHSA-wwj6-vghv-5p64))
      - `CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H`
      - Fixed by [`6aababababab`](https://github.com/acme/widget/commit/6aababababababababababababababababababab), [`7bababababab`](https://github.com/acme/widget/commit/7bababababababababababababababababababab)
      - Reported by Jane Doe
      - Fixed by octocat
    - [GHSA-2222-3333-4444](https://github.com/advisories/GHSA-2222-3333-4444) (no CVE assigned)
      - Fixed by [`8cababababab`](https://github.com/acme/widget/commit/8cababababababababababababababababababab)

    CVEs of dependencies addressed in this release:

    - [CVE-2025-22872](https://www.cve.org/CVERecord?id=CVE-2025-22872), **Medium**: golang.org/x/net 0.37.0 → 0.38.0 ([`9dababababab`](https://github.com/acme/widget/commit/9dababababababababababababababababababab))
    ");
}

#[test]
fn the_example_of_the_readme_works_as_it_stands() {
    let template = Template::from_text("example", example()).unwrap();
    insta::assert_snapshot!(render(&sample::full(), &template).unwrap(), @"
    ## Security fixes in [2.1.0](https://github.com/acme/widget/releases/tag/2.1.0) (2026-02-19)

    - **Critical** [GHSA-wwj6-vghv-5p64](https://github.com/acme/widget/security/advisories/GHSA-wwj6-vghv-5p64) / [CVE-2026-24834](https://www.cve.org/CVERecord?id=CVE-2026-24834): Guest can write to the host's files through a shared mount
      - [`6aababababab`](https://github.com/acme/widget/commit/6aababababababababababababababababababab) runtime: mount shared folders read-only
    - [GHSA-2222-3333-4444](https://github.com/advisories/GHSA-2222-3333-4444)
      - [`8cababababab`](https://github.com/acme/widget/commit/8cababababababababababababababababababab) agent: check the policy before exec

    golang.org/x/net 0.37.0 → 0.38.0:
     [CVE-2025-22872](https://www.cve.org/CVERecord?id=CVE-2025-22872)
    ");
}

#[test]
fn nothing_to_announce_is_nothing_at_all() {
    let mut report = sample::full();
    for entry in &mut report.advisories {
        entry.status = Status::Reverted;
    }
    let text = Template::from_text("t", "Security: {{len advisories}}").unwrap();
    for template in [Template::Default, Template::Kata, text] {
        for private in [false, true] {
            assert_eq!(render(&ReleaseReport { private, ..sample::empty() }, &template).unwrap(), "");
            assert_eq!(render(&ReleaseReport { private, ..report.clone() }, &template).unwrap(), "");
        }
    }
}

#[test]
fn private_notes_begin_with_a_warning_whatever_the_template() {
    let mut report = sample::full();
    report.private = true;
    report.advisories[0].disclosure = Disclosure::Draft;
    let plain = Template::from_text("t", "{{#each advisories}}{{id}} {{/each}}").unwrap();
    for template in [Template::Default, Template::Kata, plain] {
        let text = render(&report, &template).unwrap();
        assert!(text.starts_with("> [!CAUTION]\n> **PRIVATE") && text.contains("GHSA-wwj6-vghv-5p64"), "{text}");
    }
}

#[test]
fn dependencies_alone_have_no_list_of_fixes() {
    let mut report = sample::full();
    report.advisories.retain(|entry| entry.scope == Scope::Dependency);
    report.remote = None;
    insta::assert_snapshot!(render(&report, &Template::Default).unwrap(), @"
    ## Security

    ### Dependencies

    - **golang.org/x/net** 0.37.0 → 0.38.0 (pull request 41; `9dababababab`)
      - [CVE-2025-22872](https://www.cve.org/CVERecord?id=CVE-2025-22872), [GO-2025-3595](https://pkg.go.dev/vuln/GO-2025-3595), Medium: Incorrect neutralization of input in x/net
    ");
}

#[test]
fn two_braces_and_three_are_equally_safe() {
    let mut report = sample::full();
    report.advisories[0].summary = Some("<script>alert(1)</script> *x* {{private}}".to_owned());
    let render_with = |text: &str| render(&report, &Template::from_text("t", text).unwrap()).unwrap();
    let [two, three, and] = ["{{summary}}", "{{{summary}}}", "{{&summary}}"]
        .map(|tag| render_with(&format!("{{{{#each advisories}}}}{tag}\n{{{{/each}}}}")));
    assert!(two == three && two == and);
    assert!(two.starts_with("\\<script\\>alert(1)\\</script\\> \\*x\\*"), "{two}");
}

#[test]
fn a_hostile_tag_cannot_leave_its_link() {
    let mut report = sample::full();
    report.release.tag = Some(TagName::new("v1](https://evil.example)<b>"));
    let template = Template::from_text("t", "{{release.link}}").unwrap();
    assert_eq!(
        render(&report, &template).unwrap().replace(escape::JOINER, ""),
        "[v1\\](https://evil.example)\\<b\\>]\
         (https://github.com/acme/widget/releases/tag/v1%5D%28https%3A//evil.example%29%3Cb%3E)\n"
    );
}

#[test]
fn names_of_blocks_and_outer_fields_are_what_the_check_takes_them_for() {
    let text = "{{#each advisories as |entry place|}}{{#each entry.fix.commits as |commit|}}\
                {{place}}.{{@index}} {{commit.short}} {{entry.id}} {{../id}} {{@root.release.tag}} {{this.role}}\
                {{#with ../severity as |s|}} {{s.level}} {{level}} {{../short}} {{@first}}{{/with}}\
                {{#if (eq role \"merge\")}} merge{{else if merge}} never{{else}} fix{{/if}}\n{{/each}}{{/each}}";
    insta::assert_snapshot!(render(&sample::full(), &Template::from_text("t", text).unwrap()).unwrap(), @r"
    0.0 6aababababab GHSA-wwj6-vghv-5p64 GHSA-wwj6-vghv-5p64 2.1.0 fix critical critical 6aababababab true fix
    0.1 7bababababab GHSA-wwj6-vghv-5p64 GHSA-wwj6-vghv-5p64 2.1.0 merge critical critical 7bababababab false merge
    1.0 8cababababab GHSA-2222-3333-4444 GHSA-2222-3333-4444 2.1.0 fix unknown unknown 8cababababab true fix
    ");
}

proptest::proptest! {
    #[test]
    fn an_accepted_template_renders_and_no_text_panics(pieces in proptest::collection::vec(
        proptest::sample::select(vec![
            "{{", "}}", "{{{", "}}}", "{{{{", "}}}}", "#", "/", "if ", "each ", "with ", "unless ", "else", "{{else}}", "^", "~", ">", "*", "inline ", "!", "--",
            "(", ")", "eq ", "not ", "len ", "[", "]", "{", "}", "\"", "'", ":", ",", "=", "|", " as |x|", " as |x y|", "x", "y", "@root.", "@first", "@index",
            "../", "./", "this", ".", " ", "\n", "\\", "&", "release", "release.tag", "advisories", "dependencies", "cves", "private", "id", "fix", "fix.commits",
            "summary", "1", "true", "null", "{{#each advisories}}", "{{/each}}", "{{#if private}}", "{{/if}}", "{{#with fix}}", "{{/with}}", "{{id}}",
            "{{#each fix.commits}}", "{{else if (eq id \"x\")}}", "{{> x}}", "{{#*inline \"x\"}}", "{{/inline}}", "{{~else~}}",
        ]), 0..14)) {
        if let Ok(template) = Template::from_text("t", &pieces.concat()) {
            render(&sample::full(), &template).unwrap();
            let mut sparse = sample::full();
            sparse.advisories = vec![sample::entry("CVE-2024-1")];
            render(&sparse, &template).unwrap();
        }
    }
}
