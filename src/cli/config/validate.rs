//! Makes values that cannot be wrong of the texts of a file.

use std::path::Path;

use toml::de::DeTable;

use super::dependencies;
use super::error::{Problem, echo, nearest};
use super::item::{From, choice, each, is_plain, package, path};
use super::note;
use super::packages;
use super::publish;
use super::source;
use super::table::{Reader, Text};
use super::values::{AdvisoriesConfig, Config, FeedConfig, NotesConfig, NotesTemplate, Places};
use crate::compile::{ProjectSettings, ReleaseSettings};
use crate::emit::feed::BaseUrl;
use crate::emit::markdown::BuiltIn;
use crate::emit::osv::{IdPrefix, Options as OsvOptions};
use crate::emit::splice::Placement;
use crate::files::Place;
use crate::history::{Line, Prereleases, TagPattern};
use crate::join::{Decision, Note};
use crate::model::{AdvisoryId, CommitPrefix, Confidence, FindingPlace, Remote};

/// The configuration of a file; what is wrong in it is told in `problems` and
/// left out of the result.
pub(super) fn config<'t>(
    (root, text): (&'t DeTable<'t>, &'t str),
    place: &Place,
    problems: &mut Vec<Problem>,
) -> Config {
    let path = place.as_path();
    let mut from = Reader::new(root, text, problems);
    let project = project(&mut from);
    let (releases, patterns) = releases(&mut from);
    let (rules, spans) = packages::packages(&mut from).into_iter().unzip();
    let config = Config {
        path: Some(path.to_owned()),
        project,
        releases,
        packages: rules,
        text: None,
        places: Places { patterns, packages: spans },
        advisories: advisories(&mut from, place),
        source: source::sources(&mut from, place),
        network: source::network(&mut from),
        notes: notes(&mut from, place),
        publish: publish::publish(&mut from, place),
        osv: osv(&mut from),
        feed: feed(&mut from),
        dependencies: dependencies::dependencies(&mut from, path),
        links: links(&mut from, path),
        announcements: note::notes(&mut from, path),
    };
    if let (Some(prefix), false) = (from.text("releases", "prefix"), config.packages.is_empty()) {
        let help = "leave it out: each `[[package]]` has its own `prefix`";
        from.refuse(prefix.span, "`prefix` is for a repository of one package", help);
    }
    from.finish();
    config
}

/// The decisions of the file beside the configuration, which holds nothing else.
pub(super) fn links_only<'t>(
    (root, text): (&'t DeTable<'t>, &'t str),
    path: &Path,
    problems: &mut Vec<Problem>,
) -> Vec<Decision> {
    let mut from = Reader::new(root, text, problems);
    let links = links(&mut from, path);
    from.finish();
    links
}

/// The notes of the file beside the configuration, which holds nothing else.
pub(super) fn notes_only<'t>(
    (root, text): (&'t DeTable<'t>, &'t str),
    path: &Path,
    problems: &mut Vec<Problem>,
) -> Vec<Note> {
    let mut from = Reader::new(root, text, problems);
    let notes = note::notes(&mut from, path);
    from.finish();
    notes
}

/// The statements of the file beside the configuration, which holds nothing else.
pub(super) fn statements_only<'t>(
    (root, text): (&'t DeTable<'t>, &'t str),
    path: &Path,
    problems: &mut Vec<Problem>,
) -> Vec<crate::ledger::Statement> {
    let mut from = Reader::new(root, text, problems);
    let statements = dependencies::statements(&mut from, path);
    from.finish();
    statements
}

fn links(from: From<'_, '_, '_>, path: &Path) -> Vec<Decision> {
    let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut links = Vec::new();
    for (table, span) in from.tables("link") {
        from.only("link", table, &["advisory", "commits", "not", "reason"]);
        let advisory = from.text_in(table, "advisory");
        if advisory.is_none() {
            from.refuse(span.clone(), "this `[[link]]` names no advisory", "add `advisory = \"GHSA-…\"`");
        }
        let advisory = advisory.and_then(|text| {
            let id = text.text.parse::<AdvisoryId>();
            if id.is_err() {
                let message = format!("`{}` is not an advisory's id", echo(text.text));
                from.refuse(text.span, message, "write one like `GHSA-wwj6-vghv-5p64` or `CVE-2026-24834`");
            }
            id.ok()
        });
        let mut hashes = |key: &str| -> Vec<CommitPrefix> {
            let texts = from.texts_in(table, key);
            texts.iter().filter_map(|text| note::commit(from, text)).collect()
        };
        let (commits, not) = (hashes("commits"), hashes("not"));
        let origin = FindingPlace { file: file.clone(), line: Some(from.line(&span)) };
        let stated = |key: &str| table.get(key).is_some();
        if !stated("commits") && !stated("not") {
            from.refuse(span, "this `[[link]]` decides nothing", "add `commits = [\"…\"]`, or `not = [\"…\"]`");
        }
        let reason = from.text_in(table, "reason").map(|text| text.text.to_owned()).unwrap_or_default();
        links.extend(advisory.map(|advisory| Decision { advisory, commits, not, reason, origin }));
    }
    links
}

fn project(from: From<'_, '_, '_>) -> ProjectSettings {
    ProjectSettings {
        repositories: each(from, "project", "repository", |from, item| {
            let remote = item.text.parse::<Remote>();
            if remote.is_err() {
                let message = format!("`{}` is not the address of a repository", echo(item.text));
                from.refuse(item.span.clone(), message, "write one like `https://github.com/owner/name`");
            }
            remote.ok()
        }),
        packages: each(from, "project", "packages", package),
    }
}

