//! Coded sentences against a system's output, and what is drawn to be coded next.

use standpunt::evaluate::match_gold::{Share, SystemArticle, match_gold};
use standpunt::evaluate::sample::{Plan, draw};
use standpunt::labels::{Code, LabelRow, Split};
use standpunt::schema::{
    BlockKind, Field, Label, Language, Presence, Probabilities, Span, Speech, Stance, StanceRecord,
};

use super::{QUICK, row};

pub fn record(article: &str, sentence: usize, text: &str, label: &str) -> StanceRecord {
    let stance: Stance = label.parse().unwrap();
    let mut p = [0.1; 3];
    p[stance as usize] = 0.8;
    StanceRecord {
        article: article.into(),
        outlet: None,
        date: None,
        cluster: article.into(),
        sentence,
        text: text.into(),
        span: Span::new(0, text.len()),
        field: Field::Body,
        block: BlockKind::Body,
        language: Language::Nl,
        target: "west".into(),
        mention: String::new(),
        presence: Presence::Named,
        holder: "author".into(),
        voice: "author".into(),
        speech: Speech::None,
        label: stance.into(),
        probabilities: Probabilities::from(p),
        model: "m".into(),
    }
}

fn gold(id: usize, sentence: usize, text: &str, code: Code) -> LabelRow {
    LabelRow { sentence, text: text.into(), ..row(id, 0, code) }
}

#[test]
fn each_step_is_scored_on_its_own() {
    let sentences = [
        "De minister noemt de unie een vriend.",
        "Het regent in de hoofdstad, zei hij over de unie. Daarna ging hij naar huis.",
        "De unie vergadert morgen over de begroting.",
        "De grens blijft dicht.",
    ];
    let mut said = record("a0", 0, sentences[0], "favor");
    said.holder = "de minister".into();
    let system = SystemArticle {
        id: "a0".into(),
        sentences: sentences.map(str::to_owned).into(),
        records: vec![said, record("a0", 2, sentences[2], "against"), record("a0", 3, sentences[3], "against")],
    };
    let mut rows = vec![
        // Cut alike but for quotes and case; the holder is the same person by a fuller name.
        LabelRow {
            holder: Some("Minister".into()),
            ..gold(0, 0, "de minister noemt de unie een \"vriend\"", Code::Favor)
        },
        // Cut differently, and not claimed.
        gold(1, 1, "Het regent in de hoofdstad, zei hij over de unie.", Code::Neutral),
        // Claimed, though not relevant.
        gold(2, 2, "De unie vergadert morgen over de begroting.", Code::None),
        gold(3, 9, "Deze zin staat nergens in het stuk dat werd gelezen.", Code::Against),
        // Not coded yet: neither right nor wrong.
        LabelRow { label: None, ..gold(4, 3, "De grens blijft dicht.", Code::None) },
    ];
    rows.push(LabelRow { article: "elsewhere".into(), ..gold(5, 0, "Iets anders.", Code::Favor) });
    let found = match_gold(&rows, &[system], QUICK);
    assert_eq!((found.segmentation, found.overlapping, found.not_found), (Share { right: 2, of: 4 }, 1, 1));
    assert_eq!(found.not_found_ids, ["r3"]);
    assert_eq!(found.articles_not_in_run, ["elsewhere"]);
    assert_eq!(found.relevance_precision, Share { right: 1, of: 2 });
    assert_eq!(found.relevance_recall, Share { right: 1, of: 3 });
    assert_eq!(found.unjudged_claims, 1);
    assert_eq!((found.holder, found.holder_class), (Share { right: 1, of: 1 }, Share { right: 1, of: 1 }));
    assert_eq!(found.stance.confusion.cells, [[0, 0, 0, 0, 1], [0, 0, 0, 0, 1], [0, 0, 1, 0, 0], [1, 0, 0, 0, 0]]);
}

#[test]
fn the_two_streams_share_no_article() {
    let mut records = Vec::new();
    for article in 0..40 {
        for sentence in 0..5 {
            let mut one =
                record(&format!("a{article}"), sentence, &format!("Zin {sentence} van stuk {article}."), "favor");
            one.probabilities =
                Probabilities::from([0.1, 0.1 + 0.01 * f64::from(article), 0.8 - 0.01 * f64::from(article)]);
            records.push(one);
        }
    }
    let known = [LabelRow { split: Split::Train, ..row(0, 3, Code::Favor) }];
    let plan = Plan { articles: 13, claims: 20, per_article: 2, seed: 5 };
    let drawn = draw(&records, &known, plan, |record| format!("voor {}", record.sentence));
    let articles =
        |rows: &[LabelRow]| rows.iter().map(|row| row.article.clone()).collect::<std::collections::BTreeSet<_>>();
    let (random, training) = (articles(&drawn.random), articles(&drawn.training));
    assert_eq!((random.len(), drawn.random.len()), (13, 65));
    assert!(random.is_disjoint(&training) && !random.contains("a3") && !training.contains("a3"));
    // 39 articles: a model was trained on a3.
    assert!(drawn.random.iter().all(|row| row.inclusion == Some(13.0 / 39.0) && row.split == Split::Test));
    assert_eq!(drawn.training.len(), 20);
    assert!(
        drawn.training.iter().all(|row| row.inclusion.is_none() && row.split == Split::Train && row.label.is_none())
    );
    assert_eq!(drawn.random[1].previous, "voor 1");
    // The least certain article is picked first unless the random stream has it.
    let least_certain = (0..40).rev().map(|i| format!("a{i}")).find(|id| !random.contains(id)).unwrap();
    assert_eq!(drawn.training[0].article, least_certain);
    assert_eq!(drawn, draw(&records, &known, plan, |record| format!("voor {}", record.sentence)));
}

#[test]
fn undecided_claims_are_given_but_not_right() {
    let mut unsure = record("a0", 0, "De unie vergadert.", "neutral");
    unsure.label = Label::Undecided;
    let system = SystemArticle { id: "a0".into(), sentences: vec!["De unie vergadert.".into()], records: vec![unsure] };
    let found = match_gold(&[gold(0, 0, "De unie vergadert.", Code::Neutral)], &[system], QUICK);
    assert_eq!(found.stance.confusion.cells[1], [0, 0, 0, 1, 0]);
    assert_eq!(found.relevance_recall, Share { right: 1, of: 1 });
}
