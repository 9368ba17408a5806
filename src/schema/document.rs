//! Cleaned text, its blocks and its sentences.

use serde::{Deserialize, Serialize};

use super::{Language, OffsetMap, Span};

/// What a stretch of an article is. Only title, lead and body are analysed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// The article's title.
    Title,
    /// The summary paragraph under the title.
    Lead,
    /// A heading between paragraphs.
    Heading,
    /// Who wrote it.
    Byline,
    /// A photo caption or credit.
    Caption,
    /// A sentence of the body displayed again.
    PullQuote,
    /// Sources, links, further reading.
    SourceList,
    /// A paragraph (or part of one) of the article itself.
    Body,
    /// The date marker and other metadata lines.
    Metadata,
}

impl BlockKind {
    /// Whether its sentences are analysed.
    #[must_use]
    pub fn is_analysed(self) -> bool {
        matches!(self, Self::Title | Self::Lead | Self::Body)
    }

    /// As written in records.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Lead => "lead",
            Self::Heading => "heading",
            Self::Byline => "byline",
            Self::Caption => "caption",
            Self::PullQuote => "pull_quote",
            Self::SourceList => "source_list",
            Self::Body => "body",
            Self::Metadata => "metadata",
        }
    }
}

/// A classified stretch of the document; blocks are ascending and do not overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Where, in bytes of [`Document::text`].
    pub span: Span,
    /// Paragraph number, from 0; a caption glued to a paragraph shares that paragraph's number.
    pub paragraph: usize,
}

/// The part of the source that a span leads back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Field {
    /// The separate title field.
    Title,
    /// The text.
    Body,
}

/// Cleaned text with its blocks. The title, where it was a field of its own, stands first as a block.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Line breaks are `\n`; no zero-width characters, no soft hyphens; otherwise as received.
    pub text: String,
    /// Ascending, without overlap; together with the white space between them they are the text.
    pub blocks: Vec<Block>,
    /// Bytes of `text` before the body begins: 0 without a separate title.
    pub body_start: usize,
    /// From `text` (less `body_start`) to bytes of the article's body.
    pub map: OffsetMap,
}

impl Document {
    /// Leads a span of `text` back to the article: the field, and bytes of that field.
    #[must_use]
    pub fn to_article(&self, span: Span) -> (Field, Span) {
        if span.start < self.body_start {
            return (Field::Title, span);
        }
        let last_char = span.of(&self.text).chars().next_back().map_or(0, char::len_utf8);
        let inner = Span::new(span.start - self.body_start, span.end - self.body_start);
        (Field::Body, self.map.span_to_source(inner, last_char))
    }
}

/// One sentence of an analysed block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// Where, in bytes of [`Document::text`], without surrounding white space.
    pub span: Span,
    /// Its block's kind.
    pub block: BlockKind,
    /// Its block's paragraph.
    pub paragraph: usize,
    /// The article's language.
    pub language: Language,
}
