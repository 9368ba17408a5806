//! Templates to files.

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};
use serde::Serialize;

use super::article::ArticleView;
use super::chart::{Axes, Chart, Line, Size, Value as ChartValue};
use super::format::plural;
use super::ledger::LedgerView;
use super::listing::{Block, BlockView, Layout, REPORT, block_id, blocks};
use super::overview::{Folded, Row, group_rows, headlines, periods, who_says_what};
use super::series::{Corpus, Group, Split};
use super::time::Period;
use super::{CorrectedPoint, ReportError, ReportInput, csp, format};
use crate::aggregate::DateStance;

const STYLE: &str = concat!(include_str!("templates/page.css"), include_str!("templates/chart.css"));
const CHART_STYLE: &str = include_str!("templates/chart.css");
const SCRIPT: &str = include_str!("templates/page.js");
/// Small charts of a split: its groups with most claims.
const MULTIPLES: usize = 9;

/// A view as templates see it.
fn shown(view: impl Serialize) -> Value {
    Value::from(Serde(view))
}

type Files = Vec<(String, Vec<u8>)>;

fn environment() -> Result<Environment<'static>, ReportError> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    // Charts hold names from the articles too, so they are escaped like pages.
    env.set_auto_escape_callback(|_| AutoEscape::Html);
    format::register(&mut env);
    for (name, source) in [
        ("page.html", include_str!("templates/page.html")),
        ("macros.html", include_str!("templates/macros.html")),
        ("report.html", include_str!("templates/report.html")),
        ("sentences.html", include_str!("templates/sentences.html")),
        ("articles.html", include_str!("templates/articles.html")),
        ("chart.svg", include_str!("templates/chart.svg")),
        ("standalone.svg", include_str!("templates/standalone.svg")),
    ] {
        env.add_template(name, source)?;
    }
    env.add_global("style", Value::from_safe_string(STYLE.into()));
    env.add_global("chart_style", Value::from_safe_string(CHART_STYLE.into()));
    env.add_global("script", Value::from_safe_string(SCRIPT.into()));
    env.add_global("policy", csp::policy(STYLE, SCRIPT));
    Ok(env)
}

/// Draws charts, for the page and as files of their own.
struct Drawing<'e> {
    env: &'e Environment<'static>,
    files: Files,
}

impl Drawing<'_> {
    /// The chart for the page.
    fn inline(&self, chart: &Chart) -> Result<Value, ReportError> {
        Ok(Value::from_safe_string(
            self.env.get_template("chart.svg")?.render(context! { chart => shown(chart), standalone => false })?,
        ))
    }

    /// Writes the chart to `charts/` too.
    fn keep(&mut self, name: &str, chart: &Chart) -> Result<(), ReportError> {
        let svg =
            self.env.get_template("standalone.svg")?.render(context! { chart => shown(chart), standalone => true })?;
        self.files.push((format!("charts/{name}.svg"), svg.into_bytes()));
        Ok(())
    }
}

/// A target's charts over time, with their numbers.
#[derive(Serialize)]
struct Timeline {
    name: String,
    slug: String,
    file: String,
    charts: Vec<Value>,
    periods: Vec<super::overview::PeriodRow>,
}

/// A target within a split.
#[derive(Serialize)]
struct SplitTarget {
    name: String,
    rows: Vec<Row>,
    /// Name of the group, its chart, and the chart's file.
    multiples: Vec<(String, Value, String)>,
}

#[derive(Serialize)]
struct SplitView {
    id: &'static str,
    shown: usize,
    total: usize,
    targets: Vec<SplitTarget>,
}

