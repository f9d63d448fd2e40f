use std::path::Path;

use super::*;
use crate::emit::splice::Placement;
use crate::history::{Line, Prereleases};

fn read(text: &str) -> Result<Config, ConfigError> {
    parse(text, &Place::named("repo/secnotes.toml"))
}

/// What a person sees for a file that is wrong.
fn report(text: &str) -> String {
    read(text).unwrap_err().to_string()
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn every_key_is_read() {
    let config = read(
        r#"
        [project]
        repository = "https://github.com/Owner/Name.git"
        packages = ["Go:github.com/owner/name", "npm:@scope/name", "Maven:org.example:tool"]
        [releases]
        pattern = ["v{version}", "rel-{version}-final"]
        prefix = "apisix/"
        include = ["v1.*"]
        exclude = "*-test*"
        prereleases = "exclude"
        line = "major"
        [advisories]
        paths = ["advisories", "/srv/osv/Go.zip"]
        include-withdrawn = true
        [notes]
        template = "templates/security.md.hbs"
        place = "before What's Changed"
        [publish]
        forge = "forgejo"
        url = "https://git.example.org/forge/api/v1/"
        [osv]
        confidence = "confirmed"
        id-prefix = "BIT"
        [feed]
        title = "Advisories of parcel"
        base-url = "https://example.org/advisories"
        [[link]]
        advisory = "GO-2026-4517"
        commits = ["6a67250"]
        reason = "its author says so"
        [[link]]
        advisory = "CVE-2026-1"
        not = "6a672503973bf7c687053e459bfff8a9652e16bf"
        "#,
    )
    .unwrap();
    let [link, not] = config.links.as_slice() else { panic!("{:?}", config.links) };
    assert_eq!((link.advisory.as_str(), link.commits.len(), &*link.reason), ("GO-2026-4517", 1, "its author says so"));
    assert_eq!((not.commits.len(), not.not.len()), (0, 1));
    assert_eq!((&*not.origin.file, not.origin.line), ("secnotes.toml", Some(31)));
    assert_eq!(config.project.repositories[0].as_str(), "github.com/owner/name");
    let packages: Vec<_> =
        config.project.packages.iter().map(|package| (&*package.ecosystem, &*package.name)).collect();
    assert_eq!(packages, [("Go", "github.com/owner/name"), ("npm", "@scope/name"), ("Maven", "org.example:tool")]);
    let releases = config.releases;
    assert_eq!(releases.patterns[1].to_string(), "rel-{version}-final");
    assert_eq!((releases.include, releases.exclude), (vec!["v1.*".into()], vec!["*-test*".into()]));
    assert_eq!((releases.prereleases, releases.line), (Prereleases::Exclude, Line::Major));
    assert_eq!(releases.prefix.as_deref(), Some("apisix/"));
    assert_eq!(config.advisories.paths, ["repo/advisories", "/srv/osv/Go.zip"].map(Place::named));
    assert!(config.advisories.include_withdrawn);
    assert_eq!(config.feed.title.as_deref(), Some("Advisories of parcel"));
    assert_eq!(config.feed.base_url.unwrap().as_str(), "https://example.org/advisories/");
    assert_eq!(config.notes.template, NotesTemplate::File(Place::named("repo/templates/security.md.hbs")));
    assert_eq!(config.notes.place, Some(Placement::Before("What's Changed".to_owned())));
    assert_eq!(config.publish.forge, Some(crate::model::Forge::Gitea));
    assert_eq!(config.publish.url.unwrap().to_string(), "https://git.example.org/forge/api/v1");
    assert_eq!(config.osv.least, crate::model::Confidence::Confirmed);
    assert_eq!(config.osv.id_prefix.unwrap().to_string(), "BIT");
}

#[test]
fn an_empty_file_is_the_default() {
    for text in ["", "# nothing\n", "[releases]\n"] {
        assert_eq!(read(text).unwrap(), Config { path: Some("repo/secnotes.toml".into()), ..Config::default() });
    }
}

#[test]
fn an_unknown_key_is_shown_with_its_line_and_the_nearest_key() {
    insta::assert_snapshot!(report("[releases]\nline = \"minor\"\n  patern = \"v{version}\" # ours\n"), @r#"
    unknown key `patern` in `[releases]`
     --> repo/secnotes.toml:3:3
      |
    3 |   patern = "v{version}" # ours
      |   ^^^^^^
      |
      = help: did you mean `pattern`?
    "#);
}

#[test]
fn every_problem_is_told_at_once_in_the_files_order() {
    let text =
        "prefix = \"x/\"\n[project]\ntemplate = 1\n[release]\n[advisories]\ninclude_withdrawn = true\nzzzz = 1\n";
    let report = report(text);
    insta::assert_snapshot!(report, @r#"
    unknown key `prefix`
     --> repo/secnotes.toml:1:1
      |
    1 | prefix = "x/"
      | ^^^^^^
      |
      = help: `prefix` belongs below `[releases]`

    error: unknown key `template` in `[project]`
     --> repo/secnotes.toml:3:1
      |
    3 | template = 1
      | ^^^^^^^^
      |
      = help: `template` belongs below `[notes]`

    error: unknown key `release`
     --> repo/secnotes.toml:4:2
      |
    4 | [release]
      |  ^^^^^^^
      |
      = help: did you mean `[releases]`?

    error: unknown key `include_withdrawn` in `[advisories]`
     --> repo/secnotes.toml:6:1
      |
    6 | include_withdrawn = true
      | ^^^^^^^^^^^^^^^^^
      |
      = help: did you mean `include-withdrawn`?

    error: unknown key `zzzz` in `[advisories]`
     --> repo/secnotes.toml:7:1
      |
    7 | zzzz = 1
      | ^^^^
      |
      = help: `[advisories]` knows `paths`, `include-withdrawn`, `max-age`
    "#);
}

#[test]
fn a_file_of_another_kind_does_not_flood_the_screen() {
    let text: String = (0..5000).map(|key| format!("dependency-{key} = 1\n")).collect();
    let report = report(&text);
    assert!(report.ends_with("and 4990 more in repo/secnotes.toml"), "{report}");
    assert!(report.lines().count() < 100);
}

#[test]
fn a_value_of_the_wrong_type_says_which_is_right() {
    for (text, says) in [
        ("[releases]\npattern = 3", "`pattern` needs a text or a list of texts, not an integer"),
        ("[releases]\nprefix = [\"a\"]", "`prefix` needs a text, not an array"),
        ("[advisories]\npaths = [\"a\", 1.5]", "`paths` needs a text in its list, not a float"),
        ("[advisories]\ninclude-withdrawn = \"no\"", "`include-withdrawn` needs true or false, not a string"),
        ("project = 2026-01-01", "`project` needs a table, not a datetime"),
        ("[[notes]]\ntemplate = \"kata\"", "`notes` needs a table, not an array"),
    ] {
        let report = report(text);
        assert!(report.starts_with(says), "{report}");
        assert!(report.contains("= help: write `"), "{report}");
    }
}

#[test]
fn a_value_that_cannot_be_says_how_to_mend_it() {
    for (text, says, mend) in [
        ("[releases]\npattern = \"v1\"", "`v1` needs {version} exactly once", "write `v{version}`"),
        ("[releases]\npattern = \"{version}-{version}\"", "exactly once", "v1.2.0"),
        ("[releases]\npattern = []", "no tag would be a release", "leave the key out"),
        ("[releases]\nprefix = \"\"", "cannot begin a tag's name", "leave the key out"),
        ("[releases]\ninclude = [\"v[1\"]", "`v[1` is not a glob", "v1.*"),
        ("[releases]\nline = \"patch\"", "`line` cannot be `patch`", "write `minor` or `major`"),
        ("[releases]\nprereleases = \"excluded\"", "cannot be `excluded`", "did you mean `exclude`?"),
        ("[project]\nrepository = \"../x\"", "`../x` is not the address", "https://github.com/owner/name"),
        ("[project]\npackages = [\"name\"]", "`name` is not a package", "Go:github.com/owner/name"),
        ("[project]\npackages = [\"go:github.com/a/b\"]", "no ecosystem `go`", "did you mean `Go:github.com/a/b`?"),
        ("[project]\npackages = [\"pip:x\"]", "no ecosystem `pip`", "did you mean `PyPI:x`?"),
        ("[project]\npackages = [\"qqqqqqqq:x\"]", "no ecosystem `qqqqqqqq`", "osv-schema"),
        ("[advisories]\npaths = [\" \"]", "is not a path", "relative to the folder of this file"),
        ("[notes]\ntemplate = \"defualt\"", "no built-in template `defualt`", "did you mean `default`?"),
        ("[notes]\ntemplate = \"fancy\"", "no built-in template", "`containerd`; a file ends in `.hbs`"),
        ("[osv]\nid-prefix = \"PARCEL\"", "`PARCEL` cannot begin the ids", "x_parcel"),
        ("[osv]\nconfidence = \"possible\"", "`confidence` cannot be `possible`", "`likely` or `confirmed`"),
        ("[feed]\ntitle = \" \"", "cannot be a title", "the project's name"),
        ("[feed]\nbase-url = \"file:///srv\"", "`file:///srv` is not the address of a folder", "https://example.org/"),
        ("[releases\n", "this is not TOML", "repo/secnotes.toml:1:"),
        ("[notes]\n[notes]\n", "this is not TOML: duplicate key", "repo/secnotes.toml:2:"),
    ] {
        let report = report(text);
        assert!(report.contains(says) && report.contains(mend), "{text}\n{report}");
    }
}

#[test]
fn hostile_text_does_not_reach_the_terminal() {
    let long = format!("\"{}\u{9b}\" = 1", "x".repeat(100_000));
    for text in [
        "\"a\\u001b[2Jb\\nc\" = 1",
        "[releases]\nline = \"\\u001b]0;x\\u0007\u{202e}\"",
        "[project]\npackages = [\"go:x\u{9b}31m\u{200b}\"]",
        "[project]\nrepository = \"\u{85}\u{e0001}\"",
        "[project]\u{1b}[31m\n",
        &long,
    ] {
        let report = report(text);
        let hostile = |c: char| (c.is_control() && c != '\n') || "\u{200b}\u{202e}\u{e0001}".contains(c);
        assert!(!report.contains(hostile), "{report:?}");
        assert!(report.len() < 2000, "{} bytes", report.len());
    }
}

#[test]
fn a_file_may_begin_with_a_byte_order_mark_and_end_its_lines_as_on_windows() {
    let folder = folder();
    let file = folder.path().join(FILE_NAME);
    std::fs::write(&file, "\u{feff}[releases]\r\nline = \"major\"\r\n").unwrap();
    let config = load(&Place::named(&file)).unwrap();
    assert_eq!((config.releases.line, config.path.as_deref()), (Line::Major, Some(&*file)));
}

#[test]
fn files_that_cannot_be_read_say_why() {
    let folder = folder();
    let file = folder.path().join(FILE_NAME);
    assert!(load(&Place::named(&file)).unwrap_err().to_string().contains("cannot be read"));
    std::fs::write(&file, b"# \xc3\xa4\n# x\xff\n").unwrap();
    assert!(
        load(&Place::named(&file))
            .unwrap_err()
            .to_string()
            .ends_with("byte 4 of line 2 cannot be read; save the file as UTF-8")
    );
    std::fs::write(&file, "#".repeat(1 << 20)).unwrap();
    assert!(load(&Place::named(&file)).is_ok());
    std::fs::write(&file, "#".repeat((1 << 20) + 1)).unwrap();
    assert!(load(&Place::named(&file)).unwrap_err().to_string().contains("is larger than 1048576 bytes"));
}

#[test]
fn the_file_is_found_upwards_and_not_outside_the_repository() {
    let folder = folder();
    let outer = folder.path().canonicalize().unwrap();
    let (repo, inner) = (outer.join("repo"), outer.join("repo/src/deep"));
    std::fs::create_dir_all(&inner).unwrap();
    std::fs::write(outer.join(FILE_NAME), "").unwrap();
    let enclosure = Enclosure::of_repository(&repo, &[], &Allowed::default()).unwrap();
    let find = |start: &Path| find(&enclosure, start).map(|place| place.as_path().to_owned());
    assert_eq!(find(&inner), None);
    std::fs::create_dir(repo.join("src").join(FILE_NAME)).unwrap();
    std::fs::write(repo.join(FILE_NAME), "").unwrap();
    assert_eq!(find(&inner), Some(repo.join(FILE_NAME)));
    // From elsewhere, as with a linked work tree, the repository's own counts.
    assert_eq!(find(&outer), Some(repo.join(FILE_NAME)));
    std::fs::write(inner.join(FILE_NAME), "").unwrap();
    assert_eq!(find(&inner), Some(inner.join(FILE_NAME)));
}

#[test]
fn a_path_of_a_repository_stays_within_it() {
    let folder = folder();
    let repo = folder.path().join("repo");
    std::fs::create_dir_all(repo.join(".git")).unwrap();
    std::fs::write(folder.path().join("outside.json"), "").unwrap();
    let enclosure = Enclosure::of_repository(&repo, &[&repo.join(".git")], &Allowed::default()).unwrap();
    let report = |text: &str| match parse(text, &Place::Enclosed(enclosure.path(FILE_NAME))) {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    };
    for (text, says) in [
        ("[advisories]\npaths = [\"ok\", \"../outside.json\"]", "`../outside.json` leads out of the repository"),
        ("[advisories]\npaths = [\"../nothing.json\"]", "`../nothing.json` leads out of the repository"),
        ("[source.files]\npaths = [\"/etc\"]", "`/etc` leads out of the repository"),
        ("[notes]\ntemplate = \"/proc/self/environ\"", "`/proc/self/environ` leads out of the repository"),
        ("[notes]\ntemplate = \"a/../../outside.json\"", "leads out of the repository"),
        ("[notes]\ntemplate = \".git\"", "`.git` leads into git's own folder"),
        ("[notes]\ntemplate = \"notes/later.hbs\"", ""),
        ("[source.osv]\nurl = \"http://127.1:80\"", "is on this machine"),
        ("[source.osv]\nbulk-url = \"https://[::1]/\"", "is on this machine"),
        ("[source.github]\nurl = \"http://localhost:9000\"", "[allow] hosts"),
        ("[source.github]\nurl = \"https://ghe.example.org/api/v3\"", ""),
    ] {
        let told = report(text);
        assert!(if says.is_empty() { told.is_empty() } else { told.contains(says) }, "{text}\n{told}");
    }
    assert!(report("[notes]\ntemplate = \"../x.hbs\"").contains("[allow] paths"));
}

#[test]
fn what_a_user_allows_is_whole_paths_and_hosts() {
    let read = |text: &str| {
        checked(text, Path::new("config.toml"), |root, problems| {
            user::config(root, Some(Path::new("/home/ada")), problems)
        })
    };
    let config = read("[allow]\npaths = [\"~/advisories\", \"/srv\"]\nhosts = \"LOCALHOST:80\"").unwrap();
    assert_eq!(config.paths, [Path::new("/home/ada/advisories"), Path::new("/srv")]);
    assert_eq!(config.services, ["localhost:80"]);
    for (text, says) in [
        ("[allow]\npaths = [\"advisories\"]", "is not a whole path"),
        ("[allow]\nhosts = [\"http://x/\"]", "is not a host"),
        ("[notes]\ntemplate = \"x\"", "unknown key `notes`"),
    ] {
        assert!(read(text).unwrap_err().to_string().contains(says), "{text}");
    }
}

#[test]
fn a_place_that_is_none_is_shown_with_the_ones_there_are() {
    insta::assert_snapshot!(report("[notes]\nplace = \"under-headings\"\n"), @r#"
    `place` cannot be `under-headings`
     --> repo/secnotes.toml:2:9
      |
    2 | place = "under-headings"
      |         ^^^^^^^^^^^^^^^^
      |
      = help: did you mean `under-heading`?
    "#);
    let told = report("[notes]\nplace = \"before\"\n");
    assert!(told.contains("or the heading that it goes before: `before What's Changed`"), "{told}");
}
