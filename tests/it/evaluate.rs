//! Scores against figures worked out by hand or published, and what must hold of all of them.

#[path = "evaluate/corrected.rs"]
mod corrected;
#[path = "evaluate/end_to_end.rs"]
mod end_to_end;
#[path = "evaluate/reports.rs"]
mod reports;

use proptest::prelude::*;
use standpunt::evaluate::abstention::{Aim, fit_thresholds, risk_coverage};
use standpunt::evaluate::calibration::{at_temperature, calibration, fit_temperatures};
use standpunt::evaluate::compare::compare;
use standpunt::evaluate::{Answer, Bootstrap, Confusion, Item, agreement, score};
use standpunt::labels::{Code, LabelRow, Split};
use standpunt::schema::{BlockKind, Label, Language, Probabilities, Stance};

pub const QUICK: Bootstrap = Bootstrap { resamples: 200, seed: 1 };

pub fn row(id: usize, article: usize, code: Code) -> LabelRow {
    LabelRow {
        id: format!("r{id}"),
        article: format!("a{article}"),
        language: Language::Nl,
        sentence: id,
        paragraph: 0,
        block: BlockKind::Body,
        text: format!("Zin nummer {id} van het artikel."),
        previous: String::new(),
        target: "west".into(),
        label: Some(code),
        presence: None,
        mention: None,
        holder: None,
        voice: None,
        annotators: Default::default(),
        tags: Vec::new(),
        split: Split::Test,
        inclusion: None,
    }
}

pub fn item(id: usize, article: usize, stance: Stance, p: [f64; 3]) -> Item {
    let probabilities = Probabilities::from(p);
    Item { gold: row(id, article, stance.into()), stance, probabilities, label: probabilities.best().0.into() }
}

/// An item whose best stance is `best`, at `sure`.
fn sure(id: usize, article: usize, stance: Stance, best: Stance, sure: f64) -> Item {
    let mut p = [(1.0 - sure) / 2.0; 3];
    p[best as usize] = sure;
    item(id, article, stance, p)
}

fn near(found: Option<f64>, expected: f64) {
    let found = found.expect("a figure");
    assert!((found - expected).abs() < 1e-6, "{found} instead of {expected}");
}

#[test]
fn scores_of_a_matrix_worked_out_by_hand() {
    let mut c = Confusion::default();
    c.cells[0] = [2, 1, 0, 0, 0];
    c.cells[1] = [1, 3, 1, 0, 0];
    c.cells[2] = [0, 1, 1, 0, 0];
    near(c.precision(Stance::Against), 2.0 / 3.0);
    near(c.recall(Stance::Neutral), 3.0 / 5.0);
    near(c.f1(Stance::Favor), 0.5);
    near(c.macro_f1(), (2.0 / 3.0 + 0.6 + 0.5) / 3.0);
    near(c.polar_f1(), (2.0 / 3.0 + 0.5) / 2.0);
    near(c.accuracy(), 0.6);
    // (6·10 − 38) / (100 − 38)
    near(c.mcc(), 22.0 / 62.0);
}

#[test]
fn undecided_is_a_miss_but_no_false_alarm() {
    let mut c = Confusion::default();
    c.count(Code::Favor, Answer::Given(Label::Favor));
    c.count(Code::Favor, Answer::Given(Label::Undecided));
    c.count(Code::Against, Answer::Given(Label::Against));
    near(c.precision(Stance::Favor), 1.0);
    near(c.recall(Stance::Favor), 0.5);
    near(c.undecided(), 1.0 / 3.0);
}

#[test]
fn one_class_alone_has_no_mean() {
    let mut c = Confusion::default();
    c.count(Code::Against, Answer::Given(Label::Against));
    assert_eq!((c.macro_f1(), c.polar_f1(), c.mcc()), (None, None, None));
    near(c.accuracy(), 1.0);
}

#[test]
fn reliability_worked_out_by_hand() {
    use Stance::{Against, Favor};
    let items = [sure(0, 0, Against, Against, 0.9), sure(1, 0, Favor, Against, 0.9), sure(2, 1, Favor, Favor, 0.6)];
    let found = calibration(&items, QUICK);
    // Bin 0.9: confidence 0.9, right 0.5, two pairs; bin 0.6: 0.6, right 1, one pair.
    near(found.ece.map(|e| e.value), (2.0 * 0.4 + 0.4) / 3.0);
    // 0.1² + 2·0.05²; 0.9² + 0.05² + 0.95²; 0.4² + 2·0.2²
    near(found.brier.map(|e| e.value), (0.015 + 1.715 + 0.24) / 3.0);
    let curve = risk_coverage(&items);
    // The two at 0.9 enter together, with one wrong; then the third, right.
    assert_eq!(curve.points.len(), 2);
    near(curve.area, 2.0 / 3.0 * 0.5 + 1.0 / 3.0 * (1.0 / 3.0));
}

#[test]
fn temperature_undoes_a_known_sharpening() {
    let honest = Probabilities::from([0.7, 0.2, 0.1]);
    let said = at_temperature(honest, 0.5).to_array();
    let truth = |i: usize| Stance::ALL[[0, 0, 0, 0, 0, 0, 0, 1, 1, 2][i % 10]];
    let items: Vec<Item> = (0..200).map(|i| item(i, i, truth(i), said)).collect();
    let fitted = fit_temperatures(&items, &[&[Language::Nl, Language::De], &[Language::Ru]]);
    assert!((fitted.of(Language::De) - 2.0).abs() < 1e-3, "{fitted:?}");
    assert!(!fitted.by_language.contains_key(&Language::Ru), "no Russian pair was seen");
}

