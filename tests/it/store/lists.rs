//! The closed lists in Rust and in the database are the same lists.

use anyhow::{Context, Result};
use domain::kinds;
use std::collections::BTreeSet;
use tests::World;

/// The values in the CHECK of a column: `= ANY (ARRAY['a'::…, …])` as the server prints it.
async fn listed(world: &World, table: &str, column: &str) -> Result<BTreeSet<String>> {
    let checks: Vec<String> = sqlx::query_scalar(
        "SELECT pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid
          WHERE k.conrelid = to_regclass($1) AND k.contype = 'c' AND a.attname = $2 AND k.conkey = ARRAY[a.attnum]",
    )
    .bind(table)
    .bind(column)
    .fetch_all(&world.admin)
    .await?;
    let list = checks
        .iter()
        .find(|c| c.contains("ARRAY["))
        .with_context(|| format!("{table}.{column}: {checks:?}"))?;
    Ok(list.split('\'').skip(1).step_by(2).map(str::to_owned).collect())
}

macro_rules! same {
    ($world:expr, $kind:ty, $($table:literal . $column:literal),+) => {$(
        let rust: BTreeSet<String> = <$kind>::ALL.iter().map(|k| k.as_str().to_owned()).collect();
        assert_eq!(listed(&$world, $table, $column).await?, rust, "{}.{}", $table, $column);
    )+};
}

#[tokio::test]
async fn closed_lists_agree() -> Result<()> {
    let w = World::new().await?;
    same!(w, kinds::InvoiceStatus, "invoices"."status");
    same!(w, kinds::PaymentMethod, "payments"."payment_method", "unapplied_receipts"."payment_method", "promises"."payment_method");
    same!(w, kinds::PaymentSource, "payments"."source", "unapplied_receipts"."source");
    same!(w, kinds::ConversationStatus, "ai_conversations"."status");
    same!(w, kinds::Autonomy, "ai_conversations"."autonomy_level", "companies"."autonomy_level", "customers"."autonomy_level");
    same!(w, kinds::Stage, "ai_conversations"."current_stage");
    same!(w, kinds::Outcome, "ai_conversations"."outcome");
    same!(w, kinds::Direction, "ai_messages"."direction");
    same!(w, kinds::MessageType, "ai_messages"."message_type");
    same!(w, kinds::DeliveryStatus, "ai_messages"."delivery_status");
    same!(w, kinds::ActionType, "ai_actions"."action_type", "decisions"."action_type");
    same!(w, kinds::ActionStatus, "ai_actions"."status");
    same!(w, kinds::DebtorKind, "customers"."debtor_kind");
    same!(w, kinds::ContactRole, "contacts"."role");
    same!(w, kinds::OutreachKind, "outreaches"."kind");
    same!(w, kinds::OutreachState, "outreaches"."state");
    same!(w, kinds::PromiseState, "promises"."state");
    same!(w, kinds::DisputeState, "disputes"."state");
    same!(w, kinds::DisputeReason, "disputes"."reason");
    same!(w, kinds::PlanState, "payment_plans"."state");
    same!(w, kinds::InstalmentState, "payment_plan_instalments"."state");
    same!(w, kinds::InboundState, "inbound_mails"."state");
    same!(w, kinds::LearningKind, "ai_learning_events"."event_type");
    same!(w, kinds::LearningSignal, "ai_learning_events"."learning_signal");
    same!(w, kinds::UserRole, "users"."role");
    same!(w, kinds::BlockReason, "dunning_blocks"."reason");
    w.finish().await
}

#[tokio::test]
async fn every_currency_has_the_same_number_of_digits_in_both() -> Result<()> {
    let world = World::new().await?;
    let rows: Vec<(String, i16)> =
        sqlx::query_as("SELECT code::text, digits FROM currencies").fetch_all(&world.admin).await?;
    assert!(rows.len() > 100);
    for (code, digits) in rows {
        let currency: domain::money::Currency = code.parse()?;
        assert_eq!(currency.digits(), u32::try_from(digits)?, "{code}");
    }
    world.finish().await
}
