//! `*.gemspec` (<https://guides.rubygems.org/specification-reference>).

use super::code::{Language, Token, at, constant, tokens};

/// The name of the gem, where it stands there.
pub(super) fn gemspec(text: &str) -> Option<&str> {
    let tokens = tokens(text, Language::Ruby);
    let begins = |place: usize| at(&tokens, place) == Token::Word("Specification");
    let start = (0..tokens.len()).find(|place| begins(*place))?;
    let new = (at(&tokens, start + 1), at(&tokens, start + 2)) == (Token::Sign('.'), Token::Word("new"));
    let first = start + 3 + usize::from(at(&tokens, start + 3) == Token::Sign('('));
    if let (true, Token::Text(name)) = (new, at(&tokens, first)) {
        return Some(name);
    }
    let named = |place: usize| {
        let signs = [at(&tokens, place), at(&tokens, place + 2)];
        signs == [Token::Sign('.'), Token::Sign('=')] && at(&tokens, place + 1) == Token::Word("name")
    };
    let value = (start..tokens.len()).find(|place| named(*place))? + 3;
    // `"rack".freeze` is how RubyGems itself writes them.
    let ends = matches!(at(&tokens, value + 1), Token::Line | Token::Sign('.' | ';'));
    match at(&tokens, value) {
        Token::Text(name) if ends => Some(name),
        Token::Word(name) if ends => constant(&tokens, name),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gems_name_is_a_literal() {
        for (text, name) in [
            ("Gem::Specification.new do |s|\n  s.name        = \"actionpack\"\nend", Some("actionpack")),
            ("Gem::Specification.new do |spec|\n spec.name = 'a'.freeze # b\n", Some("a")),
            ("Gem::Specification.new \"puma\", V do |s|\nend", Some("puma")),
            ("Gem::Specification.new('x', '1') { |s| s.summary = '' }", Some("x")),
            ("NAME = %q{rexml}\nGem::Specification.new do |s|\n s.name = NAME\nend", Some("rexml")),
            ("Gem::Specification.new do |s|\n s.author = 'a'\n s.name = \"x-#{y}\"\nend", None),
            ("Gem::Specification.new do |s|\n s.name = File.basename(__FILE__, '.gemspec')\nend", None),
            ("Bundler.x do |s|\n s.name = 'a'\nend", None),
            ("# Gem::Specification\n", None),
        ] {
            assert_eq!(gemspec(text), name, "{text}");
        }
    }
}
