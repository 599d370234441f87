//! A drafted message with harmless content, for tests that are about what happens to it.

use crate::ledger::{Company, Invoice};
use crate::world::World;
use domain::ids::{ConversationId, OutreachId};
use domain::kinds::{OutreachKind, OutreachState};
use domain::money::{Money, MoneyError};
use rust_decimal::Decimal;
use serde_json::json;
use store::settle::{NewItem, NewOutreach};

/// A queued dunning notice of level 1, cycle 1, listing `invoices` at 100 each, ready to leave now.
///
/// # Errors
/// When an amount cannot be written in the invoice's currency.
pub fn notice(
    world: &World,
    company: &Company,
    carrier: ConversationId,
    invoices: &[&Invoice],
) -> Result<NewOutreach, MoneyError> {
    let id = OutreachId::new();
    let first = invoices.first().map(|i| (i.customer, i.currency));
    let (customer, currency) =
        first.unwrap_or((domain::ids::CustomerId::new(), domain::money::Currency::EUR));
    let items = invoices.iter().map(|i| {
        Ok(NewItem {
            invoice: i.id,
            residual: Money::new(Decimal::ONE_HUNDRED, currency)?,
            due_date: world.today(),
            days_overdue: 5,
            before: 0,
            after: 1,
        })
    });
    Ok(NewOutreach {
        id,
        customer,
        currency,
        conversation: carrier,
        kind: OutreachKind::DunningNotice,
        cycle: 1,
        level: Some(1),
        reply_to_inbound: None,
        promise: None,
        plan: None,
        state: OutreachState::Queued,
        language: "en".into(),
        subject: "Reminder".into(),
        body_text: "Please pay.".into(),
        body_html: None,
        recipients: vec!["billing@debtor.example".into()],
        cc: Vec::new(),
        sender: format!("billing@{}.example", company.slug),
        reply_to: format!("billing+r{}@{}.example", id.uuid().simple(), company.slug),
        message_id_header: format!("<{}@{}.example>", id.uuid().simple(), company.slug),
        in_reply_to: None,
        references: Vec::new(),
        date_header: world.now(),
        snapshot: json!({ "purpose": "friendly" }),
        grounding: json!({ "findings": [] }),
        drafted_by: "template:friendly@1".into(),
        responsible: "policy:1".into(),
        disclosure_version: Some("1".into()),
        send_after: Some(world.now()),
        model_call: None,
        prompt_version: None,
        items: items.collect::<Result<_, MoneyError>>()?,
        at: world.now(),
    })
}
