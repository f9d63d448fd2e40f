//! What workflows of GitHub Actions set up to build with: `setup-go` and its like.

use std::cell::Cell;
use std::sync::Arc;

use super::image::Image;
use super::value::Value;
use crate::inventory::builder::{Builder, Release, Runtime, Source};

/// How deep expressions may lead to each other: an input to a matrix to a variable.
const DEEPEST: usize = 4;

/// How many steps are looked at for the expressions of one workflow: each step may
/// ask for what another one gives out.
const MOST_LOOKS: usize = 100_000;

/// An action that sets a runtime up, with its inputs for the version and for the
/// file that has it.
struct Action {
    name: &'static str,
    runtime: Runtime,
    version: &'static str,
    file: Option<&'static str>,
}

const ACTIONS: [Action; 6] = [
    Action { name: "actions/setup-go", runtime: Runtime::Go, version: "go-version", file: Some("go-version-file") },
    Action {
        name: "actions/setup-node",
        runtime: Runtime::Node,
        version: "node-version",
        file: Some("node-version-file"),
    },
    Action {
        name: "actions/setup-python",
        runtime: Runtime::Python,
        version: "python-version",
        file: Some("python-version-file"),
    },
    Action {
        name: "actions/setup-java",
        runtime: Runtime::Java,
        version: "java-version",
        file: Some("java-version-file"),
    },
    Action { name: "actions/setup-dotnet", runtime: Runtime::DotnetSdk, version: "dotnet-version", file: None },
    Action { name: "dtolnay/rust-toolchain", runtime: Runtime::Rust, version: "toolchain", file: None },
];

/// What a workflow, or an action of steps, sets up.
///
/// A workflow that runs for a tag or a release says more than others: tests run
/// with several versions on purpose.
pub(super) fn builders(workflow: &Value<'_>) -> Vec<Builder> {
    let source = if is_of_release(workflow) { Source::ReleaseWorkflow } else { Source::Workflow };
    let mut found = Vec::new();
    let looks = Cell::new(MOST_LOOKS);
    let of_workflow =
        Scope { env: vec![workflow.get("env")], matrix: None, steps: workflow.get("runs").get("steps"), looks: &looks };
    for (_, job) in workflow.get("jobs").entries() {
        let scope = Scope {
            env: vec![job.get("env"), workflow.get("env")],
            matrix: Some(job.get("strategy").get("matrix")).filter(|matrix| !matrix.entries().is_empty()),
            steps: job.get("steps"),
            looks: &looks,
        };
        container(job.get("container"), &scope, source, &mut found);
        steps(job.get("steps"), &scope, source, &mut found);
    }
    steps(workflow.get("runs").get("steps"), &of_workflow, source, &mut found);
    found
}

/// Whether it runs for a tag or a release.
fn is_of_release(workflow: &Value<'_>) -> bool {
    let on = workflow.get("on");
    let is_named = |word: &str| {
        on.text() == Some(word)
            || on.items().iter().any(|item| item.text() == Some(word))
            || on.entries().iter().any(|(key, _)| key == word)
    };
    is_named("release") || !matches!(on.get("push").get("tags"), Value::Null)
}

fn container(container: &Value<'_>, scope: &Scope<'_, '_>, source: Source, found: &mut Vec<Builder>) {
    let Some(written) = container.text().or_else(|| container.get("image").text()) else { return };
    let Said::Text(reference) = scope.value(written, 0) else { return };
    if let Some((runtime, release)) = Image::of(&reference).and_then(|image| image.runtime("")) {
        Builder::new(runtime, source, release).put(found);
    }
}

fn steps(steps: &Value<'_>, scope: &Scope<'_, '_>, source: Source, found: &mut Vec<Builder>) {
    for step in steps.items() {
        let Some((name, reference)) = step.get("uses").text().and_then(|uses| uses.trim().split_once('@')) else {
            continue;
        };
        let Some(action) = ACTIONS.iter().find(|action| action.name.eq_ignore_ascii_case(name)) else { continue };
        let mut env = vec![step.get("env")];
        env.extend(&scope.env);
        let scope = Scope { env, ..*scope };
        let with = step.get("with");
        for release in releases(action, with, reference, &scope) {
            // What a workflow of tests takes from elsewhere says nothing, not even
            // that it moves; in one of releases it is known to decide.
            let is_open = matches!(&release, Release::Moving(text) if text.contains("${{"));
            if !is_open || source == Source::ReleaseWorkflow {
                Builder::new(action.runtime, source, release).put(found);
            }
        }
    }
}

