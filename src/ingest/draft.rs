//! From what a format tells to an article: date, language and id are read here, alike for every format.

use super::columns::Fields;
use super::sources::SourceFile;
use super::{IngestOptions, Read, date};
use crate::clean::{marker, normalise, normalise_line};
use crate::schema::{Article, DateOrigin, Language, OffsetMap, Origin, PublicationDate, Repair};

/// An article whose fields are still as written.
pub(super) struct Draft<'a> {
    pub file: &'a SourceFile,
    /// Line of a file with many articles.
    pub record: Option<u64>,
    pub fields: Fields,
    pub body: String,
    pub encoding: String,
    /// To bytes of the file, where the format has them.
    pub offsets: Option<OffsetMap>,
    pub repairs: Vec<Repair>,
}

impl Draft<'_> {
    /// The article, or a rejection when it has no text.
    pub fn finish(mut self, options: &IngestOptions) -> Read {
        let text = self.body.get(marker(&self.body).map_or(0, |(span, _)| span.end)..).unwrap_or_default();
        if text.trim().is_empty() || normalise(text).0.trim().is_empty() {
            return Err(self.file.rejection_at(self.record, "empty", "the article has no text".into()));
        }
        let date = self.date(options);
        let language = self.language();
        let id = self.fields.id.as_deref().map(normalise_line).unwrap_or_else(|| match self.record {
            Some(record) => format!("{}:{record}", self.file.id),
            None => self.file.id.clone(),
        });
        let exact = self.offsets.is_some();
        let offsets = self.offsets.unwrap_or_else(|| OffsetMap::identity(self.body.len(), 0));
        let article = Article {
            id,
            outlet: self.fields.outlet.as_deref().map(normalise_line),
            date,
            language,
            title: self.fields.title.as_deref().map(normalise_line).filter(|title| !title.is_empty()),
            body: self.body,
            origin: Origin {
                path: self.file.path.clone(),
                record: self.record,
                encoding: self.encoding,
                offsets,
                exact,
            },
        };
        Ok((article, self.repairs))
    }

    /// The first of marker, field and file name that is there, be it a date or not.
    fn date(&mut self, options: &IngestOptions) -> Option<PublicationDate> {
        let in_name = if self.record.is_none() { date::in_file_name(self.file.stem()) } else { None };
        let (text, origin) = match (marker(&self.body), self.fields.date.as_deref(), in_name) {
            (Some((_, text)), ..) => (text, DateOrigin::Marker),
            (None, Some(text), _) => (text, DateOrigin::Field),
            (None, None, Some(text)) => (text, DateOrigin::Filename),
            (None, None, None) => return None,
        };
        date::read(text, origin, options.today, &options.months, &mut self.repairs)
    }

    /// The language given, as `nl` or `nl-BE`.
    fn language(&mut self) -> Option<Language> {
        let given = self.fields.language.as_deref()?.trim();
        let code = given.split(['-', '_']).next().unwrap_or_default().to_lowercase();
        let language = code.parse().ok();
        if language.is_none() {
            let detail = format!(
                "'{given}' is none of {}; the language is detected",
                Language::ALL.map(Language::code).join(", ")
            );
            self.repairs.push(Repair { kind: "language_unknown".into(), detail });
        }
        language
    }
}
