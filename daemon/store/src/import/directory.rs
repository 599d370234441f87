//! Which customer a row means.
//!
//! Guarantees: a key means at most one customer or is reported as ambiguous; nothing is matched by
//! name. A customer on file without a number takes the number of the one row that bears its address,
//! so that a second, better export does not double every customer.

use super::clean::{At, Clean, Customer, Faults, Key};
use super::rows::{Entity, Row};
use crate::error::Result;
use crate::tenancy::TenantTx;
use crate::text::email_norm;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// A customer as it is on file.
#[derive(Debug)]
pub(super) struct OnFile {
    pub id: Uuid,
    pub number: Option<String>,
    pub email: Option<String>,
    pub terms: Option<i32>,
}

/// A customer row with the id it has or will have.
#[derive(Debug)]
pub(super) struct Slot<'a> {
    pub id: Uuid,
    pub row: Customer<'a>,
    /// On file already.
    pub known: bool,
    /// The address on file, when the row brings another one.
    pub old_email: Option<String>,
}

/// All customers the file may mean.
#[derive(Debug, Default)]
pub(super) struct Directory<'a> {
    pub slots: Vec<Slot<'a>>,
    by_number: HashMap<String, Vec<Uuid>>,
    by_email: HashMap<String, Vec<Uuid>>,
    terms: HashMap<Uuid, i32>,
    broken_numbers: HashSet<&'a str>,
    broken_emails: HashSet<String>,
}

impl<'a> Directory<'a> {
    /// Reads every customer the file names and settles which row is which.
    pub(super) async fn load(tx: &mut TenantTx, clean: &Clean<'a>, faults: &mut Faults) -> Result<Self> {
        let mut numbers: HashSet<&str> = HashSet::new();
        let mut emails: HashSet<String> = HashSet::new();
        for Row { row, .. } in &clean.customers {
            numbers.extend(row.number);
            emails.extend(row.norm());
        }
        let keys = clean.contacts.iter().map(|r| &r.row.customer);
        let keys = keys.chain(clean.invoices.iter().map(|r| &r.row.customer));
        let keys = keys.chain(clean.credits.iter().map(|r| &r.row.customer));
        for key in keys.chain(clean.receipts.iter().filter_map(|r| r.row.customer.as_ref())) {
            match key {
                Key::Number(number) => drop(numbers.insert(number)),
                Key::Email(norm) => drop(emails.insert(norm.clone())),
            }
        }
        let numbers: Vec<String> = numbers.into_iter().map(str::to_owned).collect();
        let emails: Vec<String> = emails.into_iter().collect();
        let on_file = customers_on_file(tx, &numbers, &emails).await?;
        Ok(Self::settle(clean, on_file, faults))
    }

    fn settle(clean: &Clean<'a>, on_file: Vec<OnFile>, faults: &mut Faults) -> Self {
        let mut numbered: HashMap<&str, Vec<&OnFile>> = HashMap::new();
        let mut addressed: HashMap<String, Vec<&OnFile>> = HashMap::new();
        for known in &on_file {
            if let Some(number) = known.number.as_deref() {
                numbered.entry(number).or_default().push(known);
            }
            if let Some(email) = known.email.as_deref() {
                addressed.entry(email_norm(email)).or_default().push(known);
            }
        }
        // Lines of the file by address, to see whether an address is one customer's alone.
        let mut lines: HashMap<String, Vec<(u64, bool)>> = HashMap::new();
        for Row { line, row } in &clean.customers {
            if let Some(norm) = row.norm() {
                lines.entry(norm).or_default().push((*line, row.number.is_some()));
            }
        }
        let mut dir = Self {
            broken_numbers: clean.broken_numbers.clone(),
            broken_emails: clean.broken_emails.clone(),
            ..Self::default()
        };
        let mut taken: HashMap<Uuid, u64> = HashMap::new();
        for Row { line, row } in &clean.customers {
            let at = At { entity: Entity::Customer, line: *line };
            let norm = row.norm();
            let same_address = norm.as_ref().and_then(|n| addressed.get(n)).map_or(&[][..], Vec::as_slice);
            let rows_here = norm.as_ref().and_then(|n| lines.get(n)).map_or(&[][..], Vec::as_slice);
            let found = match row.number {
                Some(number) => match numbered.get(number).map_or(&[][..], Vec::as_slice) {
                    [] => match same_address.iter().filter(|c| c.number.is_none()).collect::<Vec<_>>()[..] {
                        [only] if rows_here.len() == 1 => Some(*only),
                        _ => None,
                    },
                    [only] => Some(*only),
                    _ => {
                        faults.add(at, "number", "belongs to several customers on file; merge them first");
                        continue;
                    }
                },
                None => {
                    if let Some((other, _)) = rows_here.iter().find(|(_, numbered)| *numbered) {
                        let reason = format!(
                            "stands in line {other} with a customer number; give the number here too"
                        );
                        faults.add(at, "email", reason);
                        continue;
                    }
                    match same_address {
                        [] => None,
                        [only] => Some(*only),
                        _ => {
                            faults.add(
                                at,
                                "email",
                                "belongs to several customers on file; give the customer number",
                            );
                            continue;
                        }
                    }
                }
            };
            let id = found.map_or_else(Uuid::now_v7, |c| c.id);
            if let Some(other) = taken.insert(id, *line) {
                faults.add(at, "email", format!("means the same customer on file as line {other}"));
                continue;
            }
            let old = found.and_then(|c| c.email.as_deref());
            let changed = norm.is_some() && old.is_some_and(|old| Some(email_norm(old)) != norm);
            dir.slots.push(Slot {
                id,
                row: row.clone(),
                known: found.is_some(),
                old_email: old.filter(|_| changed).map(str::to_owned),
            });
        }
        dir.index(&on_file);
        dir
    }

