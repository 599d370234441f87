//! The outbox: the last look, and at most one transmission.
//!
//! Guarantees (I1, I3): the ledger is read again right before; everything up to the server's "go ahead"
//! can be repeated; then `transmitting` is committed under the fence together with a comparison of the
//! account's version; then the body leaves once. What happened after that is written down or, when
//! nobody knows, stands as `in_doubt` and is never sent again by the machine.

use crate::app::App;
use crate::work::backoff;
use crate::work::chase::commit;
use crate::work::compose::compose;
use anyhow::Result;
use chrono::{DateTime, Utc};
use domain::facts::LetterContext;
use domain::grounding::{Certificate, Parts, verify};
use domain::locale;
use domain::reason::Reason;
use domain::revalidate::{Objection, Prepared, revalidate};
use domain::snapshot::Snapshot;
use mail::{Composed, Mailer, Outcome, Reply, SendError};
use store::claims::OutreachClaim;
use store::dispatch::{Gate, ToSend};
use store::{Actor, TenantTx};

/// After this many failed attempts a letter counts as failed and a person sees it.
const MOST_FAILURES: u32 = 8;

/// Sends one claimed letter, or says why not.
#[tracing::instrument(name = "dispatch", skip_all, fields(company = %claim.company, outreach = %claim.outreach))]
pub async fn run(app: &App, claim: OutreachClaim) {
    if let Err(error) = dispatch(app, &claim).await {
        // Nothing had left: the lease runs out and the letter goes back into the outbox.
        tracing::warn!(%error, "the letter could not be dispatched; its lease returns it");
    }
}

async fn dispatch(app: &App, claim: &OutreachClaim) -> Result<()> {
    let Some(mailer) = &app.mailer else { return Ok(()) };
    let now = app.clock.now();
    let mut tx = app.db.tenant(claim.company, &Actor::System("dispatch")).await?;
    let Some(letter) = store::dispatch::outreach_to_send(&mut tx, claim).await? else { return Ok(()) };
    let snapshot = store::snapshot::account_snapshot(&mut tx, letter.customer, letter.currency, now).await?;
    let Some(snapshot) = snapshot else { return stale(tx, claim, Reason::Stale, now).await };
    let context: LetterContext = serde_json::from_value(letter.snapshot.clone())?;
    match last_look(app, &letter, &context, &snapshot) {
        Ok(()) => tx.rollback().await?,
        Err(Objection::Stale(why)) => return stale(tx, claim, why, now).await,
        Err(Objection::Later { until, why }) => {
            let fence =
                store::dispatch::outreach_defer(&mut tx, claim, until, why.code(), false, now).await?;
            return commit(tx, fence).await;
        }
    }
    let composed = compose(app, &letter, &context, &snapshot)?;
    transmit(app, mailer, claim, &letter, snapshot.version, &composed).await
}

/// Is it still true, still wanted, still allowed, and does its text still stand?
fn last_look(
    app: &App,
    letter: &ToSend,
    context: &LetterContext,
    snapshot: &Snapshot,
) -> Result<(), Objection> {
    let prepared = Prepared {
        outreach: letter.id,
        kind: letter.kind,
        cycle: letter.cycle,
        level: letter.level,
        items: letter.items.iter().map(|i| (i.invoice, i.residual)).collect(),
        recipients: letter.recipients.iter().chain(&letter.cc).cloned().collect(),
        drafted_at: letter.drafted_at,
    };
    revalidate(&prepared, snapshot, &app.reference.holidays)?;
    if letter.sender != snapshot.company.email {
        return Err(Objection::Stale(Reason::Misconfigured));
    }
    let ungrounded = || Objection::Stale(Reason::Ungrounded);
    let certificate: Certificate =
        serde_json::from_value(letter.grounding.clone()).map_err(|_| ungrounded())?;
    let parts = Parts { subject: &letter.subject, body: &letter.body_text };
    let language = locale::choose(&letter.language).language;
    verify(parts, &certificate, context, snapshot, language).map_err(|_| ungrounded())?;
    Ok(())
}

async fn stale(mut tx: TenantTx, claim: &OutreachClaim, why: Reason, now: DateTime<Utc>) -> Result<()> {
    tracing::info!(reason = why.code(), "the letter is stale; nothing leaves");
    let fence = store::dispatch::outreach_stale(&mut tx, claim, why, now).await?;
    commit(tx, fence).await
}

