//! Replies read by the model: the brief and the shape of an answer.
//!
//! Why: a model reads what rules do not foresee; it only proposes readings, which `domain::reading`
//! checks against the mail and the account. Guarantees: the model sees the new text of one mail, cut and
//! delimited, the numbers of open invoices, and the date; an answer is read into [`RawReadings`] with
//! every number clamped; an amount in an unreadable currency, or a date that is none, is dropped, never
//! guessed. Does not: check quotes.

use crate::answer::{parse, percent, signed_percent};
use crate::entropy::Entropy;
use crate::error::{LlmError, Malformed};
use crate::prompt::{CallPurpose, Prompt, head};
use chrono::NaiveDate;
use chrono_tz::Tz;
use domain::kinds::{DisputeReason, Intent, PaymentMethod};
use domain::money::Currency;
use domain::reading::{RawReading, RawReadings};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Value, json};

/// Most characters of a mail that the model sees.
pub const MOST_WORDS: usize = 6000;
const MOST_NUMBERS: usize = 60;
const MOST_READINGS: usize = 24;

/// What the model needs to read a reply.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReadBrief {
    /// New text of the mail, without quoted history. Cut at [`MOST_WORDS`] characters.
    pub new_text: String,
    /// Numbers of the customer's open invoices; the first 60 are shown.
    pub open_numbers: Vec<String>,
    /// The company's business date on which the mail came in.
    pub today: NaiveDate,
    /// The company's zone.
    pub zone: Tz,
    /// We have offered a payment plan that is not answered yet.
    pub offer_pending: bool,
}

impl ReadBrief {
    /// Tokens that reading will cost about, for the question whether the budget allows it.
    #[must_use]
    pub fn estimated_tokens(&self) -> u64 {
        CallPurpose::Read.estimate(self.new_text.len().min(MOST_WORDS * 2) + 2500, 400)
    }

    pub(crate) fn prompt(&self, entropy: &Entropy) -> Prompt {
        let plain = |n: &String| {
            let n: String = n.chars().filter(|c| !c.is_control() && !"{}<>".contains(*c)).take(64).collect();
            n
        };
        let numbers: Vec<String> = self.open_numbers.iter().take(MOST_NUMBERS).map(plain).collect();
        let numbers = if numbers.is_empty() { "none".to_owned() } else { numbers.join(", ") };
        let offer = if self.offer_pending {
            "We have offered this customer a payment plan and wait for a yes or a no."
        } else {
            "No payment plan has been offered."
        };
        let (today, weekday) = (self.today.to_string(), self.today.format("%A").to_string());
        let values = [
            ("today", today.as_str()),
            ("weekday", weekday.as_str()),
            ("zone", self.zone.name()),
            ("offer", offer),
            ("numbers", numbers.as_str()),
        ];
        Prompt::new(CallPurpose::Read, schema(), &values, head(&self.new_text, MOST_WORDS), entropy)
    }

    pub(crate) fn read_answer(&self, text: &str) -> Result<RawReadings, LlmError> {
        let answer: ReadAnswer = parse(text)?;
        if answer.readings.len() > MOST_READINGS {
            return Err(LlmError::Malformed(Malformed::Limits));
        }
        let readings = answer.readings.into_iter().map(|r| self.reading(r)).collect::<Result<_, _>>()?;
        Ok(RawReadings { readings, sentiment: answer.sentiment, suspicious: answer.suspicious })
    }

    fn reading(&self, r: ReadingAnswer) -> Result<RawReading, LlmError> {
        let long = |text: &str, most: usize| text.chars().count() > most;
        if long(&r.quote, 1000)
            || r.invoice_numbers.len() > 50
            || r.invoice_numbers.iter().any(|n| long(n, 64))
        {
            return Err(LlmError::Malformed(Malformed::Limits));
        }
        let named = r.currency.as_deref().map(str::trim).filter(|c| !c.is_empty());
        let currency: Option<Currency> = named.and_then(|c| c.to_ascii_uppercase().parse().ok());
        let readable = named.is_none() || currency.is_some();
        let amount = r.amount.as_deref().filter(|_| readable).and_then(amount);
        let accepts_plan = r.accepts_plan && self.offer_pending && r.intent == Intent::PromiseToPay;
        Ok(RawReading {
            intent: r.intent,
            quote: r.quote.trim().to_owned(),
            invoice_numbers: r
                .invoice_numbers
                .iter()
                .map(|n| n.trim().to_owned())
                .filter(|n| !n.is_empty())
                .collect(),
            amount,
            currency: currency.filter(|_| amount.is_some()),
            date: r.date.as_deref().and_then(|d| NaiveDate::parse_from_str(d.trim(), "%Y-%m-%d").ok()),
            method: r.method,
            dispute: r.dispute.filter(|_| r.intent == Intent::Dispute),
            accepts_plan,
            confidence: r.confidence,
        })
    }
}

/// Digits with at most one decimal point, nothing else: `1250.00`.
fn amount(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let plain = text.len() <= 18 && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    text.parse::<Decimal>().ok().filter(|_| plain)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadAnswer {
    readings: Vec<ReadingAnswer>,
    #[serde(deserialize_with = "signed_percent")]
    sentiment: f64,
    suspicious: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadingAnswer {
    intent: Intent,
    quote: String,
    #[serde(default)]
    invoice_numbers: Vec<String>,
    #[serde(default)]
    amount: Option<String>,
    #[serde(default)]
    currency: Option<String>,
    #[serde(default)]
    date: Option<String>,
    #[serde(default)]
    method: Option<PaymentMethod>,
    #[serde(default)]
    dispute: Option<DisputeReason>,
    #[serde(default)]
    accepts_plan: bool,
    #[serde(deserialize_with = "percent")]
    confidence: f64,
}

fn schema() -> Value {
    let names = |all: Vec<&'static str>| Value::from(all);
    let or_null = |mut all: Vec<Value>| {
        all.push(Value::Null);
        json!({ "type": ["string", "null"], "enum": all })
    };
    let intents = names(Intent::ALL.iter().map(|i| i.as_str()).collect());
    let text_or_null = json!({ "type": ["string", "null"] });
    let properties = json!({
        "intent": { "type": "string", "enum": intents },
        "quote": { "type": "string" },
        "invoice_numbers": { "type": "array", "items": { "type": "string" } },
        "amount": text_or_null,
        "currency": text_or_null,
        "date": text_or_null,
        "method": or_null(PaymentMethod::ALL.iter().map(|m| m.as_str().into()).collect()),
        "dispute": or_null(DisputeReason::ALL.iter().map(|d| d.as_str().into()).collect()),
        "accepts_plan": { "type": "boolean" },
        "confidence": { "type": "integer" },
    });
    let required: Vec<&String> = properties.as_object().map(|p| p.keys().collect()).unwrap_or_default();
    json!({
        "type": "object",
        "properties": {
            "readings": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": properties,
                    "required": required,
                    "additionalProperties": false,
                },
            },
            "sentiment": { "type": "integer" },
            "suspicious": { "type": "boolean" },
        },
        "required": ["readings", "sentiment", "suspicious"],
        "additionalProperties": false,
    })
}

#[cfg(test)]
#[path = "reader_tests.rs"]
mod tests;
