//! The tables of the report: headline, periods, groups, and who says what.

use serde::Serialize;

use super::CorrectedPoint;
use super::chart::Axes;
use super::format::{mark, percent, plural, range, signed};
use super::listing::{Links, REPORT, block_id};
use super::series::{Corpus, Group, Split};
use crate::aggregate::{Counts, DateStance};
use crate::schema::{Label, Stance};

/// The holder classes as rows of aggregates name them, and as the report does.
pub(super) const CLASSES: [(&str, &str); 3] =
    [("all", "All voices"), ("author", "Author’s voice"), ("quoted", "Quoted")];

/// Counts as a bar of four parts and as words.
#[derive(Serialize)]
pub(super) struct Shares {
    /// Label, sign, x, width (of 200) and share in words.
    parts: Vec<(String, &'static str, f64, f64, String)>,
    claims: usize,
    undecided: String,
}

impl Shares {
    fn new(counts: &Counts) -> Self {
        let claims = counts.relevant();
        let labels = [
            (Label::from(Stance::Against), counts.against),
            (Label::from(Stance::Neutral), counts.neutral),
            (Label::from(Stance::Favor), counts.favor),
            (Label::Undecided, counts.undecided),
        ];
        let mut x = 0.0;
        let parts = labels
            .into_iter()
            .map(|(label, count)| {
                let width = (2000.0 * count as f64 / claims.max(1) as f64).round() / 10.0;
                x += width;
                (label.to_string(), mark(label), x - width, width, percent(count, claims))
            })
            .collect();
        Self { parts, claims, undecided: percent(counts.undecided, claims) }
    }
}

/// A net stance on a line from −reach to reach, 120 wide.
#[derive(Serialize)]
struct Dot {
    x: f64,
    low: f64,
    high: f64,
    /// `against` or `favor` where the interval leaves out zero.
    side: &'static str,
    hollow: bool,
}

impl Dot {
    fn new(row: &DateStance, axes: Axes) -> Option<Self> {
        let at = |net: f64| ((net.clamp(-axes.reach, axes.reach) / axes.reach + 1.0) * 560.0).round() / 10.0 + 4.0;
        let net = row.net?;
        let (low, high) = row.interval.map_or((net, net), |interval| (interval.low, interval.high));
        let side = match row.interval {
            Some(_) if high < 0.0 => "against",
            Some(_) if low > 0.0 => "favor",
            _ => "open",
        };
        Some(Self { x: at(net), low: at(low), high: at(high), side, hollow: row.interval.is_none() })
    }
}

/// One row of an aggregate.
#[derive(Serialize)]
pub(super) struct Row {
    name: String,
    href: Option<String>,
    articles: usize,
    net: String,
    range: String,
    corrected: Vec<String>,
    dot: Option<Dot>,
    shares: Shares,
}

impl Row {
    fn new(name: &str, href: Option<String>, row: &DateStance, corrected: Vec<String>, axes: Axes) -> Self {
        Self {
            name: name.to_owned(),
            href,
            articles: row.articles,
            net: signed(row.net),
            range: range(row.interval),
            corrected,
            dot: Dot::new(row, axes),
            shares: Shares::new(&row.counts),
        }
    }
}

/// Every correction of one value, in words.
fn corrections(corrected: &[CorrectedPoint], period: &str, target: &str, class: &str) -> Vec<String> {
    let here =
        corrected.iter().filter(|point| point.period == period && point.target == target && point.class == class);
    here.map(|point| match point.estimate {
        None => format!("not estimable ({}; {})", plural(point.coded_articles, "coded article"), point.method),
        Some(_) => {
            let interval = point.interval.map_or(String::new(), |interval| format!(" ({})", range(Some(interval))));
            let basis = plural(point.coded_articles, "coded article");
            format!("{}{interval}, {basis}; {}", signed(point.estimate), point.method)
        }
    })
    .collect()
}

/// The headline of one target.
#[derive(Serialize)]
pub(super) struct Headline {
    name: String,
    slug: String,
    lede: String,
    rows: Vec<Row>,
}

/// One headline a target, whether or not a sentence bears on it.
pub(super) fn headlines(corpus: &Corpus, axes: Axes) -> Vec<Headline> {
    let overall = corpus.overall(&corpus.articles);
    let headline = |target: &super::series::Target| {
        let find = |class: &str| overall.iter().find(|row| row.target == target.id && row.class == class);
        let row = |(class, name): (&str, &str)| {
            let corrected = corrections(corpus.input.corrected, "all", &target.id, class);
            find(class).map(|row| Row::new(name, None, row, corrected, axes))
        };
        Headline {
            name: target.name.clone(),
            slug: target.slug.clone(),
            lede: find("all").map_or("No sentence of this run bears on it.".into(), lede),
            rows: CLASSES.into_iter().filter_map(row).collect(),
        }
    };
    corpus.targets.iter().map(headline).collect()
}

/// The counts as one plain sentence.
fn lede(row: &DateStance) -> String {
    let counts = &row.counts;
    let of = |part| percent(part, counts.relevant());
    format!(
        "Of {} in {}, {} are against, {} take no position, {} are in favor, and {} are left undecided.",
        plural(counts.relevant(), "claim"),
        super::format::plural(row.articles, "article"),
        of(counts.against),
        of(counts.neutral),
        of(counts.favor),
        of(counts.undecided)
    )
}

/// A period in numbers, one cell a holder class.
#[derive(Serialize)]
pub(super) struct PeriodRow {
    name: String,
    href: Option<String>,
    cells: Vec<Option<Row>>,
}

/// The numbers behind a target's chart.
pub(super) fn periods(
    corpus: &Corpus,
    links: &Links,
    target: usize,
    axes: Axes,
) -> Result<Vec<PeriodRow>, super::ReportError> {
    let id = &corpus.targets[target].id;
    let rows: Vec<&DateStance> = corpus.input.dates.iter().filter(|row| row.target == *id).collect();
    let mut periods = Vec::new();
    for all in rows.iter().filter(|row| row.class == "all") {
        let period =
            all.granularity.map(|granularity| super::time::Period::parse(&all.period, granularity)).transpose()?;
        let cell = |(class, name): (&str, &str)| {
            let row = rows.iter().find(|row| row.period == all.period && row.class == class)?;
            Some(Row::new(name, None, row, corrections(corpus.input.corrected, &all.period, id, class), axes))
        };
        periods.push(PeriodRow {
            name: period.map_or("undated".into(), |period| period.label()),
            href: links.href(REPORT, &block_id(Split::Whole, 0, target, &all.period)),
            cells: CLASSES.into_iter().map(cell).collect(),
        });
    }
    Ok(periods)
}

/// A group folded both ways.
pub(super) struct Folded {
    pub overall: Vec<DateStance>,
    pub over_time: Vec<DateStance>,
}

impl Folded {
    pub fn new(corpus: &Corpus, group: &Group) -> Self {
        Self { overall: corpus.overall(&group.articles), over_time: corpus.over_time(&group.articles) }
    }