/// Which tags are releases, and where the patterns stand.
fn releases(from: From<'_, '_, '_>) -> (ReleaseSettings, Option<std::ops::Range<usize>>) {
    let (patterns, patterns_at) = patterns(from).unzip();
    let releases = ReleaseSettings {
        patterns: patterns.unwrap_or_default(),
        prefix: from.text("releases", "prefix").and_then(|prefix| {
            let sound = is_plain(prefix.text);
            if !sound {
                let message = format!("`{}` cannot begin a tag's name", echo(prefix.text));
                from.refuse(prefix.span, message, "write one like `apisix/`, or leave the key out");
            }
            sound.then(|| prefix.text.to_owned())
        }),
        include: each(from, "releases", "include", glob),
        exclude: each(from, "releases", "exclude", glob),
        prereleases: choice(
            from,
            "releases",
            "prereleases",
            [("include", Prereleases::Include), ("exclude", Prereleases::Exclude)],
        ),
        line: choice(from, "releases", "line", [("minor", Line::Minor), ("major", Line::Major)]),
    };
    (releases, patterns_at)
}

fn patterns(from: From<'_, '_, '_>) -> Option<(Vec<TagPattern>, std::ops::Range<usize>)> {
    let (texts, span) = from.texts("releases", "pattern")?;
    if texts.is_empty() {
        from.refuse(
            span.clone(),
            "`pattern` has no pattern, so no tag would be a release",
            "leave the key out for the common ones",
        );
    }
    let mut patterns = Vec::new();
    for item in texts {
        let pattern = item.text.parse::<TagPattern>().ok();
        if pattern.is_none() {
            let message = format!("`{}` needs {} exactly once", echo(item.text), TagPattern::PLACEHOLDER);
            from.refuse(item.span, message, "write `v{version}` for tags such as v1.2.0");
        }
        patterns.extend(pattern);
    }
    Some((patterns, span))
}

fn glob(from: From<'_, '_, '_>, item: &Text<'_>) -> Option<String> {
    match globset::Glob::new(item.text) {
        Ok(glob) => return Some(glob.glob().to_owned()),
        Err(error) => {
            let message = format!("`{}` is not a glob: {}", echo(item.text), echo(&error.kind().to_string()));
            from.refuse(item.span.clone(), message, "write one like `v1.*`; a backslash takes a sign literally");
        }
    }
    None
}

fn advisories(from: From<'_, '_, '_>, config: &Place) -> AdvisoriesConfig {
    AdvisoriesConfig {
        paths: each(from, "advisories", "paths", |from, item| path(from, item, config)),
        include_withdrawn: from.flag("advisories", "include-withdrawn").unwrap_or_default(),
        max_age: source::duration(from, "advisories", "max-age"),
    }
}

fn notes(from: From<'_, '_, '_>, config: &Place) -> NotesConfig {
    NotesConfig { template: template(from, config).unwrap_or_default(), place: placement(from) }
}

/// A template from here is one of the repository's files: `/proc/self/environ` and links to keys
/// were printed as the notes.
fn template(from: From<'_, '_, '_>, config: &Place) -> Option<NotesTemplate> {
    let item = from.text("notes", "template")?;
    // A built-in template has a bare name; a file has a folder or an ending.
    if item.text.contains(['/', '\\', '.']) {
        return path(from, &item, config).map(NotesTemplate::File);
    }
    let known = BuiltIn::named(item.text);
    if known.is_none() {
        let help = match nearest(item.text, BuiltIn::names()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => {
                let names: Vec<&str> = BuiltIn::names().collect();
                format!("the built-in ones are `{}`; a file ends in `.hbs`", names.join("`, `"))
            }
        };
        from.refuse(item.span, format!("there is no built-in template `{}`", echo(item.text)), help);
    }
    known.map(NotesTemplate::BuiltIn)
}

/// Where the section goes into a file that has none yet.
fn placement(from: From<'_, '_, '_>) -> Option<Placement> {
    let item = from.text("notes", "place")?;
    let place = item.text.parse::<Placement>().ok();
    if place.is_none() {
        let help = match nearest(item.text, Placement::WORDS) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => {
                let words = Placement::WORDS.join("`, `");
                format!("write `{words}`, or the heading that it goes before: `before What's Changed`")
            }
        };
        from.refuse(item.span, format!("`place` cannot be `{}`", echo(item.text)), help);
    }
    place
}

fn osv(from: From<'_, '_, '_>) -> OsvOptions {
    let words = [("likely", Some(Confidence::Likely)), ("confirmed", Some(Confidence::Confirmed))];
    let least = choice(from, "osv", "confidence", words).unwrap_or(Confidence::Likely);
    let id_prefix = from.text("osv", "id-prefix").and_then(|item| {
        let prefix = item.text.parse::<IdPrefix>();
        if prefix.is_err() {
            let message = format!("`{}` cannot begin the ids of OSV records", echo(item.text));
            from.refuse(item.span, message, "write a prefix that OSV has registered, or one like `x_parcel`");
        }
        prefix.ok()
    });
    OsvOptions { least, id_prefix }
}

fn feed(from: From<'_, '_, '_>) -> FeedConfig {
    let title = from.text("feed", "title").and_then(|title| {
        let sound = is_plain(title.text);
        if !sound {
            let message = format!("`{}` cannot be a title", echo(title.text));
            from.refuse(title.span, message, "write a line of text, or leave the key out for the project's name");
        }
        sound.then(|| title.text.to_owned())
    });
    let base_url = from.text("feed", "base-url").and_then(|url| {
        let base = url.text.parse::<BaseUrl>().ok();
        if base.is_none() {
            let message = format!("`{}` is not the address of a folder on the web", echo(url.text));
            from.refuse(url.span, message, "write one like `https://example.org/advisories/`");
        }
        base
    });
    FeedConfig { title, base_url }
}
