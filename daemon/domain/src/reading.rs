//! What a reply says: readings with quoted evidence, and the checks that make them usable.
//!
//! Why: rules and models both only propose readings; nothing follows from one that does not quote the
//! new text of the mail, names an invoice or an amount that is not on the account, or a date that
//! cannot be. Guarantees: [`check`] is pure and drops nothing silently: every rejected reading comes
//! back with its reason.

use crate::ids::InvoiceId;
use crate::kinds::{DisputeReason, Intent, PaymentMethod};
use crate::money::{Currency, Money};
use crate::snapshot::Snapshot;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// One label with its evidence, as proposed by the rules or by a model. Unchecked.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawReading {
    /// The label.
    pub intent: Intent,
    /// Words of the new text that say so, verbatim.
    pub quote: String,
    /// Invoice numbers named, verbatim.
    #[serde(default)]
    pub invoice_numbers: Vec<String>,
    /// Amount named.
    #[serde(default)]
    pub amount: Option<Decimal>,
    /// Its currency, when named.
    #[serde(default)]
    pub currency: Option<Currency>,
    /// Date named, resolved.
    #[serde(default)]
    pub date: Option<NaiveDate>,
    /// Payment method named.
    #[serde(default)]
    pub method: Option<PaymentMethod>,
    /// Reason of a dispute.
    #[serde(default)]
    pub dispute: Option<DisputeReason>,
    /// Says yes to the plan we offered.
    #[serde(default)]
    pub accepts_plan: bool,
    /// 0 to 1.
    pub confidence: f64,
}

/// Everything one reader (rules or model) says about a mail.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct RawReadings {
    /// The labels; several may hold.
    pub readings: Vec<RawReading>,
    /// −1 (hostile) to 1 (friendly).
    pub sentiment: f64,
    /// The mail addresses the machine, hides text or otherwise tries to steer us.
    pub suspicious: bool,
}

/// A reading that stood the checks.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Reading {
    /// The label.
    pub intent: Intent,
    /// The evidence.
    pub quote: String,
    /// Byte range of the quote in the new text.
    pub span: (usize, usize),
    /// Invoices named that are on the account.
    pub invoices: Vec<InvoiceId>,
    /// Amount named, in the account's currency.
    pub amount: Option<Money>,
    /// Date named.
    pub date: Option<NaiveDate>,
    /// Payment method named.
    pub method: Option<PaymentMethod>,
    /// Reason of a dispute.
    pub dispute: Option<DisputeReason>,
    /// Says yes to the plan we offered.
    pub accepts_plan: bool,
    /// 0 to 1.
    pub confidence: f64,
}

/// Why a proposed reading was not used.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadingFlaw {
    /// The quote is empty or not in the new text.
    QuoteNotFound,
    /// An invoice number that is not on the account.
    UnknownInvoice,
    /// An amount in another currency, or one that no currency has.
    Amount,
    /// A date that cannot be meant.
    Date,
    /// Not between 0 and 1.
    Confidence,
}

/// The outcome of [`check`].
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Checked {
    /// Usable readings, strictest intent first.
    pub readings: Vec<Reading>,
    /// The others, with why.
    pub rejected: Vec<(RawReading, ReadingFlaw)>,
}

/// The order in which intents win when several hold; the first is the strictest.
pub const PRECEDENCE: [Intent; 16] = [
    Intent::PaymentInstructionChange,
    Intent::LegalOrComplaint,
    Intent::StopContact,
    Intent::HardshipInsolvency,
    Intent::Dispute,
    Intent::DebtDenied,
    Intent::PaymentPlanRequest,
    Intent::PromiseToPay,
    Intent::PaymentClaimed,
    Intent::InvoiceCorrection,
    Intent::ContactChange,
    Intent::DocumentRequest,
    Intent::Question,
    Intent::DeliveryFailure,
    Intent::AutoReply,
    Intent::NoAction,
];

/// Position in [`PRECEDENCE`]; smaller is stricter.
#[must_use]
pub fn rank(intent: Intent) -> usize {
    PRECEDENCE.iter().position(|i| *i == intent).unwrap_or(PRECEDENCE.len())
}

/// Checks proposed readings against the new text of the mail and the account.
///
/// A quote must stand in `new_text` (white space folded); invoice numbers must be on the account; an
/// amount must be positive and, when a currency is named, in the account's; a date must not lie more
/// than a year away from the snapshot's day.
#[must_use]
pub fn check(raw: Vec<RawReading>, new_text: &str, snapshot: &Snapshot) -> Checked {
    let mut out = Checked::default();
    for reading in raw {
        match check_one(&reading, new_text, snapshot) {
            Ok(ok) => out.readings.push(ok),
            Err(flaw) => out.rejected.push((reading, flaw)),
        }
    }
    out.readings.sort_by_key(|r| rank(r.intent));
    out
}

fn check_one(raw: &RawReading, new_text: &str, snapshot: &Snapshot) -> Result<Reading, ReadingFlaw> {
    let span = find_folded(new_text, &raw.quote).ok_or(ReadingFlaw::QuoteNotFound)?;
    if !(0.0..=1.0).contains(&raw.confidence) {
        return Err(ReadingFlaw::Confidence);
    }
    let invoices = raw
        .invoice_numbers
        .iter()
        .map(|n| {
            snapshot
                .items
                .iter()
                .find(|i| i.number.eq_ignore_ascii_case(n.trim()))
                .map(|i| i.invoice)
                .ok_or(ReadingFlaw::UnknownInvoice)
        })
        .collect::<Result<Vec<_>, _>>()?;
    let currency = snapshot.account.currency;
    let amount = match raw.amount {
        None => None,
        Some(_) if raw.currency.is_some_and(|c| c != currency) => return Err(ReadingFlaw::Amount),
        Some(a) if a <= Decimal::ZERO => return Err(ReadingFlaw::Amount),
        Some(a) => Some(Money::new(a, currency).map_err(|_| ReadingFlaw::Amount)?),
    };
    if let Some(date) = raw.date
        && (date - snapshot.today).num_days().abs() > 366
    {
        return Err(ReadingFlaw::Date);
    }
    Ok(Reading {
        intent: raw.intent,
        quote: raw.quote.clone(),
        span,
        invoices,
        amount,
        date: raw.date,
        method: raw.method,
        dispute: raw.dispute,
        accepts_plan: raw.accepts_plan,
        confidence: raw.confidence,
    })
}

/// Finds `needle` in `hay`, any run of white space being equal to any other; returns the byte range
/// in `hay`. Linear in `hay` times the number of candidate starts of the first word.
#[must_use]
pub fn find_folded(hay: &str, needle: &str) -> Option<(usize, usize)> {
    let mut words = needle.split_whitespace();
    let first = words.next()?;
    let rest: Vec<&str> = words.collect();
    for (start, _) in hay.match_indices(first) {
        let mut end = start + first.len();
        let matched = rest.iter().all(|word| {
            let tail = hay.get(end..).unwrap_or("");
            let trimmed = tail.trim_start();
            let gap = tail.len() - trimmed.len();
            let hit = gap > 0 && trimmed.starts_with(word);
            end += gap + word.len();
            hit
        });
        if matched {
            return Some((start, end));
        }
    }
    None
}
