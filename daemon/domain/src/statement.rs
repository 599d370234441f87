//! Statement of account: the open items of an account as text and as CSV.
//!
//! Why: customers ask for it, and a case that is handed over needs it. Guarantees: the lines sum to the
//! total; residuals, not invoice amounts, are summed; a cell that a spreadsheet would run as a formula is
//! disarmed. Does not: include invoices that are settled.

use crate::facts::clean;
use crate::locale::Language;
use crate::money::{Money, MoneyError};
use crate::snapshot::{OpenItem, Snapshot};
use std::fmt::Write as _;

/// The open items of an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Statement {
    /// RFC 4180 with CRLF, one line per open item, for the spreadsheet of the language's country
    /// (German: semicolons and decimal commas). Dates are ISO 8601. UTF-8 without byte order mark.
    pub csv: String,
    /// Plain text with the same lines, totals, and what is not yet allocated.
    pub text: String,
}

/// The statement of an account on the snapshot's day.
///
/// # Errors
/// Amounts of different currencies, or too large.
pub fn statement(snapshot: &Snapshot, language: &Language) -> Result<Statement, MoneyError> {
    let mut lines = Vec::with_capacity(snapshot.items.len());
    for item in &snapshot.items {
        let residual = item.residual()?;
        if residual.is_positive() {
            lines.push((item, residual));
        }
    }
    Ok(Statement { csv: csv(&lines, snapshot, language), text: text(&lines, snapshot, language)? })
}

fn csv(lines: &[(&OpenItem, Money)], snapshot: &Snapshot, language: &Language) -> String {
    let phrases = &language.phrases;
    let words = &phrases.statement;
    let decimal = |m: Money| m.amount().to_string().replace('.', &language.format.decimal.to_string());
    let heading: [&str; 9] = [
        &phrases.column_number,
        &phrases.column_dated,
        &phrases.column_due,
        &words.days_overdue,
        &words.original,
        &words.paid,
        &words.credited,
        &phrases.column_open,
        &words.currency,
    ];
    let mut out = String::new();
    row(&mut out, language, &heading.map(str::to_owned));
    for (item, residual) in lines {
        let days = item.days_overdue(snapshot.today).max(0);
        let cells = [
            clean(&item.number),
            item.invoice_date.to_string(),
            item.due_date.to_string(),
            days.to_string(),
            decimal(item.original),
            decimal(item.paid),
            decimal(item.credited),
            decimal(*residual),
            residual.currency().to_string(),
        ];
        row(&mut out, language, &cells);
    }
    out
}

fn row(out: &mut String, language: &Language, cells: &[String]) {
    let separator = language.format.csv_separator;
    for (n, cell) in cells.iter().enumerate() {
        if n > 0 {
            out.push(separator);
        }
        let formula = cell.starts_with(['=', '+', '-', '@', '\t']);
        let special = |c: char| c == separator || matches!(c, '"' | '\n' | '\r');
        let number = cell.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'-'));
        let guard = if formula && !number { "'" } else { "" };
        if guard.is_empty() && !cell.contains(special) {
            out.push_str(cell);
        } else {
            let _infallible = write!(out, "\"{guard}{}\"", cell.replace('"', "\"\""));
        }
    }
    out.push_str("\r\n");
}

fn text(
    lines: &[(&OpenItem, Money)],
    snapshot: &Snapshot,
    language: &Language,
) -> Result<String, MoneyError> {
    let (phrases, currency) = (&language.phrases, snapshot.account.currency);
    let words = &phrases.statement;
    let len = |s: &str| s.chars().count();
    let mut out = format!("{}\n", clean(&snapshot.company.name));
    let _infallible = writeln!(out, "{}", clean(&snapshot.customer.name));
    let _infallible = writeln!(out, "{}\n", words.heading.replace("{date}", &language.date(snapshot.today)));
    if lines.is_empty() {
        let _infallible = writeln!(out, "{}", words.nothing_open);
    } else {
        let rows: Vec<[String; 4]> = lines
            .iter()
            .map(|(item, residual)| {
                let date = |d| language.date_short(d);
                [clean(&item.number), date(item.invoice_date), date(item.due_date), language.money(*residual)]
            })
            .collect();
        let [number, dated, due, open] =
            [&phrases.column_number, &phrases.column_dated, &phrases.column_due, &phrases.column_open];
        let mut widths = [len(number), len(dated), len(due), len(open)];
        for row in &rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(len(cell));
            }
        }
        let [n, d, u, o] = widths;
        let _infallible = writeln!(out, "{number:n$}  {dated:d$}  {due:u$}  {open:>o$}");
        let _infallible = writeln!(out, "{}", "-".repeat(n + d + u + o + 6));
        for [number, dated, due, open] in &rows {
            let _infallible = writeln!(out, "{number:n$}  {dated:d$}  {due:u$}  {open:>o$}");
        }
        out.push('\n');
    }
    let overdue = lines.iter().filter(|(item, _)| item.days_overdue(snapshot.today) > 0).map(|(_, r)| *r);
    let total = Money::sum(currency, lines.iter().map(|(_, r)| *r))?;
    let credit = snapshot.unapplied_credit;
    let receipts = Money::sum(currency, snapshot.receipts.iter().map(|r| r.amount))?;
    let mut sums = vec![(&words.open_total, total), (&words.overdue_total, Money::sum(currency, overdue)?)];
    let unapplied = [(&words.unapplied_credit, credit), (&words.unapplied_receipts, receipts)];
    sums.extend(unapplied.iter().filter(|(_, m)| m.is_positive()));
    if credit.is_positive() || receipts.is_positive() {
        sums.push((&words.balance, total.minus(credit)?.minus(receipts)?));
    }
    let label = sums.iter().map(|(l, _)| len(l)).max().unwrap_or_default();
    let amounts: Vec<String> = sums.iter().map(|(_, m)| language.money(*m)).collect();
    let widest = amounts.iter().map(|a| len(a)).max().unwrap_or_default();
    for ((name, _), amount) in sums.iter().zip(&amounts) {
        let _infallible = writeln!(out, "{name:label$}  {amount:>widest$}");
    }
    Ok(out)
}

#[cfg(test)]
mod tests;
