//! The parts of a letter that code writes word for word: the list of items, the bank details, the
//! instalments, the disclosure.
//!
//! Why: the figures that matter must not depend on anybody's prose. Guarantees: a block is a function
//! of facts and language alone, so that the check can demand it unchanged in the final text.

use super::fill::{glued, wrap};
use super::{Block, Purpose};
use crate::facts::{Facts, LetterContext};
use crate::locale::Language;
use crate::money::Money;
use std::fmt::Write as _;

/// Widest column of invoice numbers; a longer number has a line of its own.
const NUMBER_WIDTH: usize = 24;
const GAP: &str = "  ";

/// Text of a block; `None` where the letter has nothing for it to say.
fn text(block: Block, facts: &Facts, language: &Language) -> Option<String> {
    let context = facts.context();
    match block {
        Block::Items => (!context.items.is_empty()).then(|| items(facts, language)),
        Block::Plan => context.plan.is_some().then(|| plan(context, language)),
        Block::Payment => payment(facts, language),
        Block::Disclosure => context.ai_written.then(|| disclosure(facts, language)),
    }
}

/// Every block that must stand in the final text.
pub(crate) fn required(facts: &Facts, language: &Language) -> Vec<(Block, String)> {
    let blocks = facts.purpose().blocks().iter().copied().chain([Block::Disclosure]);
    blocks.filter_map(|b| text(b, facts, language).map(|t| (b, t))).collect()
}

fn len(text: &str) -> usize {
    text.chars().count()
}

struct Table {
    number: usize,
    dated: usize,
    due: usize,
    open: usize,
}

impl Table {
    const fn width(&self) -> usize {
        self.number + self.dated + self.due + self.open + 3 * GAP.len()
    }

    /// A label on the left, an amount on the right.
    fn sum(&self, out: &mut String, label: &str, amount: &str) {
        let pad = self.width().saturating_sub(len(label) + len(amount)).max(GAP.len());
        let _infallible = writeln!(out, "{label}{}{amount}", " ".repeat(pad));
    }

    fn row(&self, out: &mut String, number: &str, dated: &str, due: &str, open: &str) {
        let number = if len(number) > self.number {
            let _infallible = writeln!(out, "{number}");
            ""
        } else {
            number
        };
        let (n, d, u, o) = (self.number, self.dated, self.due, self.open);
        let _infallible = writeln!(out, "{number:n$}{GAP}{dated:d$}{GAP}{due:u$}{GAP}{open:>o$}");
    }
}

fn items(facts: &Facts, language: &Language) -> String {
    let (context, phrases) = (facts.context(), &language.phrases);
    let rows: Vec<[String; 4]> = context
        .items
        .iter()
        .map(|item| {
            let open = item.residual().map(|r| language.money(r)).unwrap_or_default();
            [
                item.number.clone(),
                language.date_short(item.invoice_date),
                language.date_short(item.due_date),
                open,
            ]
        })
        .collect();
    let widest = |column: usize, heading: &str| {
        let cells = rows.iter().filter_map(|r| r.get(column)).map(|c| len(c));
        cells.chain([len(heading)]).max().unwrap_or_default()
    };
    let sums = sums(facts, language);
    let widest_sum = sums.iter().map(|(label, amount)| len(label) + GAP.len() + len(amount)).max();
    let fits = rows.iter().filter_map(|r| r.first()).map(|n| len(n)).filter(|n| *n <= NUMBER_WIDTH);
    let mut table = Table {
        number: fits.chain([len(&phrases.column_number)]).max().unwrap_or_default(),
        dated: widest(1, &phrases.column_dated),
        due: widest(2, &phrases.column_due),
        open: widest(3, &phrases.column_open),
    };
    table.number += widest_sum.unwrap_or_default().saturating_sub(table.width());
    let mut out = String::with_capacity(80 * (rows.len() + 5));
    if let Some(customer) = facts.text("customer_name") {
        let _infallible = writeln!(out, "{}: {customer}\n", phrases.customer);
    }
    let [dated, due, open] = [&phrases.column_dated, &phrases.column_due, &phrases.column_open];
    table.row(&mut out, &phrases.column_number, dated, due, open);
    let line = "-".repeat(table.width());
    let _infallible = writeln!(out, "{line}");
    for (item, [number, dated, due, open]) in context.items.iter().zip(&rows) {
        table.row(&mut out, number, dated, due, open);
        let amount = |phrase: &str, money: Money| {
            money.is_positive().then(|| phrase.replace("{amount}", &language.money(money)))
        };
        let reductions = [amount(&phrases.already_paid, item.paid), amount(&phrases.credited, item.credited)];
        let reductions: Vec<String> = reductions.into_iter().flatten().collect();
        if !reductions.is_empty() {
            let original = amount(&phrases.of_original, item.original).unwrap_or_default();
            let _infallible = writeln!(out, "{GAP}{original}, {}", reductions.join(", "));
        }
    }
    for (n, (label, amount)) in sums.iter().enumerate() {
        // A line above the first sum, and above the last of several.
        if n == 0 || n + 1 == sums.len() {
            let _infallible = writeln!(out, "{line}");
        }
        table.sum(&mut out, label, amount);
    }
    interest(&mut out, context, language);
    out.truncate(out.trim_end().len());
    out
}

