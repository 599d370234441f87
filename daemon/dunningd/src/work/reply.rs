//! One mail from outside: read, match, stop the chase, understand, decide, answer.
//!
//! Guarantees: nothing in a mail becomes an instruction (I11); a human reply stops the chase of its
//! customer in a commit of its own before anything else is asked (I8); machines are never answered (I7);
//! what cannot be matched or understood waits for a person with the raw mail at hand.

mod answer;
mod matching;

use crate::app::App;
use crate::work::chase::commit;
use answer::Answering;
use anyhow::Result;
use chrono::{DateTime, Utc};
use domain::ids::{InboundId, OutreachId};
use domain::kinds::{InboundState, Intent};
use domain::reading::{Checked, Reading, check};
use domain::reply::{MailFacts, plan_reply};
use domain::snapshot::Snapshot;
use domain::textdate::find_return_date;
use llm::{ReadBrief, reconcile, rules};
use mail::{AddressHealth, Class, DeliveryReport, Incoming, MessageFate, Own, TokenKind};
use matching::Match;
use store::claims::InboundClaim;
use store::inbound::{InboundFinish, ReplyOpen};
use store::{Actor, TenantTx};

const ACTOR: Actor = Actor::System("reply");

/// Tokens reserved for a reading; corrected to what the endpoint reports.
const READ_TOKENS: u64 = 3_000;

/// Works one claimed mail; a failure is retried and in the end shown to a person.
#[tracing::instrument(name = "reply", skip_all, fields(company = %claim.company, inbound = %claim.inbound))]
pub async fn run(app: &App, claim: InboundClaim) {
    if let Err(error) = reply(app, &claim).await {
        tracing::warn!(%error, "the mail could not be worked; it will be tried again");
        let _ = retry(app, &claim).await;
    }
}

async fn retry(app: &App, claim: &InboundClaim) -> Result<()> {
    let mut tx = app.db.tenant(claim.company, &ACTOR).await?;
    let again = crate::work::backoff(app.clock.now(), 0);
    let fence = store::inbound::inbound_retry(&mut tx, claim, again, "failed").await?;
    commit(tx, fence).await
}

async fn reply(app: &App, claim: &InboundClaim) -> Result<()> {
    let mut tx = app.db.tenant_read(claim.company).await?;
    let row = store::inbound::inbound_load(&mut tx, claim).await?;
    let company = store::ledger::companies::company(&mut tx).await?;
    tx.rollback().await?;
    let Some(row) = row else { return Ok(()) };
    let own = Own { addresses: vec![company.fields.email], keys: Some(app.keys.clone()) };
    // CPU-bound, and hostile mails take the longest: off the async threads.
    let read = tokio::task::spawn_blocking(move || mail::read(&row.raw, &own)).await?;
    let unit = Unit { app, claim, now: app.clock.now() };
    match read {
        Err(quarantine) => unit.close(InboundState::Quarantined, quarantine.reason.as_str()).await,
        Ok(mail) => match &mail.class {
            Class::Own
                if mail.message_id.as_deref().is_some_and(|id| app.keys.own_message_id(id).is_some()) =>
            {
                unit.close(InboundState::Processed, "own_mail").await
            }
            // It bears our address, but not our signature: shown, not dropped.
            Class::Own => unit.close(InboundState::Unmatched, "claims_to_be_ours").await,
            Class::List => unit.close(InboundState::Unmatched, "list_mail").await,
            Class::Complaint => unit.close(InboundState::Unmatched, "complaint").await,
            Class::Disposition(_) => unit.close(InboundState::Processed, "disposition").await,
            Class::Delivery(report) => unit.bounce(&mail, report).await,
            Class::AutoReply => unit.automatic(&mail).await,
            Class::Human => unit.human(&mail).await,
        },
    }
}

struct Unit<'a> {
    app: &'a App,
    claim: &'a InboundClaim,
    now: DateTime<Utc>,
}

