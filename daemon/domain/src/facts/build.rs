//! From a snapshot and a choice to facts.

use super::{
    ClaimsFacts, CountUnit, Fact, FactValue, Facts, FactsError, Index, LetterContext, TextKind, clean,
};
use crate::kinds::DebtorKind;
use crate::letter::Purpose;
use crate::money::{Currency, Money};
use crate::snapshot::{OpenItem, Snapshot};
use std::collections::HashMap;
use std::sync::OnceLock;

/// Longest remittance information of a SEPA transfer (EPC069-12).
const REFERENCE_MAX: usize = 140;

impl Facts {
    /// Facts for a letter.
    ///
    /// # Errors
    /// Whatever does not add up or is not as the snapshot has it; see [`FactsError`].
    pub fn build(snapshot: &Snapshot, context: &LetterContext) -> Result<Self, FactsError> {
        let purpose = context.purpose;
        let mut context = context.clone();
        for item in &mut context.items {
            check_item(snapshot, item)?;
            item.number = clean(&item.number);
            if item.number.is_empty() {
                return Err(FactsError::Empty("an invoice number"));
            }
        }
        if let Some(item) = repeated(&context.items) {
            return Err(FactsError::Twice(item.invoice));
        }
        require(purpose, purpose.needs_items(), !context.items.is_empty(), "an invoice")?;
        require(purpose, purpose.needs_promise(), context.promise.is_some(), "a promise")?;
        require(purpose, purpose.needs_plan(), context.plan.is_some(), "a payment plan")?;
        require(purpose, purpose.has_deadline(), context.pay_by.is_some(), "a date")?;
        if context.claims.is_some() && !purpose.may_claim() {
            return Err(FactsError::NotAllowed { purpose, what: "interest or a flat sum" });
        }
        if context.ai_written && !purpose.model_may_write() {
            return Err(FactsError::NotAllowed { purpose, what: "what a model wrote" });
        }
        let flat_sum = context.claims.as_ref().is_some_and(|c| c.flat_sum.is_some());
        if flat_sum && snapshot.customer.kind == DebtorKind::Consumer {
            return Err(FactsError::NotAllowed { purpose, what: "a flat sum to a consumer" });
        }
        if context.pay_by.is_some_and(|date| date < snapshot.today) {
            return Err(FactsError::PayByPassed);
        }
        if let Some(recipient) = &context.recipient
            && !snapshot.contacts.iter().any(|c| c.usable && c == recipient)
        {
            return Err(FactsError::Recipient);
        }
        let currency = snapshot.account.currency;
        let residuals = context.items.iter().map(OpenItem::residual).collect::<Result<Vec<_>, _>>()?;
        let total = Money::sum(currency, residuals.iter().copied())?;
        let payable = match &context.claims {
            Some(claims) => check_claims(&context.items, claims)?.plus(total)?,
            None => total,
        };
        check_plan(&context, total)?;

        let mut builder = Builder { snapshot, context: &context, facts: Vec::new() };
        builder.parties()?;
        builder.items(&residuals, total, payable);
        builder.promise(currency)?;
        builder.plan();
        builder.claims();
        builder.bank()?;
        let facts = builder.facts;
        let keys: HashMap<String, usize> =
            facts.iter().enumerate().map(|(n, f)| (f.key.clone(), n)).collect();
        let index = Index::of(&facts);
        let blocks = OnceLock::new();
        Ok(Self { context, version: snapshot.version, currency, facts, keys, index, total, payable, blocks })
    }
}

fn require(purpose: Purpose, needed: bool, there: bool, what: &'static str) -> Result<(), FactsError> {
    if needed && !there { Err(FactsError::Missing { purpose, what }) } else { Ok(()) }
}

/// The item is open on the account exactly as given (I2, I5).
fn check_item(snapshot: &Snapshot, item: &OpenItem) -> Result<(), FactsError> {
    let known = snapshot.items.iter().find(|i| i.invoice == item.invoice);
    let known = known.ok_or(FactsError::NotOpen(item.invoice))?;
    let same = known.number == item.number
        && known.invoice_date == item.invoice_date
        && known.due_date == item.due_date
        && known.original == item.original
        && known.paid == item.paid
        && known.credited == item.credited;
    if !same {
        return Err(FactsError::Changed(item.invoice));
    }
    if !item.residual()?.is_positive() {
        return Err(FactsError::NotOpen(item.invoice));
    }
    Ok(())
}

fn repeated(items: &[OpenItem]) -> Option<&OpenItem> {
    let twice = |(n, item): (usize, &OpenItem)| items.iter().take(n).any(|i| i.invoice == item.invoice);
    items.iter().enumerate().find(|pair| twice(*pair)).map(|(_, item)| item)
}

