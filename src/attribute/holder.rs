//! Whose position a sentence would report, should it take one.

use super::carry::Found;
use super::lexicon::Role;
use super::scan::Scan;
use super::speaker::Reader;
use super::targets::Meaning;
use super::voice::{Voice, people};
use crate::schema::{Holder, Presence};

/// The voice, unless the sentence is about what somebody else, named first, says or does toward the target.
pub(super) fn holder(reader: &Reader, scan: &Scan, voice: &Voice, found: &Found) -> Holder {
    if voice.holder != Holder::Author {
        return voice.holder.clone();
    }
    let pronoun = voice.subject.clone().filter(|_| found.presence == Presence::Named);
    let actor = people(reader, scan).into_iter().find(|person| {
        let first = scan.tokens.iter().position(|token| token.span.end > person.at.start).unwrap_or(0);
        let subject = !scan.tokens[..first].iter().any(|token| {
            token.after_break || token.is(Role::Preposition) || token.is(Role::That) && !token.is(Role::Determiner)
        });
        let other = person.meaning.and_then(Meaning::target) != Some(found.target);
        // "Rusland en de EU": what stands between is a verb at least, not just a conjunction.
        let verb = scan.tokens.iter().any(|token| {
            person.at.end <= token.span.start
                && token.span.end <= found.mention.start
                && !token.capital
                && !token.is_function_word()
        });
        subject && other && verb
    });
    actor.map(|person| person.name).or(pronoun).map_or(Holder::Author, Holder::Named)
}