/// [`super::render`].
pub(super) fn render(input: &ReportInput) -> Result<Files, ReportError> {
    let corpus = Corpus::new(input)?;
    let env = environment()?;
    let mut totals = Vec::new();
    let mut splits = Vec::new();
    for split in [Split::Whole, Split::Outlet, Split::Language, Split::Holder] {
        let (groups, total) = split.groups(&corpus);
        splits.push((split, groups));
        totals.push(total);
    }
    let blocks = blocks(&corpus, &splits)?;
    let layout = Layout::new(&corpus, &blocks);
    let corrected = input.corrected.iter().flat_map(|point| {
        [point.estimate, point.interval.map(|i| i.low), point.interval.map(|i| i.high)].into_iter().flatten()
    });
    let axes = Axes::new(&input.dates, corrected)?;
    let folded: Vec<(Split, Vec<(Group, Folded)>)> = splits
        .into_iter()
        .skip(1)
        .map(|(split, groups)| {
            (
                split,
                groups.into_iter().map(|group| (Folded::new(&corpus, &group), group)).map(|(f, g)| (g, f)).collect(),
            )
        })
        .collect();

    let mut drawing = Drawing { env: &env, files: Vec::new() };
    let timelines = timelines(&corpus, &layout, axes, &mut drawing)?;
    let mut split_views = Vec::new();
    for ((split, groups), total) in folded.iter().zip(&totals[1..]) {
        split_views.push(split_view(&corpus, &layout, *split, groups, *total, axes, &mut drawing)?);
    }
    let holders = folded.last().map_or(&[][..], |(_, groups)| groups);
    let wide = Axes { reach: 1.0, ..axes };
    let inline = layout.articles.first().is_none_or(|(file, _)| file == REPORT);
    let page = env.get_template("report.html")?.render(context! {
        page => REPORT,
        summary => summary(&corpus),
        headlines => shown(headlines(&corpus, wide)),
        has_corrected => !input.corrected.is_empty(),
        timelines => shown(&timelines),
        splits => shown(&split_views),
        target_names => corpus.targets.iter().map(|target| target.name.clone()).collect::<Vec<_>>(),
        holders => shown(who_says_what(&corpus, &layout.links, holders, wide)),
        holder_total => totals[3],
        blocks => block_views(&corpus, &layout, REPORT, if inline { &blocks } else { &[] }),
        articles => article_views(&corpus, &layout, REPORT, 0..if inline { corpus.texts.len() } else { 0 }),
        article_pages => if inline { Vec::new() } else { names(&layout.articles) },
        sentence_pages => if inline { Vec::new() } else { names(&layout.blocks) },
        ledger => shown(LedgerView::new(&corpus, &layout.links)),
        run_toml => input.run_toml,
        command => input.command,
    })?;
    let mut files = vec![(REPORT.to_owned(), page.into_bytes())];
    if !inline {
        let sentences = env.get_template("sentences.html")?;
        for (number, (file, range)) in layout.blocks.iter().enumerate() {
            let blocks = block_views(&corpus, &layout, file, &blocks[range.clone()]);
            let (pages, page) = (names(&layout.blocks), file);
            files.push((file.clone(), sentences.render(context! { page, pages, number, blocks })?.into_bytes()));
        }
        let template = env.get_template("articles.html")?;
        for (number, (file, range)) in layout.articles.iter().enumerate() {
            let articles = article_views(&corpus, &layout, file, range.clone());
            let (pages, page, first, last) = (names(&layout.articles), file, range.start + 1, range.end);
            let html = template
                .render(context! { page, pages, number, first, last, total => corpus.texts.len(), articles })?;
            files.push((file.clone(), html.into_bytes()));
        }
    }
    files.extend(drawing.files);
    Ok(files)
}

fn names(pages: &[(String, std::ops::Range<usize>)]) -> Vec<String> {
    pages.iter().map(|page| page.0.clone()).collect()
}

fn block_views(corpus: &Corpus, layout: &Layout, page: &str, blocks: &[Block]) -> Value {
    shown(blocks.iter().map(|block| BlockView::new(corpus, &layout.links, page, block)).collect::<Vec<_>>())
}

fn article_views(corpus: &Corpus, layout: &Layout, page: &str, range: std::ops::Range<usize>) -> Value {
    shown(range.map(|article| ArticleView::new(corpus, &layout.links, page, article)).collect::<Vec<_>>())
}

/// What the run holds, in a line.
fn summary(corpus: &Corpus) -> String {
    let sentences: usize = corpus.texts.iter().map(|text| text.sentences.len()).sum();
    let dated: Vec<&str> = corpus.texts.iter().filter_map(|text| text.date.as_deref()).collect();
    let span = match (dated.iter().min(), dated.iter().max()) {
        (Some(first), Some(last)) if first != last => format!(", {first} to {last}"),
        (Some(day), _) => format!(", {day}"),
        _ => ", undated".into(),
    };
    let claims = plural(corpus.input.records.len(), "claim");
    format!("{}, {}, {claims}{span}", plural(corpus.texts.len(), "article"), plural(sentences, "sentence"))
}

