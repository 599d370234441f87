//! Another tenant's ids everywhere: whatever is asked for or written to, it is not there.

use super::*;
use domain::ids::{BlockId, ContactId, CreditNoteId, DisputeId, PaymentId, PromiseId, ReceiptId};
use domain::kinds::{BlockReason, ContactRole, DisputeState};
use store::ledger::blocks::{NewBlock, block_lift, block_set, blocks};
use store::ledger::contacts::{ContactFields, contact_add, contact_remove, contact_update, contacts};
use store::ledger::credits::{NewCreditNote, credit_note_add, credit_note_allocate, credit_notes};
use store::ledger::customers::{
    CustomerFilter, customer, customer_delete, customer_find, customer_update, customers,
    other_customer_named,
};
use store::ledger::disputes::{dispute_assign, dispute_resolve};
use store::ledger::invoices::{
    InvoiceAmendment, InvoiceFilter, invoice, invoice_amend, invoice_by_number, invoice_cancel,
    invoice_create, invoice_status_refresh, invoice_write_off, invoices,
};
use store::ledger::payments::{payment_add, payment_reverse, payments};
use store::ledger::promises::{promise_withdraw, promises};
use store::ledger::receipts::{NewReceipt, receipt_add, receipt_apply, receipts_open};
use store::ledger::suppressions::{SuppressionReason, suppression_add, suppression_lift};

#[tokio::test]
async fn another_tenants_ids_are_nowhere() {
    nowhere(World::new().await.unwrap()).await;
}

/// Row-level security is the second lock. With it taken off, the first one must hold by itself.
#[tokio::test]
async fn another_tenants_ids_are_nowhere_without_row_level_security() {
    let world = World::new().await.unwrap();
    world.run(LOCK_OFF).await.unwrap();
    let policies =
        "SELECT count(*) FROM pg_class WHERE relname IN ('customers', 'invoices') AND relrowsecurity";
    assert_eq!(world.count(policies).await.unwrap(), 0);
    nowhere(world).await;
}

const LOCK_OFF: &str = "DO $$ DECLARE t regclass; BEGIN
    FOR t IN SELECT oid FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace LOOP
        EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', t);
    END LOOP; END $$";

