//! Builds of Gradle and .NET, whose versions several files say together.

use serde_json::json;

use super::{affected, finding, notes, updated};
use crate::builder::{codes, commits, entry};

const PROJECT: &str = "<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup><PackageReference Include=\"Acme.Json\" \
    Version=\"$(JsonVersion)\" /></ItemGroup></Project>";

fn versions(version: &str) -> String {
    format!("<Project><PropertyGroup><JsonVersion>{version}</JsonVersion></PropertyGroup></Project>")
}

fn lock(version: &str) -> String {
    format!(
        "com.acme:json:{version}=compileClasspath,runtimeClasspath\ncom.acme:test:1.0=testRuntimeClasspath\nempty=\n"
    )
}

#[test]
fn a_version_in_a_file_that_projects_include_fixes_what_they_refer_to() {
    let props = "<Project><Import Project=\"$(MSBuildThisFileDirectory)build/Common.props\" /></Project>";
    let (project, bump) = updated(
        &[
            ("Directory.Build.props", props),
            ("build/Common.props", &versions("13.0.0")),
            ("src/Shop/Shop.csproj", PROJECT),
        ],
        "Update the versions",
        &[("build/Common.props", &versions("13.0.1"))],
    );
    project.osv("GHSA-aaaa-aaaa-aaaa", json!({ "affected": affected("NuGet", "Acme.Json", "0", "13.0.1") }));
    let report = project.json("v1.1.0");
    let fixed = entry(&report, "GHSA-aaaa-aaaa-aaaa").unwrap();
    assert_eq!(
        (&fixed["status"], &fixed["package"]["files"][0]["path"]),
        (&json!("fixed"), &json!("src/Shop/Shop.csproj"))
    );
    assert_eq!(commits(fixed), [bump.as_str()]);
}

#[test]
fn a_lock_file_of_gradle_fixes_and_a_catalog_beside_it_does_not() {
    let catalog = |version: &str| format!("[libraries]\njson = \"com.acme:json:{version}\"\n");
    for (lock_after, catalog_after, is_fixed) in [("1.2.0", "1.2.0", true), ("1.1.0", "1.2.0", false)] {
        let (project, _) = updated(
            &[("app/gradle.lockfile", &lock("1.1.0")), ("gradle/libs.versions.toml", &catalog("1.1.0"))],
            "Update",
            &[("app/gradle.lockfile", &lock(lock_after)), ("gradle/libs.versions.toml", &catalog(catalog_after))],
        );
        project.osv("GHSA-aaaa-aaaa-aaaa", json!({ "affected": affected("Maven", "com.acme:json", "0", "1.2.0") }));
        assert_eq!(notes(&project, &[]).contains("1.1.0 → 1.2.0"), is_fixed, "{lock_after}");
    }
}

#[test]
fn what_gradle_verifies_fixes_nothing() {
    let verified = |version: &str| {
        format!(
            "<verification-metadata><components><component group=\"com.acme\" name=\"json\" version=\"{version}\"/>\
             </components></verification-metadata>"
        )
    };
    let path = "gradle/verification-metadata.xml";
    let (project, _) = updated(&[(path, &verified("1.1.0"))], "Update", &[(path, &verified("1.2.0"))]);
    project.osv("GHSA-aaaa-aaaa-aaaa", json!({ "affected": affected("Maven", "com.acme:json", "0", "1.2.0") }));
    assert_eq!(notes(&project, &[]), "");
    assert_eq!(codes(&project.json("v1.1.0")), [""; 0]);
}

#[test]
fn a_lock_file_that_is_gone_beside_its_build_fixes_nothing() {
    let nuget = "{\"version\": 1, \"dependencies\": {\"net8.0\": {\"Acme.Json\": {\"type\": \"Transitive\", \
        \"resolved\": \"1.1.0\"}}}}";
    for (path, text, build, ecosystem, name) in [
        ("app/gradle.lockfile", lock("1.1.0").as_str(), "app/build.gradle.kts", "Maven", "com.acme:json"),
        (
            "gradle/libs.versions.toml",
            "[libraries]\nx = 'com.acme:json:1.1.0'\n",
            "build.gradle",
            "Maven",
            "com.acme:json",
        ),
        ("app/packages.lock.json", nuget, "app/Shop.csproj", "NuGet", "Acme.Json"),
    ] {
        let (project, _) = updated(&[(path, text), (build, "<Project />")], "Lock no more", &[(path, "")]);
        project.osv("GHSA-aaaa-aaaa-aaaa", json!({ "affected": affected(ecosystem, name, "0", "1.2.0") }));
        assert_eq!(notes(&project, &[]), "", "{path}");
        let message = finding(&project.json("v1.1.0"), "dependency-unknown").to_owned();
        assert!(message.contains("its lock file is gone, and the manifest beside it is not"), "{message}");
    }
}
