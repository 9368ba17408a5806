//! The people and bodies that an article names, by their fullest form.

use std::collections::HashSet;
use std::ops::Range;

use super::fold::fold;
use super::lexicon::{Habits, Role};
use super::scan::Scan;
use crate::schema::Span;

/// The full names of an article, in order of first mention.
pub(super) struct Names {
    full: Vec<Name>,
    /// Titles and who bears them, in order.
    bearers: Vec<(String, String)>,
    /// Every word in a run of capitals.
    words: Vec<String>,
    habits: Habits,
}

struct Name {
    text: String,
    words: Vec<String>,
}

impl Names {
    pub(super) fn new(text: &str, scans: &[Scan], habits: Habits) -> Self {
        let mut full: Vec<Name> = Vec::new();
        let mut bearers = Vec::new();
        let mut all = Vec::new();
        // "Hulp van Wit-Russische troepen": a first word has its capital from its place, unless it has it elsewhere.
        let inside: HashSet<&str> = scans
            .iter()
            .flat_map(|scan| scan.tokens.iter().skip(1).filter(|token| token.capital))
            .map(|token| token.folded.as_str())
            .collect();
        let common = |scan: &Scan, run: &Range<usize>| {
            run.start == 0
                && scan.tokens[run.clone()].iter().any(|token| token.is(Role::Particle))
                && !inside.contains(scan.tokens[0].folded.as_str())
        };
        for scan in scans {
            for whole in scan.names() {
                all.extend(scan.tokens[whole.clone()].iter().map(|token| token.folded.clone()));
                let run = without_titles(scan, whole.clone(), habits);
                let name = text[scan.tokens[run.start].span.start..scan.tokens[run.end - 1].span.end].to_owned();
                let titles = whole.start.saturating_sub(1)..run.start;
                let titles = scan.tokens[titles].iter().filter(|token| token.is(Role::Title));
                bearers.extend(titles.map(|title| (title.folded.clone(), name.clone())));
                let span = Span::new(scan.tokens[run.start].span.start, scan.tokens[run.end - 1].span.end);
                // "noemt Brussel Loekasjenko": two names side by side are not one.
                let mut actors = scan.mentions.iter().filter(|(at, meaning)| span.overlaps(*at) && meaning.is_actor());
                let several = actors.next().is_some_and(|first| actors.any(|other| !other.0.overlaps(first.0)));
                if run.len() < 2 || several || common(scan, &run) {
                    continue;
                }
                let words: Vec<String> = scan.tokens[run.clone()].iter().map(|token| token.folded.clone()).collect();
                if !full.iter().any(|name| name.words == words) {
                    full.push(Name { text: name, words });
                }
            }
        }
        Self { full, bearers, words: all, habits }
    }

    /// Who bears a title in this article, by the name first written with it.
    pub(super) fn bearer(&self, title: &str) -> Option<String> {
        let (_, name) = self.bearers.iter().find(|(borne, _)| borne == title)?;
        let words: Vec<String> = name.split_whitespace().map(fold).collect();
        Some(self.fullest(&words).map_or_else(|| name.clone(), str::to_owned))
    }

    /// The fullest form of a name if the article has it.
    pub(super) fn mentioned(&self, name: &str) -> Option<String> {
        let folded = fold(name);
        let known = self.words.iter().any(|word| self.same(word, &folded));
        known.then(|| self.fullest(&[folded]).map_or_else(|| name.to_owned(), str::to_owned))
    }

    /// The first full name that `words` (folded) are the end of, or the whole of in another case.
    pub(super) fn fullest(&self, words: &[String]) -> Option<&str> {
        let last = words.last()?;
        let name = self.full.iter().find(|name| {
            name.words.last().is_some_and(|surname| self.same(surname, last))
                && words.iter().all(|word| name.words.iter().any(|part| self.same(part, word)))
        })?;
        Some(&name.text)
    }

    /// Equal but for an ending: the genitive -s, and cases where the language has them.
    fn same(&self, a: &str, b: &str) -> bool {
        let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        if long.strip_prefix(short).is_some_and(|ending| ending.is_empty() || ending == "s") {
            return true;
        }
        let common = short.chars().zip(long.chars()).take_while(|(a, b)| a == b).count();
        let (short, long) = (short.chars().count(), long.chars().count());
        self.habits.names_inflect && common >= 3 && common + 2 >= short && common + 3 >= long
    }
}

/// A run of capitals less what stands before the name: titles; a common noun that has its capital from the start of
/// the sentence, or in a language that gives one to all nouns.
pub(super) fn without_titles(scan: &Scan, run: Range<usize>, habits: Habits) -> Range<usize> {
    let titles = scan.tokens[run.clone()].iter().take_while(|token| token.is(Role::Title)).count();
    let mut start = run.start + titles.min(run.len() - 1);
    // "NATO-chef" aside, what is listed before a name of two words is whom it serves: "США Ентоні Блінкен".
    let apart = |token: usize| {
        let span = scan.tokens[token].span;
        scan.mentions.iter().any(|(at, meaning)| meaning.target().is_some() && *at == span)
            && !scan.mentions.iter().any(|(at, _)| at.contains(span) && at.len() > span.len())
    };
    while run.end - start > 2 && apart(start) {
        start += 1;
    }
    let particle = scan.tokens[start..run.end].iter().any(|token| token.is(Role::Particle));
    if (habits.capital_nouns || run.start == 0) && run.end - start > 2 && !particle {
        return run.end - 2..run.end;
    }
    let listed = |token: usize| {
        let span = scan.tokens[token].span;
        scan.mentions.iter().any(|(at, meaning)| meaning.is_actor() && at.overlaps(span))
    };
    if !habits.names_inflect && start == 0 && run.end == 2 && listed(1) && !listed(0) { 1..2 } else { start..run.end }
}