fn timelines(
    corpus: &Corpus,
    layout: &Layout,
    axes: Axes,
    drawing: &mut Drawing,
) -> Result<Vec<Timeline>, ReportError> {
    let dates = &corpus.input.dates;
    let mut timelines = Vec::new();
    for (number, target) in corpus.targets.iter().enumerate() {
        let class =
            |class: &str| dates.iter().filter(|row| row.target == target.id && row.class == class).collect::<Vec<_>>();
        let href = |period: &str| layout.links.href(REPORT, &block_id(Split::Whole, 0, number, period));
        let volume = class("all");
        if volume.is_empty() {
            continue;
        }
        let mut whole = vec![Line::new("all", "All voices, as classified", &volume, href)?];
        whole.extend(corrected_line(corpus, &target.id, &volume, href)?);
        let voices = [
            Line::new("author", "Author’s voice", &class("author"), href)?,
            Line::new("quoted", "Quoted", &class("quoted"), href)?,
        ];
        let title = format!("Stance toward {} over time", target.name);
        let draw = |size: Size| {
            let id = format!("chart-{}-{}", number + 1, size.name);
            Chart::new(id, title.clone(), &[&whole, &voices], &volume, axes, size)
        };
        let wide = draw(Size::WIDE)?;
        drawing.keep(&target.slug, &wide)?;
        timelines.push(Timeline {
            name: target.name.clone(),
            slug: target.slug.clone(),
            file: format!("charts/{}.svg", target.slug),
            charts: vec![drawing.inline(&wide)?, drawing.inline(&draw(Size::NARROW)?)?],
            periods: periods(corpus, &layout.links, number, axes)?,
        });
    }
    Ok(timelines)
}

/// The corrected values of all voices, by the method that comes first.
fn corrected_line(
    corpus: &Corpus,
    target: &str,
    rows: &[&DateStance],
    href: impl Fn(&str) -> Option<String>,
) -> Result<Option<Line>, ReportError> {
    let Some(CorrectedPoint { method, .. }) = corpus.input.corrected.first() else { return Ok(None) };
    let mut values = Vec::new();
    for row in rows {
        let here = corpus.input.corrected.iter().find(|point| {
            point.period == row.period && point.target == target && point.class == "all" && point.method == *method
        });
        let Some((point, net)) = here.and_then(|point| Some((point, point.estimate?))) else { continue };
        values.push(ChartValue {
            when: row.granularity.map(|granularity| Period::parse(&row.period, granularity)).transpose()?,
            net,
            interval: point.interval,
            basis: plural(point.coded_articles, "coded article"),
            href: href(&row.period),
        });
    }
    let line = Line { class: "corrected", name: format!("Corrected ({method})"), values };
    Ok((!line.values.is_empty()).then_some(line))
}

fn split_view(
    corpus: &Corpus,
    layout: &Layout,
    split: Split,
    groups: &[(Group, Folded)],
    total: usize,
    axes: Axes,
    drawing: &mut Drawing,
) -> Result<SplitView, ReportError> {
    let axes = Axes { reach: 1.0, ..axes };
    let mut targets = Vec::new();
    for (number, target) in corpus.targets.iter().enumerate() {
        let mut multiples = Vec::new();
        // One group alone is the whole, which is charted above.
        for (at, (group, folded)) in groups.iter().enumerate().take(if groups.len() > 1 { MULTIPLES } else { 0 }) {
            let rows = folded.periods(&target.id);
            if rows.is_empty() {
                continue;
            }
            let href = |period: &str| layout.links.href(REPORT, &block_id(split, at, number, period));
            let line = Line::new("all", &group.name, &rows, href)?;
            let id = format!("chart-{}-{}-{}", number + 1, split.id(), at + 1);
            let title = format!("{}: stance toward {}", group.name, target.name);
            let chart = Chart::new(id, title, &[&[line]], &rows, axes, Size::SMALL)?;
            let name = format!("{}-{}-{}", target.slug, split.id(), at + 1);
            drawing.keep(&name, &chart)?;
            multiples.push((group.name.clone(), drawing.inline(&chart)?, format!("charts/{name}.svg")));
        }
        let rows = group_rows(corpus, &layout.links, split, groups, number, axes);
        targets.push(SplitTarget { name: target.name.clone(), rows, multiples });
    }
    Ok(SplitView { id: split.id(), shown: groups.len(), total, targets })
}
