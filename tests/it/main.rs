//! The one integration binary.

mod attribute;
mod clean;
mod evaluate;
mod ingest;
mod report;
mod segment;
mod tag;