impl Unit<'_> {
    async fn tx(&self) -> Result<TenantTx> {
        Ok(self.app.db.tenant(self.claim.company, &ACTOR).await?)
    }

    fn finish(&self, state: InboundState, reason: &str) -> InboundFinish {
        InboundFinish {
            state,
            reason: Some(reason.to_owned()),
            customer: None,
            currency: None,
            outreach: None,
            conversation: None,
            new_text: None,
            cut_text: None,
            readings: None,
            sentiment: None,
            at: self.now,
        }
    }

    async fn close(&self, state: InboundState, reason: &str) -> Result<()> {
        let mut tx = self.tx().await?;
        let fence = store::inbound::inbound_finish(&mut tx, self.claim, &self.finish(state, reason)).await?;
        commit(tx, fence).await
    }

    /// A delivery report changes state only when our own token or Message-ID proves it is about a letter
    /// of ours; anything else could be sent by anybody.
    async fn bounce(&self, mail: &Incoming, report: &DeliveryReport) -> Result<()> {
        let keys = &self.app.keys;
        let by_token =
            mail.tokens(keys).into_iter().filter(|(kind, _)| *kind == TokenKind::Bounce).map(|(_, id)| id);
        let by_id = report.original_message_ids.iter().filter_map(|id| keys.own_message_id(id));
        let Some(outreach) = by_token.chain(by_id).chain(mail.own_references(keys)).next() else {
            return self.close(InboundState::Unmatched, "bounce_of_nothing_we_know").await;
        };
        let mut tx = self.tx().await?;
        let mut reason = "delayed";
        for r in report.recipients.iter().filter(|r| r.fate == MessageFate::Failed) {
            let permanent = r.health == AddressHealth::Dead;
            store::dispatch::outreach_bounced(&mut tx, outreach, Some(&r.address), permanent, self.now)
                .await?;
            reason = "bounce";
        }
        let finish =
            InboundFinish { outreach: Some(outreach), ..self.finish(InboundState::Processed, reason) };
        let fence = store::inbound::inbound_finish(&mut tx, self.claim, &finish).await?;
        commit(tx, fence).await
    }

    /// An out-of-office reply moves the next contact; it is no reply and is never answered.
    async fn automatic(&self, mail: &Incoming) -> Result<()> {
        let Some(found) = self.matched(mail).await? else {
            return self.close(InboundState::Processed, "automatic_unmatched").await;
        };
        let Some(snapshot) = self.snapshot(&found).await? else {
            return self.close(InboundState::Processed, "automatic_unmatched").await;
        };
        let text = &mail.extract.new_text;
        let back = find_return_date(text, snapshot.today);
        let span = back.as_ref().map_or((0, 0), |d| (d.span.start, d.span.end));
        let reading = Reading {
            intent: Intent::AutoReply,
            quote: text.get(span.0..span.1).unwrap_or("").to_owned(),
            span,
            invoices: Vec::new(),
            amount: None,
            date: back.map(|d| d.date),
            method: None,
            dispute: None,
            accepts_plan: false,
            confidence: 1.0,
        };
        let checked = Checked { readings: vec![reading], rejected: Vec::new() };
        self.answer(mail, &found, snapshot, checked, 0.0, false).await
    }

    async fn human(&self, mail: &Incoming) -> Result<()> {
        let Some(found) = self.matched(mail).await? else {
            let finish = InboundFinish {
                new_text: Some(mail.extract.new_text.clone()),
                cut_text: Some(mail.extract.cut_text.clone()),
                ..self.finish(InboundState::Unmatched, "unmatched")
            };
            let mut tx = self.tx().await?;
            let fence = store::inbound::inbound_finish(&mut tx, self.claim, &finish).await?;
            return commit(tx, fence).await;
        };
        self.stop_the_chase(mail, &found).await?;
        let Some(snapshot) = self.snapshot(&found).await? else {
            return self.close(InboundState::Unmatched, "no_account").await;
        };
        let text = mail.extract.new_text.clone();
        let numbers: Vec<String> = snapshot.items.iter().map(|i| i.number.clone()).collect();
        let offer_pending = snapshot.plan.is_some();
        let by_rules = rules::read(&rules::Mail {
            text: &text,
            today: snapshot.today,
            open_numbers: &numbers,
            offer_pending,
        });
        let by_model = self.by_model(&snapshot, &text, numbers.clone(), offer_pending).await?;
        let agreed = reconcile(by_rules, by_model);
        let doubtful = agreed.disagreement
            || agreed.readings.suspicious
            || mail.hidden_text
            || mail.extract.unsure
            || !found.threaded;
        let checked = check(agreed.readings.readings, &text, &snapshot);
        self.answer(mail, &found, snapshot, checked, agreed.readings.sentiment, doubtful).await
    }

    /// I8: before anything is understood, nothing more goes out, and waiting drafts are void.
    async fn stop_the_chase(&self, mail: &Incoming, found: &Match) -> Result<()> {
        let mut tx = self.tx().await?;
        let open = ReplyOpen {
            inbound: self.claim.inbound,
            customer: found.customer,
            currency: Some(found.currency),
            conversation: found.conversation,
            outreach: found.outreach,
            new_text: mail.extract.new_text.clone(),
            sentiment: None,
            message_id: mail.message_id.clone(),
            subject: Some(mail.subject.clone()),
            at: self.now,
        };
        store::inbound::reply_open(&mut tx, &open).await?;
        tx.commit().await?;
        crate::killpoint::reached("reply_opened");
        Ok(())
    }

    async fn by_model(
        &self,
        snapshot: &Snapshot,
        text: &str,
        open_numbers: Vec<String>,
        offer_pending: bool,
    ) -> Result<Option<domain::reading::RawReadings>> {
        if !self.app.llm.is_on() || !snapshot.company.settings.model.readings {
            return Ok(None);
        }
        let brief = ReadBrief {
            new_text: text.to_owned(),
            open_numbers,
            today: snapshot.today,
            zone: snapshot.company.zone,
            offer_pending,
        };
        let tokens = READ_TOKENS;
        if !crate::work::budget::reserve(self.app, snapshot, tokens).await? {
            return Ok(None);
        }
        let answer = self.app.llm.read(&brief).await;
        crate::work::budget::record(self.app, snapshot, tokens, answer.call.as_ref()).await?;
        Ok(answer.result.ok())
    }

    async fn matched(&self, mail: &Incoming) -> Result<Option<Match>> {
        let mut tx = self.app.db.tenant_read(self.claim.company).await?;
        let found = matching::find(&mut tx, mail, &self.app.keys).await?;
        tx.rollback().await?;
        Ok(found)
    }

    async fn snapshot(&self, found: &Match) -> Result<Option<Snapshot>> {
        let mut tx = self.app.db.tenant_read(self.claim.company).await?;
        let snapshot =
            store::snapshot::account_snapshot(&mut tx, found.customer, found.currency, self.now).await?;
        tx.rollback().await?;
        Ok(snapshot)
    }

    async fn answer(
        &self,
        mail: &Incoming,
        found: &Match,
        snapshot: Snapshot,
        checked: Checked,
        sentiment: f64,
        doubtful: bool,
    ) -> Result<()> {
        let facts = MailFacts { inbound: self.claim.inbound, sender_known: found.sender_known, doubtful };
        let mut plan = plan_reply(&checked, &snapshot, facts, &self.app.reference.holidays);
        let floor = snapshot.company.settings.approvals.confidence_floor;
        if plan.steps.is_empty() && plan.person.is_none() && plan.confidence < floor {
            plan.person = Some("the agent is not sure what the reply means");
        }
        Answering { unit: self, mail, found, snapshot, checked, sentiment, doubtful, plan }.settle().await
    }

    fn inbound(&self) -> InboundId {
        self.claim.inbound
    }

    fn may_answer(&self, mail: &Incoming, snapshot: &Snapshot) -> bool {
        let own = Own { addresses: vec![snapshot.company.email.clone()], keys: Some(self.app.keys.clone()) };
        mail::may_answer_automatically(mail, &own).is_ok()
    }
}

/// Ids a message of ours may have been answered under.
fn outreach_ids(mail: &Incoming, keys: &mail::TokenKeys) -> Vec<OutreachId> {
    let mut ids: Vec<OutreachId> = mail.tokens(keys).into_iter().map(|(_, id)| id).collect();
    ids.extend(mail.own_references(keys));
    ids
}
