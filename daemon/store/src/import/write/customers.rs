//! Customers and contacts.

use super::{CHUNK, Writer};
use crate::error::Result;
use crate::import::clean::Contact;
use crate::import::directory::{Directory, Slot};
use crate::import::plan::Plan;
use crate::import::rows::Entity;
use crate::tenancy::TenantTx;
use crate::text::email_norm;
use domain::kinds::ContactRole;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Columns of customers, as arrays of one statement.
#[derive(Default)]
struct Columns<'a> {
    id: Vec<Uuid>,
    name: Vec<&'a str>,
    email: Vec<Option<&'a str>>,
    contact_person: Vec<Option<&'a str>>,
    terms: Vec<Option<i32>>,
    notes: Vec<Option<&'a str>>,
    kind: Vec<Option<&'static str>>,
    country: Vec<Option<&'a str>>,
    region: Vec<Option<&'a str>>,
    language: Vec<Option<&'a str>>,
    zone: Vec<Option<&'static str>>,
    phone: Vec<Option<&'a str>>,
    do_not_contact: Vec<Option<bool>>,
    number: Vec<Option<&'a str>>,
}

/// A text without white space at its ends; empty is absent.
fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref().map(str::trim).filter(|t| !t.is_empty())
}

impl<'a> Columns<'a> {
    fn of(slots: &[&'a Slot<'a>]) -> Self {
        let mut c = Self::default();
        for slot in slots {
            let row = slot.row.row;
            c.id.push(slot.id);
            c.name.push(slot.row.name);
            c.email.push(slot.row.email);
            c.contact_person.push(given(&row.contact_person));
            c.terms.push(row.payment_terms);
            c.notes.push(slot.row.notes.as_deref());
            c.kind.push(row.kind.map(|k| k.as_str()));
            c.country.push(given(&row.country));
            c.region.push(given(&row.region));
            c.language.push(given(&row.language));
            c.zone.push(row.zone.map(|z| z.name()));
            c.phone.push(given(&row.phone));
            c.do_not_contact.push(row.do_not_contact);
            c.number.push(slot.row.number);
        }
        c
    }
}

impl Writer<'_> {
    pub(super) async fn customers(&mut self, tx: &mut TenantTx, directory: &Directory<'_>) -> Result<()> {
        let (known, new): (Vec<&Slot<'_>>, Vec<&Slot<'_>>) = directory.slots.iter().partition(|s| s.known);
        let total = directory.slots.len();
        let mut done = 0;
        for chunk in new.chunks(CHUNK) {
            customers_insert(tx, &Columns::of(chunk)).await?;
            self.report.customers.inserted += chunk.len() as u64;
            done += chunk.len();
            self.tell(Entity::Customer, done, total);
        }
        for chunk in known.chunks(CHUNK) {
            let changed = customers_update(tx, &Columns::of(chunk)).await?;
            self.report.customers.updated += changed.len() as u64;
            self.report.customers.unchanged += (chunk.len() - changed.len()) as u64;
            self.touched.extend(changed);
            done += chunk.len();
            self.tell(Entity::Customer, done, total);
        }
        Ok(())
    }

    /// Contacts of the file, and the customers' own addresses: every customer with an address has a
    /// contact with it (for billing, unless somebody else is), and that contact follows the address.
    pub(super) async fn contacts(
        &mut self,
        tx: &mut TenantTx,
        directory: &Directory<'_>,
        plan: &Plan<'_>,
    ) -> Result<()> {
        let customers: HashSet<Uuid> =
            directory.slots.iter().map(|s| s.id).chain(plan.contacts.iter().map(|c| c.0)).collect();
        let customers: Vec<Uuid> = customers.into_iter().collect();
        let mut on_file: HashMap<(Uuid, String), Uuid> = HashMap::new();
        let mut billing: HashSet<Uuid> = HashSet::new();
        for row in sqlx::query!(
            r#"SELECT c.id, c.customer_id, c.email, c.role = 'billing' AND c.is_active AS "billing!"
                 FROM unnest($1::uuid[]) AS k (id)
                 JOIN contacts c ON c.company_id = (SELECT current_company())
                   AND c.customer_id = k.id AND c.deleted_at IS NULL"#,
            &customers,
        )
        .fetch_all(tx.conn())
        .await?
        {
            if row.billing {
                billing.insert(row.customer_id);
            }
            on_file.insert((row.customer_id, email_norm(&row.email)), row.id);
        }
        let mut in_file: HashSet<(Uuid, String)> = HashSet::new();
        let (mut known, mut new) = (Vec::new(), Vec::new());
        for (customer, contact) in &plan.contacts {
            if contact.row.role == ContactRole::Billing && contact.row.active != Some(false) {
                billing.insert(*customer);
            }
            let key = (*customer, email_norm(contact.email));
            match on_file.get(&key) {
                Some(id) => known.push(ContactWrite::listed(*id, *customer, contact)),
                None => new.push(ContactWrite::listed(Uuid::now_v7(), *customer, contact)),
            }
            in_file.insert(key);
        }
        let mut moved: (Vec<Uuid>, Vec<&str>) = Default::default();
        for slot in &directory.slots {
            let Some(email) = slot.row.email else { continue };
            let key = (slot.id, email_norm(email));
            if on_file.contains_key(&key) || in_file.contains(&key) {
                continue;
            }
            let old = slot.old_email.as_ref().map(|old| (slot.id, email_norm(old)));
            match old.filter(|old| !in_file.contains(old)).and_then(|old| on_file.get(&old)) {
                Some(id) => {
                    moved.0.push(*id);
                    moved.1.push(email);
                    self.touched.insert(slot.id);
                }
                None => {
                    let role =
                        if billing.contains(&slot.id) { ContactRole::General } else { ContactRole::Billing };
                    new.push(ContactWrite::own(slot, email, role));
                }
            }
        }
        for chunk in 0..moved.0.len().div_ceil(CHUNK) {
            let range = chunk * CHUNK..((chunk + 1) * CHUNK).min(moved.0.len());
            let ids = moved.0.get(range.clone()).unwrap_or_default();
            let emails = moved.1.get(range).unwrap_or_default();
            self.report.contacts.updated += contacts_move(tx, ids, emails).await?;
        }
        let total = new.len() + known.len();
        for (n, chunk) in new.chunks(CHUNK).enumerate() {
            contacts_insert(tx, chunk).await?;
            self.report.contacts.inserted += chunk.len() as u64;
            self.touched.extend(chunk.iter().map(|c| c.customer));
            self.tell(Entity::Contact, n * CHUNK + chunk.len(), total);
        }
        for (n, chunk) in known.chunks(CHUNK).enumerate() {
            let changed = contacts_update(tx, chunk).await?;
            self.report.contacts.updated += changed.len() as u64;
            self.report.contacts.unchanged += (chunk.len() - changed.len()) as u64;
            self.touched.extend(changed);
            self.tell(Entity::Contact, new.len() + n * CHUNK + chunk.len(), total);
        }
        Ok(())
    }
}

