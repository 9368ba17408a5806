//! Publication dates: where they stand, and how they are written.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;

use super::MonthsError;
use crate::schema::{DateOrigin, DatePrecision, PublicationDate, Repair};

/// Month names by which written-out dates are read, from data/months.toml or a file in its form.
#[derive(Clone, Debug)]
pub struct Months(HashMap<String, i8>);

impl Months {
    /// Reads twelve lists of names for each language.
    ///
    /// # Errors
    /// When the text is not TOML of that form, a language has not twelve months, or one word names two.
    pub fn parse(toml: &str) -> Result<Self, MonthsError> {
        let file: BTreeMap<String, Vec<Vec<String>>> = toml::from_str(toml)?;
        let mut months = HashMap::new();
        for (language, lists) in file {
            if lists.len() != 12 {
                return Err(MonthsError::Count { language, count: lists.len() });
            }
            for (number, name) in
                (1..).zip(lists).flat_map(|(number, names)| names.into_iter().map(move |n| (number, n)))
            {
                if months.insert(name.to_lowercase(), number).is_some_and(|other| other != number) {
                    return Err(MonthsError::Ambiguous { language, name });
                }
            }
        }
        Ok(Self(months))
    }

    fn number(&self, word: &str) -> Option<i8> {
        self.0.get(word.trim_end_matches('.')).copied()
    }
}

impl Default for Months {
    /// The embedded names.
    fn default() -> Self {
        // The file is compiled in and every test reads it: it cannot fail on a user's machine alone.
        #[allow(clippy::expect_used)]
        Self::parse(include_str!("../../data/months.toml")).expect("the embedded data/months.toml is valid")
    }
}

/// A date as far as it is written: month and day may be missing.
type Parts = (i16, Option<i8>, Option<i8>);

/// Reads a date as found at `origin`; what is wrong with it is added to `repairs`.
///
/// An impossible or unreadable date is no date. A date after `today` is kept and noted.
pub(super) fn read(
    text: &str,
    origin: DateOrigin,
    today: Date,
    months: &Months,
    repairs: &mut Vec<Repair>,
) -> Option<PublicationDate> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let mut note = |kind: &str, detail: String| repairs.push(Repair { kind: kind.into(), detail });
    let Some((parts, ambiguous)) = parts(text, months) else {
        note("date_unreadable", format!("'{text}' is not a date that can be read; treated as undated"));
        return None;
    };
    let Some(date) = check(parts, origin) else {
        note("date_impossible", format!("'{text}' does not exist in the calendar; treated as undated"));
        return None;
    };
    if ambiguous {
        note("date_ambiguous", format!("'{text}' read day first, as {date}"));
    }
    if date.first_day > today {
        note("date_future", format!("'{text}' lies after {today}; kept"));
    }
    Some(date)
}

/// The date that a file's name begins with: `2022-02-24_title`, `20220224-title`, `2022-02 title`.
///
/// Only the first form is a date for sure; the others may be numbers of an archive and must be in the calendar.
pub(super) fn in_file_name(stem: &str) -> Option<&str> {
    let end = stem.find(|c: char| !(c.is_ascii_digit() || c == '-')).unwrap_or(stem.len());
    let lengths: Vec<usize> = stem[..end].split('-').map(str::len).collect();
    let exists = |parts: Option<Parts>| parts.and_then(|parts| check(parts, DateOrigin::Filename)).is_some();
    match lengths[..] {
        [4, 2, 2, ..] => Some(&stem[..10]),
        [4, 2, ..] => Some(&stem[..7]).filter(|date| exists(numeric(date).map(|(parts, _)| parts))),
        [8, ..] => Some(&stem[..8]).filter(|date| exists(compact(date))),
        _ => None,
    }
}

fn check((year, month, day): Parts, origin: DateOrigin) -> Option<PublicationDate> {
    let precision = match (month, day) {
        (None, _) => DatePrecision::Year,
        (Some(_), None) => DatePrecision::Month,
        (Some(_), Some(_)) => DatePrecision::Day,
    };
    let first_day = Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).ok().filter(|_| year > 0)?;
    Some(PublicationDate { first_day, precision, origin })
}