    /// Periods of one target, all voices of the group.
    pub fn periods(&self, target: &str) -> Vec<&DateStance> {
        self.over_time.iter().filter(|row| row.target == target && row.class == "all").collect()
    }

    /// The whole of one target.
    pub fn whole(&self, target: &str) -> Option<&DateStance> {
        self.overall.iter().find(|row| row.target == target && row.class == "all")
    }
}

/// Groups as rows for one target; each leads to its first block.
pub(super) fn group_rows(
    corpus: &Corpus,
    links: &Links,
    split: Split,
    groups: &[(Group, Folded)],
    target: usize,
    axes: Axes,
) -> Vec<Row> {
    let id = &corpus.targets[target].id;
    let row = |(at, (group, folded)): (usize, &(Group, Folded))| {
        let first = folded.periods(id).first().map(|row| block_id(split, at, target, &row.period));
        let href = first.and_then(|block| links.href(REPORT, &block));
        folded.whole(id).map(|row| Row::new(&group.name, href, row, Vec::new(), axes))
    };
    groups.iter().enumerate().filter_map(row).collect()
}

/// A holder's claims on every target.
#[derive(Serialize)]
pub(super) struct HolderRow {
    name: String,
    claims: usize,
    cells: Vec<Option<Row>>,
}

/// Who says what: the most frequent holders by all targets.
pub(super) fn who_says_what(corpus: &Corpus, links: &Links, holders: &[(Group, Folded)], axes: Axes) -> Vec<HolderRow> {
    let row = |(at, (group, folded)): (usize, &(Group, Folded))| {
        let cell = |(number, target): (usize, &super::series::Target)| {
            let first = folded.periods(&target.id).first().map(|row| block_id(Split::Holder, at, number, &row.period));
            let href = first.and_then(|block| links.href(REPORT, &block));
            folded.whole(&target.id).map(|row| Row::new(&target.name, href, row, Vec::new(), axes))
        };
        HolderRow {
            name: group.name.clone(),
            claims: group.claims,
            cells: corpus.targets.iter().enumerate().map(cell).collect(),
        }
    };
    holders.iter().enumerate().map(row).collect()
}
