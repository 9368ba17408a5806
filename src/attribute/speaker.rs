//! Who says a sentence, as far as the sentence itself tells.

use std::ops::Range;

use super::lexicon::{Habits, Role};
use super::names::{Names, without_titles};
use super::scan::{Scan, Token};
use super::targets::{Gender, Meaning, Targets};
use super::voice::people;
use crate::schema::{BlockKind, Holder, Span};

/// The subject of a reporting clause.
#[derive(Debug, PartialEq)]
pub(super) enum Speaker {
    /// By name or description, the former in its fullest form.
    Known(Holder),
    /// By a pronoun, still to be resolved.
    Pronoun(Vec<Gender>, Span),
}

/// Reads noun phrases of one article.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) names: &'a Names,
    pub(super) habits: Habits,
    pub(super) targets: &'a Targets,
}

/// Quoted words that are a phrase taken up rather than speech.
const LONGEST_FRAGMENT: usize = 2;
/// Words that a phrase may have.
const LONGEST_PHRASE: usize = 9;
/// Words that a description before its verb may have.
const LONGEST_NOUN: usize = 5;
/// Words before the subject of a sentence, titles included.
const SUBJECT_WITHIN: usize = 5;
/// Words between a verb of saying and the clause that it reports.
const THAT_WITHIN: usize = 7;

