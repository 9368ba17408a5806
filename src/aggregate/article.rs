//! Records to articles.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Counts;
use crate::schema::{Holder, Language, StanceRecord};

/// One article's stance toward one target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArticleStance {
    /// Id of the article.
    pub article: String,
    /// Outlet, where known.
    pub outlet: Option<String>,
    /// Date as finely as known; none is "undated".
    pub date: Option<String>,
    /// The first article of its cluster of duplicates.
    pub cluster: String,
    /// Language.
    pub language: Language,
    /// Id of the target.
    pub target: String,
    /// All claims.
    pub all: Counts,
    /// Claims held by the author.
    pub author: Counts,
    /// Claims held by anybody else.
    pub quoted: Counts,
    /// Claims of each holder.
    pub holders: BTreeMap<Holder, Counts>,
}

impl ArticleStance {
    /// Counts of a holder class: `all`, `author` or `quoted`.
    #[must_use]
    pub fn class(&self, class: &str) -> &Counts {
        match class {
            "author" => &self.author,
            "quoted" => &self.quoted,
            _ => &self.all,
        }
    }
}

/// Folds records into one row per article and target, sorted by article, then target.
#[must_use]
pub fn by_article(records: &[StanceRecord]) -> Vec<ArticleStance> {
    let mut rows: BTreeMap<(&str, &str), ArticleStance> = BTreeMap::new();
    for record in records {
        let row = rows.entry((&record.article, &record.target)).or_insert_with(|| ArticleStance {
            article: record.article.clone(),
            outlet: record.outlet.clone(),
            date: record.date.clone(),
            cluster: record.cluster.clone(),
            language: record.language,
            target: record.target.clone(),
            all: Counts::default(),
            author: Counts::default(),
            quoted: Counts::default(),
            holders: BTreeMap::new(),
        });
        row.all.add(record);
        if record.holder == Holder::Author { &mut row.author } else { &mut row.quoted }.add(record);
        row.holders.entry(record.holder.clone()).or_default().add(record);
    }
    rows.into_values().collect()
}
