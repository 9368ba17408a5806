//! Sentences to claims: which targets a sentence bears on, who utters it, and whose position it is.
//!
//! 1. [`Targets`] and [`Lexicon`] are data: aliases, actors and exclusions of the targets, and how languages report
//!    speech. 2. Every sentence is taken apart into words with their parts to play. 3. Quotations are marked over the
//!    whole document. 4. Speakers are read from reporting clauses, carried on through quotations, and pronouns led
//!    back to names. 5. Targets that are not named may be carried by a pronoun or description. 6. The holder is the
//!    speaker, or the actor whom the sentence is about.

mod carry;
mod fold;
mod holder;
mod interview;
mod lexicon;
mod names;
mod pattern;
mod quotes;
mod scan;
mod speaker;
mod targets;
mod voice;

pub use lexicon::{Lexicon, LexiconError};
pub use pattern::PatternError;
pub use targets::{EMBEDDED_TARGETS, Targets, TargetsError};

use crate::schema::{Claim, Language, Sentence};

/// The claims of a document, in the order of its sentences and then of the targets. `text` is the document's text,
/// `sentences` are ascending and of one language.
#[must_use]
pub fn attribute(text: &str, sentences: &[Sentence], targets: &Targets, lexicon: &Lexicon) -> Vec<Claim> {
    let mut scans: Vec<_> =
        sentences.iter().map(|&sentence| scan::Scan::new(text, sentence, targets, lexicon)).collect();
    quotes::mark(text, &mut scans, lexicon);
    let habits = lexicon.habits(sentences.first().map_or(Language::Nl, |sentence| sentence.language));
    let names = names::Names::new(text, &scans, habits);
    let reader = speaker::Reader { text, names: &names, habits, targets };
    let voices = voice::voices(&reader, &scans, &lexicon.dashes);
    let present = carry::present(&reader, &scans, &voices, targets.ids().len());
    let ids: Vec<&str> = targets.ids().collect();
    let mut claims = Vec::new();
    for (sentence, (scan, voice)) in scans.iter().zip(&voices).enumerate() {
        for found in &present[sentence] {
            claims.push(Claim {
                sentence,
                target: ids[found.target].to_owned(),
                presence: found.presence,
                mention: found.mention,
                holder: holder::holder(&reader, scan, voice, found),
                voice: voice.holder.clone(),
                speech: voice.speech,
            });
        }
    }
    claims
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_files_are_well_formed() {
        assert_eq!(Targets::embedded().ids().collect::<Vec<_>>(), ["russia", "west"]);
        assert_eq!(Targets::embedded().name("russia", Language::Ru), "Россия");
        let _ = Lexicon::embedded();
    }
}
