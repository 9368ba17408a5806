//! What became of every input.

use std::collections::BTreeMap;

use serde::Serialize;

use super::listing::{Links, REPORT, article_id};
use super::series::Corpus;
use crate::schema::{LedgerEntry, Status};

/// Rows of each list that are shown; `ledger.jsonl` of the run holds all.
const MOST_ROWS: usize = 500;

/// The ledger for the template.
#[derive(Serialize)]
pub(super) struct LedgerView {
    read: usize,
    accepted: usize,
    repaired: usize,
    rejected: usize,
    undated: usize,
    duplicates: usize,
    /// Kind of note, how often.
    kinds: Vec<(String, usize)>,
    lists: Vec<LedgerList>,
}

#[derive(Serialize)]
struct LedgerList {
    id: &'static str,
    title: &'static str,
    total: usize,
    rows: Vec<LedgerRow>,
}

#[derive(Serialize)]
struct LedgerRow {
    what: String,
    href: Option<String>,
    place: String,
    notes: Vec<(String, String)>,
}

impl LedgerView {
    /// Counts and lists the ledger.
    pub fn new(corpus: &Corpus, links: &Links) -> Self {
        let ledger = corpus.input.ledger;
        let analysed = |entry: &&LedgerEntry| entry.status != Status::Rejected;
        let count = |status| ledger.iter().filter(|entry| entry.status == status).count();
        let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
        for note in ledger.iter().flat_map(|entry| &entry.notes) {
            *kinds.entry(note.kind.clone()).or_default() += 1;
        }
        let mut kinds: Vec<(String, usize)> = kinds.into_iter().collect();
        kinds.sort_by_key(|kind| std::cmp::Reverse(kind.1));
        let index: std::collections::HashMap<&str, usize> =
            corpus.texts.iter().enumerate().map(|(i, text)| (text.article.as_str(), i)).collect();
        let row = |entry: &LedgerEntry| LedgerRow {
            what: entry.article.clone().unwrap_or_else(|| entry.path.clone()),
            href: entry
                .article
                .as_deref()
                .and_then(|id| index.get(id))
                .and_then(|&i| links.href(REPORT, &article_id(i))),
            place: entry.record.map_or(entry.path.clone(), |record| format!("{}:{record}", entry.path)),
            notes: entry.notes.iter().map(|note| (note.kind.clone(), note.detail.clone())).collect(),
        };
        let list = |id, title, entries: Vec<&LedgerEntry>| LedgerList {
            id,
            title,
            total: entries.len(),
            rows: entries.into_iter().take(MOST_ROWS).map(row).collect(),
        };
        let with = |status| ledger.iter().filter(|entry| entry.status == status).collect::<Vec<_>>();
        let undated: Vec<&LedgerEntry> = ledger.iter().filter(analysed).filter(|entry| entry.date.is_none()).collect();
        let copies: Vec<&LedgerEntry> = ledger.iter().filter(|entry| entry.duplicate_of.is_some()).collect();
        let mut duplicated = list("duplicated", "Duplicated", copies.clone());
        for (row, entry) in duplicated.rows.iter_mut().zip(copies) {
            row.notes = entry.duplicate_of.iter().map(|first| ("copy of".to_owned(), first.clone())).collect();
        }
        Self {
            read: ledger.len(),
            accepted: count(Status::Accepted),
            repaired: count(Status::Repaired),
            rejected: count(Status::Rejected),
            undated: undated.len(),
            duplicates: duplicated.total,
            kinds,
            lists: vec![
                list("rejected", "Rejected", with(Status::Rejected)),
                list("repaired", "Repaired", with(Status::Repaired)),
                list("undated", "Undated", undated),
                duplicated,
            ],
        }
    }
}
