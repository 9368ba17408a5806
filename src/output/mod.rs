//! The run folder: what a run writes, and what `aggregate`, `evaluate` and `report` start from.

mod folder;
mod info;
mod table;

pub use folder::{OutputError, Run, WriteRun, check_free, jsonl, read_run, write_folder};
pub use info::{InputHash, RunInfo, Tally};
pub use table::{articles_csv, dates_csv, summary};
