//! What facts are refused, and what they hold.

use super::*;
use crate::fixture::{contact, date, eur, item};
use crate::kinds::ContactRole;
use crate::letter::testkit::{claims, context, ledger, money};
use crate::letter::{is_known, placeholders};
use crate::locale::choose;
use crate::snapshot::Snapshot;

fn built(change: impl FnOnce(&mut Snapshot, &mut LetterContext)) -> Result<Facts, FactsError> {
    let mut snapshot = ledger();
    let mut context = context(&snapshot, Purpose::Firm, &snapshot.items);
    context.claims = Some(claims(&snapshot.items));
    change(&mut snapshot, &mut context);
    Facts::build(&snapshot, &context)
}

#[test]
fn what_adds_up_is_there() {
    let facts = built(|_, _| ()).unwrap();
    assert_eq!(facts.total(), eur(251_375));
    assert_eq!(facts.payable(), eur(256_678));
    assert_eq!(facts.get("invoice:2.residual"), Some(&FactValue::Money(eur(123_450))));
    assert_eq!(facts.get("oldest_due_date"), Some(&FactValue::Date(date("2026-10-05"))));
    assert_eq!(facts.get("days_overdue"), Some(&FactValue::Count(CountUnit::Days, 38)));
    assert_eq!(facts.text("iban"), Some("DE89 3704 0044 0532 0130 00"));
    assert_eq!(facts.text("account_holder"), Some("Muster & Söhne GmbH"));
    assert_eq!(facts.text("payment_reference"), Some("RE-2026/0815, RE-2026/0816, 4711"));
    assert_eq!(facts.text("total_due"), None);
    // One invoice has its own short names; three do not.
    assert_eq!(facts.get("invoice_number"), None);
    let one = built(|_, c| c.items.truncate(1)).unwrap();
    assert_eq!(one.text("invoice_number"), Some("RE-2026/0815"));
}

#[test]
fn what_does_not_add_up_is_refused() {
    type Change = fn(&mut Snapshot, &mut LetterContext);
    type Fits = fn(&FactsError) -> bool;
    let cases: &[(&str, Change, Fits)] = &[
        ("paid meanwhile", |s, _| s.items[0].paid = eur(1), |e| matches!(e, FactsError::Changed(_))),
        (
            "another due date",
            |s, _| s.items[1].due_date = date("2026-01-01"),
            |e| matches!(e, FactsError::Changed(_)),
        ),
        ("another number", |s, _| s.items[1].number.push('1'), |e| matches!(e, FactsError::Changed(_))),
        ("not on the account", |s, _| drop(s.items.remove(2)), |e| matches!(e, FactsError::NotOpen(_))),
        (
            "another customer's",
            |_, c| c.items.push(item("F-1", "2026-10-01", 100, 0)),
            |e| matches!(e, FactsError::NotOpen(_)),
        ),
        ("listed twice", |_, c| c.items.push(c.items[0].clone()), |e| matches!(e, FactsError::Twice(_))),
        (
            "settled",
            |s, c| {
                s.items[0].paid = s.items[0].original;
                c.items[0] = s.items[0].clone();
            },
            |e| matches!(e, FactsError::NotOpen(_)),
        ),
        (
            "two currencies",
            |s, c| {
                (s.items[0].original, s.items[0].paid, s.items[0].credited) =
                    (money("5", "USD"), money("0", "USD"), money("0", "USD"));
                c.items[0] = s.items[0].clone();
            },
            |e| matches!(e, FactsError::Money(_)),
        ),
        ("no date", |_, c| c.pay_by = None, |e| matches!(e, FactsError::Missing { .. })),
        ("no invoice", |_, c| c.items.clear(), |e| matches!(e, FactsError::Missing { .. })),
        ("date passed", |_, c| c.pay_by = Some(date("2026-11-11")), |e| *e == FactsError::PayByPassed),
        ("unusable recipient", |s, _| s.contacts[0].usable = false, |e| *e == FactsError::Recipient),
        (
            "somebody else's recipient",
            |_, c| c.recipient = Some(contact("x@fremd.example", ContactRole::Billing)),
            |e| *e == FactsError::Recipient,
        ),
        (
            "interest that is no sum",
            |_, c| c.claims.as_mut().unwrap().interest_total = eur(1_304),
            |e| *e == FactsError::Claims,
        ),
        (
            "negative flat sum",
            |_, c| c.claims.as_mut().unwrap().flat_sum = Some(eur(-1)),
            |e| *e == FactsError::Claims,
        ),
        (
            "interest on another invoice",
            |_, c| c.items.remove(0).number.clear(),
            |e| matches!(e, FactsError::NotOpen(_)),
        ),
        (
            "interest in a courtesy note",
            |_, c| c.purpose = Purpose::Courtesy,
            |e| matches!(e, FactsError::NotAllowed { .. }),
        ),
        (
            "number of nothing visible",
            |s, c| {
                s.items[0].number = "\u{200b}\u{202e} ".to_owned();
                c.items[0].number.clone_from(&s.items[0].number);
            },
            |e| matches!(e, FactsError::Empty(_)),
        ),
        (
            "company without a name",
            |s, _| s.company.name = " ".to_owned(),
            |e| matches!(e, FactsError::Empty(_)),
        ),
        (
            "no promise",
            |_, c| c.purpose = Purpose::BrokenPromise,
            |e| matches!(e, FactsError::Missing { .. }),
        ),
    ];
    for (name, change, expected) in cases {
        let error = built(change).expect_err(name);
        assert!(expected(&error), "{name}: {error:?}");
        assert!(!error.to_string().contains("RE-2026"), "{name}");
    }
}

