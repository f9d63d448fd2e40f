//! MSBuild's projects and what they share: `*.csproj`, `*.fsproj`, `*.vbproj`,
//! `Directory.Packages.props` and its like
//! (<https://learn.microsoft.com/nuget/consume-packages/package-references-in-project-files>).

use roxmltree::Node;

use super::found::Found;
use super::msbuild_chain::Chain;
use super::xml_document::{self, attribute, text_of};
use crate::inventory::more::More;
use crate::inventory::more::msbuild::{File, Kind, Reference, Setting, When};
use crate::inventory::parsed::Parsed;
use crate::inventory::problem::Problem;

/// Values of one property in one file; more than a few frameworks nobody builds for.
const MOST_VALUES: usize = 8;

/// Central versions of one package in one file, its updates and removals among them.
const MOST_CENTRAL: usize = 8;

/// Reads the text of such a file.
pub(super) fn read(text: &str) -> Parsed {
    let document = match xml_document::parse(text, "Project", "project of MSBuild") {
        Ok(document) => document,
        Err(problem) => return Parsed::failed(problem),
    };
    let mut found = Found::default();
    let file = file(document.root_element(), &mut found);
    let problems: Vec<Problem> = found.finish().problems;
    let dependencies = Chain::alone(&file).dependencies().into();
    Parsed { dependencies, problems, more: More::MsBuild(Box::new(file)), ..Parsed::default() }
}

fn file(root: Node<'_, '_>, found: &mut Found) -> File {
    let mut file = File::default();
    let sdks = root.attribute("Sdk").into_iter().flat_map(|sdks| sdks.split(';'));
    for (name, version) in sdks.filter_map(|sdk| sdk.split_once('/')) {
        file.add(sdk(name, version));
    }
    for node in root.descendants().filter(Node::is_element) {
        let parent = node.parent_element().map_or("", |parent| parent.tag_name().name());
        match (parent, node.tag_name().name()) {
            ("PropertyGroup", name) => file.set(name, node),
            (_, "Import") => {
                file.imports.extend(attribute(node, "Project").map(str::to_owned));
                file.imports.extend(attribute(node, "Sdk").map(str::to_owned));
            }
            (_, "Sdk") => {
                file.imports.extend(attribute(node, "Name").map(str::to_owned));
                if let (Some(name), Some(version)) = (attribute(node, "Name"), attribute(node, "Version")) {
                    file.add(sdk(name, version));
                }
            }
            ("ItemGroup", kind) => file.item(kind, node, found),
            _ => {}
        }
    }
    file
}

/// What builds a project, by its attribute `Sdk="Name/1.0"`.
fn sdk(name: &str, version: &str) -> Reference {
    let (name, version) = (name.trim().to_owned(), Some(version.trim().to_owned()));
    Reference { kind: Kind::Use, name, version, is_build: true, is_always: true, at: 0 }
}

impl File {
    fn add(&mut self, reference: Reference) {
        if reference.kind == Kind::Use {
            return self.references.push(reference);
        }
        let places = self.by_name.entry(reference.name.to_lowercase()).or_default();
        if places.len() < MOST_CENTRAL {
            places.push(self.central.len());
            self.central.push(reference);
        }
    }

    fn set(&mut self, name: &str, node: Node<'_, '_>) {
        let value = text_of(node);
        let is_always = node.parent_element().is_some_and(is_always);
        let when = match attribute(node, "Condition") {
            None if is_always => When::Always,
            Some(condition) if is_always && is_unset(condition, name) => When::Unset,
            _ => When::Sometimes,
        };
        let settings = self.properties.entry(name.to_lowercase()).or_default();
        if when == When::Always {
            settings.clear();
        }
        if settings.len() < MOST_VALUES {
            settings.push(Setting { value, when });
        }
    }

