//! What version managers read: `.tool-versions`, `mise.toml`, `.go-version` and
//! its like, `rust-toolchain.toml`, `global.json`.

use toml::de::DeValue;

use super::found::Found;
use super::toml_document;
use super::value;
use crate::inventory::builder::{Builder, Release, Runtime, Source};
use crate::inventory::parsed::Parsed;

/// The tools of asdf and mise, by their names there.
const TOOLS: [(&str, Runtime); 12] = [
    ("golang", Runtime::Go),
    ("go", Runtime::Go),
    ("nodejs", Runtime::Node),
    ("node", Runtime::Node),
    ("python", Runtime::Python),
    ("java", Runtime::Java),
    ("rust", Runtime::Rust),
    ("dotnet", Runtime::DotnetSdk),
    ("dotnet-core", Runtime::DotnetSdk),
    ("core:go", Runtime::Go),
    ("core:node", Runtime::Node),
    ("core:python", Runtime::Python),
];

fn tool(name: &str) -> Option<Runtime> {
    TOOLS.iter().find(|(known, _)| *known == name).map(|(_, runtime)| *runtime)
}

/// The release that a version manager installs; of Java behind the name of whoever
/// builds it: `temurin-17.0.9+9`.
fn release(runtime: Runtime, written: &str) -> Release {
    let named = if runtime == Runtime::Java {
        written.find(|c: char| c.is_ascii_digit()).and_then(|at| written.get(at..)).unwrap_or(written)
    } else {
        written
    };
    match Release::of(runtime, named) {
        Release::Moving(_) => Release::Moving(written.into()),
        release => release,
    }
}

fn of_manager(runtime: Runtime, written: &str) -> Builder {
    Builder::new(runtime, Source::VersionFile, release(runtime, written))
}

/// Reads `.tool-versions` of asdf: a tool a line, then its versions, of which the
/// first that is installed counts (<https://asdf-vm.com/manage/configuration.html>).
pub(super) fn tool_versions(text: &str) -> Parsed {
    let mut builders = Vec::new();
    for line in text.lines() {
        let mut words = line.split('#').next().unwrap_or_default().split_whitespace();
        let (Some(runtime), Some(version)) = (words.next().and_then(tool), words.next()) else { continue };
        builders.push(of_manager(runtime, version));
    }
    Parsed::default().built_by(builders)
}

/// Reads `mise.toml`: its table `tools` (<https://mise.jdx.dev/configuration.html>).
pub(super) fn mise(text: &str) -> Parsed {
    let mut found = Found::default();
    let mut mended = String::new();
    let root = toml_document::parse(text, &mut mended, &mut found);
    let mut builders = Vec::new();
    for (name, said) in toml_document::table(&root, "tools").map(toml_document::entries).unwrap_or_default() {
        let Some(runtime) = tool(name) else { continue };
        let first = said.get_ref().as_array().and_then(|list| list.first()).unwrap_or(said).get_ref();
        let version = match first {
            DeValue::String(version) => Some(&**version),
            DeValue::Float(number) => Some(number.as_str()),
            DeValue::Integer(number) => Some(number.as_str()),
            DeValue::Table(table) => toml_document::text(table, "version"),
            _ => None,
        };
        builders.extend(version.map(|version| of_manager(runtime, version)));
    }
    found.finish().built_by(builders)
}

/// Reads a file that holds the version of one language alone: `.go-version`,
/// `.nvmrc`, `.node-version`, `.python-version`, `.java-version`.
pub(super) fn alone(text: &str, runtime: Runtime) -> Parsed {
    let mut said = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    let version = said.find(|line| !line.is_empty());
    Parsed::default().built_by(version.map(|version| of_manager(runtime, version)).into_iter().collect())
}

/// Reads `rust-toolchain.toml`, or `rust-toolchain`, which may hold the channel alone
/// (<https://rust-lang.github.io/rustup/overrides.html>).
pub(super) fn rust_toolchain(text: &str) -> Parsed {
    let pinned = |channel: &str| Builder::new(Runtime::Rust, Source::Manifest, Release::of(Runtime::Rust, channel));
    let channel = text.trim();
    if channel.lines().count() == 1 && !channel.contains(['[', '=']) {
        return Parsed::default().built_by(vec![pinned(channel)]);
    }
    let mut found = Found::default();
    let mut mended = String::new();
    let root = toml_document::parse(text, &mut mended, &mut found);
    let channel = toml_document::table(&root, "toolchain").and_then(|table| toml_document::text(table, "channel"));
    let builders = channel.map(pinned).into_iter().collect();
    found.finish().built_by(builders)
}

