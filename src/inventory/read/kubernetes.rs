//! Manifests of Kubernetes
//! (<https://kubernetes.io/docs/concepts/overview/working-with-objects/>).

use super::found::Found;
use super::image;
use super::value::Value;
use super::walk;
use super::yaml_documents::documents;
use crate::inventory::dependency::Dependency;
use crate::inventory::parsed::Parsed;
use crate::inventory::problem::Problem;

/// Reads the text of such a file: the images of the containers of its objects, and
/// those that a `Kustomization` puts in their place.
///
/// No advisory speaks of images: they are shown. A document that is no object of
/// Kubernetes says nothing here, nor does a template of Helm, whose versions stand
/// in `values.yaml`.
pub(super) fn read(text: &str) -> Parsed {
    let mut kept = Found::default();
    let mut parsed = 0;
    for (before, document) in documents(text) {
        // Most objects name no image, and the largest, definitions of resources,
        // only describe them: to look for words is cheap, to parse is not.
        let describes = || document.lines().any(|line| line.trim_end() == "kind: CustomResourceDefinition");
        if !document.contains("image") || document.contains("{{") || describes() {
            continue;
        }
        if parsed == MOST {
            kept.tell(Some(before + 1), "it has more documents than are read", "");
            break;
        }
        parsed += 1;
        let ended = walk::yaml(document, &[&[]], |_, root: Value<'_>| {
            take(&mut kept, &root, document, before);
        });
        // Any other file of YAML may be written as its tool wants it.
        if let Some(Problem { line, message }) = ended
            && document.lines().any(|line| line.starts_with("apiVersion:"))
        {
            kept.problem("document", line.map(|line| before + line), message);
        }
    }
    kept.finish()
}

/// The keys of lists of containers, wherever an object has them: in pods, in
/// templates of pods, and in objects of projects' own kinds.
const CONTAINERS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];

/// So many documents of a file are parsed: bundles of real projects have hundreds.
const MOST: usize = 10_000;

fn take(kept: &mut Found, root: &Value<'_>, document: &str, before: usize) {
    let is_object = root.get("apiVersion").text().is_some() && root.get("kind").text().is_some();
    // The file of Kustomize needs to say neither.
    let is_kustomization =
        root.get("kind").text() == Some("Kustomization") || !root.get("resources").items().is_empty();
    if is_kustomization {
        root.get("images").items().iter().for_each(|image| kept.add(replaced(image)));
    }
    if !is_object {
        return;
    }
    let mut open = vec![root];
    while let Some(value) = open.pop() {
        let lists = value.entries().iter().filter(|(key, _)| CONTAINERS.contains(&&**key));
        let containers = lists.flat_map(|(_, list)| list.items());
        for reference in containers.filter_map(|container| container.get("image").text()) {
            match image::dependency(reference) {
                Some(image) => kept.add(Some(image)),
                // A variable that some tool of the project fills in.
                None if reference.contains('$') || reference.trim().is_empty() => {}
                None => {
                    let line = || Some(before + document.lines().position(|line| line.contains(reference))? + 1);
                    kept.tell_at(line, "no reference of an image", reference);
                }
            }
        }
        open.extend(value.entries().iter().rev().map(|(_, within)| within));
        open.extend(value.items().iter().rev());
    }
}

/// The image of an entry of a `Kustomization`, with the name that it has in the end.
fn replaced(image: &Value<'_>) -> Option<Dependency> {
    let name = image.get("newName").text().or_else(|| image.get("name").text())?;
    match (image.get("newTag").text(), image.get("digest").text()) {
        (Some(tag), _) => image::dependency(&format!("{name}:{tag}")),
        (None, digest) => image::dependency(&format!("{name}@{}", digest?)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SAMPLE: &str = "apiVersion: apps/v1\nkind: Deployment\nspec:\n  template:\n    spec:\n      initContainers:\n      - {name: i, image: \"busybox:1.36\"}\n      containers:\n      - name: a\n        image: acme/a:v1.2.3\n      - name: b\n        image: $(IMAGE)\n---\n# x\nimage: no/object:1\n--- # next\napiVersion: v1\nkind: List\nitems:\n- kind: Pod\n  spec:\n    containers:\n    - image: two words\n    - image: acme/b@sha256:0a\n---\nresources: [a.yaml]\nimages:\n- name: acme/c\n  newTag: v2\n";

    fn told(text: &str) -> Vec<String> {
        let told = |found: &Dependency| format!("{} {}", found.package.name, found.version);
        read(text).dependencies.iter().map(told).collect()
    }

    #[test]
    fn containers_of_all_documents_are_read() {
        assert_eq!(told(SAMPLE), ["busybox 1.36", "acme/a v1.2.3", "acme/b sha256:0a", "acme/c v2"]);
        assert_eq!(told(&SAMPLE.replace('\n', "\r\n")), told(SAMPLE));
        let problems = read(SAMPLE).problems;
        assert_eq!((problems.len(), problems[0].line), (1, Some(23)));
    }

    #[test]
    fn templates_say_nothing_and_what_is_no_object_breaks_in_silence() {
        let template = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: {{ .Values.image }}\n";
        let other = "image: [a\n";
        let broken = "apiVersion: v1\nkind: Pod\n---\napiVersion: v1\nimage: [a\n";
        assert_eq!((read(template).problems, read(other).problems), (vec![], vec![]));
        let problems = read(broken).problems;
        assert_eq!(problems.len(), 1);
        assert!(problems[0].line >= Some(5), "{problems:?}");
    }

    #[test]
    fn many_broken_documents_are_one_problem() {
        let problems = read(&"---\napiVersion: v1\nimage: [a\n".repeat(3_000)).problems;
        assert_eq!(problems.len(), 1);
        assert!(problems[0].line < Some(5), "{problems:?}");
        assert!(problems[0].message.ends_with("; and 2999 more like this"), "{problems:?}");
    }

    #[test]
    fn many_documents_are_a_problem_and_no_long_wait() {
        let problems = read(&"image: a\n---\n".repeat(200_000)).problems;
        assert_eq!((problems.len(), problems[0].line), (1, Some(20_000)));
        assert_eq!(read(&"---\n".repeat(1 << 20)).problems, []);
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "\\PC*", at in 0..SAMPLE.len(), with in "[\\[\\]{}\"'&*!|>:$a0 \\n-]{0,9}") {
            read(&text);
            let (before, after) = SAMPLE.split_at(at);
            read(&[before, &with, after].concat());
        }
    }
}
