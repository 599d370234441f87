use super::super::law::Law;
use super::super::tests::{date, parties};
use super::*;

struct Case {
    law: Law,
    country: &'static str,
    kind: DebtorKind,
    facts: StartFacts,
}

fn case(law: Law, country: &'static str, basis: DueDateBasis, due: &str) -> Case {
    let kind = match law {
        Law::GermanyConsumer | Law::AustriaConsumer | Law::NetherlandsConsumer => DebtorKind::Consumer,
        Law::GermanyBusiness
        | Law::AustriaBusiness
        | Law::France
        | Law::NetherlandsBusiness
        | Law::UnitedKingdom
        | Law::EuMinimum => DebtorKind::Business,
    };
    let facts = StartFacts {
        due_date: date(due),
        basis,
        received_on: None,
        reminded_on: None,
        consumer_warned: false,
    };
    Case { law, country, kind, facts }
}

impl Case {
    fn received(mut self, on: &str) -> Self {
        self.facts.received_on = Some(date(on));
        self
    }

    fn reminded(mut self, on: &str) -> Self {
        self.facts.reminded_on = Some(date(on));
        self
    }

    fn warned(mut self) -> Self {
        self.facts.consumer_warned = true;
        self
    }

    fn start(&self) -> Result<NaiveDate, NoClaim> {
        let parties = parties(self.country, self.country, self.kind);
        let (first, gaps) = first_day(&self.law.terms(), &parties, &self.facts, Holidays::shipped()).unwrap();
        assert_eq!(gaps, []);
        first
    }
}

fn not(why: NotInDefault) -> Result<NaiveDate, NoClaim> {
    Err(NoClaim::NotInDefault(why))
}

use DueDateBasis::{Contract, InvoiceUnilateral, Statutory};

#[test]
fn an_agreed_date_needs_no_reminder_anywhere() {
    for (law, country) in [
        (Law::GermanyBusiness, "DE"),
        (Law::GermanyConsumer, "DE"),
        (Law::AustriaBusiness, "AT"),
        (Law::AustriaConsumer, "AT"),
        (Law::France, "FR"),
        (Law::NetherlandsBusiness, "NL"),
        (Law::NetherlandsConsumer, "NL"),
        (Law::UnitedKingdom, "GB"),
        (Law::EuMinimum, "IE"),
    ] {
        assert_eq!(case(law, country, Contract, "2026-05-15").start(), Ok(date("2026-05-16")), "{law:?}");
    }
}

#[test]
fn a_due_date_printed_on_the_invoice_is_no_default_in_germany() {
    let german = || case(Law::GermanyBusiness, "DE", InvoiceUnilateral, "2026-05-15");
    assert_eq!(german().start(), not(NotInDefault::NoReminder));
    // The reminder, or 30 days after due date and receipt, whichever comes first.
    assert_eq!(german().reminded("2026-05-20").start(), Ok(date("2026-05-21")));
    assert_eq!(german().received("2026-05-02").start(), Ok(date("2026-06-16")));
    assert_eq!(german().received("2026-05-22").start(), Ok(date("2026-06-23")));
    assert_eq!(german().received("2026-05-02").reminded("2026-05-20").start(), Ok(date("2026-05-21")));
    assert_eq!(german().received("2026-05-02").reminded("2026-07-20").start(), Ok(date("2026-06-16")));
    // Without any date it is the same.
    let statutory = case(Law::GermanyBusiness, "DE", Statutory, "2026-05-15");
    assert_eq!(statutory.reminded("2026-05-20").start(), Ok(date("2026-05-21")));
}

#[test]
fn a_notice_before_the_debt_is_late_is_no_reminder() {
    let german = || case(Law::GermanyBusiness, "DE", InvoiceUnilateral, "2026-05-15");
    for on in ["2026-05-12", "2026-05-15"] {
        assert_eq!(german().reminded(on).start(), not(NotInDefault::NoReminder), "{on}");
    }
    // Due on a Saturday: still in time on Monday, so a letter received on Monday does not count.
    let saturday = || case(Law::GermanyBusiness, "DE", InvoiceUnilateral, "2026-05-16");
    assert_eq!(saturday().reminded("2026-05-18").start(), not(NotInDefault::NoReminder));
    assert_eq!(saturday().reminded("2026-05-19").start(), Ok(date("2026-05-20")));
}