async fn nowhere(world: World) {
    let theirs = world.company("theirs").await.unwrap();
    let mine = world.company("mine").await.unwrap();
    let debtor = theirs.customer("Geheim GmbH").await.unwrap();
    let open = theirs.invoice(&debtor, "100", 10).await.unwrap();
    let my_debtor = mine.customer("Meiner").await.unwrap();
    let my_invoice = mine.invoice(&my_debtor, "100", 10).await.unwrap();
    let paid = theirs.pay(&open, "10").await.unwrap();
    let now = world.now();
    let (contact, block, note, receipt, suppression) = {
        let mut tx = world.tx(&theirs).await.unwrap();
        let contact = contacts(&mut tx, debtor.id).await.unwrap()[0].id;
        let new = NewBlock {
            customer: Some(debtor.id),
            invoice: None,
            reason: BlockReason::Manual,
            note: String::new(),
            until: None,
            inbound: None,
            source: None,
        };
        let block = block_set(&mut tx, &new, now).await.unwrap();
        let new = NewCreditNote {
            customer: debtor.id,
            number: "G".to_owned(),
            amount: eur("5"),
            issued_on: day("2026-03-01"),
        };
        let note = credit_note_add(&mut tx, &new, now).await.unwrap();
        let receipt = receipt_add(&mut tx, &new_receipt(Some(debtor.id)), now).await.unwrap();
        let suppression =
            suppression_add(&mut tx, "a@b.example", SuppressionReason::Manual, "", now).await.unwrap();
        tx.commit().await.unwrap();
        (contact, block, note, receipt, suppression)
    };
    let state = "SELECT (SELECT sum(version) FROM accounts)::int8 + (SELECT count(*) FROM audit_logs) + (SELECT count(*) FROM chase_events)";
    let before = world.count(state).await.unwrap();

    let mut tx = world.tx(&mine).await.unwrap();
    let tx = &mut tx;
    let person = ContactFields {
        name: "X".to_owned(),
        email: "x@y.example".to_owned(),
        phone: None,
        role: ContactRole::Billing,
        language: None,
        active: true,
        verified: true,
    };
    let missing = [
        kind(customer(tx, debtor.id).await),
        kind(customer_update(tx, debtor.id, &fields("X", None), 1, now).await),
        kind(customer_delete(tx, debtor.id, 1, now).await),
        kind(contact_add(tx, debtor.id, &person, now).await),
        kind(contact_update(tx, contact, &person, 1, now).await),
        kind(contact_remove(tx, contact, now).await),
        kind(invoice(tx, open.id).await),
        kind(invoice_create(tx, &new_invoice(debtor.id, "N", "1"), now).await),
        kind(invoice_amend(tx, open.id, &InvoiceAmendment::default(), 1, now).await),
        kind(invoice_cancel(tx, open.id, 1, now).await),
        kind(invoice_write_off(tx, open.id, 1, now).await),
        kind(payment_add(tx, &new_payment(open.id, "1"), now).await),
        kind(payment_reverse(tx, paid, now).await),
        kind(
            credit_note_add(
                tx,
                &NewCreditNote {
                    customer: debtor.id,
                    number: "N".to_owned(),
                    amount: eur("5"),
                    issued_on: day("2026-03-01"),
                },
                now,
            )
            .await,
        ),
        kind(credit_note_allocate(tx, note, my_invoice.id, eur("1"), now).await),
        kind(credit_note_allocate(tx, note, open.id, eur("1"), now).await),
        kind(receipt_add(tx, &new_receipt(Some(debtor.id)), now).await),
        kind(receipt_apply(tx, receipt, &[(my_invoice.id, eur("5"))], now).await),
        kind(
            block_set(
                tx,
                &NewBlock {
                    customer: Some(debtor.id),
                    invoice: None,
                    reason: BlockReason::Manual,
                    note: String::new(),
                    until: None,
                    inbound: None,
                    source: None,
                },
                now,
            )
            .await,
        ),
        kind(
            block_set(
                tx,
                &NewBlock {
                    customer: None,
                    invoice: Some(open.id),
                    reason: BlockReason::Manual,
                    note: String::new(),
                    until: None,
                    inbound: None,
                    source: None,
                },
                now,
            )
            .await,
        ),
        kind(block_lift(tx, block, now).await),
        kind(suppression_lift(tx, suppression, now).await),
        kind(promise_withdraw(tx, PromiseId::new(), 1, now).await),
        kind(dispute_resolve(tx, DisputeId::new(), DisputeState::Upheld, "", 1, now).await),
        kind(dispute_assign(tx, DisputeId::new(), None, None, 1).await),
    ];
    assert_eq!(missing, [ErrorKind::NotFound; 25]);
    assert!(contacts(tx, debtor.id).await.unwrap().is_empty());
    assert!(payments(tx, open.id).await.unwrap().is_empty());
    assert!(credit_notes(tx, debtor.id).await.unwrap().is_empty());
    assert!(promises(tx, debtor.id).await.unwrap().is_empty());
    assert!(blocks(tx, Some(debtor.id), false).await.unwrap().is_empty());
    assert!(receipts_open(tx, Some(debtor.id)).await.unwrap().is_empty());
    assert!(customer_find(tx, "Geheim GmbH").await.unwrap().is_empty());
    assert!(!other_customer_named(tx, my_debtor.id, "Geheim GmbH").await.unwrap(), "not even a name leaks");
    assert_eq!(invoice_by_number(tx, &open.number).await.unwrap(), None);
    assert_eq!(invoice_status_refresh(tx, &[open.id], now + chrono::TimeDelta::days(400)).await.unwrap(), 0);
    let theirs_only = InvoiceFilter { customer: Some(debtor.id), ..InvoiceFilter::default() };
    assert!(invoices(tx, &theirs_only, None, 10).await.unwrap().rows.is_empty());
    assert_eq!(
        customers(tx, &CustomerFilter::default(), world.today(), None, 10).await.unwrap().rows.len(),
        1
    );
    assert_eq!(world.count(state).await.unwrap(), before);
}

fn new_receipt(customer: Option<CustomerId>) -> NewReceipt {
    NewReceipt {
        customer,
        amount: eur("5"),
        received_on: day("2026-03-01"),
        method: PaymentMethod::Cash,
        source: PaymentSource::Manual,
        reference: None,
        text: String::new(),
        payer: None,
    }
}

/// Ids of nothing at all behave like another tenant's.
#[tokio::test]
async fn unknown_ids_are_not_found() {
    let (world, company) = acme().await;
    let mut tx = world.tx(&company).await.unwrap();
    let tx = &mut tx;
    let now = world.now();
    let missing = [
        kind(customer(tx, CustomerId::new()).await),
        kind(contact_remove(tx, ContactId::new(), now).await),
        kind(invoice(tx, InvoiceId::new()).await),
        kind(payment_reverse(tx, PaymentId::new(), now).await),
        kind(credit_note_allocate(tx, CreditNoteId::new(), InvoiceId::new(), eur("1"), now).await),
        kind(receipt_apply(tx, ReceiptId::new(), &[], now).await),
        kind(block_lift(tx, BlockId::new(), now).await),
    ];
    assert_eq!(missing, [ErrorKind::NotFound; 7]);
}
