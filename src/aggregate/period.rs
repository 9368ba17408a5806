//! Periods of time, no finer than a date is known.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// How finely time is cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Granularity {
    /// Days: `2022-02-24`.
    Day,
    /// ISO 8601 weeks: `2022-W08`.
    Week,
    /// Months: `2022-02`.
    #[default]
    Month,
    /// Quarters: `2022-Q1`.
    Quarter,
    /// Years: `2022`.
    Year,
}

impl Granularity {
    /// The period of a date written as `2022`, `2022-02` or `2022-02-24`, and how fine it is: a date known less
    /// finely than asked falls into the finest period that it allows. None for anything else.
    #[must_use]
    pub fn period(self, date: &str) -> Option<(String, Self)> {
        let finest = match date.len() {
            4 => Self::Year,
            7 => Self::Month,
            10 => Self::Day,
            _ => return None,
        };
        let padded = format!("{date}{}", &"-01-01"[date.len().saturating_sub(4)..]);
        let day: Date = padded.parse().ok()?;
        let quarter = (day.month() + 2) / 3;
        let granularity = self.max(finest);
        let name = match granularity {
            Self::Day => day.to_string(),
            Self::Week => {
                let week = day.iso_week_date();
                format!("{:04}-W{:02}", week.year(), week.week())
            }
            Self::Month => format!("{:04}-{:02}", day.year(), day.month()),
            Self::Quarter => format!("{:04}-Q{quarter}", day.year()),
            Self::Year => format!("{:04}", day.year()),
        };
        Some((name, granularity))
    }
}

#[cfg(test)]
mod tests {
    use super::Granularity::*;

    #[test]
    fn periods_are_never_finer_than_the_date() {
        assert_eq!(Month.period("2022-02-24"), Some(("2022-02".into(), Month)));
        assert_eq!(Week.period("2021-01-01"), Some(("2020-W53".into(), Week)));
        assert_eq!(Quarter.period("2022-12"), Some(("2022-Q4".into(), Quarter)));
        assert_eq!(Day.period("2022-12"), Some(("2022-12".into(), Month)));
        assert_eq!(Week.period("2022-12"), Some(("2022-12".into(), Month)));
        assert_eq!(Day.period("2022"), Some(("2022".into(), Year)));
        assert_eq!(Year.period("2022-13"), None);
        assert_eq!(Year.period("soon"), None);
    }
}