async fn transmit(
    app: &App,
    mailer: &Mailer,
    claim: &OutreachClaim,
    letter: &ToSend,
    version: i64,
    composed: &Composed,
) -> Result<()> {
    crate::killpoint::reached("before_open");
    let ready = match mailer.open(&composed.envelope, composed.bytes.len()).await {
        Ok(ready) => ready,
        Err(error) => return not_opened(app, claim, letter, error).await,
    };
    crate::killpoint::reached("opened");
    let now = app.clock.now();
    let mut tx = app.db.tenant(claim.company, &Actor::System("dispatch")).await?;
    match store::dispatch::outreach_transmitting(&mut tx, claim, version, &composed.bytes, now).await? {
        Gate::Go => tx.commit().await?,
        Gate::Moved => {
            ready.abandon();
            return stale(tx, claim, Reason::Stale, now).await;
        }
        Gate::Lost => {
            ready.abandon();
            return Ok(tx.rollback().await?);
        }
    }
    crate::killpoint::reached("transmitting");
    let outcome = ready.transmit(&composed.bytes).await;
    crate::killpoint::reached("transmitted");
    record(app, claim, letter, outcome).await
}

/// Nothing has left. A temporary refusal is retried, a permanent one is final.
async fn not_opened(app: &App, claim: &OutreachClaim, letter: &ToSend, error: SendError) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.tenant(claim.company, &Actor::System("dispatch")).await?;
    let failures = u32::try_from(letter.failures).unwrap_or(0);
    let fence = match error {
        SendError::Deferred(_) if failures + 1 < MOST_FAILURES => {
            let until = backoff(now, failures);
            store::dispatch::outreach_defer(&mut tx, claim, until, "mail_server", true, now).await?
        }
        SendError::Deferred(refusal) | SendError::Rejected(refusal) => {
            let reply = refusal.reply.or_else(|| refusal.refused.into_iter().next().map(|r| r.reply));
            let (code, text) = reply.map_or((None, String::new()), |r| (Some(r.code), r.text));
            store::dispatch::outreach_failed(&mut tx, claim, code, &text, now).await?
        }
    };
    commit(tx, fence).await
}

/// Writes down what became of it; tried until the database takes it, because the letter may be out.
async fn record(app: &App, claim: &OutreachClaim, letter: &ToSend, outcome: Outcome) -> Result<()> {
    let mut wait = std::time::Duration::from_millis(50);
    loop {
        match record_once(app, claim, letter, &outcome).await {
            Err(error)
                if error.downcast_ref::<store::StoreError>().is_some_and(store::StoreError::is_transient) =>
            {
                tracing::warn!(%error, "the outcome of a letter cannot be written yet");
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(std::time::Duration::from_secs(5));
            }
            other => return other,
        }
    }
}

async fn record_once(app: &App, claim: &OutreachClaim, letter: &ToSend, outcome: &Outcome) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.tenant(claim.company, &Actor::System("dispatch")).await?;
    let fence = match outcome {
        Outcome::Accepted(Reply { code, text }) => {
            store::dispatch::outreach_sent(&mut tx, claim, *code, text, now).await?
        }
        Outcome::Rejected(Reply { code, text }) => {
            store::dispatch::outreach_failed(&mut tx, claim, Some(*code), text, now).await?
        }
        // The server said that it did not take it: the one case in which it may go again.
        Outcome::Deferred { reply, .. } => {
            let until = backoff(now, u32::try_from(letter.failures).unwrap_or(0));
            // A folder that is full answers without a code: 452 is SMTP's name for it.
            let code = reply.as_ref().map_or(452, |r| r.code);
            store::dispatch::outreach_refused(&mut tx, claim, until, code, now).await?
        }
        Outcome::InDoubt { why } => store::dispatch::outreach_in_doubt(&mut tx, claim, why, now).await?,
    };
    commit(tx, fence).await
}

/// Letters whose dispatcher died in mid-transmission become `in_doubt`.
pub async fn reap(app: &App) -> Result<usize> {
    let lapsed = store::claims::reap_outreaches(&app.db, 100).await?;
    let now = app.clock.now();
    for letter in &lapsed {
        let mut tx = app.db.tenant(letter.company, &Actor::System("dispatch")).await?;
        let fence = store::dispatch::outreach_lapsed(&mut tx, letter.outreach, now).await?;
        commit(tx, fence).await?;
    }
    Ok(lapsed.len())
}
