//! What a company sets: the JSON in `companies.settings`.
//!
//! Why: one typed place for limits and wishes. Guarantees: unknown keys are refused by name, every
//! key has a default that errs on the side of restraint, and a [`CompanySettings`] that exists has
//! passed [`CompanySettings::validate`] when it came through [`CompanySettings::from_json`].

use crate::kinds::{ActionType, Autonomy, PaymentMethod};
use chrono::NaiveTime;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything a company can set, all with defaults.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CompanySettings {
    /// When and how often a customer may be contacted.
    pub contact: ContactRules,
    /// How promises are taken.
    pub promises: PromiseRules,
    /// Terms of payment plans; without a grid no plan is ever offered by the agent.
    pub plans: Option<PlanGrid>,
    /// Statutory interest and flat sum.
    pub late_payment: LatePayment,
    /// What the agent may do by itself and how people approve.
    pub approvals: Approvals,
    /// Use of the language model.
    pub model: ModelUse,
    /// Waiting times after replies.
    pub waits: Waits,
}

/// Contact rules. All only ever push a message later.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ContactRules {
    /// At most this many messages to one customer …
    pub cap_messages: u16,
    /// … within this many days, over all currencies.
    pub cap_days: u16,
    /// Days between two messages to one customer.
    pub cooldown_days: u16,
    /// Earliest local time of the customer.
    pub earliest: NaiveTime,
    /// Latest local time of the customer; later than `earliest`.
    pub latest: NaiveTime,
    /// Monday to Friday without public holidays of the customer's country.
    pub business_days_only: bool,
    /// The ledger must have been read at most this many hours ago; older: nothing leaves.
    pub ledger_max_age_hours: u16,
    /// Below this total no notice is sent (company currency and every other currency alike).
    pub minimum_total: Decimal,
    /// Minutes an automatic message waits in the outbox before it may leave.
    pub hold_back_minutes: u16,
}

impl Default for ContactRules {
    fn default() -> Self {
        Self {
            cap_messages: 3,
            cap_days: 14,
            cooldown_days: 3,
            earliest: NaiveTime::from_hms_opt(8, 0, 0).unwrap_or_default(),
            latest: NaiveTime::from_hms_opt(18, 0, 0).unwrap_or_default(),
            business_days_only: true,
            ledger_max_age_hours: 48,
            minimum_total: Decimal::ONE,
            hold_back_minutes: 0,
        }
    }
}

/// Promise rules. Effective date = promised date + processing days + grace.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PromiseRules {
    /// A promise further away than this goes to a person.
    pub max_days: u16,
    /// Days of grace after the money should be here.
    pub grace_days: u16,
    /// Bank days until the money shows, by method.
    pub processing_days: BTreeMap<PaymentMethod, u16>,
    /// From this number of broken promises on, the case is escalated.
    pub broken_before_escalation: u16,
}

impl Default for PromiseRules {
    fn default() -> Self {
        Self {
            max_days: 30,
            grace_days: 2,
            processing_days: BTreeMap::from([
                (PaymentMethod::BankTransfer, 2),
                (PaymentMethod::Check, 14),
                (PaymentMethod::Cash, 1),
                (PaymentMethod::Other, 14),
            ]),
            broken_before_escalation: 2,
        }
    }
}

/// The grid out of which plans are offered. The model never sees or sets terms.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanGrid {
    /// Most monthly instalments.
    pub max_instalments: u16,
    /// Smallest instalment, in the account's currency.
    pub min_instalment: Decimal,
    /// Largest total for which the agent may offer a plan.
    pub max_total: Decimal,
    /// Days from the offer to the first instalment.
    pub first_due_days: u16,
}

/// Claims on top of the principal. Off unless the company wants them; law decides the amount.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LatePayment {
    /// State statutory interest from this level on; `None`: never.
    pub interest_from_level: Option<u16>,
    /// State the statutory flat sum (EUR 40) from this level on; `None`: never.
    pub flat_sum_from_level: Option<u16>,
}

