//! `standpunt train`

use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::Instant;

use super::{print, setup, stopped};
use crate::cli::TrainArgs;
use crate::evaluate::{self, Bootstrap, Item, score};
use crate::output::{OutputError, check_free};
use crate::tag::{MODEL_TOML, Tagger as _, Transformer, TransformerOptions};
use crate::train::{Counts, Course, Examples, Row, SeedScore, SourceFile, Story, TrainOptions, Trained};

pub fn run(args: &TrainArgs) -> anyhow::Result<u8> {
    check_free(&args.out)?;
    let targets = setup::targets(args.targets.as_deref())?;
    let sources: Vec<SourceFile> = args.labels.iter().map(|text| SourceFile::parse(text)).collect();
    let examples = Examples::read(&sources, &targets)?;
    let options = options(args);
    let course = Course::new(&options, &examples)?;
    describe(&course, &options)?;
    if args.dry_run {
        let minutes = course.time()?.as_secs_f64() * args.seeds.len() as f64 / 60.0;
        print(&format!("about {minutes:.1} min at most on {} threads\n", options.threads))?;
        return Ok(0);
    }
    let halfway = halfway(args);
    let mut best: Option<(Trained, Vec<Item>)> = None;
    let mut seeds = Vec::new();
    let mut cut_short = false;
    for &seed in &args.seeds {
        let started = Instant::now();
        let file = halfway.join(format!("seed-{seed}.safetensors"));
        let trained = course.train(seed, Some(&file), &stopped)?;
        let test = trained.predict(&course)?;
        seeds.push(SeedScore { seed, dev: trained.dev_score(), test: macro_f1(&test) });
        print(&told(seed, &trained, &test, started.elapsed().as_secs_f64()))?;
        cut_short = trained.stopped;
        if best.as_ref().is_none_or(|(kept, _)| trained.dev_score() > kept.dev_score()) {
            best = Some((trained, test));
        }
        if cut_short {
            print(&format!(
                "stopped; to go on later, run the same command while {} does not exist\n",
                args.out.display()
            ))?;
            break;
        }
    }
    let Some((mut trained, test)) = best else { anyhow::bail!("no seed given\n  give --seeds 1") };
    if seeds.len() > 1 {
        print(&format!("mean of {} seeds (and standard deviation): {}\n", seeds.len(), SeedScore::mean(&seeds)))?;
    }
    let (comparison, worse) = compare(&options, &course.test, &test)?;
    print(&comparison)?;
    let unchanged = trained.progress.best.is_some_and(|(_, epoch)| epoch == 0);
    if unchanged {
        print("no epoch was better on dev than the model it started from\n")?;
    }
    let status = if unchanged || worse && !args.accept_worse {
        print("the new model is no better and was not written; --accept-worse writes it all the same\n")?;
        3
    } else {
        let story = Story {
            options: &options,
            sources: &sources,
            examples: &examples,
            seeds: &seeds,
            test: &test,
            comparison: &comparison,
        };
        trained.write(&args.out, &story)?;
        print(&format!("written to {}\n", args.out.display()))?;
        0
    };
    if !cut_short && halfway.exists() {
        fs::remove_dir_all(&halfway)
            .map_err(|error| OutputError::Unwritable { path: halfway.clone(), source: error })?;
    }
    Ok(status)
}

/// Where an unfinished training lies: beside the model to be.
fn halfway(args: &TrainArgs) -> PathBuf {
    let mut name = args.out.file_name().unwrap_or_default().to_owned();
    name.push(".training");
    args.out.with_file_name(name)
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
        pooling: args.pooling,
        previous: args.previous,
        no_target: args.no_target,
        hold_start: !(args.accept_worse || args.random),
        random: args.random,
        precision: args.precision,
        threads,
    }
}

/// What would be used: rows, balance, truncation.
fn describe(course: &Course, options: &TrainOptions) -> anyhow::Result<()> {
    for (name, rows) in [("train", &course.train), ("dev", &course.dev), ("test", &course.test)] {
        let [against, neutral, favor] = Counts::of(rows.iter().map(|row| row.example)).0;
        let tokens: usize = rows.iter().map(|row| row.encoded.ids.len()).sum();
        let cut = rows.iter().filter(|row| row.encoded.cut).count();
        print(&format!(
            "{name:5} {:>6} rows: {against} against, {neutral} neutral, {favor} favor; {:.0} tokens a row, {cut} cut at {}\n",
            rows.len(),
            tokens as f64 / rows.len().max(1) as f64,
            course.bundle.max_length,
        ))?;
    }
    print(&format!("{} epochs of {} batches\n", options.epochs, course.train.len().div_ceil(options.batch)))
}

/// A line on one seed.
fn told(seed: u64, trained: &Trained, test: &[Item], seconds: f64) -> String {
    let progress = &trained.progress;
    let start = progress.start.map_or(String::new(), |score| format!(" {score:.3} before,"));
    let dev: Vec<String> = progress.dev.iter().map(|score| format!("{score:.3}")).collect();
    let test = macro_f1(test).map_or("no test rows".to_owned(), |f1| format!("test {f1:.3}"));
    format!("seed {seed}: dev macro-F1{start} by epoch {}; {test}; {seconds:.0} s\n", dev.join(", "))
}

fn macro_f1(items: &[Item]) -> Option<f64> {
    score::forced(items, Bootstrap::default()).macro_f1.map(|f1| f1.value)
}

/// Scores the model that training started from on the same test rows, where it is one.
fn compare(options: &TrainOptions, rows: &[Row], new: &[Item]) -> anyhow::Result<(String, bool)> {
    let figure = |items: &[Item]| macro_f1(items).unwrap_or(f64::NAN);
    if !options.from.join(MODEL_TOML).exists() || rows.is_empty() {
        return Ok((format!("Test macro-F1 {:.3} on {} rows.\n", figure(new), rows.len()), false));
    }
    let base = Transformer::load(&options.from, TransformerOptions::default())?;
    let pairs: Vec<_> = rows.iter().map(|row| row.example.pair.clone()).collect();
    let mut old = new.to_vec();
    for (row, probabilities) in old.iter_mut().zip(base.tag(&pairs)?) {
        row.probabilities = probabilities;
    }
    let comparison = evaluate::compare::compare(new, &old, Bootstrap::default())?;
    let difference = comparison.difference.map_or(0.0, |estimate| estimate.value);
    let text = format!(
        "Test macro-F1 on {} rows: {:.3} for the model it started from, {:.3} now; difference {difference:+.3}, p = {:.3} (approximate randomisation by article).\n",
        rows.len(),
        figure(&old),
        figure(new),
        comparison.p.unwrap_or(1.0),
    );
    Ok((text, difference < 0.0))
}
