//! `standpunt run`

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;

use super::{Stopped, print, setup, stopped};
use crate::aggregate::{by_article, by_date};
use crate::attribute::Targets;
use crate::cli::RunArgs;
use crate::config::Config;
use crate::ingest::{self, duplicates};
use crate::output::{InputHash, RunInfo, Tally, WriteRun, check_free, summary};
use crate::pipeline::{Analysis, Judge, Rules};
use crate::schema::{Article, ArticleText, Language, LedgerEntry, Repair, StanceRecord, Status};

pub fn run(args: &RunArgs) -> anyhow::Result<u8> {
    let mut config = setup::config(&args.analysis)?;
    config.period = args.period.unwrap_or(config.period);
    config.duplicates = args.duplicates.unwrap_or(config.duplicates);
    check_free(&args.out)?;
    let rules = setup::rules(&config)?;
    let mut judge = setup::judge(&config)?;
    let (articles, mut ledger) = read(&args.inputs, &config)?;
    let bodies: Vec<&str> = articles.iter().map(|article| article.body.as_str()).collect();
    let clusters: Vec<String> =
        duplicates::clusters(&bodies).into_iter().map(|first| articles[first].id.clone()).collect();
    let cluster_of: BTreeMap<String, String> =
        articles.iter().map(|article| article.id.clone()).zip(clusters).collect();
    let (mut records, mut texts) = analyse(articles, &rules, &mut judge)?;
    for record in &mut records {
        record.cluster.clone_from(&cluster_of[&record.article]);
    }
    for text in &mut texts {
        text.cluster.clone_from(&cluster_of[&text.article]);
    }
    complete(&mut ledger, &texts);
    let by_article = by_article(&records);
    let dates = by_date(&by_article, config.period, config.duplicates, config.replicates, config.seed);
    let info = info(&config, &rules.targets, &judge, &ledger, &texts, records.len())?;
    WriteRun { records: &records, texts: &texts, articles: &by_article, dates: &dates, ledger: &ledger, info: &info }
        .write(&args.out)?;
    print(&format!("{}\nwritten to {}\n", summary(&info.counts, &dates, &info.target_names), args.out.display()))?;
    for entry in ledger.iter().filter(|entry| entry.status == Status::Rejected).take(10) {
        let reasons: Vec<&str> = entry.notes.iter().map(|note| note.detail.as_str()).collect();
        eprintln!("rejected: {}: {}", entry.path, reasons.join("; "));
    }
    Ok(if info.counts.rejected > 0 { 3 } else { 0 })
}

fn bar(length: u64, what: &str) -> ProgressBar {
    // A constant template cannot fail.
    let style = ProgressStyle::with_template("{msg:10} {wide_bar} {pos}/{len} {elapsed} (eta {eta})");
    ProgressBar::new(length)
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        .with_message(what.to_owned())
}

/// Reads all articles, and begins the ledger.
fn read(inputs: &[String], config: &Config) -> anyhow::Result<(Vec<Article>, Vec<LedgerEntry>)> {
    let options = setup::ingest(config);
    let source = ingest::read(inputs, &options)?;
    let progress = bar(source.files_left() as u64, "reading");
    let (mut articles, mut ledger) = (Vec::new(), Vec::new());
    for item in progress.wrap_iter(source) {
        if stopped() {
            return Err(Stopped.into());
        }
        match item {
            Ok((article, notes)) => {
                ledger.push(LedgerEntry {
                    article: Some(article.id.clone()),
                    path: article.origin.path.clone(),
                    record: article.origin.record,
                    status: if notes.is_empty() { Status::Accepted } else { Status::Repaired },
                    notes,
                    encoding: Some(article.origin.encoding.clone()),
                    language: None,
                    date: article.date.map(|date| date.to_string()),
                    duplicate_of: None,
                });
                articles.push(article);
            }
            Err(rejection) => ledger.push(LedgerEntry {
                article: None,
                notes: vec![Repair { kind: rejection.kind, detail: rejection.detail }],
                path: rejection.path,
                record: rejection.record,
                status: Status::Rejected,
                encoding: None,
                language: None,
                date: None,
                duplicate_of: None,
            }),
        }
    }
    progress.finish_and_clear();
    Ok((articles, ledger))
}

