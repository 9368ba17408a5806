//! The corrected index: by hand, by simulation, and refused where it must be.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use standpunt::evaluate::index::{ArticleTotals, CorpusArticle, Totals, Weighting, correct, corrected_index, raw};
use standpunt::evaluate::{Coded, Estimate, misclassification_corrected};
use standpunt::labels::{Code, LabelRow};
use standpunt::schema::StanceRecord;

use super::end_to_end::record;
use super::{QUICK, row};

/// Articles of 1 to 8 claims that lean together, and how a classifier mistakes them.
#[derive(Clone, Copy)]
struct World {
    name: &'static str,
    /// Truth of the mean of articles is the negative of this.
    lean: f64,
    /// Share of "against" taken for neutral, of neutral taken for favor, of favor taken for "against".
    mistaken: [f64; 3],
}

const WORLDS: [World; 3] = [
    World { name: "takes half of against for neutral", lean: 0.2, mistaken: [0.5, 0.1, 0.0] },
    World { name: "takes four favor in ten for against", lean: 0.1, mistaken: [0.0, 0.0, 0.4] },
    World { name: "seldom wrong", lean: 0.3, mistaken: [0.05, 0.02, 0.02] },
];

impl World {
    fn article(&self, rng: &mut ChaCha8Rng, inclusion: f64) -> ArticleTotals {
        let against = self.lean + 0.4 * rng.random::<f64>();
        let mut predicted = Totals::default();
        let mut coded = Totals::default();
        // Long articles lean otherwise, so that the claim mean is no article mean.
        let claims = rng.random_range(1..=8);
        let against = against + 0.02 * (f64::from(claims) - 4.5);
        for _ in 0..claims {
            let draw: f64 = rng.random();
            let sign = if draw < against { -1 } else { i8::from(draw > 0.8) };
            coded.add(sign);
            let wrong = rng.random::<f64>() < self.mistaken[(sign + 1) as usize];
            // The classifier also finds no claim now and then.
            if rng.random::<f64>() < 0.95 {
                predicted.add(if wrong { [0, 1, -1][(sign + 1) as usize] } else { sign });
            }
        }
        let drawn = rng.random::<f64>() < inclusion;
        ArticleTotals { predicted, coded: drawn.then_some((coded, inclusion)) }
    }

    /// E[claims · (favor − against)] / E[claims] with claims uniform on 1 to 8, against lean + 0.2 + 0.02 (claims −
    /// 4.5) on average, favor 0.2: −lean − 0.02 · Var(claims) / E[claims] by claim, −lean by article.
    fn truth(&self, weighting: Weighting) -> f64 {
        match weighting {
            Weighting::Claim => -self.lean - 0.02 * 5.25 / 4.5,
            Weighting::Article => -self.lean,
        }
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

/// The share of simulated corpora whose 95 % interval holds the truth, for samples of about 30 and 90 articles drawn
/// with one or with two probabilities. `evaluation/coverage.md` is this table.
#[test]
fn the_corrected_interval_covers_the_truth_and_the_raw_one_does_not() {
    const CORPORA: usize = 2000;
    let mut table = String::from(
        "| classifier | mean of | articles, coded | truth | corrected covers | width | coded sample alone covers | width | raw covers | bias of corrected |\n|---|---|---|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    for (world, weighting, (articles, rates)) in WORLDS.iter().flat_map(|world| {
        let sizes = [(300, [0.1, 0.1]), (600, [0.1, 0.2])];
        [Weighting::Claim, Weighting::Article].into_iter().flat_map(move |w| sizes.map(|size| (world, w, size)))
    }) {
        let (truth, mut rng) = (world.truth(weighting), ChaCha8Rng::seed_from_u64(7));
        let [mut corrected, mut alone, mut uncorrected] = [(); 3].map(|()| Coverage::default());
        let mut bias = 0.0;
        for _ in 0..CORPORA {
            let corpus: Vec<ArticleTotals> = (0..articles).map(|i| world.article(&mut rng, rates[i % 2])).collect();
            let found = correct(&corpus, weighting);
            let Some(estimate) = found.corrected else { continue };
            corrected.add(estimate, truth);
            bias += estimate.value - truth;
            alone.add(found.coded_only.unwrap(), truth);
            uncorrected.add(raw(&corpus, weighting).unwrap(), truth);
        }
        let of = format!("{weighting:?}s").to_lowercase();
        let coded = articles as f64 * (rates[0] + rates[1]) / 2.0;
        let row = format!(
            "| {} | {of} | {articles}, {coded:.0} | {truth:.3} | {:.3} | {:.2} | {:.3} | {:.2} | {:.3} | {:+.3} |\n",
            world.name,
            corrected.share(),
            corrected.width / corrected.n,
            alone.share(),
            alone.width / alone.n,
            uncorrected.share(),
            bias / corrected.n,
        );
        assert!((0.93..=0.97).contains(&corrected.share()), "{row}");
        assert!(uncorrected.share() < 0.5 || world.name == "seldom wrong", "{row}");
        assert!(corrected.width < alone.width, "{row}");
        assert!((bias / corrected.n).abs() < 0.01, "{row}");
        table += &row;
    }
    let committed = include_str!("../../../evaluation/coverage.md");
    assert!(committed.contains(&table), "evaluation/coverage.md holds another table than this:\n{table}");
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
    coded rows of articles that the run does not have: 1, the first is 'r0'
      give the sample that was drawn from this run
    ");
    insta::assert_snapshot!(error(LabelRow { inclusion: Some(0.5), label: None, ..row(0, 0, Code::Favor) }), @"
    rows of the sample that are not coded: 1, the first is 'r0'
      code all of it: a part is no random sample
    ");
    insta::assert_snapshot!(error(LabelRow { inclusion: Some(0.5), ..row(0, 0, Code::Favor) }), @"
    the sample stands for 2 articles, the run has 1 with claims
      give the sample that was drawn from this run, not from another corpus, program or targets file
    ");
}
