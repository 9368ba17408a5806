//! Who utters each sentence: reporting clauses, the quotations that go on after them, and pronouns led back to names.

use super::interview::{Interview, Turn};
use super::lexicon::Role;
use super::scan::Scan;
use super::speaker::{Reader, Speaker};
use super::targets::{Gender, Meaning};
use crate::schema::{Holder, Span, Speech};

/// The voice of one sentence.
#[derive(Clone, Debug)]
pub(super) struct Voice {
    pub(super) holder: Holder,
    pub(super) speech: Speech,
    /// The pronoun that stands for the speaker.
    pub(super) pronoun: Option<Span>,
    /// Whom the pronoun that begins a sentence of the author's means.
    pub(super) subject: Option<String>,
    /// Whether the sentence tells itself who speaks.
    told: bool,
}

/// Sentences that a pronoun reaches back over.
const REACH: usize = 3;
/// Of the words of a sentence, how many in quotation marks make it a quotation: a shorter one is a phrase taken up.
const QUOTED_SHARE: (usize, usize) = (6, 10);

pub(super) fn voices(reader: &Reader, scans: &[Scan], dashes: &[char]) -> Vec<Voice> {
    let interview = Interview::read(reader, scans, dashes);
    let mut voices: Vec<Voice> = Vec::with_capacity(scans.len());
    for (i, scan) in scans.iter().enumerate() {
        let quoted = scan.tokens.len() - scan.unquoted();
        let turn = interview.as_ref().and_then(|interview| interview.turns[i].map(|turn| (turn, &interview.speaker)));
        let told = if matches!(turn, Some((Turn::Question, _))) { None } else { reader.speaker(scan) };
        let speech = if quoted > 2 { Speech::Direct } else { Speech::Indirect };
        let voice = match told {
            Some(Speaker::Known(holder)) => Voice { holder, speech, pronoun: None, subject: None, told: true },
            Some(Speaker::Pronoun(genders, span)) => {
                let holder = antecedent(reader, scans, &voices, i, &genders)
                    .map_or_else(|| last_speaker(reader, scans, &voices), Holder::Named);
                Voice { holder, speech, pronoun: Some(span), subject: None, told: true }
            }
            None if turn.is_some() => {
                let holder = match turn {
                    Some((Turn::Answer, speaker)) => Holder::Named(speaker.clone()),
                    _ => Holder::Author,
                };
                let speech = if holder == Holder::Author { Speech::None } else { Speech::Direct };
                Voice { holder, speech, pronoun: None, subject: None, told: false }
            }
            None if is_quotation(scan) => {
                let holder = continued(reader, scans, &voices, i);
                Voice { holder, speech: Speech::Direct, pronoun: None, subject: None, told: false }
            }
            None if scan.tokens.iter().any(|token| token.is(Role::Reported) && !token.quoted)
                && i > 0
                && voices[i - 1].holder != Holder::Author =>
            {
                Voice { speech: Speech::Indirect, pronoun: None, told: false, ..voices[i - 1].clone() }
            }
            None => {
                let genders: Vec<_> = scan.tokens.first().map(|token| token.pronouns().collect()).unwrap_or_default();
                let person = genders.iter().any(|gender| matches!(gender, Gender::Masculine | Gender::Feminine));
                let subject = person.then(|| antecedent(reader, scans, &voices, i, &genders)).flatten();
                Voice { holder: Holder::Author, speech: Speech::None, pronoun: None, subject, told: false }
            }
        };
        voices.push(voice);
    }
    voices
}

/// Whether a sentence is mostly quotation and more than a phrase.
fn is_quotation(scan: &Scan) -> bool {
    let quoted = scan.tokens.len() - scan.unquoted();
    let (share, of) = QUOTED_SHARE;
    quoted > 0 && (scan.unquoted() == 0 || quoted > 3 && quoted * of >= scan.tokens.len() * share)
}