/// Interest is the sum of its parts on listed invoices; returns interest and flat sum together.
fn check_claims(items: &[OpenItem], claims: &ClaimsFacts) -> Result<Money, FactsError> {
    let currency = claims.interest_total.currency();
    if let Some(stray) = claims.segments.iter().find(|s| !items.iter().any(|i| i.invoice == s.invoice)) {
        return Err(FactsError::NotOpen(stray.invoice));
    }
    let parts = Money::sum(currency, claims.segments.iter().map(|s| s.interest))?;
    let now = claims.stated_before.map_or(Ok(parts), |before| parts.minus(before))?;
    let negative = |m: &Money| !m.is_zero() && !m.is_positive();
    let amounts = [Some(claims.interest_total), claims.stated_before, claims.flat_sum];
    if now != claims.interest_total || amounts.iter().flatten().any(negative) {
        return Err(FactsError::Claims);
    }
    Ok(claims.interest_total.plus(claims.flat_sum.unwrap_or(Money::zero(currency)))?)
}

/// The plan covers what is owed on the listed invoices, and its instalments sum to it.
fn check_plan(context: &LetterContext, total: Money) -> Result<(), FactsError> {
    let Some(plan) = &context.plan else { return Ok(()) };
    let sum = Money::sum(plan.total.currency(), plan.instalments.iter().map(|i| i.amount))?;
    let covers = plan.invoices.len() == context.items.len()
        && context.items.iter().all(|i| plan.invoices.contains(&i.invoice));
    // An accepted plan may have been paid on already; an offer is about everything that is owed.
    let whole = context.purpose == Purpose::PlanAccepted || plan.total == total;
    if sum != plan.total || !covers || !whole { Err(FactsError::Plan) } else { Ok(()) }
}

struct Builder<'a> {
    snapshot: &'a Snapshot,
    context: &'a LetterContext,
    facts: Vec<Fact>,
}