#[test]
fn thresholds_reach_their_aim_where_they_can() {
    use Stance::{Favor, Neutral};
    // The sure 80 are right; of the unsure 20 half are.
    let pair = |i: usize| match i {
        0..80 => sure(i, i, Favor, Favor, 0.8),
        80..90 => sure(i, i, Favor, Favor, 0.5),
        _ => sure(i, i, Neutral, Favor, 0.5),
    };
    let dev: Vec<Item> = (0..100).map(pair).collect();
    let of = |accuracy| fit_thresholds(&dev, Aim { accuracy, coverage: 0.5 }).by_target["west"][&Language::Nl];
    assert_eq!(of(0.99), 0.8);
    assert_eq!(of(0.9), 0.0, "deciding all is 90 % right");
    assert_eq!(fit_thresholds(&dev[..10], Aim::default()).default, 0.0, "ten pairs choose nothing");
}

#[test]
fn agreement_of_a_published_example() {
    // Krippendorff 2011, example B: two observers, ten units, alpha 0.095.
    let meg = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0];
    let owen = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0];
    let code = |value: i32| if value == 0 { Code::Neutral } else { Code::Favor };
    let rows: Vec<LabelRow> = (0..10)
        .map(|i| {
            // Who settles disagreements is no third observer.
            let annotators =
                [("meg".into(), code(meg[i])), ("owen".into(), code(owen[i])), ("adjudicator".into(), Code::None)]
                    .into();
            LabelRow { annotators, ..row(i, i, Code::Neutral) }
        })
        .collect();
    let found = agreement::agreement(&rows, QUICK);
    assert_eq!(found.len(), 3, "all, all that both took for relevant, and the one target and language");
    assert_eq!((found[0].stance_only, found[1].stance_only, found[1].n), (false, true, 10));
    let value = |e: Option<standpunt::evaluate::Estimate>| e.map(|e| e.value);
    near(value(found[0].alpha), 1.0 - 19.0 * 8.0 / (20.0 * 20.0 - 14.0 * 14.0 - 6.0 * 6.0));
    assert_eq!(format!("{:.3}", value(found[0].alpha).unwrap()), "0.095");
    // Observed 0.6; by chance 0.8·0.6 + 0.2·0.4.
    near(value(found[0].kappa), (0.6 - 0.56) / 0.44);
    // By chance (0.7·0.3 + 0.3·0.7) / 3 with four codes.
    near(value(found[0].ac1), (0.6 - 0.14) / 0.86);
}

#[test]
fn a_model_does_not_differ_from_itself_and_a_better_one_does() {
    use Stance::{Against, Favor};
    let truth = |i: usize| if i.is_multiple_of(2) { Against } else { Favor };
    let right: Vec<Item> = (0..40).map(|i| sure(i, i, truth(i), truth(i), 0.9)).collect();
    let poor: Vec<Item> = (0..40).map(|i| sure(i, i, truth(i), if i < 20 { Against } else { Favor }, 0.9)).collect();
    let same = compare(&right, &right, QUICK).unwrap();
    assert_eq!((same.difference.unwrap().value, same.p), (0.0, Some(1.0)));
    let better = compare(&right, &poor, QUICK).unwrap();
    assert_eq!(better.difference.unwrap().value, 0.5);
    assert!(better.p.unwrap() < 0.01, "{better:?}");
    let error = compare(&right, &poor[1..], QUICK).unwrap_err();
    insta::assert_snapshot!(error, @"
    pairs given to one of the two models only: 1, the first is 'r0'
      score both on the same labels
    ");
}

fn any_stance() -> impl Strategy<Value = Stance> {
    prop::sample::select(&Stance::ALL)
}

proptest! {
    #[test]
    fn cells_sum_to_n_and_counters_add(pairs in prop::collection::vec((any_stance(), any_stance(), 0..9usize), 1..60)) {
        let items: Vec<Item> = pairs.iter().enumerate().map(|(i, &(a, b, article))| sure(i, article, a, b, 0.8)).collect();
        let whole = score::forced(&items, QUICK);
        prop_assert_eq!(whole.confusion.total(), items.len() as u64);
        prop_assert_eq!(whole.n, whole.classes.iter().map(|class| class.support).sum::<u64>());
        let (left, right) = items.split_at(items.len() / 2);
        let mut sum = score::forced(left, QUICK).confusion;
        sum += &score::forced(right, QUICK).confusion;
        prop_assert_eq!(&sum, &whole.confusion);
        for estimate in [whole.macro_f1, whole.accuracy, whole.mcc].into_iter().flatten() {
            if let Some((low, high)) = estimate.interval {
                prop_assert!(low <= high);
            }
        }
        let mut shuffled = items.clone();
        shuffled.reverse();
        prop_assert_eq!(score::forced(&shuffled, QUICK), whole, "the order of pairs does not matter");
    }

    #[test]
    fn temperature_keeps_the_best_stance(p in prop::array::uniform3(0.01..1.0f64), t in 0.1..10.0f64) {
        let p = Probabilities::from(p.map(|x| x / p.iter().sum::<f64>()));
        let moved = at_temperature(p, t);
        prop_assert!((moved.to_array().iter().sum::<f64>() - 1.0).abs() < 1e-9);
        // The best may tie in the last bit, not lose.
        prop_assert!(moved.to_array()[p.best().0 as usize] >= moved.best().1 - 1e-12);
    }
}
