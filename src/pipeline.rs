//! The path from articles to records: each step's type feeds the next.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::attribute::{self, Targets, attribute};
use crate::clean::{CleanRules, clean};
use crate::schema::{
    Article, ArticleText, BlockKind, Claim, Document, Field, Language, Probabilities, Sentence, SentenceText, Span,
    Stance, StanceRecord,
};
use crate::segment::{detect_language, segment};
use crate::tag::{Pair, TagError, Tagger, Thresholds};

/// Word lists and targets of the steps before tagging.
pub struct Rules {
    /// How blocks are told apart.
    pub clean: CleanRules,
    /// What stance is measured toward.
    pub targets: Targets,
    /// How speech is reported.
    pub speech: attribute::Lexicon,
    /// Language of all articles; none detects it.
    pub language: Option<Language>,
}

/// An article with all that was found in it, before tagging.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// The article.
    pub article: Article,
    /// Its cleaned text.
    pub document: Document,
    /// Its language: given, configured, or detected; Dutch where detection finds nothing.
    pub language: Language,
    /// Its sentences.
    pub sentences: Vec<Sentence>,
    /// Its claims.
    pub claims: Vec<Claim>,
}

impl Rules {
    /// Cleans, segments and attributes one article.
    #[must_use]
    pub fn analyse(&self, article: Article) -> Analysis {
        let document = clean(&article, &self.clean);
        let language =
            article.language.or(self.language).or_else(|| detect_language(&document.text)).unwrap_or(Language::Nl);
        let sentences = segment(&document, language);
        let claims = attribute(&document.text, &sentences, &self.targets, &self.speech);
        Analysis { article, document, language, sentences, claims }
    }

    /// What a tagger sees of each claim.
    #[must_use]
    pub fn pairs(&self, analysis: &Analysis) -> Vec<Pair> {
        let text = &analysis.document.text;
        let pair = |claim: &Claim| {
            let span = analysis.sentences[claim.sentence].span;
            let previous = claim.sentence.checked_sub(1).map_or("", |i| analysis.sentences[i].span.of(text));
            Pair {
                text: span.of(text).to_owned(),
                previous: previous.to_owned(),
                mention: Span::new(claim.mention.start - span.start, claim.mention.end - span.start),
                target: self.targets.name(&claim.target, analysis.language).to_owned(),
                language: analysis.language,
            }
        };
        analysis.claims.iter().map(pair).collect()
    }
}

/// A tagger with what decides between a label and "undecided".
pub struct Judge {
    /// One tagger a thread.
    pub taggers: Vec<Box<dyn Tagger>>,
    /// When to abstain.
    pub thresholds: Thresholds,
}

impl Judge {
    /// Tags analysed articles; the answer keeps their order. Articles are shared out among the taggers one by one, so
    /// that an article's rows do not depend on the number of taggers. `done` is called after each article.
    ///
    /// # Errors
    /// The [`TagError`] of the first article, in order, that has one.
    pub fn tag(
        &mut self,
        rules: &Rules,
        analyses: &[Analysis],
        done: &(dyn Fn() + Sync),
    ) -> Result<Vec<Vec<StanceRecord>>, TagError> {
        let next = AtomicUsize::new(0);
        let thresholds = &self.thresholds;
        let work = |tagger: &mut Box<dyn Tagger>| {
            let mut rows = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(analysis) = analyses.get(index) else { return rows };
                let result = tagger.tag(&rules.pairs(analysis)).map(|scores| {
                    analysis
                        .claims
                        .iter()
                        .zip(scores)
                        .map(|(claim, p)| analysis.record(claim, p, tagger.id(), thresholds))
                        .collect()
                });
                done();
                rows.push((index, result));
            }
        };
        let mut tagged: Vec<(usize, Result<Vec<StanceRecord>, TagError>)> = thread::scope(|scope| {
            let work = &work;
            let threads: Vec<_> = self.taggers.iter_mut().map(|tagger| scope.spawn(move || work(tagger))).collect();
            threads
                .into_iter()
                .flat_map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        });
        tagged.sort_by_key(|(index, _)| *index);
        tagged.into_iter().map(|(_, result)| result).collect()
    }
}

impl Analysis {
    /// The output row of a claim.
    fn record(
        &self,
        claim: &Claim,
        probabilities: Probabilities,
        model: &str,
        thresholds: &Thresholds,
    ) -> StanceRecord {
        let (text, sentence) = (&self.document.text, &self.sentences[claim.sentence]);
        let (field, span) = self.source(sentence.span);
        let label = thresholds.decide(probabilities, &claim.target, self.language);
        // A pair without a position is held by whoever utters it.
        let neutral = probabilities.best().0 == Stance::Neutral;
        StanceRecord {
            article: self.article.id.clone(),
            outlet: self.article.outlet.clone(),
            date: self.article.date.map(|date| date.to_string()),
            cluster: self.article.id.clone(),
            sentence: claim.sentence,
            text: sentence.span.of(text).to_owned(),
            span,
            field,
            block: sentence.block,
            language: self.language,
            target: claim.target.clone(),
            mention: claim.mention.of(text).to_owned(),
            presence: claim.presence,
            holder: if neutral { &claim.voice } else { &claim.holder }.clone(),
            voice: claim.voice.clone(),
            speech: claim.speech,
            label,
            probabilities,
            model: model.to_owned(),
        }
    }

    /// Leads a span of the document back to the bytes of the source, as far as those exist.
    #[must_use]
    pub fn source(&self, span: Span) -> (Field, Span) {
        let (field, inner) = self.document.to_article(span);
        if field == Field::Title {
            return (field, inner);
        }
        let last = inner.of(&self.article.body).chars().next_back().map_or(0, char::len_utf8);
        (field, self.article.origin.offsets.span_to_source(inner, last))
    }

    /// The article's sentences, for reading back in context.
    #[must_use]
    pub fn text(&self) -> ArticleText {
        let text = &self.document.text;
        let sentence = |sentence: &Sentence| {
            let (field, span) = self.source(sentence.span);
            SentenceText {
                text: sentence.span.of(text).to_owned(),
                span,
                field,
                block: sentence.block,
                paragraph: sentence.paragraph,
            }
        };
        let title = self.document.blocks.iter().find(|block| block.kind == BlockKind::Title);
        ArticleText {
            article: self.article.id.clone(),
            title: title.map(|block| block.span.of(text).trim().to_owned()),
            outlet: self.article.outlet.clone(),
            date: self.article.date.map(|date| date.to_string()),
            language: self.language,
            path: self.article.origin.path.clone(),
            cluster: self.article.id.clone(),
            sentences: self.sentences.iter().map(sentence).collect(),
        }
    }
}
