//! The report: safe with any text, complete in its links, honest in its gaps.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine;
use regex::Regex;
use sha2::{Digest, Sha256};
use standpunt::aggregate::{Granularity, Interval, Weighting, by_article, by_date};
use standpunt::report::{CorrectedPoint, ReportError, ReportInput, render};
use standpunt::schema::{
    ArticleText, BlockKind, Field, Holder, Label, Language, LedgerEntry, Presence, Repair, SentenceText, Span, Speech,
    StanceRecord, Status,
};

/// What a field of an article may hold at worst.
const MARKUP: &str = "<script>alert('x')</script>\"><img src=x onerror=\"y()\">&amp;{{ 'in' ~ 'jected' }}";

struct Run {
    records: Vec<StanceRecord>,
    texts: Vec<ArticleText>,
    ledger: Vec<LedgerEntry>,
    corrected: Vec<CorrectedPoint>,
    names: BTreeMap<String, String>,
    run_toml: String,
}

type Pages = BTreeMap<String, String>;

impl Run {
    fn empty() -> Self {
        let names = [("east", "the East"), ("west", "the West")].map(|(id, name)| (id.to_owned(), name.to_owned()));
        Self {
            records: Vec::new(),
            texts: Vec::new(),
            ledger: Vec::new(),
            corrected: Vec::new(),
            names: names.into(),
            run_toml: "version = \"0.1.0\"\n".into(),
        }
    }

    /// An article of two sentences, the second of which takes a side.
    fn article(&mut self, id: &str, date: Option<&str>, outlet: Option<&str>, holder: &str, label: Label) {
        let (date, outlet) = (date.map(str::to_owned), outlet.map(str::to_owned));
        let sentence = |text: &str, block, paragraph| SentenceText {
            text: text.into(),
            span: Span::new(0, 1),
            field: Field::Body,
            block,
            paragraph,
        };
        self.texts.push(ArticleText {
            article: id.into(),
            title: Some(format!("Title of {id}")),
            outlet: outlet.clone(),
            date: date.clone(),
            language: Language::Nl,
            path: format!("{id}.txt"),
            cluster: id.into(),
            sentences: vec![
                sentence("De brug is open.", BlockKind::Lead, 0),
                sentence("Het Oosten dreigt weer.", BlockKind::Body, 1),
            ],
        });
        self.records.push(StanceRecord {
            article: id.into(),
            outlet,
            date: date.clone(),
            cluster: id.into(),
            sentence: 1,
            text: "Het Oosten dreigt weer.".into(),
            span: Span::new(0, 1),
            field: Field::Body,
            block: BlockKind::Body,
            language: Language::Nl,
            target: "east".into(),
            mention: "Oosten".into(),
            presence: Presence::Named,
            holder: holder.into(),
            voice: holder.into(),
            speech: Speech::None,
            label,
            probabilities: [0.8, 0.15, 0.05].into(),
            model: "test".into(),
        });
        self.ledger.push(LedgerEntry {
            article: Some(id.into()),
            path: format!("{id}.txt"),
            record: None,
            status: Status::Accepted,
            notes: Vec::new(),
            encoding: None,
            language: None,
            date,
            duplicate_of: None,
        });
    }

    /// Some months, a hole of two, a coarse date, an undated article.
    fn small() -> Self {
        let mut run = Self::empty();
        for (number, month) in
            ["2021-01", "2021-01", "2021-01", "2021-02", "2021-05", "2021-06"].into_iter().enumerate()
        {
            let holder = if number % 2 == 0 { "author" } else { "Jan Voorbeeld" };
            let outlet = if number % 3 == 0 { Some("De Proef") } else { Some("The Sample") };
            run.article(&format!("a{number}"), Some(&format!("{month}-03")), outlet, holder, Label::Against);
        }
        run.article("coarse", Some("2021"), None, "unnamed", Label::Favor);
        run.article("undated", None, None, "author", Label::Undecided);
        run
    }

    fn files(&self) -> Result<Vec<(String, Vec<u8>)>, ReportError> {
        render(&ReportInput {
            records: &self.records,
            texts: &self.texts,
            ledger: &self.ledger,
            dates: by_date(&by_article(&self.records), Granularity::Month, Weighting::Once, 50, 1),
            weighting: Weighting::Once,
            replicates: 50,
            seed: 1,
            corrected: &self.corrected,
            target_names: self.names.clone(),
            run_toml: &self.run_toml,
            command: "standpunt report run/",
        })
    }

    fn pages(&self) -> Pages {
        self.files().unwrap().into_iter().map(|(name, bytes)| (name, String::from_utf8(bytes).unwrap())).collect()
    }
}

fn all<'a>(pattern: &str, text: &'a str) -> Vec<&'a str> {
    let regex = Regex::new(pattern).unwrap();
    regex.captures_iter(text).map(|found| found.get(1).unwrap().as_str()).collect()
}

