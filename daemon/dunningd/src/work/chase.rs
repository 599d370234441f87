//! One account: what is owed, whether to write, what to write, and who decides.
//!
//! The main flow of the product, readable from top to bottom: the snapshot is read, `next_step` says
//! what to do, the draft is proven, the policies decide, one commit writes it all down.

use crate::app::App;
use crate::work::draft::{self, Ask};
use crate::work::judge;
use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};
use domain::action::{Action, Evidence};
use domain::ids::InvoiceId;
use domain::kinds::{ActionType, OutreachKind};
use domain::letter::{Draft, Purpose};
use domain::reason::Reason;
use domain::snapshot::Snapshot;
use domain::step::{Listed, Step, next_step};
use policies::{PolicySet, StepFacts, Verdict};
use std::sync::Arc;
use store::claims::AccountClaim;
use store::settle::{Fence, Finish, Hold, NewItem, NewOutreach, Settled, Unit, UnitLock};
use store::{Actor, TenantTx};

/// Works one claimed account; whatever goes wrong is written down with it and tried again.
#[tracing::instrument(name = "chase", skip_all, fields(company = %claim.company, customer = %claim.customer))]
pub async fn run(app: &App, claim: AccountClaim) {
    if let Err(error) = chase(app, &claim).await {
        tracing::warn!(%error, "the account could not be worked; it will be tried again");
        // A database that is gone cannot be told: the lease runs out and returns the work.
        let _ = failed(app, &claim).await;
    }
}

async fn failed(app: &App, claim: &AccountClaim) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.tenant(claim.company, &Actor::System("chase")).await?;
    let again = crate::work::backoff(now, 1);
    store::settle::conversations_fail(&mut tx, claim, again, "failed", now).await?;
    Ok(tx.commit().await?)
}

async fn chase(app: &App, claim: &AccountClaim) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.tenant_read(claim.company).await?;
    let snapshot = store::snapshot::account_snapshot(&mut tx, claim.customer, claim.currency, now).await?;
    let Some(snapshot) = snapshot else { return Ok(()) };
    let policies = app.policies.of(&mut tx).await?;
    let step = next_step(&snapshot, &app.reference.holidays)?;
    let purpose = match &step {
        Step::Notice(notice) => Some(notice.tone.into()),
        Step::BrokenPromise { .. } => Some(Purpose::BrokenPromise),
        Step::Settled
        | Step::Close(_)
        | Step::Resume(_)
        | Step::Wait { .. }
        | Step::Blocked { .. }
        | Step::Escalate(_)
        | Step::MarkPaid { .. } => None,
    };
    let own_template = match purpose {
        Some(purpose) => draft::own_template_in(&mut tx, &snapshot, purpose).await?,
        None => None,
    };
    tx.rollback().await?;
    crate::killpoint::reached("chase_read");
    let unit = Chase { app, claim, snapshot, policies, own_template, now };
    match step {
        Step::Settled => unit.wait(now + TimeDelta::days(1), None).await,
        Step::Wait { until, why } => unit.wait(until, Some(why)).await,
        // Looked at once a day even when nothing says that the obstacle is gone.
        Step::Blocked { why, until } => {
            let until = until.filter(|at| *at > now).unwrap_or(now + TimeDelta::days(1));
            unit.wait(until, Some(why)).await
        }
        Step::Close(settled) => {
            let close = settled.into_iter().map(|s| {
                let evidence = Evidence::Ledger { payments: s.payments };
                (Action::MarkPaid { invoice: s.invoice, evidence }, format!("paid:{}", s.conversation))
            });
            unit.act(close.collect()).await
        }
        Step::MarkPaid { invoice, evidence } => {
            let key = format!("book:{invoice}:{}", unit.snapshot.version);
            unit.act(vec![(Action::MarkPaid { invoice, evidence }, key)]).await
        }
        Step::Resume(block) => unit.act(vec![(Action::Resume { block }, format!("resume:{block}"))]).await,
        Step::Escalate(reason) => {
            // Once per state of the ledger: a rejected hand-over comes back only when something moved.
            let key = format!("escalate:{}:{}:{}", claim.customer, claim.currency, unit.snapshot.version);
            unit.act(vec![(Action::Escalate { reason, inbound: None }, key)]).await
        }
        Step::Notice(notice) => {
            let ask = Ask::notice(&notice, &unit.snapshot, &app.reference)?;
            let facts = StepFacts {
                purpose: Some(policies::Purpose::DunningNotice),
                notice: Some((notice.level, notice.tone)),
                ..StepFacts::computed(ActionType::SendMessage)
            };
            let level = Some(notice.level);
            unit.write(ask, OutreachKind::DunningNotice, level, notice.items, facts).await
        }
        Step::BrokenPromise { promise, items, pay_by } => {
            let promise = unit.snapshot.promises.iter().find(|p| p.id == promise).cloned();
            let listed = unit.unchanged(&items);
            let ask = Ask { items, promise, pay_by: Some(pay_by), ..Ask::of(Purpose::BrokenPromise) };
            let purpose = Some(policies::Purpose::BrokenPromise);
            let facts = StepFacts { purpose, ..StepFacts::computed(ActionType::SendMessage) };
            unit.write(ask, OutreachKind::BrokenPromise, None, listed, facts).await
        }
    }
}

