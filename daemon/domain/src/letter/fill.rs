//! Placeholders and line breaking.
//!
//! Guarantees: a value is inserted once and never read again, so a name that looks like a placeholder
//! stays a name; no line break falls into a value.

use super::{Block, RenderError};
use crate::facts::{FactValue, Facts};
use crate::locale::Language;

/// Stands for a space inside a value while lines are broken; no text from outside can hold it, because
/// private-use characters are stripped from values and refused in drafts.
const GLUE: char = '\u{e000}';

/// Width of prose.
pub(super) const WIDTH: usize = 76;

/// Replaces `{name}` by values. The result holds [`GLUE`]; see [`wrap`] and [`plain`].
pub(super) fn fill(text: &str, facts: &Facts, language: &Language) -> Result<String, RenderError> {
    let mut out = String::with_capacity(text.len() + 64);
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let inner = tail.strip_prefix('{').and_then(|t| t.split_once('}'));
        let (name, after) = inner.ok_or(RenderError::Brace)?;
        out.push_str(&value(name, facts, language)?);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// The names of the placeholders of a text.
pub(crate) fn placeholders(text: &str) -> Result<Vec<&str>, RenderError> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let inner = rest.get(at..).and_then(|t| t.strip_prefix('{')).and_then(|t| t.split_once('}'));
        let (name, after) = inner.ok_or(RenderError::Brace)?;
        names.push(name);
        rest = after;
    }
    Ok(names)
}

fn value(name: &str, facts: &Facts, language: &Language) -> Result<String, RenderError> {
    if name == "invoice_numbers" && !facts.context().items.is_empty() {
        let numbers: Vec<String> = facts.context().items.iter().map(|i| glued(&i.number)).collect();
        return Ok(language.list(&numbers));
    }
    let text = match facts.get(name) {
        Some(FactValue::Money(money)) => language.money(*money),
        Some(FactValue::Date(date)) => language.date(*date),
        Some(FactValue::Count(_, count)) => count.to_string(),
        Some(FactValue::Percent(percent)) => language.percent(*percent),
        Some(FactValue::Text(_, text)) => text.clone(),
        None => return Err(unfilled(name)),
    };
    Ok(glued(&text))
}

/// Why a placeholder has no value. A name that none of ours looks like is not repeated: it may be
/// anything a model wrote.
fn unfilled(name: &str) -> RenderError {
    let ours = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b':' | b'.');
    let shown = if name.len() <= 40 && name.bytes().all(ours) { name } else { "…" };
    match Block::named(name) {
        Some(block) => RenderError::Inline(block),
        None if is_known(name) => RenderError::Unavailable(shown.to_owned()),
        None => RenderError::Unknown(shown.to_owned()),
    }
}

pub(super) fn glued(text: &str) -> String {
    text.replace(' ', "\u{e000}")
}

/// Some letter has a placeholder of this name.
pub(crate) fn is_known(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "account_holder",
        "amount_payable",
        "bic",
        "company_email",
        "company_name",
        "contact_name",
        "customer_name",
        "days_overdue",
        "due_date",
        "flat_sum",
        "flat_sum_basis",
        "iban",
        "interest_basis",
        "interest_total",
        "invoice_date",
        "invoice_number",
        "invoice_numbers",
        "item_count",
        "level",
        "oldest_due_date",
        "pay_by",
        "payment_reference",
        "plan_count",
        "plan_first_date",
        "plan_last_date",
        "plan_total",
        "promise_amount",
        "promise_date",
        "promise_invoice",
        "sender_name",
        "total_due",
        "written_on",
    ];
    const INVOICE: &[&str] =
        &["number", "date", "due_date", "original", "residual", "paid", "credited", "days_overdue"];
    const PLAN: &[&str] = &["date", "amount"];
    let member = |family: &str, fields: &[&str]| {
        let rest =
            name.strip_prefix(family).and_then(|r| r.strip_prefix(':')).and_then(|r| r.split_once('.'));
        rest.is_some_and(|(n, field)| n.parse::<u16>().is_ok_and(|n| n > 0) && fields.contains(&field))
    };
    NAMES.contains(&name) || member("invoice", INVOICE) || member("plan", PLAN)
}

/// One line, spaces as usual.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out.replace(GLUE, " ")
}

/// Breaks lines at [`WIDTH`]; line breaks in the text stay; further lines begin with `indent`.
pub(super) fn wrap(text: &str, indent: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / WIDTH + 1);
    for (n, line) in text.lines().enumerate() {
        if n > 0 {
            out.push('\n');
        }
        let mut width = 0;
        for word in line.split_whitespace() {
            let len = word.chars().count();
            if width > 0 && width + 1 + len > WIDTH {
                out.push('\n');
                out.push_str(indent);
                width = indent.chars().count();
            } else if width > 0 {
                out.push(' ');
                width += 1;
            }
            out.push_str(word);
            width += len;
        }
    }
    out.replace(GLUE, " ")
}