/// The date's parts, and whether day and month could be the other way round.
fn parts(text: &str, months: &Months) -> Option<(Parts, bool)> {
    let lower = text.to_lowercase();
    if let Some(parts) = compact(&lower) {
        return Some((parts, false));
    }
    // The time of day and what follows it say nothing here: "2022-02-24T05:00:00+03:00", "24 februari 2022, 14:05".
    let tokens: Vec<&str> = lower
        .split(|c: char| c.is_whitespace() || c == ',' || c == '(' || c == ')')
        .filter(|token| !token.is_empty())
        .take_while(|token| !is_time(token))
        .collect();
    let first = tokens.first()?;
    let day_part = first.split_once('t').map_or(*first, |(day, time)| if is_time(time) { day } else { first });
    numeric(day_part).or_else(|| written(&tokens, months).map(|parts| (parts, false)))
}

fn is_time(token: &str) -> bool {
    token
        .split_once(':')
        .is_some_and(|(hour, _)| matches!(hour.len(), 1 | 2) && hour.bytes().all(|b| b.is_ascii_digit()))
}

/// `20220224`.
fn compact(text: &str) -> Option<Parts> {
    let digits = text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| Some((text[..4].parse().ok()?, text[4..6].parse().ok(), text[6..].parse().ok())))?
}

/// `2022`, `2022-02`, `2022/02/24`, `24.02.2022`, `24-02-2022`, `24/02/2022`; with strokes also `02/24/2022`.
fn numeric(text: &str) -> Option<(Parts, bool)> {
    let text = text.trim_end_matches('.');
    let mark = text.chars().find(|c| !c.is_ascii_digit()).unwrap_or('-');
    if !matches!(mark, '-' | '/' | '.') {
        return None;
    }
    let fields: Vec<&str> = text.split(mark).collect();
    if !fields.iter().all(|field| !field.is_empty() && field.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let small = |field: &str| if field.len() <= 2 { field.parse::<i8>().ok() } else { None };
    match fields[..] {
        [year] if year.len() == 4 => Some(((year.parse().ok()?, None, None), false)),
        [year, month] if year.len() == 4 => Some(((year.parse().ok()?, Some(small(month)?), None), false)),
        [month, year] if year.len() == 4 => Some(((year.parse().ok()?, Some(small(month)?), None), false)),
        [year, month, day] if year.len() == 4 => {
            Some(((year.parse().ok()?, Some(small(month)?), Some(small(day)?)), false))
        }
        [left, right, year] if year.len() == 4 => {
            let (left, right, year) = (small(left)?, small(right)?, year.parse().ok()?);
            // Only American dates are written month first, and only with strokes.
            let month_first = mark == '/' && right > 12 && left <= 12;
            let (day, month) = if month_first { (right, left) } else { (left, right) };
            let ambiguous = mark == '/' && left <= 12 && right <= 12 && left != right;
            Some(((year, Some(month), Some(day)), ambiguous))
        }
        _ => None,
    }
}

/// "donderdag 24 februari 2022", "February 24, 2022", "24. Februar 2022", "24 лютага 2022 г.", "1er mars 2022".
fn written(tokens: &[&str], months: &Months) -> Option<Parts> {
    let at = tokens.iter().position(|token| months.number(token).is_some())?;
    let month = months.number(tokens[at])?;
    let day_of = |token: &str| {
        let digits = token.trim_end_matches(|c: char| !c.is_ascii_digit());
        let ordinal = &token[digits.len()..];
        // "24.", "1er", "24th", "24-го": figures, then a mark or a short ending.
        if digits.len() <= 2 && ordinal.chars().count() <= 3 { digits.parse::<i8>().ok() } else { None }
    };
    let year_of = |token: &&str| {
        let digits = token.trim_end_matches(|c: char| !c.is_ascii_digit());
        if digits.len() == 4 { digits.parse::<i16>().ok() } else { None }
    };
    let year = tokens[at + 1..].iter().take(2).find_map(year_of)?;
    let before = at.checked_sub(1).and_then(|i| day_of(tokens[i]));
    let after = tokens.get(at + 1).and_then(|token| day_of(token));
    Some((year, Some(month), before.or(after)))
}
