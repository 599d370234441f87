//! Snapshots for tests of this crate: one German business with one contact.

use crate::calendar::zone;
use crate::ids::{CompanyId, ContactId, ConversationId, CustomerId, InvoiceId};
use crate::kinds::{Autonomy, BlockReason, ContactRole, ConversationStatus, DebtorKind, Stage};
use crate::money::{Currency, Money};
use crate::procedure::Procedure;
use crate::settings::CompanySettings;
use crate::snapshot::{
    AccountFacts, BlockFacts, BlockScope, CompanyFacts, ContactFacts, ConversationFacts, CustomerFacts,
    OpenItem, Snapshot,
};
use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;

pub(crate) fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(crate) fn eur(cents: i64) -> Money {
    Money::new(Decimal::new(cents, 2), Currency::EUR).unwrap()
}

pub(crate) fn item(number: &str, due: &str, cents: i64, level: u16) -> OpenItem {
    let due_date = date(due);
    OpenItem {
        invoice: InvoiceId::new(),
        number: number.to_owned(),
        invoice_date: due_date - chrono::Days::new(30),
        due_date,
        original: eur(cents),
        paid: eur(0),
        credited: eur(0),
        level,
        conversation: Some(ConversationFacts {
            id: ConversationId::new(),
            status: ConversationStatus::Active,
            stage: Stage::InitialOutreach,
            autonomy: Autonomy::Supervised,
        }),
    }
}

/// A Tuesday noon in Berlin unless said otherwise.
pub(crate) fn snapshot(now: &str, items: Vec<OpenItem>) -> Snapshot {
    let as_of = at(now);
    let berlin = zone("Europe/Berlin").unwrap();
    Snapshot {
        as_of,
        today: as_of.with_timezone(&berlin).date_naive(),
        version: 1,
        company: CompanyFacts {
            id: CompanyId::new(),
            name: "Muster GmbH".to_owned(),
            language: "de".to_owned(),
            country: "DE".to_owned(),
            zone: berlin,
            sender_name: "Buchhaltung".to_owned(),
            email: "rechnung@muster.example".to_owned(),
            iban: Some("DE02120300000000202051".to_owned()),
            bic: None,
            account_holder: None,
            autonomy: Autonomy::Supervised,
            settings: CompanySettings::default(),
            procedure: Procedure::default(),
            ledger_read_at: Some(as_of),
        },
        customer: CustomerFacts {
            id: CustomerId::new(),
            name: "Beispiel AG".to_owned(),
            kind: DebtorKind::Business,
            country: None,
            region: None,
            language: None,
            zone: None,
            do_not_contact: false,
            autonomy: None,
        },
        contacts: vec![contact("kreditoren@beispiel.example", ContactRole::Billing)],
        account: AccountFacts { currency: Currency::EUR, cycle: 1, level: 0, last_notice_at: None },
        items,
        settled: Vec::new(),
        unapplied_credit: eur(0),
        receipts: Vec::new(),
        promises: Vec::new(),
        broken_promises: 0,
        plan: None,
        blocks: Vec::new(),
        contacted_at: Vec::new(),
        pending: Vec::new(),
        pending_actions: Vec::new(),
        last_reply_at: None,
    }
}

pub(crate) fn contact(email: &str, role: ContactRole) -> ContactFacts {
    ContactFacts {
        id: ContactId::new(),
        name: String::new(),
        email: email.to_owned(),
        role,
        language: None,
        usable: true,
    }
}

pub(crate) fn block(scope: BlockScope, reason: BlockReason, until: Option<&str>) -> BlockFacts {
    BlockFacts {
        id: crate::ids::BlockId::new(),
        scope,
        reason,
        until: until.map(date),
        inbound: None,
        resume_pending: false,
    }
}
