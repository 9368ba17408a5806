//! Articles with their sentences, and claims as words.

use serde::Serialize;

use super::format::{mark, plural};
use super::listing::{Links, article_id, sentence_id};
use super::series::{Corpus, holder_name, language_name};
use crate::schema::{ArticleText, BlockKind, Presence, Speech, StanceRecord};

/// A claim as words and signs, so that nothing is told by colour alone.
#[derive(Serialize)]
pub(super) struct ClaimView {
    mark: &'static str,
    /// `against`, `neutral`, `favor` or `undecided`.
    label: String,
    target: String,
    holder: String,
    /// How it is said and how the target is present, where either needs saying.
    manner: String,
    probabilities: String,
}

/// Puts a record into words.
pub(super) fn claim(corpus: &Corpus, record: &StanceRecord) -> ClaimView {
    let mut manner = Vec::new();
    match record.speech {
        Speech::None => {}
        Speech::Direct => manner.push("quoted directly".to_owned()),
        Speech::Indirect => manner.push("reported speech".to_owned()),
    }
    if record.voice != record.holder {
        manner.push(format!("said by {}", holder_name(&record.voice)));
    }
    if record.presence == Presence::Carried {
        manner.push(format!("target carried by “{}”", record.mention));
    }
    let target = corpus.targets.iter().find(|target| target.id == record.target);
    let [against, neutral, favor] = record.probabilities.to_array();
    ClaimView {
        mark: mark(record.label),
        label: record.label.to_string(),
        target: target.map_or(&record.target, |target| &target.name).clone(),
        holder: holder_name(&record.holder),
        manner: manner.join(", "),
        probabilities: format!("against {against:.2}, neutral {neutral:.2}, favor {favor:.2}"),
    }
}

/// What an article is called: its title, given or found in its text, else its id.
pub(super) fn name(text: &ArticleText) -> &str {
    let found =
        || text.sentences.iter().find(|sentence| sentence.block == BlockKind::Title).map(|sentence| &sentence.text);
    text.title.as_ref().or_else(found).unwrap_or(&text.article)
}

/// An article for the template.
#[derive(Serialize)]
pub(super) struct ArticleView {
    id: String,
    lang: &'static str,
    /// Shown as the heading where no sentence is the title.
    name: String,
    title: Vec<SentenceView>,
    about: Vec<String>,
    tally: String,
    copy_of: Option<(String, Option<String>)>,
    /// Notes of the title come first, then paragraph by paragraph.
    title_notes: Vec<NoteView>,
    paragraphs: Vec<ParagraphView>,
}

#[derive(Serialize)]
struct ParagraphView {
    kind: &'static str,
    sentences: Vec<SentenceView>,
    notes: Vec<NoteView>,
}

#[derive(Serialize)]
struct SentenceView {
    id: String,
    text: String,
    /// Label of its claims; `mixed` where they differ, empty without claims.
    label: String,
    hover: String,
    marks: Vec<NoteMark>,
}

#[derive(Serialize)]
struct NoteMark {
    number: usize,
    mark: &'static str,
    label: String,
}

#[derive(Serialize)]
struct NoteView {
    number: usize,
    sentence: String,
    claim: ClaimView,
}

impl ArticleView {
    /// Fills an article for `page`.
    pub fn new(corpus: &Corpus, links: &Links, page: &str, article: usize) -> Self {
        let (text, records) = (corpus.texts[article], &corpus.records[article]);
        let mut title = ParagraphView { kind: "title", sentences: Vec::new(), notes: Vec::new() };
        let mut paragraphs: Vec<ParagraphView> = Vec::new();
        let (mut number, mut last) = (0, None);
        for (index, sentence) in text.sentences.iter().enumerate() {
            let paragraph = if sentence.block == BlockKind::Title {
                &mut title
            } else {
                if last.replace((sentence.block, sentence.paragraph)) != Some((sentence.block, sentence.paragraph)) {
                    paragraphs.push(ParagraphView {
                        kind: sentence.block.name(),
                        sentences: Vec::new(),
                        notes: Vec::new(),
                    });
                }
                match paragraphs.last_mut() {
                    Some(paragraph) => paragraph,
                    None => continue,
                }
            };
            let id = sentence_id(article, index);
            let here = records.iter().filter(|record| record.sentence == index);
            let notes: Vec<NoteView> = here
                .map(|record| {
                    number += 1;
                    NoteView { number, sentence: id.clone(), claim: claim(corpus, record) }
                })
                .collect();
            paragraph.sentences.push(SentenceView::new(id, sentence.text.clone(), &notes));
            paragraph.notes.extend(notes);
        }
        let about = [
            text.outlet.clone(),
            Some(text.date.clone().unwrap_or_else(|| "undated".into())),
            Some(language_name(text.language).into()),
            Some(text.path.clone()),
        ];
        let original =
            corpus.texts.iter().position(|other| other.article == text.cluster && text.cluster != text.article);
        Self {
            id: article_id(article),
            lang: text.language.code(),
            name: name(text).to_owned(),
            title: title.sentences,
            about: about.into_iter().flatten().collect(),
            tally: format!("{}, {}", plural(text.sentences.len(), "sentence"), plural(records.len(), "claim")),
            copy_of: original.map(|i| (corpus.texts[i].article.clone(), links.href(page, &article_id(i)))),
            title_notes: title.notes,
            paragraphs,
        }
    }
}

impl SentenceView {
    fn new(id: String, text: String, notes: &[NoteView]) -> Self {
        let mut labels: Vec<&str> = notes.iter().map(|note| note.claim.label.as_str()).collect();
        // A position shows through claims that take none.
        if labels.iter().any(|label| matches!(*label, "against" | "favor")) {
            labels.retain(|label| matches!(*label, "against" | "favor"));
        }
        labels.dedup();
        let label = match labels[..] {
            [] => "",
            [label] => label,
            _ => "mixed",
        };
        let line = |note: &NoteView| {
            let ClaimView { label, target, holder, probabilities, .. } = &note.claim;
            format!("{label}: {target} — holder: {holder} — {probabilities}")
        };
        let mark =
            |note: &NoteView| NoteMark { number: note.number, mark: note.claim.mark, label: note.claim.label.clone() };
        Self {
            id,
            text,
            label: label.to_owned(),
            hover: notes.iter().map(line).collect::<Vec<_>>().join("\n"),
            marks: notes.iter().map(mark).collect(),
        }
    }
}
