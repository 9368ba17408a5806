//! Numbers as the report writes them.

use minijinja::{Environment, Value};

use crate::aggregate::Interval;
use crate::schema::Label;

/// A net stance: `+0.12`, `−0.34` (with a true minus sign), `0.00`; a dash for none.
pub(super) fn signed(value: Option<f64>) -> String {
    let Some(value) = value else { return "–".into() };
    match format!("{:.2}", value.abs()) {
        zero if zero == "0.00" => zero,
        digits if value < 0.0 => format!("−{digits}"),
        digits => format!("+{digits}"),
    }
}

/// `−0.50 to −0.18`; empty for none.
pub(super) fn range(interval: Option<Interval>) -> String {
    interval
        .map_or(String::new(), |interval| format!("{} to {}", signed(Some(interval.low)), signed(Some(interval.high))))
}

/// `12,345`.
pub(super) fn thousands(count: usize) -> String {
    let digits = count.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
    groups.join(",")
}

/// `1 article`, `12 articles`.
pub(super) fn plural(count: usize, noun: &str) -> String {
    format!("{} {noun}{}", thousands(count), if count == 1 { "" } else { "s" })
}

/// Whole percent of `whole`; a dash for none.
pub(super) fn percent(part: usize, whole: usize) -> String {
    if whole == 0 { "–".into() } else { format!("{:.0} %", 100.0 * part as f64 / whole as f64) }
}

/// The sign that stands for a label wherever colour does.
pub(super) fn mark(label: Label) -> &'static str {
    match label {
        Label::Against => "−",
        Label::Neutral => "○",
        Label::Favor => "+",
        Label::Undecided => "?",
    }
}

/// Makes the formats known to templates.
pub(super) fn register(env: &mut Environment) {
    env.add_filter("count", |value: Value| value.as_usize().map(thousands));
    env.add_filter("plural", plural);
}

#[cfg(test)]
mod tests {
    use super::{percent, plural, signed, thousands};

    #[test]
    fn numbers_read_well() {
        assert_eq!([Some(-0.341), Some(0.125), Some(-0.001), None].map(signed), ["−0.34", "+0.12", "0.00", "–"]);
        assert_eq!([0, 999, 1000, 1_234_567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!((plural(1, "article"), plural(0, "article")), ("1 article".into(), "0 articles".into()));
        assert_eq!((percent(1, 3), percent(0, 0)), ("33 %".into(), "–".into()));
    }
}
