//! Geometry of the charts over time; what it looks like is in `templates/chart.svg` and `templates/chart.css`.

use serde::Serialize;

use super::ReportError;
use super::format::{plural, range, signed, thousands};
use super::time::{Period, ticks};
use crate::aggregate::{DateStance, Interval};

/// One value of a series.
pub(super) struct Value {
    /// None where undated.
    pub when: Option<Period>,
    pub net: f64,
    pub interval: Option<Interval>,
    /// What the value rests on, for the point's label.
    pub basis: String,
    pub href: Option<String>,
}

/// A line of a panel. `class` is its look: `all`, `author`, `quoted` or `corrected`.
pub(super) struct Line {
    pub class: &'static str,
    pub name: String,
    pub values: Vec<Value>,
}

impl Line {
    /// The line of `rows`, with the links that `href` gives for a period.
    pub fn new(
        class: &'static str,
        name: &str,
        rows: &[&DateStance],
        href: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, ReportError> {
        let mut values = Vec::new();
        for row in rows {
            let Some(net) = row.net else { continue };
            values.push(Value {
                when: row.granularity.map(|granularity| Period::parse(&row.period, granularity)).transpose()?,
                net,
                interval: row.interval,
                basis: format!("{}, {}", plural(row.articles, "article"), plural(row.counts.relevant(), "claim")),
                href: href(&row.period),
            });
        }
        Ok(Self { class, name: name.to_owned(), values })
    }
}

/// The axes that all charts of a report share, so that they compare.
#[derive(Clone, Copy)]
pub(super) struct Axes {
    /// First day, and the first day after the last.
    pub days: Option<(i32, i32)>,
    pub undated: bool,
    /// Net stance runs from −reach to reach.
    pub reach: f64,
}

impl Axes {
    /// Axes that hold every row, with a reach of ¼, ½ or 1.
    pub fn new(rows: &[DateStance], corrected: impl Iterator<Item = f64>) -> Result<Self, ReportError> {
        let mut axes = Self { days: None, undated: false, reach: 0.25 };
        let mut furthest = corrected.map(f64::abs).fold(0.0, f64::max);
        for row in rows {
            match row.granularity {
                None => axes.undated = true,
                Some(granularity) => {
                    let period = Period::parse(&row.period, granularity)?;
                    let (start, end) = axes.days.unwrap_or((period.start, period.end));
                    axes.days = Some((start.min(period.start), end.max(period.end)));
                }
            }
            let ends = [row.net, row.interval.map(|i| i.low), row.interval.map(|i| i.high)];
            furthest = ends.into_iter().flatten().map(f64::abs).fold(furthest, f64::max);
        }
        axes.reach = [0.25, 0.5].into_iter().find(|reach| furthest <= *reach).unwrap_or(1.0);
        Ok(axes)
    }
}

/// How large a chart is drawn, in CSS pixels.
#[derive(Clone, Copy)]
pub(super) struct Size {
    pub name: &'static str,
    pub width: f64,
    pub panel: f64,
    pub volume: f64,
}

impl Size {
    pub const WIDE: Self = Self { name: "wide", width: 960.0, panel: 210.0, volume: 54.0 };
    pub const NARROW: Self = Self { name: "narrow", width: 350.0, panel: 170.0, volume: 48.0 };
    pub const SMALL: Self = Self { name: "small", width: 340.0, panel: 110.0, volume: 26.0 };
}

/// A chart for the template.
#[derive(Serialize)]
pub(super) struct Chart {
    pub id: String,
    size: &'static str,
    width: f64,
    height: f64,
    left: f64,
    right: f64,
    title: String,
    desc: String,
    panels: Vec<Panel>,
    ticks: Vec<(f64, String)>,
    /// Separates the undated values: its x.
    undated: Option<(f64, f64)>,
    tick_top: f64,
    bars_top: f64,
    bars_bottom: f64,
    bars_caption: String,
    bars: Vec<Bar>,
    bottom: f64,
}

#[derive(Serialize)]
struct Panel {
    top: f64,
    bottom: f64,
    /// y, label and whether it is the zero line.
    grid: Vec<(f64, String, bool)>,
    /// Class, name and where it stands.
    legend: Vec<(&'static str, String, f64, f64)>,
    series: Vec<Series>,
}

#[derive(Serialize)]
struct Series {
    class: &'static str,
    bands: Vec<String>,
    lines: Vec<String>,
    points: Vec<Point>,
}

#[derive(Serialize)]
struct Point {
    x: f64,
    y: f64,
    r: f64,
    /// Whether it has no interval, and so is drawn hollow.
    hollow: bool,
    /// An interval that no band shows.
    whisker: Option<(f64, f64)>,
    /// The stretch of a period coarser than the others.
    stretch: Option<(f64, f64)>,
    href: Option<String>,
    label: String,
}

#[derive(Serialize)]
struct Bar {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    /// Whether its period is coarser than the others: an outline, since it overlaps theirs.
    coarse: bool,
    label: String,
}

/// Where days and values fall.
struct Scale {
    axes: Axes,
    left: f64,
    right: f64,
    undated: f64,
}

fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

impl Scale {
    fn new(axes: Axes, size: Size) -> Self {
        let left = 42.0;
        let strip = if axes.undated { 58.0 } else { 0.0 };
        Self { axes, left, right: size.width - 8.0 - strip, undated: size.width - 8.0 - strip / 2.0 }
    }

