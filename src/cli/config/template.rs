//! The `secnotes.toml` that `secnotes init` writes.

use std::fmt::Write as _;

use crate::compile::PackageRule;
use crate::history::TagPattern;
use crate::model::{Remote, line};

/// What was seen in a repository.
#[derive(Clone, Debug, Default)]
pub struct InitFacts {
    /// The addresses of its remotes, the first for links.
    pub remotes: Vec<Remote>,
    /// The patterns that fit its tags; empty if the common ones do. Texts that
    /// are no pattern are left out.
    pub tag_pattern: Vec<String>,
    /// The packages of a repository that has several.
    pub package_rules: Vec<PackageRule>,
    /// What the tags of the package begin with, in a monorepo.
    pub prefix: Option<String>,
    /// Packages to name, as ecosystem, colon and name.
    pub packages: Vec<String>,
    /// Tags to show as examples.
    pub example_tags: ExampleTags,
    /// Whether there are alpha, beta or candidate tags.
    pub prereleases_seen: bool,
    /// Which tags look like releases and are none, in words.
    pub passed_over: Option<String>,
    /// Folders of the repository that hold advisories.
    pub advisories: Vec<String>,
}

/// A few tags of a repository, by what the rules make of them.
#[derive(Clone, Debug, Default)]
pub struct ExampleTags {
    /// Tags that are releases.
    pub accepted: Vec<String>,
    /// Tags that are none.
    pub refused: Vec<String>,
}

