//! How much a template may take and make. A template may walk lists within
//! lists, and so ask for more than any machine has, in a few lines.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use handlebars::template::{HelperTemplate, Parameter, TemplateElement};
use handlebars::{
    BlockContext, BlockParams, Context, Handlebars, Helper, HelperDef, HelperResult, JsonValue, Output, RenderContext,
    RenderErrorReason, Renderable, Template, to_json,
};

/// What is written, up to a number of bytes.
pub(super) struct Notes {
    pub(super) text: Vec<u8>,
    most: u64,
    /// Whether there was more.
    pub(super) cut: bool,
}

impl Notes {
    pub(super) const fn new(most: u64) -> Self {
        Self { text: Vec::new(), most, cut: false }
    }
}

impl Write for Notes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if (self.text.len() as u64).saturating_add(bytes.len() as u64) > self.most {
            self.cut = true;
            return Err(io::Error::other("the notes are too long"));
        }
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// How many steps are left: fields and items that the template takes.
/// Bytes alone do not bound it, since a walk may print nothing.
pub(super) struct Steps {
    left: AtomicU64,
}

impl Steps {
    pub(super) fn new(most: u64) -> Arc<Self> {
        Arc::new(Self { left: AtomicU64::new(most) })
    }

    /// Gives the steps anew, for the same template is rendered once more.
    pub(super) fn renew(&self, most: u64) {
        self.left.store(most, Ordering::Relaxed);
    }

    /// Whether the steps did not suffice.
    pub(super) fn are_spent(&self) -> bool {
        self.left.load(Ordering::Relaxed) == 0
    }

    fn take(&self, steps: u64) -> bool {
        let left = self.left.load(Ordering::Relaxed).saturating_sub(steps);
        self.left.store(left, Ordering::Relaxed);
        left > 0
    }
}

/// Handlebars' `#each` over lists, which are all that a checked template walks.
/// It takes the steps of a walk before it begins.
/// Handlebars' own has no bound: `#each` of a list within itself over 20 advisories around 900 kB
/// took 7.2 GB three deep, and twelve deep with an empty body had no end.
pub(super) struct Each(pub(super) Arc<Steps>);

impl HelperDef for Each {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        context: &'rc Context,
        rendering: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let list = helper.param(0).ok_or(RenderErrorReason::ParamNotFoundForIndex("each", 0))?;
        let items = match list.value() {
            JsonValue::Array(items) => items.as_slice(),
            _ => &[],
        };
        let Some(body) = helper.template() else { return Ok(()) };
        let each = weight(body);
        if !self.0.take(each.saturating_mul(items.len().max(1) as u64)) {
            return Err(RenderErrorReason::Other("the template takes too many steps".to_owned()).into());
        }
        if items.is_empty() {
            return helper.inverse().map_or(Ok(()), |inverse| inverse.render(registry, context, rendering, out));
        }
        rendering.push_block(BlockContext::new());
        for (at, item) in items.iter().enumerate() {
            if let Some(block) = rendering.block_mut() {
                block.set_local_var("first", to_json(at == 0));
                block.set_local_var("last", to_json(at + 1 == items.len()));
                block.set_local_var("index", to_json(at));
                match list.context_path() {
                    Some(path) => {
                        let mut path = path.clone();
                        path.push(at.to_string());
                        *block.base_path_mut() = path;
                    }
                    None => block.set_base_value(item.clone()),
                }
                name_item(helper, block, at)?;
            }
            body.render(registry, context, rendering, out)?;
        }
        rendering.pop_block();
        Ok(())
    }
}

/// Gives the item and its place the names behind `as |…|`.
fn name_item<'rc>(helper: &Helper<'rc>, block: &mut BlockContext<'rc>, at: usize) -> HelperResult {
    let (item, place) = match (helper.block_param(), helper.block_param_pair()) {
        (Some(item), _) => (item, None),
        (None, Some((item, place))) => (item, Some(place)),
        (None, None) => return Ok(()),
    };
    let mut names = BlockParams::new();
    // The block's own path, which is the item's.
    names.add_path(item, Vec::new())?;
    if let Some(place) = place {
        names.add_value(place, to_json(at))?;
    }
    block.set_block_params(names);
    Ok(())
}

/// How many steps a part of a template takes once, but for the walks in it,
/// which are counted again when they begin.
fn weight(template: &Template) -> u64 {
    template.elements.iter().fold(1, |sum: u64, element| sum.saturating_add(of_element(element)))
}

fn of_element(element: &TemplateElement) -> u64 {
    match element {
        TemplateElement::Expression(tag) | TemplateElement::HtmlExpression(tag) | TemplateElement::HelperBlock(tag) => {
            of_tag(tag)
        }
        _ => 1,
    }
}

fn of_tag(tag: &HelperTemplate) -> u64 {
    let parameters = std::iter::once(&tag.name).chain(&tag.params).map(of_parameter);
    let bodies = tag.template.iter().chain(&tag.inverse).map(weight);
    parameters.chain(bodies).fold(1, u64::saturating_add)
}

/// A long literal takes as long to compare as many short ones.
fn of_parameter(parameter: &Parameter) -> u64 {
    const STEP: usize = 64;
    match parameter {
        Parameter::Literal(JsonValue::String(text)) => 1 + (text.len() / STEP) as u64,
        Parameter::Subexpression(inner) => of_element(inner.as_element()),
        _ => 1,
    }
}
