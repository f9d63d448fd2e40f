//! Which files name dependencies, and in which format.

use super::tree_path::folder;

/// Declares the formats: each with its word in JSON, the names of its files, and
/// the manifests that stand beside a lock file of it.
macro_rules! formats {
    ($($(#[$doc:meta])+ $name:ident $word:literal [$($file:literal),*] [$($beside:literal),*];)+) => {
        /// The format of a manifest or lock file.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Format {
            $($(#[$doc])+ $name,)+
            /// A version in a file of the project's own, by a rule of the configuration.
            Toolchain,
        }

        impl Format {
            /// Every format that is known by a file's name.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The word, as JSON has it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                    Self::Toolchain => "toolchain",
                }
            }

            /// The manifests that stand beside a lock file of this format; `*.x` is any
            /// name that ends so.
            #[must_use]
            pub const fn companions(self) -> &'static [&'static str] {
                match self {
                    $(Self::$name => &[$($beside),*],)+
                    Self::Toolchain => &[],
                }
            }

            /// The format of a file that always has this name.
            fn named(file: &str) -> Option<Self> {
                const NAMES: &[(&str, Format)] = &[$($(($file, Format::$name),)*)+];
                NAMES.iter().find(|(name, _)| *name == file).map(|(_, format)| *format)
            }
        }
    };
}

