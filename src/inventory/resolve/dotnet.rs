//! Projects of .NET with the files of MSBuild that count for them
//! (<https://learn.microsoft.com/visualstudio/msbuild/customize-by-directory>).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::completed::complete;
use crate::inventory::format::Format;
use crate::inventory::more::More;
use crate::inventory::more::msbuild::{File, from_own_folder};
use crate::inventory::parsed::TreeFile;
use crate::inventory::problem::Problem;
use crate::inventory::read::found::{Found, plain};
use crate::inventory::read::msbuild_chain::{Chain, Referred, Unvalued};
use crate::inventory::tree_path::{folder, join, within};
use crate::model::PackageName;

/// How many files may count for one; real ones have about five.
const MOST: usize = 16;

/// How many files one of them may include.
const MOST_IMPORTS: usize = 64;

/// What MSBuild reads before a project, and what after it, of the nearest folder
/// that has one.
const BEFORE: [&str; 2] = ["Directory.Build.props", "Directory.Packages.props"];
const AFTER: [&str; 1] = ["Directory.Build.targets"];

/// Where the build tools of .NET itself keep versions; they include it unasked.
const ARCADE: (&str, &str) = ("Microsoft.DotNet.Arcade.Sdk", "eng/Versions.props");

/// Completes every project by the files above it, has a file of central versions
/// say only what no project takes, and leaves out what lock files have.
pub(super) fn resolve(files: &mut [TreeFile]) {
    let tree = Tree::of(files);
    let own = files.iter().enumerate().filter_map(|(at, file)| Some((at, &*file.path, msbuild(file)?)));
    let chains: Vec<(usize, Chain<'_>)> = own.map(|(at, path, own)| (at, tree.chain(path, own))).collect();
    let mut taken = HashSet::new();
    let mut changes: Vec<(usize, Referred)> = Vec::new();
    let mut problems = Vec::new();
    for (at, chain) in &chains {
        changes.push((*at, chain.referred(&mut taken)));
        let unnamed = chain.unnamed().map(|name| format!("a reference whose name is not known: {}", plain(name)));
        problems.extend(unnamed.map(|message| (*at, Problem::new(None, message))));
    }
    let locked = locked(files);
    for (at, chain) in &chains {
        let locks = files.get(*at).map(|file| lock_names(&file.path));
        let is_locked = locks.iter().flatten().any(|lock| locked.contains_key(lock.as_str()));
        if !is_locked {
            problems.extend(unvalued(chain).into_iter().map(|problem| (*at, problem)));
        }
    }
    let mut completed = Vec::new();
    for ((at, mut referred), (_, chain)) in changes.into_iter().zip(&chains) {
        chain.untaken(at, &taken, &mut referred);
        let (mut dependencies, problem) = referred.into_parts();
        problems.extend(problem.map(|problem| (at, problem)));
        let project = files.get(at).filter(|file| file.format == Format::DotnetProject);
        let locks = project.map(|file| lock_names(&file.path));
        if let Some(locked) = locks.iter().flatten().find_map(|lock| locked.get(lock.as_str())) {
            dependencies.retain(|dependency| !locked.contains(&dependency.package));
        }
        completed.push((at, dependencies));
    }
    for (at, dependencies) in completed {
        complete(files, at, dependencies);
    }
    for (at, problem) in problems {
        if let Some(file) = files.get_mut(at) {
            file.problems.push(problem);
        }
    }
}

/// What a project asks for in versions that the tree does not say: properties may
/// come from outside, or be computed.
fn unvalued(chain: &Chain<'_>) -> Vec<Problem> {
    let mut found = Found::default();
    for Unvalued { name, version, is_over } in chain.unvalued() {
        let wrong = if is_over {
            "a version that takes more properties than are put in"
        } else {
            "a version by a property without a value"
        };
        found.tell(None, wrong, &format!("{name} {version}"));
    }
    found.into_problems()
}

fn msbuild(file: &TreeFile) -> Option<&File> {
    if let More::MsBuild(file) = &file.parsed.more { Some(file) } else { None }
}

/// The paths that a project's lock file may have: one of its own name counts before
/// that of the folder, and has no spaces in it (`GetNuGetLockFilePath` of NuGet).
fn lock_names(project: &str) -> [String; 2] {
    let file = project.rsplit('/').next().unwrap_or(project);
    let name = file.rsplit_once('.').map_or(file, |(name, _)| name).replace(' ', "_");
    [format!("packages.{name}.lock.json"), "packages.lock.json".to_owned()].map(|lock| within(folder(project), &lock))
}

/// The packages of lock files, by their paths.
fn locked(files: &[TreeFile]) -> HashMap<Arc<str>, HashSet<Arc<PackageName>>> {
    let of = |file: &TreeFile| {
        let names = file.dependencies.iter().map(|dependency| Arc::clone(&dependency.package));
        (Arc::clone(&file.path), names.collect())
    };
    files.iter().filter(|file| file.format == Format::NugetLock).map(of).collect()
}

/// The files of MSBuild of a tree, by their paths.
struct Tree<'f> {
    by_path: HashMap<&'f str, (usize, &'f File)>,
}

