//! `standpunt sample`

use std::collections::HashMap;

use super::print;
use crate::cli::SampleArgs;
use crate::evaluate::sample::{Plan, draw};
use crate::labels::{self, LabelRow};
use crate::output::{check_free, jsonl, read_run, write_folder};
use crate::schema::{ArticleText, StanceRecord};

pub fn run(args: &SampleArgs) -> anyhow::Result<u8> {
    check_free(&args.out)?;
    let run = read_run(&args.run)?;
    let known = if args.known.is_empty() { Vec::new() } else { labels::read(&args.known)? };
    let texts: HashMap<&str, &ArticleText> = run.texts.iter().map(|text| (text.article.as_str(), text)).collect();
    let previous = |record: &StanceRecord| {
        let before = record.sentence.checked_sub(1);
        let sentence = before.and_then(|i| texts.get(record.article.as_str())?.sentences.get(i));
        sentence.map_or_else(String::new, |sentence| sentence.text.clone())
    };
    let plan = Plan { articles: args.articles, claims: args.claims, seed: args.seed, ..Plan::default() };
    let drawn = draw(&run.records, &known, plan, previous);
    let articles =
        |rows: &[LabelRow]| rows.iter().map(|row| &row.article).collect::<std::collections::BTreeSet<_>>().len();
    write_folder(&args.out, &[("random.jsonl", jsonl(&drawn.random)), ("training.jsonl", jsonl(&drawn.training))])?;
    print(&format!(
        "random.jsonl: {} claims of {} articles; training.jsonl: {} claims\nfill in `label` (against, neutral, favor, none); written to {}\n",
        drawn.random.len(),
        articles(&drawn.random),
        drawn.training.len(),
        args.out.display(),
    ))?;
    Ok(0)
}
