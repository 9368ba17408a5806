//! Tables with a header row: CSV and TSV.

use std::io::Cursor;

use csv::{ReaderBuilder, StringRecord};

use super::decode::Decoded;
use super::draft::Draft;
use super::sources::SourceFile;
use super::{Articles, IngestOptions, Read, one};
use crate::schema::{Rejection, Repair};

/// What every row of a table shares.
struct Table<'a> {
    file: SourceFile,
    /// In lower case.
    header: Vec<String>,
    encoding: String,
    repairs: Vec<Repair>,
    options: &'a IngestOptions,
}

/// The articles of a table, one a row. A bad row is rejected by its line; a quotation mark that never closes ends the
/// table at the row it stands in.
pub(super) fn rows<'a>(
    file: SourceFile,
    mut decoded: Decoded,
    delimiter: Option<u8>,
    options: &'a IngestOptions,
) -> Articles<'a> {
    let named = named_delimiter(&decoded.text);
    let skipped = u64::from(named.is_some());
    if named.is_some() {
        decoded.text.drain(..decoded.text.find('\n').map_or(decoded.text.len(), |end| end + 1));
    }
    let delimiter = delimiter.or(named).unwrap_or_else(|| most_frequent_delimiter(&decoded.text));
    let unclosed = unclosed_quote(&decoded.text, delimiter).map(|(row_start, line)| {
        decoded.text.truncate(row_start);
        let detail = "the quotation mark that opens here never closes; this row and all after it cannot be read";
        file.rejection_at(Some(line + skipped), "unclosed_quote", detail.into())
    });
    let encoding = decoded.encoding_name();
    // Rows of another length are told apart below, by their line.
    let mut reader = ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(Cursor::new(decoded.text));
    let header: Vec<String> = match reader.headers() {
        Ok(header) => header.iter().map(|name| name.trim().to_lowercase()).collect(),
        Err(error) => return one(Err(file.rejection("bad_table", error.to_string()))),
    };
    if let Err(rejection) = check_header(&header, &file, options) {
        return one(Err(unclosed.unwrap_or(rejection)));
    }
    let header_only = file.rejection("empty", "a header row with no row below it".into());
    let table = Table { file, header, encoding, repairs: decoded.repairs, options };
    let mut unclosed = unclosed;
    let mut lines = Lines { at: 0, number: 1 + skipped };
    let mut record = StringRecord::new();
    let mut row = move || -> Option<Read> {
        let start = reader.position().byte() as usize;
        let found = reader.read_record(&mut record);
        let line = lines.of_record(reader.get_ref().get_ref(), start);
        match found {
            Ok(true) => Some(table.article(&record, line)),
            Ok(false) => unclosed.take().map(Err),
            Err(error) => Some(Err(table.file.rejection_at(Some(line), "bad_table", error.to_string()))),
        }
    };
    let Some(first) = row() else {
        return one(Err(header_only));
    };
    Box::new(std::iter::once(first).chain(std::iter::from_fn(row)))
}

/// Counts lines up to a record: csv's own count is one behind where lines end in CR LF.
struct Lines {
    at: usize,
    number: u64,
}

impl Lines {
    /// The line of the record that is read from `start` on, blank lines passed over.
    fn of_record(&mut self, text: &str, start: usize) -> u64 {
        let start = start + text[start..].bytes().take_while(|&b| b == b'\n' || b == b'\r').count();
        self.number += text[self.at..start].bytes().filter(|&b| b == b'\n').count() as u64;
        self.at = start;
        self.number
    }
}

fn check_header(header: &[String], file: &SourceFile, options: &IngestOptions) -> Result<(), Rejection> {
    let names = &options.columns.text;
    if header.iter().any(|column| names.iter().any(|name| name.to_lowercase() == *column)) {
        return Ok(());
    }
    let found: Vec<&str> = header.iter().map(String::as_str).collect();
    Err(file.rejection("no_text_column", options.columns.no_text("column", &found)))
}

impl Table<'_> {
    fn article(&self, record: &StringRecord, line: u64) -> Read {
        if record.len() != self.header.len() {
            let detail = format!("{} fields where the header has {}", record.len(), self.header.len());
            return Err(self.file.rejection_at(Some(line), "ragged_row", detail));
        }
        let value = |name: &str| {
            let at = self.header.iter().position(|column| column == name);
            Ok::<_, std::convert::Infallible>(at.and_then(|at| record.get(at)).map(str::to_owned))
        };
        let Ok(mut fields) = self.options.columns.pick(value);
        let body = fields.text.take().unwrap_or_default();
        Draft {
            file: &self.file,
            record: Some(line),
            fields,
            body,
            encoding: self.encoding.clone(),
            offsets: None,
            repairs: self.repairs.clone(),
        }
        .finish(self.options)
    }
}

/// The delimiter that a spreadsheet program named in a line of its own: `sep=;`.
fn named_delimiter(text: &str) -> Option<u8> {
    match text.as_bytes() {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', mark, b'\n' | b'\r', ..] => Some(*mark),
        _ => None,
    }
}

/// The mark that stands most often in the header row outside quotation marks; a comma where none does.
fn most_frequent_delimiter(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    let outside: Vec<&str> = header.split('"').step_by(2).collect();
    let count = |mark: u8| outside.iter().flat_map(|part| part.bytes()).filter(|&b| b == mark).count();
    // The last of equals wins.
    [b'|', b'\t', b';', b','].into_iter().max_by_key(|&mark| count(mark)).unwrap_or(b',')
}

/// Where the row with a quotation mark that never closes begins, and the line of that mark, from 1.
///
/// The csv reader takes the rest of the file for one field and says nothing.
fn unclosed_quote(text: &str, delimiter: u8) -> Option<(usize, u64)> {
    let mut line = 1;
    let mut row_start = 0;
    let mut opened_on = None;
    let mut field_start = true;
    let mut bytes = text.bytes().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        line += u64::from(byte == b'\n');
        if opened_on.is_some() {
            if byte == b'"' && bytes.next_if(|&(_, next)| next == b'"').is_none() {
                opened_on = None;
            }
            field_start = false;
        } else if byte == b'"' && field_start {
            opened_on = Some(line);
        } else {
            field_start = byte == delimiter || byte == b'\n' || byte == b'\r';
            if byte == b'\n' {
                row_start = at + 1;
            }
        }
    }
    opened_on.map(|line| (row_start, line))
}