/// The text of a configuration: every key with a line that explains it, and
/// commented out where it only repeats the default.
#[must_use]
pub fn commented(facts: &InitFacts) -> String {
    let mut file = Writer(String::new());
    file.note("What secnotes cannot see in the repository itself. Every key is optional;");
    file.note("those that are commented out show the default, or an example where there is none.");
    project(&mut file, facts);
    releases(&mut file, facts);
    package_rules(&mut file, &facts.package_rules);

    file.section("advisories");
    file.note("Files, folders and OSV archives of advisories, relative to this file's folder, within the repository.");
    if facts.advisories.is_empty() {
        file.default("paths", "[]");
    } else {
        file.set("paths", &list(&facts.advisories));
    }
    file.note("Show advisories that were taken back after publication.");
    file.default("include-withdrawn", "false");

    file.note("How old what `secnotes sync` fetched may be; older data makes the exit code 4. By default any age.");
    file.default("max-age", "\"7d\"");

    file.section("source.github");
    file.note("`secnotes sync` asks GitHub's API for the advisories of the project's repositories, and the global");
    file.note("database for its packages and for ids that commits name. The token is GH_TOKEN or GITHUB_TOKEN.");
    file.default("enabled", "true");
    file.note("The API's address; a GitHub Enterprise server's is https://HOST/api/v3.");
    file.default("url", "\"https://api.github.com\"");
    file.note("Repositories whose own advisories are read; by default the project's.");
    file.default("repositories", "[\"owner/name\"]");
    file.note("Whether to ask the global database, and ecosystems of it to keep whole.");
    file.default("global", "true");
    file.default("ecosystems", "[]");

    file.section("source.osv");
    file.note("OSV's API is asked for the project's packages and for ids that commits name.");
    file.default("enabled", "true");
    file.default("url", "\"https://api.osv.dev\"");
    file.note("Ecosystems to keep whole, from OSV's archives, and where these are.");
    file.default("ecosystems", "[]");
    file.default("bulk-url", "\"https://osv-vulnerabilities.storage.googleapis.com\"");
    file.note("Whether to ask for what the project depends on, by the names of packages in its lock files.");
    file.default("dependencies", "true");

    file.section("source.files");
    file.note(
        "Files, folders, zip archives and git checkouts of records within the repository, which `sync` takes in.",
    );
    file.default("paths", "[]");

    file.section("network");
    file.note("How long a server may be silent, how often a request is tried, the first wait between two tries");
    file.note("(it doubles), and how long a sync may wait in all.");
    file.default("timeout", "\"30s\"");
    file.default("tries", "6");
    file.default("wait", "\"1s\"");
    file.default("budget", "\"10m\"");

    file.section("notes");
    file.note("How the Security section looks: \"default\", \"table\", \"cve-list\", \"keepachangelog\", \"compact\", \"details\", a");
    file.note("project's own form (\"kata\", \"kserve\", \"kmesh\", \"kubesphere\", \"bitnami\", \"containerd\"), or a template of your");
    file.note("own, such as \"templates/security.md.hbs\".");
    file.default("template", "\"default\"");
    file.note(
        "Where `notes --splice` puts the section into a file that has none of the release yet: \"under-heading\"",
    );
    file.note("(the release's), \"before What's Changed\" (a heading of the release), \"before-headings\", \"top\" or \"end\".");
    file.default("place", "\"under-heading\"");

    file.section("publish");
    file.note("Where the texts of releases are that `secnotes publish` writes: \"github\", \"gitlab\", \"gitea\" or \"forgejo\",");
    file.note(
        "where the remote's host does not tell, and the address of its API, where it is not the usual one. The token",
    );
    file.note("comes from the environment, and goes to the remote's own host only.");
    file.default("forge", "\"github\"");
    file.default("url", "\"https://api.github.com\"");

    file.section("dependencies");
    file.note("Of which dependencies the notes speak: \"runtime\" (the rest is counted), \"all\" or \"none\".");
    file.default("notes", "\"runtime\"");
    file.note("The least severity: \"low\", \"medium\", \"high\" or \"critical\". What is unknown is never too low.");
    file.default("severity", "\"low\"");
    file.note("Also speak of what still affects the release, or came with it.");
    file.default("include-affected", "false");
    file.note("Manifests and lock files that are not read, and whose code others are of, as globs; by default the");
    file.note("names of folders tell: vendor, node_modules, tests, examples, docs, hack and their like.");
    file.default("ignore", "[]");
    file.default("own", "[]");
    file.default("vendored", "[]");
    file.default("tests", "[]");
    file.default("examples", "[]");
    file.default("tooling", "[]");

    file.section("osv");
    file.note("How sure a link has to be to write events into OSV records: \"likely\" or \"confirmed\".");
    file.default("confidence", "\"likely\"");
    file.note("What the ids of records begin with, where the project has a scheme of its own; others become aliases.");
    file.default("id-prefix", "\"x_name\"");
    file.section("feed");
    file.note("What the feed of `secnotes feed` is called; by default the project's name.");
    file.default("title", "\"Security advisories of owner/name\"");
    file.note("Where its folder is published, for absolute links.");
    file.default("base-url", "\"https://example.org/advisories/\"");

    file.push(format_args!("\n"));
    file.note(
        "Versions of what builds the project, or of what it fetches, that a file of its own keeps: one [[toolchain]] each.",
    );
    file.note(
        "The key is a path in YAML, TOML or JSON, or a variable of a script, a makefile or a .env file; without a key",
    );
    file.note("the file holds a version alone.");
    for line in
        ["[[toolchain]]", "file = \"versions.yaml\"", "key = \"languages.golang.version\"", "package = \"Go:stdlib\""]
    {
        file.note(line);
    }
    file.push(format_args!("\n"));
    file.note("Advisories of dependencies that do not affect the project: one [[not-affected]] each, here or in");
    file.note(
        "secnotes.vex.toml beside this file. `package` and `files` (globs) narrow it; the justification is OpenVEX'.",
    );
    for line in [
        "[[not-affected]]",
        "advisory = \"CVE-2025-22872\"",
        "justification = \"vulnerable_code_not_in_execute_path\"",
        "reason = \"no HTML is parsed\"",
    ] {
        file.note(line);
    }
    file.push(format_args!("\n"));
    file.note("Which commits fix an advisory, where a person had to decide: one [[link]] each, here or in");
    file.note("secnotes.links.toml beside this file, which `secnotes review` writes. `not` rules commits out.");
    for line in [
        "[[link]]",
        "advisory = \"GHSA-wwj6-vghv-5p64\"",
        "commits = [\"6a672503973bf7c687053e459bfff8a9652e16bf\"]",
        "not = []",
        "reason = \"the author says so\"",
    ] {
        file.note(line);
    }
    file.push(format_args!("\n"));
    file.note("Fixes that are announced without an advisory, in your words: one [[note]] each, here or in");
    file.note("secnotes.notes.toml beside this file, which `secnotes review` writes. The release that first has");
    file.note("all the commits announces it; `severity` may be left out.");
    for line in [
        "[[note]]",
        "commits = [\"6a672503973bf7c687053e459bfff8a9652e16bf\"]",
        "text = \"Archives cannot write outside their folder any more\"",
        "severity = \"high\"",
    ] {
        file.note(line);
    }
    file.0
}

