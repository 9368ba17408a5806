//! How fast the embedded model scores and is retrained: `cargo bench`. A retraining takes a minute or more, so each is
//! timed once, without a benchmark harness.

use std::path::{Path, PathBuf};
use std::time::Instant;

use standpunt::attribute::Targets;
use standpunt::tag::{Pair, Pooling, Precision, Tagger, Transformer, TransformerOptions};
use standpunt::train::{Course, Examples, SourceFile, TrainOptions};

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn examples(rows: usize) -> Examples {
    let source = SourceFile { path: path("data/labels"), weight: 1.0 };
    let mut examples = Examples::read(&[source], &Targets::embedded()).expect("the project's labels");
    // Every language and stance, in the proportions of the whole.
    let step = (examples.train.len() / rows).max(1);
    examples.train = examples.train.into_iter().step_by(step).take(rows).collect();
    examples
}

/// Claims a second on one thread, the best of three.
fn score() {
    let pairs: Vec<Pair> = examples(512).train.into_iter().map(|example| example.pair).collect();
    let model = Transformer::load(&path("models/standpunt-mini"), TransformerOptions::default()).expect("the model");
    let time = (0..3).map(|_| {
        let started = Instant::now();
        model.tag(&pairs).expect("a distribution each");
        started.elapsed().as_secs_f64()
    });
    let fastest = time.fold(f64::INFINITY, f64::min);
    println!("score: {:.0} claims/s on one thread", pairs.len() as f64 / fastest);
}

/// The command's defaults on 1,000 labels, whole: under three minutes on two cores is the aim.
fn retrain() {
    let options = TrainOptions {
        from: path("models/standpunt-mini"),
        id: "bench".into(),
        epochs: 4,
        batch: 32,
        rate: 1e-4,
        layer_decay: 0.9,
        patience: 4,
        max_length: 128,
        pooling: Pooling::First,
        previous: false,
        no_target: false,
        hold_start: true,
        random: false,
        precision: Precision::Auto,
        threads: std::thread::available_parallelism().map_or(1, usize::from),
    };
    let mut examples = examples(1000);
    examples.dev.truncate(200);
    let started = Instant::now();
    let course = Course::new(&options, &examples).expect("the base");
    let trained = course.train(1, None, &|| false).expect("a model");
    println!(
        "retrain: {:.0} s for {} labels, {} epochs, on {} threads",
        started.elapsed().as_secs_f64(),
        course.train.len(),
        trained.progress.epoch,
        options.threads
    );
}

fn main() {
    score();
    retrain();
}