formats! {
    /// `go.mod`.
    GoMod "go.mod" ["go.mod"] [];
    /// `go.work`.
    GoWork "go.work" ["go.work"] [];
    /// `vendor/modules.txt`.
    GoVendor "modules.txt" [] [];
    /// `Cargo.lock`, of all versions.
    CargoLock "Cargo.lock" ["Cargo.lock"] ["Cargo.toml"];
    /// `uv.lock`.
    UvLock "uv.lock" ["uv.lock"] ["pyproject.toml"];
    /// `poetry.lock`.
    PoetryLock "poetry.lock" ["poetry.lock"] ["pyproject.toml"];
    /// `pdm.lock`.
    PdmLock "pdm.lock" ["pdm.lock"] ["pyproject.toml"];
    /// `Pipfile.lock`.
    PipfileLock "Pipfile.lock" ["Pipfile.lock"] ["Pipfile"];
    /// `requirements.txt` and its like.
    Requirements "requirements.txt" [] ["setup.py", "setup.cfg", "pyproject.toml", "Pipfile"];
    /// `pyproject.toml`.
    Pyproject "pyproject.toml" ["pyproject.toml"] [];
    /// `package-lock.json` and `npm-shrinkwrap.json`, of all versions.
    NpmLock "package-lock.json" ["package-lock.json", "npm-shrinkwrap.json"] ["package.json"];
    /// `yarn.lock`, of yarn 1 and of later ones.
    YarnLock "yarn.lock" ["yarn.lock"] ["package.json"];
    /// `pnpm-lock.yaml`, from version 5 to 9.
    PnpmLock "pnpm-lock.yaml" ["pnpm-lock.yaml"] ["package.json"];
    /// `package.json`: which packages of a lock file are direct, and which for development.
    PackageJson "package.json" ["package.json"] [];
    /// `pom.xml`.
    Pom "pom.xml" ["pom.xml"] ["build.gradle", "build.gradle.kts"];
    /// `Gemfile.lock`.
    GemfileLock "Gemfile.lock" ["Gemfile.lock", "gems.locked"] ["Gemfile", "gems.rb"];
    /// `composer.lock`.
    ComposerLock "composer.lock" ["composer.lock"] ["composer.json"];
    /// `packages.lock.json` of NuGet.
    NugetLock "packages.lock.json" ["packages.lock.json"] ["*.csproj", "*.fsproj", "*.vbproj"];
    /// `Chart.lock`.
    ChartLock "Chart.lock" ["Chart.lock"] [];
    /// A workflow or an action of GitHub Actions.
    Actions "github-actions" ["action.yml", "action.yaml"] [];
    /// A `Dockerfile` or `Containerfile`.
    Dockerfile "Dockerfile" [] [];
    /// `.tool-versions` of asdf.
    ToolVersions ".tool-versions" [".tool-versions"] [];
    /// `mise.toml` and `.mise.toml`.
    Mise "mise.toml" ["mise.toml", ".mise.toml"] [];
    /// `.go-version`.
    GoVersion ".go-version" [".go-version"] [];
    /// `.nvmrc` and `.node-version`.
    NodeVersion ".node-version" [".nvmrc", ".node-version"] [];
    /// `.python-version`.
    PythonVersion ".python-version" [".python-version"] [];
    /// `.java-version`.
    JavaVersion ".java-version" [".java-version"] [];
    /// `rust-toolchain.toml` and `rust-toolchain`.
    RustToolchain "rust-toolchain.toml" ["rust-toolchain.toml", "rust-toolchain"] [];
    /// `global.json` of .NET.
    GlobalJson "global.json" ["global.json"] [];
    /// `gradle.lockfile`, that of build scripts, and those of single configurations.
    GradleLock "gradle.lockfile" [] ["build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"];
    /// `libs.versions.toml` and its like: a catalog of versions of Gradle.
    GradleCatalog "libs.versions.toml" [] ["build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"];
    /// `gradle/verification-metadata.xml`.
    GradleVerification "verification-metadata.xml" [] [];
    /// `bun.lock`.
    BunLock "bun.lock" ["bun.lock"] ["package.json"];
    /// An SBOM in JSON: CycloneDX, SPDX 2.
    Sbom "sbom" [] [];
    /// `mix.lock`.
    MixLock "mix.lock" ["mix.lock"] ["mix.exs"];
    /// `rebar.lock`.
    RebarLock "rebar.lock" ["rebar.lock"] ["rebar.config", "rebar.config.script"];
    /// `pubspec.lock`.
    PubspecLock "pubspec.lock" ["pubspec.lock"] ["pubspec.yaml"];
    /// `*.csproj`, `*.fsproj`, `*.vbproj`.
    DotnetProject "csproj" [] [];
    /// `Directory.Packages.props` and what else projects of .NET share: the last
    /// three are what those of Microsoft's own projects include.
    DotnetProps "Directory.Packages.props" [
        "Directory.Packages.props", "Directory.Build.props", "Directory.Build.targets", "Versions.props",
        "Packages.props", "Dependencies.props"
    ] [];
    /// `packages.config`.
    PackagesConfig "packages.config" [] ["*.csproj", "*.fsproj", "*.vbproj"];
    /// `pylock.toml` and `pylock.NAME.toml`.
    Pylock "pylock.toml" [] ["pyproject.toml"];
    /// `deno.lock`, from version 1 to 5.
    DenoLock "deno.lock" ["deno.lock"] ["deno.json", "deno.jsonc", "package.json"];
    /// `Package.resolved`, from version 1 to 3.
    SwiftResolved "Package.resolved" ["Package.resolved"] ["Package.swift"];
    /// `Podfile.lock`.
    PodfileLock "Podfile.lock" ["Podfile.lock"] ["Podfile"];
    /// `conan.lock`, of Conan 1 and 2.
    ConanLock "conan.lock" ["conan.lock"] ["conanfile.py", "conanfile.txt"];
    /// `stack.yaml.lock`.
    StackLock "stack.yaml.lock" [] ["stack.yaml", "package.yaml"];
    /// `cabal.project.freeze`.
    CabalFreeze "cabal.project.freeze" [] ["cabal.project"];
    /// `renv.lock`.
    RenvLock "renv.lock" ["renv.lock"] ["DESCRIPTION"];
    /// `MODULE.bazel.lock`.
    BazelLock "MODULE.bazel.lock" ["MODULE.bazel.lock"] [];
    /// `MODULE.bazel`, and what it includes.
    BazelModule "MODULE.bazel" ["MODULE.bazel"] [];
    /// `.pre-commit-config.yaml`.
    PreCommit "pre-commit" [".pre-commit-config.yaml", ".pre-commit-config.yml"] [];
    /// A file of Docker Compose.
    Compose "compose" [] [];
    /// `values.yaml` of a chart of Helm: its images.
    HelmValues "values.yaml" [] ["Chart.yaml"];
    /// A file of YAML that may have manifests of Kubernetes, by its folder.
    Kubernetes "kubernetes" [] [];
    /// `.gitmodules` of the root, with the commits that the tree has of its submodules.
    Submodules ".gitmodules" [] [];
    /// `deno.json` and `deno.jsonc`.
    DenoJson "deno.json" ["deno.json", "deno.jsonc"] [];
}

impl Format {
    /// Whether a file has the name of a manifest that stands beside one of this format.
    #[must_use]
    pub fn has_companion(self, name: &str) -> bool {
        let is_meant = |known: &str| known.strip_prefix('*').map_or(known == name, |end| name.ends_with(end));
        self.companions().iter().any(|known| is_meant(known))
    }

