//! Web pages: the main text, without menus and footers.

use std::sync::LazyLock;

use dom_smoothie::{Config, Readability, TextMode};
use encoding_rs::Encoding;
use regex::bytes::Regex;

use super::columns::Fields;
use super::decode::Decoded;
use super::draft::Draft;
use super::sources::SourceFile;
use super::{IngestOptions, Read};

/// Bytes at the start of a page in which it must declare its encoding (HTML standard, 4.2.5.4).
const DECLARATION_REACH: usize = 1024;

/// The encoding that a page names for itself.
pub(super) fn declared_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    // A fixed pattern: it compiles or the first test fails.
    #[allow(clippy::expect_used)]
    static CHARSET: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"(?i)charset\s*=\s*["']?([a-z0-9_-]+)"#).expect("a valid pattern"));
    let head = &bytes[..bytes.len().min(DECLARATION_REACH)];
    Encoding::for_label(&CHARSET.captures(head)?[1])
}

/// The article of a page.
pub(super) fn page(file: &SourceFile, decoded: Decoded, options: &IngestOptions) -> Read {
    let reject = |cause: String| {
        let detail = format!("no main text found ({cause}); save the article's text as .txt");
        Err(file.rejection("no_main_text", detail))
    };
    let encoding = decoded.encoding_name();
    let config = Config { text_mode: TextMode::Formatted, ..Config::default() };
    let parsed = Readability::new(decoded.text, None, Some(config)).and_then(|mut page| page.parse());
    let page = match parsed {
        Ok(page) => page,
        Err(error) => return reject(error.to_string()),
    };
    let fields = Fields {
        id: None,
        title: Some(page.title),
        text: None,
        date: page.published_time.or(page.modified_time),
        outlet: page.site_name,
        language: page.lang,
    };
    let body = page.text_content.to_string();
    Draft { file, record: None, fields, body, encoding, offsets: None, repairs: decoded.repairs }.finish(options)
}
