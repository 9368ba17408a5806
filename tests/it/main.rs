//! The one integration binary.

#![allow(clippy::unwrap_used, reason = "a test that cannot unwrap fails, which is its purpose")]

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
