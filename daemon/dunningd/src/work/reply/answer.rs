//! Deciding and writing down what a reply leads to, in one commit.

use super::{Match, Unit};
use crate::work::chase::{commit, items};
use crate::work::draft::{self, Ask, Drafted};
use crate::work::judge::{self, Judged};
use anyhow::Result;
use chrono::{Days, TimeDelta};
use domain::action::{Action, PlanTerms, Record};
use domain::ids::{InvoiceId, PlanId};
use domain::kinds::{ActionType, InboundState, Intent, OutreachKind, OutreachState, PromiseState};
use domain::letter::Purpose;
use domain::money::Money;
use domain::reading::Checked;
use domain::reply::{Answer, Planned, ReplyPlan};
use domain::snapshot::{PromiseFacts, Snapshot};
use domain::step::Listed;
use mail::{Class, Incoming};
use policies::{PolicySet, StepFacts, Verdict};
use store::TenantTx;
use store::inbound::InboundFinish;
use store::settle::{Event, NewOutreach};

/// A reply with everything known about it.
pub struct Answering<'a> {
    /// The unit of work.
    pub unit: &'a Unit<'a>,
    /// The mail.
    pub mail: &'a Incoming,
    /// Whose it is.
    pub found: &'a Match,
    /// The account, read after the chase was stopped.
    pub snapshot: Snapshot,
    /// What it says.
    pub checked: Checked,
    /// How it says it.
    pub sentiment: f64,
    /// Not to be acted on alone.
    pub doubtful: bool,
    /// What it leads to.
    pub plan: ReplyPlan,
}

/// A planned step, decided; letters are drafted.
struct Ready {
    action: Action,
    judged: Judged,
    reasoning: String,
    letter: Option<NewOutreach>,
    terms: Option<PlanTerms>,
}

