//! XML of lock files and manifests, within bounds.

use roxmltree::{Document, Error, Node};

use super::found::plain;
use super::xml_bounds;
use crate::inventory::problem::Problem;

/// The document that a text is, whose root has the name that something has. A file
/// with a DTD is refused, and with it whatever its entities would expand to.
pub(super) fn parse<'t>(text: &'t str, root: &str, what: &str) -> Result<Document<'t>, Problem> {
    if let Some(problem) = xml_bounds::exceeded(text) {
        return Err(problem);
    }
    let document = Document::parse_with_options(text, xml_bounds::options()).map_err(|error| {
        let line = match error {
            Error::DtdDetected => text.split("<!DOCTYPE").next().map(|before| before.matches('\n').count() + 1),
            Error::NoRootNode | Error::UnclosedRootNode | Error::NodesLimitReached => None,
            _ => usize::try_from(error.pos().row).ok(),
        };
        // The message ends with the place, which stands beside it.
        let message = error.to_string();
        let message = message.rsplit_once(" at ").map_or(message.as_str(), |(message, _)| message);
        Problem::new(line, format!("it is no valid XML: {}", plain(message)))
    })?;
    let name = document.root_element().tag_name().name();
    if name != root {
        let line = line(document.root_element());
        return Err(Problem::new(line, format!("it is no {what}, but {}", plain(name))));
    }
    Ok(document)
}

/// What an attribute of an element says; none where that is nothing.
pub(super) fn attribute<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.attribute(name).map(str::trim).filter(|value| !value.is_empty())
}

/// The text of an element, around its comments.
pub(super) fn text_of(node: Node<'_, '_>) -> String {
    let text: String = node.children().filter(Node::is_text).filter_map(|text| text.text()).collect();
    text.trim().to_owned()
}

/// The line of an element.
pub(super) fn line(node: Node<'_, '_>) -> Option<usize> {
    usize::try_from(node.document().text_pos_at(node.range().start).row).ok()
}
