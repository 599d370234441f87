//! One customer with one overdue invoice and its conversation, and the moves of a worker.

use anyhow::{Context, Result};
use chrono::TimeDelta;
use domain::action::{Action, NewBlock, Record};
use domain::ids::{ActionId, ConversationId};
use domain::kinds::{ActionStatus, ActionType, BlockReason};
use domain::money::{Currency, Money};
use domain::reason::Reason;
use serde_json::json;
use std::time::Duration;
use store::claims::{AccountClaim, Claimer};
use store::settle::{
    ActContext, Effects, Event, Finish, Hold, NewAction, NewDecision, NewOutreach, Settled, Unit,
    action_execute, unit_settle,
};
use store::snapshot::account_lock;
use tests::{Company, Customer, Invoice, World, notice};
use uuid::Uuid;

pub(super) struct Scene {
    pub(super) world: World,
    pub(super) company: Company,
    pub(super) customer: Customer,
    pub(super) invoice: Invoice,
    pub(super) conversation: ConversationId,
}

pub(super) async fn scene() -> Result<Scene> {
    let world = World::new().await?;
    let company = world.company("one").await?;
    let customer = company.customer("Debtor").await?;
    let invoice = company.invoice(&customer, "100", 5).await?;
    let conversation = company.conversation(&invoice).await?;
    Ok(Scene { world, company, customer, invoice, conversation })
}

impl Scene {
    pub(super) async fn claim(&self) -> Result<AccountClaim> {
        let mut claimer = Claimer::new(Uuid::now_v7(), Duration::from_secs(60));
        claimer.claim_accounts(&self.world.db, self.world.now(), 1).await?.pop().context("something is due")
    }

    pub(super) async fn version(&self) -> Result<i64> {
        let mut tx = self.world.tx(&self.company).await?;
        let version = account_lock(&mut tx, self.customer.id, Currency::EUR).await?;
        tx.rollback().await?;
        Ok(version)
    }

    pub(super) fn letter(&self) -> Result<NewOutreach> {
        Ok(notice(&self.world, &self.company, self.conversation, &[&self.invoice])?)
    }

    pub(super) async fn unit(&self, outreach: Option<NewOutreach>) -> Result<Unit> {
        let (at, version) = (self.world.now(), self.version().await?);
        let (customer, currency) = (self.customer.id, Currency::EUR);
        let action = outreach.as_ref().map(|o| NewAction {
            id: ActionId::new(),
            customer,
            currency,
            conversation: self.conversation,
            outreach: Some(o.id),
            inbound: None,
            action: Action::SendMessage { outreach: o.id },
            verdict: "act",
            reasons: vec!["routine".into()],
            policy_version: "1".into(),
            facts: json!({ "amount": "100" }),
            confidence: 0.9,
            reasoning: "level 1 is due".into(),
            status: ActionStatus::Approved,
            expires_at: None,
            account_version: version,
            dedupe_key: Some(format!("send:{}", o.id)),
            amount: Money::new(100.into(), currency).ok(),
            at,
        });
        let decision = action.as_ref().map(|a| NewDecision {
            customer,
            currency,
            conversation: Some(self.conversation),
            outreach: a.outreach,
            action: Some(a.id),
            action_type: ActionType::SendMessage,
            verdict: "act",
            reasons: a.reasons.clone(),
            policy_version: "1".into(),
            facts: a.facts.clone(),
            at,
        });
        let hold = outreach.is_none().then_some(Hold { reason: Reason::NotDue, until: None });
        Ok(Unit {
            expect_version: version,
            finish: Finish { next_action_at: Some(at + TimeDelta::days(1)), hold, at },
            events: outreach
                .iter()
                .map(|o| Event::new("letter_drafted", at).customer(customer).outreach(o.id))
                .collect(),
            outreach,
            actions: action.into_iter().collect(),
            decisions: decision.into_iter().collect(),
        })
    }

    pub(super) async fn settle(&self, claim: &AccountClaim, unit: &Unit) -> Result<Settled> {
        let mut tx = self.world.tx(&self.company).await?;
        let settled = unit_settle(&mut tx, claim, unit).await?;
        if settled == Settled::Done {
            tx.commit().await?;
        }
        Ok(settled)
    }

    pub(super) fn ctx(&self) -> ActContext {
        ActContext {
            action: None,
            customer: self.customer.id,
            currency: Currency::EUR,
            conversation: Some(self.conversation),
            at: self.world.now(),
            today: self.world.today(),
            send_after: self.world.now(),
            approved_by: None,
        }
    }

    pub(super) async fn execute(&self, action: &Action) -> store::Result<Effects> {
        let mut tx = self.world.tx(&self.company).await.map_err(|_| store::StoreError::NotFound("tx"))?;
        account_lock(&mut tx, self.customer.id, Currency::EUR).await?;
        let effects = action_execute(&mut tx, action, &self.ctx()).await?;
        tx.commit().await?;
        Ok(effects)
    }

    pub(super) async fn pause(
        &self,
        record: Option<Record>,
        reason: BlockReason,
        until: Option<&str>,
    ) -> Result<Effects> {
        let block = NewBlock {
            invoice: Some(self.invoice.id),
            reason,
            until: until.map(str::parse).transpose()?,
            inbound: None,
        };
        Ok(self.execute(&Action::Pause { block, record }).await?)
    }

    pub(super) async fn one(&self, sql: &'static str) -> Result<Option<String>> {
        Ok(sqlx::query_scalar(sql).fetch_one(&self.world.admin).await?)
    }

    pub(super) async fn written(&self) -> Result<Vec<i64>> {
        let mut out = Vec::new();
        for table in
            ["outreaches", "outreach_items", "ai_messages", "ai_actions", "decisions", "chase_events"]
        {
            let sql = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
            out.push(sqlx::query_scalar(sql).fetch_one(&self.world.admin).await?);
        }
        Ok(out)
    }
}
