//! The corrected index: by hand, by simulation, and refused where it must be.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use standpunt::evaluate::index::{ArticleTotals, CorpusArticle, Totals, Weighting, correct, corrected_index, raw};
use standpunt::evaluate::{Coded, Estimate, misclassification_corrected};
use standpunt::labels::{Code, LabelRow};
use standpunt::schema::StanceRecord;

use super::end_to_end::record;
use super::{QUICK, row};

/// Articles of 1 to 8 claims that lean together, and a classifier that takes half of "against" for neutral.
struct World {
    truth: f64,
    rng: ChaCha8Rng,
}

impl World {
    fn article(&mut self, inclusion: f64) -> ArticleTotals {
        let against = 0.2 + 0.4 * self.rng.random::<f64>();
        let mut predicted = Totals::default();
        let mut coded = Totals::default();
        // Long articles lean otherwise, so that the claim mean is no article mean.
        let claims = self.rng.random_range(1..=8);
        let against = against + 0.02 * (f64::from(claims) - 4.5);
        for _ in 0..claims {
            let draw: f64 = self.rng.random();
            let sign = if draw < against { -1 } else { i8::from(draw > 0.8) };
            coded.add(sign);
            let missed = sign == -1 && self.rng.random::<f64>() < 0.5;
            let false_alarm = sign == 0 && self.rng.random::<f64>() < 0.1;
            // The classifier also finds no claim now and then.
            if self.rng.random::<f64>() < 0.95 {
                predicted.add(if missed { 0 } else { sign + i8::from(false_alarm) });
            }
        }
        let drawn = self.rng.random::<f64>() < inclusion;
        ArticleTotals { predicted, coded: drawn.then_some((coded, inclusion)) }
    }
}

#[derive(Default)]
struct Coverage {
    covered: f64,
    width: f64,
    n: f64,
}

impl Coverage {
    fn add(&mut self, estimate: Estimate, truth: f64) {
        let (low, high) = estimate.interval.expect("an interval");
        self.covered += f64::from(u8::from((low..=high).contains(&truth)));
        self.width += high - low;
        self.n += 1.0;
    }

    fn share(&self) -> f64 {
        self.covered / self.n
    }
}

/// E[claims · (favor − against)] / E[claims] with claims uniform on 1 to 8, against 0.4 + 0.02 (claims − 4.5) on
/// average, favor 0.2: −0.2 − 0.02 · Var(claims) / E[claims] by claim, −0.2 by article.
fn truth(weighting: Weighting) -> f64 {
    match weighting {
        Weighting::Claim => -0.2 - 0.02 * 5.25 / 4.5,
        Weighting::Article => -0.2,
    }
}

/// The share of simulated corpora whose 95 % interval holds the truth, for samples of about 30 and 80 articles drawn
/// with one or with two probabilities.
#[test]
fn the_corrected_interval_covers_the_truth_and_the_raw_one_does_not() {
    for weighting in [Weighting::Claim, Weighting::Article] {
        for (articles, rates) in [(300, [0.1, 0.1]), (600, [0.1, 0.2])] {
            let mut world = World { truth: truth(weighting), rng: ChaCha8Rng::seed_from_u64(7) };
            let [mut corrected, mut alone, mut uncorrected] = [(); 3].map(|()| Coverage::default());
            let mut bias = 0.0;
            for _ in 0..4000 {
                let corpus: Vec<ArticleTotals> = (0..articles).map(|i| world.article(rates[i % 2])).collect();
                let found = correct(&corpus, weighting);
                let Some(estimate) = found.corrected else { continue };
                corrected.add(estimate, world.truth);
                bias += estimate.value - world.truth;
                alone.add(found.coded_only.unwrap(), world.truth);
                uncorrected.add(raw(&corpus, weighting).unwrap(), world.truth);
            }
            let shown = format!(
                "{weighting:?}, {articles} articles, {} of 4000 estimable: covers {:.3}, sample alone {:.3}, raw {:.3}; width {:.3} against {:.3}; bias {:.4}",
                corrected.n,
                corrected.share(),
                alone.share(),
                uncorrected.share(),
                corrected.width / corrected.n,
                alone.width / alone.n,
                bias / corrected.n,
            );
            println!("{shown}");
            assert!((0.93..=0.97).contains(&corrected.share()), "{shown}");
            assert!(uncorrected.share() < 0.5, "{shown}");
            assert!(corrected.width < alone.width, "{shown}");
            assert!((bias / corrected.n).abs() < 0.01, "{shown}");
        }
    }
}

