//! Files of Docker Compose
//! (<https://github.com/compose-spec/compose-spec/blob/main/spec.md>).

use serde_saphyr::Spanned;

use super::found::Found;
use super::image;
use super::value::Value;
use super::walk;
use crate::inventory::parsed::Parsed;

/// Reads the text of such a file: the images of its services.
///
/// No advisory speaks of images: they are shown. An image that the file builds is
/// the project's own. A variable has its default; where it has none, whoever
/// starts the services chooses the version, and nothing is told.
pub(super) fn read(text: &str) -> Parsed {
    let mut kept = Found::default();
    // The first version of the format had its services at the top.
    let ways: [walk::Way<'_>; 2] = [&[Some("services"), None], &[None, Some("image")]];
    let ended = walk::yaml(text, &ways, |path, entry: Spanned<Value<'_>>| {
        let line = usize::try_from(entry.defined.line()).ok();
        let is_service = path.first().is_some_and(|key| key == "services");
        let image = if is_service { entry.value.get("image") } else { &entry.value };
        let (Some(image), Value::Null) = (image.text(), entry.value.get("build")) else { return };
        let Some(reference) = expanded(image) else { return };
        match image::dependency(&reference) {
            Some(image) => kept.add(Some(image)),
            None => kept.tell(line, "no reference of an image", &reference),
        }
    });
    kept.ended(ended);
    kept.finish()
}

/// A text with its variables' defaults (`interpolation.md` of the specification);
/// none where one has no default.
fn expanded(text: &str) -> Option<String> {
    let mut whole = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        whole.push_str(before);
        if let Some(after) = after.strip_prefix('$') {
            whole.push('$');
            rest = after;
            continue;
        }
        let (inner, after) = after.strip_prefix('{')?.split_once('}')?;
        let at = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
        let default = inner.get(at..)?;
        let default = default.strip_prefix(":-").or_else(|| default.strip_prefix('-'))?;
        // A default of another variable's default is rare, and whose it is stands elsewhere.
        if default.contains('$') {
            return None;
        }
        whole.push_str(default);
        rest = after;
    }
    whole.push_str(rest);
    Some(whole)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::inventory::dependency::Dependency;

    const SAMPLE: &str = "x-common: &common\n  image: redis:7.2\nservices:\n  a:\n    image: docker.io/library/postgres:16.1@sha256:0a\n  own:\n    image: acme/own:1.0\n    build: .\n  b: {image: \"nginx:${TAG:-1.25}\"}\n  c:\n    image: nginx:${TAG}\n  d:\n    <<: *common\n  image:\n    image: two words\n";

    #[test]
    fn images_of_services_are_shown() {
        let parsed = read(SAMPLE);
        let told = |found: &Dependency| format!("{} {} {}", found.package, found.version, found.pin.as_str());
        let dependencies: Vec<String> = parsed.dependencies.iter().map(told).collect();
        assert_eq!(
            dependencies,
            ["Docker:redis 7.2 shown", "Docker:docker.io/library/postgres 16.1 shown", "Docker:nginx 1.25 shown"]
        );
        let told: Vec<_> = parsed.problems.iter().map(|problem| (problem.line, problem.message.as_str())).collect();
        assert_eq!(told, [(Some(15), "no reference of an image: two words")]);
        assert_eq!(read("web:\n  image: nginx:1\n").dependencies.len(), 1);
    }

    #[test]
    fn aliases_that_stand_for_too_much_are_told_in_plain_words() {
        let level = |at: usize| format!("x{at}: &x{at} [{}]\n", vec![format!("*x{}", at - 1); 10].join(", "));
        let bomb = format!("x0: &x0 [a]\n{}services: {{}}\n", (1..9).map(level).collect::<String>());
        let circle = "services:\n  a: &a\n    image: redis:7\n    depends_on: *a\n";
        for (text, expected) in [
            (bomb.as_str(), "its aliases stand for more than is read"),
            (circle, "an alias stands for what it is part of"),
        ] {
            let told: Vec<String> = read(text).problems.into_iter().map(|problem| problem.message).collect();
            assert_eq!(told, [expected]);
        }
    }

    #[test]
    fn variables_have_their_defaults() {
        for (text, expected) in [
            ("a:${B:-1.2}", Some("a:1.2")),
            ("a:${B-1.2}-x", Some("a:1.2-x")),
            ("${A:-a}:${B:-}", Some("a:")),
            ("a$$b", Some("a$b")),
            ("a:$B", None),
            ("a:${B}", None),
            ("a:${B:?not set}", None),
            ("a:${B:-${C:-1}}", None),
            ("a:${B:-1", None),
        ] {
            assert_eq!(expanded(text).as_deref(), expected, "{text}");
        }
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
