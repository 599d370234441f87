use super::*;

fn find(open: &[&str], text: &str) -> Vec<(String, bool)> {
    let open: Vec<String> = open.iter().map(|n| (*n).to_owned()).collect();
    let named = Named::new(text, NaiveDate::default(), &open);
    for f in &named.numbers {
        assert!(text.get(f.range.clone()).is_some());
    }
    named.numbers(&(0..text.len())).into_iter().map(|f| (f.number.clone(), f.open)).collect()
}

#[test]
fn open_numbers_in_many_spellings() {
    let open = ["RE-2026-0117", "20391"];
    for text in [
        "RE-2026-0117",
        "re 2026 0117",
        "RE2026/0117,",
        "(RE_2026_0117)",
        "Nr. 2026-0117",
        "0117 ist bezahlt",
    ] {
        assert_eq!(find(&open, text), [("RE-2026-0117".to_owned(), true)], "{text}");
    }
    assert_eq!(find(&open, "20391 und 20391"), [("20391".to_owned(), true)]);
    assert_eq!(find(&open, "120391 or 203910"), []);
}

#[test]
fn counts_days_and_years_are_no_invoices() {
    let open = ["15", "2026", "117"];
    assert_eq!(find(&open, "am 15. Dezember 2026 kamen 117 Stück"), []);
    assert_eq!(
        find(&open, "Rechnung 15 und Rechnung Nr. 2026"),
        [("15".to_owned(), true), ("2026".to_owned(), true)]
    );
}

#[test]
fn a_tail_must_be_unmistakable() {
    assert_eq!(find(&["A-0117", "B-0117"], "0117 ist bezahlt"), []);
    assert_eq!(find(&["A-4711"], "4711 ist bezahlt"), [("A-4711".to_owned(), true)]);
    assert_eq!(find(&["RE-0117-2026"], "im Jahr 2026"), []);
}

#[test]
fn unknown_numbers_only_where_they_are_called_invoices() {
    assert_eq!(find(&[], "Rechnung 998877 ist bezahlt"), [("998877".to_owned(), false)]);
    assert_eq!(find(&[], "invoice no. INV-77123"), [("INV-77123".to_owned(), false)]);
    assert_eq!(find(&[], "Ticket 998877, Rechnung vom 3.11."), []);
    assert_eq!(find(&[], "PO 88123"), []);
}

#[test]
fn one_amount_with_a_currency() {
    let amount = |text: &str| {
        let named = Named::new(text, NaiveDate::default(), &[]);
        named.amount(&(0..text.len())).map(|(a, c)| format!("{a} {c}"))
    };
    assert_eq!(amount("1.250,00 EUR"), Some("1250.00 EUR".to_owned()));
    assert_eq!(amount("100 Euro jetzt und 200 Euro später"), None);
    assert_eq!(amount("100 Euro, also 100 Euro"), Some("100 EUR".to_owned()));
    assert_eq!(amount("12 Stunden"), None);
}

#[test]
fn dates_by_direction() {
    let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let text = "Rechnung vom 3.11.2026, fällig 20.11.2026, zahlen wir am 5.12.2026";
    let day = |m, d| NaiveDate::from_ymd_opt(2026, m, d).unwrap();
    let named = Named::new(text, today, &[]);
    let all = 0..text.len();
    assert_eq!(named.date(&all, today, When::Future), Some((day(12, 5), false)));
    assert_eq!(named.date(&all, today, When::Past), Some((day(11, 20), false)));
    assert_eq!(named.date(&(0..20), today, When::Future), None);
}

#[test]
fn methods() {
    assert_eq!(method("wir ueberweisen morgen"), Some(PaymentMethod::BankTransfer));
    assert_eq!(method("we settle it in cash"), Some(PaymentMethod::Cash));
    assert_eq!(method("check no. 5 was mailed"), Some(PaymentMethod::Check));
    assert_eq!(method("please check the invoice"), None);
}