/// The releases that a step sets up: by its version, of several all (.NET's action
/// takes a list), else by its file.
fn releases(action: &Action, with: &Value<'_>, reference: &str, scope: &Scope<'_, '_>) -> Vec<Release> {
    let written = with.get(action.version);
    let texts: Vec<&str> = match written.text() {
        Some(text) => text.lines().map(str::trim).filter(|line| !line.is_empty()).collect(),
        None => written.items().iter().filter_map(Value::text).collect(),
    };
    // The ref of Rust's action is the toolchain, unless its input says otherwise.
    let texts = if texts.is_empty() && action.runtime == Runtime::Rust { vec![reference] } else { texts };
    let open = |text: &str| Release::Moving(Arc::from(text));
    if !texts.is_empty() {
        let each = texts.into_iter().map(|text| match scope.value(text, 0) {
            Said::Text(value) => Release::of(action.runtime, &value),
            Said::File(path) => of_file(&path),
            Said::Unknown => open(text),
        });
        return each.collect();
    }
    let Some(file) = action.file.and_then(|file| with.get(file).text()) else {
        // Without an input, it is what the runner has.
        return vec![open("the runner's")];
    };
    vec![match scope.value(file, 0) {
        Said::Text(path) => of_file(&path),
        Said::File(_) | Said::Unknown => open(file),
    }]
}

fn of_file(path: &str) -> Release {
    Release::OfFile(path.trim_start_matches("./").into())
}

/// What a text with expressions becomes.
enum Said {
    Text(String),
    /// What a file has, by its path.
    File(String),
    /// Something that the workflow does not say.
    Unknown,
}

/// What expressions of a step may name.
struct Scope<'v, 'a> {
    /// The variables, the nearest first.
    env: Vec<&'v Value<'a>>,
    matrix: Option<&'v Value<'a>>,
    /// The steps of the job.
    steps: &'v Value<'a>,
    /// How many more steps are looked at.
    looks: &'v Cell<usize>,
}

impl Scope<'_, '_> {
    /// Whether one more look is taken.
    fn looks(&self) -> bool {
        let left = self.looks.get();
        self.looks.set(left.saturating_sub(1));
        left > 0
    }

    /// What a text with expressions becomes.
    fn value(&self, text: &str, depth: usize) -> Said {
        let Some((before, rest)) = text.split_once("${{") else { return Said::Text(text.to_owned()) };
        let Some((expression, behind)) = rest.split_once("}}") else { return Said::Unknown };
        if depth > DEEPEST || behind.contains("${{") {
            return Said::Unknown;
        }
        let whole = |value: &str| format!("{before}{value}{behind}");
        let expression = expression.trim();
        let is_whole = before.is_empty() && behind.is_empty();
        if let Some(name) = member(expression, "env") {
            if let Some(set) = self.env.iter().map(|env| env.get(name)).find_map(Value::text) {
                return self.value(&whole(set), depth + 1);
            }
            let file = self
                .steps
                .items()
                .iter()
                .take_while(|_| self.looks())
                .find_map(|step| file_of(step, name))
                .filter(|_| is_whole);
            return file.map_or(Said::Unknown, Said::File);
        }
        if let Some((id, name)) = expression.strip_prefix("steps.").and_then(|rest| rest.split_once(".outputs.")) {
            let step =
                self.steps.items().iter().take_while(|_| self.looks()).find(|step| step.get("id").text() == Some(id));
            let file = step.and_then(|step| file_of(step, name)).filter(|_| is_whole);
            return file.map_or(Said::Unknown, Said::File);
        }
        let Some(name) = member(expression, "matrix") else { return Said::Unknown };
        let Some(matrix) = self.matrix else { return Said::Unknown };
        let listed = matrix.get(name).items().iter().map(Value::text);
        let included = matrix.get("include").items().iter().filter_map(|one| match one.get(name) {
            Value::Null => None,
            value => Some(value.text()),
        });
        let mut all = listed.chain(included);
        // Several versions are those of tests: which of them builds, nothing says.
        match all.next().flatten() {
            Some(one) if all.all(|other| other == Some(one)) => self.value(&whole(one), depth + 1),
            _ => Said::Unknown,
        }
    }
}