/// A contact to be written.
struct ContactWrite<'a> {
    id: Uuid,
    customer: Uuid,
    name: &'a str,
    email: &'a str,
    role: ContactRole,
    phone: Option<&'a str>,
    language: Option<&'a str>,
    active: Option<bool>,
}

impl<'a> ContactWrite<'a> {
    fn listed(id: Uuid, customer: Uuid, contact: &'a Contact<'a>) -> Self {
        Self {
            id,
            customer,
            name: contact.name,
            email: contact.email,
            role: contact.row.role,
            phone: given(&contact.row.phone),
            language: given(&contact.row.language),
            active: contact.row.active,
        }
    }

    fn own(slot: &'a Slot<'a>, email: &'a str, role: ContactRole) -> Self {
        Self {
            id: Uuid::now_v7(),
            customer: slot.id,
            name: given(&slot.row.row.contact_person).unwrap_or(slot.row.name),
            email,
            role,
            phone: None,
            language: None,
            active: None,
        }
    }
}

async fn customers_insert(tx: &mut TenantTx, c: &Columns<'_>) -> Result<()> {
    let company = tx.company().uuid();
    sqlx::query!(
        r#"INSERT INTO customers (company_id, id, name, email, contact_person, default_payment_terms, notes,
                debtor_kind, country, region, language, time_zone, phone, do_not_contact, external_number)
           SELECT $1, u.id, u.name, u.email, u.contact_person, u.terms, u.notes, coalesce(u.kind, 'business'),
                  u.country, u.region, u.language, u.zone, u.phone, coalesce(u.dnc, false), u.number
             FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::int4[], $7::text[], $8::text[],
                         $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::bool[], $15::text[])
               AS u (id, name, email, contact_person, terms, notes, kind, country, region, language, zone, phone,
                     dnc, number)"#,
        company,
        &c.id,
        &c.name as _,
        &c.email as _,
        &c.contact_person as _,
        &c.terms as _,
        &c.notes as _,
        &c.kind as _,
        &c.country as _,
        &c.region as _,
        &c.language as _,
        &c.zone as _,
        &c.phone as _,
        &c.do_not_contact as _,
        &c.number as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn customers_update(tx: &mut TenantTx, c: &Columns<'_>) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        r#"UPDATE customers c
              SET name = n.name, email = n.email, contact_person = n.contact_person,
                  default_payment_terms = n.terms, notes = n.notes, debtor_kind = n.kind, country = n.country,
                  region = n.region, language = n.language, time_zone = n.zone, phone = n.phone,
                  do_not_contact = n.dnc, external_number = n.number
             FROM (SELECT o.id, u.name, coalesce(u.email, o.email) AS email,
                          coalesce(u.contact_person, o.contact_person) AS contact_person,
                          coalesce(u.terms, o.default_payment_terms) AS terms, coalesce(u.notes, o.notes) AS notes,
                          coalesce(u.kind, o.debtor_kind) AS kind, coalesce(u.country, o.country) AS country,
                          coalesce(u.region, o.region) AS region, coalesce(u.language, o.language) AS language,
                          coalesce(u.zone, o.time_zone) AS zone, coalesce(u.phone, o.phone) AS phone,
                          coalesce(u.dnc, o.do_not_contact) AS dnc, coalesce(u.number, o.external_number) AS number
                     FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::int4[], $6::text[], $7::text[],
                                 $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::bool[],
                                 $14::text[])
                       AS u (id, name, email, contact_person, terms, notes, kind, country, region, language, zone,
                             phone, dnc, number)
                     JOIN customers o ON o.company_id = (SELECT current_company()) AND o.id = u.id) AS n
            WHERE c.company_id = (SELECT current_company()) AND c.id = n.id
              AND (c.name, c.email, c.contact_person, c.default_payment_terms, c.notes, c.debtor_kind, c.country,
                   c.region, c.language, c.time_zone, c.phone, c.do_not_contact, c.external_number)
                  IS DISTINCT FROM
                  (n.name, n.email, n.contact_person, n.terms, n.notes, n.kind, n.country,
                   n.region, n.language, n.zone, n.phone, n.dnc, n.number)
        RETURNING c.id"#,
        &c.id,
        &c.name as _,
        &c.email as _,
        &c.contact_person as _,
        &c.terms as _,
        &c.notes as _,
        &c.kind as _,
        &c.country as _,
        &c.region as _,
        &c.language as _,
        &c.zone as _,
        &c.phone as _,
        &c.do_not_contact as _,
        &c.number as _,
    )
    .fetch_all(tx.conn())
    .await?)
}

