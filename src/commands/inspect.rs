//! `standpunt inspect`

use std::fmt::Write as _;
use std::io::IsTerminal as _;

use serde_json::{Value, json};

use super::{print, setup};
use crate::cli::InspectArgs;
use crate::ingest;
use crate::pipeline::Analysis;
use crate::schema::{Article, Label, Repair, Span, StanceRecord};

pub fn run(args: &InspectArgs) -> anyhow::Result<u8> {
    let config = setup::config(&args.analysis)?;
    let rules = setup::rules(&config)?;
    let mut judge = setup::judge(&crate::config::Config { threads: 1, ..config.clone() })?;
    let options = setup::ingest(&config);
    let (mut shown, mut status) = (Vec::new(), 0);
    for item in ingest::read(std::slice::from_ref(&args.file), &options)? {
        match item {
            Ok((article, repairs)) => {
                let analysis = rules.analyse(article);
                let records = judge.tag(&rules, std::slice::from_ref(&analysis), &|| ())?.concat();
                if args.json {
                    shown.push(to_json(&analysis, &repairs, &records));
                } else {
                    print(&to_text(&analysis, &repairs, &records, std::io::stdout().is_terminal()))?;
                }
            }
            Err(rejection) => {
                eprintln!("rejected: {rejection}");
                status = 3;
            }
        }
    }
    if args.json {
        print(&format!("{}\n", serde_json::to_string_pretty(&shown)?))?;
    }
    Ok(status)
}

fn date(article: &Article) -> Value {
    article.date.map_or(
        Value::Null,
        |date| json!({ "value": date.to_string(), "precision": date.precision, "origin": date.origin }),
    )
}

fn to_json(analysis: &Analysis, repairs: &[Repair], records: &[StanceRecord]) -> Value {
    let text = &analysis.document.text;
    let source = |span: Span| json!({ "field": analysis.source(span).0, "span": analysis.source(span).1 });
    let blocks: Vec<Value> = analysis.document.blocks.iter()
        .map(|block| json!({ "kind": block.kind, "paragraph": block.paragraph, "source": source(block.span), "text": block.span.of(text) }))
        .collect();
    let claims = |sentence: usize| -> Vec<Value> {
        let own = analysis.claims.iter().zip(records).filter(|(claim, _)| claim.sentence == sentence);
        own.map(|(claim, record)| json!({
            "target": record.target, "presence": record.presence, "mention": record.mention, "source": source(claim.mention),
            "holder": record.holder, "voice": record.voice, "speech": record.speech,
            "label": record.label, "probabilities": record.probabilities,
        })).collect()
    };
    let sentences: Vec<Value> = analysis
        .sentences
        .iter()
        .enumerate()
        .map(|(i, sentence)| {
            json!({
                "sentence": i, "text": sentence.span.of(text), "source": source(sentence.span),
                "block": sentence.block, "paragraph": sentence.paragraph, "claims": claims(i),
            })
        })
        .collect();
    let article = &analysis.article;
    json!({
        "article": article.id, "outlet": article.outlet, "date": date(article), "language": analysis.language,
        "path": article.origin.path, "record": article.origin.record, "encoding": article.origin.encoding,
        "spans_are_file_bytes": article.origin.exact,
        "repairs": repairs, "blocks": blocks, "sentences": sentences,
        "model": records.first().map(|record| &record.model),
    })
}

/// Colour codes: red, grey, green, yellow for the labels; dim for what is not analysed.
fn paint(text: &str, code: &str, colour: bool) -> String {
    if colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
}

/// Text from a file must not steer the terminal.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

fn to_text(analysis: &Analysis, repairs: &[Repair], records: &[StanceRecord], colour: bool) -> String {
    let article = &analysis.article;
    let mut out = String::new();
    let date = article.date.map_or_else(
        || "undated".into(),
        |date| format!("{date} ({:?}, from {:?})", date.precision, date.origin).to_lowercase(),
    );
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "{}  {date}  {}  {}",
        paint(&plain(&article.id), "1", colour),
        analysis.language,
        article.origin.encoding
    );
    for repair in repairs {
        let _ = writeln!(out, "  repaired: {}", plain(&repair.detail));
    }
    let text = &analysis.document.text;
    for block in &analysis.document.blocks {
        let _ = writeln!(out, "\n{}", paint(&format!("[{}]", block.kind.name()), "36", colour));
        if !block.kind.is_analysed() {
            let _ = writeln!(out, "  {}", paint(&plain(block.span.of(text)), "2", colour));
            continue;
        }
        for (i, sentence) in analysis.sentences.iter().enumerate().filter(|(_, s)| block.span.contains(s.span)) {
            let _ = writeln!(out, "  {i:>3} {}", plain(sentence.span.of(text)));
            for (_, record) in analysis.claims.iter().zip(records).filter(|(claim, _)| claim.sentence == i) {
                let (mark, code) = match record.label {
                    Label::Against => ("−", "31"),
                    Label::Neutral => ("0", "90"),
                    Label::Favor => ("+", "32"),
                    Label::Undecided => ("?", "33"),
                };
                let [against, neutral, favor] = record.probabilities.to_array();
                let _ = writeln!(
                    out,
                    "      {} {} \"{}\" ({:?})  holder {}  voice {}  [−{against:.2} 0{neutral:.2} +{favor:.2}]",
                    paint(&format!("{mark} {}", record.target), code, colour),
                    record.label,
                    plain(&record.mention),
                    record.presence,
                    plain(&record.holder.to_string()),
                    plain(&record.voice.to_string()),
                );
            }
        }
    }
    out
}
