//! Which files name dependencies, and in which format.

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
    /// `pylock.toml` and `pylock.NAME.toml`.
    Pylock,
    /// `deno.lock`, from version 1 to 5.
    DenoLock,
    /// `Package.resolved`, from version 1 to 3.
    SwiftResolved,
    /// `Podfile.lock`.
    PodfileLock,
    /// `conan.lock`, of Conan 1 and 2.
    ConanLock,
    /// `stack.yaml.lock`.
    StackLock,
    /// `cabal.project.freeze`.
    CabalFreeze,
    /// `renv.lock`.
    RenvLock,
    /// `MODULE.bazel.lock`.
    BazelLock,
    /// `MODULE.bazel`, and what it includes.
    BazelModule,
    /// `.pre-commit-config.yaml`.
    PreCommit,
    /// A file of Docker Compose.
    Compose,
    /// `values.yaml` of a chart of Helm: its images.
    HelmValues,
    /// A file of YAML that may have manifests of Kubernetes, by its folder.
    Kubernetes,
    /// `.gitmodules` of the root, with the commits that the tree has of its submodules.
    Submodules,
    /// A version under a key of a YAML, TOML or JSON file, by a rule of the configuration.
    Toolchain,
}

/// Lock files that are known, and not read.
const UNREAD: [&str; 5] = ["bun.lock", "bun.lockb", "pixi.lock", "conda-lock.yml", "gradle.lockfile"];

/// Whether a file has the name of a lock file that is known, and not read.
#[must_use]
pub fn is_unread_lock(name: &str) -> bool {
    UNREAD.contains(&name)
}

impl Format {
    /// Every format that is known by a file's name.
    pub const ALL: [Self; 36] = [
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
        Self::Pylock,
        Self::DenoLock,
        Self::SwiftResolved,
        Self::PodfileLock,
        Self::ConanLock,
        Self::StackLock,
        Self::CabalFreeze,
        Self::RenvLock,
        Self::BazelLock,
        Self::BazelModule,
        Self::PreCommit,
        Self::Compose,
        Self::HelmValues,
        Self::Kubernetes,
        Self::Submodules,
    ];

    /// The manifests that stand beside a lock file of this format.
    #[must_use]
    pub const fn companions(self) -> &'static [&'static str] {
        match self {
            Self::CargoLock => &["Cargo.toml"],
            Self::UvLock | Self::PoetryLock | Self::PdmLock => &["pyproject.toml"],
            Self::PipfileLock => &["Pipfile"],
            Self::NpmLock | Self::YarnLock | Self::PnpmLock => &["package.json"],
            Self::GemfileLock => &["Gemfile", "gems.rb"],
            Self::ComposerLock => &["composer.json"],
            Self::Requirements => &["setup.py", "setup.cfg", "pyproject.toml", "Pipfile"],
            Self::Pom => &["build.gradle", "build.gradle.kts"],
            Self::Pylock => &["pyproject.toml"],
            Self::DenoLock => &["deno.json", "deno.jsonc", "package.json"],
            Self::SwiftResolved => &["Package.swift"],
            Self::PodfileLock => &["Podfile"],
            Self::ConanLock => &["conanfile.py", "conanfile.txt"],
            Self::StackLock => &["stack.yaml", "package.yaml"],
            Self::CabalFreeze => &["cabal.project"],
            Self::RenvLock => &["DESCRIPTION"],
            Self::HelmValues => &["Chart.yaml"],
            _ => &[],
        }
    }

    /// The lock files that may say what one of this format said, and are not read.
    #[must_use]
    pub const fn unread_locks(self) -> &'static [&'static str] {
        match self {
            Self::NpmLock | Self::YarnLock | Self::PnpmLock | Self::DenoLock => &["bun.lock", "bun.lockb"],
            Self::UvLock | Self::PoetryLock | Self::PdmLock | Self::PipfileLock | Self::Requirements | Self::Pylock => {
                &["pixi.lock", "conda-lock.yml"]
            }
            Self::Pom => &["gradle.lockfile"],
            _ => &[],
        }
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
            "Chart.lock" => Some(Self::ChartLock),
            "action.yml" | "action.yaml" => Some(Self::Actions),
            "deno.lock" => Some(Self::DenoLock),
            "Package.resolved" => Some(Self::SwiftResolved),
            "Podfile.lock" => Some(Self::PodfileLock),
            "conan.lock" => Some(Self::ConanLock),
            "renv.lock" => Some(Self::RenvLock),
            "MODULE.bazel.lock" => Some(Self::BazelLock),
            // Git reads no other.
            ".gitmodules" if folder.is_empty() => Some(Self::Submodules),
            "MODULE.bazel" => Some(Self::BazelModule),
            ".pre-commit-config.yaml" | ".pre-commit-config.yml" => Some(Self::PreCommit),
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
        let of_docker =
            |name: &str| lower == name || lower.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
        let is_docker = of_docker("dockerfile")
            || of_docker("containerfile")
            || lower.ends_with(".dockerfile")
            || lower.ends_with(".containerfile");
        if is_docker {
            return Some(Self::Dockerfile);
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
            Self::Pylock => "pylock.toml",
            Self::DenoLock => "deno.lock",
            Self::SwiftResolved => "Package.resolved",
            Self::PodfileLock => "Podfile.lock",
            Self::ConanLock => "conan.lock",
            Self::StackLock => "stack.yaml.lock",
            Self::CabalFreeze => "cabal.project.freeze",
            Self::RenvLock => "renv.lock",
            Self::BazelLock => "MODULE.bazel.lock",
            Self::BazelModule => "MODULE.bazel",
            Self::PreCommit => "pre-commit",
            Self::Compose => "compose",
            Self::HelmValues => "values.yaml",
            Self::Kubernetes => "kubernetes",
            Self::Submodules => ".gitmodules",
            Self::Toolchain => "toolchain",
        }
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
}
