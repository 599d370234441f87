//! The story of an invoice in words.

use super::*;
use chrono::{TimeDelta, TimeZone};
use domain::ids::{ActionId, ConversationId, CustomerId, PaymentId};
use domain::kinds::{
    ActionType, Autonomy, ConversationStatus, DueDateBasis, InvoiceStatus, PaymentMethod, PaymentSource,
    Stage,
};
use domain::money::{Currency, Money};
use domain::procedure::{Procedure, Tone};
use domain::reason::Reason;
use domain::step::{Listed, Notice, Step};
use serde_json::json;
use store::timeline::{ConversationState, Entry, PendingStep};
use words::PLAIN;

fn eur(amount: &str) -> Money {
    Money::new(amount.parse().unwrap(), Currency::EUR).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn berlin() -> CompanyFields {
    CompanyFields {
        name: "L".to_owned(),
        email: "a@l.example".to_owned(),
        sender_name: None,
        reply_to: None,
        country: "DE".to_owned(),
        language: "de".to_owned(),
        zone: domain::calendar::zone("Europe/Berlin").unwrap(),
        default_currency: Currency::EUR,
        default_payment_terms: 30,
        autonomy: Autonomy::Full,
        iban: None,
        bic: None,
        account_holder: None,
        address_lines: Vec::new(),
    }
}

fn explanation() -> Explanation {
    let invoice = Invoice {
        id: InvoiceId::new(),
        customer: CustomerId::new(),
        customer_name: "Nord\u{1b}[2J GmbH".to_owned(),
        number: "R-1".to_owned(),
        amount: eur("1190.00"),
        paid: eur("190.00"),
        credited: eur("0"),
        residual: eur("1000.00"),
        invoice_date: day("2026-05-01"),
        due_date: day("2026-05-31"),
        original_due_date: None,
        basis: DueDateBasis::Contract,
        status: InvoiceStatus::Overdue,
        level: 1,
        po_number: None,
        paid_at: None,
        cancelled_at: None,
        written_off_at: None,
        conversation: None,
        version: 1,
    };
    let conversation = ConversationState {
        id: ConversationId::new(),
        status: ConversationStatus::Active,
        stage: Stage::FollowUp,
        autonomy: Autonomy::Full,
        next_action_at: Some(at("2026-06-15T07:00:00Z")),
        hold: Some("not_due".to_owned()),
        hold_until: None,
        escalation_reason: None,
        outcome: None,
        messages_sent: 1,
        responses: 0,
    };
    Explanation {
        invoice,
        conversation: Some(conversation),
        entries: Vec::new(),
        standing: Vec::new(),
        pending: Vec::new(),
    }
}

fn entry(when: &str, kind: &str, reason: Option<&str>, detail: serde_json::Value) -> Entry {
    Entry {
        at: at(when),
        id: uuid::Uuid::now_v7(),
        kind: kind.to_owned(),
        title: domain::reason::title_of(kind),
        reason: reason.map(str::to_owned),
        invoice: None,
        outreach: None,
        action: None,
        detail,
    }
}

fn next(e: &Explanation, step: Option<&Step>) -> Next {
    let procedure = Procedure::default();
    let now = at("2026-06-12T08:00:00Z");
    Look { now, today: day("2026-06-12"), step, procedure: &procedure, together: 1, own_block: None }
        .next(e, &berlin().zone)
}

#[test]
fn a_wait_names_its_end_its_reason_and_the_next_level() {
    let step = Step::Wait { until: at("2026-06-13T22:00:00Z"), why: Reason::NotDue };
    let n = next(&explanation(), Some(&step));
    assert_eq!((n.step, n.why), ("wait", Some("not_due")));
    assert_eq!(
        n.text,
        [
            "Not before 2026-06-14 00:00: the next dunning level is not reached yet.",
            "The daemon looks again on 2026-06-15 09:00, or when the ledger moves."
        ],
        "level 2 (4 days after) has passed"
    );
    let mut fresh = explanation();
    fresh.invoice.level = 2;
    let n = next(&fresh, Some(&step));
    assert!(
        n.text[1] == "By the procedure this invoice reaches level 3 (firm) on 2026-06-14.",
        "{:?}",
        n.text
    );
}

#[test]
fn a_notice_says_whether_it_is_about_this_invoice() {
    let e = explanation();
    let item = Listed { invoice: e.invoice.id, before: 1, after: 2 };
    let mut notice =
        Notice { cycle: 0, level: 2, tone: Tone::Friendly, pay_by: day("2026-06-19"), items: vec![item] };
    let n = next(&e, Some(&Step::Notice(notice.clone())));
    assert_eq!(
        n.text[0],
        "A notice of level 2 (friendly) is due now; it will ask for payment by 2026-06-19."
    );
    notice.items.clear();
    assert!(next(&e, Some(&Step::Notice(notice))).text[0].contains("about other invoices of this customer"));
}

#[test]
fn a_hold_that_does_not_end_by_itself_says_what_to_do() {
    let step = Step::Blocked { why: Reason::LedgerStale, until: None };
    let n = next(&explanation(), Some(&step));
    assert_eq!((n.step, n.why), ("blocked", Some("ledger_stale")));
    assert!(n.text[1].contains("dunningd import"), "{:?}", n.text);
}

#[test]
fn an_invoice_without_a_conversation_says_when_the_chase_begins() {
    let mut e = explanation();
    e.conversation = None;
    e.invoice.due_date = day("2026-07-31");
    assert_eq!(next(&e, None).text, ["The chase of this invoice begins on 2026-07-28."]);
    e.invoice.due_date = day("2026-06-13");
    assert!(next(&e, None).text[0].contains("next sweep"));
}

#[test]
fn a_block_of_its_own_keeps_an_invoice_out_of_what_the_others_get() {
    let procedure = Procedure::default();
    let block = BlockFacts {
        id: domain::ids::BlockId::new(),
        scope: BlockScope::Company,
        reason: domain::kinds::BlockReason::Dispute,
        until: None,
        inbound: None,
        resume_pending: false,
    };
    let step = Step::Blocked { why: Reason::AwaitingApproval, until: None };
    let (now, today) = (at("2026-06-12T08:00:00Z"), day("2026-06-12"));
    let look =
        Look { now, today, step: Some(&step), procedure: &procedure, together: 1, own_block: Some(&block) };
    let n = look.next(&explanation(), &berlin().zone);
    assert_eq!((n.step, n.why), ("blocked", Some("dispute")));
    assert_eq!(n.text[..2], ["Held: the invoice is disputed.", "What else this customer owes is chased on."]);
}

#[test]
fn what_is_over_says_so() {
    let mut e = explanation();
    e.conversation = None;
    e.invoice.residual = eur("0");
    assert_eq!(next(&e, None).text, ["Nothing: nothing is owed any more."]);
    e.invoice.cancelled_at = Some(at("2026-06-01T00:00:00Z"));
    assert_eq!(next(&e, None).text, ["Nothing: the invoice is cancelled."]);
    let mut with = explanation();
    with.conversation.as_mut().unwrap().status = ConversationStatus::Escalated;
    with.conversation.as_mut().unwrap().escalation_reason = Some("promises_broken".to_owned());
    let n = next(&with, Some(&Step::Settled));
    assert!(n.text[1].starts_with("A person has it: too many promises were broken."), "{:?}", n.text);
}

#[test]
fn the_story_is_dated_safe_and_in_order() {
    let mut e = explanation();
    e.entries = vec![
        entry(
            "2026-06-04T07:00:00Z",
            "letter_sent",
            None,
            json!({ "level": 1, "subject": "Reminder \u{1b}]0;x\u{7}" }),
        ),
        entry("2026-06-05T07:00:00Z", "held", Some("cooldown"), json!({ "until": "2026-06-08T07:00:00Z" })),
        entry("2026-06-06T07:00:00Z", "payment_booked", None, json!({})),
        entry("2026-04-30T07:00:00Z", "held", Some("cooldown"), json!({})),
        entry(
            "2026-06-07T07:00:00Z",
            "promise_taken",
            Some("promise"),
            json!({ "promised_on": "2026-06-20" }),
        ),
    ];
    e.pending = vec![PendingStep {
        action: ActionId::new(),
        action_type: ActionType::SendMessage,
        reasons: vec!["above_auto_limit".to_owned(), "unheard_of".to_owned()],
        expires_at: Some(at("2026-06-15T10:00:00Z")),
    }];
    let payment = Payment {
        id: PaymentId::new(),
        invoice: e.invoice.id,
        amount: eur("190.00"),
        paid_on: day("2026-06-05"),
        method: PaymentMethod::BankTransfer,
        source: PaymentSource::CsvImport,
        reference: None,
        notes: None,
        receipt: None,
        reversed_at: None,
    };
    let step = Step::Wait { until: at("2026-06-13T22:00:00Z"), why: Reason::NotDue };
    let story = Story {
        as_of: at("2026-06-12T08:00:00Z"),
        today: day("2026-06-12"),
        next: next(&e, Some(&step)),
        explanation: e,
        payments: vec![payment],
    };
    let text = human(&story, &berlin());
    assert!(!text.contains('\u{1b}') && text.contains("Nord [2J GmbH"), "{text}");
    assert!(text.contains("due           2026-05-31, 12 days overdue"), "{text}");
    let happened: Vec<&str> =
        text.lines().skip_while(|l| *l != "What happened").skip(1).take_while(|l| !l.is_empty()).collect();
    assert_eq!(
        happened,
        [
            "  2026-06-04 09:00  a letter was sent, level 1 “Reminder ]0;x”",
            "  2026-06-05        190.00 EUR paid by bank transfer",
            "  2026-06-05 09:00  nothing was sent: the customer was contacted too recently (cooldown), until 2026-06-08 09:00",
            "  2026-06-07 09:00  the customer promised to pay; the date has not passed, for 2026-06-20",
        ]
    );
    assert!(text.contains("send message, until 2026-06-15 12:00"), "{text}");
    assert!(
        text.contains("because the total is above what the agent may decide (above_auto_limit)"),
        "{text}"
    );
    assert!(text.contains("because unheard of (unheard_of)"), "{text}");
    let value = serde_json::to_value(&story).unwrap();
    assert_eq!(value["next"]["step"], "wait");
    assert_eq!(value["invoice"]["number"], "R-1");
}

/// Does not compile when a reason is added: then it belongs into the list of sentences.
#[test]
fn every_reason_has_its_sentence() {
    let number = |reason: Reason| match reason {
        Reason::Settled
        | Reason::NotDue
        | Reason::MinGap
        | Reason::Cooldown
        | Reason::Cap
        | Reason::ContactHours
        | Reason::DoNotContact
        | Reason::NoAddress
        | Reason::LedgerStale
        | Reason::UnappliedReceipt
        | Reason::UnappliedCredit
        | Reason::BelowMinimum
        | Reason::AwaitingApproval
        | Reason::InFlight
        | Reason::Stale
        | Reason::Ungrounded
        | Reason::Policy
        | Reason::Rejected
        | Reason::Expired
        | Reason::Exhausted
        | Reason::Misconfigured
        | Reason::UnknownHolidays => 1,
        Reason::Blocked(_) => 0,
    };
    assert_eq!(PLAIN.into_iter().map(number).sum::<usize>(), PLAIN.len());
    let codes: std::collections::BTreeSet<&str> = PLAIN.iter().map(|r| r.code()).collect();
    assert_eq!(codes.len(), PLAIN.len());
    assert_eq!(sentence("dispute"), "the invoice is disputed");
    assert_eq!(sentence("no_address"), "no contact with a working address; add one");
    assert_eq!(sentence("something_new"), "something new");
}

#[test]
fn times_are_those_of_the_companys_clock() {
    let winter = Utc.with_ymd_and_hms(2026, 1, 15, 23, 30, 0).unwrap();
    assert_eq!(moment(winter, &berlin().zone), "2026-01-16 00:30");
    assert_eq!(moment(winter + TimeDelta::days(180), &berlin().zone), "2026-07-15 01:30");
}