#[test]
fn the_thirty_days_bind_a_german_consumer_only_when_warned() {
    let consumer =
        || case(Law::GermanyConsumer, "DE", InvoiceUnilateral, "2026-05-15").received("2026-05-02");
    assert_eq!(consumer().start(), not(NotInDefault::NoReminder));
    assert_eq!(consumer().warned().start(), Ok(date("2026-06-16")));
    assert_eq!(consumer().reminded("2026-05-20").start(), Ok(date("2026-05-21")));
}

#[test]
fn a_last_day_on_a_weekend_or_holiday_moves_in_germany_and_austria() {
    // Saturday 16 May 2026; Ascension Day 14 May; Christmas to the weekend after.
    for (due, first) in
        [("2026-05-16", "2026-05-19"), ("2026-05-14", "2026-05-16"), ("2026-12-25", "2026-12-29")]
    {
        for (law, country) in [(Law::GermanyBusiness, "DE"), (Law::AustriaBusiness, "AT")] {
            assert_eq!(case(law, country, Contract, due).start(), Ok(date(first)), "{country} {due}");
        }
    }
    let french = case(Law::France, "FR", Contract, "2026-05-16");
    assert_eq!(french.start(), Ok(date("2026-05-17")));
    // The thirtieth day too: 2026-06-14 is a Sunday.
    let german = case(Law::GermanyBusiness, "DE", InvoiceUnilateral, "2026-05-15").received("2026-05-01");
    assert_eq!(german.start(), Ok(date("2026-06-16")));
}

#[test]
fn a_year_that_is_not_on_file_is_reported() {
    let facts = case(Law::GermanyBusiness, "DE", Contract, "2029-01-01").facts;
    let parties = parties("DE", "DE", DebtorKind::Business);
    let (first, gaps) =
        first_day(&Law::GermanyBusiness.terms(), &parties, &facts, Holidays::shipped()).unwrap();
    assert_eq!(first, Ok(date("2029-01-02")));
    assert_eq!(gaps.len(), 1);
}

#[test]
fn elsewhere_thirty_days_from_receipt_but_not_before_the_due_date() {
    for (law, country) in
        [(Law::NetherlandsBusiness, "NL"), (Law::UnitedKingdom, "GB"), (Law::EuMinimum, "IE")]
    {
        let printed = || case(law, country, InvoiceUnilateral, "2026-05-15");
        assert_eq!(printed().start(), not(NotInDefault::ReceiptUnknown), "{country}");
        assert_eq!(printed().received("2026-05-04").start(), Ok(date("2026-06-04")), "{country}");
        assert_eq!(printed().received("2026-04-01").start(), Ok(date("2026-05-16")), "{country}");
        // A reminder is not needed and changes nothing.
        assert_eq!(printed().reminded("2026-05-20").start(), not(NotInDefault::ReceiptUnknown));
    }
}

#[test]
fn austria_and_france_go_by_the_date_on_the_invoice() {
    for (law, country) in [(Law::AustriaBusiness, "AT"), (Law::France, "FR")] {
        let case_of = |basis| case(law, country, basis, "2026-05-15");
        assert_eq!(case_of(InvoiceUnilateral).start(), Ok(date("2026-05-16")));
        assert_eq!(case_of(Statutory).start(), not(NotInDefault::ReceiptUnknown));
        assert_eq!(case_of(Statutory).received("2026-05-04").start(), Ok(date("2026-06-04")));
    }
}

#[test]
fn consumers_in_austria_and_the_netherlands() {
    let austrian = || case(Law::AustriaConsumer, "AT", InvoiceUnilateral, "2026-05-15");
    assert_eq!(austrian().received("2026-05-01").start(), not(NotInDefault::NoReminder));
    assert_eq!(austrian().reminded("2026-05-20").start(), Ok(date("2026-05-21")));
    let dutch = case(Law::NetherlandsConsumer, "NL", InvoiceUnilateral, "2026-05-15");
    assert_eq!(dutch.reminded("2026-05-20").start(), not(NotInDefault::NoAgreedDate));
}

#[test]
fn the_end_of_the_calendar_is_an_error() {
    let mut facts = case(Law::France, "FR", Contract, "2026-05-15").facts;
    facts.due_date = NaiveDate::MAX;
    let parties = parties("FR", "FR", DebtorKind::Business);
    let refused = first_day(&Law::France.terms(), &parties, &facts, Holidays::shipped());
    assert_eq!(refused, Err(SlotError::OutOfRange));
}
