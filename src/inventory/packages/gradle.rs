//! Gradle's builds: what `settings.gradle` includes, by the group and the names
//! that build files say (<https://docs.gradle.org/current/userguide/publishing_maven.html>).

use std::collections::{BTreeMap, BTreeSet};

use super::code::{Language, Token, at, tokens};
use crate::inventory::tree_path::{folder, within};

/// How many projects one build may include; the largest real ones have some hundreds.
const MOST: usize = 10_000;

/// How deep blocks may stand in each other; what is deeper names nothing.
const DEEPEST: usize = 64;

/// Whether a file, by its path, is one of Gradle's that may say a name. Spring's
/// build files are called after their folders.
pub(super) fn is_manifest(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path);
    let stem = file.strip_suffix(".kts").unwrap_or(file).strip_suffix(".gradle");
    let own = folder(path).rsplit('/').next().filter(|own| !own.is_empty());
    file == "gradle.properties" || stem.is_some_and(|stem| matches!(stem, "build" | "settings") || Some(stem) == own)
}

/// What one build file or `gradle.properties` says.
#[derive(Debug, Default)]
struct Said<'t> {
    group: Option<&'t str>,
    /// What it publishes by a name of its own, with the group if that is said, too.
    artifacts: Vec<(Option<&'t str>, &'t str)>,
}

/// What a `settings.gradle` says.
#[derive(Debug, Default)]
struct Settings<'t> {
    name: Option<&'t str>,
    /// The paths of the projects that it includes, `:a:b`.
    included: BTreeSet<&'t str>,
    /// Their names and folders, where they are others than the paths say.
    names: BTreeMap<&'t str, &'t str>,
    folders: BTreeMap<&'t str, &'t str>,
}

/// The names (`group:artifact`) that builds publish, each with the file that it is
/// of; of files by their paths, in order.
pub(super) fn names<'f>(files: &[(&'f str, &'f str)]) -> Vec<(&'f str, String)> {
    let mut said: BTreeMap<&str, (&str, Said<'_>)> = BTreeMap::new();
    let mut settings = Vec::new();
    for (path, text) in files {
        let file = path.rsplit('/').next().unwrap_or(path);
        if file.starts_with("settings.gradle") {
            settings.push((*path, read_settings(text)));
            continue;
        }
        let read = if file == "gradle.properties" { properties(text) } else { read_build(text) };
        let known = said.entry(folder(path)).or_insert_with(|| (path, Said::default()));
        // A build file stands for its folder, not the properties beside it.
        if file != "gradle.properties" {
            known.0 = path;
        }
        known.1.group = known.1.group.or(read.group);
        known.1.artifacts.extend(read.artifacts);
    }
    let mut names = Vec::new();
    for (path, build) in &settings {
        let home = folder(path);
        let group = said.get(home).and_then(|(_, said)| said.group);
        let mut projects: Vec<(String, Option<&str>)> = vec![(home.to_owned(), build.name)];
        for project in &build.included {
            let place =
                build.folders.get(project).map_or_else(|| project.replace(':', "/"), |place| (*place).to_owned());
            let name = build.names.get(project).copied().or_else(|| project.rsplit([':', '/']).next());
            projects.push((within(home, place.trim_matches('/')).trim_end_matches('/').to_owned(), name));
        }
        for (place, name) in projects {
            let of = said.get(place.as_str());
            let file = of.map_or(*path, |(file, _)| *file);
            let own = of.and_then(|(_, said)| said.group).or(group);
            let artifacts = of.map(|(_, said)| said.artifacts.as_slice()).unwrap_or_default();
            if artifacts.is_empty() {
                names.extend(own.zip(name).map(|(group, name)| (file, format!("{group}:{name}"))));
            }
            let full = |(group, name): &(Option<&str>, &str)| Some((file, format!("{}:{name}", (*group).or(own)?)));
            names.extend(artifacts.iter().filter_map(full));
        }
    }
    if settings.is_empty() {
        for (file, said) in said.values() {
            let full =
                |(group, name): &(Option<&str>, &str)| Some((*file, format!("{}:{name}", (*group).or(said.group)?)));
            names.extend(said.artifacts.iter().filter_map(full));
        }
    }
    names
}

fn properties(text: &str) -> Said<'_> {
    let value = |keys: &[&str]| {
        let of = |line: &'_ str| line.split_once('=').is_some_and(|(key, _)| keys.contains(&key.trim()));
        text.lines().find(|line| of(line)).and_then(|line| Some(line.split_once('=')?.1.trim()))
    };
    let artifact = value(&["POM_ARTIFACT_ID"]).map(|name| (None, name));
    Said { group: value(&["group", "GROUP"]), artifacts: artifact.into_iter().collect() }
}

