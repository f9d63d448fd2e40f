//! `pom.xml` (<https://maven.apache.org/pom.html>).

use roxmltree::Node;

use super::found::{Found, WITHOUT_NAME};
use super::pom_chain::Chain;
use super::xml_document::{self, text_of};
use crate::inventory::more::More;
use crate::inventory::more::pom::{Block, Coordinates, Entry, Model, Parent, Profile};
use crate::inventory::parsed::Parsed;

/// Where plugins are that name no group.
const PLUGINS: &str = "org.apache.maven.plugins";

/// Reads the text of such a file.
///
/// The dependencies are those whose versions the file itself says; the model says
/// the others when the parents are known, and the lists of versions that it
/// imports; what is only said outside of the tree is left out. Plugins and
/// extensions are part of the build.
pub(super) fn read(text: &str) -> Parsed {
    let document = match xml_document::parse(text, "project", "project of Maven") {
        Ok(document) => document,
        Err(problem) => return Parsed::failed(problem),
    };
    let model = model(document.root_element());
    let alone = model.dependencies(&Chain::alone(&model), &|_, _| false);
    let mut unnamed = Found::default();
    for node in named_by(document.root_element())
        .filter(|node| value(*node, "groupId").is_none() || value(*node, "artifactId").is_none())
    {
        unnamed.tell_at(|| xml_document::line(node), WITHOUT_NAME, "");
    }
    let mut problems = alone.problems;
    problems.extend(unnamed.into_problems());
    Parsed { more: More::Pom(Box::new(model)), problems, ..alone }
}

/// The dependencies that a project and its profiles name, as elements.
fn named_by<'a, 'i>(project: Node<'a, 'i>) -> impl Iterator<Item = Node<'a, 'i>> {
    let blocks = std::iter::once(project).chain(all(project, "profiles", "profile"));
    blocks.flat_map(|of| all(of, "dependencies", "dependency"))
}

fn model(project: Node<'_, '_>) -> Model {
    let relative = |parent: Node<'_, '_>| match child(parent, "relativePath") {
        // An empty element says that the parent is not in the tree.
        Some(path) => Some(text_of(path)).filter(|path| !path.is_empty()),
        None => Some("../pom.xml".to_owned()),
    };
    let parent = child(project, "parent").map(|parent| Parent {
        group: value(parent, "groupId").unwrap_or_default(),
        artifact: value(parent, "artifactId").unwrap_or_default(),
        version: value(parent, "version").unwrap_or_default(),
        relative: relative(parent),
    });
    let profiles = all(project, "profiles", "profile").map(|profile| Profile {
        is_default: child(profile, "activation").and_then(|activation| value(activation, "activeByDefault"))
            == Some("true".to_owned()),
        block: block(profile),
    });
    let building = std::iter::once(project).chain(all(project, "profiles", "profile"));
    let modules = building.flat_map(|of| all(of, "modules", "module")).map(text_of);
    let mut model = Model {
        modules: modules.collect(),
        group: value(project, "groupId"),
        artifact: value(project, "artifactId").unwrap_or_default(),
        version: value(project, "version"),
        parent,
        main: block(project),
        profiles: profiles.collect(),
    };
    model.settle();
    model
}

/// What a project and each of its profiles may say.
fn block(of: Node<'_, '_>) -> Block {
    let properties = child(of, "properties").into_iter().flat_map(elements);
    let mut entries: Vec<Entry> = all(of, "dependencies", "dependency").map(dependency).collect();
    let mut managed: Vec<Entry> = child(of, "dependencyManagement")
        .into_iter()
        .flat_map(|management| all(management, "dependencies", "dependency"))
        .map(dependency)
        .collect();
    let imports = managed.extract_if(.., |entry| entry.scope.as_deref() == Some("import")).collect();
    if let Some(build) = child(of, "build") {
        for plugin in all(build, "plugins", "plugin") {
            entries.push(self::plugin(plugin));
            entries.extend(
                all(plugin, "dependencies", "dependency").map(|node| Entry { is_build: true, ..dependency(node) }),
            );
        }
        entries.extend(all(build, "extensions", "extension").map(|node| Entry { is_build: true, ..dependency(node) }));
        let management = child(build, "pluginManagement").into_iter();
        managed.extend(management.flat_map(|management| all(management, "plugins", "plugin")).map(plugin));
    }
    Block {
        properties: properties.map(|node| (node.tag_name().name().to_owned(), text_of(node))).collect(),
        entries,
        imports,
        written: managed,
        ..Block::default()
    }
}

