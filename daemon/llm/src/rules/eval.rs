//! Scores of the rules on the labelled mails in `data/dev.jsonl`; its README says what they are worth.
#![expect(clippy::print_stdout, reason = "the scores are what the test is for")]

use super::{Mail, PROTECTIVE, read};
use chrono::NaiveDate;
use domain::kinds::{DisputeReason, Intent, PaymentMethod};
use domain::reading::RawReadings;
use rust_decimal::Decimal;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Labelled {
    id: String,
    split: String,
    lang: String,
    text: String,
    labels: Vec<Intent>,
    /// Labels that would not be wrong.
    #[serde(default)]
    also: Vec<Intent>,
    #[serde(default)]
    suspicious: bool,
    #[serde(default)]
    offer_pending: bool,
    #[serde(default)]
    accepts_plan: bool,
    date: Option<NaiveDate>,
    amount: Option<Decimal>,
    dispute: Option<DisputeReason>,
    method: Option<PaymentMethod>,
    #[serde(default)]
    invoices: Vec<String>,
}

const DANGEROUS: [Intent; 5] = [
    Intent::Dispute,
    Intent::HardshipInsolvency,
    Intent::LegalOrComplaint,
    Intent::StopContact,
    Intent::PaymentInstructionChange,
];

fn set() -> Vec<Labelled> {
    let lines = include_str!("../../data/dev.jsonl").lines();
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn answer(mail: &Labelled) -> RawReadings {
    let open: Vec<String> = ["RE-2026-0117", "RE-2026-0142", "20391"].map(str::to_owned).into();
    let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    read(&Mail { text: &mail.text, today, open_numbers: &open, offer_pending: mail.offer_pending })
}

#[derive(Default, Clone, Copy)]
struct Score {
    hit: u32,
    missed: u32,
    wrong: u32,
}

impl Score {
    fn recall(self) -> f64 {
        ratio(self.hit, self.hit + self.missed)
    }

    fn precision(self) -> f64 {
        ratio(self.hit, self.hit + self.wrong)
    }

    fn f1(self) -> f64 {
        let (p, r) = (self.precision(), self.recall());
        if p + r == 0.0 { 0.0 } else { 2.0 * p * r / (p + r) }
    }
}

fn ratio(part: u32, whole: u32) -> f64 {
    if whole == 0 { 1.0 } else { f64::from(part) / f64::from(whole) }
}

/// Scores by label, and what went wrong, for one split.
fn score(split: &str) -> (BTreeMap<&'static str, Score>, Vec<String>) {
    let mut scores: BTreeMap<&'static str, Score> = BTreeMap::new();
    let mut faults = Vec::new();
    for mail in set().iter().filter(|m| m.split == split) {
        let said = answer(mail);
        let intents: Vec<Intent> = said.readings.iter().map(|r| r.intent).collect();
        for label in Intent::ALL {
            let score = scores.entry(label.as_str()).or_default();
            match (mail.labels.contains(label), intents.contains(label)) {
                (true, true) => score.hit += 1,
                (true, false) => {
                    score.missed += 1;
                    faults.push(format!("{} missed {label}: {:?}", mail.id, mail.text));
                }
                (false, true) if !mail.also.contains(label) => {
                    score.wrong += 1;
                    faults.push(format!("{} wrong {label}: {:?}", mail.id, mail.text));
                }
                (false, _) => {}
            }
        }
        let calm = !said.readings.is_empty() && said.readings.iter().all(|r| !PROTECTIVE.contains(&r.intent));
        let sure = said.readings.iter().map(|r| r.confidence).fold(1.0, f64::min) >= 0.8;
        let dangerous = mail.labels.iter().any(|l| DANGEROUS.contains(l));
        assert!(!(dangerous && calm && sure), "{}: {:?} is read as {intents:?}", mail.id, mail.text);
        if said.suspicious != mail.suspicious {
            faults.push(format!("{} suspicious is {}: {:?}", mail.id, said.suspicious, mail.text));
        }
        let fits = |wanted: bool, what: &str, faults: &mut Vec<String>| {
            if !wanted {
                faults.push(format!("{} {what}: {:?} -> {said:?}", mail.id, mail.text));
            }
        };
        let any = |test: &dyn Fn(&domain::reading::RawReading) -> bool| said.readings.iter().any(test);
        fits(mail.date.is_none() || any(&|r| r.date == mail.date), "date", &mut faults);
        fits(mail.amount.is_none() || any(&|r| r.amount == mail.amount), "amount", &mut faults);
        fits(mail.dispute.is_none() || any(&|r| r.dispute == mail.dispute), "reason", &mut faults);
        fits(mail.method.is_none() || any(&|r| r.method == mail.method), "method", &mut faults);
        fits(mail.invoices.iter().all(|n| any(&|r| r.invoice_numbers.contains(n))), "invoices", &mut faults);
        fits(mail.accepts_plan == any(&|r| r.accepts_plan), "accepts", &mut faults);
    }
    (scores, faults)
}

fn report(split: &str) -> (BTreeMap<&'static str, Score>, f64) {
    let (scores, faults) = score(split);
    println!("{split}: recall precision (mails)");
    for (label, score) in &scores {
        let count = score.hit + score.missed;
        println!("  {label:28} {:.2} {:.2} ({count})", score.recall(), score.precision());
    }
    for fault in faults {
        println!("  {fault}");
    }
    let macro_f1 = scores.values().map(|s| s.f1()).sum::<f64>() / 16.0;
    println!("  macro F1 {macro_f1:.3}");
    (scores, macro_f1)
}

#[test]
fn scores_on_the_labelled_mails() {
    for split in ["dev", "check", "fresh", "blind", "last", "calm"] {
        let (scores, macro_f1) = report(split);
        for label in DANGEROUS {
            let recall = scores[label.as_str()].recall();
            assert!(recall >= 0.9, "{split}: recall of {label} is {recall:.2}");
        }
        assert!(macro_f1 >= 0.85, "{split}: macro F1 is {macro_f1:.3}");
    }
}

#[test]
fn the_set_is_what_it_says() {
    let set = set();
    assert!(set.len() >= 160);
    let mut ids = std::collections::BTreeSet::new();
    for mail in &set {
        assert!(ids.insert(&mail.id), "{} twice", mail.id);
        assert!(["de", "en"].contains(&mail.lang.as_str()));
    }
    for label in Intent::ALL {
        let count = set.iter().filter(|m| m.labels.contains(label)).count();
        let least = if matches!(label, Intent::AutoReply | Intent::DeliveryFailure) { 6 } else { 8 };
        assert!(count >= least, "{label}: {count}");
    }
}

#[test]
fn every_reading_quotes_the_mail() {
    for mail in set() {
        for reading in answer(&mail).readings {
            let found = domain::reading::find_folded(&mail.text, &reading.quote);
            assert!(found.is_some(), "{}: {:?}", mail.id, reading.quote);
            assert!((0.0..=1.0).contains(&reading.confidence));
        }
    }
}
