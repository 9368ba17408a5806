//! Pure folds: records to articles, articles to periods. Order never matters.

mod article;
mod bootstrap;
mod counts;
mod dates;
mod period;

pub use article::{ArticleStance, by_article};
pub use bootstrap::{Interval, mean_interval};
pub use counts::Counts;
pub use dates::{DateStance, Weighting, by_date};
pub use period::Granularity;