fn dependency(node: Node<'_, '_>) -> Entry {
    Entry {
        coordinates: Coordinates {
            group: value(node, "groupId").unwrap_or_default(),
            artifact: value(node, "artifactId").unwrap_or_default(),
            kind: value(node, "type").unwrap_or_else(|| "jar".to_owned()),
            classifier: value(node, "classifier").unwrap_or_default(),
        },
        version: value(node, "version"),
        scope: value(node, "scope"),
        is_optional: value(node, "optional").as_deref() == Some("true"),
        is_build: false,
    }
}

fn plugin(node: Node<'_, '_>) -> Entry {
    Entry {
        coordinates: Coordinates {
            group: value(node, "groupId").unwrap_or_else(|| PLUGINS.to_owned()),
            artifact: value(node, "artifactId").unwrap_or_default(),
            kind: "maven-plugin".to_owned(),
            classifier: String::new(),
        },
        version: value(node, "version"),
        scope: None,
        is_optional: false,
        is_build: true,
    }
}

fn elements<'a, 'i>(of: Node<'a, 'i>) -> impl Iterator<Item = Node<'a, 'i>> {
    of.children().filter(Node::is_element)
}

/// The first element of a name. Old files have no namespace, others Maven's, so
/// that only the name counts.
fn child<'a, 'i>(of: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    elements(of).find(|node| node.tag_name().name() == name)
}

/// The elements of a name in a list.
fn all<'a, 'i>(of: Node<'a, 'i>, list: &str, name: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    child(of, list).into_iter().flat_map(elements).filter(move |node| node.tag_name().name() == name)
}

/// The text of the first element of a name; none where it is empty.
fn value(of: Node<'_, '_>, name: &str) -> Option<String> {
    child(of, name).map(text_of).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SAMPLE: &str = "<project>\n<groupId>org.acme</groupId><artifactId>shop</artifactId><version>1.0</version>\n<properties><log.version>2.17.1</log.version></properties>\n<dependencies>\n<dependency><groupId>org.log</groupId><artifactId>log</artifactId><version>${log.version}</version></dependency>\n</dependencies>\n</project>\n";

    fn told(text: &str) -> Vec<String> {
        let told = |dependency: &crate::inventory::Dependency| {
            format!("{} {} {}", dependency.package.name, dependency.version, dependency.usage.as_str())
        };
        read(text).dependencies.iter().map(told).collect()
    }

    #[test]
    fn comments_and_sections_belong_to_no_value() {
        let text = SAMPLE.replace("2.17.1", "<!-- not 2.17.0 --> 2.<![CDATA[17]]>.1\n");
        assert_eq!(told(&text), ["org.log:log 2.17.1 runtime"]);
    }

    #[test]
    fn broken_files_are_told_with_their_line() {
        for (text, line) in [
            (SAMPLE.replace("</dependencies>", ""), Some(7)),
            (SAMPLE.replace("<project>", "<!DOCTYPE x [<!ENTITY a \"b\">]><project>"), Some(1)),
            (SAMPLE.replace("2.17.1", "&a;"), Some(3)),
            (SAMPLE.replace("project>", "settings>"), Some(1)),
            (String::new(), None),
        ] {
            let parsed = read(&text);
            assert_eq!(parsed.problems.len(), 1, "{text}");
            assert_eq!(parsed.problems[0].line, line, "{}", parsed.problems[0].message);
            assert_eq!(parsed.dependencies.len(), 0);
        }
    }

    #[test]
    fn deep_nesting_is_no_crash() {
        for opened in [300_000, 1_000_000] {
            assert_eq!(read(&format!("<project>{}</project>", "<a>".repeat(opened))).problems.len(), 1);
        }
        let nest = "<a>".repeat(200_000) + &"</a>".repeat(200_000);
        let deep = SAMPLE.replace("</project>", &(nest + "</project>"));
        assert_eq!(told(&deep), ["org.log:log 2.17.1 runtime"]);
    }

    #[test]
    fn a_dependency_without_a_name_is_told_with_its_line() {
        let text = SAMPLE.replace("<groupId>org.log</groupId>", "");
        let problems = read(&text).problems;
        assert_eq!(problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [Some(5)]);
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC*", at in 0..SAMPLE.len(), with in "[<>/${}&;=\"!a0 \\n-]{0,9}") {
            read(&text);
            let (before, after) = SAMPLE.split_at(at);
            read(&[before, &with, after].concat());
        }
    }
}
