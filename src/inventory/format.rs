//! Which files name dependencies, and in which format.

use super::tree_path::folder;

/// The format of a manifest or lock file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// `go.mod`.
    GoMod,
    /// `go.work`.
    GoWork,
    /// `vendor/modules.txt`.
    GoVendor,
    /// `Cargo.lock`, of all versions.
    CargoLock,
    /// `uv.lock`.
    UvLock,
    /// `poetry.lock`.
    PoetryLock,
    /// `pdm.lock`.
    PdmLock,
    /// `Pipfile.lock`.
    PipfileLock,
    /// `requirements.txt` and its like.
    Requirements,
    /// `pyproject.toml`.
    Pyproject,
    /// `package-lock.json` and `npm-shrinkwrap.json`, of all versions.
    NpmLock,
    /// `yarn.lock`, of yarn 1 and of later ones.
    YarnLock,
    /// `pnpm-lock.yaml`, from version 5 to 9.
    PnpmLock,
    /// `package.json`: which packages of a lock file are direct, and which for development.
    PackageJson,
    /// `pom.xml`.
    Pom,
    /// `Gemfile.lock`.
    GemfileLock,
    /// `composer.lock`.
    ComposerLock,
    /// `packages.lock.json` of NuGet.
    NugetLock,
    /// `Chart.lock`.
    ChartLock,
    /// A workflow or an action of GitHub Actions.
    Actions,
    /// A `Dockerfile` or `Containerfile`.
    Dockerfile,
    /// `gradle.lockfile`, that of build scripts, and those of single configurations.
    GradleLock,
    /// `libs.versions.toml` and its like: a catalog of versions of Gradle.
    GradleCatalog,
    /// `gradle/verification-metadata.xml`.
    GradleVerification,
    /// `bun.lock`.
    BunLock,
    /// `mix.lock`.
    MixLock,
    /// `rebar.lock`.
    RebarLock,
    /// `pubspec.lock`.
    PubspecLock,
    /// `*.csproj`, `*.fsproj`, `*.vbproj`.
    DotnetProject,
    /// `Directory.Packages.props` and what else projects of .NET share.
    DotnetProps,
    /// `packages.config`.
    PackagesConfig,
    /// A version under a key of a YAML, TOML or JSON file, by a rule of the configuration.
    Toolchain,
}

/// Lock files that are known, and not read.
const UNREAD: [&str; 5] = ["bun.lockb", "deno.lock", "pylock.toml", "pixi.lock", "conda-lock.yml"];

/// Whether a file has the name of a lock file that is known, and not read.
#[must_use]
pub fn is_unread_lock(name: &str) -> bool {
    UNREAD.contains(&name)
}

impl Format {
    /// Every format that is known by a file's name.
    pub const ALL: [Self; 31] = [
        Self::GoMod,
        Self::GoWork,
        Self::GoVendor,
        Self::CargoLock,
        Self::UvLock,
        Self::PoetryLock,
        Self::PdmLock,
        Self::PipfileLock,
        Self::Requirements,
        Self::Pyproject,
        Self::NpmLock,
        Self::YarnLock,
        Self::PnpmLock,
        Self::PackageJson,
        Self::Pom,
        Self::GemfileLock,
        Self::ComposerLock,
        Self::NugetLock,
        Self::ChartLock,
        Self::Actions,
        Self::Dockerfile,
        Self::GradleLock,
        Self::GradleCatalog,
        Self::GradleVerification,
        Self::BunLock,
        Self::MixLock,
        Self::RebarLock,
        Self::PubspecLock,
        Self::DotnetProject,
        Self::DotnetProps,
        Self::PackagesConfig,
    ];

