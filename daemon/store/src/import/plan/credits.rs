//! Credit notes and their allocations: sums must fit on both sides.

use super::{AllocationWrite, NoteWrite, Planner};
use crate::import::book::KnownInvoice;
use crate::import::clean::{At, Credit};
use crate::import::rows::{Entity, Row};
use rust_decimal::Decimal;
use std::collections::HashMap;
use uuid::Uuid;

/// A credit note of the file while its rows are gathered.
struct Draft<'a> {
    id: Uuid,
    line: u64,
    customer: Uuid,
    row: &'a Credit<'a>,
    /// Allocations as they will be, those on file included.
    parts: HashMap<Uuid, Decimal>,
}

impl<'a> Planner<'a, '_> {
    pub(super) fn credits(&mut self, rows: &'a [Row<Credit<'a>>]) {
        let mut drafts: Vec<Draft<'a>> = Vec::new();
        let mut by_number: HashMap<&'a str, usize> = HashMap::new();
        let mut rows_of: HashMap<&'a str, usize> = HashMap::new();
        for Row { row, .. } in rows {
            *rows_of.entry(row.number).or_default() += 1;
        }
        // Lines that named an invoice for a note, to find a second one for the same pair.
        let mut pairs: HashMap<(Uuid, Uuid), (u64, Decimal)> = HashMap::new();
        let mut credited = self.book.credited.clone();
        let mut targets: HashMap<Uuid, (KnownInvoice, At, &'a str)> = HashMap::new();
        for Row { line, row } in rows {
            let at = At { entity: Entity::CreditNote, line: *line };
            let Some(customer) = self.directory.resolve(&row.customer, at, self.faults) else { continue };
            let Some(n) = self.draft(row, *line, customer, &mut drafts, &mut by_number) else { continue };
            let Some(number) = row.invoice else { continue };
            let Some(target) = self.target(number, at) else { continue };
            if target.customer != customer || target.currency != row.currency {
                self.faults.add(at, "invoice", format!("{number} is of another customer or currency"));
                continue;
            }
            if row.allocated.is_none() && rows_of.get(row.number).is_some_and(|n| *n > 1) {
                self.faults.add(at, "allocated", "is needed when a credit note has several rows");
                continue;
            }
            let part = row.allocated.unwrap_or(row.amount);
            let Some(draft) = drafts.get_mut(n) else { continue };
            if let Some((other, same)) = pairs.insert((draft.id, target.id), (*line, part)) {
                if same != part {
                    self.faults.add(
                        at,
                        "allocated",
                        format!("differs from line {other}, which names the same invoice"),
                    );
                }
                continue;
            }
            let before = draft.parts.insert(target.id, part).unwrap_or_default();
            *credited.entry(target.id).or_default() += part - before;
            self.plan.allocations.push(AllocationWrite {
                note: draft.id,
                invoice: target.id,
                customer,
                currency: row.currency,
                amount: part,
                before,
            });
            targets.insert(target.id, (target, at, number));
        }
        for draft in drafts {
            let total: Decimal = draft.parts.values().sum();
            if total > draft.row.amount {
                let at = At { entity: Entity::CreditNote, line: draft.line };
                let reason = format!("{} is less than the {total} allocated of it", draft.row.amount);
                self.faults.add(at, "amount", reason);
            }
            let known = self.book.notes.contains_key(draft.row.number);
            self.plan.customers.insert(draft.customer);
            self.plan.notes.push(NoteWrite { id: draft.id, known, customer: draft.customer, row: draft.row });
        }
        for (invoice, (target, at, number)) in targets {
            let total = credited.get(&invoice).copied().unwrap_or_default();
            if total > target.amount {
                let reason =
                    format!("{total} would be credited on invoice {number}, more than its {}", target.amount);
                self.faults.add(at, "allocated", reason);
            }
        }
    }

    /// The note a row belongs to, made when it is the first of its number; `None` after a fault.
    fn draft(
        &mut self,
        row: &'a Credit<'a>,
        line: u64,
        customer: Uuid,
        drafts: &mut Vec<Draft<'a>>,
        by_number: &mut HashMap<&'a str, usize>,
    ) -> Option<usize> {
        let at = At { entity: Entity::CreditNote, line };
        if let Some(n) = by_number.get(row.number) {
            let first = drafts.get(*n)?;
            let same = first.customer == customer
                && first.row.amount == row.amount
                && first.row.currency == row.currency
                && first.row.issued_on == row.issued_on;
            if !same {
                let reason =
                    format!("differs from line {} in customer, amount, currency or date", first.line);
                self.faults.add(at, "number", reason);
            }
            return same.then_some(*n);
        }
        let known = self.book.notes.get(row.number);
        if known.is_some_and(|k| k.customer != customer || k.currency != row.currency) {
            self.faults.add(at, "number", "is on file for another customer or currency");
            return None;
        }
        let id = known.map_or_else(Uuid::now_v7, |k| k.id);
        let parts = known.map(|k| k.allocated.clone()).unwrap_or_default();
        by_number.insert(row.number, drafts.len());
        drafts.push(Draft { id, line, customer, row, parts });
        Some(drafts.len() - 1)
    }
}