/// Every link leads to an element that exists, and no page has an id twice.
fn assert_links(pages: &Pages) {
    let mut ids: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, page) in pages {
        for id in all(r#"\sid="([^"]*)""#, page) {
            assert!(ids.entry(name).or_default().insert(id), "{name}: id {id} twice");
        }
    }
    for (name, page) in pages {
        let page = page.replace("&#x2f;", "/");
        for link in all(r#"href="([^"]*)""#, &page).into_iter().filter(|link| *link != "data:,") {
            let (file, id) = link.split_once('#').unwrap_or((link, ""));
            let file = if file.is_empty() { name } else { file.trim_start_matches("../") };
            assert!(pages.contains_key(file), "{name}: {link} leads to no file");
            assert!(id.is_empty() || ids[file].contains(id), "{name}: {link} leads to no element");
        }
    }
}

#[test]
fn markup_in_any_field_is_shown_as_text() {
    let mut run = Run::small();
    run.names.insert("east".into(), MARKUP.into());
    run.run_toml = MARKUP.into();
    for text in &mut run.texts {
        text.title = Some(MARKUP.into());
        text.outlet = Some(MARKUP.into());
        text.path = MARKUP.into();
        text.sentences.iter_mut().for_each(|sentence| sentence.text = MARKUP.into());
    }
    for record in &mut run.records {
        record.outlet = Some(MARKUP.into());
        record.text = MARKUP.into();
        record.mention = MARKUP.into();
        record.presence = Presence::Carried;
        record.holder = Holder::Named(MARKUP.into());
        record.voice = Holder::Named(format!("{MARKUP}!"));
    }
    for entry in &mut run.ledger {
        entry.status = Status::Repaired;
        entry.path = MARKUP.into();
        entry.duplicate_of = Some(MARKUP.into());
        entry.notes = vec![Repair { kind: MARKUP.into(), detail: MARKUP.into() }];
    }
    let method = MARKUP.to_owned();
    let (period, target, class) = ("2021-01".to_owned(), "east".to_owned(), "all".to_owned());
    run.corrected =
        vec![CorrectedPoint { period, target, class, estimate: Some(0.1), interval: None, coded_articles: 3, method }];
    let pages = run.pages();
    for (name, page) in &pages {
        assert!(!page.contains("<img"), "{name}");
        assert!(!page.contains("<script>alert"), "{name}");
        assert!(!page.contains("onerror=\""), "{name}");
        assert!(!page.contains("injected"), "{name}: a template ran inside a text");
    }
    assert!(pages["report.html"].matches("&lt;script&gt;alert").count() > 50);
    assert_links(&pages);
}

