//! Checks a template before it is used: every field it names exists where it
//! names it, and it uses nothing that could go on for ever.
//!
//! Of partials there are only those that come with the program: partials that
//! include each other overflow Handlebars' stack, which ends the process.

use handlebars::template::{BlockParam, DecoratorTemplate, HelperTemplate, Parameter, TemplateElement};
use handlebars::{Path, PathSeg, Template};

use super::built_in::PARTS;
use super::error::{TemplateError, TemplateProblem};
use super::shape::{CONTEXT, Shape};

/// Handlebars' own functions that compute from their parameters alone, and how
/// many parameters they take.
const FUNCTIONS: [(&str, usize, usize, &str); 10] = [
    ("eq", 2, 2, "two parameters"),
    ("ne", 2, 2, "two parameters"),
    ("gt", 2, 2, "two parameters"),
    ("gte", 2, 2, "two parameters"),
    ("lt", 2, 2, "two parameters"),
    ("lte", 2, 2, "two parameters"),
    ("and", 2, 2, "two parameters"),
    ("or", 2, 2, "two parameters"),
    ("not", 1, 1, "one parameter"),
    ("len", 1, 1, "one list"),
];

const NAME_A_PART: &str = "there are `{{> announced}}`, `{{> packages}}`, `{{> carried}}` and `{{> known}}`";

/// Line and column, from 1.
type At = (usize, usize);

/// Checks the template of this name and text.
pub(super) fn check(name: &str, source: &str, template: &Template) -> Result<(), TemplateError> {
    let root = Scope { shape: CONTEXT, params: Vec::new(), in_each: false };
    Checker { name, source, scopes: vec![root] }.template(template, (1, 1))
}

/// What names mean in a block.
struct Scope {
    shape: Shape,
    /// The names behind `as |…|`.
    params: Vec<(String, Shape)>,
    /// Whether `@first`, `@last` and `@index` have a meaning.
    in_each: bool,
}

struct Checker<'t> {
    name: &'t str,
    source: &'t str,
    scopes: Vec<Scope>,
}

type Checked<T = ()> = Result<T, TemplateError>;