#[test]
fn interest_stated_before_is_not_asked_for_again() {
    let facts = built(|_, c| {
        let claims = c.claims.as_mut().unwrap();
        claims.stated_before = Some(eur(1_000));
        claims.interest_total = eur(303);
        claims.flat_sum = None;
    });
    assert_eq!(facts.unwrap().payable(), eur(251_678));
}

#[test]
fn a_plan_must_cover_what_is_owed() {
    let snapshot = ledger();
    let good = context(&snapshot, Purpose::PlanOffer, &snapshot.items);
    assert!(Facts::build(&snapshot, &good).is_ok());
    let mut short = good.clone();
    short.plan.as_mut().unwrap().instalments.pop();
    assert_eq!(Facts::build(&snapshot, &short).unwrap_err(), FactsError::Plan);
    let mut other = good.clone();
    other.items.pop();
    assert_eq!(Facts::build(&snapshot, &other).unwrap_err(), FactsError::Plan);
    let mut less = good;
    let plan = less.plan.as_mut().unwrap();
    plan.total = plan.total.minus(eur(100)).unwrap();
    plan.instalments[0].amount = plan.instalments[0].amount.minus(eur(100)).unwrap();
    assert_eq!(Facts::build(&snapshot, &less).unwrap_err(), FactsError::Plan);
}

#[test]
fn text_from_outside_is_one_visible_line() {
    for (from, to) in [
        ("Müller\r\n\tGmbH", "Müller GmbH"),
        ("  a \u{a0} b  ", "a b"),
        ("\u{202e}abc\u{202c}", "abc"),
        ("a\u{200b}\u{200d}\u{feff}b", "ab"),
        ("a\u{0}\u{7f}\u{9b}b", "ab"),
        ("a\u{e0041}\u{fe0f}\u{e000}b", "ab"),
        ("a\u{2028}b", "a b"),
        ("Łódź 株式会社 ½", "Łódź 株式会社 ½"),
        ("\u{200f}", ""),
    ] {
        assert_eq!(clean(from), to, "{from:?}");
        assert_eq!(clean(&clean(from)), clean(from));
    }
}

#[test]
fn a_long_list_of_numbers_is_cut_between_numbers() {
    let mut snapshot = ledger();
    snapshot.items = (0..30).map(|n| item(&format!("RE-2026/{n:04}"), "2026-10-01", 100, 0)).collect();
    let context = context(&snapshot, Purpose::Friendly, &snapshot.items);
    let facts = Facts::build(&snapshot, &context).unwrap();
    let reference = facts.text("payment_reference").unwrap();
    assert!(reference.chars().count() <= 140 && reference.ends_with("RE-2026/0009"), "{reference}");
}

#[test]
fn the_catalogue_hides_texts_and_names_only_placeholders_that_work() {
    let facts = built(|_, _| ()).unwrap();
    let catalogue = facts.catalogue(choose("en").language);
    let example = |key: &str| catalogue.iter().find(|e| e.key == key).map(|e| e.example.as_str());
    assert_eq!(example("amount_payable"), Some("EUR 2,566.78"));
    assert_eq!(example("pay_by"), Some("26 November 2026"));
    assert_eq!(example("contact_name"), Some("…"));
    assert_eq!(example("invoice:N.residual"), Some("EUR 1,190.00"));
    assert_eq!(example("iban"), None);
    assert_eq!(example("invoice_numbers"), Some("…"));
    for entry in &catalogue {
        assert!(is_known(&entry.key.replace(":N.", ":1.")), "{}", entry.key);
        assert!(!["Weber", "Klein", "GmbH", "RE-2026", "4711"].iter().any(|n| entry.example.contains(n)));
    }
    let mut keys: Vec<_> = catalogue.iter().map(|e| &e.key).collect();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), catalogue.len());
    assert_eq!(placeholders("a {x} b {y:1.z}").unwrap(), ["x", "y:1.z"]);
}

#[test]
fn a_context_survives_its_storage() {
    let snapshot = ledger();
    for purpose in Purpose::ALL.iter().copied() {
        let mut context = context(&snapshot, purpose, &snapshot.items);
        context.claims = purpose.may_claim().then(|| claims(&snapshot.items));
        let json = serde_json::to_string(&context).unwrap();
        assert_eq!(serde_json::from_str::<LetterContext>(&json).unwrap(), context);
    }
}