impl Builder<'_> {
    fn put(&mut self, key: impl Into<String>, value: FactValue) {
        self.facts.push(Fact { key: key.into(), value, item: None });
    }

    fn put_of(&mut self, item: usize, key: String, value: FactValue) {
        self.facts.push(Fact { key, value, item: Some(item) });
    }

    /// Nothing is put for a text that is empty once cleaned.
    fn put_text(&mut self, key: impl Into<String>, kind: TextKind, text: &str) -> bool {
        let text = clean(text);
        let there = !text.is_empty();
        if there {
            self.put(key, FactValue::Text(kind, text));
        }
        there
    }

    fn parties(&mut self) -> Result<(), FactsError> {
        let company = &self.snapshot.company;
        if !self.put_text("company_name", TextKind::Name, &company.name) {
            return Err(FactsError::Empty("the company's name"));
        }
        if !self.put_text("sender_name", TextKind::Name, &company.sender_name) {
            self.put_text("sender_name", TextKind::Name, &company.name);
        }
        if !self.put_text("company_email", TextKind::Email, &company.email) {
            return Err(FactsError::Empty("the company's address"));
        }
        self.put_text("customer_name", TextKind::Name, &self.snapshot.customer.name);
        if let Some(recipient) = &self.context.recipient
            && recipient.name.chars().any(char::is_alphabetic)
            && !recipient.name.contains('@')
        {
            self.put_text("contact_name", TextKind::Name, &recipient.name);
        }
        for (n, line) in (1..).zip(&self.context.letterhead) {
            self.put_text(format!("letterhead:{n}"), TextKind::Letterhead, line);
        }
        self.put("written_on", FactValue::Date(self.context.written_on));
        if self.context.level > 0 {
            self.put("level", FactValue::Count(CountUnit::Level, self.context.level.into()));
        }
        Ok(())
    }

    fn items(&mut self, residuals: &[Money], total: Money, payable: Money) {
        let items = &self.context.items;
        if let Some(date) = self.context.pay_by {
            self.put("pay_by", FactValue::Date(date));
        }
        let Some(oldest) = items.iter().map(|i| i.due_date).min() else { return };
        self.put("total_due", FactValue::Money(total));
        self.put("amount_payable", FactValue::Money(payable));
        self.put(
            "item_count",
            FactValue::Count(CountUnit::Items, i64::try_from(items.len()).unwrap_or(i64::MAX)),
        );
        self.put("oldest_due_date", FactValue::Date(oldest));
        let days = (self.snapshot.today - oldest).num_days();
        if days > 0 {
            self.put("days_overdue", FactValue::Count(CountUnit::Days, days));
        }
        if let [only] = items.as_slice() {
            self.put("invoice_number", FactValue::Text(TextKind::InvoiceNumber, only.number.clone()));
            self.put("invoice_date", FactValue::Date(only.invoice_date));
            self.put("due_date", FactValue::Date(only.due_date));
        }
        for (n, (item, residual)) in items.iter().zip(residuals).enumerate() {
            let key = |field: &str| format!("invoice:{}.{field}", n + 1);
            self.put_of(n, key("number"), FactValue::Text(TextKind::InvoiceNumber, item.number.clone()));
            self.put_of(n, key("date"), FactValue::Date(item.invoice_date));
            self.put_of(n, key("due_date"), FactValue::Date(item.due_date));
            self.put_of(n, key("original"), FactValue::Money(item.original));
            self.put_of(n, key("residual"), FactValue::Money(*residual));
            for (field, amount) in [("paid", item.paid), ("credited", item.credited)] {
                if amount.is_positive() {
                    self.put_of(n, key(field), FactValue::Money(amount));
                }
            }
            let days = item.days_overdue(self.snapshot.today);
            if days > 0 {
                self.put_of(n, key("days_overdue"), FactValue::Count(CountUnit::Days, days));
            }
        }
    }

    fn promise(&mut self, currency: Currency) -> Result<(), FactsError> {
        let Some(promise) = &self.context.promise else { return Ok(()) };
        let item = self.snapshot.items.iter().find(|i| i.invoice == promise.invoice);
        let number = clean(&item.ok_or(FactsError::NotOpen(promise.invoice))?.number);
        if promise.amount.currency() != currency || !promise.amount.is_positive() || number.is_empty() {
            return Err(FactsError::Promise);
        }
        self.put("promise_amount", FactValue::Money(promise.amount));
        self.put("promise_date", FactValue::Date(promise.promised_on));
        self.put("promise_invoice", FactValue::Text(TextKind::InvoiceNumber, number));
        Ok(())
    }

    fn plan(&mut self) {
        let Some(plan) = &self.context.plan else { return };
        let count = i64::try_from(plan.instalments.len()).unwrap_or(i64::MAX);
        self.put("plan_total", FactValue::Money(plan.total));
        self.put("plan_count", FactValue::Count(CountUnit::Instalments, count));
        for (key, instalment) in
            [("plan_first_date", plan.instalments.first()), ("plan_last_date", plan.instalments.last())]
        {
            if let Some(instalment) = instalment {
                self.put(key, FactValue::Date(instalment.due_on));
            }
        }
        for (n, instalment) in (1..).zip(&plan.instalments) {
            self.put(format!("plan:{n}.date"), FactValue::Date(instalment.due_on));
            self.put(format!("plan:{n}.amount"), FactValue::Money(instalment.amount));
        }
    }

    fn claims(&mut self) {
        let Some(claims) = &self.context.claims else { return };
        self.put("interest_total", FactValue::Money(claims.interest_total));
        if let Some(before) = claims.stated_before {
            self.put("interest_before", FactValue::Money(before));
        }
        if let Some(flat_sum) = claims.flat_sum {
            self.put("flat_sum", FactValue::Money(flat_sum));
        }
        for (key, basis) in [("interest_basis", &claims.basis), ("flat_sum_basis", &claims.flat_sum_basis)] {
            if let Some(basis) = basis {
                self.put_text(key, TextKind::LegalBasis, basis);
            }
        }
        for (n, segment) in (1..).zip(&claims.segments) {
            let item =
                self.context.items.iter().position(|i| i.invoice == segment.invoice).unwrap_or_default();
            let mut put = |field: &str, value| self.put_of(item, format!("interest:{n}.{field}"), value);
            put("principal", FactValue::Money(segment.principal));
            put("interest", FactValue::Money(segment.interest));
            put("from", FactValue::Date(segment.from));
            put("to", FactValue::Date(segment.to));
            put("days", FactValue::Count(CountUnit::Days, segment.days.into()));
            put("rate", FactValue::Percent(segment.rate));
        }
    }

    fn bank(&mut self) -> Result<(), FactsError> {
        let company = &self.snapshot.company;
        if let Some(iban) = &company.iban {
            self.put_text("iban", TextKind::Iban, &grouped(iban));
        }
        if let Some(bic) = &company.bic {
            self.put_text("bic", TextKind::Bic, &bic.replace(' ', "").to_ascii_uppercase());
        }
        let holder = company.account_holder.as_deref().filter(|h| !clean(h).is_empty());
        self.put_text("account_holder", TextKind::Name, holder.unwrap_or(&company.name));
        let reference = match &self.context.reference {
            Some(reference) => reference.clone(),
            None => self.reference(),
        };
        self.put_text("payment_reference", TextKind::Reference, &reference);
        Ok(())
    }

    /// The invoice numbers, as many as a transfer can carry, the first ones listed first.
    fn reference(&self) -> String {
        if let Some(promise) = self.facts.iter().find(|f| f.key == "promise_invoice")
            && self.context.purpose == Purpose::PromiseConfirmation
            && let FactValue::Text(_, number) = &promise.value
        {
            return number.clone();
        }
        let mut out = String::new();
        for item in &self.context.items {
            let more = if out.is_empty() { item.number.clone() } else { format!(", {}", item.number) };
            if out.chars().count() + more.chars().count() > REFERENCE_MAX {
                break;
            }
            out.push_str(&more);
        }
        out
    }
}

/// An IBAN in groups of four, as it is printed (ISO 13616).
fn grouped(iban: &str) -> String {
    let compact: String =
        iban.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_uppercase()).collect();
    let mut out = String::with_capacity(compact.len() * 5 / 4);
    for (n, c) in compact.chars().enumerate() {
        if n > 0 && n % 4 == 0 {
            out.push(' ');
        }
        out.push(c);
    }
    out
}
