//! `standpunt` tags each sentence of a news corpus with its stance toward the targets of a study.

pub mod aggregate;
pub mod attribute;
pub mod clean;
pub mod config;
pub mod evaluate;
pub mod ingest;
pub mod labels;
pub mod report;
pub mod schema;
pub mod segment;
pub mod tag;
pub mod train;
