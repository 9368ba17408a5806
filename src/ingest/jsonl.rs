//! One JSON object per line.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::Value;

use super::decode::Decoded;
use super::draft::Draft;
use super::sources::SourceFile;
use super::{Articles, IngestOptions, Read};

/// The articles of a JSONL file; a bad line is rejected by its number and the next one read. Blank lines are skipped.
pub(super) fn rows<'a>(file: SourceFile, decoded: Decoded, options: &'a IngestOptions) -> Articles<'a> {
    let mut at = 0;
    let mut number = 0;
    Box::new(std::iter::from_fn(move || {
        while at < decoded.text.len() {
            let rest = &decoded.text[at..];
            let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
            at += line.len() + 1;
            number += 1;
            if !line.trim().is_empty() {
                return Some(row(line, number, &file, &decoded, options));
            }
        }
        None
    }))
}

fn row(line: &str, number: u64, file: &SourceFile, decoded: &Decoded, options: &IngestOptions) -> Read {
    let reject = |kind: &str, detail: String| Err(file.rejection_at(Some(number), kind, detail));
    let object: Object = match serde_json::from_str(line) {
        Ok(object) => object,
        Err(error) => return reject("bad_json", format!("not a JSON object: {}", cause(&error))),
    };
    let mut fields = match options.columns.pick(|name| object.text(name)) {
        Ok(fields) => fields,
        Err(detail) => return reject("wrong_type", detail),
    };
    let Some(body) = fields.text.take() else {
        if object.has_any(&options.columns.text) {
            return reject("empty", "the article has no text".into());
        }
        let keys: Vec<&str> = object.0.iter().map(|(key, _)| key.as_str()).collect();
        return reject("no_text", options.columns.no_text("key", &keys));
    };
    Draft {
        file,
        record: Some(number),
        fields,
        body,
        encoding: decoded.encoding_name(),
        offsets: None,
        repairs: decoded.repairs.clone(),
    }
    .finish(options)
}

/// What serde_json says, with the byte of the line; to it every line is line 1.
fn cause(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let what = message.split(" at line 1").next().unwrap_or_default();
    if error.column() > 0 { format!("{what}, at byte {}", error.column()) } else { what.to_owned() }
}

/// An object with keys in lower case; a key that stands twice is an error, where a map would keep one in silence.
struct Object(Vec<(String, Value)>);

impl Object {
    fn has_any(&self, names: &[String]) -> bool {
        names.iter().any(|name| self.0.iter().any(|(key, _)| *key == name.to_lowercase()))
    }

    fn text(&self, name: &str) -> Result<Option<String>, String> {
        match self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(Value::Bool(_)) => Err(format!("'{name}' is true or false; text is needed")),
            Some(Value::Array(_)) => Err(format!("'{name}' is a list; text is needed")),
            Some(Value::Object(_)) => Err(format!("'{name}' is an object; text is needed")),
        }
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;
        impl<'de> Visitor<'de> for Keys {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut entries: Vec<(String, Value)> = Vec::new();
                while let Some((key, value)) = map.next_entry::<String, Value>()? {
                    let key = key.to_lowercase();
                    if entries.iter().any(|(other, _)| *other == key) {
                        return Err(A::Error::custom(format!("the key '{key}' stands twice")));
                    }
                    entries.push((key, value));
                }
                Ok(Object(entries))
            }
        }
        deserializer.deserialize_map(Keys)
    }
}
