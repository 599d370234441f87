//! Companies, customers and contacts.

use super::*;
use chrono_tz::Tz;
use domain::kinds::{Autonomy, ContactRole};
use domain::procedure::Procedure;
use domain::settings::CompanySettings;
use store::Actor;
use store::ledger::companies::{
    CompanyFields, company, company_by_slug, company_create, company_list, company_settings_set,
    company_update, kill_switch, kill_switch_set,
};
use store::ledger::contacts::{ContactFields, contact_add, contact_remove, contact_update, contacts};
use store::ledger::customers::{
    CustomerFilter, customer, customer_create, customer_delete, customer_find, customer_update, customers,
    other_customer_named,
};
use store::procedures::{procedure, procedure_put};

fn company_fields() -> CompanyFields {
    CompanyFields {
        name: "Muster GmbH".to_owned(),
        email: "ar@muster.example".to_owned(),
        sender_name: None,
        reply_to: Some("antwort@muster.example".to_owned()),
        country: "DE".to_owned(),
        language: "de".to_owned(),
        zone: Tz::Europe__Berlin,
        default_currency: Currency::EUR,
        default_payment_terms: 14,
        autonomy: Autonomy::Supervised,
        iban: Some("DE89 3704 0044 0532 0130 00".to_owned()),
        bic: Some("COBADEFFXXX".to_owned()),
        account_holder: Some("Muster GmbH".to_owned()),
        address_lines: vec!["Hauptstraße 1".to_owned(), "10115 Berlin".to_owned()],
    }
}

#[tokio::test]
async fn a_company_is_set_up_and_changed_under_its_version() {
    let world = World::new().await.unwrap();
    let mut tx = world.db.tenant(fresh(), &Actor::System("test")).await.unwrap();
    company_create(&mut tx, "muster", &company_fields()).await.unwrap();
    let made = company(&mut tx).await.unwrap();
    assert_eq!(made.fields.iban.as_deref(), Some("DE89370400440532013000"), "blanks are dropped");
    assert_eq!(made.settings, CompanySettings::default());
    assert_eq!(procedure(&mut tx).await.unwrap(), (Procedure::default(), 1));
    let changed = CompanyFields { default_payment_terms: 0, ..company_fields() };
    let version = company_update(&mut tx, &changed, made.version).await.unwrap();
    assert_eq!(version, made.version + 1);
    match company_update(&mut tx, &changed, made.version).await {
        Err(StoreError::Version { expected, actual }) => {
            assert_eq!((expected, actual), (made.version, version))
        }
        other => panic!("{other:?}"),
    }
    let mut settings = CompanySettings::default();
    settings.contact.cap_messages = 1;
    let version = company_settings_set(&mut tx, &settings, version).await.unwrap();
    assert_eq!(company(&mut tx).await.unwrap().settings, settings);
    settings.contact.cap_messages = 0;
    assert_eq!(kind(company_settings_set(&mut tx, &settings, version).await), ErrorKind::Invalid);
    tx.commit().await.unwrap();

    let mut system = world.db.system(&Actor::System("test")).await.unwrap();
    assert_eq!(company_list(&mut system).await.unwrap()[0].slug, "muster");
    assert_eq!(company_by_slug(&mut system, "muster").await.unwrap(), Some(made.id));
    assert_eq!(company_by_slug(&mut system, "nobody").await.unwrap(), None);
    // Another one may not have the name.
    let mut tx = world.db.tenant(fresh(), &Actor::System("test")).await.unwrap();
    assert_eq!(kind(company_create(&mut tx, "muster", &company_fields()).await), ErrorKind::Conflict);
}

#[tokio::test]
async fn company_fields_that_cannot_be_are_refused() {
    let world = World::new().await.unwrap();
    let bad = [
        ("Muster", company_fields()),
        ("muster", CompanyFields { name: " ".to_owned(), ..company_fields() }),
        ("muster", CompanyFields { email: "ar@muster.example\nBcc: x@y.de".to_owned(), ..company_fields() }),
        ("muster", CompanyFields { country: "Deutschland".to_owned(), ..company_fields() }),
        ("muster", CompanyFields { language: "DE".to_owned(), ..company_fields() }),
        ("muster", CompanyFields { iban: Some("DE89370400440532013001".to_owned()), ..company_fields() }),
        ("muster", CompanyFields { default_payment_terms: 366, ..company_fields() }),
        ("muster", CompanyFields { address_lines: vec!["x".to_owned(); 7], ..company_fields() }),
        ("muster", CompanyFields { sender_name: Some("A\0B".to_owned()), ..company_fields() }),
    ];
    for (slug, fields) in bad {
        let mut tx = world.db.tenant(fresh(), &Actor::System("test")).await.unwrap();
        assert_eq!(kind(company_create(&mut tx, slug, &fields).await), ErrorKind::Invalid, "{fields:?}");
    }
}

