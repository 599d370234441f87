//! The chase, day by day: every reason to write, and every reason not to.

use super::*;
use crate::fixture::*;
use crate::ids::{OutreachId, PromiseId, ReceiptId};
use crate::kinds::{ContactRole, OutreachKind};
use crate::snapshot::{PendingOutreach, PromiseFacts};
use proptest::prelude::*;

fn step(s: &Snapshot) -> Step {
    next_step(s, Holidays::shipped()).unwrap()
}

fn notice_of(s: &Snapshot) -> Notice {
    match step(s) {
        Step::Notice(n) => n,
        other => panic!("expected a notice, got {other:?}"),
    }
}

fn held(s: &Snapshot) -> Reason {
    match step(s) {
        Step::Wait { why, .. } | Step::Blocked { why, .. } => why,
        other => panic!("expected to be held, got {other:?}"),
    }
}

// 2026-11-24 is a Tuesday; noon in Berlin is 11:00 UTC.
const NOON: &str = "2026-11-24T11:00:00Z";

#[test]
fn levels_follow_the_procedure_and_the_due_date() {
    // Default procedure: courtesy −3, friendly 4, firm 14, final 28.
    let courtesy = notice_of(&snapshot(NOON, vec![item("R1", "2026-11-27", 10_000, 0)]));
    assert_eq!((courtesy.level, courtesy.tone), (1, Tone::Courtesy));
    assert_eq!(held(&snapshot(NOON, vec![item("R1", "2026-11-28", 10_000, 0)])), Reason::NotDue);
    assert_eq!(held(&snapshot(NOON, vec![item("R1", "2026-11-21", 10_000, 1)])), Reason::NotDue);
    let friendly = notice_of(&snapshot(NOON, vec![item("R1", "2026-11-20", 10_000, 1)]));
    assert_eq!((friendly.level, friendly.tone), (2, Tone::Friendly));
    assert_eq!(friendly.pay_by, date("2026-12-01"));
}

#[test]
fn not_due_looks_again_on_the_first_day_of_the_level() {
    let s = snapshot(NOON, vec![item("R1", "2026-11-21", 10_000, 1)]);
    // Due 21 November + 4 days = 25 November, midnight in Berlin.
    assert_eq!(step(&s), Step::Wait { until: at("2026-11-24T23:00:00Z"), why: Reason::NotDue });
}

#[test]
fn an_invoice_first_seen_overdue_starts_friendly_and_skips_no_further_level() {
    let n = notice_of(&snapshot(NOON, vec![item("R1", "2026-08-01", 10_000, 0)]));
    assert_eq!((n.level, n.tone), (2, Tone::Friendly));
    assert_eq!(n.items.first().map(|l| (l.before, l.after)), Some((0, 2)));
}

#[test]
fn one_notice_lists_every_overdue_item_and_the_carrier_sets_the_level() {
    let old = item("R1", "2026-11-01", 10_000, 2);
    let young = item("R2", "2026-11-22", 5_000, 0);
    let future = item("R3", "2026-12-20", 7_000, 0);
    let ids = (old.invoice, young.invoice);
    let mut s = snapshot(NOON, vec![old, young, future]);
    s.account.level = 2;
    let n = notice_of(&s);
    assert_eq!(n.level, 3);
    let listed: Vec<_> = n.items.iter().map(|l| (l.invoice, l.before, l.after)).collect();
    assert_eq!(listed, [(ids.0, 2, 3), (ids.1, 0, 0)], "the young item is listed without jumping");
}

#[test]
fn a_settled_carrier_re_anchors_the_account() {
    let mut s = snapshot(NOON, vec![item("R2", "2026-11-18", 5_000, 0)]);
    s.account.level = 3;
    s.account.last_notice_at = Some(at("2026-11-10T11:00:00Z"));
    assert_eq!(anchor(&s), Anchor { cycle: 2, level: 0 });
    let n = notice_of(&s);
    assert_eq!((n.cycle, n.level), (2, 2), "the tone is that of the young item");
}