/// The total, what is claimed on top, and what it comes to; nothing for a single invoice without claims.
fn sums(facts: &Facts, language: &Language) -> Vec<(String, String)> {
    let (phrases, context) = (&language.phrases, facts.context());
    let mut sums = Vec::new();
    if context.items.len() > 1 || context.claims.is_some() {
        sums.push((phrases.total.clone(), language.money(facts.total())));
    }
    let Some(claims) = &context.claims else { return sums };
    let named = |name: &str, basis: Option<&str>| match basis {
        Some(basis) => {
            replaced(&phrases.with_basis, &[("{name}", name.to_owned()), ("{basis}", basis.to_owned())])
        }
        None => name.to_owned(),
    };
    if claims.interest_total.is_positive() {
        let label = named(&phrases.interest, facts.text("interest_basis"));
        sums.push((label, language.money(claims.interest_total)));
    }
    if let Some(flat_sum) = claims.flat_sum {
        let label = named(&phrases.flat_sum, facts.text("flat_sum_basis"));
        sums.push((label, language.money(flat_sum)));
    }
    sums.push((phrases.payable.clone(), language.money(facts.payable())));
    sums
}

/// How the interest comes about.
fn interest(out: &mut String, context: &LetterContext, language: &Language) {
    let phrases = &language.phrases;
    let Some(claims) = context.claims.as_ref().filter(|c| c.interest_total.is_positive()) else { return };
    let _infallible = writeln!(out, "\n{}", phrases.interest_heading);
    for segment in &claims.segments {
        let number = context.items.iter().find(|i| i.invoice == segment.invoice).map(|i| i.number.as_str());
        let values = [
            ("{number}", glued(number.unwrap_or_default())),
            ("{rate}", glued(&language.percent(segment.rate))),
            ("{principal}", glued(&language.money(segment.principal))),
            ("{from}", glued(&language.date_short(segment.from))),
            ("{to}", glued(&language.date_short(segment.to))),
            ("{days}", segment.days.to_string()),
            ("{interest}", glued(&language.money(segment.interest))),
        ];
        let _infallible = writeln!(out, "{}", wrap(&replaced(&phrases.interest_line, &values), GAP));
    }
    if let Some(before) = claims.stated_before.filter(Money::is_positive) {
        let amount = glued(&language.money(before));
        let line = replaced(&phrases.interest_before, &[("{amount}", amount)]);
        let _infallible = writeln!(out, "{}", wrap(&line, GAP));
    }
}

/// Replaces each `{name}` once, reading only the pattern, never a value.
fn replaced(pattern: &str, values: &[(&str, String)]) -> String {
    let mut out = String::with_capacity(pattern.len() + 80);
    let mut rest = pattern;
    while let Some(at) = rest.find('{') {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        match values.iter().find_map(|(name, value)| tail.strip_prefix(name).map(|after| (value, after))) {
            Some((value, after)) => {
                out.push_str(value);
                rest = after;
            }
            None => {
                out.push('{');
                rest = tail.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
}

fn lines(heading: &str, rows: &[(&str, String)]) -> String {
    let widest = rows.iter().map(|(label, _)| len(label)).max().unwrap_or_default() + 1;
    let mut out = heading.to_owned();
    for (label, value) in rows {
        let label = format!("{label}:");
        let _infallible = write!(out, "\n{GAP}{label:widest$}{GAP}{value}");
    }
    out
}

fn payment(facts: &Facts, language: &Language) -> Option<String> {
    let (context, phrases) = (facts.context(), &language.phrases);
    let text = |key| facts.text(key).map(str::to_owned);
    let mut rows: Vec<(&str, String)> = Vec::new();
    let heading = if let Some(iban) = text("iban") {
        rows.extend(text("account_holder").map(|v| (phrases.payee.as_str(), v)));
        rows.push((&phrases.iban, iban));
        rows.extend(text("bic").map(|v| (phrases.bic.as_str(), v)));
        &phrases.payment_heading
    } else {
        &phrases.payment_elsewhere
    };
    let money = |m| language.money(m);
    let (amount, by) = match context.purpose {
        // The instalments have amounts and dates of their own.
        Purpose::PlanOffer | Purpose::PlanAccepted => (None, None),
        Purpose::PromiseConfirmation => (
            context.promise.as_ref().map(|p| money(p.amount)),
            context.promise.as_ref().map(|p| p.promised_on),
        ),
        Purpose::Courtesy
        | Purpose::Friendly
        | Purpose::Firm
        | Purpose::Final
        | Purpose::BrokenPromise
        | Purpose::DisputeAck
        | Purpose::PaymentClaimAck
        | Purpose::AskForDate
        | Purpose::DocumentCopy
        | Purpose::AnswerBalance
        | Purpose::GenericAck => (Some(money(facts.payable())), context.pay_by),
    };
    rows.extend(amount.map(|a| (phrases.amount.as_str(), a)));
    rows.extend(text("payment_reference").map(|v| (phrases.reference.as_str(), v)));
    rows.extend(by.map(|date| (phrases.pay_by.as_str(), language.date(date))));
    (!rows.is_empty()).then(|| lines(heading, &rows))
}

fn plan(context: &LetterContext, language: &Language) -> String {
    let phrases = &language.phrases;
    let instalments = context.plan.iter().flat_map(|p| &p.instalments);
    let rows: Vec<(String, String)> =
        instalments.map(|i| (language.date_short(i.due_on), language.money(i.amount))).collect();
    let widest = rows.iter().map(|(_, amount)| len(amount)).max().unwrap_or_default();
    let mut out = phrases.plan_heading.clone();
    for (date, amount) in rows {
        let _infallible = write!(out, "\n{GAP}{} {date}{GAP}{amount:>widest$}", phrases.plan_due);
    }
    out
}

fn disclosure(facts: &Facts, language: &Language) -> String {
    let value = |key| glued(facts.text(key).unwrap_or_default());
    let values = [("{company}", value("company_name")), ("{email}", value("company_email"))];
    wrap(&replaced(&language.phrases.disclosure, &values), "")
}
