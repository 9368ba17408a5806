//! Where a target is present: named, or carried by a description or pronoun.

use super::lexicon::Role;
use super::scan::Scan;
use super::speaker::Reader;
use super::targets::Meaning;
use super::voice::{Person, Voice, people};
use crate::schema::{Holder, Presence, Span};

/// A target in a sentence.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) target: usize,
    pub(super) presence: Presence,
    pub(super) mention: Span,
}

/// The targets of every sentence, in their order.
pub(super) fn present(reader: &Reader, scans: &[Scan], voices: &[Voice], targets: usize) -> Vec<Vec<Found>> {
    let mut all: Vec<Vec<Found>> = Vec::with_capacity(scans.len());
    let mut actors: Vec<Vec<Person>> = Vec::with_capacity(scans.len());
    for (i, scan) in scans.iter().enumerate() {
        let mut here = people(reader, scan);
        let pronoun = speaking(reader, scans, &voices[i]).or_else(|| taken_up(scan, &voices[i], &here, &actors));
        let mut found = Vec::new();
        for target in 0..targets {
            let before = all.iter().flatten().any(|found| found.target == target);
            let carried = || match pronoun {
                Some((span, Meaning::Actor(of, _))) if of == target => Some(span),
                _ if before => described(scan, target).or_else(|| pointed(scans, i, &all, target, &voices[i])),
                _ => None,
            };
            if let Some(mention) = named(scan, target) {
                found.push(Found { target, presence: Presence::Named, mention });
            } else if let Some(mention) = carried() {
                found.push(Found { target, presence: Presence::Carried, mention });
            }
        }
        if let Some((at, meaning @ (Meaning::Actor(_, gender) | Meaning::Other(gender)))) = pronoun {
            here.insert(0, Person { name: String::new(), at, meaning: Some(meaning), gender: Some(gender) });
        }
        if let Holder::Named(name) = &voices[i].holder
            && !here.iter().any(|person| person.name == *name)
        {
            let known = scans.iter().flat_map(|scan| people(reader, scan)).find(|person| person.name == *name);
            let (meaning, gender) = known.map_or((None, None), |person| (person.meaning, person.gender));
            here.push(Person { name: name.clone(), at: scan.sentence.span, meaning, gender });
        }
        actors.push(here);
        all.push(found);
    }
    all
}

/// The first word that names the target, with all of its hyphenated word; a member of it counts with a cue by it, or
/// with a second member.
fn named(scan: &Scan, target: usize) -> Option<Span> {
    let of = |wanted: fn(Meaning) -> bool| {
        scan.mentions
            .iter()
            .filter(move |(_, meaning)| meaning.target() == Some(target) && wanted(*meaning))
            .map(|&(span, _)| span)
    };
    let direct = of(|meaning| matches!(meaning, Meaning::Actor(..) | Meaning::Word(_))).next();
    let span = direct.or_else(|| {
        let members: Vec<Span> = of(|meaning| matches!(meaning, Meaning::Member(_))).collect();
        let cued = of(|meaning| matches!(meaning, Meaning::Cue(_))).next().is_some();
        members.first().copied().filter(|_| cued || members.len() > 1)
    })?;
    let word = scan
        .tokens
        .iter()
        .find(|token| token.span.overlaps(span) && token.span.contains(Span::new(span.start, span.start)));
    let end = scan.tokens.iter().find(|token| token.span.start < span.end && token.span.end >= span.end);
    Some(Span::new(word.map_or(span.start, |token| token.span.start), end.map_or(span.end, |token| token.span.end)))
}

fn described(scan: &Scan, target: usize) -> Option<Span> {
    scan.mentions.iter().find(|(_, meaning)| *meaning == Meaning::Carried(target)).map(|&(span, _)| span)
}

/// What points back, where the sentence before, in the same paragraph, has this target and no other, and this one has
/// none by name: "Deze steun …", "Dort …".
fn pointed(scans: &[Scan], i: usize, all: &[Vec<Found>], target: usize, voice: &Voice) -> Option<Span> {
    let before = i.checked_sub(1)?;
    let scan = &scans[i];
    let near = scans[before].sentence.paragraph == scan.sentence.paragraph;
    let alone = all[before].len() == 1 && all[before][0].target == target;
    let other = scan.mentions.iter().any(|(_, meaning)| meaning.is_actor());
    let back = scan.tokens.iter().find(|token| token.is(Role::Back) && voice.pronoun != Some(token.span))?;
    (near && alone && !other).then_some(back.span)
}

/// The pronoun of a reporting clause, where its speaker acts for somebody of the lists.
fn speaking(reader: &Reader, scans: &[Scan], voice: &Voice) -> Option<(Span, Meaning)> {
    let (span, Holder::Named(name)) = (voice.pronoun?, &voice.holder) else { return None };
    let person = scans.iter().flat_map(|scan| people(reader, scan)).find(|person| person.name == *name)?;
    person.meaning.map(|meaning| (span, meaning))
}

/// The first pronoun of a sentence whose antecedent is clear: nobody in the sentence before it can be meant, and in
/// the last sentence that has somebody whom it can mean, all of them are the same.
fn taken_up(scan: &Scan, voice: &Voice, here: &[Person], before: &[Vec<Person>]) -> Option<(Span, Meaning)> {
    for token in &scan.tokens {
        let genders: Vec<_> = token.pronouns().collect();
        if genders.is_empty()
            || voice.pronoun == Some(token.span)
            || here.iter().any(|person| person.at.start < token.span.start && person.may_be(&genders))
        {
            continue;
        }
        for people in before.iter().rev().take(2) {
            let mut fitting = people.iter().filter(|person| person.may_be(&genders));
            let Some(first) = fitting.next() else { continue };
            let same =
                |person: &Person| person.meaning.and_then(Meaning::target) == first.meaning.and_then(Meaning::target);
            match first.meaning {
                Some(meaning) if fitting.all(same) => return Some((token.span, meaning)),
                _ => break,
            }
        }
    }
    None
}
