//! Bytes to text, with the way back to every byte.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::schema::{OffsetMap, Repair};

/// A file's text.
pub(super) struct Decoded {
    pub text: String,
    /// From bytes of the text to bytes of the file.
    pub offsets: OffsetMap,
    pub encoding: &'static Encoding,
    pub repairs: Vec<Repair>,
}

impl Decoded {
    /// The encoding's name as it is written in ledgers.
    pub fn encoding_name(&self) -> String {
        self.encoding.name().to_lowercase()
    }
}

/// Bytes in which the encoding of a file without a byte order mark is looked for.
const DETECTION_REACH: usize = 1 << 20;
/// A file with more control characters than this, and one in this many characters, is no text.
const BINARY_COUNT: usize = 8;
const BINARY_SHARE: usize = 30;

/// Decodes a file. `declared` is the encoding that the file itself names (an HTML page's `charset`).
///
/// # Errors
/// What the file seems to be, when it is no text.
pub(super) fn decode(bytes: &[u8], declared: Option<&'static Encoding>) -> Result<Decoded, String> {
    let (encoding, mark) = match Encoding::for_bom(bytes) {
        Some(found) => found,
        None => (guess(bytes, declared), 0),
    };
    let (text, offsets, first_bad, bad) = decode_as(encoding, bytes, mark);
    let mut repairs = Vec::new();
    let mut note = |kind: &str, detail: String| repairs.push(Repair { kind: kind.into(), detail });
    if encoding != UTF_8 {
        let how = match mark {
            0 if declared == Some(encoding) => "as the file says",
            0 => "detected",
            _ => "by its byte order mark",
        };
        note("encoding", format!("read as {} ({how})", encoding.name().to_lowercase()));
    }
    if let Some(at) = first_bad {
        note("invalid_bytes", format!("{bad} invalid sequence(s), the first at byte {at}, read as U+FFFD"));
    }
    let is_control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}');
    let controls = text.chars().filter(|&c| is_control(c)).count();
    if controls + bad > BINARY_COUNT && (controls + bad) * BINARY_SHARE > text.chars().count() {
        return Err(format!(
            "not text: {controls} control characters and {bad} invalid sequences; convert it to UTF-8 text"
        ));
    }
    if let Some((at, c)) = text.char_indices().find(|&(_, c)| is_control(c)) {
        let at = offsets.to_source(at);
        note("control_characters", format!("{controls} removed, the first U+{:04X} at byte {at}", u32::from(c)));
    }
    Ok(Decoded { text, offsets, encoding, repairs })
}

/// Decodes `bytes` from `start` on, with the offset of the first invalid sequence and how many there are.
pub(super) fn decode_as(
    encoding: &'static Encoding,
    bytes: &[u8],
    start: usize,
) -> (String, OffsetMap, Option<usize>, usize) {
    let mut out =
        Output { text: String::with_capacity(bytes.len()), offsets: OffsetMap::default(), first_bad: None, bad: 0 };
    out.offsets.skip(start);
    if encoding == UTF_8 {
        utf8(&bytes[start..], start, &mut out);
    } else if encoding == UTF_16LE {
        utf16(&bytes[start..], start, u16::from_le_bytes, &mut out);
    } else if encoding == UTF_16BE {
        utf16(&bytes[start..], start, u16::from_be_bytes, &mut out);
    } else {
        single_byte(encoding, &bytes[start..], &mut out);
    }
    (out.text, out.offsets, out.first_bad, out.bad)
}

struct Output {
    text: String,
    offsets: OffsetMap,
    first_bad: Option<usize>,
    bad: usize,
}

impl Output {
    fn push(&mut self, c: char, source: usize) {
        self.text.push(c);
        self.offsets.replace(c.len_utf8(), source);
    }

    fn push_bad(&mut self, at: usize, source: usize) {
        self.push(char::REPLACEMENT_CHARACTER, source);
        self.first_bad.get_or_insert(at);
        self.bad += 1;
    }
}

fn utf8(bytes: &[u8], start: usize, out: &mut Output) {
    let mut at = start;
    for chunk in bytes.utf8_chunks() {
        out.text.push_str(chunk.valid());
        out.offsets.copy(chunk.valid().len());
        at += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            out.push_bad(at, chunk.invalid().len());
            at += chunk.invalid().len();
        }
    }
}

fn utf16(bytes: &[u8], start: usize, unit: fn([u8; 2]) -> u16, out: &mut Output) {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut at = start;
    for decoded in char::decode_utf16(pairs.iter().map(|&pair| unit(pair))) {
        let width = decoded.as_ref().map_or(2, |c| 2 * c.len_utf16());
        match decoded {
            Ok(c) => out.push(c, width),
            Err(_) => out.push_bad(at, width),
        }
        at += width;
    }
    if !rest.is_empty() {
        out.push_bad(at, rest.len());
    }
}

/// Every encoding that [`guess`] returns besides Unicode's has one byte per character.
fn single_byte(encoding: &'static Encoding, bytes: &[u8], out: &mut Output) {
    let table: Vec<char> = (0..=u8::MAX)
        .map(|byte| {
            let byte = [byte];
            let (text, _) = encoding.decode_without_bom_handling(&byte);
            text.chars().next().unwrap_or(char::REPLACEMENT_CHARACTER)
        })
        .collect();
    for &byte in bytes {
        out.push(table[usize::from(byte)], 1);
    }
}

/// The encoding of a file without a byte order mark.
fn guess(bytes: &[u8], declared: Option<&'static Encoding>) -> &'static Encoding {
    let head = &bytes[..bytes.len().min(DETECTION_REACH)];
    if let Some(utf16) = utf16_by_its_zeros(head) {
        return utf16;
    }
    if is_mostly_utf8(bytes) {
        return UTF_8;
    }
    let usable = |encoding: &&'static Encoding| encoding.is_single_byte();
    if let Some(declared) = declared.filter(usable) {
        return declared;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(head, true);
    // None of the eight languages is written in an encoding of several bytes but Unicode's.
    Some(detector.guess(None, Utf8Detection::Deny)).filter(usable).unwrap_or(WINDOWS_1252)
}

/// UTF-16 shows by zero bytes on one side of the pairs: each space, digit and full stop has one.
fn utf16_by_its_zeros(head: &[u8]) -> Option<&'static Encoding> {
    let zeros_at = |side: usize| head.iter().skip(side).step_by(2).filter(|&&byte| byte == 0).count();
    let (even, odd) = (zeros_at(0), zeros_at(1));
    let many = |zeros: usize| zeros > 2 && zeros * 50 > head.len();
    if many(odd) && odd > 10 * even {
        Some(UTF_16LE)
    } else if many(even) && even > 10 * odd {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Valid UTF-8, or damaged UTF-8: text in an older encoding has hardly ever a valid sequence of several bytes.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut valid, mut invalid) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        invalid += usize::from(!chunk.invalid().is_empty());
    }
    invalid == 0 || valid > invalid
}