/// Reads `global.json` of .NET: `sdk.version`. It is rolled forward to the newest
/// patch unless `rollForward` says `disable`
/// (<https://learn.microsoft.com/dotnet/core/tools/global-json>); it is shown as what it names.
pub(super) fn global_json(text: &str) -> Parsed {
    let (document, problem) = value::json(text);
    let sdk = document.get("sdk").get("version").text();
    let pinned =
        sdk.map(|sdk| Builder::new(Runtime::DotnetSdk, Source::Manifest, Release::of(Runtime::DotnetSdk, sdk)));
    Parsed { problems: problem.into_iter().collect(), ..Parsed::default() }.built_by(pinned.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::inventory::format::Format;
    use crate::inventory::problem::Problem;
    use crate::inventory::read::parse;

    fn told(parsed: &Parsed) -> Vec<String> {
        assert_eq!(parsed.dependencies.len(), 0);
        parsed.builders.iter().map(|builder| format!("{:?} {:?}", builder.runtime, builder.release)).collect()
    }

    #[test]
    fn version_managers_name_releases() {
        let asdf = "# tools\ngolang 1.22.8\nnodejs 20.11.1 18.0.0 # first that is there\njava temurin-17.0.9+9\nterraform 1.5.0\n\npython 3.12\n";
        let expected =
            ["Go Exact(\"1.22.8\")", "Node Exact(\"20.11.1\")", "Java Exact(\"17.0.9\")", "Python Moving(\"3.12\")"];
        assert_eq!(told(&tool_versions(asdf)), expected);
        let toml = "[tools]\ngo = '1.22.8'\nnode = ['20.11.1', '18']\npython = 3.12\njava = {version = 'temurin-17.0.9+9'}\nterraform = '1'\n";
        let found = mise(toml);
        assert_eq!(told(&found), [expected[0], expected[1], "Python Moving(\"3.12\")", expected[2]]);
        assert_eq!(found.problems, []);
        assert_eq!(told(&alone("# pinned\n1.22.8\n", Runtime::Go)), [expected[0]]);
        assert_eq!(told(&alone("lts/*\n", Runtime::Node)), ["Node Moving(\"lts/*\")"]);
        assert_eq!(told(&alone("", Runtime::Node)), Vec::<String>::new());
    }

    #[test]
    fn pins_of_rust_and_dotnet() {
        for (text, expected) in [
            ("1.75.0\n", vec!["Rust Exact(\"1.75.0\")"]),
            ("stable\n", vec!["Rust Moving(\"stable\")"]),
            ("[toolchain]\nchannel = \"1.75.0\"\n", vec!["Rust Exact(\"1.75.0\")"]),
            ("[toolchain]\ncomponents = []\n", vec![]),
        ] {
            assert_eq!(told(&rust_toolchain(text)), expected, "{text}");
        }
        let json = "{\"sdk\": {\"version\": \"8.0.204\", \"rollForward\": \"latestFeature\"}}";
        assert_eq!(told(&global_json(json)), ["DotnetSdk Exact(\"8.0.204\")"]);
        assert_eq!(global_json("{").problems.len(), 1);
        assert_eq!(rust_toolchain("[toolchain\n").problems.len(), 1);
    }

    #[test]
    fn of_many_versions_a_few_are_read_and_the_rest_is_told() {
        let text = "golang 1.22.8\n".repeat(100_000);
        let parsed = parse(Format::ToolVersions, text.as_bytes());
        let message = "it has more than 64 versions of languages, and the others are not read";
        assert_eq!((parsed.builders.len(), parsed.problems), (64, vec![Problem::new(None, message)]));
        assert_eq!(parse(Format::ToolVersions, b"golang 1.22.8\ngolang 1.22.8\n").problems, []);
    }

    proptest! {
        #[test]
        fn no_text_breaks_them(text in "\\PC*") {
            tool_versions(&text);
            mise(&text);
            alone(&text, Runtime::Java);
            rust_toolchain(&text);
            global_json(&text);
        }
    }
}