fn project(file: &mut Writer, facts: &InitFacts) {
    file.section("project");
    file.note("Where the project lives, an address or a list of them; by default the repository's remotes.");
    let remotes: Vec<String> = facts.remotes.iter().map(Remote::url).collect();
    let example = "https://github.com/owner/name".to_owned();
    file.default(
        "repository",
        &list_or_one(if remotes.is_empty() { std::slice::from_ref(&example) } else { &remotes }),
    );
    file.note("Packages it publishes, as ecosystem:name, beside those that its manifests name.");
    if facts.packages.is_empty() {
        file.default("packages", "[]");
    } else {
        file.set("packages", &list(&facts.packages));
    }
}

fn releases(file: &mut Writer, facts: &InitFacts) {
    file.section("releases");
    file.note("What the tags of releases look like, a pattern or a list; by default what most tags show.");
    file.examples("Releases here, the newest first", &facts.example_tags.accepted);
    file.examples("No releases here", &facts.example_tags.refused);
    if let Some(passed_over) = &facts.passed_over {
        file.note(&line(passed_over).to_string());
    }
    let patterns: Vec<String> =
        facts.tag_pattern.iter().filter(|text| text.parse::<TagPattern>().ok().is_some()).cloned().collect();
    if patterns.is_empty() {
        file.default("pattern", "[\"{version}\", \"v{version}\"]");
    } else {
        file.set("pattern", &list_or_one(&patterns));
    }
    file.note("For one package of a monorepo: what its tags begin with, before the pattern.");
    match facts.prefix.as_deref().filter(|prefix| !prefix.trim().is_empty()) {
        Some(prefix) => file.set("prefix", &quoted(prefix)),
        None => file.default("prefix", "\"name/\""),
    }
    file.note("Globs on whole tag names: take only these (none: all), and leave these out.");
    file.default("include", "[]");
    file.default("exclude", "[]");
    file.note("Whether alpha, beta and candidate tags are releases of their own: \"include\" or \"exclude\".");
    if facts.prereleases_seen {
        file.note("This repository has such tags.");
    }
    file.default("prereleases", "\"include\"");
    file.note("Which releases are one maintained line: \"minor\" (1.2.x) or \"major\" (1.x).");
    file.default("line", "\"minor\"");
}

/// How many packages are written one by one.
const MOST_PACKAGES: usize = 40;