impl Checker<'_> {
    fn fail<T>(&self, at: At, problem: TemplateProblem) -> Checked<T> {
        Err(TemplateError { name: self.name.to_owned(), place: Some(at), problem })
    }

    fn unsupported<T>(&self, at: At, what: impl Into<String>, instead: &'static str) -> Checked<T> {
        self.fail(at, TemplateProblem::Unsupported { what: what.into(), instead })
    }

    fn template(&mut self, template: &Template, around: At) -> Checked {
        for (index, element) in template.elements.iter().enumerate() {
            let known = template.mapping.get(index).map(|place| (place.0, place.1));
            match element {
                TemplateElement::RawString(_) | TemplateElement::Comment(_) => {}
                TemplateElement::Expression(tag) | TemplateElement::HtmlExpression(tag) => {
                    self.print(tag, known.unwrap_or(around))?;
                }
                TemplateElement::HelperBlock(block) => {
                    let at = known.unwrap_or_else(|| self.place_of_else(block, around));
                    self.block(block, at)?;
                }
                TemplateElement::PartialExpression(part) => self.part(part, known.unwrap_or(around))?,
                TemplateElement::PartialBlock(_) => {
                    return self.unsupported(known.unwrap_or(around), "a block of a part", NAME_A_PART);
                }
                _ => return self.unsupported(known.unwrap_or(around), "a decorator", "a template is one text"),
            }
        }
        Ok(())
    }

    /// `{{> packages}}`: a part that comes with the program. Its names are those of the whole context.
    fn part(&self, part: &DecoratorTemplate, at: At) -> Checked {
        let name = part.name.as_name().unwrap_or_default();
        if PARTS.iter().all(|(known, _)| *known != name) {
            return self.unsupported(at, format!("the part `{name}`"), NAME_A_PART);
        }
        if !part.params.is_empty() || !part.hash.is_empty() {
            return self.unsupported(at, "a part with parameters", NAME_A_PART);
        }
        if self.scopes.len() > 1 {
            return self.unsupported(at, "a part within `#each` or `#with`", "take it in outside of these");
        }
        Ok(())
    }

    /// Handlebars forgets where an `{{else if …}}` stood: the first one after
    /// the block's beginning that has this parameter.
    fn place_of_else(&self, block: &HelperTemplate, around: At) -> At {
        let parameter = block.params.first().and_then(Parameter::as_name).unwrap_or_default();
        let lines = self.source.lines().enumerate().skip(around.0.saturating_sub(1));
        let mut found = lines.filter_map(|(line, text)| {
            let start = text.find("else")?;
            let after = text.get(start..)?;
            after.contains(parameter).then(|| (line + 1, text.chars().count() - after.chars().count() + 1))
        });
        found.next().unwrap_or(around)
    }

    /// `{{field}}` or `{{function …}}`.
    fn print(&self, tag: &HelperTemplate, at: At) -> Checked {
        if !tag.params.is_empty() || !tag.hash.is_empty() {
            return self.function(tag, at);
        }
        let Parameter::Path(path) = &tag.name else {
            return match &tag.name {
                Parameter::Subexpression(inner) => self.element(inner.as_element(), at),
                other => self.unsupported(at, format!("`{}`", other.as_name().unwrap_or("a literal")), "name a field"),
            };
        };
        match self.resolve(path, at)? {
            Shape::Text | Shape::Flag => Ok(()),
            shape @ Shape::List(_) => self.wrong(path, shape, "walk it with `{{#each …}}`", at),
            shape @ Shape::Record(_) => self.wrong(path, shape, "name one of them", at),
        }
    }

    fn wrong<T>(&self, path: &Path, shape: Shape, instead: &'static str, at: At) -> Checked<T> {
        let path = raw(path).to_owned();
        self.fail(at, TemplateProblem::WrongKind { path, is: shape.words(), instead })
    }

    fn function(&self, tag: &HelperTemplate, at: At) -> Checked {
        let name = tag.name.as_name().unwrap_or_default();
        let Some(&(_, least, most, takes)) = FUNCTIONS.iter().find(|(known, ..)| *known == name) else {
            return self.unsupported(
                at,
                format!("the function `{name}`"),
                "there are `eq`, `ne`, `gt`, `gte`, `lt`, `lte`, `and`, `or`, `not` and `len`",
            );
        };
        if !(least..=most).contains(&tag.params.len()) || !tag.hash.is_empty() {
            return self.fail(at, TemplateProblem::Parameters { helper: name.to_owned(), takes });
        }
        if matches!(name, "eq" | "ne" | "gt" | "gte" | "lt" | "lte") {
            return tag.params.iter().try_for_each(|parameter| self.comparable(parameter, at));
        }
        tag.params.iter().try_for_each(|parameter| self.value(parameter, at))
    }

    /// A parameter to compare. Whole lists would be compared item by item, as
    /// often as the template asks.
    fn comparable(&self, parameter: &Parameter, at: At) -> Checked {
        if let Parameter::Path(path) = parameter
            && let shape @ (Shape::List(_) | Shape::Record(_)) = self.resolve(path, at)?
        {
            return self.wrong(path, shape, "compare a field of it, or the `len` of a list", at);
        }
        self.value(parameter, at)
    }

    /// A parameter that may be of any kind.
    fn value(&self, parameter: &Parameter, at: At) -> Checked {
        match parameter {
            Parameter::Path(path) => self.resolve(path, at).map(|_| ()),
            Parameter::Literal(_) => Ok(()),
            Parameter::Subexpression(inner) => self.element(inner.as_element(), at),
            _ => self.unsupported(at, "this parameter", "name a field"),
        }
    }

    fn element(&self, element: &TemplateElement, at: At) -> Checked {
        match element {
            TemplateElement::Expression(tag) => self.function(tag, at),
            _ => self.unsupported(at, "this expression", "name a field or call a function"),
        }
    }

    fn block(&mut self, block: &HelperTemplate, at: At) -> Checked {
        let name = block.name.as_name().unwrap_or_default();
        if !["if", "unless", "each", "with"].contains(&name) {
            let instead = "there are `#if`, `#unless`, `#each` and `#with`";
            return self.unsupported(at, format!("the block `{}`", crate::model::line(name)), instead);
        }
        let [parameter] = block.params.as_slice() else {
            return self.fail(at, TemplateProblem::Parameters { helper: format!("#{name}"), takes: "one parameter" });
        };
        if !block.hash.is_empty() {
            return self.unsupported(at, "`name=value`", "no block has options");
        }
        let scope = if matches!(name, "each" | "with") {
            Some(self.scope(name == "each", parameter, block.block_param.as_ref(), at)?)
        } else {
            self.value(parameter, at)?;
            None
        };
        let scoped = scope.is_some();
        self.scopes.extend(scope);
        let body = block.template.as_ref().map_or(Ok(()), |body| self.template(body, at));
        if scoped {
            self.scopes.pop();
        }
        body?;
        block.inverse.as_ref().map_or(Ok(()), |inverse| self.template(inverse, at))
    }

    /// The scope that an `#each` or `#with` opens.
    fn scope(&self, each: bool, parameter: &Parameter, names: Option<&BlockParam>, at: At) -> Checked<Scope> {
        let Parameter::Path(path) = parameter else {
            return self.unsupported(at, "a computed parameter of `#each` or `#with`", "name a field");
        };
        let shape = match (each, self.resolve(path, at)?) {
            (true, Shape::List(member)) => *member,
            (false, shape @ Shape::Record(_)) => shape,
            (true, shape) => return self.wrong(path, shape, "`#each` walks lists", at),
            (false, shape) => return self.wrong(path, shape, "`#with` opens records; ask with `#if`", at),
        };
        let named = |parameter: &Parameter, shape| (parameter.as_name().unwrap_or_default().to_owned(), shape);
        let params = match names {
            None => Vec::new(),
            Some(BlockParam::Single(value)) => vec![named(value, shape)],
            Some(BlockParam::Pair((value, index))) if each => vec![named(value, shape), named(index, Shape::Text)],
            Some(_) => return self.unsupported(at, "a second name in `as |…|`", "`#with` gives one"),
        };
        Ok(Scope { shape, params, in_each: each || self.scopes.last().is_some_and(|scope| scope.in_each) })
    }

    fn resolve(&self, path: &Path, at: At) -> Checked<Shape> {
        let segments = match path {
            Path::Relative((segments, _)) => segments,
            Path::Local((level, name, _)) => {
                let known = *level == 0 && self.scopes.last().is_some_and(|scope| scope.in_each);
                return match name.as_str() {
                    "first" | "last" if known => Ok(Shape::Flag),
                    "index" if known => Ok(Shape::Text),
                    _ => self.unknown(path, None, at),
                };
            }
        };
        let (mut up, mut from_root, mut names) = (0, false, Vec::new());
        for segment in segments {
            match segment {
                PathSeg::Named(name) => names.push(name.as_str()),
                // The grammar's rules are not exported; their names are printed.
                PathSeg::Ruled(rule) if format!("{rule:?}") == "path_root" => from_root = true,
                _ => up += 1,
            }
        }
        let mut names = names.into_iter();
        let mut walked = "../".repeat(up);
        let param = if from_root { None } else { names.clone().next().and_then(|name| self.param(name)) };
        let mut shape = if let Some(shape) = param {
            walked = names.next().map(|name| format!("{name}.")).unwrap_or_default();
            shape
        } else if from_root {
            "@root.".clone_into(&mut walked);
            CONTEXT
        } else if let Some(scope) = self.scopes.len().checked_sub(up + 1).and_then(|place| self.scopes.get(place)) {
            scope.shape
        } else {
            return self.unknown(path, None, at);
        };
        for name in names {
            let Some(field) = shape.field(name) else {
                if matches!(shape, Shape::List(_)) {
                    return self.wrong(path, shape, "walk it with `{{#each …}}`", at);
                }
                return self.unknown(path, self.nearest(&walked, name, shape), at);
            };
            walked = format!("{walked}{name}.");
            shape = field;
        }
        Ok(shape)
    }

    fn param(&self, name: &str) -> Option<Shape> {
        let params = self.scopes.iter().rev().flat_map(|scope| &scope.params);
        params.into_iter().find(|(known, _)| known == name).map(|(_, shape)| *shape)
    }

    fn unknown<T>(&self, path: &Path, nearest: Option<String>, at: At) -> Checked<T> {
        self.fail(at, TemplateProblem::UnknownField { path: raw(path).to_owned(), nearest })
    }

    /// The field that was probably meant: one of an outer block, or one of
    /// nearly this name.
    fn nearest(&self, walked: &str, name: &str, shape: Shape) -> Option<String> {
        if walked.is_empty() {
            let outer = self.scopes.iter().rev().enumerate().skip(1);
            let mut outer = outer.filter(|(_, scope)| scope.shape.field(name).is_some());
            if let Some((up, _)) = outer.next() {
                return Some(format!("{}{name}", "../".repeat(up)));
            }
        }
        let params = self.scopes.iter().flat_map(|scope| &scope.params).map(|(known, _)| known.as_str());
        let params = params.filter(|_| walked.is_empty());
        let fields = shape.fields().iter().map(|(field, _)| *field).chain(params);
        let (distance, field) = fields.map(|field| (strsim::damerau_levenshtein(name, field), field)).min()?;
        (distance <= 2.max(name.len() / 3)).then(|| format!("{walked}{field}"))
    }
}

