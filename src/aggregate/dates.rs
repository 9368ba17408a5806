//! Articles to periods.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ArticleStance, Counts, Granularity, Interval, mean_interval};

/// How copies of one text count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Weighting {
    /// A cluster of (near) duplicates in a period counts as one article.
    #[default]
    Once,
    /// Every copy counts: what readers met.
    Each,
}

/// Stance toward one target in one period: the mean over articles, each counting once, however long.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DateStance {
    /// `2022-02-24`, `2022-W08`, `2022-02`, `2022-Q1`, `2022` or `undated`.
    pub period: String,
    /// How fine the period is; none where undated.
    pub granularity: Option<Granularity>,
    /// Id of the target.
    pub target: String,
    /// `all`, `author` or `quoted`.
    pub class: String,
    /// Articles with a claim of this class.
    pub articles: usize,
    /// Independent units: clusters of duplicates, or articles.
    pub units: usize,
    /// Their claims.
    pub counts: Counts,
    /// Mean of the units' net stances.
    pub net: Option<f64>,
    /// Its bootstrap interval; none with fewer than three units.
    pub interval: Option<Interval>,
    /// Mean of the units' expected net stances.
    pub expected: Option<f64>,
    /// Mean of the units' intensities.
    pub intensity: Option<f64>,
}

type Key<'a> = (Option<(String, Granularity)>, &'a str, &'static str);

/// Folds articles into one row per period, target and holder class, sorted by period ("undated" last).
#[must_use]
pub fn by_date(
    articles: &[ArticleStance],
    granularity: Granularity,
    weighting: Weighting,
    replicates: usize,
    seed: u64,
) -> Vec<DateStance> {
    let mut groups: BTreeMap<Key, BTreeMap<&str, Vec<&ArticleStance>>> = BTreeMap::new();
    for article in articles {
        let period = article.date.as_deref().and_then(|date| granularity.period(date));
        let unit = match weighting {
            Weighting::Once => &article.cluster,
            Weighting::Each => &article.article,
        };
        for class in ["all", "author", "quoted"] {
            if article.class(class).relevant() > 0 {
                let group = groups.entry((period.clone(), &article.target, class)).or_default();
                group.entry(unit).or_default().push(article);
            }
        }
    }
    let mut rows: Vec<DateStance> = groups.into_iter().map(|(key, units)| row(key, &units, replicates, seed)).collect();
    rows.sort_by_key(|row| row.granularity.is_none());
    rows
}

fn row(
    (period, target, class): Key,
    units: &BTreeMap<&str, Vec<&ArticleStance>>,
    replicates: usize,
    seed: u64,
) -> DateStance {
    let mut counts = Counts::default();
    units.values().flatten().for_each(|article| counts.merge(article.class(class)));
    let per_unit = |value: fn(&Counts) -> Option<f64>| -> Vec<f64> {
        let mean = |unit: &Vec<&ArticleStance>| {
            unit.iter().filter_map(|article| value(article.class(class))).sum::<f64>() / unit.len() as f64
        };
        units.values().map(mean).collect()
    };
    let (net, interval) = mean_interval(&per_unit(Counts::net), replicates, seed);
    let (period, granularity) =
        period.map_or(("undated".into(), None), |(name, granularity)| (name, Some(granularity)));
    DateStance {
        period,
        granularity,
        target: target.into(),
        class: class.into(),
        articles: units.values().map(Vec::len).sum(),
        units: units.len(),
        counts,
        net,
        interval,
        expected: mean_interval(&per_unit(Counts::expected), 0, seed).0,
        intensity: mean_interval(&per_unit(Counts::intensity), 0, seed).0,
    }
}
