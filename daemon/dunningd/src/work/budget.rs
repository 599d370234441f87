//! What a model call costs, and the one check of its text that needs the database.

use crate::app::App;
use anyhow::Result;
use domain::letter::Letter;
use domain::snapshot::Snapshot;
use llm::CallRecord;
use store::Actor;
use store::model_calls::NewModelCall;

const ACTOR: Actor = Actor::System("model");

/// Takes `tokens` out of the company's budget of the day; false when it is used up.
pub async fn reserve(app: &App, snapshot: &Snapshot, tokens: u64) -> Result<bool> {
    let mut tx = app.db.tenant(snapshot.company.id, &ACTOR).await?;
    let limit = snapshot.company.settings.model.daily_tokens;
    let granted = store::model_calls::budget_reserve(&mut tx, snapshot.today, tokens, limit).await?;
    tx.commit().await?;
    Ok(granted)
}

/// Writes the call down and corrects the reservation to what it really used.
pub async fn record(app: &App, snapshot: &Snapshot, reserved: u64, call: Option<&CallRecord>) -> Result<()> {
    let Some(call) = call else { return Ok(()) };
    let mut tx = app.db.tenant(snapshot.company.id, &ACTOR).await?;
    let used = match (call.input_tokens, call.output_tokens) {
        (None, None) => reserved,
        (input, output) => u64::from(input.unwrap_or(0)) + u64::from(output.unwrap_or(0)),
    };
    store::model_calls::budget_settle(&mut tx, snapshot.today, reserved, used).await?;
    let row = NewModelCall {
        purpose: call.purpose.as_str().to_owned(),
        model: call.model.clone(),
        prompt_version: call.prompt_version.clone(),
        input_tokens: call.input_tokens.unwrap_or(0),
        output_tokens: call.output_tokens.unwrap_or(0),
        cost: None,
        latency_ms: u32::try_from(call.latency.as_millis()).unwrap_or(u32::MAX),
        outcome: call.outcome.as_str().to_owned(),
        error: call.error.clone(),
    };
    store::model_calls::model_call_insert(&mut tx, &row, snapshot.as_of).await?;
    Ok(tx.commit().await?)
}

/// The text names another customer of the same company: nothing a model wrote may do that.
pub async fn names_another_customer(app: &App, snapshot: &Snapshot, letter: &Letter) -> Result<bool> {
    let mut tx = app.db.tenant_read(snapshot.company.id).await?;
    let text = format!("{}\n{}", letter.subject, letter.body);
    let named = store::ledger::customers::other_customer_named(&mut tx, snapshot.customer.id, &text).await?;
    tx.rollback().await?;
    Ok(named)
}
