//! What a decision rests on.
//!
//! Why: the daemon reads the ledger once and writes down, typed, everything the rules may ask about;
//! the same value is stored with the decision and can be replayed against other rules. Guarantees: an
//! unknown JSON key is refused; whatever is `None` is unknown and is never taken for a harmless value.
//! Does not: compute any of it.

use domain::kinds::{ActionType, Autonomy, BlockReason, DebtorKind, Intent, Stage};
use domain::money::Money;
use domain::procedure::Tone;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a message is for. Tells a chase (we ask for money) from an answer to the customer's own mail.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A notice of the dunning procedure.
    DunningNotice,
    /// A reminder of a broken promise.
    BrokenPromise,
    /// A short confirmation of what the customer wrote (dispute, promise, payment), or the question
    /// for a missing reference or date; asks for no money.
    Acknowledgement,
    /// A question answered from ledger fields.
    Answer,
    /// A stored document or statement that was asked for.
    DocumentCopy,
    /// A payment plan from the company's grid. Implied by [`ActionType::OfferPaymentPlan`].
    PlanOffer,
}

/// Who wrote the text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextSource {
    /// The step has no text.
    None,
    /// Rendered from a template.
    Template,
    /// Drafted by a language model.
    Model,
}

/// What the grounding check said about the text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grounding {
    /// Everything resolves to the ledger, or there is no text.
    Certified,
    /// Findings on wording only; a person may override them.
    Wording,
    /// Findings on an amount, date, name, recipient or bank detail; nobody may override them.
    Hard,
}

/// Whether the recipient belongs to the customer of every invoice listed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    /// A usable contact of the customer.
    Known,
    /// Named by the customer but not confirmed.
    Unverified,
    /// There is no working address.
    None,
    /// Not a contact of the customer.
    Foreign,
}

/// A limit on the total of an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// The company wants no limit; it said so.
    Unlimited,
    /// Up to and including this amount. Counts as unknown when its currency is not the account's.
    UpTo(Money),
}

/// A set of facts, one bit each.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct FactSet(u64);

impl FactSet {
    pub(crate) const fn insert(&mut self, fact: Fact, yes: bool) {
        if yes {
            self.0 |= 1 << fact as u64;
        }
    }

    pub(crate) const fn remove(&mut self, fact: Fact) {
        self.0 &= !(1 << fact as u64);
    }

    pub(crate) const fn contains(self, fact: Fact) -> bool {
        self.0 & (1 << fact as u64) != 0
    }

    pub(crate) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = Fact> {
        Fact::ALL.iter().copied().filter(move |f| self.contains(*f))
    }
}

