//! What Gradle's configurations are for, by their names: plugins and people call
//! them so that the names say it
//! (<https://docs.gradle.org/current/userguide/declaring_configurations.html>).

use crate::inventory::dependency::Usage;

/// Words of configurations of tests. What benchmarks run is shipped as little.
const TEST: [&str; 6] = ["test", "tests", "testing", "jmh", "benchmark", "benchmarks"];

/// Configurations of tools that plugins run: they begin so.
const TOOLS: [&str; 20] = [
    "checkstyle",
    "codenarc",
    "detekt",
    "dokka",
    "errorprone",
    "findbugs",
    "jacoco",
    "kapt",
    "kotlin",
    "ksp",
    "ktlint",
    "lint",
    "nohttp",
    "pmd",
    "protobuf",
    "scala",
    "spotbugs",
    "spotless",
    "swift",
    "zinc",
];

/// What a package is used for that is locked for a configuration of this name,
/// in a file that locks some others. It is not known of names that people gave
/// to their own configurations: of them may be what is packed.
pub(in crate::inventory) fn usage(name: &str, is_locked: impl Fn(&str) -> bool) -> Usage {
    let words = words(name);
    let begins = words.first().map(String::as_str).unwrap_or_default();
    if words.iter().any(|word| TEST.contains(&word.as_str())) {
        return Usage::Test;
    }
    let is_tool = TOOLS.contains(&begins) || words.iter().any(|word| word == "processor");
    // `classpath` is what a build script itself runs with.
    let is_provided = matches!(name, "compileOnly" | "compileOnlyApi" | "providedCompile" | "providedRuntime");
    if is_tool || is_provided || matches!(name, "classpath" | "buildscript-classpath") {
        return Usage::Build;
    }
    if name == "developmentOnly" {
        return Usage::Dev;
    }
    // Spring Boot's: `runtimeClasspath` has what is only there for development, too.
    if name == "runtimeClasspath" && is_locked("productionRuntimeClasspath") {
        return Usage::Dev;
    }
    if let Some(run) = run(name) {
        // What is compiled with and not run with, its surroundings have.
        return if is_locked(&run) { Usage::Build } else { Usage::Runtime };
    }
    let is_run = name.ends_with("untimeClasspath");
    let is_plain = matches!(name, "compile" | "runtime" | "default" | "archives" | "api" | "implementation");
    if is_run || is_plain { Usage::Runtime } else { Usage::Unknown }
}

/// The configuration to run with that belongs to one to compile with.
fn run(name: &str) -> Option<String> {
    let begin = name.strip_suffix("ompileClasspath")?;
    let begin = begin.strip_suffix('c').map(|begin| (begin, 'r')).or_else(|| Some((begin.strip_suffix('C')?, 'R')));
    begin.map(|(begin, letter)| format!("{begin}{letter}untimeClasspath"))
}

/// The words that a name is put together of, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for letter in name.chars() {
        if letter.is_ascii_uppercase() || !letter.is_alphanumeric() {
            words.push(String::new());
        }
        if letter.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_configurations_are_for() {
        let locked = ["runtimeClasspath", "debugRuntimeClasspath"];
        for (name, expected) in [
            ("runtimeClasspath", Usage::Runtime),
            ("compileClasspath", Usage::Build),
            ("debugCompileClasspath", Usage::Build),
            ("releaseCompileClasspath", Usage::Runtime),
            ("compile", Usage::Runtime),
            ("testRuntimeClasspath", Usage::Test),
            ("debugUnitTestCompileClasspath", Usage::Test),
            ("testAnnotationProcessor", Usage::Test),
            ("latestRuntimeClasspath", Usage::Runtime),
            ("annotationProcessor", Usage::Build),
            ("kotlinCompilerPluginClasspathMain", Usage::Build),
            ("detektPlugins", Usage::Build),
            ("classpath", Usage::Build),
            ("developmentOnly", Usage::Dev),
            ("agent", Usage::Unknown),
            ("", Usage::Unknown),
        ] {
            assert_eq!(usage(name, |name| locked.contains(&name)), expected, "{name}");
        }
        assert_eq!(usage("runtimeClasspath", |name| name == "productionRuntimeClasspath"), Usage::Dev);
    }
}
