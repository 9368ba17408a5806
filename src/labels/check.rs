//! Refuses labels that would make a score or a model worth nothing.

use std::collections::HashMap;
use std::fmt;

use super::{LabelRow, Split};

/// One problem, with its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    place: String,
    text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.text)
    }
}

impl Problem {
    pub(super) fn malformed(place: String, cause: &str) -> Self {
        let text = match nearest_label(cause) {
            Some(label) => format!("{cause}; did you mean '{label}'?"),
            None => cause.to_owned(),
        };
        Self { place, text }
    }
}

/// The label that an "unknown variant" message most likely meant: the one with the most common leading letters.
fn nearest_label(cause: &str) -> Option<&'static str> {
    let unknown = cause.strip_prefix("unknown variant `")?.split('`').next()?.to_lowercase();
    let common = |label: &str| label.chars().zip(unknown.chars()).take_while(|(a, b)| a == b).count();
    ["against", "neutral", "favor", "none"]
        .into_iter()
        .filter(|label| common(label) >= 2)
        .max_by_key(|label| common(label))
}

/// All contradictions among rows: repeated ids, articles and sentences in two splits, relevant rows without presence.
#[must_use]
pub fn check(rows: &[(String, LabelRow)]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut ids: HashMap<&str, &str> = HashMap::new();
    let mut articles: HashMap<&str, (Split, &str)> = HashMap::new();
    let mut texts: HashMap<(String, &str), (Split, &str, &LabelRow)> = HashMap::new();
    for (place, row) in rows {
        let mut report = |text: String| problems.push(Problem { place: place.clone(), text });
        if let Some(first) = ids.insert(&row.id, place) {
            report(format!("id '{}' was used at {first}", row.id));
        }
        let (split, first) = articles.entry(&row.article).or_insert((row.split, place));
        if *split != row.split {
            report(format!(
                "article '{}' is in split {split:?} at {first}, here in {:?}: the splits leak",
                row.article, row.split
            ));
        }
        if row.text.trim().is_empty() {
            report("the text is empty".into());
        }
        let relevant = row.label.is_some_and(|label| label.stance().is_some());
        if let Some(mention) = &row.mention
            && !row.text.contains(mention.as_str())
        {
            report(format!("the mention '{mention}' does not stand in the text"));
        }
        // Very short sentences ("No comment.") recur in honest data.
        if row.text.chars().count() < 25 {
            continue;
        }
        let key = (row.text.to_lowercase(), row.target.as_str());
        let (split, first, other) = texts.entry(key).or_insert((row.split, place, row));
        if *split != row.split {
            report(format!("the same text and target is in split {split:?} at {first}: the splits leak"));
        } else if other.label != row.label && relevant && other.article == row.article && other.mention == row.mention {
            report(format!("the same text and target has another label at {first}"));
        }
    }
    problems
}
