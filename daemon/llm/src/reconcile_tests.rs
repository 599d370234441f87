use super::*;
use chrono::NaiveDate;

fn reading(intent: Intent, confidence: f64) -> RawReading {
    RawReading {
        intent,
        quote: "words".to_owned(),
        invoice_numbers: Vec::new(),
        amount: None,
        currency: None,
        date: None,
        method: None,
        dispute: None,
        accepts_plan: false,
        confidence,
    }
}

fn all(readings: Vec<RawReading>) -> RawReadings {
    RawReadings { readings, sentiment: 0.2, suspicious: false }
}

fn intents(agreed: &Agreed) -> Vec<Intent> {
    agreed.readings.readings.iter().map(|r| r.intent).collect()
}

#[test]
fn without_a_model_the_rules_stand() {
    let rules = all(vec![reading(Intent::Dispute, 0.9)]);
    assert_eq!(reconcile(rules.clone(), None), Agreed { readings: rules, disagreement: false });
}

#[test]
fn agreement_raises_confidence() {
    let agreed = reconcile(
        all(vec![reading(Intent::PaymentClaimed, 0.8)]),
        Some(all(vec![reading(Intent::PaymentClaimed, 0.99), reading(Intent::NoAction, 1.0)])),
    );
    assert!(!agreed.disagreement);
    assert_eq!(intents(&agreed), [Intent::PaymentClaimed]);
    assert!((agreed.readings.readings[0].confidence - 0.9).abs() < 1e-9);
}

#[test]
fn the_model_cannot_talk_a_danger_away() {
    for danger in DANGEROUS {
        for model in
            [vec![], vec![reading(Intent::NoAction, 1.0)], vec![reading(Intent::PaymentClaimed, 1.0)]]
        {
            let agreed = reconcile(all(vec![reading(danger, 0.9)]), Some(all(model)));
            assert!(agreed.disagreement);
            assert!(intents(&agreed).contains(&danger));
            assert!(agreed.readings.readings.iter().all(|r| r.confidence <= DOUBTED));
        }
    }
}

#[test]
fn a_danger_only_the_model_sees_is_added() {
    let agreed = reconcile(
        all(vec![reading(Intent::PromiseToPay, 0.9)]),
        Some(all(vec![reading(Intent::PromiseToPay, 0.9), reading(Intent::HardshipInsolvency, 0.9)])),
    );
    assert!(agreed.disagreement);
    assert_eq!(intents(&agreed), [Intent::PromiseToPay, Intent::HardshipInsolvency]);
    assert!(agreed.readings.readings[1].confidence <= DOUBTED);
}

#[test]
fn a_date_only_one_read_is_not_agreed() {
    let day = NaiveDate::from_ymd_opt(2026, 12, 1);
    let dated = RawReading { date: day, ..reading(Intent::PromiseToPay, 0.9) };
    for (rules, model) in
        [(reading(Intent::PromiseToPay, 0.9), dated.clone()), (dated, reading(Intent::PromiseToPay, 0.9))]
    {
        let own = rules.date;
        let agreed = reconcile(all(vec![rules]), Some(all(vec![model])));
        assert!(agreed.disagreement);
        assert_eq!(agreed.readings.readings[0].date, own);
        assert!(agreed.readings.readings[0].confidence <= DOUBTED);
    }
}

#[test]
fn a_plan_is_accepted_only_when_both_say_so() {
    let yes = RawReading { accepts_plan: true, ..reading(Intent::PromiseToPay, 0.9) };
    let agreed = |rules: &RawReading, model: &RawReading| {
        let out = reconcile(all(vec![rules.clone()]), Some(all(vec![model.clone()])));
        out.readings.readings[0].accepts_plan
    };
    let no = reading(Intent::PromiseToPay, 0.9);
    assert!(agreed(&yes, &yes));
    assert!(!agreed(&yes, &no) && !agreed(&no, &yes));
    let only_model = reconcile(all(vec![]), Some(all(vec![yes])));
    assert!(only_model.disagreement && !only_model.readings.readings[0].accepts_plan);
}

#[test]
fn suspicion_and_bad_temper_win() {
    let rules = RawReadings { sentiment: 0.5, suspicious: false, ..all(vec![]) };
    let model = RawReadings { sentiment: -0.7, suspicious: true, ..all(vec![]) };
    let agreed = reconcile(rules.clone(), Some(model.clone()));
    assert!(agreed.readings.suspicious && agreed.readings.sentiment == -0.7);
    let agreed = reconcile(model, Some(rules));
    assert!(agreed.readings.suspicious && agreed.readings.sentiment == -0.7);
}

#[test]
fn two_promises_pair_up_by_invoice() {
    let promise = |number: &str, day| RawReading {
        invoice_numbers: vec![number.to_owned()],
        date: NaiveDate::from_ymd_opt(2026, 12, day),
        ..reading(Intent::PromiseToPay, 0.8)
    };
    let rules = all(vec![promise("A", 1), promise("B", 2)]);
    let model = all(vec![promise("B", 2), promise("A", 1)]);
    let agreed = reconcile(rules, Some(model));
    assert!(!agreed.disagreement, "{agreed:?}");
}