    /// The manifests that stand beside a lock file of this format; `*.x` is any
    /// name that ends so.
    #[must_use]
    pub const fn companions(self) -> &'static [&'static str] {
        match self {
            Self::CargoLock => &["Cargo.toml"],
            Self::UvLock | Self::PoetryLock | Self::PdmLock => &["pyproject.toml"],
            Self::PipfileLock => &["Pipfile"],
            Self::NpmLock | Self::YarnLock | Self::PnpmLock | Self::BunLock => &["package.json"],
            Self::GemfileLock => &["Gemfile", "gems.rb"],
            Self::ComposerLock => &["composer.json"],
            Self::Requirements => &["setup.py", "setup.cfg", "pyproject.toml", "Pipfile"],
            Self::Pom => &["build.gradle", "build.gradle.kts"],
            Self::NugetLock | Self::PackagesConfig => &["*.csproj", "*.fsproj", "*.vbproj"],
            Self::MixLock => &["mix.exs"],
            Self::RebarLock => &["rebar.config", "rebar.config.script"],
            Self::PubspecLock => &["pubspec.yaml"],
            Self::GradleLock | Self::GradleCatalog => {
                &["build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"]
            }
            _ => &[],
        }
    }

    /// Whether a file has the name of a manifest that stands beside one of this format.
    #[must_use]
    pub fn has_companion(self, name: &str) -> bool {
        let is_meant = |known: &str| known.strip_prefix('*').map_or(known == name, |end| name.ends_with(end));
        self.companions().iter().any(|known| is_meant(known))
    }

    /// The lock files that may say what one of this format said, and are not read.
    #[must_use]
    pub const fn unread_locks(self) -> &'static [&'static str] {
        match self {
            Self::NpmLock | Self::YarnLock | Self::PnpmLock | Self::BunLock => &["bun.lockb", "deno.lock"],
            Self::UvLock | Self::PoetryLock | Self::PdmLock | Self::PipfileLock | Self::Requirements => {
                &["pylock.toml", "pixi.lock", "conda-lock.yml"]
            }
            _ => &[],
        }
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

    /// The format of the file at a path, by its name and folder; none for any other file.
    #[must_use]
    pub fn of(path: &str) -> Option<Self> {
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        let named = match file {
            "go.mod" => Some(Self::GoMod),
            "go.work" => Some(Self::GoWork),
            "modules.txt" if folder == "vendor" || folder.ends_with("/vendor") => Some(Self::GoVendor),
            "Cargo.lock" => Some(Self::CargoLock),
            "uv.lock" => Some(Self::UvLock),
            "poetry.lock" => Some(Self::PoetryLock),
            "pdm.lock" => Some(Self::PdmLock),
            "Pipfile.lock" => Some(Self::PipfileLock),
            "pyproject.toml" => Some(Self::Pyproject),
            "package-lock.json" | "npm-shrinkwrap.json" => Some(Self::NpmLock),
            "yarn.lock" => Some(Self::YarnLock),
            "pnpm-lock.yaml" => Some(Self::PnpmLock),
            "package.json" => Some(Self::PackageJson),
            "pom.xml" => Some(Self::Pom),
            "Gemfile.lock" | "gems.locked" => Some(Self::GemfileLock),
            "composer.lock" => Some(Self::ComposerLock),
            "packages.lock.json" => Some(Self::NugetLock),
            "Directory.Packages.props" | "Directory.Build.props" | "Directory.Build.targets" => Some(Self::DotnetProps),
            // What those of Microsoft's own projects include.
            "Versions.props" | "Packages.props" | "Dependencies.props" => Some(Self::DotnetProps),
            "Chart.lock" => Some(Self::ChartLock),
            "bun.lock" => Some(Self::BunLock),
            "mix.lock" => Some(Self::MixLock),
            "rebar.lock" => Some(Self::RebarLock),
            "pubspec.lock" => Some(Self::PubspecLock),
            "action.yml" | "action.yaml" => Some(Self::Actions),
            _ => None,
        };
        named.or_else(|| Self::by_pattern(folder, file))
    }

    fn by_pattern(folder: &str, file: &str) -> Option<Self> {
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
        file.ends_with(".versions.toml").then_some(Self::GradleCatalog)
    }

    /// The word, as JSON has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GoMod => "go.mod",
            Self::GoWork => "go.work",
            Self::GoVendor => "modules.txt",
            Self::CargoLock => "Cargo.lock",
            Self::UvLock => "uv.lock",
            Self::PoetryLock => "poetry.lock",
            Self::PdmLock => "pdm.lock",
            Self::PipfileLock => "Pipfile.lock",
            Self::Requirements => "requirements.txt",
            Self::Pyproject => "pyproject.toml",
            Self::NpmLock => "package-lock.json",
            Self::YarnLock => "yarn.lock",
            Self::PnpmLock => "pnpm-lock.yaml",
            Self::PackageJson => "package.json",
            Self::Pom => "pom.xml",
            Self::GemfileLock => "Gemfile.lock",
            Self::ComposerLock => "composer.lock",
            Self::NugetLock => "packages.lock.json",
            Self::ChartLock => "Chart.lock",
            Self::Actions => "github-actions",
            Self::Dockerfile => "Dockerfile",
            Self::GradleLock => "gradle.lockfile",
            Self::GradleCatalog => "libs.versions.toml",
            Self::GradleVerification => "verification-metadata.xml",
            Self::BunLock => "bun.lock",
            Self::MixLock => "mix.lock",
            Self::RebarLock => "rebar.lock",
            Self::PubspecLock => "pubspec.lock",
            Self::DotnetProject => "csproj",
            Self::DotnetProps => "Directory.Packages.props",
            Self::PackagesConfig => "packages.config",
            Self::Toolchain => "toolchain",
        }
    }
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
            ("deploy/ci.yaml", None),
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