async fn contacts_insert(tx: &mut TenantTx, rows: &[ContactWrite<'_>]) -> Result<()> {
    let company = tx.company().uuid();
    let roles: Vec<&str> = rows.iter().map(|r| r.role.as_str()).collect();
    sqlx::query!(
        r#"INSERT INTO contacts (company_id, id, customer_id, name, email, role, phone, language, is_active)
           SELECT $1, u.id, u.customer, u.name, u.email, u.role, u.phone, u.language, coalesce(u.active, true)
             FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                         $9::bool[])
               AS u (id, customer, name, email, role, phone, language, active)"#,
        company,
        &rows.iter().map(|r| r.id).collect::<Vec<_>>(),
        &rows.iter().map(|r| r.customer).collect::<Vec<_>>(),
        &rows.iter().map(|r| r.name).collect::<Vec<_>>() as _,
        &rows.iter().map(|r| r.email).collect::<Vec<_>>() as _,
        &roles as _,
        &rows.iter().map(|r| r.phone).collect::<Vec<_>>() as _,
        &rows.iter().map(|r| r.language).collect::<Vec<_>>() as _,
        &rows.iter().map(|r| r.active).collect::<Vec<_>>() as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Returns the customers of the contacts that changed.
async fn contacts_update(tx: &mut TenantTx, rows: &[ContactWrite<'_>]) -> Result<Vec<Uuid>> {
    let roles: Vec<&str> = rows.iter().map(|r| r.role.as_str()).collect();
    Ok(sqlx::query_scalar!(
        r#"UPDATE contacts c
              SET name = u.name, email = u.email, role = u.role, phone = coalesce(u.phone, c.phone),
                  language = coalesce(u.language, c.language), is_active = coalesce(u.active, c.is_active)
             FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bool[])
               AS u (id, name, email, role, phone, language, active)
            WHERE c.company_id = (SELECT current_company()) AND c.id = u.id
              AND (c.name, c.email, c.role, c.phone, c.language, c.is_active) IS DISTINCT FROM
                  (u.name, u.email, u.role, coalesce(u.phone, c.phone), coalesce(u.language, c.language),
                   coalesce(u.active, c.is_active))
        RETURNING c.customer_id"#,
        &rows.iter().map(|r| r.id).collect::<Vec<_>>(),
        &rows.iter().map(|r| r.name).collect::<Vec<_>>() as _,
        &rows.iter().map(|r| r.email).collect::<Vec<_>>() as _,
        &roles as _,
        &rows.iter().map(|r| r.phone).collect::<Vec<_>>() as _,
        &rows.iter().map(|r| r.language).collect::<Vec<_>>() as _,
        &rows.iter().map(|r| r.active).collect::<Vec<_>>() as _,
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Another address for the contact that bore the customer's own: what was known of the old address
/// says nothing about the new one.
async fn contacts_move(tx: &mut TenantTx, ids: &[Uuid], emails: &[&str]) -> Result<u64> {
    let done = sqlx::query!(
        r#"UPDATE contacts c SET email = u.email, undeliverable_since = NULL
             FROM unnest($1::uuid[], $2::text[]) AS u (id, email) WHERE c.company_id = (SELECT current_company())
               AND c.id = u.id"#,
        ids,
        emails as _,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}
