//! From checked readings of a reply to what should be done about it.
//!
//! Why: the answer to "the customer wrote X" is the company's procedure, not a model's idea, so it is a
//! table in code. Guarantees: the strictest intent decides; nothing here marks an invoice paid, changes
//! an address or a bank detail, or invents a date or an amount; what the table cannot answer goes to a
//! person while the chase stands still (I8, I10). Does not: decide whether the agent may do it alone
//! (crate `policies`), write text.

use crate::action::{Action, EscalationReason, NewBlock, PlanTerms, Record};
use crate::calendar::{Holidays, add_business_days};
use crate::ids::{DisputeId, InboundId, InvoiceId, PromiseId};
use crate::kinds::{BlockReason, DisputeReason, Intent, PaymentMethod, PlanState};
use crate::plan::{NoPlan, terms};
use crate::reading::{Checked, Reading};
use crate::snapshot::{OpenItem, Snapshot};
use crate::step::customer_place;
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

/// Facts about the mail that the readings do not tell.
#[derive(Clone, Copy, Debug)]
pub struct MailFacts {
    /// The mail.
    pub inbound: InboundId,
    /// It answers a message of ours (token or Message-ID) and comes from an address on file.
    pub sender_known: bool,
    /// Rules and model disagree, or the mail looks like an attempt to steer us.
    pub doubtful: bool,
}

/// What kind of answer is to be drafted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Confirms a promise.
    PromiseConfirmation,
    /// Asks for a date.
    AskForDate,
    /// Acknowledges a dispute.
    DisputeAck,
    /// Asks for the payment reference.
    PaymentClaimAck,
    /// Sends the statement of account and copies.
    DocumentCopy,
    /// States the balance.
    AnswerBalance,
    /// Confirms the accepted plan.
    PlanAccepted,
    /// Says that we look into it.
    GenericAck,
}

/// One step of the answer to a reply.
#[derive(Clone, PartialEq, Debug)]
pub enum Planned {
    /// Do this.
    Do(Action),
    /// Draft and send this answer.
    Answer(Answer),
    /// Offer this plan.
    Offer(PlanTerms),
}

/// What a reply leads to.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ReplyPlan {
    /// In this order.
    pub steps: Vec<Planned>,
    /// Why a person must look although (or because) nothing more can be planned.
    pub person: Option<&'static str>,
    /// The intent that decided.
    pub intent: Option<Intent>,
    /// Lowest confidence among the readings used.
    pub confidence: f64,
}

/// Plans the answer to a human reply.
#[must_use]
pub fn plan_reply(checked: &Checked, snapshot: &Snapshot, mail: MailFacts, holidays: &Holidays) -> ReplyPlan {
    let Some(first) = checked.readings.first() else {
        return ReplyPlan { person: Some("the reply could not be understood"), ..ReplyPlan::default() };
    };
    let mut plan = ReplyPlan {
        intent: Some(first.intent),
        confidence: checked.readings.iter().map(|r| r.confidence).fold(1.0, f64::min),
        ..ReplyPlan::default()
    };
    let planner = Planner { snapshot, mail, holidays };
    planner.plan(first, &mut plan);
    // A dispute of one invoice and a promise for another: the rest is recorded too, unless the
    // decisive intent already handed everything over.
    if !matches!(plan.steps.first(), Some(Planned::Do(Action::Escalate { .. }))) {
        for other in checked.readings.iter().skip(1).filter(|r| r.intent != first.intent) {
            planner.also(first, other, &mut plan);
        }
    }
    if mail.doubtful && plan.person.is_none() {
        plan.person = Some("the readings of the reply disagree, or the mail tries to steer the agent");
    }
    plan
}

struct Planner<'a> {
    snapshot: &'a Snapshot,
    mail: MailFacts,
    holidays: &'a Holidays,
}

