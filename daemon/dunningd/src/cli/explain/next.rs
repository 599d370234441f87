//! What is next, in words: the daemon's own next step, and when it looks again.

use super::words::sentence;
use crate::cli::shared::moment;
use chrono::{DateTime, Days, NaiveDate, TimeZone, Utc};
use domain::kinds::ConversationStatus;
use domain::procedure::Procedure;
use domain::reason::Reason;
use domain::snapshot::BlockFacts;
use domain::step::Step;
use serde::Serialize;
use std::fmt::Display;
use store::timeline::{ConversationState, Explanation};

/// The answer.
#[derive(Serialize)]
pub struct Next {
    /// What the daemon would do if it looked now: `nothing`, `wait`, `blocked`, `notice`,
    /// `broken_promise`, `resume`, `escalate`, `mark_paid` or `close`.
    pub step: &'static str,
    /// Why not more than that, as a code.
    pub why: Option<&'static str>,
    /// When it looks again, where that is known.
    pub looks_at: Option<DateTime<Utc>>,
    /// The same in sentences.
    pub text: Vec<String>,
}

/// What the answer rests on.
pub struct Look<'a> {
    /// Now.
    pub now: DateTime<Utc>,
    /// The company's business date.
    pub today: NaiveDate,
    /// The next step of the account; `None`: there is no account yet.
    pub step: Option<&'a Step>,
    /// The company's procedure.
    pub procedure: &'a Procedure,
    /// How many invoices of the customer may be listed in a letter in this currency: a step is about all
    /// of them.
    pub together: usize,
    /// What keeps this one invoice out of letters about the others.
    pub own_block: Option<&'a BlockFacts>,
}