    /// Whether what a file of this format says may change what others of its tree say:
    /// workspaces, included files, parents and projects that share versions; lock files, beside
    /// which manifests say less, and manifests, which tell what a lock's packages are
    /// for; and who says what builds the project, of which the strongest counts.
    #[must_use]
    pub const fn completes_others(self) -> bool {
        self.is_of_builders()
            || matches!(
                self,
                Self::GoWork
                    | Self::Requirements
                    | Self::UvLock
                    | Self::PoetryLock
                    | Self::PdmLock
                    | Self::Pylock
                    | Self::Pom
                    | Self::DotnetProject
                    | Self::DotnetProps
                    | Self::NugetLock
                    | Self::GradleLock
                    | Self::DenoLock
                    | Self::BazelLock
                    | Self::BazelModule
            )
    }

    /// Whether a file of this format may say what builds or runs the project.
    const fn is_of_builders(self) -> bool {
        matches!(
            self,
            Self::GoMod
                | Self::PackageJson
                | Self::Pyproject
                | Self::Actions
                | Self::Dockerfile
                | Self::ToolVersions
                | Self::Mise
                | Self::GoVersion
                | Self::NodeVersion
                | Self::PythonVersion
                | Self::JavaVersion
                | Self::RustToolchain
                | Self::GlobalJson
                | Self::Toolchain
        )
    }

    /// Whether a file of this format names what is asked for, and not what that asks
    /// for in turn.
    #[must_use]
    pub const fn is_manifest(self) -> bool {
        matches!(
            self,
            Self::Pyproject
                | Self::Pom
                | Self::GradleCatalog
                | Self::DotnetProject
                | Self::DotnetProps
                | Self::BazelModule
        )
    }

    /// Whether a file of this format names everything that is used: no manifest does,
    /// nor do lock files that leave out the packages of a snapshot of Stackage, or what
    /// extensions of Bazel that call themselves reproducible choose ("Lockfile" in
    /// Bazel's manual).
    #[must_use]
    pub const fn is_whole(self) -> bool {
        !self.is_manifest() && !matches!(self, Self::StackLock | Self::BazelLock)
    }

    /// The folder of what a file of this format at a path is for.
    #[must_use]
    pub fn home(self, path: &str) -> &str {
        let folder = folder(path);
        // Gradle keeps files of a build in `gradle`, and until 6.8 each
        // project's locks in `gradle/dependency-locks`.
        let is_gradles = matches!(self, Self::GradleLock | Self::GradleCatalog | Self::GradleVerification);
        let within = ["gradle/dependency-locks", "gradle"].into_iter().find_map(|own| {
            let above = folder.strip_suffix(own)?;
            if above.is_empty() { Some(above) } else { above.strip_suffix('/') }
        });
        within.filter(|_| is_gradles).unwrap_or(folder)
    }

    /// Whether the tools that read a file of this format take UTF-16 by its byte
    /// order mark: pip ("Requirements File Format" in its guide), readers of XML
    /// (XML 1.0, 4.3.3), and .NET's reader of text.
    #[must_use]
    pub const fn may_be_utf_16(self) -> bool {
        let is_xml = matches!(
            self,
            Self::Pom | Self::GradleVerification | Self::DotnetProject | Self::DotnetProps | Self::PackagesConfig
        );
        is_xml || matches!(self, Self::Requirements | Self::NugetLock)
    }

    /// The format of the file at a path, by its name and folder; none for any other file.
    #[must_use]
    pub fn of(path: &str) -> Option<Self> {
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        Self::named(file).or_else(|| Self::by_pattern(folder, file))
    }

