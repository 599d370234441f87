//! What stands in the way: blocks, suppressions, promises, disputes.

use super::*;
use chrono::TimeDelta;
use domain::ids::{DisputeId, PromiseId, UserId};
use domain::kinds::{BlockReason, DisputeState, PromiseState};
use store::ledger::blocks::{NewBlock, block_lift, block_set, blocks};
use store::ledger::contacts::contacts;
use store::ledger::disputes::{DisputeFilter, dispute_assign, dispute_resolve, disputes};
use store::ledger::promises::{promise_withdraw, promises};
use store::ledger::suppressions::{SuppressionReason, suppression_add, suppression_lift, suppressions};
use uuid::Uuid;

fn manual() -> NewBlock {
    NewBlock {
        customer: None,
        invoice: None,
        reason: BlockReason::Manual,
        note: "asked for time".to_owned(),
        until: Some(day("2026-03-20")),
        inbound: None,
        source: None,
    }
}

#[tokio::test]
async fn blocks_are_set_read_by_scope_and_lifted_once() {
    let (world, company) = acme().await;
    let debtor = company.customer("Eins").await.unwrap();
    let other = company.customer("Zwei").await.unwrap();
    let open = company.invoice(&debtor, "100", 10).await.unwrap();
    company.conversation(&open).await.unwrap();
    sleep(&world).await;
    let mut tx = world.tx(&company).await.unwrap();
    let whole = block_set(&mut tx, &manual(), world.now()).await.unwrap();
    let mine =
        block_set(&mut tx, &NewBlock { customer: Some(debtor.id), ..manual() }, world.now()).await.unwrap();
    let item =
        block_set(&mut tx, &NewBlock { invoice: Some(open.id), ..manual() }, world.now()).await.unwrap();
    let wrong = NewBlock { invoice: Some(open.id), customer: Some(other.id), ..manual() };
    assert_eq!(kind(block_set(&mut tx, &wrong, world.now()).await), ErrorKind::Invalid);
    let ids = |list: Vec<store::ledger::blocks::Block>| list.into_iter().map(|b| b.id).collect::<Vec<_>>();
    assert_eq!(ids(blocks(&mut tx, Some(debtor.id), true).await.unwrap()), [item, mine, whole]);
    assert_eq!(ids(blocks(&mut tx, Some(other.id), true).await.unwrap()), [whole]);
    assert_eq!(ids(blocks(&mut tx, None, true).await.unwrap()), [whole]);
    block_lift(&mut tx, mine, world.now()).await.unwrap();
    assert_eq!(kind(block_lift(&mut tx, mine, world.now()).await), ErrorKind::Conflict);
    assert_eq!(ids(blocks(&mut tx, Some(debtor.id), true).await.unwrap()), [item, whole]);
    let all = blocks(&mut tx, Some(debtor.id), false).await.unwrap();
    assert_eq!(all[1].lifted_by.as_deref(), Some("system:test"));
    tx.commit().await.unwrap();
    assert_eq!(next_look(&world, open.id).await, world.now(), "lifting wakes");
    assert_eq!((events(&world, "blocked").await, events(&world, "resumed").await), (3, 1));
}

#[tokio::test]
async fn a_suppressed_address_is_no_contact_until_it_is_lifted() {
    let (world, company) = acme().await;
    let debtor = company.customer("Eins").await.unwrap();
    company.invoice(&debtor, "100", 10).await.unwrap();
    let before = account_version(&world, debtor.id).await;
    let mut tx = world.tx(&company).await.unwrap();
    let add = |email: &'static str| email;
    let id = suppression_add(
        &mut tx,
        add("Billing@Eins.example"),
        SuppressionReason::OptOut,
        "by mail",
        world.now(),
    )
    .await
    .unwrap();
    let again =
        suppression_add(&mut tx, add("billing@eins.EXAMPLE"), SuppressionReason::Manual, "", world.now())
            .await
            .unwrap();
    assert_eq!(id, again, "suppressed is suppressed");
    assert_eq!(
        kind(suppression_add(&mut tx, add("nobody"), SuppressionReason::Manual, "", world.now()).await),
        ErrorKind::Invalid
    );
    assert!(contacts(&mut tx, debtor.id).await.unwrap()[0].suppressed);
    assert_eq!(suppressions(&mut tx).await.unwrap()[0].reason, SuppressionReason::OptOut);
    tx.commit().await.unwrap();
    assert!(account_version(&world, debtor.id).await > before);
    assert_eq!(events(&world, "suppression_added").await, 1);
    let mut tx = world.tx(&company).await.unwrap();
    suppression_lift(&mut tx, id, world.now()).await.unwrap();
    assert_eq!(kind(suppression_lift(&mut tx, id, world.now()).await), ErrorKind::NotFound);
    assert!(!contacts(&mut tx, debtor.id).await.unwrap()[0].suppressed);
}

