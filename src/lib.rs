//! `standpunt` tags each sentence of a news corpus with its stance toward the targets of a study, says who holds it,
//! and follows it over time. The pipeline runs one way, with one type per step:
//!
//! 1. [`ingest`] reads files, tables and web pages into [`schema::Article`]s and says what became of every input.
//! 2. [`clean`] tells title, lead and body from captions, bylines and pull quotes: a [`schema::Document`].
//! 3. [`segment`](mod@segment) cuts the body into [`schema::Sentence`]s.
//! 4. [`attribute`](mod@attribute) finds the sentences that bear on a target, and whose position each is: [`schema::Claim`]s.
//! 5. [`tag`] gives each claim a distribution over against, neutral and favor: [`schema::StanceRecord`]s.
//! 6. [`aggregate`] folds records into articles and articles into periods, with intervals.
//! 7. [`output`] writes a run folder, from which `evaluate` and `report` start.
//!
//! [`pipeline`] joins steps 2 to 5; [`train`] makes models from [`labels`]. Spans lead every row back to the bytes of
//! the file it came from.
//!
//! ```
//! use standpunt::attribute::{Lexicon as Speech, Targets};
//! use standpunt::clean::CleanRules;
//! use standpunt::ingest::{self, IngestOptions};
//! use standpunt::pipeline::{Judge, Rules};
//! use standpunt::tag::{Lexicon, Thresholds};
//!
//! let folder = tempfile::tempdir()?;
//! let file = folder.path().join("2022-03-11_bezoek.txt");
//! std::fs::write(&file, "Minsk prijst Moskou. De Europese Unie veroordeelde het bezoek aan Rusland.")?;
//!
//! let rules = Rules { clean: CleanRules::default(), targets: Targets::embedded(), speech: Speech::embedded(), language: None };
//! let mut judge = Judge { taggers: vec![Box::new(Lexicon::embedded()?)], thresholds: Thresholds::default() };
//! let options = IngestOptions::new("2026-01-01".parse()?);
//! for read in ingest::read(&[file.display().to_string()], &options)? {
//!     let (article, _repairs) = read.map_err(|rejection| rejection.to_string())?;
//!     let analysis = rules.analyse(article);
//!     let records = judge.tag(&rules, &[analysis], &|| ())?.concat();
//!     assert_eq!(records[0].mention, "Moskou");
//!     assert_eq!(records[0].date.as_deref(), Some("2022-03-11"));
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod aggregate;
pub mod attribute;
pub mod clean;
pub mod cli;
pub mod commands;
pub mod config;
pub mod evaluate;
pub mod ingest;
pub mod labels;
pub mod output;
pub mod pipeline;
pub mod report;
pub mod schema;
pub mod segment;
pub mod tag;
pub mod train;