#[test]
fn the_policy_names_exactly_the_inline_style_and_script() {
    let pages = Run::small().pages();
    for (name, page) in pages.iter().filter(|(name, _)| name.ends_with(".html")) {
        let policy = all(r#"http-equiv="Content-Security-Policy" content="([^"]*)""#, page)[0];
        assert!(policy.starts_with("default-src 'none';"), "{name}: {policy}");
        assert!(!policy.contains("unsafe"), "{name}: {policy}");
        for (element, directive) in [("style", "style-src"), ("script", "script-src")] {
            let contents = all(&format!("(?s)<{element}>(.*?)</{element}>"), page);
            assert_eq!(contents.len(), 1, "{name}: {element}");
            let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(contents[0]));
            assert!(policy.contains(&format!("{directive} 'sha256-{hash}'")), "{name}: {element}");
        }
        assert_eq!(all(r"(<[^>]*\sstyle=)", page), Vec::<&str>::new(), "{name}: forbidden by its own policy");
        assert_eq!(all(r"(<[^>]*\son[a-z]+=)", page), Vec::<&str>::new(), "{name}: forbidden by its own policy");
        assert_eq!(all(r#"((?:src|href)="(?:https?:)?//[^"]*)"#, page), Vec::<&str>::new(), "{name}: from elsewhere");
    }
}

#[test]
fn every_point_leads_to_its_sentences() {
    let pages = Run::small().pages();
    assert_links(&pages);
    // January, February, May, June, the whole of 2021, undated; in two sizes.
    let report = &pages["report.html"];
    let points = all(r#"<a href="(#[^"]*)" aria-label="All voices"#, report);
    assert_eq!(points.len(), 2 * 6, "{points:?}");
    assert!(
        report.contains(
            r##"<a href="#all1-t1-2021-05" aria-label="All voices, as classified, May 2021: net stance −1.00"##
        )
    );
    let block = report.split(r#"id="all1-t1-2021-01""#).nth(1).unwrap().split("</article>").next().unwrap();
    assert_eq!(block.matches("Het Oosten dreigt weer.").count(), 3, "January has three claims");
    // A chart's file leads back to the page.
    assert!(pages["charts/east.svg"].contains(r##"href="../report.html#all1-t1-2021-05""##));
}

#[test]
fn gaps_stay_gaps() {
    let pages = Run::small().pages();
    let chart = &pages["charts/east.svg"];
    let group = chart.split(r#"<g class="all">"#).nth(1).unwrap();
    let lines = all(r#"class="line" d="([^"]*)""#, group.split(r#"<g class="author">"#).next().unwrap());
    // January to February, and May to June; neither the hole nor the coarse and undated values are joined.
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines.iter().all(|line| line.matches('L').count() == 1), "{lines:?}");
    assert!(chart.contains("class=\"stretch\""), "2021 is drawn as the stretch that it is");
    assert!(chart.contains(">undated</text>"));
}

#[test]
fn corrected_values_stand_beside_raw_ones() {
    let mut run = Run::small();
    let point = |period: &str, estimate, method: &str| CorrectedPoint {
        period: period.into(),
        target: "east".into(),
        class: "all".into(),
        estimate,
        interval: estimate.map(|e: f64| Interval { low: e - 0.1, high: e + 0.1 }),
        coded_articles: 7,
        method: method.into(),
    };
    run.corrected = vec![
        point("2021-01", Some(-0.4), "first"),
        point("2021-02", None, "first"),
        point("2021-01", Some(-0.3), "second"),
    ];
    let report = &run.pages()["report.html"];
    assert!(report.contains(
        "−0.40 (−0.50 to −0.30), 7 coded articles; first<br>−0.30 (−0.40 to −0.20), 7 coded articles; second"
    ));
    assert!(report.contains("not estimable (7 coded articles; first)"));
    assert!(report.contains("Corrected (first), January 2021: net stance −0.40"));
    assert!(!report.contains("Corrected (second)"), "charts draw one method");
    assert!(Run::small().pages()["report.html"].contains("nothing here is corrected"));
}

#[test]
fn many_articles_go_to_further_pages() {
    let mut run = Run::empty();
    for number in 0..201 {
        run.article(
            &format!("a{number:03}"),
            Some(&format!("2021-{:02}-01", number % 12 + 1)),
            None,
            "author",
            Label::Against,
        );
    }
    let pages = run.pages();
    assert_links(&pages);
    let articles: Vec<&str> = pages.keys().map(String::as_str).filter(|name| name.starts_with("articles-")).collect();
    assert_eq!(articles, ["articles-001.html", "articles-002.html", "articles-003.html"]);
    assert!(!pages["report.html"].contains("Het Oosten dreigt weer."), "texts are elsewhere");
    assert!(pages["report.html"].contains(r##"<a href="sentences-001.html#all1-t1-2021-03""##));
    assert!(pages["charts/east.svg"].contains(r##"href="../sentences-001.html#all1-t1-2021-03""##));
    let count = |name: &str| pages[name].matches(r#"<article class="article""#).count();
    assert_eq!(articles.iter().map(|name| count(name)).sum::<usize>(), 201);
}

#[test]
fn the_same_run_gives_the_same_bytes_in_any_order() {
    let run = Run::small();
    let mut turned = Run::small();
    turned.records.reverse();
    turned.texts.reverse();
    assert_eq!(run.files().unwrap(), run.files().unwrap());
    assert_eq!(run.pages(), turned.pages());
}

#[test]
fn a_run_without_claims_or_articles_says_so() {
    let mut run = Run::small();
    run.records.clear();
    let pages = run.pages();
    assert!(pages["report.html"].contains("No sentence of this run bears on it."));
    assert_links(&pages);
    assert_links(&Run::empty().pages());
}

#[test]
fn a_record_without_its_text_is_refused() {
    let mut run = Run::small();
    run.records[0].sentence = 9;
    insta::assert_snapshot!(run.files().unwrap_err(), @"a record of article 'a0' names sentence 9, which the run's texts lack; make the run again");
}

/// The Python that has `tests/browser/requirements.txt`, where there is one and a driver too.
fn browser_python() -> Option<PathBuf> {
    let given = std::env::var_os("STANDPUNT_PYTHON").map(PathBuf::from);
    let python = given.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join(".venv/bin/python"));
    let selenium =
        || Command::new(&python).args(["-c", "import selenium"]).output().is_ok_and(|run| run.status.success());
    (Path::new("/usr/bin/chromedriver").exists() && selenium()).then_some(python)
}

#[test]
fn a_browser_walks_from_a_point_to_its_sentence() {
    let Some(python) = browser_python() else {
        println!("skipped: needs chromium-driver and tests/browser/requirements.txt in .venv or $STANDPUNT_PYTHON");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in Run::small().files().unwrap() {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/report.py");
    let run = Command::new(python).arg(script).arg(folder.path()).output().unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(
        run.status.success() && said.contains("browser: 4 passed, 0 failed"),
        "{said}{}",
        String::from_utf8_lossy(&run.stderr)
    );
}