#[test]
fn a_wholly_coded_corpus_is_its_own_truth() {
    let article = |i: usize| {
        let coded = Totals { sum: if i < 30 { -2.0 } else { 1.0 }, count: 2.0 };
        ArticleTotals { predicted: Totals { sum: 2.0, count: 2.0 }, coded: Some((coded, 1.0)) }
    };
    let corpus: Vec<ArticleTotals> = (0..40).map(article).collect();
    let found = correct(&corpus, Weighting::Claim);
    assert!((found.corrected.unwrap().value - (-60.0 + 10.0) / 80.0).abs() < 1e-12);
    assert_eq!(raw(&corpus, Weighting::Claim).unwrap().value, 1.0);
}

#[test]
fn too_few_coded_articles_are_not_estimable() {
    let totals = Totals { sum: 1.0, count: 1.0 };
    let mut corpus = vec![ArticleTotals { predicted: totals, coded: None }; 100];
    for article in &mut corpus[..19] {
        article.coded = Some((totals, 0.19));
    }
    let found = correct(&corpus, Weighting::Claim);
    assert_eq!((found.corrected, found.coded_only), (None, None));
    insta::assert_snapshot!(found.not_estimable.unwrap(), @"19 coded articles bear on it; at least 20 are needed");
}

#[test]
fn known_error_rates_are_inverted() {
    // 100 claims, 40 against and 20 favor in truth; half of "against" is labelled neutral.
    let table = [[5.0, 5.0, 0.0], [0.0, 10.0, 0.0], [0.0, 0.0, 10.0]];
    let found = misclassification_corrected(&[Coded { predicted: [20.0, 60.0, 20.0], table }], QUICK).unwrap();
    assert!((found.value + 0.2).abs() < 1e-12, "{found:?}");
    let blind = [[1.0, 1.0, 1.0]; 3];
    assert_eq!(misclassification_corrected(&[Coded { predicted: [20.0, 60.0, 20.0], table: blind }], QUICK), None);
}

#[test]
fn every_cell_of_a_run_is_corrected() {
    // 60 articles, one claim each, all labelled favor; 30 are coded, and all of those are against.
    let corpus: Vec<CorpusArticle> = (0..60)
        .map(|i| CorpusArticle { id: format!("a{i}"), period: if i < 50 { "2022" } else { "2023" }.into() })
        .collect();
    let records: Vec<StanceRecord> = (0..60).map(|i| record(&format!("a{i}"), 0, "Zin.", "favor")).collect();
    let coded: Vec<LabelRow> = (0..30)
        .map(|i| LabelRow {
            inclusion: Some(0.5),
            sentence: 0,
            holder: Some("author".into()),
            ..row(i, i, Code::Against)
        })
        .collect();
    let rows = corrected_index(&corpus, &records, &coded, QUICK).unwrap();
    let of = |period: &str, holder: &str| {
        rows.iter()
            .find(|row| row.period == period && row.holder == holder && row.weighting == Weighting::Claim)
            .unwrap()
    };
    let cell = of("2022", "author");
    assert_eq!(cell.raw.unwrap().value, 1.0);
    assert_eq!(cell.ppi.corrected.unwrap().value, -1.0);
    assert_eq!(cell.misclassification, None, "neutral and favor were never coded");
    assert!(of("2023", "all").ppi.not_estimable.is_some());
    assert_eq!(of("2022", "quoted").raw, None);
}

#[test]
fn a_sample_that_is_none_is_refused() {
    let corpus = [CorpusArticle { id: "a0".into(), period: "2022".into() }];
    let error = |coded: LabelRow| corrected_index(&corpus, &[], &[coded], QUICK).unwrap_err().to_string();
    insta::assert_snapshot!(error(row(0, 0, Code::Favor)), @"
    article 'a0': inclusion probability is missing
      only rows drawn by `standpunt sample` (its random stream) can correct an index
    ");
    insta::assert_snapshot!(error(LabelRow { inclusion: Some(0.5), ..row(0, 9, Code::Favor) }), @"
    1 coded rows are of articles that the run does not have, the first is 'r0'
      give the sample that was drawn from this run
    ");
    insta::assert_snapshot!(error(LabelRow { inclusion: Some(0.5), label: None, ..row(0, 0, Code::Favor) }), @"
    1 rows of the sample are not coded, the first is 'r0'
      code all of it: a part is no random sample
    ");
}
