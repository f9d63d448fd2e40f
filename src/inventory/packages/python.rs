//! `pyproject.toml`, `setup.cfg` and `setup.py`
//! (<https://packaging.python.org/specifications/pyproject-toml>).

use super::code::{Language, Token, at, constant, tokens};

/// The name in a `pyproject.toml`; none where it is never uploaded.
pub(super) fn pyproject(text: &str) -> Option<String> {
    let table = text.parse::<toml::Table>().ok()?;
    let tool = |name: &str| table.get("tool").and_then(|tool| tool.get(name));
    let says_no = |tool: Option<&toml::Value>, key: &str| tool.and_then(|tool| tool.get(key)?.as_bool()) == Some(false);
    if says_no(tool("poetry"), "package-mode") || says_no(tool("uv"), "package") {
        return None;
    }
    let project = table.get("project").or_else(|| tool("poetry"))?;
    let classifiers = project.get("classifiers").and_then(toml::Value::as_array).into_iter().flatten();
    // The index refuses this one.
    if classifiers.filter_map(toml::Value::as_str).any(|classifier| classifier.starts_with("Private ::")) {
        return None;
    }
    Some(project.get("name")?.as_str()?.to_owned())
}

/// The name in a `setup.cfg`.
pub(super) fn setup_cfg(text: &str) -> Option<&str> {
    let mut in_metadata = false;
    for line in text.lines() {
        if let Some(section) = line.strip_prefix('[') {
            in_metadata = section.split(']').next().map(str::trim) == Some("metadata");
        } else if in_metadata && let Some((key, value)) = line.split_once(['=', ':']) {
            // An indented line goes on with the value before.
            if key.trim_end() == "name" {
                return Some(value.trim());
            }
        }
    }
    None
}

/// The name that a `setup.py` gives to `setup`, where it stands there.
pub(super) fn setup_py(text: &str) -> Option<&str> {
    let tokens = tokens(text, Language::Python);
    let is_call = |place: usize| {
        let before = place.checked_sub(1).map_or(Token::Line, |before| at(&tokens, before));
        before != Token::Word("def")
            && at(&tokens, place) == Token::Word("setup")
            && at(&tokens, place + 1) == Token::Sign('(')
    };
    let start = (0..tokens.len()).find(|place| is_call(*place))? + 1;
    let mut depth = 0_usize;
    for place in start..tokens.len() {
        match at(&tokens, place) {
            Token::Sign('(' | '[' | '{') => depth += 1,
            Token::Sign(')' | ']' | '}') => depth -= 1,
            Token::Word("name") if depth == 1 && at(&tokens, place + 1) == Token::Sign('=') => {
                let ends = (place + 3..tokens.len()).map(|next| at(&tokens, next)).find(|next| *next != Token::Line);
                if !matches!(ends, Some(Token::Sign(',' | ')'))) {
                    return None;
                }
                return match at(&tokens, place + 2) {
                    Token::Text(name) => Some(name),
                    Token::Word(name) => constant(&tokens, name),
                    _ => None,
                };
            }
            _ => {}
        }
        if depth == 0 {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_never_uploaded_has_no_name() {
        assert_eq!(pyproject("[project]\nname = \"a\"\n").as_deref(), Some("a"));
        for text in [
            "[project]\nname = 'a'\nclassifiers = ['Private :: Do Not Upload']",
            "[tool.poetry]\nname = 'a'\npackage-mode = false",
            "[project]\nname = 'a'\n[tool.uv]\npackage = false",
            "[project]\ndynamic = ['name']",
        ] {
            assert_eq!(pyproject(text), None, "{text}");
        }
    }

    #[test]
    fn a_setup_cfg_names_it_in_its_metadata() {
        assert_eq!(setup_cfg("[bdist]\nname = x\n[metadata]\nname = p\nversion = 1\n"), Some("p"));
        assert_eq!(setup_cfg("[metadata]\nname: p\n"), Some("p"));
        assert_eq!(setup_cfg("[metadata]\nlong =\n  name = x\n[options]\nname = y\n"), None);
    }

    #[test]
    fn a_setup_py_is_read_and_not_run() {
        for (text, name) in [
            ("from setuptools import setup\nsetup(name=\"p\")\n", Some("p")),
            ("import setuptools\nsetuptools.setup(\n    version='1',\n    name='a-b',\n)\n", Some("a-b")),
            ("NAME = 'x'\nsetup(ext=[E(name='y')], name=NAME)\n", Some("x")),
            ("def setup():\n  pass\nsetup(name=name())", None),
            ("setup(name='a' + 'b')", None),
            ("setup(name=f'a{b}')", None),
            ("setup(**kw)\nf(name='x')", None),
            ("# setup(name='x')\nsetup(version='1')", None),
        ] {
            assert_eq!(setup_py(text), name, "{text}");
        }
    }
}
