//! Tables: CSV files for spreadsheets, and the summary on the terminal.

use std::collections::BTreeMap;

use super::Tally;
use crate::aggregate::{ArticleStance, Counts, DateStance};

fn number(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| format!("{value:.4}"))
}

const COUNTS: [&str; 9] =
    ["claims", "against", "neutral", "favor", "undecided", "net", "expected", "intensity", "undecided_share"];

fn counts(c: &Counts) -> [String; 9] {
    [
        c.relevant().to_string(),
        c.against.to_string(),
        c.neutral.to_string(),
        c.favor.to_string(),
        c.undecided.to_string(),
        number(c.net()),
        number(c.expected()),
        number(c.intensity()),
        number(c.undecided_share()),
    ]
}

/// `articles.csv`: a row per article, target and holder (`all`, the classes `author` and `quoted`, then each name).
///
/// # Errors
/// Never for rows in memory; the signature is the csv crate's.
pub fn articles_csv(articles: &[ArticleStance]) -> Result<Vec<u8>, csv::Error> {
    let mut out = csv::Writer::from_writer(Vec::new());
    let fixed = ["article", "outlet", "date", "cluster", "language", "target", "holder_class", "holder"];
    out.write_record(fixed.iter().chain(&COUNTS))?;
    for row in articles {
        let mut write = |class: &str, holder: &str, c: &Counts| {
            let language = row.language.to_string();
            let head = [
                &row.article,
                row.outlet.as_deref().unwrap_or(""),
                row.date.as_deref().unwrap_or("undated"),
                &row.cluster,
                &language,
                &row.target,
                class,
                holder,
            ]
            .map(str::to_owned);
            out.write_record(head.iter().chain(&counts(c)))
        };
        write("all", "", &row.all)?;
        for (class, c) in [("author", &row.author), ("quoted", &row.quoted)] {
            if c.relevant() > 0 {
                write(class, "", c)?;
            }
        }
        for (holder, c) in &row.holders {
            write(holder.class(), &holder.to_string(), c)?;
        }
    }
    out.into_inner().map_err(|error| error.into_error().into())
}

/// `dates.csv`: a row per period, target and holder class.
///
/// # Errors
/// As [`articles_csv`].
pub fn dates_csv(dates: &[DateStance]) -> Result<Vec<u8>, csv::Error> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record([
        "period",
        "target",
        "holder_class",
        "articles",
        "units",
        "claims",
        "against",
        "neutral",
        "favor",
        "undecided",
        "net",
        "net_low",
        "net_high",
        "expected",
        "intensity",
        "undecided_share",
    ])?;
    for row in dates {
        let c = &row.counts;
        let whole = [row.articles, row.units, c.relevant(), c.against, c.neutral, c.favor, c.undecided];
        let rest = [
            row.net,
            row.interval.map(|i| i.low),
            row.interval.map(|i| i.high),
            row.expected,
            row.intensity,
            c.undecided_share(),
        ];
        let head = [&row.period, &row.target, &row.class].map(String::from);
        let fields = head.into_iter().chain(whole.map(|n| n.to_string())).chain(rest.map(number));
        out.write_record(fields)?;
    }
    out.into_inner().map_err(|error| error.into_error().into())
}

/// The table that a run prints: totals, then net stance per period and target.
#[must_use]
pub fn summary(tally: &Tally, dates: &[DateStance], names: &BTreeMap<String, String>) -> String {
    let mut text = format!(
        "{} articles read: {} accepted, {} repaired, {} rejected; {} undated, {} duplicates\n{} sentences, {} claims\n\n",
        tally.read,
        tally.accepted,
        tally.repaired,
        tally.rejected,
        tally.undated,
        tally.duplicates,
        tally.sentences,
        tally.claims,
    );
    text += &format!(
        "{:<10} {:<10} {:>8} {:>6} {:>4} {:>4} {:>4} {:>4} {:>6}  {}\n",
        "period", "target", "articles", "claims", "−", "0", "+", "?", "net", "95 % interval"
    );
    for row in dates.iter().filter(|row| row.class == "all") {
        let c = &row.counts;
        let interval = row.interval.map_or_else(|| "–".into(), |i| format!("{:+.2} to {:+.2}", i.low, i.high));
        text += &format!(
            "{:<10} {:<10} {:>8} {:>6} {:>4} {:>4} {:>4} {:>4} {:>6}  {}\n",
            row.period,
            names.get(&row.target).unwrap_or(&row.target),
            row.articles,
            c.relevant(),
            c.against,
            c.neutral,
            c.favor,
            c.undecided,
            row.net.map_or_else(|| "–".into(), |net| format!("{net:+.2}")),
            interval,
        );
    }
    text
}
