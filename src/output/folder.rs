//! Writing and reading run folders. A folder appears whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{RunInfo, articles_csv, dates_csv};
use crate::aggregate::{ArticleStance, DateStance};
use crate::schema::{ArticleText, LedgerEntry, StanceRecord};

/// Why a run folder cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The folder to be made is there already.
    #[error("{path} exists already\n  choose another folder with --out, or remove it; nothing is overwritten", path = path.display())]
    Exists {
        /// The folder.
        path: PathBuf,
    },
    /// A file cannot be written.
    #[error("cannot write {path}: {source}\n  free space or choose another folder with --out; nothing was left half-written", path = path.display())]
    Unwritable {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A folder is no run folder, or a file of it is damaged.
    #[error("{path} is not from a finished run: {cause}\n  give the folder that `standpunt run --out` wrote", path = path.display())]
    NotARun {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        cause: String,
    },
}

/// All that a run writes.
pub struct WriteRun<'a> {
    /// Rows of `records.jsonl`.
    pub records: &'a [StanceRecord],
    /// Rows of `texts.jsonl`.
    pub texts: &'a [ArticleText],
    /// Rows of `articles.csv`.
    pub articles: &'a [ArticleStance],
    /// Rows of `dates.csv`.
    pub dates: &'a [DateStance],
    /// Rows of `ledger.jsonl`.
    pub ledger: &'a [LedgerEntry],
    /// `run.toml`.
    pub info: &'a RunInfo,
}

impl WriteRun<'_> {
    /// Writes the folder.
    ///
    /// # Errors
    /// As [`write_folder`].
    pub fn write(&self, path: &Path) -> Result<(), OutputError> {
        let info = toml::to_string(self.info).map_err(|error| unwritable(path, io::Error::other(error)))?;
        let csv = |rows: Result<Vec<u8>, csv::Error>| rows.map_err(|error| unwritable(path, io::Error::other(error)));
        write_folder(
            path,
            &[
                ("records.jsonl", jsonl(self.records)),
                ("texts.jsonl", jsonl(self.texts)),
                ("articles.csv", csv(articles_csv(self.articles))?),
                ("dates.csv", csv(dates_csv(self.dates))?),
                ("ledger.jsonl", jsonl(self.ledger)),
                ("run.toml", info.into_bytes()),
            ],
        )
    }
}

fn unwritable(path: &Path, source: io::Error) -> OutputError {
    OutputError::Unwritable { path: path.to_owned(), source }
}

/// One JSON object a line.
#[must_use]
pub fn jsonl<T: Serialize>(rows: &[T]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for row in rows {
        // Writing plain data to memory cannot fail.
        let _ = serde_json::to_writer(&mut bytes, row);
        bytes.push(b'\n');
    }
    bytes
}

/// Writes files into a folder that does not exist yet. They are written beside it and moved into place by one rename.
///
/// # Errors
/// [`OutputError::Exists`] and [`OutputError::Unwritable`].
pub fn write_folder<N: AsRef<Path>>(path: &Path, files: &[(N, Vec<u8>)]) -> Result<(), OutputError> {
    check_free(path)?;
    let parent = parent(path);
    fs::create_dir_all(parent).map_err(|source| unwritable(parent, source))?;
    let fresh = tempfile::Builder::new()
        .prefix(".standpunt-")
        .tempdir_in(parent)
        .map_err(|source| unwritable(parent, source))?;
    for (name, bytes) in files {
        let (target, temporary) = (path.join(name), fresh.path().join(name));
        let write = || {
            fs::create_dir_all(self::parent(&temporary))?;
            let mut file = File::create(&temporary)?;
            file.write_all(bytes)?;
            file.sync_all()
        };
        write().map_err(|source| unwritable(&target, source))?;
    }
    fs::rename(fresh.path(), path).map_err(|source| unwritable(path, source))?;
    let _ = fresh.keep();
    make_readable(path);
    File::open(parent).and_then(|folder| folder.sync_all()).map_err(|source| unwritable(parent, source))
}

/// Temporary folders are private; a finished one is as readable as any other.
fn make_readable(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Failing leaves the folder private, which harms nobody.
        let _ = fs::set_permissions(path, fs::Permissions::from_mode(0o755));
    }
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Checks, before long work, that a folder can be made there.
///
/// # Errors
/// [`OutputError::Exists`].
pub fn check_free(path: &Path) -> Result<(), OutputError> {
    if path.exists() { Err(OutputError::Exists { path: path.to_owned() }) } else { Ok(()) }
}

/// A finished run, read back.
#[derive(Clone, Debug)]
pub struct Run {
    /// Rows of `records.jsonl`.
    pub records: Vec<StanceRecord>,
    /// Rows of `texts.jsonl`.
    pub texts: Vec<ArticleText>,
    /// Rows of `ledger.jsonl`.
    pub ledger: Vec<LedgerEntry>,
    /// `run.toml`.
    pub info: RunInfo,
    /// `run.toml` as it stands.
    pub info_text: String,
}

/// Reads a run folder.
///
/// # Errors
/// [`OutputError::NotARun`] names the file, the line and the cause.
pub fn read_run(folder: &Path) -> Result<Run, OutputError> {
    let path = folder.join("run.toml");
    let not_a_run = |cause: String| OutputError::NotARun { path: path.clone(), cause };
    let info_text = fs::read_to_string(&path).map_err(|error| not_a_run(error.to_string()))?;
    let info: RunInfo = toml::from_str(&info_text).map_err(|error| not_a_run(error.to_string()))?;
    let records = read_jsonl(&folder.join("records.jsonl"))?;
    if records.len() != info.counts.claims {
        let cause = format!("run.toml counts {} claims, records.jsonl holds {}", info.counts.claims, records.len());
        return Err(not_a_run(cause));
    }
    Ok(Run {
        records,
        texts: read_jsonl(&folder.join("texts.jsonl"))?,
        ledger: read_jsonl(&folder.join("ledger.jsonl"))?,
        info,
        info_text,
    })
}

fn read_jsonl<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, OutputError> {
    let fail = |cause: String| OutputError::NotARun { path: path.to_owned(), cause };
    let reader = BufReader::new(File::open(path).map_err(|error| fail(error.to_string()))?);
    let parse = |(number, line): (usize, io::Result<String>)| {
        let line = line.map_err(|error| fail(error.to_string()))?;
        serde_json::from_str(&line).map_err(|error| fail(format!("line {number}: {error}")))
    };
    (1..).zip(reader.lines()).map(parse).collect()
}