fn package_rules(file: &mut Writer, rules: &[PackageRule]) {
    file.push(format_args!("\n"));
    file.note(
        "The packages of a repository that has several, each with its own tags: one [[package]] each, or one for",
    );
    file.note(
        "all that are alike, in which {name} is what their tags call them (then without `name`). What its tags begin",
    );
    file.note(
        "with, its folders (a list, where it moved; \".\" is all that no other package has), paths that belong to it",
    );
    file.note("whoever else has them, and names by which advisories know it beside those of its manifests.");
    if rules.is_empty() {
        for line in [
            "[[package]]",
            "name = \"wordpress\"",
            "prefix = \"wordpress/\"",
            "path = \"charts/wordpress\"",
            "shared = [\"charts/common\"]",
            "names = [\"Bitnami:wordpress\"]",
        ] {
            file.note(line);
        }
    }
    for rule in rules.iter().take(MOST_PACKAGES) {
        file.push(format_args!("[[package]]\n"));
        if let Some(name) = &rule.name {
            file.set("name", &quoted(name));
        }
        if !rule.prefix.is_empty() {
            file.set("prefix", &quoted(&rule.prefix));
        }
        let paths: Vec<String> =
            rule.paths.iter().map(|path| if path.is_empty() { ".".to_owned() } else { path.clone() }).collect();
        file.set("path", &list_or_one(&paths));
    }
    if let Some(more) = rules.len().checked_sub(MOST_PACKAGES).filter(|more| *more > 0) {
        file.note(&format!("There are {more} more packages, whose tags and folders have nothing in common."));
    }
}

struct Writer(String);

impl Writer {
    fn section(&mut self, name: &str) {
        self.push(format_args!("\n[{name}]\n"));
    }

    fn note(&mut self, text: &str) {
        self.push(format_args!("# {text}\n"));
    }

    fn set(&mut self, key: &str, value: &str) {
        self.push(format_args!("{key} = {value}\n"));
    }

    fn default(&mut self, key: &str, value: &str) {
        self.push(format_args!("# {key} = {value}\n"));
    }

    /// The first few tags; a tag's name may hold anything that prints.
    fn examples(&mut self, what: &str, tags: &[String]) {
        const MOST: usize = 6;
        if !tags.is_empty() {
            let shown: Vec<String> = tags.iter().take(MOST).map(|tag| line(tag).to_string()).collect();
            let more = if tags.len() > MOST { ", …" } else { "" };
            self.push(format_args!("# {what}: {}{more}\n", shown.join(", ")));
        }
    }

    fn push(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.0.write_fmt(text);
    }
}

fn list_or_one(texts: &[String]) -> String {
    match texts {
        [one] => quoted(one),
        more => list(more),
    }
}

fn list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
}

