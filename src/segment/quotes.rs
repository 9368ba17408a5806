//! Which quotation marks and brackets open and which close.

use super::lexicon::Lexicon;

/// What a mark does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Opens a quotation or a bracket.
    Open,
    /// Closes one.
    Close,
}

/// A bracket that does not close within so many bytes was never meant to.
const BRACKET_REACH: usize = 400;
/// Marks kept open at once; real text nests two or three deep.
const DEPTH: usize = 8;

/// What is open at a point of a paragraph, told mark by mark in order.
#[derive(Default)]
pub struct Nesting {
    quotes: Vec<usize>,
    brackets: Vec<usize>,
}

impl Nesting {
    /// The opening mark of the innermost bracket open at `at`.
    pub fn bracket(&self, at: usize) -> Option<usize> {
        self.brackets.last().copied().filter(|start| at - start <= BRACKET_REACH)
    }

    /// Whether a quotation is open.
    pub fn in_quote(&self) -> bool {
        !self.quotes.is_empty()
    }

    /// Takes in the mark at `at`, and gives the start of what it closed, if it closed something.
    pub fn take(&mut self, at: usize, mark: &str, role: Role) -> Option<usize> {
        let open = if is_bracket(mark) { &mut self.brackets } else { &mut self.quotes };
        match role {
            Role::Close => open.pop(),
            Role::Open => {
                if open.len() == DEPTH {
                    open.remove(0);
                }
                open.push(at);
                None
            }
        }
    }
}

fn is_bracket(mark: &str) -> bool {
    matches!(mark, "(" | ")" | "[" | "]" | "{" | "}")
}

/// The quotation mark or bracket at the start of `rest`: two commas or apostrophes are one mark.
pub fn mark(rest: &str) -> Option<&str> {
    if [",,", "''", "``", "‘‘", "’’", "‚‚"].iter().any(|pair| rest.starts_with(pair)) {
        let len = rest.chars().take(2).map(char::len_utf8).sum();
        return Some(&rest[..len]);
    }
    let c = rest.chars().next()?;
    matches!(
        c,
        '"' | '“'
            | '”'
            | '„'
            | '‟'
            | '«'
            | '»'
            | '‹'
            | '›'
            | '‘'
            | '’'
            | '‚'
            | '\''
            | '`'
            | '('
            | ')'
            | '['
            | ']'
            | '{'
            | '}'
    )
    .then(|| &rest[..c.len_utf8()])
}

/// What the mark at `at` does, judged by what stands around it; `None` for an apostrophe.
///
/// Spacing decides first, because „…”, „…“, »…« and «…» use the same marks in different directions.
pub fn role(text: &str, at: usize, mark: &str, nesting: &Nesting, lexicon: &Lexicon) -> Option<Role> {
    match mark {
        "(" | "[" | "{" => return closes_in_reach(&text[at..], mark).then_some(Role::Open),
        ")" | "]" | "}" => return Some(Role::Close),
        ",," | "‚‚" => return Some(Role::Open),
        _ => {}
    }
    let (before, after) = (text[..at].chars().next_back(), text[at + mark.len()..].chars().next());
    let opens_here = before.is_none_or(|c| c.is_whitespace() || "([{„“«‹‘‚\"'-–—/".contains(c));
    let closes_here = after.is_none_or(|c| c.is_whitespace() || ")]}”“»›’\"'.,;:!?…-–—/".contains(c));
    let single = matches!(mark, "'" | "’" | "`" | "‘" | "‚");
    match (opens_here, closes_here) {
        (true, false) if single && lexicon.is_elision(first_letters(&text[at + mark.len()..])) => None,
        (true, false) => Some(Role::Open),
        (false, true) if single && !nesting.in_quote() && !before.is_some_and(is_final) => None,
        (false, true) => Some(Role::Close),
        _ if matches!(mark, "'" | "’") => None,
        _ => Some(match mark {
            "„" | "«" | "‹" | "``" | "‘" | "‚" => Role::Open,
            "”" | "»" | "›" => Role::Close,
            _ if nesting.in_quote() => Role::Close,
            _ => Role::Open,
        }),
    }
}

fn closes_in_reach(rest: &str, bracket: &str) -> bool {
    let close = match bracket {
        "(" => ')',
        "[" => ']',
        _ => '}',
    };
    rest[..rest.floor_char_boundary(BRACKET_REACH)].contains(close)
}

fn is_final(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | ',')
}

fn first_letters(rest: &str) -> &str {
    &rest[..rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len())]
}