macro_rules! facts {
    ($($(#[$doc:meta])* $variant:ident $field:ident: $type:ty),+ $(,)?) => {
        /// The name of a fact, as in [`Facts`] and in the schema.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Fact {
            $($(#[$doc])* $variant),+
        }

        impl Fact {
            /// Every fact.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => stringify!($field)),+ }
            }
        }

        /// Everything the rules may ask about one action. `None` is "not known".
        #[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct Facts {
            /// What is to be decided.
            pub action: ActionType,
            $($(#[$doc])* #[serde(default)] pub $field: Option<$type>),+
        }

        impl Facts {
            /// Facts of which nothing is known but the action; fill in with struct update syntax.
            #[must_use]
            pub const fn unknown(action: ActionType) -> Self {
                Self { action, $($field: None),+ }
            }

            /// Forgets one fact.
            pub fn forget(&mut self, fact: Fact) {
                match fact { $(Fact::$variant => self.$field = None),+ }
            }

            fn present(&self) -> FactSet {
                let mut set = FactSet::default();
                $(set.insert(Fact::$variant, self.$field.is_some());)+
                set
            }
        }
    };
}

facts! {
    /// What the message is for (messages only).
    Purpose purpose: Purpose,
    /// The autonomy in force for this action.
    Autonomy autonomy: Autonomy,
    /// Stage of the conversation.
    Stage stage: Stage,
    /// Whom the law treats the debtor as.
    Debtor debtor: DebtorKind,
    /// Dunning level of the notice, from 1 (dunning notices only).
    Level level: u16,
    /// Levels of the procedure (dunning notices only).
    Levels levels: u16,
    /// Tone of the level (dunning notices only); courtesy and friendly are routine.
    Tone tone: Tone,
    /// Residual of the account.
    Total total: Money,
    /// Up to here the agent may act alone.
    AutoLimit auto_limit: Limit,
    /// Above it two people approve.
    FourEyesLimit four_eyes_limit: Limit,
    /// How sure the agent is, 0 to 1; 1 for what code computed. Outside that range: not known.
    Confidence confidence: f64,
    /// Least confidence the company asks for, 0 to 1.
    ConfidenceFloor confidence_floor: f64,
    /// Of the customer's last words, −1 to 1; 0 when there are none.
    Sentiment sentiment: f64,
    /// What the grounding check said.
    Grounding grounding: Grounding,
    /// Who wrote the text.
    Text text: TextSource,
    /// Whether the recipient belongs to the customer.
    Recipient recipient: Recipient,
    /// Nothing is owed any more.
    Paid paid: bool,
    /// A dispute about what the step touches is open.
    OpenDispute open_dispute: bool,
    /// A promise runs.
    OpenPromise open_promise: bool,
    /// A plan is offered or runs.
    PlanRunning plan_running: bool,
    /// The customer or the address opted out.
    OptedOut opted_out: bool,
    /// The customer is marked as not to be contacted.
    DoNotContact do_not_contact: bool,
    /// A legal matter or complaint is open.
    Legal legal: bool,
    /// Hardship or insolvency was reported.
    Hardship hardship: bool,
    /// Bank details were questioned or changed in a mail.
    BankChange bank_change: bool,
    /// Now is outside the customer's contact hours.
    OutsideWindow outside_window: bool,
    /// The contact cap is reached.
    CapReached cap_reached: bool,
    /// The cooldown of the contact rules runs.
    Cooldown cooldown: bool,
    /// The ledger is older than the company's limit.
    LedgerStale ledger_stale: bool,
    /// The account moved since it was read.
    SnapshotStale snapshot_stale: bool,
    /// A receipt may cover the claim.
    UnappliedReceipt unapplied_receipt: bool,
    /// A person's mail waits to be dealt with.
    ReplyPending reply_pending: bool,
    /// Everything automatic is stopped, for the company or everywhere.
    KillSwitch kill_switch: bool,
    /// A step against the debtor: collection agency, court, refusal of a request.
    Adverse adverse: bool,
    /// No message written by a model went to this customer before.
    FirstAiMessage first_ai_message: bool,
    /// The terms come from the company's plan grid (plan offers only).
    WithinGrid within_grid: bool,
    /// Payments or credit notes on file prove it (mark_paid only).
    LedgerEvidence ledger_evidence: bool,
    /// Standing dunning blocks on what the step touches.
    Blocks blocks: BTreeSet<BlockReason>,
    /// Readings of the mail that this step answers; empty when it answers none.
    Intents intents: BTreeSet<Intent>,
}

impl Facts {
    /// Facts that are known and make sense: a confidence of 7 or a limit in another currency does not.
    pub(crate) fn known(&self) -> FactSet {
        let mut known = self.present();
        if self.confidence_points().is_none() {
            known.remove(Fact::Confidence);
        }
        if self.floor_points().is_none() {
            known.remove(Fact::ConfidenceFloor);
        }
        if self.sentiment_points().is_none() {
            known.remove(Fact::Sentiment);
        }
        if self.total.and_then(minor_units).is_none() {
            known.remove(Fact::Total);
        }
        if limit_units(self.auto_limit, self.total).is_none() {
            known.remove(Fact::AutoLimit);
        }
        if limit_units(self.four_eyes_limit, self.total).is_none() {
            known.remove(Fact::FourEyesLimit);
        }
        known
    }

    pub(crate) fn confidence_points(&self) -> Option<i64> {
        points(self.confidence?, 0.0, 1.0, 10_000.0)
    }

    pub(crate) fn floor_points(&self) -> Option<i64> {
        points(self.confidence_floor?, 0.0, 1.0, 10_000.0)
    }

    pub(crate) fn sentiment_points(&self) -> Option<i64> {
        points(self.sentiment?, -1.0, 1.0, 100.0)
    }
}

/// A number of a closed range as an integer; `None` for NaN and whatever lies outside.
fn points(value: f64, low: f64, high: f64, scale: f64) -> Option<i64> {
    if (low..=high).contains(&value) { (value * scale).round().to_i64() } else { None }
}

/// An amount in minor units (cents); `None` beyond what a rule can compare.
pub(crate) fn minor_units(money: Money) -> Option<i64> {
    let digits = money.currency().digits();
    let mut amount = money.amount().normalize();
    if amount.scale() > digits {
        return None;
    }
    amount.rescale(digits);
    if amount.scale() != digits {
        return None;
    }
    i64::try_from(amount.mantissa()).ok().filter(|units| *units < i64::MAX)
}

/// A limit in minor units of the total's currency; `None` when unknown or in another currency.
pub(crate) fn limit_units(limit: Option<Limit>, total: Option<Money>) -> Option<i64> {
    match limit? {
        Limit::Unlimited => Some(i64::MAX),
        Limit::UpTo(limit) if total.is_none_or(|t| t.currency() == limit.currency()) => {
            minor_units(limit).filter(|units| *units >= 0)
        }
        Limit::UpTo(_) => None,
    }
}
