//! Large files: time, progress, and two imports at once.

use super::*;
use std::time::Instant;

/// 10,000 customers with a contact each, 50,000 invoices, 40,000 payments: 110,000 rows.
fn large() -> ImportBatch {
    let key = |n: u32| format!("K-{}", n % 10_000);
    let customers =
        (0..10_000).map(|n| customer(&key(n), &format!("Customer {n}"), &format!("info@c{n}.example")));
    let contacts =
        (0..10_000).map(|n| contact(&key(n), "Accounts", &format!("ap@c{n}.example"), ContactRole::Billing));
    let invoices = (0..50_000).map(|n| invoice(&key(n), &format!("R-{n}"), "119.00"));
    let payments = (0..40_000)
        .map(|n| payment(&format!("R-{n}"), "119.00", (n % 2 == 0).then(|| format!("b-{n}")).as_deref()));
    ImportBatch {
        customers: lines(customers),
        contacts: lines(contacts),
        invoices: lines(invoices),
        payments: lines(payments),
        ..ImportBatch::default()
    }
}

#[tokio::test]
async fn a_hundred_thousand_rows_are_a_matter_of_seconds() {
    let world = World::new().await.unwrap();
    let company = world.company("acme").await.unwrap();
    let batch = large();
    let mut told = Vec::new();
    let start = Instant::now();
    let mut tx = world.tx(&company).await.unwrap();
    let report =
        import(&mut tx, &batch, PaymentSource::CsvImport, world.now(), &mut |p| told.push(p)).await.unwrap();
    tx.commit().await.unwrap();
    let first = start.elapsed();
    assert_eq!(report.invoices, tally(50_000, 0, 0));
    assert_eq!(report.payments, tally(40_000, 0, 0));
    assert_eq!(world.count("SELECT count(*) FROM invoices WHERE status = 'paid'").await.unwrap(), 40_000);
    assert!(told.len() > 20, "progress is told in pieces");
    assert!(told.iter().all(|p| p.done <= p.total), "{told:?}");

    let start = Instant::now();
    let again = load(&world, &company, &batch).await.unwrap();
    let second = start.elapsed();
    assert_eq!(again.invoices, tally(0, 0, 50_000));
    assert_eq!(again.payments, tally(0, 0, 40_000));
    assert_eq!(again.woken, 0);
    // Generous: other tests share the two cores. A quadratic step would take many minutes.
    assert!(first.as_secs() < 120, "{first:?}");
    assert!(second.as_secs() < 120, "{second:?}");
    world.finish().await.unwrap();
}

/// All of it one account: whatever costs per row of an account shows here.
#[tokio::test]
async fn one_customer_with_twenty_thousand_invoices() {
    let world = World::new().await.unwrap();
    let company = world.company("acme").await.unwrap();
    let batch = ImportBatch {
        customers: lines([customer("K-1", "Eins", "a@eins.example")]),
        invoices: lines((0..20_000).map(|n| invoice("K-1", &format!("R-{n}"), "10"))),
        payments: lines((0..20_000).map(|n| payment(&format!("R-{n}"), "4", None))),
        ..ImportBatch::default()
    };
    let start = Instant::now();
    load(&world, &company, &batch).await.unwrap();
    assert!(start.elapsed().as_secs() < 90, "{:?}", start.elapsed());
    assert_eq!(world.count("SELECT count(*) FROM accounts").await.unwrap(), 1);
    world.finish().await.unwrap();
}

#[tokio::test]
async fn faults_of_a_large_file_are_all_told() {
    let world = World::new().await.unwrap();
    let company = world.company("acme").await.unwrap();
    // Every payment names an invoice whose row has a fault or which is nowhere.
    let batch = ImportBatch {
        customers: lines([customer("K-1", "Eins", "a@eins.example")]),
        invoices: lines((0..30_000).map(|n| invoice("K-404", &format!("R-{n}"), "10"))),
        payments: lines((0..30_000).map(|n| payment(&format!("R-{}", n * 2), "4", None))),
        ..ImportBatch::default()
    };
    let start = Instant::now();
    let faults = refused(&world, &company, &batch).await;
    assert_eq!(faults.len(), 30_000 + 15_000);
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}

#[tokio::test]
async fn two_imports_of_one_company_follow_each_other() {
    let world = World::new().await.unwrap();
    let company = world.company("acme").await.unwrap();
    let batch = sample();
    let (one, two) = tokio::join!(load(&world, &company, &batch), load(&world, &company, &batch));
    let inserted = [one.unwrap(), two.unwrap()].map(|r| r.invoices.inserted);
    assert_eq!(inserted.iter().sum::<u64>(), 2, "{inserted:?}");
    assert_eq!(world.count("SELECT count(*) FROM payments").await.unwrap(), 2);
}