    fn x(&self, day: f64) -> f64 {
        let (start, end) = self.axes.days.unwrap_or((0, 1));
        self.left + (day - f64::from(start)) / f64::from(end - start) * (self.right - self.left)
    }

    fn middle(&self, when: Option<Period>) -> f64 {
        when.map_or(self.undated, |period| self.x(f64::from(period.start + period.end) / 2.0))
    }

    fn width(&self, period: Period) -> f64 {
        self.x(f64::from(period.end)) - self.x(f64::from(period.start))
    }

    fn y(&self, net: f64, top: f64, bottom: f64) -> f64 {
        bottom - (net.clamp(-self.axes.reach, self.axes.reach) / self.axes.reach + 1.0) / 2.0 * (bottom - top)
    }
}

impl Chart {
    /// Lays out panels of lines above bars of article counts (rows of class `all`).
    pub fn new(
        id: String,
        title: String,
        panels: &[&[Line]],
        volume: &[&DateStance],
        axes: Axes,
        size: Size,
    ) -> Result<Self, ReportError> {
        let scale = Scale::new(axes, size);
        let small = size.name == "small";
        let mut y = 0.0;
        let mut drawn = Vec::new();
        for lines in panels {
            let legend = if small { Vec::new() } else { legend(lines, y + 14.0, size.width) };
            let head = legend.last().map_or(8.0, |last| last.3 - y + 20.0);
            drawn.push(panel(lines, legend, &scale, y + head, y + head + size.panel));
            y += head + size.panel + if small { 10.0 } else { 22.0 };
        }
        let most = volume.iter().map(|row| row.articles).max().unwrap_or(0);
        let caption_room = if small { 4.0 } else { 20.0 };
        let bars_bottom = y + caption_room + size.volume;
        let finest = volume.iter().filter_map(|row| row.granularity).min();
        let mut bars = Vec::new();
        for row in volume {
            let when = row.granularity.map(|granularity| Period::parse(&row.period, granularity)).transpose()?;
            let slot = when.map_or(16.0, |period| scale.width(period));
            let coarse = row.granularity.is_some() && row.granularity != finest;
            let width = if slot > 3.0 { slot - 1.0 } else { slot }.min(if coarse { slot } else { 40.0 });
            let height = (size.volume * row.articles as f64 / most.max(1) as f64).max(1.0);
            let label = format!("{}: {}", name(when), plural(row.articles, "article"));
            let x = scale.middle(when) - width / 2.0;
            bars.push(Bar {
                x: round(x),
                y: round(bars_bottom - height),
                width: round(width),
                height: round(height),
                coarse,
                label,
            });
        }
        let labels = if small { 4 } else { (size.width / 80.0) as usize };
        let marks = axes.days.map_or(Vec::new(), |(start, end)| ticks(start, end, labels));
        let names: Vec<String> = panels.iter().flat_map(|lines| lines.iter().map(describe)).collect();
        Ok(Self {
            id,
            size: size.name,
            width: size.width,
            height: round(bars_bottom + 24.0),
            left: scale.left,
            right: round(scale.right),
            title,
            desc: format!("Net stance from −1 (against) to +1 (in favor), by period. {}", names.join(" ")),
            panels: drawn,
            // A label that would run out of the picture is left out.
            ticks: marks
                .into_iter()
                .map(|(day, label)| (round(scale.x(f64::from(day))), label))
                .filter(|(x, label)| {
                    x + 6.5 * label.chars().count() as f64 <= scale.right + if axes.undated { -2.0 } else { 6.0 }
                })
                .collect(),
            undated: axes.undated.then(|| (round(scale.right + 6.0), round(scale.undated))),
            tick_top: if small { 8.0 } else { 30.0 },
            bars_top: round(y + 10.0),
            bars_bottom: round(bars_bottom),
            bars_caption: format!("Articles, at most {}", thousands(most)),
            bars,
            bottom: round(bars_bottom + 16.0),
        })
    }
}

/// One sentence on a line, for those who cannot see it.
fn describe(line: &Line) -> String {
    let by = |a: &&Value, b: &&Value| a.net.total_cmp(&b.net);
    match (line.values.iter().min_by(by), line.values.iter().max_by(by)) {
        (Some(low), Some(high)) => format!(
            "{}: {}, from {} ({}) to {} ({}).",
            line.name,
            plural(line.values.len(), "period"),
            signed(Some(low.net)),
            name(low.when),
            signed(Some(high.net)),
            name(high.when)
        ),
        _ => format!("{}: no values.", line.name),
    }
}

fn name(when: Option<Period>) -> String {
    when.map_or("undated".into(), |period| period.label())
}

/// Names of lines one after the other from `y`, on as many rows as the width asks for.
fn legend(lines: &[Line], mut y: f64, width: f64) -> Vec<(&'static str, String, f64, f64)> {
    let mut x = 0.0;
    let mut entries = Vec::new();
    for line in lines {
        // Text is set by the browser; seven pixels a letter are enough for its 13-pixel type.
        let room = 7.0 * line.name.chars().count() as f64 + 20.0;
        if x > 0.0 && x + room > width {
            (x, y) = (0.0, y + 18.0);
        }
        entries.push((line.class, line.name.clone(), x, y));
        x += room + 12.0;
    }
    entries
}

fn panel(lines: &[Line], legend: Vec<(&'static str, String, f64, f64)>, scale: &Scale, top: f64, bottom: f64) -> Panel {
    let small = legend.is_empty();
    let reach = scale.axes.reach;
    let levels: &[f64] = if small { &[-1.0, 0.0, 1.0] } else { &[-1.0, -0.5, 0.0, 0.5, 1.0] };
    let label = |level: f64| {
        if level == 0.0 {
            "0".to_owned()
        } else {
            signed(Some(level * reach)).trim_end_matches('0').trim_end_matches('.').to_owned()
        }
    };
    Panel {
        top,
        bottom,
        grid: levels
            .iter()
            .map(|&level| (round(scale.y(level * reach, top, bottom)), label(level), level == 0.0))
            .collect(),
        legend,
        series: lines.iter().map(|line| series(line, scale, top, bottom)).collect(),
    }
}

fn series(line: &Line, scale: &Scale, top: f64, bottom: f64) -> Series {
    let finest = line.values.iter().filter_map(|value| value.when.map(|period| period.granularity())).min();
    let y = |net: f64| round(scale.y(net, top, bottom));
    let x = |value: &Value| round(scale.middle(value.when));
    let runs: Vec<&[Value]> = line
        .values
        .chunk_by(|a, b| matches!((a.when, b.when), (Some(a), Some(b)) if a.touches(&b)))
        .filter(|run| run.len() > 1)
        .collect();
    let path = |points: &mut dyn Iterator<Item = (f64, f64)>| {
        let steps: Vec<String> = points.map(|(x, y)| format!("{x} {y}")).collect();
        format!("M{}", steps.join("L"))
    };
    let corrected = line.class == "corrected";
    let mut bands = Vec::new();
    for run in runs.iter().filter(|_| !corrected) {
        for part in run.chunk_by(|a, b| a.interval.is_some() == b.interval.is_some()).filter(|part| part.len() > 1) {
            let edge = |low: bool| {
                part.iter().filter_map(move |value| {
                    Some((x(value), y(value.interval.map(|i| if low { i.low } else { i.high })?)))
                })
            };
            let mut outline = edge(false).chain(edge(true).collect::<Vec<_>>().into_iter().rev());
            if part[0].interval.is_some() {
                bands.push(format!("{}Z", path(&mut outline)));
            }
        }
    }
    let banded = |at: usize| {
        let value = &line.values[at];
        let joins = |other: Option<&Value>| {
            other.is_some_and(|other| {
                other.interval.is_some()
                    && matches!((value.when, other.when), (Some(a), Some(b)) if a.touches(&b) || b.touches(&a))
            })
        };
        !corrected && (joins(at.checked_sub(1).and_then(|i| line.values.get(i))) || joins(line.values.get(at + 1)))
    };
    let point = |(at, value): (usize, &Value)| {
        let interval = value
            .interval
            .map_or("no interval".to_owned(), |interval| format!("95 % interval {}", range(Some(interval))));
        let coarse = value.when.filter(|period| Some(period.granularity()) != finest);
        Point {
            x: x(value),
            y: y(value.net),
            r: value.when.map_or(4.0, |period| (scale.width(period) * 0.3).clamp(2.5, 4.0)),
            hollow: value.interval.is_none(),
            whisker: value.interval.filter(|_| !banded(at)).map(|interval| (y(interval.low), y(interval.high))),
            stretch: coarse
                .map(|period| (round(scale.x(f64::from(period.start))), round(scale.x(f64::from(period.end))))),
            href: value.href.clone(),
            label: format!(
                "{}, {}: net stance {}, {interval}, {}",
                line.name,
                name(value.when),
                signed(Some(value.net)),
                value.basis
            ),
        }
    };
    Series {
        class: line.class,
        bands,
        lines: runs.iter().map(|run| path(&mut run.iter().map(|value| (x(value), y(value.net))))).collect(),
        points: line.values.iter().enumerate().map(point).collect(),
    }
}
