//! The readable forms of a report, from templates. HTML is escaped by the engine, Markdown by a filter.

use base64::Engine;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Value, context};
use sha2::{Digest, Sha256};

use super::{Dimension, EvaluateError, Report, svg};

/// Titles of the slices' tables.
const DIMENSIONS: [(Dimension, &str); 8] = [
    (Dimension::Language, "Language"),
    (Dimension::Target, "Target"),
    (Dimension::Holder, "Holder"),
    (Dimension::Presence, "Named or carried"),
    (Dimension::Block, "Block"),
    (Dimension::Length, "Length"),
    (Dimension::Targets, "Targets in the sentence"),
    (Dimension::Tag, "Hard case"),
];

/// The page's only style. The policy names its hash, so that nothing smuggled into a text can be one.
const STYLE: &str = include_str!("templates/report.css");

pub(super) fn markdown(report: &Report) -> Result<String, EvaluateError> {
    render(report, "report.md", include_str!("templates/report.md"))
}

pub(super) fn html(report: &Report) -> Result<String, EvaluateError> {
    render(report, "report.html", include_str!("templates/report.html"))
}

fn render(report: &Report, name: &str, template: &str) -> Result<String, EvaluateError> {
    let mut environment = Environment::new();
    environment
        .set_auto_escape_callback(|name| if name.ends_with(".html") { AutoEscape::Html } else { AutoEscape::None });
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build()?;
    environment.set_syntax(syntax);
    environment.add_filter("figure", figure);
    environment.add_filter("share", share);
    environment.add_filter("percent", |p: f64| format!("{:.0} %", p * 100.0));
    environment.add_filter("md", escape_markdown);
    let top = svg::top(&report.risk_coverage);
    let tables: Vec<Value> = DIMENSIONS
        .into_iter()
        .map(|(dimension, title)| (title, report.of(dimension).collect::<Vec<_>>()))
        .filter(|(_, slices)| !slices.is_empty())
        .map(|(title, slices)| context! { title, slices => Value::from(Serde(slices)) })
        .collect();
    let page = environment.template_from_named_str(name, template)?.render(context! {
        report => Value::from(Serde(report)),
        tables,
        bars => Value::from(Serde(svg::reliability(&report.calibration))),
        curve => svg::risk_coverage(&report.risk_coverage, top),
        top,
        style => Value::from_safe_string(STYLE.into()),
        style_hash => style_hash(),
    })?;
    Ok(page)
}

fn style_hash() -> String {
    base64::engine::general_purpose::STANDARD.encode(Sha256::digest(STYLE))
}

/// `0.812 (0.790–0.834)`, `0.812` without interval, or a dash.
fn figure(estimate: &Value) -> Result<String, minijinja::Error> {
    if estimate.is_none() {
        return Ok("–".into());
    }
    let value = number(&estimate.get_attr("value")?);
    let interval = estimate.get_attr("interval")?;
    if interval.is_none() {
        return Ok(value);
    }
    let (low, high) = (interval.get_item(&Value::from(0))?, interval.get_item(&Value::from(1))?);
    Ok(format!("{value} ({} to {})", number(&low), number(&high)))
}

fn number(value: &Value) -> String {
    f64::try_from(value.clone()).map_or_else(|_| value.to_string(), |number| format!("{number:.3}"))
}

/// `81 of 100 (81.0 %)`.
fn share(share: &Value) -> Result<String, minijinja::Error> {
    let (right, of) = (share.get_attr("right")?, share.get_attr("of")?);
    Ok(match (f64::try_from(right.clone()), f64::try_from(of.clone())) {
        (Ok(r), Ok(n)) if n > 0.0 => format!("{right} of {of} ({:.1} %)", 100.0 * r / n),
        _ => "–".into(),
    })
}

/// Text that stays text in a Markdown table or list.
fn escape_markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' => escaped.push(' '),
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '!' => escaped.extend(['\\', c]),
            _ => escaped.push(c),
        }
    }
    escaped
}