#[test]
fn days_missed_by_downtime_are_caught_up_by_one_notice() {
    let mut s = snapshot(NOON, vec![item("R1", "2026-09-01", 10_000, 1)]);
    s.account.level = 1;
    s.account.last_notice_at = Some(at("2026-08-29T11:00:00Z"));
    assert_eq!(notice_of(&s).level, 2);
    // Right after it, the next level is reached by days, but not by the gap.
    s.items = vec![item("R1", "2026-09-01", 10_000, 2)];
    s.account.level = 2;
    s.account.last_notice_at = Some(at("2026-11-24T10:00:00Z"));
    assert_eq!(held(&s), Reason::MinGap);
}

#[test]
fn after_the_last_level_a_person_takes_over() {
    let mut s = snapshot(NOON, vec![item("R1", "2026-10-01", 10_000, 4)]);
    s.account.level = 4;
    s.account.last_notice_at = Some(at("2026-11-20T11:00:00Z"));
    assert_eq!(held(&s), Reason::MinGap, "the customer gets the days the letter named");
    s.account.last_notice_at = Some(at("2026-11-10T11:00:00Z"));
    assert_eq!(step(&s), Step::Escalate(EscalationReason::ProcedureExhausted));
}

#[test]
fn weekends_holidays_and_quiet_hours_push_and_never_pull() {
    let overdue = || vec![item("R1", "2026-11-10", 10_000, 0)];
    let wait = |now: &str| match step(&snapshot(now, overdue())) {
        Step::Wait { until, why: Reason::ContactHours } => until,
        other => panic!("{other:?}"),
    };
    assert_eq!(wait("2026-11-24T05:00:00Z"), at("2026-11-24T07:00:00Z"), "before eight in Berlin");
    assert_eq!(wait("2026-11-28T11:00:00Z"), at("2026-11-30T07:00:00Z"), "Saturday to Monday");
    assert_eq!(wait("2026-12-24T18:00:00Z"), at("2026-12-28T07:00:00Z"), "Christmas to Monday");
}

#[test]
fn the_debtors_own_zone_and_holidays_count() {
    let mut s = snapshot("2026-11-26T15:00:00Z", vec![item("R1", "2026-11-10", 10_000, 0)]);
    s.customer.country = Some("US".to_owned());
    s.customer.zone = Some(chrono_tz::America::New_York);
    // Thanksgiving 2026 is 26 November; Friday the 27th is a business day, eight o'clock there.
    assert_eq!(step(&s), Step::Wait { until: at("2026-11-27T13:00:00Z"), why: Reason::ContactHours });
}

#[test]
fn cooldown_and_cap_count_every_message() {
    let mut s = snapshot(NOON, vec![item("R1", "2026-11-10", 10_000, 0)]);
    s.contacted_at = vec![at("2026-11-23T11:00:00Z")];
    assert_eq!(held(&s), Reason::Cooldown);
    s.contacted_at = vec![at("2026-11-20T11:00:00Z"), at("2026-11-17T11:00:00Z"), at("2026-11-12T11:00:00Z")];
    assert_eq!(held(&s), Reason::Cap);
    s.contacted_at.pop();
    notice_of(&s);
}