#[tokio::test]
async fn the_kill_switch_stands_until_it_is_lifted() {
    let (world, company) = acme().await;
    let debtor = company.customer("Eins").await.unwrap();
    let open = company.invoice(&debtor, "100", 10).await.unwrap();
    company.conversation(&open).await.unwrap();
    sleep(&world).await;
    let before = account_version(&world, debtor.id).await;
    let mut tx = world.tx(&company).await.unwrap();
    assert!(!kill_switch(&mut tx).await.unwrap());
    for _ in 0..2 {
        kill_switch_set(&mut tx, true, "bank fraud", world.now()).await.unwrap();
    }
    assert!(kill_switch(&mut tx).await.unwrap());
    tx.commit().await.unwrap();
    assert!(account_version(&world, debtor.id).await > before, "drafts in flight are stale");
    assert_eq!(events(&world, "kill_switch_on").await, 1, "the second time nothing happened");
    let mut tx = world.tx(&company).await.unwrap();
    for _ in 0..2 {
        kill_switch_set(&mut tx, false, "", world.now()).await.unwrap();
    }
    assert!(!kill_switch(&mut tx).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(events(&world, "kill_switch_off").await, 1);
    assert_eq!(next_look(&world, open.id).await, world.now(), "the chase goes on at once");
}

#[tokio::test]
async fn a_customers_address_is_a_contact_that_follows_it() {
    let (world, company) = acme().await;
    let mut tx = world.tx(&company).await.unwrap();
    let id = customer_create(&mut tx, &fields("Eins", Some("Info@Eins.example"))).await.unwrap();
    let made = customer(&mut tx, id).await.unwrap();
    let all = contacts(&mut tx, id).await.unwrap();
    assert_eq!(
        (all[0].fields.email.as_str(), all[0].fields.role),
        ("Info@Eins.example", ContactRole::Billing)
    );
    // Another case of the same address: nothing moves.
    let same = fields("Eins", Some("info@eins.example"));
    let version = customer_update(&mut tx, id, &same, made.version, world.now()).await.unwrap();
    assert_eq!(contacts(&mut tx, id).await.unwrap().len(), 1);
    let moved = fields("Eins", Some("neu@eins.example"));
    let version = customer_update(&mut tx, id, &moved, version, world.now()).await.unwrap();
    let all = contacts(&mut tx, id).await.unwrap();
    assert_eq!(all.iter().map(|c| c.fields.email.as_str()).collect::<Vec<_>>(), ["neu@eins.example"]);
    assert!(matches!(
        customer_update(&mut tx, id, &moved, version - 1, world.now()).await,
        Err(StoreError::Version { .. })
    ));
    // No address at all is allowed: such invoices must not be lost.
    let bare = customer_create(&mut tx, &fields("Ohne", None)).await.unwrap();
    assert!(contacts(&mut tx, bare).await.unwrap().is_empty());
}

#[tokio::test]
async fn contacts_are_added_changed_and_removed() {
    let (world, company) = acme().await;
    let debtor = company.customer("Eins").await.unwrap();
    let open = company.invoice(&debtor, "100", 10).await.unwrap();
    company.conversation(&open).await.unwrap();
    sleep(&world).await;
    let person = ContactFields {
        name: "Ada".to_owned(),
        email: "ada@eins.example".to_owned(),
        phone: None,
        role: ContactRole::Escalation,
        language: Some("en".to_owned()),
        active: true,
        verified: true,
    };
    let before = account_version(&world, debtor.id).await;
    let mut tx = world.tx(&company).await.unwrap();
    let id = contact_add(&mut tx, debtor.id, &person, world.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert!(account_version(&world, debtor.id).await > before);
    assert_eq!(next_look(&world, open.id).await, world.now());

    let mut tx = world.tx(&company).await.unwrap();
    sqlx::query("UPDATE contacts SET undeliverable_since = now() WHERE id = $1")
        .bind(id.uuid())
        .execute(&world.admin)
        .await
        .unwrap();
    let read = contacts(&mut tx, debtor.id).await.unwrap().into_iter().find(|c| c.id == id).unwrap();
    assert!(read.undeliverable_since.is_some());
    let other = ContactFields { email: "ada.l@eins.example".to_owned(), ..person.clone() };
    contact_update(&mut tx, id, &other, read.version, world.now()).await.unwrap();
    let now = contacts(&mut tx, debtor.id).await.unwrap().into_iter().find(|c| c.id == id).unwrap();
    assert_eq!(now.undeliverable_since, None, "the bounce was the old address's");
    assert!(matches!(
        contact_update(&mut tx, id, &other, read.version, world.now()).await,
        Err(StoreError::Version { .. })
    ));
    contact_remove(&mut tx, id, world.now()).await.unwrap();
    assert_eq!(kind(contact_remove(&mut tx, id, world.now()).await), ErrorKind::NotFound);
    assert_eq!(contacts(&mut tx, debtor.id).await.unwrap().len(), 1);
    // The address is free again, once.
    contact_add(&mut tx, debtor.id, &person, world.now()).await.unwrap();
    assert_eq!(kind(contact_add(&mut tx, debtor.id, &person, world.now()).await), ErrorKind::Conflict);
}

#[tokio::test]
async fn a_customer_that_owes_is_not_deleted() {
    let (world, company) = acme().await;
    let debtor = company.customer("Eins").await.unwrap();
    let open = company.invoice(&debtor, "100", 10).await.unwrap();
    let mut tx = world.tx(&company).await.unwrap();
    let read = customer(&mut tx, debtor.id).await.unwrap();
    assert_eq!(
        kind(customer_delete(&mut tx, debtor.id, read.version, world.now()).await),
        ErrorKind::Conflict
    );
    tx.rollback().await.unwrap();
    company.pay(&open, "100").await.unwrap();
    let mut tx = world.tx(&company).await.unwrap();
    assert!(matches!(
        customer_delete(&mut tx, debtor.id, read.version + 1, world.now()).await,
        Err(StoreError::Version { .. })
    ));
    customer_delete(&mut tx, debtor.id, read.version, world.now()).await.unwrap();
    assert_eq!(kind(customer(&mut tx, debtor.id).await), ErrorKind::NotFound);
    tx.commit().await.unwrap();
    assert_eq!(world.count("SELECT count(*) FROM customers").await.unwrap(), 1, "the row stays");
}

#[tokio::test]
async fn customers_are_found_and_listed_page_by_page() {
    let (world, company) = acme().await;
    for n in 0..7 {
        let debtor = company.customer(&format!("Kunde {n}")).await.unwrap();
        if n % 2 == 0 {
            company.invoice(&debtor, "100", 5).await.unwrap();
            company.invoice_in(&debtor, "30", Currency::CHF, -5).await.unwrap();
        }
    }
    let mut tx = world.tx(&company).await.unwrap();
    let numbered =
        CustomerFields { number: Some("K-9".to_owned()), ..fields("Neun", Some("n@neun.example")) };
    let nine = customer_create(&mut tx, &numbered).await.unwrap();
    for key in ["K-9", " Neun ", "N@NEUN.example", &nine.to_string()] {
        assert_eq!(customer_find(&mut tx, key).await.unwrap(), [nine], "{key}");
    }
    assert_eq!(kind(customer_create(&mut tx, &numbered).await), ErrorKind::Conflict);
    tx.rollback().await.unwrap();

    let mut tx = world.tx(&company).await.unwrap();
    let mut names = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = customers(&mut tx, &CustomerFilter::default(), world.today(), cursor.as_deref(), 3)
            .await
            .unwrap();
        assert!(page.rows.len() <= 3);
        names.extend(page.rows.into_iter().map(|c| c.name));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(names, (0..7).map(|n| format!("Kunde {n}")).collect::<Vec<_>>());
    let owing = CustomerFilter { search: Some("kunde".to_owned()), owing: true };
    let page = customers(&mut tx, &owing, world.today(), None, 50).await.unwrap();
    assert_eq!(page.rows.len(), 4);
    let chf = Money::new("30".parse().unwrap(), Currency::CHF).unwrap();
    assert_eq!(page.rows[0].open, [chf, eur("100")], "currencies are never summed");
    assert_eq!(page.rows[0].overdue, [eur("100")]);
}

#[tokio::test]
async fn another_customers_name_in_a_text_is_found() {
    let (world, company) = acme().await;
    let one = company.customer("Eins GmbH").await.unwrap();
    for name in ["Zweite AG", "Kurz", "Eins GmbH", "a_b%c"] {
        company.customer(name).await.unwrap();
    }
    let mut tx = world.tx(&company).await.unwrap();
    let cases = [
        ("Sehr geehrte Damen und Herren der Eins GmbH", false),
        ("as we wrote to ZWEITE AG, too", true),
        ("zweite ag.", true),
        ("Dreizweite Agentur", false),
        ("kurz gesagt", false),
        ("axbyc", false),
        ("see a_b%c!", true),
        ("", false),
    ];
    for (text, found) in cases {
        assert_eq!(other_customer_named(&mut tx, one.id, text).await.unwrap(), found, "{text}");
    }
}

#[tokio::test]
async fn the_procedure_is_replaced_under_its_version() {
    let (world, company) = acme().await;
    let mut tx = world.tx(&company).await.unwrap();
    let (current, version) = procedure(&mut tx).await.unwrap();
    let mut levels: Vec<domain::procedure::Level> = current.into();
    levels.truncate(2);
    let short = Procedure::try_from(levels).unwrap();
    let next = procedure_put(&mut tx, &short, version).await.unwrap();
    assert_eq!(procedure(&mut tx).await.unwrap(), (short.clone(), next));
    assert!(matches!(
        procedure_put(&mut tx, &short, version).await,
        Err(StoreError::Version { expected, actual }) if expected == version && actual == next
    ));
    assert!(matches!(procedure_put(&mut tx, &short, 0).await, Err(StoreError::Version { expected: 0, .. })));
}
