//! `*.csproj`, `*.fsproj`, `*.vbproj` with the `Directory.Build.props` above them,
//! and `*.nuspec` (<https://learn.microsoft.com/nuget/reference/msbuild-targets>).

use std::collections::BTreeMap;

use roxmltree::Node;

use super::super::read::xml_bounds::document;
use crate::inventory::tree_path::{folder, up};

const PROPS: &str = "Directory.Build.props";

/// Whether a file, by its name, is one of these.
pub(super) fn is_manifest(file: &str) -> bool {
    file == PROPS || is_project(file) || file.ends_with(".nuspec")
}

fn is_project(file: &str) -> bool {
    [".csproj", ".fsproj", ".vbproj"].iter().any(|end| file.ends_with(end))
}

/// The properties that a name depends on, in lower case, as written.
type Properties = BTreeMap<String, String>;

/// The names of packages, each with its file.
pub(super) fn names<'f>(files: &[(&'f str, &'f str)]) -> Vec<(&'f str, String)> {
    let file = |path: &'f str| path.rsplit('/').next().unwrap_or(path);
    let props = files.iter().filter(|(path, _)| file(path) == PROPS);
    let props: BTreeMap<&str, Properties> =
        props.filter_map(|(path, text)| Some((folder(path), properties(document(text)?.root_element())))).collect();
    let mut names = Vec::new();
    for (path, text) in files {
        let name = if is_project(file(path)) { project(path, text, &props) } else { nuspec(file(path), text) };
        names.extend(name.map(|name| (*path, name)));
    }
    names
}

fn nuspec(file: &str, text: &str) -> Option<String> {
    let document = document(text).filter(|_| file.ends_with(".nuspec"))?;
    let metadata = document.root_element().children().find(|node| node.tag_name().name() == "metadata")?;
    let id = metadata.children().find(|node| node.tag_name().name() == "id")?;
    Some(id.text()?.trim().to_owned())
}

fn project(path: &str, text: &str, props: &BTreeMap<&str, Properties>) -> Option<String> {
    let document = document(text)?;
    let root = document.root_element();
    let own = properties(root);
    // The nearest goes first; each commonly includes the one above it.
    let above = up(folder(path));
    let chain: Vec<&Properties> = std::iter::once(&own).chain(above.filter_map(|at| props.get(at))).collect();
    let value = |key: &str| chain.iter().find_map(|properties| properties.get(key)).map(String::as_str);
    let says = |key: &str, word: &str| value(key).is_some_and(|value| value.eq_ignore_ascii_case(word));
    let references = root.descendants().filter(|node| node.tag_name().name() == "PackageReference");
    let is_test = references.filter_map(|node| node.attribute("Include")).any(|name| name == "Microsoft.NET.Test.Sdk");
    if says("ispackable", "false") || says("istestproject", "true") || (is_test && !says("ispackable", "true")) {
        return None;
    }
    let stem = path.rsplit('/').next().and_then(|file| file.rsplit_once('.')).map(|(stem, _)| stem)?;
    // Only the newer kind of projects is packed without a word, and of these no web site.
    let sdk = root.attribute("Sdk");
    let is_packed = sdk.is_some_and(|sdk| !sdk.ends_with(".Web")) || says("ispackable", "true");
    let written = match (value("packageid"), value("assemblyname")) {
        (Some(id), _) => id,
        (None, Some(name)) if is_packed => name,
        (None, None) if is_packed => return Some(stem.to_owned()),
        _ => return None,
    };
    let known = |name: &str| match name.to_ascii_lowercase().as_str() {
        "msbuildprojectname" => Some(stem.to_owned()),
        "assemblyname" => value("assemblyname")
            .map_or(Some(stem), |name| Some(name).filter(|name| !name.contains('$')))
            .map(str::to_owned),
        key => value(key).filter(|value| !value.contains('$')).map(str::to_owned),
    };
    expanded(written, known)
}

/// The text with the properties put in; none where one is not known.
fn expanded(text: &str, known: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut name = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("$(") {
        let (key, behind) = behind.split_once(')')?;
        name.push_str(before);
        name.push_str(&known(key)?);
        rest = behind;
    }
    name.push_str(rest);
    (name.len() <= 512).then_some(name)
}

/// What a file sets whatever is built, the last that counts.
fn properties(root: Node<'_, '_>) -> Properties {
    let is_set = |node: &Node<'_, '_>, key: &str| match node.attribute("Condition") {
        None => true,
        // `'$(PackageId)' == ''`: unless it is set already.
        Some(condition) => {
            let condition: String = condition.chars().filter(|c| !c.is_whitespace()).collect();
            condition.eq_ignore_ascii_case(&format!("'$({key})'==''"))
        }
    };
    let groups = root.children().filter(|node| node.tag_name().name() == "PropertyGroup" && is_set(node, ""));
    let set = groups.flat_map(|group| group.children()).filter(Node::is_element);
    let set = set.filter(|node| is_set(node, node.tag_name().name()));
    set.filter_map(|node| Some((node.tag_name().name().to_ascii_lowercase(), node.text()?.trim().to_owned()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(files: &[(&str, &str)]) -> Vec<String> {
        names(files).into_iter().map(|(_, name)| name).collect()
    }

    fn of(inner: &str) -> String {
        format!("<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup>{inner}</PropertyGroup></Project>")
    }

    #[test]
    fn a_project_is_packed_under_its_id_or_its_own_name() {
        for (inner, name) in [
            ("<PackageId>P</PackageId>", Some("P")),
            ("<AssemblyName>A</AssemblyName>", Some("A")),
            ("<PackageId>Acme.$(MSBuildProjectName)</PackageId>", Some("Acme.Core")),
            ("<PackageId>$(AssemblyName).Ext</PackageId>", Some("Core.Ext")),
            ("<PackageId Condition=\"'$(PackageId)' == ''\">P</PackageId>", Some("P")),
            ("<PackageId Condition=\"'$(X)' == 'y'\">P</PackageId>", Some("Core")),
            ("", Some("Core")),
            ("<IsPackable>False</IsPackable>", None),
            ("<PackageId>$(Unknown)</PackageId>", None),
        ] {
            assert_eq!(told(&[("src/Core.csproj", &of(inner))]), Vec::from_iter(name), "{inner}");
        }
    }

    #[test]
    fn old_projects_web_sites_and_tests_are_not_packed() {
        let old = "<Project><PropertyGroup><AssemblyName>A</AssemblyName></PropertyGroup></Project>";
        let web = "<Project Sdk=\"Microsoft.NET.Sdk.Web\" />";
        let test = "<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup><PackageReference Include=\"Microsoft.NET.Test.Sdk\" \
            /></ItemGroup></Project>";
        assert_eq!(told(&[("a.csproj", old), ("b.csproj", web), ("c.fsproj", test), ("d.csproj", "<P")]), [""; 0]);
    }

    #[test]
    fn what_stands_above_counts_where_a_project_is_silent() {
        let props = "<Project><PropertyGroup><IsPackable>false</IsPackable></PropertyGroup></Project>";
        let files = [
            ("Directory.Build.props", props),
            ("a/A.csproj", &of("<IsPackable>true</IsPackable>")),
            ("b/B.csproj", &of("")),
            ("c/C.nuspec", "<package><metadata><id>C.Native</id></metadata></package>"),
        ];
        assert_eq!(told(&files), ["A", "C.Native"]);
    }
}