/// The path as it is written.
fn raw(path: &Path) -> &str {
    match path {
        Path::Relative((_, raw)) | Path::Local((_, _, raw)) => raw,
    }
}

#[cfg(test)]
mod tests {
    use crate::emit::markdown::Template;

    fn refusal(text: &str) -> String {
        Template::from_text("notes.hbs", text).map(|_| ()).unwrap_err().to_string()
    }

    #[test]
    fn a_mistyped_field_is_refused_wherever_it_stands() {
        for (text, message) in [
            (
                "{{#each advisoris}}x{{/each}}",
                "line 1, column 1: there is no field `advisoris` here; did you mean `advisories`?",
            ),
            (
                "a\n {{#each advisories}}{{summry}}{{/each}}",
                "line 2, column 22: there is no field `summry` here; did you mean `summary`?",
            ),
            ("{{#if privat}}x{{/if}}", "did you mean `private`?"),
            ("{{#unless privat}}x{{/unless}}", "did you mean `private`?"),
            ("{{#with relese}}x{{/with}}", "did you mean `release`?"),
            ("{{#if private}}\n{{else if advisoris}}\n{{/if}}", "line 2, column 3: there is no field `advisoris`"),
            ("{{release.tga}}", "did you mean `release.tag`?"),
            ("{{@root.release.tga}}", "did you mean `@root.release.tag`?"),
            ("{{#each advisories}}{{#each fix.commits}}{{summary}}{{/each}}{{/each}}", "did you mean `../summary`?"),
            ("{{#each advisories}}{{#each ../advisoris}}{{/each}}{{/each}}", "did you mean `../advisories`?"),
            ("{{#each advisories as |entry|}}{{entry.sumary}}{{/each}}", "did you mean `entry.summary`?"),
            ("{{#each advisories}}{{else}}{{summary}}{{/each}}", "there is no field `summary` here"),
            ("{{#if (eq severty \"x\")}}{{/if}}", "there is no field `severty` here"),
            ("{{../release.tag}}", "there is no field `../release.tag` here"),
            ("{{@first}}", "there is no field `@first` here"),
            ("{{findings}}", "there is no field `findings` here"),
            ("{{{relase}}}", "there is no field `relase` here"),
            ("{{&relase}}", "there is no field `relase` here"),
        ] {
            let refusal = refusal(text);
            assert!(
                refusal.starts_with("template `notes.hbs`, line ") && refusal.contains(message),
                "{text}: {refusal}"
            );
        }
    }