impl Answering<'_> {
    /// Decides every step and commits it all, or nothing when the account moved meanwhile (the mail is
    /// then worked again on the new facts).
    pub async fn settle(mut self) -> Result<()> {
        let mut tx = self.unit.app.db.tenant_read(self.unit.claim.company).await?;
        let policies = self.unit.app.policies.of(&mut tx).await?;
        tx.rollback().await?;
        let mut ready = Vec::new();
        let mut answered = false;
        for step in std::mem::take(&mut self.plan.steps) {
            match step {
                Planned::Do(action) => ready.push(self.decided(&policies, action)?),
                // One answer to one mail; the first is that of the strictest intent.
                Planned::Answer(_) if answered => {}
                Planned::Answer(answer) => {
                    answered = true;
                    match self.written(&policies, purpose(answer), None, &ready).await? {
                        Some(letter) => ready.push(letter),
                        None => self.plan.person = Some("this mail must not be answered by a machine"),
                    }
                }
                Planned::Offer(terms) => {
                    answered = true;
                    match self.written(&policies, Purpose::PlanOffer, Some(terms), &ready).await? {
                        Some(letter) => ready.push(letter),
                        None => self.plan.person = Some("this mail must not be answered by a machine"),
                    }
                }
            }
        }
        self.write_down(ready).await
    }

    fn step_facts(&self, step: StepFacts) -> StepFacts {
        StepFacts {
            confidence: if self.doubtful { 0.0 } else { self.plan.confidence.min(step.confidence) },
            sentiment: self.sentiment,
            answers: Some(self.unit.inbound()),
            intents: self.checked.readings.iter().map(|r| r.intent).collect(),
            ..step
        }
    }

    fn decided(&self, policies: &PolicySet, action: Action) -> Result<Ready> {
        let facts = self.step_facts(StepFacts::of_action(&action, &self.snapshot));
        let judged = judge::decide(policies, &self.snapshot, &facts)?;
        Ok(Ready { reasoning: judge::reasoning(&action), action, judged, letter: None, terms: None })
    }

    /// An answer, drafted and decided; `None` when no machine may answer this mail (I7).
    async fn written(
        &self,
        policies: &PolicySet,
        purpose: Purpose,
        terms: Option<PlanTerms>,
        before: &[Ready],
    ) -> Result<Option<Ready>> {
        if self.snapshot.recipients().is_empty() || !self.unit.may_answer(self.mail, &self.snapshot) {
            return Ok(None);
        }
        let promise = before.iter().find_map(|r| promised(&r.action));
        let touched = self.touched(promise.as_ref());
        let ask = Ask {
            items: touched.clone(),
            promise,
            plan: terms.clone().or_else(|| self.accepted_terms()),
            answered_subject: Some(self.mail.subject.clone()),
            pay_by: Some(self.answer_by()),
            ..Ask::of(purpose)
        };
        let own = draft::own_template(self.unit.app, &self.snapshot, purpose).await?;
        let drafted = draft::write(self.unit.app, &self.snapshot, &ask, own.as_ref()).await?;
        let action_type =
            if terms.is_some() { ActionType::OfferPaymentPlan } else { ActionType::SendMessage };
        let step = StepFacts {
            purpose: Some(purpose.into()),
            within_grid: terms.is_some().then_some(true),
            touches: touched.clone(),
            ..StepFacts::computed(action_type)
        };
        let judged = judge::decide(policies, &self.snapshot, &drafted.facts(self.step_facts(step)))?;
        let letter = self.outreach(&drafted, &judged, terms.is_some(), &touched)?;
        let action = match letter.plan {
            Some(plan) => Action::OfferPaymentPlan { plan, outreach: letter.id },
            None => Action::SendMessage { outreach: letter.id },
        };
        Ok(Some(Ready { action, judged, reasoning: drafted.reasoning, letter: Some(letter), terms }))
    }

    fn outreach(
        &self,
        drafted: &Drafted,
        judged: &Judged,
        offer: bool,
        touched: &[InvoiceId],
    ) -> Result<NewOutreach> {
        let kind = if offer { OutreachKind::PlanOffer } else { OutreachKind::Reply };
        let mut new = drafted.outreach(self.unit.app, &self.snapshot, kind, judged)?;
        new.reply_to_inbound = Some(self.unit.inbound());
        new.plan = offer.then(PlanId::new);
        new.in_reply_to = self.mail.message_id.clone();
        // Oldest first, the answered mail last.
        new.references = self.mail.thread_ids().map(str::to_owned).collect();
        new.references.reverse();
        new.references.extend(self.mail.message_id.clone());
        let listed: Vec<Listed> = touched.iter().map(|id| self.unchanged(*id)).collect();
        new.items = items(&self.snapshot, &listed)?;
        Ok(new)
    }

    fn unchanged(&self, invoice: InvoiceId) -> Listed {
        let level = self.snapshot.items.iter().find(|i| i.invoice == invoice).map_or(0, |i| i.level);
        Listed { invoice, before: level, after: level }
    }

    /// The invoices an answer speaks of: those named, else everything owed.
    fn touched(&self, promise: Option<&PromiseFacts>) -> Vec<InvoiceId> {
        if let Some(promise) = promise {
            return vec![promise.invoice];
        }
        let named: Vec<_> = self.checked.readings.iter().flat_map(|r| r.invoices.clone()).collect();
        let all = self.snapshot.items.iter().map(|i| i.invoice);
        if named.is_empty() { all.collect() } else { all.filter(|i| named.contains(i)).collect() }
    }

    fn accepted_terms(&self) -> Option<PlanTerms> {
        let plan = self.snapshot.plan.as_ref()?;
        let amounts = plan.instalments.iter().map(|i| i.amount);
        let total = Money::sum(self.snapshot.account.currency, amounts).ok()?;
        let invoices = self.snapshot.items.iter().map(|i| i.invoice).collect();
        Some(PlanTerms { invoices, total, instalments: plan.instalments.clone() })
    }

    fn answer_by(&self) -> chrono::NaiveDate {
        self.snapshot.today + Days::new(self.snapshot.company.settings.waits.plan_offer_days.into())
    }

    async fn write_down(self, ready: Vec<Ready>) -> Result<()> {
        let unit = self.unit;
        let mut tx = unit.tx().await?;
        let version =
            store::snapshot::account_lock(&mut tx, self.found.customer, self.found.currency).await?;
        if version != self.snapshot.version {
            tx.rollback().await?;
            let mut tx = unit.tx().await?;
            let at_once = unit.now + TimeDelta::seconds(1);
            let fence = store::inbound::inbound_retry(&mut tx, unit.claim, at_once, "moved").await?;
            return commit(tx, fence).await;
        }
        let mut all_done = self.plan.person.is_none();
        for (n, step) in ready.into_iter().enumerate() {
            all_done &= self.step(&mut tx, n, step).await?;
        }
        if let Some(why) = self.plan.person {
            let detail = serde_json::json!({ "why": why, "inbound": unit.inbound() });
            let event = Event::new("needs_person", unit.now).customer(self.found.customer).detail(detail);
            store::settle::event_insert(&mut tx, event).await?;
        }
        let automatic = self.mail.class == Class::AutoReply;
        if all_done && !automatic {
            store::inbound::reply_settled(&mut tx, unit.inbound(), unit.now).await?;
        }
        let intent = self.plan.intent.map_or("not_understood", Intent::as_str);
        let finish = InboundFinish {
            customer: Some(self.found.customer),
            currency: Some(self.found.currency),
            outreach: self.found.outreach,
            conversation: self.found.conversation,
            new_text: Some(self.mail.extract.new_text.clone()),
            cut_text: Some(self.mail.extract.cut_text.clone()),
            readings: Some(serde_json::to_value(&self.checked)?),
            sentiment: (!automatic).then_some(self.sentiment),
            ..unit.finish(InboundState::Processed, self.plan.person.unwrap_or(intent))
        };
        let fence = store::inbound::inbound_finish(&mut tx, unit.claim, &finish).await?;
        commit(tx, fence).await
    }

    /// Writes one step; true when nothing of it is left to a person.
    async fn step(&self, tx: &mut TenantTx, n: usize, step: Ready) -> Result<bool> {
        let verdict = step.judged.decision.verdict;
        if matches!(verdict, Verdict::Hold | Verdict::Refuse) {
            let row = judge::decision_row(&self.snapshot, step.action.action_type(), &step.judged, None);
            store::settle::decision_insert(tx, row).await?;
            return Ok(false);
        }
        let mut action = step.action;
        if let Some(mut letter) = step.letter {
            if let (Some(id), Some(terms)) = (letter.plan, step.terms) {
                let days = self.snapshot.company.settings.waits.plan_offer_days;
                let (customer, inbound) = (self.snapshot.customer.id, Some(self.unit.inbound()));
                store::settle::plan_insert(tx, id, customer, &terms, days, inbound, self.unit.now).await?;
            }
            letter.state =
                if verdict == Verdict::Act { OutreachState::Queued } else { OutreachState::Proposed };
            let outreach = store::settle::outreach_settle(tx, &letter).await?;
            action = match action {
                Action::OfferPaymentPlan { plan, .. } => Action::OfferPaymentPlan { plan, outreach },
                other => match other.action_type() {
                    ActionType::SendMessage => Action::SendMessage { outreach },
                    ActionType::ScheduleFollowUp
                    | ActionType::OfferPaymentPlan
                    | ActionType::Escalate
                    | ActionType::Pause
                    | ActionType::Resume
                    | ActionType::MarkPaid => other,
                },
            };
        }
        let key = format!("reply:{}:{n}", self.unit.inbound());
        let Some(mut row) =
            judge::action_row(&self.snapshot, action.clone(), &step.judged, &step.reasoning, Some(key))
        else {
            return Ok(false);
        };
        row.inbound = Some(self.unit.inbound());
        let letter = row.outreach.is_some();
        let id = store::settle::action_insert(tx, row).await?;
        if verdict == Verdict::Act && !letter {
            let context = judge::context(&self.snapshot, Some(id), &action);
            store::settle::action_execute(tx, &action, &context).await?;
        }
        Ok(verdict == Verdict::Act)
    }
}

fn promised(action: &Action) -> Option<PromiseFacts> {
    let Action::Pause {
        record: Some(Record::Promise { id, invoice, amount, promised_on, effective_until, method, .. }),
        ..
    } = action
    else {
        return None;
    };
    Some(PromiseFacts {
        id: *id,
        invoice: *invoice,
        amount: *amount,
        promised_on: *promised_on,
        effective_until: *effective_until,
        state: PromiseState::Open,
        method: *method,
        answered: false,
    })
}

const fn purpose(answer: Answer) -> Purpose {
    match answer {
        Answer::PromiseConfirmation => Purpose::PromiseConfirmation,
        Answer::AskForDate => Purpose::AskForDate,
        Answer::DisputeAck => Purpose::DisputeAck,
        Answer::PaymentClaimAck => Purpose::PaymentClaimAck,
        Answer::DocumentCopy => Purpose::DocumentCopy,
        Answer::AnswerBalance => Purpose::AnswerBalance,
        Answer::PlanAccepted => Purpose::PlanAccepted,
        Answer::GenericAck => Purpose::GenericAck,
    }
}
