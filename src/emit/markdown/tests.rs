use super::*;
use crate::emit::sample;
use crate::inventory::Move;
use crate::join::packages::Informational;
use crate::ledger::{Entry, Scope, Status};
use crate::model::{Disclosure, Evidence, EvidenceKind, SeverityLevel, TagName, Timestamp};

fn render(report: &ReleaseReport, template: &Template) -> Result<String, TemplateError> {
    super::render(report, template, &Limits::default()).map(|section| section.text)
}

const DEFAULT: Template = Template::BuiltIn(BuiltIn::Default);
const CVE_LIST: Template = Template::BuiltIn(BuiltIn::CveList);

/// The example of `templates/README.md`, exactly as it stands there.
fn example() -> &'static str {
    let readme = include_str!("../../../templates/README.md");
    let (_, after) = readme.split_once("```handlebars\n").unwrap();
    after.split_once("```").unwrap().0
}

#[test]
fn the_default_notes_read_well() {
    insta::assert_snapshot!(render(&sample::full(), &DEFAULT).unwrap(), @"
    ## Security

    This release fixes 1 critical and 1 unrated vulnerabilities, and 1 in dependencies.

    ### [GHSA-wwj6-vghv-5p64](https://github.com/acme/widget/security/advisories/GHSA-wwj6-vghv-5p64): Guest can write to the host's files through a shared mount

    - Severity: **Critical** (9.3) [`CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H`](https://www.first.org/cvss/calculator/3-1#CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H), by CVE-2026-24834
    - Also known as [CVE-2026-24834](https://www.cve.org/CVERecord?id=CVE-2026-24834)
    - Weakness: [CWE-22](https://cwe.mitre.org/data/definitions/22.html)
    - Affected: 1.9.3 and earlier; 1.10.0 to 2.0.1
    - Upgrade to [2.1.0](https://github.com/acme/widget/releases/tag/2.1.0); on other lines to [1.9.4](https://github.com/acme/widget/releases/tag/1.9.4), [2.0.2](https://github.com/acme/widget/releases/tag/2.0.2)
    - Not fixed in 1.10.x
    - Workaround: Mount nothing that a guest may not write to.
    - Fixed by [#12](https://github.com/acme/widget/pull/12) runtime: mount shared folders read-only
    - Fixed by [`7bababababab`](https://github.com/acme/widget/commit/7bababababababababababababababababababab) Merge commit from fork
    - Reported by Jane Doe
    - Fixed by octocat

    ### [GHSA-2222-3333-4444](https://github.com/advisories/GHSA-2222-3333-4444)

    - Fixed by [`8cababababab`](https://github.com/acme/widget/commit/8cababababababababababababababababababab) agent: check the policy before exec

    ### Dependencies

    - **golang.org/x/net** 0.37.0 → 0.38.0 ([#41](https://github.com/acme/widget/pull/41)): [CVE-2025-22872](https://www.cve.org/CVERecord?id=CVE-2025-22872), Medium: Incorrect neutralization of input
    ");
}

#[test]
fn the_notes_of_kata_list_the_cves() {
    insta::assert_snapshot!(render(&sample::full(), &CVE_LIST).unwrap(), @"
    ## Security

    CVEs addressed in this release:

    - [CVE-2026-24834](https://www.cve.org/CVERecord?id=CVE-2026-24834), **Critical** (9.3): Guest can write to the host's files through a shared mount ([advisory](https://github.com/acme/widget/security/advisories/GHSA-wwj6-vghv-5p64))
      - [`CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H`](https://www.first.org/cvss/calculator/3-1#CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H)
      - Affected: 1.9.3 and earlier; 1.10.0 to 2.0.1
      - Fixed in [1.9.4](https://github.com/acme/widget/releases/tag/1.9.4), [2.0.2](https://github.com/acme/widget/releases/tag/2.0.2), [2.1.0](https://github.com/acme/widget/releases/tag/2.1.0)
      - Workaround: Mount nothing that a guest may not write to.
      - Fixed by [#12](https://github.com/acme/widget/pull/12), [`7bababababab`](https://github.com/acme/widget/commit/7bababababababababababababababababababab)
      - Reported by Jane Doe
      - Fixed by octocat
    - [GHSA-2222-3333-4444](https://github.com/advisories/GHSA-2222-3333-4444) (no CVE assigned)
      - Fixed by [`8cababababab`](https://github.com/acme/widget/commit/8cababababababababababababababababababab)

    CVEs of dependencies addressed in this release:

    - golang.org/x/net 0.37.0 → 0.38.0: [CVE-2025-22872](https://www.cve.org/CVERecord?id=CVE-2025-22872) (Medium)

    All published advisories: https://github.com/acme/widget/security/advisories
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
     [CVE-2025-22872](https://www.cve.org/CVERecord?id=CVE-2025-22872) (Medium)
    ");
}

#[test]
fn the_folding_of_the_readme_works_as_it_stands() {
    let readme = include_str!("../../../templates/README.md");
    let text = readme.split("```handlebars\n").nth(2).unwrap().split_once("```").unwrap().0;
    let notes = render(&sample::full(), &Template::from_text("fold", text).unwrap()).unwrap();
    insta::assert_snapshot!(notes, @"
    - **golang.org/x/net** 0.37.0 → 0.38.0: 1 (1 Medium)

      <details><summary>Which</summary>

      [CVE-2025-22872](https://www.cve.org/CVERecord?id=CVE-2025-22872)

      </details>
    ");
}

#[test]
fn nothing_to_announce_is_nothing_at_all() {
    let mut report = sample::full();
    for entry in &mut report.advisories {
        entry.status = Status::Reverted;
    }
    let text = Template::from_text("t", "Security: {{len advisories}}").unwrap();
    for template in [DEFAULT, CVE_LIST, text] {
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
    for template in [DEFAULT, CVE_LIST, plain] {
        let text = render(&report, &template).unwrap();
        assert!(text.starts_with("> [!CAUTION]\n> **PRIVATE") && text.contains("GHSA-wwj6-vghv-5p64"), "{text}");
    }
}

#[test]
fn dependencies_alone_have_no_list_of_fixes() {
    let mut report = sample::full();
    report.advisories.retain(|entry| entry.scope == Scope::Dependency);
    report.remote = None;
    insta::assert_snapshot!(render(&report, &DEFAULT).unwrap(), @"
    ## Security

    This release fixes 1 vulnerability in dependencies.

    ### Dependencies

    - **golang.org/x/net** 0.37.0 → 0.38.0 (pull request 41): [CVE-2025-22872](https://www.cve.org/CVERecord?id=CVE-2025-22872), Medium: Incorrect neutralization of input
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
    assert!(two.starts_with("&lt;script>alert(1)&lt;/script> \\*x\\*"), "{two}");
}

#[test]
fn a_hostile_tag_cannot_leave_its_link() {
    let mut report = sample::full();
    report.release.tag = Some(TagName::new("v1](https://evil.example)<b>"));
    let template = Template::from_text("t", "{{release.link}}").unwrap();
    assert_eq!(
        render(&report, &template).unwrap(),
        "[v1\\](`https://evil.example`)&lt;b>]\
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

/// A report with the sample's update of a dependency alone.
fn of_dependency(change: &dyn Fn(&mut Entry, usize), times: usize) -> String {
    let mut report = sample::full();
    let sample = report.advisories.remove(2);
    report.advisories = (0..times)
        .map(|at| {
            let id = format!("CVE-2025-{}", 1000 + at);
            let mut entry = Entry { id: id.parse().unwrap(), aliases: Vec::new(), ..sample.clone() };
            change(&mut entry, at);
            entry
        })
        .collect();
    report.remote = None;
    let notes = render(&report, &DEFAULT).unwrap();
    notes.split_once("### Dependencies\n\n").unwrap().1.to_owned()
}

#[test]
fn many_vulnerabilities_of_a_package_are_a_number_and_their_ids() {
    let notes = of_dependency(
        &|entry, at| {
            entry.severity.level = if at == 2 { SeverityLevel::High } else { SeverityLevel::Unknown };
            entry.fix.pull_requests = (40..45).collect();
            let package = entry.package.as_mut().unwrap();
            package.informational = (at == 0).then_some(Informational::Unsound);
        },
        4,
    );
    insta::assert_snapshot!(notes, @"
    - **golang.org/x/net** 0.37.0 → 0.38.0 (pull request 40, pull request 41 and 3 more): 4 vulnerabilities (1 High, 1 unsound): [CVE-2025-1002](https://www.cve.org/CVERecord?id=CVE-2025-1002), [CVE-2025-1003](https://www.cve.org/CVERecord?id=CVE-2025-1003), [CVE-2025-1001](https://www.cve.org/CVERecord?id=CVE-2025-1001), [CVE-2025-1000](https://www.cve.org/CVERecord?id=CVE-2025-1000)
    ");
}

#[test]
fn what_a_package_was_known_for_when_it_went_is_counted() {
    let notes = of_dependency(
        &|entry, at| {
            entry.status = Status::Removed;
            let package = entry.package.as_mut().unwrap();
            package.to.clear();
            package.moves[0].to = None;
            // The release is of 2026-02-19.
            match at {
                0 => entry.id = "CVE-2021-1".parse().unwrap(),
                1 => entry.published = Some(Timestamp::new("2024-02-18T00:00:00Z")),
                2 => entry.published = Some(Timestamp::new("2024-02-21T00:00:00Z")),
                _ => entry.evidence.push(Evidence::new(EvidenceKind::MessageId, None, "names it")),
            }
        },
        4,
    );
    insta::assert_snapshot!(notes, @"
    - **golang.org/x/net** 0.37.0 removed (pull request 41); 2 more known for over two years
      - [CVE-2025-1003](https://www.cve.org/CVERecord?id=CVE-2025-1003), Medium: Incorrect neutralization of input
      - [CVE-2025-1002](https://www.cve.org/CVERecord?id=CVE-2025-1002), Medium: Incorrect neutralization of input
    ");
    let gone = of_dependency(
        &|entry, _| {
            entry.status = Status::Removed;
            entry.id = "CVE-2018-1".parse().unwrap();
            entry.package.as_mut().unwrap().moves[0].to = None;
        },
        1,
    );
    insta::assert_snapshot!(gone, @"Removed: **golang.org/x/net** 0.37.0 (1 vulnerability).");
    let named = of_dependency(
        &|entry, _| {
            entry.status = Status::Removed;
            entry.id = "CVE-2018-1".parse().unwrap();
            entry.evidence.push(Evidence::new(EvidenceKind::MessageId, None, "names it"));
        },
        1,
    );
    assert!(named.starts_with("- **golang.org/x/net**") && named.contains("[CVE-2018-1]"), "{named}");
}

#[test]
fn go_is_one_package_and_a_vulnerability_of_two_packages_is_told_once() {
    let notes = of_dependency(
        &|entry, at| {
            entry.id = "CVE-2025-22870".parse().unwrap();
            let package = entry.package.as_mut().unwrap();
            package.name = ["stdlib", "golang.org/x/net", "toolchain"][at].to_owned();
            package.moves = vec![Move { from: "1.24.12".to_owned(), to: Some("1.24.13".to_owned()) }];
        },
        3,
    );
    insta::assert_snapshot!(notes, @"
    - **Go** 1.24.12 → 1.24.13 (pull request 41): [CVE-2025-22870](https://www.cve.org/CVERecord?id=CVE-2025-22870), Medium: Incorrect neutralization of input in x/net
    - **golang.org/x/net** 1.24.12 → 1.24.13 (pull request 41): [CVE-2025-22870](https://www.cve.org/CVERecord?id=CVE-2025-22870)
    ");
}

#[test]
fn what_came_is_told_before_what_stays() {
    let mut report = sample::full();
    report.dependencies.include_affected = true;
    let sample = report.advisories.remove(2);
    let entry = |name: &str, status, fixed_in: Option<&str>| {
        let mut entry = Entry { status, id: "CVE-2026-7".parse().unwrap(), aliases: Vec::new(), ..sample.clone() };
        let package = entry.package.as_mut().unwrap();
        (package.name, package.affected) = (name.to_owned(), vec!["0.9.0".to_owned()]);
        package.fixed_in = fixed_in.map(str::to_owned);
        entry
    };
    report.advisories = vec![entry("a", Status::Affected, None), entry("b", Status::Introduced, Some("0.9.1"))];
    let notes = render(&report, &DEFAULT).unwrap();
    insta::assert_snapshot!(notes, @"
    ## Security

    ### Known vulnerabilities in dependencies

    - **b** 0.9.0, 1 new in this release, fixed in 0.9.1: [CVE-2026-7](https://www.cve.org/CVERecord?id=CVE-2026-7), Medium: Incorrect neutralization of input in x/net
    - **a** 0.9.0, not fixed yet: [CVE-2026-7](https://www.cve.org/CVERecord?id=CVE-2026-7)
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

/// The page shows each template with what it makes of one release. `SECNOTES_WRITE_DOCS=1` writes it anew.
#[test]
fn every_built_in_template_is_shown_with_its_output() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/templates.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (mut whole, mut rest) = (String::new(), page.as_str());
    for built_in in BuiltIn::all() {
        let heading = format!("\n## `{}`\n", built_in.name());
        let (before, after) = rest.split_once(&heading).unwrap_or_else(|| panic!("no section of {heading}"));
        let (words, shown) = after.split_once("\n````markdown\n").unwrap();
        let (_, after) = shown.split_once("````\n").unwrap();
        let notes = render(&sample::full(), &Template::BuiltIn(built_in)).unwrap();
        whole.push_str(&format!("{before}{heading}{words}\n````markdown\n{notes}````\n"));
        rest = after;
    }
    whole.push_str(rest);
    if std::env::var_os("SECNOTES_WRITE_DOCS").is_some() {
        std::fs::write(&path, &whole).unwrap();
    }
    assert_eq!(page, whole, "SECNOTES_WRITE_DOCS=1 writes it");
}

/// A release with so many advisories that a forge would cut it off.
fn huge(own: usize, dependencies: usize, summary: &str) -> ReleaseReport {
    let mut report = sample::full();
    let (of_project, of_package) = (report.advisories[0].clone(), report.advisories[2].clone());
    let named = |entry: &Entry, year: usize, at: usize| Entry {
        id: format!("CVE-{year}-{}", 10_000 + at).parse().unwrap(),
        aliases: Vec::new(),
        summary: Some(summary.to_owned()),
        ..entry.clone()
    };
    report.advisories = (0..own).map(|at| named(&of_project, 2025, at)).collect();
    report.advisories.extend((0..dependencies).map(|at| named(&of_package, 2024, at)));
    report
}

#[test]
fn what_a_forge_would_cut_off_is_shortened_and_says_so() {
    let limits = Limits::default();
    for template in BuiltIn::all().map(Template::BuiltIn) {
        let own = super::render(&huge(800, 3, &"long ".repeat(60)), &template, &limits).unwrap();
        assert!(own.text.chars().count() <= 125_000 && own.text.contains("CVE-2025-10000"));
        assert!(own.left_out.to_string().contains("advisories of the project"), "{}", own.left_out);
        assert!(own.text.ends_with(&format!("_Shortened to 125000 characters, without {}._\n", own.left_out)));
    }
    let many = super::render(&huge(3, 2_000, "x"), &DEFAULT, &limits).unwrap();
    assert!(many.text.contains("CVE-2025-10000") && many.text.contains("2000 vulnerabilities"), "{}", many.text);
    assert_eq!(many.left_out.to_string(), "2000 ids of vulnerabilities of dependencies");
    let whole = super::render(&sample::full(), &DEFAULT, &limits).unwrap();
    assert!(whole.left_out.is_empty() && !whole.text.contains("Shortened"));
}

#[test]
fn a_pull_request_is_named_once_and_code_keeps_its_empty_lines() {
    let mut report = sample::full();
    let by = &mut report.advisories[0].fix.by[0];
    by.commit.subject = "mount: no writes (#12)".to_owned();
    let code = crate::model::Block::Code { language: None, text: "a {{x}}\n\n\nb".to_owned() };
    report.advisories[0].texts.impact.blocks.push(code);
    let template = Template::BuiltIn(BuiltIn::KServe);
    let notes = render(&report, &template).unwrap();
    assert!(notes.contains("pull/12) mount: no writes;"), "{notes}");
    assert!(notes.contains("\n\n\nb"), "{notes}");
}

#[test]
fn what_does_not_fit_at_all_is_an_error() {
    let limits = Limits { section: 60, ..Limits::default() };
    let error = super::render(&sample::full(), &DEFAULT, &limits).unwrap_err();
    assert!(error.to_string().contains("--limit section"), "{error}");
}

#[test]
fn what_was_announced_and_is_withdrawn_stays_struck() {
    let mut report = sample::empty();
    report.withdrawn.push(crate::ledger::Withdrawn {
        id: "GHSA-5555-6666-7777".parse().unwrap(),
        aliases: Vec::new(),
        summary: Some("No *bug*".to_owned()),
        time: Some(Timestamp::new("2026-03-04T05:06:07Z")),
        page: None,
    });
    for template in BuiltIn::all().map(Template::BuiltIn) {
        let notes = render(&report, &template).unwrap();
        let line = notes.lines().find(|line| line.contains("GHSA-5555-6666-7777")).unwrap();
        assert!(line.contains("~~") && line.contains("(withdrawn 2026-03-04)") && !line.contains("*bug*"), "{line}");
    }
}

#[test]
fn a_part_is_taken_in_at_the_top_alone() {
    let notes = |text: &str| Template::from_text("t", text).map(|template| render(&sample::full(), &template).unwrap());
    assert!(notes("{{#if packages}}\n{{> packages}}\n{{/if}}\n").unwrap().starts_with("- **golang.org/x/net**"));
    for (text, wrong) in [
        ("{{#each advisories}}{{> packages}}{{/each}}", "outside of these"),
        ("{{> default}}", "the part `default` cannot be used: there are `{{> announced}}`"),
        ("{{> packages x=1}}", "parameters"),
        ("{{#> packages}}{{/packages}}", "a block of a part"),
        ("{{> (lookup this \"id\")}}", "cannot be used"),
    ] {
        let error = notes(text).unwrap_err().to_string();
        assert!(error.contains(wrong), "{text}: {error}");
    }
}