#[test]
fn every_obstacle_holds_with_its_own_reason() {
    let base = || snapshot(NOON, vec![item("R1", "2026-11-10", 10_000, 0)]);
    let with = |change: &dyn Fn(&mut Snapshot)| {
        let mut s = base();
        change(&mut s);
        held(&s)
    };
    let customer = |r| block(BlockScope::Customer, r, None);
    assert_eq!(with(&|s| s.customer.do_not_contact = true), Reason::DoNotContact);
    assert_eq!(
        with(&|s| s.blocks = vec![customer(BlockReason::ReplyPending)]),
        Reason::Blocked(BlockReason::ReplyPending)
    );
    assert_eq!(
        with(&|s| s.blocks = vec![block(BlockScope::Company, BlockReason::KillSwitch, None)]),
        Reason::Blocked(BlockReason::KillSwitch)
    );
    assert_eq!(
        with(&|s| s.blocks = vec![block(BlockScope::Invoice(s.items[0].invoice), BlockReason::Dispute, None)]),
        Reason::Blocked(BlockReason::Dispute)
    );
    assert_eq!(with(&|s| s.company.ledger_read_at = None), Reason::LedgerStale);
    assert_eq!(with(&|s| s.company.ledger_read_at = Some(at("2026-11-22T10:59:59Z"))), Reason::LedgerStale);
    assert_eq!(with(&|s| s.unapplied_credit = eur(1)), Reason::UnappliedCredit);
    assert_eq!(
        with(&|s| s.contacts = vec![contact("x@y.example", ContactRole::Escalation)]),
        Reason::NoAddress
    );
    assert_eq!(with(&|s| s.company.settings.contact.minimum_total = 101.into()), Reason::BelowMinimum);
    let pending = |state| PendingOutreach { id: OutreachId::new(), kind: OutreachKind::DunningNotice, state };
    assert_eq!(with(&|s| s.pending = vec![pending(OutreachState::Proposed)]), Reason::AwaitingApproval);
    assert_eq!(with(&|s| s.pending = vec![pending(OutreachState::InDoubt)]), Reason::InFlight);
    notice_of(&base());
}

#[test]
fn a_disputed_item_is_left_out_and_the_rest_goes_on() {
    let (a, b) = (item("R1", "2026-11-10", 10_000, 0), item("R2", "2026-11-12", 5_000, 0));
    let rest = b.invoice;
    let mut s = snapshot(NOON, vec![a.clone(), b]);
    s.blocks = vec![block(BlockScope::Invoice(a.invoice), BlockReason::Dispute, None)];
    let listed: Vec<_> = notice_of(&s).items.iter().map(|l| l.invoice).collect();
    assert_eq!(listed, [rest]);
}

#[test]
fn a_block_whose_date_has_come_is_lifted_before_anything_else() {
    let mut s = snapshot(NOON, vec![item("R1", "2026-11-10", 10_000, 0)]);
    s.blocks = vec![block(BlockScope::Customer, BlockReason::PaymentClaimed, Some("2026-11-24"))];
    assert_eq!(step(&s), Step::Resume(s.blocks[0].id));
    s.blocks[0].resume_pending = true;
    assert_eq!(held(&s), Reason::Blocked(BlockReason::PaymentClaimed));
    s.blocks[0] = block(BlockScope::Customer, BlockReason::PaymentClaimed, Some("2026-11-25"));
    let until = Some(at("2026-11-24T23:00:00Z"));
    assert_eq!(step(&s), Step::Blocked { why: Reason::Blocked(BlockReason::PaymentClaimed), until });
}

fn receipt(cents: i64, reference: &str) -> ReceiptFacts {
    ReceiptFacts {
        id: ReceiptId::new(),
        amount: eur(cents),
        received_on: date("2026-11-23"),
        reference: reference.to_owned(),
    }
}

#[test]
fn only_a_receipt_of_the_exact_residual_that_names_one_invoice_books_itself() {
    let mut s =
        snapshot(NOON, vec![item("RE-12", "2026-11-10", 10_000, 0), item("RE-123", "2026-11-10", 9_000, 0)]);
    s.receipts = vec![receipt(10_000, "Ihre RE-12, danke")];
    let Step::MarkPaid { invoice, .. } = step(&s) else { panic!("books") };
    assert_eq!(invoice, s.items[0].invoice);
    for (cents, text) in [(10_000, "danke"), (9_999, "RE-12"), (10_000, "RE-12 RE-123"), (10_000, "XRE-12")] {
        s.receipts = vec![receipt(cents, text)];
        assert_eq!(held(&s), Reason::UnappliedReceipt, "{cents} {text}");
    }
}

fn broken(s: &Snapshot, answered: bool) -> PromiseFacts {
    PromiseFacts {
        id: PromiseId::new(),
        invoice: s.items[0].invoice,
        amount: eur(10_000),
        promised_on: date("2026-11-18"),
        effective_until: date("2026-11-22"),
        state: PromiseState::Broken,
        method: None,
        answered,
    }
}