impl Look<'_> {
    /// The next step of the invoice.
    pub fn next<Z: TimeZone>(&self, e: &Explanation, zone: &Z) -> Next
    where
        Z::Offset: Display,
    {
        let i = &e.invoice;
        let over = |text: &str| Next {
            step: "nothing",
            why: None,
            looks_at: None,
            text: vec![format!("Nothing: {text}.")],
        };
        if i.cancelled_at.is_some() {
            return over("the invoice is cancelled");
        }
        if i.written_off_at.is_some() {
            return over("the invoice is written off");
        }
        let open = e.conversation.as_ref().filter(|c| c.status != ConversationStatus::Completed);
        if !i.residual.is_positive() && open.is_none() {
            return over("nothing is owed any more");
        }
        let at = |t: DateTime<Utc>| moment(t, zone);
        let (step, why, mut text) = match (self.own_block, self.step) {
            (Some(block), _) => self.kept_out(block),
            (None, Some(step)) => self.words(step, e, &at),
            (None, None) => ("wait", None, Vec::new()),
        };
        let own = self.step.filter(|_| matches!(step, "wait" | "blocked" | "notice"));
        text.extend(own.and_then(|_| self.next_level(e)));
        if self.together > 1 && self.step.is_some() && self.own_block.is_none() {
            let (n, currency) = (self.together, i.amount.currency());
            text.push(format!("Letters list all {n} invoices this customer owes in {currency} together."));
        }
        let (looks_at, look) = self.look(open, e, &at);
        text.push(look);
        Next { step, why, looks_at, text }
    }

    /// The invoice's own block, which the others of the customer do not share.
    fn kept_out(&self, block: &BlockFacts) -> (&'static str, Option<&'static str>, Vec<String>) {
        let why = Reason::Blocked(block.reason);
        let end = block.until.map(|day| format!(" until {day}")).unwrap_or_default();
        let mut text = vec![format!("Held{end}: {}.", why.sentence())];
        if self.together > 0 {
            text.push("What else this customer owes is chased on.".to_owned());
        }
        ("blocked", Some(why.code()), text)
    }

    /// The daemon's next step in words.
    fn words(
        &self,
        step: &Step,
        e: &Explanation,
        at: &impl Fn(DateTime<Utc>) -> String,
    ) -> (&'static str, Option<&'static str>, Vec<String>) {
        match step {
            Step::Settled => ("nothing", None, vec!["Nothing is owed in this currency any more.".to_owned()]),
            Step::Close(_) => {
                ("close", None, vec!["What is paid is closed, then the rest is looked at again.".to_owned()])
            }
            Step::Resume(_) => {
                ("resume", None, vec!["A dunning block has reached its date and is lifted.".to_owned()])
            }
            Step::Wait { until, why } => {
                let text = format!("Not before {}: {}.", at(*until), why.sentence());
                ("wait", Some(why.code()), vec![text])
            }
            Step::Blocked { why, until } => {
                let end = until.map(|t| format!(" until {}", at(t))).unwrap_or_default();
                let mut text = vec![format!("Held{end}: {}.", why.sentence())];
                text.extend(remedy(*why).map(str::to_owned));
                ("blocked", Some(why.code()), text)
            }
            Step::Notice(n) => {
                let listed = n.items.iter().any(|item| item.invoice == e.invoice.id);
                let about = if listed { "" } else { " about other invoices of this customer" };
                let tone = n.tone.as_str();
                let text = format!(
                    "A notice of level {} ({tone}){about} is due now; it will ask for payment by {}.",
                    n.level, n.pay_by
                );
                ("notice", None, vec![text])
            }
            Step::BrokenPromise { pay_by, .. } => {
                let text = format!(
                    "A letter about the broken promise is due now; it will ask for payment by {pay_by}."
                );
                ("broken_promise", None, vec![text])
            }
            Step::Escalate(reason) => {
                let text = format!("The case is handed to a person: {}.", sentence(reason.code()));
                ("escalate", Some(reason.code()), vec![text])
            }
            Step::MarkPaid { .. } => (
                "mark_paid",
                None,
                vec!["A receipt covers an invoice exactly and is booked on it.".to_owned()],
            ),
        }
    }

    /// The level an invoice reaches next by the procedure, and from when, where that is still to come.
    fn next_level(&self, e: &Explanation) -> Option<String> {
        let (n, level) = self.procedure.levels().find(|(n, _)| *n > e.invoice.level)?;
        let days = Days::new(level.days_after_due.unsigned_abs().into());
        let due = e.invoice.due_date;
        let from =
            if level.days_after_due < 0 { due.checked_sub_days(days) } else { due.checked_add_days(days) };
        let day = from.filter(|day| *day > self.today)?;
        let tone = level.tone.as_str();
        Some(format!("By the procedure this invoice reaches level {n} ({tone}) on {day}."))
    }

    /// When the daemon looks again.
    fn look(
        &self,
        open: Option<&ConversationState>,
        e: &Explanation,
        at: &impl Fn(DateTime<Utc>) -> String,
    ) -> (Option<DateTime<Utc>>, String) {
        let Some(c) = open else {
            let soon = self.procedure.due_soon_days(0);
            let begins = e.invoice.due_date.checked_sub_days(Days::new(soon.into()));
            return match begins.filter(|day| *day > self.today) {
                Some(day) => (None, format!("The chase of this invoice begins on {day}.")),
                None => (
                    None,
                    "The daemon takes it up at its next sweep; it must run (`dunningd run`).".to_owned(),
                ),
            };
        };
        match c.status {
            ConversationStatus::Escalated => {
                let why =
                    c.escalation_reason.as_deref().map(|r| format!(": {}", sentence(r))).unwrap_or_default();
                (None, format!("A person has it{why}. The daemon writes nothing until it is given back."))
            }
            ConversationStatus::Paused | ConversationStatus::Completed => {
                (None, "The daemon takes it up again when nothing stands in the way any more.".to_owned())
            }
            ConversationStatus::Active => match c.next_action_at {
                Some(t) if t > self.now => {
                    (Some(t), format!("The daemon looks again on {}, or when the ledger moves.", at(t)))
                }
                Some(t) => (Some(t), format!("The daemon looks as soon as it runs (due since {}).", at(t))),
                None => (None, "The daemon looks again when something happens.".to_owned()),
            },
        }
    }
}

/// What a person can do about a hold that does not end by itself.
fn remedy(why: Reason) -> Option<&'static str> {
    match why {
        Reason::LedgerStale => {
            Some("Read the ledger: `dunningd import …`; an unchanged ledger counts as read too.")
        }
        Reason::NoAddress => Some("Add an address: `dunningd customer contact-add …`."),
        Reason::AwaitingApproval => Some("Decide on the proposal that waits."),
        Reason::InFlight => Some("If it stays so, look at the letters in doubt."),
        Reason::UnappliedReceipt | Reason::UnappliedCredit => {
            Some("Book it in the accounting system and import, so that the ledger says what is owed.")
        }
        Reason::Misconfigured | Reason::UnknownHolidays => Some("See `dunningd doctor`."),
        Reason::Settled
        | Reason::NotDue
        | Reason::MinGap
        | Reason::Cooldown
        | Reason::Cap
        | Reason::ContactHours
        | Reason::Blocked(_)
        | Reason::DoNotContact
        | Reason::BelowMinimum
        | Reason::Stale
        | Reason::Ungrounded
        | Reason::Policy
        | Reason::Rejected
        | Reason::Expired
        | Reason::Exhausted => None,
    }
}
