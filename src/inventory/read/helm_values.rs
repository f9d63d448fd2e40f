//! `values.yaml` of charts of Helm
//! (<https://helm.sh/docs/chart_best_practices/values/>).

use super::found::Found;
use super::image;
use super::value::Value;
use super::walk;
use crate::inventory::dependency::Dependency;
use crate::inventory::parsed::Parsed;

/// Reads the text of such a file: the images that it names.
///
/// No rule says how a chart names its images. Two ways are common: a map of
/// `repository` and `tag`, perhaps with `registry` and `digest`, and a text under
/// `image`, perhaps with a `tag` beside it. An image without a tag is of the
/// chart's own version. All are shown: no advisory speaks of images.
pub(super) fn read(text: &str) -> Parsed {
    let mut kept = Found::default();
    let ended = walk::yaml(text, &[&[]], |_, root: Value<'_>| take(&mut kept, &root));
    if ended.is_some() {
        // What stands before a damage begins at some line at the margin.
        let damaged = ended.as_ref().and_then(|problem| problem.line).unwrap_or_default();
        let mut is_whole =
            |whole: &&str| walk::yaml(whole, &[&[]], |_, root: Value<'_>| take(&mut kept, &root)).is_none();
        beginnings(text, damaged).find(&mut is_whole);
    }
    // What a template makes of it is no problem of the file.
    kept.ended(ended.filter(|_| !text.contains("{{")));
    kept.finish()
}

/// So often a damaged file is read again without its last keys.
const ROUNDS: usize = 4;

/// The beginnings of a text up to a line, without its last keys, longest first.
fn beginnings(text: &str, line: usize) -> impl Iterator<Item = &str> {
    let mut at = 0;
    let mut keys = Vec::new();
    for line in text.split_inclusive('\n').take(line) {
        if line.starts_with(|c: char| !c.is_whitespace() && c != '#') {
            keys.push(at);
        }
        at += line.len();
    }
    keys.into_iter().rev().take(ROUNDS).filter_map(|at| text.get(..at))
}

fn take(kept: &mut Found, root: &Value<'_>) {
    let mut open = vec![(String::new(), root)];
    while let Some((key, value)) = open.pop() {
        kept.add(named(&key, value));
        let texts = value.entries().iter().filter(|(name, _)| is_image(name));
        texts.filter_map(|(_, within)| within.text()).for_each(|text| kept.add(written(text, value)));
        open.extend(value.entries().iter().rev().map(|(name, within)| (name.to_string(), within)));
        open.extend(value.items().iter().rev().map(|item| (String::new(), item)));
    }
}

/// `image`, `initImage`, `proxy_image`.
fn is_image(key: &str) -> bool {
    key == "image" || key.ends_with("Image") || key.ends_with("_image")
}

/// The image of a map.
fn named(key: &str, map: &Value<'_>) -> Option<Dependency> {
    let of = |key: &str| map.get(key).text().map(str::trim).filter(|text| !text.is_empty());
    let name = of("repository").or_else(|| of("name").filter(|_| is_image(key)))?;
    // Of code, or of charts.
    if name.contains("://") {
        return None;
    }
    let registry = of("registry").or_else(|| of("hub"));
    let name =
        registry.map_or_else(|| name.to_owned(), |registry| format!("{}/{name}", registry.trim_end_matches('/')));
    match (of("tag"), of("digest").or_else(|| of("sha"))) {
        (Some(tag), _) => image::dependency(&format!("{name}:{tag}")),
        (None, Some(digest)) => image::dependency(&format!("{name}@{digest}")),
        (None, None) if is_image(key) && has_version(&name) => image::dependency(&name),
        (None, None) => None,
    }
}

/// The image of a text, with the tag beside it where it has none itself.
fn written(reference: &str, beside: &Value<'_>) -> Option<Dependency> {
    if has_version(reference) {
        return image::dependency(reference);
    }
    let tag = ["tag", "imageTag"].iter().find_map(|key| beside.get(key).text())?;
    image::dependency(&format!("{}:{}", reference.trim(), tag.trim()))
}

fn has_version(reference: &str) -> bool {
    reference.contains('@') || reference.rsplit('/').next().is_some_and(|last| last.contains(':'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SAMPLE: &str = "image:\n  registry: docker.io\n  repository: acme/redis\n  tag: 7.2.4-r1\n  digest: \"\"\nmetrics:\n  image: {repository: acme/exporter, tag: \"\", digest: 'sha256:0a'}\nproxy:\n  image: acme/proxy\n  tag: v1.2.3\njobs:\n- initImage: \"busybox:1.36\"\nown:\n  image: {repository: acme/own, tag: \"\"}\nsource: {repository: https://x.example/y, tag: v1}\nagent:\n  image: {name: localhost:5000/agent, tag: 1.0.1}\n";

    #[test]
    fn images_are_found_in_both_ways_to_name_them() {
        let parsed = read(SAMPLE);
        let told = |found: &Dependency| format!("{} {}", found.package.name, found.version);
        let dependencies: Vec<String> = parsed.dependencies.iter().map(told).collect();
        assert_eq!(
            dependencies,
            [
                "docker.io/acme/redis 7.2.4-r1",
                "acme/exporter sha256:0a",
                "acme/proxy v1.2.3",
                "busybox 1.36",
                "localhost:5000/agent 1.0.1",
            ]
        );
        assert_eq!(parsed.problems, []);
    }

    #[test]
    fn a_template_of_such_a_file_is_no_problem_and_a_damage_is_one() {
        assert_eq!(read("a: {{ .x }}\n{{- if y }}\n- b: [c\n").problems, []);
        let damaged = read("image: a:1\nb: [c\nd: e\n");
        assert_eq!((damaged.dependencies.len(), damaged.problems.len()), (1, 1));
    }

    #[test]
    fn deep_and_wide_values_are_walked_once() {
        let wide = "- image: a:1\n".repeat(50_000);
        assert_eq!(read(&wide).dependencies.len(), 1);
        assert_eq!(read(&"- ".repeat(100_000)).problems.len(), 1);
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC*", at in 0..SAMPLE.len(), with in "[\\[\\]{}\"'&*!|>:a0 \\n-]{0,9}") {
            read(&text);
            let (before, after) = SAMPLE.split_at(at);
            read(&[before, &with, after].concat());
        }
    }
}
