//! Reads articles from files, folders, globs and standard input.
//!
//! [`read`] finds the files; [`Ingested`] then reads one after the other. What is wrong with an article is told beside
//! it (a [`Repair`]) or instead of it (a [`Rejection`]); an [`IngestError`] is only what leaves nothing to read.

mod columns;
mod date;
mod decode;
mod draft;
pub mod duplicates;
mod error;
mod html;
mod jsonl;
mod sources;
mod table;
mod text;

use std::collections::HashMap;
use std::io::Read as _;
use std::path::Path;

use jiff::civil::Date;

pub use columns::Columns;
pub use date::Months;
pub use error::{IngestError, MonthsError};
pub use sources::Format;

use crate::schema::{Article, Rejection, Repair};
use sources::SourceFile;

/// The name that stands for standard input.
pub const STDIN: &str = "-";

/// One article with what was put right in it, or why there is none.
pub type Read = Result<(Article, Vec<Repair>), Rejection>;

/// The articles of one file.
type Articles<'a> = Box<dyn Iterator<Item = Read> + Send + 'a>;

/// How to read.
#[derive(Clone, Debug)]
pub struct IngestOptions {
    /// The day after which a date lies in the future; given, so that a run can be repeated.
    pub today: Date,
    /// Names of columns, JSON keys and front-matter lines.
    pub columns: Columns,
    /// Month names of written-out dates.
    pub months: Months,
    /// Format of standard input and of files whose name does not tell.
    pub format: Option<Format>,
}

impl IngestOptions {
    /// The embedded names, with formats told by file names.
    #[must_use]
    pub fn new(today: Date) -> Self {
        Self { today, columns: Columns::default(), months: Months::default(), format: None }
    }
}

/// Finds the files that `inputs` name: files, folders (with all below them), globs, or `-` for standard input.
///
/// Files come in the order of the inputs and sorted within a folder or glob, each once.
///
/// # Errors
/// When an input does not exist, a folder cannot be listed, a glob is malformed, or no file of a known format is found.
pub fn read<'a>(inputs: &[String], options: &'a IngestOptions) -> Result<Ingested<'a>, IngestError> {
    let files = sources::find(inputs, options.format)?;
    Ok(Ingested { files: files.into_iter(), options, current: Box::new(std::iter::empty()), ids: HashMap::new() })
}

/// Articles in order of their files; each file is opened when its turn comes.
///
/// Holds one file's text at a time. Ids are unique: a repeated one gets a number, noted as a repair.
pub struct Ingested<'a> {
    files: std::vec::IntoIter<SourceFile>,
    options: &'a IngestOptions,
    current: Articles<'a>,
    /// How often an id was seen.
    ids: HashMap<String, usize>,
}

impl Ingested<'_> {
    /// Files not opened yet.
    #[must_use]
    pub fn files_left(&self) -> usize {
        self.files.len()
    }

    fn with_unique_id(&mut self, mut article: Article, mut repairs: Vec<Repair>) -> (Article, Vec<Repair>) {
        let given = article.id.clone();
        while let Some(count) = self.ids.get_mut(&article.id) {
            *count += 1;
            article.id = format!("{given}-{count}");
        }
        self.ids.insert(article.id.clone(), 1);
        if article.id != given {
            let detail = format!("the id '{given}' was taken; now '{}'", article.id);
            repairs.push(Repair { kind: "duplicate_id".into(), detail });
        }
        (article, repairs)
    }
}

impl Iterator for Ingested<'_> {
    type Item = Read;

    fn next(&mut self) -> Option<Read> {
        loop {
            match self.current.next() {
                Some(Ok((article, repairs))) => return Some(Ok(self.with_unique_id(article, repairs))),
                Some(rejected) => return Some(rejected),
                None => self.current = open(self.files.next()?, self.options),
            }
        }
    }
}

fn open(file: SourceFile, options: &IngestOptions) -> Articles<'_> {
    let bytes = match bytes(&file.path) {
        Ok(bytes) => bytes,
        Err(error) => return one(Err(file.rejection("unreadable", format!("cannot be read: {error}")))),
    };
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return one(Err(file.rejection("empty", "the file is empty".into())));
    }
    let Some(format) = file.format.or_else(|| (file.path == STDIN).then(|| Format::of_content(&bytes))) else {
        let detail = format!("unknown format; known are {}", Format::EXTENSIONS);
        return one(Err(file.rejection("unknown_format", detail)));
    };
    let declared = if format == Format::Html { html::declared_encoding(&bytes) } else { None };
    let decoded = match decode::decode(&bytes, declared) {
        Ok(decoded) => decoded,
        Err(cause) => return one(Err(file.rejection("binary", cause))),
    };
    match format {
        Format::Text => one(text::plain(&file, decoded, options)),
        Format::Markdown => one(text::markdown(&file, &bytes, decoded, options)),
        Format::Html => one(html::page(&file, decoded, options)),
        Format::JsonLines => jsonl::rows(file, decoded, options),
        Format::Csv => table::rows(file, decoded, None, options),
        Format::Tsv => table::rows(file, decoded, Some(b'\t'), options),
    }
}

fn bytes(path: &str) -> std::io::Result<Vec<u8>> {
    if path != STDIN {
        return std::fs::read(Path::new(path));
    }
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn one<'a>(article: Read) -> Articles<'a> {
    Box::new(std::iter::once(article))
}
