//! Plain text and Markdown: one article a file, each byte of it in reach.

use super::columns::Fields;
use super::decode::{Decoded, decode_as};
use super::draft::Draft;
use super::sources::SourceFile;
use super::{IngestOptions, Read};
use crate::schema::Repair;

/// A text file; its title is its first line and stays in the body.
pub(super) fn plain(file: &SourceFile, decoded: Decoded, options: &IngestOptions) -> Read {
    let encoding = decoded.encoding_name();
    let Decoded { text: body, offsets, repairs, .. } = decoded;
    Draft { file, record: None, fields: Fields::default(), body, encoding, offsets: Some(offsets), repairs }
        .finish(options)
}

/// A Markdown file; its front matter is read and does not stand in the body.
pub(super) fn markdown(file: &SourceFile, bytes: &[u8], mut decoded: Decoded, options: &IngestOptions) -> Read {
    let (fields, body_at) = match front_matter(&decoded.text) {
        FrontMatter::None => return plain(file, decoded, options),
        FrontMatter::Unclosed => {
            let detail = "front matter begins and never ends; read as text".into();
            decoded.repairs.push(Repair { kind: "front_matter".into(), detail });
            return plain(file, decoded, options);
        }
        FrontMatter::Lines(lines, body_at) => {
            let value = |name: &str| {
                Ok::<_, std::convert::Infallible>(
                    lines.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()),
                )
            };
            let Ok(fields) = options.columns.pick(value);
            (fields, body_at)
        }
    };
    let (body, offsets, ..) = decode_as(decoded.encoding, bytes, decoded.offsets.to_source(body_at));
    let encoding = decoded.encoding_name();
    Draft { file, record: None, fields, body, encoding, offsets: Some(offsets), repairs: decoded.repairs }
        .finish(options)
}

enum FrontMatter {
    None,
    Unclosed,
    /// Keys in lower case with their values, and where the text begins.
    Lines(Vec<(String, String)>, usize),
}

/// Lines `key: value` between two `---`, or `key = "value"` between two `+++`; lists and nested keys are passed over.
fn front_matter(text: &str) -> FrontMatter {
    let mut at = 0;
    let mut fence = None;
    let mut found = Vec::new();
    for line in text.split_inclusive('\n') {
        at += line.len();
        let line = line.trim_end();
        match fence {
            None if line == "---" || line == "+++" => fence = Some(line),
            None => return FrontMatter::None,
            Some(fence) if line == fence => return FrontMatter::Lines(found, at),
            Some(fence) => {
                let separator = if fence == "---" { ':' } else { '=' };
                if let Some((key, value)) =
                    line.split_once(separator).filter(|(key, _)| !key.starts_with([' ', '-', '#']))
                {
                    found.push((unquote(key).to_lowercase(), unquote(value).to_owned()));
                }
            }
        }
    }
    if fence.is_some() { FrontMatter::Unclosed } else { FrontMatter::None }
}

fn unquote(value: &str) -> &str {
    let value = value.trim();
    let quoted = ['"', '\''].iter().find_map(|&quote| value.strip_prefix(quote)?.strip_suffix(quote));
    quoted.unwrap_or(value)
}
