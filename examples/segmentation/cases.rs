//! Case files: a text, `---`, its sentences one per line; cases are separated by `===`, lines that begin with `#` are remarks.

/// A text and the sentences it should be cut into.
pub struct Case {
    /// The text.
    pub text: String,
    /// The sentences, trimmed.
    pub sentences: Vec<String>,
}

/// The cases of a file, or what is malformed.
pub fn parse(source: &str) -> Result<Vec<Case>, String> {
    let lines: Vec<&str> = source.lines().filter(|line| !line.starts_with('#')).collect();
    lines.split(|line| *line == "===").map(case).collect()
}

fn case(lines: &[&str]) -> Result<Case, String> {
    let parts: Vec<&[&str]> = lines.split(|line| *line == "---").collect();
    let [text, sentences] = parts[..] else { return Err(format!("a case needs one '---':\n{}", lines.join("\n"))) };
    let case = Case {
        text: text.join("\n").trim().to_owned(),
        sentences: sentences.iter().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect(),
    };
    case.ends().map(|_| case)
}

impl Case {
    /// Where the sentences end in the text, the last one left out; an error where they are not the text.
    pub fn ends(&self) -> Result<Vec<usize>, String> {
        let mut ends = Vec::new();
        let mut at = 0;
        for sentence in &self.sentences {
            at += self.text[at..].len() - self.text[at..].trim_start().len();
            if !self.text[at..].starts_with(sentence.as_str()) {
                return Err(format!("'{sentence}' does not go on the text:\n{}", self.text));
            }
            at += sentence.len();
            ends.push(at);
        }
        if ends.pop() == Some(self.text.len()) {
            Ok(ends)
        } else {
            Err(format!("the sentences end before the text:\n{}", self.text))
        }
    }
}
