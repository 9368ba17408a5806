//! Which column, key or front-matter line holds what.

use serde::{Deserialize, Serialize};

/// Names under which each field is looked for, in any case; the first that occurs wins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Columns {
    /// The article's id.
    pub id: Vec<String>,
    /// Its title.
    pub title: Vec<String>,
    /// Its text; the only field that must be there.
    pub text: Vec<String>,
    /// When it was published.
    pub date: Vec<String>,
    /// Who published it.
    pub outlet: Vec<String>,
    /// Its language, as ISO 639-1 code.
    pub language: Vec<String>,
}

/// data/columns.toml as it stands in the file: every list is there.
#[derive(Deserialize)]
struct Embedded {
    id: Vec<String>,
    title: Vec<String>,
    text: Vec<String>,
    date: Vec<String>,
    outlet: Vec<String>,
    language: Vec<String>,
}

impl Default for Columns {
    /// The embedded names.
    fn default() -> Self {
        // The file is compiled in and every test reads it: it cannot fail on a user's machine alone.
        #[allow(clippy::expect_used)]
        let Embedded { id, title, text, date, outlet, language } =
            toml::from_str(include_str!("../../data/columns.toml")).expect("the embedded data/columns.toml is valid");
        Self { id, title, text, date, outlet, language }
    }
}

/// What a row, object or front matter says, still as written.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields {
    pub id: Option<String>,
    pub title: Option<String>,
    pub text: Option<String>,
    pub date: Option<String>,
    pub outlet: Option<String>,
    pub language: Option<String>,
}

impl Columns {
    /// What to say when no column or key (`what`) of those `found` holds the text.
    pub(super) fn no_text(&self, what: &str, found: &[&str]) -> String {
        let name = self.text.first().map_or("text", String::as_str);
        format!("no {what} holds the text: found {}; name it {name}, or map it in the configuration", found.join(", "))
    }

    /// Picks the fields out of a row; `value` is asked for the value under a name in lower case.
    ///
    /// # Errors
    /// Whatever `value` objects to.
    pub(super) fn pick<E>(&self, value: impl Fn(&str) -> Result<Option<String>, E>) -> Result<Fields, E> {
        let first = |names: &[String]| -> Result<Option<String>, E> {
            for name in names {
                if let Some(found) = value(&name.to_lowercase())?.filter(|found| !found.trim().is_empty()) {
                    return Ok(Some(found));
                }
            }
            Ok(None)
        };
        Ok(Fields {
            id: first(&self.id)?,
            title: first(&self.title)?,
            text: first(&self.text)?,
            date: first(&self.date)?,
            outlet: first(&self.outlet)?,
            language: first(&self.language)?,
        })
    }
}