    #[test]
    fn a_field_of_another_kind_is_refused() {
        for (text, message) in [
            ("{{advisories}}", "`advisories` is a list: walk it"),
            ("{{release}}", "`release` is a record"),
            ("{{#each release}}{{/each}}", "`#each` walks lists"),
            ("{{#each release.tag}}{{/each}}", "`release.tag` is a text"),
            ("{{#with advisories}}{{/with}}", "`advisories` is a list"),
            ("{{#with release.tag}}{{/with}}", "ask with `#if`"),
            ("{{advisories.[0].id}}", "`advisories.[0].id` is a list"),
            ("{{#if}}x{{/if}}", "`#if` takes one parameter"),
            ("{{#if a b}}x{{/if}}", "`#if` takes one parameter"),
            ("{{#if (eq private)}}x{{/if}}", "`eq` takes two parameters"),
            ("{{#if (eq advisories @root.advisories)}}x{{/if}}", "`advisories` is a list: compare a field"),
            ("{{#if (not (gt release 1))}}x{{/if}}", "`release` is a record"),
        ] {
            let refusal = refusal(text);
            assert!(refusal.contains(message), "{text}: {refusal}");
        }
    }

    #[test]
    fn partials_and_foreign_helpers_are_refused() {
        for text in [
            "{{> notes.hbs}}",
            "{{> (lookup release 'tag')}}",
            "{{#> layout}}x{{/layout}}",
            "{{#*inline \"a\"}}{{> b}}{{/inline}}{{#*inline \"b\"}}{{> a}}{{/inline}}{{> a}}",
            "{{#*inline \"a\"}}{{> a}}{{/inline}}{{> a}}",
            "{{lookup release 'tag'}}",
            "{{log 'x'}}",
            "{{#each (lookup this 'advisories')}}{{/each}}",
            "{{#advisories}}x{{/advisories}}",
            "{{{{raw}}}}{{x}}{{{{/raw}}}}",
            "{{* x}}",
            "{{\"x\"}}",
        ] {
            assert!(Template::from_text("notes.hbs", text).is_err(), "{text}");
        }
    }
}
