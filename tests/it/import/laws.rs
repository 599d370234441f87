//! Laws that hold for any ledger: importing it twice is importing it once, and the sums are right.

use super::*;

/// A small generator with a fixed seed: the same ledgers in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn one_in(&mut self, sides: u64) -> bool {
        self.roll(sides) == 0
    }
}

/// A ledger without faults: amounts that fit, references that are unique, keys of both kinds.
fn any_ledger(dice: &mut Dice) -> ImportBatch {
    let people = 1 + dice.roll(8);
    let name = |n: u64| if n.is_multiple_of(3) { String::new() } else { format!("K-{n}") };
    let address = |n: u64| format!("info@kunde{n}.example");
    let key =
        |n: u64| CustomerKey { number: (!n.is_multiple_of(3)).then(|| name(n)), email: Some(address(n)) };
    let mut batch = ImportBatch::default();
    for n in 0..people {
        let mut row = customer(&name(n), &format!("Kunde {n}"), &address(n));
        row.country = dice.one_in(3).then(|| "AT".to_owned());
        row.payment_terms = dice.one_in(3).then_some(14);
        batch.customers.push(Row { line: n, row });
        for c in 0..dice.roll(3) {
            let mut row = contact("", "Jemand", &format!("c{c}@kunde{n}.example"), ContactRole::General);
            row.customer = key(n);
            batch.contacts.push(Row { line: n, row });
        }
    }
    for n in 0..dice.roll(30) {
        let of = dice.roll(people);
        let amount = 100 + dice.roll(900);
        let mut row = invoice("", &format!("R-{n}"), &amount.to_string());
        row.customer = key(of);
        row.due_date = dice.one_in(2).then(|| day("2026-02-01"));
        row.cancelled = dice.one_in(6).then_some(true);
        batch.invoices.push(Row { line: n, row });
        for part in 0..dice.roll(4) {
            let reference = dice.one_in(2).then(|| format!("b-{n}-{part}"));
            let mut row = payment(&format!("R-{n}"), &(1 + dice.roll(60)).to_string(), reference.as_deref());
            row.reversed = reference.is_some() && dice.one_in(5);
            batch.payments.push(Row { line: n, row });
        }
        if dice.one_in(3) {
            let mut row = credit("", &format!("G-{n}"), "50", Some(&format!("R-{n}")), Some("20"));
            row.customer = key(of);
            batch.credit_notes.push(Row { line: n, row });
        }
    }
    for n in 0..dice.roll(5) {
        let reference = dice.one_in(2).then(|| format!("u-{n}"));
        let mut row = receipt(None, &(1 + dice.roll(3)).to_string(), reference.as_deref());
        row.customer = dice.one_in(2).then(|| key(dice.roll(people)));
        batch.receipts.push(Row { line: n, row });
    }
    batch
}

/// Everything of the ledger that an import may change, as one text.
const STATE: &str = "SELECT md5(string_agg(t, '|' ORDER BY t)) FROM (
      SELECT customers::text AS t FROM customers UNION ALL SELECT contacts::text FROM contacts
      UNION ALL SELECT invoices::text FROM invoices UNION ALL SELECT payments::text FROM payments
      UNION ALL SELECT credit_notes::text FROM credit_notes UNION ALL SELECT a::text FROM credit_note_allocations a
      UNION ALL SELECT u::text FROM unapplied_receipts u UNION ALL SELECT accounts::text FROM accounts) x";

/// Invoices whose sums or status contradict their bookings.
const WRONG: &str = "SELECT count(*) FROM invoices i WHERE
       amount_paid <> (SELECT coalesce(sum(p.amount), 0) FROM payments p WHERE p.invoice_id = i.id AND p.reversed_at IS NULL)
    OR amount_credited <> (SELECT coalesce(sum(a.amount), 0) FROM credit_note_allocations a WHERE a.invoice_id = i.id)
    OR status <> CASE WHEN residual <= 0 THEN 'paid' WHEN due_date < '2026-03-02' THEN 'overdue'
                      WHEN due_date <= '2026-03-05' THEN 'due_soon' ELSE 'pending' END";

#[tokio::test]
async fn twice_is_once_and_the_sums_are_right() {
    let world = World::new().await.unwrap();
    let mut dice = Dice(7);
    for n in 0..25 {
        let company = world.company(&format!("c{n}")).await.unwrap();
        let batch = any_ledger(&mut dice);
        let first = load(&world, &company, &batch).await.unwrap();
        let before: Option<String> = sqlx::query_scalar(STATE).fetch_one(&world.admin).await.unwrap();
        let again = load(&world, &company, &batch).await.unwrap();
        for (name, one, two) in [
            ("customers", first.customers, again.customers),
            ("contacts", first.contacts, again.contacts),
            ("invoices", first.invoices, again.invoices),
            ("credit notes", first.credit_notes, again.credit_notes),
            ("allocations", first.allocations, again.allocations),
            ("payments", first.payments, again.payments),
            ("receipts", first.receipts, again.receipts),
        ] {
            assert_eq!((two.inserted, two.updated), (0, 0), "ledger {n}, {name}: {one:?}, then {two:?}");
        }
        let after: Option<String> = sqlx::query_scalar(STATE).fetch_one(&world.admin).await.unwrap();
        assert_eq!(before, after, "ledger {n}: a row changed");
        assert_eq!(world.count(WRONG).await.unwrap(), 0, "ledger {n}");
    }
}
