//! Lines that are known by their own words: metadata, bylines, source lists.

use super::rules::{CleanRules, line_key};
use super::sentences;
use crate::schema::BlockKind;

/// Lines from the top and the bottom among which a byline or a publication line is sought.
const TOP: usize = 8;
const BOTTOM: usize = 4;
/// Characters of the longest byline, publication line or source.
const SHORT: usize = 120;

/// What a line is by its own words, given its number among `count` lines.
pub(super) fn kind(line: &str, number: usize, count: usize, rules: &CleanRules) -> Option<BlockKind> {
    let at_an_end = number < TOP || number + BOTTOM >= count;
    if line.chars().take(SHORT + 1).count() > SHORT {
        return None;
    }
    if rules.metadata_lines.contains(&line_key(line)) || is_numeric(line) {
        return Some(BlockKind::Metadata);
    }
    if at_an_end && rules.metadata_prefix.is_match(line) && line.contains(|c: char| c.is_ascii_digit()) {
        return Some(BlockKind::Metadata);
    }
    // The first line is rather a title ("By the river", "Von Minsk und Moskau").
    let may_be_byline = at_an_end && number > 0 && count > 1;
    if may_be_byline && (rules.byline_lines.contains(&line_key(line)) || rules.byline.is_match(line)) {
        return Some(BlockKind::Byline);
    }
    None
}

/// Only figures and their marks: "24-02-2022 | 14:05", "* * *" has none and is not meant.
fn is_numeric(line: &str) -> bool {
    let digits = line.chars().filter(char::is_ascii_digit).count();
    digits >= 4 && line.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || "./:,|–-".contains(c))
}

/// How a source list begins on a line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sources {
    /// "Bronnen: Reuters, BelTA".
    OnThisLine,
    /// "Bronnen", with the sources on the lines below.
    Below,
}

/// Whether a line begins a source list, and where its sources are.
pub(super) fn sources(line: &str, rules: &CleanRules) -> Option<Sources> {
    if is_link(line) {
        return Some(Sources::OnThisLine);
    }
    let header = rules.source_header.captures(line)?;
    match (header.name("colon").is_some(), header["rest"].trim().is_empty()) {
        (true, false) => Some(Sources::OnThisLine),
        (_, true) => Some(Sources::Below),
        (false, false) => None,
    }
}

/// Whether a line below a source header is a source: a link, a list item, or short and no sentence.
pub(super) fn is_source(line: &str) -> bool {
    let item = line.starts_with(['-', '–', '—', '*', '•', '·', '['])
        || line.split_once(['.', ')']).is_some_and(|(number, _)| number.parse::<u8>().is_ok());
    item || line.contains("://")
        || line.contains("www.")
        || (line.chars().take(SHORT + 1).count() <= SHORT && !sentences::ends_sentence(line))
}

fn is_link(line: &str) -> bool {
    !line.contains(' ') && (line.starts_with("http://") || line.starts_with("https://") || line.starts_with("www."))
}