/// A TOML basic string.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            _ if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::super::{Config, ConfigError, parse};
    use super::*;

    fn load(text: &str) -> Result<Config, ConfigError> {
        parse(text, &crate::files::Place::named("secnotes.toml"))
    }

    /// The file with every key that is commented out put into force.
    fn uncommented(text: &str) -> String {
        let is_key = |line: &str| {
            line.starts_with("[[")
                || line
                    .split_once(" = ")
                    .is_some_and(|(key, _)| key.chars().all(|c| c.is_ascii_lowercase() || c == '-'))
        };
        let lines = text.lines().map(|line| line.strip_prefix("# ").filter(|rest| is_key(rest)).unwrap_or(line));
        lines.collect::<Vec<_>>().join("\n")
    }

    fn monorepo() -> InitFacts {
        InitFacts {
            remotes: vec!["github.com/bitnami/charts".parse().unwrap()],
            tag_pattern: vec!["{version}".into(), "no version".into()],
            prefix: Some("apisix/".into()),
            package_rules: Vec::new(),
            packages: vec!["Bitnami:apisix".into()],
            example_tags: ExampleTags {
                accepted: (0..9).map(|patch| format!("apisix/5.0.{patch}")).collect(),
                refused: vec!["nginx/1.0.0".into(), "x\u{1b}[31m\nkey = 1".into()],
            },
            prereleases_seen: true,
            passed_over: None,
            advisories: vec!["advisories".into()],
        }
    }

    #[test]
    fn what_is_written_for_nothing_seen_says_the_defaults() {
        let text = commented(&InitFacts::default());
        assert_eq!(load(&text).unwrap(), Config { path: Some("secnotes.toml".into()), ..Config::default() });
        // `prefix` is for a repository of one package.
        assert!(load(&uncommented(&text)).unwrap_err().to_string().contains("each `[[package]]` has its own `prefix`"));
        let all = load(&uncommented(&text).replace("prefix = \"name/\"\n", "")).unwrap();
        assert_eq!(all.project.repositories[0].as_str(), "github.com/owner/name");
        assert_eq!(
            (all.packages[0].prefix.as_str(), all.packages[0].names[0].to_string()),
            ("wordpress/", "Bitnami:wordpress".into())
        );
        assert_eq!(all.notes.template, Default::default());
        assert_eq!(all.notes.place, Some(Default::default()));
        assert_eq!(all.advisories.max_age, Some(std::time::Duration::from_secs(7 * 86_400)));
        assert_eq!(all.network, Default::default());
        assert_eq!(all.source.github.repositories, ["owner/name"]);
        assert_eq!(
            uncommented(&text).lines().filter(|line| line.contains(" = ") && !line.starts_with('#')).count(),
            61
        );
        assert_eq!(all.osv.id_prefix.unwrap().to_string(), "x_name");
        assert_eq!(all.feed.base_url.unwrap().as_str(), "https://example.org/advisories/");
        assert_eq!(all.links[0].commits.len(), 1);
        assert_eq!(all.announcements[0].severity, crate::model::SeverityLevel::High);
        assert_eq!(all.dependencies.rules.toolchains[0].package.to_string(), "Go:stdlib");
        assert_eq!(all.dependencies.statements[0].reason, "no HTML is parsed");
    }

    #[test]
    fn what_is_written_for_a_monorepo_loads_with_and_without_comments() {
        let text = commented(&monorepo());
        let config = load(&text).unwrap();
        assert_eq!(config.releases.prefix.as_deref(), Some("apisix/"));
        assert_eq!(config.releases.patterns, ["{version}".parse::<TagPattern>().ok().unwrap()]);
        assert_eq!(config.project.packages[0].to_string(), "Bitnami:apisix");
        let all = load(&uncommented(&text).replace("prefix = \"apisix/\"\n", "")).unwrap();
        assert_eq!(all.project.repositories, monorepo().remotes);
        assert!(text.contains("# No releases here: nginx/1.0.0, x\\u{1b}[31m\\nkey = 1\n"), "{text}");
        assert!(text.contains("apisix/5.0.5, …"), "{text}");
    }

    #[test]
    fn the_packages_that_were_seen_are_written_and_load() {
        let rule = |name: Option<&str>, prefix: &str, path: &str| PackageRule {
            name: name.map(str::to_owned),
            prefix: prefix.into(),
            paths: vec![path.into()],
            ..PackageRule::default()
        };
        let mut package_rules = vec![rule(None, "{name}/", "charts/{name}"), rule(Some("parcel"), "", "")];
        package_rules
            .extend((0..50).map(|at| rule(Some(&format!("p{at}\"")), &format!("p{at}-"), &format!("x/y{at}"))));
        let text = commented(&InitFacts { package_rules, ..InitFacts::default() });
        let packages = load(&text).unwrap().packages;
        assert_eq!(packages.len(), 40);
        assert!(text.contains("# There are 12 more packages"), "{text}");
        assert!(packages[0].has_hole() && packages[0].paths == ["charts/{name}"]);
        assert_eq!((packages[1].prefix.as_str(), packages[1].paths[0].as_str()), ("", ""));
    }

    #[test]
    fn what_a_repository_holds_cannot_leave_its_quotes() {
        let mut facts = monorepo();
        facts.prefix = Some("a\"\\b/\u{7f}".into());
        facts.tag_pattern = vec!["\"]\n[x]\n{version}".into()];
        let text = commented(&facts);
        assert!(!text.contains("\n[x]"), "{text}");
        facts.prefix = Some("a\"\\b/".into());
        let config = load(&commented(&facts)).unwrap();
        assert_eq!(config.releases.prefix.as_deref(), Some("a\"\\b/"));
    }
}
