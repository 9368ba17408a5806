//! Which language an article is in.

use std::sync::LazyLock;

use lingua::{LanguageDetector, LanguageDetectorBuilder};

use crate::schema::Language;

/// Enough to be sure; lingua's time grows with the text.
const PREFIX_CHARS: usize = 4000;

/// The eight languages under lingua's names.
const NAMES: [(lingua::Language, Language); 8] = [
    (lingua::Language::Dutch, Language::Nl),
    (lingua::Language::English, Language::En),
    (lingua::Language::German, Language::De),
    (lingua::Language::French, Language::Fr),
    (lingua::Language::Russian, Language::Ru),
    (lingua::Language::Ukrainian, Language::Uk),
    (lingua::Language::Polish, Language::Pl),
    (lingua::Language::Belarusian, Language::Be),
];

static DETECTOR: LazyLock<LanguageDetector> =
    LazyLock::new(|| LanguageDetectorBuilder::from_languages(&NAMES.map(|(name, _)| name)).build());

/// The language that a text is most probably in; `None` where it has no words of any of the eight.
///
/// A text in a ninth language gets the nearest of the eight.
#[must_use]
pub fn detect_language(text: &str) -> Option<Language> {
    let end = text.char_indices().nth(PREFIX_CHARS).map_or(text.len(), |(i, _)| i);
    let found = DETECTOR.detect_language_of(&text[..end])?;
    NAMES.iter().find(|(name, _)| *name == found).map(|(_, language)| *language)
}