    /// Keys as they will be after the import: a row's values before those on file.
    fn index(&mut self, on_file: &[OnFile]) {
        let rows: HashMap<Uuid, usize> =
            self.slots.iter().enumerate().map(|(n, slot)| (slot.id, n)).collect();
        for known in on_file {
            let row = rows.get(&known.id).and_then(|n| self.slots.get(*n)).map(|slot| &slot.row);
            if let Some(number) = known.number.clone().filter(|_| row.is_none_or(|r| r.number.is_none())) {
                self.by_number.entry(number).or_default().push(known.id);
            }
            if let Some(email) = known.email.as_deref().filter(|_| row.is_none_or(|r| r.email.is_none())) {
                self.by_email.entry(email_norm(email)).or_default().push(known.id);
            }
            self.terms.extend(known.terms.map(|days| (known.id, days)));
        }
        for slot in &self.slots {
            if let Some(number) = slot.row.number {
                self.by_number.entry(number.to_owned()).or_default().push(slot.id);
            }
            if let Some(norm) = slot.row.norm() {
                self.by_email.entry(norm).or_default().push(slot.id);
            }
            self.terms.extend(slot.row.row.payment_terms.map(|days| (slot.id, days)));
        }
    }

    /// The customer a key means, or a fault of the row that bears it.
    pub(super) fn resolve(&self, key: &Key<'_>, at: At, faults: &mut Faults) -> Option<Uuid> {
        let (column, hits, broken) = match key {
            Key::Number(number) => {
                ("customer_number", self.by_number.get(*number), self.broken_numbers.contains(number))
            }
            Key::Email(norm) => {
                ("customer_email", self.by_email.get(norm), self.broken_emails.contains(norm))
            }
        };
        match hits.map_or(&[][..], Vec::as_slice) {
            [only] => Some(*only),
            // The row of that customer has a fault of its own; one report is enough.
            [] if broken => None,
            [] => {
                faults.add(at, column, "belongs to no customer in this file or on file");
                None
            }
            _ => {
                faults.add(at, column, "belongs to several customers; give the customer number");
                None
            }
        }
    }

    /// Terms of a customer, from its row or from file.
    pub(super) fn terms(&self, customer: Uuid) -> Option<i32> {
        self.terms.get(&customer).copied()
    }
}

async fn customers_on_file(tx: &mut TenantTx, numbers: &[String], emails: &[String]) -> Result<Vec<OnFile>> {
    Ok(sqlx::query_as!(
        OnFile,
        r#"SELECT c.id AS "id!", c.external_number AS number, c.email, c.default_payment_terms AS terms
             FROM unnest($1::text[]) AS k (number)
             JOIN customers c ON c.company_id = (SELECT current_company())
               AND c.external_number = k.number AND c.deleted_at IS NULL
            UNION
           SELECT c.id, c.external_number, c.email, c.default_payment_terms
             FROM unnest($2::text[]) AS k (email)
             JOIN customers c ON c.company_id = (SELECT current_company())
               AND c.email_norm = lower(btrim(k.email)) AND c.deleted_at IS NULL"#,
        numbers,
        emails,
    )
    .fetch_all(tx.conn())
    .await?)
}
