//! The word lists by which blocks are recognised, made ready for matching.

use std::collections::{BTreeMap, HashSet};

use regex::Regex;
use serde::Deserialize;

/// Word lists grouped by language; the groups only help the reader.
type Lists = BTreeMap<String, Vec<String>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesFile {
    credit: Credit,
    caption: Caption,
    byline: Byline,
    sources: Sources,
    metadata: Metadata,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Credit {
    labels: Lists,
    agencies: Lists,
    particles: Lists,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Caption {
    positions: Lists,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Byline {
    prefixes: Lists,
    particles: Lists,
    lines: Lists,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sources {
    headers: Lists,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Metadata {
    prefixes: Lists,
    lines: Lists,
}

/// Why a rules file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// Not TOML, or not the tables that data/blocks.toml has.
    #[error("the block rules are not valid: {0}")]
    Syntax(#[from] toml::de::Error),
    /// The lists make a pattern that is too large.
    #[error("the word lists of the block rules are too long: {0}")]
    Pattern(#[from] regex::Error),
}

/// The rules of data/blocks.toml, or of a file in its form.
#[derive(Debug)]
pub struct CleanRules {
    /// A credit at the end of a line, in the group `credit`.
    pub(super) credit_at_end: Vec<Regex>,
    /// A credit with text after it: groups `before`, `credit`, `after`.
    pub(super) credit_in_front: Regex,
    /// A label with a colon at the start of a line.
    pub(super) label_first: Regex,
    /// "(2e l.)".
    pub(super) position: Regex,
    pub(super) byline: Regex,
    pub(super) byline_lines: HashSet<String>,
    /// A header, the colon and what follows it in the groups `colon` and `rest`.
    pub(super) source_header: Regex,
    pub(super) metadata_prefix: Regex,
    pub(super) metadata_lines: HashSet<String>,
}

impl CleanRules {
    /// Reads rules in the form of data/blocks.toml.
    ///
    /// # Errors
    /// When the text is not TOML of that form.
    pub fn parse(toml: &str) -> Result<Self, RulesError> {
        let file: RulesFile = toml::from_str(toml)?;
        let label = any_of(&file.credit.labels);
        let agency = any_of(&file.credit.agencies);
        let particle = any_of(&file.credit.particles);
        // "Jan Jansen", "J. de Vries", "ANP/EPA", "AFP via Getty Images".
        let name = format!(r"(?:[\p{{Lu}}«][\p{{L}}\p{{M}}.’'»-]*|(?i:{agency})|{particle}|[/|,&+–-])");
        let names = format!(r"{name}(?:\s*[/|,]?\s*{name}){{0,7}}");
        let agencies = format!(r"{agency}(?:(?:\s*[/|,]\s*|\s+)(?:{particle}\s+)?{agency})*");
        let sentence_end = r#"(?:^|[.!?…»”"’)\]]\s+)"#;
        let end = r"[)\]]?\.?\s*$";
        let credit_at_end = [
            // A label with a colon and a maker.
            format!(r"(?:^|[\s.!?])(?P<credit>[(\[]?(?i:{label})\s?:\s*{names}{end})"),
            // A label and an agency, wherever the label stands.
            format!(r"(?:^|[\s.!?])(?P<credit>[(\[]?{label}\s*(?:{names}\s*/\s*)?{agencies}{end})"),
            // A label and names, where a sentence might begin; a full stop would make it one.
            format!(r"{sentence_end}(?P<credit>[(\[]?{label}\s+{names}[)\]]?\s*$)"),
            // An agency and a name joined by a stroke: "REUTERS/Jane Doe", "Jan Jansen/ANP".
            format!(r"{sentence_end}(?P<credit>[(\[]?(?:{agency}\s*/\s*{names}|{names}\s*/\s*{agencies})[)\]]?\s*$)"),
        ];
        let byline_particle = any_of(&file.byline.particles);
        let prefix = any_of(&file.byline.prefixes);
        let person = format!(r"(?:[\p{{Lu}}«][\p{{L}}\p{{M}}.’'»-]*[,;:]?|{byline_particle}[,;:]?|[/|&–-])");
        Ok(Self {
            credit_at_end: credit_at_end.iter().map(|pattern| Regex::new(pattern)).collect::<Result<_, _>>()?,
            credit_in_front: Regex::new(&format!(
                r#"^(?P<before>(?s:.{{0,300}}?[.!?…»”"’)\]]\s+)?)(?P<credit>[(\[]?{label}\s?:?\s*{agencies}[)\]]?)(?P<after>[.\s]\s*["“„«‘]?\p{{Lu}})"#
            ))?,
            label_first: Regex::new(&format!(r"^[(\[]?(?i:{label})\s?:"))?,
            position: Regex::new(&format!(r"\((?:{})\)", any_of(&file.caption.positions)))?,
            byline: Regex::new(&format!(r"^[(\[–—-]?\s*{prefix}\s+{person}(?:\s+{person}){{0,9}}[)\]]?\.?$"))?,
            byline_lines: whole_lines(&file.byline.lines),
            source_header: Regex::new(&format!(
                r"^(?i:{})\s*(?P<colon>:)?\s*(?P<rest>.*)$",
                any_of(&file.sources.headers)
            ))?,
            metadata_prefix: Regex::new(&format!(r"^(?i:{})[\s:]", any_of(&file.metadata.prefixes)))?,
            metadata_lines: whole_lines(&file.metadata.lines),
        })
    }
}

impl Default for CleanRules {
    /// The embedded rules.
    fn default() -> Self {
        // The file is compiled in and every test runs it: it cannot fail on a user's machine alone.
        #[allow(clippy::expect_used)]
        Self::parse(include_str!("../../data/blocks.toml")).expect("the embedded data/blocks.toml is valid")
    }
}

/// A group that matches any word of the lists, the longest first. A letter at an end of a word ends a word.
fn any_of(lists: &Lists) -> String {
    let mut words: Vec<&str> = lists.values().flatten().map(String::as_str).collect();
    words.sort_by_key(|word| (std::cmp::Reverse(word.len()), *word));
    words.dedup();
    let alternatives: Vec<String> = words
        .into_iter()
        .map(|word| {
            let escaped = regex::escape(word);
            if word.ends_with(char::is_alphanumeric) { format!(r"{escaped}\b") } else { escaped }
        })
        .collect();
    format!("(?:{})", alternatives.join("|"))
}

/// Whole lines as [`line_key`] writes them.
fn whole_lines(lists: &Lists) -> HashSet<String> {
    lists.values().flatten().map(|line| line_key(line)).collect()
}

/// A line for comparing: lower case, without surrounding brackets, final stop or colon.
pub(super) fn line_key(line: &str) -> String {
    line.trim().trim_matches(['(', ')', '[', ']', '.', ':', '-', '–', '—', '*']).trim().to_lowercase()
}