impl Reader<'_> {
    /// The speaker that a reporting clause, a source phrase or a name with a colon gives.
    pub(super) fn speaker(&self, scan: &Scan) -> Option<Speaker> {
        self.before_colon(scan)
            .or_else(|| self.source(scan))
            .or_else(|| self.reporting(scan))
            .or_else(|| self.announcing(scan))
    }

    /// "Hendrikx is minder enthousiast: wie …": somebody named at the start, and a colon before the end.
    fn announcing(&self, scan: &Scan) -> Option<Speaker> {
        if scan.sentence.block == BlockKind::Title {
            return None;
        }
        let colon = (1..scan.tokens.len()).find(|&i| self.gap_is(scan, i, ':'))?;
        let person = people(self, scan)
            .into_iter()
            .find(|person| !matches!(person.gender, Some(Gender::Neuter | Gender::Plural)))?;
        let at =
            scan.tokens.iter().position(|token| token.span.contains(person.at) || person.at.contains(token.span))?;
        let subject = at < SUBJECT_WITHIN.min(colon)
            && !scan.tokens[..=at].iter().any(|token| token.quoted || token.is(Role::Preposition));
        subject.then_some(Speaker::Known(Holder::Named(person.name)))
    }

    /// "Hartog: …".
    fn before_colon(&self, scan: &Scan) -> Option<Speaker> {
        let end = (1..scan.tokens.len().min(LONGEST_PHRASE))
            .find(|&i| scan.tokens[i].after_break)
            .unwrap_or(scan.tokens.len());
        let said = self.gap_is(scan, end, ':') && !scan.tokens.first()?.quoted && scan.tokens[0].capital;
        let named =
            scan.tokens[..end].iter().all(|token| token.capital || token.is(Role::Title) || token.is(Role::Particle));
        if !said || !named {
            return None;
        }
        let run = scan.names().into_iter().find(|run| run.end == end)?;
        Some(Speaker::Known(Holder::Named(self.name(scan, run))))
    }

    fn gap_is(&self, scan: &Scan, token: usize, mark: char) -> bool {
        scan.gap(self.text, token).trim_start().starts_with(mark)
    }

    /// "Volgens X", "aldus X", "по его словам".
    fn source(&self, scan: &Scan) -> Option<Speaker> {
        let start = scan.tokens.iter().position(|token| token.is(Role::According) && !token.quoted)?;
        let length = scan.tokens[start..].iter().take_while(|token| token.is(Role::According)).count();
        let inside = scan.tokens[start..start + length].iter().find(|token| token.pronouns().next().is_some());
        if let Some(token) = inside {
            return Some(Speaker::Pronoun(token.pronouns().collect(), token.span));
        }
        self.phrase(scan, self.following(scan, start + length))
    }

    /// "X zegt dat …", "„…”, zegt X", "X: „…”".
    fn reporting(&self, scan: &Scan) -> Option<Speaker> {
        let quotes = scan.tokens.iter().any(|token| token.quoted);
        let verbs: Vec<usize> =
            (0..scan.tokens.len()).filter(|&i| scan.tokens[i].is(Role::Say) && !scan.tokens[i].quoted).collect();
        if verbs.is_empty() {
            return self.after_quotation(scan);
        }
        verbs.into_iter().filter(|&verb| self.reports(scan, verb, quotes)).find_map(|verb| self.subject(scan, verb))
    }

    /// Whether a verb of saying has something that it reports.
    fn reports(&self, scan: &Scan, verb: usize, quotes: bool) -> bool {
        let last = last_of(scan, verb);
        let rest = &scan.tokens[last..scan.tokens.len().min(last + THAT_WITHIN)];
        let opens = rest.iter().any(|token| (token.is(Role::That) || token.is(Role::Reported)) && !token.quoted)
            || (last..=scan.tokens.len().min(last + THAT_WITHIN)).any(|i| self.gap_is(scan, i, ':'))
            || last < scan.tokens.len() && self.gap_is(scan, last, ',');
        let begin = self.clause_of_verb(scan, verb);
        quotes || opens || begin > 0 && self.gap_is(scan, begin, ',') || scan.tokens[verb].is(Role::Judge)
    }

    /// Where the small words before a verb begin: "…, zo heeft X gezegd", "…, a annoncé X".
    fn clause_of_verb(&self, scan: &Scan, verb: usize) -> usize {
        let small = |token: &Token| !token.after_break && (token.is(Role::Auxiliary) || token.is(Role::Stop));
        (0..verb)
            .rev()
            .take_while(|&i| {
                !scan.tokens[i + 1].after_break
                    && (small(&scan.tokens[i]) || scan.tokens[i].after_break && scan.tokens[i].is_function_word())
            })
            .last()
            .unwrap_or(verb)
    }

    /// The subject of a verb of saying, before or after it.
    fn subject(&self, scan: &Scan, verb: usize) -> Option<Speaker> {
        let last = last_of(scan, verb);
        let verb_pronouns: Vec<_> = scan.tokens[verb].pronouns().collect();
        if !verb_pronouns.is_empty() {
            return Some(Speaker::Pronoun(verb_pronouns, scan.tokens[verb].span));
        }
        let nearest = verb
            .checked_sub(1)
            .map(|i| &scan.tokens[i])
            .filter(|token| !scan.tokens[verb].after_break && !token.quoted);
        if nearest.is_some_and(|token| {
            token.pronouns().next().is_some() || token.is(Role::Own) || token.is(Role::Title) && !token.capital
        }) {
            return self.phrase(scan, verb - 1..verb);
        }
        let after_clause = {
            let begin = self.clause_of_verb(scan, verb);
            begin > 0 && self.gap_is(scan, begin, ',')
        };
        let follows_quote = verb > 0 && scan.tokens[verb - 1].quoted;
        let before = self.preceding(scan, verb);
        let after = self.following(scan, last);
        let adverbial = scan.tokens[before.clone()].first().is_none_or(|token| token.is(Role::Preposition));
        let inverted =
            scan.tokens.get(last).is_some_and(|token| !token.after_break && token.pronouns().next().is_some());
        // "Minsk, zegt Kemper, …": what is put in ends at a comma again; "Kemper, hoogleraar, zegt dat …" is not.
        let clause = scan.tokens.get(last).is_some_and(|token| token.is(Role::That) && token.is(Role::Stop));
        let put_in = after_clause
            && !clause
            && self.has_name(scan, &after)
            && (after.end == scan.tokens.len() || scan.tokens[after.end].after_break);
        let apposition = !put_in
            && (scan.names().iter().any(|run| *run == before || run.end == verb)
                || !before.contains(&verb.saturating_sub(1)));
        // "De kans dat hij meedoet is klein, menen analisten."
        let subordinate = scan.tokens[before.clone()].iter().any(|token| token.is(Role::That));
        let speaker = if follows_quote || after_clause && !clause && (inverted || !apposition || subordinate) {
            self.subject_after(scan, after).or_else(|| self.phrase(scan, before))
        } else if adverbial && (self.has_name(scan, &after) || !self.has_name(scan, &before)) {
            self.subject_after(scan, after).or_else(|| self.phrase(scan, before))
        } else {
            self.phrase(scan, before).or_else(|| self.subject_after(scan, after))
        };
        // "– … – powiedział w Sejmie.": the subject is left out.
        let left_out = || Speaker::Pronoun(vec![Gender::Masculine, Gender::Feminine], scan.tokens[verb].span);
        speaker.or_else(|| {
            let bare = self.habits.names_inflect
                && (verb == 0 || after_clause && last < scan.tokens.len() && scan.tokens[last].after_break);
            (follows_quote || bare).then(left_out)
        })
    }

    /// Whether a name, or a title, stands in the range, and not only where something happened.
    fn has_name(&self, scan: &Scan, range: &Range<usize>) -> bool {
        range.clone().any(|i| scan.tokens[i].is(Role::Title) || scan.tokens[i].pronouns().next().is_some())
            || self.has_proper_name(scan, range)
    }

    fn has_proper_name(&self, scan: &Scan, range: &Range<usize>) -> bool {
        let governed = |run: &Range<usize>| run.start > range.start && scan.tokens[run.start - 1].is(Role::Preposition);
        let mut runs = scan.names().into_iter().filter(|run| range.contains(&run.start));
        runs.any(|run| !governed(&run) && self.is_name(scan, &run, range.end))
    }

    /// The phrase after a verb, unless it only says where or how.
    fn subject_after(&self, scan: &Scan, range: Range<usize>) -> Option<Speaker> {
        let adverbial = scan.tokens[range.clone()].first().is_none_or(|token| token.is(Role::Preposition));
        if adverbial { None } else { self.phrase(scan, range) }
    }

    /// "„…”, lacht X": whatever verb follows a quotation and a comma or dash, somebody speaks.
    fn after_quotation(&self, scan: &Scan) -> Option<Speaker> {
        let verb =
            (LONGEST_FRAGMENT + 1..scan.tokens.len()).find(|&i| scan.tokens[i - 1].quoted && !scan.tokens[i].quoted)?;
        let token = &scan.tokens[verb];
        let joined = scan.gap(self.text, verb).contains([',', '–', '—']);
        if !joined || token.capital || token.is_function_word() {
            return None;
        }
        self.phrase(scan, self.following(scan, verb + 1))
    }

    /// The words after a verb up to punctuation or a word that ends a phrase.
    fn following(&self, scan: &Scan, start: usize) -> Range<usize> {
        let skipped = scan.tokens[start..]
            .iter()
            .take_while(|token| {
                token.is(Role::Stop)
                    && !token.after_break
                    && !token.is(Role::Determiner)
                    && token.pronouns().next().is_none()
            })
            .count();
        let start = start + skipped;
        let mut prepositions = 0;
        let end = (start..scan.tokens.len().min(start + LONGEST_PHRASE)).find(|&i| {
            let token = &scan.tokens[i];
            prepositions += usize::from(token.is(Role::Preposition));
            let ends = (token.is(Role::Stop) || token.is(Role::That)) && !token.is(Role::Determiner)
                || token.is(Role::Auxiliary)
                || token.is(Role::Say);
            (i > start && (token.after_break || ends)) || token.quoted || prepositions > 1
        });
        start..end.unwrap_or(scan.tokens.len().min(start + LONGEST_PHRASE))
    }

    /// The words of the clause before a verb, up to its first finite verb.
    fn preceding(&self, scan: &Scan, verb: usize) -> Range<usize> {
        let clause = |end: usize| {
            let start = (0..end)
                .rev()
                .find(|&i| scan.tokens[i].after_break || i == 0 || scan.tokens[i - 1].quoted)
                .unwrap_or(end);
            let finite =
                (start..end).find(|&i| scan.tokens[i].is(Role::Auxiliary) && !scan.tokens[i].is(Role::Determiner));
            start..finite.unwrap_or(end)
        };
        if verb > 0 && scan.tokens[verb].after_break && scan.tokens[verb - 1].quoted {
            return verb..verb;
        }
        let mut nearest = clause(verb);
        let relative = scan.tokens[nearest.clone()]
            .first()
            .is_some_and(|token| token.is(Role::Stop) || token.is(Role::Preposition));
        let apart =
            scan.tokens[verb].after_break && relative || nearest.is_empty() && scan.tokens[nearest.start].after_break;
        if verb > 0 && apart && nearest.start > 0 && !scan.tokens[nearest.start - 1].quoted {
            // "Vincuk, met wie wij het oneens zijn, zegt": the subject stands before the relative clause.
            nearest = clause(nearest.start);
        }
        // "Kemper, hoogleraar in Gent, zegt", "Азарёнок, между прочим, сказал": the name stands before a clause without.
        let name = |range: &Range<usize>| {
            let title = scan.tokens[verb].after_break && !self.has_proper_name(scan, range);
            !title && self.has_name(scan, range)
        };
        let mut further = nearest.clone();
        while !name(&further) && further.start > 0 && !scan.tokens[further.start - 1].quoted {
            further = clause(further.start);
            let led = scan.tokens[further.clone()].first();
            if led.is_some_and(|token| token.is(Role::Preposition)) {
                return nearest;
            }
        }
        if name(&further) { further } else { nearest }
    }

    /// Reads the head of a phrase: a pronoun, a name, or a description.
    fn phrase(&self, scan: &Scan, range: Range<usize>) -> Option<Speaker> {
        let tokens = &scan.tokens[range.clone()];
        if let Some(token) = tokens.first()
            && token.pronouns().next().is_some()
            && !(token.is(Role::Determiner) && tokens.len() > 1)
        {
            return Some(Speaker::Pronoun(token.pronouns().collect(), token.span));
        }
        if tokens.first().is_some_and(|token| token.is(Role::Own)) {
            return Some(Speaker::Known(Holder::Author));
        }
        let skipped = tokens
            .iter()
            .take_while(|token| {
                token.is(Role::Determiner)
                    || token.is(Role::Stop)
                    // "В Минтрансе называют": only where cases tell a subject does a place speak.
                    || token.is(Role::Preposition) && self.habits.names_inflect
                    || token.is(Role::Auxiliary)
            })
            .count();
        let start = range.start + skipped;
        let led = scan
            .tokens
            .get(start)
            .is_some_and(|token| token.is(Role::Preposition) || token.folded.starts_with(|c: char| c.is_ascii_digit()));
        if start >= range.end || led {
            return None;
        }
        if let [title] = &scan.tokens[start..range.end]
            && title.is(Role::Title)
            && let Some(name) = self.names.bearer(&title.folded)
        {
            return Some(Speaker::Known(Holder::Named(name)));
        }
        let around = start..scan.tokens.len().min(range.end + LONGEST_PHRASE);
        if scan.tokens[around].iter().any(|token| token.is(Role::Anonymous) && !token.quoted) {
            return Some(Speaker::Known(Holder::Unnamed));
        }
        // Before a verb the phrase ends where the verb begins; after it, further words may follow.
        let whole =
            scan.tokens.get(range.end).is_some_and(|token| token.is(Role::Say)) && range.end - start <= LONGEST_NOUN;
        Some(Speaker::Known(Holder::Named(self.describe(scan, start..range.end, whole))))
    }

    /// The name at the end of a phrase's head ("politicoloog Jeroen Hoekman"), or else the phrase.
    pub(super) fn describe(&self, scan: &Scan, range: Range<usize>, whole: bool) -> String {
        let head = (range.start + 1..range.end)
            .find(|&i| scan.tokens[i].is(Role::Preposition) && !scan.tokens[i].is(Role::Particle))
            .unwrap_or(range.end);
        let run = scan
            .names()
            .into_iter()
            .find(|run| run.start >= range.start && run.start < head && self.is_name(scan, run, head));
        match run {
            Some(run) => self.name(scan, run.start..run.end.min(range.end)),
            None => {
                let span = Span::new(scan.tokens[range.start].span.start, scan.tokens[range.end - 1].span.end);
                let phrase = if whole { self.with_named_places(scan, range) } else { self.noun_phrase(scan, range) };
                self.alias(scan, span).unwrap_or_else(|| self.slice(scan, phrase))
            }
        }
    }

    /// What of a description is surely the noun and not the verb after it: an adjective and a noun, and one phrase
    /// with a preposition.
    fn noun_phrase(&self, scan: &Scan, range: Range<usize>) -> Range<usize> {
        let preposition = |i: usize| i < range.end && scan.tokens[i].is(Role::Preposition);
        let noun = if preposition(range.start + 1) { range.start + 1 } else { range.start + 2 };
        let tail = match (preposition(noun), scan.tokens.get(noun + 1)) {
            (true, Some(token)) if token.is(Role::Determiner) => 3,
            (true, _) => 2,
            _ => 0,
        };
        self.with_named_places(scan, range.start..range.end.min(noun + tail))
    }

    /// A description less what it has with it, unless that has a name: "a blogger in Liège", but "a man" on the roof.
    fn with_named_places(&self, scan: &Scan, range: Range<usize>) -> Range<usize> {
        let tail = (range.start + 1..range.end).find(|&i| scan.tokens[i].is(Role::Preposition));
        match tail {
            Some(tail)
                if !self.habits.capital_nouns && !scan.tokens[tail..range.end].iter().any(|token| token.capital) =>
            {
                range.start..tail
            }
            _ => range,
        }
    }

    /// Whether a run of capitals is a name of its own and not an adjective, or a common noun, of the phrase.
    fn is_name(&self, scan: &Scan, run: &Range<usize>, head: usize) -> bool {
        let known = self.is_known(scan, run.clone());
        // "Putin's spokesman": the genitive is split off at its apostrophe.
        if scan.tokens.get(run.end).is_some_and(|token| token.folded == "s" && !token.after_break) {
            return false;
        }
        let body = scan.mentions.iter().any(|(span, meaning)| {
            span.overlaps(scan.tokens[run.start].span)
                && (matches!(meaning, Meaning::Word(_) | Meaning::Member(_))
                    || matches!(meaning, Meaning::Actor(_, Gender::Neuter | Gender::Plural)))
        });
        let genitive = run.start > 0 && {
            let before = &scan.tokens[run.start - 1];
            !before.after_break && !before.is_function_word() && !before.is(Role::Say)
                || before.is(Role::Determiner)
                    && run.start > 1
                    && !scan.tokens[run.start - 2].is_function_word()
                    && !before.after_break
                    && self.habits.capital_nouns
                    && !scan.tokens[run.start - 2].is(Role::Say)
        };
        if body && genitive || self.habits.capital_nouns && genitive && scan.tokens[run.start - 1].is(Role::Determiner)
        {
            return false;
        }
        if run.len() > 1 || known {
            return true;
        }
        let listed = scan
            .mentions
            .iter()
            .find(|(span, _)| span.overlaps(scan.tokens[run.start].span))
            .map(|&(_, meaning)| meaning);
        match listed {
            Some(Meaning::Actor(..) | Meaning::Other(_)) => true,
            Some(_) => run.end >= head && !self.habits.capital_nouns,
            None => {
                run.end >= head && !self.habits.capital_nouns
                    || run.start > 0 && scan.tokens[run.start - 1].is(Role::Title)
            }
        }
    }

    pub(super) fn is_known(&self, scan: &Scan, run: Range<usize>) -> bool {
        let run = without_titles(scan, run, self.habits);
        let words: Vec<String> = scan.tokens[run].iter().map(|token| token.folded.clone()).collect();
        self.names.fullest(&words).is_some()
    }

    /// A run of capitals as the fullest name of the article.
    pub(super) fn name(&self, scan: &Scan, run: Range<usize>) -> String {
        let run = without_titles(scan, run, self.habits);
        let words: Vec<String> = scan.tokens[run.clone()].iter().map(|token| token.folded.clone()).collect();
        match self.names.fullest(&words) {
            Some(full) => full.to_owned(),
            None => self.slice(scan, run),
        }
    }

    /// Whom a description means, if the article names them.
    pub(super) fn alias(&self, scan: &Scan, span: Span) -> Option<String> {
        scan.mentions.iter().filter(|(at, _)| at.overlaps(span)).find_map(|&(_, meaning)| match meaning {
            Meaning::Alias(number) => self.names.mentioned(self.targets.alias(number)),
            _ => None,
        })
    }

    fn slice(&self, scan: &Scan, range: Range<usize>) -> String {
        let span = Span::new(scan.tokens[range.start].span.start, scan.tokens[range.end - 1].span.end);
        span.of(self.text).split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// One past the last word of a verb of saying.
fn last_of(scan: &Scan, verb: usize) -> usize {
    verb + scan.tokens[verb..].iter().take_while(|token| token.is(Role::Say)).count()
}
