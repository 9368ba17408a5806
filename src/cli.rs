//! What can be typed. What it means is decided in `commands`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

use crate::aggregate::{Granularity, Weighting};
use crate::labels::Split;
use crate::schema::Language;
use crate::tag::{Pooling, Precision};

/// Claim stance in news articles: sentence by sentence, by holder, over time.
#[derive(Debug, Parser)]
#[command(name = "standpunt", version, about, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Analyse articles: sentences, claims, stances, and their course over time
    Run(RunArgs),
    /// Show one article through every stage
    Inspect(InspectArgs),
    /// Check configuration, data, model and inputs before a long run
    Check(CheckArgs),
    /// Fine-tune a model on coded labels
    Train(TrainArgs),
    /// Score a model against coded labels, from raw articles on or by itself
    Evaluate(EvaluateArgs),
    /// Draw from a run what to label next
    Sample(SampleArgs),
    /// Show a run as pages: charts, holders, and every sentence behind them
    Report(ReportArgs),
    /// Print the configuration file with every default
    #[command(
        after_help = "Example:\n  standpunt config > standpunt.toml\n  standpunt run articles/ --config standpunt.toml --out results"
    )]
    Config,
    /// Print shell completions
    #[command(after_help = "Example:\n  standpunt completions bash > /etc/bash_completion.d/standpunt")]
    Completions {
        /// The shell.
        shell: Shell,
    },
}

