//! A sentence taken apart: its words with the parts they play, and what it mentions.

use super::fold::{Folded, fold, words};
use super::lexicon::{Lexicon, Role};
use super::targets::{Gender, Meaning, Targets};
use crate::schema::{Sentence, Span};

pub(super) struct Token {
    pub(super) span: Span,
    pub(super) folded: String,
    /// Starts with a capital letter.
    pub(super) capital: bool,
    /// Punctuation, or a quotation mark, stands before it.
    pub(super) after_break: bool,
    /// Stands in a quotation.
    pub(super) quoted: bool,
    pub(super) roles: Vec<Role>,
}

impl Token {
    pub(super) fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    pub(super) fn pronouns(&self) -> impl Iterator<Item = Gender> {
        self.roles.iter().filter_map(|role| match role {
            Role::Pronoun(gender) => Some(*gender),
            _ => None,
        })
    }

    /// Whether it can neither be nor end a name.
    pub(super) fn is_function_word(&self) -> bool {
        [Role::Determiner, Role::Preposition, Role::Stop, Role::Auxiliary, Role::That, Role::According]
            .into_iter()
            .any(|role| self.is(role))
            || self.pronouns().next().is_some()
    }
}

pub(super) struct Scan {
    pub(super) sentence: Sentence,
    pub(super) tokens: Vec<Token>,
    /// Multi-word entries may be found at several places; kept by start.
    pub(super) mentions: Vec<(Span, Meaning)>,
}

impl Scan {
    pub(super) fn new(text: &str, sentence: Sentence, targets: &Targets, lexicon: &Lexicon) -> Self {
        let source = sentence.span.of(text);
        let folded = Folded::new(text, sentence.span);
        let mut tokens: Vec<Token> = Vec::new();
        let mut end = 0;
        for word in words(source) {
            let gap = &source[end..word.start];
            let short = tokens.last().is_some_and(|last| last.span.len() <= 6 && last.capital);
            let abbreviation =
                short && gap.trim() == "." && tokens.last().is_some_and(|last| last.folded.chars().count() <= 3);
            tokens.push(Token {
                span: Span::new(sentence.span.start + word.start, sentence.span.start + word.end),
                folded: fold(&source[word.clone()]),
                capital: source[word.clone()].chars().next().is_some_and(char::is_uppercase),
                after_break: !abbreviation
                    && !gap.trim_matches(|c: char| c.is_whitespace() || c == '\'' || c == '’').is_empty(),
                quoted: false,
                roles: Vec::new(),
            });
            end = word.end;
        }
        for (span, role) in lexicon.find(sentence.language, text, &folded) {
            let first = tokens.partition_point(|token| token.span.end <= span.start);
            for token in tokens[first..].iter_mut().take_while(|token| token.span.start < span.end) {
                // A role of several words belongs to all of them; a word inside a hyphenated one plays none.
                // But for titles: "NAVO-chef", "US-Außenminister".
                let all = span.contains(token.span) || role == Role::Title && span.end == token.span.end;
                if all && !token.is(role) {
                    token.roles.push(role);
                }
            }
        }
        let mentions = targets.find(sentence.language, text, &folded);
        Self { sentence, tokens, mentions }
    }

    /// The text between a word and the one before it, or the start of the sentence.
    pub(super) fn gap<'t>(&self, text: &'t str, token: usize) -> &'t str {
        let start = token.checked_sub(1).map_or(self.sentence.span.start, |before| self.tokens[before].span.end);
        let end = self.tokens.get(token).map_or(self.sentence.span.end, |token| token.span.start);
        &text[start..end]
    }

    /// Number of words outside quotations.
    pub(super) fn unquoted(&self) -> usize {
        self.tokens.iter().filter(|token| !token.quoted).count()
    }

    /// Whether one listed actor ends before the word and another begins with it ("Rusland Belarus").
    fn meets(&self, token: usize) -> bool {
        let (end, start) = (self.tokens[token - 1].span.end, self.tokens[token].span.start);
        let mut actors = self.mentions.iter().filter(|(_, meaning)| meaning.is_actor()).map(|&(span, _)| span);
        actors.clone().any(|span| span.end == end) && actors.any(|span| span.start == start)
    }

    /// Runs of words in capitals without punctuation between: names, and what is written before them. Particles
    /// between two capitals ("von der") belong to the run.
    pub(super) fn names(&self) -> Vec<std::ops::Range<usize>> {
        let mut runs = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            if !self.tokens[at].capital || self.tokens[at].is_function_word() {
                at += 1;
                continue;
            }
            let start = at;
            at += 1;
            loop {
                let reach = |to: usize| {
                    to < self.tokens.len()
                        && (at..=to)
                            .all(|i| !self.tokens[i].after_break && self.tokens[i].quoted == self.tokens[start].quoted)
                        && self.tokens[to].capital
                        && !self.meets(to)
                };
                let particle = |i: usize| self.tokens.get(i).is_some_and(|token| token.is(Role::Particle));
                if reach(at) && !self.tokens[at].is(Role::Stop) {
                    at += 1;
                } else if at == start + 1 && particle(at) && reach(at + 1) {
                    at += 2;
                } else if at == start + 1 && particle(at) && particle(at + 1) && reach(at + 2) {
                    at += 3;
                } else {
                    break;
                }
            }
            runs.push(start..at);
        }
        runs
    }
}
