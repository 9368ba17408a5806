//! `standpunt report`

use std::collections::HashSet;

use super::print;
use crate::aggregate::{Granularity, Interval, by_article, by_date};
use crate::cli::ReportArgs;
use crate::evaluate::index::{CorpusArticle, IndexRow, Weighting, corrected_index};
use crate::evaluate::{Bootstrap, Estimate};
use crate::labels;
use crate::output::{Run, check_free, read_run, write_folder};
use crate::report::{CorrectedPoint, ReportInput, render};

pub fn run(args: &ReportArgs) -> anyhow::Result<u8> {
    check_free(&args.out)?;
    let run = read_run(&args.run)?;
    let config = &run.info.config;
    let period = args.period.unwrap_or(config.period);
    let dates = by_date(&by_article(&run.records), period, config.duplicates, config.replicates, config.seed);
    let index = if args.labels.is_empty() { Vec::new() } else { index(&run, args, period)? };
    // The first method is the one that charts draw: the one that assumes less.
    let (articles, claims): (Vec<_>, Vec<_>) = index.iter().partition(|row| row.weighting == Weighting::Article);
    let corrected: Vec<CorrectedPoint> = articles.into_iter().chain(claims).flat_map(points).collect();
    let labels: String = args.labels.iter().map(|path| format!(" --labels {}", path.display())).collect();
    let command =
        format!("{}\nstandpunt report {}{labels} --out {}", run.info.command, args.run.display(), args.out.display());
    let mut files = render(&ReportInput {
        records: &run.records,
        texts: &run.texts,
        ledger: &run.ledger,
        dates,
        weighting: config.duplicates,
        replicates: config.replicates,
        seed: config.seed,
        corrected: &corrected,
        target_names: run.info.target_names.clone(),
        run_toml: &run.info_text,
        command: &command,
    })?;
    if !index.is_empty() {
        files.push(("index.csv".into(), csv(&index)?));
    }
    write_folder(&args.out, &files)?;
    print(&format!("written to {}\n", args.out.join("report.html").display()))?;
    Ok(0)
}

/// Every cell of the corrected index, by period and over the whole run.
fn index(run: &Run, args: &ReportArgs, period: Granularity) -> anyhow::Result<Vec<IndexRow>> {
    let coded = labels::read(&args.labels)?;
    let bearing: HashSet<&str> = run.records.iter().map(|record| record.article.as_str()).collect();
    let corpus = |name: &dyn Fn(Option<&str>) -> String| -> Vec<CorpusArticle> {
        // The sample's population is the articles with a claim.
        let bearing = run.texts.iter().filter(|text| bearing.contains(text.article.as_str()));
        bearing.map(|text| CorpusArticle { id: text.article.clone(), period: name(text.date.as_deref()) }).collect()
    };
    let named = |date: Option<&str>| {
        date.and_then(|date| period.period(date)).map_or_else(|| "undated".into(), |(name, _)| name)
    };
    let mut rows = corrected_index(&corpus(&|_| "all".into()), &run.records, &coded, Bootstrap::default())?;
    rows.extend(corrected_index(&corpus(&named), &run.records, &coded, Bootstrap::default())?);
    Ok(rows)
}

/// What the report shows of a cell: the mean of articles by prediction-powered inference, and the pooled correction.
fn points(row: &IndexRow) -> Vec<CorrectedPoint> {
    let point = |estimate: Option<Estimate>, method: &str| CorrectedPoint {
        period: row.period.clone(),
        target: row.target.clone(),
        class: row.holder.clone(),
        estimate: estimate.map(|estimate| estimate.value),
        interval: estimate.and_then(|estimate| estimate.interval).map(|(low, high)| Interval { low, high }),
        coded_articles: row.ppi.coded_articles,
        method: method.into(),
    };
    match row.weighting {
        Weighting::Article => vec![point(row.ppi.corrected, "prediction-powered inference, mean of articles")],
        Weighting::Claim => vec![point(row.misclassification, "pooled confusion matrix, mean of claims")],
    }
}

fn csv(rows: &[IndexRow]) -> anyhow::Result<Vec<u8>> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record([
        "period",
        "target",
        "holder_class",
        "counts_once",
        "articles",
        "coded_articles",
        "raw",
        "raw_low",
        "raw_high",
        "corrected",
        "corrected_low",
        "corrected_high",
        "coded_only",
        "coded_only_low",
        "coded_only_high",
        "pooled",
        "pooled_low",
        "pooled_high",
        "not_estimable",
    ])?;
    for row in rows {
        let mut fields = vec![
            row.period.clone(),
            row.target.clone(),
            row.holder.clone(),
            format!("{:?}", row.weighting).to_lowercase(),
            row.articles.to_string(),
            row.ppi.coded_articles.to_string(),
        ];
        for estimate in [row.raw, row.ppi.corrected, row.ppi.coded_only, row.misclassification] {
            let interval = estimate.and_then(|estimate| estimate.interval);
            let values = [estimate.map(|estimate| estimate.value), interval.map(|i| i.0), interval.map(|i| i.1)];
            fields.extend(values.map(|value| value.map_or_else(String::new, |value| format!("{value:.4}"))));
        }
        fields.push(row.ppi.not_estimable.clone().unwrap_or_default());
        out.write_record(&fields)?;
    }
    Ok(out.into_inner().map_err(csv::IntoInnerError::into_error)?)
}
