//! Universal Dependencies back to running text.

use super::Paragraph;

/// Sentences put together where a file tells nothing of paragraphs.
const GROUP: usize = 10;

struct Sentence {
    text: String,
    /// Whether no space follows it.
    glued: bool,
    /// Whether `# newdoc` or `# newpar` stands before it.
    begins: bool,
    /// Its id without the number of the sentence, where the id tells one (`…p.5.s.4`).
    group: Option<String>,
}

/// The paragraphs of a CoNLL-U file: by `# newdoc` and `# newpar`; else by a `.s.4` at the end of sentence ids; else ten
/// sentences each. Sentences are joined with a space unless `SpaceAfter=No` says otherwise.
pub fn paragraphs(source: &str) -> Vec<Paragraph> {
    let sentences: Vec<Sentence> = source.split("\n\n").filter_map(sentence).collect();
    let marked = sentences.iter().any(|sentence| sentence.begins);
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    let mut previous: Option<&Sentence> = None;
    for (i, sentence) in sentences.iter().enumerate() {
        let begins = match (marked, &sentence.group) {
            (true, _) => sentence.begins,
            (false, Some(group)) => previous.and_then(|previous| previous.group.as_ref()) != Some(group),
            (false, None) => i % GROUP == 0,
        };
        match paragraphs.last_mut().filter(|_| !begins) {
            Some(paragraph) => {
                paragraph.ends.push(paragraph.text.len());
                if previous.is_none_or(|previous| !previous.glued) {
                    paragraph.text.push(' ');
                }
                paragraph.text.push_str(&sentence.text);
            }
            None => paragraphs.push(Paragraph { text: sentence.text.clone(), ends: Vec::new() }),
        }
        previous = Some(sentence);
    }
    paragraphs
}

/// Reads one block of lines; `# text` is the sentence with its multiword tokens and spaces as printed.
fn sentence(block: &str) -> Option<Sentence> {
    let text = block.lines().find_map(|line| line.strip_prefix("# text = "))?.trim().to_owned();
    let id = block.lines().find_map(|line| line.strip_prefix("# sent_id = ")).unwrap_or_default();
    let begins = block.lines().any(|line| line.starts_with("# newdoc") || line.starts_with("# newpar"));
    let group =
        id.rsplit_once(".s.").filter(|(_, n)| n.bytes().all(|b| b.is_ascii_digit())).map(|(group, _)| group.to_owned());
    Some(Sentence {
        text,
        glued: last_token(block).is_some_and(|token| token.contains("SpaceAfter=No")),
        begins,
        group,
    })
}

/// The line of the last token of the surface: that of the multiword token (`5-6`) where one covers the last words.
fn last_token(block: &str) -> Option<&str> {
    let tokens = || block.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit()));
    let id = |line: &str| line.split('\t').next().unwrap_or_default().to_owned();
    let last = tokens().rfind(|line| !id(line).contains('.'))?;
    let covering = tokens().find(|line| id(line).split_once('-').is_some_and(|(_, to)| to == id(last)));
    Some(covering.unwrap_or(last))
}
