//! `standpunt train`

use std::thread;
use std::time::Instant;

use super::{print, setup, stopped};
use crate::cli::TrainArgs;
use crate::evaluate::{self, Bootstrap, Item, score};
use crate::output::check_free;
use crate::tag::{Encoder, MODEL_TOML, Tagger as _, Transformer, TransformerOptions};
use crate::train::{self, Counts, Example, Examples, SourceFile, Story, TrainOptions, Trained};

pub fn run(args: &TrainArgs) -> anyhow::Result<u8> {
    check_free(&args.out)?;
    let targets = setup::targets(args.targets.as_deref())?;
    let sources: Vec<SourceFile> = args.labels.iter().map(|text| SourceFile::parse(text)).collect();
    let examples = Examples::read(&sources, &targets)?;
    let options = options(args);
    describe(&options, &examples)?;
    if args.dry_run {
        return Ok(0);
    }
    let mut best: Option<(u64, Trained)> = None;
    let mut seeds = Vec::new();
    for &seed in &args.seeds {
        let started = Instant::now();
        let trained = train::train(&options, seed, &examples, &stopped)?;
        let score = trained.dev[trained.best];
        let scores: Vec<String> = trained.dev.iter().map(|score| format!("{score:.3}")).collect();
        print(&format!(
            "seed {seed}: dev macro-F1 by epoch {}; {:.0} s\n",
            scores.join(", "),
            started.elapsed().as_secs_f64()
        ))?;
        seeds.push((seed, score));
        let stop = trained.stopped;
        if best.as_ref().is_none_or(|(_, kept)| score > kept.dev[kept.best]) {
            best = Some((seed, trained));
        }
        if stop {
            break;
        }
    }
    let Some((_, mut trained)) = best else { anyhow::bail!("no seed given\n  give --seeds 1") };
    spread(&seeds)?;
    let test = trained.predict(&examples.test)?;
    let (comparison, worse) = compare(&options, &examples.test, &test)?;
    print(&comparison)?;
    if worse && !args.accept_worse {
        print("the new model is worse and was not written; --accept-worse writes it all the same\n")?;
        return Ok(3);
    }
    trained.write(
        &args.out,
        &Story {
            options: &options,
            sources: &sources,
            examples: &examples,
            seeds: &seeds,
            test: &test,
            comparison: &comparison,
        },
    )?;
    print(&format!("written to {}\n", args.out.display()))?;
    Ok(0)
}

fn options(args: &TrainArgs) -> TrainOptions {
    let threads = match args.threads {
        0 => thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    };
    TrainOptions {
        from: args.from.clone(),
        id: args.id.clone(),
        epochs: args.epochs,
        batch: args.batch,
        rate: args.rate,
        layer_decay: args.layer_decay,
        patience: args.patience,
        max_length: args.max_length,
        previous: args.previous,
        no_target: args.no_target,
        random: args.random,
        threads,
    }
}

/// What would be used: rows, balance, truncation.
fn describe(options: &TrainOptions, examples: &Examples) -> anyhow::Result<()> {
    let bundle = train::bundle_for(options)?;
    let encoder = Encoder::load(&options.from, &bundle)?;
    for (name, rows) in [("train", &examples.train), ("dev", &examples.dev), ("test", &examples.test)] {
        let [against, neutral, favor] = Counts::of(rows).0;
        let encoded = rows.iter().map(|row| encoder.encode(&row.pair, None)).collect::<Result<Vec<_>, _>>()?;
        let tokens: usize = encoded.iter().map(|row| row.ids.len()).sum();
        let cut = encoded.iter().filter(|row| row.cut).count();
        print(&format!(
            "{name:5} {:>6} rows: {against} against, {neutral} neutral, {favor} favor; {:.0} tokens a row, {cut} cut at {}\n",
            rows.len(),
            tokens as f64 / rows.len().max(1) as f64,
            bundle.max_length,
        ))?;
    }
    print(&format!("{} epochs of {} batches\n", options.epochs, examples.train.len().div_ceil(options.batch)))
}

fn spread(seeds: &[(u64, f64)]) -> anyhow::Result<()> {
    if seeds.len() < 2 {
        return Ok(());
    }
    let n = seeds.len() as f64;
    let mean = seeds.iter().map(|(_, score)| score).sum::<f64>() / n;
    let deviation = (seeds.iter().map(|(_, score)| (score - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
    print(&format!("{} seeds: dev macro-F1 {mean:.3}, standard deviation {deviation:.3}\n", seeds.len()))
}

/// Scores the model that training started from on the same test rows, where it is one.
fn compare(options: &TrainOptions, rows: &[Example], new: &[Item]) -> anyhow::Result<(String, bool)> {
    let bootstrap = Bootstrap::default();
    let macro_f1 = |items: &[Item]| score::forced(items, bootstrap).macro_f1.map_or(f64::NAN, |f1| f1.value);
    if !options.from.join(MODEL_TOML).exists() || rows.is_empty() {
        return Ok((format!("Test macro-F1 {:.3} on {} rows.\n", macro_f1(new), rows.len()), false));
    }
    let base = Transformer::load(&options.from, TransformerOptions::default())?;
    let pairs: Vec<_> = rows.iter().map(|row| row.pair.clone()).collect();
    let mut old = new.to_vec();
    for (row, probabilities) in old.iter_mut().zip(base.tag(&pairs)?) {
        row.probabilities = probabilities;
    }
    let comparison = evaluate::compare::compare(new, &old, bootstrap)?;
    let difference = comparison.difference.map_or(0.0, |estimate| estimate.value);
    let text = format!(
        "Test macro-F1 on {} rows: {:.3} for the model it started from, {:.3} now; difference {difference:+.3}, p = {:.3} (approximate randomisation by article).\n",
        rows.len(),
        macro_f1(&old),
        macro_f1(new),
        comparison.p.unwrap_or(1.0),
    );
    Ok((text, difference < 0.0))
}