fn read_settings(text: &str) -> Settings<'_> {
    let tokens = tokens(text, Language::Gradle);
    let mut settings = Settings::default();
    for place in 0..tokens.len() {
        let sees = |signs: &[Token<'_>]| signs.iter().enumerate().all(|(on, sign)| at(&tokens, place + on) == *sign);
        if sees(&[Token::Word("rootProject"), Token::Sign('.'), Token::Word("name"), Token::Sign('=')]) {
            if let Token::Text(name) = at(&tokens, place + 4) {
                settings.name = Some(name);
            }
        } else if sees(&[Token::Word("include")]) {
            settings.included.extend(texts(&tokens, place + 1).take(MOST));
        } else if sees(&[Token::Word("project"), Token::Sign('(')])
            && let Token::Text(project) = at(&tokens, place + 2)
            && let Token::Word(key @ ("name" | "projectDir")) = at(&tokens, place + 5)
            && at(&tokens, place + 6) == Token::Sign('=')
        {
            // `file("x")`, `new File(settingsDir, "x")`, or the text alone.
            let line = (place + 7..place + 16).map(|on| at(&tokens, on)).take_while(|token| *token != Token::Line);
            let value = line.filter_map(|token| if let Token::Text(text) = token { Some(text) } else { None }).last();
            let places = if key == "name" { &mut settings.names } else { &mut settings.folders };
            places.extend(value.map(|value| (project.trim_start_matches(':'), value)));
        }
    }
    settings
}

/// The texts of a list behind a place, with or without brackets.
fn texts<'t, 's>(tokens: &'s [Token<'t>], start: usize) -> impl Iterator<Item = &'t str> + use<'t, 's> {
    let start = start + usize::from(at(tokens, start) == Token::Sign('('));
    let mut waits = true;
    let list = tokens.get(start..).unwrap_or_default().iter().take_while(move |token| match token {
        Token::Text(_) => std::mem::replace(&mut waits, false),
        Token::Sign(',') => !std::mem::replace(&mut waits, true),
        // A list goes on behind a comma only, but may begin below its bracket.
        Token::Line => waits,
        _ => false,
    });
    list.filter_map(|token| if let Token::Text(text) = token { Some(text.trim_start_matches(':')) } else { None })
}

/// What the build file says of itself, or of all that it builds: a task has a
/// group, too, and a dependency.
fn read_build(text: &str) -> Said<'_> {
    let tokens = tokens(text, Language::Gradle);
    let mut said = Said::default();
    let mut blocks: Vec<&str> = Vec::new();
    let mut too_deep = 0_usize;
    let mut first = None;
    let mut published = (None, None);
    for place in 0..tokens.len() {
        let begins = first.is_none();
        match at(&tokens, place) {
            Token::Sign('{') if blocks.len() < DEEPEST => {
                blocks.push(first.unwrap_or_default());
                first = None;
                continue;
            }
            Token::Sign('{') => too_deep += 1,
            Token::Sign('}') => {
                if too_deep > 0 {
                    too_deep -= 1;
                } else {
                    blocks.pop();
                    // A publication ends.
                    if matches!(blocks.last(), None | Some(&"publications")) {
                        said.artifacts.extend(published.1.map(|name| (published.0, name)));
                        published = (None, None);
                    }
                }
                first = None;
                continue;
            }
            Token::Line | Token::Sign(';') => {
                first = None;
                continue;
            }
            Token::Word(word) if begins => first = Some(word),
            _ => {}
        }
        let Token::Word(word) = at(&tokens, place) else { continue };
        let Some(value) = value(&tokens, place + 1) else { continue };
        let before = place.checked_sub(1).map_or(Token::Line, |before| at(&tokens, before));
        let of_project = || blocks.iter().all(|block| matches!(*block, "allprojects" | "subprojects" | "configure"));
        let in_publication = || blocks.contains(&"publishing") && !blocks.contains(&"pom");
        match word {
            "group" if begins && of_project() => said.group = said.group.or(Some(value)),
            "group" if before == Token::Sign('.') && first == Some("project") && of_project() => {
                said.group = said.group.or(Some(value));
            }
            "groupId" if begins && in_publication() => published.0 = Some(value),
            "artifactId" if begins && in_publication() => published.1 = Some(value),
            "coordinates" if blocks.last() == Some(&"mavenPublishing") => {
                let named: Vec<&str> = texts(&tokens, place + 1).take(2).collect();
                if let [group, name] = named[..] {
                    said.artifacts.push((Some(group), name));
                }
            }
            _ => {}
        }
    }
    said
}