/// Analyses and tags articles, some at a time, in order.
fn analyse(
    articles: Vec<Article>,
    rules: &Rules,
    judge: &mut Judge,
) -> anyhow::Result<(Vec<StanceRecord>, Vec<ArticleText>)> {
    let progress = bar(articles.len() as u64, "analysing");
    let (mut records, mut texts) = (Vec::new(), Vec::new());
    // Many, so that no tagger waits long for the others, and inputs of like length meet in a batch.
    let at_once = 32 * judge.taggers.len();
    let mut articles = articles.into_iter();
    loop {
        let chunk: Vec<Article> = articles.by_ref().take(at_once).collect();
        if chunk.is_empty() {
            break;
        }
        if stopped() {
            return Err(Stopped.into());
        }
        let analyses: Vec<Analysis> = chunk.into_par_iter().map(|article| rules.analyse(article)).collect();
        records.extend(judge.tag(rules, &analyses, &|| progress.inc(1))?.into_iter().flatten());
        texts.extend(analyses.iter().map(Analysis::text));
    }
    progress.finish_and_clear();
    Ok((records, texts))
}

/// Adds to the ledger what only the analysis knows.
fn complete(ledger: &mut [LedgerEntry], texts: &[ArticleText]) {
    let known: BTreeMap<&str, (Language, &str)> =
        texts.iter().map(|text| (text.article.as_str(), (text.language, text.cluster.as_str()))).collect();
    for entry in ledger {
        if let Some(id) = &entry.article
            && let Some((language, cluster)) = known.get(id.as_str())
        {
            entry.language = Some(language.to_string());
            entry.duplicate_of = (cluster != id).then(|| (*cluster).to_owned());
        }
    }
}

/// The arguments as a shell takes them.
fn command_line() -> String {
    let arguments: Vec<String> = std::env::args_os().skip(1).map(|arg| arg.to_string_lossy().into_owned()).collect();
    // Only a NUL byte cannot be quoted, and no argument holds one.
    shlex::try_join(arguments.iter().map(String::as_str)).unwrap_or_default()
}

fn info(
    config: &Config,
    targets: &Targets,
    judge: &Judge,
    ledger: &[LedgerEntry],
    texts: &[ArticleText],
    claims: usize,
) -> anyhow::Result<RunInfo> {
    let of = |status: Status| ledger.iter().filter(|entry| entry.status == status).count();
    let counts = Tally {
        read: ledger.len(),
        accepted: of(Status::Accepted),
        repaired: of(Status::Repaired),
        rejected: of(Status::Rejected),
        undated: texts.iter().filter(|text| text.date.is_none()).count(),
        duplicates: texts.iter().filter(|text| text.cluster != text.article).count(),
        sentences: texts.iter().map(|text| text.sentences.len()).sum(),
        claims,
    };
    let paths: BTreeSet<&str> =
        ledger.iter().map(|entry| entry.path.as_str()).filter(|path| *path != ingest::STDIN).collect();
    let hash = |path: &str| -> io::Result<InputHash> {
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(std::fs::File::open(path)?)?;
        Ok(InputHash { path: path.to_owned(), blake3: hasher.finalize().to_hex().to_string() })
    };
    // An unreadable input is in the ledger already.
    let inputs = paths.into_iter().filter_map(|path| hash(path).ok()).collect();
    let targets_text = setup::targets_text(config.targets.as_deref())?;
    Ok(RunInfo {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        command: format!("standpunt {}", command_line()),
        model: judge.taggers.first().context("no tagger")?.id().to_owned(),
        targets: blake3::hash(targets_text.as_bytes()).to_hex().to_string(),
        counts,
        target_names: targets.ids().map(|id| (id.to_owned(), targets.name(id, Language::En).to_owned())).collect(),
        config: config.clone(),
        inputs,
    })
}
