//! Joining, baselines and the written report.

use standpunt::evaluate::baselines::baselines;
use standpunt::evaluate::{Inputs, Items, Prediction, Report};
use standpunt::labels::{Code, LabelRow, Split};
use standpunt::schema::{Label, Probabilities, Stance};

use super::{QUICK, row, sure};

fn prediction(id: &str, p: [f64; 3]) -> Prediction {
    let probabilities = Probabilities::from(p);
    Prediction { id: id.into(), probabilities, label: probabilities.best().0.into(), model: "m@1".into() }
}

fn refusal(rows: &[LabelRow], predictions: &[Prediction]) -> String {
    Items::join(rows, predictions, "m@1", Split::Test).unwrap_err().to_string()
}

#[test]
fn what_does_not_belong_together_is_refused() {
    let rows = [row(0, 0, Code::Favor), row(1, 0, Code::None)];
    let good = prediction("r0", [0.1, 0.2, 0.7]);
    insta::assert_snapshot!(refusal(&rows, &[]), @"
    1 coded pairs have no prediction, the first is 'r0'
      tag all of the labels' texts with the model
    ");
    insta::assert_snapshot!(refusal(&rows, &[good.clone(), prediction("x", [1.0, 0.0, 0.0])]), @"
    1 predictions are for rows that the labels do not have, the first is 'x'
      score a run with the labels that it tagged
    ");
    insta::assert_snapshot!(refusal(&rows, &[Prediction { model: "other@2".into(), ..good.clone() }]), @"
    the predictions are of model 'other@2', not of 'm@1'
      tag again with the model that is to be scored, or score that run alone
    ");
    insta::assert_snapshot!(refusal(&rows, &[prediction("r0", [0.1, f64::NAN, 0.7])]), @"
    the probabilities of 'r0' are [0.1, NaN, 0.7]; they must be from 0 to 1 and sum to 1
      the run is damaged or was edited: tag again
    ");
    insta::assert_snapshot!(refusal(&[LabelRow { label: None, ..row(0, 0, Code::None) }, row(1, 0, Code::None)], &[]), @"
    no labelled, relevant pair to score: 1 rows are still to be filled in, 1 are coded none
      give a label file with against, neutral and favor
    ");
    let joined = Items::join(&rows, &[good], "m@1", Split::Test).unwrap();
    assert_eq!((joined.items.len(), joined.not_relevant), (1, 1));
}

#[test]
fn a_bag_of_words_learns_a_telling_word_and_the_majority_does_not() {
    let text = |i: usize| match i % 3 {
        0 => ("Zij prijzen de unie", Code::Favor, Stance::Favor),
        1 => ("Zij haten de unie", Code::Against, Stance::Against),
        _ => ("Zij zien de unie", Code::Neutral, Stance::Neutral),
    };
    let rows: Vec<LabelRow> =
        (0..61).map(|i| LabelRow { text: text(i).0.into(), split: Split::Train, ..row(i, i, text(i).1) }).collect();
    let test: Vec<_> = (0..9)
        .map(|i| {
            let mut item = sure(100 + i, 100 + i, text(i).2, Stance::Neutral, 0.5);
            item.gold.text = format!("{} vandaag", text(i).0);
            item
        })
        .collect();
    let found = baselines(&rows, &test).unwrap();
    let right = |i: usize| found[i].items.iter().filter(|item| item.forced() == item.stance).count();
    assert_eq!((right(0), right(1)), (3, 9));
    assert_eq!(found, baselines(&rows, &test).unwrap(), "learned alike twice");
    let alike: Vec<LabelRow> = rows.iter().map(|row| LabelRow { label: Some(Code::Favor), ..row.clone() }).collect();
    insta::assert_snapshot!(baselines(&alike, &test).unwrap_err(), @"
    every train row is coded 'favor': a baseline needs at least two stances
      give more labels, or leave the baselines out
    ");
}

fn report(text: &str) -> Report {
    use Stance::{Against, Favor, Neutral};
    let mut items = Vec::new();
    for i in 0..30 {
        let (stance, best) = [(Against, Against), (Neutral, Neutral), (Favor, Against)][i % 3];
        items.push(sure(i, i / 2, stance, best, 0.7));
    }
    items[2].gold.text = text.into();
    items[2].gold.tags = vec!["irony".into()];
    items[1].label = Label::Undecided;
    let items = Items { items, unlabelled: 1, not_relevant: 2 };
    let inputs = Inputs {
        name: "test",
        model: "m@1",
        labels: &[("x.jsonl".into(), "00".into())],
        items: &items,
        rows: &[],
        baselines: &[],
        end_to_end: None,
        least: 20,
        bootstrap: QUICK,
    };
    Report::new(inputs).unwrap()
}

#[test]
fn headlines_are_plain_sentences() {
    let report = report("Zin.");
    insta::assert_snapshot!(report.headlines.join("\n"), @"");
    insta::assert_snapshot!(report.warnings.join("\n"), @"");
    assert_eq!(report.errors.len(), 1);
    assert_eq!(
        (report.errors[0].coded, report.errors[0].predicted, report.errors[0].n),
        (Stance::Favor, Stance::Against, 10)
    );
}

#[test]
fn a_report_round_trips_and_its_text_stays_text() {
    let hostile = "<script>alert('x')</script> | *a* </style><img src=x onerror=y>";
    let report = report(hostile);
    let read: Report = serde_json::from_str(&report.json()).unwrap();
    assert_eq!(read, report);
    let html = report.html().unwrap();
    assert!(!html.contains("<script") && !html.contains("<img") && html.contains("&lt;script&gt;"));
    assert!(html.contains("default-src 'none'"));
    let markdown = report.markdown().unwrap();
    assert!(!markdown.contains("<script") && markdown.contains(r"\| \*a\*"));
    let folder = tempfile::tempdir().unwrap();
    report.write(&folder.path().join("new")).unwrap();
    let mut written: Vec<_> = folder.path().join("new").read_dir().unwrap().map(|e| e.unwrap().file_name()).collect();
    written.sort();
    assert_eq!(written, ["report.html", "report.json", "report.md"]);
}

#[test]
fn markdown_tables() {
    let markdown = report("Zin.").markdown().unwrap();
    let scores = markdown.split("## Scores").nth(1).unwrap().split("## Calibration").next().unwrap();
    insta::assert_snapshot!(scores, @"");
}
