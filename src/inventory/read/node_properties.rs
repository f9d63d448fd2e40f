//! Whatever stands in the files of the npm world, reading them ends well.

use std::sync::Arc;

use proptest::prelude::*;

use crate::inventory::{Format, Rules, manifests, parse};

const NPM_1: &str = r#"{"lockfileVersion": 1, "dependencies": {"a": {"version": "1.0.0", "dev": true,
    "dependencies": {"b": {"version": "npm:@s/c@2.0.0"}}}, "d": {"version": "git+ssh://x/y.git#0a"}}}"#;
const NPM_3: &str = r#"{"lockfileVersion": 3, "packages": {"": {"dependencies": {"a": "^1", "b": "x/y"}},
    "node_modules/a": {"version": "1.0.0"}, "node_modules/a/node_modules/b": {"version": "2.0.0", "optional": true},
    "node_modules/b": {"resolved": "packages/b", "link": true}, "packages/b": {"devDependencies": {"a": "1"}}}}"#;
const YARN_1: &str = "# yarn lockfile v1\n\n\"@s/a@^1\", \"@s/a@>= 1 < 2\":\n  version \"1.0.0\"\n  \
    dependencies:\n    b \"^1\"\n\nb@^1:\n  version \"1.0.0\"\n  resolved \"https://x/b/-/b-1.0.0.tgz#0a\"\n";
const YARN_8: &str = "__metadata:\n  version: 8\n\n\"a@npm:^1\":\n  version: 1.0.0\n  resolution: \"a@npm:1.0.0\"\n  \
    dependencies:\n    b: \"npm:^1\"\n\n\"b@patch:b@npm%3A^1#x\":\n  version: 1.0.0\n  \
    resolution: \"b@patch:b@npm%3A1.0.0#x::version=1.0.0\"\n\n\"x@workspace:.\":\n  resolution: \"x@workspace:.\"\n  \
    dependencies:\n    a: \"npm:^1\"\n";
const PNPM_5: &str = "lockfileVersion: 5.4\ndependencies:\n  a: 1.0.0_b@2.0.0\npackages:\n  /a/1.0.0_b@2.0.0:\n    \
    dependencies:\n      b: 2.0.0\n    dev: false\n  /b/2.0.0:\n    dev: false\n  file:x.tgz:\n    name: x\n";
const PNPM_9: &str = "---\nlockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      a: {specifier: 1, \
    version: 1.0.0(b@2.0.0)}\npackages:\n  a@1.0.0: {}\n  b@2.0.0: {resolution: {type: git}}\nsnapshots:\n  \
    a@1.0.0(b@2.0.0):\n    dependencies:\n      b: 2.0.0\n  b@2.0.0: {}\n";
const MANIFEST: &str = r#"{"name": "x", "workspaces": ["*", "!a"], "dependencies": {"a": "^1"},
    "devDependencies": {"@s/a": "^1", "b": "^1"}, "optionalDependencies": {"d": "1"}}"#;

const SAMPLES: [(&str, &str); 6] = [
    ("package-lock.json", NPM_1),
    ("package-lock.json", NPM_3),
    ("yarn.lock", YARN_1),
    ("yarn.lock", YARN_8),
    ("pnpm-lock.yaml", PNPM_5),
    ("pnpm-lock.yaml", PNPM_9),
];

/// Reads a lock file and the manifest beside it, and checks what holds for all.
fn read(path: &str, lock: &[u8], manifest: &[u8]) -> Result<usize, TestCaseError> {
    let files = [(path, lock), ("package.json", manifest), ("a/package.json", manifest)].map(|(path, text)| {
        let format = Format::of(path).unwrap();
        (Arc::from(path), format, Arc::new(parse(format, text)))
    });
    let mut count = 0;
    for file in manifests(files.into(), &Rules::default()) {
        prop_assert!(file.problems.len() <= 8, "{:?}", file.problems);
        for problem in &file.problems {
            prop_assert!(!problem.message.contains(char::is_control), "{:?}", problem.message);
        }
        for found in file.dependencies.iter() {
            prop_assert!(!found.package.name.is_empty() && !found.version.is_empty());
            count += 1;
        }
    }
    Ok(count)
}

#[test]
fn the_samples_are_read_whole() {
    for (path, lock) in SAMPLES {
        assert!(read(path, lock.as_bytes(), MANIFEST.as_bytes()).unwrap() >= 2, "{path}");
        let parsed = parse(Format::of(path).unwrap(), lock.as_bytes());
        assert_eq!(parsed.problems, [], "{path}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read(text in ".{0,200}", at in 0..SAMPLES.len()) {
        read(SAMPLES[at].0, text.as_bytes(), text.as_bytes())?;
    }

    #[test]
    fn texts_of_the_formats_own_words_are_read(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "\n", "  ", ":", "\"", "'", "{", "}", "[", "]", ",", "@", "/", "#", "(", ")", "-", "---\n", "? ", "%", "&a ",
                "*a", "!!x ", "|", "<<", "__metadata:", "lockfileVersion: '9.0'\n", "packages:\n", "snapshots:\n",
                "version", "resolution", "\"a@npm:^1\":\n", "a@1.0.0", "patch:", "npm:", "é", "\u{0}", "\t", "null",
            ]),
            0..60,
        ),
        at in 0..SAMPLES.len(),
    ) {
        let text = words.concat();
        read(SAMPLES[at].0, text.as_bytes(), text.as_bytes())?;
    }

    #[test]
    fn samples_with_bytes_cut_doubled_and_changed_are_read(
        at in 0..SAMPLES.len(),
        from in 0..400_usize,
        length in 0..60_usize,
        put in prop_oneof![Just(Vec::new()), prop::collection::vec(any::<u8>(), 1..4), Just(b"\n".to_vec())],
        is_doubled in any::<bool>(),
        is_manifest in any::<bool>(),
    ) {
        let (path, lock) = SAMPLES[at];
        let whole = if is_manifest { MANIFEST } else { lock }.as_bytes();
        let (from, to) = (from.min(whole.len()), (from + length).min(whole.len()));
        let kept = if is_doubled { &whole[from..to] } else { &[] };
        let changed = [&whole[..from], kept, &put, kept, &whole[to..]].concat();
        if is_manifest {
            read(path, lock.as_bytes(), &changed)?;
        } else {
            read(path, &changed, MANIFEST.as_bytes())?;
        }
    }
}
