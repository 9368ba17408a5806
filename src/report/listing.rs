//! The sentences behind each point: one block per split, group, target and period, and the page that each lands on.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::ReportError;
use super::article::{ClaimView, claim, name};
use super::format::plural;
use super::series::{Corpus, Group, Split};
use super::time::Period;
use crate::schema::StanceRecord;

/// Most articles that are shown on the report's own page.
pub(super) const INLINE_ARTICLES: usize = 200;
/// Articles of a further page.
const PAGE_ARTICLES: usize = 100;
/// Claims from which a further page of blocks is full.
const PAGE_CLAIMS: usize = 2000;
/// The report's own page.
pub(super) const REPORT: &str = "report.html";

/// Where everything that is linked to stands: file by element id.
pub(super) struct Links {
    files: HashMap<String, String>,
}

impl Links {
    /// A link from `page` to an element, unless there is no such element.
    pub fn href(&self, page: &str, id: &str) -> Option<String> {
        let file = self.files.get(id)?;
        Some(if file == page { format!("#{id}") } else { format!("{file}#{id}") })
    }
}

/// Element id of an article, by its place in the report.
pub(super) fn article_id(article: usize) -> String {
    format!("a{}", article + 1)
}

/// Element id of a sentence.
pub(super) fn sentence_id(article: usize, sentence: usize) -> String {
    format!("a{}s{}", article + 1, sentence + 1)
}

/// Element id of the block behind a point. Period names are digits, letters and hyphens.
pub(super) fn block_id(split: Split, group: usize, target: usize, period: &str) -> String {
    format!("{}{}-t{}-{period}", split.id(), group + 1, target + 1)
}

/// The claims of one point, not yet laid out.
pub(super) struct Block<'a> {
    pub id: String,
    split: Split,
    group: String,
    target: String,
    period: String,
    articles: BTreeMap<usize, Vec<&'a StanceRecord>>,
}

impl Block<'_> {
    fn claims(&self) -> usize {
        self.articles.values().map(Vec::len).sum()
    }
}

/// All blocks: by split, then group, target and period ("undated" last).
pub(super) fn blocks<'a>(corpus: &Corpus<'a>, splits: &[(Split, Vec<Group>)]) -> Result<Vec<Block<'a>>, ReportError> {
    let mut blocks = Vec::new();
    for (split, groups) in splits {
        let index: HashMap<&str, usize> = groups.iter().enumerate().map(|(i, group)| (group.key.as_str(), i)).collect();
        let mut points: BTreeMap<(usize, usize, String), BTreeMap<usize, Vec<&StanceRecord>>> = BTreeMap::new();
        for (article, records) in corpus.records.iter().enumerate() {
            for record in records {
                let Some(&group) = index.get(split.key(record).as_str()) else { continue };
                let Some(target) = corpus.targets.iter().position(|target| target.id == record.target) else {
                    continue;
                };
                let point = points.entry((group, target, corpus.period(record.date.as_deref()))).or_default();
                point.entry(article).or_default().push(record);
            }
        }
        for ((group, target, period), articles) in points {
            blocks.push(Block {
                id: block_id(*split, group, target, &period),
                split: *split,
                group: groups[group].name.clone(),
                target: corpus.targets[target].name.clone(),
                period: period_label(corpus, &period)?,
                articles,
            });
        }
    }
    Ok(blocks)
}

/// A period for reading, however fine it is.
fn period_label(corpus: &Corpus, name: &str) -> Result<String, ReportError> {
    let granularity = corpus.input.dates.iter().find(|row| row.period == name).and_then(|row| row.granularity);
    match granularity {
        Some(granularity) => Ok(Period::parse(name, granularity)?.label()),
        None if name == "undated" => Ok("undated".into()),
        None => Err(ReportError::Period { period: name.to_owned() }),
    }
}

/// The pages, in order: file name and the range of articles or blocks on it.
pub(super) struct Layout {
    pub articles: Vec<(String, std::ops::Range<usize>)>,
    pub blocks: Vec<(String, std::ops::Range<usize>)>,
    pub links: Links,
}

impl Layout {
    /// Lays articles and blocks out over pages.
    pub fn new(corpus: &Corpus, blocks: &[Block]) -> Self {
        let inline = corpus.texts.len() <= INLINE_ARTICLES;
        let (articles, block_pages) = if inline {
            (vec![(REPORT.to_owned(), 0..corpus.texts.len())], vec![(REPORT.to_owned(), 0..blocks.len())])
        } else {
            (
                cut("articles", &vec![1; corpus.texts.len()], PAGE_ARTICLES),
                cut("sentences", &blocks.iter().map(Block::claims).collect::<Vec<_>>(), PAGE_CLAIMS),
            )
        };
        let mut files = HashMap::new();
        for (file, range) in &articles {
            for article in range.clone() {
                files.insert(article_id(article), file.clone());
                for sentence in 0..corpus.texts[article].sentences.len() {
                    files.insert(sentence_id(article, sentence), file.clone());
                }
            }
        }
        for (file, range) in &block_pages {
            files.extend(blocks[range.clone()].iter().map(|block| (block.id.clone(), file.clone())));
        }
        Self { articles, blocks: block_pages, links: Links { files } }
    }
}

/// Cuts items into pages that end once they hold `full` or more.
fn cut(name: &str, sizes: &[usize], full: usize) -> Vec<(String, std::ops::Range<usize>)> {
    let mut pages = Vec::new();
    let (mut start, mut size) = (0, 0);
    for (item, item_size) in sizes.iter().enumerate() {
        size += item_size;
        if size >= full || item + 1 == sizes.len() {
            pages.push((format!("{name}-{:03}.html", pages.len() + 1), start..item + 1));
            (start, size) = (item + 1, 0);
        }
    }
    pages
}

/// A block for the template.
#[derive(Serialize)]
pub(super) struct BlockView {
    id: String,
    heading: String,
    /// Sentences are written out in blocks of the whole; the others link to them by signs.
    full: bool,
    size: String,
    articles: Vec<BlockArticle>,
}

#[derive(Serialize)]
struct BlockArticle {
    href: Option<String>,
    title: String,
    about: String,
    claims: Vec<BlockClaim>,
}

#[derive(Serialize)]
struct BlockClaim {
    href: Option<String>,
    text: Option<String>,
    lang: &'static str,
    claim: ClaimView,
}

impl BlockView {
    /// Fills a block for `page`.
    pub fn new(corpus: &Corpus, links: &Links, page: &str, block: &Block) -> Self {
        let full = block.split == Split::Whole;
        let article = |(&article, records): (&usize, &Vec<&StanceRecord>)| {
            let text = corpus.texts[article];
            let about = [text.outlet.as_deref(), text.date.as_deref().or(Some("undated")), Some(text.language.code())];
            BlockArticle {
                href: links.href(page, &article_id(article)),
                title: name(text).to_owned(),
                about: about.into_iter().flatten().collect::<Vec<_>>().join(" · "),
                claims: records
                    .iter()
                    .map(|record| BlockClaim {
                        href: links.href(page, &sentence_id(article, record.sentence)),
                        text: full.then(|| record.text.clone()),
                        lang: record.language.code(),
                        claim: claim(corpus, record),
                    })
                    .collect(),
            }
        };
        let group = if full { String::new() } else { format!("{}: ", block.group) };
        Self {
            id: block.id.clone(),
            heading: format!("{group}{}, {}", block.target, block.period),
            full,
            size: format!("{} in {}", plural(block.claims(), "claim"), plural(block.articles.len(), "article")),
            articles: block.articles.iter().map(article).collect(),
        }
    }
}