/// The file whose contents a step gives out under a name, as an output (etcd's
/// `echo "goversion=$(cat .go-version)" >> "$GITHUB_OUTPUT"`) or as a variable
/// (coredns' `echo "GO_VERSION=$(cat .go-version)" >> $GITHUB_ENV`).
fn file_of(step: &Value<'_>, name: &str) -> Option<String> {
    let (_, behind) = step.get("run").text()?.split_once(&format!("{name}=$("))?;
    let (command, _) = behind.split_once(')')?;
    let path = command.trim().strip_prefix("cat ").or_else(|| command.strip_prefix('<'))?.trim();
    let is_path = path.chars().all(|c| c.is_ascii_alphanumeric() || "._-/".contains(c));
    (is_path && !path.is_empty()).then(|| path.to_owned())
}

/// `NAME` of `env.NAME` and `env['NAME']`.
fn member<'e>(expression: &'e str, of: &str) -> Option<&'e str> {
    let rest = expression.strip_prefix(of)?;
    let name = rest.strip_prefix('.').or_else(|| rest.strip_prefix("['").and_then(|rest| rest.strip_suffix("']")))?;
    name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::read::value::yaml;

    fn told(text: &str) -> Vec<String> {
        let (workflow, problem) = yaml(text, 0);
        assert_eq!(problem, None);
        let told = |builder: &Builder| format!("{:?} {:?} {:?}", builder.runtime, builder.source, builder.release);
        builders(&workflow).iter().map(told).collect()
    }

    /// A step of `setup-go` with these inputs in a job with a matrix and variables.
    fn go(inputs: &str) -> Vec<String> {
        told(&format!(
            "on: release\nenv: {{GO: 1.21.1, OTHER: '${{{{ env.GO }}}}'}}\njobs:\n  a:\n    env: {{GO: 1.22.8}}\n    strategy: {{matrix: {{go: ['1.22.8', '1.23'], one: [1.22.8], \
             include: [{{go: 1.23.4, os: x}}, {{os: y}}]}}}}\n    steps:\n    - uses: actions/setup-go@v5\n      with: {{{inputs}}}\n"
        ))
    }

    #[test]
    fn a_step_names_a_version_or_a_file() {
        for (inputs, expected) in [
            ("go-version: 1.22.8", vec!["Exact(\"1.22.8\")"]),
            ("go-version: '1.22'", vec!["Moving(\"1.22\")"]),
            ("go-version: stable", vec!["Moving(\"stable\")"]),
            ("go-version: '^1.22.8'", vec!["Moving(\"^1.22.8\")"]),
            ("go-version: '${{ env.GO }}'", vec!["Exact(\"1.22.8\")"]),
            ("go-version: '${{ env.OTHER }}'", vec!["Exact(\"1.22.8\")"]),
            ("go-version: \"${{ env['GO'] }}\"", vec!["Exact(\"1.22.8\")"]),
            ("go-version: '${{ env.NONE }}'", vec!["Moving(\"${{ env.NONE }}\")"]),
            ("go-version: '${{ inputs.go }}'", vec!["Moving(\"${{ inputs.go }}\")"]),
            ("go-version: '${{ matrix.go }}'", vec!["Moving(\"${{ matrix.go }}\")"]),
            ("go-version: '${{ matrix.one }}'", vec!["Exact(\"1.22.8\")"]),
            ("go-version: '${{ matrix.none }}'", vec!["Moving(\"${{ matrix.none }}\")"]),
            ("go-version-file: go.mod", vec!["OfFile(\"go.mod\")"]),
            ("go-version-file: ./a/.go-version", vec!["OfFile(\"a/.go-version\")"]),
            ("go-version: 1.22.8, go-version-file: go.mod", vec!["Exact(\"1.22.8\")"]),
            ("cache: true", vec!["Moving(\"the runner's\")"]),
        ] {
            let expected: Vec<String> =
                expected.iter().map(|release| format!("Go ReleaseWorkflow {release}")).collect();
            assert_eq!(go(inputs), expected, "{inputs}");
        }
    }

    #[test]
    fn a_workflow_of_releases_is_known_by_what_it_runs_for() {
        let steps = "jobs: {a: {steps: [{uses: actions/setup-go@v5, with: {go-version: 1.22.8}}]}}\n";
        for (on, source) in [
            ("on: {push: {tags: ['v*']}}\n", "ReleaseWorkflow"),
            ("on: [push, release]\n", "ReleaseWorkflow"),
            ("on: release\n", "ReleaseWorkflow"),
            ("on: {release: {types: [published]}}\n", "ReleaseWorkflow"),
            ("on: {push: {branches: [main]}, pull_request: }\n", "Workflow"),
            ("on: push\n", "Workflow"),
            ("", "Workflow"),
        ] {
            assert_eq!(told(&format!("{on}{steps}")), [format!("Go {source} Exact(\"1.22.8\")")], "{on}");
        }
    }

    #[test]
    fn other_languages_have_actions_of_their_own() {
        let text = "on: push\njobs:\n  a:\n    container: {image: 'golang:1.22.8-alpine'}\n    steps:\n    - uses: actions/setup-node@v4\n      with: {node-version: 20.11.1}\n    - uses: actions/setup-dotnet@v4\n      with:\n        dotnet-version: |\n          8.0.204\n          9.0.x\n    - uses: dtolnay/rust-toolchain@1.75.0\n    - uses: dtolnay/rust-toolchain@master\n      with: {toolchain: 1.76.0}\n    - run: x\n";
        let expected = [
            "Go Workflow Exact(\"1.22.8\")",
            "Node Workflow Exact(\"20.11.1\")",
            "DotnetSdk Workflow Exact(\"8.0.204\")",
            "DotnetSdk Workflow Moving(\"9.0.x\")",
            "Rust Workflow Exact(\"1.75.0\")",
            "Rust Workflow Exact(\"1.76.0\")",
        ];
        assert_eq!(told(text), expected);
    }

    #[test]
    fn a_step_may_give_out_what_a_file_has() {
        let step = |run: &str| {
            format!(
                "jobs:\n  a:\n    steps:\n    - id: v\n      run: {run}\n    - uses: actions/setup-go@v5\n      with: {{go-version: '${{{{ steps.v.outputs.go }}}}'}}\n"
            )
        };
        let cat = step("echo \"go=$(cat .go-version)\" >> \"$GITHUB_OUTPUT\"");
        assert_eq!(told(&cat), ["Go Workflow OfFile(\".go-version\")"]);
        let variable = cat.replace("steps.v.outputs.go", "env.go");
        assert_eq!(told(&variable), ["Go Workflow OfFile(\".go-version\")"]);
        let other = step("echo \"go=$(go version)\" >> \"$GITHUB_OUTPUT\"");
        assert_eq!(told(&other), Vec::<String>::new());
        let of_release = format!("on: release\n{other}");
        assert_eq!(told(&of_release), ["Go ReleaseWorkflow Moving(\"${{ steps.v.outputs.go }}\")"]);
    }

    #[test]
    fn expressions_that_lead_to_each_other_end() {
        let text = "on: release\nenv: {A: '${{ env.A }}${{ env.A }}', B: '${{ env.B }}'}\njobs: {a: {steps: [{uses: actions/setup-go@v5, with: {go-version: '${{ env.B }}'}}, {uses: actions/setup-go@v5, with: {go-version: '${{ env.A }}'}}]}}\n";
        assert_eq!(
            told(text),
            ["Go ReleaseWorkflow Moving(\"${{ env.B }}\")", "Go ReleaseWorkflow Moving(\"${{ env.A }}\")"]
        );
        let values: Vec<String> = (0..64).map(|at| format!("'{at}${{{{ matrix.v }}}}'")).collect();
        let text = format!(
            "on: release\njobs: {{a: {{strategy: {{matrix: {{v: [{}]}}}}, steps: [{{uses: actions/setup-go@v5, with: {{go-version: '${{{{ matrix.v }}}}'}}}}]}}}}\n",
            values.join(", ")
        );
        assert_eq!(told(&text), ["Go ReleaseWorkflow Moving(\"${{ matrix.v }}\")"]);
    }
}
