//! Taking customers and contacts on file by hand.

use super::{One, find};
use crate::cli::output::Output;
use crate::cli::shared::{ACTOR, Tenant, kind, now, tidy, wake, zone_name};
use anyhow::Result;
use clap::Args;
use domain::calendar::zone;
use domain::kinds::{Autonomy, ContactRole, DebtorKind};
use serde_json::json;
use store::Db;
use store::ledger::contacts::{ContactFields, contact_add};
use store::ledger::customers::{CustomerFields, customer, customer_create};

/// `dunningd customer add`.
#[derive(Args)]
pub struct Add {
    #[command(flatten)]
    tenant: Tenant,
    /// Name.
    #[arg(long)]
    name: String,
    /// Customer number of the accounting system.
    #[arg(long)]
    number: Option<String>,
    /// Main address; becomes the billing contact.
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// Person to write to.
    #[arg(long, value_name = "NAME")]
    contact_person: Option<String>,
    /// Telephone number.
    #[arg(long)]
    phone: Option<String>,
    /// What the law treats the customer as.
    #[arg(long, default_value = "business", value_parser = kind!(DebtorKind))]
    kind: DebtorKind,
    /// Country (two letters); the company's without it.
    #[arg(long, value_name = "CODE")]
    country: Option<String>,
    /// Region, for its public holidays: BY of DE-BY.
    #[arg(long, value_name = "CODE")]
    region: Option<String>,
    /// Language of letters; the company's without it.
    #[arg(long, value_name = "CODE")]
    language: Option<String>,
    /// Time zone of contact hours; the company's without it.
    #[arg(long, value_name = "ZONE", value_parser = zone_name)]
    zone: Option<String>,
    /// Days to pay; the company's without it.
    #[arg(long, value_name = "DAYS")]
    terms: Option<i32>,
    /// What the agent may do by itself; the company's without it.
    #[arg(long, value_parser = kind!(Autonomy))]
    autonomy: Option<Autonomy>,
    /// Free text; never part of a letter.
    #[arg(long, value_name = "TEXT")]
    notes: Option<String>,
    /// The customer must not be contacted at all.
    #[arg(long)]
    do_not_contact: bool,
}

/// `dunningd customer contact-add`.
#[derive(Args)]
pub struct ContactAdd {
    #[command(flatten)]
    one: One,
    /// Person or department.
    #[arg(long)]
    name: String,
    /// Address.
    #[arg(long, value_name = "ADDRESS")]
    email: String,
    /// What the contact is for.
    #[arg(long, default_value = "billing", value_parser = kind!(ContactRole))]
    role: ContactRole,
    /// Telephone number.
    #[arg(long)]
    phone: Option<String>,
    /// Language, when it differs from the customer's.
    #[arg(long, value_name = "CODE")]
    language: Option<String>,
}

/// Takes a customer on file.
pub async fn add(options: &Add, db: &Db, out: &Output) -> Result<()> {
    let fields = CustomerFields {
        number: options.number.clone(),
        name: options.name.clone(),
        email: options.email.clone(),
        contact_person: options.contact_person.clone(),
        phone: options.phone.clone(),
        kind: options.kind,
        country: options.country.clone(),
        region: options.region.clone(),
        language: options.language.clone(),
        zone: options.zone.as_deref().map(zone).transpose()?,
        payment_terms: options.terms,
        notes: options.notes.clone(),
        do_not_contact: options.do_not_contact,
        autonomy: options.autonomy,
    };
    let mut tx = db.tenant(options.tenant.id(db).await?, &ACTOR).await?;
    let id = customer_create(&mut tx, &fields).await?;
    let customer = customer(&mut tx, id).await?;
    tx.commit().await?;
    out.value(&customer, |c| {
        let address = match &c.fields.email {
            Some(email) => format!("letters go to {}", tidy(email, 80)),
            None => "there is no address yet; add one with `dunningd customer contact-add`".to_owned(),
        };
        format!("{} is on file ({}); {address}.", tidy(&c.fields.name, 80), c.id)
    })
}

/// Adds a contact.
pub async fn contact(options: &ContactAdd, db: &Db, out: &Output) -> Result<()> {
    let mut tx = db.tenant(options.one.tenant.id(db).await?, &ACTOR).await?;
    let id = find(&mut tx, &options.one.customer).await?;
    let fields = ContactFields {
        name: options.name.clone(),
        email: options.email.clone(),
        phone: options.phone.clone(),
        role: options.role,
        language: options.language.clone(),
        active: true,
        // Typed in by a person on this machine, not taken from a mail.
        verified: true,
    };
    let contact = contact_add(&mut tx, id, &fields, now()).await?;
    let name = customer(&mut tx, id).await?.fields.name;
    tx.commit().await?;
    wake(db).await;
    out.value(&json!({ "id": contact, "customer": id }), |_| {
        format!("{} is a contact of {} now ({}).", tidy(&options.email, 80), tidy(&name, 80), options.role)
    })
}