/// The speaker of a quotation without a reporting clause: who spoke just before, is announced by a colon, or is told
/// just after.
fn continued(reader: &Reader, scans: &[Scan], voices: &[Voice], i: usize) -> Holder {
    if let Some(before) = i.checked_sub(1) {
        let scan = &scans[before];
        if voices[before].holder != Holder::Author && (voices[before].speech == Speech::Direct || voices[before].told) {
            return voices[before].holder.clone();
        }
        if scan.sentence.span.of(reader.text).ends_with(':')
            && let Some(name) = people(reader, scan).into_iter().next()
        {
            return Holder::Named(name.name);
        }
    }
    let paragraph = scans[i].sentence.paragraph;
    for scan in scans[i + 1..].iter().take_while(|scan| scan.sentence.paragraph == paragraph) {
        match reader.speaker(scan) {
            Some(Speaker::Known(holder)) => return holder,
            None if is_quotation(scan) => {}
            _ => break,
        }
    }
    last_speaker(reader, scans, voices)
}

/// Who spoke last by name, or else the first person of the article that no list knows: the one interviewed.
fn last_speaker(reader: &Reader, scans: &[Scan], voices: &[Voice]) -> Holder {
    if let Some(voice) = voices.iter().rev().find(|voice| matches!(voice.holder, Holder::Named(_))) {
        return voice.holder.clone();
    }
    let person = scans.iter().flat_map(|scan| people(reader, scan)).find(|person| person.gender.is_none());
    person.map_or(Holder::Unnamed, |person| Holder::Named(person.name))
}

/// Somebody named in a sentence.
pub(super) struct Person {
    pub(super) name: String,
    pub(super) at: Span,
    /// What the lists know of it.
    pub(super) meaning: Option<Meaning>,
    pub(super) gender: Option<Gender>,
}

impl Person {
    /// Whether a pronoun may mean it. Names that the lists do not know are of a person.
    pub(super) fn may_be(&self, genders: &[Gender]) -> bool {
        match self.gender {
            Some(gender) => genders.contains(&gender),
            None => genders.iter().any(|gender| matches!(gender, Gender::Masculine | Gender::Feminine)),
        }
    }
}

/// The actors and full names of a sentence, in its order.
pub(super) fn people(reader: &Reader, scan: &Scan) -> Vec<Person> {
    let mut people = Vec::new();
    let mut covered: Vec<Span> = Vec::new();
    let runs = scan.names();
    for &(span, meaning) in &scan.mentions {
        let gender = match meaning {
            Meaning::Actor(_, gender) | Meaning::Other(gender) => gender,
            _ => continue,
        };
        let run = runs.iter().find(|run| {
            scan.tokens[run.start].span.start <= span.start && span.end <= scan.tokens[run.end - 1].span.end
        });
        let name = match (reader.alias(scan, span), run) {
            (Some(name), _) => name,
            (None, Some(run)) => reader.name(scan, run.clone()),
            (None, None) => span.of(reader.text).to_owned(),
        };
        covered.push(
            run.map_or(span, |run| Span::new(scan.tokens[run.start].span.start, scan.tokens[run.end - 1].span.end)),
        );
        people.push(Person { name, at: span, meaning: Some(meaning), gender: Some(gender) });
    }
    for run in runs {
        let span = Span::new(scan.tokens[run.start].span.start, scan.tokens[run.end - 1].span.end);
        let titled =
            scan.tokens[run.start].is(Role::Title) || run.start > 0 && scan.tokens[run.start - 1].is(Role::Title);
        let known = reader.is_known(scan, run.clone());
        if (titled || known) && !covered.iter().any(|covered| covered.overlaps(span)) {
            people.push(Person { name: reader.name(scan, run), at: span, meaning: None, gender: None });
        }
    }
    people.sort_by_key(|person| person.at.start);
    people
}

/// Whom a speaking pronoun means: who spoke last, or the first that fits of the sentences before.
fn antecedent(reader: &Reader, scans: &[Scan], voices: &[Voice], i: usize, genders: &[Gender]) -> Option<String> {
    for before in (i.saturating_sub(REACH)..i).rev() {
        let people = people(reader, &scans[before]);
        if let Holder::Named(name) = &voices[before].holder {
            let known = scans.iter().flat_map(|scan| self::people(reader, scan)).find(|person| person.name == *name);
            if known.is_none_or(|person| person.may_be(genders)) {
                return Some(name.clone());
            }
        }
        if let Some(person) = people.into_iter().find(|person| person.may_be(genders)) {
            return Some(person.name);
        }
    }
    None
}