impl<'f> Tree<'f> {
    fn of(files: &'f [TreeFile]) -> Self {
        let of = |(at, file): (usize, &'f TreeFile)| Some((&*file.path, (at, msbuild(file)?)));
        Self { by_path: files.iter().enumerate().filter_map(of).collect() }
    }

    /// A file with those that count for it, in the order in which they are read.
    fn chain(&self, path: &str, file: &'f File) -> Chain<'f> {
        let mut files = Vec::new();
        for name in BEFORE {
            self.above(folder(path), name, &mut files);
        }
        self.include(path, &mut files);
        for name in AFTER {
            self.above(folder(path), name, &mut files);
        }
        Chain::new(file, files)
    }

    /// Adds the nearest file of a name, in a folder or above it.
    fn above(&self, from: &str, name: &str, files: &mut Vec<(usize, &'f File)>) {
        let folders = std::iter::successors(Some(from), |at| (!at.is_empty()).then(|| folder(at)));
        let nearest = folders.map(|folder| within(folder, name)).find(|path| self.by_path.contains_key(path.as_str()));
        if let Some(path) = nearest {
            self.include(&path, files);
        }
    }

    /// Adds a file behind those that it includes.
    fn include(&self, path: &str, files: &mut Vec<(usize, &'f File)>) {
        let Some((at, file)) = self.by_path.get(path) else { return };
        let is_known = files.iter().any(|(known, _)| known == at);
        if is_known || files.len() >= MOST {
            return;
        }
        files.push((*at, file));
        let place = files.len() - 1;
        let home = folder(path);
        for import in file.imports.iter().take(MOST_IMPORTS) {
            if files.len() >= MOST {
                break;
            }
            let name = BEFORE.into_iter().chain(AFTER).find(|name| import.contains(name));
            if import == ARCADE.0 {
                self.include(&within(home, ARCADE.1), files);
            } else if let (Some(name), false) = (name, home.is_empty()) {
                // `$([MSBuild]::GetPathOfFileAbove(…))`, `..\Directory.Build.props`.
                self.above(folder(home), name, files);
            } else {
                if let Some(path) = join(home, from_own_folder(import)) {
                    self.include(&path, files);
                }
            }
        }
        // What it includes is read before the rest of it.
        if let Some(part) = files.get_mut(place..) {
            part.rotate_left(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::dependency::Dependency;
    use crate::inventory::place::Place;
    use crate::inventory::read::parse;

    fn told(files: &[(&str, String)]) -> Vec<String> {
        let file = |(path, text): &(&str, String)| {
            let format = Format::of(path).unwrap();
            let parsed = Arc::new(parse(format, text.as_bytes()));
            TreeFile::alone(Arc::from(*path), format, parsed, Place::Own)
        };
        let mut files: Vec<TreeFile> = files.iter().map(file).collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        resolve(&mut files);
        let one = |path: &str, found: &Dependency| {
            let (pin, relation) = (found.pin.as_str(), found.relation.as_str());
            format!("{path} {} {} {pin} {relation}", found.package.name, found.version)
        };
        files.iter().flat_map(|file| file.dependencies.iter().map(|found| one(&file.path, found))).collect()
    }

    fn central(versions: &[(&str, &str)], more: &str) -> String {
        let one =
            |(name, version): &(&str, &str)| format!("<PackageVersion Include=\"{name}\" Version=\"{version}\" />");
        let items: String = versions.iter().map(one).collect();
        format!("<Project>{more}<ItemGroup>{items}</ItemGroup></Project>")
    }

    fn project(names: &[&str]) -> String {
        let items: String = names.iter().map(|name| format!("<PackageReference Include=\"{name}\" />")).collect();
        format!("<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup>{items}</ItemGroup></Project>")
    }

    #[test]
    fn the_nearest_file_of_central_versions_counts_and_what_it_includes() {
        let import = "<Import Project=\"$([MSBuild]::GetPathOfFileAbove(Directory.Packages.props, $(MSBuildThisFileDirectory)..))\" />";
        let near = |more: &str| {
            [
                ("Directory.Packages.props", central(&[("A", "1.0"), ("B", "1.0")], "")),
                ("src/Directory.Packages.props", central(&[("A", "2.0")], more)),
                ("src/X/X.csproj", project(&["a", "B"])),
            ]
        };
        let alone = ["Directory.Packages.props a 1.0 shown unknown", "Directory.Packages.props b 1.0 shown unknown"];
        assert_eq!(told(&near(""))[..2], alone);
        assert_eq!(told(&near(""))[2..], ["src/X/X.csproj a 2.0 exact direct"]);
        let both = ["src/X/X.csproj a 2.0 exact direct", "src/X/X.csproj b 1.0 exact direct"];
        assert_eq!(told(&near(import))[1..], both);
    }

    #[test]
    fn what_pins_what_others_ask_for_is_no_idle_version() {
        let pinning = "<PropertyGroup><CentralPackageTransitivePinningEnabled>true</CentralPackageTransitivePinningEnabled></PropertyGroup>";
        let files = [("Directory.Packages.props", central(&[("A", "1.0")], pinning))];
        assert_eq!(told(&files), ["Directory.Packages.props a 1.0 exact transitive"]);
    }

    #[test]
    fn a_lock_file_beside_a_project_says_more() {
        let lock =
            "{\"version\": 1, \"dependencies\": {\"net8.0\": {\"A\": {\"type\": \"Direct\", \"resolved\": \"1.1\"}}}}";
        let text = "<Project><ItemGroup><PackageReference Include=\"A\" Version=\"1.0\" />\
            <PackageReference Include=\"B\" Version=\"1.0\" /></ItemGroup></Project>";
        let files = [
            ("x/X.csproj", text.to_owned()),
            ("x/packages.lock.json", lock.to_owned()),
            ("y/Y.csproj", text.to_owned()),
            ("y/packages.Z.lock.json", lock.to_owned()),
        ];
        let expected = [
            "x/X.csproj b 1.0 exact direct",
            "x/packages.lock.json a 1.1 exact direct",
            "y/Y.csproj a 1.0 exact direct",
            "y/Y.csproj b 1.0 exact direct",
            "y/packages.Z.lock.json a 1.1 exact direct",
        ];
        assert_eq!(told(&files), expected);
    }

    #[test]
    fn an_update_for_some_frameworks_leaves_the_others_theirs() {
        let update = "<PackageReference Update=\"A\" VersionOverride=\"1.1\" Condition=\"'$(TargetFramework)' == 'x'\" /></ItemGroup>";
        let files = [
            ("Directory.Packages.props", central(&[("A", "2.0")], "")),
            ("x/X.csproj", project(&["A"]).replace("</ItemGroup>", update)),
        ];
        assert_eq!(told(&files), ["x/X.csproj a 1.1 exact direct", "x/X.csproj a 2.0 exact direct"]);
    }

    #[test]
    fn what_is_read_behind_a_project_updates_and_removes_its_references() {
        let text = "<Project><ItemGroup><PackageReference Include=\"A\" Version=\"1.0\" /></ItemGroup></Project>";
        let with = |item: &str| text.replace("</ItemGroup>", &format!("{item}</ItemGroup>"));
        let file = |item: &str| format!("<Project><ItemGroup>{item}</ItemGroup></Project>");
        let (update, remove) =
            ("<PackageReference Update=\"a\" Version=\"1.2\" />", "<PackageReference Remove=\"A\" />");
        let other = remove.replace(" />", " Condition=\"'$(TargetFramework)' == 'x'\" />");
        let again =
            file(remove).replace("</ItemGroup>", &text.replace("<Project><ItemGroup>", "").replace("</Project>", ""));
        for (own, above, item, expected) in [
            (text.to_owned(), "Directory.Build.targets", update, Some("1.2")),
            (text.to_owned(), "Directory.Build.props", update, Some("1.0")),
            (with(update), "Directory.Build.props", "", Some("1.2")),
            (text.to_owned(), "Directory.Build.targets", remove, None),
            (with(remove), "Directory.Build.props", "", None),
            (with(&other), "Directory.Build.props", "", Some("1.0")),
            (again, "Directory.Build.props", "", Some("1.0")),
        ] {
            let told = told(&[(above, file(item)), ("x/X.csproj", own)]);
            let expected: Vec<String> =
                expected.iter().map(|version| format!("x/X.csproj a {version} exact direct")).collect();
            let of_project: Vec<String> = told.into_iter().filter(|one| one.starts_with('x')).collect();
            assert_eq!(of_project, expected, "{above} {item}");
        }
    }

    #[test]
    fn what_is_above_makes_tests_of_projects_only_if_it_always_does() {
        let above = |condition: &str| {
            let props = project(&["Microsoft.NET.Test.Sdk"]).replace("\" />", &format!("\"{condition} />"));
            let text = "<Project><ItemGroup><PackageReference Include=\"A\" Version=\"1.0\" /></ItemGroup></Project>";
            let files = [("t/Directory.Build.props", props), ("t/T.csproj", text.to_owned())];
            let file = |(path, text): &(&str, String)| {
                let format = Format::of(path).unwrap();
                let parsed = Arc::new(parse(format, text.as_bytes()));
                TreeFile::alone(Arc::from(*path), format, parsed, Place::Own)
            };
            let mut files: Vec<TreeFile> = files.iter().map(file).collect();
            resolve(&mut files);
            files[1].dependencies[0].usage.as_str()
        };
        assert_eq!([above(""), above(" Condition=\"'$(IsTest)' == 'x'\"")], ["test", "runtime"]);
    }

    #[test]
    fn a_version_that_properties_lead_nowhere_from_is_told() {
        let told = |properties: &str, central: &str, beside: &[(&str, &str)]| {
            let text = format!(
                "<Project><PropertyGroup>{properties}</PropertyGroup><ItemGroup><PackageReference Include=\"A\" Version=\"$(V)\" />\
                 <PackageReference Include=\"B\" /><PackageReference Include=\"C\" Version=\"1.*\" /></ItemGroup></Project>"
            );
            let central = format!("<Project><ItemGroup>{central}</ItemGroup></Project>");
            let mut files = vec![("Directory.Packages.props", central.as_str()), ("x/X.csproj", text.as_str())];
            files.extend(beside);
            let file = |(path, text): &(&str, &str)| {
                let format = Format::of(path).unwrap();
                TreeFile::alone(Arc::from(*path), format, Arc::new(parse(format, text.as_bytes())), Place::Own)
            };
            let mut files: Vec<TreeFile> = files.iter().map(file).collect();
            resolve(&mut files);
            files[1].problems.iter().map(|problem| problem.message.clone()).collect::<Vec<_>>()
        };
        let b = "<PackageVersion Include=\"b\" Version=\"$(W)\" />";
        assert_eq!(told("<V>1.0</V>", "", &[]), [""; 0]);
        assert_eq!(told("", "", &[]), ["a version by a property without a value: A $(V)"]);
        assert_eq!(told("<V>1.0</V>", b, &[]), ["a version by a property without a value: B $(W)"]);
        assert_eq!(told("<V>$(V)</V>", b, &[]).len(), 2);
        assert!(told("<V>$(V)</V>", "", &[])[0].starts_with("a version that takes more properties than are put in: A"));
        let lock = [("x/packages.lock.json", "{\"version\": 1, \"dependencies\": {}}")];
        assert_eq!(told("", b, &lock), [""; 0]);
    }

    #[test]
    fn files_that_include_each_other_end() {
        let include = |path: &str| format!("<Project><Import Project=\"{path}\" /></Project>");
        let files = [
            ("Directory.Build.props", include("a\\Versions.props")),
            ("a/Versions.props", central(&[("A", "1.0")], "<Import Project=\"..\\Directory.Build.props\" />")),
            ("a/A.csproj", project(&["A"])),
        ];
        assert_eq!(told(&files), ["a/A.csproj a 1.0 exact direct"]);
    }
}