/// The text that is set behind a place: `= "x"`, `"x"` or `("x"`.
fn value<'t>(tokens: &[Token<'t>], place: usize) -> Option<&'t str> {
    match (at(tokens, place), at(tokens, place + 1)) {
        (Token::Text(text), _) | (Token::Sign('=' | '('), Token::Text(text)) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(files: &[(&str, &str)]) -> Vec<String> {
        names(files).into_iter().map(|(path, name)| format!("{path} {name}")).collect()
    }

    #[test]
    fn files_of_gradle_are_known_by_their_names() {
        for path in ["build.gradle", "a/build.gradle.kts", "spring-web/spring-web.gradle", "gradle.properties"] {
            assert!(is_manifest(path), "{path}");
        }
        for path in ["gradle/javadoc.gradle", "a/b.gradle", ".gradle", "x.properties"] {
            assert!(!is_manifest(path), "{path}");
        }
    }

    #[test]
    fn what_is_included_has_the_groups_of_the_root() {
        let settings = "rootProject.name = 'spring'\ninclude 'spring-web', // a\n  ':tools:spring-x'\ninclude(\"y\")\n\
            includeBuild('build-logic')\nproject(\":y\").projectDir = new File(settingsDir, 'modules/y')\n";
        let root = "ext { group = 'no' }\nconfigure(allprojects) { project ->\n  group = \"org.springframework\"\n}\n\
            task t { group = 'build' }\n";
        let files = [
            ("build.gradle", root),
            ("modules/y/build.gradle", "dependencies { implementation(group: 'a', name: 'b') }\ngroup 'org.y'"),
            ("settings.gradle", settings),
            ("spring-web/spring-web.gradle", "description = 'x'"),
        ];
        let expected = [
            "build.gradle org.springframework:spring",
            "spring-web/spring-web.gradle org.springframework:spring-web",
            "settings.gradle org.springframework:spring-x",
            "modules/y/build.gradle org.y:y",
        ];
        assert_eq!(told(&files), expected);
    }

    #[test]
    fn a_publication_may_have_a_name_of_its_own() {
        let publishing = "publishing {\n publications {\n  mavenJava(MavenPublication) {\n   groupId = 'org.x'\n   \
            artifactId = 'x-core'\n   pom { name = 'y'\n parent { artifactId = 'z' } }\n  }\n }\n}\n";
        assert_eq!(told(&[("build.gradle", publishing)]), ["build.gradle org.x:x-core"]);
        let coordinates = "mavenPublishing {\n coordinates(\"org.x\", \"x\", \"1\")\n}";
        assert_eq!(told(&[("a/build.gradle.kts", coordinates)]), ["a/build.gradle.kts org.x:x"]);
        let files = [
            ("core/build.gradle", ""),
            ("core/gradle.properties", "POM_ARTIFACT_ID=okhttp\n"),
            ("gradle.properties", "GROUP=com.squareup\n"),
            ("settings.gradle", "include ':core'\n"),
        ];
        assert_eq!(told(&files), ["core/build.gradle com.squareup:okhttp"]);
    }

    #[test]
    fn what_is_computed_is_no_name() {
        assert_eq!(told(&[("settings.gradle", "rootProject.name = \"$x\""), ("build.gradle", "group = 'a'")]), [""; 0]);
        assert_eq!(told(&[("build.gradle", "group = 'a'\nversion = '1'")]), [""; 0]);
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "(group|include|project|artifactId|publishing|[ \\n'\"{}(),.=:])*") {
            names(&[("build.gradle", &text), ("settings.gradle", &text)]);
        }
    }
}