    fn item(&mut self, kind: &str, node: Node<'_, '_>, found: &mut Found) {
        let (is_central, is_build) = match kind {
            "PackageReference" => (false, false),
            "PackageVersion" => (true, false),
            "GlobalPackageReference" | "PackageDownload" | "DotNetCliToolReference" => (false, true),
            _ => return,
        };
        let version = metadata(node, "VersionOverride").or_else(|| metadata(node, "Version"));
        // Before central versions were NuGet's own, they were written as updates of
        // all references, of one name or of another.
        let (names, does) = match (attribute(node, "Include"), attribute(node, "Update"), attribute(node, "Remove")) {
            (Some(names), ..) if is_central => (names, Kind::Central),
            (Some(names), ..) => (names, Kind::Use),
            // What a property names is not asked, nor what other items do.
            (None, None, Some(names)) if kind == "PackageReference" && !names.contains(['$', '@', '%', '*']) => {
                (names, Kind::Remove)
            }
            (None, None, None) if !node.has_attribute("Remove") => ("", Kind::Use),
            (None, Some(names), _) if is_central => (names, Kind::Central),
            (None, Some(names), _) => (names, Kind::Update),
            (None, None, _) => return,
        };
        if names.is_empty() {
            return found.tell_at(|| xml_document::line(node), "a reference without a name", kind);
        }
        let version = version.filter(|_| does != Kind::Remove);
        if attribute(node, "Update").is_some() && does != Kind::Use && version.is_none() {
            return;
        }
        let is_build = is_build || is_only_built_with(node);
        let is_always = is_always(node);
        if does == Kind::Use && names.eq_ignore_ascii_case("Microsoft.NET.Test.Sdk") {
            self.is_test |= is_always;
            self.is_test_somewhere = true;
        }
        let at = self.references.len() + self.central.len();
        for name in names.split(';').map(str::trim).filter(|name| !name.is_empty()) {
            if name.contains(['@', '%', '*']) {
                found.tell_at(|| xml_document::line(node), "a reference to what other items name", name);
                continue;
            }
            // Several versions may be downloaded at once: `[1.0];[2.0]`.
            let several = version.as_deref().unwrap_or_default().split(';').map(str::trim);
            for one in several {
                let version = Some(one.to_owned()).filter(|one| !one.is_empty());
                self.add(Reference { kind: does, name: name.to_owned(), version, is_build, is_always, at });
            }
        }
    }
}

/// Whether a reference is kept from who uses the project, as for analyzers and what
/// else only helps to build: so NuGet writes it for packages that say they do; or
/// whether nothing of it is there at runtime.
fn is_only_built_with(node: Node<'_, '_>) -> bool {
    let has = |key: &str, words: &[&str]| {
        let listed = metadata(node, key);
        let mut parts = listed.iter().flat_map(|list| list.split(';')).map(str::trim);
        parts.any(|part| words.iter().any(|word| part.eq_ignore_ascii_case(word)))
    };
    let is_partly = metadata(node, "IncludeAssets").is_some() && !has("IncludeAssets", &["all", "runtime", "compile"]);
    has("PrivateAssets", &["all"]) || is_partly || has("ExcludeAssets", &["all", "runtime"])
}

/// Whether an element counts whatever is built, by what it stands in; three levels
/// are all there are.
fn is_always(node: Node<'_, '_>) -> bool {
    let is_open = |of: Node<'_, '_>| {
        attribute(of, "Condition").is_none() && !matches!(of.tag_name().name(), "When" | "Otherwise" | "Target")
    };
    node.ancestors().filter(Node::is_element).take(4).all(is_open)
}

/// Whether a condition is that a property has no value.
fn is_unset(condition: &str, name: &str) -> bool {
    let condition: String = condition.chars().filter(|c| !c.is_whitespace()).collect();
    condition.eq_ignore_ascii_case(&format!("'$({name})'==''"))
}