#[test]
fn a_broken_promise_is_cited_once_and_the_second_one_escalates() {
    let mut s = snapshot(NOON, vec![item("R1", "2026-11-10", 10_000, 2)]);
    s.account.level = 2;
    s.broken_promises = 1;
    s.promises = vec![broken(&s, false)];
    assert!(matches!(step(&s), Step::BrokenPromise { .. }));
    s.broken_promises = 2;
    assert_eq!(step(&s), Step::Escalate(EscalationReason::PromisesBroken));
    s.promises = vec![broken(&s, true)];
    assert!(matches!(step(&s), Step::Notice(_)));
}

#[test]
fn paid_conversations_are_closed_first_and_nothing_owed_is_settled() {
    let mut s = snapshot(NOON, Vec::new());
    assert_eq!(step(&s), Step::Settled);
    s.settled = vec![SettledItem {
        invoice: InvoiceId::new(),
        conversation: crate::ids::ConversationId::new(),
        payments: Vec::new(),
    }];
    assert!(matches!(step(&s), Step::Close(_)));
}

#[test]
fn a_leap_day_is_a_day_like_any_other() {
    // Due 25 February 2028 + 4 days = 29 February, a Tuesday.
    let s = snapshot("2028-02-29T11:00:00Z", vec![item("R1", "2028-02-25", 10_000, 1)]);
    assert_eq!(notice_of(&s).level, 2);
}

proptest! {
    /// A year of days, random payments: levels rise by one, cycles never repeat a level, nothing leaves
    /// on a weekend, outside hours, within the cooldown, or above the cap.
    #[test]
    fn a_year_of_chasing_keeps_every_promise(
        dues in prop::collection::vec(0u64..200, 1..5),
        pays in prop::collection::vec((0usize..5, 0u64..365), 0..5),
    ) {
        let start = date("2026-01-01");
        let mut items: Vec<OpenItem> = dues.iter().enumerate().map(|(n, d)| {
            let due = (start + Days::new(*d)).to_string();
            item(&format!("R{n}"), &due, 10_000, 0)
        }).collect();
        let (mut cycle, mut level, mut last) = (1, 0, None);
        let mut contacts: Vec<DateTime<Utc>> = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        for day in 0..365u64 {
            for (n, on) in &pays {
                if *on == day && let Some(i) = items.get_mut(*n) {
                    i.paid = i.original;
                }
            }
            let now = format!("{}T11:00:00Z", start + Days::new(day));
            let open: Vec<_> = items.iter().filter(|i| i.residual().unwrap().is_positive()).cloned().collect();
            let mut s = snapshot(&now, open);
            s.account.cycle = cycle;
            s.account.level = level;
            s.account.last_notice_at = last;
            s.contacted_at = contacts.clone();
            let Step::Notice(n) = step(&s) else { continue };
            let weekday = chrono::Datelike::weekday(&s.today);
            prop_assert!(!matches!(weekday, chrono::Weekday::Sat | chrono::Weekday::Sun));
            prop_assert!(seen.insert((n.cycle, n.level)), "a level twice in a cycle");
            prop_assert!(contacts.iter().all(|c| s.as_of - *c >= TimeDelta::days(3)), "cooldown");
            let in_window = contacts.iter().filter(|c| s.as_of - **c < TimeDelta::days(14)).count();
            prop_assert!(in_window < 3, "cap");
            for l in &n.items {
                let i = items.iter_mut().find(|i| i.invoice == l.invoice).unwrap();
                prop_assert_eq!(i.level, l.before);
                // One level at most, but for a courtesy level that no longer applies.
                prop_assert!(l.after <= l.before + 1 || (l.before == 0 && l.after == 2), "{} to {}", l.before, l.after);
                prop_assert!(i.days_overdue(s.today) >= s.company.procedure.level(n.level).unwrap().days_after_due.into() || l.after < n.level);
                i.level = l.after;
            }
            (cycle, level, last) = (n.cycle, n.level, Some(s.as_of));
            contacts.push(s.as_of);
        }
    }
}