    fn by_pattern(folder: &str, file: &str) -> Option<Self> {
        if file == "modules.txt" && (folder == "vendor" || folder.ends_with("/vendor")) {
            return Some(Self::GoVendor);
        }
        // Git reads no other.
        if file == ".gitmodules" && folder.is_empty() {
            return Some(Self::Submodules);
        }
        let lower = file.to_ascii_lowercase();
        let is_yaml = lower.ends_with(".yml") || lower.ends_with(".yaml");
        if is_yaml && (folder == ".github/workflows" || folder.ends_with("/.github/workflows")) {
            return Some(Self::Actions);
        }
        // `dev-requirements.txt`, `requirements_test.txt`, `requirements/base.txt`.
        let of_requirements = lower.contains("requirements") || folder.rsplit('/').next() == Some("requirements");
        // `requirements.lock` is Rye's or Helm 2's: its text tells.
        if of_requirements && (lower.ends_with(".txt") || lower.ends_with("requirements.lock")) {
            return Some(Self::Requirements);
        }
        // The names that the two formats' own pages and tools give; others are an option.
        let of_sbom = [".cdx.json", ".spdx.json", ".sbom.json"].iter().any(|end| lower.ends_with(end));
        if of_sbom || matches!(lower.as_str(), "bom.json" | "sbom.json" | "spdx.json" | "cyclonedx.json") {
            return Some(Self::Sbom);
        }
        // `pylock.toml`, `pylock.docs.toml` (PEP 751, "File Name").
        if file.strip_prefix("pylock.").and_then(|rest| rest.strip_suffix("toml")).is_some_and(is_pylock_name) {
            return Some(Self::Pylock);
        }
        // Both tools append to the name of the file that they were given: `stack-9.4.yaml`, `ci.project`.
        if file.starts_with("stack") && file.ends_with(".yaml.lock") {
            return Some(Self::StackLock);
        }
        if file.ends_with(".project.freeze") {
            return Some(Self::CabalFreeze);
        }
        // A script's own lock, and PDM's under a name that the project gives it.
        if lower.ends_with(".py.lock") {
            return Some(Self::UvLock);
        }
        if file.starts_with("pdm.") && file.ends_with(".lock") {
            return Some(Self::PdmLock);
        }
        let of_docker =
            |name: &str| lower == name || lower.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
        let is_docker = of_docker("dockerfile")
            || of_docker("containerfile")
            || lower.ends_with(".dockerfile")
            || lower.ends_with(".containerfile");
        if is_docker {
            return Some(Self::Dockerfile);
        }
        if [".csproj", ".fsproj", ".vbproj"].iter().any(|end| lower.ends_with(end)) {
            return Some(Self::DotnetProject);
        }
        // `packages.Shop.config`, of one of several projects in a folder.
        let of_packages = lower.strip_prefix("packages.");
        if of_packages.is_some_and(|rest| rest == "config" || rest.ends_with(".config")) {
            return Some(Self::PackagesConfig);
        }
        if of_packages.is_some_and(|rest| rest.ends_with(".lock.json")) {
            return Some(Self::NugetLock);
        }
        // A build may keep its lock under another name: `gradle-2.13.lockfile`.
        let of_gradle = file.starts_with("gradle") || file.ends_with("gradle.lockfile");
        let is_old = folder == "dependency-locks" || folder.ends_with("/dependency-locks");
        if file.ends_with(".lockfile") && (of_gradle || is_old) {
            return Some(Self::GradleLock);
        }
        let is_verified = file == "verification-metadata.xml" && (folder == "gradle" || folder.ends_with("/gradle"));
        if is_verified {
            return Some(Self::GradleVerification);
        }
        if file.ends_with(".versions.toml") {
            return Some(Self::GradleCatalog);
        }
        if file.ends_with(".MODULE.bazel") {
            return Some(Self::BazelModule);
        }
        is_yaml.then(|| Self::of_containers(folder, &lower))?
    }

    /// The format of a file of YAML that says which containers run.
    fn of_containers(folder: &str, lower: &str) -> Option<Self> {
        let named = |name: &str| lower.strip_prefix(name).is_some_and(|rest| rest.starts_with(['.', '-', '_']));
        if named("compose") || named("docker-compose") {
            return Some(Self::Compose);
        }
        if named("values") {
            return Some(Self::HelmValues);
        }
        // No name tells a manifest, and to read every file of YAML of a large
        // repository takes longer than all else: those are read that stand where
        // projects keep them. What Helm makes of a template stands in its values.
        let mut folders = folder.split('/');
        let is_there = folders.any(|name| MANIFEST_FOLDERS.contains(&name.to_ascii_lowercase().as_str()));
        let is_other = folder.split('/').any(|name| matches!(name, "templates" | "crd" | "crds" | "vendor"));
        (is_there && !is_other || named("kustomization")).then_some(Self::Kubernetes)
    }

    /// Whether a file's name promises nothing of its contents: one that names no
    /// dependency and has no problem is no manifest.
    #[must_use]
    pub const fn is_guess(self) -> bool {
        matches!(self, Self::HelmValues | Self::Kubernetes)
    }
}

/// The names of folders where projects keep manifests of Kubernetes.
const MANIFEST_FOLDERS: [&str; 15] = [
    "base",
    "bases",
    "config",
    "deploy",
    "deployment",
    "deployments",
    "install",
    "k8s",
    "kubernetes",
    "kustomize",
    "kustomization",
    "manifest",
    "manifests",
    "overlay",
    "overlays",
];