impl Planner<'_> {
    fn plan(&self, r: &Reading, plan: &mut ReplyPlan) {
        match r.intent {
            Intent::PaymentInstructionChange => self.escalate(EscalationReason::Fraud, plan),
            Intent::LegalOrComplaint => self.escalate(EscalationReason::Legal, plan),
            Intent::StopContact => self.escalate(EscalationReason::OptOut, plan),
            Intent::HardshipInsolvency => self.escalate(EscalationReason::Hardship, plan),
            Intent::DebtDenied => self.escalate(EscalationReason::DebtDenied, plan),
            Intent::Dispute => self.dispute(r, plan),
            Intent::PaymentPlanRequest => self.offer(r, plan),
            Intent::PromiseToPay => self.promise(r, plan),
            Intent::PaymentClaimed => {
                let until = self.in_business_days(self.snapshot.company.settings.waits.payment_claimed_days);
                self.pause(r, BlockReason::PaymentClaimed, until, plan);
                self.answer(Answer::PaymentClaimAck, plan);
            }
            Intent::InvoiceCorrection => {
                self.pause(r, BlockReason::InvoiceCorrection, None, plan);
                self.answer(Answer::GenericAck, plan);
                plan.person = Some("the customer asks for a corrected invoice");
            }
            Intent::ContactChange => {
                plan.person = Some("the customer names another contact; check and add it by hand");
            }
            Intent::DocumentRequest => {
                self.answer(Answer::DocumentCopy, plan);
                self.await_answer(plan);
            }
            Intent::Question => {
                self.answer(Answer::AnswerBalance, plan);
                self.await_answer(plan);
            }
            Intent::AutoReply => self.out_of_office(r, plan),
            Intent::DeliveryFailure => plan.person = Some("a delivery failure was reported in free text"),
            Intent::NoAction => {}
        }
    }

    /// A further reading beside the decisive one: only what protects the customer is added.
    fn also(&self, first: &Reading, r: &Reading, plan: &mut ReplyPlan) {
        let other_invoices = !r.invoices.is_empty() && r.invoices.iter().all(|i| !first.invoices.contains(i));
        match r.intent {
            Intent::Dispute => self.dispute(r, plan),
            Intent::PromiseToPay if other_invoices => self.promise(r, plan),
            Intent::ContactChange => plan.person = Some("the customer also names another contact"),
            Intent::DocumentRequest if self.mail.sender_known => self.answer(Answer::DocumentCopy, plan),
            Intent::PaymentInstructionChange
            | Intent::LegalOrComplaint
            | Intent::StopContact
            | Intent::HardshipInsolvency
            | Intent::DebtDenied => plan.person = Some("the reply says several things at once"),
            Intent::PromiseToPay
            | Intent::DocumentRequest
            | Intent::PaymentPlanRequest
            | Intent::PaymentClaimed
            | Intent::InvoiceCorrection
            | Intent::Question
            | Intent::AutoReply
            | Intent::DeliveryFailure
            | Intent::NoAction => {}
        }
    }

    fn escalate(&self, reason: EscalationReason, plan: &mut ReplyPlan) {
        let inbound = Some(self.mail.inbound);
        plan.steps.push(Planned::Do(Action::Escalate { reason, inbound }));
    }

    fn answer(&self, answer: Answer, plan: &mut ReplyPlan) {
        if self.mail.sender_known {
            plan.steps.push(Planned::Answer(answer));
        } else {
            plan.person = Some("the sender is not a known contact, so nothing is answered by itself");
        }
    }

    /// The items a reading is about: those it names, else the only one open.
    fn items(&self, r: &Reading) -> Vec<&OpenItem> {
        let named: Vec<_> = self.snapshot.items.iter().filter(|i| r.invoices.contains(&i.invoice)).collect();
        match (named.is_empty(), self.snapshot.items.as_slice()) {
            (true, [only]) => vec![only],
            _ => named,
        }
    }

    fn block(&self, invoice: Option<InvoiceId>, reason: BlockReason, until: Option<NaiveDate>) -> NewBlock {
        NewBlock { invoice, reason, until, inbound: Some(self.mail.inbound) }
    }

    /// One block per invoice named, or one on the customer.
    fn pause(&self, r: &Reading, reason: BlockReason, until: Option<NaiveDate>, plan: &mut ReplyPlan) {
        let items = self.items(r);
        let scopes =
            if items.is_empty() { vec![None] } else { items.iter().map(|i| Some(i.invoice)).collect() };
        for invoice in scopes {
            let block = self.block(invoice, reason, until);
            plan.steps.push(Planned::Do(Action::Pause { block, record: None }));
        }
    }

    fn dispute(&self, r: &Reading, plan: &mut ReplyPlan) {
        let items = self.items(r);
        if items.is_empty() {
            let block = self.block(None, BlockReason::Dispute, None);
            plan.steps.push(Planned::Do(Action::Pause { block, record: None }));
            plan.person = Some("the reply does not say which invoice is disputed");
        }
        for item in items {
            let record = Record::Dispute {
                id: DisputeId::new(),
                invoice: item.invoice,
                reason: r.dispute.unwrap_or(DisputeReason::Other),
                quote: r.quote.clone(),
            };
            let block = self.block(Some(item.invoice), BlockReason::Dispute, None);
            plan.steps.push(Planned::Do(Action::Pause { block, record: Some(record) }));
        }
        self.answer(Answer::DisputeAck, plan);
    }

    fn promise(&self, r: &Reading, plan: &mut ReplyPlan) {
        if r.accepts_plan
            && let Some(offered) = self.snapshot.plan.as_ref().filter(|p| p.state == PlanState::Offered)
        {
            let block = self.block(None, BlockReason::PaymentPlan, None);
            let record = Some(Record::PlanAccepted { plan: offered.id, quote: r.quote.clone() });
            plan.steps.push(Planned::Do(Action::Pause { block, record }));
            self.answer(Answer::PlanAccepted, plan);
            return;
        }
        let Some(date) = r.date else {
            self.answer(Answer::AskForDate, plan);
            self.await_answer(plan);
            return;
        };
        let rules = &self.snapshot.company.settings;
        let latest = self.snapshot.today + Days::new(rules.promises.max_days.into());
        if date < self.snapshot.today || date > latest {
            plan.person = Some("the promised date is past or further away than the company allows");
            return;
        }
        let mut items = self.items(r);
        if items.is_empty() {
            items = self.snapshot.chaseable().filter(|i| i.days_overdue(self.snapshot.today) > 0).collect();
        }
        if items.is_empty() {
            plan.person = Some("a promise, but no overdue invoice it could be for");
            return;
        }
        let single = items.len() == 1;
        let slack = rules.promise_slack_days(r.method.unwrap_or(PaymentMethod::BankTransfer));
        let effective_until = date + Days::new(slack.into());
        for item in items {
            let Ok(residual) = item.residual() else { continue };
            // A part payment is a promise of that part; more than the residual is the residual.
            let amount = r.amount.filter(|a| single && a.amount() < residual.amount()).unwrap_or(residual);
            let record = Record::Promise {
                id: PromiseId::new(),
                invoice: item.invoice,
                amount,
                promised_on: date,
                effective_until,
                method: r.method,
                quote: r.quote.clone(),
            };
            let until = effective_until.succ_opt();
            let block = self.block(Some(item.invoice), BlockReason::Promise, until);
            plan.steps.push(Planned::Do(Action::Pause { block, record: Some(record) }));
        }
        self.answer(Answer::PromiseConfirmation, plan);
    }

    fn offer(&self, r: &Reading, plan: &mut ReplyPlan) {
        let mut items = self.items(r);
        if items.is_empty() {
            items = self.snapshot.chaseable().collect();
        }
        let grid = self.snapshot.company.settings.plans.as_ref();
        match terms(grid, &items, self.snapshot.today, None) {
            Ok(terms) if self.mail.sender_known => plan.steps.push(Planned::Offer(terms)),
            Ok(_) => plan.person = Some("a stranger asks for a payment plan"),
            Err(why) => {
                plan.person = Some(match why {
                    NoPlan::NoGrid => "a payment plan is asked for, but the company has set no grid",
                    NoPlan::AboveLimit => "a payment plan is asked for above the grid's limit",
                    NoPlan::TooSmall => "a payment plan is asked for, but the total is too small for one",
                    NoPlan::NothingOwed | NoPlan::Arithmetic => {
                        "a payment plan is asked for, but cannot be computed"
                    }
                });
            }
        }
    }

    fn out_of_office(&self, r: &Reading, plan: &mut ReplyPlan) {
        let today = self.snapshot.today;
        let limit = today + Days::new(self.snapshot.company.settings.waits.out_of_office_max_days.into());
        // Without a date: a short pause of two days; a return date counts from the day itself.
        let until = r.date.filter(|d| *d > today).unwrap_or(today + Days::new(2)).min(limit);
        let block = Some(self.block(None, BlockReason::OutOfOffice, Some(until)));
        plan.steps.push(Planned::Do(Action::ScheduleFollowUp { on: until, block }));
    }

    fn await_answer(&self, plan: &mut ReplyPlan) {
        let days = self.snapshot.company.settings.waits.answer_days;
        let Some(on) = self.in_business_days(days) else { return };
        let block = Some(self.block(None, BlockReason::AwaitingAnswer, Some(on)));
        plan.steps.push(Planned::Do(Action::ScheduleFollowUp { on, block }));
    }

    /// The date `days` business days of the customer from now.
    fn in_business_days(&self, days: u16) -> Option<NaiveDate> {
        let place = customer_place(self.snapshot).ok()?;
        add_business_days(self.snapshot.today, days, &place, self.holidays).ok().map(|l| l.date)
    }
}