/// What an item says of itself, as an attribute or as an element.
fn metadata(node: Node<'_, '_>, name: &str) -> Option<String> {
    let element = || node.children().find(|child| child.tag_name().name() == name).map(text_of);
    attribute(node, name).map(str::to_owned).or_else(element).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::inventory::dependency::Dependency;

    const SAMPLE: &str = "<Project Sdk=\"Microsoft.NET.Sdk\">\n<PropertyGroup><LogVersion>2.1</LogVersion></PropertyGroup>\n\
        <ItemGroup>\n<PackageReference Include=\"Acme.Log\" Version=\"$(LogVersion)\" />\n\
        <PackageReference Include=\"Acme.Rules\" Version=\"1.0\"><PrivateAssets>all</PrivateAssets></PackageReference>\n\
        </ItemGroup>\n</Project>";

    fn told(text: &str) -> Vec<String> {
        let one = |found: &Dependency| {
            let (pin, usage) = (found.pin.as_str(), found.usage.as_str());
            format!("{} {} {pin} {usage}", found.package.name, found.version)
        };
        read(text).dependencies.iter().map(one).collect()
    }

    #[test]
    fn properties_are_put_in_and_private_packages_build() {
        assert_eq!(told(SAMPLE), ["acme.log 2.1 exact runtime", "acme.rules 1.0 exact build"]);
        assert_eq!(told(&SAMPLE.replace("$(LogVersion)", "$(Other)")), ["acme.rules 1.0 exact build"]);
        assert_eq!(read(&SAMPLE.replace("Version=\"1.0\"", "")).unpinned().len(), 2);
    }

    #[test]
    fn a_property_has_the_values_of_all_conditions() {
        let frameworks = "<PropertyGroup Condition=\"'$(TargetFramework)' == 'net6.0'\"><LogVersion>2.0</LogVersion></PropertyGroup>\n";
        let both = SAMPLE.replacen("<ItemGroup>", &format!("{frameworks}<ItemGroup>"), 1);
        assert_eq!(told(&both)[..2], ["acme.log 2.1 exact runtime", "acme.log 2.0 exact runtime"]);
        let unset = both.replace("<LogVersion>2.0", "<LogVersion Condition=\"'$(LogVersion)' == ''\">2.0");
        assert_eq!(told(&unset.replace(" Condition=\"'$(TargetFramework)' == 'net6.0'\"", "")).len(), 2);
    }

    #[test]
    fn what_refers_to_packages_of_tests_is_one() {
        let test =
            SAMPLE.replacen("<ItemGroup>", "<ItemGroup><PackageReference Include=\"microsoft.net.test.sdk\" />", 1);
        assert_eq!(told(&test), ["acme.log 2.1 exact test", "acme.rules 1.0 exact test"]);
        let own = test.replace("sdk\" />", "sdk\" Condition=\"'$(TargetFramework)' == 'net8.0'\" />");
        assert_eq!(told(&own)[0], "acme.log 2.1 exact test");
    }

    #[test]
    fn a_reference_without_a_name_is_told_with_its_line() {
        let parsed = read(&SAMPLE.replace("Include=\"Acme.Rules\"", ""));
        assert_eq!((parsed.dependencies.len(), parsed.problems.len()), (1, 1));
        assert_eq!(parsed.problems[0].line, Some(5));
    }

    #[test]
    fn properties_that_double_and_circle_end() {
        let doubling: String =
            (1..100).map(|level| format!("<P{level}>$(P{0})$(P{0})</P{level}>", level - 1)).collect();
        let sound = "<PackageReference Include=\"B\" Version=\"$(P1)\"/>";
        for (first, last, expected) in
            [("1.0", 99, &["b 1.01.0 exact runtime"][..]), ("$(P99)", 99, &[]), (&"1".repeat(1 << 20), 0, &[])]
        {
            let properties = format!("<PropertyGroup><P0>{first}</P0>{doubling}</PropertyGroup>");
            let references = format!("<PackageReference Include=\"A\" Version=\"$(P{last})\"/>").repeat(2_000);
            let text = format!("<Project>{properties}<ItemGroup>{references}{sound}</ItemGroup></Project>");
            assert_eq!(told(&text), expected);
        }
        let deep = "<PropertyGroup>".repeat(100_000) + &"</PropertyGroup>".repeat(100_000);
        assert!(told(&format!("<Project>{deep}</Project>")).is_empty());
    }

    /// Eight values of the name by eight of the version for each would take gigabytes.
    #[test]
    fn references_with_many_values_are_each_kept_once_and_so_many() {
        let values = |name: &str, value: &str| -> String {
            (0..8).map(|at| format!("<{name} Condition=\"'$(F)' == '{at}'\">{value}{at}</{name}>")).collect()
        };
        let text = |reference: &dyn Fn(usize) -> String| {
            let references: String = (0..4_000).map(reference).collect();
            let properties = values("N", "A") + &values("V", "1.");
            format!("<Project><PropertyGroup>{properties}</PropertyGroup><ItemGroup>{references}</ItemGroup></Project>")
        };
        let same = text(&|_| "<PackageReference Include=\"$(N)\" Version=\"$(V)\"/>".to_owned());
        assert_eq!(read(&same).dependencies.len(), 64);
        let others = text(&|at| format!("<PackageReference Include=\"$(N).{at}\" Version=\"$(V)\"/>"));
        assert_eq!(read(&others).dependencies.len(), 20_000);
    }

    #[test]
    fn of_central_versions_of_many_values_a_few_count() {
        let values: String = (0..8)
            .map(|at| {
                format!("<V Condition=\"'$(F)' == '{at}'\">1.{at}</V><W Condition=\"'$(F)' == '{at}'\">2.{at}</W>")
            })
            .collect();
        let central = "<PackageVersion Include=\"A\" Version=\"$(V)\" Condition=\"'$(F)' == 'x'\"/>\
            <PackageVersion Include=\"A\" Version=\"$(W)\"/>";
        let text = format!(
            "<Project><PropertyGroup>{values}</PropertyGroup><ItemGroup>{central}\
            <PackageReference Include=\"A\"/></ItemGroup></Project>"
        );
        assert_eq!(read(&text).dependencies.len(), 8);
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC*", at in 0..SAMPLE.len(), with in "[<>/$(){}&;=\"!a0 \\n-]{0,9}") {
            read(&text);
            let (before, after) = SAMPLE.split_at(at);
            read(&[before, &with, after].concat());
        }
    }
}
