//! From what the user named to files in a fixed order.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use walkdir::WalkDir;

use super::{IngestError, STDIN};
use crate::schema::Rejection;

/// A form in which articles are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// One article as plain text.
    Text,
    /// One article in Markdown, with or without front matter.
    Markdown,
    /// One JSON object per line.
    JsonLines,
    /// A table with a header row, separated by commas or semicolons.
    Csv,
    /// A table with a header row, separated by tabs.
    Tsv,
    /// A web page, of which the main text is taken.
    Html,
}

impl Format {
    /// File extensions of the known formats, for messages.
    pub const EXTENSIONS: &str = ".txt, .md, .jsonl, .csv, .tsv and .html";

    /// By a file's extension.
    #[must_use]
    pub fn of_path(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_lowercase().as_str() {
            "txt" | "text" => Some(Self::Text),
            "md" | "markdown" => Some(Self::Markdown),
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            "csv" => Some(Self::Csv),
            "tsv" | "tab" => Some(Self::Tsv),
            "html" | "htm" | "xhtml" => Some(Self::Html),
            _ => None,
        }
    }

    /// By how standard input begins: an object, a tag, or plain text.
    pub(super) fn of_content(bytes: &[u8]) -> Self {
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
        match text {
            [b'{', ..] => Self::JsonLines,
            [b'<', b'!' | b'h' | b'H', ..] => Self::Html,
            [b'-', b'-', b'-', b'\n' | b'\r', ..] => Self::Markdown,
            _ => Self::Text,
        }
    }
}

/// A file to read.
#[derive(Clone, Debug)]
pub(super) struct SourceFile {
    /// As shown to the user, or `-`.
    pub path: String,
    /// The path from the input down, without extension: the id of the article in it.
    pub id: String,
    pub format: Option<Format>,
}

impl SourceFile {
    pub fn rejection(&self, kind: &str, detail: String) -> Rejection {
        self.rejection_at(None, kind, detail)
    }

    pub fn rejection_at(&self, record: Option<u64>, kind: &str, detail: String) -> Rejection {
        Rejection { path: self.path.clone(), record, kind: kind.into(), detail }
    }

    /// The file's name without folders and extension.
    pub fn stem(&self) -> &str {
        self.id.rsplit('/').next().unwrap_or(&self.id)
    }
}

/// See [`super::read`].
pub(super) fn find(inputs: &[String], fallback: Option<Format>) -> Result<Vec<SourceFile>, IngestError> {
    let mut found = Found { files: Vec::new(), seen: HashSet::new(), fallback };
    for input in inputs {
        let path = Path::new(input);
        if input == STDIN {
            found.push_stdin();
        } else if path.exists() {
            found.push_path(path, path.parent().unwrap_or(path))?;
        } else if input.contains(['*', '?', '[']) {
            found.push_glob(input)?;
        } else {
            return Err(IngestError::NotFound { input: input.clone() });
        }
    }
    if found.files.iter().all(|file| file.format.is_none() && file.path != STDIN) {
        return Err(IngestError::NothingFound { inputs: inputs.join(", ") });
    }
    Ok(found.files)
}

struct Found {
    files: Vec<SourceFile>,
    /// Canonical paths: a file named twice is read once.
    seen: HashSet<PathBuf>,
    fallback: Option<Format>,
}

impl Found {
    fn push_stdin(&mut self) {
        if self.seen.insert(PathBuf::from(STDIN)) {
            self.files.push(SourceFile { path: STDIN.into(), id: "stdin".into(), format: self.fallback });
        }
    }

    /// Takes a file, or all files below a folder; ids are relative to `root`, or to the folder itself.
    fn push_path(&mut self, path: &Path, root: &Path) -> Result<(), IngestError> {
        if !path.is_dir() {
            self.push_file(path, root);
            return Ok(());
        }
        let root = if path.parent() == Some(root) { path } else { root };
        let visible =
            |entry: &walkdir::DirEntry| entry.depth() == 0 || !entry.file_name().as_encoded_bytes().starts_with(b".");
        for entry in WalkDir::new(path).sort_by_file_name().into_iter().filter_entry(visible) {
            let entry = entry.map_err(|error| IngestError::UnreadableFolder {
                path: error.path().unwrap_or(path).to_owned(),
                source: error.into(),
            })?;
            // Links to files count; links to folders may lead in circles.
            if entry.path().is_file() {
                self.push_file(entry.path(), root);
            }
        }
        Ok(())
    }

    fn push_glob(&mut self, pattern: &str) -> Result<(), IngestError> {
        let options = glob::MatchOptions { require_literal_leading_dot: true, ..glob::MatchOptions::new() };
        let paths = glob::glob_with(pattern, options)
            .map_err(|source| IngestError::BadPattern { pattern: pattern.to_owned(), source })?;
        let fixed: PathBuf = Path::new(pattern)
            .components()
            .take_while(|part| !part.as_os_str().to_string_lossy().contains(['*', '?', '[']))
            .collect();
        let mut any = false;
        for path in paths {
            let path = path.map_err(|error| IngestError::UnreadableFolder {
                path: error.path().to_owned(),
                source: error.into(),
            })?;
            any = true;
            self.push_path(&path, &fixed)?;
        }
        if any { Ok(()) } else { Err(IngestError::NotFound { input: pattern.to_owned() }) }
    }

    fn push_file(&mut self, path: &Path, root: &Path) {
        let canonical = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if !self.seen.insert(canonical) {
            return;
        }
        let below = path.strip_prefix(root).unwrap_or(path).with_extension("");
        let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        self.files.push(SourceFile {
            path: path.to_string_lossy().into_owned(),
            id: parts.join("/"),
            format: Format::of_path(path).or(self.fallback),
        });
    }
}