struct Chase<'a> {
    app: &'a App,
    claim: &'a AccountClaim,
    snapshot: Snapshot,
    policies: Arc<PolicySet>,
    own_template: Option<Draft>,
    now: DateTime<Utc>,
}

impl Chase<'_> {
    /// Nothing to do now: note why, and when to look again.
    async fn wait(&self, until: DateTime<Utc>, why: Option<Reason>) -> Result<()> {
        let mut tx = self.tx().await?;
        let finish = self.finish(until, why);
        let fence = store::settle::conversations_finish(&mut tx, self.claim, &finish).await?;
        commit(tx, fence).await
    }

    /// Draft, prove, decide, settle.
    async fn write(
        &self,
        ask: Ask,
        kind: OutreachKind,
        level: Option<u16>,
        listed: Vec<Listed>,
        facts: StepFacts,
    ) -> Result<()> {
        let drafted = draft::write(self.app, &self.snapshot, &ask, self.own_template.as_ref()).await?;
        let facts = StepFacts { touches: ask.items.clone(), ..drafted.facts(facts) };
        let judged = judge::decide(&self.policies, &self.snapshot, &facts)?;
        let mut unit = Unit {
            expect_version: self.snapshot.version,
            finish: self.finish(self.now + TimeDelta::days(1), Some(Reason::Policy)),
            outreach: None,
            actions: Vec::new(),
            decisions: Vec::new(),
            events: drafted.events(&self.snapshot),
        };
        match judged.decision.verdict {
            verdict @ (Verdict::Act | Verdict::Propose) => {
                let letter = NewOutreach {
                    level,
                    promise: ask.promise.as_ref().map(|p| p.id),
                    items: items(&self.snapshot, &listed)?,
                    ..drafted.outreach(self.app, &self.snapshot, kind, &judged)?
                };
                let action = Action::SendMessage { outreach: letter.id };
                // Once it is sent or decided, the account is looked at again anyway.
                let waits = (verdict == Verdict::Propose).then_some(Reason::AwaitingApproval);
                unit.finish = self.finish(self.now + TimeDelta::days(1), waits);
                unit.actions.extend(judge::action_row(
                    &self.snapshot,
                    action,
                    &judged,
                    &drafted.reasoning,
                    None,
                ));
                unit.outreach = Some(letter);
            }
            Verdict::Hold | Verdict::Refuse => {
                unit.decisions.push(judge::decision_row(
                    &self.snapshot,
                    ActionType::SendMessage,
                    &judged,
                    None,
                ));
            }
        }
        self.settle(unit).await
    }

    async fn settle(&self, mut unit: Unit) -> Result<()> {
        let mut tx = self.tx().await?;
        let mut settled = store::settle::unit_settle(&mut tx, self.claim, &unit).await?;
        if let Settled::Slot(slot) = settled {
            // This letter was drafted before and withdrawn: the same row, the same Message-ID, a new revision.
            draft::take_slot(self.app, &self.snapshot, &mut unit, slot.id)?;
            settled = store::settle::unit_settle(&mut tx, self.claim, &unit).await?;
        }
        crate::killpoint::reached("settle_before_commit");
        match settled {
            Settled::Done => {
                tx.commit().await?;
                crate::killpoint::reached("settled");
                Ok(())
            }
            Settled::Lost => Ok(tx.rollback().await?),
            // The ledger moved while we drafted: the draft is worthless, look again at once.
            Settled::Moved | Settled::Slot(_) => {
                tx.rollback().await?;
                self.wait(self.now, None).await
            }
        }
    }

    /// Actions without a letter: decide each, execute or propose it, all in one commit.
    async fn act(&self, actions: Vec<(Action, String)>) -> Result<()> {
        let mut tx = self.tx().await?;
        match store::settle::unit_lock(&mut tx, self.claim, self.snapshot.version, None).await? {
            UnitLock::Held(_) => {}
            UnitLock::Lost => return Ok(tx.rollback().await?),
            UnitLock::Moved => {
                tx.rollback().await?;
                return self.wait(self.now, None).await;
            }
        }
        let mut waiting = None;
        for (action, key) in actions {
            let facts = StepFacts::of_action(&action, &self.snapshot);
            let judged = judge::decide(&self.policies, &self.snapshot, &facts)?;
            let verdict = judged.decision.verdict;
            if matches!(verdict, Verdict::Hold | Verdict::Refuse) {
                waiting = Some(Reason::Policy);
                let row = judge::decision_row(&self.snapshot, action.action_type(), &judged, None);
                store::settle::decision_insert(&mut tx, row).await?;
                continue;
            }
            let reasoning = judge::reasoning(&action);
            let row = judge::action_row(&self.snapshot, action.clone(), &judged, &reasoning, Some(key));
            let Some(row) = row else { continue };
            let id = store::settle::action_insert(&mut tx, row).await?;
            if verdict == Verdict::Act {
                let context = judge::context(&self.snapshot, Some(id), &action);
                store::settle::action_execute(&mut tx, &action, &context).await?;
            } else if action.action_type() == ActionType::Escalate {
                waiting = Some(Reason::AwaitingApproval);
            }
        }
        // Look again at once, because what was done may have cleared the way; but not in circles.
        let next = if waiting.is_some() { self.now + TimeDelta::days(1) } else { self.now };
        let fence =
            store::settle::conversations_finish(&mut tx, self.claim, &self.finish(next, waiting)).await?;
        commit(tx, fence).await
    }

    fn unchanged(&self, items: &[InvoiceId]) -> Vec<Listed> {
        let level = |id| self.snapshot.items.iter().find(|i| i.invoice == id).map_or(0, |i| i.level);
        items.iter().map(|id| Listed { invoice: *id, before: level(*id), after: level(*id) }).collect()
    }

    async fn tx(&self) -> Result<TenantTx> {
        let actor = Actor::Policy(self.policies.version().to_owned());
        Ok(self.app.db.tenant(self.claim.company, &actor).await?)
    }

    fn finish(&self, next_action_at: DateTime<Utc>, why: Option<Reason>) -> Finish {
        let hold = why.map(|reason| Hold { reason, until: Some(next_action_at) });
        Finish { next_action_at: Some(next_action_at), hold, at: self.now }
    }
}

/// The listed items as rows.
pub(crate) fn items(snapshot: &Snapshot, listed: &[Listed]) -> Result<Vec<NewItem>> {
    let mut rows = Vec::with_capacity(listed.len());
    for l in listed {
        let Some(item) = snapshot.items.iter().find(|i| i.invoice == l.invoice) else { continue };
        rows.push(NewItem {
            invoice: l.invoice,
            residual: item.residual()?,
            due_date: item.due_date,
            days_overdue: i32::try_from(item.days_overdue(snapshot.today)).unwrap_or(i32::MAX),
            before: l.before,
            after: l.after,
        });
    }
    Ok(rows)
}

/// Commits under a held fence; a lost one writes nothing.
pub(crate) async fn commit(tx: TenantTx, fence: Fence) -> Result<()> {
    match fence {
        Fence::Held => Ok(tx.commit().await?),
        Fence::Lost => {
            tracing::info!("the lease was lost to another daemon; nothing is written");
            Ok(tx.rollback().await?)
        }
    }
}
