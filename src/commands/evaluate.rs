//! `standpunt evaluate`

use std::collections::HashSet;

use anyhow::Context as _;

use super::{print, setup};
use crate::attribute::Targets;
use crate::cli::EvaluateArgs;
use crate::config::Config;
use crate::evaluate::baselines::baselines;
use crate::evaluate::compare::compare;
use crate::evaluate::match_gold::{EndToEnd, SystemArticle, match_gold};
use crate::evaluate::report::Inputs;
use crate::evaluate::{Bootstrap, Items, Prediction, Report};
use crate::ingest;
use crate::labels::{self, LabelRow, Split};
use crate::pipeline::Judge;
use crate::tag::{Pair, sha256_of};

pub fn run(args: &EvaluateArgs) -> anyhow::Result<u8> {
    let config = setup::config(&args.analysis)?;
    let rows = labels::read(&args.labels)?;
    let targets = setup::targets(config.targets.as_deref())?;
    let mut judge = setup::judge(&config)?;
    let model = judge.taggers.first().context("no tagger")?.id().to_owned();
    let bootstrap = Bootstrap::default();
    let items = items(&rows, args.split, &targets, &judge)?;
    let baselines =
        if rows.iter().any(|row| row.split == Split::Train) { baselines(&rows, &items.items)? } else { Vec::new() };
    let end_to_end = match args.articles.as_slice() {
        [] => None,
        articles => Some(end_to_end(articles, &rows, args.split, &config, &mut judge, bootstrap)?),
    };
    let folder_name = args.out.file_name().map_or_else(|| "report".into(), |name| name.to_string_lossy().into_owned());
    let report = Report::new(Inputs {
        name: args.name.as_deref().unwrap_or(&folder_name),
        model: &model,
        labels: &hashes(args)?,
        items: &items,
        rows: &rows,
        baselines: &baselines,
        end_to_end: end_to_end.as_ref(),
        least: args.least,
        bootstrap,
    })?;
    report.write(&args.out)?;
    for line in report.headlines.iter().chain(&report.warnings) {
        print(&format!("{line}\n"))?;
    }
    if let Some(f1) = report.forced.macro_f1 {
        print(&format!("macro-F1 {:.3} on {} pairs\n", f1.value, report.forced.n))?;
    }
    if let Some(folder) = &args.against {
        let other = setup::judge(&Config { model: Some(folder.clone()), ..config.clone() })?;
        let compared = compare(&items.items, &self::items(&rows, args.split, &targets, &other)?.items, bootstrap)?;
        if let (Some(difference), Some(p)) = (compared.difference, compared.p) {
            print(&format!("macro-F1 {:+.3} against {}, p = {p:.3}\n", difference.value, folder.display()))?;
        }
    }
    print(&format!("written to {}\n", args.out.display()))?;
    Ok(0)
}

/// Tags the coded pairs of a split.
fn items(rows: &[LabelRow], split: Split, targets: &Targets, judge: &Judge) -> anyhow::Result<Items> {
    let tagger = judge.taggers.first().context("no tagger")?;
    let scored: Vec<&LabelRow> = rows
        .iter()
        .filter(|row| row.split == split && row.label.is_some_and(|label| label.stance().is_some()))
        .collect();
    let pairs: Vec<Pair> = scored.iter().map(|row| row.pair(targets.name(&row.target, row.language))).collect();
    let prediction = |(row, probabilities): (&&LabelRow, _)| Prediction {
        id: row.id.clone(),
        probabilities,
        label: judge.thresholds.decide(probabilities, &row.target, row.language),
        model: tagger.id().to_owned(),
    };
    let predictions: Vec<Prediction> = scored.iter().zip(tagger.tag(&pairs)?).map(prediction).collect();
    Ok(Items::join(rows, &predictions, tagger.id(), split)?)
}

/// Runs the articles of a split through every step.
fn end_to_end(
    articles: &[String],
    rows: &[LabelRow],
    split: Split,
    config: &Config,
    judge: &mut Judge,
    bootstrap: Bootstrap,
) -> anyhow::Result<EndToEnd> {
    let rows: Vec<LabelRow> = rows.iter().filter(|row| row.split == split).cloned().collect();
    let coded: HashSet<&str> = rows.iter().map(|row| row.article.as_str()).collect();
    let rules = setup::rules(config)?;
    let options = setup::ingest(config);
    let mut analyses = Vec::new();
    for read in ingest::read(articles, &options)? {
        match read {
            Ok((article, _)) if coded.contains(article.id.as_str()) => analyses.push(rules.analyse(article)),
            Ok(_) => {}
            Err(rejection) => eprintln!("rejected: {rejection}"),
        }
    }
    let records = judge.tag(&rules, &analyses, &|| ())?;
    let system: Vec<SystemArticle> = analyses
        .iter()
        .zip(records)
        .map(|(analysis, records)| SystemArticle {
            id: analysis.article.id.clone(),
            sentences: analysis
                .sentences
                .iter()
                .map(|sentence| sentence.span.of(&analysis.document.text).to_owned())
                .collect(),
            records,
        })
        .collect();
    Ok(match_gold(&rows, &system, bootstrap))
}

fn hashes(args: &EvaluateArgs) -> anyhow::Result<Vec<(String, String)>> {
    let mut hashes = Vec::new();
    for path in &args.labels {
        for file in labels::files(path)? {
            let name = file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            hashes.push((name, sha256_of(&file).with_context(|| file.display().to_string())?));
        }
    }
    Ok(hashes)
}
