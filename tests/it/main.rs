//! The one integration binary.

mod attribute;
mod clean;
mod evaluate;
mod ingest;
mod model;
mod report;
mod run;
mod segment;
mod support;
mod tag;
mod train;
