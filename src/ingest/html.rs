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

/// Elements inside one another that a page may have; browsers stop here too. The parser calls itself for each.
const MAX_DEPTH: usize = 512;

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
    if depth(&decoded.text) > MAX_DEPTH {
        return reject(format!("more than {MAX_DEPTH} elements inside one another"));
    }
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

/// How deep elements lie inside one another, at most. Elements that need no end tag are not counted: they cannot
/// hold one another without another element between.
fn depth(page: &str) -> usize {
    const NO_END: [&str; 24] = [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "p",
        "li", "dt", "dd", "tr", "td", "th", "option", "tbody", "thead", "colgroup",
    ];
    let (mut depth, mut deepest) = (0usize, 0);
    for tag in page.split('<').skip(1) {
        let (closing, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        let name = &tag[..tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len())];
        if name.is_empty() || NO_END.iter().any(|void| name.eq_ignore_ascii_case(void)) {
            continue;
        }
        depth = if closing { depth.saturating_sub(1) } else { depth + 1 };
        deepest = deepest.max(depth);
    }
    deepest
}