/// What all verbs that analyse articles share.
#[derive(Clone, Debug, Default, Args)]
pub struct Analysis {
    /// Configuration file; `standpunt config` prints one
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Model folder, or `lexicon` for the cue-word baseline [default: the embedded model]
    #[arg(long, value_name = "FOLDER")]
    pub model: Option<PathBuf>,
    /// Targets file [default: Russia and the West]
    #[arg(long, value_name = "FILE")]
    pub targets: Option<PathBuf>,
    /// Language of all articles (nl, en, de, fr, ru, uk, pl, be) [default: detected per article]
    #[arg(long, value_name = "CODE")]
    pub language: Option<Language>,
    /// Arithmetic of the model
    #[arg(long, value_enum)]
    pub precision: Option<Precision>,
    /// Scoring threads; 0 is one a core
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

/// `standpunt run`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  standpunt run articles/ --out results
  standpunt run 'news/2022-*.txt' more.jsonl --out results --period quarter
  cat article.txt | standpunt run - --out results

Reads .txt, .md, .jsonl, .csv, .tsv and .html. Writes a folder with records.jsonl (a row per claim), texts.jsonl,
articles.csv, dates.csv, ledger.jsonl (what became of every input) and run.toml.
Exit status: 0 done, 3 done but some inputs were rejected, 4 nothing readable, 5 bad model, 6 bad output folder.")]
pub struct RunArgs {
    /// Files, folders, globs, or `-` for standard input
    #[arg(required = true)]
    pub inputs: Vec<String>,
    /// Folder to write; must not exist yet
    #[arg(long, value_name = "FOLDER")]
    pub out: PathBuf,
    /// How finely time is cut
    #[arg(long, value_enum)]
    pub period: Option<Granularity>,
    /// Whether copies of one text count once or each
    #[arg(long, value_enum)]
    pub duplicates: Option<Weighting>,
    /// Shared options.
    #[command(flatten)]
    pub analysis: Analysis,
}

/// `standpunt inspect`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  standpunt inspect article.txt
  standpunt inspect article.txt --json | jq '.[0].sentences[].claims'")]
pub struct InspectArgs {
    /// A file, or `-` for standard input
    pub file: String,
    /// Machine-readable: blocks, sentences and claims with their spans
    #[arg(long)]
    pub json: bool,
    /// Shared options.
    #[command(flatten)]
    pub analysis: Analysis,
}

/// `standpunt check`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  standpunt check
  standpunt check articles/ --model my-model --targets china-us.toml
  standpunt check --labels data/labels")]
pub struct CheckArgs {
    /// Inputs to read without analysing them
    pub inputs: Vec<String>,
    /// Label files or folders to check for duplicates, leaks and unknown labels
    #[arg(long, value_name = "PATH")]
    pub labels: Vec<PathBuf>,
    /// Shared options.
    #[command(flatten)]
    pub analysis: Analysis,
}

/// `standpunt train`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  standpunt train --from models/standpunt-mini --labels my-labels.jsonl --out my-model
  standpunt train --from xlm-roberta-base/ --labels data/labels --labels public.jsonl=0.3 --out my-model
  standpunt train --from models/standpunt-mini --labels data/labels --out my-model --dry-run

Rows of split `train` are learned from, `dev` chooses the epoch and the temperatures, `test` scores old and new model.")]
pub struct TrainArgs {
    /// Model folder to start from: a classifier of ours, or a plain Hugging Face encoder
    #[arg(long, value_name = "FOLDER")]
    pub from: PathBuf,
    /// Label file or folder, with an optional weight: PATH or PATH=WEIGHT
    #[arg(long, value_name = "PATH[=WEIGHT]", required = true)]
    pub labels: Vec<String>,
    /// Folder to write; must not exist yet
    #[arg(long, value_name = "FOLDER")]
    pub out: PathBuf,
    /// Name of the new model
    #[arg(long, default_value = "stance-model")]
    pub id: String,
    /// Targets file, for the targets' names
    #[arg(long, value_name = "FILE")]
    pub targets: Option<PathBuf>,
    /// Passes over the training rows, at most
    #[arg(long, default_value_t = 4)]
    pub epochs: usize,
    /// Rows in a batch
    #[arg(long, default_value_t = 32)]
    pub batch: usize,
    /// Peak learning rate of the top layer
    #[arg(long, default_value_t = 1e-4)]
    pub rate: f64,
    /// Learning rate of each layer relative to the one above it
    #[arg(long, default_value_t = 0.9)]
    pub layer_decay: f64,
    /// Epochs without a better dev score after which to stop
    #[arg(long, default_value_t = 2)]
    pub patience: usize,
    /// Longest input in tokens, for a base that is no model of ours yet
    #[arg(long, default_value_t = 128)]
    pub max_length: usize,
    /// What the classification head reads, for a base that is no model of ours yet; `mention` needs a BERT with the tokens [T] and [/T]
    #[arg(long, value_enum, default_value = "first")]
    pub pooling: Pooling,
    /// Let the model read the sentence before, too
    #[arg(long)]
    pub previous: bool,
    /// Hide the target from the model, to measure what it adds
    #[arg(long)]
    pub no_target: bool,
    /// Start from random weights, to measure what the base adds
    #[arg(long)]
    pub random: bool,
    /// Seeds; with several, each is trained and the best on dev is kept
    #[arg(long, value_delimiter = ',', default_value = "1")]
    pub seeds: Vec<u64>,
    /// Arithmetic of training; weights are kept in f32 in any case
    #[arg(long, value_enum, default_value = "auto")]
    pub precision: Precision,
    /// Training threads; 0 is one a core
    #[arg(long, default_value_t = 0)]
    pub threads: usize,
    /// Write the new model even where it is no better than the one it starts from
    #[arg(long)]
    pub accept_worse: bool,
    /// Show what would be used, class balance, truncation and time, and stop
    #[arg(long)]
    pub dry_run: bool,
}

/// `standpunt evaluate`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  standpunt evaluate --labels data/labels --out evaluation/reports/mini
  standpunt evaluate --labels data/labels --articles data/labels/articles --out report
  standpunt evaluate --labels mine.jsonl --model my-model --against models/standpunt-mini --out report

Without --articles the stance alone is scored, on the coded pairs. With --articles the raw articles (whose ids are those of
the labels) go through every step, and segmentation, relevance, voice, holder and stance are each scored.
Writes report.json, report.md and report.html.")]
pub struct EvaluateArgs {
    /// Label files or folders
    #[arg(long, value_name = "PATH", required = true)]
    pub labels: Vec<PathBuf>,
    /// Raw articles of the labels, to score every step end to end
    #[arg(long, value_name = "PATH")]
    pub articles: Vec<String>,
    /// Which rows to score
    #[arg(long, value_enum, default_value = "test")]
    pub split: Split,
    /// Another model to compare with on the same rows
    #[arg(long, value_name = "FOLDER")]
    pub against: Option<PathBuf>,
    /// Name of the report [default: the output folder's]
    #[arg(long)]
    pub name: Option<String>,
    /// Slices with fewer pairs carry no figure
    #[arg(long, default_value_t = 20)]
    pub least: usize,
    /// Folder for the report; its files are replaced
    #[arg(long, value_name = "FOLDER")]
    pub out: PathBuf,
    /// Shared options.
    #[command(flatten)]
    pub analysis: Analysis,
}

/// `standpunt sample`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  standpunt sample results --out to-label
  standpunt sample results --articles 80 --claims 300 --known data/labels --out to-label

Writes two label files that are never to be mixed: random.jsonl (whole articles drawn at random, with their inclusion
probability: to evaluate, and to correct the index in `standpunt report`) and training.jsonl (uncertain and novel claims: to
train). Fill in `label`: against, neutral, favor, or none.")]
pub struct SampleArgs {
    /// Run folder
    pub run: PathBuf,
    /// Articles in the random stream
    #[arg(long, default_value_t = 50)]
    pub articles: usize,
    /// Claims in the training stream
    #[arg(long, default_value_t = 200)]
    pub claims: usize,
    /// Labels that exist already
    #[arg(long, value_name = "PATH")]
    pub known: Vec<PathBuf>,
    /// Seed of the draw
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Folder to write; must not exist yet
    #[arg(long, value_name = "FOLDER")]
    pub out: PathBuf,
}

/// `standpunt report`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  standpunt report results --out results-report
  standpunt report results --labels to-label/random.jsonl --period quarter --out results-report

Writes report.html (open it in a browser; nothing is fetched), the charts as separate SVG files, and, with --labels, index.csv:
the index corrected for the classifier's errors by the coded random sample, beside the raw one.")]
pub struct ReportArgs {
    /// Run folder
    pub run: PathBuf,
    /// The random stream of `standpunt sample`, filled in, to correct the index by
    #[arg(long, value_name = "PATH")]
    pub labels: Vec<PathBuf>,
    /// How finely time is cut [default: as in the run]
    #[arg(long, value_enum)]
    pub period: Option<Granularity>,
    /// Folder to write; must not exist yet
    #[arg(long, value_name = "FOLDER")]
    pub out: PathBuf,
}