/// Approvals and autonomy.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Approvals {
    /// Hours until a proposal expires.
    pub expire_hours: u16,
    /// Above this total an action is always proposed; `None`: no limit is set, which counts as a
    /// missing fact and so also proposes consequential actions.
    pub auto_limit: Option<Decimal>,
    /// Above this total two people must approve.
    pub four_eyes_limit: Option<Decimal>,
    /// Below this confidence (0 to 1) an action is proposed.
    pub confidence_floor: f64,
    /// Days until a rejected step may be proposed again.
    pub reject_snooze_days: u16,
    /// Autonomy of single actions; the strictest of company, customer, conversation and action holds.
    pub autonomy: BTreeMap<ActionType, Autonomy>,
}

impl Default for Approvals {
    fn default() -> Self {
        Self {
            expire_hours: 72,
            auto_limit: None,
            four_eyes_limit: None,
            confidence_floor: 0.8,
            reject_snooze_days: 7,
            autonomy: BTreeMap::new(),
        }
    }
}

/// Use of the model.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ModelUse {
    /// Draft by the model where a model is configured.
    pub drafts: bool,
    /// Read replies by the model too (the rules always read them).
    pub readings: bool,
    /// Tokens a day; above it templates and rules work alone.
    pub daily_tokens: u64,
}

impl Default for ModelUse {
    fn default() -> Self {
        Self { drafts: true, readings: true, daily_tokens: 200_000 }
    }
}

/// Waiting times, in days of the customer's business calendar.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Waits {
    /// Hold after "we have paid".
    pub payment_claimed_days: u16,
    /// Hold after a document or an answer was sent.
    pub answer_days: u16,
    /// Days a person has to examine a dispute or a handed-over case.
    pub review_days: u16,
    /// Days a plan offer stays open.
    pub plan_offer_days: u16,
    /// Longest hold after an out-of-office reply, calendar days.
    pub out_of_office_max_days: u16,
}

impl Default for Waits {
    fn default() -> Self {
        Self {
            payment_claimed_days: 5,
            answer_days: 5,
            review_days: 10,
            plan_offer_days: 10,
            out_of_office_max_days: 21,
        }
    }
}

/// Why settings were refused: the path of the key and what is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("company settings: {path}: {message}")]
pub struct SettingsError {
    /// Key path such as `contact.latest`.
    pub path: &'static str,
    /// What is wrong.
    pub message: String,
}

impl CompanySettings {
    /// Reads and validates the JSON of `companies.settings`.
    pub fn from_json(value: &serde_json::Value) -> Result<Self, SettingsError> {
        let settings = Self::deserialize(value)
            .map_err(|e| SettingsError { path: "(whole)", message: e.to_string() })?;
        settings.validate()?;
        Ok(settings)
    }

    /// Checks ranges that types cannot express.
    pub fn validate(&self) -> Result<(), SettingsError> {
        let fail = |path, message: &str| Err(SettingsError { path, message: message.to_owned() });
        if self.contact.latest <= self.contact.earliest {
            return fail("contact.latest", "must be later than contact.earliest");
        }
        if self.contact.cap_messages == 0 || self.contact.cap_days == 0 {
            return fail("contact.cap_messages", "cap_messages and cap_days must be at least 1");
        }
        if self.contact.ledger_max_age_hours == 0 {
            return fail("contact.ledger_max_age_hours", "must be at least 1");
        }
        if self.contact.minimum_total.is_sign_negative() {
            return fail("contact.minimum_total", "must not be negative");
        }
        if !(0.0..=1.0).contains(&self.approvals.confidence_floor) {
            return fail("approvals.confidence_floor", "must lie between 0 and 1");
        }
        if self.approvals.expire_hours == 0 {
            return fail("approvals.expire_hours", "must be at least 1");
        }
        if let Some(grid) = &self.plans {
            if !(2..=36).contains(&grid.max_instalments) {
                return fail("plans.max_instalments", "must lie between 2 and 36");
            }
            if grid.min_instalment <= Decimal::ZERO || grid.max_total < grid.min_instalment {
                return fail("plans.min_instalment", "must be above 0 and at most plans.max_total");
            }
            if grid.first_due_days > 60 {
                return fail("plans.first_due_days", "must be at most 60");
            }
        }
        Ok(())
    }

    /// Days from a promised date until the promise counts as broken.
    #[must_use]
    pub fn promise_slack_days(&self, method: PaymentMethod) -> u16 {
        let processing = self.promises.processing_days.get(&method).copied().unwrap_or(14);
        processing.saturating_add(self.promises.grace_days)
    }
}
