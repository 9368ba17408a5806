//! Periods as stretches of time: where they lie on an axis, what touches what, what they are called.

use jiff::civil::{Date, ISOWeekDate, Weekday, date};
use jiff::{ToSpan, Unit};

use super::ReportError;
use crate::aggregate::Granularity;

/// A period between two days, counted from 1970-01-01; `end` is the first day after it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Period {
    pub start: i32,
    pub end: i32,
    first: Date,
    granularity: Granularity,
}

/// Days from 1970-01-01 to `day`.
pub(super) fn day_number(day: Date) -> i32 {
    // Days are exact units: the difference of two civil dates in days cannot fail.
    day.since((Unit::Day, date(1970, 1, 1))).map_or(0, |span| span.get_days())
}

impl Period {
    /// Reads a period's name, as [`Granularity::period`] writes it.
    pub fn parse(name: &str, granularity: Granularity) -> Result<Self, ReportError> {
        Self::read(name, granularity).ok_or_else(|| ReportError::Period { period: name.to_owned() })
    }

    fn read(name: &str, granularity: Granularity) -> Option<Self> {
        let year: i16 = name.get(..4)?.parse().ok()?;
        let (first, length) = match granularity {
            Granularity::Day => (name.parse().ok()?, 1.day()),
            Granularity::Week => {
                let week = ISOWeekDate::new(year, name.get(6..)?.parse().ok()?, Weekday::Monday).ok()?;
                (week.date(), 1.week())
            }
            Granularity::Month => (Date::new(year, name.get(5..)?.parse().ok()?, 1).ok()?, 1.month()),
            Granularity::Quarter => {
                let quarter: i8 = name.get(6..)?.parse().ok()?;
                (Date::new(year, quarter.checked_sub(1)?.checked_mul(3)? + 1, 1).ok()?, 3.months())
            }
            Granularity::Year => (Date::new(year, 1, 1).ok()?, 1.year()),
        };
        let after = first.checked_add(length).ok()?;
        Some(Self { start: day_number(first), end: day_number(after), first, granularity })
    }

    /// Whether `next` begins where this ends and is as fine, so that a line may join them.
    pub fn touches(&self, next: &Self) -> bool {
        self.granularity == next.granularity && self.end == next.start
    }

    /// How fine it is.
    pub fn granularity(&self) -> Granularity {
        self.granularity
    }

    /// For reading: `24 February 2022`, `week 8 of 2022`, `February 2022`, `first quarter of 2022`, `2022`.
    pub fn label(&self) -> String {
        let day = self.first;
        match self.granularity {
            Granularity::Day => day.strftime("%-d %B %Y").to_string(),
            Granularity::Week => {
                let week = day.iso_week_date();
                format!("week {} of {}", week.week(), week.year())
            }
            Granularity::Month => day.strftime("%B %Y").to_string(),
            Granularity::Quarter => {
                let ordinal = ["first", "second", "third", "fourth"][(day.month() as usize - 1) / 3];
                format!("{ordinal} quarter of {}", day.year())
            }
            Granularity::Year => day.year().to_string(),
        }
    }
}

/// Marks for a time axis over `start..end` with room for `most` labels: day number and label, ascending.
pub(super) fn ticks(start: i32, end: i32, most: usize) -> Vec<(i32, String)> {
    let epoch = date(1970, 1, 1);
    let Ok(first) = epoch.checked_add(start.days()) else { return Vec::new() };
    let days = (end - start) as usize;
    if days <= 62 {
        let step = [1, 2, 7, 14, 31].into_iter().find(|step| days / step < most.max(1)).unwrap_or(62);
        let at = (start..end).step_by(step);
        return at
            .filter_map(|day| Some((day, epoch.checked_add(day.days()).ok()?.strftime("%-d %b").to_string())))
            .collect();
    }
    let months = days / 30;
    let step = [1, 2, 3, 6, 12, 24, 60, 120, 240].into_iter().find(|step| months / step < most).unwrap_or(600);
    // Months since year 0, rounded up to a multiple of the step, so that marks fall on Januaries and round years.
    let origin = i32::from(first.year()) * 12 + i32::from(first.month()) - 1 + i32::from(first.day() > 1);
    let step = step as i32;
    let mut month = origin.div_euclid(step) * step + if origin % step == 0 { 0 } else { step };
    let mut marks: Vec<(i32, String)> = Vec::new();
    while let Ok(day) = Date::new((month / 12) as i16, (month % 12 + 1) as i8, 1) {
        let at = day_number(day);
        if at >= end {
            break;
        }
        // The year stands with January, and with the first mark.
        let form = if step >= 12 || day.month() == 1 {
            "%Y"
        } else if marks.is_empty() {
            "%b %Y"
        } else {
            "%b"
        };
        marks.push((at, day.strftime(form).to_string()));
        month += step;
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::{Period, ticks};
    use crate::aggregate::Granularity::{self, *};

    fn period(name: &str, granularity: Granularity) -> Period {
        Period::parse(name, granularity).unwrap()
    }

    #[test]
    fn periods_touch_only_their_neighbours() {
        assert!(period("2021-12", Month).touches(&period("2022-01", Month)));
        assert!(!period("2021-12", Month).touches(&period("2022-02", Month)));
        assert!(period("2020-W53", Week).touches(&period("2021-W01", Week)));
        assert!(period("2021-Q4", Quarter).touches(&period("2022-Q1", Quarter)));
        assert!(!period("2021", Year).touches(&period("2022-01", Month)), "of another fineness");
        assert_eq!(period("2022-Q1", Quarter).label(), "first quarter of 2022");
    }

    #[test]
    fn a_name_that_is_no_period_is_refused() {
        for (name, granularity) in
            [("2022-13", Month), ("2022-Q5", Quarter), ("soon", Year), ("2022-W60", Week), ("2022", Day)]
        {
            assert!(Period::parse(name, granularity).is_err(), "{name}");
        }
    }

    #[test]
    fn ticks_are_round_and_few() {
        let (start, end) = (period("2020-03", Month).start, period("2025-06", Month).end);
        let labels: Vec<String> = ticks(start, end, 8).into_iter().map(|tick| tick.1).collect();
        assert_eq!(labels, ["2021", "2022", "2023", "2024", "2025"]);
        let (start, end) = (period("2021-11", Month).start, period("2022-04", Month).end);
        let labels: Vec<String> = ticks(start, end, 8).into_iter().map(|tick| tick.1).collect();
        assert_eq!(labels, ["Nov 2021", "Dec", "2022", "Feb", "Mar", "Apr"]);
    }
}
