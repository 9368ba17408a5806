//! The run in the order that the report shows it, and its articles in groups.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{ReportError, ReportInput};
use crate::aggregate::{ArticleStance, DateStance, Granularity, by_article, by_date};
use crate::schema::{ArticleText, Holder, Language, StanceRecord};

/// A target as the report names it.
pub(super) struct Target {
    pub id: String,
    pub name: String,
    /// Part of file names: ASCII letters, digits and hyphens, unlike any other target's.
    pub slug: String,
}

/// The input with articles by date ("undated" last) and each article's records by sentence.
pub(super) struct Corpus<'a> {
    pub input: &'a ReportInput<'a>,
    pub texts: Vec<&'a ArticleText>,
    pub records: Vec<Vec<&'a StanceRecord>>,
    pub articles: Vec<ArticleStance>,
    pub targets: Vec<Target>,
    pub granularity: Granularity,
}

impl<'a> Corpus<'a> {
    /// Orders the input.
    pub fn new(input: &'a ReportInput<'a>) -> Result<Self, ReportError> {
        let mut texts: Vec<&ArticleText> = input.texts.iter().collect();
        texts.sort_by_key(|text| (text.date.is_none(), &text.date, &text.article));
        let at: HashMap<&str, usize> = texts.iter().enumerate().map(|(i, text)| (text.article.as_str(), i)).collect();
        let mut records = vec![Vec::new(); texts.len()];
        for record in input.records {
            let article = at.get(record.article.as_str()).copied();
            let Some(article) = article.filter(|&i| record.sentence < texts[i].sentences.len()) else {
                return Err(ReportError::MissingText { article: record.article.clone(), sentence: record.sentence });
            };
            records[article].push(record);
        }
        for article in &mut records {
            article.sort_by_key(|record| (record.sentence, &record.target, &record.holder));
        }
        // A period is as fine as was asked, or coarser where the date is; so the finest of all cuts time the same way.
        let granularity = input.dates.iter().filter_map(|row| row.granularity).min().unwrap_or_default();
        Ok(Self { input, texts, records, articles: by_article(input.records), targets: targets(input), granularity })
    }

    /// The name of the period that a date falls into.
    pub fn period(&self, date: Option<&str>) -> String {
        date.and_then(|date| self.granularity.period(date)).map_or("undated".into(), |period| period.0)
    }

    /// Articles to periods, as the run itself folds them.
    pub fn over_time(&self, articles: &[ArticleStance]) -> Vec<DateStance> {
        by_date(articles, self.granularity, self.input.weighting, self.input.replicates, self.input.seed)
    }

    /// Articles to one row per target and holder class, whatever their dates.
    pub fn overall(&self, articles: &[ArticleStance]) -> Vec<DateStance> {
        let undated: Vec<ArticleStance> =
            articles.iter().map(|article| ArticleStance { date: None, ..article.clone() }).collect();
        self.over_time(&undated)
    }
}

fn targets(input: &ReportInput) -> Vec<Target> {
    let ids: BTreeSet<&str> = input
        .target_names
        .keys()
        .chain(input.records.iter().map(|record| &record.target))
        .map(String::as_str)
        .collect();
    let mut slugs = BTreeSet::new();
    let target = |(number, id): (usize, &str)| {
        let plain: String =
            id.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
        let slug = if slugs.insert(plain.clone()) { plain } else { format!("{plain}-{}", number + 1) };
        let name = input.target_names.get(id).map_or(id, String::as_str);
        Target { id: id.to_owned(), name: name.to_owned(), slug }
    };
    ids.into_iter().enumerate().map(target).collect()
}

/// What claims are split by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Split {
    /// Not at all.
    Whole,
    Outlet,
    Language,
    Holder,
}

/// Claims that belong together, folded by article.
pub(super) struct Group {
    pub key: String,
    pub name: String,
    pub articles: Vec<ArticleStance>,
    pub claims: usize,
}

impl Split {
    /// Most groups that are shown: the most talkative.
    pub const MOST: usize = 30;

    /// As it stands in ids and file names.
    pub fn id(self) -> &'static str {
        match self {
            Self::Whole => "all",
            Self::Outlet => "outlet",
            Self::Language => "language",
            Self::Holder => "holder",
        }
    }

    /// The group that a record belongs to.
    pub fn key(self, record: &StanceRecord) -> String {
        match self {
            Self::Whole => String::new(),
            Self::Outlet => record.outlet.clone().unwrap_or_default(),
            Self::Language => record.language.to_string(),
            Self::Holder => record.holder.to_string(),
        }
    }

    fn name(self, key: &str) -> String {
        match (self, key) {
            (Self::Outlet, "") => "outlet unknown".into(),
            (Self::Language, code) => code.parse().map_or(code.into(), |language| language_name(language).into()),
            (Self::Holder, name) => holder_name(&name.into()),
            (_, name) => name.into(),
        }
    }

    /// The groups with most claims, and how many groups there are.
    pub fn groups(self, corpus: &Corpus) -> (Vec<Group>, usize) {
        let mut rows: BTreeMap<String, Vec<ArticleStance>> = BTreeMap::new();
        for article in &corpus.articles {
            match self {
                Self::Holder => {
                    for (holder, counts) in &article.holders {
                        let part = ArticleStance {
                            all: *counts,
                            author: Default::default(),
                            quoted: Default::default(),
                            holders: BTreeMap::new(),
                            ..article.clone()
                        };
                        rows.entry(holder.to_string()).or_default().push(part);
                    }
                    continue;
                }
                Self::Outlet => rows.entry(article.outlet.clone().unwrap_or_default()),
                Self::Language => rows.entry(article.language.to_string()),
                Self::Whole => rows.entry(String::new()),
            }
            .or_default()
            .push(article.clone());
        }
        let total = rows.len();
        let mut groups: Vec<Group> = rows
            .into_iter()
            .map(|(key, articles)| {
                let claims = articles.iter().map(|article| article.all.relevant()).sum();
                Group { name: self.name(&key), key, articles, claims }
            })
            .collect();
        groups.sort_by_key(|group| std::cmp::Reverse(group.claims));
        groups.truncate(Self::MOST);
        (groups, total)
    }
}

/// A holder, for reading.
pub(super) fn holder_name(holder: &Holder) -> String {
    match holder {
        Holder::Author => "the author".into(),
        Holder::Unnamed => "unnamed sources".into(),
        Holder::Named(name) => name.clone(),
    }
}

/// A language's English name.
pub(super) fn language_name(language: Language) -> &'static str {
    match language {
        Language::Nl => "Dutch",
        Language::En => "English",
        Language::De => "German",
        Language::Fr => "French",
        Language::Ru => "Russian",
        Language::Uk => "Ukrainian",
        Language::Pl => "Polish",
        Language::Be => "Belarusian",
    }
}