/// A promise or dispute with the block that belongs to it.
async fn record(world: &World, company: &Company, invoice: &tests::Invoice, promise: bool) -> Uuid {
    let id = Uuid::now_v7();
    let conversation = company.conversation(invoice).await.unwrap();
    let sql = if promise {
        "INSERT INTO promises (company_id, id, customer_id, currency, invoice_id, conversation_id, amount, promised_on,
            effective_until) SELECT $1, $2, customer_id, currency, id, $4, 100, '2026-03-10', '2026-03-14' FROM invoices
          WHERE id = $3"
    } else {
        "INSERT INTO disputes (company_id, id, customer_id, invoice_id, currency, reason)
         SELECT $1, $2, customer_id, id, currency, 'price' FROM invoices WHERE id = $3 AND $4::uuid IS NOT NULL"
    };
    sqlx::query(sql)
        .bind(company.id.uuid())
        .bind(id)
        .bind(invoice.id.uuid())
        .bind(conversation.uuid())
        .execute(&world.admin)
        .await
        .unwrap();
    let mut tx = world.tx(company).await.unwrap();
    let reason = if promise { BlockReason::Promise } else { BlockReason::Dispute };
    let block = NewBlock { invoice: Some(invoice.id), reason, source: Some(id), ..manual() };
    block_set(&mut tx, &block, world.now()).await.unwrap();
    tx.commit().await.unwrap();
    sleep(world).await;
    id
}

#[tokio::test]
async fn a_withdrawn_promise_takes_its_block_with_it() {
    let (world, company) = acme().await;
    let debtor = company.customer("Eins").await.unwrap();
    let open = company.invoice(&debtor, "100", 10).await.unwrap();
    let id = PromiseId::from_uuid(record(&world, &company, &open, true).await);
    let mut tx = world.tx(&company).await.unwrap();
    let read = &promises(&mut tx, debtor.id).await.unwrap()[0];
    assert_eq!(
        (read.state, read.amount, read.invoice_number.as_str()),
        (PromiseState::Open, eur("100"), open.number.as_str())
    );
    assert!(matches!(
        promise_withdraw(&mut tx, id, read.version + 1, world.now()).await,
        Err(StoreError::Version { .. })
    ));
    let version = promise_withdraw(&mut tx, id, read.version, world.now()).await.unwrap();
    assert_eq!(kind(promise_withdraw(&mut tx, id, version, world.now()).await), ErrorKind::Conflict);
    assert!(blocks(&mut tx, Some(debtor.id), true).await.unwrap().is_empty());
    tx.commit().await.unwrap();
    assert_eq!(next_look(&world, open.id).await, world.now());
}

#[tokio::test]
async fn a_dispute_is_assigned_and_ended() {
    let (world, company) = acme().await;
    let debtor = company.customer("Eins").await.unwrap();
    let open = company.invoice(&debtor, "100", 10).await.unwrap();
    let id = DisputeId::from_uuid(record(&world, &company, &open, false).await);
    let ada = UserId::from_uuid(company.user("ada", "controller").await.unwrap());
    let mut tx = world.tx(&company).await.unwrap();
    let open_ones = DisputeFilter { customer: None, open_only: true };
    let read = disputes(&mut tx, &open_ones).await.unwrap().remove(0);
    assert_eq!(
        kind(dispute_assign(&mut tx, id, Some(UserId::new()), None, read.version).await),
        ErrorKind::NotFound
    );
    let by = Some(world.today() + TimeDelta::days(5));
    let version = dispute_assign(&mut tx, id, Some(ada), by, read.version).await.unwrap();
    assert_eq!(
        kind(dispute_resolve(&mut tx, id, DisputeState::Open, "", version, world.now()).await),
        ErrorKind::Invalid
    );
    assert!(matches!(
        dispute_resolve(&mut tx, id, DisputeState::Upheld, "", read.version, world.now()).await,
        Err(StoreError::Version { .. })
    ));
    let version =
        dispute_resolve(&mut tx, id, DisputeState::Rejected, "delivered, signed for", version, world.now())
            .await
            .unwrap();
    assert_eq!(
        kind(dispute_resolve(&mut tx, id, DisputeState::Upheld, "", version, world.now()).await),
        ErrorKind::Conflict
    );
    assert!(disputes(&mut tx, &open_ones).await.unwrap().is_empty());
    assert!(blocks(&mut tx, Some(debtor.id), true).await.unwrap().is_empty());
    tx.commit().await.unwrap();
    assert_eq!(next_look(&world, open.id).await, world.now());
    assert_eq!(events(&world, "dispute_resolved").await, 1);
}