/// Whether this, between `pylock.` and `toml`, is nothing or a name without dots.
fn is_pylock_name(name: &str) -> bool {
    name.is_empty() || name.strip_suffix('.').is_some_and(|name| !name.is_empty() && !name.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_names() {
        for (path, format) in [
            ("go.mod", Some(Format::GoMod)),
            ("src/runtime/vendor/modules.txt", Some(Format::GoVendor)),
            ("docs/modules.txt", None),
            ("python/dev-requirements.txt", Some(Format::Requirements)),
            ("python/requirements/base.txt", Some(Format::Requirements)),
            ("charts/x/requirements.lock", Some(Format::Requirements)),
            (".github/workflows/ci.yaml", Some(Format::Actions)),
            ("docs/ci.yaml", None),
            (".gitmodules", Some(Format::Submodules)),
            ("third_party/x/.gitmodules", None),
            ("deploy/ci.yaml", Some(Format::Kubernetes)),
            ("config/crd/x.yaml", None),
            ("charts/x/templates/deploy.yaml", None),
            ("x/kustomization.yaml", Some(Format::Kubernetes)),
            ("charts/x/values.yaml", Some(Format::HelmValues)),
            ("deploy/values-prod.yaml", Some(Format::HelmValues)),
            ("valuesets.yaml", None),
            ("Docker-Compose.dev.yml", Some(Format::Compose)),
            ("compose.yaml", Some(Format::Compose)),
            ("composer.yaml", None),
            ("cpp.MODULE.bazel", Some(Format::BazelModule)),
            ("build/Dockerfile.arm64", Some(Format::Dockerfile)),
            ("build/router.Dockerfile", Some(Format::Dockerfile)),
            ("build/Dockerfiles", None),
            ("app/gradle.lockfile", Some(Format::GradleLock)),
            ("buildscript-gradle.lockfile", Some(Format::GradleLock)),
            ("locks/gradle-2.13.lockfile", Some(Format::GradleLock)),
            ("gradle/dependency-locks/compileClasspath.lockfile", Some(Format::GradleLock)),
            ("x.lockfile", None),
            ("gradle/libs.versions.toml", Some(Format::GradleCatalog)),
            ("gradle/verification-metadata.xml", Some(Format::GradleVerification)),
            ("verification-metadata.xml", None),
            ("web/bun.lock", Some(Format::BunLock)),
            ("web/bun.lockb", None),
            ("sbom/app-1.0.cdx.json", Some(Format::Sbom)),
            ("app.spdx.json", Some(Format::Sbom)),
            ("bom.json", Some(Format::Sbom)),
            ("bom.jsonnet", None),
            ("tools/x.py.lock", Some(Format::UvLock)),
            ("pdm.win.lock", Some(Format::PdmLock)),
            ("apps/a/mix.lock", Some(Format::MixLock)),
            ("rebar.lock", Some(Format::RebarLock)),
            ("pubspec.lock", Some(Format::PubspecLock)),
            ("src/Shop/Shop.csproj", Some(Format::DotnetProject)),
            ("Directory.Packages.props", Some(Format::DotnetProps)),
            ("gradle.props", None),
            ("src/packages.config", Some(Format::PackagesConfig)),
            ("src/packages.Shop.config", Some(Format::PackagesConfig)),
            ("src/packages.Shop.lock.json", Some(Format::NugetLock)),
            ("web.config", None),
            ("pylock.toml", Some(Format::Pylock)),
            ("docs/pylock.docs.toml", Some(Format::Pylock)),
            ("pylock.a.b.toml", None),
            ("pylock..toml", None),
            ("stack-9.4.yaml.lock", Some(Format::StackLock)),
            ("pnpm.yaml.lock", None),
            ("ci.project.freeze", Some(Format::CabalFreeze)),
            ("App.xcodeproj/project.xcworkspace/xcshareddata/swiftpm/Package.resolved", Some(Format::SwiftResolved)),
        ] {
            assert_eq!(Format::of(path), format, "{path}");
        }
    }

    #[test]
    fn files_of_gradle_are_for_the_folder_that_has_theirs() {
        for (path, home) in [
            ("gradle/libs.versions.toml", ""),
            ("a/gradle/dependency-locks/x.lockfile", "a"),
            ("a/gradle.lockfile", "a"),
            ("agradle/x.versions.toml", "agradle"),
        ] {
            assert_eq!(Format::of(path).map(|format| format.home(path)), Some(home), "{path}");
        }
        assert_eq!(Format::NpmLock.home("gradle/package-lock.json"), "gradle");
    }
}
